#!/bin/bash
# A PostgreSQL server of one's own for tests: in a new folder, on a socket in that folder, without a TCP port, under
# the user postgres when we are root (it refuses root), fsync as by default. Runs the command given with
# JIBEI_TEST_DB pointing at it, stops the server, removes the folder and gives the command's exit code.
#     tests/pg.sh make unit
set -u
bin=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -1)
[ -n "$bin" ] || { echo "PostgreSQL is not installed (postgresql-15)" >&2; exit 1; }
dir=$(mktemp -d /tmp/jibei-pg-XXXXXX)
as=()
if [ "$(id -u)" = 0 ]; then
    chown postgres "$dir"
    as=(setpriv --reuid=postgres --regid=postgres --init-groups)
fi
chmod 711 "$dir"
stop() {
    (cd / && "${as[@]}" "$bin/pg_ctl" -D "$dir/data" -m fast -w -s stop) 2>/dev/null
    rm -rf "$dir"
}
trap stop EXIT
trap 'exit 130' INT TERM
(cd / && LC_ALL=C "${as[@]}" "$bin/initdb" -N -D "$dir/data" -U jibei -A trust -E UTF8 --no-locale >/dev/null) || exit 1
(cd / && "${as[@]}" "$bin/pg_ctl" -D "$dir/data" -s -w -l "$dir/log" \
    -o "-c listen_addresses='' -c unix_socket_directories='$dir' -c unix_socket_permissions=0777 -c max_connections=100 -c max_pred_locks_per_transaction=256" \
    start) || { cat "$dir/log" >&2; exit 1; }
export JIBEI_TEST_DB="postgresql://jibei@/postgres?host=$dir"
"$@"
