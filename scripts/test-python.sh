#!/usr/bin/env bash
# Builds the wheel, installs it with what its tests need into target/python-venv, and runs its tests against the command.
#
#   scripts/test-python.sh              everything
#   scripts/test-python.sh -k arrow     what pytest is told
#
# PROFILE=release builds both optimised, as one would use them. PYTHON names the interpreter, 3.10 or later.
set -euo pipefail
cd "$(dirname "$0")/.."
profile="${PROFILE:-dev}"
target="${CARGO_TARGET_DIR:-target}"
venv="$target/python-venv"

if [ ! -x "$venv/bin/python" ] && ! "${PYTHON:-python3}" -m venv "$venv" 2>/dev/null; then
  # Debian keeps the module in a package of its own.
  rm -rf "$venv"
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends python3-venv >/dev/null
  "${PYTHON:-python3}" -m venv "$venv"
fi
if ! cmp -s python/requirements-test.txt "$venv/installed.txt"; then
  "$venv/bin/pip" install --quiet --disable-pip-version-check -r python/requirements-test.txt
  cp python/requirements-test.txt "$venv/installed.txt"
fi

# PySpark's.
if ! command -v java >/dev/null; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends default-jre-headless >/dev/null
fi

rm -rf "$target/python-wheels"
"$venv/bin/maturin" build --quiet --locked --profile "$profile" --manifest-path python/Cargo.toml --interpreter "$venv/bin/python" --out "$target/python-wheels"
"$venv/bin/pip" install --quiet --disable-pip-version-check --no-deps --force-reinstall "$target"/python-wheels/despin-*.whl

if [ -z "${DESPIN_COMMAND:-}" ]; then
  cargo build --quiet --locked --profile "$profile"
  folder="$([ "$profile" = dev ] && echo debug || echo "$profile")"
  DESPIN_COMMAND="$(cd "$target/$folder" && pwd)/despin"
fi
export DESPIN_COMMAND
# Not from python/, whose folders would hide what is installed.
"$venv/bin/python" -m pytest -q -p no:cacheprovider python/tests "$@"
