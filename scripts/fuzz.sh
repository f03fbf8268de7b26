#!/usr/bin/env bash
# Searches for bytes that break what a target promises, for SECONDS of processor time, led by coverage. Begins with the fixtures, what is kept
# in tests/fuzz/corpus, and what earlier searches found (in the target folder); ends with 1 where something was found, which stands in
# fuzz/artifacts/TARGET then.
#
#     scripts/fuzz.sh TARGET SECONDS [MOST_BYTES]      e.g. scripts/fuzz.sh clean 240; inputs have at most 4096 bytes by default
#     scripts/fuzz.sh TARGET keep [N]                  packs the fewest inputs that reach what all found ones reach into tests/fuzz/corpus, at most N (1500)
#     scripts/fuzz.sh TARGET minimise FILE             makes an input that was found as small as it can be
#
# It wants cargo-fuzz (cargo install cargo-fuzz --locked) and a nightly toolchain, or RUSTC_BOOTSTRAP=1 with a stable one. Prints what
# was executed, and the coverage that libFuzzer counts: edges (cov) and features (ft).
set -euo pipefail
cd "$(dirname "$0")/.."
name="${1:?which target? $(ls fuzz/targets | sed 's/\.rs$//' | xargs)}"
target="$(realpath -m "${CARGO_TARGET_DIR:-target}")"
work="$target/fuzz-corpus/$name"
if ! command -v cargo-fuzz >/dev/null; then
  echo "fuzz: cargo-fuzz is missing; install it with cargo install cargo-fuzz --locked" >&2
  exit 2
fi
toolchain=()
if [ -z "${RUSTC_BOOTSTRAP:-}" ]; then
  toolchain=(+nightly)
fi
# What is searched is what is built: the same versions of everything.
cp Cargo.lock fuzz/Cargo.lock
# Without a sanitizer of addresses, since there is next to no unsafe code to find and it takes half of the speed.
fuzz() {
  local command="$1"
  shift
  env -u CARGO_TARGET_DIR cargo "${toolchain[@]}" fuzz "$command" --sanitizer none --target-dir "$target/fuzz" "$@"
}
if [ "${2:-}" = minimise ]; then
  fuzz tmin "$name" "${3:?which file?}" --runs 20000
  exit
fi
seeds="$target/fuzz-corpus/seeds"
log="$work/log"
mkdir -p "$work/found"
fuzz build "$name" >&2
binary="$target/fuzz/$(rustc -vV | sed -n 's/^host: //p')/release/$name"
DESPIN_FUZZ_SEEDS="$seeds" cargo test --locked --quiet --test fuzz every_target_has_seeds_and_words >&2
if [ "${2:-}" = keep ]; then
  rm -rf "$work/least"
  mkdir "$work/least"
  # With what was kept before, which is among the seeds.
  "$binary" -merge=1 -rss_limit_mb=4096 "$work/least" "$work/found" "$seeds/$name" >"$log" 2>&1
  python3 scripts/pack_corpus.py "$work/least" "tests/fuzz/corpus/$name.gz" "${3:-1500}"
  exit
fi
seconds="${2:?for how many seconds?}"
found="$PWD/fuzz/artifacts/$name"
mkdir -p "$found"
TIMEFORMAT='%U %S'
executed=0
used=0
status=0
# libFuzzer counts what passes on the clock, of which others may have a part: pieces of it, until so much was worked.
while [ "$used" -lt "$seconds" ] && [ "$status" -eq 0 ]; do
  piece=$((seconds - used < 900 ? seconds - used : 900))
  { time "$binary" "$work/found" "$seeds/$name" -max_total_time="$piece" -max_len="${3:-4096}" -dict="$seeds/$name.words" -timeout=25 \
    -rss_limit_mb=4096 -print_final_stats=1 -reload=0 -artifact_prefix="$found/" >"$log" 2>&1 || status=1; } 2>"$work/time"
  used=$((used + $(awk '{ print int($1 + $2 + 1) }' "$work/time")))
  n="$(sed -n 's/^stat::number_of_executed_units: *//p' "$log" | tail -1)"
  executed=$((executed + ${n:-0}))
done
coverage="$(grep -o 'cov: [0-9]* ft: [0-9]*' "$log" | tail -1)"
echo "$name: $executed executions in $used s, $coverage"
if [ "$status" -ne 0 ]; then
  echo "fuzz: $name is broken; see $log and fuzz/artifacts/$name" >&2
  exit 1
fi
