//! Tells what a spinner did: the cheapest way to make a spun text of its original by a lexicon's entries.
//!
//! An edit distance whose operations are keeping a unit, writing a lexicon's spun phrase for its original, and, where
//! nothing else will do, writing anything for anything (Wagner and Fischer 1974, "The string-to-string correction
//! problem", with phrases as one operation). So phrases that an alignment of single words would merge or tear are found
//! as they were replaced.

use rustc_hash::FxHashMap;

use crate::lexicon::dictionary::{Lexicon, PhraseId, Target};
use crate::lexicon::matcher::{ROOT, UnitId};
use crate::text::tokenize::tokenize;
use crate::text::unit::units;

/// What became of a run of an original's units.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Step {
    /// A unit stayed, or is the other form of the article.
    Kept,
    /// A head became a spun phrase.
    Replaced(Target),
    /// Something else: a unit went, came or changed in a way that the lexicon does not know.
    Unknown,
}

/// A run of an original's units, and what became of it.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Move {
    /// First unit of the original.
    pub start: u32,
    /// One past the last; the same as `start` where units came in.
    pub end: u32,
    /// What became of them.
    pub step: Step,
}

/// What a spinner did to one text.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Derivation {
    /// All moves, in order.
    pub moves: Vec<Move>,
    /// Heads of the lexicon that stand in the original where everything was kept: first unit and head.
    pub survivors: Vec<(u32, PhraseId)>,
}

/// Costs: keeping is free, an entry costs about one and a little more where it is unlikely, and whatever the lexicon
/// does not know costs so much that entries are preferred wherever they explain the text.
const ENTRY: f32 = 1.0;
const UNLIKELY: f32 = 0.05;
const MOST_UNLIKELY: f32 = 0.9;
const OTHER_ARTICLE: f32 = 0.5;
const GONE_OR_COME: f32 = 3.0;
const CHANGED: f32 = 4.5;
/// How far, in units, the two texts may run apart.
const BAND: usize = 80;

/// The heads of a lexicon with what they become; made once for many texts.
pub struct Heads<'a> {
    lexicon: &'a Lexicon,
    targets: FxHashMap<PhraseId, Vec<Target>>,
}

impl<'a> Heads<'a> {
    /// Those of `lexicon`.
    pub fn new(lexicon: &'a Lexicon) -> Self {
        let mut targets: FxHashMap<PhraseId, Vec<Target>> = FxHashMap::default();
        for target in lexicon.all_targets().filter(|t| !lexicon.get(t.original).units.is_empty()) {
            targets.entry(target.original).or_default().push(target);
        }
        Heads { lexicon, targets }
    }

    /// What `head` may become.
    pub fn targets(&self, head: PhraseId) -> &[Target] {
        self.targets.get(&head).map_or(&[], Vec::as_slice)
    }

    /// How `spun` was made of `original`. None where the two run so far apart that they are no pair.
    pub fn derive(&self, original: &str, spun: &str) -> Option<Derivation> {
        let (a, b) = (folded(original), folded(spun));
        let ids = |words: &[String]| -> Vec<Option<UnitId>> {
            words.iter().map(|word| self.lexicon.matcher().id(word)).collect()
        };
        let (a_ids, b_ids) = (ids(&a), ids(&b));
        let mut table = Table::new(a.len(), b.len());
        for i in 0..=a.len() {
            let heads = self.heads_at(&a_ids, i);
            for j in table.band(i) {
                let cost = table.cost(i, j);
                if cost == f32::INFINITY {
                    continue;
                }
                let here = (i, j);
                if j < b.len() {
                    table.relax(here, (i, j + 1), cost + GONE_OR_COME, Step::Unknown);
                }
                if i == a.len() {
                    continue;
                }
                table.relax(here, (i + 1, j), cost + GONE_OR_COME, Step::Unknown);
                if j == b.len() {
                    continue;
                }
                let (more, step) = match (a[i] == b[j], is_article(&a[i]) && is_article(&b[j])) {
                    (true, _) => (0.0, Step::Kept),
                    (_, true) => (OTHER_ARTICLE, Step::Kept),
                    _ => (CHANGED, Step::Unknown),
                };
                table.relax(here, (i + 1, j + 1), cost + more, step);
                for &(end, head) in &heads {
                    for target in self.targets(head) {
                        let units = self.lexicon.get(target.spun).units;
                        let is_there = b_ids.len() - j >= units.len()
                            && units.iter().zip(&b_ids[j..]).all(|(&unit, &id)| id == Some(unit));
                        if is_there {
                            let doubt = (-UNLIKELY * target.weight.max(1e-9).ln()).min(MOST_UNLIKELY);
                            let to = (end, j + units.len());
                            table.relax(here, to, cost + ENTRY + doubt, Step::Replaced(*target));
                        }
                    }
                }
            }
        }
        let moves = table.path()?;
        let survivors = self.survivors(&a_ids, &moves);
        Some(Derivation { moves, survivors })
    }

    /// Heads that begin at unit `start`: one past their last unit, and which.
    fn heads_at(&self, ids: &[Option<UnitId>], start: usize) -> Vec<(usize, PhraseId)> {
        let mut heads = Vec::new();
        let mut node = ROOT;
        for (end, id) in (start + 1..).zip(&ids[start..]) {
            let Some(next) = id.and_then(|id| self.lexicon.matcher().step(node, id)) else { break };
            node = next;
            heads.extend(self.lexicon.phrase_at(node).filter(|p| self.targets.contains_key(p)).map(|p| (end, p)));
        }
        heads
    }

