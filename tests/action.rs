//! The composite action: its scripts run here as the runner runs them, with what a stranger may put into inputs and names.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what is wrong by failing")]
#![cfg(unix)]

mod project;

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

use project::{Project, Ran};
use serde_json::Value;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");
const POST: &str = "---\ntitle: A walk\n---\n\nWe went up the hill.\n";
const BAD: &str = "---\ntitle: A walk\n---\n\n![the hill](url)\n";

fn yaml(path: &str) -> Value {
    serde_yaml::from_str(&fs::read_to_string(Path::new(ROOT).join(path)).unwrap()).unwrap()
}

/// The script of one step of the action.
fn script(id: &str) -> String {
    let action = yaml("action.yml");
    let steps = action["runs"]["steps"].as_array().unwrap();
    let step = steps.iter().find(|step| step["id"] == id || step["name"] == id).unwrap();
    step["run"].as_str().unwrap().to_owned()
}

/// What the runner would do: `shell: bash` of GitHub's documentation, inputs as variables.
fn step(project: &Project, id: &str, variables: &[(&str, &str)]) -> Ran {
    let outside = tempfile::tempdir().unwrap();
    let at = |name: &str| outside.path().join(name);
    fs::write(at("script.sh"), script(id)).unwrap();
    fs::write(at("output"), "").unwrap();
    let output = Command::new("bash")
        .args(["--noprofile", "--norc", "-e", "-o", "pipefail"])
        .arg(at("script.sh"))
        .current_dir(project.path())
        .env("COPYDESK", env!("CARGO_BIN_EXE_copydesk"))
        .env("SARIF", at("copydesk.sarif"))
        .env("STATE", at("copydesk.state"))
        .env("GITHUB_OUTPUT", at("output"))
        .env("GITHUB_ACTIONS", "true")
        .env_remove("GITHUB_STEP_SUMMARY")
        .env("SOURCE", ROOT)
        .envs([("PATHS", "."), ("SINCE", ""), ("ONLINE", "false"), ("BASELINE", ""), ("VERSION", "")])
        .envs([("FORMAT", "github"), ("FAIL_ON", "error")])
        .envs(variables.iter().copied())
        .stdin(Stdio::null())
        .output()
        .unwrap();
    let told = fs::read_to_string(at("output")).unwrap();
    let sarif = fs::read_to_string(at("copydesk.sarif")).unwrap_or_default();
    assert_eq!(told.contains("sarif="), !sarif.is_empty(), "{told}");
    let out = String::from_utf8(output.stdout).unwrap();
    Ran {
        code: output.status.code().unwrap(),
        out: format!("{out}{told}"),
        err: String::from_utf8(output.stderr).unwrap(),
    }
}

#[test]
fn the_action_passes_its_inputs_on() {
    let project = Project::repository(&[("a.md", POST), ("b c.md", BAD), ("d/e.md", BAD)]);
    let check = |variables: &[(&str, &str)]| step(&project, "check", variables);
    assert_eq!(check(&[("PATHS", "a.md")]).code, 0);
    assert_eq!(check(&[("PATHS", "")]).code, 1, "everything");
    let ran = check(&[("PATHS", "a.md\nb c.md\n\n")]);
    assert!(ran.code == 1 && ran.out.contains("::error file=b c.md") && !ran.out.contains("d/e.md"), "{ran:?}");
    assert_eq!(check(&[("SINCE", "main")]).code, 0, "nothing changed");
    let ran = check(&[("SINCE", "origin/nowhere")]);
    assert!(ran.code == 2 && ran.err.contains("no commit"), "{ran:?}");
    assert_eq!(check(&[("BASELINE", "none.baseline")]).code, 2);
    project.run(&["baseline"]);
    assert_eq!(check(&[("BASELINE", "copydesk.baseline")]).code, 0);
    assert_eq!(check(&[("ONLINE", "yes")]).code, 2);
    assert_eq!(check(&[("FORMAT", "concise"), ("FAIL_ON", "info")]).code, 0);
}

#[test]
fn nothing_from_outside_is_run() {
    let name = "$(touch owned)`touch owned`';touch owned;'\".md";
    let project = Project::repository(&[(name, BAD), ("-x.md", BAD), ("a.md", POST)]);
    let hostile =
        ["$(touch owned)", "' ; touch owned ; '", "\" ; `touch owned` ; \"", "-o=owned", "x\nsarif=/etc/passwd"];
    for text in hostile {
        for variable in ["PATHS", "SINCE", "ONLINE", "BASELINE", "FORMAT", "FAIL_ON"] {
            let ran = step(&project, "check", &[(variable, text)]);
            assert!(!project.path().join("owned").exists(), "{variable}={text}");
            assert_eq!(ran.code, 2, "{variable}={text}: {ran:?}");
            assert!(!ran.out.contains("\nsarif=/etc"), "{variable}={text}: {ran:?}");
        }
        let ran = step(&project, "name", &[("VERSION", text)]);
        assert!(ran.code == 2 && !ran.out.contains("key="), "{text}: {ran:?}");
        assert!(!project.path().join("owned").exists(), "VERSION={text}");
    }
    let ran = step(&project, "check", &[("PATHS", &format!("{name}\n-x.md"))]);
    assert!(ran.code == 1 && ran.out.contains("file=-x.md"), "{ran:?}");
    assert!(!project.path().join("owned").exists());
}

