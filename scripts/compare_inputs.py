"""Writes what compare_speed.py measures with into a folder: compare_inputs.py FOLDER SPIN MEGABYTES [SHARED].

News is the project's corpus where SHARED has it, and else our own fixtures, repeated. SPIN is the built example `spin`.
"""

import itertools
import json
import pathlib
import sys

from samples import ROOT, articles, english, news, spun

# Bytes of the texts for `clean`.
CLEAN = 8_000_000
# Megabytes of spun records.
SPUN = [1, 10]
# Files of one folder.
FILES = 1000
# What scraping leaves, one in every other paragraph; as in benches/clean.rs.
DAMAGE = ["Itâ€™s so. ", "Tom &amp; Ann.  ", "<b>Bold</b> it was. ", "A soft\u00adened word. ", "{that a} man. ", "End.[12] "]


def article(verb, names):
    """Some 5 KB of fixtures, as in benches/article.rs."""
    parts = itertools.cycle((ROOT / "fixtures" / verb / name / "input.txt").read_text() for name in names)
    text = ""
    while len(text.encode()) <= 5000:
        text += next(parts) + "\n"
    return text


def damaged(text):
    parts = text.split("\n\n")
    return "\n\n".join(part if n % 2 else DAMAGE[n // 2 % len(DAMAGE)] + part for n, part in enumerate(parts))


def main():
    folder, spin, megabytes = pathlib.Path(sys.argv[1]), sys.argv[2], int(sys.argv[3])
    source = news(sys.argv[4] if len(sys.argv) > 4 else None)
    with (folder / "genuine.jsonl").open("w") as records, (folder / "genuine.txt").open("w") as whole:
        for n, text in enumerate(articles(source, megabytes * 1_000_000)):
            file = folder / "genuine" / str(n // FILES) / f"{n}.txt"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text)
            records.write(json.dumps({"id": n, "text": text}) + "\n")
            whole.write(text)
    for size in SPUN:
        with (folder / f"spun-{size}.jsonl").open("w") as records, (folder / f"spun-{size}.txt").open("w") as whole:
            for n, text in enumerate(spun(source, size * 1_000_000, spin)):
                records.write(json.dumps({"id": n, "text": text}) + "\n")
                whole.write(text)
    text = english(CLEAN)
    (folder / "clean.txt").write_text(text)
    (folder / "damaged.txt").write_text(damaged(text))
    genuine = article("genuine", ["harbour_article", "flood_report", "rare_attack", "price_rise"])
    (folder / "article-genuine.txt").write_text(genuine)
    (folder / "article-spun.txt").write_text(article("restore", ["harbour_article", "flood_report", "court_ruling", "price_rise"]))


main()
