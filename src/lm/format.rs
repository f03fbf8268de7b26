//! The layout of a `.lm` file: its header, where its sections stand, and how they are read in place.
//!
//! `docs/language-model.md` describes the same byte by byte for readers in other languages. All numbers are
//! little-endian and need no alignment. Sections follow each other without gaps in an order that the header's counts
//! fix, so no offset is stored, and none can be wrong. Sections of like data stand together, the bytes of word numbers
//! in planes, since that packs best with gzip.

use crate::error::{Error, ErrorKind, Result};
use crate::lm::MAX_ORDER;
use crate::lm::checksum::xxh64;
use crate::lm::quantize::N_CODES;

/// The first bytes of every model file.
pub const MAGIC: [u8; 8] = *b"despinLM";
/// The version of the layout that is read and written.
pub const VERSION: u32 = 1;
/// How many bytes the header takes.
pub const HEADER_LEN: usize = 256;
/// How many runs share one stored start; see [`Runs`].
pub const BLOCK: usize = 64;
/// The byte that says that a run is this long or longer; see [`Runs`].
pub const LONG: u8 = 255;

/// What the header says.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Header {
    /// How many bytes the file has.
    pub len_bytes: u64,
    /// XXH64 of all bytes after the header.
    pub checksum: u64,
    /// Length of the longest n-grams, 1 to [`MAX_ORDER`].
    pub order: usize,
    /// How many bytes a word's number takes: 2 or 4.
    pub id_bytes: usize,
    /// How many n-grams there are of each length. The first is the number of words.
    pub counts: [u32; MAX_ORDER],
    /// Bytes of all words' spellings together.
    pub spelling_bytes: u32,
    /// Slots of the table of words.
    pub n_slots: u32,
    /// How many words have 255 bytes or more.
    pub n_long_words: u32,
    /// How many n-grams of each length have 255 children or more.
    pub n_long_contexts: [u32; MAX_ORDER - 1],
    /// The largest error that quantising made, in nats: probabilities of each length.
    pub prob_error: [f32; MAX_ORDER],
    /// The largest error that quantising made, in nats: back-off weights of each length.
    pub backoff_error: [f32; MAX_ORDER - 1],
}

impl Header {
    /// The header as its bytes.
    pub fn to_bytes(&self) -> [u8; HEADER_LEN] {
        let mut bytes = Vec::with_capacity(HEADER_LEN);
        bytes.extend(MAGIC);
        bytes.extend(VERSION.to_le_bytes());
        bytes.extend([self.order as u8, self.id_bytes as u8, 0, 0]);
        bytes.extend(self.len_bytes.to_le_bytes());
        bytes.extend(self.checksum.to_le_bytes());
        let numbers = self.counts.iter().chain([&self.spelling_bytes, &self.n_slots, &self.n_long_words]);
        bytes.extend(numbers.chain(&self.n_long_contexts).flat_map(|n| n.to_le_bytes()));
        bytes.extend(self.prob_error.iter().chain(&self.backoff_error).flat_map(|e| e.to_le_bytes()));
        bytes.resize(HEADER_LEN - 8, 0);
        bytes.extend(xxh64(&bytes).to_le_bytes());
        bytes.try_into().expect("resized to the length of a header")
    }

