//! A day of the calendar, in UTC: as exact as the memory of runs needs to be.

use std::{
    fmt,
    time::{SystemTime, UNIX_EPOCH},
};

use crate::site::scalar;

/// Days since 1970-01-01.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Day(u32);

impl Day {
    /// By the Gregorian calendar; none before 1970, after 9999, or where there is no such day.
    pub fn new(year: u32, month: u32, day: u32) -> Option<Self> {
        if !(1970..=9999).contains(&year) || !(1..=12).contains(&month) || day == 0 {
            return None;
        }
        // Years counted from March, so that a leap day comes last.
        let from_march = if month < 3 { year - 1 } else { year };
        let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day;
        let days = from_march * 365 + from_march / 4 - from_march / 100 + from_march / 400 + day_of_year;
        let known = Self(days.checked_sub(719_469)?);
        (known.calendar() == (year, month, day)).then_some(known)
    }

    pub fn of(time: SystemTime) -> Self {
        let seconds = time.duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
        Self(u32::try_from(seconds / 86_400).unwrap_or(u32::MAX).min(LAST))
    }

    /// As `2026-11-24`.
    pub fn parse(text: &str) -> Option<Self> {
        let (year, rest) = text.split_once('-')?;
        let (month, day) = rest.split_once('-')?;
        let is_number = |part: &str, width| part.len() == width && part.bytes().all(|byte| byte.is_ascii_digit());
        if !is_number(year, 4) || !is_number(month, 2) || !is_number(day, 2) {
            return None;
        }
        Self::new(year.parse().ok()?, month.parse().ok()?, day.parse().ok()?)
    }

    /// Seconds since 1970-01-01 at its beginning.
    pub fn seconds(self) -> u64 {
        u64::from(self.0) * 86_400
    }

    /// Days from `earlier` to this one; 0 where that is later.
    pub fn since(self, earlier: Self) -> u32 {
        self.0.saturating_sub(earlier.0)
    }

    /// Year, month, day.
    pub fn calendar(self) -> (u32, u32, u32) {
        let days = self.0 + 719_468;
        let (era, day_of_era) = (days / 146_097, days % 146_097);
        let year_of_era = (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let shifted = (5 * day_of_year + 2) / 153;
        let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
        let day = day_of_year - (153 * shifted + 2) / 5 + 1;
        (era * 400 + year_of_era + u32::from(month < 3), month, day)
    }
}

/// Whether a text is a date of the calendar, perhaps with a time, and nothing else: `2024-03-01 10:00 +0200`.
pub fn is_date(text: &str) -> bool {
    let time = text.get(10..).unwrap_or_default().trim_start_matches(['T', 't', ' ']);
    scalar::is_date(text) && (time.is_empty() || time.starts_with(|c: char| c.is_ascii_digit()) && time.contains(':'))
}

/// 9999-12-31.
const LAST: u32 = 2_932_896;

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.calendar();
        write!(f, "{year:04}-{month:02}-{day:02}")
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn a_sentence_about_a_day_is_no_date() {
        for date in ["2024-03-01", "2024-03-01T10:00:00Z", "2024-03-01 10:00:00 -0500", "2024-03-01 10:00"] {
            assert!(is_date(date), "{date}");
        }
        for text in ["2024-03-01 in the hills", "2024-03-01 12 walks", "2024-02-30", "2024", "2024-03-01x", ""] {
            assert!(!is_date(text), "{text}");
        }
    }

    #[test]
    fn days_are_counted_as_the_calendar_counts_them() {
        for (day, text) in
            [(0, "1970-01-01"), (58, "1970-02-28"), (59, "1970-03-01"), (19_782, "2024-02-29"), (LAST, "9999-12-31")]
        {
            assert_eq!((Day::parse(text), Day(day).to_string().as_str()), (Some(Day(day)), text));
        }
        assert!((0..LAST).step_by(17).all(|day| Day::parse(&Day(day).to_string()) == Some(Day(day))));
        for text in ["2023-02-29", "2024-13-01", "2024-00-01", "2024-01-00", "1969-12-31", "24-01-01", "2024-1-1", ""] {
            assert_eq!(Day::parse(text), None, "{text}");
        }
        assert_eq!(Day::of(UNIX_EPOCH + Duration::from_secs(86_400 * 59 + 86_399)).to_string(), "1970-03-01");
    }
}
