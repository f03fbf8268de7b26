//! A sitting in which a person decides about changes, one after the other: keys go in, and what is to be seen comes out.
//!
//! It knows no terminal. All that is decided lies in the records, those that were read and those that were added, and what
//! is decided about a place is always read off them, by the very rules by which they are carried out later.

use crate::restore::proposal::Proposal;
use crate::review::Decision;
use crate::review::editor::Editor;
use crate::review::ledger::{Ledger, standing};
use crate::review::record::{Record, Scope, Verb};
use crate::review::settle::{Anchors, Ruling, complete, rulings};
use crate::text::span::Span;

/// A text that is decided about.
#[derive(Debug, Clone)]
pub struct Sheet {
    /// What its file is called.
    pub name: String,
    /// The digest of its file.
    pub sha256: String,
    /// The text after cleaning.
    pub text: String,
    /// Its sentences.
    pub sentences: Vec<Span>,
    /// What is proposed for it, in order of place, and what was decided for without being proposed.
    pub proposals: Vec<Proposal>,
    anchors: Anchors,
}

/// A key that was pressed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[allow(missing_docs)]
pub enum Key {
    Char(char),
    Ctrl(char),
    Enter,
    Esc,
    Backspace,
    Delete,
    Left,
    Right,
    Up,
    Down,
    Home,
    End,
    PageUp,
    PageDown,
}

/// What the next key means.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mode {
    /// It decides or moves.
    Deciding,
    /// It is typed into the wording for the current place.
    Writing(Editor),
    /// It is typed into what is searched for.
    Searching(Editor),
    /// It closes the page of keys.
    Help,
}

/// Whether the sitting goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Flow {
    /// It goes on.
    Stay,
    /// It ends, and what was asked to follow it follows.
    Quit,
    /// It was broken off: what was decided is kept, and nothing follows.
    BreakOff,
}

/// How many places have which fate.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Progress {
    /// Places.
    pub n_all: usize,
    /// Those that change.
    pub n_changed: usize,
    /// Those that were rejected.
    pub n_rejected: usize,
    /// Those that were decided in earlier sittings and are not shown.
    pub n_hidden: usize,
}

impl Progress {
    /// Places that are decided about.
    pub fn n_decided(self) -> usize {
        self.n_changed + self.n_rejected
    }
}

/// A sitting.
#[derive(Debug, Clone)]
pub struct Session {
    sheets: Vec<Sheet>,
    records: Vec<Record>,
    /// How many of `records` were there before.
    n_read: usize,
    /// Sheet and proposal of each place, in order.
    items: Vec<(usize, usize)>,
    // By item: what is decided, read off `records` whenever they change.
    rulings: Vec<Option<Ruling>>,
    is_shown: Vec<bool>,
    /// The current item; one that is shown, where any is.
    at: usize,
    mode: Mode,
    message: String,
    query: String,
}

/// How far page keys move.
const PAGE: usize = 10;

impl Session {
    /// A sitting about `sheets` that goes on from what `ledger` has. Places that it decides about are shown again only
    /// where `is_all`.
    pub fn new(mut sheets: Vec<Sheet>, ledger: &Ledger, is_all: bool) -> Session {
        let digests: Vec<String> = sheets.iter().map(|sheet| sheet.sha256.clone()).collect();
        let digests: Vec<&str> = digests.iter().map(String::as_str).collect();
        for sheet in &mut sheets {
            sheet.anchors = Anchors::find(ledger, &sheet.sha256, &sheet.text, &digests);
            // What cannot be carried out is told when it is to be carried out.
            complete(&mut sheet.proposals, &ledger.records, &sheet.anchors);
        }
        let items = sheets.iter().enumerate();
        let items = items.flat_map(|(sheet, s)| (0..s.proposals.len()).map(move |p| (sheet, p))).collect();
        let mut session = Session {
            sheets,
            records: ledger.records.clone(),
            n_read: ledger.records.len(),
            items,
            rulings: Vec::new(),
            is_shown: Vec::new(),
            at: 0,
            mode: Mode::Deciding,
            message: String::new(),
            query: String::new(),
        };
        session.rule();
        session.is_shown = (0..session.items.len()).map(|item| is_all || session.is_open(item)).collect();
        let first = session.shown().next().unwrap_or(0);
        let open = session.shown().find(|&item| session.is_open(item));
        session.at = open.unwrap_or(first);
        session
    }

