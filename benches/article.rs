//! The articles that are measured: fixtures of ours, joined to some 5 KB.

/// Spun text.
pub fn spun() -> String {
    joined(&[
        include_str!("../fixtures/restore/harbour_article/input.txt"),
        include_str!("../fixtures/restore/flood_report/input.txt"),
        include_str!("../fixtures/restore/court_ruling/input.txt"),
        include_str!("../fixtures/restore/price_rise/input.txt"),
    ])
}

/// The same text before it was spun, but for the two that read much like spun text.
pub fn genuine() -> String {
    joined(&[
        include_str!("../fixtures/genuine/harbour_article/input.txt"),
        include_str!("../fixtures/genuine/flood_report/input.txt"),
        include_str!("../fixtures/genuine/rare_attack/input.txt"),
        include_str!("../fixtures/genuine/price_rise/input.txt"),
    ])
}

fn joined(parts: &[&str]) -> String {
    let mut text = String::new();
    for part in parts.iter().cycle() {
        if text.len() > 5_000 {
            break;
        }
        text.push_str(part);
        text.push('\n');
    }
    text
}
