//! How much a block reads like an advert: classes of call to action, weighed against what licences, credits and
//! navigation say. The words and weights are data, `rules/shared/promotion.yaml`.

use std::{collections::BTreeMap, sync::Arc};

use serde::Deserialize;

use super::phrases::{Match, Phrases};
use crate::source::Span;

/// The words of adverts and of their look-alikes, ready to search for all at once.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(from = "Words")]
pub struct Vocabulary(Option<Arc<Lexicon>>);

#[derive(Debug)]
struct Lexicon {
    words: Words,
    classes: Vec<(Role, Class)>,
    /// Finds every spelling of every word.
    finder: Phrases,
    spellings: Vec<Spelling>,
    /// Of the longest spelling, in bytes.
    longest: usize,
    /// The names of places where anybody can have an account: hosts, and hosts without `.com`. Sorted.
    platforms: Vec<String>,
}

/// The sign whose words are the hosts of such places.
const PLATFORMS: &str = "social";

/// What the finder's match of the same number means.
#[derive(Debug, Clone, Copy)]
struct Spelling {
    /// Index into the classes.
    class: usize,
    /// Any ending may follow.
    open: bool,
    force: Force,
}

/// How clearly a spelling calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Force {
    /// Speaks of it.
    Mention,
    /// Says so in so many words.
    Plain,
    /// Asks the readers of this very post.
    Ask,
}

/// `rules/shared/promotion.yaml`.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Words {
    alone: Threshold,
    repeated: Threshold,
    rare: Threshold,
    /// A block in this share of all posts or more is an advert even where it only mentions things.
    widespread: f32,
    /// For a block that asks its readers outright.
    asked: f32,
    /// For a block whose links all stay on the site.
    own_links: f32,
    calls: BTreeMap<String, Class>,
    against: BTreeMap<Kind, Class>,
    signs: BTreeMap<String, Class>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Class {
    /// What a block of this class does, for messages.
    #[serde(default)]
    says: String,
    weight: f32,
    /// Says where the text comes from.
    #[serde(default)]
    source: bool,
    /// The most points that several different words may bring; one weight where it is not said.
    most: Option<f32>,
    #[serde(default)]
    words: Vec<String>,
    /// Words that ask the readers of the post for something: one is enough to make an advert.
    #[serde(default)]
    asks: Vec<String>,
    /// Count as much as the words, but are no call by themselves: a thanks, an account's name, a newsletter.
    #[serde(default)]
    mentions: Vec<String>,
}

#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Threshold {
    points: f32,
    classes: u32,
    /// In characters, as [`Score::length`] counts them.
    longest: usize,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    /// A class of call to action, by its bit.
    Call(u32),
    Against(Kind),
    Sign,
}

/// What a block is that stands in many posts.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize, serde::Serialize, schemars::JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    Promotional,
    /// What a model was told to do.
    Leak,
    Licence,
    Legal,
    /// Which links are paid for.
    Disclosure,
    Credit,
    Contribution,
    Navigation,
    /// A heading, an include or a component: the frame of the posts.
    Structural,
    /// Parts of one article that was published several times.
    Duplicate,
    /// Tables, code, lists of files.
    Data,
    Unknown,
}

impl Kind {
    pub const fn name(self) -> &'static str {
        match self {
            Self::Promotional => "promotional",
            Self::Leak => "leak",
            Self::Licence => "licence",
            Self::Legal => "legal",
            Self::Disclosure => "disclosure",
            Self::Credit => "credit",
            Self::Contribution => "contribution",
            Self::Navigation => "navigation",
            Self::Structural => "structural",
            Self::Duplicate => "duplicate",
            Self::Data => "data",
            Self::Unknown => "unknown",
        }
    }
}

/// What the words of one block add up to.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Score {
    pub points: f32,
    /// One bit for each class of call to action.
    pub calls: u32,
    /// Whether one of the calls is made in so many words.
    pub plain: bool,
    /// Whether one of the calls asks the readers outright.
    pub asks: bool,
    /// Whether it says where the text comes from.
    pub source: bool,
    /// What else the block may be, the strongest first.
    pub against: Vec<Kind>,
    /// Length in characters, those of scripts without spaces doubled, addresses of links not counted. A [`Reader`] counts it
    /// where the points are enough for an advert if the text is short enough.
    pub length: usize,
}

