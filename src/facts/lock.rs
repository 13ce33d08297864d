//! `copydesk.lock`: what is known of a whole site, written down so that one post can be checked without reading the
//! others. A file for people to review and for strangers to break: everything in it is bounded and has a place.

use std::{collections::BTreeMap, fmt::Write as _};

use serde::{Deserialize, Deserializer, de};

use super::{
    corpus::{
        family::{Family, Likeness, Verdict},
        recall::Known,
    },
    endings::{self, Counts, Ending},
    habits::{Count, Remembered},
    promotion::Kind,
};
use crate::{
    data::{
        toml,
        typed::{self, Fault},
    },
    error::{Error, Result},
    source::Span,
};

/// The file's name, in the project's root.
pub const NAME: &str = "copydesk.lock";
/// A larger file is not read. In bytes.
pub const LARGEST: u64 = 4 << 20;

/// The shape of the file and how blocks are told apart; with another number, the fingerprints mean something else.
const VERSION: u32 = 2;

const HEAD: &str = "\
# What `copydesk learn` found in the posts of this site. With it, one post can be checked without reading the others.
# `copydesk learn` writes this file anew and keeps the verdicts, which are yours to change:
#   deny   report the block in every post that has it
#   peel   report nothing; the article ends before the block
#   allow  report nothing; the block belongs to the article
# Numbers of posts have two digits that count.
";

/// What is known of a site.
#[derive(Debug, Clone, Default)]
pub struct Lock {
    /// How many posts were read.
    pub posts: usize,
    /// In the order of the file: by kind and fingerprint.
    pub families: Vec<Known>,
    pub habits: Remembered,
    /// How posts end, by the folder of their site.
    pub endings: BTreeMap<String, Counts>,
}

