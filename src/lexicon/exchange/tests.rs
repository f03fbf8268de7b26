//! Every form there and back, and what is left out on the way.

use super::*;
use crate::lexicon::format::parse;

/// An imported list as a dictionary.
fn imported(text: &str, form: Form, options: &ImportOptions) -> DictionaryFile {
    let draft = import(text, form, options);
    assert_eq!(draft.faults, [], "{}: {text}", form.name());
    parse("list.tsv", &draft.text(&[])).unwrap()
}

/// That what `text` says comes back the same after an export, and is `expected`: spun, original and weight.
fn check_with(options: &ImportOptions, form: Form, text: &str, expected: &[(&str, &str, f32)]) {
    let first = imported(text, form, options);
    let said: Vec<(&str, &str, f32)> =
        first.entries.iter().map(|e| (e.spun.as_str(), e.original.as_str(), e.weight)).collect();
    assert_eq!(said, expected, "{}", form.name());
    let written = export(&first, form, options.heads);
    assert_eq!(written.left_out, [], "{}: {}", form.name(), written.text);
    assert_eq!(imported(&written.text, form, options).entries, first.entries, "{}: {}", form.name(), written.text);
}

fn check(form: Form, text: &str, expected: &[(&str, &str, f32)]) {
    check_with(&ImportOptions::default(), form, text, expected);
}

/// The faults and what is left out of `text`, as `LINE: WHAT`.
fn complaints(form: Form, text: &str) -> [Vec<String>; 2] {
    let draft = import(text, form, &ImportOptions::default());
    [draft.faults, draft.left_out].map(|remarks| remarks.iter().map(|r| format!("{}: {}", r.line, r.fault)).collect())
}

#[test]
fn csv_comes_back() {
    check(
        Form::Csv,
        "spun,original,class,weight,evidence,note,source,licence\n\
         assault,attack,noun,0.4,observed,\"a, note\",here,MIT\ngross,<none>,phrase,,,,there,MIT\n",
        &[("assault", "attack", 0.4), ("gross", "", 0.2)],
    );
    check(Form::Csv, "\"#1\",number one\nassault,attack\n", &[("#1", "number one", 0.2), ("assault", "attack", 0.2)]);
    let columns = Some(vec![Column::Original, Column::Other, Column::Spun]);
    let draft = import("attack,x,assault\n", Form::Csv, &ImportOptions { columns, ..ImportOptions::default() });
    assert_eq!((draft.entries[0].spun.as_str(), draft.entries[0].original.as_str()), ("assault", "attack"));
}

#[test]
fn tsv_comes_back() {
    check(
        Form::Tsv,
        "# licence: MIT\nassault\tattack\tverb\t0.125\nWhite Home\tWhite House\n",
        &[("assault", "attack", 0.125), ("White Home", "White House", 0.2)],
    );
}

#[test]
fn json_comes_back() {
    let expected = [("assault", "attack", 0.4), ("gross", "", 0.2)];
    check(
        Form::Json,
        r#"{"licence": "MIT", "entries": [{"spun": "assault", "original": "attack", "class": "verb", "weight": 0.4,
            "note": "\"odd\"", "source": "here"}, {"spun": "gross", "original": "<none>"}]}"#,
        &expected,
    );
    let lines =
        "{\"spun\":\"assault\",\"original\":\"attack\",\"weight\":0.4}\n{\"spun\":\"gross\",\"original\":\"<none>\"}\n";
    check(Form::Json, lines, &expected);
}

#[test]
fn spintax_comes_back() {
    let third = 0.333;
    check(
        Form::Spintax,
        "The {attack|assault|raid} of {March|Walk} \\{x\\}\nrare|uncommon\n",
        &[("assault", "attack", third), ("raid", "attack", third), ("uncommon", "rare", 0.5), ("Walk", "March", 0.5)],
    );
    check(Form::Spintax, "{a|b {c|d}}\n", &[("b c", "a", third), ("b d", "a", third), ("d", "c", 0.5)]);
    // Two sets of two are not one of three.
    check(Form::Spintax, "{a|b}\n{a|c}\n{|very}\n", &[("b", "a", 0.5), ("c", "a", 0.5), ("very", "", 0.5)]);
    check(Form::Spintax, "a\\|b|c\\{d\n", &[("c{d", "a|b", 0.5)]);
    let all = ImportOptions { heads: Heads::All, ..ImportOptions::default() };
    check_with(&all, Form::Spintax, "{a|b}\n", &[("a", "b", 0.5), ("b", "a", 0.5)]);
    let three = ["a", "b", "c"].map(|x| ["a", "b", "c"].map(|y| (x, y, third))).concat();
    let three: Vec<_> = three.into_iter().filter(|(x, y, _)| x != y).collect();
    check_with(&all, Form::Spintax, "{a|b|c}\n", &three);
}

