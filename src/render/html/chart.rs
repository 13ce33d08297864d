//! Bars and columns as inline SVG. Positions are percentages, so that a chart fills its place at any width and its words
//! keep their size; colours come from the page's style by class.

use std::fmt::Write;

use super::markup::{number, text};

/// A part of a bar or column: how much, and the class of its colour.
pub type Part = (usize, &'static str);

/// A bar across: `parts` side by side, where `whole` would fill it. It says what a reader without eyes should know.
pub fn bar(parts: &[Part], whole: usize, says: &str) -> String {
    let mut svg =
        format!("<svg class=\"bar\" role=\"img\" aria-label=\"{}\" width=\"100%\" height=\"10\">", text(says));
    let mut x = 0.0;
    for (value, class) in parts.iter().filter(|(value, _)| *value > 0) {
        // Something is never drawn as nothing.
        let width = share(*value, whole).max(0.5).min(100.0 - x);
        let _ = write!(svg, "<rect class=\"{class}\" x=\"{x:.2}%\" width=\"{width:.2}%\" height=\"100%\"/>");
        x += width;
    }
    svg.push_str("</svg>");
    svg
}

/// One column of a chart.
pub struct Column {
    /// Under the column; empty for most, so that words do not run into each other.
    pub tick: String,
    /// What it shows, for a pointer that rests on it.
    pub says: String,
    /// From the bottom up.
    pub parts: Vec<Part>,
    /// Whether it needs to be pointed at.
    pub marked: bool,
}

/// Pixels above and below the columns.
const HEAD: usize = 18;
const FOOT: usize = 22;
/// Pixels of the highest column.
const HEIGHT: usize = 150;

/// Columns beside each other.
pub fn columns(columns: &[Column], says: &str) -> String {
    let total = |column: &Column| column.parts.iter().map(|(value, _)| value).sum::<usize>();
    let most = columns.iter().map(total).max().unwrap_or_default().max(1);
    let (bottom, all) = (HEAD + HEIGHT, HEAD + HEIGHT + FOOT);
    let mut svg =
        format!("<svg class=\"columns\" role=\"img\" aria-label=\"{}\" width=\"100%\" height=\"{all}\">", text(says));
    let _ = write!(svg, "<line class=\"grid\" x1=\"0\" x2=\"100%\" y1=\"{HEAD}\" y2=\"{HEAD}\"/>");
    let _ = write!(svg, "<text class=\"tick\" x=\"0\" y=\"{}\">{}</text>", HEAD - 5, number(most));
    let _ = write!(svg, "<line class=\"axis\" x1=\"0\" x2=\"100%\" y1=\"{bottom}\" y2=\"{bottom}\"/>");
    let step = 100.0 / columns.len().max(1) as f32;
    for (at, column) in columns.iter().enumerate() {
        let x = at as f32 * step;
        let _ = write!(svg, "<g><title>{}</title>", text(&column.says));
        // The whole height answers to the pointer.
        let _ = write!(svg, "<rect class=\"touch\" x=\"{x:.3}%\" y=\"0\" width=\"{step:.3}%\" height=\"{bottom}\"/>");
        let mut y = bottom as f32;
        for (value, class) in column.parts.iter().filter(|(value, _)| *value > 0) {
            let height = (share(*value, most) * HEIGHT as f32 / 100.0).max(1.0);
            y -= height;
            let (x, width) = (x + step * 0.1, step * 0.8);
            let _ = write!(
                svg,
                "<rect class=\"{class}\" x=\"{x:.3}%\" y=\"{y:.1}\" width=\"{width:.3}%\" height=\"{height:.1}\"/>"
            );
        }
        if column.marked {
            let _ = write!(svg, "<text class=\"mark\" x=\"{:.3}%\" y=\"{:.1}\">▼</text>", x + step / 2.0, y - 4.0);
        }
        svg.push_str("</g>");
        if !column.tick.is_empty() {
            let _ =
                write!(svg, "<text class=\"tick\" x=\"{x:.3}%\" y=\"{}\">{}</text>", bottom + 16, text(&column.tick));
        }
    }
    svg.push_str("</svg>");
    svg
}

#[expect(clippy::cast_precision_loss, reason = "drawn, not counted")]
fn share(part: usize, whole: usize) -> f32 {
    part as f32 * 100.0 / whole.max(1) as f32
}