    /// The header of `file`.
    ///
    /// # Errors
    ///
    /// Where `file` is not a whole model file of this version. `place` is the error's place.
    pub fn read(file: &[u8], place: &str) -> Result<Self> {
        let fail = |fault: &str, mend: &str| Err(Error::new(ErrorKind::LanguageModel, place, fault, mend));
        let rebuild = "build it with `despin lm build`";
        if !file.starts_with(&MAGIC) {
            let is_cut = file.len() < MAGIC.len() && MAGIC.starts_with(file);
            return fail(if is_cut { "cut short" } else { "not a despin language model" }, rebuild);
        }
        let Some(head) = file.first_chunk::<HEADER_LEN>() else {
            return fail("cut short in its header", "give the whole file");
        };
        let version = u32_at(head, 8);
        if version != VERSION {
            let fault = format!("version {version} of the format, where this program reads {VERSION}");
            return fail(&fault, "build it again with this program's `despin lm build`");
        }
        if u64_at(head, HEADER_LEN - 8) != xxh64(&head[..HEADER_LEN - 8]) {
            return fail("the header is damaged", "copy the file again, or build it again");
        }
        let numbers = |from: usize| move |i: usize| u32_at(head, from + 4 * i);
        let header = Header {
            order: usize::from(head[12]),
            id_bytes: usize::from(head[13]),
            len_bytes: u64_at(head, 16),
            checksum: u64_at(head, 24),
            counts: std::array::from_fn(numbers(32)),
            spelling_bytes: u32_at(head, 52),
            n_slots: u32_at(head, 56),
            n_long_words: u32_at(head, 60),
            n_long_contexts: std::array::from_fn(numbers(64)),
            prob_error: std::array::from_fn(|i| f32::from_bits(u32_at(head, 80 + 4 * i))),
            backoff_error: std::array::from_fn(|i| f32::from_bits(u32_at(head, 100 + 4 * i))),
        };
        let are_counts_sound = (1..=MAX_ORDER).contains(&header.order)
            && matches!(header.id_bytes, 2 | 4)
            && header.counts[0] >= 3
            && (header.id_bytes == 4 || header.counts[0] <= 0xFFFF)
            && header.n_slots > header.counts[0]
            && header.counts[header.order..].iter().all(|&n| n == 0)
            && header.n_long_contexts[header.order - 1..].iter().all(|&n| n == 0);
        if !are_counts_sound {
            return fail("the header contradicts itself", rebuild);
        }
        let len = file.len() as u64;
        if len < header.len_bytes {
            return fail(&format!("cut short: {len} of {} bytes", header.len_bytes), "give the whole file");
        }
        if len > header.len_bytes {
            return fail(&format!("{len} bytes, where {} belong", header.len_bytes), "copy the file again");
        }
        Ok(header)
    }
}

/// A section: a stretch of the file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Section {
    start: usize,
    len: usize,
}

impl Section {
    /// Its bytes in `file`; none where `file` is not the one that it was laid out for.
    pub fn of(self, file: &[u8]) -> &[u8] {
        file.get(self.start..self.start + self.len).unwrap_or_default()
    }

    /// How many bytes it has.
    pub fn len_bytes(self) -> usize {
        self.len
    }
}

/// Where the three sections of some [`Runs`] stand.
#[derive(Debug, Clone, Copy, Default)]
pub struct RunSections {
    counts: Section,
    starts: Section,
    long: Section,
}

impl RunSections {
    /// The runs themselves in `file`.
    pub fn of(self, file: &[u8]) -> Runs<'_> {
        Runs { counts: self.counts.of(file), starts: self.starts.of(file), long: self.long.of(file) }
    }

    /// How many bytes they have together.
    pub fn len_bytes(&self) -> usize {
        self.counts.len + self.starts.len + self.long.len
    }
}

/// Where all sections stand, in the order of the file. What a level does not have is empty.
#[derive(Debug, Clone, Default)]
pub struct Layout {
    /// By level, what each of the 256 probability bytes stands for: f32, nats.
    pub prob_codes: [Section; MAX_ORDER],
    /// By level, what each of the 256 back-off bytes stands for: f32, nats. The first is 0.
    pub backoff_codes: [Section; MAX_ORDER - 1],
    /// Where each word's spelling stands among the spellings.
    pub spelling_runs: RunSections,
    /// The words' spellings, one after the other, UTF-8.
    pub spellings: Section,
    /// The table of words: open addressing, a word's number plus 1, or 0.
    pub slots: Section,
    /// By level, each n-gram's probability byte.
    pub probs: [Section; MAX_ORDER],
    /// By level, each n-gram's back-off byte.
    pub backoffs: [Section; MAX_ORDER - 1],
    /// By level, each n-gram's children at the next level.
    pub children: [RunSections; MAX_ORDER - 1],
    /// By level from the second, each n-gram's last word: all high bytes, then the next lower ones, and so on.
    pub words: [[Section; 4]; MAX_ORDER],
    /// The length of the whole file.
    pub len_bytes: u64,
}

