//! The command line: the only floor that knows paths, streams and exit codes.

pub mod exit;
pub mod files;
pub mod lm;
pub mod undo;
