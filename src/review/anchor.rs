//! Finds the places that decisions are about: where they were, or between the words that they were between.

use rustc_hash::FxHashMap;

use crate::review::record::{CONTEXT, Record};
use crate::text::span::Span;

/// Where a decision belongs in a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Anchor {
    /// `before` stands here.
    At(Span),
    /// It was carried out: what it puts there stands here already.
    Made(Span),
    /// Nowhere.
    Lost(Lost),
}

/// Why a decision belongs nowhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lost {
    /// `before` is not in the text.
    Gone,
    /// It is, but nowhere between the same words.
    Moved,
    /// It is at this many places that are equally good.
    Unclear(usize),
    /// It does not stand where the decision says, which knows no words around it to look for.
    Unknown,
}

/// Looks for the places of decisions in one text.
#[derive(Debug)]
pub struct Finder<'a> {
    sha256: &'a str,
    text: &'a str,
    /// Where each wording that was looked for stands, as whole words.
    places: FxHashMap<String, Vec<usize>>,
}

impl<'a> Finder<'a> {
    /// Looks in `text`, whose file has the digest `sha256`.
    pub fn new(sha256: &'a str, text: &'a str) -> Self {
        Finder { sha256, text, places: FxHashMap::default() }
    }

    /// Where `record` belongs.
    pub fn find(&mut self, record: &Record) -> Anchor {
        let span = record.span();
        let stands = self.text.get(record.start..record.end) == Some(record.before.as_str());
        let is_pinned = record.sha256.as_deref().is_none_or(|digest| digest == self.sha256);
        if stands && is_pinned && self.nearby(record, span).is_whole {
            return Anchor::At(span);
        }
        if record.before.is_empty() || (record.prefix.is_empty() && record.suffix.is_empty()) {
            return Anchor::Lost(Lost::Unknown);
        }
        let lost = match self.best(record, &record.before) {
            Ok(span) => return Anchor::At(span),
            Err(lost) => lost,
        };
        match record.wording().filter(|wording| !wording.is_empty()).map(|wording| self.best(record, wording)) {
            Some(Ok(span)) => Anchor::Made(span),
            _ => Anchor::Lost(lost),
        }
    }

    /// The one place of `wording` that lies best between what `record` has on both sides.
    fn best(&mut self, record: &Record, wording: &str) -> Result<Span, Lost> {
        if !self.places.contains_key(wording) {
            self.places.insert(wording.to_string(), whole_words(self.text, wording));
        }
        let places = &self.places[wording];
        if places.is_empty() {
            return Err(Lost::Gone);
        }
        let n_known = record.prefix.chars().count() + record.suffix.chars().count();
        let span = |&at: &usize| Span::new(at, at + wording.len());
        let fits = places.iter().map(|at| (self.nearby(record, span(at)), span(at)));
        let fits: Vec<(Fit, Span)> = fits.filter(|(fit, _)| fit.n_in_order * 2 >= n_known).collect();
        let rank = |fit: &Fit| fit.n_next + fit.n_in_order;
        let most = fits.iter().map(|(fit, _)| rank(fit)).max().ok_or(Lost::Moved)?;
        let best: Vec<Span> = fits.iter().filter(|(fit, _)| rank(fit) == most).map(|&(_, span)| span).collect();
        match best[..] {
            [only] => Ok(only),
            _ => best.iter().copied().find(|span| span.start == record.start).ok_or(Lost::Unclear(best.len())),
        }
    }

    /// How well what is around `span` is what `record` has on both sides.
    fn nearby(&self, record: &Record, span: Span) -> Fit {
        let (before, after) = (&self.text[..span.start], &self.text[span.end..]);
        let n_left = before.chars().rev().zip(record.prefix.chars().rev()).take_while(|(a, b)| a == b).count();
        let n_right = after.chars().zip(record.suffix.chars()).take_while(|(a, b)| a == b).count();
        let is_whole = n_left == record.prefix.chars().count() && n_right == record.suffix.chars().count();
        let n_next = n_left + n_right;
        if is_whole {
            return Fit { n_next, n_in_order: n_next, is_whole };
        }
        // Half as much again, since words that came in between push the others out.
        let reach = CONTEXT * 3 / 2;
        let from = before.char_indices().rev().take(reach).last().map_or(before.len(), |(at, _)| at);
        let to = after.char_indices().nth(reach).map_or(after.len(), |(at, _)| at);
        let n_in_order = |known: &str, there: &str, n_next: usize| n_in_order(known, there).max(n_next);
        Fit {
            n_next,
            n_in_order: n_in_order(&record.prefix, &before[from..], n_left)
                + n_in_order(&record.suffix, &after[..to], n_right),
            is_whole,
        }
    }
}

