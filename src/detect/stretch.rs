//! Pieces of a long text that are judged one by one.
//!
//! A phrase is heard once, while length counts against it. So the longer a text is, the less it can say for each of its
//! words: the heads of a language are soon exhausted. A long text is therefore judged by stretches of the length that the
//! regression knew, and what a text says twice counts once: a page that repeats its article is no longer than the article.

use std::ops::Range;

use crate::document::Document;

/// A run of units.
#[derive(Debug, Clone, PartialEq)]
pub struct Stretch {
    /// Its units, by their index in the document.
    pub units: Range<usize>,
    /// Its length in units, where a sentence that the text has twice counts half in each place.
    pub length: f64,
}

/// Length of a stretch, at least; a text that is less than twice as long is one stretch.
///
/// Source: the longest texts that the regression saw whole are as long.
pub const LEAST: f64 = 1500.0;

/// The stretches of `document`, in order; one, which may be empty, at least. They cover all units.
pub fn stretches(document: &Document) -> Vec<Stretch> {
    let shares = document.unit_shares();
    let length: f64 = shares.iter().sum();
    let n_stretches = (length / LEAST).floor().max(1.0);
    let mut out = vec![Stretch { units: 0..0, length: 0.0 }];
    let mut before = 0.0;
    for (unit, share) in shares.into_iter().enumerate() {
        if before * n_stretches >= length * out.len() as f64 {
            out.push(Stretch { units: unit..unit, length: 0.0 });
        }
        if let Some(last) = out.last_mut() {
            last.units.end = unit + 1;
            last.length += share;
        }
        before += share;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cut(text: &str) -> Vec<Stretch> {
        let document = Document::new(text.to_string(), &[]);
        let found = stretches(&document);
        assert_eq!(found.first().unwrap().units.start, 0);
        assert!(found.windows(2).all(|w| w[0].units.end == w[1].units.start));
        assert_eq!(found.last().unwrap().units.end, document.units().len());
        found
    }

    #[test]
    fn short_texts_are_one_stretch() {
        assert_eq!(cut(""), [Stretch { units: 0..0, length: 0.0 }]);
        let short = cut("The boats came in. The harbour was full.");
        assert_eq!(short.len(), 1);
        assert_eq!(short[0].length, short[0].units.len() as f64);
    }

    #[test]
    fn what_is_said_again_is_no_length() {
        let once = cut("The boats came in. The harbour was full.\n\n");
        let often = cut(&"The boats came in. The harbour was full.\n\n".repeat(2000));
        assert_eq!(often.len(), 1);
        assert!((often[0].length - once[0].length).abs() < 1e-6, "{often:?} {once:?}");
    }

    #[test]
    fn long_texts_are_cut_evenly() {
        let text: String = (0..1000).map(|i| format!("Boat {i} came into the harbour at noon. ")).collect();
        let found = cut(&text);
        assert!(found.len() > 2);
        assert!(found.iter().all(|s| s.length > LEAST - 1.0 && s.length < 2.0 * LEAST), "{found:?}");
    }
}
