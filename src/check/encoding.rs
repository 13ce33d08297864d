//! Bytes that are not UTF-8 text, and what they look like instead.

use std::collections::BTreeMap;

use super::{Hit, Severity, Subject};
use crate::source::{Encoding as Read, Span, decode, decode::DamageKind};

pub const WORDS: &[&str] = &["found", "advice"];

/// How many bytes are searched for control characters at once.
const CHUNK: usize = 4096;

#[derive(Debug, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Encoding {
    /// What to say of each kind; `{encoding}` and `{count}` are filled in.
    pub kinds: BTreeMap<Kind, Sentences>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Another encoding than UTF-8, as far as it can be told.
    Legacy,
    Utf16,
    /// Some bytes that are not UTF-8 in a file that otherwise is.
    Invalid,
    /// The file ends inside a character.
    Incomplete,
    Nul,
    /// Other control characters that no XML may hold.
    Control,
}

#[derive(Debug, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sentences {
    pub found: String,
    pub advice: String,
    /// The rule's severity where it is not said.
    pub severity: Option<Severity>,
}

impl Encoding {
    /// One hit for each kind, at its first place: a file has such bytes once or everywhere.
    pub fn run(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let source = &subject.document.source;
        let beyond_ascii = || {
            let start = source.text.find(|c: char| !c.is_ascii() && c != '\u{feff}').unwrap_or(0);
            Span::new(start, start + source.text[start..].chars().next().map_or(0, char::len_utf8))
        };
        let whole = match source.encoding {
            Read::Utf8 => None,
            Read::Utf16 => self.hit(Kind::Utf16, beyond_ascii(), "UTF-16", 1),
            Read::Legacy(name) => self.hit(Kind::Legacy, beyond_ascii(), name, 1),
        };
        let kinds = [
            (Kind::Invalid, DamageKind::Invalid),
            (Kind::Incomplete, DamageKind::Incomplete),
            (Kind::Nul, DamageKind::Nul),
        ];
        let damaged = kinds.into_iter().filter_map(|(kind, damage)| {
            let mut places = source.damage.iter().filter(|place| place.kind == damage);
            let first = places.next()?;
            self.hit(kind, first.span, "UTF-8", 1 + places.count())
        });
        whole.into_iter().chain(damaged).chain(self.control(&source.text)).collect()
    }

    fn control(&self, text: &str) -> Option<Hit> {
        const SUBSTITUTE: u8 = decode::SUBSTITUTE as u8;
        let is_control = |byte: &u8| {
            (*byte < b' ')
                & (*byte != 0)
                & (*byte != b'\t')
                & (*byte != b'\n')
                & (*byte != b'\r')
                & (*byte != SUBSTITUTE)
        };
        let bytes = text.as_bytes();
        // Without a way out in the middle, many bytes are looked at at a time; most chunks have none but line ends.
        let any = |bytes: &[u8]| bytes.iter().fold(false, |any, byte| any | is_control(byte));
        let may = |bytes: &[u8]| bytes.iter().fold(false, |any, byte| any | ((*byte < b' ') & (*byte != b'\n')));
        let from = bytes.chunks(CHUNK).position(|chunk| may(chunk) && any(chunk))? * CHUNK;
        let first = from + bytes[from..].iter().position(is_control)?;
        let count = bytes[first..].iter().filter(|byte| is_control(byte)).count();
        self.hit(Kind::Control, Span::new(first, first + 1), "UTF-8", count)
    }

    fn hit(&self, kind: Kind, span: Span, encoding: &str, count: usize) -> Option<Hit> {
        let said = self.kinds.get(&kind)?;
        let fill = |sentence: &str| sentence.replace("{encoding}", encoding).replace("{count}", &count.to_string());
        let hit = Hit::new(span).word("found", fill(&said.found)).word("advice", fill(&said.advice));
        Some(Hit { severity: said.severity, ..hit })
    }
}
