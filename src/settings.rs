//! Settings: defaults, under `despin.toml`, under the environment, under the command's flags.
//!
//! What a file says is read here and given to the commands as plain data; no stage knows that there are settings. docs/settings.md
//! lists them.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize, Serializer};

use crate::error::{Error, ErrorKind, Result};

/// The name of the file that is looked for, in the working directory and above.
pub const FILE: &str = "despin.toml";

/// What settings say; nothing where they are silent.
///
/// ```
/// use despin::settings::Settings;
/// let settings = Settings::parse("despin.toml", "[restore]\napply_from = 0.8\n")?;
/// assert_eq!(settings.restore.apply_from, Some(0.8));
/// let settings = settings.with_environment(|name| (name == "DESPIN_RESTORE_LM").then(|| "my.lm".to_string()))?;
/// assert!(settings.restore.lm.is_some());
/// # Ok::<(), despin::Error>(())
/// ```
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Settings {
    /// Of `despin clean`.
    pub clean: Clean,
    /// Of `despin restore`, and of `despin detect` as far as it has the same flags.
    pub restore: Restore,
}

/// Settings of `despin clean`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Clean {
    /// Rules to leave out.
    pub skip: Vec<String>,
    /// The only rules to use.
    pub only: Vec<String>,
    /// What of a page is kept: `meta`, `boilerplate`, `uncertain`.
    pub keep: Vec<String>,
    /// What of a page is removed: the same.
    pub drop: Vec<String>,
    /// `drop` or `keep`: the same for boilerplate alone.
    pub boilerplate: Option<String>,
}

/// Settings of `despin restore`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Restore {
    /// Make edits from this probability on.
    pub apply_from: Option<f64>,
    /// Dictionaries laid over the built-in ones.
    #[serde(serialize_with = "shown_each")]
    pub dict: Vec<PathBuf>,
    /// The language model.
    #[serde(serialize_with = "shown")]
    pub lm: Option<PathBuf>,
    /// `drop` or `keep`: whether lines of the page are removed first.
    pub boilerplate: Option<String>,
}

impl Settings {
    /// Reads settings; `place` is what errors call them.
    ///
    /// # Errors
    ///
    /// Where `text` is no TOML, or a key or a value is not known.
    pub fn parse(place: &str, text: &str) -> Result<Settings> {
        let found: Settings = toml::from_str(text).map_err(|error| {
            let line = error.span().map_or(1, |span| text[..span.start.min(text.len())].matches('\n').count() + 1);
            let fault = error.message().lines().collect::<Vec<_>>().join(" ");
            wrong(format!("{place}:{line}"), fault, "correct it, or take it out; docs/settings.md lists the settings")
        })?;
        let line_of = |key: &str| {
            let at = text.lines().position(|line| line.trim_start().starts_with(key)).unwrap_or(0);
            format!("{place}:{}", at + 1)
        };
        found.check(line_of)?;
        Ok(found)
    }

    /// The same with what the environment says, as `variable` gives it: `DESPIN_CLEAN_SKIP=space,residue`.
    ///
    /// # Errors
    ///
    /// Where a value is not one that the setting can have.
    pub fn with_environment(mut self, variable: impl Fn(&str) -> Option<String>) -> Result<Settings> {
        let list = |name: &str| variable(name).map(|value| parts(&value));
        for (name, slot) in [
            ("DESPIN_CLEAN_SKIP", &mut self.clean.skip),
            ("DESPIN_CLEAN_ONLY", &mut self.clean.only),
            ("DESPIN_CLEAN_KEEP", &mut self.clean.keep),
            ("DESPIN_CLEAN_DROP", &mut self.clean.drop),
        ] {
            if let Some(found) = list(name) {
                *slot = found;
            }
        }
        self.clean.boilerplate = variable("DESPIN_CLEAN_BOILERPLATE").or(self.clean.boilerplate);
        self.restore.boilerplate = variable("DESPIN_RESTORE_BOILERPLATE").or(self.restore.boilerplate);
        self.restore.lm = variable("DESPIN_RESTORE_LM").map(PathBuf::from).or(self.restore.lm);
        if let Some(found) = list("DESPIN_RESTORE_DICT") {
            self.restore.dict = found.into_iter().map(PathBuf::from).collect();
        }
        if let Some(value) = variable("DESPIN_RESTORE_APPLY_FROM") {
            let number = value.parse().map_err(|_| {
                wrong("DESPIN_RESTORE_APPLY_FROM".to_string(), "no number".to_string(), "give a number from 0 to 1")
            })?;
            self.restore.apply_from = Some(number);
        }
        self.check(|key| format!("DESPIN_… ({key})"))?;
        Ok(self)
    }

