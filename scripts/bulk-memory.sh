#!/usr/bin/env bash
# Feeds a stream of MB megabytes, made as it is read and with a record of 200 MB in its midst, through the standard input, and tells
# the peak memory. Ends with 1 where that is more than 300 MB, or the large record is not rejected.
#
#     scripts/bulk-memory.sh [MB [COMMAND]]      by default 300 clean
#
# It wants what bulk-throughput.sh wants.
set -euo pipefail
cd "$(dirname "$0")/.."
. scripts/bulk-common.sh
measure memory --size "${1:-300}" --command "${2:-clean}"
