//! Cuts text into records of columns, with quotes as RFC 4180 has them.

use crate::lexicon::format::Fault;

/// A record: the line where it begins, from 1, and its columns.
pub(super) type Record = (u32, Result<Vec<String>, Fault>);

/// The records of `text`. Quotes are read where `separator` is a comma; a record may then go over several lines. After
/// a quote that is never closed, reading goes on at the next line.
pub(super) fn records(text: &str, separator: char) -> Vec<Record> {
    let mut records = Vec::new();
    let (mut at, mut line) = (0, 1);
    while at < text.len() {
        let end_of_line = text[at..].find('\n').map_or(text.len(), |n| at + n + 1);
        let (record, end) = if separator == ',' && text[at..end_of_line].contains('"') {
            match quoted(&text[at..]) {
                Some((columns, len)) => (Ok(columns), at + len),
                None => (Err(("a quote that is not closed".into(), "write \" at its end".into())), end_of_line),
            }
        } else {
            let columns = text[at..end_of_line].trim_end_matches(['\n', '\r']).split(separator);
            (Ok(columns.map(str::to_string).collect()), end_of_line)
        };
        records.push((line, record));
        line += text[at..end].matches('\n').count() as u32;
        at = end;
    }
    records
}

/// The columns of the record that `text` begins with, and its length in bytes; none where a quote is not closed.
fn quoted(text: &str) -> Option<(Vec<String>, usize)> {
    let mut columns = vec![String::new()];
    let mut is_in_quotes = false;
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        let column = columns.last_mut().expect("there is one from the start");
        match c {
            '"' if is_in_quotes => match chars.next_if(|(_, next)| *next == '"') {
                Some(_) => column.push('"'),
                None => is_in_quotes = false,
            },
            _ if is_in_quotes => column.push(c),
            '"' if column.trim().is_empty() => {
                column.clear();
                is_in_quotes = true;
            }
            ',' => columns.push(String::new()),
            '\n' => return Some((columns, at + 1)),
            '\r' => {}
            _ => column.push(c),
        }
    }
    (!is_in_quotes).then_some((columns, text.len()))
}

/// `columns` as a line parted by commas, with quotes where they are needed.
pub(super) fn comma_line<'a>(columns: impl IntoIterator<Item = &'a str>) -> String {
    let quote = |column: &str| {
        let needs_quotes =
            column.contains(['"', ',', '\n', '\r']) || column.starts_with('#') || column.trim() != column;
        if needs_quotes { format!("\"{}\"", column.replace('"', "\"\"")) } else { column.to_string() }
    };
    columns.into_iter().map(quote).collect::<Vec<_>>().join(",") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &[(u32, &[&str])]) {
        let found = records(text, ',');
        let found: Vec<(u32, Vec<&str>)> = found
            .iter()
            .map(|(line, r)| (*line, r.as_ref().map_or(vec!["fault"], |c| c.iter().map(String::as_str).collect())))
            .collect();
        let expected: Vec<(u32, Vec<&str>)> = expected.iter().map(|(line, c)| (*line, c.to_vec())).collect();
        assert_eq!(found, expected, "{text:?}");
    }

    #[test]
    fn quotes_keep_commas_quotes_and_line_ends() {
        check("a,\"b, c\"\r\n\"say \"\"d\"\"\",e\n", &[(1, &["a", "b, c"]), (2, &["say \"d\"", "e"])]);
        check("\"a\nb\",c\nd,e", &[(1, &["a\nb", "c"]), (3, &["d", "e"])]);
        check("a, \"b\"\n", &[(1, &["a", "b"])]);
    }

    #[test]
    fn an_open_quote_costs_its_line_alone() {
        check("a,\"b\nc,d\n", &[(1, &["fault"]), (2, &["c", "d"])]);
    }

    #[test]
    fn lines_come_back() {
        for columns in [["a", "b, c"], ["#1", " d"], ["\"e\"", ""]] {
            let line = comma_line(columns);
            assert_eq!(records(&line, ',')[0].1.as_ref().unwrap(), &columns);
        }
    }
}
