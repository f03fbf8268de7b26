//! Sets `a` and `an` right where the word after them was restored.

use crate::document::Document;
use crate::restore::Options;
use crate::restore::proposal::{Applicability, Proposal, Score};
use crate::text::article::article_for;
use crate::text::casing::transfer;
use crate::text::edit::{Cause, Edit};

/// How surely an article that does not fit a kept word was left behind by a spinner.
///
/// Source: as the signal in `detect/articles.rs`, which is some twenty times as common in spun text as in edited text.
const MISFIT: f64 = 0.9;

/// Adds an edit for each article that a proposal made wrong or that a spinner left wrong, and corrects those inside
/// proposals.
pub fn set(document: &Document, proposals: &mut Vec<Proposal>, options: &Options) {
    let mut more = Vec::new();
    for idx in 0..proposals.len() {
        let proposal = &proposals[idx];
        let first = proposal.units.0 as usize;
        let Some(right) = first_word(document, proposals, idx).map(article_for) else { continue };
        let Some(at) = first.checked_sub(1) else { continue };
        // What is only offered decides nothing about an article that the kept word wants as well.
        let kept = document.units()[first].span.of(document.text());
        if proposal.applicability != Applicability::Apply && article_for(kept) == right {
            continue;
        }
        // The word before may itself be the end of a proposal: `a part of an` and the like.
        let neighbour = idx.checked_sub(1).filter(|&p| proposals[p].units.1 as usize == first);
        if let Some(neighbour) = neighbour {
            let after = &proposals[neighbour].edit.after;
            let cut = after.rfind(' ').map_or(0, |space| space + 1);
            let last = after[cut..].to_string();
            // Where only one of the two is made, the article has nothing to follow.
            let go_together = proposals[neighbour].applicability == proposal.applicability;
            if is_article(&last) && !last.eq_ignore_ascii_case(right) && go_together {
                let set = format!("{}{}", &after[..cut], transfer(&last, right));
                proposals[neighbour].edit.after = set;
            }
            continue;
        }
        if is_misfit(document, at, right) {
            more.push(change(document, at, right, proposal.probability, proposal.applicability));
        }
    }
    for at in 0..document.units().len().saturating_sub(1) {
        let next = document.units()[at + 1].span.of(document.text());
        let is_plain = next.len() > 1 && next.bytes().all(|b| b.is_ascii_lowercase());
        let is_after_article = is_article(&document.units()[at].folded);
        if !is_plain || !is_after_article || !is_misfit(document, at, article_for(next)) {
            continue;
        }
        let is_at = |p: &Proposal, unit: usize| (p.units.0 as usize..p.units.1 as usize).contains(&unit);
        let is_taken = proposals.iter().chain(&more).any(|p| is_at(p, at));
        let is_next_kept = !proposals.iter().any(|p| is_at(p, at + 1) && p.applicability == Applicability::Apply);
        if !is_taken && is_next_kept {
            let applicability = if MISFIT >= options.apply_from { Applicability::Apply } else { Applicability::Offer };
            more.push(change(document, at, article_for(next), MISFIT, applicability));
        }
    }
    proposals.extend(more);
    proposals.retain(|p| p.edit.before != p.edit.after);
    proposals.sort_by_key(|p| p.edit.span);
}

/// The first word that stands at a proposal once it is made: its own, or what follows what it deletes.
fn first_word<'a>(document: &'a Document, proposals: &'a [Proposal], idx: usize) -> Option<&'a str> {
    let proposal = &proposals[idx];
    if let Some(word) = proposal.edit.after.split([' ', '-', '\n']).next().filter(|word| !word.is_empty()) {
        return Some(word);
    }
    let next = proposal.units.1;
    match proposals.get(idx + 1) {
        Some(follows) if follows.units.0 == next => first_word(document, proposals, idx + 1),
        _ => document.units().get(next as usize).map(|unit| unit.span.of(document.text())),
    }
}

/// True where unit `at` is an article other than `right`, with white space after it.
fn is_misfit(document: &Document, at: usize, right: &str) -> bool {
    let unit = &document.units()[at];
    is_article(unit.span.of(document.text()))
        && unit.folded != right
        && !unit.is_joined
        && document.gap_before(at + 1).chars().all(char::is_whitespace)
        && !document.units()[at + 1].is_joined
}

