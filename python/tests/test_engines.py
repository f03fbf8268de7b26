"""Each example of python/examples runs, with several workers where the engine has them, and leaves what the command does."""

import json
import os
import subprocess
import sys

import pyarrow.parquet as parquet
import pytest

from conftest import FIXTURES, ROOT, command, lines

EXAMPLES = ROOT / "python/examples"


@pytest.fixture(scope="module")
def articles(tmp_path_factory):
    """A file of 60 records in a folder of its own, and what the command makes of them: {id: columns}."""
    folder = tmp_path_factory.mktemp("articles")
    # One of them is in another encoding, on purpose.
    texts = [path.read_text(encoding="utf-8", errors="replace") for path in sorted(FIXTURES.glob("[dgr]*/*/input.txt"))]
    texts += ["Two  spaces, café.", "<!doctype html><article><p>It rained all day.</p></article>"]
    with (folder / "articles.jsonl").open("w", encoding="utf-8") as out:
        for n in range(60):
            record = {"id": f"a{n}", "text": f"{texts[n % len(texts)]}\nNumber {n // len(texts)}.\n"}
            out.write(json.dumps(record, ensure_ascii=False) + "\n")
    made = tmp_path_factory.mktemp("command") / "restored.jsonl"
    command("restore", "-o", made, folder / "articles.jsonl", folder=folder)
    columns = {}
    for record in lines(made.read_bytes()):
        told = record["despin"]
        told["journal"] = json.dumps(told["journal"], ensure_ascii=False) if "journal" in told else None
        names = ["probability", "verdict", "rate", "profile", "changed", "journal"]
        columns[record["id"]] = {"text": record["text"], **{name: told[name] for name in names}}
    verdicts = {column["verdict"] for column in columns.values()}
    assert len(columns) == 60 and {"spun", "genuine"} <= verdicts
    return folder / "articles.jsonl", columns


def run(name, *arguments, folder):
    """Runs an example as one would, with nothing of the repository on its path but the installed wheel."""
    environment = {
        **os.environ,
        "HF_HOME": str(folder / "hub"),
        "HF_HUB_OFFLINE": "1",
        "RAY_USAGE_STATS_ENABLED": "0",
        "PYSPARK_PYTHON": sys.executable,
        "PYSPARK_DRIVER_PYTHON": sys.executable,
    }
    program = [sys.executable, EXAMPLES / f"{name}.py", *arguments]
    done = subprocess.run(program, cwd=folder, env=environment, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-6000:]


def check(rows, columns):
    """That ``rows`` are the command's ``columns``, each once."""
    assert sorted(row["id"] for row in rows) == sorted(columns)
    for row in rows:
        expected = columns[row["id"]]
        mine = {name: row[name] for name in expected}
        # The same values; a journal as JSON may have spaces in it.
        for found in [mine, expected]:
            found["journal"] = found["journal"] and json.loads(found["journal"]) if isinstance(found["journal"], str) else found["journal"]
        assert mine == expected, row["id"]


def rows_of(path):
    if path.suffix == ".jsonl":
        return lines(path.read_bytes())
    # A folder of many files, or one file.
    return parquet.read_table(path).to_pylist()


@pytest.mark.parametrize(
    "name, form",
    [
        ("with_pandas", "jsonl"),
        ("with_pandas", "parquet"),
        ("with_polars", "jsonl"),
        ("with_polars", "parquet"),
        ("datasets_map", "parquet"),
    ],
)
def test_data_frames(articles, tmp_path, name, form):
    source, columns = articles
    run(name, source, tmp_path / f"restored.{form}", folder=tmp_path)
    rows = rows_of(tmp_path / f"restored.{form}")
    assert [row["id"] for row in rows] == list(columns), "the order is kept"
    check(rows, columns)


# So few records are one batch of Ray's, unless batches are small.
@pytest.mark.parametrize("name, more", [("pyspark_map_in_arrow", []), ("ray_map_batches", ["8"])])
def test_clusters(articles, tmp_path, name, more):
    source, columns = articles
    run(name, source, tmp_path / "restored", "2", *more, folder=tmp_path)
    files = list((tmp_path / "restored").glob("*.parquet"))
    assert len(files) > 1, "more than one worker wrote"
    check(rows_of(tmp_path / "restored"), columns)


def test_datatrove(articles, tmp_path):
    source, columns = articles
    # A task takes whole files, so there are two.
    folder = tmp_path / "shards"
    folder.mkdir()
    records = source.read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "0.jsonl").write_text("".join(records[:35]), encoding="utf-8")
    (folder / "1.jsonl").write_text("".join(records[35:]), encoding="utf-8")
    run("datatrove_step", folder, tmp_path / "restored", "2", folder=tmp_path)
    rows = []
    for path in sorted((tmp_path / "restored").glob("*.jsonl")):
        for record in lines(path.read_bytes()):
            told = {"journal": None} | record["metadata"]["despin"]
            rows.append({"id": record["id"], "text": record["text"], **told})
    assert len(list((tmp_path / "restored").glob("*.jsonl"))) == 2
    check(rows, columns)