impl Score {
    /// Of a text that has no words of adverts and no length.
    pub const fn none() -> Self {
        Self { points: 0.0, calls: 0, plain: false, asks: false, source: false, against: Vec::new(), length: 0 }
    }
}

/// Texts with the words of adverts in them, one after the other.
#[derive(Debug)]
pub struct Reader<'a> {
    lexicon: Option<&'a Lexicon>,
    text: &'a str,
    /// The text on one line, without the markup that may stand between two words; empty where it has none.
    running: String,
    /// Where bytes stand that are no part of the words on one line, in rising order.
    left_out: Vec<usize>,
    /// In bytes of the words on one line, by where they start, the longest first.
    found: Vec<(Match, Spelling)>,
}

impl<'a> Reader<'a> {
    /// Looks for words once, for the scores of several parts of the same text.
    pub fn read(&mut self, text: &'a str) {
        self.text = text;
        self.found.clear();
        let Some(lexicon) = self.lexicon else { return };
        let words = running(text, &mut self.running, &mut self.left_out);
        lexicon.find(words, &mut self.found);
    }

    /// Of `part`, which is in bytes of the text; none where it has no such words.
    pub fn score(&self, part: Span) -> Option<Score> {
        let lexicon = self.lexicon.filter(|_| !self.found.is_empty())?;
        let at = |place: usize| place - self.left_out.partition_point(|left_out| *left_out < place);
        let (start, end) = (at(part.start), at(part.end));
        let from = self.found.partition_point(|(found, _)| found.start < start);
        let inside = self.found[from..].iter().take_while(|(found, _)| found.start < end);
        let inside: Vec<_> = inside.filter(|(found, _)| found.end <= end).copied().collect();
        (!inside.is_empty()).then(|| {
            let text = part.of(self.text);
            let score = lexicon.score(&inside, text);
            let length = if lexicon.may_promote(&score) { visible_length(text) } else { 0 };
            Score { length, ..score }
        })
    }
}

impl Vocabulary {
    pub fn score(&self, text: &str) -> Score {
        let mut reader = self.reader();
        reader.read(text);
        let score = reader.score(Span::new(0, text.len())).unwrap_or_default();
        Score { length: visible_length(text), ..score }
    }

    pub fn reader(&self) -> Reader<'_> {
        let lexicon = self.0.as_deref();
        Reader { lexicon, text: "", running: String::new(), left_out: Vec::new(), found: Vec::new() }
    }

    /// Whether `name` is that of a place where anybody can have an account.
    pub fn is_platform(&self, name: &str) -> bool {
        self.0.as_ref().is_some_and(|lexicon| lexicon.platforms.binary_search(&name.to_ascii_lowercase()).is_ok())
    }

    /// Whether a block with this score is an advert, whatever other posts hold.
    pub fn promotes_alone(&self, score: &Score) -> bool {
        self.0.as_ref().is_some_and(|lexicon| score.plain && lexicon.words.alone.reached_by(score))
    }

    /// Whether a block with this score is an advert if that `share` of all posts have it, and many of them.
    pub fn promotes_repeated(&self, score: &Score, share: f32) -> bool {
        self.0.as_ref().is_some_and(|lexicon| {
            (score.plain || share >= lexicon.words.widespread) && lexicon.words.repeated.reached_by(score)
        })
    }

    /// Whether a block with this score has the words of an advert, a plain call or not.
    pub fn mentions(&self, score: &Score) -> bool {
        self.0.as_ref().is_some_and(|lexicon| lexicon.words.repeated.reached_by(score))
    }

    /// Whether a block with this score is an advert if a few posts share it.
    pub fn promotes_rare(&self, score: &Score) -> bool {
        self.0.as_ref().is_some_and(|lexicon| score.plain && lexicon.words.rare.reached_by(score))
    }

    /// What the calls to action in a score do, for messages.
    pub fn says(&self, score: &Score) -> Vec<&str> {
        let calls = self.0.iter().flat_map(|lexicon| lexicon.words.calls.values());
        calls.enumerate().filter(|(bit, _)| score.calls & (1 << bit) != 0).map(|(_, call)| call.says.as_str()).collect()
    }
}

impl Threshold {
    fn reached_by(self, score: &Score) -> bool {
        self.called_by(score) && score.length <= self.longest
    }

    /// The same of a text of any length.
    fn called_by(self, score: &Score) -> bool {
        let classes = if score.asks { 1 } else { self.classes };
        score.points >= self.points - 1e-4 && score.calls.count_ones() >= classes
    }
}

