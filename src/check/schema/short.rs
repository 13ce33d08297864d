//! The short form of a schema, `{title: {type: string, required: true, max: 120}}`, as JSON Schema.

use serde_json::{Map, Value, json};

use crate::error::nearest;

/// Words that only JSON Schema has at its top.
const KEYWORDS: [&str; 19] = [
    "$schema",
    "$id",
    "$ref",
    "$defs",
    "$comment",
    "definitions",
    "properties",
    "patternProperties",
    "additionalProperties",
    "unevaluatedProperties",
    "propertyNames",
    "minProperties",
    "maxProperties",
    "dependentRequired",
    "dependentSchemas",
    "allOf",
    "anyOf",
    "oneOf",
    "not",
];

/// What may be said of a key: the short words first, then those of JSON Schema.
const WORDS: [&str; 26] = [
    "type",
    "required",
    "forbidden",
    "empty",
    "choices",
    "min",
    "max",
    "items",
    "keys",
    "pattern",
    "format",
    "const",
    "enum",
    "minLength",
    "maxLength",
    "minimum",
    "maximum",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "multipleOf",
    "minItems",
    "maxItems",
    "uniqueItems",
    "anyOf",
    "title",
    "description",
];

const TYPES: [&str; 9] = ["string", "date", "integer", "number", "boolean", "list", "object", "array", "null"];

/// Whether a schema is written in the short form: keys straight at the top.
pub fn is_short(schema: &Value) -> bool {
    schema.as_object().is_some_and(|map| !KEYWORDS.iter().any(|keyword| map.contains_key(*keyword)))
        && schema.get("type").is_none_or(|kind| kind != "object")
        && schema.get("required").is_none_or(|required| !required.is_array())
}

/// The short form as JSON Schema; `"*": false` forbids other keys.
///
/// # Errors
/// A key of which something is said that has no meaning: JSON Schema itself would ignore it in silence.
pub fn expand(short: &Value) -> Result<Value, String> {
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
        properties.insert(key.clone(), expand_field(key, field)?);
    }
    Ok(json!({ "type": "object", "properties": properties, "required": required, "additionalProperties": others }))
}

/// `forbidden: true` is for a key that must not be there, `empty: true` allows one without a value, `keys` are those of
/// a map inside.
fn expand_field(key: &str, mut field: Map<String, Value>) -> Result<Value, String> {
    known(key, field.keys().map(String::as_str), &WORDS)?;
    let types: Vec<&str> = match field.get("type") {
        Some(Value::Array(types)) => types.iter().map(|kind| kind.as_str().unwrap_or("?")).collect(),
        kind => kind.and_then(Value::as_str).into_iter().collect(),
    };
    known(key, types.iter().copied(), &TYPES)?;
    if let [_, _, ..] = types[..] {
        // A date among others is text: its format would be asked of all texts.
        let long = types.iter().map(|kind| match *kind {
            "date" => "string",
            "list" => "array",
            kind => kind,
        });
        let long: Value = long.collect();
        field.insert("type".to_owned(), long);
    }
    if field.remove("forbidden") == Some(Value::Bool(true)) {
        return Ok(Value::Bool(false));
    }
    let empty = field.remove("empty") == Some(Value::Bool(true));
    if let Some(keys) = field.remove("keys") {
        field.extend(expand(&keys)?.as_object().cloned().unwrap_or_default());
    }
    match field.remove("items") {
        Some(Value::Object(items)) => {
            field.insert("items".to_owned(), expand_field(key, items)?);
        }
        Some(Value::String(kind)) => {
            let kind = Map::from_iter([("type".to_owned(), kind.into())]);
            field.insert("items".to_owned(), expand_field(key, kind)?);
        }
        Some(_) => return Err(format!("`items` of `{key}` must be a type or a map")),
        None => {}
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
    if field.get("type").is_some_and(Value::is_string) || format.is_some() {
        field.insert("type".to_owned(), kind.into());
    }
    if let Some(format) = format {
        field.insert("format".to_owned(), format.into());
    }
    if empty {
        match field.get_mut("type") {
            Some(Value::Array(kinds)) => kinds.push("null".into()),
            Some(kind) => *kind = json!([kind.take(), "null"]),
            None => {}
        }
        if let Some(Value::Array(choices)) = field.get_mut("enum") {
            choices.push(Value::Null);
        }
    }
    Ok(field.into())
}

fn known<'a>(key: &str, words: impl Iterator<Item = &'a str>, known: &[&str]) -> Result<(), String> {
    for word in words {
        if !known.contains(&word) {
            let near = nearest(word, known.iter().copied()).map(|near| format!(", did you mean `{near}`?"));
            return Err(format!("`{word}` means nothing for `{key}`{}", near.unwrap_or_default()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_short_form_is_json_schema() {
        let short = json!({
            "title": { "type": "string", "required": true, "max": 120 },
            "date": "date",
            "tags": { "type": "list", "items": "string", "min": 1 },
            "status": { "choices": ["draft"], "empty": true },
            "seo": { "type": "object", "keys": { "image": "string" } },
            "old": { "forbidden": true },
            "alias": { "type": ["string", "list"], "items": "string", "empty": true },
            "*": false,
        });
        assert!(is_short(&short));
        let long = json!({
            "type": "object",
            "properties": {
                "title": { "type": "string", "maxLength": 120 },
                "date": { "type": "string", "format": "date" },
                "tags": { "type": "array", "items": { "type": "string" }, "minItems": 1 },
                "status": { "enum": ["draft", null] },
                "seo": {
                    "type": "object",
                    "properties": { "image": { "type": "string" } },
                    "required": [],
                    "additionalProperties": true,
                },
                "old": false,
                "alias": { "type": ["string", "array", "null"], "items": { "type": "string" } },
            },
            "required": ["title"],
            "additionalProperties": false,
        });
        assert_eq!(expand(&short).unwrap(), long);
        assert!(!is_short(&long));
    }

    #[test]
    fn a_word_that_means_nothing_is_an_error() {
        let said = |short: Value| expand(&short).unwrap_err();
        assert_eq!(said(json!({"title": {"maxx": 3}})), "`maxx` means nothing for `title`, did you mean `max`?");
        assert!(said(json!({"title": "sting"})).contains("did you mean `string`?"));
        assert!(said(json!({"title": {"type": ["string", "lst"]}})).contains("did you mean `list`?"));
        assert!(said(json!({"title": 3})).contains("must be a type or a map"));
        assert!(said(json!({"seo": {"keys": {"image": {"typ": "string"}}}})).contains("`type`"));
    }
}
