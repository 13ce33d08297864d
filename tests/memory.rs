//! What `check --online` remembers between runs: the real binary, a server on loopback, and days that the test chooses.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test says what is wrong by failing")]

mod project;
#[allow(dead_code, reason = "the other tests of the network need more of it")]
#[path = "network/server.rs"]
mod server;

use std::{
    fs,
    path::Path,
    process::{Command, Output},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use project::Project;
use server::{Server, send, send_as_is};
use tempfile::TempDir;

const PNG: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\0\x01\0\0\0\x01\x08\0\0\0\0\0\0\0\0\0\0\0\0IEND\xaeB`\x82";

/// A server whose picture comes and goes.
fn gallery() -> (Server, Arc<AtomicBool>) {
    let there = Arc::new(AtomicBool::new(true));
    let open = Arc::clone(&there);
    let server = Server::start(move |request, stream| match request.path.as_str() {
        "/kite.png" if !open.load(Ordering::SeqCst) => send(stream, "404 Not Found", &[], b""),
        "/kite.png" if request.head.contains("if-none-match: \"k1\"") => {
            send_as_is(stream, "304 Not Modified", &[], b"");
        }
        "/kite.png" => send(stream, "200 OK", &["ETag: \"k1\""], PNG),
        "/guarded.png" if request.head.contains("referer:") => send(stream, "200 OK", &[], PNG),
        "/guarded.png" => send(stream, "403 Forbidden", &[], b""),
        "/page.png" => send(stream, "200 OK", &[], b"<!doctype html><p>gone"),
        "/busy.png" => send(stream, "451 No", &[], b""),
        _ => send(stream, "404 Not Found", &[], b""),
    });
    (server, there)
}

fn run(folder: &Path, day: u64, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_copydesk"))
        .current_dir(folder)
        .env("SOURCE_DATE_EPOCH", (day * 86_400).to_string())
        .args(["check", "--online", "--allow-private", "--format", "concise"])
        .args(arguments)
        .output()
        .unwrap()
}

fn shown(output: &Output) -> String {
    String::from_utf8_lossy(&[&output.stdout[..], &output.stderr].concat()).into_owned()
}

fn project(post: &str) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("post.md"), post).unwrap();
    folder
}

#[test]
fn an_address_that_worked_before_may_have_some_bad_days() {
    let (server, there) = gallery();
    let address = format!("http://127.0.0.1:{}/kite.png", server.port());
    let project = project(&format!("# Kites\n\nA long day at the sea.\n\n![a kite]({address})\n"));
    let state = project.path().join("copydesk.state");
    let day = |day: u64, arguments: &[&str]| {
        let output = run(project.path(), day, arguments);
        (output.status.code().unwrap(), shown(&output))
    };
    assert_eq!(day(20_000, &["--state", "copydesk.state"]).0, 0);
    let line = format!("{{\"address\":\"{address}\",\"alive\":\"2024-10-04\",\"etag\":\"\\\"k1\\\"\"}}\n");
    assert_eq!(fs::read_to_string(&state).unwrap(), format!("{{\"copydesk-state\":1}}\n{line}"));
    assert_eq!(day(20_001, &[]).0, 0, "the file beside the configuration is used once it is there");
    assert!(server.requests()[1].head.contains("if-none-match: \"k1\""));

    there.store(false, Ordering::SeqCst);
    let (code, said) = day(20_002, &[]);
    assert!(code == 0 && said.contains("warning[image-unreachable]"), "{said}");
    assert!(said.contains("it was there on 2024-10-05 and first failed on 2024-10-06"), "{said}");
    let written = fs::read(&state).unwrap();
    assert_eq!(day(20_002, &[]).0, 0, "a second run on the same day learns nothing");
    assert_eq!(fs::read(&state).unwrap(), written);
    assert_eq!(day(20_003, &[]).0, 0);
    assert_eq!(day(20_004, &[]).0, 0, "the third day, but only two days after the first");
    let (code, said) = day(20_005, &[]);
    assert!(code == 1 && said.contains("error[image-unreachable]") && !said.contains("first failed"), "{said}");

    there.store(true, Ordering::SeqCst);
    assert_eq!(day(20_006, &[]).0, 0);
    assert!(!fs::read_to_string(&state).unwrap().contains("since"));
    there.store(false, Ordering::SeqCst);
    assert_eq!(day(20_007, &[]).0, 0, "counted afresh");
}

#[test]
fn a_line_that_changed_has_no_bad_days() {
    let (server, there) = gallery();
    let image = format!("![a kite](http://127.0.0.1:{}/kite.png)\n", server.port());
    let post = format!("# Kites\n\nA long day at the sea.\n\n{image}");
    let project = Project::repository(&[("post.md", &post)]);
    let found = |arguments: &[&str]| {
        let output = run(project.path(), 20_001, arguments);
        let said = shown(&output);
        let found = said.lines().filter_map(|line| line.split_once("[image-unreachable]")).map(|(place, _)| place);
        (output.status.code().unwrap(), found.map(str::to_owned).collect::<Vec<_>>())
    };
    assert_eq!(run(project.path(), 20_000, &["--state", "copydesk.state"]).status.code(), Some(0));
    project.commit("alive");
    there.store(false, Ordering::SeqCst);
    project.write("post.md", format!("{post}\n{image}"));
    let both = ["post.md:5:11: warning", "post.md:7:11: warning"].map(str::to_owned).to_vec();
    assert_eq!(found(&[]), (0, both), "nobody says what changed");
    assert_eq!(found(&["--since", "HEAD"]), (1, vec!["post.md:7:11: error".to_owned()]));
    let whole = ["post.md:5:11: warning", "post.md:7:11: error"].map(str::to_owned).to_vec();
    assert_eq!(found(&["--since", "HEAD", "--changed-files"]), (1, whole.clone()));
    assert_eq!(found(&["--staged"]), (0, vec![]), "nothing is staged");
    project.git(&["add", "post.md"]);
    assert_eq!(found(&["--staged"]), (1, vec!["post.md:7:11: error".to_owned()]));
    assert_eq!(found(&["--staged", "--changed-files"]), (1, whole));
    project.write("copydesk.yaml", "rules: {image-unreachable: warning}\n");
    assert_eq!(found(&["--since", "HEAD"]), (0, vec!["post.md:7:11: warning".to_owned()]), "as the project wants it");
    project.remove("copydesk.yaml");

    project.git(&["reset", "--quiet", "--hard"]);
    project.git(&["mv", "post.md", "kites.md"]);
    project.commit("moved");
    assert_eq!(found(&["--since", "HEAD~"]), (0, vec!["kites.md:5:11: warning".to_owned()]), "the line is old");
    project.write("new.md", &post);
    assert_eq!(found(&["--since", "HEAD"]), (1, vec!["new.md:5:11: error".to_owned()]));
}

#[test]
fn a_changed_file_of_that_name_brings_no_old_dead_address() {
    let (server, _) = gallery();
    let post = format!("# Covers\n\nAt the sea.\n\n![a](http://127.0.0.1:{}/gone/cover.png)\n", server.port());
    let project = Project::repository(&[("post.md", &post), ("gone/cover.png", "")]);
    project.write("gone/cover.png", PNG);
    let ran = |more: &[&str]| run(project.path(), 20_000, more);
    assert!(shown(&ran(&[])).contains("post.md:5:6: error[image-unreachable]"));
    let output = ran(&["--since", "HEAD"]);
    assert!(output.status.success() && !shown(&output).contains("image-unreachable"), "{}", shown(&output));
    // Whoever asks for whole changed files is told of all that is wrong in them.
    project.write("post.md", format!("{post}\nWe went home.\n"));
    assert!(ran(&["--since", "HEAD"]).status.success());
    assert_eq!(ran(&["--since", "HEAD", "--changed-files"]).status.code(), Some(1));
}

#[test]
fn two_branches_merge_what_they_learnt() {
    let (server, there) = gallery();
    let image = |name: &str| format!("![a]({})\n\n", address(&server, name));
    let project = Project::repository(&[
        ("post.md", &format!("# Kites\n\nAt the sea.\n\n{}", image("kite"))),
        (".gitattributes", "copydesk.state merge=union\n"),
    ]);
    let learn = |day| run(project.path(), day, &["--state", "copydesk.state"]);
    assert!(learn(20_000).status.success());
    project.commit("alive");
    project.git(&["switch", "--quiet", "--create", "other"]);
    there.store(false, Ordering::SeqCst);
    project.write("new.md", format!("# More\n\nAt the lake.\n\n{}", image("guarded")));
    assert!(learn(20_002).status.success());
    project.commit("dead for a day");
    project.git(&["switch", "--quiet", "main"]);
    there.store(true, Ordering::SeqCst);
    assert!(learn(20_001).status.success());
    project.commit("still alive");
    project.git(&["merge", "--quiet", "--message", "both", "other"]);
    let merged = project.read("copydesk.state");
    assert_eq!(merged.matches("kite.png").count(), 2, "git keeps both: {merged}");

    there.store(false, Ordering::SeqCst);
    let output = learn(20_003);
    assert!(output.status.success(), "{}", shown(&output));
    let line = format!(
        "{{\"address\":\"{}\",\"alive\":\"2024-10-05\",\"failed\":\"2024-10-07\",\"since\":\"2024-10-06\",\"times\":2}}\n",
        address(&server, "kite")
    );
    assert_eq!(project.read("copydesk.state"), format!("{{\"copydesk-state\":1}}\n{line}"));
}

fn address(server: &Server, name: &str) -> String {
    format!("http://127.0.0.1:{}/{name}.png", server.port())
}

#[test]
fn no_proxy_of_the_environment_is_asked() {
    let (server, _) = gallery();
    let (proxy, _) = gallery();
    let post = format!("# Kites\n\nAt the sea.\n\n![a](http://127.0.0.1:{}/kite.png)\n", server.port());
    let project = project(&post);
    let mut command = Command::new(env!("CARGO_BIN_EXE_copydesk"));
    for name in ["HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"] {
        command.env(name, format!("http://127.0.0.1:{}", proxy.port()));
    }
    let output = command
        .env_remove("NO_PROXY")
        .env_remove("no_proxy")
        .current_dir(project.path())
        .args(["check", "--online", "--allow-private"])
        .output()
        .unwrap();
    assert!(output.status.success(), "{}", shown(&output));
    assert_eq!((server.requests().len(), proxy.requests().len()), (1, 0));
}

#[test]
fn an_address_that_never_worked_is_an_error_at_once() {
    let (server, _) = gallery();
    let project = project(&format!("# Kites\n\nAt the sea.\n\n![a](http://127.0.0.1:{}/none.png)\n", server.port()));
    for day in [20_000, 20_001] {
        assert_eq!(run(project.path(), day, &["--state", "s"]).status.code(), Some(1));
    }
}

#[test]
fn a_state_file_that_is_none_stops_the_run_and_stays_as_it_is() {
    let project = project("# Kites\n\nAt the sea.\n");
    let state = project.path().join("copydesk.state");
    for text in [
        "root:x:0:0:\n",
        "{\"copydesk-state\":1}\n<<<<<<< ours\n",
        "{\"copydesk-state\":1}\n{\"address\":\"\u{1b}]0;x\u{7}\"\n",
        "{\"copydesk-state\":99}\n",
    ] {
        fs::write(&state, text).unwrap();
        let output = run(project.path(), 20_000, &[]);
        let said = shown(&output);
        assert_eq!(output.status.code(), Some(2), "{said}");
        assert!(said.contains("copydesk.state") && !said.contains('\u{7}'), "{said:?}");
        assert_eq!(fs::read_to_string(&state).unwrap(), text);
    }
    assert_eq!(run(project.path(), 20_000, &["--state", "other.state"]).status.code(), Some(0));
    #[cfg(unix)]
    {
        fs::remove_file(&state).unwrap();
        std::os::unix::fs::symlink("/etc/passwd", &state).unwrap();
        let output = run(project.path(), 20_000, &[]);
        assert_eq!(output.status.code(), Some(2));
        assert!(shown(&output).contains("not a plain file") && !shown(&output).contains("root:"));
    }
}

#[test]
fn every_address_has_one_verdict_and_each_host_is_named_once() {
    let (server, _) = gallery();
    let port = server.port();
    let names = ["kite", "guarded", "page", "busy", "gone", "kite"];
    let mut post: String = names.iter().map(|name| format!("![a](http://127.0.0.1:{port}/{name}.png)\n\n")).collect();
    post += &format!("![a](http://localhost:{port}/busy.png) ![b](https://[::1/y.png) ![c](http://xn--a/x.png)\n");
    let project = project(&format!("# Kites\n\nAt the sea.\n\n{post}"));
    let arguments = ["check", "--online", "--allow-private"];
    let output = |more: &[&str]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_copydesk"));
        command.current_dir(project.path()).args(arguments).args(more).output().unwrap()
    };
    let report = output(&["--format", "json", "--fail-on-unverified"]);
    let report: serde_json::Value = serde_json::from_slice(&report.stdout).unwrap();
    let rules: Vec<&str> =
        report["findings"].as_array().unwrap().iter().map(|finding| finding["rule"].as_str().unwrap()).collect();
    let malformed = "image-malformed";
    assert_eq!(rules, ["image-hotlink", "image-not-an-image", "image-unreachable", malformed, malformed]);
    assert_eq!(
        report["summary"]["remote"],
        serde_json::json!({"alive": 1, "dead": 1, "not-an-image": 1, "hotlink": 1, "unverified": 2})
    );
    let hosts = report["summary"]["unverified-hosts"].as_array().unwrap();
    let listed: Vec<(&str, u64)> =
        hosts.iter().map(|host| (host["host"].as_str().unwrap(), host["addresses"].as_u64().unwrap())).collect();
    assert_eq!(listed, [("127.0.0.1", 1), ("localhost", 1)]);
    let said = shown(&output(&["--ignore", "image-*", "--color", "never"]));
    assert!(said.contains("unverified: 451 Unavailable For Legal Reasons: 127.0.0.1 (1), localhost (1)\n"), "{said}");

    fs::write(project.path().join("post.md"), format!("# K\n\nAt sea.\n\n![a](http://127.0.0.1:{port}/busy.png)\n"))
        .unwrap();
    assert_eq!(output(&[]).status.code(), Some(0), "never unless asked");
    assert_eq!(output(&["--fail-on-unverified"]).status.code(), Some(1));
}
