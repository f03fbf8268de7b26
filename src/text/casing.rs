//! Gives a replacement the casing of what it replaces.

/// How a word or phrase is cased.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Casing {
    /// `attack`; also `that I know`, whose capital says nothing.
    Lower,
    /// `Attack`, `Attack on the town`, and a capital that is a whole word: `A`.
    Capitalised,
    /// `ATTACK`: two letters or more.
    Upper,
    /// `White House`, `Attack on the Town`, `Anti-Kremlin`.
    Title,
    /// `iPhone`, `McDonald`, `NATO says`.
    Mixed,
    /// `1990`, `—`: no letter that has two forms.
    Uncased,
}

/// Words that stay small inside a title.
///
/// Source: the articles, conjunctions and prepositions of up to four letters that the Associated Press's and
/// Chicago's headline styles both know.
const SMALL_IN_TITLES: &[&str] = &[
    "a", "an", "and", "as", "at", "but", "by", "for", "from", "in", "into", "nor", "of", "off", "on", "onto", "or",
    "over", "per", "so", "the", "to", "up", "via", "vs", "vs.", "with", "yet",
];

/// How a piece of text is cased; upper counts the letters that are upper or title case.
#[derive(Debug, Clone, Copy, Default)]
struct Cases {
    first_is_upper: bool,
    n_upper: usize,
    n_lower: usize,
}

impl Cases {
    fn of(piece: &str) -> Cases {
        let mut cases = Cases::default();
        for c in piece.chars() {
            if c.is_lowercase() {
                cases.n_lower += 1;
            } else if is_upper(c) {
                cases.first_is_upper |= cases.n_lower + cases.n_upper == 0;
                cases.n_upper += 1;
            }
        }
        cases
    }

    fn is_cased(self) -> bool {
        self.n_upper + self.n_lower > 0
    }

    fn is_lower(self) -> bool {
        self.n_upper == 0
    }

    fn is_capitalised(self) -> bool {
        self.first_is_upper && self.n_upper == 1
    }
}

impl Casing {
    /// The casing of a word or phrase.
    pub fn of(text: &str) -> Casing {
        let whole = Cases::of(text);
        if !whole.is_cased() {
            return Casing::Uncased;
        }
        if whole.n_lower == 0 && whole.n_upper >= 2 {
            return Casing::Upper;
        }
        let mut n_words = 0;
        let mut is_lower = true;
        let mut n_capitalised = 0;
        let mut is_rest_lower = true;
        let mut is_title = true;
        let mut is_first_capitalised = false;
        for (word, is_first) in pieces(text) {
            let cases = Cases::of(word);
            if !cases.is_cased() {
                continue;
            }
            n_words += 1;
            // The pronoun has its capital wherever it stands, so behind the first word it says nothing.
            if !is_first && is_pronoun(word) {
                continue;
            }
            is_lower &= cases.is_lower();
            n_capitalised += usize::from(cases.is_capitalised());
            if n_words == 1 {
                is_first_capitalised = cases.is_capitalised();
            } else {
                is_rest_lower &= cases.is_lower();
            }
            is_title &= cases.is_capitalised() || (n_words > 1 && cases.is_lower() && is_small(word));
        }
        if is_lower {
            Casing::Lower
        } else if is_first_capitalised && is_rest_lower {
            Casing::Capitalised
        } else if is_title && n_capitalised >= 2 {
            Casing::Title
        } else {
            Casing::Mixed
        }
    }
}

/// `after` in the casing of `before`.
///
/// What says nothing (no capital, or capitals of its own) leaves `after` alone, and so do capitals that `after` brings
/// with it, save that all goes to capitals where `before` is all capitals.
///
/// ```
/// use despin::text::casing::transfer;
/// assert_eq!(transfer("Assault", "attack"), "Attack");
/// assert_eq!(transfer("BOSOM MALIGNANCY", "breast cancer"), "BREAST CANCER");
/// assert_eq!(transfer("Attack on the City", "raid of the town"), "Raid of the Town");
/// assert_eq!(transfer("cellphone", "iPhone"), "iPhone");
/// ```
pub fn transfer(before: &str, after: &str) -> String {
    match Casing::of(before) {
        Casing::Lower | Casing::Mixed | Casing::Uncased => after.to_string(),
        Casing::Upper => after.to_uppercase(),
        Casing::Capitalised => {
            let end = after.split_whitespace().next().map_or(0, |word| {
                let start = after.find(word).unwrap_or(0);
                start + word.len()
            });
            let (first, rest) = after.split_at(end);
            capitalised(first) + rest
        }
        Casing::Title => {
            let mut out = String::with_capacity(after.len());
            let mut at = 0;
            for (piece, is_first) in pieces(after) {
                let start = piece.as_ptr() as usize - after.as_ptr() as usize;
                out.push_str(&after[at..start]);
                if !is_first && is_small(piece) {
                    out.push_str(piece)
                } else {
                    out.push_str(&capitalised(piece))
                }
                at = start + piece.len();
            }
            out + &after[at..]
        }
    }
}