/// How well a place fits, in characters.
struct Fit {
    /// Those next to the place up to the first that differs, on both sides.
    n_next: usize,
    /// Those of words that are there in the same order, with a space each; never less than `n_next`.
    n_in_order: usize,
    is_whole: bool,
}

/// How many characters the words of `known` have that `there` has in the same order, with a space each.
fn n_in_order(known: &str, there: &str) -> usize {
    let there: Vec<&str> = there.split_whitespace().collect();
    // The longest common subsequence, a row at a time.
    let mut row = vec![0; there.len() + 1];
    for word in known.split_whitespace() {
        let mut diagonal = 0;
        for (at, other) in there.iter().enumerate() {
            let here = if *other == word { diagonal + word.chars().count() + 1 } else { row[at].max(row[at + 1]) };
            diagonal = row[at + 1];
            row[at + 1] = here;
        }
    }
    row.last().copied().unwrap_or_default().min(known.chars().count())
}

/// Where `wording` stands in `text` and is no part of a longer word.
fn whole_words(text: &str, wording: &str) -> Vec<usize> {
    let is_letter = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let (starts_inside, ends_inside) = (is_letter(wording.chars().next()), is_letter(wording.chars().next_back()));
    let is_whole = |&at: &usize| {
        let is_glued_before = starts_inside && is_letter(text[..at].chars().next_back());
        let is_glued_after = ends_inside && is_letter(text[at + wording.len()..].chars().next());
        !is_glued_before && !is_glued_after
    };
    text.match_indices(wording).map(|(at, _)| at).filter(is_whole).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::review::record::Verb;

    const TEXT: &str = "The assault began at dawn. Nobody in the town had seen an assault like it.";

    /// What is decided about the second `assault` of [`TEXT`].
    fn record() -> Record {
        let start = TEXT.rfind("assault").unwrap();
        Record {
            sha256: Some("0".repeat(64)),
            start,
            end: start + 7,
            before: "assault".into(),
            after: Some("attack".into()),
            decision: Verb::Accept,
            prefix: "obody in the town had seen an ".into(),
            suffix: " like it.".into(),
            ..Record::default()
        }
    }

    fn check(text: &str, expected: &str) {
        let digest = if text == TEXT { "0" } else { "1" }.repeat(64);
        let found = match Finder::new(&digest, text).find(&record()) {
            Anchor::At(span) => format!("{}|{}", &text[..span.start], &text[span.end..]),
            Anchor::Made(span) => format!("made {}", span.of(text)),
            Anchor::Lost(lost) => format!("{lost:?}"),
        };
        assert_eq!(found, expected);
    }

    #[test]
    fn a_place_is_found_where_it_was_or_between_the_same_words() {
        check(TEXT, "The assault began at dawn. Nobody in the town had seen an | like it.");
        check(
            "A paragraph.\n\nThe assault began. Nobody in the town had seen an assault like it. No.",
            "A paragraph.\n\nThe assault began. Nobody in the town had seen an | like it. No.",
        );
        check(
            "Nobody in the whole town ever had seen an assault like it.",
            "Nobody in the whole town ever had seen an | like it.",
        );
    }

    #[test]
    fn what_was_carried_out_is_known() {
        check("The assault began at dawn. Nobody in the town had seen an attack like it.", "made attack");
    }

    #[test]
    fn a_place_that_changed_is_lost() {
        check("The raid began at dawn. Nobody in the town had seen an invasion like it.", "Gone");
        check("The assault began at dawn. Two hours later it was over.", "Moved");
        check("Nobody in the town had seen an assaulter like it.", "Gone");
        let twice = "Nobody in the town had seen an assault like it.";
        check(&format!("{twice} {twice}"), "Unclear(2)");
    }

    #[test]
    fn without_context_only_the_place_counts() {
        let bare = Record { prefix: String::new(), suffix: String::new(), ..record() };
        assert_eq!(Finder::new(&"0".repeat(64), TEXT).find(&bare), Anchor::At(bare.span()));
        assert_eq!(Finder::new(&"1".repeat(64), TEXT).find(&bare), Anchor::Lost(Lost::Unknown));
        let old = Record { sha256: None, ..bare };
        assert_eq!(Finder::new(&"1".repeat(64), TEXT).find(&old), Anchor::At(old.span()));
    }
}
