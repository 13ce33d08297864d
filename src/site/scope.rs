//! Which files in its folder a generator makes pages of. What it does not build cannot stop its build.

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use super::{Generator, Site, path::below};

/// Folders whose documents in MDX are read by people and tests, not built.
const ASIDE: [&str; 8] =
    ["templates", "examples", "test", "tests", "__tests__", "fixtures", "__fixtures__", "node_modules"];
/// Names of documents about a repository, in lower case, without their endings.
const ABOUT: [&str; 5] = ["readme", "contributing", "changelog", "license", "code_of_conduct"];

impl Site {
    /// Whether the configuration says that the generator is to pass over the file at `path`, relative to the project's root.
    pub fn leaves_out(&self, path: &str) -> bool {
        self.left_out.is_match(path)
    }

    /// Whether the file at `path`, relative to the project's root, becomes a page; where that is not known, it does.
    pub fn builds(&self, path: &str) -> bool {
        if self.leaves_out(path) {
            return false;
        }
        let hidden = |part: &str| part.starts_with(['_', '.']);
        let mut inside = self.content.iter().filter_map(|folder| below(path, folder));
        match self.generator {
            // Collections are published from folders whose names begin so too.
            Generator::Jekyll if self.mounts.iter().any(|mount| below(path, &mount.folder).is_some()) => true,
            Generator::Jekyll | Generator::Hexo => {
                inside.any(|path| path.split('/').all(|part| !hidden(part) || matches!(part, "_posts" | "_drafts")))
            }
            Generator::Hugo => inside.next().is_some(),
            Generator::VitePress | Generator::VuePress => {
                inside.any(|path| !path.split('/').any(|part| part.starts_with('.') || part == "node_modules"))
            }
            Generator::Docusaurus => {
                let versions = ["versioned_docs", "i18n"];
                let rest = below(path, &self.root).unwrap_or(path);
                let of_versions = versions.iter().any(|folder| below(rest, folder).is_some());
                (of_versions || inside.next().is_some()) && !rest.split('/').any(|part| part.starts_with('_'))
            }
            Generator::Astro => {
                let rest = below(path, &self.root).unwrap_or(path);
                below(rest, "src").is_some() && !rest.split('/').any(hidden)
            }
            Generator::Next => {
                let rest = below(path, &self.root).unwrap_or(path);
                let stem = rest.rsplit('/').next().and_then(|name| name.split('.').next()).unwrap_or_default();
                let aside = |part: &str| hidden(part) || ASIDE.contains(&part);
                !rest.split('/').any(aside) && !ABOUT.contains(&stem.to_ascii_lowercase().as_str())
            }
            _ => true,
        }
    }
}

/// A file in other markup than Markdown, as far as its path tells what becomes of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Foreign {
    Post,
    /// A post if it has front matter.
    Perhaps,
    /// A page, a template or something else.
    No,
}

impl Site {
    /// What the generator makes of the file at `path`, relative to the project's root, which is not Markdown.
    pub fn foreign(&self, path: &str) -> Foreign {
        let Some((folders, name)) = path.rsplit_once('/') else { return Foreign::No };
        let ending = name.rsplit('.').next().unwrap_or_default().to_ascii_lowercase();
        let is_markdoc = matches!(ending.as_str(), "mdoc" | "markdoc");
        let in_content = || self.content.iter().any(|folder| below(path, folder).is_some());
        let is_post = match self.generator {
            _ if self.leaves_out(path) => false,
            Generator::Hugo => !is_markdoc && in_content(),
            Generator::Astro => is_markdoc && in_content(),
            // A folder of Jekyll and Hexo that holds nothing but posts.
            _ => !is_markdoc && folders.split('/').any(|folder| folder == "_posts"),
        };
        match (is_post, ending.as_str()) {
            (false, _) => Foreign::No,
            (true, "html" | "htm") => Foreign::Perhaps,
            (true, _) => Foreign::Post,
        }
    }
}

/// Globs as configurations write them: `*` stays within a folder. What is none is left out.
pub fn globs(patterns: impl IntoIterator<Item = impl AsRef<str>>) -> GlobSet {
    let build = |glob: &str| GlobBuilder::new(glob).literal_separator(true).build().ok();
    let mut set = GlobSetBuilder::new();
    patterns.into_iter().filter_map(|glob| build(glob.as_ref())).for_each(|glob| {
        set.add(glob);
    });
    set.build().unwrap_or_else(|_| GlobSet::empty())
}
