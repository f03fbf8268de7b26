//! Lists of pairs that a user rejected: they are never restored, whatever dictionary has them.

use crate::error::{Error, ErrorKind, Result};
use crate::lexicon::entry::{Class, Entry, REJECTED};
use crate::lexicon::format::{DictionaryFile, NONE, without_mark};
use crate::lexicon::inflect::in_step;

/// Stands for every original.
pub const ANY: &str = "*";

/// The dictionary of weight 0 that takes away what the list `text` rejects of `under`, laid over them; `name` is for
/// messages.
///
/// A line has a spun wording, a tab and its original, or [`ANY`] for all of them; then a class, if all its forms are meant.
/// So a dictionary is such a list, too. Lines that begin with `#` are comments.
///
/// # Errors
///
/// The first line that is no such pair.
pub fn parse(name: &str, text: &str, under: &[DictionaryFile]) -> Result<DictionaryFile> {
    let mut file = DictionaryFile { name: name.to_string(), ..DictionaryFile::default() };
    // A family of its own would have a rate of its own.
    file.family = under.first().map(|first| first.family.clone()).unwrap_or_default();
    for (line, raw) in (1..).zip(without_mark(text).lines()) {
        if raw.trim().is_empty() || raw.starts_with('#') {
            continue;
        }
        let fault =
            |fault: String, mend: &str| Error::new(ErrorKind::Dictionary, format!("{name}:{line}"), fault, mend);
        let mut columns = raw.split('\t').map(str::trim);
        let (spun, original) = (columns.next().unwrap_or_default(), columns.next().unwrap_or_default());
        if spun.is_empty() || original.is_empty() {
            let mend = "write what is not to be changed, a tab, and what is not to be made of it, or * for anything";
            return Err(fault("no pair".to_string(), mend));
        }
        let class = match columns.next().filter(|class| !class.is_empty()) {
            None => None,
            Some(class) => Some(Class::from_name(class).ok_or_else(|| {
                let mend = "write noun, verb, adj, adv, phrase or name in the third column, or nothing";
                fault(format!("no class {class:?}"), mend)
            })?),
        };
        let originals = if original == ANY {
            originals_of(spun, under)
        } else if original == NONE {
            vec![String::new()]
        } else {
            vec![original.to_string()]
        };
        for original in originals {
            take_away(spun, &original, class, line, &mut file.entries);
        }
    }
    Ok(file)
}

/// Everything that a phrase of `under` may have been which is spelled `spun`.
fn originals_of(spun: &str, under: &[DictionaryFile]) -> Vec<String> {
    let wanted = spun.to_lowercase();
    let mut originals: Vec<String> = Vec::new();
    for entry in under.iter().flat_map(|file| &file.entries) {
        // Forms begin as their lemma does, irregular ones aside; no more is looked at than must be.
        let is_near = entry.spun.to_lowercase().chars().next() == wanted.chars().next();
        if !is_near && entry.class.is_exact() {
            continue;
        }
        for (form, original) in in_step(&entry.spun, &entry.original, entry.class) {
            if form.to_lowercase() == wanted && !originals.contains(&original) {
                originals.push(original);
            }
        }
    }
    originals
}

/// Adds what takes the pair away in every class, since an entry of another class may make it too.
fn take_away(spun: &str, original: &str, class: Option<Class>, line: u32, entries: &mut Vec<Entry>) {
    let mut add = |spun: &str, original: &str, class| {
        let (spun, original) = (spun.to_string(), original.to_string());
        let (evidence, note) = (REJECTED.to_string(), String::new());
        entries.push(Entry { spun, original, class, weight: 0.0, evidence, note, line });
    };
    for class in Class::ALL.into_iter().filter(|class| !class.is_exact()) {
        add(spun, original, class);
    }
    let forms = in_step(spun, original, class.unwrap_or(Class::Phrase));
    for (spun, original) in forms {
        for class in Class::ALL.into_iter().filter(|class| class.is_exact()) {
            add(&spun, &original, class);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::dictionary::Lexicon;
    use crate::lexicon::format;

    /// The pairs that are left of `under`, as `spun/original`.
    fn check(under: &str, list: &str, expected: &[&str]) {
        let under = vec![format::parse("under.tsv", under).unwrap()];
        let rejected = parse("no.tsv", list, &under).unwrap();
        let lexicon = Lexicon::new(under.into_iter().chain([rejected]).collect());
        let say = |id| lexicon.get(id).text;
        let mut left: Vec<String> =
            lexicon.all_targets().map(|t| format!("{}/{}", say(t.spun), say(t.original))).collect();
        left.sort();
        assert_eq!(left, expected, "{list:?}");
    }

    const UNDER: &str = "assault\tattack\tnoun\t0.5\nassault\tstorm\tadv\t0.2\nraid\tattack\tphrase\t0.3\n";

    #[test]
    fn a_pair_goes_whatever_its_class() {
        check(UNDER, "assault\tattack\n", &["assault/storm", "raid/attack"]);
        check(UNDER, "assault\tstorm\n# no\n\nraid\tattack\n", &["assault/attack", "assaults/attacks"]);
    }

    #[test]
    fn one_form_goes_alone_and_all_with_a_class() {
        check(UNDER, "assaults\tattacks\n", &["assault/attack", "assault/storm", "raid/attack"]);
        let forms = "assault\tattack\tphrase\t0.5\nassaults\tattacks\tphrase\t0.5\n";
        check(forms, "assault\tattack\n", &["assaults/attacks"]);
        check(forms, "assault\tattack\tnoun\n", &[]);
    }

    #[test]
    fn a_star_is_every_original() {
        check(UNDER, "assault\t*\n", &["raid/attack"]);
        check("very\t<none>\tadv\t0.2\n", "very\t<none>\n", &[]);
    }

    #[test]
    fn a_line_that_is_no_pair_is_named() {
        let error = parse("no.tsv", "a\tb\nc\n", &[]).unwrap_err().to_string();
        assert!(error.starts_with("no.tsv:2: no pair; "), "{error}");
        let error = parse("no.tsv", "a\tb\tnown\n", &[]).unwrap_err().to_string();
        assert!(error.starts_with("no.tsv:1: no class \"nown\"; "), "{error}");
    }
}
