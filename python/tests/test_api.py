"""What the classes promise: threads, pickles, ways back, errors, stubs."""

import concurrent.futures
import doctest
import json
import pathlib
import pickle
import re
import signal
import subprocess
import sys
import threading
import time

import polars
import pyarrow
import pytest

import despin
from conftest import FIXTURES, OWN, ROOT

SPUN = (FIXTURES / "restore/harbour_article/input.txt").read_text(encoding="utf-8")
GENUINE = (FIXTURES / "genuine/harbour_article/input.txt").read_text(encoding="utf-8")


def test_functions_use_what_is_built_in():
    assert despin.detect(SPUN).verdict == "spun" and despin.detect(SPUN).profile == "autoblog"
    assert despin.detect(GENUINE).verdict == "genuine" and despin.detect(GENUINE).profile is None
    result = despin.restore(SPUN)
    assert "Marta Oleniuk, said." in result.text and result.changed and result.verdict == "spun"
    assert despin.restore(GENUINE).text == GENUINE and despin.restore(GENUINE).journal is None
    assert despin.clean("Two  spaces.\u200b").text == "Two spaces."
    assert despin.clean("Two  spaces.").verdict is None
    assert despin.diff("An uncommon assault.", "A rare attack.")["changes"][1]["after"] == "rare"
    assert "[-mentioned-]{+said+}" in despin.Despinner().explain(SPUN, format="inline")


def test_everything_leads_back(despinner, files):
    for name, data in files[1].items():
        for verb in [despinner.clean, despinner.restore]:
            result = verb(data)
            assert despin.undo(result) == data, name
            if result.journal:
                assert despin.undo(result.bytes, result.journal) == data, name
                assert despin.undo(result.bytes, json.loads(result.journal)) == data, name


def test_strings_lead_back(despinner, records):
    texts = records[1]
    for verb in ["clean_batch", "restore_batch"]:
        results = getattr(despinner, verb)(texts)
        assert despinner.undo_batch(results) == texts
        kept = [result for result in results if result.page is None]
        before = [text for text, result in zip(texts, results) if result.page is None]
        assert despinner.undo_batch([r.text for r in kept], [r.journal for r in kept]) == before
    assert all(isinstance(despin.undo(result), str) for result in results)
    assert despinner.undo_batch([None, results[0]]) == [None, texts[0]]


def test_threads_share_one(despinner):
    texts = [SPUN, GENUINE, "Two  spaces."] * 8
    alone = [(r.text, r.to_dict()) for r in map(despinner.restore, texts)]
    with concurrent.futures.ThreadPoolExecutor(8) as pool:
        assert [(r.text, r.to_dict()) for r in pool.map(despinner.restore, texts)] == alone
    for threads in [1, 2, 7]:
        batch = despin.Despinner(threads=threads).restore_batch(texts)
        assert [(r.text, r.to_dict()) for r in batch] == alone


@pytest.mark.parametrize("work", [lambda d: d.restore(SPUN * 24), lambda d: d.detect_batch([SPUN] * 40)])
def test_python_goes_on_meanwhile(work):
    despinner = despin.Despinner(threads=1)
    is_done, ticks = threading.Event(), []

    def count():
        while not is_done.wait(0.001):
            ticks.append(time.monotonic())

    counter = threading.Thread(target=count)
    counter.start()
    begin = time.monotonic()
    work(despinner)
    end = time.monotonic()
    is_done.set()
    counter.join()
    during = [begin, *(tick for tick in ticks if begin < tick < end), end]
    longest = max(after - before for before, after in zip(during, during[1:]))
    # With the lock held, nobody else would have ticked at all.
    assert len(during) > 10 and longest < (end - begin) / 2, (len(during), longest, end - begin)


@pytest.mark.parametrize("threads", [1, 2])
def test_a_batch_can_be_stopped(threads):
    class Stop(Exception):
        pass

    def stop(*_):
        raise Stop

    despinner = despin.Despinner(threads=threads)
    begin = time.monotonic()
    despinner.detect(SPUN)
    one = time.monotonic() - begin
    before = signal.signal(signal.SIGALRM, stop)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.3)
        begin = time.monotonic()
        with pytest.raises(Stop):
            despinner.detect_batch([SPUN] * int(60 / one))
        assert time.monotonic() - begin < 15
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_it_can_be_pickled(tmp_path):
    despinner = despin.Despinner(force=True, protect=["mentioned"], dict=[], threads=1)
    again = pickle.loads(pickle.dumps(despinner))
    assert again.options == despinner.options and again.options["protect"] == ["mentioned"]
    assert again.restore(SPUN).text == despinner.restore(SPUN).text != despin.restore(SPUN).text
    error = pickle.loads(pickle.dumps(pytest.raises(despin.DespinError, despin.Despinner, threads=0).value))
    assert (error.place, error.fault, error.mend) == ("threads", "none cannot do anything", "give 1 or more, or leave it out")