    /// The records that were added, in order.
    pub fn added(&self) -> &[Record] {
        &self.records[self.n_read..]
    }

    /// The items that are shown, in order.
    pub fn shown(&self) -> impl DoubleEndedIterator<Item = usize> + '_ {
        (0..self.items.len()).filter(|&item| self.is_shown[item])
    }

    /// The current item, where any is shown.
    pub fn current(&self) -> Option<usize> {
        self.is_shown.get(self.at).is_some_and(|&shown| shown).then_some(self.at)
    }

    /// How many items there are; every item is below.
    pub fn n_items(&self) -> usize {
        self.items.len()
    }

    /// The text that an item is in.
    pub fn sheet(&self, item: usize) -> &Sheet {
        &self.sheets[self.items[item].0]
    }

    /// What is proposed there.
    pub fn proposal(&self, item: usize) -> &Proposal {
        let (sheet, proposal) = self.items[item];
        &self.sheets[sheet].proposals[proposal]
    }

    /// What is decided about it.
    pub fn ruling(&self, item: usize) -> Option<&Ruling> {
        self.rulings[item].as_ref()
    }

    /// The texts.
    pub fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    /// The number of the text that an item is in.
    pub fn sheet_of(&self, item: usize) -> usize {
        self.items[item].0
    }

    /// What the next key means.
    pub fn mode(&self) -> &Mode {
        &self.mode
    }

    /// What there is to say about the last key.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// How far the sitting is.
    pub fn progress(&self) -> Progress {
        let count = |is: fn(&Decision) -> bool| self.rulings.iter().flatten().filter(|r| is(&r.decision)).count();
        Progress {
            n_all: self.items.len(),
            n_changed: count(Decision::is_change),
            n_rejected: count(|decision| *decision == Decision::Reject),
            n_hidden: self.is_shown.iter().filter(|shown| !**shown).count(),
        }
    }

    /// True where nothing is decided about an item, or it was put off in an earlier sitting.
    pub fn is_open(&self, item: usize) -> bool {
        let is_left = |ruling: &Ruling| ruling.decision == Decision::Skip && ruling.record < self.n_read;
        self.rulings[item].as_ref().is_none_or(is_left)
    }

    /// Does what `key` says.
    pub fn press(&mut self, key: Key) -> Flow {
        if key == Key::Ctrl('c') {
            return Flow::BreakOff;
        }
        self.message.clear();
        match std::mem::replace(&mut self.mode, Mode::Deciding) {
            Mode::Help => {}
            Mode::Writing(editor) => self.write(editor, key),
            Mode::Searching(editor) => self.search(editor, key),
            Mode::Deciding => return self.act(key),
        }
        Flow::Stay
    }

    /// Decides about each item that is shown and open as `decide` says, which is told the digest of its file; gives how
    /// many it decided.
    pub fn decide_each(&mut self, mut decide: impl FnMut(&str, &Proposal) -> Option<Decision>) -> usize {
        let n_before = self.records.len();
        let open: Vec<usize> = self.shown().filter(|&item| self.is_open(item)).collect();
        for item in open {
            let (sheet, proposal) = (self.sheet(item), self.proposal(item));
            if let Some(decision) = decide(&sheet.sha256, proposal) {
                let record = Record::new(&sheet.sha256, &sheet.text, proposal, &decision, Scope::Here);
                self.add(record);
            }
        }
        self.rule();
        self.records.len() - n_before
    }

    /// Takes pasted text, where a line is being typed.
    pub fn paste(&mut self, text: &str) {
        if let Mode::Writing(editor) | Mode::Searching(editor) = &mut self.mode {
            editor.paste(text);
        }
    }

    fn act(&mut self, key: Key) -> Flow {
        match key {
            Key::Char('q') => return Flow::Quit,
            Key::Char('?') => self.mode = Mode::Help,
            Key::Char('/') => self.mode = Mode::Searching(Editor::default()),
            Key::Char('u') => self.undo(),
            _ if self.current().is_none() => {}
            Key::Char('y') => self.decide(Decision::Accept, Scope::Here),
            Key::Char('n') => self.decide(Decision::Reject, Scope::Here),
            Key::Char('a') => self.decide(Decision::Accept, Scope::File),
            Key::Char('d') => self.decide(Decision::Reject, Scope::File),
            Key::Char('A') => self.decide(Decision::Accept, Scope::Everywhere),
            Key::Char('D') => self.decide(Decision::Reject, Scope::Everywhere),
            Key::Char('s') => self.decide(Decision::Skip, Scope::Here),
            Key::Char('e') => self.mode = Mode::Writing(Editor::new(&self.proposal(self.at).edit.after)),
            Key::Char(digit @ '1'..='9') => self.pick(digit as usize - '1' as usize),
            Key::Char('j') | Key::Down => self.step(1),
            Key::Char('k') | Key::Up => self.step(-1),
            Key::PageDown => self.step(PAGE as isize),
            Key::PageUp => self.step(-(PAGE as isize)),
            Key::Char('g') | Key::Home => self.step(isize::MIN),
            Key::Char('G') | Key::End => self.step(isize::MAX),
            _ => self.message = "no such key; ? shows them".to_string(),
        }
        Flow::Stay
    }

    fn write(&mut self, mut editor: Editor, key: Key) {
        match key {
            Key::Esc => {}
            Key::Enter => {
                let edit = &self.proposal(self.at).edit;
                let text = editor.text().trim();
                match text {
                    "" => {
                        self.message = "type the words, or leave with Esc".to_string();
                        self.mode = Mode::Writing(editor);
                    }
                    text if text == edit.after => self.decide(Decision::Accept, Scope::Here),
                    text if text == edit.before => self.decide(Decision::Reject, Scope::Here),
                    text => self.decide(Decision::Rewrite(text.to_string()), Scope::Here),
                }
            }
            key => {
                editor.press(key);
                self.mode = Mode::Writing(editor);
            }
        }
    }

    fn search(&mut self, mut editor: Editor, key: Key) {
        match key {
            Key::Esc => {}
            Key::Enter => {
                // Nothing typed: the same again.
                if !editor.text().is_empty() {
                    self.query = editor.text().to_lowercase();
                }
                let shown: Vec<usize> = self.shown().collect();
                let next = shown.partition_point(|&item| item <= self.at);
                let mut from_here = shown[next..].iter().chain(&shown[..next]);
                match from_here.find(|&&item| self.has(item, &self.query)) {
                    Some(&item) => self.at = item,
                    None => self.message = format!("“{}” is in no change, nor in its sentence", self.query),
                }
            }
            key => {
                editor.press(key);
                self.mode = Mode::Searching(editor);
            }
        }
    }

    /// True where an item's words or its sentence have `query`, which is in small letters.
    fn has(&self, item: usize, query: &str) -> bool {
        let sheet = self.sheet(item);
        let sentence = sheet.sentence(self.proposal(item).edit.span).of(&sheet.text);
        self.proposal(item).edit.after.to_lowercase().contains(query) || sentence.to_lowercase().contains(query)
    }

    fn pick(&mut self, nth: usize) {
        let proposal = self.proposal(self.at);
        match proposal.rivals.get(nth).map(|rival| rival.after.clone()) {
            None => self.message = format!("there is no rival {}", nth + 1),
            Some(after) if after == proposal.edit.before => self.decide(Decision::Reject, Scope::Here),
            Some(after) => self.decide(Decision::Rewrite(after), Scope::Here),
        }
    }

    fn decide(&mut self, decision: Decision, scope: Scope) {
        let before = self.rulings.clone();
        let sheet = self.sheet(self.at);
        let record = Record::new(&sheet.sha256, &sheet.text, self.proposal(self.at), &decision, scope);
        self.push(record);
        let also = |item: &usize| *item != self.at && self.rulings[*item] != before[*item];
        let n_more = (0..self.items.len()).filter(also).count();
        let what = match decision {
            Decision::Accept => "accepted",
            Decision::Reject => "rejected",
            Decision::Rewrite(_) => "own wording",
            Decision::Skip => "put off",
        };
        self.message = match (n_more, scope) {
            (0, Scope::Here) => what.to_string(),
            (n, Scope::Here | Scope::File) => format!("{what}, and {n} more in this file"),
            (n, Scope::Everywhere) => format!("{what}, and {n} more; in other files, too"),
        };
        self.advance();
    }

    fn push(&mut self, record: Record) {
        self.add(record);
        self.rule();
    }

    /// Adds a record; what is decided is to be read off anew then.
    fn add(&mut self, record: Record) {
        for sheet in &mut self.sheets {
            // Two names may stand for one file.
            let is_here = Some(&sheet.sha256) == record.sha256.as_ref() && record.decision != Verb::Undo;
            sheet.anchors.push(is_here.then(|| record.span()));
        }
        self.records.push(record);
    }

    /// To the next item that is open; back to the first one where none follows.
    fn advance(&mut self) {
        let is_next = |&item: &usize| self.is_shown[item] && self.is_open(item);
        let after = (self.at + 1..self.items.len()).find(is_next);
        match after.or_else(|| (0..self.at).find(is_next)) {
            Some(item) => self.at = item,
            None => self.message.push_str(" · all decided; q keeps it"),
        }
    }

    fn step(&mut self, by: isize) {
        let shown: Vec<usize> = self.shown().collect();
        let at = shown.partition_point(|&item| item < self.at);
        let next = at.saturating_add_signed(by).min(shown.len().saturating_sub(1));
        if let Some(&item) = shown.get(next) {
            self.at = item;
        }
    }

    /// Takes the latest decision back, also one of an earlier sitting.
    fn undo(&mut self) {
        let is_new = |record: &Record| record.decision != Verb::Undo;
        let stands = standing(&self.records);
        let place = |idx: usize| {
            (0..self.items.len()).find(|&item| {
                let sheet = self.sheet(item);
                sheet.anchors.spans[idx] == Some(self.proposal(item).edit.span)
            })
        };
        let found = (0..self.records.len()).rev().filter(|&idx| stands[idx]).find_map(|idx| Some((idx, place(idx)?)));
        let Some((back, item)) = found else {
            self.message = "there is nothing to take back".to_string();
            return;
        };
        if self.added().last().is_some_and(is_new) {
            // Never written, so that nothing needs to be taken back on paper.
            self.records.pop();
            self.sheets.iter_mut().for_each(|sheet| sheet.anchors.pop());
            self.rule();
            self.message = "taken back".to_string();
        } else {
            self.push(self.records[back].undo());
            self.message = "taken back what an earlier review decided".to_string();
        }
        self.is_shown[item] = true;
        self.at = item;
    }

    /// Reads off the records what is decided.
    fn rule(&mut self) {
        let of = |sheet: &Sheet| rulings(&self.records, &sheet.anchors, &sheet.proposals);
        self.rulings = self.sheets.iter().flat_map(of).collect();
    }
}

impl Sheet {
    /// A text, and what is proposed for it.
    pub fn new(name: String, sha256: String, text: String, sentences: Vec<Span>, proposals: Vec<Proposal>) -> Sheet {
        Sheet { name, sha256, text, sentences, proposals, anchors: Anchors::default() }
    }

    /// The sentence that `span` is in, or those that it touches.
    pub fn sentence(&self, span: Span) -> Span {
        let first = self.sentences.partition_point(|sentence| sentence.end <= span.start);
        let touches = |sentence: &&Span| sentence.start < span.end.max(span.start + 1);
        let start = self.sentences.get(first).map_or(span.start, |sentence| sentence.start.min(span.start));
        let end = self.sentences[first.min(self.sentences.len())..].iter().take_while(touches).last();
        Span::new(start, end.map_or(span.end, |sentence| sentence.end.max(span.end)))
    }

    /// The line that `span` begins in, from 1.
    pub fn line(&self, span: Span) -> usize {
        self.text[..span.start].matches('\n').count() + 1
    }
}

#[cfg(test)]
mod tests;
