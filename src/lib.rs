//! despin cleans scraped articles, detects text that a synonym spinner has rewritten, restores the likely original,
//! shows every change, and takes any of them back byte for byte.
//!
//! # From end to end
//!
//! A [`Despinner`] takes bytes and gives a [`Report`]: what cleaning changed, whether the text was spun, what restoring
//! proposes and made, and a journal that takes all of it back.
//!
//! ```
//! use despin::{Despinner, Label};
//!
//! let despinner = Despinner::builtin()?;
//! let article = include_bytes!("../fixtures/restore/harbour_article/input.txt");
//! let report = despinner.run(article);
//!
//! assert_eq!(report.verdict.label, Label::Spun);
//! assert!(report.cleaned.contains("Marta Oleniuk, mentioned."));
//! assert!(report.restored.contains("Marta Oleniuk, said."));
//!
//! // Every change says how sure it is, and where it comes from.
//! let said = report.proposals.iter().find(|p| p.edit.before == "mentioned").unwrap();
//! assert!(said.probability > 0.9);
//! assert!(said.edit.cause.place.as_ref().unwrap().starts_with("dictionaries/en/autoblog.tsv:"));
//!
//! // And every run can be undone.
//! assert_eq!(report.journal.undo(&report.restored_bytes)?, article);
//! # Ok::<(), despin::Error>(())
//! ```
//!
//! A genuine text comes back as it went in:
//!
//! ```
//! # use despin::Despinner;
//! let article = include_bytes!("../fixtures/genuine/harbour_article/input.txt");
//! let report = Despinner::builtin()?.run(article);
//! assert!(!report.is_changed());
//! # Ok::<(), despin::Error>(())
//! ```
//!
//! # Showing changes
//!
//! ```
//! use despin::render::{Inline, Renderer, Unified};
//! use despin::report::Comparison;
//! # use despin::Despinner;
//!
//! let article = include_bytes!("../fixtures/restore/harbour_article/input.txt");
//! let report = Despinner::builtin()?.run(article);
//! let comparison = Comparison::of_report("harbour.txt", article, report);
//!
//! let words = String::from_utf8(Inline::default().render(&comparison)).unwrap();
//! assert!(words.contains("[-mentioned-]{+said+}"));
//!
//! let lines = String::from_utf8(Unified::default().render(&comparison)).unwrap();
//! assert!(lines.starts_with("--- a/harbour.txt\n+++ b/harbour.txt\n@@ "));
//! # Ok::<(), despin::Error>(())
//! ```
//!
//! # Deciding for oneself
//!
//! A [`Reviewer`](review::Reviewer) is asked about each proposal:
//!
//! ```
//! use despin::restore::proposal::Proposal;
//! use despin::review::{Decision, Reviewer};
//! # use despin::Despinner;
//!
//! /// Puts back nothing but what is all but certain.
//! struct Careful;
//!
//! impl Reviewer for Careful {
//!     fn decide(&mut self, proposal: &Proposal) -> Decision {
//!         if proposal.probability > 0.99 { Decision::Accept } else { Decision::Skip }
//!     }
//! }
//!
//! let article = include_bytes!("../fixtures/restore/harbour_article/input.txt");
//! let despinner = Despinner::builtin()?;
//! let (careful, usual) = (despinner.review(article, &mut Careful), despinner.run(article));
//! assert!(careful.restoring.edits().len() < usual.restoring.edits().len());
//! # Ok::<(), despin::Error>(())
//! ```
//!
//! # Floors
//!
//! [`text`] and [`lm`] are at the bottom; [`clean`], [`document`], [`journal`] and [`lexicon`] stand on them; then
//! [`channel`], [`detect`] and [`restore`], [`review`], [`report`], and at the top [`pipeline`] and [`render`]. [`cli`] is
//! the program `despin`, and [`eval`] measures it all.

#![forbid(unsafe_op_in_unsafe_fn)]
#![warn(missing_docs)]

pub mod bulk;
pub mod channel;
pub mod clean;
pub mod cli;
pub mod detect;
pub mod diff;
pub mod document;
pub mod error;
pub mod eval;
pub mod journal;
pub mod lexicon;
pub mod lm;
pub mod mine;
pub mod page;
pub mod pipeline;
pub mod render;
pub mod report;
pub mod restore;
pub mod review;
pub mod settings;
pub mod survey;
pub mod text;

pub use detect::verdict::Label;
pub use error::{Error, ErrorKind, Result};
pub use pipeline::{Despinner, Options};
pub use report::Report;
