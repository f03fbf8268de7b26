"""Scores repair tools on fixtures/repair; see compare-repair.sh.

With --wrong, prints what each got wrong. With --speed, measures them on 8 MB of correct English instead.
"""

import collections
import importlib.metadata
import pathlib
import re
import subprocess
import sys
import time

import ftfy
import plsfix

from samples import english

DESPIN = sys.argv[1]
SHOWS_WRONG = "--wrong" in sys.argv
MOJIBAKE = ["one layer", "layers", "mixed", "other pages", "lossy", "latin-1"]


def table(name):
    text = pathlib.Path("fixtures/repair", name).read_text(encoding="utf-8")
    rows = [line for line in text.split("\n") if line and not line.startswith("#")]
    return [[unescaped(cell) for cell in row.split("\t")] for row in rows]


def unescaped(cell):
    simple = {"n": "\n", "r": "\r", "t": "\t", "\\": "\\"}
    escape = re.compile(r"\\(?:u\{([0-9A-Fa-f]+)\}|([nrt\\]))")
    return escape.sub(lambda m: chr(int(m[1], 16)) if m[1] else simple[m[2]], cell)


def plain(text):
    """As in tests/repair.rs: white space is no part of the tables."""
    return text.translate({0xA0: " ", 0x3000: " ", 0x202F: " "})


def despin(text):
    command = [DESPIN, "clean", "--isolated", "--no-html", "--keep", "boilerplate", "--encoding", "utf-8"]
    return subprocess.run(command, input=text.encode(), capture_output=True, check=True).stdout.decode()


GENTLE = ftfy.TextFixerConfig(uncurl_quotes=False, fix_latin_ligatures=False)
FTFY = f"ftfy {importlib.metadata.version('ftfy')}"
PLSFIX = f"plsfix {importlib.metadata.version('plsfix')}"
TOOLS = {
    "`despin clean`": despin,
    FTFY: ftfy.fix_text,
    f"{FTFY}, quotes and ligatures kept": lambda text: ftfy.fix_text(text, GENTLE),
    f"{FTFY}, fix_encoding": ftfy.fix_encoding,
    PLSFIX: plsfix.fix_text,
}


if "--speed" in sys.argv:
    text = english(8_000_000)
    for name, tool in TOOLS.items():
        times = []
        for _ in range(3):
            started = time.perf_counter()
            tool(text)
            times.append(time.perf_counter() - started)
        print(f"| {name} | {len(text.encode()) / 1e6 / min(times):.1f} MB/s |")
    sys.exit()

broken, correct = table("broken.tsv"), table("correct.tsv")
is_mojibake = [row[0] in MOJIBAKE for row in broken]
print(f"| tool | mojibake right, of {sum(is_mojibake)} | all right, of {len(broken)} | correct changed, of {len(correct)} |")
print("|---|--:|--:|--:|")
for name, tool in TOOLS.items():
    right = [plain(tool(row[1])) == plain(row[2]) for row in broken]
    stays = [plain(tool(row[1])) == plain(row[1]) for row in correct]
    n_mojibake = sum(one for one, counts in zip(right, is_mojibake) if counts)
    print(f"| {name} | {n_mojibake} | {sum(right)} | {len(stays) - sum(stays)} |")
    if SHOWS_WRONG:
        of_kind = collections.Counter(row[0] for row, one in zip(broken, right) if not one)
        print(name, dict(of_kind), file=sys.stderr)
        changed = [(row[1], tool(row[1])) for row, one in zip(correct, stays) if not one]
        for before, after in changed:
            print(f"  {name} changed {before!r} to {after!r}", file=sys.stderr)
