//! The dates that each generator can read, where it stops at those that it cannot: measured with Hugo 0.168, Jekyll 4.3 and
//! Eleventy 3.1, November 2026.

use super::{
    Generator,
    scalar::{Typed, reading},
};
use crate::data::Scalar;

/// The ways to write a date that Hugo's front matter may use, as Go writes layouts.
const HUGO: [&str; 20] = [
    "2006-01-02",
    "2006-01-02T15:04:05Z07:00",
    "2006-01-02T15:04:05Z0700",
    "2006-01-02T15:04:05",
    "2006-01-02 15:04:05Z07:00",
    "2006-01-02 15:04:05Z0700",
    "2006-01-02 15:04:05",
    "2006-01-02 15:04:05 Z07:00",
    "2006-01-02 15:04:05 Z0700",
    "2006-01-02 15:04:05 Z0700 MST",
    "Mon, 02 Jan 2006 15:04:05 Z0700",
    "Mon, 02 Jan 2006 15:04:05 MST",
    "02 Jan 06 15:04 Z0700",
    "02 Jan 06 15:04 MST",
    "Mon, 02-Jan-06 15:04:05 MST",
    "Mon Jan _2 15:04:05 2006",
    "Mon Jan _2 15:04:05 MST 2006",
    "Mon Jan _2 15:04:05 Z0700 2006",
    "02 Jan 2006",
    "Jan _2 15:04:05",
];
/// The same with one digit where two belong: YAML's own dates, which Hugo read until it changed its reader of YAML.
const LOOSE: [&str; 3] = ["2006-1-2", "2006-1-2 15:4:5", "2006-1-2T15:4:5Z07:00"];
/// ISO 8601, as Luxon reads it; a fraction of a second may follow wherever seconds stand.
const ISO: [&str; 13] = [
    "2006",
    "2006-01",
    "2006-01-02",
    "2006-01-02T15",
    "2006-01-02T15:04",
    "2006-01-02T15:04:05",
    "2006-01-02T15:04Z07:00",
    "2006-01-02T15:04Z0700",
    "2006-01-02T15:04Z07",
    "2006-01-02T15:04:05Z07",
    "2006-01-02T15:04:05Z07:00",
    "2006-01-02T15:04:05Z0700",
    "20060102",
];

/// What a generator does with a value where it wants a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reads {
    Date,
    /// Older versions read it, or passed over it; today's stop.
    Once,
    /// The build stops.
    Never,
}

/// Whether a generator that stops at what is no date reads the value of `key`, at the top of the front matter of `path`,
/// as one. A value that only may be no date is one.
pub fn reads(scalar: &Scalar, key: &str, path: &str, generator: Generator) -> Reads {
    let text = scalar.text.as_str();
    let typed = reading(scalar, generator);
    let (date, number) = (typed == Typed::Date, matches!(typed, Typed::Number(_)));
    let nothing = typed == Typed::Null || text.is_empty();
    if date || nothing && generator != Generator::Jekyll {
        return Reads::Date;
    }
    match generator {
        Generator::Hugo if is_hugos(key) => {
            if number && !text.contains(['.', 'e', 'E']) || any(&HUGO, text) {
                Reads::Date
            } else if any(&LOOSE, text) || matches!(typed, Typed::Bool(_)) && key.eq_ignore_ascii_case("published") {
                Reads::Once
            } else {
                Reads::Never
            }
        }
        // A page that is no post may have any date.
        Generator::Jekyll if key == "date" && path.split('/').any(|folder| folder == "_posts") => {
            let is_date = text.contains(|c: char| c.is_ascii_digit()) && !text.contains(['年', '년']);
            if !is_date || any(&ISO[..2], text) { Reads::Never } else { Reads::Date }
        }
        Generator::Eleventy if key == "date" => {
            let words = ["last modified", "created", "git last modified", "git created"];
            let is_word = words.iter().any(|word| word.eq_ignore_ascii_case(text));
            let week = text.get(4..6).is_some_and(|week| week.eq_ignore_ascii_case("-w"));
            let day_of_year = text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
            let zoned = text.ends_with(']');
            let no = typed == Typed::Bool(false);
            // Luxon takes a time alone for one of today (run: `12`, `12:30`, `12Z`, `123015`).
            let hour = text.get(..2).and_then(|hour| hour.parse::<u8>().ok()).is_some_and(|hour| hour <= 24);
            let time = hour
                && (text.len() == 2 || matches!(text.as_bytes()[2], b':' | b'Z' | b'z' | b'+'))
                && !text.contains(' ');
            let time = time || text.len() == 6 && text.bytes().all(|byte| byte.is_ascii_digit());
            if is_word || week || day_of_year || zoned || no || time || !number && any(&ISO, &text.to_ascii_uppercase())
            {
                Reads::Date
            } else {
                Reads::Never
            }
        }
        _ => Reads::Date,
    }
}

