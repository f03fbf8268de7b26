//! The straight line: bytes in, a report out.

use std::borrow::Cow;
use std::sync::Arc;

use once_cell::sync::OnceCell;

use crate::channel::decode::{self, Decoding, decode};
use crate::channel::reader::Reader;
use crate::clean::{self, clean};
use crate::detect::detect;
use crate::detect::evidence::Evidence;
use crate::detect::gate::Gate;
use crate::detect::verdict::{Label, Verdict};
use crate::document::Document;
use crate::error::Result;
use crate::journal::{Journal, Pass, Record, sha256};
use crate::lexicon::builtin;
use crate::lexicon::dictionary::Lexicon;
use crate::lm::sequence::SequenceModel;
use crate::lm::{BilinearModel, LanguageModel, NgramModel};
use crate::page::{Html, Metadata, Page};
use crate::report::{Report, grounds};
use crate::restore::proposal::{Applicability, Proposal};
use crate::restore::{self, propose};
use crate::review::{Decision, Reviewer, Threshold};
use crate::text::edit::EditScript;
use crate::text::part::parts;
use crate::text::source::{Encoding, Layout, Source};
use crate::text::span::Span;
use crate::text::tokenize::tokens;
use crate::text::unit::each_unit;

/// How a text is gone through.
#[derive(Debug, Clone, PartialEq)]
pub struct Options {
    /// How it is cleaned; not at all where there is none.
    pub clean: Option<clean::Options>,
    /// How it is read.
    pub channel: decode::Options,
    /// How sure an edit must be.
    pub restore: restore::Options,
    /// True where a text is restored that is not judged spun, too.
    pub is_forced: bool,
    /// True where a text is read also if the [first look](crate::detect::gate) takes it for genuine: its verdict has evidence then.
    pub is_thorough: bool,
    /// Wordings that restoring never edits, wherever they stand. Capitals count.
    pub protect: Vec<String>,
    /// Whether a text is read as a web page, of which only the article is taken.
    pub html: Html,
    /// The encoding of the bytes; found out where there is none.
    pub encoding: Option<Encoding>,
}

impl Default for Options {
    fn default() -> Self {
        Options {
            clean: Some(clean::Options::default()),
            channel: decode::Options::default(),
            restore: restore::Options::default(),
            is_forced: false,
            is_thorough: false,
            protect: Vec::new(),
            html: Html::default(),
            encoding: None,
        }
    }
}

/// A language model that threads may share.
pub type SharedModel = dyn LanguageModel + Send + Sync;

/// Cleans, judges and restores texts by one lexicon and one language model, which it borrows.
///
/// ```
/// use despin::pipeline::Despinner;
///
/// let despinner = Despinner::builtin()?;
/// let article = "The council said on Tuesday that the new bridge will open this year.\n";
/// let report = despinner.run(article.as_bytes());
///
/// // Nothing speaks for a spinner here, so nothing was changed.
/// assert_eq!(report.restored, article);
///
/// // Whatever a run does can be undone, byte for byte.
/// assert_eq!(report.journal.undo(&report.restored_bytes)?, article.as_bytes());
/// # Ok::<(), despin::Error>(())
/// ```
#[derive(Clone)]
pub struct Despinner<'a> {
    // Shared, since it is made once for all texts.
    gate: Arc<Gate<'a>>,
    rescorer: Option<&'a dyn SequenceModel>,
    /// How texts are gone through.
    pub options: Options,
}

impl std::fmt::Debug for Despinner<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Despinner").field("options", &self.options).finish_non_exhaustive()
    }
}

impl Despinner<'static> {
    /// One with the built-in dictionaries and the built-in models of English, which are read at the first call.
    ///
    /// # Errors
    ///
    /// None, unless the program itself was built from damaged files.
    pub fn builtin() -> Result<Self> {
        static MODEL: OnceCell<NgramModel> = OnceCell::new();
        static CONTEXT: OnceCell<BilinearModel> = OnceCell::new();
        let despinner = Despinner::new(builtin::lexicon()?, MODEL.get_or_try_init(NgramModel::english)?);
        Ok(despinner.with_context(CONTEXT.get_or_try_init(BilinearModel::english)?))
    }
}

