//! Reads a back-off language model in the ARPA format, one n-gram at a time.
//!
//! The format: `\data\`, a line `ngram K=COUNT` for each order K, then for each order `\K-grams:` with lines
//! `log10-probability WORDS [log10-back-off]`, and `\end\`. Source: the `ngram-format(5)` page of SRILM. Fields may be
//! parted by tabs or blanks, empty lines may stand anywhere, a missing back-off is 0, and what follows `\end\` is not
//! read.

use std::io::BufRead;
use std::path::Path;

use crate::error::{Error, ErrorKind, Result};
use crate::lm::{MAX_ORDER, lines};

/// One line of a model.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct NGram<'a> {
    /// How many words it has, from 1.
    pub order: usize,
    /// Its words, parted by white space.
    pub text: &'a str,
    /// ln P(last word | the words before it), in nats.
    pub ln_prob: f32,
    /// What is added, in nats, where this n-gram is a context that a word was not seen in; 0 where there is none.
    pub ln_backoff: f32,
}

impl<'a> NGram<'a> {
    /// Its words, first to last.
    pub fn words(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.text.split_ascii_whitespace()
    }
}

/// A model being read.
pub struct ArpaReader {
    lines: Box<dyn BufRead>,
    place: String,
    line: Vec<u8>,
    line_number: u64,
    counts: Vec<u64>,
    // The order whose section is being read (0 before the first), and how many n-grams of it are still to come.
    order: usize,
    remaining: u64,
    is_at_end: bool,
}

impl ArpaReader {
    /// The model at `path`, plain or packed with zstd.
    ///
    /// # Errors
    ///
    /// Where the file cannot be read or does not begin with a `\data\` section of orders from 1 up to
    /// [`MAX_ORDER`].
    pub fn open(path: &Path) -> Result<Self> {
        Self::new(lines::open(path)?, path.display().to_string())
    }

    /// The model in `lines`; errors call it `place`.
    ///
    /// # Errors
    ///
    /// Where it does not begin with a `\data\` section of orders from 1 up to [`MAX_ORDER`].
    pub fn new(lines: Box<dyn BufRead>, place: impl Into<String>) -> Result<Self> {
        let mut reader = ArpaReader {
            lines,
            place: place.into(),
            line: Vec::new(),
            line_number: 0,
            counts: Vec::new(),
            order: 0,
            remaining: 0,
            is_at_end: false,
        };
        reader.read_counts()?;
        Ok(reader)
    }

    /// How many n-grams the model says it has, by order: the first is the number of words.
    pub fn counts(&self) -> &[u64] {
        &self.counts
    }

