//! `copydesk audit` on a small site whose posts would like to be more than text.

#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test says what is wrong by failing")]

mod project;
#[allow(dead_code, reason = "the other tests of the network need more of it")]
#[path = "network/server.rs"]
mod server;

use std::{
    fs,
    io::Write,
    path::Path,
    process::{Command, Stdio},
};

use project::Project;
use serde_json::Value;
use server::{Server, send};

const HOSTILE: &str = "</style><script>alert(1)</script><img src=x onerror=alert(2)>";

fn site() -> Project {
    let project = Project::new(&[("hugo.toml", "title = 'Bees'\n")]);
    for day in 1..=9 {
        let post = format!(
            "---\ntitle: \"{HOSTILE} {day}\"\ndate: 2024-0{day}-01\nauthor: \"{HOSTILE}\"\n---\n\nThe bees of day {day} went \
             out into the garden, and none of them came home before the\n\n![a](missing{day}.png \"{HOSTILE}\")\n"
        );
        project.write(&format!("content/posts/{day}.md"), post);
    }
    project.write("content/posts/<b>x\u{202e}.md", "---\ntitle: Wasps\n---\n\n![picture](url)\n");
    project
}

#[test]
fn the_page_holds_every_finding_and_no_content_as_markup() {
    let project = site();
    let ran = project.run(&["audit", "--offline", "--output", "page.html"]);
    assert_eq!((ran.code, ran.err.as_str()), (1, ""), "{ran:?}");
    assert!(ran.out.ends_with("Wrote page.html and page.json\n"), "{ran:?}");
    let page = project.read("page.html");
    for markup in ["<script", "<img", "<b>", "onerror=alert(2)>", "\u{202e}", "http-equiv=\"refresh\""] {
        assert!(!page.contains(markup), "{markup}");
    }
    assert!(page.contains("&lt;script&gt;alert(1)"), "the title is shown");
    assert!(page.contains("default-src 'none'"), "nothing may be loaded");
    let json: Value = serde_json::from_str(&project.read("page.json")).unwrap();
    let checked: Value = serde_json::from_str(&project.run(&["check", "--format", "json"]).out).unwrap();
    assert_eq!(json["findings"], checked["findings"]);
    for finding in checked["findings"].as_array().unwrap() {
        assert!(page.contains(finding["rule"].as_str().unwrap()), "{finding}");
    }
    assert_eq!(json["overview"]["posts"].as_array().unwrap().len(), 10);
    assert_eq!(json["overview"]["posts"][0]["month"], "2024-01");
}

