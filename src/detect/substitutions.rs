//! Signal: phrases that are more probable as a spinner's than as the author's.

use crate::channel::decode::Decoding;
use crate::channel::lattice::Reading;
use crate::detect::evidence::{Evidence, Signal};
use crate::document::Document;
use crate::lexicon::dictionary::Lexicon;

/// Phrases of the dictionary that the most probable reading replaces.
pub struct Substitutions;

/// Evidence from one place is bounded, in nats: no single phrase convicts.
const MOST: f64 = 6.0;

impl Signal for Substitutions {
    fn evidence(&self, document: &Document, lexicon: &Lexicon, decoding: &Decoding) -> Vec<Evidence> {
        let mut found = Vec::new();
        for &arc_id in &decoding.path {
            let arc = &decoding.lattice.arcs[arc_id as usize];
            let Reading::Dictionary { target, .. } = &arc.reading else { continue };
            let span = document.units_span(arc.start as usize, arc.end as usize);
            let share = decoding.posterior.arcs[arc_id as usize].clamp(1e-3, 1.0 - 1e-3);
            let original = &lexicon.get(target.original).text;
            let instead = if original.is_empty() { "nothing".to_string() } else { format!("“{original}”") };
            found.push(Evidence {
                span,
                signal: "substitution",
                log_odds: (share / (1.0 - share)).ln().min(MOST),
                reason: format!("“{}” reads like a spinner's word for {instead}", span.of(document.text())),
            });
        }
        found
    }
}
