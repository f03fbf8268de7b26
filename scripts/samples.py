"""Texts and tables that more than one measuring script is fed with."""

import itertools
import json
import os
import pathlib
import random
import re
import subprocess

ROOT = pathlib.Path(__file__).resolve().parents[1]
# Lines of a text, as in examples/spin.rs.
LINES = 12


def news(shared):
    """Sentences without end: of the corpus where `shared` has it, and else of our own fixtures, over and over."""
    has_corpus = shared is not None and (pathlib.Path(shared) / "corpus").is_dir()
    return sentences(shared) if has_corpus else fixture_sentences()


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


def fixture_sentences():
    while True:
        for paragraph in paragraphs():
            yield from (sentence.strip(" .") + "." for sentence in paragraph.replace("\n", " ").split(". "))


def paragraphs():
    """The paragraphs of the genuine fixtures."""
    for path in sorted(ROOT.glob("fixtures/genuine/*/input.txt")):
        # One of them is in Windows-1252, for its own test.
        yield from path.read_text(encoding="utf-8", errors="ignore").split("\n\n")


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
