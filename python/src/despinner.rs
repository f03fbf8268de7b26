//! The class `despin.Despinner`: the command's tasks, for one text or many.

use std::path::PathBuf;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef};
use arrow_schema::DataType;
use despin::bulk;
use despin::bulk::frame::Fault;
use despin::bulk::result::Journals;
use despin::bulk::room::Room;
use despin::bulk::task::{Known, Outcome, Task};
use despin::journal::Journal;
use despin::report::Comparison;
use despin::{Error, ErrorKind};
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyList, PyString, PyTuple};

use crate::batch::{Batch, Columns, Row, columns, undone};
use crate::crew;
use crate::engine::{Choices, Held, Tasks};
use crate::error::{journal, raised, uneven};
use crate::result::{Result, Verdict};
use crate::show::shown;
use crate::texts::{Text, Texts, UTF_8, column, lent, strings};

/// Bytes of text that are worked on at one time: reading a text through the channel takes some five hundred times its length.
const ROOM: usize = 384 << 10;

/// Cleans, judges and restores texts. Threads may share it, and it can be pickled.
#[pyclass(frozen, module = "despin")]
pub struct Despinner {
    choices: Choices,
    held: Held,
    journals: Journals,
    n_threads: usize,
    room: Room,
}

#[pymethods]
impl Despinner {
    #[new]
    #[allow(clippy::too_many_arguments)]
    #[pyo3(signature = (*, clean = true, boilerplate = None, skip = vec![], only = vec![], keep = vec![], drop = vec![],
        ascii_quotes = false, html = None, encoding = None, force = false, thorough = false, apply_from = None, dict = vec![],
        only_dict = vec![], reject_list = vec![], lm = None, context = None, protect = vec![], journal = "lean",
        threads = None))]
    fn new(
        py: Python<'_>,
        clean: bool,
        boilerplate: Option<String>,
        skip: Vec<String>,
        only: Vec<String>,
        keep: Vec<String>,
        drop: Vec<String>,
        ascii_quotes: bool,
        html: Option<bool>,
        encoding: Option<String>,
        force: bool,
        thorough: bool,
        apply_from: Option<f64>,
        dict: Vec<PathBuf>,
        only_dict: Vec<PathBuf>,
        reject_list: Vec<PathBuf>,
        lm: Option<PathBuf>,
        context: Option<PathBuf>,
        protect: Vec<String>,
        journal: &str,
        threads: Option<usize>,
    ) -> PyResult<Despinner> {
        let choices = Choices {
            clean,
            boilerplate,
            skip,
            only,
            keep,
            drop,
            ascii_quotes,
            html,
            encoding,
            force,
            thorough,
            apply_from,
            dict,
            only_dict,
            reject_list,
            lm,
            context,
            protect,
            journal: journal.to_string(),
            threads,
        };
        let held = py.detach(|| Held::open(&choices))?;
        let (journals, n_threads) = (choices.journals()?, choices.n_threads()?);
        Ok(Despinner { choices, held, journals, n_threads, room: Room::new(ROOM) })
    }

    /// The options that it was made with.
    #[getter]
    fn options<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyDict>> {
        self.choices.clone().into_pyobject(py)
    }

    // For pickling: engines send it to their workers, which load it anew.
    fn __getnewargs_ex__<'py>(&self, py: Python<'py>) -> PyResult<(Bound<'py, PyTuple>, Bound<'py, PyDict>)> {
        Ok((PyTuple::empty(py), self.options(py)?))
    }

    fn __repr__(&self) -> String {
        format!("Despinner(threads={})", self.n_threads)
    }

    /// Tells whether `text` was spun: `despin detect`.
    fn detect(&self, py: Python<'_>, text: Text) -> Verdict {
        verdict(self.one(py, &self.tasks().detect, &text))
    }

    /// Repairs what scraping left in `text`: `despin clean`.
    fn clean(&self, py: Python<'_>, text: Text) -> Result {
        self.result(self.one(py, &self.tasks().clean, &text), text.is_str())
    }

    /// Restores the likely original of `text`, if it was spun: `despin restore`.
    fn restore(&self, py: Python<'_>, text: Text) -> Result {
        self.result(self.one(py, &self.tasks().restore, &text), text.is_str())
    }

    /// What restoring `text` changes and why: a dict with the keys of `despin restore --format json`, or a str where `format` is
    /// `unified`, `inline`, `side-by-side` or `html`.
    #[pyo3(signature = (text, *, format = "json", name = "-"))]
    fn explain<'py>(&self, py: Python<'py>, text: Text, format: &str, name: &str) -> PyResult<Bound<'py, PyAny>> {
        shown(py, format, || {
            let mut despinner = self.tasks().despinner.clone();
            despinner.options.encoding = text.known().encoding.or(despinner.options.encoding);
            let bytes = text.bytes();
            let _room = self.room.take(bytes.len());
            Comparison::of_report(name, bytes, despinner.run(bytes))
        })
    }

    /// Judges many texts: a list of `Verdict` of a list, a `Batch` of a Series or an Arrow array.
    fn detect_batch<'py>(&self, py: Python<'py>, texts: Texts) -> PyResult<Bound<'py, PyAny>> {
        self.many(py, &self.tasks().detect, Columns::Verdict, texts, |outcome, _| verdict(outcome))
    }

    /// Cleans many texts: a list of `Result` of a list, a `Batch` of a Series or an Arrow array.
    fn clean_batch<'py>(&self, py: Python<'py>, texts: Texts) -> PyResult<Bound<'py, PyAny>> {
        self.many(py, &self.tasks().clean, Columns::Text, texts, |outcome, is_str| self.result(outcome, is_str))
    }

    /// Restores many texts: a list of `Result` of a list, a `Batch` of a Series or an Arrow array.
    fn restore_batch<'py>(&self, py: Python<'py>, texts: Texts) -> PyResult<Bound<'py, PyAny>> {
        self.many(py, &self.tasks().restore, Columns::All, texts, |outcome, is_str| self.result(outcome, is_str))
    }

    /// Takes a `Result` back to the text that it was made of; or a text, by its journal.
    #[staticmethod]
    #[pyo3(signature = (text, journal = None))]
    fn undo<'py>(
        py: Python<'py>,
        text: &Bound<'py, PyAny>,
        journal: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        if let Ok(result) = text.cast::<Result>() {
            let result = result.get();
            let Some(way) = &result.outcome.journal else { return Err(no_journal("text")) };
            let before = way.undo(&result.outcome.bytes).map_err(raised)?;
            return given(py, result.is_str, before);
        }
        let Some(journal) = journal else { return Err(no_journal("text")) };
        let json = as_json(journal)?;
        match text.extract()? {
            Text::Str(text) => {
                let before = py.detach(|| before("journal", &text, &json)).map_err(raised)?;
                Ok(PyString::new(py, &before).into_any())
            }
            Text::Bytes(bytes) => {
                let before = py.detach(|| Journal::from_json("journal", &json)?.undo(&bytes)).map_err(raised)?;
                given(py, false, before)
            }
        }
    }

    /// Takes many texts back: a list of `Result`, or of texts with a list of journals; or columns, where a `Batch` of `restore_batch`
    /// or `clean_batch` is enough by itself.
    #[staticmethod]
    #[pyo3(signature = (texts, journals = None))]
    fn undo_batch<'py>(
        py: Python<'py>,
        texts: &Bound<'py, PyAny>,
        journals: Option<&Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyAny>> {
        let Some((kind, chunks)) = column(texts)? else {
            return Ok(PyList::new(py, list_undone(texts, journals)?)?.into_any());
        };
        let (texts, ways) = match journals {
            Some(journals) => {
                let Some(journals) = column(journals)? else {
                    return Err(PyTypeError::new_err("journals of a column are a column, too"));
                };
                (strings((kind, chunks))?, strings(journals)?)
            }
            None => parts(&kind, &chunks)?,
        };
        let before = py.detach(|| undone(&texts.0, &lent(&texts.0, &texts.1), &lent(&ways.0, &ways.1)))?;
        Ok(Batch::new(before).into_pyobject(py)?.into_any())
    }
}

