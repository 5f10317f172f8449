#!/bin/bash
# What a compiler does not see: who includes whom (layers), sizes, functions nobody should call, SQL outside
# storage, words that do not belong here. Prints every finding; fails when there is one.
set -u
cd "$(dirname "$0")/../.."
bad=0
say() { echo "$1"; bad=1; }

# ---- layers
while read -r file; do
    room=${file%/*}
    while [ "$room" != . ] && ! grep -q "^$room:" tests/lint/layers; do
        case $room in */*) room=${room%/*} ;; *) room=. ;; esac
    done
    [ "$room" = . ] && continue
    allowed=$(sed -n "s|^$room: *||p" tests/lint/layers)
    while IFS= read -r inc; do
        target=${inc%/*}
        [ "$target" = "$inc" ] && target=$inc
        [ "$target" = "$room" ] && continue
        case $inc in "$room"/*) continue ;; esac
        ok=0
        for a in $allowed; do
            case $inc in "$a" | "$a"/*) ok=1 ;; esac
            case $a in */) case $inc in "$a"*) ok=1 ;; esac ;; esac
        done
        [ $ok = 1 ] || say "$file: $room may not include $inc"
    done < <(sed -n 's/^#include "\([^"]*\)".*/\1/p' "$file")
done < <(git ls-files 'server/*/*.[ch]' 'storage/*.[ch]')

# ---- libraries stay in the rooms that own them
while read -r lib rooms; do
    git grep -ln "#include <$lib" -- 'server' 'storage' | while read -r f; do
        ok=0
        for r in $rooms; do case $f in "$r"/*) ok=1 ;; esac; done
        [ $ok = 1 ] || echo "$f: <$lib belongs to $rooms"
    done
done > /tmp/lint.$$ << 'L'
sqlite3.h storage
libpq-fe.h storage
microhttpd.h server/http
libwebsockets.h server/live
archive server/probe
magic.h server/probe
seccomp.h server/probe
libxml/ server/format server/probe
jansson.h server/http server/app
L
[ -s /tmp/lint.$$ ] && { cat /tmp/lint.$$; bad=1; }
rm -f /tmp/lint.$$

# ---- sizes
while read -r n f; do
    [ "$f" = total ] && continue
    [ "$n" -gt 800 ] && say "$f: $n lines, 800 is the ceiling"
done < <(git ls-files 'server/*.[ch]' 'server/*/*.[ch]' 'storage/*.[ch]' | xargs -r wc -l)
while read -r n f; do
    [ "$f" = total ] && continue
    [ "$n" -gt 400 ] && say "$f: $n lines, 400 is the ceiling"
done < <(git ls-files 'web/src/*.ts' 'web/src/*.vue' 'web/src/**/*.ts' 'web/src/**/*.vue' | grep -v 'api/types' | grep -v 'src/text/' | sort -u | xargs -r wc -l)

# ---- functions nobody calls here
git grep -nE '\b(strcpy|strcat|sprintf|vsprintf|gets|strtok|atoi|atol|system|popen|alloca|localtime|gmtime|rand|srand)\(' -- 'server/*.c' 'server/*/*.c' 'storage/*.c' && bad=1
git grep -nE '\b(malloc|calloc|realloc)\(' -- 'server/*/*.c' 'storage/*.c' ':!server/base/mem.c' && bad=1
# The library's own refusals come by this name (refusal.c, R1).
git grep -nE '\bMHD_queue_response\(' -- server ':!server/http/refusal.c' && bad=1

# ---- SQL only in storage
git grep -nE '"(SELECT|INSERT|UPDATE|DELETE|CREATE|DROP|PRAGMA|BEGIN|COMMIT) ' -- 'server/*.c' 'server/*/*.c' && bad=1
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
