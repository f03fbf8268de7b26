//! Builds the lattice: for every place of a text, keeping it and everything the dictionary says it may have been.

use rustc_hash::FxHashMap;

use crate::channel::draws::{DrawId, Draws};
use crate::channel::lattice::{Arc, Lattice, Reading};
use crate::channel::prepared::{ONE_NUMBER, Words, unseen};
use crate::channel::reader::Reader;
use crate::document::Document;
use crate::lexicon::dictionary::{Lexicon, PhraseId};
use crate::lexicon::entry::Class;
use crate::lexicon::matcher::{NodeId, ROOT, UnitId};
use crate::text::unit::{NUMBER_WORD, Unit, UnitKind};

/// ln P(a letter was damaged), nats, for each letter that a word is off its dictionary form.
///
/// Source: one damaged word in ten thousand, as in scraped text without OCR.
const TYPO: f32 = -9.2;
/// ln P(the article was switched together with the word after it), nats. The switch follows from the word, so it is
/// certain; halved, since both forms are read.
const ARTICLE_SWITCH: f32 = -0.7;
/// ln P(digits were partly spelled out), nats. Nothing else writes `two.8`.
const NUMBER_DAMAGE: f32 = -0.5;

/// Digits as words, as spinners spell them out.
const DIGIT_WORDS: [&str; 13] =
    ["zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"];

/// The lattice of `document`, and the draws that its arcs share.
pub fn lattice(document: &Document, reader: &Reader) -> (Lattice, Draws) {
    let mut builder = Builder {
        document,
        reader,
        lexicon: reader.lexicon,
        lattice: Lattice::default(),
        draws: Draws::new(reader.lexicon.n_families()),
        phrase_words: FxHashMap::default(),
        is_shouted: shouted_units(document),
        ids: document.units().iter().map(|unit| reader.lexicon.matcher().id(&unit.folded)).collect(),
        is_free: free_units(document),
        survivors: Vec::new(),
        open: Vec::new(),
    };
    builder.build();
    (builder.lattice, builder.draws)
}

struct Builder<'a> {
    document: &'a Document,
    reader: &'a Reader<'a>,
    lexicon: &'a Lexicon,
    lattice: Lattice,
    draws: Draws,
    phrase_words: FxHashMap<PhraseId, (std::ops::Range<u32>, f32)>,
    // By unit: whether it is in capitals throughout, its number in the matcher, and whether it may be edited.
    is_shouted: Vec<bool>,
    ids: Vec<Option<UnitId>>,
    is_free: Vec<bool>,
    // Heads that survive where every unit up to the last is kept: (last unit, draw).
    survivors: Vec<(u32, DrawId)>,
    // What may be the beginning of more phrases: node reached, units read, typing errors on the way.
    open: Vec<(NodeId, usize, u8)>,
}

impl<'a> Builder<'a> {
    fn build(&mut self) {
        let document = self.document;
        let n = document.units().len();
        self.lattice.n_units = n;
        self.lattice.ends_sentence = sentence_ends(document);
        let mut keeps: Vec<u32> = Vec::with_capacity(n);
        for start in 0..n {
            self.lattice.first_arc.push(self.lattice.arcs.len() as u32);
            keeps.push(self.lattice.arcs.len() as u32);
            self.keep(start);
            if !self.is_free[start] {
                continue;
            }
            self.article(start);
            self.number(start);
            self.matches(start);
        }
        self.lattice.first_arc.push(self.lattice.arcs.len() as u32);
        // Those of one unit in the order in which they were found.
        self.survivors.sort_by_key(|&(unit, _)| unit);
        let mut survivors = self.survivors.iter().peekable();
        for (unit, &keep) in keeps.iter().enumerate() {
            let from = self.lattice.survivors.len() as u32;
            while let Some(&(_, draw)) = survivors.next_if(|&&(last, _)| last as usize == unit) {
                self.lattice.survivors.push(draw);
            }
            self.lattice.arcs[keep as usize].survivors = from..self.lattice.survivors.len() as u32;
        }
    }

    fn push(&mut self, start: usize, end: usize, reading: Reading, words: std::ops::Range<u32>, fixed: f32) {
        self.lattice.arcs.push(Arc {
            start: start as u32,
            end: end as u32,
            reading,
            words,
            fixed,
            replaced: None,
            survivors: 0..0,
        });
    }