/// The keys of Hugo's front matter that are dates, in any case.
fn is_hugos(key: &str) -> bool {
    let keys = ["date", "publishdate", "pubdate", "published", "lastmod", "modified", "expirydate", "unpublishdate"];
    keys.iter().any(|known| known.eq_ignore_ascii_case(key))
}

fn any(layouts: &[&str], text: &str) -> bool {
    layouts.iter().any(|layout| follows(layout, text))
}

/// Whether `text` is written by a layout in Go's notation, in which `2006-01-02` stands for any such date. As Go does, it
/// takes a fraction behind seconds and one digit for an hour; which day of the month there is, it does not ask.
fn follows(layout: &str, text: &str) -> bool {
    let (mut layout, mut text) = (layout, text);
    while !layout.is_empty() {
        let parts: [(&str, Part); 16] = [
            ("2006", |text| digits(text, 4, 4, 9999)),
            ("01", |text| digits(text, 2, 2, 12)),
            ("02", |text| digits(text, 2, 2, 31)),
            ("_2", |text| digits(text.trim_start_matches(' '), 1, 2, 31)),
            ("06", |text| digits(text, 2, 2, 99)),
            ("15", |text| digits(text, 1, 2, 24)),
            ("04", |text| digits(text, 2, 2, 59)),
            ("05", |text| fraction(digits(text, 2, 2, 59)?)),
            ("Z07:00", |text| zone(text, ":")),
            ("Z0700", |text| zone(text, "")),
            ("Z07", |text| digits(text.strip_prefix(['+', '-'])?, 2, 2, 24)),
            ("MST", name_of_zone),
            ("Mon", |text| name(text, &DAYS)),
            ("Jan", |text| name(text, &MONTHS)),
            ("1", |text| digits(text, 1, 2, 12)),
            ("2", |text| digits(text, 1, 2, 31)),
        ];
        let parts = parts.iter().chain(&[("4", minutes as Part), ("5", seconds as Part)]);
        let mut known = parts.filter_map(|(mark, read)| Some((layout.strip_prefix(mark)?, read)));
        let (rest, read) = match known.next() {
            Some((rest, read)) => (rest, read(text)),
            // Go takes any run of blanks for one.
            None if layout.starts_with(' ') => {
                (&layout[1..], text.starts_with(' ').then(|| text.trim_start_matches(' ')))
            }
            None => (&layout[1..], text.strip_prefix(&layout[..1])),
        };
        let Some(read) = read else { return false };
        (layout, text) = (rest, read);
    }
    text.is_empty()
}

/// Reads a part of a date and gives what follows.
type Part = fn(&str) -> Option<&str>;

const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
const MONTHS: [&str; 12] = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];

/// A number of `least` to `most` digits up to `limit`.
fn digits(text: &str, least: usize, most: usize, limit: u32) -> Option<&str> {
    let length = text.bytes().take(most).take_while(u8::is_ascii_digit).count();
    let number: u32 = text[..length].parse().ok()?;
    (length >= least && number <= limit).then(|| &text[length..])
}

fn minutes(text: &str) -> Option<&str> {
    digits(text, 1, 2, 59)
}

fn seconds(text: &str) -> Option<&str> {
    fraction(minutes(text)?)
}

#[allow(clippy::unnecessary_wraps)] // It is a part like the others.
fn fraction(text: &str) -> Option<&str> {
    let Some(rest) = text.strip_prefix(['.', ',']) else { return Some(text) };
    let after = rest.trim_start_matches(|c: char| c.is_ascii_digit());
    Some(if after.len() < rest.len() { after } else { text })
}

/// `Z`, or hours and minutes with `colon` between.
fn zone<'a>(text: &'a str, colon: &str) -> Option<&'a str> {
    if let Some(rest) = text.strip_prefix('Z') {
        return Some(rest);
    }
    let hours = digits(text.strip_prefix(['+', '-'])?, 2, 2, 24)?;
    digits(hours.strip_prefix(colon)?, 2, 2, 59)
}

/// `CEST`, `GMT+2` or `-03`.
fn name_of_zone(text: &str) -> Option<&str> {
    let letters = text.bytes().take_while(u8::is_ascii_uppercase).count();
    let rest = &text[letters..];
    let offset = || digits(rest.strip_prefix(['+', '-'])?, 1, 2, 23);
    match letters {
        0 => offset(),
        3..=5 => Some(offset().unwrap_or(rest)),
        _ => None,
    }
}

/// The first three letters of one of `names`, or a whole name of a day.
fn name<'a>(text: &'a str, names: &[&str]) -> Option<&'a str> {
    let start = text.get(..3)?;
    names.iter().find(|name| name.eq_ignore_ascii_case(start))?;
    let rest = &text[3..];
    let more = rest.bytes().take_while(u8::is_ascii_lowercase).count();
    Some(if rest[..more].ends_with("day") { &rest[more..] } else { rest })
}
