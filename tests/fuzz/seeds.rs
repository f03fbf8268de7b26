//! What a search begins with: for each target, inputs made of the fixtures, and the words of its language.

use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use despin::Despinner;
use despin::bulk::compress::{frame, reader};
use despin::bulk::shape::Compression;
use despin::lexicon::builtin;
use despin::lm::arpa::ArpaReader;
use despin::lm::build::pack;
use despin::lm::trie::Trie;
use despin::pipeline::Options;
use despin::text::source::{Encoding, Layout};

use crate::bodies::ENCODINGS;

/// The repository. `fuzz/` lies in it.
fn root() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    if here.join("fixtures").is_dir() { here.to_path_buf() } else { here.join("..") }
}

/// The files below the folder `under` of the repository whose names end so, in order.
fn files(under: &str, ending: &str) -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    let mut folders = vec![root().join(under)];
    while let Some(folder) = folders.pop() {
        let Ok(inside) = fs::read_dir(&folder) else { continue };
        for path in inside.flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(ending) {
                found.push(path);
            }
        }
    }
    found.sort();
    found.iter().map(|path| fs::read(path).unwrap()).collect()
}

/// Inputs that once broke a promise.
pub fn regressions(target: &str) -> Vec<Vec<u8>> {
    files(&format!("tests/fuzz/regressions/{target}"), "")
}

/// The fewest inputs that reached all that searches by coverage reached so far, as `scripts/pack_corpus.py` packs them: each is its
/// length, four bytes with the lowest first, and its bytes.
pub fn kept(target: &str) -> Vec<Vec<u8>> {
    // Packages of the crate do not have them.
    let Ok(packed) = fs::read(root().join(format!("tests/fuzz/corpus/{target}.gz"))) else { return Vec::new() };
    let mut bytes = Vec::new();
    let packed = Box::new(io::Cursor::new(packed));
    reader(packed, None, Compression::Gzip, u64::MAX, Arc::default()).unwrap().read_to_end(&mut bytes).unwrap();
    let mut inputs = Vec::new();
    let mut rest = bytes.as_slice();
    while let Some((length, behind)) = rest.split_first_chunk() {
        let (input, behind) = behind.split_at(u32::from_le_bytes(*length) as usize);
        inputs.push(input.to_vec());
        rest = behind;
    }
    assert!(rest.is_empty(), "{target}.gz ends within a length");
    inputs
}

/// Inputs made of the fixtures, of which there are always some.
pub fn seeds(target: &str) -> Vec<Vec<u8>> {
    match target {
        "decode" => encoded(),
        "tokenise" => texts(),
        "clean" => each(&[0, 1, 6, 24], &[texts(), broken()].concat()),
        "detect" => each(&[0], &texts()),
        "restore" => each(&[1, 5], &texts()),
        "undo" => {
            each(&[0, 0x82], &texts()).into_iter().map(|text| [&text[..1], b"\x01\x07x", &text[1..]].concat()).collect()
        }
        "journal" => journals(),
        "dictionary" => files("fixtures/dict/check", ".tsv"),
        "lists" => lists(),
        "lm" => models(),
        "arpa" => each(&[0, 4, 12], &[ARPA.as_bytes().to_vec()]),
        "records" => records(),
        "page" => [files("fixtures/html", ".html"), files("fixtures/pages", "input.txt")].concat(),
        "replay" => DECISIONS.iter().map(|lines| lines.as_bytes().to_vec()).collect(),
        _ => unreachable!("no target {target}"),
    }
}

/// Each of `inputs` behind each of `picks`.
fn each(picks: &[u8], inputs: &[Vec<u8>]) -> Vec<Vec<u8>> {
    let with = |pick: &u8| inputs.iter().map(|input| [&[*pick], input.as_slice()].concat()).collect::<Vec<_>>();
    picks.iter().flat_map(with).collect()
}

