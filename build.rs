//! Lists `rules/*.yaml` for `include_str!`, so that a new rule is one new file and nothing else. What never changes is
//! worked out here and not at every start: the files as JSON, which is read many times faster, and what their patterns
//! need.

#![allow(clippy::expect_used, reason = "a build that fails here should fail loudly")]
use std::{collections::BTreeSet, env, fmt::Write, fs, path::Path};

use serde_json::Value;

#[allow(dead_code, reason = "whoever searches needs more of it")]
#[path = "src/check/need.rs"]
mod need;
#[path = "src/check/parts.rs"]
mod parts;

/// The parameters of checks that hold patterns. A pattern of another one is worked out when copydesk runs.
const PATTERNS: [&str; 18] = [
    "patterns",
    "markers",
    "notes",
    "asides",
    "edits",
    "texts",
    "omissions",
    "promises",
    "announcements",
    "teasers",
    "prompts",
    "later",
    "courtesies",
    "unless",
    "unless-around",
    "with",
    "with-around",
    "topic",
];

/// The shared file that holds patterns; the others hold words.
const PATTERNS_SHARED: &str = "omission";

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-changed=src/check/need.rs");
    println!("cargo::rerun-if-changed=src/check/parts.rs");
    let root = env::var("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR");
    let out = env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    let mut code = String::new();
    let mut patterns = BTreeSet::new();
    let mut counts = vec![0_u32; 256 + 65_536];
    for (name, folder) in [("RULES", "rules"), ("SHARED", "rules/shared"), ("SCHEMAS", "rules/schemas")] {
        println!("cargo::rerun-if-changed={folder}");
        let mut files: Vec<_> = fs::read_dir(Path::new(&root).join(folder))
            .expect("the folder of rules is there")
            .map(|entry| entry.expect("the folder of rules is readable").path())
            .filter(|path| path.extension().is_some_and(|ending| ending == "yaml"))
            .collect();
        files.sort();
        writeln!(code, "pub const {name}: &[(&str, &str, &str)] = &[").expect("writing to a string");
        for file in files {
            let stem = file.file_stem().expect("a file has a name").to_string_lossy().into_owned();
            let text = fs::read_to_string(&file).expect("a rule is readable");
            count(&text.to_ascii_lowercase(), &mut counts);
            let value: Value = serde_yaml::from_str(&text).expect("a rule is YAML");
            let json = value.to_string();
            writeln!(code, "    ({stem:?}, include_str!({file:?}), {json:?}),").expect("writing to a string");
            let holder = if stem == PATTERNS_SHARED { &value } else { &value["check"] };
            gather(holder, false, &mut patterns);
        }
        code.push_str("];\n");
    }
    fs::write(Path::new(&out).join("rules.rs"), code).expect("OUT_DIR is writable");
    fs::write(Path::new(&out).join("counts.bin"), counts.into_iter().map(tenfold_logarithm).collect::<Vec<_>>())
        .expect("OUT_DIR is writable");
    fs::write(Path::new(&out).join("needs.rs"), parts_and_needs(&patterns)).expect("OUT_DIR is writable");
}

/// Adds how often each byte of a text, and behind these each pair, stands in it.
fn count(text: &str, counts: &mut [u32]) {
    text.bytes().for_each(|byte| counts[usize::from(byte)] += 1);
    for pair in text.as_bytes().windows(2) {
        counts[256 + usize::from(pair[0]) * 256 + usize::from(pair[1])] += 1;
    }
}

/// Ten times the logarithm of `count` and one to the base of two.
#[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is between 0 and 255")]
fn tenfold_logarithm(count: u32) -> u8 {
    (f64::from(count + 1).log2() * 10.0).round().min(255.0) as u8
}

/// Adds the patterns in the parameters of a check; `named` is whether they are the parameter's that holds some.
fn gather(value: &Value, named: bool, patterns: &mut BTreeSet<String>) {
    match value {
        Value::String(pattern) if named => drop(patterns.insert(pattern.clone())),
        Value::Array(list) => list.iter().for_each(|value| gather(value, named, patterns)),
        Value::Object(map) => map.iter().for_each(|(key, value)| {
            gather(value, PATTERNS.contains(&key.as_str()), patterns);
        }),
        _ => {}
    }
}

/// Each pattern that has several parts, with them, and each part or pattern without any with what it needs.
fn parts_and_needs(patterns: &BTreeSet<String>) -> String {
    let mut code = "pub static PARTS: &[(&str, &[&str])] = &[\n".to_owned();
    let mut all = BTreeSet::new();
    for pattern in patterns {
        let parts = parts::parts(pattern);
        if parts.len() > 1 {
            writeln!(code, "    ({pattern:?}, &{parts:?}),").expect("writing to a string");
        }
        all.extend(parts);
    }
    code.push_str("];\npub static NEEDS: &[(&str, Option<Need>)] = &[\n");
    for pattern in all {
        let need = need::Need::work_out(&pattern).map_or_else(
            || "None".to_owned(),
            |need| {
                let need::Need { in_line, start, reaches, .. } = &need;
                let sets = need.written().escape_ascii();
                format!("Some(Need::known({in_line}, {start:?}, &{reaches:?}, b\"{sets}\"))")
            },
        );
        writeln!(code, "    ({pattern:?}, {need}),").expect("writing to a string");
    }
    code + "];\n"
}
