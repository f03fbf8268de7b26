//! What each line of a text is: weights of what it says, of its form, of its place and of its neighbours, added up.
//!
//! The weights are log-odds in nats, set by judgement and not fitted; [`DROP_FROM`] is where precision on genuine texts comes first.
//! Every part has a name that a person can read, and they all go into the explanation.

use std::borrow::Cow;

use rustc_hash::FxHashMap;

use crate::clean::boilerplate::line::Line;
use crate::clean::boilerplate::patterns::{Match, Pattern, TABLE};
use crate::clean::boilerplate::section;
use crate::clean::boilerplate::title::{has_site, is_same_title};
use crate::clean::boilerplate::{Label, Parts};

/// From this score on a line is furniture.
pub(super) const DROP_FROM: f64 = 2.0;
/// From this score on it may be furniture, and is offered.
pub(super) const OFFER_FROM: f64 = 1.0;

/// What a sentence of the story has against it.
const PROSE: f64 = -1.0;
/// Somebody's words are not the site's.
const QUOTED: f64 = -1.8;
/// The share of a pattern's weight at the start of a sentence: sentences begin in as many ways as forms do.
const START_OF_PROSE: f64 = 0.6;
/// The most that phrases within a paragraph can weigh together.
const MOST_PHRASES: f64 = 3.6;
/// Of each neighbour that is furniture.
const NEIGHBOUR: f64 = 0.6;
/// Behind the story, where furniture has begun.
const TAIL: f64 = 1.2;
/// Before the story, where there is furniture.
const HEAD: f64 = 0.8;
/// Between two paragraphs of the story.
const EMBEDDED: f64 = -0.6;
/// Before a line that begins in lower case, as the next line of a verse does.
const GOES_ON: f64 = -2.4;
/// For a short line that is there three times and more.
const REPEATED: f64 = 1.2;
/// Menus are runs of short lines; so many of them make one.
const MENU_LINES: usize = 4;
/// A text is looked at so often until neighbours tell nothing new.
const ROUNDS: usize = 4;

/// The lines of a text and what speaks for each being furniture.
pub(super) struct Sheet<'t> {
    pub lines: &'t [Line<'t>],
    pub parts: Vec<Parts>,
    pub in_list: Vec<bool>,
    hits: &'t [Vec<usize>],
    // The pattern that weighs most.
    place_of: Vec<Option<usize>>,
}

/// What was found of a line.
#[derive(Debug, Clone)]
pub(super) struct Judged {
    pub label: Label,
    pub score: f64,
    pub parts: Parts,
    /// Line of the table that weighed most.
    pub pattern: Option<usize>,
}

/// Judges `lines`, of which each has the patterns `hits`.
pub(super) fn classify<'t>(lines: &'t [Line<'t>], hits: &'t [Vec<usize>]) -> Vec<Judged> {
    let n = lines.len();
    let mut sheet = Sheet { lines, parts: vec![Vec::new(); n], in_list: vec![false; n], hits, place_of: vec![None; n] };
    if hits.iter().all(Vec::is_empty) && n > 1 && !has_twins(lines) {
        return sheet.judged();
    }
    for at in 0..n {
        sheet.weigh(at);
    }
    menus(&mut sheet);
    twins(&mut sheet);
    section::mark(&mut sheet);
    neighbours(&mut sheet);
    sheet.judged()
}

