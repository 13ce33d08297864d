//! What must stand in a text before a pattern can match there. `build.rs` reads this file too: what the patterns of the
//! shipped rules need is worked out once, when copydesk is built, and what those of users need by the same lines.

use std::{borrow::Cow, cmp::Reverse};

use regex_syntax::hir::{
    Class, ClassBytes, ClassBytesRange, ClassUnicode, ClassUnicodeRange, Hir, HirKind, Look,
    literal::{ExtractKind, Extractor, Seq},
};

/// A shorter phrase, in bytes, stands in nearly every post; of two bytes, only `FEW` are looked for.
const SHORTEST: usize = 3;
/// So many bytes of a phrase are looked for: more tell hardly more, and the phrases of one pattern grow in number.
const LONGEST: usize = 16;
/// More phrases for one pattern than this are not worth their memory.
const MOST: usize = 256;
/// Among how many phrases those are looked for that stand for all; among more if that is not enough.
const TRIED: [usize; 2] = [1 << 11, 1 << 15];
/// Phrases that begin with so many bytes in common are looked for by what they have in common, if they are many.
const KIN: usize = 6;
/// A phrase of so many bytes is rare enough by itself: two Chinese characters are not.
const RARE: usize = 7;
/// Where a phrase is not rare, further parts of the pattern are asked for, if they have so few phrases and none of them is
/// shorter than `TELLING` bytes.
const FEW: usize = 12;
const TELLING: usize = 4;

/// What one pattern needs.
#[derive(Debug, Clone)]
pub struct Need {
    /// Whether no match goes beyond a line, or asks where the text ends.
    pub in_line: bool,
    /// What a match may begin with.
    pub start: Start,
    /// Of a match around the phrase of each set.
    pub reaches: Cow<'static, [Reach]>,
    /// Sets of phrases in small letters; of each set one phrase stands, in any case, in every match. Each phrase is led
    /// by its length in bytes, and each set is closed by a zero. The first set tells most, and there is one.
    sets: Cow<'static, [u8]>,
}

/// What may stand around the start of the phrase of a set that a match holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Reach {
    /// How many bytes of the match stand before it, at most. No number: as many as there are.
    pub before: Option<u16>,
    /// How many bytes of the match stand from there on, at most.
    pub behind: Option<u16>,
    /// Which bytes may stand before it.
    pub lead: Bytes,
}

impl Reach {
    /// Of `parts` that stand one after the other, where the phrase lies within the one numbered `at` as `inner` says.
    fn among(parts: &[Hir], at: usize, inner: Self) -> Self {
        let all = |parts: &[Hir]| parts.iter().map(longest).try_fold(0, |sum: u16, one| sum.checked_add(one?));
        let sum = |a: Option<u16>, b: Option<u16>| a?.checked_add(b?);
        let (above, below) = (&parts[..at], &parts[at + 1..]);
        let lead = above.iter().map(Bytes::of).fold(inner.lead, Bytes::or);
        Self { before: sum(all(above), inner.before), behind: sum(inner.behind, all(below)), lead }
    }

    /// Of a part that begins with the phrase.
    fn from_start(part: &Hir) -> Self {
        Self { before: Some(0), behind: longest(part), lead: Bytes::default() }
    }

    /// Of a part with the phrase anywhere.
    fn anywhere(part: &Hir) -> Self {
        Self { before: longest(part), behind: longest(part), lead: Bytes::of(part) }
    }

    /// As far as either.
    fn or(self, other: Self) -> Self {
        let more = |a: Option<u16>, b: Option<u16>| Some(a?.max(b?));
        Self {
            before: more(self.before, other.before),
            behind: more(self.behind, other.behind),
            lead: self.lead.or(other.lead),
        }
    }
}

/// A set of bytes, one bit each.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Bytes(pub [u64; 4]);

impl Bytes {
    pub const fn holds(&self, byte: u8) -> bool {
        self.0[(byte >> 6) as usize] >> (byte & 63) & 1 == 1
    }

    fn add(&mut self, byte: u8) {
        self.0[usize::from(byte >> 6)] |= 1 << (byte & 63);
    }