impl Lexicon {
    /// Adds every word, by where it starts, the longest first.
    fn find(&self, words: &str, found: &mut Vec<(Match, Spelling)>) {
        let all = self.finder.find(words).into_iter().map(|found| (found, self.spellings[found.number]));
        let whole = |(found, spelling): &(Match, Spelling)| is_whole_word(words, found.start, found.end, spelling.open);
        found.extend(all.filter(whole));
        found.sort_by_key(|(found, _)| (found.start, std::cmp::Reverse(found.end)));
    }

    /// Whether a block with this score is an advert if it is short enough.
    fn may_promote(&self, score: &Score) -> bool {
        let Words { alone, repeated, rare, .. } = &self.words;
        [alone, repeated, rare].into_iter().any(|threshold| threshold.called_by(score))
    }

    /// Of a text that has the words `found`, of which there is one at least; its length is not counted.
    fn score(&self, found: &[(Match, Spelling)], text: &str) -> Score {
        let mut points = vec![0.0_f32; self.classes.len()];
        let mut strongest = Force::Mention;
        for Spelling { class, force, .. } in self.longest_of(found) {
            let (_, class_of) = &self.classes[class];
            let most = class_of.most.unwrap_or(class_of.weight);
            let more = points[class] + class_of.weight;
            points[class] = if most < 0.0 { more.max(most) } else { more.min(most) };
            strongest = strongest.max(force);
        }
        let (plain, asks) = (strongest >= Force::Plain, strongest == Force::Ask);
        let mut score = Score { plain, asks, ..self.sum(&points) };
        score.points += if asks { self.words.asked } else { 0.0 };
        if score.calls != 0 && stays_here(text) {
            score.points += self.words.own_links;
            score.against.push(Kind::Navigation);
        }
        score
    }

    /// What of `found` is no part of a longer word of its class: who says "stay tuned" need not ask to follow.
    fn longest_of(&self, found: &[(Match, Spelling)]) -> impl Iterator<Item = Spelling> {
        // They come in the order of their starts, so that a longer one is near.
        let is_part = |at: usize| {
            let (place, spelling) = found[at];
            let before = found[..at].iter().rev().take_while(|(other, _)| other.start + self.longest > place.start);
            let mut same_class = before.filter(|(_, longer)| longer.class == spelling.class).map(|(other, _)| other);
            same_class.any(|other| other.end >= place.end && other.end - other.start > place.end - place.start)
        };
        (0..found.len()).filter(move |at| !is_part(*at)).map(|at| found[at].1)
    }

    fn sum(&self, points: &[f32]) -> Score {
        let mut score = Score { points: points.iter().sum(), ..Score::default() };
        for ((role, class), points) in self.classes.iter().zip(points) {
            score.source |= class.source && *points > 0.0;
            match role {
                Role::Call(bit) if *points > 0.0 => score.calls |= bit,
                Role::Against(kind) if *points < 0.0 => score.against.push(*kind),
                _ => {}
            }
        }
        score
    }
}

impl From<Words> for Vocabulary {
    fn from(words: Words) -> Self {
        let calls = words.calls.values().enumerate().map(|(bit, class)| (Role::Call(1 << bit.min(31)), class.clone()));
        let against = words.against.iter().map(|(kind, class)| (Role::Against(*kind), class.clone()));
        let signs = words.signs.values().map(|class| (Role::Sign, class.clone()));
        let classes: Vec<_> = calls.chain(against).chain(signs).collect();
        let (mut patterns, mut spellings) = (Vec::new(), Vec::new());
        for (index, class) in classes.iter().enumerate() {
            let plain = if matches!(class.0, Role::Call(_)) { Force::Plain } else { Force::Mention };
            let (words, class) = (class.1.words.iter().map(|word| (word, plain)), &class.1);
            let asks = class.asks.iter().map(|word| (word, Force::Ask));
            let mentions = class.mentions.iter().map(|word| (word, Force::Mention));
            for (word, force) in words.chain(asks).chain(mentions) {
                let (word, open) = word.strip_suffix('*').map_or((word.as_str(), false), |stem| (stem, true));
                for spelling in spellings_of(word) {
                    patterns.push(spelling);
                    spellings.push(Spelling { class: index, open, force });
                }
            }
        }
        let finder = Phrases::new(&patterns);
        let longest = patterns.iter().map(String::len).max().unwrap_or_default();
        let hosts = words.signs.get(PLATFORMS).map(|class| class.words.as_slice()).unwrap_or_default();
        let names = hosts.iter().map(String::as_str).chain(hosts.iter().filter_map(|host| host.strip_suffix(".com")));
        let mut platforms: Vec<String> = names.map(str::to_owned).collect();
        platforms.sort_unstable();
        Self(Some(Arc::new(Lexicon { words, classes, finder, spellings, longest, platforms })))
    }
}

