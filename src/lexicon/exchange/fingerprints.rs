//! Lists of tortured phrases: a boolean query that finds one, and the phrase that was meant.
//!
//! A record has two columns, parted by a tab (or, where the text has none, by a comma): `"bosom peril" OR "bosom malignancy"` and
//! `breast cancer`. Source and licence may follow. `OR` is expressed by an entry a phrase. `AND`, `NOT`, wildcards and distances
//! ask about a text, which an entry cannot: such a part is left out and told, and the others stay.

use std::collections::BTreeMap;

use crate::lexicon::exchange::import::{Said, Sink};
use crate::lexicon::exchange::records::records;
use crate::lexicon::exchange::{PROVENANCE, Written, by_spun};
use crate::lexicon::format::{DictionaryFile, Fault};

/// What the first column is called in a line of names.
const NAMES: [&str; 4] = ["fingerprint", "query", "tortured", "tortured phrase"];
/// How deep brackets may be nested.
const DEEPEST: usize = 16;

/// Reads a record a query.
pub(super) fn read(text: &str, sink: &mut Sink) {
    let is_comment = |line: &str| line.starts_with('#');
    let separator = if text.lines().any(|line| !is_comment(line) && line.contains('\t')) { '\t' } else { ',' };
    let raw: Vec<&str> = text.lines().collect();
    for (line, record) in records(text, separator) {
        let first = raw[line as usize - 1];
        if (is_comment(first) || first.trim().is_empty()) && sink.is_comment(first) {
            continue;
        }
        let read = record.and_then(|fields| {
            let [query, expected, rest @ ..] = &fields[..] else {
                let mend = "write the query, a tab, and the phrase that was meant";
                return Err(("one column".to_string(), mend.to_string()));
            };
            if NAMES.contains(&query.trim().to_lowercase().as_str()) {
                return Ok(());
            }
            let (query, expected) = (parse(query)?, parse(expected)?);
            for why in query.inexpressible.iter().chain(&expected.inexpressible) {
                sink.leave_out(line, why, "an entry is about words that stand together; write them as they stand");
            }
            let provenance = [0, 1].map(|at| rest.get(at).map_or("", |field| field.trim()));
            for spun in &query.phrases {
                for original in &expected.phrases {
                    sink.pair(line, Said { spun, original, provenance, ..Said::default() });
                }
            }
            Ok(())
        });
        if let Err((fault, mend)) = read {
            sink.fault(line, fault, mend);
        }
    }
}

/// What a query asks for.
#[derive(Debug, Default, PartialEq)]
struct Query {
    /// Phrases of which one is enough.
    phrases: Vec<String>,
    /// What cannot be said as phrases, and why.
    inexpressible: Vec<String>,
}

fn parse(text: &str) -> Result<Query, Fault> {
    let tokens = tokens(text)?;
    let mut parser = Parser { tokens: &tokens, at: 0 };
    let query = parser.any(0)?;
    match parser.tokens.get(parser.at) {
        None => Ok(query),
        Some(_) => Err(("a ) without its (".to_string(), "write ( where it begins".to_string())),
    }
}

#[derive(Debug, Clone, PartialEq)]
enum Token {
    Phrase(String),
    Word(String),
    Open,
    Close,
}

fn tokens(text: &str) -> Result<Vec<Token>, Fault> {
    let mut tokens = Vec::new();
    // Word processors make quotes of their own.
    let text = text.replace(['\u{201c}', '\u{201d}'], "\"");
    let mut rest = text.trim_start();
    while let Some(c) = rest.chars().next() {
        let len = match c {
            '(' | ')' => {
                tokens.push(if c == '(' { Token::Open } else { Token::Close });
                1
            }
            '"' => {
                let Some(end) = rest[1..].find('"') else {
                    return Err(("a quote that is not closed".to_string(), "write \" at its end".to_string()));
                };
                tokens.push(Token::Phrase(rest[1..=end].split_whitespace().collect::<Vec<_>>().join(" ")));
                end + 2
            }
            _ => {
                let end = rest.find(|c: char| c.is_whitespace() || "()\"".contains(c)).unwrap_or(rest.len());
                tokens.push(Token::Word(rest[..end].to_string()));
                end
            }
        };
        rest = rest[len..].trim_start();
    }
    Ok(tokens)
}

struct Parser<'a> {
    tokens: &'a [Token],
    at: usize,
}