impl Sheet<'_> {
    pub fn score(&self, at: usize) -> f64 {
        self.parts[at].iter().map(|part| part.1).sum()
    }

    /// True where the line has a pattern of furniture.
    pub fn is_known(&self, at: usize) -> bool {
        self.has_kind(at, |kind| !is_meta(kind))
    }

    pub fn add(&mut self, at: usize, reason: impl Into<Cow<'static, str>>, weight: f64) {
        self.parts[at].push((reason.into(), weight));
    }

    fn is_furniture(&self, at: usize) -> bool {
        self.score(at) >= DROP_FROM
    }

    fn patterns(&self, at: usize) -> impl Iterator<Item = (usize, &'static Pattern)> {
        self.hits[at].iter().map(|&idx| (idx, &TABLE.patterns[idx]))
    }

    fn has_kind(&self, at: usize, is_asked: impl Fn(&str) -> bool) -> bool {
        self.patterns(at).any(|(_, pattern)| is_asked(pattern.kind))
    }

    /// The kind of list that the line opens, where it may open one.
    pub fn opener(&self, at: usize) -> Option<&'static str> {
        let is_short = self.lines[at].n_words <= 8;
        let opens = |pattern: &Pattern| pattern.how == Match::Line && matches!(pattern.kind, "related" | "feed");
        let line = &self.lines[at];
        let bare_start = |pattern: &Pattern| {
            let is_named = ["more ", "latest "].iter().any(|word| pattern.text.starts_with(word)) && !line.is_ended;
            pattern.kind == "related"
                && pattern.how == Match::Start
                && (line.folded.len() <= pattern.text.len() || is_named && line.n_words <= 6)
        };
        let found = self.patterns(at).find(|(_, pattern)| is_short && (opens(pattern) || bare_start(pattern)));
        found.map(|(_, pattern)| pattern.kind)
    }

    pub fn is_time(&self, at: usize) -> bool {
        self.has_kind(at, |kind| matches!(kind, "time" | "meta-date"))
    }

    /// The parts of a line that it has by itself.
    fn weigh(&mut self, at: usize) {
        let line = &self.lines[at];
        let is_sentence = line.is_prose || line.is_ended && line.n_words >= 7;
        let mut best: Option<(f64, usize, String)> = None;
        let mut phrases: Option<(f64, usize, String)> = None;
        for (idx, pattern) in self.patterns(at).filter(|(_, p)| !is_meta(p.kind)) {
            let name = || format!("{}: {}", pattern.kind, shortened(pattern));
            match pattern.how {
                Match::Has => {
                    let so_far = phrases.take();
                    let weight = so_far.as_ref().map_or(0.0, |found| found.0) + pattern.weight;
                    let first = so_far
                        .map_or((idx, name()), |found| (found.1, format!("{} …", found.2.trim_end_matches(" …"))));
                    phrases = Some((weight.min(MOST_PHRASES), first.0, first.1));
                }
                Match::Line | Match::Start | Match::Regex => {
                    let share = if pattern.how == Match::Start && is_sentence { START_OF_PROSE } else { 1.0 };
                    let weight = share * pattern.weight;
                    if best.as_ref().is_none_or(|found| found.0 < weight) {
                        best = Some((weight, idx, name()));
                    }
                }
                Match::Prefix => {}
            }
        }
        if best.is_none() && phrases.is_none() {
            return;
        }
        let line = &self.lines[at];
        let (is_prose, is_quoted, is_address) = (line.is_prose, line.is_quoted, line.is_address());
        let heavier = match (&best, &phrases) {
            (Some(a), Some(b)) if b.0 > a.0 => Some(b.1),
            (Some(a), _) => Some(a.1),
            (None, b) => b.as_ref().map(|b| b.1),
        };
        self.place_of[at] = heavier;
        for (weight, _, name) in [best, phrases].into_iter().flatten() {
            self.add(at, name, weight);
        }
        if is_prose {
            self.add(at, "sentence", PROSE);
            if is_address {
                self.add(at, "speaks to the reader", 0.6);
            }
        }
        if is_quoted {
            self.add(at, "quotation", QUOTED);
        }
        let is_story = |at: Option<usize>| at.and_then(|at| self.lines.get(at)).is_some_and(|line| line.is_prose);
        let is_whole = heavier.is_some_and(|idx| TABLE.patterns[idx].how == Match::Line);
        if !is_prose && is_whole && is_story(at.checked_sub(1)) && is_story(Some(at + 1)) {
            self.add(at, "within the story", EMBEDDED);
        }
        // See fixtures/pages/twin_poem.
        let goes_on = |next: &Line| !next.is_apart && next.text.starts_with(char::is_lowercase);
        if self.lines.get(at + 1).is_some_and(goes_on) && self.hits[at + 1].is_empty() && !self.lines[at].is_ended {
            self.add(at, "goes on in the next line", GOES_ON);
        }
    }

    fn judged(self) -> Vec<Judged> {
        let first_line = (0..self.lines.len()).find(|&at| !self.is_furniture(at) && !self.lines[at].is_prose);
        let has_story = self.lines.iter().any(|line| line.is_prose);
        let labels: Vec<Label> = (0..self.lines.len())
            .map(|at| {
                let is_headline = first_line == Some(at)
                    && has_story
                    && self.lines[at].is_headline()
                    && self.lines[..at].iter().all(|line| !line.is_prose);
                match () {
                    () if self.is_furniture(at) => Label::Boilerplate,
                    () if is_headline || self.has_kind(at, is_meta) && !self.lines[at].is_quoted => Label::Meta,
                    () => Label::Article,
                }
            })
            .collect();
        let places = self.place_of;
        let judged = self.parts.into_iter().zip(labels).zip(places).map(|((parts, label), pattern)| Judged {
            label,
            score: parts.iter().map(|part| part.1).sum(),
            parts,
            pattern: pattern.map(|idx| TABLE.patterns[idx].line),
        });
        judged.collect()
    }
}

