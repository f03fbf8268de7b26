//! Charts as SVG inside a page: no script, no style of their own, each with what it says in words.

use crate::render::html::{escaped, put};
use crate::render::survey::grouped;
use crate::survey::N_BINS;

const WIDTH: usize = 640;
const HEIGHT: usize = 180;
/// Room for numbers on the left and below, in pixels.
const LEFT: usize = 64;
const BELOW: usize = 28;
const ABOVE: usize = 10;

/// A histogram of shares from 0 to 1; `id` is its own on the page.
pub fn histogram(id: &str, title: &str, axis: &str, bins: &[u64; N_BINS], out: &mut String) {
    let most = bins.iter().copied().max().unwrap_or(0).max(1);
    let (width, height) = (WIDTH - LEFT, HEIGHT - BELOW - ABOVE);
    let largest = bins.iter().enumerate().max_by_key(|&(i, &n)| (n, std::cmp::Reverse(i))).map_or(0, |(i, _)| i);
    let said = format!(
        "{} texts; the highest bar, from {:.2} to {:.2}, has {}.",
        grouped(bins.iter().sum()),
        largest as f64 / N_BINS as f64,
        (largest + 1) as f64 / N_BINS as f64,
        grouped(bins[largest])
    );
    put(
        out,
        format_args!(
            "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" aria-labelledby=\"{id}-t {id}-d\">\n\
             <title id=\"{id}-t\">{}</title><desc id=\"{id}-d\">{}</desc>\n",
            escaped(title),
            escaped(&said)
        ),
    );
    let base = HEIGHT - BELOW;
    put(out, format_args!("<line class=\"axis\" x1=\"{LEFT}\" y1=\"{base}\" x2=\"{WIDTH}\" y2=\"{base}\"/>\n"));
    for (label, y) in [(grouped(most), ABOVE + 10), ("0".to_string(), base)] {
        put(out, format_args!("<text class=\"end\" x=\"{}\" y=\"{y}\">{label}</text>\n", LEFT - 6));
    }
    for (i, &n) in bins.iter().enumerate().filter(|&(_, &n)| n > 0) {
        // Whole pixels, and at least one where there is a text.
        let tall = ((n as f64 / most as f64 * height as f64).round() as usize).max(1);
        let (from, to) = (LEFT + i * width / N_BINS, LEFT + (i + 1) * width / N_BINS);
        put(
            out,
            format_args!(
                "<rect class=\"bar\" x=\"{}\" y=\"{}\" width=\"{}\" height=\"{tall}\"><title>{:.2} to {:.2}: {}</title></rect>\n",
                from + 1,
                base - tall,
                to - from - 2,
                i as f64 / N_BINS as f64,
                (i + 1) as f64 / N_BINS as f64,
                grouped(n)
            ),
        );
    }
    for quarter in 0..=4 {
        let class = ["start", "middle", "middle", "middle", "end"][quarter];
        let x = LEFT + quarter * width / 4;
        let y = HEIGHT - 10;
        put(out, format_args!("<text class=\"{class}\" x=\"{x}\" y=\"{y}\">{:.2}</text>\n", quarter as f64 / 4.0));
    }
    put(out, format_args!("</svg>\n<p class=\"note\">{} {}</p>\n", escaped(axis), escaped(&said)));
}

/// A bar for a share, with the interval that it lies in.
pub fn share(value: f64, low: f64, high: f64, out: &mut String) {
    let x = |share: f64| (share * 100.0).round() as usize;
    put(
        out,
        format_args!(
            "<svg class=\"share\" viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\" aria-hidden=\"true\"><rect class=\"ground\" width=\"100\" height=\"10\"/>\
             <rect class=\"bar\" width=\"{}\" height=\"10\"/><rect class=\"reach\" x=\"{}\" y=\"4\" width=\"{}\" height=\"2\"/></svg>",
            x(value),
            x(low),
            (x(high) - x(low)).max(1)
        ),
    );
}
