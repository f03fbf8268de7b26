#!/usr/bin/env bash
# The same bytes come out for the same text in any order, with any number of workers and in any locale: determinism.sh [DESPIN]
# Needs $DESPIN_SHARED (the project's test data); restores all of its development texts four times.
set -euo pipefail
cd "$(dirname "$0")/.."
despin=$(realpath "${1:-target/release/despin}")
dev="${DESPIN_SHARED:-../shared}/eval/dev"
[ -d "$dev" ] || { echo "determinism: there is no $dev; set DESPIN_SHARED" >&2; exit 2; }
desk=$(mktemp -d)
trap 'rm -rf "$desk"' EXIT
digests() { # what each text gives, one process a text, in the order of the names on the standard input
  while read -r text; do
    printf '%s %s\n' "$("$despin" restore --isolated --force --format json "$text" | sha256sum | cut -c1-64)" "$text"
  done | sort -k 2
}
list() { find "$dev" -name '*.txt'; }
list | sort | digests >"$desk/sorted"
list | sort | shuf --random-source=<(yes) | LC_ALL=C.UTF-8 LANG=tr_TR.UTF-8 digests >"$desk/shuffled"
cmp "$desk/sorted" "$desk/shuffled"
list | sort >"$desk/files"
for workers in 1 2 5; do
  "$despin" detect --isolated --format json -j "$workers" --file-list "$desk/files" >"$desk/workers-$workers" || [ $? -eq 1 ]
  cmp "$desk/workers-1" "$desk/workers-$workers"
done
echo "$(wc -l <"$desk/sorted") texts: the same in two orders and locales, and for 1, 2 and 5 workers"
