//! What speaks for a proposed entry, as the columns of a proposal file and as conditions on them.
//!
//! A proposal file is a dictionary whose header names [`COLUMNS`]; the entry stands in the first six, and so any command that
//! takes a dictionary takes it.

use std::str::FromStr;

use serde::Serialize;

use crate::error::{Error, ErrorKind, Result};
use crate::lexicon::format;

/// What is recommended.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum State {
    /// Use it.
    Add,
    /// A person should look.
    #[default]
    Ambiguous,
    /// Leave it out.
    Noise,
}

impl State {
    /// Its name in a proposal file.
    pub fn name(self) -> &'static str {
        match self {
            State::Add => "add",
            State::Ambiguous => "ambiguous",
            State::Noise => "noise",
        }
    }

    /// The state of that name.
    pub fn from_name(name: &str) -> Option<State> {
        [State::Add, State::Ambiguous, State::Noise].into_iter().find(|state| state.name() == name)
    }
}

/// What speaks for an entry.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
pub struct Evidence {
    /// What is recommended.
    pub state: State,
    /// Why.
    pub reason: String,
    /// Texts it was seen in, in any of its forms.
    pub count: u32,
    /// Places.
    pub places: u32,
    /// Pairs of forms that were seen.
    pub forms: u32,
    /// Share of the texts with this original in which it became this, 0 to 1.
    pub share: f64,
    /// Occurrences of the spun side in a million words of genuine text.
    pub base_rate: f64,
    /// Originals that its spun side was seen for.
    pub ambiguity: u32,
    /// A place of a text, as `some words [spun|original] some words`.
    pub example: String,
}

/// The columns of a proposal file, those of an entry first.
pub const COLUMNS: [&str; 15] = [
    "spun",
    "original",
    "class",
    "weight",
    "evidence",
    "note",
    "state",
    "reason",
    "count",
    "places",
    "forms",
    "share",
    "base",
    "ambiguity",
    "example",
];

impl Evidence {
    /// Its columns, parted by tabs.
    pub fn columns(&self) -> String {
        format!(
            "{}\t{}\t{}\t{}\t{}\t{:.3}\t{:.2}\t{}\t{}",
            self.state.name(),
            self.reason,
            self.count,
            self.places,
            self.forms,
            self.share,
            self.base_rate,
            self.ambiguity,
            self.example
        )
    }

    /// The evidence in a line of a proposal file; nothing where the line ends before it.
    ///
    /// # Errors
    ///
    /// What is wrong with the first column that says something else, without its place.
    pub fn parse(line: &str) -> std::result::Result<Option<Evidence>, String> {
        let fields: Vec<&str> = line.split('\t').map(str::trim).collect();
        let Some([state, reason, count, places, forms, share, base, ambiguity, rest @ ..]) =
            fields.get(format::COLUMNS..)
        else {
            return Ok(None);
        };
        fn number<T: FromStr>(name: &str, field: &str) -> std::result::Result<T, String> {
            field.parse().map_err(|_| format!("{name} {field:?} is no number"))
        }
        Ok(Some(Evidence {
            state: State::from_name(state).ok_or_else(|| format!("no state {state:?}"))?,
            reason: reason.to_string(),
            count: number("count", count)?,
            places: number("places", places)?,
            forms: number("forms", forms)?,
            share: number("share", share)?,
            base_rate: number("base", base)?,
            ambiguity: number("ambiguity", ambiguity)?,
            example: rest.first().copied().unwrap_or_default().to_string(),
        }))
    }
}

/// What must hold of evidence: all of some comparisons, such as `count>=3,ambiguity<=1`.
///
/// ```
/// use despin::mine::evidence::{Condition, Evidence, State};
/// let condition: Condition = "count>=3,ambiguity<=1,state=add".parse()?;
/// let evidence = Evidence { count: 3, ambiguity: 1, state: State::Add, ..Evidence::default() };
/// assert!(condition.holds(&evidence));
/// assert!(!condition.holds(&Evidence { count: 2, ..evidence }));
/// # Ok::<(), despin::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Condition {
    comparisons: Vec<(Field, Sign, f64)>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Field {
    Count,
    Places,
    Forms,
    Share,
    Base,
    Ambiguity,
    State,
}

/// The fields of conditions by name.
const FIELDS: [(&str, Field); 7] = [
    ("count", Field::Count),
    ("places", Field::Places),
    ("forms", Field::Forms),
    ("share", Field::Share),
    ("base", Field::Base),
    ("ambiguity", Field::Ambiguity),
    ("state", Field::State),
];

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sign {
    AtLeast,
    AtMost,
    Above,
    Below,
    Equal,
}

