//! SARIF 2.1.0 (OASIS Standard, 2020): each change as a result with its fix, for code review tools and editors.
//!
//! A log is one document however many files it is about, so all comparisons are rendered together. Offsets and columns
//! count characters (code points, `columnKind`); `byteOffset` is of the file, and is there only where the file is UTF-8,
//! since elsewhere the text's bytes are not the file's.

use serde_json::{Map, Value, json};

use crate::clean;
use crate::render::Renderer;
use crate::render::notes::quoted;
use crate::render::places::{Place, Places};
use crate::report::{Change, Comparison};
use crate::text::span::Span;

/// SARIF, for review tools.
#[derive(Debug, Clone, Copy, Default)]
pub struct Sarif;

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

impl Renderer for Sarif {
    fn render(&self, comparison: &Comparison) -> Vec<u8> {
        self.render_all(std::slice::from_ref(comparison))
    }

    fn render_all(&self, comparisons: &[Comparison]) -> Vec<u8> {
        let mut rules: Vec<&str> = Vec::new();
        let all = || comparisons.iter().flat_map(|comparison| &comparison.changes);
        for change in all() {
            let rule = rule_of(change);
            if !rules.contains(&rule) {
                rules.push(rule);
            }
        }
        rules.sort_unstable();
        let artifacts: Vec<Value> = comparisons.iter().map(artifact).collect();
        let results: Vec<Value> =
            comparisons.iter().enumerate().flat_map(|(n, comparison)| results(comparison, n, &rules)).collect();
        let log = json!({
            "$schema": SCHEMA,
            "version": "2.1.0",
            "runs": [{
                "tool": {"driver": {
                    "name": "despin",
                    "version": env!("CARGO_PKG_VERSION"),
                    "semanticVersion": env!("CARGO_PKG_VERSION"),
                    "rules": rules.iter().map(|rule| described(rule)).collect::<Vec<_>>(),
                }},
                "columnKind": "unicodeCodePoints",
                "artifacts": artifacts,
                "results": results,
            }],
        });
        let mut out = serde_json::to_vec_pretty(&log).expect("strings, numbers and lists are JSON");
        out.push(b'\n');
        out
    }
}

/// The rule of a change; of several that met in one place, the first.
fn rule_of(change: &Change) -> &str {
    change.edit.cause.rule.split('+').next().filter(|rule| !rule.is_empty()).unwrap_or("other")
}

/// A rule as the log lists it, with help.
fn described(rule: &str) -> Value {
    let cleaning = clean::rules().iter().find(|known| known.name == rule).map(|known| known.summary);
    let (short, help) = match rule {
        "dictionary" => (
            "A spun phrase, by a dictionary entry",
            "A dictionary lists this wording as what spinners write for the proposed one, and the text round it fits. The \
             entry is named in properties.place. Accept the fix where the author will have had that wording; protect \
             wordings that are right with despin restore --protect.",
        ),
        "near-spelling" => (
            "A spun phrase, a letter or two off",
            "A dictionary entry's spun phrase stands here with another spelling. Compare the entry named in \
             properties.place.",
        ),
        "article" => (
            "The article that fits the next word",
            "The word behind it was restored, so that a becomes an, or an becomes a.",
        ),
        "number" => (
            "A number that was half spelled out",
            "Spinners replace digits by words and tear numbers so. The fix puts the figure back.",
        ),
        "review" => ("A reviewer's wording", "Someone decided this by hand. The decisions file or the journal has it."),
        "diff" => (
            "The two texts differ",
            "The second text has other words here. Where a dictionary entry makes one of the other, properties.place \
             names it.",
        ),
        _ => (
            cleaning.unwrap_or("A change by despin"),
            "despin clean --list-rules lists the cleaning rules; --skip leaves one out.",
        ),
    };
    json!({
        "id": rule,
        "name": name_of(rule),
        "shortDescription": {"text": short},
        "fullDescription": {"text": format!("{short}.")},
        "help": {"text": help},
        "defaultConfiguration": {"level": level(rule)},
    })
}

/// `near-spelling` as `NearSpelling`, as SARIF wants names.
fn name_of(rule: &str) -> String {
    let capital = |part: &str| {
        let mut chars = part.chars();
        chars.next().map(|first| first.to_uppercase().chain(chars).collect::<String>()).unwrap_or_default()
    };
    rule.split(['-', '_']).map(capital).collect()
}

fn level(rule: &str) -> &'static str {
    match rule {
        "dictionary" | "near-spelling" | "number" => "warning",
        _ => "note",
    }
}

fn artifact(comparison: &Comparison) -> Value {
    json!({"location": {"uri": uri(&comparison.before_name)}, "length": comparison.before_bytes.len()})
}

