//! Cleaning: repairs that need no judgement about words, each rule in a file of its own.
//!
//! The rules are made one after the other and composed into one script over the first text. All of them are made over again
//! until none finds anything, which is why cleaning a clean text changes nothing. Their order makes a second round rare:
//!
//! 1. `entity` first: what is written as a reference may be anything that a later rule looks for, mojibake above all.
//! 2. `mojibake` needs the C1 controls, soft hyphens and no-break spaces that rules after it would take from it.
//! 3. `control` looks at one character at a time, so nothing later can bring its work back.
//! 4. `line-end` makes lines for all that look at lines.
//! 5. `tag`, `scrap`, `wiki`, `markdown`, `citation` and `truncation` take markup away, the outer before the inner.
//! 6. `normal-form` puts letters together before `look-alike` and `full-width` look at words.
//! 7. `zero-width` and `invisible` look past their own characters at what stands round them, and keep one only for the sake
//!    of a letter or an emoji that no later rule removes.
//! 8. `hyphenation` joins words that are whole by now.
//! 9. `residue` looks at words and braces. It treats one space as it treats many, as the last rule makes many into one.
//! 10. `ascii-quotes`, only where it is asked for.
//! 11. `boilerplate` takes whole lines, or the beginning of one, and is asked for (see [`Options::removal`]).
//! 12. `space` is last, since each of the others can leave spaces and blank lines side by side.

mod ascii_quotes;
pub mod boilerplate;
mod citation;
mod code;
mod control;
mod entity;
mod full_width;
mod hyphenation;
mod invisible;
mod line_end;
mod look_alike;
mod markdown;
mod mojibake;
mod normal_form;
mod residue;
mod rule;
mod scrap;
mod signs;
mod space;
mod tag;
mod truncation;
mod wiki;
mod zero_width;

use std::borrow::Cow;

use crate::clean::boilerplate::{Finding, Removal};
pub use crate::clean::rule::{Rule, reason, rules};
use crate::clean::signs::{Sign, signs};
use crate::error::{Error, ErrorKind, Result};
use crate::text::edit::{Cause, Edit, EditScript};
use crate::text::offsets::OffsetMap;
use crate::text::span::Span;

/// Which rules to use.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Options {
    /// The names of rules to leave out.
    pub skip: Vec<String>,
    /// The names of the only rules to use; all where it is empty.
    pub only: Vec<String>,
    /// Which lines the rule `boilerplate` removes; none by default, since only cleaning for its own sake should.
    pub removal: Removal,
    /// True where curly quotation marks become straight ones. They are the author's, so nobody's rule unless asked.
    pub has_ascii_quotes: bool,
}

/// What cleaning a text found.
#[derive(Debug, Clone, Default)]
pub struct Cleaning {
    /// The edits.
    pub script: EditScript,
    /// What the rule `boilerplate` found of each line, with places in the first text; nothing where it was not asked.
    pub lines: Vec<Finding>,
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
        // Rules that must be asked for; the quotation marks' also by its name.
        let is_asked = match rule.name {
            boilerplate::NAME => !self.removal.is_none(),
            ascii_quotes::NAME => self.has_ascii_quotes || names(&self.only),
            _ => true,
        };
        let is_named =
            self.only.is_empty() || names(&self.only) || self.has_ascii_quotes && rule.name == ascii_quotes::NAME;
        is_asked && is_named && !names(&self.skip)
    }
}

/// The edits that clean `text`, each with the rule that asked for it as its cause.
///
/// A text that needs nothing is looked at once. Cleaning what has been cleaned, by the same options, changes nothing; where
/// markup is nested more than 64 deep, which no page is unless to do harm, it takes the next 64 away.
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
    let mut lines: Vec<Finding> = Vec::new();
    let mut text = Cow::Borrowed(text);
    let mut all = EditScript::default();
    for round in 0..MOST_ROUNDS {
        let mut signs = signs(&text);
        let mut is_changed = false;
        for rule in rules().iter().filter(|rule| options.has(rule)) {
            if !signs.has(rule.sign) {
                continue;
            }
            let edits = if rule.sign == Sign::Line {
                let found = boilerplate::judge(&text, options.removal);
                let edits = boilerplate::edits(&text, &found);
                let map = OffsetMap::of(&all);
                // What a later round finds of a line that stays was said in the first.
                let is_new = |one: &Finding| round == 0 || one.is_removed;
                let found = found.into_iter().filter(is_new);
                lines.extend(found.map(|one| Finding { span: map.span_backward(one.span), ..one }));
                edits
            } else {
                (rule.find)(&text, options)
            };
            if edits.is_empty() {
                continue;
            }
            let script = EditScript::new(edits).expect("a rule goes through the text once, so its edits are disjoint");
            let made = match text {
                Cow::Borrowed(text) => script.apply(text),
                Cow::Owned(text) => script.apply_to(text),
            };
            text = Cow::Owned(made.expect("a rule's edits are of the text that it was given"));
            all = all.then(&script);
            is_changed = true;
            signs = self::signs::signs(&text);
        }
        if !is_changed {
            break;
        }
    }
    Cleaning { script: all, lines }
}

