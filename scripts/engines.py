#!/usr/bin/env python3
"""What Python and its engines cost against the command, on the same short documents, and the wheel against ftfy.

    scripts/engines.py [DOCUMENTS]      20000 where nothing is said; 0 leaves the engines out

Run it with the interpreter that scripts/test-python.sh made, after PROFILE=release scripts/test-python.sh:

    cargo build --release --locked --example spin
    DESPIN_COMMAND=target/release/despin target/python-venv/bin/python scripts/engines.py

The news is that of DESPIN_SHARED, and our fixtures where that is absent.

Seconds of processors are those of all processes that a way begins, also of those that outlive their parents.
"""

import ctypes
import json
import os
import pathlib
import random
import re
import subprocess
import sys
import tempfile
import threading
import time

from samples import ROOT, articles, news, originals, spun

EXAMPLES = ROOT / "python/examples"
# Absolute, since it is run in other folders.
COMMAND = os.path.abspath(os.environ.get("DESPIN_COMMAND", str(ROOT / "target/release/despin")))
# Texts of a batch, of all ways.
BATCH = 256


def main():
    if sys.argv[1:2] == ["--wheel"]:
        return wheel(*sys.argv[2:])
    n_documents = int(sys.argv[1]) if sys.argv[1:] else 20_000
    # Whoever loses its parent becomes ours, so that its seconds are found: Ray's processes do.
    pr_set_child_subreaper = 36
    ctypes.CDLL(None).prctl(pr_set_child_subreaper, 1)
    with tempfile.TemporaryDirectory() as folder:
        folder = pathlib.Path(folder)
        source = folder / "articles.jsonl"
        texts = documents(n_documents)
        with source.open("w", encoding="utf-8") as out:
            for n, text in enumerate(texts):
                out.write(json.dumps({"id": f"a{n}", "text": text}, ensure_ascii=False) + "\n")
        print(f"{n_documents} documents, {source.stat().st_size / max(n_documents, 1):.0f} bytes each, seed {SEED}\n")
        if n_documents > 0:
            against_the_command(folder, source, n_documents)
    against_ftfy()


def against_the_command(folder, source, n_documents):
    python = sys.executable
    ways = {
        "command `restore -j 1`": [COMMAND, "restore", "--isolated", "-j", "1", "-o", "c1.jsonl", source],
        "command `restore -j 2`": [COMMAND, "restore", "--isolated", "-j", "2", "-o", "c2.jsonl", source],
        "wheel, Arrow, 1 thread": [python, __file__, "--wheel", "1", source, "w1.parquet"],
        "wheel, Arrow, 2 threads": [python, __file__, "--wheel", "2", source, "w2.parquet"],
        "PySpark `mapInArrow`, 2 workers": [python, EXAMPLES / "pyspark_map_in_arrow.py", source, "spark", "2"],
        "Ray Data `map_batches`, 2 workers": [python, EXAMPLES / "ray_map_batches.py", source, "ray", "2"],
    }
    print("| | clock | processors | documents/s | a processor's second | over the command | the same |")
    print("|---|---|---|---|---|---|---|")
    expected, bases = None, {}
    for name, arguments in ways.items():
        clock, processors = timed(arguments, folder)
        target = next(str(one) for one in arguments if str(one).split(".")[0] in {"c1", "c2", "w1", "w2", "spark", "ray"})
        found = restored(folder / target)
        expected = expected or found
        # The command with as many workers.
        base = bases.setdefault(re.search(r"[0-9]", name)[0], processors)
        assert found == expected and len(found) == n_documents, f"{name} leaves something else than the command"
        rates = f"{n_documents / clock:.0f} | {n_documents / processors:.0f} documents"
        print(f"| {name} | {clock:.1f} s | {processors:.1f} s | {rates} | {processors / base - 1:+.1%} | yes |", flush=True)