    fn survivors(&self, ids: &[Option<UnitId>], moves: &[Move]) -> Vec<(u32, PhraseId)> {
        let mut is_kept = vec![false; ids.len()];
        for one in moves.iter().filter(|one| one.step == Step::Kept) {
            is_kept[one.start as usize..one.end as usize].fill(true);
        }
        let at = |start: usize| {
            let heads = self.heads_at(ids, start).into_iter();
            heads
                .filter(|&(end, _)| is_kept[start..end].iter().all(|&k| k))
                .map(|(_, head)| (start as u32, head))
                .collect::<Vec<_>>()
        };
        (0..ids.len()).flat_map(at).collect()
    }
}

/// The best cost of each pair of places within a band, and the last step to it.
struct Table {
    n: usize,
    m: usize,
    width: usize,
    cells: Vec<Cell>,
}

#[derive(Clone, Copy)]
struct Cell {
    cost: f32,
    from: (u32, u32),
    step: Step,
}

impl Table {
    fn new(n: usize, m: usize) -> Table {
        let width = 2 * BAND + 1;
        let nothing = Cell { cost: f32::INFINITY, from: (0, 0), step: Step::Unknown };
        let mut table = Table { n, m, width, cells: vec![nothing; (n + 1) * width] };
        if let Some(cell) = table.cell(0, 0) {
            table.cells[cell].cost = 0.0;
        }
        table
    }

    /// The places of the spun text that are looked at beside place `i` of the original.
    fn band(&self, i: usize) -> std::ops::RangeInclusive<usize> {
        let middle = i * self.m / self.n.max(1);
        middle.saturating_sub(BAND)..=(middle + BAND).min(self.m)
    }

    fn cell(&self, i: usize, j: usize) -> Option<usize> {
        self.band(i).contains(&j).then(|| i * self.width + j - self.band(i).start())
    }

    fn cost(&self, i: usize, j: usize) -> f32 {
        self.cell(i, j).map_or(f32::INFINITY, |cell| self.cells[cell].cost)
    }

    fn relax(&mut self, from: (usize, usize), to: (usize, usize), cost: f32, step: Step) {
        if let Some(cell) = self.cell(to.0, to.1)
            && cost < self.cells[cell].cost
        {
            self.cells[cell] = Cell { cost, from: (from.0 as u32, from.1 as u32), step };
        }
    }

    fn path(&self) -> Option<Vec<Move>> {
        let mut at = (self.n, self.m);
        let mut moves = Vec::new();
        while at != (0, 0) {
            let cell = &self.cells[self.cell(at.0, at.1)?];
            if cell.cost == f32::INFINITY {
                return None;
            }
            moves.push(Move { start: cell.from.0, end: at.0 as u32, step: cell.step });
            at = (cell.from.0 as usize, cell.from.1 as usize);
        }
        moves.reverse();
        Some(moves)
    }
}

fn folded(text: &str) -> Vec<String> {
    units(text, &tokenize(text)).into_iter().map(|unit| unit.folded).collect()
}

fn is_article(word: &str) -> bool {
    word == "a" || word == "an"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::format::parse;

    fn check(dictionary: &str, original: &str, spun: &str, replaced: &[&str], survivors: &[&str]) {
        let lexicon = Lexicon::new(vec![parse("a.tsv", dictionary).unwrap()]);
        let heads = Heads::new(&lexicon);
        let found = heads.derive(original, spun).unwrap();
        let text = |phrase| lexicon.get(phrase).text;
        let mut pairs = Vec::new();
        for one in &found.moves {
            match one.step {
                Step::Replaced(target) => pairs.push(format!("{} -> {}", text(target.original), text(target.spun))),
                Step::Unknown => pairs.push("?".to_string()),
                Step::Kept => {}
            }
        }
        assert_eq!(pairs, replaced);
        assert_eq!(found.survivors.iter().map(|&(_, head)| text(head)).collect::<Vec<_>>(), survivors);
    }

    const WAR: &str = "assault\tattack\tnoun\t0.9\nuncommon\trare\tadj\t0.8\nsimply\tjust\tadv\t0.9\nwithin the\tin the\tphrase\t0.9\n\
                       final 12 months\tlast year\tphrase\t0.9\n";

    #[test]
    fn neighbouring_replacements_are_told_apart() {
        check(
            WAR,
            "A rare attack just over the border in the east last year.",
            "An uncommon assault simply over the border within the east final 12 months.",
            &[
                "rare -> uncommon",
                "attack -> assault",
                "just -> simply",
                "in the -> within the",
                "last year -> final 12 months",
            ],
            &[],
        );
    }

    #[test]
    fn heads_that_were_kept_survive() {
        check(WAR, "Just a rare attack.", "Simply a rare attack.", &["just -> simply"], &["rare", "attack"]);
    }

    #[test]
    fn what_no_entry_explains_is_unknown() {
        check(WAR, "The attack went on.", "The raid went on.", &["?"], &[]);
        check(WAR, "", "", &[], &[]);
        check(WAR, "rare", "", &["?"], &[]);
    }

    #[test]
    fn texts_of_different_length_are_no_pair() {
        let lexicon = Lexicon::new(vec![parse("a.tsv", WAR).unwrap()]);
        let long = "word ".repeat(400);
        assert!(Heads::new(&lexicon).derive("", &long).is_none());
    }
}
