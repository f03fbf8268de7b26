#!/usr/bin/env bash
# Searches for bytes that break what a target promises, for SECONDS, led by coverage. Begins with the fixtures and what earlier searches
# found (in the target folder); ends with 1 where something was found, which stands in fuzz/artifacts/TARGET then.
#
#     scripts/fuzz.sh TARGET SECONDS [MOST_BYTES]      e.g. scripts/fuzz.sh clean 240; inputs have at most 4096 bytes by default
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
seconds="${2:?for how many seconds?}"
mkdir -p "$work/found"
fuzz build "$name" >&2
DESPIN_FUZZ_SEEDS="$target/fuzz-corpus/seeds" cargo test --locked --quiet --test fuzz every_target_has_seeds_and_words >&2
log="$work/log"
status=0
fuzz run "$name" "$work/found" "$target/fuzz-corpus/seeds/$name" -- -max_total_time="$seconds" -max_len="${3:-4096}" -dict="$target/fuzz-corpus/seeds/$name.words" -timeout=25 \
  -rss_limit_mb=4096 -print_final_stats=1 -reload=0 >"$log" 2>&1 || status=1
executed="$(sed -n 's/^stat::number_of_executed_units: *//p' "$log" | tail -1)"
coverage="$(grep -o 'cov: [0-9]* ft: [0-9]*' "$log" | tail -1)"
echo "$name: $executed executions in $seconds s, $coverage"
if [ "$status" -ne 0 ]; then
  echo "fuzz: $name is broken; see $log and fuzz/artifacts/$name" >&2
  exit 1
fi
