#!/bin/bash
# Adds up what the runners said in a log: cmocka, node:test, vitest and Playwright. Prints one closing line and
# fails when nothing ran or something failed.
passed=$(sed -E 's/\x1b\[[0-9;]*m//g' "$1" | awk '
    /^\[  PASSED  \] [0-9]+ test/ { n += $4 }
    /^ℹ pass [0-9]+/ { n += $3 }
    /^# pass [0-9]+/ { n += $3 }
    /^ +[0-9]+ passed/ { n += $1 }
    /^ +Tests +[0-9]+ passed/ { n += $2 }
    END { print n + 0 }')
failed=$(sed -E 's/\x1b\[[0-9;]*m//g' "$1" | awk '
    /^\[  FAILED  \] [0-9]+ test/ { n += $4 }
    /^ℹ fail [0-9]+/ { n += $3 }
    /^# fail [0-9]+/ { n += $3 }
    /^ +[0-9]+ failed/ { n += $1 }
    END { print n + 0 }')
echo "$passed passed, $failed failed"
[ "$failed" = 0 ] && [ "$passed" -gt 0 ]