impl Despinner {
    fn tasks(&self) -> &Tasks<'_> {
        self.held.tasks()
    }

    fn work(&self, task: &Task, bytes: &[u8], known: Known) -> Outcome {
        let _room = (!matches!(task, Task::Clean { .. })).then(|| self.room.take(bytes.len()));
        task.run(bytes, known)
    }

    fn one(&self, py: Python<'_>, task: &Task, text: &Text) -> Outcome {
        py.detach(|| self.work(task, text.bytes(), text.known()))
    }

    fn result(&self, outcome: Outcome, is_str: bool) -> Result {
        Result { outcome, is_str, journals: self.journals }
    }

    fn many<'py, P: for<'a> IntoPyObject<'a> + Send>(
        &self,
        py: Python<'py>,
        task: &Task,
        what: Columns,
        texts: Texts,
        give: impl Fn(Outcome, bool) -> P + Sync,
    ) -> PyResult<Bound<'py, PyAny>> {
        match texts {
            Texts::List(texts) => {
                let work = |text: &Option<Text>| {
                    text.as_ref().map(|text| give(self.work(task, text.bytes(), text.known()), text.is_str()))
                };
                let results = crew::map(py, self.n_threads, &texts, work)?;
                Ok(PyList::new(py, results)?.into_any())
            }
            Texts::Column(kind, chunks) => {
                let texts = lent(&kind, &chunks);
                let work = |text: &Option<&str>| {
                    text.map(|text| Row::of(self.work(task, text.as_bytes(), UTF_8), self.journals))
                };
                let rows = crew::map(py, self.n_threads, &texts, work)?;
                let array = py.detach(|| columns(what, &kind, &chunks, &texts, &rows))?;
                Ok(Batch::new(array).into_pyobject(py)?.into_any())
            }
        }
    }
}