#[test]
fn codespell_comes_back() {
    check(
        Form::Codespell,
        "assult->assault\nattak->attack, attach,\nclas->class, disabled for its name\nenglish->English\n",
        &[
            ("assult", "assault", 0.2),
            ("attak", "attach", 0.2),
            ("attak", "attack", 0.2),
            ("clas", "class", 0.2),
            ("english", "English", 0.2),
        ],
    );
}

#[test]
fn typos_come_back() {
    check(
        Form::Typos,
        "# licence: MIT\n[files]\nextend-exclude = [\n  \"x\",\n]\n[default.extend-words]\nassult = \"assault\"\n\
         [type.rust.extend-words]\n\"attak\" = 'attack'\n",
        &[("assult", "assault", 0.2), ("attak", "attack", 0.2)],
    );
    check(
        Form::TyposCsv,
        "assult,assault\nattak,attack,attach\n",
        &[("assult", "assault", 0.2), ("attak", "attach", 0.2), ("attak", "attack", 0.2)],
    );
}

#[test]
fn languagetool_comes_back() {
    check(
        Form::LanguageTool,
        "# licence: LGPL\nprofound learning|deep studying=deep learning\tSay it plainly. # why\nold-time=past|former\n",
        &[
            ("deep studying", "deep learning", 0.2),
            ("old-time", "former", 0.2),
            ("old-time", "past", 0.2),
            ("profound learning", "deep learning", 0.2),
        ],
    );
}

#[test]
fn fingerprints_come_back() {
    check(
        Form::Fingerprints,
        "fingerprint\texpected\n\"profound learning\" OR (\"deep studying\" OR deep schooling)\tdeep learning\n",
        &[
            ("deep schooling", "deep learning", 0.2),
            ("deep studying", "deep learning", 0.2),
            ("profound learning", "deep learning", 0.2),
        ],
    );
    check(
        Form::Fingerprints,
        "\"\"\"profound learning\"\"\",\"\"\"deep learning\"\" OR DL\"\n",
        &[("profound learning", "DL", 0.2), ("profound learning", "deep learning", 0.2)],
    );
}

#[test]
fn bad_lines_are_named_and_the_others_stay() {
    let cases: [(Form, &str, &str); 14] = [
        (Form::Csv, "a,b\nc\nd,e\n", "2: 1 of 2 columns"),
        (Form::Csv, "a,b\n\"c,d\ne,f\n", "2: a quote that is not closed"),
        (Form::Csv, "a,b,nown\nc,d\ne,f\n", "1: no class \"nown\""),
        (Form::Tsv, "a\tb\nc\tc\nd\te\n", "2: spun and original are the same"),
        (
            Form::Json,
            "{\"spun\":\"a\",\"original\":\"b\"}\n{\"spun\":\n{\"spun\":\"c\",\"original\":\"d\"}\n",
            "2: no JSON",
        ),
        (
            Form::Json,
            "[{\"spun\":\"a\",\"original\":\"b\"},\n{\"spun\":1},\n{\"spun\":\"c\",\"original\":\"d\"}]",
            "2: no entry",
        ),
        (Form::Spintax, "{a|b}\n{c|d\n{e|f}\n", "2: a set that is not closed"),
        (Form::Spintax, "{a|b}\nc|d}\n{e|f}\n", "2: a } without its {"),
        (Form::Codespell, "a->b\nc>d\ne->f\n", "2: no `->`"),
        (Form::Typos, "[default.extend-words]\na = \"b\"\nc = 1\ne = \"f\"\n", "3: what \"c\" stands for is no text"),
        (Form::TyposCsv, "a,b\nc\nd,e\n", "2: one column"),
        (Form::LanguageTool, "a=b\nc\nd=e\n", "2: not one `=`"),
        (Form::Fingerprints, "\"a a\"\tb\n\"c c\tb\nd d\te\n", "2: a quote that is not closed"),
        (Form::Fingerprints, "\"a a\"\tb\n(\"c c\"\tb\nd d\te\n", "2: a ( that is not closed"),
    ];
    for (form, text, expected) in cases {
        let [faults, _] = complaints(form, text);
        assert_eq!(faults.len(), 1, "{}: {faults:?}", form.name());
        assert!(faults[0].starts_with(expected), "{}: {faults:?}", form.name());
        assert_eq!(import(text, form, &ImportOptions::default()).entries.len(), 2, "{}", form.name());
    }
    let [faults, _] = complaints(Form::Typos, "[default.extend-words]\na = \"b\"\nc = \"d\ne = \"f\"\n");
    assert!(faults[0].starts_with("3: no TOML: "), "{faults:?}");
}