/// Articles, spun ones and genuine ones.
fn texts() -> Vec<Vec<u8>> {
    let folders = ["restore", "genuine", "detect", "pages"];
    let found = folders.iter().flat_map(|folder| files(&format!("fixtures/{folder}"), "input.txt"));
    found.chain(files("fixtures/diff", ".txt")).collect()
}

/// What encodings have broken.
fn broken() -> Vec<Vec<u8>> {
    let tables = files("fixtures/repair", ".tsv");
    tables.iter().flat_map(|table| table.split(|&b| b == b'\n')).map(<[u8]>::to_vec).collect()
}

/// Texts of many languages in each encoding that has them.
fn encoded() -> Vec<Vec<u8>> {
    let table = files("fixtures/encodings", ".tsv").concat();
    let table = String::from_utf8_lossy(&table);
    let mut found = Vec::new();
    for text in table.lines().filter_map(|line| line.split('\t').nth(2)) {
        for (at, label) in (0..).zip(ENCODINGS) {
            let layout = Layout { encoding: Encoding::for_label(label).unwrap(), ..Layout::default() };
            if layout.fits(text) {
                found.push([&[at, 11], layout.encode(text).as_slice()].concat());
            }
        }
    }
    found
}

fn journals() -> Vec<Vec<u8>> {
    let options = Options { is_forced: true, ..Options::default() };
    let despinner = Despinner::builtin().unwrap().with(options);
    let texts = [texts(), vec![b"The caf\xe9  is gigantic.\n".to_vec(), b"\xff\xfea\0 \0 \0b\0\xd8".to_vec()]].concat();
    let reports = texts.iter().map(|text| (text, despinner.run(&text[..text.len().min(500)])));
    let both = reports.flat_map(|(text, report)| {
        let json = report.journal.to_json_line();
        [[json.as_bytes(), b"\0", &report.restored_bytes].concat(), [json.as_bytes(), b"\0", text].concat()]
    });
    both.collect()
}

fn lists() -> Vec<Vec<u8>> {
    let all = files("fixtures/dict/lists", ".txt");
    // Which form each is of does not matter: as others they are faulty in other ways.
    each(&(0..9).collect::<Vec<u8>>(), &all)
}

const ARPA: &str = "\\data\\\nngram 1=6\nngram 2=4\nngram 3=2\n\n\\1-grams:\n-5.5\t<unk>\t0\n-99\t<s>\t-0.7\n-1.1\t</s>\n\
    -1.3\tboats\t-0.4\n-1.9\tleave\t-0.25\n-2.1\tearly\t-0.1\n\n\\2-grams:\n-0.4\t<s> boats\t-0.3\n-0.6\tboats leave\t-0.2\n\
    -0.5\tleave early\t0\n-0.2\tearly </s>\n\n\\3-grams:\n-0.1\t<s> boats leave\n-0.3\tboats leave early\n\n\\end\\\n";

fn models() -> Vec<Vec<u8>> {
    let trie = Trie::read(ArpaReader::new(Box::new(ARPA.as_bytes()), "m.arpa").unwrap()).unwrap();
    // Two places, four words of two numbers each.
    let words = "<unk>\n<s>\n</s>\nboats\nearly\n";
    let numbers = [5u32, 2, 1, words.len() as u32].map(u32::to_le_bytes).concat();
    let floats = (0..3 * 5 + 2 * 2).map(|n| (n as f32 / 8.0 - 1.0).to_le_bytes()).collect::<Vec<_>>().concat();
    let bilinear = [b"despinB1", &numbers[..], &[0; 8], &floats, &[3; 10], &[250; 10], words.as_bytes()].concat();
    [each(&[0, 1], &[pack(&trie, 0.1)]), each(&[2, 3], &[bilinear])].concat()
}

const JSONL: &str = "{\"id\":7,\"text\":\"The boats  left at {noon}.\"}\n\n{\"text\":\"Caf\\u00e9\\u200b \\\"x\\\"\",\"more\":[1,{\"a\":null}]}\n\
    {\"id\": \"b\", \"text\" : \"as it is\"}\n{\"text\":5}\n{\"id\":8}\nno json\n{\"despin\":{},\"text\":\"a  b\"}\n";
