#!/usr/bin/env bash
# Measures detect, restore, clean, diff and the start of despin beside typos, codespell, FlashText, ftfy, plsfix, wdiff, git and the
# crate `similar`, on one core, in turns, and prints one Markdown table with the floors. Ends with 0 whether they are met or short.
#
#     scripts/compare.sh [MB [ROUNDS]]      by default 50 3
#     BUILD=1 scripts/compare.sh            also times a release build from clean
#
# It wants python3, git, and wdiff or apt-get; what is compared with goes into target/compare. News is the project's test data in
# ../shared or where DESPIN_SHARED says, and our own fixtures where there is none. DESPIN names the program; without it, a release build is made.
set -euo pipefail
cd "$(dirname "$0")/.."
export PYTHONUTF8=1
shared="${DESPIN_SHARED:-$(cd .. && pwd)/shared}"
target="${CARGO_TARGET_DIR:-target}"
peers="$target/compare"
python="$peers/venv/bin/python"
mkdir -p "$peers"
[ -x "$python" ] || python3 -m venv "$peers/venv"
"$python" -c 'import codespell_lib, flashtext, ftfy, plsfix' 2>/dev/null && [ -x "$peers/venv/bin/typos" ] ||
  "$peers/venv/bin/pip" install --quiet codespell flashtext ftfy plsfix typos
wdiff="$(command -v wdiff || echo "$peers/wdiff/usr/bin/wdiff")"
if [ ! -x "$wdiff" ]; then
  (cd "$peers" && apt-get download --quiet wdiff && dpkg-deb -x wdiff_*.deb wdiff)
fi
cargo build --release --locked --quiet --example spin --example similar_words
if [ -z "${DESPIN:-}" ]; then
  cargo build --release --locked --quiet
  DESPIN="$target/release/despin"
fi

work="$(mktemp -d "${TMPDIR:-/tmp}/despin-compare.XXXXXX")"
trap "rm -rf '$work'" EXIT
"$python" scripts/compare_inputs.py "$work" "$target/release/examples/spin" "${1:-50}" "$shared"
for size in 1 5; do
  head -c "${size}000000" "$work/genuine.txt" >"$work/genuine-$size.txt"
done
# Measured is what nothing is to be mended in.
"$DESPIN" clean --isolated "$work/clean.txt" >"$work/cleaned.txt"
mv "$work/cleaned.txt" "$work/clean.txt"
python3 scripts/make_diff_pair.py "$work/a.txt" "$work/b.txt"
taskset -c 0 "$python" scripts/compare_speed.py --despin "$DESPIN" --similar "$target/release/examples/similar_words" \
  --wdiff "$wdiff" --work "$work" --rounds "${2:-3}"
if [ -n "${BUILD:-}" ]; then
  begun="$(date +%s)"
  CARGO_TARGET_DIR="$work/build" cargo build --release --locked --quiet
  echo "| release build from clean, all cores | | | | | | $(($(date +%s) - begun)) s | |"
fi
