//! How implausible a stretch of text is, as a count of neighbours that no writer puts side by side.
//!
//! The count is no probability: it is made so that text that was read by a wrong code page has one and more for each
//! character that it was, and correct text of any language has none. Mojibake is repaired where the count falls.

/// What a character is to its neighbours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Lower,
    Upper,
    /// A letter of a script without case.
    Letter,
    /// A sign that stands beside no letter: `¤`, `±`, `€`, box drawings.
    Odd,
    /// A sign that stands behind a letter or number, and before none: `™`, `²`.
    Suffix,
    /// `¡` and `¿`.
    Opening,
    /// A C1 control character.
    Control,
    Mark,
    Other,
}

/// Scripts, as far as letters of two of them in one word are no word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Script {
    Latin,
    Greek,
    Cyrillic,
    Hebrew,
    Arabic,
    /// Han, Kana, Hangul, which stand beside any script.
    EastAsian,
    Rest,
}

fn class(c: char) -> Class {
    match c {
        'ª' | '²' | '³' | '¹' | 'º' | '°' | '®' | '™' => Class::Suffix,
        '¡' | '¿' => Class::Opening,
        '\u{80}'..='\u{9f}' => Class::Control,
        'µ' => Class::Odd,
        '¢'..='©'
        | '¬'..='¶'
        | '¸'
        | '¼'..='¾'
        | '€'
        | '‚'
        | '„'
        | '†'
        | '‡'
        | '•'
        | '‰'
        | '‹'
        | 'ˆ'
        | '˜'
        | '˙'
        | '˝'
        | 'ƒ'
        | 'ˇ'
        | '˘'
        | '˛'
        | '№'
        | '×'
        | '÷'
        | '‗' => Class::Odd,
        '\u{2200}'..='\u{22ff}' | '\u{2310}'..='\u{2321}' | '\u{2500}'..='\u{25ff}' | '\u{f8ff}' | '\u{20a7}' => {
            Class::Odd
        }
        '\u{300}'..='\u{36f}' => Class::Mark,
        _ if c.is_lowercase() => Class::Lower,
        _ if c.is_uppercase() => Class::Upper,
        _ if c.is_alphabetic() => Class::Letter,
        _ => Class::Other,
    }
}

fn script(c: char) -> Script {
    match c {
        '\0'..='\u{2af}' | '\u{1e00}'..='\u{1eff}' => Script::Latin,
        '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => Script::Greek,
        '\u{400}'..='\u{52f}' => Script::Cyrillic,
        '\u{590}'..='\u{5ff}' => Script::Hebrew,
        '\u{600}'..='\u{6ff}' => Script::Arabic,
        '\u{1100}'..='\u{11ff}' | '\u{2e80}'..='\u{d7ff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' => {
            Script::EastAsian
        }
        _ => Script::Rest,
    }
}

/// True where text that was repaired may have `c`: characters that are assigned and of use.
pub(super) fn is_possible(c: char) -> bool {
    match c {
        // Latin letters of phonetics and of few languages: most often chance.
        '\u{180}'..='\u{24f}' => {
            matches!(
                c,
                'ƒ' | 'Ơ'
                    | 'ơ'
                    | 'Ư'
                    | 'ư'
                    | 'Ș'
                    | 'ș'
                    | 'Ț'
                    | 'ț'
                    | 'Ə'
                    | 'ǎ'
                    | 'ǐ'
                    | 'ǒ'
                    | 'ǔ'
                    | 'ǧ'
                    | 'ǫ'
                    | 'ǝ'
            )
        }
        '\u{250}'..='\u{2af}' => c == 'ə',
        '\u{2b0}'..='\u{2ff}' => matches!(c, 'ʻ' | 'ʼ' | 'ˆ' | 'ˇ' | '˘' | '˙' | '˚' | '˛' | '˜' | '˝'),
        // Thaana, N'Ko, Syriac: two letters of Windows-1252 each.
        '\u{700}'..='\u{8ff}' => false,
        '\u{460}'..='\u{48f}' | '\u{4f0}'..='\u{52f}' => false,
        '\u{370}'..='\u{385}' | '\u{3d0}'..='\u{3ff}' => matches!(c, '΄' | '΅' | ';'),
        '\u{a0}'..='\u{17f}' | '\u{300}'..='\u{36f}' | '\u{80}'..='\u{9f}' => true,
        '\u{2000}'..='\u{2069}' => {
            matches!(c, '\u{2009}'..='\u{2015}' | '\u{2018}'..='\u{2022}' | '\u{2026}' | '\u{2028}'
            | '\u{202f}'..='\u{2033}' | '\u{2039}'..='\u{203a}' | '\u{2044}' | '\u{2002}'..='\u{2003}' | '\u{2060}')
        }
        '\u{20a0}'..='\u{2bff}' | '\u{3000}'..='\u{303f}' | '\u{fe0f}' | '\u{feff}' | '\u{fffd}' => true,
        '\u{ff00}'..='\u{ffef}' | '\u{1f000}'..='\u{1faff}' => true,
        '\u{591}'..='\u{5f4}' | '\u{60c}'..='\u{6ff}' | '\u{900}'..='\u{e7f}' => true,
        _ => c.is_alphabetic() && !('\u{e000}'..='\u{f8ff}').contains(&c),
    }
}