impl<'a> Despinner<'a> {
    /// One with this lexicon, this model and no context model, and the usual options.
    pub fn new(lexicon: &'a Lexicon, model: &'a SharedModel) -> Self {
        let gate = Arc::new(Gate::new(Reader::new(lexicon, model, None)));
        Despinner { gate, rescorer: None, options: Options::default() }
    }

    /// The same with a model that sees words farther off.
    pub fn with_context(mut self, context: &'a BilinearModel) -> Self {
        let Reader { lexicon, model, .. } = *self.gate.reader();
        self.gate = Arc::new(Gate::new(Reader::new(lexicon, model, Some(context))));
        self
    }

    /// The same with other options.
    pub fn with(mut self, options: Options) -> Self {
        self.options = options;
        self
    }

    /// The same with a model that looks at close decisions again, in texts that are restored.
    pub fn with_rescorer(mut self, rescorer: &'a dyn SequenceModel) -> Self {
        self.rescorer = Some(rescorer);
        self
    }

    /// The lexicon.
    pub fn lexicon(&self) -> &'a Lexicon {
        self.gate.reader().lexicon
    }

    /// Goes through `bytes`, and makes every edit that is sure enough. Any bytes will do.
    ///
    /// The same bytes and the same options always give the same report.
    pub fn run(&self, bytes: &[u8]) -> Report {
        self.review(bytes, &mut Threshold::Apply)
    }

    /// Goes through `bytes`, and makes the edits that `reviewer` decides for.
    ///
    /// Of a text that is not judged spun, only a reviewer who [is a person](Reviewer::is_personal) is asked, unless forced.
    pub fn review(&self, bytes: &[u8], reviewer: &mut dyn Reviewer) -> Report {
        self.examine(bytes).decided_by(reviewer)
    }

    /// Goes through `bytes` up to the proposals, which wait for decisions then.
    ///
    /// For a text that is judged genuine there are none, unless forced.
    pub fn examine(&self, bytes: &[u8]) -> Examined {
        let source = Source::decode_as(bytes, self.options.encoding);
        let page = Page::of(&source.text, self.options.html);
        let extracting = page.as_ref().map(|page| page.script(&source.text)).unwrap_or_default();
        let (text, metadata) = match page {
            Some(page) => (page.text, Some(page.metadata)),
            None => (source.text, None),
        };
        let (cleaning, cleaned) = self.clean(&text);
        let (mut proposals, mut sentences) = (Vec::new(), Vec::new());
        let verdict = self.read(&cleaned, |part| self.restore_part(part, &mut proposals, &mut sentences));
        if proposals.is_empty() {
            sentences.clear();
        }
        let is_free = self.options.is_forced || verdict.label == Label::Spun;
        Examined {
            bytes: bytes.to_vec(),
            layout: source.layout,
            extracting,
            page: metadata,
            text,
            cleaning,
            cleaned,
            sentences,
            verdict,
            proposals,
            is_free,
        }
    }

    /// Whether `bytes` hold a spun text: the verdict that [`run`](Despinner::run) comes to, without restoring.
    pub fn detect(&self, bytes: &[u8]) -> Verdict {
        let source = Source::decode_as(bytes, self.options.encoding).text;
        let page = Page::of(&source, self.options.html);
        let (_, cleaned) = self.clean(page.as_ref().map_or(&source, |page| &page.text));
        self.read(&cleaned, |_| ())
    }

    fn clean(&self, text: &str) -> (EditScript, String) {
        let cleaning = self.options.clean.as_ref().map(|options| clean(text, options)).unwrap_or_default();
        let cleaned = cleaning.apply(text).expect("cleaning's edits are of this text");
        (cleaning, cleaned)
    }

    /// The verdict on a text that is clean, of which `take` is shown each [part](LONGEST) in order that the first look does not take for genuine.
    fn read(&self, cleaned: &str, mut take: impl FnMut(&Part)) -> Verdict {
        let protected = places(cleaned, &self.options.protect);
        let mut whole = Judged::default();
        // Units before a part, and the parts that left and whose units are counted when one behind them is read.
        let (mut n_units, mut left) = (0, Vec::new());
        for span in parts(cleaned, LONGEST) {
            if !self.is_read_whole()
                && let Some(verdict) = self.gate.look(span.of(cleaned))
            {
                left.push(span);
                whole.add(verdict, span);
                continue;
            }
            n_units += left.drain(..).map(|span| n_units_of(span.of(cleaned))).sum::<u32>();
            let inside = protected.iter().filter_map(|place| place.within(span)).collect::<Vec<_>>();
            let document = Document::new(span.of(cleaned).to_string(), &inside);
            let part = self.read_part(document, span.start, n_units);
            take(&part);
            n_units += part.document.units().len() as u32;
            whole.add(part.verdict, span);
        }
        whole.verdict()
    }

    /// True where no text leaves by the first look.
    fn is_read_whole(&self) -> bool {
        self.options.is_forced || self.options.is_thorough
    }

    fn read_part(&self, document: Document, start: usize, first_unit: u32) -> Part {
        let reader = self.gate.reader();
        let decoding = decode(&document, reader, &self.options.channel);
        let verdict = detect(&document, reader.lexicon, &decoding);
        Part { document, start, first_unit, decoding, verdict }
    }

    /// Puts what is proposed for `part`, and its sentences, behind those of the parts before it.
    fn restore_part(&self, part: &Part, proposals: &mut Vec<Proposal>, sentences: &mut Vec<Span>) {
        let Part { document, decoding, verdict, .. } = part;
        let is_free = self.options.is_forced || verdict.label == Label::Spun;
        let rescorer = self.rescorer.filter(|_| is_free);
        let reader = self.gate.reader();
        let mut found = match is_free || verdict.label != Label::Genuine {
            true => propose(document, reader.lexicon, reader.model, decoding, rescorer, &self.options.restore),
            false => Vec::new(),
        };
        if !is_free {
            demote(&mut found);
        }
        if !found.is_empty() {
            sentences.extend(document.sentences().iter().map(|sentence| sentence.shifted(part.start)));
        }
        proposals.extend(found.into_iter().map(|mut proposal| {
            proposal.edit.span = proposal.edit.span.shifted(part.start);
            proposal.units = (proposal.units.0 + part.first_unit, proposal.units.1 + part.first_unit);
            proposal
        }));
    }
}

