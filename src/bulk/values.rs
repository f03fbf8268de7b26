//! Some fields of a record, read and not written.

use crate::bulk::csv::{fields, split_end, unquoted};
use crate::bulk::frame::{Fault, Frame};
use crate::bulk::json::{Object, plain, string};
use crate::bulk::shape::Shape;

/// The texts that `frame` has in the fields `names`, and what it has in the field `id`, if that is there; none where it is no record but
/// an empty line, or the names of columns.
///
/// # Errors
///
/// Where it cannot be read, lacks a field, or is of a shape without fields.
///
/// ```
/// use despin::bulk::frame::{Cursor, frames};
/// use despin::bulk::shape::Shape;
/// use despin::bulk::values::values;
/// let input = Box::new(&b"id,spun,original\n7,big,large\n"[..]);
/// let found: Vec<_> = frames(input, Shape::Csv, 100, Cursor::START)
///     .filter_map(|frame| values(Shape::Csv, &frame, &["original", "spun"], "id").unwrap())
///     .collect();
/// assert_eq!(found, [(vec!["large".to_string(), "big".to_string()], Some("7".to_string()))]);
/// ```
#[allow(clippy::type_complexity)]
pub fn values(
    shape: Shape,
    frame: &Frame,
    names: &[&str],
    id: &str,
) -> Result<Option<(Vec<String>, Option<String>)>, Fault> {
    let bytes = frame.bytes.as_ref().map_err(Clone::clone)?;
    if frame.is_header || bytes.trim_ascii().is_empty() {
        return Ok(None);
    }
    match shape {
        Shape::Jsonl => {
            let object = Object::parse(bytes)?;
            let line = object.line();
            let text = |name: &&str| Ok(string(&line[object.find(name)?])?.0);
            let texts = names.iter().map(text).collect::<Result<_, Fault>>()?;
            Ok(Some((texts, object.find(id).ok().and_then(|place| plain(&line[place])))))
        }
        Shape::Csv => {
            let header = frame.header.as_deref().ok_or("the file has no line of names")?;
            let (body, _) = split_end(bytes);
            let places = fields(body);
            let cell = |name: &str| {
                let missing = || Fault(format!("there is no column `{name}`"));
                let place = header.column(name).and_then(|column| places.get(column)).ok_or_else(missing)?;
                String::from_utf8(unquoted(&body[place.clone()]).into_owned()).map_err(|_| Fault::from("not UTF-8"))
            };
            let texts = names.iter().map(|name| cell(name)).collect::<Result<_, Fault>>()?;
            Ok(Some((texts, cell(id).ok())))
        }
        Shape::Text | Shape::Warc => Err(Fault::from("records of this kind have no fields")),
    }
}
