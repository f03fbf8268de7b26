//! The article that is measured: fixtures of ours, joined to 5 KB.

/// About 5 KB of spun text.
pub fn spun() -> String {
    let parts = [
        include_str!("../fixtures/restore/harbour_article/input.txt"),
        include_str!("../fixtures/restore/flood_report/input.txt"),
        include_str!("../fixtures/restore/court_ruling/input.txt"),
        include_str!("../fixtures/restore/price_rise/input.txt"),
    ];
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
