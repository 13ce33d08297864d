//! The schema that a set of posts follows without anybody having written it down. What nearly all posts do is the rule;
//! the few that do otherwise are for a person to look at.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    fmt::Write,
};

use serde_json::{Map, Value, json};

use crate::{
    data::{Data, Node, Scalar},
    document::{
        Document,
        front_matter::{Typed, reading},
    },
    site::{Generator, Sites, scalar::is_date},
};

/// Of a hundred posts so many must agree before it is a rule.
const RULE: usize = 95;
/// Of a hundred values so many must be of one kind: some keys hold one word or a list of them.
const ALIKE: usize = 98;
/// So many posts are the least that a list of choices or a longest length is taken from.
const FEWEST: usize = 20;
/// More different values than this are no list of choices.
const CHOICES: usize = 12;
/// Beyond so many different values a key's values are not counted any more.
const DISTINCT: usize = 2_000;
/// Maps inside maps that are looked into.
const DEPTH: usize = 3;

/// What the posts have in common.
#[derive(Debug, Default)]
pub struct Inferred {
    posts: usize,
    fields: Fields,
}

type Fields = BTreeMap<String, Field>;

/// What is known of one key.
#[derive(Debug, Default)]
struct Field {
    present: usize,
    /// Values that are not written, or null.
    empty: usize,
    /// Where it stands among the keys, summed over all posts.
    places: usize,
    kinds: BTreeMap<Kind, usize>,
    /// Scalar values and the items of lists.
    values: HashMap<String, usize>,
    /// Characters of every text.
    lengths: Vec<usize>,
    items: BTreeMap<Kind, usize>,
    empty_items: usize,
    inner: Fields,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Kind {
    Text,
    Date,
    Integer,
    Number,
    Boolean,
    List,
    Map,
}

impl Kind {
    /// As the short form of a schema calls it.
    const fn name(self) -> &'static str {
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

impl Inferred {
    /// Reads every post that has keys and values.
    pub fn read<'a>(documents: impl IntoIterator<Item = &'a Document>, sites: &Sites) -> Self {
        let mut inferred = Self::default();
        for document in documents {
            if let Some(tree) = document.front_matter.tree.as_ref().filter(|tree| !tree.entries().is_empty()) {
                inferred.posts += 1;
                observe(&mut inferred.fields, tree, sites.of(document.path()).generator, 0);
            }
        }
        inferred
    }

    pub fn posts(&self) -> usize {
        self.posts
    }

    /// The schema in its short form, keys in the order in which posts write them.
    pub fn schema(&self) -> Value {
        schema(&self.fields, self.posts)
    }

    /// The keys of at least half of the posts, in the order in which posts write them.
    pub fn habits(&self) -> impl Iterator<Item = Habit<'_>> {
        let frequent = usual(&self.fields, self.posts).into_iter().filter(|(_, field)| field.present * 2 >= self.posts);
        frequent.map(|(key, field)| Habit {
            key,
            filled: field.present - field.empty,
            empty: field.empty > 0,
            kind: field.only_kind().map(Kind::name),
        })
    }

    /// The schema as YAML, with the evidence as comments.
    pub fn to_yaml(&self) -> String {
        let mut out = format!("# {} posts with front matter\n", self.posts);
        print(&mut out, &self.fields, self.posts, 0);
        out
    }
}

/// What the posts have in common in one key.
#[derive(Debug)]
pub struct Habit<'a> {
    pub key: &'a str,
    /// In how many posts it stands, with a value.
    pub filled: usize,
    /// Whether it stands anywhere without one.
    pub empty: bool,
    /// What every single value is, as the short form of a schema calls it; none where they differ.
    pub kind: Option<&'static str>,
}

