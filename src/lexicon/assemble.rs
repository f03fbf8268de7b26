//! Puts dictionary files together: overrides, inflects, numbers and weighs.
//!
//! Everything is a number early: a text is interned once, and what is known about it (its phrase, its inflected forms)
//! is looked up by that number. Most time would else go into inflecting and tokenising the same few thousand originals
//! over and over.

use rustc_hash::{FxHashMap, FxHashSet};

use crate::lexicon::dictionary::{EntryId, Lexicon, MASS_LIMIT, NO_PHRASE, PhraseId, Row, Target};
use crate::lexicon::entry::{Class, Entry, REJECTED};
use crate::lexicon::format::DictionaryFile;
use crate::lexicon::inflect::{forms, in_step, pairs};
use crate::lexicon::matcher::{MatcherBuilder, NodeId, UnitId};
use crate::lexicon::texts::{Interner, TextId, Texts};
use crate::text::tokenize::tokenize;
use crate::text::unit::units;

/// The lexicon of `files`; what it says is told at [`Lexicon::new`].
pub(super) fn assemble(files: &[DictionaryFile]) -> Lexicon {
    let n_entries = files.iter().map(|f| f.entries.len()).sum::<usize>();
    let mut phrases = Phrases::with_capacity(n_entries);
    let (mut file_names, mut families) = (Texts::default(), Texts::default());
    let mut rows = Vec::with_capacity(n_entries);
    for (file_idx, file) in files.iter().enumerate() {
        file_names.push(&file.name);
        families.push(&file.family);
        for entry in &file.entries {
            // Dictionaries are sorted, so that all but the original is mostly the same as in the line before.
            let last: Option<&Row> = rows.last();
            let (spun, evidence, note) = (last.map(|r| r.spun), last.map(|r| r.evidence), last.map(|r| r.note));
            rows.push(Row {
                spun: phrases.texts.intern_like(&entry.spun, spun),
                original: phrases.texts.intern(&entry.original),
                evidence: phrases.texts.intern_like(&entry.evidence, evidence),
                note: phrases.texts.intern_like(&entry.note, note),
                line: entry.line,
                weight: entry.weight,
                file: u16::try_from(file_idx).expect("nobody has 65536 dictionaries"),
                class: entry.class,
            });
        }
    }
    remove_overridden(&mut rows);
    let refused = refused(files);

    let mut claims: Vec<Claim> = Vec::with_capacity(n_entries * 3);
    let mut entries: Vec<Row> = Vec::with_capacity(n_entries);
    for row in rows {
        // An entry that only removes is no entry of the lexicon, but its pair is claimed, for nothing.
        if row.weight > 0.0 || row.class.is_exact() {
            let entry = entries.len() as EntryId;
            let Row { weight, file, class, .. } = row;
            let is_refusal = weight == 0.0 && phrases.texts.texts.get(row.evidence) == REJECTED;
            phrases.for_each_pair(&row, |spun, original| {
                let is_exact = class.is_exact();
                claims.push(Claim { spun, original, weight, entry, file, is_exact, is_refusal })
            });
        }
        if row.weight > 0.0 {
            entries.push(row);
        }
    }

    let n_nodes = phrases.matcher.n_nodes();
    let (target_starts, mut targets) = settle(&claims, n_nodes, &phrases.nodes);
    let family_numbers = family_numbers(files);
    let family_of = |target: &Target| family_numbers[usize::from(entries[target.entry as usize].file)];
    let head_families = lead_families(&targets, phrases.phrase_texts.len(), family_of);
    let head_masses = weigh_heads(&mut targets, phrases.phrase_texts.len());
    phrases.by_node.resize(n_nodes, NO_PHRASE);
    Lexicon {
        files: file_names,
        families,
        texts: phrases.texts.texts,
        entries: entries.into_iter().map(Row::to_words).collect::<Vec<_>>().into(),
        matcher: phrases.matcher.finish(),
        phrase_texts: phrases.phrase_texts.into(),
        phrase_starts: phrases.unit_starts.into(),
        phrase_units: phrases.units.into(),
        head_masses: head_masses.into(),
        head_families: head_families.into(),
        node_phrases: phrases.by_node.into(),
        target_starts: target_starts.into(),
        targets: targets.into_iter().map(Target::to_words).collect::<Vec<_>>().into(),
        refused,
    }
}

/// The pairs that somebody rejected, and that no later entry has again.
fn refused(files: &[DictionaryFile]) -> FxHashSet<(String, String)> {
    let mut refused = FxHashSet::default();
    for Entry { spun, original, class, weight, evidence, .. } in files.iter().flat_map(|file| &file.entries) {
        if *weight == 0.0 && class.is_exact() && evidence == REJECTED {
            refused.insert((folded(spun), folded(original)));
        } else if *weight > 0.0 && !refused.is_empty() {
            for (spun, original) in in_step(spun, original, *class) {
                refused.remove(&(folded(&spun), folded(&original)));
            }
        }
    }
    refused
}

