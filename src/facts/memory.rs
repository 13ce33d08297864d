//! What earlier runs learnt of remote images, so that one bad day of a stranger's server fails nobody's run.
//!
//! The file is one JSON object a line, sorted by address, after a line with its version. It says the same after a second
//! run on the same day, and where two branches wrote to it, the lines of both may stand in it: those of one address are
//! read as one (`copydesk.state merge=union` in `.gitattributes` does that).

use std::{
    collections::{BTreeMap, btree_map::Entry},
    fmt::Write,
};

use serde::{Deserialize, Serialize};

use super::{Verdict, day::Day};

/// The version of the file.
const VERSION: u32 = 1;

/// An address that nobody has asked for in so many days is forgotten.
const KEPT: u32 = 365;

/// Longest address and longest validator that are kept, in bytes.
const LONGEST: [usize; 2] = [8_192, 256];

/// What is known of every address that was ever asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Memory {
    /// By address, as the URL standard writes it.
    records: BTreeMap<String, Record>,
}

/// What is known of one address.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Record {
    /// When an image last came back.
    pub alive: Option<Day>,
    /// Set from the first failure to the next success.
    pub failing: Option<Failing>,
    pub validators: Validators,
}

/// Failures with no success between them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Failing {
    pub first: Day,
    pub last: Day,
    /// Days on which it failed: several runs on one day count once.
    pub times: u32,
}

/// What a server gave along with an image, to be asked whether it has changed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Validators {
    /// `ETag`, with its quotes.
    pub etag: Option<String>,
    /// `Last-Modified`, as the server wrote it.
    pub modified: Option<String>,
}

/// Why a file is none of ours.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Broken {
    /// One-based.
    pub line: usize,
    pub why: String,
}

/// A line of the file. The order of the fields is that of the file.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Line {
    address: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    alive: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    failed: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    since: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    times: Option<u32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    etag: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    modified: Option<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Head {
    #[serde(rename = "copydesk-state")]
    version: u32,
}

impl Memory {
    /// Reads a file.
    ///
    /// # Errors
    /// The first line that is not one of ours: a guess would turn old failures into new ones.
    pub fn read(text: &str) -> Result<Self, Broken> {
        let mut memory = Self::default();
        let mut is_ours = text.trim().is_empty();
        for (index, line) in text.lines().enumerate().filter(|(_, line)| !line.trim().is_empty()) {
            let broken = |why: String| Broken { line: index + 1, why };
            if let Ok(head) = serde_json::from_str::<Head>(line) {
                if head.version != VERSION {
                    return Err(broken(format!("version {} is not known here, only {VERSION}", head.version)));
                }
                is_ours = true;
                continue;
            }
            if !is_ours {
                return Err(broken(format!("a state file begins with {{\"copydesk-state\":{VERSION}}}")));
            }
            let (address, record) = read_line(line).map_err(broken)?;
            match memory.records.entry(address) {
                Entry::Vacant(place) => drop(place.insert(record)),
                Entry::Occupied(mut place) => {
                    let both = place.get().join(&record);
                    place.insert(both);
                }
            }
        }
        Ok(memory)
    }

    /// The file: the same memory is always the same bytes.
    pub fn write(&self) -> String {
        let mut text = format!("{{\"copydesk-state\":{VERSION}}}\n");
        for (address, record) in &self.records {
            let line = Line {
                address: address.clone(),
                alive: record.alive.map(|day| day.to_string()),
                failed: record.failing.map(|failing| failing.last.to_string()),
                since: record.failing.map(|failing| failing.first.to_string()),
                times: record.failing.map(|failing| failing.times),
                etag: record.validators.etag.clone(),
                modified: record.validators.modified.clone(),
            };
            // Only maps with keys that are no strings cannot be written.
            if let Ok(line) = serde_json::to_string(&line) {
                let _ = writeln!(text, "{line}");
            }
        }
        text
    }

    pub fn of(&self, address: &str) -> Option<&Record> {
        self.records.get(address)
    }

    /// Remembers what came of asking for `address`. What nobody could verify changes nothing.
    pub fn learn(&mut self, address: &str, verdict: &Verdict, validators: Validators, today: Day) {
        let failed = match verdict {
            Verdict::Alive => false,
            Verdict::Dead(_) | Verdict::NotAnImage(_) => true,
            Verdict::Hotlink | Verdict::Unverified(_) => return,
        };
        if address.len() > LONGEST[0] {
            return;
        }
        let record = self.records.entry(address.to_owned()).or_default();
        if !failed {
            *record = Record { alive: Some(today), failing: None, validators: validators.fit() };
            return;
        }
        record.validators = Validators::default();
        record.failing = Some(match record.failing {
            Some(failing) if failing.last >= today => {
                Failing { first: failing.first.min(today), last: today, ..failing }
            }
            Some(failing) => Failing { last: today, times: failing.times.saturating_add(1), ..failing },
            None => Failing { first: today, last: today, times: 1 },
        });
    }

