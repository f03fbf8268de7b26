#!/bin/sh
# Extractors of web pages on fixtures/html, in one run: how much of the article each keeps, how much of the page it leaks.
# Needs python3; what is compared with goes into a virtual environment under target/.
set -eu
cd "$(dirname "$0")/.."
target=${CARGO_TARGET_DIR:-target}
venv=$target/rivals/venv
if [ ! -x "$venv/bin/python" ]; then
    python3 -m venv "$venv"
    "$venv/bin/pip" install --quiet --upgrade pip
fi
"$venv/bin/python" -c 'import trafilatura, readability, resiliparse' 2>/dev/null ||
    "$venv/bin/pip" install --quiet trafilatura readability-lxml resiliparse
cargo build --quiet --bin despin --example readability
exec "$venv/bin/python" scripts/compare_html.py "$target/debug/despin" "$target/debug/examples/readability"