/// The units of `text`, with spaces between.
pub(super) fn folded(text: &str) -> String {
    units(text, &tokenize(text)).into_iter().map(|unit| unit.folded).collect::<Vec<_>>().join(" ")
}

/// Takes out the entries that a later one has again: same texts, same class.
fn remove_overridden(rows: &mut Vec<Row>) {
    let mut last: FxHashMap<(TextId, TextId, Class), usize> = FxHashMap::default();
    last.reserve(rows.len());
    let mut is_overridden = vec![false; rows.len()];
    for (idx, row) in rows.iter().enumerate() {
        if let Some(earlier) = last.insert((row.spun, row.original, row.class), idx) {
            is_overridden[earlier] = true;
        }
    }
    let mut is_overridden = is_overridden.into_iter();
    rows.retain(|_| is_overridden.next() == Some(false));
}

/// The phrases so far, and what is known about each text.
struct Phrases {
    texts: Interner,
    /// The phrase of each text, or [`NO_PHRASE`] where it is not known yet.
    by_text: Vec<PhraseId>,
    /// Places in `form_list` of each lemma's forms.
    forms: FxHashMap<(TextId, Class), (u32, u32)>,
    form_list: Vec<TextId>,
    matcher: MatcherBuilder,
    /// The phrase that ends at each node, or [`NO_PHRASE`].
    by_node: Vec<PhraseId>,
    // By phrase.
    phrase_texts: Vec<TextId>,
    nodes: Vec<NodeId>,
    unit_starts: Vec<u32>,
    units: Vec<UnitId>,
}

impl Phrases {
    fn with_capacity(n_entries: usize) -> Self {
        // Source: counted in dictionaries/en/autoblog.tsv, where 34,000 entries have 37,000 phrases.
        let n_phrases = n_entries * 5 / 4;
        let mut unit_starts = Vec::with_capacity(n_phrases + 1);
        unit_starts.push(0);
        Phrases {
            texts: Interner::with_capacity(n_phrases),
            by_text: Vec::with_capacity(n_phrases),
            forms: FxHashMap::default(),
            form_list: Vec::with_capacity(n_phrases),
            matcher: MatcherBuilder::with_capacity(n_phrases),
            by_node: Vec::with_capacity(n_phrases),
            phrase_texts: Vec::with_capacity(n_phrases),
            nodes: Vec::with_capacity(n_phrases),
            unit_starts,
            units: Vec::with_capacity(n_phrases * 2),
        }
    }

    /// Calls `found` with each spun form of an entry and the original form beside it.
    fn for_each_pair(&mut self, row: &Row, mut found: impl FnMut(PhraseId, PhraseId)) {
        if row.class.is_exact() {
            let (spun, original) = (self.phrase(row.spun), self.phrase(row.original));
            if spun != original {
                found(spun, original);
            }
            return;
        }
        let (left, right) = (self.forms(row.spun, row.class), self.forms(row.original, row.class));
        let forms = |(from, to): (u32, u32)| from as usize..to as usize;
        let pairs: Vec<(TextId, TextId)> = pairs(&self.form_list[forms(left)], &self.form_list[forms(right)])
            .into_iter()
            .map(|(&spun, &original)| (spun, original))
            .collect();
        for (spun, original) in pairs {
            let (spun, original) = (self.phrase(spun), self.phrase(original));
            if spun != original {
                found(spun, original);
            }
        }
    }

    /// Where in `form_list` the forms of `lemma` are.
    fn forms(&mut self, lemma: TextId, class: Class) -> (u32, u32) {
        if let Some(&known) = self.forms.get(&(lemma, class)) {
            return known;
        }
        let from = self.form_list.len() as u32;
        for form in forms(self.texts.texts.get(lemma), class) {
            self.form_list.push(self.texts.intern(&form));
        }
        let places = (from, self.form_list.len() as u32);
        self.forms.insert((lemma, class), places);
        places
    }

    /// The phrase that `text` is: that of the first text with the same units.
    fn phrase(&mut self, text: TextId) -> PhraseId {
        if self.by_text.len() <= text as usize {
            self.by_text.resize(self.texts.texts.len(), NO_PHRASE);
        }
        let known = self.by_text[text as usize];
        if known != NO_PHRASE {
            return known;
        }
        let from = self.units.len();
        let words = self.texts.texts.get(text);
        if is_plain(words) {
            self.units.extend(words.split(' ').map(|word| self.matcher.intern(word)));
        } else {
            self.units.extend(units(words, &tokenize(words)).iter().map(|unit| self.matcher.intern(&unit.folded)));
        }
        let node = self.matcher.insert(&self.units[from..]);
        self.by_node.resize(self.matcher.n_nodes(), NO_PHRASE);
        let next = self.phrase_texts.len() as PhraseId;
        let at_node = &mut self.by_node[node as usize];
        if *at_node == NO_PHRASE {
            *at_node = next;
            self.phrase_texts.push(text);
            self.nodes.push(node);
            self.unit_starts.push(self.units.len() as u32);
        } else {
            self.units.truncate(from);
        }
        self.by_text[text as usize] = *at_node;
        *at_node
    }
}

