//! Turns decisions that were made again and again into lines of a user's dictionary.
//!
//! A weight moves as the mean of a Beta distribution does: what the built-in dictionaries say counts as [`STRENGTH`]
//! decisions. A pair that was rejected and never accepted gets weight 0 and is proposed no more. The prior is always the
//! built-in weight and never a learned one, so that the same decisions learned twice count once.

use rustc_hash::FxHashMap;

use crate::lexicon::dictionary::Lexicon;
use crate::lexicon::entry::{Class, DECIDED, Entry, REJECTED};
use crate::lexicon::format::{self, DEFAULT_WEIGHT, DictionaryFile};
use crate::lexicon::matcher::ROOT;
use crate::lexicon::tidy::tidy;
use crate::restore::proposal::Proposal;
use crate::review::{Decision, REVIEW};
use crate::text::tokenize::tokenize;
use crate::text::unit::{fold, units};

/// How many decisions of one kind are no accident any more.
pub const LEAST: usize = 2;

/// How many decisions the built-in weight is worth.
///
/// Source: chosen so that two own wordings outweigh what a head has else; tests/review.rs.
pub const STRENGTH: f64 = 2.0;

/// A change of the weight by less than this says nothing.
const SAME: f64 = 0.015;

/// What a new dictionary begins with. The family is that of most entries, since a family of its own would have a rate of its
/// own, which the few lines of a user say too little about.
pub const HEADER: &str = "# title: Learned from reviews\n# family: autoblog\n# language: en\n\
                          # source: decisions of despin review\n# licence: whatever its owner says\n";

/// One line of a dictionary that is to be another.
#[derive(Debug, Clone, PartialEq)]
pub struct Lesson {
    /// The line as it is; nothing where it is new.
    pub before: Option<String>,
    /// The line as it is to be.
    pub after: String,
}

/// How often a pair was decided about.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    n_accepted: usize,
    n_written: usize,
    n_rejected: usize,
}

/// What is to be learned of `decided`: proposals, and what became of them. `lexicon` has the built-in weights, `user` the
/// dictionary that is to learn; lines of it that a person wrote are left alone.
pub fn lessons<'a>(
    decided: impl Iterator<Item = (&'a Proposal, &'a Decision)>,
    lexicon: &Lexicon,
    user: &DictionaryFile,
) -> Vec<Lesson> {
    let mut counts: FxHashMap<(String, String, Class), Count> = FxHashMap::default();
    for (proposal, decision) in decided {
        let edit = &proposal.edit;
        // Articles and numbers follow rules that no dictionary line changes.
        if !matches!(&*edit.cause.rule, "dictionary" | "near-spelling" | REVIEW) {
            continue;
        }
        let mut count = |after: &str, add: fn(&mut Count)| add(counts.entry(pair(&edit.before, after)).or_default());
        match decision {
            Decision::Accept => count(&edit.after, |count| count.n_accepted += 1),
            Decision::Reject => count(&edit.after, |count| count.n_rejected += 1),
            Decision::Rewrite(text) => {
                count(&edit.after, |count| count.n_rejected += 1);
                count(text, |count| count.n_written += 1);
            }
            Decision::Skip => {}
        }
    }
    let mut lessons: Vec<Lesson> = counts
        .into_iter()
        .filter_map(|((spun, original, class), count)| lesson(spun, original, class, count, lexicon, user))
        .collect();
    lessons.sort_by(|a, b| a.after.cmp(&b.after));
    lessons
}