@pytest.mark.parametrize(
    "fails, message",
    [
        (lambda: despin.Despinner(encoding="klingon"), "klingon: "),
        (lambda: despin.Despinner(skip=["spaces"]), "spaces: there is no cleaning rule of this name; name one of: "),
        (lambda: despin.Despinner(boilerplate="yes"), "boilerplate: it cannot be `yes`; give drop or keep"),
        (lambda: despin.Despinner(keep=["all"]), "all: there are no lines of this kind; name one of: "),
        (lambda: despin.Despinner(apply_from=2), "apply_from: no probability; give a number from 0 to 1"),
        (lambda: despin.Despinner(journal="fat"), "journal: it cannot be `fat`; give lean, full or none"),
        (lambda: despin.Despinner(dict=["absent.tsv"]), "absent.tsv: cannot read"),
        (lambda: despin.Despinner(lm="absent.lm"), "absent.lm: "),
        (lambda: despin.detect("half \ud83d a pair"), "text: it has half a surrogate pair"),
        (lambda: despin.diff("a", "b", format="xml"), "format: there is no form `xml`; give json, "),
        (lambda: despin.undo("text"), "text: it has no journal; give the journal of the run"),
        (lambda: despin.undo("text", "{"), "journal:1: not a journal: "),
        (lambda: despin.undo("other", despin.clean("a  b").journal), "journal: "),
        (lambda: despin.Despinner.undo_batch(["a"]), "text: it has no journal"),
        (lambda: despin.Despinner.undo_batch(["a"], []), "journals: there are 1 texts and 0 journals; "),
    ],
)
def test_errors_name_place_fault_and_mend(fails, message):
    with pytest.raises(despin.DespinError) as caught:
        fails()
    error = caught.value
    assert isinstance(error, ValueError)
    assert str(error) == f"{error.place}: {error.fault}; {error.mend}" and str(error).startswith(message)
    assert all([error.place, error.fault, error.mend, error.kind])


def test_what_is_no_text_is_refused():
    for wrong in [None, 7, ["a"], bytearray(b"a")]:
        with pytest.raises(TypeError, match="a text is a str or bytes, not "):
            despin.detect(wrong)
    with pytest.raises(TypeError, match="a batch is a list"):
        despin.Despinner().detect_batch("one text")
    with pytest.raises(TypeError, match="a text is a str or bytes, not int"):
        despin.Despinner().detect_batch(["a", 7])
    with pytest.raises(TypeError, match="fource"):
        despin.Despinner(fource=True)


def test_stubs_say_what_is_there(tmp_path):
    # Classes of Rust's have a layout of their own, which types of Python's have no common word for yet.
    allowed = tmp_path / "allowed"
    allowed.write_text("\n".join(f"despin.{name}" for name in ["Batch", "Despinner", "Result", "Verdict"]))
    arguments = ["-m", "mypy.stubtest", "despin", "--concise", "--allowlist", allowed, "--ignore-unused-allowlist"]
    done = subprocess.run([sys.executable, *arguments], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert (pathlib.Path(despin.__file__).parent / "py.typed").exists()


def test_everything_says_what_it_is():
    for name in despin.__all__:
        assert getattr(despin, name).__doc__, name
    for name in ["Despinner", "Verdict", "Result", "Batch"]:
        members = vars(getattr(despin, name)).items()
        assert all(member.__doc__ for key, member in members if not key.startswith("_")), name


def test_what_the_manual_shows_runs(tmp_path, monkeypatch):
    manual = (ROOT / "docs/python.md").read_text(encoding="utf-8")
    blocks = re.findall(r"```python\n(.*?)```", manual, re.DOTALL)
    (tmp_path / "mine.tsv").write_text(OWN)
    monkeypatch.chdir(tmp_path)
    names = {"article": SPUN, "frame": polars.DataFrame({"text": [SPUN, None, GENUINE]}), "pyarrow": pyarrow, "polars": polars}
    assert len(blocks) == 3
    for block in blocks:
        exec(block, names)
    assert names["changes"] and names["found"].names[0] == "text"


def test_what_the_front_door_shows_is_so():
    assert doctest.testmod(despin).failed == 0
    assert doctest.testmod(despin).attempted >= 4