/// A difference that somebody should look at.
#[derive(Debug, Clone, Copy)]
pub enum Change<'a> {
    /// The posts have it, the file does not.
    New(&'a Known),
    /// The file has it, the posts do not.
    Gone(&'a Known),
    /// It is of another kind than the file says.
    Other(&'a Known),
}

impl Lock {
    /// Reads the file. `path` is for messages.
    ///
    /// # Errors
    /// [`Error::Place`]: what the file must not say, at its place.
    pub fn parse(path: &str, text: &str) -> Result<Self> {
        let help = || Some("mend it, or delete it and run `copydesk learn`".to_owned());
        let place = |fault: Fault| {
            Error::Place(Box::new(Fault { help: fault.help.or_else(help), ..fault }.in_file(path, text)))
        };
        let tree = toml::parse(text, Span::new(0, text.len())).map_err(|errors| {
            let first = errors.into_iter().next();
            let (span, message) = first.map_or((Span::at(0), String::new()), |error| (error.span, error.message));
            place(Fault { span, message, help: None })
        })?;
        let file: File = typed::read(&tree).map_err(place)?;
        Ok(file.into())
    }

    /// The verdicts of `before`, for the families that are still there; families that somebody decided about stay.
    /// `still` says how many posts have a block with this fingerprint.
    pub fn keep(&mut self, before: &Self, still: impl Fn(u64) -> usize) {
        for known in &before.families {
            let same = self.families.iter_mut().find(|family| family.is(known));
            match same {
                // Two that were apart before may be one now: what somebody decided of either holds.
                Some(family) if family.is_decided() && !known.is_decided() => {}
                Some(family) => family.family.verdict = known.verdict_for(family.family.kind),
                None => {
                    let posts = known.keys.iter().map(|key| still(*key)).max().unwrap_or_default();
                    if posts > 0 || known.is_decided() {
                        let posts = if posts > 0 { posts } else { known.family.posts };
                        self.families.push(Known { family: Family { posts, ..known.family.clone() }, ..known.clone() });
                    }
                }
            }
        }
        self.sort();
    }

    /// Without the families that say nothing: the posts keep what is theirs anyway, unless somebody decided otherwise.
    pub fn sort(&mut self) {
        self.families.retain(|known| known.is_decided() || known.family.verdict != Verdict::Allow);
        self.families.sort_by_key(|known| (known.family.kind, known.family.key));
    }

    /// What changed since `before`, in families only.
    pub fn changes<'a>(&'a self, before: &'a Self) -> Vec<Change<'a>> {
        let twin = |list: &'a [Known], known: &Known| list.iter().find(|other| other.is(known));
        let new = self.families.iter().filter_map(|known| match twin(&before.families, known) {
            None => Some(Change::New(known)),
            Some(other) if other.family.kind != known.family.kind => Some(Change::Other(known)),
            Some(_) => None,
        });
        let gone = before.families.iter().filter(|known| twin(&self.families, known).is_none()).map(Change::Gone);
        new.chain(gone).collect()
    }

    /// The file's text. The same site gives the same bytes.
    pub fn to_toml(&self) -> String {
        let mut out = HEAD.to_owned();
        // Writing to a string cannot fail.
        let _ = self.write(&mut out);
        out
    }

    fn write(&self, out: &mut String) -> std::fmt::Result {
        writeln!(out, "version = {VERSION}\nposts = {}", rounded(self.posts))?;
        for Known { family, keys, likeness } in &self.families {
            writeln!(out, "\n[[family]]\nid = \"{}\"\nclass = \"{}\"", hex(family.key), family.kind.name())?;
            writeln!(out, "verdict = \"{}\"\nposts = {}", family.verdict.name(), rounded(family.posts))?;
            writeln!(out, "text = {}", quoted(&family.text))?;
            let others: Vec<String> = keys.iter().filter(|key| **key != family.key).map(|key| hex(*key)).collect();
            if !others.is_empty() {
                writeln!(out, "also = {}", list(others.iter().map(String::as_str)))?;
            }
            if let Some(likeness) = likeness {
                writeln!(out, "common = \"{}\"", hex_list(&likeness.common))?;
                writeln!(out, "core = \"{}\"", hex_list(&likeness.core))?;
            }
        }
        writeln!(out, "\n[front-matter]\nkeys = {}", list(self.habits.keys.iter().map(String::as_str)))?;
        writeln!(out, "spellings = {}", list(self.habits.spellings.iter().map(String::as_str)))?;
        if !self.habits.cohorts.is_empty() {
            writeln!(out, "\n# Posts of each folder, and how many of them have front matter.\n[front-matter.folders]")?;
        }
        for (path, count) in &self.habits.cohorts {
            writeln!(out, "{} = [{}, {}]", quoted(path), rounded(count.posts), rounded(count.with))?;
        }
        for (root, counts) in &self.endings {
            writeln!(out, "\n[[site]]\nroot = {}", quoted(root))?;
            for (name, ending) in ENDINGS {
                let posts = counts.by_ending.get(&ending).copied().unwrap_or_default();
                writeln!(out, "{name} = {}", rounded(posts))?;
            }
            let enough = counts.by_length.iter().filter(|(_, [posts, _])| *posts >= endings::FEWEST);
            let lengths = enough.map(|(class, [posts, cut])| {
                format!("[{}, {}, {}]", class * endings::CLASS, rounded(*posts), rounded(*cut))
            });
            writeln!(out, "lengths = [{}]", lengths.collect::<Vec<_>>().join(", "))?;
        }
        Ok(())
    }
}

impl Known {
    /// Whether this is the same family.
    fn is(&self, other: &Self) -> bool {
        self.family.key == other.family.key
            || self.likeness.is_none() == other.likeness.is_none() && {
                let has = |key: &u64| self.keys.binary_search(key).is_ok();
                has(&other.family.key) || other.keys.binary_search(&self.family.key).is_ok()
            }
    }

    /// What somebody decided, or what is usual for a family of this kind.
    fn verdict_for(&self, kind: Kind) -> Verdict {
        if self.is_decided() { self.family.verdict } else { Verdict::usual(kind) }
    }
}

const ENDINGS: [(&str, Ending); 5] = [
    ("whole", Ending::Whole),
    ("cut", Ending::Cut),
    ("bare", Ending::Bare),
    ("line", Ending::Line),
    ("trailing", Ending::Trailing),
];

/// A number with two digits that count, so that one post more does not change the file.
fn rounded(number: usize) -> usize {
    let mut unit = 1;
    while number / unit >= 100 {
        unit *= 10;
    }
    (number + unit / 2) / unit * unit
}

fn hex(key: u64) -> String {
    format!("{key:016x}")
}

fn hex_list(features: &[u32]) -> String {
    features.iter().map(|feature| format!("{feature:08x}")).collect()
}

fn list<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    let quoted: Vec<String> = texts.map(quoted).collect();
    if quoted.len() < 6 { format!("[{}]", quoted.join(", ")) } else { format!("[\n  {},\n]", quoted.join(",\n  ")) }
}

/// A TOML string on one line. What a reviewer could not see is written as an escape.
fn quoted(text: &str) -> String {
    let mut out = String::from("\"");
    for c in text.chars() {
        match c {
            '"' | '\\' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            _ if is_hidden(c) => {
                let _ = write!(out, "\\U{:08X}", u32::from(c));
            }
            _ => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Control characters, invisible ones, and those that turn the direction of text.
fn is_hidden(c: char) -> bool {
    c.is_control()
        || matches!(u32::from(c), 0xAD | 0x61C | 0x115F | 0x1160 | 0x17B4 | 0x17B5 | 0x180B..=0x180F | 0x200B..=0x200F
            | 0x2028..=0x202E | 0x2060..=0x206F | 0x3164 | 0xFE00..=0xFE0E | 0xFEFF | 0xFFA0 | 0xFFF0..=0xFFFB
            | 0xE0000..=0xE0FFF | 0xE000..=0xF8FF)
}

/// The shape of the file.
#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct File {
    #[serde(rename = "version")]
    _version: Version,
    posts: u32,
    #[serde(default)]
    family: Vec<FamilyEntry>,
    #[serde(default)]
    front_matter: FrontMatter,
    #[serde(default)]
    site: Vec<Site>,
}

struct Version;

#[derive(Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct FamilyEntry {
    id: Key,
    class: Kind,
    verdict: Verdict,
    posts: u32,
    text: String,
    #[serde(default)]
    also: Vec<Key>,
    common: Option<Features>,
    core: Option<Features>,
}

#[derive(Clone, Copy)]
struct Key(u64);

struct Features(Vec<u32>);

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
struct FrontMatter {
    keys: Vec<String>,
    spellings: Vec<String>,
    /// By folder: posts, and those of them that have front matter.
    folders: BTreeMap<String, [u32; 2]>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Site {
    root: String,
    whole: u32,
    cut: u32,
    bare: u32,
    line: u32,
    trailing: u32,
    #[serde(default)]
    lengths: Vec<[u32; 3]>,
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        match u32::deserialize(deserializer)? {
            VERSION => Ok(Self),
            other => Err(de::Error::custom(format!(
                "this file is of version {other}, and this copydesk reads version {VERSION}"
            ))),
        }
    }
}

impl<'de> Deserialize<'de> for Key {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let digits = text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let key = digits.then(|| u64::from_str_radix(&text, 16).ok()).flatten();
        key.map(Self).ok_or_else(|| de::Error::custom("a fingerprint has 16 hexadecimal digits"))
    }
}

impl<'de> Deserialize<'de> for Features {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let chunk = |at: usize| text.get(at..at + 8).and_then(|part| u32::from_str_radix(part, 16).ok());
        let whole = text.len().is_multiple_of(8) && text.bytes().all(|byte| byte.is_ascii_hexdigit());
        let all: Option<Vec<u32>> = (0..text.len()).step_by(8).map(chunk).collect();
        let mut features = all
            .filter(|_| whole)
            .ok_or_else(|| de::Error::custom("features have 8 hexadecimal digits each, with nothing between them"))?;
        features.sort_unstable();
        features.dedup();
        Ok(Self(features))
    }
}

