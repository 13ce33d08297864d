//! Front matter against a JSON Schema: every violation at its own key or value.

mod short;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use globset::{Glob, GlobSet, GlobSetBuilder};
use jsonschema::{PatternOptions, ValidationError, Validator, error::ValidationErrorKind as Kind};
use serde_json::{Map, Value, json};

use super::{Hit, Subject};
use crate::{
    data::{Data, Entry, Node},
    document::{
        front_matter::{Typed, reading},
        suppression::KEY,
    },
    error::nearest,
    facts::day::is_date,
    site::Generator,
    source::Span,
};

pub const WORDS: &[&str] = &["cause", "advice", "key"];

#[derive(Debug, serde::Deserialize, schemars::JsonSchema)]
#[serde(try_from = "Parameters")]
#[schemars(with = "Parameters")]
pub struct Schema {
    collections: Vec<Collection>,
    sentences: BTreeMap<String, Sentences>,
}

#[derive(Debug, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Parameters {
    /// Files and their schema; the first one that takes a file decides.
    #[serde(default)]
    collections: Vec<Files>,
    /// What to say of a violation, by the schema's keyword; `other` for the rest.
    sentences: BTreeMap<String, Sentences>,
}

#[derive(Debug, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
struct Files {
    files: OneOrMany,
    /// A JSON Schema (2020-12, or what its `$schema` says), or the short form
    /// `{title: {type: string, required: true, max: 120}}`; or a list of them, which all hold.
    #[serde(default = "anything")]
    schema: Value,
    /// Keys whose values no two of these files may share.
    #[serde(default)]
    unique: Vec<String>,
    /// The words that a key may have, or each item of its list.
    #[serde(default)]
    vocabulary: BTreeMap<String, BTreeSet<String>>,
}

fn anything() -> Value {
    json!({})
}

#[derive(Debug, serde::Deserialize, schemars::JsonSchema)]
#[serde(untagged)]
enum OneOrMany {
    One(String),
    Many(Vec<String>),
}

#[derive(Debug, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Sentences {
    pub cause: String,
    #[serde(default)]
    pub advice: String,
}

#[derive(Debug)]
struct Collection {
    files: GlobSet,
    schemas: Vec<(Value, Validator)>,
    names: Names,
    unique: Vec<String>,
    vocabulary: BTreeMap<String, BTreeSet<String>>,
}

impl TryFrom<Parameters> for Schema {
    type Error = String;

    fn try_from(parameters: Parameters) -> Result<Self, String> {
        let collections = parameters.collections.into_iter().map(Collection::compile).collect::<Result<_, _>>()?;
        Ok(Self { collections, sentences: parameters.sentences })
    }
}

impl Collection {
    fn compile(files: Files) -> Result<Self, String> {
        let globs = match files.files {
            OneOrMany::One(glob) => vec![glob],
            OneOrMany::Many(globs) => globs,
        };
        let mut set = GlobSetBuilder::new();
        for glob in globs {
            set.add(Glob::new(&glob).map_err(|error| error.to_string())?);
        }
        let schemas = match files.schema {
            Value::Array(schemas) => schemas,
            schema => vec![schema],
        };
        let schemas = schemas.into_iter().map(compile).collect::<Result<Vec<_>, _>>()?;
        let names = Names::of(schemas.iter().map(|(schema, _)| schema));
        let set = set.build().map_err(|error| error.to_string())?;
        Ok(Self { files: set, schemas, names, unique: files.unique, vocabulary: files.vocabulary })
    }
}

/// Without network and files: a schema can only refer to itself.
fn compile(schema: Value) -> Result<(Value, Validator), String> {
    let schema = if short::is_short(&schema) { short::expand(&schema)? } else { schema };
    let validator = jsonschema::options()
        .with_pattern_options(PatternOptions::regex())
        .should_validate_formats(true)
        .should_ignore_unknown_formats(false)
        .with_format("date", is_date)
        .with_format("date-time", is_date)
        .build(&schema)
        .map_err(|error| format!("the schema is not right: {error}"))?;
    Ok((schema, validator))
}