    fn or(self, other: Self) -> Self {
        Self(std::array::from_fn(|at| self.0[at] | other.0[at]))
    }

    /// Those that a character of `class` may begin with.
    fn first_of(class: &Class) -> Self {
        let mut bytes = Self::default();
        let first = |c: char| c.encode_utf8(&mut [0; 4]).as_bytes()[0];
        let ranges: Vec<(u8, u8)> = match class {
            Class::Bytes(class) => class.iter().map(|range| (range.start(), range.end())).collect(),
            // The first bytes of characters rise with these.
            Class::Unicode(class) => class.iter().map(|range| (first(range.start()), first(range.end()))).collect(),
        };
        ranges.into_iter().flat_map(|(from, to)| from..=to).for_each(|byte| bytes.add(byte));
        bytes
    }

    /// Those that a match of `hir` may hold, and perhaps more.
    fn of(hir: &Hir) -> Self {
        let mut bytes = Self::default();
        match hir.kind() {
            HirKind::Empty | HirKind::Look(_) => {}
            HirKind::Literal(literal) => literal.0.iter().for_each(|byte| bytes.add(*byte)),
            HirKind::Class(class) => match class.literal() {
                Some(literal) => literal.iter().for_each(|byte| bytes.add(*byte)),
                None => bytes.add_class(class),
            },
            HirKind::Repetition(repetition) => bytes = Self::of(&repetition.sub),
            HirKind::Capture(capture) => bytes = Self::of(&capture.sub),
            HirKind::Concat(parts) | HirKind::Alternation(parts) => {
                bytes = parts.iter().map(Self::of).fold(bytes, Self::or);
            }
        }
        bytes
    }

    fn add_class(&mut self, class: &Class) {
        match class {
            Class::Bytes(class) => {
                class.iter().flat_map(|range| range.start()..=range.end()).for_each(|byte| self.add(byte));
            }
            Class::Unicode(class) => {
                for range in class.iter() {
                    match range.len() <= FEW {
                        true => (range.start()..=range.end())
                            .for_each(|c| c.encode_utf8(&mut [0; 4]).bytes().for_each(|byte| self.add(byte))),
                        false => {
                            let last = u8::try_from(range.end()).unwrap_or(u8::MAX);
                            (0..=u8::MAX)
                                .filter(|byte| {
                                    !byte.is_ascii() || (range.start()..=char::from(last)).contains(&char::from(*byte))
                                })
                                .for_each(|byte| self.add(byte));
                        }
                    }
                }
            }
        }
    }
}

/// What a match may begin with, as small letters.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Start {
    /// The first byte of a match, wherever it starts.
    pub anywhere: Bytes,
    /// The first byte of one that starts only where a line or the text does.
    pub of_line: Bytes,
}

/// What a part of a pattern may begin with, and whether it may be passed without a character.
#[derive(Default)]
struct Begin {
    start: Start,
    passes: bool,
    /// Whether it may where a line or the text starts.
    passes_at_line: bool,
}

impl Begin {
    fn of(hir: &Hir) -> Self {
        let of_bytes =
            |anywhere| Self { start: Start { anywhere, ..Start::default() }, passes: false, passes_at_line: false };
        match hir.kind() {
            HirKind::Look(Look::Start | Look::StartLF | Look::StartCRLF) => {
                Self { passes_at_line: true, ..Self::default() }
            }
            HirKind::Empty | HirKind::Look(_) => Self { passes: true, ..Self::default() },
            HirKind::Literal(literal) => {
                let mut bytes = Bytes::default();
                literal.0.first().into_iter().for_each(|byte| bytes.add(*byte));
                of_bytes(bytes)
            }
            HirKind::Class(class) => of_bytes(Bytes::first_of(class)),
            HirKind::Repetition(repetition) => {
                let sub = Self::of(&repetition.sub);
                Self { passes: sub.passes || repetition.min == 0, ..sub }
            }
            HirKind::Capture(capture) => Self::of(&capture.sub),
            HirKind::Alternation(branches) => branches.iter().map(Self::of).fold(Self::default(), |all, branch| Self {
                start: all.start.or(branch.start),
                passes: all.passes || branch.passes,
                passes_at_line: all.passes_at_line || branch.passes_at_line,
            }),
            HirKind::Concat(parts) => {
                let mut all = Self { passes: true, ..Self::default() };
                for part in parts {
                    let part = Self::of(part);
                    if all.passes {
                        all.start = all.start.or(part.start);
                    }
                    if all.passes_at_line {
                        all.start.of_line = all.start.of_line.or(part.start.anywhere).or(part.start.of_line);
                    }
                    all.passes_at_line =
                        all.passes && part.passes_at_line || all.passes_at_line && (part.passes || part.passes_at_line);
                    all.passes &= part.passes;
                }
                all
            }
        }
    }
}

