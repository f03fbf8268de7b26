//! One record in, one record out: its text is found, worked on, and put back with what was found.

mod csv;
mod jsonl;
mod text;
mod warc;

use std::ops::AddAssign;

use serde::{Deserialize, Serialize};

use crate::bulk::frame::{Fault, Frame};
use crate::bulk::result::Journals;
use crate::bulk::room::Room;
use crate::bulk::shape::Shape;
use crate::bulk::task::{Known, Outcome, Task};
use crate::detect::verdict::Label;
use crate::page::Page;
use crate::text::source::{Encoding, Source};

/// Where in a record the text stands, and where what was found goes.
#[derive(Debug, Clone)]
pub struct Fields {
    /// The field of the text: a key, keys with `.` between, or a column.
    pub text: String,
    /// The field that names the record.
    pub id: String,
    /// A new field for the text that came out, which else takes the first one's place.
    pub to: Option<String>,
    /// The field for what was found; of CSV, what its columns begin with.
    pub result: String,
}

impl Default for Fields {
    fn default() -> Self {
        Fields { text: "text".to_string(), id: "id".to_string(), to: None, result: "despin".to_string() }
    }
}

/// What records come out as.
pub enum Output {
    /// As what they came in.
    Same,
    /// As lines of JSON: those of JSON as they are, texts and pages as objects of their own.
    Jsonl,
    /// As what is said of each; the record itself is not given.
    Said(Box<Say>),
}

/// What is said of a record.
pub type Say = dyn Fn(&Subject, &Outcome) -> Vec<u8> + Send + Sync;

/// A record that something is said of.
#[derive(Debug)]
pub struct Subject<'a> {
    /// The file.
    pub file: &'a str,
    /// The record's number in it, from 1; none where the file is one text.
    pub record: Option<u64>,
    /// What the record calls itself.
    pub id: Option<&'a str>,
    /// The text as it came in.
    pub bytes: &'a [u8],
    /// What the stream says of it.
    pub known: Known,
}

/// A record that could not be worked on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Reject {
    /// The file.
    pub file: String,
    /// The record's number in it, from 1.
    pub record: u64,
    /// The line that it begins on, from 1; of CSV and JSON Lines.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<u64>,
    /// Where it begins, in bytes of the unpacked file.
    pub offset: u64,
    /// How many bytes it has there.
    pub len_bytes: u64,
    /// What is wrong.
    pub reason: String,
}

/// What a run has done so far.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tally {
    /// Texts.
    pub documents: u64,
    /// Texts judged spun.
    pub spun: u64,
    /// Texts judged suspect.
    pub suspect: u64,
    /// Texts judged genuine.
    pub genuine: u64,
    /// Texts that were changed.
    pub changed: u64,
    /// Records that could not be worked on.
    pub rejects: u64,
    /// Records that hold no text: requests and pictures of web archives, empty lines.
    pub passed: u64,
    /// Unpacked bytes of all of them.
    pub bytes: u64,
}

impl AddAssign<&Tally> for Tally {
    fn add_assign(&mut self, other: &Tally) {
        for (sum, more) in [
            (&mut self.documents, other.documents),
            (&mut self.spun, other.spun),
            (&mut self.suspect, other.suspect),
            (&mut self.genuine, other.genuine),
            (&mut self.changed, other.changed),
            (&mut self.rejects, other.rejects),
            (&mut self.passed, other.passed),
            (&mut self.bytes, other.bytes),
        ] {
            *sum += more;
        }
    }
}

/// What became of a record.
#[derive(Debug, Clone, Default)]
pub struct Treated {
    /// What goes to the output; nothing for a reject.
    pub out: Vec<u8>,
    /// Its journal as JSON, where journals are kept beside and the text was changed: of records a line, else a file.
    pub journal: Option<String>,
    /// Why it could not be worked on.
    pub reject: Option<Reject>,
    /// What it adds to the run's.
    pub tally: Tally,
}

/// Works on records. Threads may share it.
pub struct Desk<'a> {
    /// What is done to each text.
    pub task: Task<'a>,
    /// Where texts stand.
    pub fields: Fields,
    /// What of the journals is kept in the records.
    pub journals: Journals,
    /// True where journals are kept beside the records, too.
    pub is_beside: bool,
    /// What records come out as.
    pub output: Output,
    /// A text of more bytes is not worked on.
    pub max_text: u64,
    // Reading a text through the channel takes some five hundred times its length.
    room: Room,
}

