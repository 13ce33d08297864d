//! `copydesk audit` on a small site whose posts would like to be more than text.

#![allow(clippy::unwrap_used, clippy::print_stderr, reason = "a test says what is wrong by failing, and what it skips")]

mod project;

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

use project::Project;
use serde_json::Value;

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

/// Needs Chromium; says so where there is none.
#[test]
fn a_browser_shows_the_page_without_a_complaint() {
    let Some(browser) = ["chromium", "chromium-browser", "google-chrome"].into_iter().find(|name| runs(name)) else {
        eprintln!("skipped: no Chromium here");
        return;
    };
    let project = site();
    project.run(&["audit", "--offline", "--output", "page.html"]);
    for (name, width, extra) in
        [("wide", 1280, "--mute-audio"), ("narrow", 390, "--blink-settings=preferredColorScheme=0")]
    {
        let shot = project.path().join(format!("{name}.png"));
        let output = open(browser, project.path(), width, extra, &shot);
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(!said.contains(":CONSOLE"), "{said}");
        let size = fs::metadata(&shot).map_or(0, |file| file.len());
        assert!(size > 10_000, "{name}: {size} bytes\n{said}");
    }
}

fn runs(name: &str) -> bool {
    Command::new(name)
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .is_ok_and(|it| it.success())
}

fn open(browser: &str, folder: &Path, width: u32, extra: &str, shot: &Path) -> std::process::Output {
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
            extra,
        ])
        .arg(format!("--user-data-dir={}", folder.join("profile").display()))
        .arg(format!("--window-size={width},1600"))
        .arg(format!("--screenshot={}", shot.display()))
        .arg(format!("file://{}", folder.join("page.html").display()))
        .stdin(Stdio::null())
        .output()
        .unwrap()
}
