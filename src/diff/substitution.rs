//! Cuts a replaced run of words into the substitutions it is made of.
//!
//! An edit distance over words (Wagner and Fischer 1974), where a dictionary's entry is one operation however many words it
//! has, as in `mine/derive.rs`. Here nothing is known of who made the second text, so that a word may also become any other;
//! what two words have in common (endings, capitals, a stem) says which became which, and words for which there is
//! no partner go with the one before.

use std::ops::Range;

use crate::diff::known::{self, Units};
use crate::diff::words::Words;
use crate::lexicon::dictionary::{EntryId, Lexicon};
use crate::text::token::TokenKind;

/// One substitution: words `a` of the first text became words `b` of the second.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Substitution {
    /// Words of the first text; none where words came.
    pub a: Range<usize>,
    /// Words of the second text; none where words went.
    pub b: Range<usize>,
    /// The dictionary entry that makes one of the other.
    pub entry: Option<EntryId>,
}

/// Words on either side of an entry, at most.
const LONGEST_ENTRY: usize = 5;
/// Longer runs are other text, not reworded text: they stay whole.
const LONGEST_RUN: usize = 40;
/// Of longer runs, something must speak for a third of the substitutions; else they are other text, too.
const LONGEST_UNSUPPORTED: usize = 6;
/// What an entry costs, and a little for each word that it is longer than one.
const ENTRY: f64 = 0.3;
const WORD_OF_ENTRY: f64 = 0.02;
/// What a word costs that has no partner.
const ALONE: f64 = 1.1;

/// The substitutions that make words `to` of `b` of words `of` of `a`, in order; both are given whole.
pub fn cut(a: &Words, of: Range<usize>, b: &Words, to: Range<usize>, lexicon: Option<&Lexicon>) -> Vec<Substitution> {
    let whole = || vec![Substitution { a: of.clone(), b: to.clone(), entry: None }];
    let (n, m) = (of.len(), to.len());
    if n == 0 || m == 0 || n > LONGEST_RUN || m > LONGEST_RUN {
        return whole();
    }
    let known = lexicon.map(|lexicon| {
        let units = |words: &Words, range: &Range<usize>| {
            range.clone().map(|n| known::of_word(lexicon, words.text, words.places[n], words.kinds[n])).collect()
        };
        Known { lexicon, a: units(a, &of), b: units(b, &to) }
    });
    if (n, m) == (1, 1) {
        // Most stretches are one word for another: there is nothing to weigh but the entry against what speaks for the words themselves.
        let alike = unlikeness((a.word(of.start), a.kinds[of.start]), (b.word(to.start), b.kinds[to.start]));
        if alike < 2.0 * ALONE {
            let entry = known.as_ref().and_then(|known| known.entry(0..1, 0..1));
            let entry = entry.filter(|_| ENTRY + 2.0 * WORD_OF_ENTRY < alike);
            return vec![Substitution { a: of, b: to, entry }];
        }
    }
    let width = m + 1;
    let mut table = vec![Cell { cost: f64::INFINITY, from: (0, 0), entry: None }; (n + 1) * width];
    table[0].cost = 0.0;
    for i in 0..=n {
        for j in 0..=m {
            let cost = table[i * width + j].cost;
            let mut relax = |to: (usize, usize), more: f64, entry| {
                let cell = &mut table[to.0 * width + to.1];
                // Of two ways as good, the one whose lone words come last: they then go with the word before them.
                if cost + more < cell.cost + 1e-9 {
                    *cell = Cell { cost: cost + more, from: (i, j), entry };
                }
            };
            if let Some(known) = &known {
                for p in 1..=LONGEST_ENTRY.min(n - i) {
                    for q in 1..=LONGEST_ENTRY.min(m - j) {
                        if let Some(entry) = known.entry(i..i + p, j..j + q) {
                            relax((i + p, j + q), ENTRY + WORD_OF_ENTRY * (p + q) as f64, Some(entry));
                        }
                    }
                }
            }
            if i < n && j < m {
                let (x, y) = (of.start + i, to.start + j);
                relax((i + 1, j + 1), unlikeness((a.word(x), a.kinds[x]), (b.word(y), b.kinds[y])), None);
            }
            if i < n {
                relax((i + 1, j), ALONE, None);
            }
            if j < m {
                relax((i, j + 1), ALONE, None);
            }
        }
    }
    let mut steps = Vec::new();
    let mut at = (n, m);
    while at != (0, 0) {
        let cell = &table[at.0 * width + at.1];
        let (from_i, from_j) = cell.from;
        steps.push(Substitution {
            a: of.start + from_i..of.start + at.0,
            b: to.start + from_j..to.start + at.1,
            entry: cell.entry,
        });
        at = cell.from;
    }
    steps.reverse();
    let is_supported = |one: &Substitution| match one.entry {
        Some(_) => true,
        None if one.a.is_empty() || one.b.is_empty() => false,
        None => {
            unlikeness((a.word(one.a.start), a.kinds[one.a.start]), (b.word(one.b.start), b.kinds[one.b.start])) < 0.9
        }
    };
    if n.max(m) > LONGEST_UNSUPPORTED && 3 * steps.iter().filter(|one| is_supported(one)).count() < steps.len() {
        return whole();
    }
    joined(a, b, steps)
}

