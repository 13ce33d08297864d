//! What the posts say of one key, and the rule that follows from it.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use serde_json::{Map, Value, json};

use super::{FEWEST, shape::Shape};
use crate::{
    data::{Data, Node, Scalar},
    document::front_matter::{Typed, reading},
    facts::day::is_date,
    site::Generator,
};

/// Of a hundred posts so many must agree before it is a rule.
const RULE: usize = 98;
/// Of a hundred values so many must be of one type: some keys hold one word or a list of them.
const ALIKE: usize = 98;
/// Of a hundred values the choices must be so many.
const COVERED: usize = 97;
/// More different values than this are no list of choices.
const CHOICES: usize = 12;
/// Of a word that is written in two ways, the usual one comes up so many times as often as the slip.
const SLIP: usize = 10;
/// So many values of another shape are another way to write them.
const OTHERWISE: usize = 3;
/// Beyond so many different values a key's values are not counted any more.
const DISTINCT: usize = 2_000;
/// Maps inside maps that are looked into.
const DEPTH: usize = 3;

pub type Fields = BTreeMap<String, Field>;

/// What is known of one key.
#[derive(Debug, Default)]
pub struct Field {
    pub present: usize,
    /// Values that are not written, or null.
    pub empty: usize,
    /// Where it stands among the keys, summed over all posts.
    places: usize,
    pub types: BTreeMap<Type, usize>,
    /// Scalar values and the items of lists.
    values: HashMap<String, usize>,
    /// Characters of every text.
    pub lengths: Vec<usize>,
    /// Texts of several words, or in a script without spaces.
    worded: usize,
    /// Texts by their shape.
    shapes: [usize; Shape::ALL.len()],
    items: BTreeMap<Type, usize>,
    empty_items: usize,
    pub inner: Fields,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Type {
    Text,
    Date,
    Integer,
    Number,
    Boolean,
    List,
    Map,
}

impl Type {
    /// As the short form of a schema calls it.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Text => "string",
            Self::Date => "date",
            Self::Integer => "integer",
            Self::Number => "number",
            Self::Boolean => "boolean",
            Self::List => "list",
            Self::Map => "object",
        }
    }

    /// Nothing where there is no value.
    fn of(node: &Node, generator: Generator) -> Option<Self> {
        match node.value() {
            Data::List(_) => Some(Self::List),
            Data::Map(_) => Some(Self::Map),
            Data::Alias(..) => None,
            Data::Scalar(scalar) => Self::of_scalar(scalar, generator),
        }
    }

    fn of_scalar(scalar: &Scalar, generator: Generator) -> Option<Self> {
        match reading(scalar, generator) {
            Typed::Null => None,
            Typed::Bool(_) => Some(Self::Boolean),
            Typed::Number(value) if value.fract() == 0.0 => Some(Self::Integer),
            Typed::Number(_) => Some(Self::Number),
            _ if is_date(&scalar.text) => Some(Self::Date),
            _ => Some(Self::Text),
        }
    }
}

/// Adds the keys of one post; one that stands twice counts once.
pub fn observe(fields: &mut Fields, map: &Node, generator: Generator, depth: usize) {
    let mut seen: BTreeSet<&str> = BTreeSet::new();
    for (place, entry) in map.entries().iter().enumerate() {
        let Some(key) = entry.key.text().filter(|key| seen.insert(key)) else { continue };
        let field = fields.entry(key.to_owned()).or_default();
        field.present += 1;
        field.places += place;
        match Type::of(&entry.value, generator) {
            Some(kind) => *field.types.entry(kind).or_default() += 1,
            None => field.empty += 1,
        }
        match entry.value.value() {
            Data::Scalar(scalar) => field.count(scalar, generator),
            Data::List(items) => {
                for item in items {
                    match Type::of(item, generator) {
                        Some(kind) => *field.items.entry(kind).or_default() += 1,
                        None => field.empty_items += 1,
                    }
                    if let Some(scalar) = item.scalar() {
                        field.count(scalar, generator);
                    }
                }
            }
            Data::Map(_) if depth < DEPTH => observe(&mut field.inner, &entry.value, generator, depth + 1),
            _ => {}
        }
    }
}

impl Field {
    fn count(&mut self, scalar: &Scalar, generator: Generator) {
        let text = scalar.text.as_str();
        if matches!(Type::of_scalar(scalar, generator), Some(Type::Text | Type::Date)) {
            self.lengths.push(text.chars().count());
            self.worded += usize::from(text.contains(|c: char| c.is_whitespace() || !c.is_ascii()));
            for (shape, count) in Shape::ALL.into_iter().zip(&mut self.shapes) {
                *count += usize::from(shape.fits(text));
            }
        }
        if self.values.len() <= DISTINCT {
            *self.values.entry(text.to_owned()).or_default() += 1;
        }
    }

    /// How many different values there are; none where they were not all counted.
    pub fn different(&self) -> Option<usize> {
        (self.values.len() <= DISTINCT).then_some(self.values.len())
    }