    fn words<'w>(&mut self, words: impl IntoIterator<Item = &'w str>) -> std::ops::Range<u32> {
        let from = self.lattice.words.len() as u32;
        for word in words {
            self.lattice.words.push(self.reader.model.id(word));
            self.lattice.context_words.extend(self.reader.context.map(|context| context.id(word)));
        }
        from..self.lattice.words.len() as u32
    }

    fn keep(&mut self, start: usize) {
        let unit = &self.document.units()[start];
        let words = match (unit.kind, self.ids[start]) {
            (UnitKind::Word | UnitKind::Possessive, Some(id)) => {
                let (word, context_word) = self.reader.word(id, unit);
                let from = self.lattice.words.len() as u32;
                self.lattice.words.push(word);
                self.lattice.context_words.extend(context_word);
                from..from + 1
            }
            _ => self.words(unit.lm_word()),
        };
        let fixed = unseen(std::slice::from_ref(unit));
        self.push(start, start + 1, Reading::Keep, words, fixed);
    }

    fn article(&mut self, start: usize) {
        let units = self.document.units();
        let other = match units[start].folded.as_str() {
            "a" => "an",
            "an" => "a",
            _ => return,
        };
        if units.get(start + 1).is_some_and(|next| next.kind == UnitKind::Word && !next.is_joined) {
            let words = self.words([other]);
            self.push(start, start + 1, Reading::Article(other), words, ARTICLE_SWITCH);
        }
    }

    /// `two.8` was `2.8`, `6.four` was `6.4`.
    fn number(&mut self, start: usize) {
        let [first, point, last, ..] = &self.document.units()[start..] else { return };
        let is_joined = point.folded == "." && point.is_joined && last.is_joined;
        let digits = |unit: &Unit| match unit.kind {
            UnitKind::Number => Some(unit.folded.clone()),
            UnitKind::Word => DIGIT_WORDS.iter().position(|w| *w == unit.folded).map(|n| n.to_string()),
            _ => None,
        };
        let is_damaged = first.kind == UnitKind::Word || last.kind == UnitKind::Word;
        if let (true, true, Some(whole), Some(part)) = (is_joined, is_damaged, digits(first), digits(last)) {
            let words = self.words([NUMBER_WORD]);
            self.push(start, start + 3, Reading::Number(format!("{whole}.{part}")), words, NUMBER_DAMAGE + ONE_NUMBER);
        }
    }

    fn matches(&mut self, start: usize) {
        let matcher = self.lexicon.matcher();
        self.open.push((ROOT, start, 0));
        while let Some((node, at, n_typos)) = self.open.pop() {
            if at >= self.ids.len() || !self.is_free[at] || (at > start && !is_reachable(self.document, at)) {
                continue;
            }
            let go_on = |this: &mut Self, id, n_typos| {
                if let Some(to) = matcher.step(node, id) {
                    this.arrive(start, at + 1, to, n_typos);
                    this.open.push((to, at + 1, n_typos));
                }
            };
            match self.ids[at] {
                Some(id) => go_on(self, id, n_typos),
                None if n_typos == 0 => {
                    for (id, distance) in self.near_spellings(at) {
                        go_on(self, id, distance);
                    }
                }
                None => {}
            }
        }
    }

    /// Everything that the phrase at `start..end`, which ends at `node`, says.
    fn arrive(&mut self, start: usize, end: usize, node: NodeId, n_typos: u8) {
        let lexicon = self.lexicon;
        let surface = self.document.units_span(start, end).of(self.document.text());
        let is_capitalised = surface.starts_with(|c: char| c.is_uppercase());
        // Spinners know lower case and Capitalised only; names may have capitals of their own.
        let is_shouted = self.is_shouted[start..end].contains(&true);
        if n_typos == 0
            && let Some(phrase) = lexicon.phrase_at(node)
        {
            let (mass, family) = lexicon.head(phrase);
            if mass > 0.0 {
                let text = lexicon.get(phrase).text;
                let is_name = text.chars().any(char::is_uppercase);
                if if is_name { same_words(surface, text) } else { !is_shouted } {
                    let draw = self.draws.draw(phrase, is_capitalised, family, mass);
                    self.survivors.push((end as u32 - 1, draw));
                }
            }
        }
        for target in lexicon.targets(node) {
            match lexicon.class(target.entry) {
                // The entry's own capitals: the phrase may be shared with one that is no name.
                Class::Name if !same_words(surface, lexicon.entry(target.entry).spun) => continue,
                Class::Name => {}
                _ if is_shouted => continue,
                _ => {}
            }
            if lexicon.is_deletion(target.original) && !self.is_deletable(end) {
                continue;
            }
            let (mass, family) = lexicon.head(target.original);
            let draw = self.draws.draw(target.original, is_capitalised, family, mass);
            let used = self.draws.outcome(draw, target.spun, target.weight);
            let (words, unseen) = self.phrase_words(target.original);
            self.push(start, end, Reading::Dictionary { target, n_typos }, words, TYPO * f32::from(n_typos) + unseen);
            self.lattice.arcs.last_mut().expect("pushed above").replaced = Some((draw, used));
        }
    }

    /// True where the units before `end` can go without a trace: a word follows them after spaces alone.
    fn is_deletable(&self, end: usize) -> bool {
        let next = self.document.units().get(end);
        next.is_some_and(|next| matches!(next.kind, UnitKind::Word | UnitKind::Number) && !next.is_joined)
            && self.document.gap_before(end).chars().all(|c| c == ' ')
    }

    /// The language model's words for `phrase`, and the log-probability of what it does not see of it.
    fn phrase_words(&mut self, phrase: PhraseId) -> (std::ops::Range<u32>, f32) {
        if let Some(known) = self.phrase_words.get(&phrase) {
            return known.clone();
        }
        let Words { words, context_words, unseen } = self.reader.words(phrase);
        let from = self.lattice.words.len() as u32;
        self.lattice.words.extend(words);
        self.lattice.context_words.extend(context_words);
        let found = (from..self.lattice.words.len() as u32, unseen);
        self.phrase_words.insert(phrase, found.clone());
        found
    }

    /// Words of the dictionary near an unknown word that is no name.
    fn near_spellings(&self, at: usize) -> Vec<(UnitId, u8)> {
        let unit = &self.document.units()[at];
        let surface = unit.span.of(self.document.text());
        let is_candidate = unit.kind == UnitKind::Word
            && !surface.starts_with(|c: char| c.is_uppercase())
            && !self.reader.model.is_known(&unit.folded);
        if !is_candidate {
            return Vec::new();
        }
        self.reader.near.of(&unit.folded)
    }
}