impl Schema {
    pub fn run(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let document = subject.document;
        let matter = &document.front_matter;
        let Some(collection) = self.collections.iter().find(|one| one.files.is_match(document.path())) else {
            return Vec::new();
        };
        // Front matter that is not read is another rule's business; none at all has none of the keys.
        let nothing = Node { span: Span::at(matter.body.start), data: Data::Map(Vec::new()) };
        let tree = match &matter.tree {
            Some(tree) if tree.is_map() => tree,
            tree if matter.errors.is_empty()
                && matter.split.faults.is_empty()
                && tree.as_ref().is_none_or(|tree| tree.text() == Some("")) =>
            {
                &nothing
            }
            _ => return Vec::new(),
        };
        let opener = matter.split.block.as_ref().map_or(tree.span, |block| block.opener);
        let names = subject.site.generator.folds_keys().then_some(&collection.names);
        let mut value = to_json(tree, subject.site.generator, names);
        // What is said to us is not the site's.
        value.as_object_mut().map(|map| map.shift_remove(KEY));
        let mut places = Places::new(tree, opener, names);
        let (mut violations, mut missing) = (Vec::new(), Vec::new());
        for (schema, validator) in &collection.schemas {
            for error in validator.iter_errors(&value) {
                let kind = if matches!(error.kind(), Kind::Required { .. }) { &mut missing } else { &mut violations };
                kind.extend(self.hits(&mut places, &error, schema));
            }
        }
        // Of a key that is misspelt it is enough to say so once.
        let said: HashSet<Span> = violations.iter().map(|hit| hit.span).collect();
        missing.retain(|hit| !said.contains(&hit.span));
        let mut hits: Vec<Hit> = violations
            .into_iter()
            .chain(missing)
            .chain(self.shared(collection, tree, subject))
            .chain(self.unknown_words(collection, tree))
            .collect();
        hits.sort_by(|a, b| (a.span, &a.words).cmp(&(b.span, &b.words)));
        // Two schemas may say the same.
        hits.dedup();
        hits
    }

    /// Whether values of other files matter.
    pub fn wants_unique(&self) -> bool {
        self.collections.iter().any(|collection| !collection.unique.is_empty())
    }

    /// Values that another file of the collection has too.
    fn shared(&self, collection: &Collection, tree: &Node, subject: &Subject<'_>) -> Vec<Hit> {
        let mut hits = Vec::new();
        for key in &collection.unique {
            let Some(value) = tree.at(key) else { continue };
            let Some(text) = value.text().filter(|text| !text.is_empty()) else { continue };
            let own = subject.document.path();
            let files = subject.facts.values.files_with(key, text);
            let others: Vec<&str> =
                files.filter(|path| *path != own && collection.files.is_match(path)).take(4).collect();
            if !others.is_empty() {
                let (shown, more) = others.split_at(others.len().min(3));
                let others = shown.join(", ") + if more.is_empty() { "" } else { " and more" };
                hits.push(self.hit("unique", value.span, key, &[("found", text), ("expected", &others)]));
            }
        }
        hits
    }

    fn unknown_words(&self, collection: &Collection, tree: &Node) -> Vec<Hit> {
        let mut hits = Vec::new();
        for (key, words) in &collection.vocabulary {
            let Some(value) = tree.at(key) else { continue };
            for node in std::iter::once(value).chain(value.items()) {
                if let Some(text) = node.text().filter(|text| !text.is_empty() && !words.contains(*text)) {
                    let near = nearest(text, words.iter().map(String::as_str)).unwrap_or_default();
                    hits.push(self.hit("vocabulary", node.span, key, &[("found", text), ("near", near)]));
                }
            }
        }
        hits
    }

