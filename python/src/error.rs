//! despin's errors as Python's exception `despin.DespinError`.

use despin::{Error, ErrorKind};
use pyo3::prelude::*;

/// What Python raises for `error`.
pub fn raised(error: Error) -> PyErr {
    let kind = match error.kind() {
        ErrorKind::Io => "io",
        ErrorKind::Dictionary => "dictionary",
        ErrorKind::LanguageModel => "language-model",
        ErrorKind::Journal => "journal",
        ErrorKind::Edits => "edits",
        _ => "usage",
    };
    Python::attach(|py| {
        // The class is written in Python, since the stable interface cannot extend ValueError from here before 3.12.
        let class = py.import("despin._error").and_then(|module| module.getattr("DespinError"));
        match class.and_then(|class| class.call1((error.place(), error.fault(), error.mend(), kind))) {
            Ok(exception) => PyErr::from_value(exception),
            Err(other) => other,
        }
    })
}

/// A request that cannot be met.
pub fn usage(place: impl Into<String>, fault: impl Into<String>, mend: &str) -> PyErr {
    raised(Error::new(ErrorKind::Usage, place, fault, mend))
}

/// A journal that does not lead back.
pub fn journal(place: impl Into<String>, fault: impl Into<String>, mend: &str) -> PyErr {
    raised(Error::new(ErrorKind::Journal, place, fault, mend))
}

/// Texts and journals that do not go together.
pub fn uneven(n_texts: usize, n_journals: usize) -> PyErr {
    let fault = format!("there are {n_texts} texts and {n_journals} journals");
    usage("journals", fault, "give a journal or None for each text")
}
