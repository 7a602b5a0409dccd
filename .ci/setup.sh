#!/usr/bin/env bash
# Makes .venv with all that Neuroloom needs, and installs the system libraries of its window.
# Does nothing, in a few milliseconds, while pyproject.toml, this file and the folder are what they were.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

python=.venv/bin/python
env_stamp=.venv/.neuroloom-environment
qt_stamp=.venv/.neuroloom-libraries
wanted="$(cat pyproject.toml .ci/setup.sh | cksum) $PWD"

say() { printf '\033[1m%s\033[0m\n' "$*" >&2; }
fail() { printf '%s\n' "$*" >&2; exit 1; }
stamped() { [[ -f $1 && "$(<"$1")" == "$wanted" ]]; }

suits() {
    "$1" -c 'import sys; sys.exit(not (3, 11) <= sys.version_info[:2] <= (3, 14))' >/dev/null 2>&1
}

find_python() {
    local name
    for name in ${PYTHON:-} python3 python3.13 python3.12 python3.11 python3.14 python; do
        if command -v "$name" >/dev/null && suits "$name"; then
            echo "$name"
            return
        fi
    done
    fail "Neuroloom needs Python 3.11 to 3.14, and none was found. Install one, or set PYTHON=/path/to/python3."
}

apt_install() {
    if [[ $(id -u) == 0 ]] && command -v apt-get >/dev/null; then
        { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq "$@"; } >/dev/null 2>&1
    else
        return 1
    fi
}

make_environment() {
    if command -v uv >/dev/null; then
        suits "$python" || uv venv --quiet --clear --python '>=3.11,<3.15' .venv
        uv pip install --quiet --python "$python" --torch-backend=auto -e '.[dev]' 2>/dev/null \
            || uv pip install --quiet --python "$python" -e '.[dev]'
        return
    fi
    if ! suits "$python" || ! "$python" -m pip --version >/dev/null 2>&1; then
        local base
        base=$(find_python)
        rm -rf .venv
        if ! "$base" -c 'import ensurepip, venv' >/dev/null 2>&1; then
            apt_install python3-venv || fail "$base cannot make environments: sudo apt-get install -y python3-venv"
        fi
        "$base" -m venv .venv
    fi
    "$python" -m pip install --quiet --disable-pip-version-check -e '.[dev]'
}

install_libraries() {
    local missing
    missing=$("$python" -m engine.cli.qt_libraries)
    if [[ -n $missing ]]; then
        say "Installing what the window needs: $missing"
        # shellcheck disable=SC2086 # several packages
        if ! apt_install $missing || [[ -n $("$python" -m engine.cli.qt_libraries) ]]; then
            say "The window needs libraries that are not installed. This line installs them:"
            "$python" -c 'from engine.cli.qt_libraries import install_line; print("    " + install_line())' >&2
            return
        fi
    fi
    echo "$wanted" >"$qt_stamp"
}

if ! stamped "$env_stamp" || [[ ! -x $python ]]; then
    say "Setting up Neuroloom in .venv; the first time this takes some minutes …"
    make_environment
    echo "$wanted" >"$env_stamp"
fi
stamped "$qt_stamp" || install_libraries