    fn hits(&self, places: &mut Places<'_>, error: &ValidationError<'_>, schema: &Value) -> Vec<Hit> {
        let path = error.instance_path().to_string();
        let Some(place) = places.at(&path) else { return Vec::new() };
        let key = place.key;
        let keyword = error.kind().keyword();
        match error.kind() {
            Kind::Required { property } => {
                let missing = property.as_str().unwrap_or_default();
                let present = place.node.entries().iter().filter_map(|entry| entry.key.text());
                let near = nearest(missing, present).and_then(|near| place.node.entry(near));
                let span = near.map_or(place.key_span.unwrap_or(places.opener), |entry| entry.key.span);
                let near = near.and_then(|entry| entry.key.text()).unwrap_or_default();
                vec![self.hit(keyword, span, missing, &[("near", near)])]
            }
            Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
                let known = known_keys(schema, error.schema_path().as_str());
                let entries =
                    unexpected.iter().filter_map(|name| places.entry(place.node, name).map(|entry| (name, entry)));
                entries
                    .map(|(name, entry)| {
                        let near = nearest(name, known.iter().map(String::as_str)).unwrap_or_default();
                        self.hit(keyword, entry.key.span, name, &[("near", near), ("choices", &known.join(", "))])
                    })
                    .collect()
            }
            Kind::AnyOf { context } | Kind::OneOfNotValid { context } => match meant(context, &path) {
                Meant::Choice(errors) => errors.iter().flat_map(|error| self.hits(places, error, schema)).collect(),
                Meant::Types(types) => {
                    let words = [("found", shown(place.node.value())), ("expected", types)];
                    let words = words.each_ref().map(|(name, word)| (*name, word.as_str()));
                    vec![self.hit("type", place.span(), key, &words)]
                }
                Meant::Unclear => vec![self.hit(keyword, place.span(), key, &[])],
            },
            Kind::FalseSchema => {
                let known = known_keys(schema, error.schema_path().as_str().trim_end_matches(&format!("/{key}")));
                let near = nearest(key, known.iter().map(String::as_str).filter(|known| *known != key));
                let span = place.key_span.unwrap_or(place.node.span);
                vec![self.hit("falseSchema", span, key, &[("near", near.unwrap_or_default())])]
            }
            kind => {
                let found = shown(place.node.value());
                let expected = expected(kind, place.node.text().unwrap_or_default());
                vec![self.hit(keyword, place.span(), key, &[("found", &found), ("expected", &expected)])]
            }
        }
    }

    fn hit(&self, keyword: &str, span: Span, key: &str, words: &[(&'static str, &str)]) -> Hit {
        let hit = Hit::new(span).word("key", key);
        let Some(said) = self.sentences.get(keyword).or_else(|| self.sentences.get("other")) else { return hit };
        let fill = |sentence: &str| {
            let sentence = sentence.replace("{key}", key).replace("{keyword}", keyword);
            words.iter().fold(sentence, |sentence, (word, value)| sentence.replace(&format!("{{{word}}}"), value))
        };
        let unknown = words.iter().any(|(word, value)| *word == "near" && value.is_empty());
        hit.word("cause", fill(&said.cause)).word("advice", if unknown { String::new() } else { fill(&said.advice) })
    }
}

/// The keys that schemas know, by what they are in lower case: for generators to which `Title` is `title`.
#[derive(Debug, Default)]
struct Names {
    exact: HashSet<String>,
    folded: HashMap<String, String>,
}

impl Names {
    fn of<'a>(schemas: impl Iterator<Item = &'a Value>) -> Self {
        let mut names = Self::default();
        schemas.for_each(|schema| names.gather(schema));
        names
    }

    fn gather(&mut self, schema: &Value) {
        match schema {
            Value::Object(map) => {
                let properties = map.get("properties").and_then(Value::as_object).into_iter().flat_map(Map::keys);
                let required = map.get("required").and_then(Value::as_array).into_iter().flatten();
                for name in properties.map(String::as_str).chain(required.filter_map(Value::as_str)) {
                    self.folded.entry(name.to_lowercase()).or_insert_with(|| name.to_owned());
                    self.exact.insert(name.to_owned());
                }
                map.values().for_each(|part| self.gather(part));
            }
            Value::Array(parts) => parts.iter().for_each(|part| self.gather(part)),
            _ => {}
        }
    }
}