fn lesson(
    spun: String,
    original: String,
    class: Class,
    count: Count,
    lexicon: &Lexicon,
    user: &DictionaryFile,
) -> Option<Lesson> {
    let Count { n_accepted, n_written, n_rejected } = count;
    let (n_for, n_all) = (n_accepted + n_written, n_accepted + n_written + n_rejected);
    if n_all < LEAST || spun == original || spun.is_empty() {
        return None;
    }
    let known = weight(lexicon, &spun, &original);
    let weight = match n_for {
        0 => 0.0,
        _ => {
            let prior = f64::from(known.unwrap_or(DEFAULT_WEIGHT)) * STRENGTH;
            (prior + n_for as f64) / (STRENGTH + n_all as f64)
        }
    };
    let is_pair = |entry: &&Entry| fold(&entry.spun) == fold(&spun) && fold(&entry.original) == fold(&original);
    let line = user.entries.iter().find(is_pair);
    if line.is_some_and(|entry| entry.evidence != DECIDED && entry.evidence != REJECTED) {
        return None;
    }
    let said = [(n_accepted, "accepted"), (n_written, "own wording"), (n_rejected, "rejected")];
    let said: Vec<String> = said.iter().filter(|(n, _)| *n > 0).map(|(n, what)| format!("{n} {what}")).collect();
    let entry = Entry {
        spun,
        original,
        class: if weight == 0.0 { Class::Phrase } else { class },
        // Three decimals, as the built-in ones have.
        weight: ((weight * 1e3).round() / 1e3) as f32,
        evidence: if weight == 0.0 { REJECTED } else { DECIDED }.to_string(),
        note: said.join(", "),
        line: 0,
    };
    let says_nothing = line.is_none() && known.is_some_and(|known| (f64::from(known) - weight).abs() < SAME);
    let (before, after) = (line.map(format::line), format::line(&entry));
    (!says_nothing && before.as_ref() != Some(&after)).then_some(Lesson { before, after })
}

/// The dictionary `text` with `lessons` in it, in order.
pub fn taught(text: &str, lessons: &[Lesson]) -> String {
    let replaced: Vec<&str> = lessons.iter().filter_map(|lesson| lesson.before.as_deref()).collect();
    // A line may say the same with other spaces.
    let says = |line: &str| format::parse("", line).ok().and_then(|file| file.entries.first().map(format::line));
    let is_kept = |line: &&str| says(line).is_none_or(|said| !replaced.contains(&said.as_str()));
    let kept = text.lines().filter(is_kept);
    tidy(
        &kept
            .chain(lessons.iter().map(|lesson| lesson.after.as_str()))
            .map(|line| [line, "\n"].concat())
            .collect::<String>(),
    )
}

/// The pair and the class in which a dictionary has it. Capitals at the beginning come from the sentence; others belong to a
/// name.
fn pair(before: &str, after: &str) -> (String, String, Class) {
    let (before, after) = (before.split_whitespace(), after.split_whitespace());
    let (before, after) = (before.collect::<Vec<_>>().join(" "), after.collect::<Vec<_>>().join(" "));
    let starts = |text: &str| text.starts_with(char::is_uppercase);
    let has_inner = |text: &str| text.chars().skip(1).any(char::is_uppercase);
    if has_inner(&before) || has_inner(&after) || (starts(&after) && !starts(&before)) {
        (before, after, Class::Name)
    } else {
        (before.to_lowercase(), after.to_lowercase(), Class::Phrase)
    }
}