/// Bytes of text that are read through the channel at one time, however many threads there are: some 200 MB of memory.
const ROOM: usize = 384 << 10;
/// A web page of more bytes is not looked through for an article; the largest of the web's ordinary ones have two or three megabytes.
const MAX_PAGE: u64 = 8 << 20;
/// What is known of the texts of records that are in UTF-8 themselves.
const UTF_8: Known = Known { html: None, encoding: Some(Encoding::Utf8) };
/// Bytes that a text has at most, as long as nothing else is said: a long novel, and half a gigabyte of memory.
pub const MAX_TEXT: u64 = 1 << 20;

impl<'a> Desk<'a> {
    /// One that does `task` to the field `text` of records, which come out as what they came in.
    pub fn new(task: Task<'a>) -> Desk<'a> {
        Desk {
            task,
            fields: Fields::default(),
            journals: Journals::default(),
            is_beside: false,
            output: Output::Same,
            max_text: MAX_TEXT,
            room: Room::new(ROOM),
        }
    }
}

impl Desk<'_> {
    /// Works on `frame` of the stream `file`, which has this shape.
    pub fn treat(&self, file: &str, shape: Shape, frame: &Frame) -> Treated {
        let treated = frame.bytes.as_ref().map_err(Clone::clone).and_then(|bytes| match shape {
            Shape::Jsonl => self.jsonl(file, frame, bytes),
            Shape::Csv => self.csv(file, frame, bytes),
            Shape::Text => self.text(file, bytes),
            Shape::Warc => self.warc(file, frame, bytes),
        });
        let mut treated = treated.unwrap_or_else(|fault| rejected(file, shape, frame, fault));
        treated.tally.bytes = frame.len_bytes();
        treated
    }

    /// Does the task to a text.
    fn work(&self, text: &[u8], known: Known) -> Result<Outcome, Fault> {
        let n_bytes = if text.len() as u64 > self.max_text { self.article_len(text, known) } else { text.len() };
        if n_bytes as u64 > self.max_text {
            return Err(Fault(format!("the text has {n_bytes} bytes, more than --max-text")));
        }
        let _room = (!matches!(self.task, Task::Clean { .. })).then(|| self.room.take(n_bytes));
        Ok(self.task.run(text, known))
    }

    /// How long a text is that may be a large page with a small article.
    fn article_len(&self, text: &[u8], known: Known) -> usize {
        if text.len() as u64 > MAX_PAGE {
            return text.len();
        }
        let source = Source::decode_as(text, known.encoding.or(self.task.encoding())).text;
        Page::of(&source, known.html.unwrap_or(self.task.html())).map_or(text.len(), |page| page.text.len())
    }

    /// What became of a record whose text gave `outcome`, and that goes out as `out`; `journal` is what is kept beside it.
    fn done(&self, out: Vec<u8>, outcome: &Outcome, journal: Option<String>) -> Treated {
        let is = |label| u64::from(outcome.verdict.as_ref().is_some_and(|verdict| verdict.label == label));
        let tally = Tally {
            documents: 1,
            spun: is(Label::Spun),
            suspect: is(Label::Suspect),
            genuine: is(Label::Genuine),
            changed: u64::from(outcome.is_changed),
            ..Tally::default()
        };
        Treated { out, journal: journal.filter(|_| self.is_beside && outcome.is_changed), reject: None, tally }
    }

    /// The line that keeps the journal of a record.
    fn beside(&self, file: &str, record: u64, id: Option<&str>, outcome: &Outcome) -> Option<String> {
        #[derive(Serialize)]
        struct Line<'a> {
            file: &'a str,
            record: u64,
            #[serde(skip_serializing_if = "Option::is_none")]
            id: Option<&'a str>,
            journal: &'a crate::journal::Journal,
        }
        let journal = outcome.journal.as_ref().filter(|_| self.is_beside)?;
        let line = serde_json::to_string(&Line { file, record, id, journal });
        Some(line.expect("strings and numbers are JSON") + "\n")
    }
}

/// What becomes of a record that holds no text and goes out as `out`.
fn passed(out: &[u8]) -> Treated {
    let tally = Tally { passed: 1, ..Tally::default() };
    Treated { out: out.to_vec(), tally, ..Treated::default() }
}

/// What becomes of a record that cannot be worked on.
pub fn rejected(file: &str, shape: Shape, frame: &Frame, fault: Fault) -> Treated {
    let has_lines = matches!(shape, Shape::Jsonl | Shape::Csv);
    let reject = Reject {
        file: file.to_string(),
        // The line of names is no record.
        record: frame.at.record + u64::from(shape != Shape::Csv),
        line: has_lines.then_some(frame.at.line + 1),
        offset: frame.at.offset,
        len_bytes: frame.len_bytes(),
        reason: fault.0,
    };
    let tally = Tally { rejects: 1, bytes: frame.len_bytes(), ..Tally::default() };
    Treated { reject: Some(reject), tally, ..Treated::default() }
}
