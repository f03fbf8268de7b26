//! Lists of other stories: from a line that opens one ("Read more", "News feed"), how far they go.
//!
//! A story may go on behind such a list, so a paragraph counts as a teaser only where it stands right under a headline of the list
//! and either shares words with that headline that the story does not have, or the list runs to the end of the text.

use rustc_hash::FxHashMap;

use crate::clean::boilerplate::classify::{DROP_FROM, Sheet};
use crate::clean::boilerplate::line::Line;

/// Paragraphs in a row from which on they are a story; feeds have one or two under a headline.
const STORY_RUN: usize = 3;
/// Words of the longest teaser.
const LONGEST_TEASER: usize = 70;
/// Words of the longest entry of a feed that is a sentence and stands under its time.
const LONGEST_FLASH: usize = 22;
/// Words from which on a line apart from the first of a list, in the middle of a story, is still a headline and no subheading.
const HEADLINE_WORDS: usize = 6;
/// Lines behind an opener that are looked at; with more a text is no page, and has so many openers that each must cost little.
const FARTHEST: usize = 2000;
/// Weight of a line that stands in a list.
const IN_LIST: f64 = 3.0;

/// Gives the lines of every list their weight.
pub(super) fn mark(sheet: &mut Sheet) {
    let mut rare: Option<Words> = None;
    for opener in 0..sheet.lines.len() {
        let Some(kind) = sheet.opener(opener) else { continue };
        let is_tail = is_list_to_the_end(sheet, opener);
        // A heading of a text can have such a name: then it is followed by a sentence, and no furniture stands behind it.
        // See fixtures/pages/twin_abstract.
        let has_company = (opener + 1..sheet.lines.len()).take(FARTHEST).any(|at| sheet.score(at) >= DROP_FROM)
            && sheet.lines.get(opener + 1).is_some_and(|next| !next.is_ended);
        if sheet.score(opener) < DROP_FROM && !(is_tail && has_company) {
            continue;
        }
        let reason = format!("under “{}”", sheet.lines[opener].plain);
        let found = extent(sheet, opener, is_tail, kind == "feed", &mut rare);
        if is_tail && !found.is_empty() && sheet.score(opener) < DROP_FROM {
            sheet.add(opener, "opens a list", 1.0);
        }
        let mut headlines: Vec<String> = Vec::new();
        for &at in &found {
            sheet.add(at, reason.clone(), IN_LIST);
            sheet.in_list[at] = true;
            if sheet.lines[at].is_headline() {
                headlines.push(sheet.lines[at].folded.clone());
            }
        }
        // A headline is often there a second time, for the picture that stood above.
        for (at, line) in sheet.lines.iter().enumerate().take(opener).skip(opener.saturating_sub(3)) {
            if !line.is_prose && headlines.contains(&line.folded) {
                sheet.add(at, "headline of another story", IN_LIST);
                sheet.in_list[at] = true;
            }
        }
    }
}

/// The lines of the list that `opener` opens.
fn extent<'t>(sheet: &Sheet<'t>, opener: usize, is_tail: bool, is_feed: bool, rare: &mut Option<Words>) -> Vec<usize> {
    let mut found = Vec::new();
    let mut headline: Option<usize> = None;
    let mut is_timed = false;
    let mut n_headlines = 0;
    for at in opener + 1..sheet.lines.len() {
        let line = &sheet.lines[at];
        if sheet.opener(at).is_some_and(|_| sheet.score(at) >= DROP_FROM) {
            break;
        }
        if sheet.is_time(at) {
            // What stands above a story has its time, too.
            if !is_tail && !is_feed {
                break;
            }
            found.push(at);
            is_timed = true;
            continue;
        }
        if sheet.score(at) >= DROP_FROM && sheet.is_known(at) {
            continue;
        }
        let is_flash = is_timed && headline.is_none() && line.n_words <= LONGEST_FLASH;
        if line.is_prose && !is_flash {
            let Some(under) = headline.filter(|_| line.n_words <= LONGEST_TEASER) else { break };
            let words = rare.get_or_insert_with(|| Words::of(sheet.lines));
            let is_teaser = is_tail && (is_feed || n_headlines > 1 || line.is_cut_short)
                || words.are_linked(sheet.lines, under, at);
            if !is_teaser {
                break;
            }
            found.push(at);
            (headline, is_timed) = (None, false);
            continue;
        }
        if !is_tail {
            let is_group = n_headlines == 0 || !line.is_apart || line.is_bulleted;
            let next = sheet.lines.get(at + 1);
            let leads_story = next.is_some_and(|next| next.is_prose) && n_headlines > 0;
            if line.n_words < 3 || line.is_quoted || !is_group && (line.n_words < HEADLINE_WORDS || leads_story) {
                break;
            }
        }
        found.push(at);
        headline = Some(at);
        is_timed = false;
        n_headlines += 1;
    }
    found
}

