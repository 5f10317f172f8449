#!/bin/sh
# AFL++ on one fuzzer that was built for it: afl.sh FUZZER FINDS FOLDER SECONDS. It begins with the finds; what makes the
# fuzzer crash or hang is put beside them and fails the run, as does a find that still does: AFL++ by itself passes over it.
set -eu
fuzzer=$1 finds=$2 folder=$3 seconds=$4
name=${fuzzer##*/}
rm -rf "$folder"
mkdir -p "$folder/in" "$finds"
printf '\0\0\0' > "$folder/in/small"
for find in "$finds"/*; do
  [ ! -f "$find" ] || cp "$find" "$folder/in/"
done
failed=0
AFL_NO_UI=1 AFL_NO_COLOR=1 AFL_SKIP_CPUFREQ=1 AFL_NO_AFFINITY=1 AFL_I_DONT_CARE_ABOUT_MISSING_CRASHES=1 AFL_EXIT_ON_SEED_ISSUES=1 \
  ASAN_OPTIONS=abort_on_error=1:symbolize=0:detect_leaks=0 UBSAN_OPTIONS=halt_on_error=1:abort_on_error=1:symbolize=0 \
  afl-fuzz -i "$folder/in" -o "$folder/out" -V "$seconds" -m none -t 10000 -- "$fuzzer" > "$folder/log" 2>&1 || failed=1
found=0
for bad in "$folder"/out/default/crashes/id* "$folder"/out/default/hangs/id*; do
  [ -f "$bad" ] || continue
  found=$((found + 1))
  cp "$bad" "$finds/afl-$(sha256sum < "$bad" | cut -c1-12)"
done
[ "$found" = 0 ] || { echo "$name by AFL++: $found found, now in $finds"; exit 1; }
runs=$(sed -n 's/^execs_done *: *//p' "$folder/out/default/fuzzer_stats" 2> /dev/null) || runs=
[ "$failed" = 0 ] && [ "${runs:-0}" -gt 0 ] || { tail -30 "$folder/log"; exit 1; }
echo "$name by AFL++: $runs runs, nothing found"
