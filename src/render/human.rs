//! A word diff for people: every changed sentence, with what was there and what is there now.
//!
//! ```text
//! harbour.txt: spun (probability 1.00, rate 0.71, autoblog), 3 edits
//!
//!    1 │ The [-assault-]{+attack+} on the [-harbor-]{+port+} lasted an hour.
//!      ⋮ 2 sentences
//!    4 │ He [-mentioned-]{+said+} so.
//! ```
//!
//! Marks stay beside the colours: a reader may not see colours, and a copied diff has none.

use anstyle::{AnsiColor, Effects, Style};

use crate::detect::verdict::{Label, Verdict};
use crate::render::{Renderer, visible};
use crate::report::{Change, Comparison};
use crate::text::sentence::sentences;
use crate::text::span::Span;
use crate::text::tokenize::tokenize;

/// A word diff.
#[derive(Debug, Clone, Copy)]
pub struct Human {
    /// Columns to fill.
    pub width: usize,
    /// True to use colours.
    pub is_coloured: bool,
    /// True to say for each change how probable it is, where it comes from and what else was thought of; and to list
    /// what was not changed.
    pub is_explained: bool,
}

impl Default for Human {
    /// 100 columns, no colours, no explanations.
    fn default() -> Self {
        Human { width: 100, is_coloured: false, is_explained: false }
    }
}

const DELETED: Style =
    Style::new().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Red))).effects(Effects::STRIKETHROUGH);
const INSERTED: Style = Style::new().fg_color(Some(anstyle::Color::Ansi(AnsiColor::Green))).effects(Effects::BOLD);
const ASIDE: Style = Style::new().effects(Effects::DIMMED);
const PLAIN: Style = Style::new();

/// Columns before the text: line number, space, bar, space.
const GUTTER: usize = 7;
/// A text narrower than this is not readable, whatever the terminal says.
const NARROWEST: usize = 24;
/// Unchanged words in a row that are shown between two changes; of a longer row, half of them at each end.
const MOST_WORDS_BETWEEN: usize = 40;

impl Renderer for Human {
    fn render(&self, comparison: &Comparison) -> Vec<u8> {
        let mut page = Page { human: *self, out: String::new() };
        page.head(comparison);
        page.body(comparison);
        if self.is_explained {
            page.left(comparison);
        }
        page.out.into_bytes()
    }
}

/// A verdict in a few words: `spun (probability 0.98, rate 0.71, autoblog)`.
pub fn verdict(verdict: &Verdict) -> String {
    let label = match verdict.label {
        Label::Spun => "spun",
        Label::Suspect => "suspect",
        Label::Genuine => "genuine",
    };
    let mut parts = vec![format!("probability {:.2}", verdict.probability)];
    if verdict.label != Label::Genuine {
        parts.push(format!("rate {:.2}", verdict.rate));
    }
    parts.extend(verdict.profile.as_deref().map(|profile| visible(profile).into_owned()));
    format!("{label} ({})", parts.join(", "))
}

/// `1 edit`, `2 edits`.
pub fn counted(n: usize, one: &str) -> String {
    format!("{n} {one}{}", if n == 1 { "" } else { "s" })
}

struct Page {
    human: Human,
    out: String,
}

/// A run of letters that is not broken, and the space before it.
struct Atom {
    text: String,
    style: Style,
    is_spaced: bool,
}

impl Page {
    fn head(&mut self, comparison: &Comparison) {
        let (before, after) = (visible(&comparison.before_name), visible(&comparison.after_name));
        let name = if before == after { before.into_owned() } else { format!("{before} → {after}") };
        let n = comparison.changes.len();
        let edits = match (comparison.is_empty(), n) {
            (true, _) => "no changes".to_string(),
            (false, 0) => "the texts are the same, though their bytes differ".to_string(),
            _ if comparison.verdict.is_some() => counted(n, "edit"),
            _ => counted(n, "change"),
        };
        let verdict = comparison.verdict.as_ref().map(|v| format!("{}, ", verdict(v))).unwrap_or_default();
        self.out.push_str(&format!("{name}: {verdict}{edits}\n"));
    }

    fn body(&mut self, comparison: &Comparison) {
        let text = comparison.before.as_str();
        let mut changes = comparison.changes.as_slice();
        if changes.is_empty() {
            return;
        }
        self.out.push('\n');
        let mut n_folded = 0;
        let (mut line, mut at, mut last_line) = (1, 0, 0);
        let mut blocks = blocks(text).into_iter().peekable();
        while let Some(mut block) = blocks.next() {
            let mut n = 0;
            // A change that runs on into the next sentence takes it along.
            while let Some(change) = changes.get(n).filter(|c| c.edit.span.start < block.end || blocks.peek().is_none())
            {
                while let Some(next) = blocks.next_if(|next| next.start < change.edit.span.end) {
                    block.end = next.end;
                }
                n += 1;
            }
            if n == 0 {
                n_folded += 1;
                continue;
            }
            self.fold(&mut n_folded);
            let (of_block, rest) = changes.split_at(n);
            changes = rest;
            let blank = block.len_bytes() - block.of(text).trim_start().len();
            let start = (block.start + blank).min(of_block[0].edit.span.start);
            line += text[at..start].matches('\n').count();
            at = start;
            // Sentences of one line, as a paragraph often is, show its number once.
            let number = if line == last_line { String::new() } else { line.to_string() };
            last_line = line;
            self.block(text, Span::new(start, block.end), of_block, &number);
            if self.human.is_explained {
                of_block.iter().for_each(|change| self.explain(change, ""));
            }
        }
        self.fold(&mut n_folded);
    }