/// True where no story goes on behind `opener`: nowhere do paragraphs follow each other without a headline between them.
fn is_list_to_the_end(sheet: &Sheet, opener: usize) -> bool {
    let mut run = 0;
    let (mut n_prose, mut n_others) = (0, 0);
    if sheet.lines.len() - opener > FARTHEST {
        return false;
    }
    for at in opener + 1..sheet.lines.len() {
        if is_story(sheet, at) {
            // A paragraph right under the opener goes on with the story.
            if at == opener + 1 {
                return false;
            }
            run += 1;
            n_prose += 1;
            if run >= STORY_RUN {
                return false;
            }
        } else {
            n_others += 1;
            run = 0;
        }
    }
    // Behind the headline of a single link a story goes on, too: its last paragraphs, say.
    n_prose == 0 || n_others > n_prose && (n_prose > 1 || n_others > 3) && !ends_in_story(sheet, opener)
}

/// True where two paragraphs that follow each other stand behind `opener` and all that follows them is furniture: the end of a
/// story that was interrupted by links.
fn ends_in_story(sheet: &Sheet, opener: usize) -> bool {
    (opener + 2..sheet.lines.len()).any(|at| is_story(sheet, at) && is_story(sheet, at - 1))
}

/// True for a sentence that is not known for furniture, nor the headline of a feed under its time.
fn is_story(sheet: &Sheet, at: usize) -> bool {
    let line = &sheet.lines[at];
    let is_flash = at > 0 && sheet.is_time(at - 1) && line.n_words <= LONGEST_FLASH;
    line.is_prose && !is_flash && sheet.score(at) < DROP_FROM
}

/// In how many lines each word of the text stands.
pub(super) struct Words {
    n_lines: FxHashMap<String, u32>,
    // How many lines say the same.
    n_same: FxHashMap<String, u32>,
}

impl Words {
    fn of(lines: &[Line]) -> Words {
        let mut n_lines: FxHashMap<String, u32> = FxHashMap::default();
        let mut n_same: FxHashMap<String, u32> = FxHashMap::default();
        for line in lines {
            *n_same.entry(line.folded.clone()).or_default() += 1;
            for word in stems(line) {
                *n_lines.entry(word).or_default() += 1;
            }
        }
        Words { n_lines, n_same }
    }

    /// True where the lines at `headline` and `paragraph` share two words and more that no other line has.
    fn are_linked(&self, lines: &[Line], headline: usize, paragraph: usize) -> bool {
        let n_headlines = self.n_same[&lines[headline].folded];
        let shared = stems(&lines[headline]);
        let under = stems(&lines[paragraph]);
        shared.iter().filter(|word| under.contains(word) && self.n_lines[*word] <= n_headlines + 1).count() >= 2
    }
}

/// The words of a line that say what it is about, without endings, each once.
fn stems(line: &Line) -> Vec<String> {
    const SHORTEST: usize = 4;
    let words = line.folded.split(|c: char| !c.is_alphanumeric()).filter(|word| word.chars().count() >= SHORTEST);
    let mut stems: Vec<String> = words
        .map(|word| {
            let endings = ["ing", "ed", "es", "s", "n"];
            let stem = endings.iter().find_map(|ending| word.strip_suffix(ending)).unwrap_or(word);
            if stem.len() >= 3 { stem } else { word }.to_string()
        })
        .collect();
    stems.sort_unstable();
    stems.dedup();
    stems
}