    fn is_required(&self, posts: usize) -> bool {
        let without = posts - (self.present - self.empty);
        let one_lacks_it = without <= 1 && (without == 0 || !self.is_flag());
        posts >= FEWEST && (one_lacks_it || (posts - without) * 100 >= posts * RULE)
    }

    /// A number or a boolean that is always the same: whether it is there is what it says.
    fn is_flag(&self) -> bool {
        self.values.len() == 1 && self.types.keys().all(|kind| matches!(kind, Type::Boolean | Type::Integer))
    }

    /// The values that come back, where hardly any other is in use. A word that is a slip of a usual one is no choice.
    fn choices(&self, kinds: &BTreeMap<Type, usize>) -> Option<Vec<&str>> {
        if leading(kinds).as_slice() != [Type::Text] || self.values.len() > DISTINCT {
            return None;
        }
        let total: usize = self.values.values().sum();
        let mut common: Vec<(&str, usize)> = self
            .values
            .iter()
            .filter(|(text, count)| **count > 1 && !text.is_empty())
            .map(|(text, count)| (text.as_str(), *count))
            .collect();
        if common.len() > CHOICES * 2 {
            return None;
        }
        common.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        let usual = common.clone();
        let is_slip = |text: &str, count: usize| {
            count * 100 <= total && usual.iter().any(|(other, often)| *often >= count * SLIP && is_slip_of(text, other))
        };
        common.retain(|(text, count)| !is_slip(text, *count));
        // Where new words keep coming up, the next one is no mistake.
        let new = self.values.iter().filter(|(text, count)| **count == 1 && !text.is_empty() && !is_slip(text, 1));
        if new.count() > (common.len() / 4).max(1) {
            return None;
        }
        let covered: usize = common.iter().map(|(_, count)| count).sum();
        // A single value that all posts share says nothing about the next one.
        let some = (2..=CHOICES).contains(&common.len()) || common.len() == 1 && total >= FEWEST * 5;
        (some && total >= FEWEST.max(common.len() * 10) && covered * 100 >= total * COVERED)
            .then(|| common.into_iter().map(|(text, _)| text).collect())
    }

    /// What the items of a list have in common.
    fn items(&self, choices: Option<Vec<&str>>) -> Option<Value> {
        let kind = match leading(&self.items)[..] {
            [kind] if !matches!(kind, Type::Map | Type::Date) => Some(kind),
            _ => None,
        };
        let mut rule = match (choices, kind) {
            (Some(choices), _) => json!({ "choices": choices }),
            (None, Some(kind)) => json!({ "type": kind.name() }),
            (None, None) => return None,
        };
        let filled: usize = self.items.values().sum();
        if self.empty_items * 100 > (self.empty_items + filled) * (100 - RULE) {
            rule["empty"] = true.into();
        }
        Some(rule)
    }

    /// The pattern that nearly all texts follow; one that is empty may stay so.
    fn pattern(&self) -> Option<String> {
        let empty = self.values.get("").copied().unwrap_or_default();
        let texts = self.lengths.len().checked_sub(empty).filter(|texts| *texts >= FEWEST)?;
        let fits = |count: usize| count * 100 >= texts * ALIKE;
        let (shape, count) = Shape::ALL.into_iter().zip(self.shapes).find(|(_, count)| fits(*count))?;
        // Where others have a shape of their own, there are two ways to write it.
        let others = Shape::ALL.into_iter().zip(self.shapes).filter(|(other, _)| *other != shape);
        if count < texts && others.map(|(_, others)| others).max().unwrap_or_default() >= OTHERWISE {
            return None;
        }
        // Single words are no addresses, though they look like a part of one.
        let hyphens = self.values.iter().filter(|(text, _)| text.contains('-')).count();
        if shape == Shape::Slug && hyphens * 2 < self.values.len() {
            return None;
        }
        let pattern = shape.pattern();
        Some(if empty > 0 { format!("^$|{pattern}") } else { pattern.to_owned() })
    }

    /// For sentences such as a title, a length that only one far longer than all others exceeds.
    fn longest(&self) -> Option<usize> {
        let total: usize = self.values.values().sum();
        let free = self.values.len() * 10 >= total * 9 && self.worded * 2 > self.lengths.len();
        if self.lengths.len() < FEWEST || !free {
            return None;
        }
        let mut lengths = self.lengths.clone();
        lengths.sort_unstable();
        let (most, middle) = (*lengths.last()?, lengths[lengths.len() / 2]);
        let usual = lengths[(lengths.len() - 1) * 99 / 100];
        // Up to the next ten, so that the next post may be a little longer.
        let ten = |length: usize| length.div_ceil(10) * 10;
        match most {
            most if most > usual * 3 => Some(ten(usual * 2)),
            // Lengths of any kind have no limit.
            most => (usual <= middle * 4).then(|| ten(most)),
        }
    }