    fn fold(&mut self, n: &mut usize) {
        if *n > 0 {
            self.out.push_str("     ");
            self.put(ASIDE, &format!("⋮ {}", counted(*n, "sentence")));
            self.out.push('\n');
        }
        *n = 0;
    }

    fn block(&mut self, text: &str, block: Span, changes: &[Change], number: &str) {
        let mut atoms = Vec::new();
        let mut at = block.start;
        let mut is_spaced = false;
        for (n, change) in changes.iter().enumerate() {
            let edit = &change.edit;
            unchanged(&text[at..edit.span.start], n > 0, true, &mut is_spaced, &mut atoms);
            // A space at the edge that both sides have, or that the change takes along, is only a space here.
            let is_blank = |t: &str| !t.is_empty() && t.trim().is_empty();
            let is_wordless =
                (is_blank(&edit.before) || edit.before.is_empty()) && (is_blank(&edit.after) || edit.after.is_empty());
            is_spaced |= !is_wordless && (edit.before.starts_with(' ') || edit.after.starts_with(' '));
            marked(&edit.before, ("[-", "-]"), DELETED, is_wordless, &mut is_spaced, &mut atoms);
            marked(&edit.after, ("{+", "+}"), INSERTED, is_wordless, &mut is_spaced, &mut atoms);
            is_spaced = !is_wordless && (edit.before.ends_with(' ') || edit.after.ends_with(' '));
            at = edit.span.end;
        }
        let rest = text[at..block.end.max(at)].trim_end();
        unchanged(rest, !changes.is_empty(), false, &mut is_spaced, &mut atoms);
        self.wrap(&format!("{number:>4}"), "│", &atoms);
    }

    fn wrap(&mut self, head: &str, bar: &str, atoms: &[Atom]) {
        let width = self.human.width.max(GUTTER + NARROWEST) - GUTTER;
        let mut column = 0;
        self.gutter(head, bar);
        for (n, atom) in atoms.iter().enumerate() {
            let len = atom.text.chars().count();
            // What hangs on without a space goes along.
            let tail = atoms[n + 1..].iter().take_while(|next| !next.is_spaced).map(|next| next.text.chars().count());
            let whole = len + tail.sum::<usize>();
            if atom.is_spaced && column > 0 {
                if column + 1 + whole > width {
                    self.out.push('\n');
                    self.gutter("    ", bar);
                    column = 0;
                } else {
                    self.out.push(' ');
                    column += 1;
                }
            } else if column > 0 && column + len > width && whole > width {
                self.out.push('\n');
                self.gutter("    ", bar);
                column = 0;
            }
            self.put(atom.style, &atom.text);
            column += len;
        }
        self.out.push('\n');
    }

    fn gutter(&mut self, head: &str, bar: &str) {
        self.put(ASIDE, &format!("{head} {bar}"));
        self.out.push(' ');
    }

    fn explain(&mut self, change: &Change, number: &str) {
        let edit = &change.edit;
        let quote = |text: &str| match text {
            "" => "nothing".to_string(),
            text => format!("“{}”", shown(text.trim_matches(' '))),
        };
        let mut text = format!("{} → {}", quote(&edit.before), quote(&edit.after));
        if let Some(grounds) = &change.grounds {
            text.push_str(&format!(": {:.2}", grounds.probability));
        }
        text.push_str(&format!(", {}", visible(&edit.cause.rule)));
        if let Some(place) = &edit.cause.place {
            text.push_str(&format!(" {}", visible(place)));
        }
        if let Some(grounds) = &change.grounds {
            let parts = grounds.parts.iter().filter(|(_, nats)| **nats != 0.0);
            let parts: Vec<String> =
                parts.map(|(name, nats)| format!("{} {nats:+.1}", name.replace('_', " "))).collect();
            if !parts.is_empty() {
                text.push_str(&format!("; {}", parts.join(", ")));
            }
            let rivals: Vec<String> = grounds
                .rivals
                .iter()
                .map(|rival| format!("{} {:.2}", quote(&rival.after), rival.probability))
                .collect();
            if !rivals.is_empty() {
                text.push_str(&format!("; or {}", rivals.join(", ")));
            }
        }
        let atoms: Vec<Atom> =
            text.split(' ').map(|word| Atom { text: word.to_string(), style: ASIDE, is_spaced: true }).collect();
        self.wrap(&format!("{number:>4}"), "·", &atoms);
    }

    fn left(&mut self, comparison: &Comparison) {
        if comparison.left.is_empty() {
            return;
        }
        self.out.push_str("\nThought of, and not changed:\n");
        let (mut line, mut at) = (1, 0);
        for change in &comparison.left {
            line += comparison.before[at..change.edit.span.start].matches('\n').count();
            at = change.edit.span.start;
            self.explain(change, &line.to_string());
        }
    }

