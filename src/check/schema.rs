//! Front matter against a JSON Schema: every violation at its own key or value.

use std::collections::{BTreeMap, BTreeSet};

use globset::{Glob, GlobSet, GlobSetBuilder};
use jsonschema::{Draft, ValidationError, Validator, error::ValidationErrorKind as Kind};
use serde_json::{Map, Value, json};

use super::{Hit, Subject};
use crate::{
    data::{Data, Node},
    document::front_matter::{Typed, reading},
    error::nearest,
    site::{Generator, scalar::is_date},
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
    /// A JSON Schema, or the short form `{title: {type: string, required: true, max: 120}}`.
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
    schema: Value,
    validator: Validator,
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
        let schema = if is_short(&files.schema) { expand(&files.schema)? } else { files.schema };
        let validator = jsonschema::options()
            .with_draft(Draft::Draft202012)
            .should_validate_formats(true)
            .should_ignore_unknown_formats(false)
            .with_format("date", is_date)
            .with_format("date-time", is_date)
            .build(&schema)
            .map_err(|error| format!("the schema is not right: {error}"))?;
        let set = set.build().map_err(|error| error.to_string())?;
        Ok(Self { files: set, schema, validator, unique: files.unique, vocabulary: files.vocabulary })
    }
}

/// Whether a schema is written in the short form: keys straight at the top.
fn is_short(schema: &Value) -> bool {
    let keywords = ["$schema", "$ref", "$defs", "properties", "allOf", "anyOf", "oneOf", "additionalProperties"];
    schema.as_object().is_some_and(|map| !keywords.iter().any(|keyword| map.contains_key(*keyword)))
        && schema.get("type").is_none_or(|kind| kind != "object")
        && schema.get("required").is_none_or(|required| !required.is_array())
}