    fn rule(&self, posts: usize, folds: bool) -> Value {
        let kinds = leading(&self.types);
        let mut rule = Map::new();
        match kinds[..] {
            [] => {}
            [kind] => drop(rule.insert("type".to_owned(), kind.name().into())),
            _ => drop(rule.insert("type".to_owned(), kinds.iter().map(|kind| kind.name()).collect())),
        }
        if self.is_required(posts) {
            rule.insert("required".to_owned(), true.into());
        } else if self.empty > 0 {
            rule.insert("empty".to_owned(), true.into());
        }
        match kinds[..] {
            [Type::List] => {
                if let Some(items) = self.items(self.choices(&self.items)) {
                    rule.insert("items".to_owned(), items);
                }
            }
            [Type::Text] => {
                if let Some(choices) = self.choices(&self.types) {
                    rule.insert("choices".to_owned(), choices.into());
                } else if let Some(pattern) = self.pattern() {
                    rule.insert("pattern".to_owned(), pattern.into());
                } else if let Some(longest) = self.longest() {
                    rule.insert("max".to_owned(), longest.into());
                }
            }
            [Type::Map] if !self.inner.is_empty() => {
                rule.insert("keys".to_owned(), schema(&self.inner, self.present, folds));
            }
            _ => {}
        }
        rule.into()
    }
}

/// The types that nearly all values have, at most two; a whole number is a number too, and a date a text.
fn leading(kinds: &BTreeMap<Type, usize>) -> Vec<Type> {
    let total: usize = kinds.values().sum();
    let count = |kind: Type| kinds.get(&kind).copied().unwrap_or_default();
    let most = |count: usize| total > 0 && count * 100 >= total * ALIKE;
    let mut by_count: Vec<(Type, usize)> = kinds.iter().map(|(kind, count)| (*kind, *count)).collect();
    by_count.sort_by_key(|(kind, count)| (std::cmp::Reverse(*count), *kind));
    match by_count[..] {
        [(kind, count), ..] if most(count) => vec![kind],
        _ if most(count(Type::Integer) + count(Type::Number)) => vec![Type::Number],
        _ if most(count(Type::Text) + count(Type::Date)) => vec![Type::Text],
        // A date may be written as one and be text for all that.
        [(first, count), (second, other), ..] if most(count + other) && first != Type::Date && second != Type::Date => {
            vec![first, second]
        }
        _ => Vec::new(),
    }
}

/// Whether a word is another one in other letter case, or with a letter or two out of place.
fn is_slip_of(word: &str, usual: &str) -> bool {
    let plain = |text: &str| text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect();
    let (plain_word, plain_usual): (String, String) = (plain(word), plain(usual));
    let digits = |text: &str| text.bytes().filter(u8::is_ascii_digit).collect::<Vec<u8>>();
    word != usual
        && (plain_word == plain_usual
            || digits(word) == digits(usual)
                && strsim::normalized_damerau_levenshtein(&plain_word, &plain_usual) >= 0.85)
}

/// Keys that are part of the schema, in the order in which posts write them. A key of one post in a hundred is not.
pub fn usual(fields: &Fields, posts: usize) -> Vec<(&str, &Field)> {
    let mut usual: Vec<(&str, &Field)> = fields
        .iter()
        .filter(|(_, field)| field.present * 100 >= posts.max(1))
        .map(|(key, field)| (key.as_str(), field))
        .collect();
    usual.sort_by_key(|(key, field)| (field.places * 1_000 / field.present.max(1), *key));
    usual
}

/// Rare keys that are written like a usual one, and that one; `folds` says that letter case makes no difference.
pub fn misspelt(fields: &Fields, posts: usize, folds: bool) -> Vec<(&str, &str)> {
    let usual = usual(fields, posts);
    let meant = |rare: &str, count: usize| {
        let folded = rare.to_lowercase();
        let near = |(key, field): &&(&str, &Field)| {
            let key = key.to_lowercase();
            // A key of most posts is meant more often than one of some.
            let least = if field.present * 2 >= posts { 0.75 } else { 0.85 };
            let same = folds && key == folded;
            field.present >= count * SLIP && !same && strsim::normalized_damerau_levenshtein(&folded, &key) >= least
        };
        usual.iter().filter(near).max_by_key(|(_, field)| field.present).map(|(key, _)| *key)
    };
    let rare = fields.iter().filter(|(_, field)| field.present * 100 < posts);
    rare.filter_map(|(key, field)| Some((key.as_str(), meant(key, field.present)?))).collect()
}

pub fn schema(fields: &Fields, posts: usize, folds: bool) -> Value {
    let usual = usual(fields, posts).into_iter().map(|(key, field)| (key.to_owned(), field.rule(posts, folds)));
    let misspelt = misspelt(fields, posts, folds).into_iter();
    usual.chain(misspelt.map(|(key, _)| (key.to_owned(), json!({ "forbidden": true })))).collect::<Map<_, _>>().into()
}