impl Start {
    fn or(self, other: Self) -> Self {
        Self { anywhere: self.anywhere.or(other.anywhere), of_line: self.of_line.or(other.of_line) }
    }
}

/// How many bytes a match of `hir` has at most.
fn longest(hir: &Hir) -> Option<u16> {
    hir.properties().maximum_len().and_then(|length| u16::try_from(length).ok())
}

impl Need {
    /// One that was worked out before.
    pub const fn known(in_line: bool, start: Start, reaches: &'static [Reach], sets: &'static [u8]) -> Self {
        Self { in_line, start, reaches: Cow::Borrowed(reaches), sets: Cow::Borrowed(sets) }
    }

    /// What `pattern` needs; none where that cannot be said.
    pub fn work_out(pattern: &str) -> Option<Self> {
        // A dot that may be a carriage return stands for one that may not, too.
        let hir = regex_syntax::ParserBuilder::new().multi_line(true).build().parse(pattern).ok()?;
        let hir = small(&hir);
        let needed = needed(&hir);
        let (sets, reaches): (Vec<Set>, Vec<Reach>) = needed.first.into_iter().chain(needed.others).unzip();
        let sets: Vec<u8> = sets.iter().flat_map(written).collect();
        (!sets.is_empty()).then(|| Self {
            in_line: !leaves_line(&hir),
            start: Begin::of(&hir).start,
            reaches: reaches.into(),
            sets: sets.into(),
        })
    }

    /// The sets as they are written down.
    #[allow(dead_code, reason = "only build.rs writes them down")]
    pub fn written(&self) -> &[u8] {
        &self.sets
    }

    /// The phrases of each set.
    pub fn sets(&self) -> impl Iterator<Item = Phrases<'_>> {
        std::iter::successors(Some(Phrases(&self.sets)), Phrases::behind)
    }
}

/// The phrases of a set, and what is written behind them.
#[derive(Debug, Clone)]
pub struct Phrases<'a>(&'a [u8]);

impl<'a> Phrases<'a> {
    /// The set behind this one.
    fn behind(&self) -> Option<Phrases<'a>> {
        let mut phrases = self.clone();
        phrases.by_ref().for_each(drop);
        phrases.0.get(1..).filter(|rest| !rest.is_empty()).map(Phrases)
    }
}

impl<'a> Iterator for Phrases<'a> {
    type Item = &'a [u8];

    fn next(&mut self) -> Option<&'a [u8]> {
        let (length, rest) = self.0.split_first().filter(|(length, _)| **length > 0)?;
        let (phrase, rest) = rest.split_at_checked(usize::from(*length))?;
        self.0 = rest;
        Some(phrase)
    }
}

type Set = Vec<Vec<u8>>;

fn written(set: &Set) -> Vec<u8> {
    let mut bytes = Vec::new();
    for phrase in set {
        // Cut off where a length has no room; a phrase is no longer than `LONGEST`.
        let length = u8::try_from(phrase.len()).unwrap_or(u8::MAX);
        bytes.push(length);
        bytes.extend(&phrase[..usize::from(length)]);
    }
    bytes.push(0);
    bytes
}

