//! The table of rules: what each is called, what it does and why, and the order in which they work.

use crate::clean::signs::Sign;
use crate::clean::{
    Options, ascii_quotes, boilerplate, citation, control, entity, full_width, hyphenation, invisible, line_end,
    look_alike, markdown, mojibake, normal_form, residue, scrap, space, tag, truncation, wiki, zero_width,
};
use crate::text::edit::Edit;

/// A cleaning rule, as it is listed.
#[derive(Debug)]
pub struct Rule {
    /// Its name, which is the cause of its edits.
    pub name: &'static str,
    /// What it does, in half a sentence.
    pub summary: &'static str,
    /// Why it makes an edit, in half a sentence about the place.
    pub reason: &'static str,
    pub(super) find: fn(&str, &Options) -> Vec<Edit>,
    pub(super) sign: Sign,
}

/// Every rule, in the order in which they work.
pub fn rules() -> &'static [Rule] {
    const RULES: &[Rule] = &[
        Rule {
            name: entity::NAME,
            summary: "character references of HTML become the characters, also where they were escaped twice",
            reason: "a page writes characters as references; a text has the characters",
            find: entity::find,
            sign: Sign::Ampersand,
        },
        Rule {
            name: mojibake::NAME,
            summary: "UTF-8 that was read by a wrong code page, once or several times, is read right",
            reason: "as bytes of a code page these characters are UTF-8, and what that says is likelier",
            find: mojibake::find,
            sign: Sign::HighPair,
        },
        Rule {
            name: control::NAME,
            summary: "control characters are removed, or read as what Windows-1252 has in their place",
            reason: "a control character means nothing in a text",
            find: control::find,
            sign: Sign::Control,
        },
        Rule {
            name: line_end::NAME,
            summary: "lone carriage returns and Unicode line separators become line ends, and all line ends one kind",
            reason: "one text has one kind of line end",
            find: line_end::find,
            sign: Sign::Return,
        },
        Rule {
            name: tag::NAME,
            summary: "tags and comments of HTML are removed",
            reason: "a tag or a comment is of the page, not of its text",
            find: tag::find,
            sign: Sign::Angle,
        },
        Rule {
            name: scrap::NAME,
            summary: "lines of JSON and JavaScript that a page left in prose are removed",
            reason: "this line is data or code of the page",
            find: scrap::find,
            sign: Sign::Code,
        },
        Rule {
            name: wiki::NAME,
            summary: "links, emphasis and headings of wiki markup become plain text",
            reason: "wiki markup is for the page that it was written for",
            find: wiki::find,
            sign: Sign::Markup,
        },
        Rule {
            name: markdown::NAME,
            summary: "links, strong emphasis and headings of Markdown become plain text",
            reason: "Markdown is for the page that it was written for",
            find: markdown::find,
            sign: Sign::Markup,
        },
        Rule {
            name: citation::NAME,
            summary: "citation marks such as [12] and [citation needed] are removed",
            reason: "the mark points to a note that is not here",
            find: citation::find,
            sign: Sign::Bracket,
        },
        Rule {
            name: truncation::NAME,
            summary: "marks of a cut text at a line's end, such as […] and [+1234 chars], are removed",
            reason: "the mark says that somebody cut the text here",
            find: truncation::find,
            sign: Sign::Bracket,
        },
        Rule {
            name: normal_form::NAME,
            summary: "letters and their marks are composed (Unicode normal form C)",
            reason: "a letter and its mark are one character in normal form C",
            find: normal_form::find,
            sign: Sign::Mark,
        },
        Rule {
            name: look_alike::NAME,
            summary: "Cyrillic and Greek letters inside Latin words become the Latin letters that they look like",
            reason: "the other letters of this word are Latin",
            find: look_alike::find,
            sign: Sign::Foreign,
        },
        Rule {
            name: full_width::NAME,
            summary: "full-width letters, digits and signs in text without East Asian script become plain ones",
            reason: "the text has no East Asian script that full width is for",
            find: full_width::find,
            sign: Sign::FullWidth,
        },
        Rule {
            name: zero_width::NAME,
            summary: "soft hyphens and characters without width are removed where no script needs them",
            reason: "it is not seen, and no letter or emoji beside it needs it",
            find: zero_width::find,
            sign: Sign::ZeroWidth,
        },
        Rule {
            name: invisible::NAME,
            summary: "bidi controls, variation selectors and tag characters are removed where nothing needs them",
            reason: "it is not seen, and no letter or emoji beside it needs it",
            find: invisible::find,
            sign: Sign::Invisible,
        },
        Rule {
            name: hyphenation::NAME,
            summary: "words that were parted at a line's end are joined where the whole is a known word",
            reason: "the word is known without the hyphen that a line's end put there",
            find: hyphenation::find,
            sign: Sign::Hyphen,
        },
        Rule {
            name: residue::NAME,
            summary: "braces that a spinner left round plain words are removed",
            reason: "a spinner's braces are no part of the words in them",
            find: residue::find,
            sign: Sign::Brace,
        },
        Rule {
            name: ascii_quotes::NAME,
            summary: "curly quotation marks and apostrophes become straight ones (only where asked for)",
            reason: "straight quotation marks were asked for",
            find: ascii_quotes::find,
            sign: Sign::CurlyQuote,
        },
        Rule {
            name: boilerplate::NAME,
            summary: "lines of the page that are none of the article are removed (see --keep, --drop)",
            reason: "the line is of the page, and not of its article",
            find: |text, options| boilerplate::edits(text, &boilerplate::judge(text, options.removal)),
            sign: Sign::Line,
        },
        Rule {
            name: space::NAME,
            summary: "runs of spaces, odd spaces, spaces at line ends and surplus blank lines are set right",
            reason: "one plain space parts words, and one blank line parts paragraphs",
            find: space::find,
            sign: Sign::Space,
        },
    ];
    RULES
}

/// Why an edit was made whose cause is `rule`, the name of a rule or several with `+` between; empty for what is no rule.
///
/// ```
/// assert!(despin::clean::reason("control+space").starts_with("a control character means nothing"));
/// assert_eq!(despin::clean::reason("dictionary"), "");
/// ```
pub fn reason(rule: &str) -> String {
    let of = |name| rules().iter().find(|rule| rule.name == name).map(|rule| rule.reason);
    rule.split('+').filter_map(of).collect::<Vec<_>>().join("; ")
}
