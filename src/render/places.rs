//! Where a byte of a text is: its line, its column and its number as a character.

/// A place in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Place {
    /// Bytes before it.
    pub byte: usize,
    /// Characters before it, that is code points.
    pub char: usize,
    /// Its line, from 1. A line feed ends a line.
    pub line: usize,
    /// Its column, from 1, in characters.
    pub column: usize,
}

/// Finds places one after the other, so that the text is gone through once.
#[derive(Debug, Clone)]
pub struct Places<'a> {
    text: &'a str,
    at: Place,
}

impl<'a> Places<'a> {
    /// From the beginning of `text` on.
    pub fn of(text: &'a str) -> Self {
        Places { text, at: Place { byte: 0, char: 0, line: 1, column: 1 } }
    }

    /// The place of byte `byte`, on a character boundary. One that is before the last one asked for costs a new beginning.
    pub fn find(&mut self, byte: usize) -> Place {
        if byte < self.at.byte {
            *self = Places::of(self.text);
        }
        let between = &self.text[self.at.byte..byte];
        self.at.byte = byte;
        let n_chars = between.chars().count();
        self.at.char += n_chars;
        match between.rfind('\n') {
            Some(last) => {
                self.at.line += between.matches('\n').count();
                self.at.column = between[last + 1..].chars().count() + 1;
            }
            None => self.at.column += n_chars,
        }
        self.at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_bytes_characters_lines_and_columns() {
        let text = "né\r\nשלום x";
        let mut places = Places::of(text);
        let mut find = |byte| {
            let place = places.find(byte);
            (place.byte, place.char, place.line, place.column)
        };
        assert_eq!(find(3), (3, 2, 1, 3));
        assert_eq!(find(5), (5, 4, 2, 1));
        assert_eq!(find(14), (14, 9, 2, 6));
        assert_eq!(find(0), (0, 0, 1, 1));
    }
}
