//! Cleaning: repairs that need no judgement about words, each rule in a file of its own.
//!
//! The rules are made one after the other and composed into one script over the first text. Their order is chosen so
//! that no rule makes work for itself or for one before it, which is why cleaning a clean text changes nothing:
//!
//! 1. `control` looks at one character at a time, so nothing later can bring its work back.
//! 2. `zero-width` looks past its own characters at what stands round them, and keeps one only for the sake of a letter or
//!    an emoji that no later rule removes.
//! 3. `residue` looks at words and braces. It treats one space as it treats many, as the next rule makes many into one.
//! 4. `boilerplate` takes whole lines, or the beginning of one, and is asked for (see [`Options::removal`]).
//! 5. `space` is last, since each of the others can leave spaces and blank lines side by side.

pub mod boilerplate;
mod control;
mod residue;
mod space;
mod zero_width;

use std::borrow::Cow;

use crate::clean::boilerplate::{Finding, Removal};
use crate::error::{Error, ErrorKind, Result};
use crate::text::edit::{Cause, Edit, EditScript};
use crate::text::offsets::OffsetMap;
use crate::text::span::Span;

/// A cleaning rule, as it is listed.
#[derive(Debug)]
pub struct Rule {
    /// Its name, which is the cause of its edits.
    pub name: &'static str,
    /// What it does, in half a sentence.
    pub summary: &'static str,
    find: fn(&str, &Options) -> Vec<Edit>,
    sign: Sign,
}

/// Which rules to use.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// The names of rules to leave out.
    pub skip: Vec<String>,
    /// The names of the only rules to use; all where it is empty.
    pub only: Vec<String>,
    /// Which lines the rule `boilerplate` removes; none by default, since only cleaning for its own sake should.
    pub removal: Removal,
}

/// What cleaning a text found.
#[derive(Debug, Clone, Default)]
pub struct Cleaning {
    /// The edits.
    pub script: EditScript,
    /// What the rule `boilerplate` found of each line, with places in the first text; nothing where it was not asked.
    pub lines: Vec<Finding>,
}

/// Every rule, in the order in which they work.
pub fn rules() -> &'static [Rule] {
    const RULES: &[Rule] = &[
        Rule {
            name: control::NAME,
            summary: "control characters are removed, or read as what Windows-1252 has in their place",
            find: control::find,
            sign: Sign::Control,
        },
        Rule {
            name: zero_width::NAME,
            summary: "soft hyphens and characters without width are removed where no script needs them",
            find: zero_width::find,
            sign: Sign::ZeroWidth,
        },
        Rule {
            name: residue::NAME,
            summary: "braces that a spinner left round plain words are removed",
            find: residue::find,
            sign: Sign::Brace,
        },
        Rule {
            name: boilerplate::NAME,
            summary: "lines of the page that are none of the article are removed (see --keep, --drop)",
            find: |text, options| boilerplate::edits(text, &boilerplate::judge(text, options.removal)),
            sign: Sign::Line,
        },
        Rule {
            name: space::NAME,
            summary: "runs of spaces, odd spaces, spaces at line ends and surplus blank lines are set right",
            find: space::find,
            sign: Sign::Space,
        },
    ];
    RULES
}

impl Options {
    /// Checks that every name is one of a rule.
    ///
    /// # Errors
    ///
    /// Where a name is of no rule; the message lists those there are.
    pub fn check(&self) -> Result<()> {
        let is_known = |name: &String| rules().iter().any(|rule| rule.name == name);
        match self.skip.iter().chain(&self.only).find(|name| !is_known(name)) {
            None => Ok(()),
            Some(name) => {
                let names: Vec<&str> = rules().iter().map(|rule| rule.name).collect();
                let fault = "there is no cleaning rule of this name".to_string();
                Err(Error::new(
                    ErrorKind::Usage,
                    name.escape_debug().to_string(),
                    fault,
                    format!("name one of: {}", names.join(", ")),
                ))
            }
        }
    }

    fn has(&self, rule: &Rule) -> bool {
        let names = |list: &[String]| list.iter().any(|name| name == rule.name);
        let is_asked = rule.sign != Sign::Line || !self.removal.is_none();
        is_asked && (self.only.is_empty() || names(&self.only)) && !names(&self.skip)
    }
}

/// The edits that clean `text`, each with the rule that asked for it as its cause.
///
/// A text that needs nothing is looked at once. Cleaning what has been cleaned, by the same options, changes nothing.
///
/// ```
/// use despin::clean::{Options, clean};
/// let text = "He said {that the}\u{200b}  end\u{a0}is near. \n";
/// let script = clean(text, &Options::default());
/// assert_eq!(script.apply(text)?, "He said that the end is near.\n");
/// assert!(clean("Nothing to do.\n", &Options::default()).is_empty());
/// # Ok::<(), despin::Error>(())
/// ```
pub fn clean(text: &str, options: &Options) -> EditScript {
    look(text, options).script
}

