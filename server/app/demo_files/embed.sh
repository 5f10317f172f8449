#!/bin/sh
# Prints C: the files of the folder given as one table of name and bytes.
set -eu
cd "$1"
echo '#include "server/app/demo_embed.h"'
for f in *.jpg *.mp3 *.mp4; do
    printf 'static const unsigned char %s[] = {\n' "$(echo "$f" | tr . _)"
    od -An -v -tu1 "$f" | sed 's/ *\([0-9][0-9]*\)/\1,/g'
    echo '};'
done
echo 'const struct demo_embed demo_embed[] = {'
for f in *.jpg *.mp3 *.mp4; do
    n=$(echo "$f" | tr . _)
    printf '    { "%s", { (const char *)%s, sizeof %s } },\n' "$f" "$n" "$n"
done
echo '    { 0, { 0, 0 } },'
echo '};'