def timed(arguments, folder):
    """Seconds of the clock and of all processors that running this takes."""
    environment = {**os.environ, "PYSPARK_PYTHON": sys.executable, "RAY_USAGE_STATS_ENABLED": "0"}
    begin = time.monotonic()
    process = subprocess.Popen(
        list(map(str, arguments)), cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    errors = []
    reader = threading.Thread(target=lambda: errors.append(process.stderr.read()))
    reader.start()
    # Looked up while they live: what parents are told of their children leaves out those that nobody waits for.
    seconds = {}
    while process.poll() is None:
        time.sleep(0.05)
        seconds |= descendants()
    clock = time.monotonic() - begin
    for _ in range(600):
        found = descendants()
        if not found:
            break
        seconds |= found
        # Those that were left to us and have ended.
        while any(is_over(pid) for pid, _ in found):
            try:
                if os.waitpid(-1, os.WNOHANG)[0] == 0:
                    break
            except ChildProcessError:
                break
        time.sleep(0.05)
    reader.join()
    if process.returncode != 0:
        sys.exit(f"{arguments[0]} failed:\n{errors[0][-3000:]}")
    return clock, sum(seconds.values())


def stat(pid):
    """What Linux says of a process: state, parent, seconds of processors, when it began; none where it is gone."""
    try:
        cells = pathlib.Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    ticks = int(cells[11]) + int(cells[12])
    return cells[0], int(cells[1]), ticks / os.sysconf("SC_CLK_TCK"), int(cells[19])


def is_over(pid):
    found = stat(pid)
    return found is not None and found[0] == "Z"


def descendants():
    """Seconds of processors of all that came of this process, by number and beginning."""
    all_of_them = {pid: found for pid in map(int, filter(str.isdigit, os.listdir("/proc"))) if (found := stat(pid))}
    ours = {os.getpid()}
    while True:
        more = {pid for pid, (_, parent, _, _) in all_of_them.items() if parent in ours} - ours
        if not more:
            break
        ours |= more
    return {(pid, all_of_them[pid][3]): all_of_them[pid][2] for pid in ours - {os.getpid()}}


def restored(path):
    """The restored texts by the name of their documents."""
    import pyarrow.parquet as parquet

    if path.suffix == ".jsonl":
        with path.open(encoding="utf-8") as lines:
            return {record["id"]: record["text"] for record in map(json.loads, lines)}
    table = parquet.read_table(path, columns=["id", "text"])
    return dict(zip(table["id"].to_pylist(), table["text"].to_pylist()))


def wheel(n_threads, source, target):
    """What a program does that has nothing but the wheel and Arrow."""
    import pyarrow as pa
    import pyarrow.json
    import pyarrow.parquet as parquet

    import despin

    despinner = despin.Despinner(threads=int(n_threads))
    tables = []
    for batch in pa.json.read_json(source).to_batches(BATCH):
        found = pa.RecordBatch.from_struct_array(despinner.restore_batch(batch["text"]).to_pyarrow())
        tables.append(pa.table({"id": batch["id"], **{name: found[name] for name in found.schema.names}}))
    parquet.write_table(pa.concat_tables(tables), target)


def against_ftfy():
    """Documents a second of one thread, of the wheel and of what people make do with, in corpora of which some texts are spun."""
    import ftfy
    import pyarrow as pa

    import despin

    despinner = despin.Despinner(threads=1)
    words = originals(1)
    word = re.compile(r"[^\W\d_]+")

    def fix(batch):
        return pa.array([ftfy.fix_text(text) for text in batch.to_pylist()])

    def replace(text):
        return word.sub(lambda found: words.get(found[0], found[0]), text)

    def fix_and_replace(batch):
        return pa.array([replace(ftfy.fix_text(text)) for text in batch.to_pylist()])

    ways = {
        "ftfy": fix,
        "ftfy + replacement": fix_and_replace,
        "`clean_batch`": despinner.clean_batch,
        "`detect_batch`": despinner.detect_batch,
        "`restore_batch`": despinner.restore_batch,
    }
    print(f"\nPlain replacement is by {len(words)} words.\n")
    print(f"| on the same Arrow batches, one thread: documents a processor's second | {' | '.join(ways)} | against ftfy + replacement |")
    print("|---" * (len(ways) + 2) + "|")
    for name, texts in corpora():
        column = pa.array(texts)
        batches = [column[at : at + BATCH] for at in range(0, len(column), BATCH)]
        best = dict.fromkeys(ways, float("inf"))
        # In turns, the best of three.
        for _ in range(3):
            for way, run in ways.items():
                begin = time.process_time()
                for batch in batches:
                    run(batch)
                best[way] = min(best[way], time.process_time() - begin)
        rates = " | ".join(f"{len(column) / best[way]:.0f}" for way in ways)
        base = best["ftfy + replacement"]
        times = ", ".join(f"{way.split('_')[0].strip('`')} {base / best[way]:.2f} ×" for way in list(ways)[2:])
        print(f"| {name} | {rates} | {times} |", flush=True)


def corpora():
    """News of which some articles were spun throughout by our own dictionary, and the short texts of the table before."""
    spin = os.path.join(os.path.dirname(COMMAND), "examples/spin")
    source = news(os.environ.get("DESPIN_SHARED", ROOT / "../shared"))
    genuine = list(articles(source, 4_000_000))
    ours = list(spun(source, 4_000_000, spin))
    for share in 0.0, 0.01, 0.1, 1.0:
        chance = random.Random(SEED)
        texts = [chance.choice(ours) if chance.random() < share else text for text in genuine]
        yield f"news, {share:.0%} of it spun, {sum(map(len, texts)) / len(texts):.0f} letters each", texts
    texts = documents(2048)
    yield f"the short texts of the first table, {sum(map(len, texts)) / len(texts):.0f} letters each", texts


SEED = 7


def documents(n_documents):
    """Short articles: sentences of the fixtures in another order, with what scraping leaves in one of four."""
    chance = random.Random(SEED)
    articles = []
    for path in sorted(ROOT.glob("fixtures/[gr]e*/*/input.txt")):
        # One of them is in another encoding, on purpose.
        text = path.read_text(encoding="utf-8", errors="ignore")
        sentences = [one for one in re.split(r"(?<=[.!?])\s+", text) if len(one) > 20]
        if len(sentences) >= 4:
            articles.append(sentences)
    assert len(articles) >= 10, "the fixtures have moved"
    dirt = ["\u200b", "&amp;", "â€™", "  ", "\u00a0", "<b>", "{", "\ufffd"]
    made = []
    for _ in range(n_documents):
        sentences = chance.choice(articles)
        text = " ".join(chance.choices(sentences, k=chance.randint(3, 8))) + "\n"
        if chance.random() < 0.25:
            at = chance.randrange(len(text))
            text = text[:at] + chance.choice(dirt) + text[at:]
        made.append(text)
    return made


if __name__ == "__main__":
    main()
