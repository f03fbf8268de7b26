"""Texts and tables that more than one measuring script is fed with."""

import os
import pathlib
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[1]


def sentences(shared):
    """The corpus' sentences as people write them, over and over."""
    path = os.path.join(shared, "corpus", "news.train.txt.zst")
    while True:
        with subprocess.Popen(["zstd", "-dcq", path], stdout=subprocess.PIPE, text=True) as zstd:
            for line in zstd.stdout:
                words = line.replace(" 's", "'s").replace("<num>", "40").split()
                if len(words) > 7:
                    yield " ".join(words).capitalize() + "."
            zstd.kill()


def paragraphs():
    """The paragraphs of the genuine fixtures."""
    for path in sorted(ROOT.glob("fixtures/genuine/*/input.txt")):
        # One of them is in Windows-1252, for its own test.
        yield from path.read_text(encoding="utf-8", errors="ignore").split("\n\n")


def english(n_bytes):
    """The genuine fixtures again and again, with a sentence that is never the same."""
    found = list(paragraphs())
    n_rounds = n_bytes // sum(len(paragraph.encode()) + 28 for paragraph in found) + 1
    rows = enumerate(found * n_rounds)
    return "\n\n".join(f"{paragraph.strip()} So it was on day {n}." for n, paragraph in rows)


def originals(n_words):
    """Spun phrases of so many words at most and the likeliest original of each, from the built-in dictionaries."""
    best = {}
    for path in sorted((ROOT / "dictionaries/en").glob("*.tsv")):
        for line in path.read_text(encoding="utf-8").splitlines():
            cells = line.split("\t")
            if line.startswith("#") or len(cells) < 4 or cells[0].count(" ") >= n_words:
                continue
            # Irregular forms may stand before it.
            weight = next((float(cell) for cell in cells[3:] if re.fullmatch(r"[0-9.]+", cell)), 0.0)
            if weight > best.get(cells[0], ("", -1.0))[1]:
                best[cells[0]] = (cells[1], weight)
    return {spun: original for spun, (original, _) in best.items()}