impl From<File> for Lock {
    fn from(file: File) -> Self {
        let posts = file.posts as usize;
        let count =
            |(path, [posts, with]): (String, [u32; 2])| (path, Count { posts: posts as usize, with: with as usize });
        Self {
            posts,
            families: file.family.into_iter().map(|family| family.known(posts)).collect(),
            habits: Remembered {
                keys: file.front_matter.keys.into_iter().collect(),
                spellings: file.front_matter.spellings.into_iter().collect(),
                cohorts: file.front_matter.folders.into_iter().map(count).collect(),
            },
            endings: file.site.into_iter().map(|site| (site.root.clone(), site.counts())).collect(),
        }
    }
}

impl FamilyEntry {
    fn known(self, all: usize) -> Known {
        let likeness = match (self.common, self.core) {
            (Some(common), Some(core)) => Some(Likeness { common: common.0, core: core.0 }),
            _ => None,
        };
        let own = likeness.is_none().then_some(self.id.0);
        let mut keys: Vec<u64> = own.into_iter().chain(self.also.iter().map(|key| key.0)).collect();
        keys.sort_unstable();
        keys.dedup();
        let posts = self.posts as usize;
        let share = (posts as f32 / all.max(1) as f32).min(1.0);
        let family = Family { verdict: self.verdict, ..Family::new(self.id.0, self.class, posts, share, &self.text) };
        Known { family, keys, likeness }
    }
}