impl Layout {
    /// The layout that `header` fixes. Lengths are not checked against any file here.
    pub fn of(header: &Header) -> Self {
        let mut at = HEADER_LEN as u64;
        let mut section = |len: u64| {
            let start = at;
            at += len;
            Section { start: start as usize, len: len as usize }
        };
        let order = header.order;
        let counts = header.counts.map(u64::from);
        let mut layout = Layout::default();
        for level in 0..order {
            layout.prob_codes[level] = section(4 * N_CODES as u64);
        }
        for level in 0..order - 1 {
            layout.backoff_codes[level] = section(4 * N_CODES as u64);
        }
        let mut runs = |n: u64, n_long: u32| [n, 4 * n.div_ceil(BLOCK as u64), 8 * u64::from(n_long)].map(&mut section);
        let as_runs = |[counts, starts, long]: [Section; 3]| RunSections { counts, starts, long };
        layout.spelling_runs = as_runs(runs(counts[0], header.n_long_words));
        for (level, &n) in counts[..order - 1].iter().enumerate() {
            layout.children[level] = as_runs(runs(n, header.n_long_contexts[level]));
        }
        layout.spellings = section(u64::from(header.spelling_bytes));
        layout.slots = section(u64::from(header.n_slots) * header.id_bytes as u64);
        for (level, &n) in counts[..order].iter().enumerate() {
            layout.probs[level] = section(n);
        }
        for (level, &n) in counts[..order - 1].iter().enumerate() {
            layout.backoffs[level] = section(n);
        }
        for (level, &n) in counts[..order].iter().enumerate().skip(1) {
            layout.words[level][..header.id_bytes].fill_with(|| section(n));
        }
        layout.len_bytes = at;
        layout
    }
}

/// Runs of things that lie one after the other: where each begins, and how long it is.
///
/// Each run's length is one byte. [`LONG`] means that the table of long runs has the rest: pairs of u32, a run's
/// number and how much longer than 255 it is, by rising number. Every 64th run's start is stored as u32; others are
/// added up from there.
//
// Lengths, not starts for all: most n-grams have no children, so lengths pack to about a bit each, while starts of
// 16 bits do not pack at all.
#[derive(Debug, Clone, Copy)]
pub struct Runs<'a> {
    counts: &'a [u8],
    starts: &'a [u8],
    long: &'a [u8],
}

impl<'a> Runs<'a> {
    /// Where run `i` begins and how long it is; an empty one where there is no such run.
    #[inline]
    pub fn get(self, i: usize) -> (usize, usize) {
        let first = i - i % BLOCK;
        let Some(&last) = self.counts.get(i) else { return (0, 0) };
        let start = u32_get(self.starts, i / BLOCK) as usize;
        let (sum, is_long) = match self.counts[first..].first_chunk() {
            Some(block) => sum_of_first(block, i - first),
            // The last block may be shorter.
            None => {
                let before = &self.counts[first..i];
                (before.iter().map(|&n| usize::from(n)).sum(), before.contains(&LONG))
            }
        };
        if !is_long && last != LONG {
            return (start.saturating_add(sum), usize::from(last));
        }
        let (extra_before, extra) = self.extra(first, i);
        (start.saturating_add(sum).saturating_add(extra_before), usize::from(last).saturating_add(extra))
    }

    /// True where run `i` is not empty.
    #[inline]
    pub fn is_filled(self, i: usize) -> bool {
        self.counts.get(i).is_some_and(|&n| n != 0)
    }

    /// What the table of long runs adds to the runs from `first` up to `i`, and to `i` itself.
    fn extra(self, first: usize, i: usize) -> (usize, usize) {
        let n = self.long.len() / 8;
        let (mut low, mut high) = (0, n);
        while low < high {
            let middle = (low + high) / 2;
            if (u32_get(self.long, 2 * middle) as usize) < first { low = middle + 1 } else { high = middle }
        }
        let mut before = 0;
        for entry in low..n {
            let (run, extra) = (u32_get(self.long, 2 * entry) as usize, u32_get(self.long, 2 * entry + 1) as usize);
            if run >= i {
                return (before, if run == i { extra } else { 0 });
            }
            before = usize::saturating_add(before, extra);
        }
        (before, 0)
    }

    /// True where the runs lie one after the other and fill exactly `total`.
    ///
    /// Looks at the stored starts and the last block, not at every run: what is wrong in between gives wrong runs,
    /// which readers cut to what there is.
    pub fn are_sound(self, total: usize) -> bool {
        let n = self.counts.len();
        let starts = || self.starts.chunks_exact(4).map(|b| u32_at(b, 0));
        let (start, len) = n.checked_sub(1).map_or((0, 0), |last| self.get(last));
        starts().next().unwrap_or(0) == 0 && starts().is_sorted() && start.checked_add(len) == Some(total)
    }

