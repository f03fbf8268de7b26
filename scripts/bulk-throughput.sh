#!/usr/bin/env bash
# Measures restore over a JSONL.zst of MB megabytes, of which PERCENT of the texts are spun: speed, peak memory, the same bytes for
# one worker and two, and the same again after five kills. Ends with 1 where one of these does not hold.
#
#     scripts/bulk-throughput.sh [MB [PERCENT [COMMAND]]]      by default 1000 10 restore
#
# It wants python3 and zstd, and the project's test data in ../shared or where DESPIN_SHARED says. DESPIN names the program; without it,
# a release build is made.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/bulk-common.sh
measure throughput --size "${1:-1000}" --spun "${2:-10}" --command "${3:-restore}"