    /// What they say, as in a file.
    fn tables(&self) -> toml::Table {
        toml::Table::try_from(self).expect("settings are tables of plain values")
    }

    /// What `key` is set to; nothing where it is not set.
    fn value(&self, key: &Key) -> Option<toml::Value> {
        let value = self.tables().get(key.table)?.get(key.name)?.clone();
        let is_empty = value.as_array().is_some_and(Vec::is_empty);
        (!is_empty).then_some(value)
    }

    /// True where `key` is set.
    pub fn has(&self, key: &Key) -> bool {
        self.value(key).is_some()
    }

    /// The same with the paths of its files taken from `folder`, where they are not absolute.
    pub fn from_folder(mut self, folder: &Path) -> Settings {
        self.restore.dict.iter_mut().for_each(|path| *path = folder.join(&*path));
        self.restore.lm = self.restore.lm.map(|path| if path == Path::new("none") { path } else { folder.join(path) });
        self
    }

    fn check(&self, place: impl Fn(&str) -> String) -> Result<()> {
        if self.restore.apply_from.is_some_and(|from| !(0.0..=1.0).contains(&from)) {
            return Err(wrong(place("apply_from"), "no probability".to_string(), "give a number from 0 to 1"));
        }
        for choice in [&self.clean.boilerplate, &self.restore.boilerplate].into_iter().flatten() {
            if !matches!(choice.as_str(), "drop" | "keep") {
                let fault = format!("boilerplate cannot be `{}`", choice.escape_debug());
                return Err(wrong(place("boilerplate"), fault, "give drop or keep"));
            }
        }
        for (key, names) in [("keep", &self.clean.keep), ("drop", &self.clean.drop)] {
            if let Some(name) = names.iter().find(|name| !LABELS.contains(&name.as_str())) {
                let fault = format!("`{}` is no kind of line", name.escape_debug());
                return Err(wrong(place(key), fault, "name meta, boilerplate or uncertain"));
            }
        }
        Ok(())
    }
}

/// A path as it is shown: not every one is text.
fn shown<S: Serializer>(path: &Option<PathBuf>, out: S) -> std::result::Result<S::Ok, S::Error> {
    path.as_ref().map(|path| path.to_string_lossy()).serialize(out)
}

/// Paths as they are shown.
fn shown_each<S: Serializer>(paths: &[PathBuf], out: S) -> std::result::Result<S::Ok, S::Error> {
    paths.iter().map(|path| path.to_string_lossy()).collect::<Vec<_>>().serialize(out)
}

/// What a setting is set to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Some names.
    Names,
    /// Some kinds of lines, of [`LABELS`].
    Labels,
    /// `drop` or `keep`.
    Choice,
    /// A probability.
    Probability,
    /// The path of a file.
    Path,
    /// Some paths.
    Paths,
}

/// A setting: its table, its name in it, what it is set to, and what it does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Key {
    /// `clean` or `restore`.
    pub table: &'static str,
    /// Its name.
    pub name: &'static str,
    /// What it is set to.
    pub kind: Kind,
    /// What it does.
    pub does: &'static str,
}

impl Key {
    /// The environment's name for it.
    pub fn variable(&self) -> String {
        format!("DESPIN_{}_{}", self.table, self.name).to_uppercase()
    }
}