    /// The three sections of runs with these lengths: lengths, starts, long runs.
    pub fn to_bytes(lengths: impl Iterator<Item = usize>) -> [Vec<u8>; 3] {
        let [mut counts, mut starts, mut long] = [const { Vec::new() }; 3];
        let mut at = 0usize;
        for (i, len) in lengths.enumerate() {
            if i % BLOCK == 0 {
                starts.extend((at as u32).to_le_bytes());
            }
            at += len;
            counts.push(len.min(usize::from(LONG)) as u8);
            if let Some(extra) = len.checked_sub(usize::from(LONG)) {
                long.extend((i as u32).to_le_bytes());
                long.extend((extra as u32).to_le_bytes());
            }
        }
        [counts, starts, long]
    }
}

/// The sum of the first `n` bytes of a block, and whether [`LONG`] is among them: eight bytes at a time.
#[inline]
fn sum_of_first(block: &[u8; BLOCK], n: usize) -> (usize, bool) {
    const EVEN: u64 = 0x00ff_00ff_00ff_00ff;
    const ONES: u64 = 0x0101_0101_0101_0101;
    // Four sums of 16 bits each, which 64 bytes cannot fill.
    let (mut sums, mut long) = (0u64, 0u64);
    let mut add = |bytes: u64| {
        sums += (bytes & EVEN) + (bytes >> 8 & EVEN);
        // The high bit of a byte that was 255; a byte above one may be hit as well.
        long |= (!bytes).wrapping_sub(ONES) & bytes & (ONES << 7);
    };
    let (words, _) = block.as_chunks::<8>();
    for word in &words[..n / 8] {
        add(u64::from_le_bytes(*word));
    }
    if !n.is_multiple_of(8) {
        add(u64::from_le_bytes(words[n / 8]) & ((1 << (8 * (n % 8))) - 1));
    }
    ((sums.wrapping_mul(0x0001_0001_0001_0001) >> 48) as usize, long != 0)
}

/// The slot of the table of words where the search for `word` begins.
pub fn first_slot(word: &[u8], n_slots: u32) -> u32 {
    // The high half of the hash times the slots, instead of a remainder: no division, and any number of slots.
    (((xxh64(word) >> 32) * u64::from(n_slots)) >> 32) as u32
}

/// The number in `bytes` at byte `at`, which must be there.
fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from_le_bytes(bytes[at..at + 4].try_into().expect("four bytes"))
}

fn u64_at(bytes: &[u8], at: usize) -> u64 {
    u64::from_le_bytes(bytes[at..at + 8].try_into().expect("eight bytes"))
}

/// The `i`th number in `bytes`, or 0.
#[inline]
pub fn u32_get(bytes: &[u8], i: usize) -> u32 {
    bytes.get(4 * i..4 * i + 4).map_or(0, |b| u32_at(b, 0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn runs_of_all_lengths_are_found() {
        let lengths: Vec<usize> =
            (0..1000).map(|i| [0, 1, 2, 254, 255, 256, 60_000, 0, 3][i % 9] * usize::from(i % 200 < 120)).collect();
        let [counts, starts, long] = Runs::to_bytes(lengths.iter().copied());
        let runs = Runs { counts: &counts, starts: &starts, long: &long };
        let mut at = 0;
        for (i, &len) in lengths.iter().enumerate() {
            assert_eq!(runs.get(i), (at, len), "run {i}");
            assert_eq!(runs.is_filled(i), len > 0);
            at += len;
        }
        assert!(runs.are_sound(at));
        assert!(!runs.are_sound(at + 1));
        assert_eq!(runs.get(1000), (0, 0));
    }

    #[test]
    fn header_comes_back() {
        let mut header = Header {
            order: 3,
            id_bytes: 2,
            counts: [5, 6, 7, 0, 0],
            n_slots: 8,
            n_long_contexts: [1, 2, 0, 0],
            prob_error: [0.5; MAX_ORDER],
            ..Header::default()
        };
        header.len_bytes = HEADER_LEN as u64;
        let bytes = header.to_bytes();
        assert_eq!(Header::read(&bytes, "x").unwrap(), header);
        for at in 0..HEADER_LEN {
            let mut damaged = bytes;
            damaged[at] ^= 0x10;
            assert!(Header::read(&damaged, "x").is_err(), "byte {at}");
        }
    }
}
