//! A line diff as `diff -u` writes it, of the bytes themselves, so that `patch` and `git apply` make the very same file.

use rustc_hash::FxHashMap;
use similar::{DiffOp, group_diff_ops};

use crate::diff::align::{Match, align, anchors};
use crate::render::Renderer;
use crate::report::Comparison;

/// A unified diff.
#[derive(Debug, Clone, Copy)]
pub struct Unified {
    /// Unchanged lines shown round a change.
    pub n_context: usize,
}

impl Default for Unified {
    /// Three lines of context, as all tools have it.
    fn default() -> Self {
        Unified { n_context: 3 }
    }
}

impl Renderer for Unified {
    fn render(&self, comparison: &Comparison) -> Vec<u8> {
        let (a, b) = (lines(&comparison.before_bytes), lines(&comparison.after_bytes));
        let mut out = Vec::new();
        for group in group_diff_ops(ops(&a, &b), self.n_context) {
            if out.is_empty() {
                let (before, after) = (name("a/", &comparison.before_name), name("b/", &comparison.after_name));
                out.extend_from_slice(format!("--- {before}\n+++ {after}\n").as_bytes());
            }
            hunk(&group, &a, &b, &mut out);
        }
        out
    }
}

/// What was done to the lines. Lines that occur once on each side are anchors, so that a long file is compared in near-linear
/// time, and a closing bracket or an empty line is never taken for another one far away.
fn ops(a: &[&[u8]], b: &[&[u8]]) -> Vec<DiffOp> {
    let mut numbers: FxHashMap<&[u8], u32> = FxHashMap::default();
    let [ids_a, ids_b] = [a, b].map(|lines| -> Vec<u32> {
        lines
            .iter()
            .map(|line| {
                let next = numbers.len() as u32;
                *numbers.entry(line).or_insert(next)
            })
            .collect()
    });
    let mut ops = Vec::new();
    let (mut i, mut j) = (0, 0);
    let end = Match { a: a.len(), b: b.len(), len: 0 };
    for one in align(&ids_a, &ids_b, &anchors(&ids_a, &ids_b, 1).spine).into_iter().chain([end]) {
        match (one.a - i, one.b - j) {
            (0, 0) => {}
            (0, n) => ops.push(DiffOp::Insert { old_index: i, new_index: j, new_len: n }),
            (n, 0) => ops.push(DiffOp::Delete { old_index: i, old_len: n, new_index: j }),
            (n, m) => ops.push(DiffOp::Replace { old_index: i, old_len: n, new_index: j, new_len: m }),
        }
        if one.len > 0 {
            ops.push(DiffOp::Equal { old_index: one.a, new_index: one.b, len: one.len });
        }
        (i, j) = (one.a + one.len, one.b + one.len);
    }
    ops
}

fn hunk(ops: &[DiffOp], a: &[&[u8]], b: &[&[u8]], out: &mut Vec<u8>) {
    let (Some(first), Some(last)) = (ops.first(), ops.last()) else { return };
    let from = place(first.old_range().start, last.old_range().end);
    let to = place(first.new_range().start, last.new_range().end);
    out.extend_from_slice(format!("@@ -{from} +{to} @@\n").as_bytes());
    for op in ops {
        if let DiffOp::Equal { .. } = op {
            a[op.old_range()].iter().for_each(|text| line(b' ', text, out));
        } else {
            a[op.old_range()].iter().for_each(|text| line(b'-', text, out));
            b[op.new_range()].iter().for_each(|text| line(b'+', text, out));
        }
    }
}

/// Lines `start..end`, counted from 0, as a hunk's head has them: from 1, or the line before where there are none.
fn place(start: usize, end: usize) -> String {
    match end - start {
        0 => format!("{start},0"),
        1 => format!("{}", start + 1),
        n => format!("{},{n}", start + 1),
    }
}

fn line(sign: u8, text: &[u8], out: &mut Vec<u8>) {
    out.push(sign);
    out.extend_from_slice(text);
    if !text.ends_with(b"\n") {
        out.extend_from_slice(b"\n\\ No newline at end of file\n");
    }
}

/// Lines with their ends. Only a line feed ends one: that is how `patch` reads them, so a carriage return stays in.
fn lines(bytes: &[u8]) -> Vec<&[u8]> {
    bytes.split_inclusive(|&b| b == b'\n').collect()
}

/// A file's name as git writes it: quoted where it has signs that could be mistaken, and ended by a tab after a space.
fn name(side: &str, path: &str) -> String {
    let mut path = path.trim_start_matches('/');
    // `patch -p1` is content with `a/./x`, `git apply` is not.
    while let Some(rest) = path.strip_prefix("./") {
        path = rest.trim_start_matches('/');
    }
    let path = format!("{side}{path}");
    let is_odd = |c: char| c.is_control() || matches!(c, '"' | '\\');
    if !path.contains(is_odd) {
        return if path.contains(' ') { format!("{path}\t") } else { path };
    }
    let mut quoted = String::from("\"");
    for c in path.chars() {
        match c {
            '"' | '\\' => quoted.extend(['\\', c]),
            c if c.is_control() => {
                let mut bytes = [0; 4];
                c.encode_utf8(&mut bytes).bytes().for_each(|byte| quoted.push_str(&format!("\\{byte:03o}")));
            }
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::words::compare;

    fn check(before: &str, after: &str, expected: &str) {
        let out = Unified::default().render(&compare("x.txt", before.as_bytes(), "x.txt", after.as_bytes()));
        assert_eq!(String::from_utf8(out).unwrap(), expected);
    }

    #[test]
    fn names_what_ends_without_a_line_feed() {
        check(
            "a\nb",
            "a\nc",
            "--- a/x.txt\n+++ b/x.txt\n@@ -1,2 +1,2 @@\n a\n-b\n\\ No newline at end of file\n+c\n\\ No newline at end of file\n",
        );
        check("a", "a\n", "--- a/x.txt\n+++ b/x.txt\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n");
    }

    #[test]
    fn keeps_carriage_returns() {
        check("a\r\nb\r\n", "a\r\nc\r\n", "--- a/x.txt\n+++ b/x.txt\n@@ -1,2 +1,2 @@\n a\r\n-b\r\n+c\r\n");
    }

    #[test]
    fn empty_sides_begin_at_line_0() {
        check("", "a\n", "--- a/x.txt\n+++ b/x.txt\n@@ -0,0 +1 @@\n+a\n");
        check("a\n", "", "--- a/x.txt\n+++ b/x.txt\n@@ -1 +0,0 @@\n-a\n");
        check("a\n", "a\n", "");
    }

    #[test]
    fn odd_names_are_quoted() {
        assert_eq!(name("a/", "/tmp/x y.txt"), "a/tmp/x y.txt\t");
        assert_eq!(name("a/", "././/x/./y.txt"), "a/x/./y.txt");
        assert_eq!((name("a/", "-"), name("b/", "../x.txt")), ("a/-".to_string(), "b/../x.txt".to_string()));
        assert_eq!(name("a/", "x\n\"y\".txt"), r#""a/x\012\"y\".txt""#);
    }
}