/// The implausible places of `text`, where `before` stands before it and `after` behind it.
pub(super) fn implausibility(text: &[char], before: Option<char>, after: Option<char>) -> u32 {
    let at = |i: isize| -> Option<char> {
        match usize::try_from(i) {
            Err(_) => before.filter(|_| i == -1),
            Ok(i) => text.get(i).copied().or_else(|| after.filter(|_| i == text.len())),
        }
    };
    let mut sum = 0;
    for i in -1..text.len() as isize {
        let (Some(a), Some(b)) = (at(i), at(i + 1)) else { continue };
        sum += pair(at(i - 1), a, b, at(i + 2));
    }
    let n_controls = text.iter().filter(|&&c| class(c) == Class::Control).count();
    let is_start_mark =
        text.first().is_some_and(|&c| class(c) == Class::Mark) && !before.is_some_and(char::is_alphabetic);
    sum + 2 * n_controls as u32 + 2 * u32::from(is_start_mark)
}

/// How implausible `b` is behind `a`.
fn pair(before: Option<char>, a: char, b: char, after: Option<char>) -> u32 {
    use Class::{Letter, Lower, Mark, Odd, Opening, Other, Suffix, Upper};
    if a.is_ascii() && b.is_ascii() {
        return 0;
    }
    let (class_a, class_b) = (class(a), class(b));
    let is_letter = |class| matches!(class, Lower | Upper | Letter);
    let mut sum = 0;
    sum += match (class_a, class_b) {
        (Lower, Upper) => 1,
        (x, Odd) if is_letter(x) => 1,
        // These two open quotations.
        (Odd, x) if is_letter(x) && !matches!(a, '„' | '‚') => 1,
        (Odd | Suffix, Odd) | (Odd, Suffix) => 1,
        (Suffix, x) if is_letter(x) && !(a == '°' && matches!(b, 'C' | 'F' | 'N' | 'S' | 'W' | 'E')) => 1,
        (x, Opening) if is_letter(x) || x == Opening => 1,
        (x, Mark) if is_letter(x) && is_rare_mark(b) => 3,
        (Mark, Mark) | (Other, Mark) => 0,
        _ => 0,
    };
    let (script_a, script_b) = (script(a), script(b));
    let is_free = |script| script == Script::EastAsian;
    if is_letter(class_a) && is_letter(class_b) && script_a != script_b && !is_free(script_a) && !is_free(script_b) {
        sum += 2;
    }
    // How the first two bytes of quotation marks and dashes look in each page.
    const SIGNATURES: &[(char, char)] = &[
        ('â', '€'),
        ('в', 'Ђ'),
        ('‚', 'Ä'),
        ('Γ', 'Ç'),
        ('β', '€'),
        ('Б', '─'),
        ('Ô', 'Ç'),
        ('ג', '€'),
        ('ï', '»'),
        ('ï', '¿'),
    ];
    if SIGNATURES.contains(&(a, b)) {
        sum += 1;
    }
    let is_upper = |c: Option<char>| c.is_some_and(char::is_uppercase);
    let is_latin_lead = matches!(a, 'Â' | 'Ã') && !is_upper(before);
    if is_latin_lead && (class_b == Suffix || matches!(b, '\u{a0}' | '·' | '«' | '»' | '¡' | '¿')) {
        sum += 1;
    }
    // A capital, a quotation mark or dash, and a letter at once: `Ã–sterreich`.
    if matches!(a, 'Ã' | 'Ä' | 'Å' | 'Ă' | 'Ĺ' | 'Ð' | 'Ñ')
        && matches!(b, '“' | '”' | '‘' | '’' | '–' | '—' | '…' | '›' | '»' | '«' | '·' | '\u{a0}')
        && !is_upper(before)
        && after.is_some_and(|c| c.is_lowercase())
    {
        sum += 1;
    }
    sum
}

/// True for combining marks that no common spelling has: most are what a two-byte sequence looks like in another page.
fn is_rare_mark(c: char) -> bool {
    matches!(c, '\u{305}' | '\u{30d}'..='\u{30e}' | '\u{310}'..='\u{312}' | '\u{315}'..='\u{31a}'
        | '\u{31c}'..='\u{322}' | '\u{329}'..='\u{32c}' | '\u{32f}' | '\u{333}'..='\u{341}' | '\u{343}'..='\u{36f}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: u32) {
        let chars: Vec<char> = text.chars().collect();
        assert_eq!(implausibility(&chars, None, None), expected, "{text}");
    }

    #[test]
    fn correct_text_has_none() {
        for text in
            ["café", "«Été»", "IRMÃ” e", "NESTLÉ™", "Київ", "Рік", "„Spaß“", "20 °C", "Ελλάδα", "¿Qué?", "我用CD听"]
        {
            check(text, 0);
        }
    }

    #[test]
    fn damaged_text_has_some() {
        check("cafÃ©", 2);
        check("donâ€™t", 4);
        check("Ã–sterreich", 1);
        check("РџСЂРёРІРµС‚", 5);
    }
}
