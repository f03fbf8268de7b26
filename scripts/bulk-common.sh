# What bulk-throughput.sh and bulk-memory.sh have in common; they read it, it is not run by itself.
shared="${DESPIN_SHARED:-$(cd .. && pwd)/shared}"
target="${CARGO_TARGET_DIR:-target}"
for tool in python3 zstd; do
  if ! command -v "$tool" >/dev/null; then
    echo "bulk: $tool is missing; install it (Debian: apt-get install $tool)" >&2
    exit 1
  fi
done
if [ ! -d "$shared/corpus" ]; then
  echo "bulk: there is no corpus in $shared; set DESPIN_SHARED" >&2
  exit 1
fi
if [ -z "${DESPIN:-}" ]; then
  cargo build --release --locked --quiet
  DESPIN="$target/release/despin"
fi

# Measures $1, with the flags behind it, in a folder that is removed then.
measure() {
  local work
  work="$(mktemp -d "${TMPDIR:-/tmp}/despin-bulk.XXXXXX")"
  trap "rm -rf '$work'" EXIT
  python3 scripts/bulk_measure.py "$@" --despin "$DESPIN" --shared "$shared" --work "$work" --dictionaries dictionaries/en
}
