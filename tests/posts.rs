//! Posts that there is no room for are read again: the report stays the same, and a post that changed meanwhile is not
//! judged by what it was.

#![allow(clippy::unwrap_used, reason = "a test says what is wrong by failing")]

use std::{collections::BTreeSet, fs, path::Path};

use copydesk::{
    examine::examine_within,
    facts::{
        Fetch, Listed, Verdict, World,
        picture::{Sample, Unread},
    },
    finding::Report,
    rule::catalog,
    site::Sites,
    source::{Origin, origin::File},
};
use tempfile::TempDir;

/// Posts of all sorts, many of them with an advert, some cut off, two the same.
fn site() -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    let word = |at: usize| {
        let words = ["oak", "river", "hut", "storm", "bread", "lamp", "stone", "cart", "wolf", "bridge", "fog"];
        words[(at * at + at / 3) % 97 % words.len()]
    };
    let sentence =
        |at: usize| format!("The {} by the {} {} was {}.", word(at), word(at + 3), word(at * 5), word(at + 2));
    let story = |post: usize| (post * 90..post * 90 + 90).map(sentence).collect::<Vec<_>>().join(" ");
    for post in 0..30 {
        let advert = match post % 3 {
            0 => "\n\n---\n\nSubscribe to our newsletter and follow us on Twitter for more stories!",
            1 => "\n\nJoin RiverWalkers today: sign up at https://riverwalkers.test and get 20% off.",
            _ => "",
        };
        let matter = format!("---\ntitle: Journey {post}\ndate: 2024-03-{:02}\n---\n\n", post + 1);
        write(&format!("{post:02}.md"), &format!("{matter}{}{advert}\n", story(post)));
    }
    write("cut.md", &format!("---\ntitle: Cut\n---\n\n{}\n\nIn the evening we came to the\n", story(50)));
    for name in ["tale", "told-again"] {
        write(&format!("{name}.md"), &format!("---\ntitle: The {name}\n---\n\n{}\n", story(70)));
    }
    write("untitled.md", &format!("---\ntitel: No title\n---\n\n{}\n\n![](none.png)\n", story(60)));
    write("legacy.md", "---\ntitle: Odd\n---\n\nA bad\u{200b} word \u{202e}here.\n");
    folder
}

fn origins(folder: &Path) -> Vec<Origin> {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let origin = |entry: fs::DirEntry| {
        let path = entry.file_name().into_string().unwrap();
        Origin::File(File { path, file: entry.path(), subject: true })
    };
    entries.map(origin).collect()
}

fn examine(folder: &Path, room: usize, fetch: &dyn Fetch) -> Report {
    examine_within(room, origins(folder), &Sites::default(), &catalog::defaults().unwrap(), fetch)
}

#[test]
fn room_makes_no_difference() {
    let folder = site();
    let world = World::new(folder.path(), None);
    let [all, some, none] = [usize::MAX, 8_000, 0].map(|room| examine(folder.path(), room, &world));
    let told = |report: &Report| format!("{:#?} {:#?} {:?}", report.findings, report.summary.files, report.problems);
    let rules: BTreeSet<&str> = all.findings.iter().map(|finding| &*finding.rule).collect();
    for rule in ["footer-promotional", "body-truncated", "post-duplicate", "image-missing", "text-hidden"] {
        assert!(rules.contains(rule), "{rule} is not among {rules:?}");
    }
    for report in [some, none] {
        let places = |report: &Report| report.findings.iter().map(|one| (one.path.to_string(), one.span)).collect();
        let (found, expected): (Vec<_>, Vec<_>) = (places(&report), places(&all));
        assert_eq!(found, expected);
        assert!(told(&report) == told(&all), "the same places, but not the same words");
        for finding in &all.findings {
            let mark = |report: &Report| finding.span.of(&report.sources.text(&finding.path)).to_owned();
            assert_eq!(mark(&report), mark(&all));
        }
    }
}

/// A world in which a file becomes another one once the posts were read for the first time.
struct Restless {
    world: World,
    change: Box<dyn Fn() + Sync>,
}

impl Fetch for Restless {
    fn list(&self, folder: &str) -> Option<Vec<Listed>> {
        self.world.list(folder)
    }

    fn picture(&self, path: &str) -> Result<Sample, Unread> {
        self.world.picture(path)
    }

    fn ignored(&self, _: &BTreeSet<&str>) -> BTreeSet<String> {
        (self.change)();
        BTreeSet::new()
    }

    fn ask(&self, _: &[url::Url]) -> Option<Vec<Verdict>> {
        None
    }
}

#[test]
fn a_post_that_changes_meanwhile_is_not_checked() {
    let changes: [fn(&Path); 2] =
        [|file| fs::write(file, "Short now.\n").unwrap(), |file| fs::remove_file(file).unwrap()];
    for change in changes {
        let folder = site();
        let file = folder.path().join("cut.md");
        let world = World::new(folder.path(), None);
        let before = examine(folder.path(), 0, &world);
        assert!(before.findings.iter().any(|finding| &*finding.path == "cut.md"));
        let restless = Restless { world, change: Box::new(move || change(&file)) };
        let report = examine(folder.path(), 0, &restless);
        assert!(report.findings.iter().all(|finding| &*finding.path != "cut.md"));
        assert_eq!(report.problems.len(), 1);
        assert_eq!(report.problems[0].path, "cut.md");
        assert_eq!(report.problems[0].message, "it changed while it was checked");
        assert_eq!(report.summary.files, before.summary.files - 1);
    }
}
