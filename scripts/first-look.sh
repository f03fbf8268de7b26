#!/usr/bin/env bash
# What the first look of detection costs and saves (docs/detection.md): judges N texts of news as they are and spun by our own
# dictionary, with the first look and with --thorough, and prints how many leave by it, how many verdicts it changes, and the time.
#
#     scripts/first-look.sh [N]      by default 2000
#
# It wants python3 and zstd, and the project's test data in ../shared or where DESPIN_SHARED says. DESPIN names the program; without it,
# a release build is made. The texts are those behind the first 120,000 lines; the constants were chosen on others.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/bulk-common.sh
n="${1:-2000}"
cargo build --release --locked --quiet --example spin
work="$(mktemp -d "${TMPDIR:-/tmp}/despin-look.XXXXXX")"
trap "rm -rf '$work'" EXIT

# The columns of a row: texts, those that left, spun and suspect with and without the first look, and seconds of each.
row() {
  local name="$1" field="$2" pairs="$3" begun looked read
  begun="$(date +%s.%N)"
  "$DESPIN" detect -j1 --format json --field "$field" "$pairs" >"$work/looked.jsonl" || [ $? -eq 1 ]
  looked="$(date +%s.%N)"
  "$DESPIN" detect -j1 --format json --thorough --field "$field" "$pairs" >"$work/read.jsonl" || [ $? -eq 1 ]
  read="$(date +%s.%N)"
  python3 - "$name" "$work" "$begun" "$looked" "$read" <<'PY'
import json, sys
name, work, *times = sys.argv[1:]
begun, looked, read = map(float, times)
first, whole = ([json.loads(line) for line in open(f"{work}/{of}.jsonl")] for of in ("looked", "read"))
left = sum(v["rate"] == 0 for v in first)
called = lambda found, *labels: {v["record"] for v in found if v["verdict"] in labels}
lost = called(whole, "spun") - called(first, "spun")
doubted = called(whole, "spun", "suspect") - called(first, "spun", "suspect")
print(f"| {name} | {len(first)} | {left / len(first):.3f} | {len(called(whole, 'spun'))} | {len(lost)} | {len(called(whole, 'spun', 'suspect'))} | {len(doubted)} | {(read - looked) / (looked - begun):.1f} |")
PY
}

echo "| texts | number | left | spun when read | of these lost | spun or suspect when read | of these lost | times as fast |"
echo "|---|---|---|---|---|---|---|---|"
for rate in 0.15 0.3 1; do
  # The corpus goes on after what is read of it.
  { zstd -dcq "$shared/corpus/news.train.txt.zst" 2>/dev/null | tail -n +120001 | head -n "$((n * 12))" || true; } |
    "$target/release/examples/spin" "$n" "$rate" >"$work/pairs.jsonl"
  [ "$rate" != 0.15 ] || row "genuine" original "$work/pairs.jsonl"
  row "spun at $rate" spun "$work/pairs.jsonl"
done