/// The same pattern in small letters, as far as ASCII goes: phrases are searched for in both cases.
fn small(hir: &Hir) -> Hir {
    match hir.kind() {
        HirKind::Literal(literal) => Hir::literal(literal.0.to_ascii_lowercase()),
        HirKind::Class(Class::Unicode(class)) => {
            let mut small = ClassUnicode::new([]);
            for range in class.iter() {
                fold(u32::from(range.start()), u32::from(range.end()), |from, to| {
                    if let (Some(from), Some(to)) = (char::from_u32(from), char::from_u32(to)) {
                        small.push(ClassUnicodeRange::new(from, to));
                    }
                });
            }
            Hir::class(Class::Unicode(small))
        }
        HirKind::Class(Class::Bytes(class)) => {
            let mut small = ClassBytes::new([]);
            for range in class.iter() {
                fold(u32::from(range.start()), u32::from(range.end()), |from, to| {
                    if let (Ok(from), Ok(to)) = (u8::try_from(from), u8::try_from(to)) {
                        small.push(ClassBytesRange::new(from, to));
                    }
                });
            }
            Hir::class(Class::Bytes(small))
        }
        HirKind::Repetition(repetition) => {
            let mut small_one = repetition.clone();
            small_one.sub = Box::new(small(&repetition.sub));
            Hir::repetition(small_one)
        }
        HirKind::Capture(capture) => {
            let mut small_one = capture.clone();
            small_one.sub = Box::new(small(&capture.sub));
            Hir::capture(small_one)
        }
        HirKind::Concat(parts) => Hir::concat(parts.iter().map(small).collect()),
        HirKind::Alternation(branches) => Hir::alternation(branches.iter().map(small).collect()),
        HirKind::Empty | HirKind::Look(_) => hir.clone(),
    }
}

/// The characters `from..=to`, with those of A to Z as small ones.
fn fold(from: u32, to: u32, mut range: impl FnMut(u32, u32)) {
    const CAPITALS: [u32; 2] = ['A' as u32, 'Z' as u32];
    let (first, last) = (from.max(CAPITALS[0]), to.min(CAPITALS[1]));
    if first > last {
        return range(from, to);
    }
    range(first + 32, last + 32);
    if from < first {
        range(from, first - 1);
    }
    if last < to {
        range(last + 1, to);
    }
}

/// Whether a match may hold a line end, or the pattern asks where the text ends.
fn leaves_line(hir: &Hir) -> bool {
    match hir.kind() {
        HirKind::Empty => false,
        HirKind::Literal(literal) => literal.0.contains(&b'\n'),
        HirKind::Class(Class::Unicode(class)) => {
            class.iter().any(|range| (range.start()..=range.end()).contains(&'\n'))
        }
        HirKind::Class(Class::Bytes(class)) => class.iter().any(|range| (range.start()..=range.end()).contains(&b'\n')),
        HirKind::Look(look) => matches!(look, Look::End),
        HirKind::Repetition(repetition) => leaves_line(&repetition.sub),
        HirKind::Capture(capture) => leaves_line(&capture.sub),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().any(leaves_line),
    }
}

/// The best set of phrases of one pattern, and sets from other parts of it, each with how far a match reaches beyond.
#[derive(Default)]
struct Needed {
    first: Option<(Set, Reach)>,
    others: Vec<(Set, Reach)>,
}

