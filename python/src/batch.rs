//! Columns of results, lent to whatever speaks Arrow.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{
    Array, ArrayRef, BooleanArray, Float64Array, LargeStringArray, StringArray, StringViewArray, StructArray,
};
use arrow_buffer::NullBuffer;
use arrow_schema::{DataType, Field, FieldRef, Fields};
use despin::bulk::result::{Journals, Told};
use despin::bulk::task::Outcome;
use despin::detect::verdict::Verdict;
use pyo3::exceptions::PyKeyError;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyTuple};
use pyo3_arrow::ffi::{to_array_pycapsules, to_schema_pycapsule};

use crate::error::{raised, uneven, usage};
use crate::result::label;

/// A column of Arrow. Give it to `pyarrow.array`, `polars.Series` or anything else that reads `__arrow_c_array__`;
/// nothing is copied.
#[pyclass(frozen, module = "despin")]
pub struct Batch {
    array: ArrayRef,
    field: FieldRef,
}

impl Batch {
    /// One of `array`.
    pub fn new(array: ArrayRef) -> Batch {
        let field = Arc::new(Field::new("despin", array.data_type().clone(), true));
        Batch { array, field }
    }
}

#[pymethods]
impl Batch {
    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_array__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyCapsule>>,
    ) -> PyResult<Bound<'py, PyTuple>> {
        Ok(to_array_pycapsules(py, self.field.clone(), &self.array, requested_schema)?)
    }

    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        Ok(to_schema_pycapsule(py, self.field.as_ref())?)
    }

    fn __len__(&self) -> usize {
        self.array.len()
    }

    fn __repr__(&self) -> String {
        format!("Batch({} rows of {})", self.array.len(), self.field.data_type())
    }

    /// The names of its columns; none where it is a column of strings.
    #[getter]
    fn names(&self) -> Vec<String> {
        let columns = self.array.as_struct_opt();
        columns.map(|all| all.column_names().into_iter().map(str::to_string).collect()).unwrap_or_default()
    }

    /// The column `name`, which is not copied either.
    fn field(&self, name: &str) -> PyResult<Batch> {
        let column = self.array.as_struct_opt().and_then(|columns| columns.column_by_name(name));
        column.cloned().map(Batch::new).ok_or_else(|| PyKeyError::new_err(name.to_string()))
    }

    fn __getitem__(&self, name: &str) -> PyResult<Batch> {
        self.field(name)
    }

    /// As a `pyarrow.Array`.
    fn to_pyarrow<'py>(slf: Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        slf.py().import("pyarrow")?.call_method1("array", (slf,))
    }

    /// As a list of dicts, or of strings.
    fn to_list<'py>(slf: Bound<'py, Self>) -> PyResult<Bound<'py, PyAny>> {
        Batch::to_pyarrow(slf)?.call_method0("to_pylist")
    }
}

/// One row: what became of a text.
pub struct Row {
    /// The text that came out, where it is another than went in.
    after: Option<String>,
    verdict: Option<Verdict>,
    is_changed: bool,
    journal: Option<String>,
}

impl Row {
    /// What of `outcome` goes into columns.
    pub fn of(outcome: Outcome, journals: Journals) -> Row {
        let journal = Told::of(&outcome, journals).journal.map(|journal| journal.get().to_string());
        let Outcome { text, bytes, verdict, is_changed, .. } = outcome;
        let after = is_changed.then(|| String::from_utf8(bytes).unwrap_or(text));
        Row { after, verdict, is_changed, journal }
    }
}

/// What the columns are of.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Columns {
    /// Judging.
    Verdict,
    /// Cleaning.
    Text,
    /// Restoring.
    All,
}

