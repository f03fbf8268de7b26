//! One line of text that is being typed.

use unicode_width::UnicodeWidthChar;

use crate::review::session::Key;

/// A line and the place of its cursor.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Editor {
    /// The line; no control characters.
    text: String,
    /// Where the cursor stands: a byte of `text`, before a character that has width.
    at: usize,
}

impl Editor {
    /// Begins with `text`, and with the cursor at its end.
    pub fn new(text: &str) -> Editor {
        let mut editor = Editor::default();
        editor.paste(text);
        editor
    }

    /// The line.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The line before and after the cursor.
    pub fn halves(&self) -> (&str, &str) {
        self.text.split_at(self.at)
    }

    /// Puts `text` in at the cursor; line ends and tabs become spaces, other control characters go.
    pub fn paste(&mut self, text: &str) {
        for c in text.chars() {
            let c = if c.is_whitespace() { ' ' } else { c };
            if !c.is_control() {
                self.text.insert(self.at, c);
                self.at += c.len_utf8();
            }
        }
    }

    /// Does what `key` says; false where it says nothing to a line.
    pub fn press(&mut self, key: Key) -> bool {
        match key {
            Key::Char(c) => self.paste(c.encode_utf8(&mut [0; 4])),
            Key::Left => self.at = self.left(),
            Key::Right => self.at = self.right(),
            Key::Home | Key::Ctrl('a') => self.at = 0,
            Key::End | Key::Ctrl('e') => self.at = self.text.len(),
            Key::Backspace => {
                let from = self.left();
                self.cut(from, self.at);
            }
            Key::Delete => self.cut(self.at, self.right()),
            Key::Ctrl('u') => self.cut(0, self.at),
            Key::Ctrl('k') => self.cut(self.at, self.text.len()),
            Key::Ctrl('w') => {
                let kept = self.text[..self.at].trim_end();
                let from = kept.rfind(' ').map_or(0, |space| space + 1);
                self.cut(from, self.at);
            }
            _ => return false,
        }
        true
    }

    fn cut(&mut self, from: usize, to: usize) {
        self.text.drain(from..to);
        self.at = from;
    }

    /// One character to the left; marks that combine belong to the character before them.
    fn left(&self) -> usize {
        let before = self.text[..self.at].char_indices().rev();
        before.into_iter().find(|&(at, c)| at == 0 || has_width(c)).map_or(0, |(at, _)| at)
    }

    fn right(&self) -> usize {
        let after = self.text[self.at..].char_indices().skip(1);
        after.into_iter().find(|&(_, c)| has_width(c)).map_or(self.text.len(), |(at, _)| self.at + at)
    }
}

fn has_width(c: char) -> bool {
    c.width().unwrap_or_default() > 0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(begin: &str, keys: &[Key], expected: (&str, &str)) {
        let mut editor = Editor::new(begin);
        for &key in keys {
            assert!(editor.press(key), "{key:?}");
        }
        assert_eq!(editor.halves(), expected);
    }

    #[test]
    fn edits_at_the_cursor() {
        use Key::*;
        check("said", &[Left, Left, Backspace, Char('o')], ("so", "id"));
        check("said so", &[Ctrl('w'), Char('n'), Home, Delete], ("", "aid n"));
        check("one two", &[Left, Ctrl('u'), End, Char('x')], ("ox", ""));
        check("one two", &[Home, Right, Ctrl('k'), Backspace, Backspace, Left, Right, Delete], ("", ""));
    }

    #[test]
    fn marks_stay_with_their_letters() {
        use Key::*;
        check("cafe\u{301}s", &[Left, Left], ("caf", "e\u{301}s"));
        check("cafe\u{301}s", &[Left, Backspace], ("caf", "s"));
        check("e\u{301}x", &[Home, Right], ("e\u{301}", "x"));
    }

    #[test]
    fn control_characters_are_not_taken() {
        check("a\tb\nc\u{1b}[31m", &[], ("a b c[31m", ""));
    }
}