/// The signs, longer ones before those that they begin with.
const SIGNS: [(&str, Sign); 5] =
    [(">=", Sign::AtLeast), ("<=", Sign::AtMost), (">", Sign::Above), ("<", Sign::Below), ("=", Sign::Equal)];

impl Condition {
    /// True where `evidence` is as every comparison says.
    pub fn holds(&self, evidence: &Evidence) -> bool {
        self.comparisons.iter().all(|&(field, sign, wanted)| {
            let value = match field {
                Field::Count => evidence.count.into(),
                Field::Places => evidence.places.into(),
                Field::Forms => evidence.forms.into(),
                Field::Share => evidence.share,
                Field::Base => evidence.base_rate,
                Field::Ambiguity => evidence.ambiguity.into(),
                Field::State => f64::from(evidence.state as u8),
            };
            match sign {
                Sign::AtLeast => value >= wanted,
                Sign::AtMost => value <= wanted,
                Sign::Above => value > wanted,
                Sign::Below => value < wanted,
                Sign::Equal => value == wanted,
            }
        })
    }
}

impl FromStr for Condition {
    type Err = Error;

    fn from_str(text: &str) -> Result<Condition> {
        let mut comparisons = Vec::new();
        for part in text.split(',').map(str::trim) {
            let mend = "write comparisons such as count>=3,ambiguity<=1,state=add";
            let refuse = |fault: String| Error::new(ErrorKind::Usage, format!("condition {part:?}"), fault, mend);
            let at = part.find(['<', '>', '=']).ok_or_else(|| refuse("it compares nothing".into()))?;
            let (name, rest) = part.split_at(at);
            let name = name.trim();
            let field = FIELDS.iter().find(|(known, _)| *known == name).map(|&(_, field)| field).ok_or_else(|| {
                let known: Vec<&str> = FIELDS.iter().map(|(known, _)| *known).collect();
                refuse(format!("there is no {name:?} among {}", known.join(", ")))
            })?;
            let &(sign_text, sign) = SIGNS.iter().find(|(sign, _)| rest.starts_with(sign)).expect("it begins with one");
            let value = rest[sign_text.len()..].trim();
            let wanted = match field {
                Field::State if sign == Sign::Equal => State::from_name(value).map(|state| f64::from(state as u8)),
                Field::State => return Err(refuse("states are compared with = alone".into())),
                _ => value.parse::<f64>().ok().filter(|number| number.is_finite()),
            };
            let wanted = wanted.ok_or_else(|| refuse(format!("{value:?} is no value of {name}")))?;
            comparisons.push((field, sign, wanted));
        }
        Ok(Condition { comparisons })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_come_back() {
        let evidence = Evidence {
            state: State::Add,
            reason: "seen in several texts".into(),
            count: 3,
            places: 5,
            forms: 2,
            share: 0.75,
            base_rate: 1.25,
            ambiguity: 1,
            example: "an [uncommon|rare] assault".into(),
        };
        let line = format!("uncommon\trare\tadj\t0.3\tmined\t\t{}", evidence.columns());
        assert_eq!(line.split('\t').count(), COLUMNS.len());
        assert_eq!(Evidence::parse(&line).unwrap(), Some(evidence));
        assert_eq!(Evidence::parse("uncommon\trare\tadj").unwrap(), None);
        assert_eq!(Evidence::parse("a\tb\tadj\t1\t\t\tyes\t\t1\t1\t1\t1\t1\t1").unwrap_err(), "no state \"yes\"");
        assert_eq!(
            Evidence::parse("a\tb\tadj\t1\t\t\tadd\t\tx\t1\t1\t1\t1\t1").unwrap_err(),
            "count \"x\" is no number"
        );
    }

    #[test]
    fn conditions_are_refused_with_what_is_wrong() {
        let refused = |text: &str| text.parse::<Condition>().unwrap_err().to_string();
        let mend = "write comparisons such as count>=3,ambiguity<=1,state=add";
        assert_eq!(refused("count"), format!("condition \"count\": it compares nothing; {mend}"));
        assert_eq!(refused("count>=x"), format!("condition \"count>=x\": \"x\" is no value of count; {mend}"));
        assert_eq!(refused("state>add"), format!("condition \"state>add\": states are compared with = alone; {mend}"));
        assert!(refused("n>3").contains("there is no \"n\" among count, places"));
    }
}