/// `rows` as columns, whose strings are of the type `kind`, like those of `chunks`, the column of `texts`.
pub fn columns<'a>(
    what: Columns,
    kind: &DataType,
    chunks: &[ArrayRef],
    texts: &[Option<&'a str>],
    rows: &'a [Option<Row>],
) -> PyResult<ArrayRef> {
    let each = || rows.iter().map(Option::as_ref);
    let verdicts = || each().map(|row| row.and_then(|row| row.verdict.as_ref()));
    let mut all: Vec<(&str, ArrayRef)> = Vec::new();
    if what != Columns::Verdict {
        let is_same = each().flatten().all(|row| row.after.is_none());
        let text = match chunks {
            // Where nothing was changed, the very column that was lent.
            [one] if is_same => one.clone(),
            _ => {
                let after = |(row, text): (&'a Option<Row>, &Option<&'a str>)| {
                    row.as_ref().and_then(|row| row.after.as_deref()).or(*text)
                };
                strings(kind, rows.iter().zip(texts).map(after))?
            }
        };
        all.push(("text", text));
    }
    if what != Columns::Text {
        let number = |of: fn(&Verdict) -> f64| -> ArrayRef {
            Arc::new(verdicts().map(|verdict| verdict.map(of)).collect::<Float64Array>())
        };
        all.push(("probability", number(|verdict| verdict.probability)));
        all.push(("verdict", strings(kind, verdicts().map(|verdict| verdict.map(|verdict| label(verdict.label))))?));
        all.push(("rate", number(|verdict| verdict.rate)));
        all.push(("profile", strings(kind, verdicts().map(|verdict| verdict.and_then(|v| v.profile.as_deref())))?));
    }
    if what != Columns::Verdict {
        let changed: BooleanArray = each().map(|row| row.map(|row| row.is_changed)).collect();
        all.push(("changed", Arc::new(changed)));
        all.push(("journal", strings(kind, each().map(|row| row.and_then(|row| row.journal.as_deref())))?));
    }
    let fields: Fields = all.iter().map(|(name, array)| Field::new(*name, array.data_type().clone(), true)).collect();
    let is_there: NullBuffer = rows.iter().map(Option::is_some).collect();
    let arrays = all.into_iter().map(|(_, array)| array).collect();
    let columns = StructArray::try_new(fields, arrays, Some(is_there).filter(|nulls| nulls.null_count() > 0));
    columns
        .map(|columns| Arc::new(columns) as ArrayRef)
        .map_err(|error| usage("texts", error.to_string(), "mend the array"))
}

/// `texts` as a column of the type `kind`.
pub fn strings<S: AsRef<str>>(kind: &DataType, texts: impl Iterator<Item = Option<S>>) -> PyResult<ArrayRef> {
    Ok(match kind {
        DataType::LargeUtf8 => Arc::new(texts.collect::<LargeStringArray>()),
        DataType::Utf8View => Arc::new(texts.collect::<StringViewArray>()),
        _ => {
            // Offsets of this type are of 32 bits, and the builder would panic.
            let texts: Vec<Option<S>> = texts.collect();
            let n_bytes: usize = texts.iter().flatten().map(|text| text.as_ref().len()).sum();
            if n_bytes > i32::MAX as usize {
                let mend = "give smaller batches, or a column of large_string";
                return Err(usage("texts", format!("{n_bytes} bytes are too many for a column of string"), mend));
            }
            Arc::new(texts.into_iter().collect::<StringArray>())
        }
    })
}

/// The rows of `text` as they were before the run whose `journals` these are.
pub fn undone(kind: &DataType, texts: &[Option<&str>], journals: &[Option<&str>]) -> PyResult<ArrayRef> {
    if texts.len() != journals.len() {
        return Err(uneven(texts.len(), journals.len()));
    }
    let back = |(row, (text, journal)): (usize, (&Option<&str>, &Option<&str>))| {
        let (Some(text), Some(journal)) = (text, journal) else { return Ok(text.map(str::to_string)) };
        crate::despinner::before(&format!("row {row}"), text, journal).map(Some)
    };
    let before: despin::Result<Vec<_>> = texts.iter().zip(journals).enumerate().map(back).collect();
    strings(kind, before.map_err(raised)?.into_iter())
}
