//! The journal: every edit of a run, written down so that it can be undone byte for byte.
//!
//! `docs/journal.md` describes the format. A journal is read as something that anybody may have written: what it says is
//! checked before it is used, and what it gives is checked against its digests, so a wrong one costs an error.

use std::borrow::Cow;
use std::collections::BTreeMap;

use serde::{Deserialize, Serialize, Serializer};
use sha2::{Digest, Sha256};

use crate::error::{Error, ErrorKind, Result};
use crate::text::edit::{Edit, EditScript};
use crate::text::offsets::OffsetMap;
use crate::text::source::Layout;

/// What the field `format` of every journal says.
pub const FORMAT: &str = "despin-journal";

/// The version of the format that this despin writes, and the newest that it reads.
pub const VERSION: u32 = 1;

/// More passes than any run makes, so that a forged journal cannot ask for work without end.
const MOST_PASSES: usize = 1000;

/// A file before and after a run, and the passes that lead from the one to the other.
///
/// ```
/// use despin::journal::{Journal, Pass};
/// use despin::text::edit::{Cause, Edit, EditScript};
/// use despin::text::source::Source;
/// use despin::text::span::Span;
///
/// let bytes = b"The caf\xe9 is gigantic.";
/// let source = Source::decode(bytes);
/// let edit = Edit {
///     span: Span::new(13, 21),
///     before: "gigantic".into(),
///     after: "big".into(),
///     cause: Cause::rule("dictionary"),
/// };
/// let pass = Pass::new("restore", EditScript::new(vec![edit])?);
/// let (journal, after) = Journal::record(bytes, &source.layout, vec![pass])?;
/// assert_eq!(after, b"The caf\xe9 is big.");
///
/// let journal = Journal::from_json("cafe.txt.despin.json", &journal.to_json())?;
/// assert_eq!(journal.undo(&after)?, bytes);
/// assert!(journal.undo(b"Something else.").is_err());
/// # Ok::<(), despin::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Journal {
    // `FORMAT` and a version that this despin reads: checked by `from_json`.
    format: String,
    version: u32,
    /// The despin that wrote it, as `despin 0.1.0`; for people only.
    pub tool: String,
    /// The file before the run.
    pub before: Side,
    /// The file after the run.
    pub after: Side,
    // Each one a valid edit script, not too many: checked by `record` and `from_json`.
    passes: Vec<Pass>,
    // What errors call this journal.
    #[serde(skip)]
    place: String,
}

/// A file at one end of a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Side {
    /// SHA-256 of the bytes, as 64 hexadecimal digits in lower case.
    pub sha256: String,
    /// How many bytes.
    pub len_bytes: u64,
    /// How the text is written as bytes.
    pub layout: Layout,
}

/// One pass over the text that the pass before it left.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Pass {
    /// Which: `clean`, `restore` or `review`.
    pub stage: String,
    /// Its edits.
    pub edits: Vec<Record>,
}

/// An edit, and what spoke for it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Record {
    /// The edit.
    #[serde(flatten)]
    pub edit: Edit,
    /// What spoke for it, where it was weighed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grounds: Option<Grounds>,
}

/// What spoke for an edit. Numbers are written with at most six decimals.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Grounds {
    /// How probable the edit is, from 0 to 1.
    #[serde(serialize_with = "rounded")]
    pub probability: f64,
    /// The parts of its score by name, in nats.
    #[serde(default, serialize_with = "rounded_parts")]
    pub parts: BTreeMap<String, f64>,
    /// What else might have stood there, the most probable first.
    #[serde(default)]
    pub rivals: Vec<Rival>,
}

/// Something else that might have stood in an edit's place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rival {
    /// The text.
    pub after: String,
    /// How probable, from 0 to 1.
    #[serde(serialize_with = "rounded")]
    pub probability: f64,
}

impl Journal {
    /// The journal of a run over `bytes`, written by `layout`, and the bytes that the run makes of them.
    ///
    /// Passes without edits are left out.
    ///
    /// # Errors
    ///
    /// Where a pass does not fit the text that the pass before it left, or `layout` did not write `bytes`.
    pub fn record(bytes: &[u8], layout: &Layout, passes: Vec<Pass>) -> Result<(Journal, Vec<u8>)> {
        let text = layout
            .read(bytes)
            .ok_or_else(|| misfit("the bytes are not of this layout", "give the layout that they were read by"))?;
        let (journal, after) = Journal::record_text(bytes, layout, &text, passes)?;
        Ok((journal, after.into_owned()))
    }