fn change(document: &Document, at: usize, right: &str, probability: f64, applicability: Applicability) -> Proposal {
    let span = document.units()[at].span;
    let before = span.of(document.text());
    Proposal {
        edit: Edit { span, before: before.to_string(), after: transfer(before, right), cause: Cause::rule("article") },
        probability,
        applicability,
        score: Score::default(),
        rivals: Vec::new(),
        units: (at as u32, at as u32 + 1),
    }
}

fn is_article(word: &str) -> bool {
    word.eq_ignore_ascii_case("a") || word.eq_ignore_ascii_case("an")
}

#[cfg(test)]
mod tests {
    use super::*;
    use Applicability::{Apply, Offer};

    /// What stands there, its units, what it becomes, its probability, and what is to be done with it.
    type Said = (String, (u32, u32), String, f64, Applicability);

    /// What becomes of `text` and of changes `(first unit, one past the last, after, what is to be done with it)`.
    fn all(text: &str, changes: &[(u32, u32, &str, Applicability)]) -> Vec<Said> {
        let document = Document::new(text.to_string(), &[]);
        let proposal = |&(start, end, after, applicability): &(u32, u32, &str, Applicability)| {
            let span = document.units_span(start as usize, end as usize);
            let edit =
                Edit { span, before: span.of(text).into(), after: after.into(), cause: Cause::rule("dictionary") };
            Proposal {
                edit,
                probability: 0.6,
                applicability,
                score: Score::default(),
                rivals: Vec::new(),
                units: (start, end),
            }
        };
        let mut proposals = changes.iter().map(proposal).collect();
        set(&document, &mut proposals, &Options::default());
        let said = |p: Proposal| (p.edit.before, p.units, p.edit.after, p.probability, p.applicability);
        proposals.into_iter().map(said).collect()
    }

    /// The changes of articles alone, `before → after`.
    fn articles(text: &str, changes: &[(u32, u32, &str, Applicability)]) -> Vec<String> {
        let found = all(text, changes).into_iter().filter(|p| is_article(&p.0));
        found.map(|p| format!("{} → {}", p.0, p.2)).collect()
    }

    #[test]
    fn articles_fit_what_is_restored() {
        let found = all("We saw A zorblax.", &[(3, 4, "ox", Apply)]);
        assert_eq!(found[0], ("A".into(), (2, 3), "An".into(), 0.6, Apply));
        assert_eq!((found.len(), found[1].2.as_str()), (2, "ox"));
        // What is only offered takes the article along.
        assert_eq!(all("a zorblax", &[(1, 2, "ox", Offer)])[0].4, Offer);
        assert!(articles("an zorblax", &[(1, 2, "ox", Apply)]).is_empty());
        // An article that fits neither was left by a spinner.
        assert_eq!(all("an zorblax", &[(1, 2, "cat", Offer)])[0], ("an".into(), (0, 1), "a".into(), MISFIT, Apply));
        assert_eq!(all("an zorblax", &[(1, 2, "cat", Apply)])[0], ("an".into(), (0, 1), "a".into(), 0.6, Apply));
    }

    #[test]
    fn articles_fit_what_follows_what_goes() {
        assert_eq!(articles("a very elderly man", &[(1, 2, "", Apply), (2, 3, "old", Apply)]), ["a → an"]);
        assert_eq!(articles("a very elderly man", &[(1, 2, "", Apply)]), ["a → an"]);
        assert!(articles("a very good elderly man", &[(1, 2, "", Apply), (3, 4, "old", Apply)]).is_empty());
        assert!(articles("an aged man", &[(1, 2, "", Apply), (2, 3, "uncle", Apply)]).is_empty());
        assert_eq!(articles("a very", &[(1, 2, "", Apply)]), [""; 0]);
    }

    #[test]
    fn articles_at_the_end_of_a_change_fit_what_comes_next() {
        let first = |after: &str, applicability| {
            all("half elderly man", &[(0, 1, after, applicability), (1, 2, "old", Apply)])[0].2.clone()
        };
        assert_eq!((first("half a", Apply).as_str(), first("a", Apply).as_str()), ("half an", "an"));
        assert_eq!((first("half an", Apply).as_str(), first("banana", Apply).as_str()), ("half an", "banana"));
        // Where only one of the two is made, the article has nothing to follow.
        assert_eq!(first("half a", Offer), "half a");
    }

    #[test]
    fn only_plain_words_tell_of_a_wrong_article() {
        assert_eq!(articles("He saw an go of a old man.", &[]), ["an → a", "a → an"]);
        for text in ["an b", "a MP", "an Cat", "an, cat", "an1 cat", "vitamin-a old"] {
            assert!(articles(text, &[]).is_empty(), "{text}");
        }
    }
}
