//! Makes curly quotation marks and apostrophes straight, where it is asked for.

use crate::clean::{Options, edit};
use crate::text::edit::Edit;
use crate::text::span::Span;

pub(super) const NAME: &str = "ascii-quotes";

pub(super) fn find(text: &str, _: &Options) -> Vec<Edit> {
    let straight = |c| match c {
        '‘' | '’' | '‚' | '‛' => Some("'"),
        '“' | '”' | '„' | '‟' => Some("\""),
        _ => None,
    };
    text.char_indices()
        .filter_map(|(at, c)| Some(edit(text, Span::new(at, at + c.len_utf8()), straight(c)?, NAME)))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::clean::{check_rule, clean};

    #[test]
    fn quotes_become_straight() {
        check_rule(find, "“Don’t,” ‘he’ said „so‟ «no»", "\"Don't,\" 'he' said \"so\" «no»");
    }

    #[test]
    fn only_where_asked_for() {
        let text = "“Don’t  go”";
        let cleaned = |options: &Options| clean(text, options).apply(text).unwrap();
        assert_eq!(cleaned(&Options::default()), "“Don’t go”");
        assert_eq!(cleaned(&Options { has_ascii_quotes: true, ..Options::default() }), "\"Don't go\"");
        assert_eq!(cleaned(&Options { only: vec![NAME.to_string()], ..Options::default() }), "\"Don't  go\"");
    }
}
