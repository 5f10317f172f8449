#!/bin/sh
# AFL++ on one fuzzer that was built for it: afl.sh FUZZER FINDS FOLDER SECONDS. Its inputs begin with the finds; what makes
# it crash or hang goes there and fails the run.
set -eu
fuzzer=$1 finds=$2 folder=$3 seconds=$4
rm -rf "$folder" && mkdir -p "$folder/in" "$finds"
printf '\0\0\0' > "$folder/in/small"
for find in "$finds"/*; do
  [ ! -f "$find" ] || cp "$find" "$folder/in/"
done
# Inputs that make it crash at once are told by the first run, before any fuzzing.
AFL_NO_UI=1 AFL_SKIP_CPUFREQ=1 AFL_NO_AFFINITY=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_CRASH_EXITCODE=77 \
  ASAN_OPTIONS=abort_on_error=1:symbolize=0:detect_leaks=0 UBSAN_OPTIONS=halt_on_error=1:abort_on_error=1:symbolize=0 \
  afl-fuzz -i "$folder/in" -o "$folder/out" -V "$seconds" -m none -t 10000 -- "$fuzzer" > "$folder/log" 2>&1 || {
  tail -30 "$folder/log"
  exit 1
}
found=0
for bad in "$folder"/out/default/crashes/id* "$folder"/out/default/hangs/id*; do
  [ -f "$bad" ] || continue
  found=$((found + 1))
  cp "$bad" "$finds/afl-$(sha256sum < "$bad" | cut -c1-12)"
done
runs=$(sed -n 's/^execs_done *: *//p' "$folder/out/default/fuzzer_stats")
[ "${runs:-0}" -gt 0 ] || { tail -30 "$folder/log"; exit 1; }
[ "$found" = 0 ] || { echo "$(basename "$fuzzer") by AFL++: $found found, see $finds"; exit 1; }
echo "$(basename "$fuzzer") by AFL++: $runs runs, nothing found"
