"""What Python gets is what the command says: of every fixture, as a file and as a record."""

import pytest

import despin
from conftest import FIXTURES, OWN, command, lines

NOT_OF_A_TEXT = {"field", "to_field", "escaped", "spelling"}


def told(record):
    return {key: value for key, value in record["despin"].items() if key not in NOT_OF_A_TEXT}


def test_verdicts_of_files(despinner, files):
    folder, texts = files
    said = lines(command("detect", "--format", "json", *texts, folder=folder))
    assert [verdict.pop("path") for verdict in said] == list(texts)
    assert {verdict["verdict"] for verdict in said} >= {"spun", "genuine"}
    for name, verdict in zip(texts, said):
        assert despinner.detect(texts[name]).to_dict() == verdict, name


def test_changes_of_files(despinner, files):
    folder, texts = files
    said = lines(command("restore", "--format", "json", *texts, folder=folder))
    assert any(changes["changes"] for changes in said)
    for name, changes in zip(texts, said):
        assert despinner.explain(texts[name], name=name) == changes, name
    unified = command("restore", "--format", "unified", *texts, folder=folder)
    assert "".join(despinner.explain(data, name=name, format="unified") for name, data in texts.items()).encode(
        errors="surrogateescape"
    ) == unified


@pytest.mark.parametrize("verb", ["clean", "restore"])
def test_bytes_of_files(despinner, files, tmp_path, verb):
    folder, texts = files
    command(verb, "--out", tmp_path / "out", *texts, folder=folder)
    for name, data in texts.items():
        assert getattr(despinner, verb)(data).bytes == (tmp_path / "out" / name).read_bytes(), name


def test_verdicts_of_records(despinner, records, commanded):
    verdicts = despinner.detect_batch(records[1])
    for verdict, record in zip(verdicts, commanded["detect"], strict=True):
        mine = verdict.to_dict()
        del mine["evidence"]
        # What a page says of itself is told beside a record, and not by a verdict.
        assert mine == {key: value for key, value in told(record).items() if key != "page"}


@pytest.mark.parametrize("journal", ["lean", "full", "none"])
@pytest.mark.parametrize("verb", ["clean", "restore"])
def test_texts_and_journals_of_records(records, tmp_path, verb, journal):
    path, texts = records
    out = tmp_path / "out.jsonl"
    flag = {"lean": [], "full": ["--inline-journal", "full"], "none": ["--inline-journal", "none"]}[journal]
    command(verb, "-o", out, *flag, path, folder=tmp_path)
    made = lines(out.read_bytes())
    results = getattr(despin.Despinner(journal=journal), f"{verb}_batch")(texts)
    assert any(result.changed for result in results)
    for result, record in zip(results, made, strict=True):
        assert result.text == record["text"]
        assert result.to_dict() == told(record)


@pytest.mark.parametrize(
    "options, flags",
    [
        ({"force": True}, ["--force"]),
        ({"apply_from": 0.9}, ["--apply-from", "0.9"]),
        ({"clean": False}, ["--no-clean"]),
        ({"boilerplate": "drop"}, ["--boilerplate", "drop"]),
        ({"html": False}, ["--no-html"]),
        ({"lm": "none", "context": "none"}, ["--lm", "none", "--context", "none"]),
        ({"protect": ["mentioned"]}, ["--protect", "mentioned"]),
    ],
)
def test_options_are_flags(records, commanded, tmp_path, options, flags):
    path, texts = records
    out = tmp_path / "out.jsonl"
    command("restore", "-o", out, *flags, path, folder=tmp_path)
    made = lines(out.read_bytes())
    assert made != commanded["restore"], "the flag changes nothing here, so nothing is tested"
    results = despin.Despinner(**options).restore_batch(texts)
    assert [(result.text, result.to_dict()) for result in results] == [(r["text"], told(r)) for r in made]


def test_dictionaries_are_the_users(records, tmp_path):
    path, texts = records
    own = tmp_path / "own.tsv"
    own.write_text(OWN)
    refused = tmp_path / "refused.tsv"
    refused.write_text("mentioned\t*\n")
    for flag, option, file in [("--only-dict", "only_dict", own), ("--reject-list", "reject_list", refused)]:
        out = tmp_path / f"{option}.jsonl"
        command("restore", "--force", "-o", out, flag, file, path, folder=tmp_path)
        results = despin.Despinner(force=True, **{option: [file]}).restore_batch(texts)
        assert [(r.text, r.to_dict()) for r in results] == [(r["text"], told(r)) for r in lines(out.read_bytes())]


def test_diffs():
    cases = sorted(path.parent for path in FIXTURES.glob("diff/*/before.txt"))
    assert len(cases) > 5, "the fixtures have moved"
    for case in cases:
        before, after = (case / "before.txt").read_bytes(), (case / "after.txt").read_bytes()
        arguments = ["diff", "before.txt", "after.txt", "--format"]
        names = {"before_name": "before.txt", "after_name": "after.txt"}
        assert despin.diff(before, after, **names) == lines(command(*arguments, "json", folder=case))[0], case.name
        for form in ["unified", "inline", "html"]:
            shown = command(*arguments, form, *(["--width", "100"] if form == "inline" else []), folder=case)
            assert despin.diff(before, after, format=form, **names) == shown.decode(), (case.name, form)
