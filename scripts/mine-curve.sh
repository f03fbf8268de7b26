#!/usr/bin/env bash
# The learning curve of mining: mine 6, 12 and 24 pairs of the even half, restore the odd half with that dictionary alone: mine-curve.sh [DESPIN]
# Needs $DESPIN_SHARED (the project's test data).
set -euo pipefail
cd "$(dirname "$0")/.."
despin=$(realpath "${1:-target/release/despin}")
pairs="${DESPIN_SHARED:-../shared}/eval/dev/pairs"
[ -d "$pairs" ] || { echo "mine-curve: there is no $pairs; set DESPIN_SHARED" >&2; exit 2; }
desk=$(mktemp -d)
trap 'rm -rf "$desk"' EXIT
# The even pairs, by number.
even=$(find "$pairs" -name '*[02468].spun.txt' | sort -t_ -k2 | sed 's/\.spun\.txt$//')
printf '%-7s %-8s %-10s %8s %8s %10s %9s\n' pairs built-in state entries removed precision coverage
for every in 4 2 1; do
  rm -rf "$desk/pairs" && mkdir "$desk/pairs"
  n=0
  for name in $(printf '%s\n' "$even" | awk "NR % $every == 0"); do
    cp "$name.spun.txt" "$name.original.txt" "$desk/pairs/"
    n=$((n + 1))
  done
  for help in no yes; do
    for state in add ambiguous; do
      flag=--no-builtin
      [ "$help" = no ] || flag=
      "$despin" mine --isolated $flag --pairs "$desk/pairs" --state "$state" -o "$desk/mine.tsv" >/dev/null
      row=$("$despin" eval --isolated --pairs "$pairs" --half odd --force --only-dict "$desk/mine.tsv" | grep r100)
      set -- $row
      printf '%-7s %-8s %-10s %8s %8s %10s %9s\n' "$n" "$help" "$state" "$(grep -vc '^#' "$desk/mine.tsv")" "$4" "$5" "${10}"
    done
  done
done
