#!/usr/bin/env bash
# A file on a disk that is full stays as it was, and gets no journal; and so does one whose user may write no more, as where a quota is
# used up. A folder that does not fit on a disk has whole files there, and the run goes on when there is room: full-disk.sh [DESPIN]. Needs
# root, for a small disk in memory.
set -euo pipefail
cd "$(dirname "$0")/.."
despin=$(realpath "${1:-target/release/despin}")
article=fixtures/restore/harbour_article/input.txt
disk=$(mktemp -d) said=$(mktemp)
trap 'umount "$disk" 2>/dev/null || true; rmdir "$disk"' EXIT
if ! mount -t tmpfs -o size=256k tmpfs "$disk" 2>/dev/null; then
  echo "full-disk: no disk can be mounted here; run it as root" >&2
  exit 2
fi

# Says how a run with so much room ended, which is wrong where it left half of something: ended ROOM SAID COMMAND…
n_refused=0
ended() {
  local room=$1 said=$2
  shift 2
  if "$@" >/dev/null 2>"$said"; then
    "$despin" verify "$disk/a.txt" >/dev/null || { echo "full-disk: $room: written, and its journal is no good" >&2; exit 1; }
    echo "$room: written, with a sound journal"
  else
    cmp -s "$article" "$disk/a.txt" || { echo "full-disk: $room: refused, and the file was changed" >&2; exit 1; }
    left=$(find "$disk" -name 'a.txt.despin*' -o -name '.despin-*' | wc -l)
    [ "$left" -eq 0 ] || { echo "full-disk: $room: refused, and $left files are left" >&2; exit 1; }
    n_refused=$((n_refused + 1))
    echo "$room: refused, the file is as it was: $(sed "s|$disk/||g" "$said")"
  fi
}

begun() {
  rm -f "$disk"/* "$disk"/.despin-*
  cp "$article" "$disk/a.txt"
}

for room in 0 4 16 24 28 32 36 40 44 48 64 96; do
  begun
  # All of the disk is taken but $room kilobytes.
  free=$(df --output=avail -k "$disk" | tail -n 1)
  dd if=/dev/zero of="$disk/filler" bs=1k count=$((free - room)) status=none
  ended "$room KB free" "$said" "$despin" restore -w "$disk/a.txt"
done
[ "$n_refused" -gt 0 ] || { echo "full-disk: the disk was never full" >&2; exit 1; }

# As much as a file may have, in kilobytes; beyond it a write fails, where the signal that comes with it is not heeded.
limited() {
  (trap '' XFSZ; ulimit -f "$1"; exec "$despin" restore -w "$disk/a.txt")
}
n_refused=0
for room in 0 1 2 4 8 64; do
  begun
  ended "$room KB a file" "$disk/said" limited "$room"
done
rm -f "$said"
[ "$n_refused" -gt 0 ] || { echo "full-disk: no file was ever too large" >&2; exit 1; }

# Two hundred texts, spun and genuine ones, beside what they give on a disk with room.
texts=$(mktemp -d)
trap 'umount "$disk" 2>/dev/null || true; rmdir "$disk"; rm -rf "$texts"' EXIT
mkdir "$texts/in"
for n in $(seq -w 100); do
  cp "$article" "$texts/in/$n.txt"
  cp fixtures/genuine/flood_report/input.txt "$texts/in/$n-genuine.txt"
done
"$despin" restore -j2 --out "$texts/whole" "$texts/in" >/dev/null
rm -f "$disk"/* "$disk"/.despin-*
if "$despin" restore -j2 --out "$disk/out" "$texts/in" >/dev/null 2>&1; then
  echo "full-disk: the folder fitted on the disk" >&2
  exit 1
fi
n=0
for file in $(cd "$disk/out" && find . -type f -not -name '*.part' -not -name '.despin*'); do
  cmp -s "$disk/out/$file" "$texts/whole/$file" || { echo "full-disk: $file of the folder is not whole" >&2; exit 1; }
  n=$((n + 1))
done
mount -o remount,size=16m "$disk"
"$despin" restore -j2 --resume --out "$disk/out" "$texts/in" >/dev/null
diff -r "$disk/out" "$texts/whole" || { echo "full-disk: the folder is not what it is elsewhere" >&2; exit 1; }
echo "a folder: $n whole files when the disk was full, all $(find "$disk/out" -type f | wc -l) when it had room"
