//! Which indefinite article a word takes.

use std::sync::LazyLock;

/// Beginnings of words whose first letter does not tell their sound.
static SOUNDS: LazyLock<Vec<(&'static str, &'static str)>> = LazyLock::new(|| {
    include_str!("../../dictionaries/en/article.txt")
        .lines()
        .filter(|line| !line.starts_with('#'))
        .filter_map(|line| line.split_once(' '))
        .map(|(article, beginning)| (beginning, article))
        .collect()
});

/// The article that goes before `word`.
///
/// ```
/// use despin::text::article::article_for;
/// assert_eq!(article_for("uncommon"), "an");
/// assert_eq!(article_for("university"), "a");
/// assert_eq!(article_for("MP"), "an");
/// ```
pub fn article_for(word: &str) -> &'static str {
    let folded = word.to_lowercase();
    let first = folded.bytes().next();
    let fits = |beginning: &str| {
        beginning.bytes().next() == first
            && match beginning.strip_suffix('.') {
                Some(whole) => folded == whole,
                None => folded.starts_with(beginning),
            }
    };
    if let Some((_, article)) = SOUNDS.iter().filter(|(b, _)| fits(b)).max_by_key(|(b, _)| b.len()) {
        return article;
    }
    let letters = word.chars().take_while(|c| c.is_alphanumeric());
    let n_letters = letters.clone().count();
    let has_vowel = folded.contains(['a', 'e', 'i', 'o', 'u']);
    let is_spelled = n_letters > 0 && letters.clone().all(|c| c.is_uppercase()) && (n_letters <= 3 || !has_vowel);
    let vowels = if is_spelled { "aefhilmnorsx" } else { "aeiou" };
    if folded.starts_with(|c| vowels.contains(c)) { "an" } else { "a" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn articles_follow_the_sound() {
        for (article, words) in [
            (
                "an",
                "uncommon hour honest apple unidentified uninterested MP FBI NHS 8 11 18th unusual old heir unimportant X",
            ),
            (
                "a",
                "university European one once useful UK U.S. rare unit union historic 12 100 one-time NATO UFO uniform unanimous",
            ),
        ] {
            for word in words.split(' ') {
                assert_eq!(article_for(word), article, "{word}");
            }
        }
    }
}
