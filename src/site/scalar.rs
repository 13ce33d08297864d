//! How each generator's YAML reader types a plain scalar: `no`, `1:30` and `012` mean different things to different ones.

use super::Generator;
use crate::data::{Scalar, Style};

/// What a generator gets from a scalar.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Typed {
    Null,
    Bool(bool),
    Number(f64),
    /// A date, perhaps with a time; also one that is not in the calendar but rolls over.
    Date,
    String,
    /// The reader gives up.
    Error,
}

/// The YAML readers in use, measured November 2026.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reader {
    /// gray-matter 4.0.3.
    JsYaml3,
    JsYaml4,
    /// `yaml` 2 with timestamps, in Hexo.
    Eemeli,
    Goccy,
    SafeYaml,
    PyYaml,
    SerdeYaml,
    /// YAML 1.2 core schema, where no generator is known.
    Core,
}

impl Reader {
    const fn of(generator: Generator) -> Self {
        match generator {
            Generator::VitePress | Generator::VuePress | Generator::Docusaurus | Generator::Next => Self::JsYaml3,
            Generator::Eleventy | Generator::Astro => Self::JsYaml4,
            Generator::Hexo => Self::Eemeli,
            Generator::Hugo => Self::Goccy,
            Generator::Jekyll => Self::SafeYaml,
            Generator::MkDocs | Generator::Pelican => Self::PyYaml,
            Generator::Zola => Self::SerdeYaml,
            Generator::MdBook | Generator::Obsidian | Generator::Plain => Self::Core,
        }
    }

    /// YAML 1.1: `yes`, `1:30` and the like are not strings.
    const fn is_old(self) -> bool {
        matches!(self, Self::JsYaml3 | Self::SafeYaml | Self::PyYaml)
    }

    const fn has_dates(self) -> bool {
        matches!(self, Self::JsYaml3 | Self::JsYaml4 | Self::Eemeli | Self::SafeYaml | Self::PyYaml)
    }
}

/// How `generator` types a scalar of YAML, TOML or JSON.
pub fn reading(scalar: &Scalar, generator: Generator) -> Typed {
    let text = scalar.text.as_str();
    match scalar.style {
        Style::Null => Typed::Null,
        Style::Quoted | Style::Block => Typed::String,
        Style::Boolean => Typed::Bool(text == "true"),
        Style::Integer | Style::Float => number(text, Reader::Core).map_or(Typed::String, Typed::Number),
        Style::Date => Typed::Date,
        Style::Plain => plain(text, Reader::of(generator)),
    }
}

fn plain(text: &str, reader: Reader) -> Typed {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Typed::Null,
        "true" | "True" | "TRUE" => return Typed::Bool(true),
        "false" | "False" | "FALSE" => return Typed::Bool(false),
        "=" | "<<" if reader == Reader::PyYaml => return Typed::Error,
        _ => {}
    }
    if !text.starts_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '+')) {
        return Typed::String;
    }
    if matches!(reader, Reader::SafeYaml | Reader::PyYaml) {
        match text.to_ascii_lowercase().as_str() {
            "yes" | "on" if one_case(text) => return Typed::Bool(true),
            "no" | "off" if one_case(text) => return Typed::Bool(false),
            _ => {}
        }
    }
    if let Some(value) = number(text, reader) {
        return Typed::Number(value);
    }
    match date_shape(text) {
        Some(shape) if shape.compact_zone && !matches!(reader, Reader::SafeYaml) => Typed::String,
        Some(shape) if reader.has_dates() => match (reader, shape.padded || shape.timed, in_calendar(text)) {
            (Reader::Eemeli, _, _) => Typed::Date,
            (_, false, _) => Typed::String,
            (Reader::SafeYaml, true, false) => Typed::String,
            (Reader::PyYaml, true, false) => Typed::Error,
            _ => Typed::Date,
        },
        _ => Typed::String,
    }
}

/// `yes`, `Yes` or `YES`, but not `yEs`.
fn one_case(text: &str) -> bool {
    let rest = &text[1..];
    rest.chars().all(char::is_lowercase) || text.chars().all(char::is_uppercase)
}

fn number(text: &str, reader: Reader) -> Option<f64> {
    let (sign, digits) = match text.as_bytes().first()? {
        b'-' => (-1.0, &text[1..]),
        b'+' => (1.0, &text[1..]),
        _ => (1.0, text),
    };
    if matches!(digits, ".inf" | ".Inf" | ".INF") || matches!(text, "inf" | "-inf") && reader == Reader::Core {
        return Some(sign * f64::INFINITY);
    }
    if matches!(text, ".nan" | ".NaN" | ".NAN") {
        return Some(f64::NAN);
    }
    if !digits.starts_with(|c: char| c.is_ascii_digit() || c == '.') {
        return None;
    }
    let grouped = match reader {
        Reader::SafeYaml if digits.contains(',') => digits.replace([',', '_'], ""),
        Reader::JsYaml3 | Reader::Goccy | Reader::SafeYaml | Reader::PyYaml if digits.contains('_') => {
            digits.replace('_', "")
        }
        _ => digits.to_owned(),
    };
    integer(&grouped, reader)
        .or_else(|| sexagesimal(&grouped, reader))
        .or_else(|| float(&grouped, reader))
        .map(|n| sign * n)
}