#[test]
fn nothing_but_a_page_is_replaced_and_a_broken_site_is_not_green() {
    let project = site();
    project.write("notes.txt", "mine");
    let ran = project.run(&["audit", "--offline", "--output", "notes.txt"]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert_eq!(project.read("notes.txt"), "mine");
    let ran = Project::new(&[("a.txt", "")]).run(&["audit", "--offline"]);
    assert_eq!(ran.code, 2, "{ran:?}");
    assert!(ran.err.contains("no post"), "{ran:?}");
}

#[test]
fn what_is_known_is_marked_and_does_not_fail() {
    let project = site();
    assert_eq!(project.run(&["baseline"]).code, 0);
    let ran = project.run(&["audit", "--offline", "--output", "page.html"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let page = project.read("page.html");
    let json: Value = serde_json::from_str(&project.read("page.json")).unwrap();
    let findings = json["findings"].as_array().unwrap();
    assert!(findings.len() > 9 && findings.iter().all(|finding| finding["status"] == "known"), "{findings:?}");
    assert!(page.contains(&format!("<dt>of them known</dt><dd>{}</dd>", findings.len())));
    assert_eq!(page.matches("<details class=\"find\">").count(), findings.len(), "they are shown all the same");
    assert!(page.matches("<span class=\"level known\">known</span>").count() >= findings.len());
    assert_eq!(project.run(&["audit", "--offline", "--no-baseline"]).code, 1);
    project.write("content/posts/new.md", "---\ntitle: New\n---\n\n![picture](url)\n");
    assert_eq!(project.run(&["audit", "--offline"]).code, 1);
}

#[test]
fn a_lock_file_or_a_baseline_that_is_none_stops_the_audit() {
    for name in ["copydesk.lock", "copydesk.baseline"] {
        let project = site();
        project.write(name, "hello\n");
        let ran = project.run(&["audit", "--offline"]);
        assert!(ran.code == 2 && ran.err.contains(name), "{ran:?}");
        assert!(!project.path().join("copydesk-audit.html").exists());
    }
    let ran = site().run(&["audit", "--offline", "--state", "copydesk.state"]);
    assert!(ran.code == 2 && ran.err.contains("--state"), "{ran:?}");
}

#[test]
fn the_audit_remembers_remote_images_as_checks_do() {
    let server = Server::start(|_, stream| send(stream, "404 Not Found", &[], b""));
    let address = format!("http://127.0.0.1:{}/bee.png", server.port());
    let project = Project::new(&[("post.md", &format!("# Bees\n\nThey went home.\n\n![a bee]({address})\n"))]);
    let audit = ["audit", "--allow-private", "--output", "page.html"];
    let ran = project.run(&audit);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert!(!project.path().join("copydesk.state").exists(), "nobody asked for one");
    project.write(
        "copydesk.state",
        format!("{{\"copydesk-state\":1}}\n{{\"address\":\"{address}\",\"alive\":\"2026-01-01\"}}\n"),
    );
    let ran = project.run(&audit);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert!(project.read("page.html").contains("it was there on 2026-01-01 and first failed on "));
    assert!(project.read("copydesk.state").contains("\"times\":1"));
    assert_eq!(server.requests().len(), 2);
}

#[test]
fn every_finding_leads_to_its_excerpt() {
    let project = site();
    project.run(&["audit", "--offline", "--output", "page.html"]);
    let page = project.read("page.html");
    let places = page.matches("<span class=\"at\">").count();
    let links: Vec<&str> =
        page.split("<span class=\"at\"><a href=\"#").skip(1).map(|rest| rest.split('"').next().unwrap()).collect();
    assert!(places > 9 && links.len() == places, "{links:?}");
    for link in page.split("href=\"#").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert_eq!(page.matches(&format!("id=\"{link}\"")).count(), 1, "{link}");
    }
}

/// Needs Chromium; says so where there is none.
#[test]
fn a_browser_shows_the_page_without_a_complaint() {
    let Some(browser) = ["chromium", "chromium-browser", "google-chrome"].into_iter().find(|name| runs(name)) else {
        // Not by `eprintln!`, which the test runner keeps to itself.
        let said = "\nNOT CHECKED: no Chromium here, so nobody has looked at the page of the audit\n";
        std::io::stderr().write_all(said.as_bytes()).unwrap();
        return;
    };
    let project = site();
    project.run(&["audit", "--offline", "--output", "page.html"]);
    let shots = [("wide", 1280, "1"), ("narrow", 390, "1"), ("wide-dark", 1280, "0"), ("narrow-dark", 390, "0")];
    for (name, width, scheme) in shots {
        let shot = project.path().join(format!("{name}.png"));
        let arguments = [
            format!("--blink-settings=preferredColorScheme={scheme}"),
            format!("--window-size={width},1600"),
            format!("--screenshot={}", shot.display()),
        ];
        let output = open(browser, project.path(), "", &arguments);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!said.contains(":CONSOLE"), "{said}");
        let size = fs::metadata(&shot).map_or(0, |file| file.len());
        assert!(size > 10_000, "{name}: {size} bytes\n{said}");
    }
    let dom = open(browser, project.path(), "#f0", &["--dump-dom".to_owned()]).stdout;
    let dom = String::from_utf8_lossy(&dom);
    let before = &dom[..dom.find("id=\"f0\"").unwrap()];
    let opened = |class: &str| {
        before[before.rfind(&format!("<details class=\"{class}\"")).unwrap()..].split('>').next().unwrap()
    };
    assert!(
        opened("find").ends_with("open=\"\"") && opened("row rule").ends_with("open=\"\""),
        "a link opens both folds"
    );
    let shot = |name: &str| fs::read(project.path().join(format!("{name}.png"))).unwrap();
    assert_ne!(shot("wide"), shot("wide-dark"), "both themes");
}

fn runs(name: &str) -> bool {
    Command::new(name)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|it| it.success())
}

fn open(browser: &str, folder: &Path, fragment: &str, arguments: &[String]) -> std::process::Output {
    Command::new(browser)
        .args([
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-quic",
            "--no-first-run",
            "--enable-logging=stderr",
        ])
        .args([
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--host-resolver-rules=MAP * ~NOTFOUND",
        ])
        .arg(format!("--user-data-dir={}", folder.join("profile").display()))
        .args(arguments)
        .arg(format!("file://{}{fragment}", folder.join("page.html").display()))
        .stdin(Stdio::null())
        .output()
        .unwrap()
}