/// A text with what is proposed for it, before anything is decided.
#[derive(Debug, Clone)]
pub struct Examined {
    /// The file's bytes.
    pub bytes: Vec<u8>,
    /// How a text is laid out as these bytes.
    pub layout: Layout,
    /// Of a web page, what taking its article out changed.
    extracting: EditScript,
    /// Of a web page, what it says of its article.
    pub page: Option<Metadata>,
    /// The bytes as text; of a web page, its article.
    pub text: String,
    /// What cleaning changed.
    pub cleaning: EditScript,
    /// The text after cleaning; what follows has its places in it.
    pub cleaned: String,
    /// Its sentences, where something is proposed.
    pub sentences: Vec<Span>,
    /// Whether it was spun.
    pub verdict: Verdict,
    /// What restoring proposes, in order of place.
    pub proposals: Vec<Proposal>,
    /// True where what is sure enough may be made unasked.
    is_free: bool,
}

impl Examined {
    /// Makes what `reviewer` decides for.
    pub fn decided_by(self, reviewer: &mut dyn Reviewer) -> Report {
        let Examined {
            bytes, layout, extracting, page, text, cleaning, cleaned, verdict, mut proposals, is_free, ..
        } = self;
        let digest = sha256(&bytes);
        reviewer.begin(&digest, &cleaned, &mut proposals);
        let is_asked = is_free || reviewer.is_personal();
        let decisions: Vec<Decision> = if is_asked {
            proposals.iter().map(|proposal| reviewer.decide(proposal)).collect()
        } else {
            vec![Decision::Skip; proposals.len()]
        };
        let records = proposals.iter().zip(&decisions).filter(|(_, decision)| decision.is_change());
        let records: Vec<Record> = records
            .map(|(p, decision)| Record { edit: decision.applied_to(p), grounds: Some(grounds(p)) })
            .filter(|record| record.edit.before != record.edit.after)
            .collect();
        let restoring = EditScript::new(records.iter().map(|record| record.edit.clone()).collect())
            .expect("proposals are of one path, and reviewers keep them disjoint");
        let restored = restoring.apply(&cleaned).expect("proposals are of this text");
        let extract = Pass::new("extract", extracting);
        let passes =
            vec![extract, Pass::new("clean", cleaning.clone()), Pass { stage: "restore".to_string(), edits: records }];
        // Of a web page, `text` is the article that the first pass took out.
        let whole =
            if page.is_some() { layout.read(&bytes).map(Cow::Owned) } else { Some(Cow::Borrowed(text.as_str())) };
        let whole = whole.expect("the layout was read off these bytes");
        let (journal, restored_bytes) = Journal::record_known(&bytes, digest, &layout, &whole, passes)
            .expect("each pass is over the text before it");
        let restored_bytes = restored_bytes.into_owned();
        Report {
            layout,
            source: text,
            page,
            cleaning,
            cleaned,
            verdict,
            proposals,
            decisions,
            restoring,
            restored,
            restored_bytes,
            journal,
        }
    }
}

