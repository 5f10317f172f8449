#!/bin/bash
# What a compiler does not see: who includes whom (layers), sizes, functions nobody should call, SQL outside
# storage, words that do not belong here. Prints every finding; fails when there is one.
set -u
cd "$(dirname "$0")/../.."
bad=0
say() { echo "$1"; bad=1; }

# ---- layers
libraries=$(sed -n 's/^server[^:]*: *//p; s/^storage: *//p' tests/lint/layers | tr ' ' '\n' | grep -v '^server\|^storage' | sort -u)
within() { # $1 stands in or below one of the rest
    local one=$1
    shift
    for a in "$@"; do case $one in "$a" | "$a"/* | "${a%/}"/*) return 0 ;; esac done
    return 1
}
while read -r file; do
    room=${file%/*}
    while [ "$room" != . ] && ! grep -q "^$room:" tests/lint/layers; do
        case $room in */*) room=${room%/*} ;; *) room=. ;; esac
    done
    [ "$room" = . ] && { [ "$file" = server/main.c ] || say "$file stands in no room of tests/lint/layers"; continue; }
    allowed=$(sed -n "s|^$room: *||p" tests/lint/layers)
    while read -r inc; do
        case $inc in
        *_int.h\") [ "${inc%/*}" = "\"$room" ] || say "$file: $inc is for its own room" ;;
        esac
        case $inc in
        \"*) inc=${inc//\"/} && within "$inc" "$room" $allowed ;;
        \<*) inc=${inc//[<>]/} && { ! within "$inc" $libraries || within "$inc" $allowed; } ;;
        esac || say "$file: $room may not include $inc"
    done < <(sed -n 's/^#include \(["<][^">]*[">]\).*/\1/p' "$file")
done < <(git ls-files 'server/*.[ch]' 'storage/*.[ch]')

# ---- sizes
while read -r n f; do
    [ "$f" = total ] && continue
    [ "$n" -gt 800 ] && say "$f: $n lines, 800 is the ceiling"
done < <(git ls-files 'server/*.[ch]' 'server/*/*.[ch]' 'storage/*.[ch]' | xargs -r wc -l)
while read -r line; do
    say "$line"
done < <(git ls-files 'server/*.c' 'storage/*.c' 'tests/*.c' | xargs -r awk '
    FNR == 1 { from = 0 }
    $0 == "{" { from = FNR - 1 }
    $0 == "}" && from { if (FNR - from + 1 > 80) print FILENAME ":" from ": a function of " FNR - from + 1 " lines, 80 is the ceiling"; from = 0 }')
while read -r n f; do
    [ "$f" = total ] && continue
    [ "$n" -gt 400 ] && say "$f: $n lines, 400 is the ceiling"
done < <(git ls-files 'web/src/*.ts' 'web/src/*.vue' 'web/src/**/*.ts' 'web/src/**/*.vue' | grep -v 'api/types' | grep -v 'src/text/' | sort -u | xargs -r wc -l)

# ---- functions nobody calls here
git grep -nE '\b(strcpy|strcat|sprintf|vsprintf|gets|strtok|atoi|atol|system|popen|alloca|localtime|gmtime|rand|srand)\(' -- 'server/*.c' 'server/*/*.c' 'storage/*.c' && bad=1
git grep -nE '\b(malloc|calloc|realloc)\(' -- 'server/*/*.c' 'storage/*.c' ':!server/base/mem.c' && bad=1
# People read Chinese: err_reason() says it.
git grep -nE '\bstrerror\(' -- 'server' 'storage' ':!server/base/err.c' && bad=1
# The library's own refusals come by this name (refusal.c, R1).
git grep -nE '\bMHD_queue_response\(' -- server ':!server/http/refusal.c' && bad=1

# ---- SQL only in storage
git grep -nE '"(SELECT|INSERT|UPDATE|DELETE|CREATE|DROP|PRAGMA|BEGIN|COMMIT) ' -- 'server/*.c' 'server/*/*.c' && bad=1
# ---- migrations run together in one transaction: nothing in them ends it, escapes it or does nothing in it
git grep -niE '\b(COMMIT|ROLLBACK|SAVEPOINT|PRAGMA|VACUUM|REINDEX|ATTACH|CONCURRENTLY|BEGIN (TRANSACTION|IMMEDIATE)|END TRANSACTION)\b' -- 'storage/migrations/*.sql' && bad=1
# ---- what the program lists, its README names
while IFS= read -r name; do
    grep -qE -- "(^|[^-a-z])$name([^-a-z]|$)" README.md || say "README.md does not name $name"
done < <(sed -n 's/^COMMAND(\([a-z_]*\),.*/\1/p' server/app/commands.def | tr _ -
    sed -n 's/^SETTING(\([a-z_]*\),.*/--\1/p' server/app/config.def | tr _ -)

# ---- words
git grep -niE '\b(TODO|FIXME|XXX|HACK)\b' -- server storage web/src tests/unit tests/api Makefile ':!tests/lint' && bad=1
git grep -nE '(^|[^a-z])/(work|farm)/|registry\.npm' -- . ':!tests/lint' ':!*.lock' && bad=1

[ $bad = 0 ] && echo "lint: clean"
exit $bad
