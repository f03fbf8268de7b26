//! Joins a word that was parted with a hyphen at a line's end, as in text that was taken from a PDF.
//!
//! It must be sure: the whole is a word that the language model knows, or one that stands elsewhere in the text, both lines are long
//! enough to have been broken for their length, and the parts are not a compound by themselves (`well-` and `known`). In
//! code and verse nothing is joined.

use rustc_hash::FxHashSet;

use crate::clean::code::Code;
use crate::clean::{Options, edit};
use crate::lm::{LanguageModel, NgramModel};
use crate::text::edit::Edit;
use crate::text::span::Span;

pub(super) const NAME: &str = "hyphenation";

/// A shorter line was broken by its author.
///
/// Source: the columns of a newspaper have 30 characters and more.
const SHORTEST_LINE: usize = 28;

pub(super) fn find(text: &str, _: &Options) -> Vec<Edit> {
    let mut edits = Vec::new();
    let mut known: Option<Words> = None;
    let mut code = None;
    for (hyphen, _) in text.match_indices('-') {
        let n_end = match text.as_bytes()[hyphen + 1..] {
            [b'\n', ..] => 1,
            [b'\r', b'\n', ..] => 2,
            _ => continue,
        };
        let next = hyphen + 1 + n_end;
        let Some((head, tail)) = parts(text, hyphen, next) else { continue };
        let known = known.get_or_insert_with(|| Words::of(text));
        if known.is_one(head, tail) && !code.get_or_insert_with(|| Code::of(text)).holds(hyphen) {
            edits.push(edit(text, Span::new(hyphen, next), "", NAME));
        }
    }
    edits
}

/// The two parts of the word round `hyphen`, where the next line begins at `next`.
fn parts(text: &str, hyphen: usize, next: usize) -> Option<(&str, &str)> {
    let line_start = text[..hyphen].rfind('\n').map_or(0, |i| i + 1);
    let line = &text[line_start..hyphen];
    let rest = &text[next..];
    let next_line = rest.split('\n').next().unwrap_or_default();
    let head = &line[line
        .rfind(|c: char| !c.is_alphabetic())
        .map_or(0, |i| i + line[i..].chars().next().map_or(1, char::len_utf8))..];
    let tail = &rest[..rest.find(|c: char| !c.is_alphabetic()).unwrap_or(rest.len())];
    let is_long = line.len() >= SHORTEST_LINE
        && (next_line.len() >= SHORTEST_LINE || next_line.trim_end().ends_with(['.', '!', '?', '”', '"']));
    let is_word = head.len() >= 2 && tail.len() >= 2 && tail.starts_with(char::is_lowercase);
    // `state-of-the-` is a compound already.
    let is_compound = line[..line.len() - head.len()].ends_with('-') || rest[tail.len()..].starts_with('-');
    (is_long && is_word && !is_compound).then_some((head, tail))
}

/// What is known of words.
struct Words {
    model: Option<NgramModel>,
    of_text: FxHashSet<String>,
}

impl Words {
    fn of(text: &str) -> Words {
        let of_text =
            text.split(|c: char| !c.is_alphabetic()).filter(|word| word.len() > 3).map(str::to_lowercase).collect();
        Words { model: NgramModel::english().ok(), of_text }
    }

    /// True where `head` and `tail` are one word, and no compound of two.
    fn is_one(&self, head: &str, tail: &str) -> bool {
        let (head, tail) = (head.to_lowercase(), tail.to_lowercase());
        let whole = format!("{head}{tail}");
        if self.of_text.contains(&whole) {
            return true;
        }
        // Parts that are words both may be a compound, unless they are the beginnings and ends that words have.
        let is_affix = |part: &str| part.len() <= 3 || AFFIXES.contains(&part);
        self.knows(&whole) && (is_affix(&head) || is_affix(&tail) || !(self.knows(&head) && self.knows(&tail)))
    }

    fn knows(&self, word: &str) -> bool {
        self.model.as_ref().is_some_and(|model| model.is_known(word))
    }
}

const AFFIXES: &[&str] = &[
    "able", "ance", "ation", "ence", "inter", "less", "like", "ment", "ments", "ness", "over", "ship", "sion", "super",
    "tion", "tional", "under", "ward", "wards",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean::check_rule;

    fn check(text: &str, expected: &str) {
        check_rule(find, text, expected);
    }

    #[test]
    fn known_words_are_joined() {
        check(
            "The head of the regional adminis-\ntration said on Tuesday that the har-\r\nbour would open again in spring.\n",
            "The head of the regional administration said on Tuesday that the harbour would open again in spring.\n",
        );
    }

    #[test]
    fn compounds_verse_and_code_stay() {
        for text in [
            "It was the work of the most well-\nknown architect of that whole city.\n",
            "O wind, a-\nblowing\n",
            "The model was said to be a state-of-\nthe-art machine of its own time then.\n",
            "He lived in the town of Stratford-\nUpon-Avon for all of his long life.\n",
            "This is a list of the last things -\nand then there was nothing more.\n",
        ] {
            check(text, text);
        }
    }
}