#[test]
fn what_is_installed_has_a_name_of_its_own() {
    let project = Project::new(&[]);
    let built = step(&project, "name", &[]);
    assert_eq!((built.code, built.out.trim().len()), (0, "key=".len() + 40), "{built:?}");
    assert_eq!(step(&project, "name", &[("VERSION", "0.1.0")]).out.trim(), "key=0.1.0");
}

/// With a program in the place of curl that gives what a release would.
#[test]
fn a_release_is_taken_only_as_its_sum_says() {
    let project = Project::new(&[("release/copydesk", "#!/bin/sh\necho released\n")]);
    let pack = "cd release && tar -czf copydesk-x86_64-unknown-linux-musl.tar.gz copydesk && \
                (sha256sum *.gz || shasum -a 256 *.gz) > copydesk-x86_64-unknown-linux-musl.tar.gz.sha256";
    assert!(Command::new("sh").args(["-c", pack]).current_dir(project.path()).status().unwrap().success());
    let release = project.path().join("release");
    project.write("tools/curl", format!("#!/bin/sh\ncp '{0}'/*.gz '{0}'/*.sha256 .\n", release.display()));
    project.write("root/x", "");
    let root = project.path().join("root");
    assert!(Command::new("chmod").arg("+x").arg(project.path().join("tools/curl")).status().unwrap().success());
    let path = format!("{}:{}", project.path().join("tools").display(), std::env::var("PATH").unwrap());
    let install = || {
        let (path, root) = (path.as_str(), root.to_str().unwrap());
        let runner = [("RUNNER_OS", "Linux"), ("RUNNER_ARCH", "X64"), ("VERSION", "0.1.0")];
        step(&project, "Install copydesk", &[&runner[..], &[("PATH", path), ("ROOT", root)]].concat())
    };
    let ran = install();
    assert!(ran.code == 0 && root.join("bin/copydesk").exists(), "{ran:?}");
    fs::remove_dir_all(root.join("bin")).unwrap();
    let archive = "release/copydesk-x86_64-unknown-linux-musl.tar.gz";
    project.write(archive, [fs::read(project.path().join(archive)).unwrap(), b"x".to_vec()].concat());
    let ran = install();
    assert!(ran.code != 0 && !root.join("bin/copydesk").exists(), "{ran:?}");
    let ran = step(
        &project,
        "Install copydesk",
        &[("RUNNER_OS", "Plan9"), ("RUNNER_ARCH", "X64"), ("VERSION", "0.1.0"), ("ROOT", "r")],
    );
    assert!(ran.code == 2 && ran.err.contains("no released copydesk"), "{ran:?}");
}

/// Every `uses` and `run` in a tree of YAML.
fn steps<'a>(tree: &'a Value, found: &mut Vec<(&'a str, &'a str)>) {
    match tree {
        Value::Object(map) => {
            for (key, value) in map {
                match (key.as_str(), value.as_str()) {
                    (name @ ("uses" | "run"), Some(text)) => found.push((name, text)),
                    _ => steps(value, found),
                }
            }
        }
        Value::Array(list) => list.iter().for_each(|one| steps(one, found)),
        _ => {}
    }
}

#[test]
fn actions_are_pinned_and_nothing_is_written_into_a_script() {
    let workflows = [".github/workflows/check.yml", ".github/workflows/release.yml", "src/run/init/github.yml"];
    for path in workflows.iter().chain(&["action.yml"]) {
        let tree = yaml(path);
        let mut found = Vec::new();
        steps(&tree, &mut found);
        assert!(!found.is_empty(), "{path}");
        for (kind, text) in found {
            let pinned = |text: &str| {
                text.split_once('@')
                    .is_some_and(|(_, hash)| hash.len() == 40 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()))
            };
            match kind {
                // Its own hash, nobody can write down beforehand.
                "uses" => assert!(pinned(text) || text == "copydesk/copydesk@v{version}", "{path}: {text}"),
                _ => assert!(!text.contains("${{"), "{path}: {text}"),
            }
        }
    }
    for path in workflows {
        let tree = yaml(path);
        assert_eq!(tree["permissions"], serde_json::json!({}), "{path}");
        let jobs = tree["jobs"].as_object().unwrap();
        assert!(
            jobs.values()
                .all(|job| job["permissions"].is_object() && job["timeout-minutes"].is_number()
                    || path.starts_with("src")),
            "{path}"
        );
    }
}