/// The same, with what was found of each line.
pub fn look(text: &str, options: &Options) -> Cleaning {
    let mut lines = Vec::new();
    let signs = signs(text);
    let mut text = Cow::Borrowed(text);
    let mut all = EditScript::default();
    for rule in rules().iter().filter(|rule| options.has(rule)) {
        // The signs are of the first text, so they tell nothing once a rule has changed it.
        if all.is_empty() && rule.sign != Sign::Line && !signs.contains(&rule.sign) {
            continue;
        }
        let edits = if rule.sign == Sign::Line {
            let found = boilerplate::judge(&text, options.removal);
            let edits = boilerplate::edits(&text, &found);
            let map = OffsetMap::of(&all);
            lines = found.into_iter().map(|one| Finding { span: map.span_backward(one.span), ..one }).collect();
            edits
        } else {
            (rule.find)(&text, options)
        };
        if !edits.is_empty() {
            let script = EditScript::new(edits).expect("a rule goes through the text once, so its edits are disjoint");
            text = Cow::Owned(script.apply(&text).expect("a rule's edits are of the text that it was given"));
            all = all.then(&script);
        }
    }
    Cleaning { script: all, lines }
}

/// What a text must have before a rule can find anything.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    Control,
    ZeroWidth,
    Brace,
    /// A line, which every text has.
    Line,
    Space,
}

/// The signs that `text` has, found in one scan. It may have one without need, and never lacks one that is needed.
fn signs(text: &str) -> Vec<Sign> {
    let (mut is_control, mut is_zero_width, mut is_brace, mut is_space) = (false, false, false, false);
    let bytes = text.as_bytes();
    // The byte before, as far as it matters: a text begins as a line does.
    let mut last = b'\n';
    let mut n_breaks = 0;
    for (at, &byte) in bytes.iter().enumerate() {
        match byte {
            b'!'..=b'z' | b'|'..=b'~' => n_breaks = 0,
            b' ' => is_space |= last == b' ',
            b'\n' | b'\r' => {
                n_breaks += usize::from(byte == b'\n' || bytes.get(at + 1) != Some(&b'\n'));
                is_space |= last == b' ' || n_breaks > 2;
            }
            b'\t' => is_space = true,
            b'{' => is_brace = true,
            0..=0x1f | 0x7f => is_control = true,
            // The bytes with which the characters begin that some rule looks for.
            0xc2 => match bytes.get(at + 1) {
                Some(0x80..=0x9f) => is_control = true,
                Some(0xa0) => is_space = true,
                Some(0xad) => is_zero_width = true,
                _ => {}
            },
            0xe1 => is_space |= bytes.get(at + 1) == Some(&0x9a),
            0xe2 => match (bytes.get(at + 1), bytes.get(at + 2)) {
                (Some(0x80), Some(0x80..=0x8a | 0xaf)) => is_space = true,
                (Some(0x80), Some(0x8b..=0x8d)) => is_zero_width = true,
                (Some(0x81), Some(0x9f)) => is_space = true,
                (Some(0x81), Some(0xa0)) => is_zero_width = true,
                _ => {}
            },
            0xe3 => is_space |= bytes.get(at + 1) == Some(&0x80) && bytes.get(at + 2) == Some(&0x80),
            0xef => is_zero_width |= bytes.get(at + 1) == Some(&0xbb) && bytes.get(at + 2) == Some(&0xbf),
            _ => {}
        }
        if byte >= 0x80 || byte == b'{' {
            n_breaks = 0;
        }
        last = byte;
    }
    is_space |= last == b' ';
    let signs = [
        (is_control, Sign::Control),
        (is_zero_width, Sign::ZeroWidth),
        (is_brace, Sign::Brace),
        (is_space, Sign::Space),
    ];
    signs.into_iter().filter_map(|(is_there, sign)| is_there.then_some(sign)).collect()
}

/// An edit of `text` by the rule `name`.
fn edit(text: &str, span: Span, after: impl Into<String>, name: &'static str) -> Edit {
    Edit { span, before: span.of(text).to_string(), after: after.into(), cause: Cause::rule(name) }
}

/// Spaces within a line: the plain one, the tab, and the odd ones.
fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t') || is_odd_space(c)
}