    /// How the model is called in errors: its path.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// The next n-gram, in the order of the file; none after the last.
    ///
    /// # Errors
    ///
    /// Where a line cannot be read as its section asks, or the file ends early. The place is `PATH:LINE`.
    pub fn next_ngram(&mut self) -> Result<Option<NGram<'_>>> {
        while self.remaining == 0 {
            if self.is_at_end {
                return Ok(None);
            }
            self.open_section()?;
        }
        self.next_line()?;
        self.remaining -= 1;
        parse_ngram(text_of(&self.line), self.order)
            .map(Some)
            .map_err(|(fault, mend)| fault_at(&self.place, self.line_number, &fault, &mend))
    }

    fn read_counts(&mut self) -> Result<()> {
        self.next_line()?;
        if text_of(&self.line) != "\\data\\" {
            return Err(self.fault("an ARPA model begins with \\data\\", "give a model in the ARPA format"));
        }
        loop {
            self.next_line()?;
            let line = text_of(&self.line);
            let Some(count) = line.strip_prefix("ngram ") else { break };
            let order = self.counts.len() + 1;
            let parsed = count.split_once('=').map(|(k, n)| (k.trim().parse::<usize>(), n.trim().parse::<u64>()));
            let Some((Ok(k), Ok(n))) = parsed else {
                return Err(self.fault("not a line `ngram ORDER=COUNT`", "write one for each order, from 1 up"));
            };
            if k != order {
                let fault = format!("the count of order {order} should stand here");
                return Err(self.fault(&fault, "write the orders from 1 up, each once"));
            }
            if k > MAX_ORDER {
                let fault = format!("order {k} is more than this program reads");
                return Err(self.fault(&fault, &format!("train a model of at most order {MAX_ORDER}")));
            }
            self.counts.push(n);
        }
        if self.counts.is_empty() {
            return Err(self.fault("no line `ngram 1=COUNT`", "write one for each order after \\data\\"));
        }
        self.check_header(1)
    }

    /// Goes on to the section after the one that was just finished, or past `\end\`.
    fn open_section(&mut self) -> Result<()> {
        if self.order > 0 {
            self.next_line()?;
        }
        if self.order == self.counts.len() {
            if text_of(&self.line) != "\\end\\" {
                let fault = format!("more n-grams of order {} than the header counts, or no \\end\\", self.order);
                return Err(self.fault(&fault, "make the counts under \\data\\ agree with the sections"));
            }
            self.is_at_end = true;
            return Ok(());
        }
        self.check_header(self.order + 1)?;
        self.remaining = self.counts[self.order];
        self.order += 1;
        Ok(())
    }

    fn check_header(&self, order: usize) -> Result<()> {
        let wanted = format!("\\{order}-grams:");
        if text_of(&self.line) == wanted {
            return Ok(());
        }
        let fault = format!("the section {wanted} should begin here");
        Err(self.fault(&fault, "make the counts under \\data\\ agree with the sections"))
    }

    /// Reads on to the next line that is not empty.
    fn next_line(&mut self) -> Result<()> {
        loop {
            self.line.clear();
            let n_bytes = self.lines.read_until(b'\n', &mut self.line).map_err(|error| {
                let fault = format!("cannot read on: {error}");
                fault_at(&self.place, self.line_number + 1, &fault, "give a file that is whole and can be read")
            })?;
            self.line_number += 1;
            if n_bytes == 0 {
                return Err(self.fault("the model ends before its \\end\\", "give the whole file"));
            }
            if std::str::from_utf8(&self.line).is_err() {
                return Err(self.fault("the line is not UTF-8", "convert the model to UTF-8"));
            }
            if !text_of(&self.line).is_empty() {
                return Ok(());
            }
        }
    }

    fn fault(&self, fault: &str, mend: &str) -> Error {
        fault_at(&self.place, self.line_number, fault, mend)
    }
}

fn fault_at(place: &str, line_number: u64, fault: &str, mend: &str) -> Error {
    Error::new(ErrorKind::LanguageModel, format!("{place}:{line_number}"), fault, mend)
}

fn text_of(line: &[u8]) -> &str {
    // `next_line` lets nothing through that is not UTF-8.
    std::str::from_utf8(line).unwrap_or_default().trim_ascii()
}

fn parse_ngram(line: &str, order: usize) -> std::result::Result<NGram<'_>, (String, String)> {
    let shape = "write `log10-probability WORDS [log10-back-off]`";
    if line.starts_with('\\') {
        let fault = format!("fewer n-grams of order {order} than the header counts");
        return Err((fault, "make the counts under \\data\\ agree with the sections".into()));
    }
    let (prob, rest) = line.split_once([' ', '\t']).unwrap_or((line, ""));
    let rest = rest.trim_ascii_start();
    // Where the last of the words ends, so that they can be handed on without a copy.
    let mut text_end = 0;
    for k in 0..order {
        let from = rest.len() - rest[text_end..].trim_ascii_start().len();
        let len = rest[from..].find([' ', '\t']).unwrap_or(rest.len() - from);
        if len == 0 {
            return Err((format!("{k} words where the section has {order}"), shape.into()));
        }
        text_end = from + len;
    }
    let (text, tail) = rest.split_at(text_end);
    let backoff = match tail.trim_ascii() {
        "" => 0.0,
        number => log10_to_nats(number).ok_or_else(|| (format!("`{number}` is no back-off"), shape.to_string()))?,
    };
    let ln_prob =
        log10_to_nats(prob).ok_or_else(|| (format!("`{prob}` is no log10 probability"), shape.to_string()))?;
    if ln_prob > 0.0 {
        return Err((format!("the probability of `{text}` is above 1"), "give its log10, at most 0".into()));
    }
    Ok(NGram { order, text, ln_prob, ln_backoff: backoff })
}