const CSV: &str = "id,text\n1,The boats  left.\n2,\"One\n\"\"two\"\"\u{200b}  \"\r\n3\n4,\"open\n";
const WARC: &str = "WARC/1.0\r\nWARC-Type: warcinfo\r\nContent-Length: 3\r\n\r\nx\ny\r\n\r\nWARC/1.0\r\nWARC-Type: conversion\r\n\
    WARC-Record-ID: <urn:uuid:1>\r\nContent-Type: text/plain\r\nContent-Length: 17\r\n\r\nThe boats  left.\n\r\n\r\n\
    WARC/1.0\r\nWARC-Type: response\r\nContent-Type: application/http; msgtype=response\r\nContent-Length: 113\r\n\r\n\
    HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nTransfer-Encoding: chunked\r\n\r\n1a\r\n<html><p>The boats left.</\r\n3\r\np>\n\r\n0\r\n\r\n\r\n\r\n";

fn records() -> Vec<Vec<u8>> {
    let mut found = Vec::new();
    for (shape, stream) in (0..).zip([JSONL, CSV, WARC, "The boats  left.\n"]) {
        let stream = stream.as_bytes();
        found.extend(each(&[shape, shape + 4, shape + 16, shape + 32, shape + 64], &[stream.to_vec()]));
        let half = stream.len() / 2;
        for (packing, flag) in [(Compression::Gzip, 8), (Compression::Zstd, 0x88)] {
            let packed = [frame(&stream[..half], packing).unwrap(), frame(&stream[half..], packing).unwrap()].concat();
            found.push([&[shape + flag], packed.as_slice()].concat());
        }
    }
    found
}

const DECISIONS: [&str; 4] = [
    "{\"start\":4,\"end\":14,\"before\":\"metropolis\",\"after\":\"city\",\"decision\":\"accept\"}\n",
    "{\"start\":22,\"end\":29,\"before\":\"assault\",\"after\":\"attack\",\"decision\":\"accept\",\"scope\":\"file\",\"prefix\":\"saw an \",\
     \"suffix\":\" on the\"}\n{\"start\":74,\"end\":82,\"before\":\"gigantic\",\"decision\":\"rewrite\",\"text\":\"very big\\n\"}\n",
    "{\"start\":0,\"end\":0,\"before\":\"\",\"decision\":\"rewrite\",\"text\":\"x\"}\n{\"start\":0,\"end\":0,\"before\":\"\",\"decision\":\"undo\"}\n\
     {\"start\":1,\"end\":2,\"before\":\"b\",\"after\":\"c\",\"decision\":\"accept\",\"prefix\":\"a\",\"suffix\":\"a\",\"scope\":\"always\"}\0ababab baba.\n",
    "{\"start\":4,\"end\":11,\"before\":\"assault\",\"decision\":\"reject\",\"probability\":0.5}\n{\"start\":4,\"end\":11,\"before\":\"assault\",\"decision\":\"skip\"}\
     \0The assault. The assault.",
];

/// Pieces of texts in which every rule of cleaning has something to find.
const MESS: &str = "{that a}|{a|b}|{{|}}|&amp;|&amp;amp;|&#8217;|&nbsp;|&lt;p&gt;|<p>|</p>|<a href=\"x\">|<!-- |-->|<script>|</script>|<br>|[[a|b]]|\
    [1]|[citation needed]|''a''|== a ==|**a**|`a`|# a|a-\nb|…|...|Read more|\nShare\n|\n10:01 PM\n|\nBy Ann Bell\n|\n\nRelated\n\n|â€™|Ã©|Ã¢â‚¬â„¢|\
    \u{fffd}|\u{200b}|\u{200d}|\u{feff}|\u{ad}|\u{a0}|\u{3000}|\u{2028}|\u{85}|\u{92}|\u{8}|\u{c}|\u{1b}[0m|\u{202e}|\u{2066}|e\u{301}|\u{301}\u{301}|\u{1e9e}|ſ|ﬁ|Ａ|аpple|👩\u{200d}👧|\
    \r\n|\r|\n\n\n|  |\t|.|,|’s|“|”|—|2.8|two.8|$5 dollars|https://a.example/b|n@a.example|#topic|U.S.|Dr.|A|the|said|of|in|was|not";