/// The longest stretch, in bytes, that is read at once. What is longer is read in [parts] of that length, each for itself: so much
/// text has more than one author, and what is worked out while it is read takes some five hundred times its memory.
const LONGEST: usize = 1 << 20;

/// What is known of a part of a text that was read, before anything is restored.
struct Part {
    document: Document,
    /// Where it begins in the text.
    start: usize,
    /// How many units the text has before it.
    first_unit: u32,
    decoding: Decoding,
    verdict: Verdict,
}

/// The verdicts on the parts of a text, as they are put together: a text is what its most suspicious part is, its rate is that of all
/// of it.
#[derive(Default)]
struct Judged {
    worst: Option<Verdict>,
    evidence: Vec<Evidence>,
    // Rate by bytes, and bytes.
    rate: f64,
    n_bytes: usize,
}

impl Judged {
    fn add(&mut self, mut verdict: Verdict, span: Span) {
        let evidence = std::mem::take(&mut verdict.evidence);
        self.evidence.extend(evidence.into_iter().map(|e| Evidence { span: e.span.shifted(span.start), ..e }));
        let n_bytes = span.len_bytes().max(1);
        self.n_bytes += n_bytes;
        self.rate += (verdict.rate - self.rate) * (n_bytes as f64 / self.n_bytes as f64);
        if self.worst.as_ref().is_none_or(|worst| worst.probability < verdict.probability) {
            self.worst = Some(verdict);
        }
    }

    fn verdict(self) -> Verdict {
        let worst = self.worst.expect("a text has a part");
        Verdict { rate: self.rate, evidence: self.evidence, ..worst }
    }
}

/// How many units `text` has.
fn n_units_of(text: &str) -> u32 {
    let mut n = 0;
    for token in tokens(text) {
        each_unit(text, token, &mut |_, _| n += 1);
    }
    n
}

/// What would be made unasked in a spun text is offered in one that may be.
fn demote(proposals: &mut [Proposal]) {
    for proposal in proposals.iter_mut().filter(|p| p.applicability == Applicability::Apply) {
        proposal.applicability = Applicability::Offer;
    }
}

/// Where `text` has one of `wordings`.
fn places(text: &str, wordings: &[String]) -> Vec<Span> {
    let of = |wording: &String| {
        let len = wording.len();
        text.match_indices(wording.as_str()).map(move |(at, _)| Span::new(at, at + len)).collect::<Vec<_>>()
    };
    wordings.iter().filter(|wording| !wording.is_empty()).flat_map(of).collect()
}