/// Rounds after which cleaning gives up on a text for which the rules always find something more.
///
/// Every rule takes something away that none puts back, so rounds end; each layer of what was damaged takes one at most. Without
/// an end to them, a megabyte of brackets within brackets would be gone through a million times.
const MOST_ROUNDS: usize = 64;

/// An edit of `text` by the rule `name`.
fn edit(text: &str, span: Span, after: impl Into<String>, name: &'static str) -> Edit {
    Edit { span, before: span.of(text).to_string(), after: after.into(), cause: Cause::rule(name) }
}

/// The edit that makes `span` of `text` into `after`, without what both sides begin and end with.
fn narrowed(text: &str, span: Span, after: &str, name: &'static str) -> Edit {
    let before = span.of(text);
    let n_shared = |pairs: &mut dyn Iterator<Item = (char, char)>| -> usize {
        pairs.take_while(|(a, b)| a == b).map(|(a, _)| a.len_utf8()).sum()
    };
    let head = n_shared(&mut before.chars().zip(after.chars()));
    let tail = n_shared(&mut before[head..].chars().rev().zip(after[head..].chars().rev()));
    edit(text, Span::new(span.start + head, span.end - tail), &after[head..after.len() - tail], name)
}

/// Spaces within a line: the plain one, the tab, and the odd ones.
fn is_space(c: char) -> bool {
    matches!(c, ' ' | '\t') || is_odd_space(c)
}

/// No-break spaces and the spaces of given widths.
fn is_odd_space(c: char) -> bool {
    matches!(c, '\u{a0}' | '\u{1680}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}')
}

/// `find` makes `expected` of `text`, and nothing more of that.
#[cfg(test)]
fn check_rule(find: fn(&str, &Options) -> Vec<Edit>, text: &str, expected: &str) {
    let made = |text: &str| EditScript::new(find(text, &Options::default())).unwrap().apply(text).unwrap();
    assert_eq!(made(text), expected, "{}", text.escape_debug());
    assert_eq!(made(expected), expected, "a second time: {}", text.escape_debug());
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
    fn every_rule_says_what_it_does_and_why() {
        for rule in rules() {
            assert!(rule.summary.len() > 20 && rule.reason.len() > 20, "{}", rule.name);
            assert_eq!(reason(rule.name), rule.reason);
            assert!(!rule.reason.ends_with('.') && !rule.summary.ends_with('.'), "{}", rule.name);
        }
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
            "spaces\\n: there is no cleaning rule of this name; name one of: entity, \
             mojibake, control, line-end, tag, scrap, wiki, markdown, citation, truncation, normal-form, look-alike, full-width, \
             zero-width, invisible, hyphenation, residue, ascii-quotes, boilerplate, space"
        );
    }

    #[test]
    fn large_texts_cost_no_squares() {
        // Each of these took minutes if any rule, or the composition, looked back, or on, over the text.
        const N_BYTES: usize = 400_000;
        for piece in [
            " ",
            "\n",
            "\u{200b}",
            "{",
            "}",
            "{a} ",
            "{a}",
            " \u{200b}",
            "\u{8}",
            "\r \n",
            "{a|b} ",
            "\u{ad}x  ",
            "[",
            "[1",
            "[[a",
            "<",
            "<a ",
            "<!-- ",
            "<script>",
            "**a",
            "*",
            "&amp",
            "&",
            "a-\n",
            "''a",
            "`",
            "==",
            "Ã",
            "â€",
            "a “",
            "Share\n",
            "10:01 PM\n",
            "Read more\nThe ferry is late again today\n",
            "Related\nThe ferry is late again, and nobody has said why that is so.\n",
        ] {
            let text = piece.repeat(N_BYTES / piece.len());
            for removal in [Removal::default(), Removal::USUAL] {
                let options = Options { removal, ..Options::default() };
                let once = cleaned(&text, &options);
                assert!(clean(&once, &options).is_empty(), "{piece:?}");
            }
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
                prop_assert!(edits.is_empty() || signs.has(rule.sign), "{} {:?}", rule.name, text);
                prop_assert!(EditScript::new(edits).is_ok());
            }
        }

        #[test]
        fn plain_text_is_left_alone(text in "([A-Za-z]{1,8}[,.]? ){0,6}[a-z]{1,4}\n") {
            prop_assert!(clean(&text, &Options::default()).is_empty());
            prop_assert!(signs(&text).is_empty());
        }
    }
}