/// Every setting, in the order of the documentation.
pub const KEYS: [Key; 9] = [
    key("clean", "skip", Kind::Names, "Rules to leave out; despin clean --list-rules names them"),
    key("clean", "only", Kind::Names, "The only rules to use"),
    key("clean", "keep", Kind::Labels, "Lines of a page to keep"),
    key("clean", "drop", Kind::Labels, "Lines of a page to remove"),
    key("clean", "boilerplate", Kind::Choice, "Whether lines of the page are removed"),
    key("restore", "apply_from", Kind::Probability, "Make edits from this probability on"),
    key("restore", "dict", Kind::Paths, "Dictionaries laid over the built-in ones, later ones over earlier ones"),
    key("restore", "lm", Kind::Path, "The language model, or none"),
    key("restore", "boilerplate", Kind::Choice, "Whether lines of the page are removed first"),
];

const fn key(table: &'static str, name: &'static str, kind: Kind, does: &'static str) -> Key {
    Key { table, name, kind, does }
}

/// The JSON schema (draft 2020-12) of `despin.toml`.
pub fn schema() -> serde_json::Value {
    use serde_json::{Map, Value, json};
    let names = |items: Value| json!({"type": "array", "items": items});
    let mut tables: Map<String, Value> = Map::new();
    for key in KEYS {
        let mut found = match key.kind {
            Kind::Names | Kind::Paths => names(json!({"type": "string"})),
            Kind::Labels => names(json!({"enum": LABELS})),
            Kind::Choice => json!({"enum": ["drop", "keep"]}),
            Kind::Probability => json!({"type": "number", "minimum": 0, "maximum": 1}),
            Kind::Path => json!({"type": "string"}),
        };
        found["description"] = key.does.into();
        let table = tables.entry(key.table).or_insert_with(|| {
            let description = format!("Settings of despin {}", key.table);
            json!({"type": "object", "description": description, "additionalProperties": false, "properties": {}})
        });
        table["properties"][key.name] = found;
    }
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": FILE,
        "description": "Settings of despin; docs/settings.md tells more",
        "type": "object",
        "additionalProperties": false,
        "properties": tables,
    })
}

/// `settings` as a file has them; `source` says where each is from, and what is not set stands as a comment.
pub fn dumped(settings: &Settings, source: impl Fn(&Key) -> String) -> String {
    let mut out = String::new();
    let mut table = "";
    for key in &KEYS {
        if key.table != table {
            table = key.table;
            let gap = if out.is_empty() { "" } else { "\n" };
            out += &format!("{gap}[{table}]\n");
        }
        out += &match settings.value(key) {
            Some(value) => format!("{} = {value} # {}\n", key.name, source(key)),
            None => format!("# {}: default\n", key.name),
        };
    }
    out
}

/// The kinds of lines that can be kept and dropped.
pub const LABELS: [&str; 3] = ["meta", "boilerplate", "uncertain"];

fn parts(value: &str) -> Vec<String> {
    value.split(',').map(str::trim).filter(|part| !part.is_empty()).map(str::to_string).collect()
}