/// The short form as JSON Schema; `"*": false` forbids other keys.
fn expand(short: &Value) -> Result<Value, String> {
    let mut properties = Map::new();
    let mut required = Vec::new();
    let mut others = Value::Bool(true);
    for (key, field) in short.as_object().into_iter().flatten() {
        if key == "*" {
            others = field.clone();
            continue;
        }
        let field = field.as_str().map_or_else(|| field.clone(), |kind| json!({ "type": kind }));
        let Value::Object(mut field) = field else { return Err(format!("`{key}` must be a type or a map")) };
        if field.remove("required") == Some(Value::Bool(true)) {
            required.push(key.clone());
        }
        properties.insert(key.clone(), expand_field(field)?);
    }
    Ok(json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": others }))
}

/// `forbidden: true` is for a key that must not be there, `empty: true` allows one without a value, `keys` are those of
/// a map inside.
fn expand_field(mut field: Map<String, Value>) -> Result<Value, String> {
    if field.remove("forbidden") == Some(Value::Bool(true)) {
        return Ok(Value::Bool(false));
    }
    let empty = field.remove("empty") == Some(Value::Bool(true));
    if let Some(keys) = field.remove("keys") {
        field.extend(expand(&keys)?.as_object().cloned().unwrap_or_default());
    }
    if let Some(Value::Object(items)) = field.remove("items") {
        field.insert("items".to_owned(), expand_field(items)?);
    }
    let kind = field.get("type").and_then(Value::as_str).unwrap_or("string").to_owned();
    let (kind, format) = match kind.as_str() {
        "date" => ("string".to_owned(), Some("date")),
        "list" => ("array".to_owned(), None),
        _ => (kind, None),
    };
    let (least, most) = match kind.as_str() {
        "string" => ("minLength", "maxLength"),
        "array" => ("minItems", "maxItems"),
        "object" => ("minProperties", "maxProperties"),
        _ => ("minimum", "maximum"),
    };
    for (short, long) in [("min", least), ("max", most), ("choices", "enum")] {
        if let Some(value) = field.remove(short) {
            field.insert(long.to_owned(), value);
        }
    }
    if field.contains_key("type") || format.is_some() {
        field.insert("type".to_owned(), kind.into());
    }
    if let Some(format) = format {
        field.insert("format".to_owned(), format.into());
    }
    if empty {
        if let Some(kind) = field.get_mut("type") {
            *kind = json!([kind.take(), "null"]);
        }
        if let Some(Value::Array(choices)) = field.get_mut("enum") {
            choices.push(Value::Null);
        }
    }
    Ok(field.into())
}

impl Schema {
    pub fn run(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let document = subject.document;
        let matter = &document.front_matter;
        let Some(collection) = self.collections.iter().find(|one| one.files.is_match(document.path())) else {
            return Vec::new();
        };
        // Front matter that does not parse is another rule's business.
        let Some(tree) = matter.tree.as_ref().filter(|tree| tree.is_map()) else { return Vec::new() };
        let opener = matter.split.block.as_ref().map_or(tree.span, |block| block.opener);
        let value = to_json(tree, subject.site.generator);
        let mut hits: Vec<Hit> = collection
            .validator
            .iter_errors(&value)
            .flat_map(|error| self.hits(tree, opener, &error, &collection.schema))
            .chain(self.shared(collection, tree, subject))
            .chain(self.unknown_words(collection, tree))
            .collect();
        hits.sort_by_key(|hit| hit.span);
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
            let files = subject.facts.values.files_with(key, text);
            let own = subject.document.path();
            if let Some(other) = files.into_iter().find(|path| *path != own && collection.files.is_match(path)) {
                hits.push(self.hit("unique", value.span, key, &[("found", text), ("expected", other)]));
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

    fn hits(&self, tree: &Node, opener: Span, error: &ValidationError<'_>, schema: &Value) -> Vec<Hit> {
        let path = error.instance_path().to_string();
        let Some(place) = locate(tree, &path) else { return Vec::new() };
        let key = place.key;
        let keyword = error.kind().keyword();
        match error.kind() {
            Kind::Required { property } => {
                let missing = property.as_str().unwrap_or_default();
                let present = place.node.entries().iter().filter_map(|entry| entry.key.text());
                let near = nearest(missing, present).and_then(|near| place.node.entry(near));
                let span = near.map_or(place.key_span.unwrap_or(opener), |entry| entry.key.span);
                let near = near.and_then(|entry| entry.key.text()).unwrap_or_default();
                vec![self.hit(keyword, span, missing, &[("near", near)])]
            }
            Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
                let known = known_keys(schema);
                let entries = unexpected.iter().filter_map(|name| place.node.entry(name).map(|entry| (name, entry)));
                entries
                    .map(|(name, entry)| {
                        let near = nearest(name, known.iter().map(String::as_str)).unwrap_or_default();
                        self.hit(keyword, entry.key.span, name, &[("near", near), ("choices", &known.join(", "))])
                    })
                    .collect()
            }
            kind => {
                let found = shown(&place.node.data);
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

/// The node at a JSON pointer; none behind an alias, which is not expanded.
fn locate<'a>(tree: &'a Node, pointer: &str) -> Option<Place<'a>> {
    let mut place = Place { node: tree, key: "", key_span: None };
    for segment in pointer.split('/').skip(1) {
        let name = segment.replace("~1", "/").replace("~0", "~");
        match &place.node.data {
            Data::Map(_) => {
                let entry = place.node.entry(&name)?;
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
    (!matches!(place.node.data, Data::Alias(_))).then_some(place)
}

/// The tree as this generator reads it, except that a date stays the text that it is.
fn to_json(node: &Node, generator: Generator) -> Value {
    match &node.data {
        Data::Scalar(scalar) => match reading(scalar, generator) {
            Typed::Null => Value::Null,
            Typed::Bool(value) => value.into(),
            Typed::Number(value) => number(value),
            Typed::Date | Typed::String | Typed::Error => scalar.text.clone().into(),
        },
        Data::List(items) => items.iter().map(|item| to_json(item, generator)).collect(),
        Data::Map(entries) => entries
            .iter()
            .filter_map(|entry| Some((entry.key.text()?.to_owned(), to_json(&entry.value, generator))))
            .collect::<Map<_, _>>()
            .into(),
        Data::Alias(_) => Value::Null,
    }
}

/// A whole number where it is one: `12.0` is an integer for JSON Schema too.
fn number(value: f64) -> Value {
    #[allow(clippy::cast_possible_truncation)] // Whole and small enough, as was asked before.
    let whole = (value.fract() == 0.0 && value.abs() < 9e15).then_some(value as i64);
    whole.map(Value::from).or_else(|| serde_json::Number::from_f64(value).map(Value::Number)).unwrap_or_default()
}

fn known_keys(schema: &Value) -> Vec<String> {
    schema.get("properties").and_then(Value::as_object).into_iter().flat_map(|map| map.keys().cloned()).collect()
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
        Data::Alias(name) => format!("*{name}"),
    }
}