    /// Forgets what nobody has asked for in a year.
    pub fn forget(&mut self, today: Day) {
        self.records.retain(|_, record| record.last().is_some_and(|last| today.since(last) <= KEPT));
    }
}

impl Record {
    /// The day of the last answer.
    fn last(&self) -> Option<Day> {
        self.alive.max(self.failing.map(|failing| failing.last))
    }

    /// What two runs that knew nothing of each other learnt together.
    fn join(&self, other: &Self) -> Self {
        let alive = self.alive.max(other.alive);
        let after = |record: &Self| record.failing.filter(|failing| alive.is_none_or(|alive| failing.last > alive));
        // A success in between was the end of the failures before it.
        let since = |failing: Failing| match alive {
            Some(alive) if failing.first <= alive => Failing { first: failing.last, times: 1, ..failing },
            _ => failing,
        };
        let failing = match (after(self).map(since), after(other).map(since)) {
            (Some(one), Some(two)) => Some(Failing {
                first: one.first.min(two.first),
                last: one.last.max(two.last),
                times: one.times.max(two.times),
            }),
            (one, two) => one.or(two),
        };
        let newer = if (self.alive, &self.validators.etag, &self.validators.modified)
            >= (other.alive, &other.validators.etag, &other.validators.modified)
        {
            self
        } else {
            other
        };
        let validators = if failing.is_some() { Validators::default() } else { newer.validators.clone() };
        Self { alive, failing, validators }
    }
}

impl Validators {
    pub fn is_empty(&self) -> bool {
        self.etag.is_none() && self.modified.is_none()
    }

    /// Those that may be sent back: a server can write anything, and so can whoever edits the file.
    fn fit(self) -> Self {
        Self { etag: self.etag.filter(|etag| is_etag(etag)), modified: self.modified.filter(|date| is_date(date)) }
    }
}

fn read_line(line: &str) -> Result<(String, Record), String> {
    let line: Line = serde_json::from_str(line).map_err(|_| {
        "this line is not one of a state file; lines that a merge left behind must be resolved first".to_owned()
    })?;
    let day = |name: &str, text: Option<String>| match text {
        None => Ok(None),
        Some(text) => Day::parse(&text).map(Some).ok_or_else(|| format!("`{name}` is not a day such as 2026-11-24")),
    };
    let (alive, last, first) = (day("alive", line.alive)?, day("failed", line.failed)?, day("since", line.since)?);
    let failing = match (first, last, line.times) {
        (None, None, None) => None,
        (Some(first), Some(last), Some(times)) if times > 0 && first <= last => Some(Failing { first, last, times }),
        _ => return Err("`since`, `failed` and `times` do not go together".to_owned()),
    };
    if line.address.len() > LONGEST[0] {
        return Err(format!("the address is longer than {} bytes", LONGEST[0]));
    }
    let validators = Validators { etag: line.etag, modified: line.modified };
    if validators != validators.clone().fit() {
        return Err("`etag` or `modified` is nothing that a server would send".to_owned());
    }
    Ok((line.address, Record { alive, failing, validators }))
}

/// Whether this is one entity tag (RFC 9110, 8.8.3), and not `*`, which every file fits.
fn is_etag(text: &str) -> bool {
    let opaque = text.strip_prefix("W/").unwrap_or(text);
    let inner = opaque.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    text.len() <= LONGEST[1] && inner.is_some_and(|inner| inner.bytes().all(|byte| matches!(byte, 0x21 | 0x23..=0x7e)))
}

