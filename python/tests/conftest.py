"""What the tests share: the command, texts, and what the command makes of them."""

import json
import os
import pathlib
import shutil
import subprocess

import pytest

import despin

ROOT = pathlib.Path(__file__).parents[2]
FIXTURES = ROOT / "fixtures"
# A dictionary of a user's.
OWN = """\
# title: what this test restores
# family: own
# language: en
# source: written for this test
# licence: MIT OR Apache-2.0
mentioned\tsaid\tphrase\t0.5\tknown
"""


def command(*arguments, folder, codes=(0, 1)):
    """What the command prints, which looks at no settings but its flags."""
    program = os.environ.get("DESPIN_COMMAND") or shutil.which("despin")
    assert program, "set DESPIN_COMMAND to the built command, as scripts/test-python.sh does"
    run = subprocess.run([program, *map(str, arguments), "--isolated"], cwd=folder, capture_output=True)
    assert run.returncode in codes, run.stderr.decode()
    return run.stdout


def lines(data):
    return [json.loads(line) for line in data.splitlines()]


@pytest.fixture(scope="session")
def despinner():
    return despin.Despinner()


@pytest.fixture(scope="session")
def files(tmp_path_factory):
    """The fixtures' texts and pages, and the same in other encodings, under names of their own: {name: bytes}."""
    folder = tmp_path_factory.mktemp("files")
    texts = {}
    for path in sorted(FIXTURES.glob("*/*/input.*")):
        texts[f"{path.parent.parent.name}-{path.parent.name}{path.suffix}"] = path.read_bytes()
    for path in sorted(FIXTURES.glob("html/*/*.html")):
        texts[f"html-{path.parent.name}-{path.name}"] = path.read_bytes()
    assert len(texts) > 40, "the fixtures have moved"
    plain = (FIXTURES / "restore/harbour_article/input.txt").read_text(encoding="utf-8")
    texts["bom.txt"] = b"\xef\xbb\xbf" + plain.encode()
    texts["crlf.txt"] = plain.replace("\n", "\r\n").encode()
    texts["utf16.txt"] = b"\xff\xfe" + plain.encode("utf-16-le")
    texts["windows.txt"] = ("The café’s owner  said no. " * 5).encode("windows-1252")
    texts["broken.txt"] = b"Half a \xff letter,  and more.\n"
    texts["empty.txt"] = b""
    for name, data in texts.items():
        (folder / name).write_bytes(data)
    return folder, texts


@pytest.fixture(scope="session")
def records(files, tmp_path_factory):
    """Those of them that are UTF-8, as a file of records: (path, texts)."""
    texts = []
    for data in files[1].values():
        try:
            texts.append(data.decode())
        except UnicodeDecodeError:
            continue
    texts += ["café \u200b 日本語 \U0001f600", " ", "{a|b}"]
    path = tmp_path_factory.mktemp("records") / "texts.jsonl"
    with path.open("w", encoding="utf-8") as out:
        for n, text in enumerate(texts):
            out.write(json.dumps({"id": f"a{n}", "text": text}, ensure_ascii=False) + "\n")
    return path, texts


@pytest.fixture(scope="session")
def commanded(records):
    """What the command makes of the records: {verb: [record]}."""
    path, _ = records
    made = {}
    for verb in ["detect", "clean", "restore"]:
        out = path.parent / f"{verb}.jsonl"
        command(verb, "-o", out, path, folder=path.parent)
        made[verb] = lines(out.read_bytes())
    return made
