//! Folders beside each other that hold the same files: the languages or versions of one site. What is below them is of
//! one kind, however far a translation has come.

use std::collections::{HashMap, HashSet};

/// Folders that share fewer files with the others beside them are no mirrors.
const SHARED: usize = 5;
/// Stands for the name of a mirrored folder, as a glob has it.
pub const ANY: &str = "*";

/// The folders that mirror others beside them.
#[derive(Debug, Default)]
pub struct Mirrors<'a>(HashSet<&'a str>);

/// What stands in the folders beside each other.
#[derive(Default)]
struct Beside<'a> {
    /// Files of each folder, as paths inside of it.
    folders: HashMap<&'a str, Vec<&'a str>>,
    /// In how many of the folders a file is.
    files: HashMap<&'a str, usize>,
}

impl<'a> Mirrors<'a> {
    /// `paths` come once each.
    pub fn find(paths: impl Iterator<Item = &'a str>) -> Self {
        let mut above: HashMap<&str, Beside<'a>> = HashMap::new();
        for path in paths.filter(|path| has_name(path)) {
            let mut start = 0;
            for (at, _) in path.match_indices('/') {
                let beside = above.entry(&path[..start]).or_default();
                beside.folders.entry(&path[..at]).or_default().push(&path[at + 1..]);
                *beside.files.entry(&path[at + 1..]).or_default() += 1;
                start = at;
            }
        }
        Self(above.values().flat_map(Beside::mirrors).collect())
    }

    /// `folder` with a star for each mirrored one in it.
    pub fn folded(&self, folder: &str) -> String {
        let mut end = 0;
        let mut folded = String::with_capacity(folder.len());
        for name in folder.split('/') {
            end += name.len();
            folded.push_str(if self.0.contains(&folder[..end]) { ANY } else { name });
            folded.push('/');
            end += 1;
        }
        folded.pop();
        folded
    }
}

impl<'a> Beside<'a> {
    /// Folders of whose files another one has half, and those that have half of what such folders share: the original
    /// has more files than its translations.
    fn mirrors(&self) -> Vec<&'a str> {
        let shared = |folder: &str, with: &HashMap<&str, usize>, least: usize| {
            self.folders[folder].iter().filter(|file| with.get(**file).is_some_and(|count| *count >= least)).count()
        };
        let all: Vec<(&str, usize)> =
            self.folders.keys().map(|folder| (*folder, shared(folder, &self.files, 2))).collect();
        let is_copy = |folder: &str, shared: usize| shared >= SHARED && shared * 2 >= self.folders[folder].len();
        let copies = all.iter().filter(|(folder, shared)| is_copy(folder, *shared));
        let Some(most) = copies.clone().map(|(_, shared)| *shared).max() else { return Vec::new() };
        let mut copied: HashMap<&str, usize> = HashMap::new();
        for file in copies.flat_map(|(folder, _)| &self.folders[folder]) {
            *copied.entry(file).or_default() += 1;
        }
        let has_half = |folder: &str| shared(folder, &copied, 1) * 2 >= most;
        all.into_iter()
            .filter(|(folder, shared)| is_copy(folder, *shared) || has_half(folder))
            .map(|(f, _)| f)
            .collect()
    }
}

/// Whether a file is called by a word: numbers and dates come up in folders of any kind.
fn has_name(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.split('.').next().is_some_and(|stem| stem.contains(char::is_alphabetic))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folded(paths: &[String], folder: &str) -> String {
        Mirrors::find(paths.iter().map(String::as_str)).folded(folder)
    }

    #[test]
    fn languages_mirror_each_other_and_the_original_with_more_files() {
        let pages = |language: &str, count: usize| {
            (0..count).map(|at| format!("content/{language}/docs/page-{at}.md")).collect::<Vec<_>>()
        };
        let news = (0..40).map(|at| format!("content/en/news/{at}.md"));
        let notes = (0..40).map(|at| format!("content/notes/{at}.md"));
        let paths: Vec<String> = pages("en", 20)
            .into_iter()
            .chain(pages("fr", 12))
            .chain(pages("ja", 20))
            .chain(news)
            .chain(notes)
            .collect();
        assert_eq!(folded(&paths, "content/fr/docs"), "content/*/docs");
        assert_eq!(folded(&paths, "content/en/news"), "content/*/news");
        assert_eq!(folded(&paths, "content/notes"), "content/notes");
    }

    #[test]
    fn numbers_are_no_names() {
        let file = |at: usize| format!("content/{}/{}.md", ["posts", "notes"][at % 2], at / 2);
        let paths: Vec<String> = (0..50).map(file).collect();
        assert_eq!(folded(&paths, "content/posts"), "content/posts");
    }

    #[test]
    fn posts_in_folders_of_their_own_mirror_nothing() {
        let paths: Vec<String> = (0..50).map(|at| format!("posts/post-{at}/index.md")).collect();
        assert_eq!(folded(&paths, "posts/post-7"), "posts/post-7");
        assert_eq!(folded(&paths, ""), "");
    }
}
