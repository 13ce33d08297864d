//! The architecture, held by reading the code's own `use` lines: each layer may know only those before it.

#![allow(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

use std::{
    fs,
    path::{Path, PathBuf},
};

/// The layers in order, as `src/lib.rs` says.
const LAYERS: [&str; 15] = [
    "error", "source", "data", "site", "document", "facts", "check", "rule", "finding", "examine", "example", "render",
    "config", "cli", "run",
];

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            files.extend(rust_files(&path));
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            files.push(path);
        }
    }
    files
}

fn source() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// The first name of the path below `src`: `src/site/mod.rs` and `src/site.rs` are both `site`.
fn layer(path: &Path) -> String {
    let below = path.strip_prefix(source()).unwrap();
    let first = below.components().next().unwrap().as_os_str().to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

/// The code of a file without its comments, which may speak of anything.
fn read_code(path: &Path) -> String {
    let text = fs::read_to_string(path).unwrap();
    text.lines().filter(|line| !line.trim_start().starts_with("//")).collect::<Vec<_>>().join("\n")
}

/// The layers that a file names through `crate::`, also in lists: `crate::{site::Site, source::Span}`.
fn named_layers(code: &str) -> Vec<&str> {
    let mut named = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        let rest = &code[at + "crate::".len()..];
        if let Some(list) = rest.strip_prefix('{') {
            let mut depth = 1;
            let mut start = 0;
            for (at, c) in list.char_indices() {
                match c {
                    '{' => depth += 1,
                    '}' => depth -= 1,
                    ',' if depth == 1 => {
                        named.push(&list[start..at]);
                        start = at + 1;
                    }
                    _ => {}
                }
                if depth == 0 {
                    named.push(&list[start..at]);
                    break;
                }
            }
        } else {
            named.push(rest);
        }
    }
    named
        .into_iter()
        .map(|path| path.trim_start().split(|c: char| !c.is_alphanumeric() && c != '_').next().unwrap())
        .filter(|name| !name.is_empty())
        .collect()
}

#[test]
fn layers_know_only_those_before_them() {
    let position = |name: &str| LAYERS.iter().position(|layer| *layer == name);
    let mut wrong = Vec::new();
    for path in rust_files(&source()) {
        let own = layer(&path);
        let Some(own_position) = position(&own) else { continue };
        let code = read_code(&path);
        for name in named_layers(&code) {
            match position(name) {
                Some(other) if other <= own_position => {}
                _ => wrong.push(format!("{} uses crate::{name}", path.display())),
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_module_is_a_layer_and_says_what_it_is_for() {
    for path in rust_files(&source()) {
        let name = layer(&path);
        assert!(LAYERS.contains(&name.as_str()) || ["lib", "main"].contains(&name.as_str()), "{name} is no layer");
        let code = fs::read_to_string(&path).unwrap();
        assert!(code.starts_with("//! "), "{} does not say what it is for", path.display());
        assert!(!code.contains("A place that a later commit fills"), "{} is empty", path.display());
    }
}

#[test]
fn what_is_special_stays_in_one_place() {
    let only = [
        ("miette::", "render/human"),
        ("reqwest::", "facts/http"),
        ("granit_parser::", "data/yaml"),
        ("println!(", "main.rs"),
        (".await", "facts/http"),
        ("process::Command", "source/git"),
        ("process::{Command", "source/git"),
        ("oxc_", "check/markup/script"),
        ("html5gum::", "document/html"),
    ];
    for path in rust_files(&source()) {
        let code = read_code(&path);
        let shown = path.strip_prefix(source()).unwrap().to_string_lossy().replace('\\', "/");
        for (token, home) in only {
            assert!(
                !code.contains(token) || shown.starts_with(home),
                "{shown} uses {token}, which belongs into {home}"
            );
        }
    }
}