/// A key as the schemas call it.
fn named<'a>(key: &'a str, names: Option<&'a Names>) -> &'a str {
    match names {
        Some(names) if !names.exact.contains(key) => names.folded.get(&key.to_lowercase()).map_or(key, String::as_str),
        _ => key,
    }
}

/// A value in the tree, with the key that leads to it.
struct Place<'a> {
    node: &'a Node,
    key: &'a str,
    key_span: Option<Span>,
}

impl Place<'_> {
    /// A value that is not written has no place of its own.
    fn span(&self) -> Span {
        if self.node.span.is_empty() { self.key_span.unwrap_or(self.node.span) } else { self.node.span }
    }
}

/// Which of several schemas a value was meant to follow.
enum Meant<'a> {
    /// The only one whose type it has, and what is wrong with it.
    Choice(&'a [ValidationError<'static>]),
    /// None has its type: the types that would do.
    Types(String),
    Unclear,
}

fn meant<'a>(branches: &'a [Vec<ValidationError<'static>>], path: &str) -> Meant<'a> {
    let types = |branch: &Vec<ValidationError<'static>>| {
        branch.iter().find(|error| error.instance_path().as_str() == path).and_then(|error| match error.kind() {
            Kind::Type { .. } => Some(expected(error.kind(), "")),
            _ => None,
        })
    };
    let mut open = branches.iter().filter(|branch| types(branch).is_none());
    match (open.next(), open.next()) {
        (Some(branch), None) => Meant::Choice(branch),
        (None, _) => Meant::Types(branches.iter().filter_map(types).collect::<Vec<_>>().join(" or ")),
        _ => Meant::Unclear,
    }
}

/// Where keys and values stand. Each map's keys are looked through once, so that many violations cost no more than the
/// map is long.
struct Places<'a> {
    tree: &'a Node,
    opener: Span,
    names: Option<&'a Names>,
    maps: HashMap<*const Node, HashMap<&'a str, &'a Entry>>,
}

impl<'a> Places<'a> {
    fn new(tree: &'a Node, opener: Span, names: Option<&'a Names>) -> Self {
        Self { tree, opener, names, maps: HashMap::new() }
    }

    /// The entry of a key, the last one where it stands twice.
    fn entry(&mut self, map: &'a Node, key: &str) -> Option<&'a Entry> {
        let names = self.names;
        let keyed = |entry: &'a Entry| Some((named(entry.key.text()?, names), entry));
        let keys = || map.entries().iter().filter_map(keyed).collect();
        let entries = self.maps.entry(std::ptr::from_ref(map)).or_insert_with(keys);
        entries.get(key).copied()
    }

    /// The node at a JSON pointer; none inside of an alias that stands for a map which it is part of.
    fn at(&mut self, pointer: &str) -> Option<Place<'a>> {
        let mut place = Place { node: self.tree, key: "", key_span: None };
        for segment in pointer.split('/').skip(1) {
            let name = segment.replace("~1", "/").replace("~0", "~");
            match place.node.value() {
                Data::Map(_) => {
                    let entry = self.entry(place.node, &name)?;
                    place = Place {
                        node: &entry.value,
                        key: entry.key.text().unwrap_or_default(),
                        key_span: Some(entry.key.span),
                    };
                }
                Data::List(items) => place.node = items.get(name.parse::<usize>().ok()?)?,
                _ => return None,
            }
        }
        Some(place)
    }
}

/// The tree as this generator reads it, except that a date stays the text that it is.
fn to_json(node: &Node, generator: Generator, names: Option<&Names>) -> Value {
    match node.value() {
        Data::Scalar(scalar) => match reading(scalar, generator) {
            Typed::Null => Value::Null,
            Typed::Bool(value) => value.into(),
            Typed::Number(value) => number(value),
            Typed::Date | Typed::String | Typed::Error => scalar.text.clone().into(),
        },
        Data::List(items) => items.iter().map(|item| to_json(item, generator, names)).collect(),
        Data::Map(entries) => entries
            .iter()
            .filter_map(|entry| {
                let key = named(entry.key.text()?, names);
                Some((key.to_owned(), to_json(&entry.value, generator, names)))
            })
            .collect::<Map<_, _>>()
            .into(),
        Data::Alias(..) => Value::Null,
    }
}