#[test]
fn what_no_entry_can_say_is_told() {
    for (form, text, expected) in [
        (Form::Spintax, "{very|}\n", "1: that \"very\" is taken out"),
        (Form::Typos, "[default.extend-words]\na = \"a\"\n", "2: that \"a\" is right"),
        (Form::Typos, "[default.extend-words]\na = \"\"\n", "2: that \"a\" is always wrong"),
        (Form::Typos, "[default.extend-identifiers]\na = \"b\"\n", "2: the identifier \"a\""),
        (Form::TyposCsv, "a,\n", "1: that \"a\" is always wrong"),
        (Form::Codespell, "a->b, one\na->b, other\n", "2: the pair and class of line 1, said otherwise"),
        (
            Form::Fingerprints,
            "\"a b\" AND \"c d\"\te\n",
            "1: `\"a b\" AND \"c d\"` asks for several things in one text",
        ),
        (Form::Fingerprints, "a b NOT \"c d\"\te\n", "1: `a b NOT \"c d\"` asks for that something is not in the text"),
        (Form::Fingerprints, "\"a* b\"\te\n", "1: `\"a* b\"` has a wildcard"),
        (Form::Fingerprints, "\"a b\"~5\te\n", "1: `\"a b\" ~5` has words at a distance"),
    ] {
        let [faults, left_out] = complaints(form, text);
        assert_eq!((faults, left_out), (vec![], vec![expected.to_string()]), "{}", form.name());
    }
    // The part that can be said stays.
    let draft = import("\"a b\" OR (\"c\" AND \"d\")\te\n", Form::Fingerprints, &ImportOptions::default());
    assert_eq!((draft.entries.len(), draft.left_out.len()), (1, 1));
}

#[test]
fn what_a_list_cannot_say_is_told() {
    let text = "# title: x\n# licence: MIT\nWhite Home\tWhite House\tname\t0.3\tknown\tnoted\n\
                assault\tattack\tnoun\t0\ncombat\tfight\tverb\ngross\t<none>\tadv\n";
    let file = parse("f.tsv", text).unwrap();
    for form in [Form::Codespell, Form::Typos, Form::TyposCsv, Form::LanguageTool] {
        let written = export(&file, form, Heads::First);
        let lines: Vec<u32> = written.left_out.iter().map(|remark| remark.line).collect();
        assert_eq!(lines, [3, 4, 6], "{}", form.name());
        assert!(written.text.contains("combated") && written.text.contains("fought"), "{}", written.text);
        let keeps_licence = matches!(form, Form::Typos | Form::LanguageTool);
        assert_eq!(written.lost.contains("licence"), !keeps_licence, "{}", form.name());
        assert!(["title", "class", "weight", "evidence"].iter().all(|what| written.lost.contains(what)));
    }
    for form in [Form::Csv, Form::Tsv, Form::Json] {
        let written = export(&file, form, Heads::First);
        assert_eq!(written.left_out, [], "{}", form.name());
        assert_eq!(imported(&written.text, form, &ImportOptions::default()).says("licence"), Some("MIT"));
    }
    let several = parse("f.tsv", "a\tb\tphrase\na\tc\tphrase\n").unwrap();
    assert_eq!(export(&several, Form::Typos, Heads::First).left_out[0].line, 2);
}

#[test]
fn sources_of_several_lists_stay_with_their_entries() {
    let text = "spun,original,source,licence\na,b,here,MIT\nc,d,there,MIT\n";
    let file = imported(text, Form::Csv, &ImportOptions::default());
    assert_eq!(file.says("licence"), Some("MIT"));
    assert_eq!(file.entries[1].note, "[source: there]");
    let written = export(&file, Form::Csv, Heads::First).text;
    assert!(written.contains("c,d,phrase,0.2,,,there,MIT\n"), "{written}");
}

#[test]
fn long_lines_of_sets_cost_no_more_than_their_sets() {
    let line = format!("{}\n", "{big|large|huge} ".repeat(2000));
    assert_eq!(import(&line, Form::Spintax, &ImportOptions::default()).entries.len(), 2);
    let [faults, _] = complaints(Form::Spintax, &format!("{{{}}}\n", "{a|b}".repeat(12)));
    assert_eq!(faults, ["1: a set of more than 1000 wordings"]);
    let [faults, _] = complaints(Form::Spintax, &"{".repeat(100_000));
    assert_eq!(faults, ["1: sets nested too deep"]);
    let [faults, _] = complaints(Form::Fingerprints, &format!("{}\tb", "(".repeat(100_000)));
    assert_eq!(faults, ["1: brackets nested too deep"]);
}
