//! The day behind which dates are in the future. The clock is asked only where a rule that runs says `today`.

use std::time::{SystemTime, UNIX_EPOCH};

use crate::site::scalar::{in_calendar, numbers};

/// Hours by which the first place on earth is ahead of UTC: what is today there is not in the future.
const AHEAD: u64 = 14;

#[derive(Debug, Clone, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
#[serde(try_from = "String")]
#[schemars(with = "String")]
pub enum Latest {
    Today,
    /// Year, month, day.
    Day((u32, u32, u32)),
}

impl TryFrom<String> for Latest {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        match numbers(&text).filter(|_| in_calendar(&text)) {
            Some(day) => Ok(Self::Day(day)),
            None if text == "today" => Ok(Self::Today),
            None => Err(format!("`{text}` is neither a date nor `today`")),
        }
    }
}

impl Latest {
    pub fn is_before(&self, day: (u32, u32, u32)) -> bool {
        match self {
            Self::Day(latest) => *latest < day,
            Self::Today => today() < day,
        }
    }
}

/// The date where it is latest on earth.
fn today() -> (u32, u32, u32) {
    let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs());
    day_of((seconds + AHEAD * 3600) / 86_400)
}

/// The date so many days after 1 January 1970.
fn day_of(days: u64) -> (u32, u32, u32) {
    let mut left = u32::try_from(days).unwrap_or(u32::MAX);
    let is_leap = |year: u32| year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    let mut year = 1970;
    while left >= 365 + u32::from(is_leap(year)) {
        left -= 365 + u32::from(is_leap(year));
        year += 1;
    }
    let february = 28 + u32::from(is_leap(year));
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if left < length {
            break;
        }
        left -= length;
        month += 1;
    }
    (year, month, left + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_counted_as_the_calendar_does() {
        assert_eq!(day_of(0), (1970, 1, 1));
        assert_eq!(day_of(11_016), (2000, 2, 29));
        assert_eq!(day_of(19_782), (2024, 2, 29));
        assert_eq!(day_of(19_783), (2024, 3, 1));
        assert_eq!(day_of(20_453), (2025, 12, 31));
        assert!(Latest::Today.is_before((9999, 1, 1)) && !Latest::Today.is_before((2026, 1, 1)));
        assert!(Latest::try_from("2024-02-30".to_owned()).is_err());
    }
}
