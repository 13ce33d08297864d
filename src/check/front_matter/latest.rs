//! The day behind which dates are in the future. The clock is asked only where a rule that runs says `today`.

use std::time::{Duration, SystemTime};

use crate::{
    facts::day::Day,
    site::scalar::{in_calendar, numbers},
};

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
    Day::of(SystemTime::now() + Duration::from_secs(AHEAD * 3600)).calendar()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_day_of_the_calendar_or_today_is_a_limit() {
        assert!(Latest::Today.is_before((9999, 1, 1)) && !Latest::Today.is_before((2026, 1, 1)));
        assert!(Latest::try_from("2024-02-30".to_owned()).is_err());
    }
}