fn needed(hir: &Hir) -> Needed {
    if let HirKind::Alternation(branches) = hir.kind() {
        let each: Option<Vec<(Set, Reach)>> = branches.iter().map(|branch| needed(branch).first).collect();
        let first = each.and_then(|each| {
            let (sets, reaches): (Vec<Set>, Vec<Reach>) = each.into_iter().unzip();
            Some((shortened(sets.concat()), reaches.into_iter().reduce(Reach::or)?))
        });
        return Needed { first, others: Vec::new() };
    }
    let mut parts = Vec::new();
    add_parts(hir, &mut parts);
    if let [part] = &parts[..]
        && matches!(part.kind(), HirKind::Alternation(_))
    {
        return needed(part);
    }
    let prefixes = (0..parts.len()).map(|from| {
        let found = prefixes(&Hir::concat(parts[from..].to_vec()));
        (from, found.map(|set| (set, Reach::from_start(&parts[from]))))
    });
    let alone: Vec<Option<(Set, Reach)>> = parts.iter().map(alone).collect();
    // Of two that say as much, the first.
    let mut best: Option<(usize, Set, Reach)> = None;
    for (from, found) in prefixes.chain(alone.iter().cloned().enumerate()) {
        if let Some((set, reach)) = found
            && best.as_ref().is_none_or(|(_, best, _)| worth(&set) > worth(best))
        {
            best = Some((from, set, reach));
        }
    }
    let Some((from, first, inner)) = best else { return Needed::default() };
    let (shortest, _) = worth(&first);
    let tells = |set: &Set| {
        // Three marks in a row are rare, but for those around front matter and of addresses; three letters are not.
        let is_common = |phrase: &[u8]| matches!(phrase, b"---" | b"://");
        let is_mark = |phrase: &[u8]| {
            phrase.len() >= SHORTEST && phrase.iter().all(u8::is_ascii_punctuation) && !is_common(phrase)
        };
        let short = || set.iter().any(|phrase| phrase.len() < TELLING && !is_mark(phrase));
        shortest < RARE && set.len() <= FEW && !short() && first != *set
    };
    let mut others: Vec<(Set, Reach)> = Vec::new();
    for (at, found) in alone.into_iter().enumerate().filter(|(at, _)| *at != from) {
        if let Some((set, inner)) = found.filter(|(set, _)| tells(set) && others.iter().all(|(other, _)| other != set))
        {
            others.push((set, Reach::among(&parts, at, inner)));
        }
    }
    Needed { others, first: Some((first, Reach::among(&parts, from, inner))) }
}

/// What stands one after the other in a match; a capture is no border.
fn add_parts(hir: &Hir, parts: &mut Vec<Hir>) {
    match hir.kind() {
        HirKind::Capture(capture) => add_parts(&capture.sub, parts),
        HirKind::Concat(list) => list.iter().for_each(|part| add_parts(part, parts)),
        _ => parts.push(hir.clone()),
    }
}

/// The best phrases of a part that every match goes through.
fn alone(part: &Hir) -> Option<(Set, Reach)> {
    match part.kind() {
        HirKind::Literal(_) => Some((prefixes(part)?, Reach::from_start(part))),
        HirKind::Alternation(_) => needed(part).first,
        // The phrase of any time may be the one that is found.
        HirKind::Repetition(repetition) if repetition.min > 0 => match alone(&repetition.sub) {
            Some((set, _)) => Some((set, Reach::anywhere(part))),
            None => Some((prefixes(part)?, Reach::from_start(part))),
        },
        _ => None,
    }
}

/// What a match of `hir` begins with, if that says enough.
fn prefixes(hir: &Hir) -> Option<Set> {
    TRIED.iter().find_map(|tried| prefixes_among(hir, *tried))
}

fn prefixes_among(hir: &Hir, tried: usize) -> Option<Set> {
    let seq: Seq = Extractor::new()
        .kind(ExtractKind::Prefix)
        .limit_class(MOST)
        .limit_total(tried)
        .limit_literal_len(LONGEST)
        .extract(hir);
    let phrases: Set = seq.literals()?.iter().map(|phrase| phrase.as_bytes().to_ascii_lowercase()).collect();
    if phrases.is_empty() || phrases.iter().any(|phrase| phrase.len() + 1 < SHORTEST) {
        return None;
    }
    // As long as there is room for.
    let lengths = (SHORTEST..=LONGEST).rev();
    let cut = |length| shortened(phrases.iter().map(|phrase| phrase[..phrase.len().min(length)].to_vec()).collect());
    let set = lengths.map(cut).find(|set| set.len() <= MOST)?;
    (set.iter().filter(|phrase| phrase.len() < SHORTEST).count() <= FEW).then_some(set)
}

/// How much a set says: by the length of its shortest phrase, and by how few others there are.
fn worth(set: &Set) -> (usize, Reverse<usize>) {
    (set.iter().map(|phrase| telling(phrase)).min().unwrap_or_default(), Reverse(set.len()))
}

/// How many bytes of a phrase say something: that it begins like any link does not.
fn telling(phrase: &[u8]) -> usize {
    let beginnings = [&b"](https://"[..], b"](http://", b"](http", b"https://", b"http://"];
    let rest = beginnings.iter().find_map(|beginning| phrase.strip_prefix(*beginning));
    rest.map_or(phrase.len(), |rest| SHORTEST.min(phrase.len()) + rest.len())
}

