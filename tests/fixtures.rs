//! Each site in `fixtures/` with a `.txt` beside it, and the exact output on it. `SNAPSHOTS=overwrite cargo test` renews
//! them; read the difference before you commit it.

use std::{fs, path::Path, process::Command};

#[test]
fn every_site_gives_its_output() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut sites = 0;
    for entry in fs::read_dir(root.join("fixtures")).unwrap() {
        let expected = entry.unwrap().path();
        if expected.extension().is_none_or(|ending| ending != "txt") {
            continue;
        }
        sites += 1;
        let site = format!("fixtures/{}", expected.file_stem().unwrap().to_string_lossy());
        let output = Command::new(env!("CARGO_BIN_EXE_copydesk"))
            .args(["check", &site])
            .current_dir(root)
            .env("NO_COLOR", "1")
            .env("COLUMNS", "100")
            .env_remove("GITHUB_ACTIONS")
            .output()
            .unwrap();
        let text = format!(
            "{}{}exit code {}\n",
            String::from_utf8(output.stdout).unwrap(),
            String::from_utf8(output.stderr).unwrap(),
            output.status.code().unwrap()
        );
        snapbox::assert_data_eq!(text, snapbox::Data::read_from(&expected, None).raw());
    }
    assert!(sites > 0);
}
