//! Sets `a` and `an` right where the word after them was restored.

use crate::document::Document;
use crate::restore::proposal::{Proposal, Score};
use crate::text::article::article_for;
use crate::text::casing::transfer;
use crate::text::edit::{Cause, Edit};

/// Adds an edit for each article that a proposal made wrong, and corrects those inside proposals.
pub fn set(document: &Document, proposals: &mut Vec<Proposal>) {
    let mut more = Vec::new();
    for idx in 0..proposals.len() {
        let proposal = &proposals[idx];
        let first = proposal.units.0 as usize;
        let Some(word) = proposal.edit.after.split([' ', '-']).next().filter(|w| !w.is_empty()) else { continue };
        let right = article_for(word);
        let Some(at) = first.checked_sub(1) else { continue };
        // The word before may itself be the end of a proposal: `a part of an` and the like.
        let neighbour = idx.checked_sub(1).filter(|&p| proposals[p].units.1 as usize == first);
        if let Some(neighbour) = neighbour {
            let after = &proposals[neighbour].edit.after;
            let cut = after.rfind(' ').map_or(0, |space| space + 1);
            let last = after[cut..].to_string();
            if is_article(&last) && !last.eq_ignore_ascii_case(right) {
                let set = format!("{}{}", &after[..cut], transfer(&last, right));
                proposals[neighbour].edit.after = set;
            }
            continue;
        }
        let unit = &document.units()[at];
        let before = unit.span.of(document.text());
        if is_article(before) && !unit.folded.eq_ignore_ascii_case(right) && is_next_to(document, first) {
            more.push(Proposal {
                edit: Edit {
                    span: unit.span,
                    before: before.to_string(),
                    after: transfer(before, right),
                    cause: Cause::rule("article"),
                },
                probability: proposal.probability,
                applicability: proposal.applicability,
                score: Score::default(),
                rivals: Vec::new(),
                units: (at as u32, at as u32 + 1),
            });
        }
    }
    proposals.extend(more);
    proposals.retain(|p| p.edit.before != p.edit.after);
    proposals.sort_by_key(|p| p.edit.span);
}

fn is_article(word: &str) -> bool {
    word.eq_ignore_ascii_case("a") || word.eq_ignore_ascii_case("an")
}

fn is_next_to(document: &Document, unit: usize) -> bool {
    document.gap_before(unit).chars().all(char::is_whitespace)
}
