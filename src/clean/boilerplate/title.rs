//! Headlines that are there twice: how alike two lines are as titles.

/// How alike two titles must be, as 1 less their edit distance over the length of the longer.
///
/// A site's name at the end is cut first, so what is left differs by a word or by spelling.
const ALIKE: f64 = 0.85;
/// Longer lines are no titles, and edit distance is a square.
const LONGEST: usize = 200;

/// True where `a` and `b`, both folded, are one title.
pub(super) fn is_same_title(a: &str, b: &str) -> bool {
    if a.len() > LONGEST || b.len() > LONGEST || a.is_empty() || b.is_empty() {
        return false;
    }
    a == b || strsim::normalized_levenshtein(without_site(a), without_site(b)) >= ALIKE
}

/// True where `line` is a title with a site's name after it.
pub(super) fn has_site(line: &str) -> bool {
    without_site(line).len() < line.len()
}

/// `line` up to the sign before a site's name; all of it where too little would be left.
fn without_site(line: &str) -> &str {
    let cut = [" | ", " - ", " – ", " — ", " :: ", " · "].iter().filter_map(|sign| line.rfind(sign)).max();
    match cut {
        Some(at) if line[..at].split(' ').count() >= 3 && line[at..].split(' ').count() <= 6 => &line[..at],
        _ => line,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn titles_are_compared() {
        assert!(is_same_title("ferry runs aground off the cape", "ferry runs aground off the cape | the coast daily"));
        assert!(is_same_title("ferry runs aground off the cape", "ferry runs aground off cape"));
        assert!(!is_same_title("ferry runs aground off the cape", "ferry service resumes after the storm"));
        assert!(!is_same_title("", ""));
        assert!(has_site("ferry runs aground – the daily") && !has_site("ferry - aground"));
    }
}
