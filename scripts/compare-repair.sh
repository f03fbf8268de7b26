#!/bin/sh
# Repair tools on fixtures/repair, in one run: how many broken strings each makes right, how many correct ones it changes.
# Needs python3; what is compared with goes into a virtual environment under target/. DESPIN names the program; without it, one is built.
set -eu
cd "$(dirname "$0")/.."
target=${CARGO_TARGET_DIR:-target}
venv=$target/rivals/repair
if [ ! -x "$venv/bin/python" ]; then
    python3 -m venv "$venv"
fi
"$venv/bin/python" -c 'import ftfy, plsfix' 2>/dev/null || "$venv/bin/pip" install --quiet ftfy plsfix
if [ -z "${DESPIN:-}" ]; then
    cargo build --quiet --bin despin
    DESPIN=$target/debug/despin
fi
exec "$venv/bin/python" scripts/compare_repair.py "$DESPIN" "$@"