/// The weight that `lexicon` gives a pair.
fn weight(lexicon: &Lexicon, spun: &str, original: &str) -> Option<f32> {
    let matcher = lexicon.matcher();
    let step = |node, unit: crate::text::unit::Unit| matcher.step(node, matcher.id(&unit.folded)?);
    let node = units(spun, &tokenize(spun)).into_iter().try_fold(ROOT, step)?;
    let is_it = |target: &crate::lexicon::dictionary::Target| fold(lexicon.get(target.original).text) == fold(original);
    lexicon.targets(node).find(is_it).map(|target| target.weight)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::lexicon::format::parse;
    use crate::restore::proposal::{Applicability, Score};
    use crate::text::edit::{Cause, Edit};
    use crate::text::span::Span;

    /// What is learned of decisions `BEFORE>AFTER=VERB`, with `user` as dictionary.
    fn learned(decided: &[&str], user: &str) -> Vec<String> {
        let one = |line: &&str| {
            let (pair, verb) = line.split_once('=').unwrap();
            let (before, after) = pair.split_once('>').unwrap();
            let edit = Edit {
                span: Span::new(0, before.len()),
                before: before.into(),
                after: after.into(),
                cause: Cause::rule("dictionary"),
            };
            let (score, rivals) = (Score::default(), Vec::new());
            let proposal =
                Proposal { edit, probability: 0.9, applicability: Applicability::Apply, score, rivals, units: (0, 1) };
            let decision = match verb {
                "y" => Decision::Accept,
                "n" => Decision::Reject,
                "s" => Decision::Skip,
                text => Decision::Rewrite(text.into()),
            };
            (proposal, decision)
        };
        let decided: Vec<(Proposal, Decision)> = decided.iter().map(one).collect();
        let lexicon =
            Lexicon::new(vec![parse("known.tsv", "mentioned\tsaid\tphrase\t0.5\nfolks\tpeople\tphrase\t1\n").unwrap()]);
        let user = parse("mine.tsv", user).unwrap();
        let lessons = lessons(decided.iter().map(|(p, d)| (p, d)), &lexicon, &user);
        let shown =
            |lesson: Lesson| format!("{}{}", lesson.before.map(|b| b + " => ").unwrap_or_default(), lesson.after);
        lessons.into_iter().map(|lesson| shown(lesson).replace('\t', " ")).collect()
    }

    #[test]
    fn what_was_decided_again_and_again_is_learned() {
        assert_eq!(learned(&["mentioned>said=y"], ""), Vec::<String>::new());
        assert_eq!(
            learned(&["mentioned>said=y", "Mentioned>Said=y"], ""),
            ["mentioned said phrase 0.75 decided 2 accepted"]
        );
        assert_eq!(
            learned(&["mentioned>said=n", "mentioned>said=n"], ""),
            ["mentioned said phrase 0 rejected 2 rejected"]
        );
        assert_eq!(
            learned(&["mentioned>said=n", "mentioned>said=y"], ""),
            Vec::<String>::new(),
            "one each leaves the weight where it was"
        );
        assert_eq!(
            learned(&["mentioned>said=told", "mentioned>said=told", "mentioned>said=s"], ""),
            ["mentioned said phrase 0 rejected 2 rejected", "mentioned told phrase 0.6 decided 2 own wording"]
        );
        assert_eq!(learned(&["folks>people=y", "folks>people=y"], ""), Vec::<String>::new(), "it is sure already");
        assert_eq!(learned(&["gross>=y", "gross>=y"], ""), ["gross <none> phrase 0.6 decided 2 accepted"]);
        assert_eq!(
            learned(&["White Home>x=White House", "White Home>x=White House"], "")[0],
            "White Home White House name 0.6 decided 2 own wording"
        );
    }

    #[test]
    fn lines_of_a_person_stay_and_learned_ones_follow() {
        let twice = ["mentioned>said=n", "mentioned>said=n"];
        assert_eq!(learned(&twice, "mentioned\tsaid\tphrase\t0.9\tknown\n"), Vec::<String>::new());
        let line = "mentioned\tsaid\tphrase\t0.75\tdecided\t2 accepted\n";
        assert_eq!(
            learned(&twice, line),
            ["mentioned said phrase 0.75 decided 2 accepted => mentioned said phrase 0 rejected 2 rejected"]
        );
        assert_eq!(learned(&["mentioned>said=y", "mentioned>said=y"], line), Vec::<String>::new(), "once is enough");
    }

    #[test]
    fn lessons_go_into_the_file_in_order() {
        let lessons = [
            Lesson { before: Some("b\tc\tphrase\t0.5\tdecided".into()), after: "b\tc\tphrase\t0\trejected".into() },
            Lesson { before: None, after: "a\tb\tphrase\t0.5".into() },
        ];
        assert_eq!(
            taught("# title: x\nb\tc\tphrase\t0.5\tdecided\nd\te\tnoun\n", &lessons),
            "# title: x\na\tb\tphrase\t0.5\nb\tc\tphrase\t0\trejected\nd\te\tnoun\n"
        );
    }
}
