//! Shows what changed: one file a form.
//!
//! A new form is a file here with `impl Renderer`, and a variant of [`Format`]; nothing else changes.

mod csp;
mod flow;
pub mod html;
pub mod human;
pub mod inline;
pub mod json;
pub mod jsonl;
pub mod list;
mod notes;
mod page;
mod places;
pub mod review_page;
pub mod sarif;
pub mod side_by_side;
pub mod survey;
pub mod unified;
pub mod view;
pub mod words;

pub use html::Html;
pub use inline::Inline;
pub use json::Json;
pub use jsonl::Jsonl;
pub use sarif::Sarif;
pub use side_by_side::SideBySide;
pub use unified::Unified;
pub use view::Look;

use crate::report::Comparison;

/// A form in which changes are shown.
pub trait Renderer {
    /// `comparison` in this form, ready to be written out; empty where nothing differs and the form has nothing to say.
    fn render(&self, comparison: &Comparison) -> Vec<u8>;

    /// Several comparisons, one after the other, or as one document where the form is one.
    fn render_all(&self, comparisons: &[Comparison]) -> Vec<u8> {
        match comparisons {
            [one] => self.render(one),
            all => all.iter().map(|comparison| self.render(comparison)).collect::<Vec<_>>().concat(),
        }
    }
}

/// The forms there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum Format {
    /// A word diff in one column, for people.
    #[default]
    Inline,
    /// A word diff in two columns, for people.
    SideBySide,
    /// A line diff for `patch` and `git apply`.
    Unified,
    /// A static page.
    Html,
    /// One JSON object, for programs.
    Json,
    /// One JSON object a change, for programs.
    Jsonl,
    /// SARIF 2.1.0, for review tools.
    Sarif,
}

impl Format {
    /// All of them, in the order in which they are listed.
    pub const ALL: [Format; 7] =
        [Format::Inline, Format::SideBySide, Format::Unified, Format::Html, Format::Json, Format::Jsonl, Format::Sarif];

    /// Its name on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Format::Inline => "inline",
            Format::SideBySide => "side-by-side",
            Format::Unified => "unified",
            Format::Html => "html",
            Format::Json => "json",
            Format::Jsonl => "jsonl",
            Format::Sarif => "sarif",
        }
    }

    /// True where all files make one document, so that it can be written only when the last one is done.
    pub fn is_one_document(self) -> bool {
        matches!(self, Format::Html | Format::Sarif)
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
    if is_plain(text) || !text.chars().any(is_unseen) {
        return text.into();
    }
    let mut out = String::with_capacity(text.len() + 16);
    for c in text.chars() {
        if is_unseen(c) { out.extend(c.escape_unicode()) } else { out.push(c) }
    }
    out.into()
}

/// True where `text` is nothing but letters, digits, signs and spaces of ASCII.
fn is_plain(text: &str) -> bool {
    text.bytes().all(|b| matches!(b, b' '..=b'~'))
}

/// True for characters that must not reach a terminal as they are.
fn is_unseen(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}')
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
        || matches!(c, '\u{e0000}'..='\u{e0fff}')
}