/// `word` with its first letter as a capital, unless it has a capital of its own or begins with a digit.
fn capitalised(word: &str) -> String {
    if word.chars().any(is_upper) {
        return word.to_string();
    }
    let Some((at, first)) = word.char_indices().find(|(_, c)| c.is_alphanumeric()) else {
        return word.to_string();
    };
    let mut out = String::with_capacity(word.len() + 1);
    out.push_str(&word[..at]);
    match first {
        // The standard library has no title case; these are the letters whose title case is one letter of its own.
        'ǆ' => out.push('ǅ'),
        'ǉ' => out.push('ǈ'),
        'ǌ' => out.push('ǋ'),
        'ǳ' => out.push('ǲ'),
        _ => {
            let mut upper = first.to_uppercase();
            out.extend(upper.next());
            // ß is `Ss` at the head of a word and ﬁ is `Fi`.
            out.extend(upper.flat_map(char::to_lowercase));
        }
    }
    out.push_str(&word[at + first.len_utf8()..]);
    out
}

/// The words of `text`, those with hyphens in their parts, and whether each is the first.
fn pieces(text: &str) -> impl Iterator<Item = (&str, bool)> {
    let is_gap = |c: char| c.is_whitespace() || matches!(c, '-' | '‐' | '‑' | '–' | '—' | '/');
    text.split(is_gap).filter(|piece| !piece.is_empty()).enumerate().map(|(i, piece)| (piece, i == 0))
}

/// Upper or title case: `ǅ` is neither upper nor lower, yet it is a capital.
fn is_upper(c: char) -> bool {
    c.is_uppercase() || matches!(c, 'ǅ' | 'ǈ' | 'ǋ' | 'ǲ')
}

fn is_small(word: &str) -> bool {
    SMALL_IN_TITLES.contains(&word)
}

/// `I`, `I'm`, `I’ve`, also with punctuation behind it.
fn is_pronoun(word: &str) -> bool {
    word.strip_prefix('I').is_some_and(|rest| !rest.chars().next().is_some_and(|c| c.is_alphanumeric() || c == '.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check_of(text: &str, expected: Casing) {
        assert_eq!(Casing::of(text), expected, "{text}");
    }

    fn check(before: &str, after: &str, expected: &str) {
        assert_eq!(transfer(before, after), expected, "{before} / {after}");
    }

    #[test]
    fn tells_the_casing() {
        for text in ["attack", "don’t", "3rd", "that I know", "and I’m here", "ﬁn", "ß"] {
            check_of(text, Casing::Lower);
        }
        for text in
            ["Attack", "A", "I", "I’m", "Don’t", "T-shirt", "Attack on the town", "Lots of", "Élan", "“Quite", "ǅep"]
        {
            check_of(text, Casing::Capitalised);
        }
        for text in ["ATTACK", "U.S.", "NATO", "WE SAY", "COVID-19", "I AM", "ÉLAN", "A-B"] {
            check_of(text, Casing::Upper);
        }
        for text in ["White House", "Attack on the Town", "Anti-Kremlin", "Out Of", "What I Did"] {
            check_of(text, Casing::Title);
        }
        for text in ["iPhone", "McDonald", "NATO says", "the White House", "eBay", "PhD"] {
            check_of(text, Casing::Mixed);
        }
        for text in ["", "1990", "—", "日本", "؟"] {
            check_of(text, Casing::Uncased);
        }
    }

    #[test]
    fn lower_leaves_as_is() {
        check("assault", "attack", "attack");
        check("cellphone", "iPhone", "iPhone");
        check("it appears that I", "I think", "I think");
        check("the states", "the U.S.", "the U.S.");
    }

    #[test]
    fn capitalised_raises_the_first_letter() {
        check("Assault", "attack", "Attack");
        check("Moreover", "in addition", "In addition");
        check("Malignancy of the bosom", "breast cancer", "Breast cancer");
        check("Cellphone", "iPhone", "iPhone");
        check("A", "one", "One");
        check("I", "we", "We");
        check("Nation", "U.S. state", "U.S. state");
        check("Aforementioned", "“said”", "“Said”");
        check("Third", "3rd", "3rd");
        check("Assault", "", "");
        check("Assault", " attack on", " Attack on");
        check("Assault", "—", "—");
    }

    #[test]
    fn upper_raises_all() {
        check("ASSAULT", "attack", "ATTACK");
        check("BOSOM MALIGNANCY", "breast cancer", "BREAST CANCER");
        check("ROAD", "straße", "STRASSE");
        check("AN", "a", "A");
    }

    #[test]
    fn title_raises_all_but_small_words() {
        check("White Home", "white house", "White House");
        check("Assault on the City", "raid of the town", "Raid of the Town");
        check("The Supreme Courtroom", "the supreme court", "The Supreme Court");
        check("Wall Avenue", "street", "Street");
        check("Long Time Period", "long-term", "Long-Term");
        check("Cutting Edge", "state-of-the-art iPhone", "State-of-the-Art iPhone");
        check("Two  Spaces", "big  gaps ", "Big  Gaps ");
    }

    #[test]
    fn mixed_and_uncased_leave_as_is() {
        check("iPhone", "telephone", "telephone");
        check("McDonald", "donald", "donald");
        check("1990", "nineties", "nineties");
        check("", "nineties", "nineties");
    }

    #[test]
    fn letters_with_a_title_form_of_their_own() {
        check("Assault", "ǆep", "ǅep");
        check("Assault", "ﬁnd", "Find");
        check("Assault", "ßtest", "Sstest");
        check("ASSAULT", "ǆep", "ǄEP");
    }

    #[test]
    fn letters_of_two_signs_have_a_title_case() {
        for (small, title) in [("ǆep", "ǅep"), ("ǉubav", "ǈubav"), ("ǌegov", "ǋegov"), ("ǳero", "ǲero"), ("ﬁn", "Fin")]
        {
            check("Word", small, title);
        }
    }
}
