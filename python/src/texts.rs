//! Texts as Python has them: strings and bytes, lists of them, and columns of Arrow.

use arrow_array::ArrayRef;
use arrow_array::cast::AsArray;
use arrow_cast::cast;
use arrow_schema::{ArrowError, DataType};
use despin::bulk::task::Known;
use despin::text::source::Encoding;
use pyo3::exceptions::PyTypeError;
use pyo3::prelude::*;
use pyo3::pybacked::{PyBackedBytes, PyBackedStr};
use pyo3::types::{PyBytes, PyString};
use pyo3_arrow::input::AnyArray;

use crate::error::usage;

/// A text, lent by Python.
pub enum Text {
    /// A string, which is text already.
    Str(PyBackedStr),
    /// Bytes, as a file has them.
    Bytes(PyBackedBytes),
}

/// A text of which is known that it is UTF-8: the command's records.
pub const UTF_8: Known = Known { html: None, encoding: Some(Encoding::Utf8) };

impl Text {
    /// Its bytes.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Text::Str(text) => text.as_bytes(),
            Text::Bytes(bytes) => bytes,
        }
    }

    /// What is known of it.
    pub fn known(&self) -> Known {
        if self.is_str() { UTF_8 } else { Known::default() }
    }

    /// True where it came as a string.
    pub fn is_str(&self) -> bool {
        matches!(self, Text::Str(_))
    }
}

impl<'py> FromPyObject<'_, 'py> for Text {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Text> {
        if object.is_instance_of::<PyString>() {
            let lone = |_| {
                usage(
                    "text",
                    "it has half a surrogate pair, which is no character",
                    "decode it with errors=\"replace\"",
                )
            };
            return object.extract().map(Text::Str).map_err(lone);
        }
        if object.is_instance_of::<PyBytes>() {
            return Ok(Text::Bytes(object.extract()?));
        }
        Err(PyTypeError::new_err(format!("a text is a str or bytes, not {}", object.get_type().name()?)))
    }
}

/// Many texts.
pub enum Texts {
    /// From a list or any other sequence; None stays None.
    List(Vec<Option<Text>>),
    /// From a column: strings of one of Arrow's three types, in chunks where they lie.
    Column(DataType, Vec<ArrayRef>),
}

impl<'py> FromPyObject<'_, 'py> for Texts {
    type Error = PyErr;

    fn extract(object: Borrowed<'_, 'py, PyAny>) -> PyResult<Texts> {
        if let Some(column) = column(&object)? {
            return strings(column).map(|(kind, chunks)| Texts::Column(kind, chunks));
        }
        if object.is_instance_of::<PyString>() || object.is_instance_of::<PyBytes>() {
            return Err(PyTypeError::new_err("a batch is a list, a Series or an Arrow array of texts, not one text"));
        }
        object.try_iter()?.map(|text| text?.extract()).collect::<PyResult<_>>().map(Texts::List)
    }
}

/// The column that `object` is, if it is one: its type, and its chunks where they lie.
pub fn column(object: &Bound<'_, PyAny>) -> PyResult<Option<(DataType, Vec<ArrayRef>)>> {
    let is_arrow = object.hasattr("__arrow_c_array__")? || object.hasattr("__arrow_c_stream__")?;
    let column: AnyArray = if is_arrow {
        object.extract()?
    } else if object.get_type().module()?.to_string().starts_with("pandas.") {
        // Before its third version, pandas does not lend its columns by itself.
        object.py().import("pyarrow")?.getattr("Array")?.call_method1("from_pandas", (object,))?.extract()?
    } else {
        return Ok(None);
    };
    let reader = column.into_reader()?;
    let kind = reader.field().data_type().clone();
    let broken = |error: ArrowError| usage("texts", error.to_string(), "mend the array");
    Ok(Some((kind, reader.collect::<Result<_, _>>().map_err(broken)?)))
}

/// The strings of a column: categories as the words that they stand for, nothing at all as nulls.
pub fn strings((kind, chunks): (DataType, Vec<ArrayRef>)) -> PyResult<(DataType, Vec<ArrayRef>)> {
    let wanted = match &kind {
        DataType::Utf8 | DataType::LargeUtf8 | DataType::Utf8View => return Ok((kind, chunks)),
        DataType::Null => DataType::Utf8,
        DataType::Dictionary(_, words) if words.is_string() => (**words).clone(),
        other => {
            let mend = "give a column of strings; of a table, one column";
            return Err(usage("texts", format!("the array holds {other}, not strings"), mend));
        }
    };
    let broken = |error: ArrowError| usage("texts", error.to_string(), "give a column of strings");
    let chunks = chunks.iter().map(|chunk| cast(chunk, &wanted)).collect::<Result<_, _>>().map_err(broken)?;
    Ok((wanted, chunks))
}

/// The texts of a column, none for each null.
pub fn lent<'a>(kind: &DataType, chunks: &'a [ArrayRef]) -> Vec<Option<&'a str>> {
    let rows = |chunk: &'a ArrayRef| -> Box<dyn Iterator<Item = Option<&'a str>> + 'a> {
        match kind {
            DataType::LargeUtf8 => Box::new(chunk.as_string::<i64>().iter()),
            DataType::Utf8View => Box::new(chunk.as_string_view().iter()),
            _ => Box::new(chunk.as_string::<i32>().iter()),
        }
    };
    chunks.iter().flat_map(rows).collect()
}
