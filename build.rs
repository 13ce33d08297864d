//! Lists `rules/*.yaml` for `include_str!`, so that a new rule is one new file and nothing else.

#![allow(clippy::expect_used, reason = "a build that fails here should fail loudly")]
use std::{env, fmt::Write, fs, path::Path};

fn main() {
    let root = env::var("CARGO_MANIFEST_DIR").expect("cargo sets CARGO_MANIFEST_DIR");
    let out = env::var("OUT_DIR").expect("cargo sets OUT_DIR");
    let mut code = String::new();
    for (name, folder) in [("RULES", "rules"), ("SHARED", "rules/shared"), ("SCHEMAS", "rules/schemas")] {
        println!("cargo::rerun-if-changed={folder}");
        let mut files: Vec<_> = fs::read_dir(Path::new(&root).join(folder))
            .expect("the folder of rules is there")
            .map(|entry| entry.expect("the folder of rules is readable").path())
            .filter(|path| path.extension().is_some_and(|ending| ending == "yaml"))
            .collect();
        files.sort();
        writeln!(code, "pub const {name}: &[(&str, &str)] = &[").expect("writing to a string");
        for file in files {
            let stem = file.file_stem().expect("a file has a name").to_string_lossy().into_owned();
            writeln!(code, "    ({stem:?}, include_str!({file:?})),").expect("writing to a string");
        }
        code.push_str("];\n");
    }
    fs::write(Path::new(&out).join("rules.rs"), code).expect("OUT_DIR is writable");
}