impl Site {
    fn counts(self) -> Counts {
        let posts = [self.whole, self.cut, self.bare, self.line, self.trailing].map(|posts| posts as usize);
        let length =
            |[from, posts, cut]: [u32; 3]| (from as usize / endings::CLASS, [posts as usize, cut.min(posts) as usize]);
        let by_ending = ENDINGS.into_iter().map(|(_, ending)| ending).zip(posts).collect();
        Counts::new(by_ending, self.lengths.into_iter().map(length).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lock() -> Lock {
        let advert = Family::new(0x1234_5678_9abc_def0, Kind::Promotional, 2856, 0.99, "Read \"more\" \u{202e}at\nus");
        let retold = Family::new(7, Kind::Promotional, 12, 0.1, "Visit Bees");
        let likeness = Likeness { common: vec![1, 2, 0xffff_ffff], core: vec![2] };
        Lock {
            posts: 2899,
            families: vec![
                Known { family: retold, keys: Vec::new(), likeness: Some(likeness) },
                Known { family: advert, keys: vec![3, 0x1234_5678_9abc_def0], likeness: None },
            ],
            habits: Remembered {
                keys: ["mood".to_owned()].into(),
                spellings: ["coverImage".to_owned()].into(),
                cohorts: [("posts/????-??-??".to_owned(), Count { posts: 2899, with: 2870 })].into(),
            },
            endings: [(String::new(), Counts::default())].into(),
        }
    }

    #[test]
    fn what_is_written_is_read_again() {
        let text = lock().to_toml();
        assert!(!text.contains('\u{202e}'), "{text}");
        let again = Lock::parse(NAME, &text).unwrap();
        assert_eq!(again.to_toml(), text);
        assert_eq!(again.families[1].family.text, "Read \"more\" \u{202e}at\nus");
        assert_eq!((again.posts, again.families[1].family.posts), (2900, 2900));
        assert!(again.changes(&lock()).is_empty());
    }

    #[test]
    fn a_verdict_is_kept_and_a_family_that_is_gone_goes() {
        let mut before = lock();
        before.families[1].family.verdict = Verdict::Allow;
        let mut now = Lock { families: vec![lock().families[1].clone()], ..lock() };
        now.keep(&before, |_| 0);
        assert_eq!(now.families.len(), 1);
        assert_eq!(now.families[0].family.verdict, Verdict::Allow);
        assert!(matches!(now.changes(&before)[..], [Change::Gone(_)]));
    }

    #[test]
    fn what_it_must_not_say_has_a_place() {
        for (old, new, wrong) in [
            ("version = 2", "version = 3", "3"),
            ("\"1234", "\"xyz4", "\"xyz456789abcdef0\""),
            ("posts = 12", "posts = -12", "-12"),
            ("class = \"promotional\"", "class = \"nice\"", "\"nice\""),
            ("[front-matter]", "<<<<<<< ours\n[front-matter]", "o"),
            ("core = \"00000002\"", "core = \"0000000é\"", "\"0000000é\""),
        ] {
            let text = lock().to_toml().replacen(old, new, 1);
            let found = match Lock::parse(NAME, &text) {
                Err(Error::Place(place)) => place.text[place.start..place.end].to_owned(),
                other => format!("{other:?}"),
            };
            assert_eq!(found, wrong, "{old}");
        }
    }
}