/// Whether this can be a date of HTTP, which is all that is needed to send it back.
fn is_date(text: &str) -> bool {
    text.len() <= 40 && text.ends_with(" GMT") && text.bytes().all(|byte| matches!(byte, b' '..=b'~'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Day {
        Day::parse(text).unwrap()
    }

    fn dead() -> Verdict {
        Verdict::Dead("404 Not Found".to_owned())
    }

    fn learn(memory: &mut Memory, verdict: &Verdict, on: &str) {
        memory.learn("https://a.test/x.png", verdict, Validators::default(), day(on));
    }

    #[test]
    fn a_file_says_what_was_learnt_and_is_read_back() {
        let mut memory = Memory::default();
        let validators = Validators {
            etag: Some("W/\"5f-a\"".to_owned()),
            modified: Some("Sun, 06 Nov 1994 08:49:37 GMT".to_owned()),
        };
        memory.learn("https://b.test/图.png", &Verdict::Alive, validators, day("2026-11-24"));
        learn(&mut memory, &Verdict::Alive, "2026-11-20");
        learn(&mut memory, &dead(), "2026-11-22");
        learn(&mut memory, &dead(), "2026-11-22");
        learn(&mut memory, &Verdict::Unverified("429".to_owned()), "2026-11-23");
        learn(&mut memory, &dead(), "2026-11-24");
        let written = memory.write();
        assert_eq!(
            written,
            "{\"copydesk-state\":1}\n\
             {\"address\":\"https://a.test/x.png\",\"alive\":\"2026-11-20\",\"failed\":\"2026-11-24\",\
             \"since\":\"2026-11-22\",\"times\":2}\n\
             {\"address\":\"https://b.test/图.png\",\"alive\":\"2026-11-24\",\"etag\":\"W/\\\"5f-a\\\"\",\
             \"modified\":\"Sun, 06 Nov 1994 08:49:37 GMT\"}\n"
        );
        assert_eq!(Memory::read(&written), Ok(memory));
    }

    #[test]
    fn a_success_ends_a_row_of_failures() {
        let mut memory = Memory::default();
        learn(&mut memory, &dead(), "2026-11-20");
        learn(&mut memory, &Verdict::Alive, "2026-11-21");
        learn(&mut memory, &dead(), "2026-11-24");
        let failing = memory.of("https://a.test/x.png").unwrap().failing.unwrap();
        assert_eq!((failing.first, failing.times), (day("2026-11-24"), 1));
    }

    #[test]
    fn lines_of_two_branches_are_read_as_one() {
        let head = "{\"copydesk-state\":1}\n";
        let line = |rest: &str| format!("{{\"address\":\"https://a.test/x.png\",{rest}}}\n");
        let failing = line(r#""alive":"2026-11-01","failed":"2026-11-09","since":"2026-11-05","times":3"#);
        let longer = line(r#""alive":"2026-11-02","failed":"2026-11-08","since":"2026-11-04","times":2"#);
        let alive = line(r#""alive":"2026-11-06","etag":"\"new\"""#);
        let later = line(r#""alive":"2026-11-10","etag":"\"newer\"""#);
        let read = |lines: &[&String]| {
            let text = lines.iter().fold(head.to_owned(), |text, line| text + line) + head;
            Memory::read(&text).unwrap().of("https://a.test/x.png").unwrap().clone()
        };
        let both = read(&[&failing, &longer]);
        assert_eq!(both, read(&[&longer, &failing]));
        let wanted = Failing { first: day("2026-11-04"), last: day("2026-11-09"), times: 3 };
        assert_eq!((both.alive, both.failing), (Some(day("2026-11-02")), Some(wanted)));
        let ended = read(&[&alive, &failing]);
        let wanted = Failing { first: day("2026-11-09"), last: day("2026-11-09"), times: 1 };
        assert_eq!((ended.alive, ended.failing), (Some(day("2026-11-06")), Some(wanted)));
        let fine = read(&[&later, &failing, &alive]);
        assert_eq!((fine.failing, fine.validators.etag.as_deref()), (None, Some("\"newer\"")));
    }

    #[test]
    fn what_is_no_state_file_is_said_to_be_none() {
        let head = "{\"copydesk-state\":1}\n";
        let at = |text: String| Memory::read(&text).map_err(|broken| broken.line).unwrap_err();
        assert_eq!(at("root:x:0:0\n".to_owned()), 1);
        assert_eq!(at("{\"copydesk-state\":2}\n".to_owned()), 1);
        for line in [
            "<<<<<<< ours",
            "[]",
            r#"{"address":"a","alive":"yesterday"}"#,
            r#"{"address":"a","times":3}"#,
            r#"{"address":"a","failed":"2026-11-01","since":"2026-11-02","times":1}"#,
            r#"{"address":"a","times":-1}"#,
            r#"{"address":"a","etag":"*"}"#,
            r#"{"address":"a","etag":"\"a\r\nHost: b\""}"#,
            r#"{"address":"a","modified":"\u001b[2J GMT"}"#,
            r#"{"address":"a","command":"rm"}"#,
        ] {
            assert_eq!(at(format!("{head}\n{line}\n")), 3, "{line}");
        }
        assert_eq!(Memory::read(""), Ok(Memory::default()));
    }

    #[test]
    fn days_that_have_not_come_yet_do_not_buy_time() {
        let text = "{\"copydesk-state\":1}\n{\"address\":\"https://a.test/x.png\",\"alive\":\"9999-01-01\",\
                    \"failed\":\"9999-12-31\",\"since\":\"9999-12-30\",\"times\":4294967295}\n";
        let mut memory = Memory::read(text).unwrap();
        learn(&mut memory, &dead(), "2026-11-20");
        learn(&mut memory, &dead(), "2026-11-24");
        let failing = memory.of("https://a.test/x.png").unwrap().failing.unwrap();
        assert_eq!((failing.first, failing.last, failing.times), (day("2026-11-20"), day("2026-11-24"), u32::MAX));
    }

    #[test]
    fn old_addresses_are_forgotten() {
        let mut memory = Memory::default();
        learn(&mut memory, &Verdict::Alive, "2025-11-24");
        memory.forget(day("2026-11-24"));
        assert!(memory.of("https://a.test/x.png").is_some());
        memory.forget(day("2026-11-25"));
        assert_eq!(memory, Memory::default());
    }
}