/// A whole number where it is one: `12.0` is an integer for JSON Schema too.
fn number(value: f64) -> Value {
    #[allow(clippy::cast_possible_truncation)] // Whole and small enough, as was asked before.
    let whole = (value.fract() == 0.0 && value.abs() < 9e15).then_some(value as i64);
    whole.map(Value::from).or_else(|| serde_json::Number::from_f64(value).map(Value::Number)).unwrap_or_default()
}

/// The keys that the schema knows where its keyword at `path`, a JSON pointer, stands.
fn known_keys(schema: &Value, path: &str) -> Vec<String> {
    let at = path.rsplit_once('/').and_then(|(before, _)| schema.pointer(before)).unwrap_or(schema);
    let mut keys = Vec::new();
    gather_keys(schema, at, 0, &mut keys);
    keys.sort();
    keys.dedup();
    keys
}

/// The part of the schema that `#/…` of `at` means.
fn refers<'a>(schema: &'a Value, at: &Value) -> Option<&'a Value> {
    schema.pointer(at.get("$ref")?.as_str()?.strip_prefix('#')?)
}

fn gather_keys(schema: &Value, at: &Value, depth: usize, keys: &mut Vec<String>) {
    keys.extend(at.get("properties").and_then(Value::as_object).into_iter().flat_map(|map| map.keys().cloned()));
    let required = at.get("required").and_then(Value::as_array).into_iter().flatten();
    keys.extend(required.filter_map(Value::as_str).map(str::to_owned));
    if depth < 8 {
        let lists = ["allOf", "anyOf", "oneOf"].into_iter().filter_map(|list| at.get(list)?.as_array()).flatten();
        lists.chain(refers(schema, at)).for_each(|part| gather_keys(schema, part, depth + 1, keys));
    }
}

/// What the schema wants instead; choices with the nearest first.
fn expected(kind: &Kind, found: &str) -> String {
    let limit = |limit: &dyn std::fmt::Display| limit.to_string();
    match kind {
        Kind::Type { kind: jsonschema::error::TypeKind::Single(kind) } => kind.to_string(),
        Kind::Type { kind: jsonschema::error::TypeKind::Multiple(kinds) } => {
            kinds.iter().map(|kind| kind.to_string()).collect::<Vec<_>>().join(" or ")
        }
        Kind::Enum { options } => {
            let mut choices: Vec<String> = options
                .as_array()
                .into_iter()
                .flatten()
                .map(|one| one.as_str().map_or_else(|| one.to_string(), str::to_owned))
                .collect();
            let likeness =
                |one: &String| strsim::normalized_damerau_levenshtein(&one.to_lowercase(), &found.to_lowercase());
            choices.sort_by(|a, b| likeness(b).total_cmp(&likeness(a)));
            choices.join(", ")
        }
        Kind::Constant { expected_value } => expected_value.to_string(),
        Kind::Format { format } => format.clone(),
        Kind::Pattern { pattern } => pattern.clone(),
        Kind::MaxLength { limit: n }
        | Kind::MinLength { limit: n }
        | Kind::MaxItems { limit: n }
        | Kind::MinItems { limit: n } => limit(n),
        Kind::Maximum { limit: n }
        | Kind::Minimum { limit: n }
        | Kind::ExclusiveMaximum { limit: n }
        | Kind::ExclusiveMinimum { limit: n } => limit(n),
        _ => String::new(),
    }
}

/// A value as a message shows it.
fn shown(data: &Data) -> String {
    match data {
        Data::Scalar(scalar) if scalar.text.is_empty() => "nothing".to_owned(),
        Data::Scalar(scalar) => scalar.text.chars().take(40).collect(),
        Data::List(items) => format!("a list of {}", items.len()),
        Data::Map(_) => "a map".to_owned(),
        Data::Alias(name, _) => format!("*{name}"),
    }
}
