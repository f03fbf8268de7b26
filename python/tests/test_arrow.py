"""Columns: every kind of them, equal to lists, and not copied."""

import tracemalloc

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import despin
from conftest import FIXTURES

SPUN = (FIXTURES / "restore/harbour_article/input.txt").read_text(encoding="utf-8")
GENUINE = (FIXTURES / "genuine/harbour_article/input.txt").read_text(encoding="utf-8")
TEXTS = [SPUN, None, "Two  spaces, café 日本.", "", GENUINE]
NAMES = {
    "detect": ["probability", "verdict", "rate", "profile"],
    "clean": ["text", "changed", "journal"],
    "restore": ["text", "probability", "verdict", "rate", "profile", "changed", "journal"],
}


def sliced(kind):
    """Rows 1 to 5 of a column of seven."""
    return pa.array(["before", *TEXTS, "behind"], kind)[1:-1]


COLUMNS = {
    "string": pa.array(TEXTS, pa.string()),
    "large_string": pa.array(TEXTS, pa.large_string()),
    "string_view": pa.array(TEXTS, pa.string_view()),
    "sliced": sliced(pa.string()),
    "sliced view": sliced(pa.string_view()),
    "chunked": pa.chunked_array([TEXTS[:2], [], TEXTS[2:]], pa.string()),
    "dictionary": pa.array(TEXTS).dictionary_encode(),
    "polars": pl.Series("text", TEXTS),
    "polars chunked": pl.Series("text", TEXTS[:1]).append(pl.Series("text", TEXTS[1:])),
    "polars categorical": pl.Series("text", TEXTS, dtype=pl.Categorical),
    "pandas": pd.Series(TEXTS),
    "pandas object": pd.Series(TEXTS, dtype=object),
    "pandas string": pd.Series(TEXTS, dtype="string"),
    "pandas arrow": pd.Series(TEXTS, dtype=pd.ArrowDtype(pa.string())),
    "pandas categorical": pd.Series(TEXTS, dtype="category"),
    "pandas by other rows": pd.Series(TEXTS, index=[9, 8, 7, 6, 5]),
}


@pytest.mark.parametrize("column", COLUMNS.values(), ids=COLUMNS.keys())
@pytest.mark.parametrize("verb", NAMES)
def test_columns_are_as_lists(despinner, verb, column):
    listed = getattr(despinner, f"{verb}_batch")(TEXTS)
    batch = getattr(despinner, f"{verb}_batch")(column)
    assert isinstance(batch, despin.Batch) and len(batch) == 5 and batch.names == NAMES[verb]
    for row, result in zip(batch.to_list(), listed, strict=True):
        assert row == (None if result is None else {name: getattr(result, name) for name in NAMES[verb]})


def test_a_batch_goes_anywhere(despinner):
    batch = despinner.restore_batch(COLUMNS["string"])
    rows = batch.to_list()
    assert pa.array(batch).to_pylist() == pa.chunked_array([batch]).to_pylist() == rows
    unnested = pl.Series(batch).struct.unnest()
    assert unnested["text"].to_list() == [row and row["text"] for row in rows]
    assert unnested["probability"].to_list() == [row and row["probability"] for row in rows]
    assert batch["verdict"].to_list()[0] == batch.field("verdict").to_list()[0] == "spun"
    assert batch["verdict"].names == []
    with pytest.raises(KeyError):
        batch["verdicts"]


@pytest.mark.parametrize("kind", ["string", "large_string", "string_view", "chunked", "polars", "pandas"])
def test_columns_lead_back(despinner, kind):
    batch = despinner.restore_batch(COLUMNS[kind])
    assert batch["text"].to_list() != TEXTS
    assert despinner.undo_batch(batch).to_list() == TEXTS
    assert despinner.undo_batch(batch["text"], batch["journal"]).to_list() == TEXTS
    assert despinner.undo_batch(pl.Series(batch)).to_list() == TEXTS


def test_what_does_not_lead_back_is_told(despinner):
    texts = COLUMNS["string"]
    batch = despinner.restore_batch(texts)
    with pytest.raises(despin.DespinError, match="^row 0: .*journal"):
        despinner.undo_batch(texts, batch["journal"])
    with pytest.raises(despin.DespinError, match="^row 0: it has no journal"):
        despinner.undo_batch(despin.Despinner(journal="none").restore_batch(texts))
    with pytest.raises(despin.DespinError, match="there are 5 texts and 4 journals"):
        despinner.undo_batch(texts, pa.array(batch["journal"])[1:])
    with pytest.raises(despin.DespinError, match="there is no column `text`"):
        despinner.undo_batch(despinner.detect_batch(texts))


def test_columns_that_are_none_of_texts_are_refused(despinner):
    for wrong in [pa.array([1, 2]), pa.table({"text": TEXTS}), pl.Series([1.5]), pd.Series([1, 2])]:
        with pytest.raises(despin.DespinError, match="^texts: the array holds .*, not strings; give a column of strings"):
            despinner.detect_batch(wrong)
    assert despinner.detect_batch(pa.nulls(3)).to_list() == [None] * 3
    assert despinner.restore_batch(pa.array([], pa.string())).to_list() == []
    assert despinner.restore_batch(pa.chunked_array([], pa.string())).to_list() == []


def data_of(column):
    """Where the bytes of a column of strings lie."""
    return column.buffers()[2].address


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string()])
def test_what_needs_no_change_is_the_very_column(despinner, kind):
    column = pa.array(["The boats left at noon.", None, "The boats came back."], kind)
    cleaned = pa.array(despinner.clean_batch(column)["text"])
    assert cleaned.equals(column) and data_of(cleaned) == data_of(column)
    # And where a column is lent twice, it lies in one place, too.
    changed = despinner.clean_batch(pa.array(["Two  spaces."], kind))
    assert data_of(pa.array(changed["text"])) == data_of(changed.to_pyarrow().field("text"))


def test_no_strings_are_made_of_columns():
    despinner = despin.Despinner(threads=1)
    column = pa.array(["The boats left at  noon. " * 40] * 20_000)
    assert column.nbytes > 19_000_000
    despinner.clean_batch(column[:10])
    before = pa.total_allocated_bytes()
    tracemalloc.start()
    batch = despinner.clean_batch(column)
    # Of Python's memory, and of Arrow's: neither holds the texts again.
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 100_000 and pa.total_allocated_bytes() == before
    assert len(batch) == 20_000