/// A word in small letters, with a capital, and in capitals, as far as they differ outside ASCII; with both apostrophes.
fn spellings_of(word: &str) -> Vec<String> {
    let small = word.to_lowercase();
    let mut all = vec![small.clone()];
    if !small.is_ascii() {
        let mut rest = small.chars();
        let capital: String = rest.next().into_iter().flat_map(char::to_uppercase).chain(rest).collect();
        all.extend([capital, small.to_uppercase()]);
    }
    let curly: Vec<String> =
        all.iter().filter(|word| word.contains('\'')).map(|word| word.replace('\'', "’")).collect();
    all.extend(curly);
    all.sort();
    all.dedup_by(|a, b| a.eq_ignore_ascii_case(b));
    all
}

/// Whether no letter or digit goes on before or after a match. Scripts without spaces between words have no such edges.
fn is_whole_word(text: &str, start: usize, end: usize, open: bool) -> bool {
    let spaced = |c: char| !is_unspaced(c) && c.is_alphanumeric();
    let inside = &text[start..end];
    let joined = |a: Option<char>, b: Option<char>| a.is_some_and(spaced) && b.is_some_and(spaced);
    let before = joined(text[..start].chars().next_back(), inside.chars().next());
    let after = !open && joined(inside.chars().next_back(), text[end..].chars().next());
    !before && !after
}

/// A character of a script that writes no spaces between words, or glues endings to them (Hangul).
fn is_unspaced(c: char) -> bool {
    c >= '\u{E00}'
        && matches!(u32::from(c), 0x2E80..=0xA4CF | 0x0E00..=0x0EFF | 0x1000..=0x109F | 0x1780..=0x17FF | 0xAC00..=0xD7AF | 0xF900..=0xFAFF | 0x20000..=0x3FFFF)
}

/// The words on one line, without the markup that may stand between two of them; where that stood goes to `left_out`.
/// `room` takes them where they are not the text itself.
fn running<'a>(text: &'a str, room: &'a mut String, left_out: &mut Vec<usize>) -> &'a str {
    left_out.clear();
    let bytes = text.as_bytes();
    // Two searches for a few bytes each are many times faster than one for five.
    let mut one = memchr::memchr3_iter(b'\n', b'[', b'*', bytes).peekable();
    let mut other = memchr::memchr2_iter(b']', b'\r', bytes).peekable();
    let mut next = || match (one.peek(), other.peek()) {
        (Some(a), Some(b)) if b < a => other.next(),
        (Some(_), _) => one.next(),
        (None, _) => other.next(),
    };
    let Some(mut at) = next() else { return text };
    room.clear();
    room.reserve(text.len());
    let mut from = 0;
    loop {
        room.push_str(&text[from..at]);
        match bytes[at] {
            b'\n' => room.push(' '),
            _ => left_out.push(at),
        }
        from = at + 1;
        match next() {
            Some(more) => at = more,
            None => break,
        }
    }
    room.push_str(&text[from..]);
    room
}

/// Whether there are links, and all of them lead to the same site.
fn stays_here(text: &str) -> bool {
    if memchr::memmem::find(text.as_bytes(), b"://").is_some() {
        return false;
    }
    let links = text.match_indices("](").filter(|(at, _)| !is_image(&text[..*at]));
    let mut addresses = links.map(|(at, _)| &text[at + 2..]).peekable();
    addresses.peek().is_some() && addresses.all(|address| address.starts_with(['/', '.', '#', '{']))
}

/// Whether the brackets that `before` ends in are those of an image.
fn is_image(before: &str) -> bool {
    before.rfind('[').is_some_and(|at| before[..at].ends_with('!'))
}

