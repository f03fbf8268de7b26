//! Shows what changed: one file a form.
//!
//! A new form is a file here with `impl Renderer`, and a variant of [`Format`]; nothing else changes.

pub mod human;
pub mod json;
pub mod list;
pub mod review_page;
pub mod unified;
pub mod words;

pub use human::Human;
pub use json::Json;
pub use unified::Unified;

use crate::report::Comparison;

/// A form in which changes are shown.
pub trait Renderer {
    /// `comparison` in this form, ready to be written out; empty where nothing differs and the form has nothing to say.
    fn render(&self, comparison: &Comparison) -> Vec<u8>;
}

/// The forms there are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Format {
    /// A word diff for people.
    Human,
    /// A line diff for `patch` and `git apply`.
    Unified,
    /// One JSON object, for programs.
    Json,
}

impl Format {
    /// All of them, in the order in which they are listed.
    pub const ALL: [Format; 3] = [Format::Human, Format::Unified, Format::Json];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Format::Human => "human",
            Format::Unified => "unified",
            Format::Json => "json",
        }
    }
}

/// `text` with nothing in it that a terminal would act on, nor that a reader could not see: control characters, those
/// without width, and those that turn the direction of writing are shown by their number.
///
/// ```
/// use despin::render::visible;
/// assert_eq!(visible("plain – “text”"), "plain – “text”");
/// assert_eq!(visible("\u{1b}[31mred\u{202e}"), "\\u{1b}[31mred\\u{202e}");
/// ```
pub fn visible(text: &str) -> std::borrow::Cow<'_, str> {
    if !text.chars().any(is_unseen) {
        return text.into();
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_unseen(c) { out.extend(c.escape_unicode()) } else { out.push(c) }
    }
    out.into()
}

/// True for characters that must not reach a terminal as they are.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
        || matches!(c, '\u{e0000}'..='\u{e0fff}')
}