fn observe(fields: &mut Fields, map: &Node, generator: Generator, depth: usize) {
    let mut met = HashSet::new();
    for (place, entry) in map.entries().iter().enumerate() {
        // A key that stands twice is a finding, and one post.
        let Some(key) = entry.key.text().filter(|key| met.insert(*key)) else { continue };
        let field = fields.entry(key.to_owned()).or_default();
        field.present += 1;
        field.places += place;
        match Kind::of(&entry.value, generator) {
            Some(kind) => *field.kinds.entry(kind).or_default() += 1,
            None => field.empty += 1,
        }
        match entry.value.value() {
            Data::Scalar(scalar) => field.count(scalar, generator),
            Data::List(items) => {
                for item in items {
                    match Kind::of(item, generator) {
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
        if Kind::of_scalar(scalar, generator) == Some(Kind::Text) {
            self.lengths.push(scalar.text.chars().count());
        }
        if self.values.len() <= DISTINCT {
            *self.values.entry(scalar.text.clone()).or_default() += 1;
        }
    }

    /// The kind that nearly all values have; a whole number is a number too, and a date a text.
    fn kind(&self) -> Option<Kind> {
        leading(&self.kinds)
    }

    /// The kind that all values have.
    fn only_kind(&self) -> Option<Kind> {
        self.kind().filter(|kind| {
            self.kinds.keys().all(|other| match kind {
                Kind::Number => matches!(other, Kind::Number | Kind::Integer),
                Kind::Text => matches!(other, Kind::Text | Kind::Date),
                kind => kind == other,
            })
        })
    }

    fn is_required(&self, posts: usize) -> bool {
        posts >= FEWEST && (self.present - self.empty) * 100 >= posts * RULE
    }

    /// The values that come back again and again, where hardly any other is in use.
    fn choices(&self, kind: Option<Kind>) -> Option<Vec<&str>> {
        let kind = if kind == Some(Kind::List) { leading(&self.items) } else { kind };
        if kind != Some(Kind::Text) || self.values.len() > DISTINCT {
            return None;
        }
        let total: usize = self.values.values().sum();
        let usual = (total / 100).max(2);
        let mut common: Vec<(&str, usize)> = self
            .values
            .iter()
            .filter(|(text, count)| **count > usual && !text.is_empty())
            .map(|(text, count)| (text.as_str(), *count))
            .collect();
        common.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(b.0)));
        let covered: usize = common.iter().map(|(_, count)| count).sum();
        // A single value that all posts share says nothing about the next one.
        let some = (2..=CHOICES).contains(&common.len()) || common.len() == 1 && total >= FEWEST * 5;
        (some && total >= FEWEST.max(common.len() * 10) && covered * 100 >= total * (RULE + 2))
            .then(|| common.into_iter().map(|(text, _)| text).collect())
    }

    /// What the items of a list have in common.
    fn items(&self, choices: Option<Vec<&str>>) -> Option<Value> {
        let kind = leading(&self.items).filter(|kind| !matches!(kind, Kind::Map | Kind::Date));
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

    /// A length that only a text far longer than all others exceeds.
    fn longest(&self) -> Option<usize> {
        let mut lengths = self.lengths.clone();
        lengths.sort_unstable();
        let most = *lengths.last()?;
        let usual = lengths[(lengths.len() - 1) * 99 / 100];
        // Up to the next ten, so that the next post may be a little longer.
        let ten = |length: usize| length.div_ceil(10) * 10;
        (lengths.len() >= FEWEST).then(|| if most > usual * 3 { ten(usual * 2) } else { ten(most) })
    }
}

fn leading(kinds: &BTreeMap<Kind, usize>) -> Option<Kind> {
    let total: usize = kinds.values().sum();
    let count = |kind: Kind| kinds.get(&kind).copied().unwrap_or_default();
    let most = |count: usize| total > 0 && count * 100 >= total * ALIKE;
    let (kind, strongest) = kinds.iter().max_by_key(|(_, count)| **count)?;
    match kind {
        _ if most(*strongest) => Some(*kind),
        _ if most(count(Kind::Integer) + count(Kind::Number)) => Some(Kind::Number),
        _ if most(count(Kind::Text) + count(Kind::Date)) => Some(Kind::Text),
        _ => None,
    }
}

/// Keys that are part of the schema, in the order in which posts write them. A key of one post in a hundred is not.
fn usual(fields: &Fields, posts: usize) -> Vec<(&str, &Field)> {
    let mut usual: Vec<(&str, &Field)> = fields
        .iter()
        .filter(|(_, field)| field.present * 100 >= posts.max(1))
        .map(|(key, field)| (key.as_str(), field))
        .collect();
    usual.sort_by_key(|(key, field)| (field.places * 1_000 / field.present.max(1), *key));
    usual
}

/// Rare keys that are written like a key of most posts.
fn misspelt(fields: &Fields, posts: usize) -> Vec<&str> {
    let common: Vec<&str> =
        fields.iter().filter(|(_, field)| field.present * 2 >= posts).map(|(key, _)| key.as_str()).collect();
    fields
        .iter()
        .filter(|(_, field)| field.present * 100 < posts)
        .filter(|(key, _)| {
            common.iter().any(|common| {
                strsim::normalized_damerau_levenshtein(&key.to_lowercase(), &common.to_lowercase()) >= 0.75
            })
        })
        .map(|(key, _)| key.as_str())
        .collect()
}

fn schema(fields: &Fields, posts: usize) -> Value {
    let mut short = Map::new();
    for (key, field) in usual(fields, posts) {
        short.insert(key.to_owned(), rule(field, posts));
    }
    for key in misspelt(fields, posts) {
        short.insert(key.to_owned(), json!({ "forbidden": true }));
    }
    short.into()
}

fn rule(field: &Field, posts: usize) -> Value {
    let kind = field.kind();
    let mut rule = Map::new();
    if let Some(kind) = kind {
        rule.insert("type".to_owned(), kind.name().into());
    }
    if field.is_required(posts) {
        rule.insert("required".to_owned(), true.into());
    } else if field.empty > 0 {
        rule.insert("empty".to_owned(), true.into());
    }
    let choices = field.choices(kind);
    match (kind, choices) {
        (Some(Kind::List), choices) => {
            if let Some(items) = field.items(choices) {
                rule.insert("items".to_owned(), items);
            }
        }
        (Some(Kind::Text), Some(choices)) => {
            rule.insert("choices".to_owned(), choices.into());
        }
        (Some(Kind::Text), None) => {
            if let Some(longest) = field.longest() {
                rule.insert("max".to_owned(), longest.into());
            }
        }
        (Some(Kind::Map), _) if !field.inner.is_empty() => {
            rule.insert("keys".to_owned(), schema(&field.inner, field.present));
        }
        _ => {}
    }
    rule.into()
}

fn print(out: &mut String, fields: &Fields, posts: usize, indent: usize) {
    let margin = " ".repeat(indent);
    let known = schema(fields, posts);
    for (key, field) in usual(fields, posts) {
        let _ = writeln!(out, "{margin}{}:  # {}", quoted(key), evidence(field, posts));
        for (name, value) in known.get(key).and_then(Value::as_object).into_iter().flatten() {
            if name == "keys" {
                let _ = writeln!(out, "{margin}  keys:");
                print(out, &field.inner, field.present, indent + 4);
            } else {
                let _ = writeln!(out, "{margin}  {name}: {value}");
            }
        }
    }
    for key in misspelt(fields, posts) {
        let count = fields.get(key).map_or(0, |field| field.present);
        let _ = writeln!(out, "{margin}{}: {{forbidden: true}}  # in {count}, written like another key", quoted(key));
    }
    let rare: Vec<&str> =
        fields.iter().filter(|(_, field)| field.present * 100 < posts).map(|(key, _)| key.as_str()).collect();
    if !rare.is_empty() {
        let shown: Vec<String> = rare.iter().take(20).map(|key| quoted(key)).collect();
        let more = if rare.len() > 20 { format!(" and {} more", rare.len() - 20) } else { String::new() };
        let _ = writeln!(out, "{margin}# in fewer than one post of a hundred: {}{more}", shown.join(", "));
    }
}

/// How often a key stands there, and with what.
fn evidence(field: &Field, posts: usize) -> String {
    let mut said = match field.present {
        all if all == posts => "in all".to_owned(),
        some => format!("in {some} of {posts}"),
    };
    if field.empty > 0 {
        let _ = write!(said, ", {} without a value", field.empty);
    }
    if field.kinds.len() > 1 {
        let kinds: Vec<String> = field.kinds.iter().map(|(kind, count)| format!("{count} {}", kind.name())).collect();
        let _ = write!(said, ", {}", kinds.join(", "));
    }
    if let (Some(least), Some(most)) = (field.lengths.iter().min(), field.lengths.iter().max()) {
        let _ = write!(said, ", {least} to {most} characters");
    }
    if (2..=DISTINCT).contains(&field.values.len()) {
        let _ = write!(said, ", {} different values", field.values.len());
    }
    said
}

/// A key as YAML writes it. A JSON string is one, and nothing in it ends the line.
pub fn quoted(key: &str) -> String {
    let plain = key.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '-'));
    let word = key.starts_with(|c: char| c.is_alphabetic()) && !matches!(key, "null" | "true" | "false" | "yes" | "no");
    if plain && word {
        return key.to_owned();
    }
    let mut out = String::new();
    for c in Value::from(key).to_string().chars() {
        // What a reader could not see, or would see elsewhere.
        if c.is_ascii() || c.is_alphanumeric() {
            out.push(c)
        } else {
            out.push_str(&format!("\\U{:08x}", u32::from(c)))
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::Source;

    fn read(posts: impl Iterator<Item = String>) -> Inferred {
        let documents: Vec<Document> = posts
            .enumerate()
            .map(|(at, text)| {
                let source = Source::from_text(format!("{at}.md"), format!("---\n{text}---\nText.\n"));
                Document::parse(source, &Sites::default())
            })
            .collect();
        Inferred::read(&documents, &Sites::default())
    }

    #[test]
    fn what_nearly_all_posts_do_is_the_schema() {
        let post = |at: usize| {
            let status = if at == 7 { "finl" } else { ["draft", "final"][at % 2] };
            let title = if at == 9 { "titel" } else { "title" };
            format!("{title}: Walk number {at}\ndate: 2024-01-{:02}\nstatus: {status}\ntags: [a, b]\n", at % 28 + 1)
        };
        let inferred = read((0..200).map(post));
        let schema = inferred.schema();
        assert_eq!(schema["title"]["required"], true);
        assert_eq!(schema["date"]["type"], "date");
        assert_eq!(schema["status"]["choices"], json!(["draft", "final"]));
        assert_eq!(schema["tags"]["items"]["choices"], json!(["a", "b"]));
        assert_eq!(schema["titel"], json!({ "forbidden": true }));
        let keys: Vec<&String> = schema.as_object().unwrap().keys().collect();
        assert_eq!(keys, ["title", "date", "status", "tags", "titel"]);
    }

    #[test]
    fn the_yaml_is_the_schema() {
        let inferred = read((0..50).map(|at| {
            format!("title: \"A: {at}\"\n\"odd key\": {at}\nempty:\nseo:\n  image: a{at}.png\n  wide: true\n")
        }));
        let yaml = inferred.to_yaml();
        let read: Value = crate::data::typed::read_yaml("schema.yaml", &yaml).unwrap();
        assert_eq!(read, inferred.schema(), "{yaml}");
        assert!(yaml.contains("# in all"), "{yaml}");
    }

    #[test]
    fn few_posts_and_free_texts_give_no_choices() {
        let schema = read((0..10).map(|_| "status: draft\n".to_owned())).schema();
        assert!(schema["status"].get("choices").is_none() && schema["status"].get("required").is_none());
        let schema = read((0..100).map(|at| format!("title: Walk {at}\n"))).schema();
        assert!(schema["title"].get("choices").is_none());
    }
}