/// Characters that a reader sees, roughly: the addresses of inline links are left out, and a character that is a syllable or
/// a word counts double.
fn visible_length(text: &str) -> usize {
    let mut length = 0;
    let mut rest = text;
    while let Some(at) = memchr::memmem::find(rest.as_bytes(), b"](") {
        length += width(&rest[..at]);
        let after = &rest[at + 2..];
        let end = after.find([')', '\n']).map_or(after.len(), |end| end + 1);
        rest = &after[end..];
    }
    length + width(rest)
}

fn width(text: &str) -> usize {
    /// For each first byte of a character, how many bytes it has and how wide it is; no bytes where that is not clear.
    static WIDTHS: [(u8, u8); 256] = {
        let mut widths = [(0, 0); 256];
        let mut byte = 0;
        while byte < 256 {
            widths[byte] = match byte as u8 {
                ..0xC0 => (1, 1),
                0xC0..0xE0 => (2, 1),
                // U+3000 to U+9FFF and U+B000 to U+CFFF.
                0xE3..=0xE9 | 0xEB..=0xEC => (3, 2),
                _ => (0, 0),
            };
            byte += 1;
        }
        widths
    };
    let (mut width, mut at) = (0, 0);
    while let Some(first) = text.as_bytes().get(at) {
        let (length, wide) = WIDTHS[usize::from(*first)];
        (at, width) = (at + usize::from(length), width + usize::from(wide));
        if length == 0 {
            let c = text[at..].chars().next();
            at += c.map_or(1, char::len_utf8);
            width += 1 + usize::from(c.is_some_and(is_unspaced));
        }
    }
    width
}

#[cfg(test)]
mod tests {
    use super::*;

    fn vocabulary() -> Vocabulary {
        let words = include_str!("../../rules/shared/promotion.yaml");
        crate::data::typed::read_yaml("promotion.yaml", words).unwrap()
    }

    #[test]
    fn adverts_in_many_languages_are_adverts() {
        let vocabulary = vocabulary();
        for advert in [
            "Thanks for reading! If you liked this post, follow me on [X](https://x.com/someone).",
            "感谢阅读！如果您对园艺的更多资讯感兴趣，可以查看更多文章：[某站](https://garden.test)。",
            "¡Gracias por leer! Si te ha gustado este artículo, compártelo.",
            "ЕСЛИ ВАМ ПОНРАВИЛАСЬ СТАТЬЯ, ПОДПИШИТЕСЬ НА КАНАЛ.",
            "この記事が役に立ったら、いいねとチャンネル登録をお願いします！",
            "Если вам понравилась статья, подпишитесь на канал.",
            "도움이 되셨다면 구독과 좋아요 부탁드립니다!",
        ] {
            let score = vocabulary.score(advert);
            assert!(vocabulary.promotes_alone(&score), "{advert}: {score:?} {:?}", vocabulary.says(&score));
        }
    }

    #[test]
    fn look_alikes_are_not() {
        let vocabulary = vocabulary();
        for other in [
            "The newsletter module stores its readers in a table.",
            "This work is licensed under CC BY-SA 4.0. All rights reserved.",
            "This post contains affiliate links. We may earn a small commission.",
            "元宝利用了公众号内容。",
            "We followed usage of the flag and clapping monkeys.",
            "Thanks for reading! This post was originally published on another blog. The newsletter has more.",
            "Thank you for reading! If you liked this, check out my posts on [bees](/tags/bees/).",
        ] {
            let score = vocabulary.score(other);
            assert!(!vocabulary.promotes_alone(&score), "{other}: {score:?} {:?}", vocabulary.says(&score));
        }
    }

    #[test]
    fn a_part_of_a_longer_word_does_not_count() {
        let vocabulary = vocabulary();
        assert!(vocabulary.score("请关注我的博客").asks);
        let tuned = vocabulary.score("该书即将出版，敬请关注。");
        assert!(tuned.plain && !tuned.asks, "{tuned:?}");
    }

    #[test]
    fn platforms_are_known_by_their_hosts() {
        let vocabulary = vocabulary();
        assert!(vocabulary.is_platform("LinkedIn") && vocabulary.is_platform("t.me"));
        assert!(!vocabulary.is_platform("BeeWorld"));
    }

    #[test]
    fn words_are_whole_words_where_a_script_has_such() {
        let vocabulary = vocabulary();
        assert_eq!(vocabulary.score("the netflix.community and reclaps").points, 0.0);
        assert_eq!(vocabulary.says(&vocabulary.score("Don’t forget: let’s connect")), ["asks to follow or join"]);
    }
}
