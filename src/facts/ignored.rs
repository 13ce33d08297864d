//! Which files git leaves out: they are on this machine and nowhere else. Only git itself knows, because a file that
//! `.gitignore` names may have been added all the same.

use std::{collections::BTreeSet, path::Path};

use crate::source::git;

/// Those of `files`, relative to `root`, that are neither in git's index nor could be added without force. None where
/// git does not keep the project or is not there.
pub fn ignored(root: &Path, files: &BTreeSet<&str>) -> BTreeSet<String> {
    if files.is_empty() || git::repository(root).is_none() {
        return BTreeSet::new();
    }
    let paths = files.iter().flat_map(|file| file.bytes().chain([0])).collect();
    // 0: some are ignored; 1: none is; anything else is an error of git's, about which the check has nothing to say.
    match git::run(root, &["check-ignore", "-z", "--stdin"], paths) {
        Ok(answer) if matches!(answer.code, Some(0 | 1)) => {
            let paths = answer.out.split(|byte| *byte == 0).filter_map(|path| std::str::from_utf8(path).ok());
            paths.map(str::to_owned).collect()
        }
        _ => BTreeSet::new(),
    }
}