/// True where unit `at` may belong to one phrase with the unit before it: nothing but a little white space between.
fn is_reachable(document: &Document, at: usize) -> bool {
    let gap = document.gap_before(at);
    gap == " " || gap.len() <= 3 && gap.bytes().filter(|&byte| byte == b'\n').count() <= 1
}

/// True where the two differ in white space and apostrophes at most.
fn same_words(a: &str, b: &str) -> bool {
    let plain = |text: &str| text.replace('\u{2019}', "'");
    a == b || plain(a).split_whitespace().eq(plain(b).split_whitespace())
}

/// Units that may be edited: not protected.
fn free_units(document: &Document) -> Vec<bool> {
    let mut protected = document.protected().iter().peekable();
    let mut covered_to = 0;
    let is_free = |unit: &Unit| {
        while let Some(span) = protected.next_if(|span| span.start < unit.span.end) {
            covered_to = covered_to.max(span.end);
        }
        covered_to <= unit.span.start && unit.kind != UnitKind::Opaque
    };
    document.units().iter().map(is_free).collect()
}

/// Words in capitals throughout.
fn shouted_units(document: &Document) -> Vec<bool> {
    let is_shouted = |unit: &Unit| {
        let surface = unit.span.of(document.text());
        surface.len() > 1 && unit.kind == UnitKind::Word && surface.chars().all(|c| !c.is_lowercase())
    };
    document.units().iter().map(is_shouted).collect()
}

/// For each unit, whether the language model's sentence ends after it.
fn sentence_ends(document: &Document) -> Vec<bool> {
    let mut ends = vec![false; document.units().len()];
    let mut unit = 0;
    for sentence in document.sentences() {
        while unit < ends.len() && document.units()[unit].span.start < sentence.end {
            unit += 1;
        }
        if unit > 0 {
            ends[unit - 1] = true;
        }
    }
    if let Some(last) = ends.last_mut() {
        *last = true;
    }
    ends
}