#[derive(Clone, Copy)]
struct Cell {
    cost: f64,
    from: (usize, usize),
    entry: Option<EntryId>,
}

struct Known<'a> {
    lexicon: &'a Lexicon,
    a: Vec<Units>,
    b: Vec<Units>,
}

impl Known<'_> {
    fn entry(&self, a: Range<usize>, b: Range<usize>) -> Option<EntryId> {
        known::entry(self.lexicon, &self.a[a], &self.b[b])
    }
}

/// Joins words that have no partner to the substitution beside them: the one before, or else the one behind. Signs, and
/// what an entry explains, stand alone.
fn joined(a: &Words, b: &Words, steps: Vec<Substitution>) -> Vec<Substitution> {
    let is_sign = |words: &Words, range: &Range<usize>| range.clone().any(|n| words.kinds[n] == TokenKind::Punctuation);
    let is_lone = |one: &Substitution| one.a.is_empty() || one.b.is_empty();
    let is_open = |one: &Substitution| one.entry.is_none() && !is_sign(a, &one.a) && !is_sign(b, &one.b);
    let mut out: Vec<Substitution> = Vec::with_capacity(steps.len());
    for step in steps {
        match out.last_mut() {
            Some(last) if is_open(last) && is_open(&step) && (is_lone(&step) || is_lone(last)) => {
                (last.a.end, last.b.end) = (step.a.end, step.b.end);
            }
            _ => out.push(step),
        }
    }
    out
}

/// How little speaks for one word having become the other: 1 where nothing does, and more than two lone words cost where
/// it cannot be.
fn unlikeness((x, x_kind): (&str, TokenKind), (y, y_kind): (&str, TokenKind)) -> f64 {
    use TokenKind::{Number, Punctuation};
    match (x_kind, y_kind) {
        (Punctuation, Punctuation) => return 0.9,
        (Punctuation, _) | (_, Punctuation) => return 2.0 * ALONE + 0.1,
        (Number, Number) => return 0.7,
        _ => {}
    }
    let is_small = |word: &str| ["a", "an", "the", "A", "An", "The"].contains(&word);
    if is_small(x) && is_small(y) {
        return 0.3;
    }
    let stem = x.chars().zip(y.chars()).take_while(|(x, y)| x.eq_ignore_ascii_case(y)).count();
    let shorter = x.chars().count().min(y.chars().count());
    let mut cost: f64 = if is_small(x) || is_small(y) { 1.05 } else { 1.0 };
    if stem >= 4 || (stem == shorter && shorter > 1) {
        cost -= 0.3;
    }
    if ENDINGS.iter().any(|ending| x.ends_with(ending) && y.ends_with(ending)) {
        cost -= 0.15;
    }
    let is_capital = |word: &str| word.starts_with(char::is_uppercase);
    if is_capital(x) && is_capital(y) {
        cost -= 0.05;
    }
    cost
}

/// Endings that a substitution keeps: a spinner replaces a form by the same form.
const ENDINGS: [&str; 8] = ["ing", "ed", "ly", "s", "er", "est", "'s", "’s"];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diff::words::Numbers;
    use crate::lexicon::format::parse;
    use crate::text::span::Span;

    fn check(dictionary: &str, before: &str, after: &str, expected: &[(&str, &str)]) {
        let lexicon = Lexicon::new(vec![parse("a.tsv", dictionary).unwrap()]);
        let mut numbers = Numbers::default();
        let a = numbers.words(before, Span::new(0, before.len()));
        let b = numbers.words(after, Span::new(0, after.len()));
        let found = cut(&a, 0..a.len(), &b, 0..b.len(), Some(&lexicon));
        let text = |words: &Words, range: &Range<usize>| {
            range.clone().map(|n| words.word(n).to_string()).collect::<Vec<_>>().join(" ")
        };
        let pairs: Vec<_> = found.iter().map(|one| (text(&a, &one.a), text(&b, &one.b))).collect();
        let pairs: Vec<_> = pairs.iter().map(|(x, y)| (x.as_str(), y.as_str())).collect();
        assert_eq!(pairs, expected);
    }

    #[test]
    fn as_many_words_are_changed_one_by_one() {
        let three = [("uncommon", "rare"), ("assault", "attack"), ("simply", "just")];
        check("", "uncommon assault simply", "rare attack just", &three);
    }

    #[test]
    fn entries_are_one_substitution() {
        let entries = "earlier than\tbefore\tphrase\t0.9\n12 months\tyear\tphrase\t0.9\n";
        check(entries, "final 12 months", "last year", &[("final", "last"), ("12 months", "year")]);
        check(entries, "year uncommon", "12 months rare", &[("year", "12 months"), ("uncommon", "rare")]);
    }

    #[test]
    fn endings_say_which_word_became_which() {
        check(
            "",
            "combating earlier than",
            "fighting before",
            &[("combating", "fighting"), ("earlier than", "before")],
        );
    }

    #[test]
    fn signs_are_no_words() {
        check("", "assault", ", attack", &[("", ","), ("assault", "attack")]);
    }
}