    /// As [`record`](Journal::record), where `text` is known to be what `layout` wrote as `bytes`.
    ///
    /// # Errors
    ///
    /// Where a pass does not fit the text that the pass before it left.
    pub fn record_text<'a>(
        bytes: &'a [u8],
        layout: &Layout,
        text: &str,
        passes: Vec<Pass>,
    ) -> Result<(Journal, Cow<'a, [u8]>)> {
        Journal::record_known(bytes, sha256(bytes), layout, text, passes)
    }

    /// As [`record_text`](Journal::record_text), where the bytes' digest is known.
    pub(crate) fn record_known<'a>(
        bytes: &'a [u8],
        digest: String,
        layout: &Layout,
        text: &str,
        mut passes: Vec<Pass>,
    ) -> Result<(Journal, Cow<'a, [u8]>)> {
        passes.retain(|pass| !pass.edits.is_empty());
        if passes.len() > MOST_PASSES {
            return Err(misfit("the run has more than 1000 passes", "join some into one"));
        }
        let mut text = Cow::Borrowed(text);
        let mut after_layout = layout.clone();
        for pass in &passes {
            let script = pass.script()?;
            text = Cow::Owned(script.apply(&text)?);
            after_layout = after_layout.carried(&OffsetMap::of(&script), &script);
        }
        let after = match text {
            Cow::Borrowed(_) => Cow::Borrowed(bytes),
            Cow::Owned(text) => Cow::Owned(after_layout.into_bytes(text)),
        };
        let before = Side { sha256: digest, len_bytes: bytes.len() as u64, layout: layout.clone() };
        let journal = Journal {
            format: FORMAT.to_string(),
            version: VERSION,
            tool: concat!("despin ", env!("CARGO_PKG_VERSION")).to_string(),
            after: if passes.is_empty() { before.clone() } else { Side::of(&after, after_layout) },
            before,
            passes,
            place: "new journal".to_string(),
        };
        Ok((journal, after))
    }

    /// The journal as JSON, ready to be written to a file: the same journal gives the same bytes.
    pub fn to_json(&self) -> String {
        let mut json = serde_json::to_string_pretty(self).expect("strings, numbers and lists are JSON");
        json.push('\n');
        json
    }

    /// The journal as JSON on one line, without a line end.
    pub fn to_json_line(&self) -> String {
        serde_json::to_string(self).expect("strings, numbers and lists are JSON")
    }

    /// The same without what spoke for the edits, which undoing does not need.
    pub fn without_grounds(mut self) -> Journal {
        self.passes.iter_mut().flat_map(|pass| &mut pass.edits).for_each(|record| record.grounds = None);
        self
    }

    /// Reads a journal; `place` is what errors call it, as a rule the path of its file.
    ///
    /// # Errors
    ///
    /// Where `json` is not a journal, is of a newer version, or has edits that cannot be: reversed or overlapping spans,
    /// or a span that is not as long as its text.
    pub fn from_json(place: &str, json: &str) -> Result<Journal> {
        #[derive(Deserialize)]
        #[serde(expecting = "a journal")]
        struct Head {
            format: String,
            version: u32,
        }
        let no_journal = |error: serde_json::Error| {
            let place = if error.line() > 0 { format!("{place}:{}", error.line()) } else { place.to_string() };
            Error::new(
                ErrorKind::Journal,
                place,
                format!("not a journal: {}", plain(&error)),
                "give the file that despin wrote",
            )
        };
        let misfit = |fault: String, mend: &str| Error::new(ErrorKind::Journal, place, fault, mend);
        // The head first: what else a newer version has, only a newer despin knows.
        let head: Head = serde_json::from_str(json).map_err(no_journal)?;
        if head.format != FORMAT {
            return Err(misfit(format!("its format is not `{FORMAT}`"), "give the file that despin wrote"));
        }
        if head.version > VERSION {
            let fault = format!("it is of version {}, and this despin reads up to {VERSION}", head.version);
            return Err(misfit(fault, "use the despin that wrote it, or a newer one"));
        }
        if head.version == 0 {
            return Err(misfit("there is no version 0".to_string(), "give the file that despin wrote"));
        }
        let mut journal: Journal = serde_json::from_str(json).map_err(no_journal)?;
        if journal.passes.len() > MOST_PASSES {
            return Err(misfit("it has more than 1000 passes".to_string(), "give the file that despin wrote"));
        }
        for (n, pass) in journal.passes.iter().enumerate() {
            // No text is as long as this, and sums of two such places cannot overflow.
            const FURTHEST: usize = usize::MAX / 8;
            let is_far = pass.edits.iter().any(|record| record.edit.span.end > FURTHEST);
            let fault = if is_far { Some("an edit lies behind the end of any text".to_string()) } else { None };
            if let Some(fault) = fault.or_else(|| pass.script().err().map(|error| error.to_string())) {
                return Err(misfit(format!("pass {} cannot be: {fault}", n + 1), "give the file as despin wrote it"));
            }
        }
        journal.place = place.to_string();
        Ok(journal)
    }

    /// The passes, in the order in which they were made.
    pub fn passes(&self) -> &[Pass] {
        &self.passes
    }

    /// How many edits there are, in all passes.
    pub fn n_edits(&self) -> usize {
        self.passes.iter().map(|pass| pass.edits.len()).sum()
    }

    /// The version of the format that this journal is in.
    pub fn version(&self) -> u32 {
        self.version
    }

    /// The bytes before the run, from `bytes`, which it left.
    ///
    /// # Errors
    ///
    /// Where `bytes` are not those that the run left, or what the journal makes of them is not what was there before.
    pub fn undo(&self, bytes: &[u8]) -> Result<Vec<u8>> {
        self.go(bytes, &self.after, &self.before, Way::Back)
    }

    /// The bytes after the run, from those `bytes` that it began with.
    ///
    /// # Errors
    ///
    /// Where `bytes` are not those that the run began with, or what the journal makes of them is not what it left.
    pub fn redo(&self, bytes: &[u8]) -> Result<Vec<u8>> {
        self.go(bytes, &self.before, &self.after, Way::On)
    }

    fn go(&self, bytes: &[u8], from: &Side, to: &Side, way: Way) -> Result<Vec<u8>> {
        let fail = |fault: &str, mend: &str| Error::new(ErrorKind::Journal, &self.place, fault, mend);
        if !from.is_of(bytes) {
            return Err(match (to.is_of(bytes), way) {
                (true, Way::Back) => fail("the file is as it was before the run already", "there is nothing to undo"),
                (true, Way::On) => fail("the file is as it was after the run already", "there is nothing to do again"),
                (false, _) => fail(
                    "the file is not the one that this journal is of: its digest is another",
                    "give the file as the run left it, or the journal that belongs to it",
                ),
            });
        }
        let broken =
            || fail("its parts do not fit together, so it cannot be undone", "give the file as despin wrote it");
        let mut text = from.layout.read(bytes).ok_or_else(broken)?;
        let step = |text: String, pass: &Pass| {
            let script = pass.script()?;
            if way == Way::Back { script.invert().apply(&text) } else { script.apply(&text) }
        };
        let passes = self.passes.iter();
        let result = match way {
            Way::Back => passes.rev().try_fold(text, step),
            Way::On => passes.clone().try_fold(text, step),
        };
        text = result.map_err(|_| broken())?;
        let out = to.layout.encode(&text);
        if to.is_of(&out) { Ok(out) } else { Err(broken()) }
    }
}