fn wrong(place: String, fault: String, mend: &str) -> Error {
    Error::new(ErrorKind::Usage, place, fault, mend)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fault(text: &str) -> String {
        Settings::parse("despin.toml", text).unwrap_err().to_string()
    }

    #[test]
    fn settings_are_read() {
        let found = Settings::parse(
            "x",
            "[clean]\nskip = ['space']\ndrop = ['meta']\n[restore]\napply_from = 0.9\nlm = 'a.lm'\n",
        )
        .unwrap();
        assert_eq!(found.clean.skip, ["space"]);
        let found = found.from_folder(Path::new("/etc"));
        assert_eq!((found.restore.apply_from, found.restore.lm), (Some(0.9), Some(PathBuf::from("/etc/a.lm"))));
        assert_eq!(Settings::parse("x", "").unwrap(), Settings::default());
    }

    #[test]
    fn faults_name_the_line() {
        assert!(
            fault("[clean]\nskipp = []\n").starts_with("despin.toml:2: unknown field `skipp`"),
            "{}",
            fault("[clean]\nskipp = []\n")
        );
        assert!(fault("\n[restore]\napply_from = 2\n").starts_with("despin.toml:3: no probability; give a number"));
        assert!(
            fault("[clean]\nboilerplate = 'no'")
                .starts_with("despin.toml:2: boilerplate cannot be `no`; give drop or keep")
        );
        assert!(fault("[clean]\ndrop = ['all']").contains("name meta, boilerplate or uncertain"));
        assert!(fault("[clean").starts_with("despin.toml:1: "));
    }

    #[test]
    fn keys_and_schema_are_what_settings_have() {
        let whole = "[clean]\nskip = ['a']\nonly = ['a']\nkeep = ['meta']\ndrop = ['meta']\nboilerplate = 'keep'\n\
                     [restore]\napply_from = 0.5\ndict = ['a']\nlm = 'a'\nboilerplate = 'drop'\n";
        let settings = Settings::parse("x", whole).unwrap();
        let mut has: Vec<(String, String)> = Vec::new();
        for (table, keys) in &settings.tables() {
            has.extend(keys.as_table().unwrap().keys().map(|key| (table.clone(), key.clone())));
        }
        let mut known: Vec<(String, String)> = KEYS.map(|key| (key.table.to_string(), key.name.to_string())).to_vec();
        has.sort();
        known.sort();
        assert_eq!(has, known);
        for key in KEYS {
            assert!(!schema()["properties"][key.table]["properties"][key.name].is_null(), "{}", key.name);
        }
        // What is dumped is a file that says the same.
        let text = dumped(&settings, |_| "here".to_string());
        assert_eq!(Settings::parse("x", &text).unwrap(), settings, "{text}");
        let nothing = dumped(&Settings::default(), |_| "here".to_string());
        assert_eq!(Settings::parse("x", &nothing).unwrap(), Settings::default(), "{nothing}");
        // The environment has a name for each.
        let values = |name: &str| match name {
            "DESPIN_RESTORE_APPLY_FROM" => Some("0.5".to_string()),
            "DESPIN_CLEAN_BOILERPLATE" => Some("keep".to_string()),
            "DESPIN_RESTORE_BOILERPLATE" => Some("drop".to_string()),
            "DESPIN_CLEAN_KEEP" | "DESPIN_CLEAN_DROP" => Some("meta".to_string()),
            name => name.starts_with("DESPIN_").then(|| "a".to_string()),
        };
        assert_eq!(Settings::default().with_environment(values).unwrap(), settings);
    }

    #[cfg(unix)]
    #[test]
    fn paths_that_are_no_text_are_shown() {
        use std::os::unix::ffi::OsStrExt;
        let folder = Path::new(std::ffi::OsStr::from_bytes(b"/a\xff"));
        let settings = Settings::parse("x", "[restore]\ndict = ['b']\nlm = 'c'\n").unwrap().from_folder(folder);
        let text = dumped(&settings, |_| "here".to_string());
        assert!(text.contains("dict = [\"/a\u{fffd}/b\"] # here\nlm = \"/a\u{fffd}/c\" # here\n"), "{text}");
    }

    #[test]
    fn the_environment_is_laid_over_the_file() {
        let file = Settings::parse("x", "[clean]\nskip = ['space']\nboilerplate = 'keep'\n").unwrap();
        let variables = [("DESPIN_CLEAN_SKIP", "residue, control"), ("DESPIN_RESTORE_APPLY_FROM", "0.5")];
        let look_up =
            |name: &str| variables.iter().find(|(known, _)| *known == name).map(|(_, value)| value.to_string());
        let found = file.with_environment(look_up).unwrap();
        assert_eq!(found.clean.skip, ["residue", "control"]);
        assert_eq!((found.clean.boilerplate.as_deref(), found.restore.apply_from), (Some("keep"), Some(0.5)));
        assert!(Settings::default().with_environment(|_| Some("x".to_string())).is_err());
    }
}
