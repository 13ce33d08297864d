//! Fixes: what they promise of every text, what they write to disk, and when they refuse to.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what is wrong by failing")]

use std::{
    fs,
    io::Write,
    path::PathBuf,
    process::{Command, Output, Stdio},
};

use copydesk::{
    check::Fixing,
    example::{self, Stage},
    finding::fix::{Wanted, mend},
    rule::{Rules, catalog},
};
use tempfile::TempDir;

/// Each shipped rule that says it has fixes, on its own examples: what has a fix is gone after it, what was fixed needs no
/// second fix, and a rule is as safe as it says.
#[test]
fn every_example_that_has_a_fix_is_mended() {
    let mut wrong = Vec::new();
    let shared = catalog::shared().unwrap();
    for draft in catalog::shipped().unwrap() {
        let rule = draft.finish(&serde_json::Value::Null).unwrap();
        let (fixing, id) = (rule.check.fixing(), rule.id.clone());
        let rules = Rules { list: vec![draft.finish(&serde_json::Value::Null).unwrap()], shared: shared.clone() };
        let (mut safe, mut others) = (0, 0);
        for case in example::cases(&rule) {
            let stage = Stage::of(case).unwrap();
            let look = |origins| stage.look(origins, &rules);
            let before = look(stage.origins.clone());
            let fixes: Vec<_> = before.findings.iter().flat_map(|finding| &finding.fixes).collect();
            safe += fixes.iter().filter(|fix| fix.safe).count();
            others += fixes.iter().filter(|fix| !fix.safe).count();
            let after = mend(stage.origins.clone(), Wanted::All, None, look);
            let left: Vec<_> = after.report.findings.iter().map(|finding| &finding.message).collect();
            let mended = after.changes.values().map(|change| change.after()).collect::<Vec<_>>();
            if left.len() != before.findings.len() - fixes.len() {
                wrong.push(format!("{id} {}: {left:?} is left in {mended:?}", case.index + 1));
            }
        }
        let expected = match (safe, others) {
            (0, 0) => Fixing::No,
            (0, _) => Fixing::Unsafe,
            (_, 0) => Fixing::Safe,
            _ => Fixing::SomeSafe,
        };
        if fixing != expected {
            wrong.push(format!("{id}: {fixing:?}, but {safe} safe and {others} unsafe fixes in its examples"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A git repository in a temporary folder, with everything committed.
struct Repository {
    folder: TempDir,
}

#[derive(Debug)]
struct Ran {
    code: i32,
    out: String,
    err: String,
}

impl Repository {
    fn new(files: &[(&str, &str)]) -> Self {
        let repository = Self::bare(files);
        repository.git(&["init", "-q"]);
        repository.commit();
        repository
    }

    /// A folder without git.
    fn bare(files: &[(&str, &str)]) -> Self {
        let repository = Self { folder: tempfile::tempdir().unwrap() };
        files.iter().for_each(|(path, text)| repository.write(path, text));
        repository
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn write(&self, path: &str, text: &str) {
        fs::create_dir_all(self.path(path).parent().unwrap()).unwrap();
        fs::write(self.path(path), text).unwrap();
    }

    fn read(&self, path: &str) -> String {
        fs::read_to_string(self.path(path)).unwrap()
    }

    fn command(&self, program: &str, arguments: &[&str]) -> Command {
        let mut command = Command::new(program);
        command.args(arguments).current_dir(self.folder.path()).env("NO_COLOR", "1").env_remove("GITHUB_ACTIONS");
        command.env("GIT_CONFIG_GLOBAL", "/dev/null").env("GIT_CONFIG_NOSYSTEM", "1").stdin(Stdio::null());
        command
    }

    fn git(&self, arguments: &[&str]) {
        let who = ["-c", "user.name=a", "-c", "user.email=a@a.test", "-c", "commit.gpgsign=false"];
        let output = self.command("git", &[&who[..], arguments].concat()).output().unwrap();
        assert!(output.status.success(), "{output:?}");
    }

    fn commit(&self) {
        self.git(&["add", "-A"]);
        self.git(&["commit", "-qm", "state"]);
    }

    fn check(&self, arguments: &[&str]) -> Ran {
        let all = [&["check"], arguments].concat();
        Ran::from(self.command(env!("CARGO_BIN_EXE_copydesk"), &all).output().unwrap())
    }

    fn pipe(&self, program: &str, arguments: &[&str], input: &str) -> Ran {
        let mut command = self.command(program, arguments);
        let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        child.stdin.take().unwrap().write_all(input.as_bytes()).unwrap();
        Ran::from(child.wait_with_output().unwrap())
    }
}

impl From<Output> for Ran {
    fn from(output: Output) -> Self {
        Self {
            code: output.status.code().unwrap(),
            out: String::from_utf8(output.stdout).unwrap(),
            err: String::from_utf8(output.stderr).unwrap(),
        }
    }
}

const TRACKED: &str =
    "---\ntitle: A walk\n---\n\nSee [the map](https://a.test/?utm_source=chatgpt.com) of the hills.\n";
const MENDED: &str = "---\ntitle: A walk\n---\n\nSee [the map](https://a.test/) of the hills.\n";
const ADVERT: &str = "Bees sleep at night.\n\n---\nThanks for reading! If you liked this post, follow me for more.\n";

#[test]
fn fix_writes_what_is_safe_and_leaves_the_rest_of_the_file_as_it_is() {
    let text = format!("\u{feff}{}", TRACKED.replace('\n', "\r\n"));
    let repository = Repository::new(&[("a.md", &text), ("b.md", ADVERT)]);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(repository.path("a.md"), fs::Permissions::from_mode(0o640)).unwrap();
    }
    let ran = repository.check(&["--fix"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    assert_eq!(repository.read("a.md"), text.replace("?utm_source=chatgpt.com", ""));
    assert_eq!(repository.read("b.md"), ADVERT);
    assert!(
        ran.out.contains("1 finding fixed") && ran.out.contains("1 can be fixed with `--fix --unsafe-fixes`"),
        "{ran:?}"
    );
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        assert_eq!(fs::metadata(repository.path("a.md")).unwrap().permissions().mode() & 0o777, 0o640);
    }
    let left: Vec<_> = fs::read_dir(repository.folder.path()).unwrap().collect();
    assert_eq!(left.len(), 3, "no temporary file is left: {left:?}");

    let ran = repository.check(&["--fix", "--unsafe-fixes", "--allow-dirty"]);
    assert_eq!((ran.code, repository.read("b.md").as_str()), (0, "Bees sleep at night.\n"), "{ran:?}");
    assert!(!repository.check(&["--fix", "--unsafe-fixes"]).out.contains("fixed"));
}

#[test]
fn a_line_that_underlines_a_paragraph_is_set_apart_as_the_post_ends_its_lines() {
    let paragraph = "We walked along the beach until it was dark, and nobody said a word.\r\n";
    let text = format!("\u{feff}{paragraph}  ---\r\n\r\n{paragraph}-----  \r\nThe way home\r\n---\r\n");
    let repository = Repository::new(&[("a.md", &text)]);
    let ran = repository.check(&["--fix", "--select", "body-underlined"]);
    assert_eq!(ran.code, 0, "{ran:?}");
    let mended = text.replace("  ---\r\n", "\r\n  ---\r\n").replace("-----  ", "\r\n-----  ");
    assert_eq!(repository.read("a.md"), mended);
    assert!(!repository.check(&["--fix", "--allow-dirty", "--select", "body-underlined"]).out.contains("fixed"));
}

/// A rule below an advert goes with the advert, and is not set apart first.
#[test]
fn nothing_is_left_of_an_advert_between_two_lines() {
    let article = "We walked along the beach until it was dark, and nobody said a word.\n";
    let advert = "Thanks for reading! If you liked this post, please follow me for more.\n";
    let text = format!("{article}---\n{advert}---\n{advert}");
    let repository = Repository::new(&[("a.md", &text)]);
    let ran = repository.check(&["--fix", "--unsafe-fixes"]);
    assert_eq!((ran.code, repository.read("a.md").as_str()), (0, article), "{ran:?}");
}

#[test]
fn what_is_left_decides_how_the_run_ends() {
    let repository = Repository::new(&[("a.md", &TRACKED.replace("hills", "hills\n\n![the hill](url)"))]);
    let ran = repository.check(&["--fix", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&ran.out).unwrap();
    assert_eq!(ran.code, 1, "{ran:?}");
    assert_eq!(json["summary"]["fixed"], 1);
    assert_eq!(json["findings"].as_array().unwrap().len(), 1, "{ran:?}");
}

#[test]
fn a_diff_changes_nothing_and_git_applies_it() {
    let name = "日本/o\"dd.md";
    let repository = Repository::new(&[("a.md", TRACKED), (name, ADVERT), ("c.md", "Bees sleep at night.\n")]);
    let ran = repository.check(&["--diff", "--unsafe-fixes"]);
    assert_eq!(ran.code, 1, "{ran:?}");
    assert_eq!(repository.read("a.md"), TRACKED);
    assert!(ran.out.contains("-See [the map](https://a.test/?utm_source=chatgpt.com)"), "{ran:?}");
    assert!(ran.err.contains("2 fixes in 2 files"), "{ran:?}");
    let applied = repository.pipe("git", &["apply", "-"], &ran.out);
    assert_eq!(applied.code, 0, "{applied:?}");
    assert_eq!((repository.read("a.md").as_str(), repository.read(name).as_str()), (MENDED, "Bees sleep at night.\n"));
    let again = repository.check(&["--diff", "--unsafe-fixes"]);
    assert_eq!((again.code, again.out.as_str()), (0, ""), "{again:?}");
}

#[test]
fn a_file_that_could_not_be_had_back_is_not_fixed_unless_that_is_allowed() {
    let refuses = |repository: &Repository, arguments: &[&str], why: &str| {
        let ran = repository.check(arguments);
        assert!(ran.code == 2 && ran.err.contains(why) && ran.err.contains("a.md"), "{ran:?}");
        assert_eq!(repository.read("a.md"), TRACKED, "{ran:?}");
    };
    let fixes = |repository: &Repository, arguments: &[&str]| {
        let ran = repository.check(arguments);
        assert_eq!((ran.code, repository.read("a.md").as_str()), (0, MENDED), "{ran:?}");
    };
    let loose = Repository::bare(&[("a.md", TRACKED)]);
    refuses(&loose, &["--fix", "--allow-dirty"], "--allow-no-vcs");
    fixes(&loose, &["--fix", "--allow-no-vcs"]);

    let repository = Repository::new(&[("a.md", MENDED), ("other.md", "Bees sleep at night.\n")]);
    repository.write("a.md", TRACKED);
    repository.git(&["add", "a.md"]);
    refuses(&repository, &["--fix"], "--allow-staged");
    fixes(&repository, &["--fix", "--allow-staged"]);

    repository.git(&["add", "a.md"]);
    repository.write("a.md", TRACKED);
    refuses(&repository, &["--fix", "--allow-staged"], "--allow-dirty");
    fixes(&repository, &["--fix", "--allow-dirty"]);

    // Changes elsewhere are nobody's business; a file that git has never seen cannot be had back.
    repository.write("a.md", TRACKED);
    repository.commit();
    repository.write("other.md", "Bees sleep by day.\n");
    fixes(&repository, &["--fix"]);
    repository.git(&["rm", "-q", "--cached", "a.md"]);
    repository.git(&["commit", "-qm", "gone"]);
    repository.write("a.md", TRACKED);
    refuses(&repository, &["--fix"], "--allow-dirty");
    // Nothing to fix needs nothing to be clean.
    repository.write("a.md", MENDED);
    assert_eq!(repository.check(&["--fix"]).code, 0);
}

#[test]
fn standard_input_comes_out_mended() {
    let repository = Repository::bare(&[]);
    let ran = repository.pipe(env!("CARGO_BIN_EXE_copydesk"), &["check", "-", "--fix"], TRACKED);
    assert_eq!((ran.code, ran.out.as_str()), (0, MENDED), "{ran:?}");
    assert!(ran.err.contains("1 finding fixed"), "{ran:?}");
}

#[test]
fn unsafe_fixes_need_to_know_what_to_do_with_them() {
    let ran = Repository::bare(&[("a.md", TRACKED)]).check(&["--unsafe-fixes"]);
    assert!(ran.code == 2 && ran.err.contains("--diff --unsafe-fixes"), "{ran:?}");
}

#[test]
fn another_encoding_is_left_alone_and_this_is_said() {
    let repository = Repository::bare(&[]);
    let mut text = vec![0xff, 0xfe];
    text.extend(TRACKED.encode_utf16().flat_map(u16::to_le_bytes));
    fs::write(repository.path("a.md"), &text).unwrap();
    let ran = repository.check(&["--fix", "--allow-no-vcs"]);
    assert!(ran.err.contains("not fixed: a.md: it is UTF-16"), "{ran:?}");
    assert_eq!(fs::read(repository.path("a.md")).unwrap(), text);
}

#[cfg(unix)]
#[test]
fn a_link_stays_a_link_and_its_target_is_fixed_if_it_is_ours() {
    let outside = Repository::bare(&[("a.md", TRACKED)]);
    let repository = Repository::new(&[("real/a.md", TRACKED), ("copydesk.yaml", "")]);
    std::os::unix::fs::symlink("real/a.md", repository.path("link.md")).unwrap();
    std::os::unix::fs::symlink(outside.path("a.md"), repository.path("out.md")).unwrap();
    let ran = repository.check(&["--fix", "link.md", "out.md"]);
    assert!(ran.code == 2 && ran.out.contains("leads out of the repository"), "{ran:?}");
    assert_eq!(repository.read("real/a.md"), MENDED);
    assert!(fs::symlink_metadata(repository.path("link.md")).unwrap().is_symlink());
    assert_eq!(outside.read("a.md"), TRACKED);

    use std::os::unix::fs::PermissionsExt;
    let locked = Repository::new(&[("a.md", TRACKED), ("b.md", TRACKED)]);
    fs::set_permissions(locked.path("a.md"), fs::Permissions::from_mode(0o444)).unwrap();
    let ran = locked.check(&["--fix", "--allow-dirty", "--format", "concise"]);
    assert!(ran.code == 2 && ran.out.contains("a.md: it is read-only, and was not fixed"), "{ran:?}");
    assert!(
        ran.out.contains("a.md:5:30: warning[artifact-tracking]") && ran.out.contains("1 finding fixed"),
        "{ran:?}"
    );
    assert_eq!((locked.read("a.md").as_str(), locked.read("b.md").as_str()), (TRACKED, MENDED));
}
