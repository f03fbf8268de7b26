//! `despin eval` of records: pairs and genuine texts that stand in one file.

use std::fs::File;
use std::path::Path;

use crate::bulk::compress;
use crate::bulk::frame::{Cursor, frames};
use crate::bulk::shape::{Shape, of_name};
use crate::bulk::values::values;
use crate::cli::inputs;
use crate::error::{Error, ErrorKind, Result};

/// A longer record, or one that unpacks from less, is no text to measure on.
const MAX_RECORD: u64 = 64 << 20;
const MAX_RATIO: u64 = 1000;

/// True where the file at `path` has records with fields.
pub fn has_records(path: &Path) -> bool {
    !path.is_dir() && matches!(of_name(&inputs::name(path)).0, Some(Shape::Jsonl | Shape::Csv))
}

/// A record: what it calls itself, and its texts in the order of the fields.
pub struct Texts {
    /// What it calls itself.
    pub name: String,
    /// Its texts, field by field.
    pub texts: Vec<String>,
}

/// The records of the file at `path`, with the texts of `fields`. One without an `id` is called by its number.
///
/// # Errors
///
/// Where the file or a record cannot be read: figures over a part of the texts would mislead.
pub fn read(path: &Path, fields: &[&str], id: &str) -> Result<Vec<Texts>> {
    let mut found = Vec::new();
    each(path, fields, id, |record| {
        found.push(record);
        Ok(())
    })?;
    Ok(found)
}

/// As [`read`], one after the other.
///
/// # Errors
///
/// Those of [`read`], and those of `work`, which end it.
pub fn each(path: &Path, fields: &[&str], id: &str, mut work: impl FnMut(Texts) -> Result<()>) -> Result<()> {
    let unreadable = |e| Error::io(path, "read it", e, "check the file and its name");
    let (shape, compression) = of_name(&inputs::name(path));
    let shape = shape.unwrap_or(Shape::Jsonl);
    let file = File::open(path).map_err(unreadable)?;
    let stream =
        compress::reader(Box::new(file), None, compression, MAX_RATIO, Default::default()).map_err(unreadable)?;
    let mut n_found = 0;
    for frame in frames(stream, shape, MAX_RECORD, Cursor::START) {
        let record = values(shape, &frame, fields, id).map_err(|fault| {
            let place = format!("{}:{}", inputs::name(path), frame.at.line + 1);
            Error::new(ErrorKind::Io, place, fault.0, "mend it, or name other fields")
        })?;
        if let Some((texts, id)) = record {
            n_found += 1;
            let name = id.unwrap_or_else(|| format!("record_{n_found}"));
            work(Texts { name, texts })?;
        }
    }
    Ok(())
}
