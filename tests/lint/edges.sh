#!/bin/bash
# Who calls whom, by the names in the compiled files: a header passed on by another one opens a way that no #include
# shows. The argument is the folder of a build. tests/lint/layers says which room may look into which.
set -euo pipefail
cd "$(dirname "$0")/../.."
find "$1"/obj/server "$1"/obj/storage -name '*.o' ! -path "$1/obj/server/main.o" -exec nm -PA {} + |
    sed -n "s|^$1/obj/||; s|\\.o: \\([^ ]*\\) \\([TDBRCU]\\) .*| \\2 \\1|p" |
    awk '
    function room_of(file) {
        while (!(file in may) && sub("/[^/]*$", "", file)) ;
        return file
    }
    FNR == NR { if ($0 !~ /^#/ && sub(":", "", $1)) { room = $1; $1 = ""; may[room] = $0 " " } next }
    $2 == "U" { calls[++n] = $1 " " $3; next }
    { owner[$3] = $3 in owner ? owner[$3] " " room_of($1) : room_of($1) }
    END {
        for (i = 1; i <= n; i++) {
            split(calls[i], call, " ")
            room = room_of(call[1])
            fine = !(call[2] in owner)
            k = fine ? 0 : split(owner[call[2]], rooms, " ")
            for (j = 1; j <= k; j++) fine = fine || rooms[j] == room || index(may[room], " " rooms[j] " ")
            if (!fine) { print call[1] ": " room " may not call " call[2] " of " rooms[1]; bad = 1 }
        }
        if (!bad) print "edges: clean"
        exit bad
    }' tests/lint/layers -
