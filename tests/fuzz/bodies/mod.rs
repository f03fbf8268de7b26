//! What must hold of any bytes: a function for each target, which the tests here call, and libFuzzer by `fuzz/`.

mod journals;
mod lists;
mod models;
mod streams;
mod texts;

use std::cell::RefCell;

use despin::Despinner;

pub use journals::{journal, replay, undo};
pub use lists::{dictionary, lists};
pub use models::{arpa, lm};
pub use streams::{page, records};
pub use texts::{clean, decode, detect, restore, tokenise};

/// A target: it panics where what it promises of its bytes does not hold.
pub type Body = fn(&[u8]);

/// All of them by name.
pub const TARGETS: [(&str, Body); 14] = [
    ("decode", decode),
    ("tokenise", tokenise),
    ("clean", clean),
    ("detect", detect),
    ("restore", restore),
    ("undo", undo),
    ("journal", journal),
    ("dictionary", dictionary),
    ("lists", lists),
    ("lm", lm),
    ("arpa", arpa),
    ("records", records),
    ("page", page),
    ("replay", replay),
];

/// The encodings that docs/encodings.md lists.
pub const ENCODINGS: [&str; 39] = [
    "utf-8",
    "utf-16le",
    "utf-16be",
    "ibm866",
    "iso-8859-2",
    "iso-8859-3",
    "iso-8859-4",
    "iso-8859-5",
    "iso-8859-6",
    "iso-8859-7",
    "iso-8859-8",
    "iso-8859-8-i",
    "iso-8859-10",
    "iso-8859-13",
    "iso-8859-14",
    "iso-8859-15",
    "iso-8859-16",
    "koi8-r",
    "koi8-u",
    "macintosh",
    "windows-874",
    "windows-1250",
    "windows-1251",
    "windows-1252",
    "windows-1253",
    "windows-1254",
    "windows-1255",
    "windows-1256",
    "windows-1257",
    "windows-1258",
    "x-mac-cyrillic",
    "gbk",
    "gb18030",
    "big5",
    "euc-jp",
    "iso-2022-jp",
    "shift_jis",
    "euc-kr",
    "x-user-defined",
];

/// The first byte, by which a target picks among its options, and the others.
fn picked(bytes: &[u8]) -> (usize, &[u8]) {
    bytes.split_first().map_or((0, bytes), |(&first, rest)| (usize::from(first), rest))
}

/// What stands before the first NUL, and what behind it.
fn halves(bytes: &[u8]) -> (&[u8], &[u8]) {
    match bytes.iter().position(|&b| b == 0) {
        Some(at) => (&bytes[..at], &bytes[at + 1..]),
        None => (bytes, b""),
    }
}

fn lossy(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// True for what a probability may be.
fn is_probability(p: f64) -> bool {
    (0.0..=1.0).contains(&p)
}

/// Calls `work` with the built-in one, which is made once.
fn with_despinner<T>(work: impl FnOnce(&mut Despinner<'static>) -> T) -> T {
    thread_local! {
        static BUILTIN: RefCell<Despinner<'static>> = RefCell::new(Despinner::builtin().unwrap());
    }
    BUILTIN.with(|despinner| work(&mut despinner.borrow_mut()))
}
