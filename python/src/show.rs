//! Changes, shown as the command shows them.

use despin::lexicon::builtin;
use despin::render::words::compare_with;
use despin::render::{Html, Inline, Json, Renderer, SideBySide, Unified};
use despin::report::Comparison;
use despin::text::source::Encoding;
use pyo3::prelude::*;
use pyo3::types::PyBytes;

use crate::error::{raised, usage};
use crate::result::values;
use crate::texts::Text;

/// Compares two texts word by word.
///
/// Gives a dict with the keys of `despin diff --format json`, or a str where `format` is `unified`, `inline`, `side-by-side`
/// or `html`.
#[pyfunction]
#[pyo3(signature = (before, after, *, format = "json", before_name = "before", after_name = "after"))]
pub fn diff<'py>(
    py: Python<'py>,
    before: Text,
    after: Text,
    format: &str,
    before_name: &str,
    after_name: &str,
) -> PyResult<Bound<'py, PyAny>> {
    let renderer = renderer(format)?;
    let encoding = (before.is_str() && after.is_str()).then_some(Encoding::Utf8);
    let shown = py.detach(|| {
        let lexicon = builtin::lexicon()?;
        let texts = ((before_name, before.bytes()), (after_name, after.bytes()));
        Ok(renderer.render(&compare_with(texts.0, texts.1, Some(lexicon), encoding)))
    });
    given(py, format, &shown.map_err(raised)?)
}

/// `comparison` in `format`.
pub fn shown<'py>(
    py: Python<'py>,
    format: &str,
    compare: impl FnOnce() -> Comparison + Send,
) -> PyResult<Bound<'py, PyAny>> {
    let renderer = renderer(format)?;
    let shown = py.detach(|| renderer.render(&compare()));
    given(py, format, &shown)
}

fn renderer(format: &str) -> PyResult<Box<dyn Renderer + Send + Sync>> {
    Ok(match format {
        "json" => Box::new(Json),
        "unified" => Box::new(Unified::default()),
        "inline" => Box::new(Inline::default()),
        "side-by-side" => Box::new(SideBySide::default()),
        "html" => Box::new(Html::default()),
        other => {
            let fault = format!("there is no form `{}`", other.escape_debug());
            return Err(usage("format", fault, "give json, unified, inline, side-by-side or html"));
        }
    })
}

fn given<'py>(py: Python<'py>, format: &str, bytes: &[u8]) -> PyResult<Bound<'py, PyAny>> {
    // A unified diff is of bytes, whatever they are; Python's own way to hold those in a string.
    let text = PyBytes::new(py, bytes).call_method1("decode", ("utf-8", "surrogateescape"))?;
    if format == "json" { values(text) } else { Ok(text) }
}