/// True where `text`'s units are its words as they stand: small letters with single spaces between.
fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let is_letter = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_lowercase);
    is_letter(0) && (1..bytes.len()).all(|at| is_letter(at) || (bytes[at] == b' ' && is_letter(at + 1)))
}

/// That a spun phrase may stand for an original, says an entry.
#[derive(Debug, Clone, Copy)]
struct Claim {
    spun: PhraseId,
    original: PhraseId,
    /// 0 where the entry removes the pair.
    weight: f32,
    entry: EntryId,
    file: u16,
    is_exact: bool,
    /// True where somebody rejected the pair, whoever says so.
    is_refusal: bool,
}

/// Where each node's targets begin, and the targets that stand after all `claims` on one pair are heard. `nodes` has
/// the node of each phrase.
fn settle(claims: &[Claim], n_nodes: usize, nodes: &[NodeId]) -> (Vec<u32>, Vec<Target>) {
    // By the node of the spun phrase; within one in the order of the entries.
    let mut starts = vec![0u32; n_nodes + 1];
    for claim in claims {
        starts[nodes[claim.spun as usize] as usize + 1] += 1;
    }
    for node in 0..n_nodes {
        starts[node + 1] += starts[node];
    }
    let mut next = starts.clone();
    let mut sorted = vec![0u32; claims.len()];
    for (idx, claim) in claims.iter().enumerate() {
        let place = &mut next[nodes[claim.spun as usize] as usize];
        sorted[*place as usize] = idx as u32;
        *place += 1;
    }

    let mut targets: Vec<Target> = Vec::with_capacity(claims.len());
    let mut target_starts = Vec::with_capacity(n_nodes + 1);
    let mut group: Vec<Claim> = Vec::new();
    for node in 0..n_nodes {
        let from = targets.len();
        target_starts.push(from as u32);
        group.clear();
        group.extend(sorted[starts[node] as usize..starts[node + 1] as usize].iter().map(|&idx| claims[idx as usize]));
        let has_exact = group.iter().any(|claim| claim.is_exact);
        for claim in &group {
            let is_beaten = |by: &Claim| {
                let is_stronger = by.is_refusal || (by.is_exact && !claim.is_exact);
                is_stronger && by.original == claim.original && by.file >= claim.file
            };
            if claim.weight == 0.0 || (has_exact && group.iter().any(is_beaten)) {
                continue;
            }
            let Claim { spun, original, weight, entry, .. } = *claim;
            match targets[from..].iter_mut().find(|t| t.original == original) {
                // A noun and a verb entry may share a form (`attack`, `attacks`).
                Some(known) if known.weight >= weight => {}
                Some(known) => *known = Target { weight, entry, ..*known },
                None => targets.push(Target { original, spun, weight, entry }),
            }
        }
    }
    target_starts.push(targets.len() as u32);
    (target_starts, targets)
}

/// For each file the number of its family: that of the first file of the same family.
fn family_numbers(files: &[DictionaryFile]) -> Vec<u32> {
    let first = |file: &DictionaryFile| files.iter().position(|f| f.family == file.family).expect("it is one of them");
    files.iter().map(|file| first(file) as u32).collect()
}

/// For each head the family whose entries give it the most weight; the earlier one where two give the same.
fn lead_families(targets: &[Target], n_phrases: usize, family_of: impl Fn(&Target) -> u32) -> Vec<u32> {
    let mut weights: Vec<(u32, u32, f32)> = targets.iter().map(|t| (t.original, family_of(t), t.weight)).collect();
    weights.sort_by_key(|w| (w.0, w.1));
    let mut families = vec![0; n_phrases];
    let mut best = vec![0.0; n_phrases];
    for same in weights.chunk_by(|a, b| (a.0, a.1) == (b.0, b.1)) {
        let (head, family, _) = same[0];
        let weight: f32 = same.iter().map(|w| w.2).sum();
        if weight > best[head as usize] {
            best[head as usize] = weight;
            families[head as usize] = family;
        }
    }
    families
}

/// The sum of the weights of each head's targets; scales them where it passes what a probability can be.
fn weigh_heads(targets: &mut [Target], n_phrases: usize) -> Vec<f32> {
    let mut masses = vec![0.0; n_phrases];
    for target in &*targets {
        masses[target.original as usize] += target.weight;
    }
    for target in targets {
        let mass = masses[target.original as usize];
        if mass > MASS_LIMIT {
            target.weight *= MASS_LIMIT / mass;
        }
    }
    for mass in &mut masses {
        *mass = mass.min(MASS_LIMIT);
    }
    masses
}