/// Words of each target's language, of which a search may put inputs together.
pub fn words(target: &str) -> Vec<Vec<u8>> {
    let list = |words: &str| words.split('|').map(|word| word.as_bytes().to_vec()).collect::<Vec<_>>();
    let lines = |words: &str| words.split(' ').map(|word| word.as_bytes().to_vec()).collect::<Vec<_>>();
    match target {
        "decode" => {
            let signs = b"\x81\x30\x84\x36|\x1b$B|\x1b(B|\x1b(J|\x0e|\x0f|\xef\xbb\xbf|\xff\xfe|\xfe\xff|\xd8\x00|\x00\xdc|\x8e\xa1|\x8f\xa1\xa1|\x88\x62|\xed\x40|\xe2\x80|\xc3|\xa0";
            let mut words: Vec<Vec<u8>> = signs.split(|&b| b == b'|').map(<[u8]>::to_vec).collect();
            words.push(b"<meta charset=gbk>".to_vec());
            words
        }
        "tokenise" | "clean" | "page" => [list(MESS), lines("<html> <body> <article> <div> </div> <table> <tr> <td> <li> <h1> <title> <meta <time style= class=\"comments\" <pre>")].concat(),
        "detect" | "restore" | "undo" => [list(MESS), phrases()].concat(),
        "journal" | "replay" => lines("{ } [ ] , : \" \\u0000 \\ud800 0 -1 18446744073709551615 9223372036854775807 1e400 null true \"sha256\" \"len_bytes\" \"layout\" \"encoding\" \"has_bom\" \"raw\" \
            \"at\" \"bytes\" \"text\" \"passes\" \"edits\" \"span\" \"start\" \"end\" \"before\" \"after\" \"cause\" \"rule\" \"grounds\" \"utf-16le\" \"big5\" \"windows-1252\" \"decision\" \"accept\" \
            \"reject\" \"rewrite\" \"undo\" \"scope\" \"file\" \"always\" \"prefix\" \"suffix\" é"),
        "dictionary" | "lists" => [list("\t|\n|\r\n|,|->|=|{|}|[|]|\"|\\|#|# title: x|<none>|*|phrase|noun|verb|adj|adv|name|0.5|1|0|\u{feff}| |AND|OR|[default.extend-words]|\"spun\":|\"original\":"), lines("| big large biggest tidy tidied city cities go went")].concat(),
        "lm" | "arpa" => list("\\data\\|ngram 1=|ngram 2=|\\1-grams:|\\2-grams:|\\end\\|\n|\t|-1|-99|-1e38|-1e-30|nan|<s>|</s>|<unk>|boats|\u{0}\u{0}\u{0}\u{0}|\u{ff}|despinB1"),
        "records" => list("{|}|\"|\\u00e9|\\\"|\\|,|:|\n|\r\n|\"text\":|\"id\":|\"despin\":|null|[|WARC/1.0\r\n|Content-Length: |\r\n\r\n|WARC-Type: response|HTTP/1.1 200 OK|Content-Encoding: gzip|Transfer-Encoding: chunked|\u{feff}|  "),
        _ => unreachable!("no target {target}"),
    }
}

/// Some of what spinners write.
fn phrases() -> Vec<Vec<u8>> {
    let files = builtin::files().unwrap();
    let spun = files.into_iter().flat_map(|file| file.entries).map(|entry| entry.spun.into_bytes());
    spun.step_by(97).flat_map(|phrase| [phrase, b" ".to_vec()]).collect()
}
