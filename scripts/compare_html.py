"""Scores extractors on fixtures/html; see compare-html.sh."""

import html
import importlib.metadata
import pathlib
import re
import subprocess
import sys

import trafilatura
from readability import Document
from resiliparse.extract.html2text import extract_plain_text

DESPIN, SMOOTHIE = sys.argv[1:3]


def run(command, page):
    return subprocess.run(command, input=page, capture_output=True, text=True, check=True).stdout


def lxml(page):
    document = Document(page)
    text = html.unescape(re.sub(r"<[^>]+>", " ", document.summary()))
    return document.short_title() + "\n" + text


def of(package):
    return f"{package} {importlib.metadata.version(package)}"


TOOLS = {
    "`despin clean`": lambda page: run([DESPIN, "clean", "--isolated"], page),
    of("trafilatura"): lambda page: trafilatura.extract(page, include_comments=False) or "",
    of("trafilatura") + ", recall": lambda page: trafilatura.extract(page, include_comments=False, favor_recall=True) or "",
    of("readability-lxml"): lxml,
    of("resiliparse") + ", main content": lambda page: extract_plain_text(page, main_content=True, alt_texts=False),
    "dom_smoothie alone": lambda page: run([SMOOTHIE], page),
}


def plain(text):
    # Bullets, bars and rules of tables are each tool's own.
    return " ".join(re.sub(r"[•|*\-–—_]+", " ", text).split()).lower()


pages = sorted(pathlib.Path("fixtures/html").iterdir())
sums = {tool: {"article": [0, 0], "boilerplate": [0, 0], "pages": 0} for tool in TOOLS}
for folder in pages:
    page = (folder / "page.html").read_text()
    rows = [row.split("\t") for row in (folder / "labels.tsv").read_text().splitlines()[1:]]
    for tool, extract in TOOLS.items():
        try:
            text = f" {plain(extract(page))} "
        except Exception as error:  # A rival that fails on a page has kept nothing of it.
            print(f"{tool}: {folder.name}: {error}", file=sys.stderr)
            text = ""
        is_whole = True
        for label, fragment in rows:
            n = len(fragment)
            sums[tool][label][0] += n
            if plain(fragment) in text:
                sums[tool][label][1] += n
            elif label == "article":
                is_whole = False
        sums[tool]["pages"] += is_whole

print(f"{len(pages)} pages\n")
print("| tool | article kept | pages whole | boilerplate leaked |\n|---|--:|--:|--:|")
for tool, sum in sums.items():
    kept, leaked = (100 * sum[label][1] / sum[label][0] for label in ("article", "boilerplate"))
    print(f"| {tool} | {kept:.1f} % | {sum['pages']} | {leaked:.1f} % |")