fn results(comparison: &Comparison, artifact: usize, rules: &[&str]) -> Vec<Value> {
    let (mut before, mut after) = (Regions::of_before(comparison), Regions::of_after(comparison));
    let location = json!({"uri": uri(&comparison.before_name), "index": artifact});
    let mut shift = 0isize;
    let result = |change: &Change| {
        let edit = &change.edit;
        let region = before.region(edit.span);
        let start = edit.span.start.saturating_add_signed(shift);
        shift += edit.after.len() as isize - edit.before.len() as isize;
        let rule = rule_of(change);
        let mut result = json!({
            "ruleId": rule,
            "ruleIndex": rules.iter().position(|known| *known == rule),
            "level": level(rule),
            "message": {"text": format!("{} → {}", quoted(&edit.before), quoted(&edit.after))},
            "locations": [{"physicalLocation": {"artifactLocation": location, "region": region}}],
            "fixes": [{
                "description": {"text": format!("Put {} for {}", quoted(&edit.after), quoted(&edit.before))},
                "artifactChanges": [{
                    "artifactLocation": location,
                    "replacements": [{"deletedRegion": region, "insertedContent": {"text": edit.after}}],
                }],
            }],
            "properties": properties(change),
        });
        if comparison.after_name != comparison.before_name {
            result["relatedLocations"] = json!([{
                "id": 1,
                "message": {"text": "what stands there in the second text"},
                "physicalLocation": {
                    "artifactLocation": {"uri": uri(&comparison.after_name)},
                    "region": after.region(Span::new(start, start + edit.after.len())),
                },
            }]);
        }
        if let Some(grounds) = &change.grounds {
            result["rank"] = json!(grounds.probability.clamp(0.0, 1.0) * 100.0);
        }
        result
    };
    comparison.changes.iter().map(result).collect()
}

/// What else there is to say about a change, under the names that docs/diff.md lists.
fn properties(change: &Change) -> Value {
    let edit = &change.edit;
    let mut bag = Map::new();
    bag.insert("stage".to_string(), json!(change.stage));
    bag.insert("before".to_string(), json!(edit.before));
    bag.insert("after".to_string(), json!(edit.after));
    bag.insert("rule".to_string(), json!(edit.cause.rule));
    bag.extend(edit.cause.place.as_ref().map(|place| ("place".to_string(), json!(place))));
    if let Some(grounds) = &change.grounds {
        bag.insert("probability".to_string(), json!(grounds.probability));
        bag.insert("parts".to_string(), json!(grounds.parts));
        bag.insert("rivals".to_string(), json!(grounds.rivals));
    }
    Value::Object(bag)
}

/// Regions of one text, asked for in order of place.
struct Regions<'a> {
    places: Places<'a>,
    /// Bytes of the file before the text, where the file is UTF-8.
    file_offset: Option<usize>,
}

impl<'a> Regions<'a> {
    fn of_before(comparison: &'a Comparison) -> Self {
        Regions::new(&comparison.before, &comparison.before_bytes)
    }

    fn of_after(comparison: &'a Comparison) -> Self {
        Regions::new(&comparison.after, &comparison.after_bytes)
    }

    fn new(text: &'a str, bytes: &[u8]) -> Self {
        // A byte order mark, or nothing, may stand before the text.
        let head = bytes.strip_suffix(text.as_bytes()).filter(|head| matches!(*head, b"" | b"\xef\xbb\xbf"));
        Regions { places: Places::of(text), file_offset: head.map(<[u8]>::len) }
    }

    fn region(&mut self, span: Span) -> Value {
        let (start, end): (Place, Place) = (self.places.find(span.start), self.places.find(span.end));
        let mut region = json!({
            "startLine": start.line,
            "startColumn": start.column,
            "endLine": end.line,
            "endColumn": end.column,
            "charOffset": start.char,
            "charLength": end.char - start.char,
        });
        if let Some(offset) = self.file_offset {
            region["byteOffset"] = json!(offset + start.byte);
            region["byteLength"] = json!(end.byte - start.byte);
        }
        region
    }
}

/// A path as a URI reference (RFC 3986): what is not unreserved is percent-encoded, and a first part with a colon would be
/// taken for a scheme.
fn uri(path: &str) -> String {
    let mut out = String::new();
    if path.starts_with('/') {
        out.push_str("file://");
    }
    for byte in path.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_uri_references() {
        assert_eq!(uri("a b/ä:1.txt"), "a%20b/%C3%A4%3A1.txt");
        assert_eq!(uri("/tmp/x.txt"), "file:///tmp/x.txt");
        assert_eq!(uri("-"), "-");
    }

    #[test]
    fn rules_have_names_without_hyphens() {
        assert_eq!(name_of("near-spelling"), "NearSpelling");
    }
}