#[allow(clippy::cast_precision_loss)] // Readers in JavaScript lose it too, and only sameness is asked for.
fn integer(digits: &str, reader: Reader) -> Option<f64> {
    let radix = |text: &str, radix| u128::from_str_radix(text, radix).ok().map(|n| n as f64);
    if let Some(hex) = digits.strip_prefix("0x") {
        return radix(hex, 16);
    }
    if let Some(binary) = digits.strip_prefix("0b") {
        return if matches!(reader, Reader::Eemeli | Reader::Core) { None } else { radix(binary, 2) };
    }
    if let Some(octal) = digits.strip_prefix("0o") {
        return if reader.is_old() { None } else { radix(octal, 8) };
    }
    if !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    if digits.len() == 1 || !digits.starts_with('0') {
        return digits.parse().ok();
    }
    match reader {
        Reader::JsYaml4 | Reader::Eemeli | Reader::Core => digits.parse().ok(),
        Reader::SerdeYaml => None,
        _ => radix(digits, 8),
    }
}

/// `1:30` is ninety in YAML 1.1.
fn sexagesimal(digits: &str, reader: Reader) -> Option<f64> {
    let mut parts = digits.split(':');
    let first = parts.next()?;
    if !reader.is_old() || !digits.contains(':') || first.is_empty() || first.starts_with('0') {
        return None;
    }
    let mut value: f64 = first.parse().ok()?;
    for part in parts {
        let small = part.bytes().all(|byte| byte.is_ascii_digit()) && (1..=2).contains(&part.len());
        let part: f64 = part.parse().ok().filter(|part| small && *part < 60.0)?;
        value = value * 60.0 + part;
    }
    Some(value)
}

fn float(digits: &str, reader: Reader) -> Option<f64> {
    let body = digits.split(['e', 'E']).next()?;
    let exponent = digits.len() > body.len();
    let dotted = body.contains('.');
    // Some readers take `1e3` for a string, and for a number only with a dot.
    let strict = matches!(reader, Reader::Goccy | Reader::SafeYaml | Reader::PyYaml);
    let number = dotted || exponent && !strict;
    if !number || !body.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    digits.parse().ok()
}

/// A text that is written like a date.
struct DateShape {
    /// Month and day have two digits each.
    padded: bool,
    timed: bool,
    /// A zone without its colon, such as `+0000`: no date by the letter of YAML.
    compact_zone: bool,
}

fn date_shape(text: &str) -> Option<DateShape> {
    let end = text.find(['T', 't', ' ', '\t']).unwrap_or(text.len());
    let mut parts = text[..end].split('-');
    let (year, month, day) = (parts.next()?, parts.next()?, parts.next()?);
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    let shaped = year.len() == 4 && (1..=2).contains(&month.len()) && (1..=2).contains(&day.len());
    if !shaped || parts.next().is_some() || ![year, month, day].into_iter().all(digits) {
        return None;
    }
    let timed = end < text.len();
    if timed && !is_time(text[end + 1..].trim_start()) {
        return None;
    }
    let zone = text.rfind(['+', '-']).filter(|at| timed && *at > end).map_or("", |at| &text[at + 1..]);
    let compact_zone = zone.len() > 2 && !zone.contains(':');
    Some(DateShape { padded: month.len() == 2 && day.len() == 2, timed, compact_zone })
}

/// `10:00:00`, perhaps with a fraction and a zone.
fn is_time(text: &str) -> bool {
    let end = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, ':' | '.'))).unwrap_or(text.len());
    let clock = text[..end].split('.').next().unwrap_or_default();
    let parts: Vec<&str> = clock.split(':').collect();
    let zone = text[end..].trim_start();
    let digits = |part: &&str| (1..=2).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    parts.len() == 3
        && parts.iter().all(digits)
        && (zone.is_empty() || zone == "Z" || zone.starts_with(['+', '-']) && zone.len() <= 6)
}

/// A date, perhaps with a time, as YAML writes it.
pub fn is_date(text: &str) -> bool {
    let date = text.get(..10).unwrap_or_default().as_bytes();
    let shaped = date
        .iter()
        .enumerate()
        .all(|(at, byte)| if at == 4 || at == 7 { *byte == b'-' } else { byte.is_ascii_digit() });
    let after = text.as_bytes().get(10).is_none_or(|byte| matches!(byte, b'T' | b't' | b' '));
    date.len() == 10 && shaped && after && in_calendar(text)
}

/// Year, month and day of a date that is written with numbers (`2024-02-30`, `2024/2/3 10:00`), in the calendar or not.
pub fn numbers(text: &str) -> Option<(u32, u32, u32)> {
    let end = text.find(['T', 't', ' ', '\t']).unwrap_or(text.len());
    let mut parts = text[..end].split(['-', '/']).map(|part| part.parse::<u32>());
    match (parts.next(), parts.next(), parts.next(), parts.next()) {
        (Some(Ok(year)), Some(Ok(month)), Some(Ok(day)), None) => Some((year, month, day)),
        _ => None,
    }
}

/// Whether a date that is written with numbers is in the calendar; true also for a text that is no such date.
pub fn in_calendar(text: &str) -> bool {
    let Some((year, month, day)) = numbers(text) else { return true };
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let days = match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        1..=12 => 31,
        _ => return false,
    };
    (1..=days).contains(&day)
}
