//! What became of one text, as Python sees it.

use despin::bulk::result::{Journals, Told};
use despin::bulk::task::Outcome;
use despin::detect::verdict::{self, Label};
use pyo3::prelude::*;
use pyo3::types::{PyBytes, PyDict, PyString};

/// What a text is called that is taken for this.
pub fn label(label: Label) -> &'static str {
    match label {
        Label::Spun => "spun",
        Label::Suspect => "suspect",
        Label::Genuine => "genuine",
    }
}

/// JSON as Python's own values.
pub fn values<'py>(json: Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    json.py().import("json")?.call_method1("loads", (json,))
}

/// What is thought of a text. It marks a risk, and proves nobody's intent.
#[pyclass(frozen, module = "despin")]
pub struct Verdict(pub verdict::Verdict);

#[pymethods]
impl Verdict {
    /// `spun`, `suspect` or `genuine`.
    #[getter]
    fn verdict(&self) -> &'static str {
        label(self.0.label)
    }

    /// Probability, 0 to 1, that the text was spun.
    #[getter]
    fn probability(&self) -> f64 {
        self.0.probability
    }

    /// Estimated share, 0 to 1, of the words a spinner knows that it replaced.
    #[getter]
    fn rate(&self) -> f64 {
        self.0.rate
    }

    /// The family of dictionary entries that explains the text best; None for a genuine text.
    #[getter]
    fn profile(&self) -> Option<&str> {
        self.0.profile.as_deref()
    }

    /// Why, in order of place: dicts with `span`, `signal`, `log_odds` and `reason`.
    #[getter]
    fn evidence<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        self.to_dict(py)?.get_item("evidence")
    }

    /// The keys of `despin detect --format json`, but for `path`.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        values(despin::render::json::verdict(&self.0).into_pyobject(py)?.into_any())
    }

    fn __repr__(&self) -> String {
        let verdict::Verdict { label: is, probability, rate, .. } = &self.0;
        format!("Verdict(verdict='{}', probability={probability:.4}, rate={rate:.2})", label(*is))
    }
}

/// A text that was cleaned or restored, and the way back.
#[pyclass(frozen, module = "despin")]
pub struct Result {
    /// What became of it.
    pub outcome: Outcome,
    /// True where it came as a string.
    pub is_str: bool,
    /// What of the journal is given.
    pub journals: Journals,
}

#[pymethods]
impl Result {
    /// The text that came out.
    #[getter]
    fn text<'py>(&self, py: Python<'py>) -> Bound<'py, PyString> {
        // What came as a string comes back as it would stand in a record: with its byte order mark, if it has one.
        match std::str::from_utf8(&self.outcome.bytes) {
            Ok(text) if self.is_str => PyString::new(py, text),
            _ => PyString::new(py, &self.outcome.text),
        }
    }

    /// The same as bytes, in the encoding that the first bytes had.
    #[getter]
    fn bytes<'py>(&self, py: Python<'py>) -> Bound<'py, PyBytes> {
        PyBytes::new(py, &self.outcome.bytes)
    }

    /// True where the text was changed.
    #[getter]
    fn changed(&self) -> bool {
        self.outcome.is_changed
    }

    /// `spun`, `suspect` or `genuine`; None where the text was only cleaned.
    #[getter]
    fn verdict(&self) -> Option<&'static str> {
        self.outcome.verdict.as_ref().map(|verdict| label(verdict.label))
    }

    /// Probability, 0 to 1, that the text was spun; None where it was only cleaned.
    #[getter]
    fn probability(&self) -> Option<f64> {
        self.outcome.verdict.as_ref().map(|verdict| verdict.probability)
    }

    /// Estimated share, 0 to 1, of the words a spinner knows that it replaced; None where it was only cleaned.
    #[getter]
    fn rate(&self) -> Option<f64> {
        self.outcome.verdict.as_ref().map(|verdict| verdict.rate)
    }

    /// The family of dictionary entries that explains the text best; None for a genuine text.
    #[getter]
    fn profile(&self) -> Option<&str> {
        self.outcome.verdict.as_ref().and_then(|verdict| verdict.profile.as_deref())
    }

    /// The journal as JSON on one line; None where nothing was changed, of a web page, and where none was asked for.
    #[getter]
    fn journal(&self) -> Option<String> {
        Told::of(&self.outcome, self.journals).journal.map(|journal| journal.get().to_string())
    }

    /// What a web page says of its article, as a dict; None where the text is none.
    #[getter]
    fn page<'py>(&self, py: Python<'py>) -> PyResult<Option<Bound<'py, PyAny>>> {
        let all = Told::of(&self.outcome, Journals::None).to_json().into_pyobject(py)?.into_any();
        values(all)?.cast::<PyDict>()?.get_item("page")
    }

    /// What the command writes beside a record, under the key `despin` (docs/bulk.md), but for `field`.
    fn to_dict<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyAny>> {
        values(Told::of(&self.outcome, self.journals).to_json().into_pyobject(py)?.into_any())
    }

    fn __repr__(&self) -> String {
        let is = if self.outcome.is_changed { "True" } else { "False" };
        let verdict = self.verdict().map(|verdict| format!(", verdict='{verdict}'")).unwrap_or_default();
        format!("Result({} characters, changed={is}{verdict})", self.outcome.text.chars().count())
    }
}