fn log10_to_nats(number: &str) -> Option<f32> {
    let log10: f64 = number.parse().ok()?;
    let nats = (log10 * std::f64::consts::LN_10) as f32;
    nats.is_finite().then_some(nats)
}

#[cfg(test)]
mod tests {
    use super::*;

    const MODEL: &str =
        "\\data\\\nngram 1=2\nngram 2=1\n\n\\1-grams:\n-1\ta\t-0.5\n-2 b\n\n\\2-grams:\n-0.25\ta b\n\n\\end\\\n";

    fn read(text: &str) -> Result<Vec<(String, f32, f32)>> {
        let bytes: Box<dyn BufRead> = Box::new(std::io::Cursor::new(text.as_bytes().to_vec()));
        let mut reader = ArpaReader::new(bytes, "m.arpa")?;
        let mut all = Vec::new();
        while let Some(ngram) = reader.next_ngram()? {
            all.push((ngram.text.to_string(), ngram.ln_prob, ngram.ln_backoff));
        }
        Ok(all)
    }

    fn check(text: &str, expected: &str) {
        assert_eq!(read(text).unwrap_err().to_string(), expected);
    }

    #[test]
    fn reads_nats() {
        let ln = |x: f64| (x * std::f64::consts::LN_10) as f32;
        let expected = [("a", ln(-1.0), ln(-0.5)), ("b", ln(-2.0), 0.0), ("a b", ln(-0.25), 0.0)];
        assert_eq!(read(MODEL).unwrap(), expected.map(|(t, p, b)| (t.to_string(), p, b)));
    }

    #[test]
    fn names_line_fault_and_mend() {
        check("", "m.arpa:1: the model ends before its \\end\\; give the whole file");
        check("x\n", "m.arpa:1: an ARPA model begins with \\data\\; give a model in the ARPA format");
        check(
            &MODEL.replace("a b\n", "a\n"),
            "m.arpa:10: 1 words where the section has 2; write `log10-probability WORDS [log10-back-off]`",
        );
        check(
            &MODEL.replace("-0.25", "0.25"),
            "m.arpa:10: the probability of `a b` is above 1; give its log10, at most 0",
        );
        check(
            &MODEL.replace("-0.25", "NaN"),
            "m.arpa:10: `NaN` is no log10 probability; write `log10-probability WORDS [log10-back-off]`",
        );
        check(
            &MODEL.replace("1=2", "1=3"),
            "m.arpa:9: fewer n-grams of order 1 than the header counts; make the counts under \\data\\ agree with the sections",
        );
        check(
            &MODEL.replace("ngram 2=1", "ngram 2=0"),
            "m.arpa:10: more n-grams of order 2 than the header counts, or no \\end\\; make the counts under \\data\\ agree with the sections",
        );
        check(&MODEL.replace("\\end\\\n", ""), "m.arpa:12: the model ends before its \\end\\; give the whole file");
    }

    #[test]
    fn refuses_order_six() {
        let header: String = (1..=6).map(|k| format!("ngram {k}=1\n")).collect();
        let text = format!("\\data\\\n{header}");
        check(&text, "m.arpa:7: order 6 is more than this program reads; train a model of at most order 5");
    }
}
