//! Writes as a spinner does: the dictionaries read from original to spun.

use rustc_hash::FxHashMap;

use crate::lexicon::dictionary::Lexicon;
use crate::text::tokenize::tokenize;
use crate::text::unit::units;

/// Units that a head has at most.
const LONGEST: usize = 4;

/// Splitmix64 (Steele, Lea and Flood 2014, "Fast splittable pseudorandom number generators"): the same seed gives the same numbers.
#[derive(Debug, Clone)]
pub struct Random(pub u64);

impl Random {
    /// The next number, of all 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// The next number, from 0 up to 1.
    pub fn share(&mut self) -> f32 {
        (self.bits() >> 40) as f32 / (1u64 << 24) as f32
    }

    /// One of `items`; none where there are none.
    pub fn one_of<'t, T>(&mut self, items: &'t [T]) -> Option<&'t T> {
        items.get((self.bits() % items.len().max(1) as u64) as usize)
    }
}

/// What the heads of some families become.
///
/// ```
/// use despin::lexicon::builtin;
/// use despin::lexicon::spin::{Random, Spinner};
///
/// let spinner = Spinner::new(builtin::lexicon()?, |family| family == "autoblog");
/// let mut drawn = spinner.text(1.0, Random(1));
/// assert_ne!(drawn.spun("the president said the war in the east was over"), "the president said the war in the east was over");
/// # Ok::<(), despin::Error>(())
/// ```
pub struct Spinner<'a> {
    heads: FxHashMap<&'a str, Vec<(&'a str, f32)>>,
}

impl<'a> Spinner<'a> {
    /// One that knows those families of `lexicon` which `is_known` says.
    pub fn new(lexicon: &'a Lexicon, is_known: impl Fn(&str) -> bool) -> Self {
        let mut heads: FxHashMap<&str, Vec<(&str, f32)>> = FxHashMap::default();
        for target in lexicon.all_targets().filter(|target| is_known(lexicon.family(target.entry))) {
            let (original, spun) = (lexicon.get(target.original).text, lexicon.get(target.spun).text);
            if !original.is_empty() && !spun.is_empty() {
                heads.entry(original).or_default().push((spun, target.weight));
            }
        }
        Spinner { heads }
    }

    /// Begins a text: each head is drawn once, whether it is replaced, with probability `rate` (0 to 1), and by what, by the weights.
    pub fn text(&self, rate: f32, random: Random) -> Draws<'_> {
        Draws { heads: &self.heads, rate, random, drawn: FxHashMap::default() }
    }
}

/// What was drawn in one text so far.
pub struct Draws<'s> {
    heads: &'s FxHashMap<&'s str, Vec<(&'s str, f32)>>,
    rate: f32,
    random: Random,
    drawn: FxHashMap<String, String>,
}

impl Draws<'_> {
    /// `line` as the spinner writes it, in lower case, its units parted by spaces; the longest head first.
    pub fn spun(&mut self, line: &str) -> String {
        let units = units(line, &tokenize(line));
        let words: Vec<&str> = units.iter().map(|unit| unit.folded.as_str()).collect();
        let (mut out, mut at) = (Vec::new(), 0);
        while at < words.len() {
            let found = (1..=LONGEST.min(words.len() - at)).rev().find_map(|n| {
                let head = words[at..at + n].join(" ");
                let targets = self.heads.get(head.as_str())?;
                let wording = self.drawn.entry(head.clone()).or_insert_with(|| {
                    if self.rate < 1.0 && self.random.share() >= self.rate {
                        return head;
                    }
                    let mut left = self.random.share();
                    let hit = targets.iter().find(|(_, weight)| {
                        left -= weight;
                        left < 0.0
                    });
                    hit.map_or(head, |(spun, _)| spun.to_string())
                });
                Some((n, wording.clone()))
            });
            let (n, wording) = found.unwrap_or_else(|| (1, words[at].to_string()));
            out.push(wording);
            at += n;
        }
        out.join(" ")
    }

    /// The numbers that come next, for the text behind this.
    pub fn random(self) -> Random {
        self.random
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::format::parse;

    fn lexicon() -> Lexicon {
        let rows = "combating\tfighting\tphrase\t1\nstruggle\twar\tnoun\t0.5\nwithin the\tin the\tphrase\t1\n";
        let header = "# title: t\n# family: f\n# language: en\n# source: s\n# licence: l\n";
        Lexicon::new(vec![parse("a.tsv", &format!("{header}{rows}")).unwrap()])
    }

    #[test]
    fn every_head_is_drawn_once_a_text() {
        let lexicon = lexicon();
        let spinner = Spinner::new(&lexicon, |_| true);
        let mut n_struggles = 0;
        for seed in 0..40 {
            let spun = spinner.text(1.0, Random(seed)).spun("Fighting in the war, the war and fighting");
            let n = spun.matches("struggle").count();
            assert!(n == 0 || n == 2, "{spun}");
            assert!(spun.starts_with("combating within the ") && spun.ends_with("combating"), "{spun}");
            n_struggles += n / 2;
        }
        assert!((8..32).contains(&n_struggles), "{n_struggles}");
    }

    #[test]
    fn the_rate_is_how_many_are_drawn() {
        let lexicon = lexicon();
        let spinner = Spinner::new(&lexicon, |_| true);
        assert_eq!(spinner.text(0.0, Random(1)).spun("Fighting in the east"), "fighting in the east");
        let n = (0..200).filter(|&seed| spinner.text(0.3, Random(seed)).spun("fighting") != "fighting").count();
        assert!((40..80).contains(&n), "{n}");
        let other = Spinner::new(&lexicon, |family| family == "g");
        assert_eq!(other.text(1.0, Random(1)).spun("fighting"), "fighting");
    }
}
