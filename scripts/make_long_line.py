"""Writes a text of one line: python3 scripts/make_long_line.py BYTES FILE [damaged].

The paragraphs of the genuine fixtures again and again, each time with a sentence that is never the same; with `damaged`, something to
mend in every fiftieth.
"""

import pathlib
import sys

n_bytes, path = int(sys.argv[1]), sys.argv[2]
is_damaged = "damaged" in sys.argv[3:]
texts = [p.read_text(encoding="utf-8", errors="ignore") for p in sorted(pathlib.Path("fixtures/genuine").glob("*/input.txt"))]
paragraphs = [" ".join(paragraph.split()) for text in texts for paragraph in text.split("\n\n")]
paragraphs = [paragraph for paragraph in paragraphs if paragraph]
with open(path, "wb") as file:
    size = n = 0
    while size < n_bytes:
        damage = "Itâ€™s Tom &amp; Ann.  " if is_damaged and n % 50 == 0 else ""
        size += file.write(f"{damage}{paragraphs[n % len(paragraphs)]} So it was on day {n}. ".encode())
        n += 1
    file.write(b"End.\n")