fn is_meta(kind: &str) -> bool {
    kind.starts_with("meta")
}

fn shortened(pattern: &Pattern) -> &'static str {
    if pattern.how == Match::Regex { "its form" } else { pattern.text }
}

/// Runs of short lines of which most are entries of menus.
fn menus(sheet: &mut Sheet) {
    const ENTRY_WORDS: usize = 3;
    let n = sheet.lines.len();
    let is_entry = |sheet: &Sheet, at: usize| {
        let line = &sheet.lines[at];
        line.n_words <= ENTRY_WORDS && !line.is_ended && !line.is_quoted && !sheet.has_kind(at, is_meta)
    };
    let mut start = 0;
    while start < n {
        let end = (start..n).find(|&at| !is_entry(sheet, at)).unwrap_or(n);
        let n_known = (start..end).filter(|&at| sheet.score(at) >= 1.0).count();
        let is_listed = start > 0 && sheet.lines[start - 1].text.ends_with(':');
        let is_menu = end - start >= MENU_LINES && 2 * n_known >= end - start && !is_listed;
        let last_known = (start..end).rev().find(|&at| is_menu && sheet.score(at) >= 1.0);
        for at in (start..end).filter(|_| is_menu) {
            let is_known = sheet.score(at) >= 1.0;
            // A short headline stands right behind a menu.
            let is_last = last_known.is_none_or(|last| last <= at);
            if is_known {
                sheet.add(at, "menu", 1.2);
            } else if !is_last && sheet.lines[at].n_words < ENTRY_WORDS && 3 * n_known >= 2 * (end - start) {
                sheet.add(at, "among entries of a menu", 2.2);
            }
        }
        start = end + 1;
    }
}

/// Bytes and words of the shortest line whose return says anything by itself.
const TWIN: (usize, usize) = (40, 8);
/// How many lines further on a caption or a headline comes back.
const TWIN_REACH: usize = 4;
/// Lines from the top among which a headline comes twice.
const HEAD_LINES: usize = 12;

fn has_twins(lines: &[Line]) -> bool {
    let near = lines.iter().enumerate().any(|(at, line)| {
        line.text.len() >= TWIN.0 && lines[at + 1..].iter().take(TWIN_REACH).any(|other| other.text == line.text)
    });
    near || title_twin(lines).is_some()
}

/// The line near the top that says what another says, as headlines do that are there for readers and for the browser.
fn title_twin(lines: &[Line]) -> Option<usize> {
    let n = lines.len().min(HEAD_LINES);
    let has_story = lines.iter().skip(1).any(|line| line.is_prose);
    // Verse repeats lines as well, so the headline is above all sentences and ends as no verse does.
    let first_story = lines.iter().position(|line| line.is_prose).unwrap_or(0);
    let is_title = |line: &Line| line.is_headline() && line.n_words >= 4 && !line.plain.ends_with([',', '.']);
    for a in (0..n.min(first_story)).filter(|&a| has_story && is_title(&lines[a])) {
        for b in a + 1..n {
            if is_title(&lines[b]) && is_same_title(&lines[a].folded, &lines[b].folded) {
                return Some(if has_site(&lines[a].folded) && !has_site(&lines[b].folded) { a } else { b });
            }
        }
    }
    None
}