fn misfit(fault: &str, mend: &str) -> Error {
    Error::new(ErrorKind::Journal, "new journal", fault, mend)
}

/// Which way a journal is gone through.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    On,
    Back,
}

impl Side {
    /// The side that has `bytes`, written by `layout`.
    pub fn of(bytes: &[u8], layout: Layout) -> Side {
        Side { sha256: sha256(bytes), len_bytes: bytes.len() as u64, layout }
    }

    /// True where `bytes` are the bytes of this side.
    pub fn is_of(&self, bytes: &[u8]) -> bool {
        self.len_bytes == bytes.len() as u64 && self.sha256 == sha256(bytes)
    }
}

impl Pass {
    /// A pass of edits that were not weighed.
    pub fn new(stage: &str, script: EditScript) -> Pass {
        let edits = script.into_edits().into_iter().map(|edit| Record { edit, grounds: None }).collect();
        Pass { stage: stage.to_string(), edits }
    }

    /// The pass as a script.
    ///
    /// # Errors
    ///
    /// Where its edits are not a script: see [`EditScript::new`].
    pub fn script(&self) -> Result<EditScript> {
        EditScript::new(self.edits.iter().map(|record| record.edit.clone()).collect())
    }
}

/// SHA-256 of `bytes`, as 64 hexadecimal digits in lower case.
pub fn sha256(bytes: &[u8]) -> String {
    let digit = |n: u8| char::from(b"0123456789abcdef"[usize::from(n)]);
    Sha256::digest(bytes).iter().flat_map(|byte| [digit(byte >> 4), digit(byte & 15)]).collect()
}

/// What serde found wrong, without the place, and without control characters that the journal may have in its names.
fn plain(error: &serde_json::Error) -> String {
    let text = error.to_string();
    let text = text.rsplit_once(" at line ").map_or(text.as_str(), |(fault, _)| fault);
    text.chars().take(200).map(|c| if c.is_control() { '\u{fffd}' } else { c }).collect()
}

/// Six decimals: enough for people, and short enough to be read back as the very same number on every machine.
fn round(number: f64) -> f64 {
    // JSON has no infinity, and a score of a billion nats is one.
    const MOST: f64 = 1e9;
    if number.is_nan() { 0.0 } else { (number.clamp(-MOST, MOST) * 1e6).round() / 1e6 + 0.0 }
}

fn rounded<S: Serializer>(number: &f64, serializer: S) -> std::result::Result<S::Ok, S::Error> {
    serializer.serialize_f64(round(*number))
}

fn rounded_parts<S: Serializer>(parts: &BTreeMap<String, f64>, serializer: S) -> std::result::Result<S::Ok, S::Error> {
    serializer.collect_map(parts.iter().map(|(name, nats)| (name, round(*nats))))
}
