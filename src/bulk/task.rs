//! What is done to one text, whatever it came in.

use crate::clean;
use crate::detect::verdict::Verdict;
use crate::journal::{Journal, Pass};
use crate::page::{Html, Metadata, Page};
use crate::pipeline::Despinner;
use crate::text::source::Source;

/// One of the three things that can be done to a text. Threads may share it.
///
/// ```
/// use despin::Despinner;
/// use despin::bulk::task::Task;
/// let spun = include_bytes!("../../fixtures/restore/harbour_article/input.txt");
/// let task = Task::Restore(Despinner::builtin()?);
/// let outcome = task.run(spun, None);
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
    },
    /// Judging, which changes nothing.
    Detect(Despinner<'a>),
    /// Cleaning, judging and restoring.
    Restore(Despinner<'a>),
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

    /// Does it to `bytes`; any will do. `html` says whether they are a web page, where the stream that they came in does.
    pub fn run(&self, bytes: &[u8], html: Option<Html>) -> Outcome {
        match self {
            Task::Clean { options, html: usual } => clean(bytes, options, html.unwrap_or(*usual)),
            Task::Detect(despinner) => {
                let despinner = reading(despinner, html);
                let verdict = despinner.detect(bytes);
                let text = Source::decode(bytes).text;
                let page = Page::of(&text, despinner.options.html);
                let (text, page) = match page {
                    Some(page) => (page.text, Some(page.metadata)),
                    None => (text, None),
                };
                let bytes = bytes.to_vec();
                Outcome { text, bytes, verdict: Some(verdict), journal: None, is_changed: false, page }
            }
            Task::Restore(despinner) => {
                let report = reading(despinner, html).run(bytes);
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

/// `despinner`, with another way to read pages where `html` names one.
fn reading<'a>(despinner: &Despinner<'a>, html: Option<Html>) -> Despinner<'a> {
    let mut despinner = despinner.clone();
    despinner.options.html = html.unwrap_or(despinner.options.html);
    despinner
}

fn clean(bytes: &[u8], options: &clean::Options, html: Html) -> Outcome {
    let source = Source::decode(bytes);
    let page = Page::of(&source.text, html);
    let extracting = page.as_ref().map(|page| page.script(&source.text)).unwrap_or_default();
    let (before, page) = match page {
        Some(page) => (page.text, Some(page.metadata)),
        None => (source.text, None),
    };
    let cleaning = clean::clean(&before, options);
    let text = cleaning.apply(&before).expect("cleaning's edits are of this text");
    let passes = vec![Pass::new("extract", extracting), Pass::new("clean", cleaning)];
    let (journal, after) = Journal::record(bytes, &source.layout, passes)
        .expect("the layout was read off these bytes, and each pass is over the text before it");
    Outcome { text, is_changed: after != bytes, bytes: after, verdict: None, journal: Some(journal), page }
}