/// No-break spaces and the spaces of given widths.
fn is_odd_space(c: char) -> bool {
    matches!(c, '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}')
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn cleaned(text: &str, options: &Options) -> String {
        clean(text, options).apply(text).unwrap()
    }

    fn check(text: &str, expected: &str) {
        assert_eq!(cleaned(text, &Options::default()), expected);
    }

    #[test]
    fn rules_work_together() {
        check("a \u{200b} b", "a b");
        check("a\u{200b} \n\n\n\u{feff}\n b", "a\n\n b");
        check("{that\u{ad} a}\u{a0}\u{8}\u{a0}man", "that a man");
        check("\u{c}Page two\u{c}\n", " Page two\n");
        check("don\u{92}t", "don’t");
        check("as it is\n", "as it is\n");
        check("", "");
    }

    #[test]
    fn causes_name_the_rules() {
        let script = clean("a\u{200b}b  c \u{8}", &Options::default());
        let causes: Vec<&str> = script.edits().iter().map(|e| &*e.cause.rule).collect();
        assert_eq!(causes, ["zero-width", "space", "space", "control"]);
        let script = clean("a\u{c}\u{c}b", &Options::default());
        assert_eq!(script.edits()[0].cause.rule, "control");
        assert_eq!(script.edits()[1].cause.rule, "control+space");
    }

    #[test]
    fn rules_are_chosen() {
        let skip = Options { skip: vec!["space".into()], ..Options::default() };
        assert_eq!(cleaned("a\u{200b}  b", &skip), "a  b");
        let only = Options { only: vec!["space".into()], ..Options::default() };
        assert_eq!(cleaned("a\u{200b}  b", &only), "a\u{200b} b");
        assert!(skip.check().is_ok() && only.check().is_ok());
        let unknown = Options { skip: vec!["spaces\n".into()], ..Options::default() };
        let message = unknown.check().unwrap_err().to_string();
        assert_eq!(
            message,
            "spaces\\n: there is no cleaning rule of this name; name one of: control, zero-width, residue, boilerplate, space"
        );
    }

    #[test]
    fn large_texts_cost_no_squares() {
        // Each of these took minutes if any rule, or the composition, looked back over the text.
        for piece in
            [" ", "\n", "\u{200b}", "{", "}", "{a} ", "{a}", " \u{200b}", "\u{8}", "\r \n", "{a|b} ", "\u{ad}x  "]
        {
            let text = piece.repeat(200_000);
            let once = cleaned(&text, &Options::default());
            assert!(clean(&once, &Options::default()).is_empty(), "{piece:?}");
        }
    }

    /// Text in which every rule has something to find, in all neighbourhoods.
    pub(super) fn messy() -> impl Strategy<Value = String> {
        let piece = prop_oneof![
            4 => prop::sample::select(vec![
                " ", "  ", "\t", "\n", "\r\n", "\r", "\u{a0}", "\u{3000}", "\u{1680}", "\u{205f}", "\u{202f}", "\u{2009}",
                "\u{200b}", "\u{200c}", "\u{200d}", "\u{2060}", "\u{feff}", "\u{ad}", "{", "}", "|", "{{", "\u{8}", "\u{c}",
                "\nShare\n", "\n\nRead more\n\n", "\ndate 2024-03-12 All Sections ", "\n10:01 PM\n", "\nBy Ann Bell\n", "Subscribe",
                "\nThe ferry to the island was late because of the wind on Monday.\n", "\u{85}", "\u{92}", "\u{81}", "\u{7f}", "\0", "\u{b}", "👩", "👧", "\u{fe0f}", "🏽", "می", "خواهم", "क", "्", "ก",
                "日本", "\u{2028}",
            ]).prop_map(str::to_string),
            3 => prop::sample::select(vec![
                "a", "that a", "dollars", "{that a}", "{a|b}", "{a }", ".", ",", "“", "\"", ":", "$", "\\", "1", ";", "é", "don’t",
            ]).prop_map(str::to_string),
            1 => any::<char>().prop_map(String::from),
        ];
        prop::collection::vec(piece, 0..24).prop_map(|pieces| pieces.concat())
    }

    fn removal() -> impl Strategy<Value = Removal> {
        let one = |boilerplate, meta, uncertain| Removal { boilerplate, meta, uncertain };
        prop::sample::select(vec![Removal::default(), Removal::USUAL, one(true, true, true), one(false, true, false)])
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4000))]

        #[test]
        fn cleaning_the_clean_changes_nothing(text in messy(), skip in prop::collection::vec(0usize..5, 0..3), removal in removal()) {
            let skip = skip.into_iter().map(|i| rules()[i].name.to_string()).collect();
            let options = Options { skip, removal, ..Options::default() };
            let once = cleaned(&text, &options);
            prop_assert_eq!(cleaned(&once, &options), once);
        }

        #[test]
        fn a_rule_without_its_sign_finds_nothing(text in messy()) {
            let signs = signs(&text);
            for rule in rules() {
                let edits = (rule.find)(&text, &Options::default());
                prop_assert!(edits.is_empty() || signs.contains(&rule.sign), "{} {:?}", rule.name, text);
                prop_assert!(EditScript::new(edits).is_ok());
            }
        }

        #[test]
        fn plain_text_is_left_alone(text in "([A-Za-z]{1,8}[,.]? ){0,6}[a-z]{1,4}\n") {
            prop_assert!(clean(&text, &Options::default()).is_empty());
            prop_assert!(super::signs(&text).is_empty());
        }
    }
}
