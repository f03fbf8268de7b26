//! Many texts as the records of streams: lines of JSON, rows of CSV, web archives, or a text a stream.
//!
//! From below: [`shape`] tells what a stream is, [`compress`] unpacks and packs it, [`frame`] cuts it into records one at a time,
//! [`task`] is what is done to one text, [`desk`] does it to one record, and [`crew`] to many at once. Nothing here knows a path.
//!
//! ```
//! use despin::Despinner;
//! use despin::bulk::desk::Desk;
//! use despin::bulk::frame::{Cursor, frames};
//! use despin::bulk::shape::Shape;
//! use despin::bulk::task::Task;
//!
//! let input = b"{\"id\":7,\"text\":\"The boats left at noon.\"}\n{\"id\":8}\n";
//! let desk = Desk::new(Task::Restore(Despinner::builtin()?));
//! let frames = frames(Box::new(&input[..]), Shape::Jsonl, desk.max_text, Cursor::START);
//! let done: Vec<_> = frames.map(|frame| desk.treat("boats.jsonl", Shape::Jsonl, &frame)).collect();
//!
//! let line = std::str::from_utf8(&done[0].out).unwrap();
//! assert!(line.starts_with("{\"id\":7,\"text\":\"The boats left at noon.\",\"despin\":{\"probability\":"));
//! assert_eq!(done[1].reject.as_ref().unwrap().reason, "there is no field `text`");
//! # Ok::<(), despin::Error>(())
//! ```

pub mod compress;
pub mod crew;
pub mod csv;
pub mod desk;
pub mod finding;
pub mod frame;
pub mod json;
pub mod result;
pub mod room;
pub mod shape;
pub mod task;
pub mod undo;
pub mod values;
pub mod warc;