fn verdict(outcome: Outcome) -> Verdict {
    Verdict(outcome.verdict.expect("whoever judges comes to a verdict"))
}

fn no_journal(place: &str) -> PyErr {
    journal(place, "it has no journal", "give the journal of the run, as JSON or as a dict")
}

/// The text before the run whose journal this is.
pub fn before(place: &str, text: &str, json: &str) -> despin::Result<String> {
    let journal = Journal::from_json(place, json)?;
    bulk::undo::before(&journal, text.as_bytes())
        .map_err(|Fault(fault)| Error::new(ErrorKind::Journal, place, fault, "give the journal of this very text"))
}

fn given(py: Python<'_>, is_str: bool, bytes: Vec<u8>) -> PyResult<Bound<'_, PyAny>> {
    if !is_str {
        return Ok(PyBytes::new(py, &bytes).into_any());
    }
    Ok(PyString::from_bytes(py, &bytes)?.into_any())
}

/// A journal as JSON, which may have been read already.
fn as_json(journal: &Bound<'_, PyAny>) -> PyResult<String> {
    if journal.is_instance_of::<PyString>() {
        return journal.extract();
    }
    journal.py().import("json")?.call_method1("dumps", (journal,))?.extract()
}

/// Each of `texts`, taken back; where there are journals, what has none was not changed.
fn list_undone<'py>(
    texts: &Bound<'py, PyAny>,
    journals: Option<&Bound<'py, PyAny>>,
) -> PyResult<Vec<Bound<'py, PyAny>>> {
    let texts: Vec<Bound<'py, PyAny>> = texts.try_iter()?.collect::<PyResult<_>>()?;
    let Some(journals) = journals else {
        return texts
            .iter()
            .map(|text| if text.is_none() { Ok(text.clone()) } else { Despinner::undo(text.py(), text, None) })
            .collect();
    };
    let journals: Vec<Bound<'py, PyAny>> = journals.try_iter()?.collect::<PyResult<_>>()?;
    if texts.len() != journals.len() {
        return Err(uneven(texts.len(), journals.len()));
    }
    let back = |(text, way): (&Bound<'py, PyAny>, &Bound<'py, PyAny>)| {
        if way.is_none() { Ok(text.clone()) } else { Despinner::undo(text.py(), text, Some(way)) }
    };
    texts.iter().zip(&journals).map(back).collect()
}

type Column = (DataType, Vec<ArrayRef>);

/// The texts and the journals of a column of results.
fn parts(kind: &DataType, chunks: &[ArrayRef]) -> PyResult<(Column, Column)> {
    let missing = |name: &str| {
        journal("texts", format!("there is no column `{name}`"), "give what restore_batch gave, or journals")
    };
    let part = |name: &str| {
        let DataType::Struct(fields) = kind else { return Err(missing(name)) };
        let (_, field) = fields.find(name).ok_or_else(|| missing(name))?;
        let chunk = |chunk: &ArrayRef| Arc::clone(chunk.as_struct().column_by_name(name).expect("the field is there"));
        strings((field.data_type().clone(), chunks.iter().map(chunk).collect()))
    };
    for chunk in chunks {
        let Some(columns) = chunk.as_struct_opt() else { continue };
        let (Some(changed), Some(ways)) = (columns.column_by_name("changed"), columns.column_by_name("journal")) else {
            continue;
        };
        let Some(changed) = changed.as_boolean_opt() else { continue };
        if let Some(row) =
            (0..columns.len()).find(|row| changed.is_valid(*row) && changed.value(*row) && ways.is_null(*row))
        {
            return Err(no_journal(&format!("row {row}")));
        }
    }
    Ok((part("text")?, part("journal")?))
}