/// The same set with fewer phrases: without those that begin with another one, and, of many, kin by what they have in common,
/// which is as much as few phrases allow.
fn shortened(mut phrases: Set) -> Set {
    phrases.sort();
    let few = (KIN..LONGEST).rev().map(|common| by_kin(&phrases, common)).find(|set| set.len() <= FEW);
    few.unwrap_or_else(|| by_kin(&phrases, KIN))
}

/// Sorted phrases, those that begin with so many bytes in common by what they have in common.
fn by_kin(phrases: &Set, least: usize) -> Set {
    let mut few: Set = Vec::with_capacity(phrases.len());
    for phrase in phrases {
        let Some(last) = few.last_mut() else {
            few.push(phrase.clone());
            continue;
        };
        let common = last.iter().zip(phrase).take_while(|(a, b)| a == b).count();
        if common == last.len() {
            continue;
        } else if common >= least {
            last.truncate(common);
        } else {
            few.push(phrase.clone());
        }
    }
    few
}

#[cfg(test)]
mod tests {
    use super::*;

    fn phrases(pattern: &str) -> Option<Vec<String>> {
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
        Need::work_out(pattern).map(|need| need.sets().next().unwrap().map(text).collect())
    }

    #[test]
    fn phrases_come_from_wherever_a_pattern_is_definite() {
        let some = |phrases: &[&str]| Some(phrases.iter().map(|phrase| (*phrase).to_owned()).collect::<Vec<_>>());
        assert_eq!(phrases(r"(?-u:\b)oaicite\d+"), some(&["oaicite"]));
        assert_eq!(phrases(r"^\s*(?:Sure|certainly)!"), some(&["certainly!", "sure!"]));
        assert_eq!(phrases(r"\w+作为"), some(&["作为"]));
        assert_eq!(phrases(r"[a-z]+\d"), None);
        assert_eq!(
            phrases("note(?:book|pad)s? of (?:x|y)|notebooks?"),
            some(&["notebook", "notepad of x", "notepad of y", "notepads of x", "notepads of y"])
        );
        let many: Vec<String> = (10..30).map(|number| format!("notebook {number}|notepad {number}")).collect();
        assert_eq!(phrases(&many.join("|")), some(&["notebook ", "notepad 1", "notepad 2"]));
    }

    #[test]
    fn further_parts_are_needed_too() {
        let need = Need::work_out("(?i)^text .{0,40}(?:torn|left)$").unwrap();
        assert!(need.in_line);
        assert_eq!(need.sets().map(Iterator::count).collect::<Vec<_>>(), [1, 2]);
        let need = Need::work_out("(?i)text .{0,40}(?<here>(?:torn|left).{0,40}(?:by|from) me)").unwrap();
        assert_eq!(need.sets().map(Iterator::count).collect::<Vec<_>>(), [1, 2]);
        assert!(!Need::work_out(r"text\s+out").unwrap().in_line);
        assert!(!Need::work_out(r"text\z").unwrap().in_line);
    }

    #[test]
    fn a_match_begins_with_one_of_few_bytes() {
        let begins = |pattern: &str| {
            let of = |bytes: Bytes| (0..=u8::MAX).filter(|byte| bytes.holds(*byte)).map(char::from).collect::<String>();
            let start = Need::work_out(pattern).unwrap().start;
            (of(start.anywhere), of(start.of_line))
        };
        let both = |anywhere: &str, of_line: &str| (anywhere.to_owned(), of_line.to_owned());
        assert_eq!(begins("(?i)(?-u:\\b)(?:More|rest) text"), both("mr", ""));
        assert_eq!(begins("(?:^|[.!] ?)(?<here>Sure thing)"), both("!.", "s"));
        assert_eq!(begins("^[ #]*(?:^Sure|- of) course"), both("", " #-s"));
        assert_eq!(begins(" *(?:^|!)course"), both(" !", "c"));
        assert_eq!(begins("[äé-ñ]\\w?省略"), both("Ã", ""));
    }
}
