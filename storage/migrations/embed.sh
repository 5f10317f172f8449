#!/bin/sh
# Prints C: the migrations of the folder given, in order of name, as one table of name and text.
set -eu
cd "$1"
echo '#include "storage/migrate.h"'
echo 'const struct migration migrations[] = {'
for f in *.sql; do
    printf '    { "%s",\n' "$f"
    sed -e 's/\\/\\\\/g' -e 's/"/\\"/g' -e 's/^/      "/' -e 's/$/\\n"/' "$f"
    echo '    },'
done
echo '    { 0, 0 },'
echo '};'
