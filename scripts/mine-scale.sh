#!/usr/bin/env bash
# Throughput and memory of mining by the number of pairs: mine-scale.sh [DESPIN]
# Needs $DESPIN_SHARED (the project's test data), zstd and GNU time; the pairs are made by examples/spin.rs.
set -euo pipefail
cd "$(dirname "$0")/.."
despin=$(realpath "${1:-target/release/despin}")
corpus="${DESPIN_SHARED:-../shared}/corpus/news.train.txt.zst"
[ -f "$corpus" ] || { echo "mine-scale: there is no $corpus; set DESPIN_SHARED" >&2; exit 2; }
cargo build --quiet --release --locked --example spin
desk=$(mktemp -d)
trap 'rm -rf "$desk"' EXIT
# The corpus goes on after what is read of it.
{ zstdcat "$corpus" 2>/dev/null || true; } | target/release/examples/spin 20000 >"$desk/all.jsonl"
printf '%8s %8s %9s %9s %9s %9s\n' pairs MB seconds pairs/s MB/s 'memory MB'
for n in 2500 5000 10000 20000; do
  head -n "$n" "$desk/all.jsonl" >"$desk/pairs.jsonl"
  size=$(stat -c %s "$desk/pairs.jsonl")
  /usr/bin/time -f '%e %M' -o "$desk/time" "$despin" mine --isolated --pairs "$desk/pairs.jsonl" --count 2 --state add -o "$desk/mine.tsv" >/dev/null
  read -r seconds memory <"$desk/time"
  awk -v n="$n" -v size="$size" -v s="$seconds" -v m="$memory" \
    'BEGIN { printf "%8d %8.1f %9.1f %9.0f %9.2f %9.0f\n", n, size / 1e6, s, n / s, size / 1e6 / s, m / 1024 }'
done
