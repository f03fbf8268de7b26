"""Writes what compare_speed.py measures with into a folder: compare_inputs.py FOLDER SPIN MEGABYTES [SHARED].

News is the project's corpus where SHARED has it, and else our own fixtures, repeated. SPIN is the built example `spin`.
"""

import itertools
import json
import pathlib
import random
import subprocess
import sys

from samples import ROOT, english, paragraphs, sentences

# Lines of a text, as in examples/spin.rs.
LINES = 12
# Bytes of the texts for `clean`.
CLEAN = 8_000_000
# Megabytes of spun records.
SPUN = [1, 10]
# Files of one folder.
FILES = 1000
# What scraping leaves, one in every other paragraph; as in benches/clean.rs.
DAMAGE = ["Itâ€™s so. ", "Tom &amp; Ann.  ", "<b>Bold</b> it was. ", "A soft\u00adened word. ", "{that a} man. ", "End.[12] "]


def fixture_sentences():
    while True:
        for paragraph in paragraphs():
            yield from (sentence.strip(" .") + "." for sentence in paragraph.replace("\n", " ").split(". "))


def articles(source, n_bytes):
    """Texts of some paragraphs, together of so many bytes."""
    chance = random.Random(7)
    while n_bytes > 0:
        parts = [" ".join(itertools.islice(source, 4)) for _ in range(chance.randint(2, 8))]
        text = "\n\n".join(parts) + "\n"
        n_bytes -= len(text.encode())
        yield text


def spun(source, n_bytes, spin):
    """Texts that the built-in dictionary spun wherever it could."""
    command = [spin, str(n_bytes // 1000)]
    lines = "\n".join(itertools.islice(source, n_bytes // 1000 * LINES))
    pairs = subprocess.run(command, input=lines.encode(), stdout=subprocess.PIPE, check=True).stdout.splitlines()
    for text in (json.loads(pair)["spun"] for pair in pairs):
        if n_bytes <= 0:
            break
        n_bytes -= len(text.encode())
        yield text


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
    has_corpus = len(sys.argv) > 4 and (pathlib.Path(sys.argv[4]) / "corpus").is_dir()
    source = sentences(sys.argv[4]) if has_corpus else fixture_sentences()
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
