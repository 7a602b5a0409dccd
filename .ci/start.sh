#!/usr/bin/env bash
# Opens the editor on the first example with training started; without a display trains it in the terminal.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

example=examples/lenet_digits.loom
python=.venv/bin/python

if [[ $(uname) == Linux && -z ${DISPLAY:-} && -z ${WAYLAND_DISPLAY:-} && ${QT_QPA_PLATFORM:-} != offscreen ]]; then
    echo "There is no display here, so $example is trained in the terminal instead." >&2
    exec "$python" -m engine train "$example"
fi
exec "$python" -m app "$example" --train
