//! What is done to one text, whatever it came in.

use std::borrow::Cow;

use crate::clean;
use crate::detect::verdict::Verdict;
use crate::journal::{Journal, Pass};
use crate::page::{Html, Metadata, Page};
use crate::pipeline::Despinner;
use crate::text::source::{Encoding, Source};

/// One of the three things that can be done to a text. Threads may share it.
///
/// ```
/// use despin::Despinner;
/// use despin::bulk::task::{Known, Task};
/// let spun = include_bytes!("../../fixtures/restore/harbour_article/input.txt");
/// let task = Task::Restore(Despinner::builtin()?);
/// let outcome = task.run(spun, Known::default());
/// assert!(outcome.text.contains("Marta Oleniuk, said."));
/// assert_eq!(outcome.journal.unwrap().undo(&outcome.bytes)?, spun);
/// # Ok::<(), despin::Error>(())
/// ```
#[derive(Debug, Clone)]
pub enum Task<'a> {
    /// Cleaning.
    Clean {
        /// How.
        options: clean::Options,
        /// Whether texts are read as web pages.
        html: Html,
        /// The encoding of texts; found out where there is none.
        encoding: Option<Encoding>,
    },
    /// Judging, which changes nothing.
    Detect(Despinner<'a>),
    /// Cleaning, judging and restoring.
    Restore(Despinner<'a>),
}

/// What the stream says of a text that came in it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Known {
    /// Whether it is a web page.
    pub html: Option<Html>,
    /// Its encoding.
    pub encoding: Option<Encoding>,
}

/// What became of a text.
#[derive(Debug, Clone)]
pub struct Outcome {
    /// The text that came out.
    pub text: String,
    /// The same as bytes, by the layout that the first bytes had.
    pub bytes: Vec<u8>,
    /// Whether it was spun, where that was asked.
    pub verdict: Option<Verdict>,
    /// Every edit, where there may be any.
    pub journal: Option<Journal>,
    /// True where the bytes that came out are not those that came in.
    pub is_changed: bool,
    /// Of a web page, what it says of its article.
    pub page: Option<Metadata>,
}

impl Task<'_> {
    /// Whether texts are read as web pages, where nothing else says so.
    pub fn html(&self) -> Html {
        match self {
            Task::Clean { html, .. } => *html,
            Task::Detect(despinner) | Task::Restore(despinner) => despinner.options.html,
        }
    }

    /// The encoding of texts, where nothing else says it; found out where there is none.
    pub fn encoding(&self) -> Option<Encoding> {
        match self {
            Task::Clean { encoding, .. } => *encoding,
            Task::Detect(despinner) | Task::Restore(despinner) => despinner.options.encoding,
        }
    }

    /// Does it to `bytes`; any will do. What is `known` of them holds over what is usual.
    pub fn run(&self, bytes: &[u8], known: Known) -> Outcome {
        match self {
            Task::Clean { options, html, encoding } => {
                clean(bytes, options, known.html.unwrap_or(*html), known.encoding.or(*encoding))
            }
            Task::Detect(despinner) => {
                let despinner = reading(despinner, known);
                let verdict = despinner.detect(bytes);
                let text = Source::decode_as(bytes, despinner.options.encoding).text;
                let page = Page::of(&text, despinner.options.html);
                let (text, page) = match page {
                    Some(page) => (page.text, Some(page.metadata)),
                    None => (text, None),
                };
                let bytes = bytes.to_vec();
                Outcome { text, bytes, verdict: Some(verdict), journal: None, is_changed: false, page }
            }
            Task::Restore(despinner) => {
                let report = reading(despinner, known).run(bytes);
                Outcome {
                    is_changed: report.is_changed(),
                    text: report.restored,
                    bytes: report.restored_bytes,
                    verdict: Some(report.verdict),
                    journal: Some(report.journal),
                    page: report.page,
                }
            }
        }
    }
}

/// `despinner`, reading texts as what is `known` says.
fn reading<'a>(despinner: &Despinner<'a>, known: Known) -> Despinner<'a> {
    let mut despinner = despinner.clone();
    despinner.options.html = known.html.unwrap_or(despinner.options.html);
    despinner.options.encoding = known.encoding.or(despinner.options.encoding);
    despinner
}

fn clean(bytes: &[u8], options: &clean::Options, html: Html, encoding: Option<Encoding>) -> Outcome {
    let source = Source::decode_as(bytes, encoding);
    let page = Page::of(&source.text, html);
    let extracting = page.as_ref().map(|page| page.script(&source.text)).unwrap_or_default();
    let (before, page) = match page {
        Some(page) => (page.text, Some(page.metadata)),
        None => (source.text, None),
    };
    let cleaning = clean::clean(&before, options);
    let text = cleaning.apply(&before).expect("cleaning's edits are of this text");
    let passes = vec![Pass::new("extract", extracting), Pass::new("clean", cleaning)];
    let whole =
        if page.is_some() { source.layout.read(bytes).map(Cow::Owned) } else { Some(Cow::Borrowed(before.as_str())) };
    let whole = whole.expect("the layout was read off these bytes");
    let (journal, after) =
        Journal::record_text(bytes, &source.layout, &whole, passes).expect("each pass is over the text before it");
    let after = after.into_owned();
    Outcome { text, is_changed: after != bytes, bytes: after, verdict: None, journal: Some(journal), page }
}