/// Lines that come twice, and short ones that come again and again.
fn twins(sheet: &mut Sheet) {
    let lines = sheet.lines;
    if let Some(at) = title_twin(lines) {
        sheet.add(at, "repeats the headline", 2.6);
    }
    // Verse repeats its lines: then it says nothing.
    let n_long = lines.iter().filter(|line| line.n_words > 14).count();
    let is_verse = 3 * n_long < lines.len() && n_long < 4;
    for at in 0..lines.len() {
        let line = &lines[at];
        // A speaker repeats sentences, too, but hardly one right after itself.
        let reach = if line.is_ended { 1 } else { TWIN_REACH };
        let before = &lines[at.saturating_sub(reach)..at];
        let is_twin = line.text.len() >= TWIN.0 && line.n_words >= TWIN.1 && before.iter().any(|b| b.text == line.text);
        if is_twin && !is_verse && !line.is_quoted {
            sheet.add(at, "repeats a line", 2.4);
        }
    }
    let mut counts: FxHashMap<&str, usize> = FxHashMap::default();
    for line in lines.iter().filter(|line| line.n_words <= 8 && !line.folded.is_empty()) {
        *counts.entry(&line.folded).or_default() += 1;
    }
    for (at, line) in lines.iter().enumerate() {
        if counts.get(line.folded.as_str()).is_some_and(|&n| n >= 3) && sheet.score(at) >= 0.8 {
            sheet.add(at, "again and again", REPEATED);
        }
    }
}

/// True for what may stand over a teaser: a headline, or a question.
fn heads(line: &Line) -> bool {
    line.is_headline() || line.n_words <= 18 && line.plain.ends_with('?') && !line.is_quoted
}

/// What the neighbours and the place in the text say.
fn neighbours(sheet: &mut Sheet) {
    let n = sheet.lines.len();
    let own: Vec<Parts> = sheet.parts.clone();
    for _ in 0..ROUNDS {
        let is_furniture: Vec<bool> = (0..n).map(|at| sheet.is_furniture(at)).collect();
        let is_story = |at: usize| sheet.lines[at].is_prose && !is_furniture[at];
        let last_story = (0..n).rev().find(|&at| is_story(at));
        let first_story = (0..n).find(|&at| is_story(at)).unwrap_or(0);
        // Without a sentence there is no story that a tail could be behind: a poem, a list.
        let tail = last_story.map_or(n, |last| (last + 1..n).find(|&at| is_furniture[at]).unwrap_or(n));
        let head = (0..first_story).rev().find(|&at| is_furniture[at]);
        let mut is_changed = false;
        for at in 0..n {
            let line = &sheet.lines[at];
            let mut parts = own[at].clone();
            let known: f64 = parts.iter().map(|part| part.1).sum();
            let beside = usize::from(at > 0 && is_furniture[at - 1]) + usize::from(at + 1 < n && is_furniture[at + 1]);
            let is_meta_line = sheet.has_kind(at, is_meta);
            if at > tail && !line.is_prose {
                parts.push((Cow::Borrowed("behind the story"), TAIL));
            } else if at > tail || last_story.is_some_and(|last| at >= last) && known > 0.0 && line.is_prose {
                // A call in a paragraph of its own ends many stories.
                if known > 0.0 && (beside > 0 || at + 1 == n) {
                    parts.push((Cow::Borrowed("at the end"), TAIL));
                }
            } else if head.is_some_and(|head| at <= head) && known > 0.0 {
                parts.push((Cow::Borrowed("before the story"), HEAD));
            }
            if beside > 0 && (known > 0.0 || at > tail) && !is_meta_line {
                parts.push((Cow::Borrowed("beside furniture"), NEIGHBOUR * beside as f64));
            }
            // The paragraph of a teaser, cut off, under its headline and above another list.
            if line.is_prose
                && line.is_cut_short
                && at > 0
                && heads(&sheet.lines[at - 1])
                && sheet.lines[at - 1].n_words >= 6
                && at + 1 < n
                && is_furniture[at + 1]
                && last_story.is_none_or(|last| last <= at)
            {
                parts.push((Cow::Borrowed("cut off under a headline"), 2.4));
            }
            if at + 1 < n
                && is_furniture[at + 1]
                && sheet.parts[at + 1].iter().any(|part| part.0 == "cut off under a headline")
            {
                parts.push((Cow::Borrowed("headline of what is cut off"), 2.4));
            }
            is_changed |= parts.len() != sheet.parts[at].len();
            sheet.parts[at] = parts;
        }
        if !is_changed {
            break;
        }
    }
}