impl Parser<'_> {
    fn next_is(&mut self, word: &str) -> bool {
        let is_it = matches!(self.tokens.get(self.at), Some(Token::Word(next)) if next == word);
        self.at += usize::from(is_it);
        is_it
    }

    /// Parts with `OR` between.
    fn any(&mut self, depth: usize) -> Result<Query, Fault> {
        let mut query = self.all(depth)?;
        while self.next_is("OR") {
            let other = self.all(depth)?;
            query.phrases.extend(other.phrases);
            query.inexpressible.extend(other.inexpressible);
        }
        Ok(query)
    }

    /// Parts that must all be there, or not be there.
    fn all(&mut self, depth: usize) -> Result<Query, Fault> {
        let from = self.at;
        let mut has_not = self.next_is("NOT");
        let mut query = self.one(depth)?;
        let mut n_parts = 1;
        loop {
            let is_and = self.next_is("AND");
            let is_not = self.next_is("NOT");
            let is_end = matches!(self.tokens.get(self.at), None | Some(Token::Close))
                || matches!(self.tokens.get(self.at), Some(Token::Word(word)) if word == "OR");
            if is_end && !is_and && !is_not {
                break;
            }
            has_not |= is_not;
            n_parts += 1;
            self.one(depth)?;
        }
        if has_not || n_parts > 1 {
            let what = if has_not { "that something is not in the text" } else { "several things in one text" };
            query = Query { phrases: Vec::new(), inexpressible: vec![format!("`{}` asks for {what}", self.say(from))] };
        }
        Ok(query)
    }

    /// A phrase, words that stand together, or something in brackets.
    fn one(&mut self, depth: usize) -> Result<Query, Fault> {
        let from = self.at;
        let phrase = match self.tokens.get(self.at) {
            Some(Token::Open) if depth == DEEPEST => {
                return Err(("brackets nested too deep".to_string(), "take the inner ones apart".to_string()));
            }
            Some(Token::Open) => {
                self.at += 1;
                let query = self.any(depth + 1)?;
                if self.tokens.get(self.at) != Some(&Token::Close) {
                    return Err(("a ( that is not closed".to_string(), "write ) at its end".to_string()));
                }
                self.at += 1;
                return Ok(query);
            }
            Some(Token::Phrase(phrase)) => {
                self.at += 1;
                phrase.clone()
            }
            _ => {
                let mut words = Vec::new();
                while let Some(Token::Word(word)) = self.tokens.get(self.at) {
                    if ["AND", "OR", "NOT"].contains(&word.as_str()) {
                        break;
                    }
                    words.push(word.as_str());
                    self.at += 1;
                }
                words.join(" ")
            }
        };
        if phrase.is_empty() {
            return Err(("no phrase where one belongs".to_string(), "write one in quotes".to_string()));
        }
        let is_distance = matches!(self.tokens.get(self.at), Some(Token::Word(word)) if word.starts_with('~'));
        self.at += usize::from(is_distance);
        if is_distance || phrase.contains(['*', '?']) {
            let what = if is_distance { "words at a distance" } else { "a wildcard" };
            let inexpressible = vec![format!("`{}` has {what}", self.say(from))];
            return Ok(Query { phrases: Vec::new(), inexpressible });
        }
        Ok(Query { phrases: vec![phrase], inexpressible: Vec::new() })
    }

    /// The tokens from there up to here.
    fn say(&self, from: usize) -> String {
        let say = |token: &Token| match token {
            Token::Phrase(phrase) => format!("\"{phrase}\""),
            Token::Word(word) => word.clone(),
            Token::Open => "(".to_string(),
            Token::Close => ")".to_string(),
        };
        self.tokens[from..self.at].iter().map(say).collect::<Vec<_>>().join(" ")
    }
}

/// Writes a line of names, and a line an original.
pub(super) fn write(file: &DictionaryFile, written: &mut Written) {
    if file.entries.iter().any(|entry| !entry.note.is_empty()) {
        written.lost.insert("note");
    }
    let mut queries: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (spun, originals) in by_spun(file, written) {
        for (original, entry) in originals {
            if [&spun, &original].into_iter().any(|text| text.contains(['"', '*', '?'])) {
                written.leave_out(entry, "quotes and wildcards are signs of a query");
                continue;
            }
            queries.entry(original).or_default().push(format!("\"{spun}\""));
        }
    }
    let [source, licence] = PROVENANCE.map(|key| file.says(key).unwrap_or_default());
    written.text += "fingerprint\texpected\tsource\tlicence\n";
    for (original, phrases) in queries {
        written.text += &format!("{}\t\"{original}\"\t{source}\t{licence}\n", phrases.join(" OR "));
    }
}
