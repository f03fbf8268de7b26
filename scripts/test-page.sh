#!/usr/bin/env bash
# Drives the review page in a browser, as a person would: installs what that takes, makes pages, and tests them.
#
# It wants Debian's chromium, Node.js 20 or later and npm; what is missing is installed where this runs as root. Everything
# else goes to target/page, the pictures too. DESPIN names the program to test; without it, a release build is made.
set -euo pipefail
cd "$(dirname "$0")/.."

need() {
  command -v "$1" >/dev/null && return
  if [ "$(id -u)" -ne 0 ] || ! command -v apt-get >/dev/null; then
    echo "test-page: $1 is missing; install it (Debian: apt-get install $2)" >&2
    exit 1
  fi
  if [ -z "${updated:-}" ]; then
    apt-get update -qq
    updated=yes
  fi
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $2 >/dev/null
}
need chromium "chromium fonts-dejavu-core fonts-liberation"
need node nodejs
need npm npm

target="${CARGO_TARGET_DIR:-target}"
if [ -z "${DESPIN:-}" ]; then
  cargo build --release --locked --quiet
  DESPIN="$target/release/despin"
fi
mkdir -p "$target/page"
cp tests/page/package.json tests/page/package-lock.json "$target/page/"
(cd "$target/page" && npm ci --ignore-scripts --no-audit --no-fund --silent)
DESPIN="$(realpath "$DESPIN")" PAGE_DIR="$(realpath "$target/page")" exec node tests/page/run.mjs "$@"