    fn put(&mut self, style: Style, text: &str) {
        if self.human.is_coloured && style != PLAIN && !text.is_empty() {
            self.out.push_str(&format!("{style}{text}{style:#}"));
        } else {
            self.out.push_str(text);
        }
    }
}

/// Sentences, each with what stands between it and the next one, so that no byte is in none.
fn blocks(text: &str) -> Vec<Span> {
    let starts: Vec<usize> = sentences(text, &tokenize(text)).iter().map(|s| s.start).collect();
    let mut out = Vec::with_capacity(starts.len());
    for (n, &start) in starts.iter().enumerate() {
        out.push(Span::new(if n == 0 { 0 } else { start }, starts.get(n + 1).copied().unwrap_or(text.len())));
    }
    if out.is_empty() {
        out.push(Span::new(0, text.len()));
    }
    out
}

/// The words of an unchanged stretch, without the middle of a long one.
fn unchanged(text: &str, is_after: bool, is_before: bool, is_spaced: &mut bool, atoms: &mut Vec<Atom>) {
    let words: Vec<&str> = text.split_whitespace().collect();
    let edge = MOST_WORDS_BETWEEN / 2;
    let cut = match words.len() > MOST_WORDS_BETWEEN {
        true => (if is_after { edge } else { 0 }, words.len() - if is_before { edge } else { 0 }),
        false => (words.len(), words.len()),
    };
    *is_spaced |= text.starts_with(char::is_whitespace);
    for (n, word) in words.iter().enumerate() {
        let (text, style) = match n {
            n if n == cut.0 && n < cut.1 => ("[…]".to_string(), ASIDE),
            n if n > cut.0 && n < cut.1 => continue,
            _ => (visible(word).into_owned(), PLAIN),
        };
        atoms.push(Atom { text, style, is_spaced: *is_spaced || n > 0 });
        *is_spaced = false;
    }
    *is_spaced |= !words.is_empty() && text.ends_with(char::is_whitespace);
}

/// The words of one side of a change between `marks`; nothing where that side is empty.
fn marked(
    text: &str,
    marks: (&str, &str),
    style: Style,
    is_wordless: bool,
    is_spaced: &mut bool,
    atoms: &mut Vec<Atom>,
) {
    if text.is_empty() {
        return;
    }
    let words: Vec<String> = match is_wordless || text.trim().is_empty() {
        true => vec![shown(text)],
        false => text.split_whitespace().map(|word| visible(word).into_owned()).collect(),
    };
    let last = words.len().saturating_sub(1);
    for (n, word) in words.into_iter().enumerate() {
        let (open, close) = (if n == 0 { marks.0 } else { "" }, if n == last { marks.1 } else { "" });
        atoms.push(Atom { text: format!("{open}{word}{close}"), style, is_spaced: *is_spaced || n > 0 });
        *is_spaced = false;
    }
}

/// `text` with its line ends, tabs and, where it is nothing but white space, its spaces to be seen.
fn shown(text: &str) -> String {
    let is_blank = text.trim().is_empty();
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '\n' => out.push('⏎'),
            '\t' => out.push('⇥'),
            ' ' if is_blank => out.push('␣'),
            ' ' => out.push(' '),
            c if c.is_whitespace() => out.extend(c.escape_unicode()),
            c => out.push_str(&visible(c.encode_utf8(&mut [0; 4]))),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::words::compare;

    fn check(before: &str, after: &str, expected: &str) {
        let out =
            Human { width: 60, ..Human::default() }.render(&compare("a", before.as_bytes(), "b", after.as_bytes()));
        let out = String::from_utf8(out).unwrap();
        assert_eq!(out.split_once("\n\n").map_or("", |parts| parts.1), expected, "{out}");
    }

    #[test]
    fn keeps_neighbours_apart_and_folds_the_rest() {
        check(
            "All is well. It was an uncommon assault. Nothing else. Nothing at all.",
            "All is well. It was a rare attack. Nothing else. Nothing at all.",
            "     ⋮ 1 sentence\n   1 │ It was [-an-]{+a+} [-uncommon-]{+rare+}\n     │ [-assault-]{+attack+}.\n     ⋮ 2 sentences\n",
        );
    }

    #[test]
    fn nothing_reaches_the_terminal_unseen() {
        check("He \u{1b}[31msaid so.", "He said so.", "   1 │ He [-\\u{1b}[31msaid-]{+said+} so.\n");
    }

    #[test]
    fn white_space_is_shown_where_it_is_all_that_changes() {
        check("One  two.", "One two.", "   1 │ One[-␣␣-]{+␣+}two.\n");
    }

    #[test]
    fn wraps_at_the_width() {
        check(
            "The harbour master told reporters on Monday that the gigantic crane would stay where it was.",
            "The harbour master told reporters on Monday that the big crane would stay where it was.",
            "   1 │ The harbour master told reporters on Monday that the\n     │ [-gigantic-]{+big+} crane would stay where it was.\n",
        );
    }
}
