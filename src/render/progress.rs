//! A line on the terminal that says how far the network has been asked. Drawn on standard error, and gone at the end.

use std::{
    io::{self, Write},
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use super::Style;
use crate::facts::http::Progress;

/// Time between two drawings.
const PAUSE: Duration = Duration::from_millis(100);
/// Columns of the bar itself.
const BAR: usize = 24;

/// The bar of one run.
pub struct Bar {
    style: Style,
    start: Instant,
    drawn: Mutex<Option<Instant>>,
}

impl Bar {
    pub fn new(style: Style) -> Self {
        Self { style, start: Instant::now(), drawn: Mutex::default() }
    }

    /// Draws the line, unless it was drawn a moment ago; after the last verdict, removes it.
    pub fn show(&self, progress: Progress) {
        let mut drawn = self.drawn.lock().unwrap_or_else(PoisonError::into_inner);
        let last = progress.settled >= progress.total;
        if !last && drawn.is_some_and(|drawn| drawn.elapsed() < PAUSE) {
            return;
        }
        *drawn = Some(Instant::now());
        let line = if last { String::new() } else { line(progress, self.start.elapsed(), self.style) };
        let mut err = io::stderr().lock();
        // Nobody is harmed by a bar that cannot be drawn.
        let _ = write!(err, "\r{line}\x1b[K").and_then(|()| err.flush());
    }
}

/// `asking about images ####------ 1200 of 20000, 340 a second, 12 dead, 30 unverified`; without the bar itself where that
/// does not fit.
fn line(progress: Progress, elapsed: Duration, style: Style) -> String {
    let filled = BAR * progress.settled / progress.total.max(1);
    let [full, empty] = if style.unicode { ["━", "·"] } else { ["#", "-"] };
    let bar = format!("{}{} ", full.repeat(filled), empty.repeat(BAR - filled));
    let rate = progress.settled as f64 / elapsed.as_secs_f64().max(0.001);
    let mut counts = format!("{} of {}, {rate:.0} a second", progress.settled, progress.total);
    for (count, what) in [(progress.failed, "dead"), (progress.unverified, "unverified")] {
        if count > 0 {
            counts += &format!(", {count} {what}");
        }
    }
    let width = if style.width == 0 { 80 } else { style.width }.saturating_sub(1);
    let whole = format!("asking about images {bar}{counts}");
    let line = if whole.chars().count() <= width { whole } else { format!("asking about images {counts}") };
    line.chars().take(width).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_line_counts_and_fits() {
        let progress = Progress { total: 2000, settled: 500, failed: 3, unverified: 0 };
        let style = Style { width: 200, ..Style::default() };
        assert_eq!(
            line(progress, Duration::from_secs(2), style),
            "asking about images ######------------------ 500 of 2000, 250 a second, 3 dead"
        );
        let narrow = line(progress, Duration::from_secs(2), Style { width: 31, unicode: true, ..Style::default() });
        assert_eq!(narrow, "asking about images 500 of 200");
        assert!(line(Progress::default(), Duration::ZERO, style).contains("0 of 0"));
    }
}
