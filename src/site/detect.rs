//! Which sites a project holds, from the names of files and the settings that are cheap to read. Configuration that is
//! a program is never run: only addresses written out in it are taken, and they only add places to look in.

mod hexo;
mod hugo;
mod jekyll;
mod program;

use std::{cell::RefCell, collections::BTreeSet};

use super::{Generator, Setting, Site, Sites, path::join, scope};
use crate::{
    data::{Entry, Node, SyntaxError, toml, yaml},
    source::{Lines, Span},
};

/// What detection may look at. Paths are relative to the project's root, with `/`.
pub trait Look {
    /// The names in a folder; none where there is no such folder.
    fn names(&self, folder: &str) -> Vec<String>;
    /// A small text file.
    fn text(&self, path: &str) -> Option<String>;
}

/// Where Hexo publishes posts unless told otherwise.
pub const HEXO_PERMALINK: &str = ":year/:month/:day/:title/";

/// Folders of posts and of files that are published as they are, below the site's own folder.
pub const fn usual_folders(generator: Generator) -> (&'static [&'static str], &'static [&'static str]) {
    match generator {
        Generator::VitePress => (&[""], &["public"]),
        Generator::VuePress => (&[""], &[".vuepress/public"]),
        Generator::Docusaurus => (&["docs", "blog", "src/pages"], &["static"]),
        Generator::Astro => (&["src/content", "src/pages"], &["public"]),
        Generator::Hugo | Generator::Zola => (&["content"], &["static"]),
        Generator::Jekyll => (&[""], &[""]),
        Generator::Hexo => (&["source"], &["source"]),
        Generator::MkDocs => (&["docs"], &["docs"]),
        Generator::Pelican => (&[""], &[""]),
        Generator::Next => (&["content", "pages", "posts", "src"], &["public"]),
        Generator::MdBook => (&["src"], &["src"]),
        Generator::Eleventy => (&["", "src", "content"], &["public", "static", "src", ""]),
        Generator::Obsidian => (&[""], &[""]),
        Generator::Plain => (
            &[""],
            &[
                "",
                "static",
                "public",
                "source",
                "docs",
                "src",
                "assets",
                "content",
                // VuePress.
                ".vuepress/public",
            ],
        ),
    }
}

/// The sites around `folders`, the folders that hold posts: each of them and all above it are looked at once. A file
/// belongs to the nearest site above it.
pub fn detect<'a>(folders: impl Iterator<Item = &'a str>, world: &dyn Look) -> Sites {
    let mut wanted = BTreeSet::from([String::new()]);
    for folder in folders {
        let mut folder = folder;
        while !folder.is_empty() && wanted.insert(folder.to_owned()) {
            folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
        }
    }
    Sites::new(wanted.iter().filter_map(|folder| site_in(folder, world)).collect())
}

fn site_in(folder: &str, world: &dyn Look) -> Option<Site> {
    let here = Here { folder, names: world.names(folder), world, fault: RefCell::default() };
    let (generator, marker) = here.generator()?;
    let mut site = Site::new(generator, folder);
    site.because = join(folder, &marker);
    here.configure(&mut site, &marker);
    site.fault = here.fault.take();
    Some(site)
}

/// A folder that may be a site's.
struct Here<'a> {
    folder: &'a str,
    names: Vec<String>,
    world: &'a dyn Look,
    /// As [`Site::fault`].
    fault: RefCell<String>,
}

impl Here<'_> {
    fn has(&self, name: &str) -> bool {
        self.names.iter().any(|known| known == name)
    }

    fn first(&self, names: &[&str]) -> Option<String> {
        names.iter().find(|name| self.has(name)).map(|name| (*name).to_owned())
    }

    /// A file such as `astro.config.mjs`.
    fn script(&self, stem: &str) -> Option<String> {
        let is = |name: &&String| {
            name.strip_prefix(stem)
                .is_some_and(|rest| matches!(rest, ".js" | ".mjs" | ".cjs" | ".ts" | ".mts" | ".cts"))
        };
        self.names.iter().find(is).cloned()
    }

    fn text(&self, name: &str) -> String {
        self.world.text(&join(self.folder, name)).unwrap_or_default()
    }

    fn generator(&self) -> Option<(Generator, String)> {
        let found = |generator| move |marker: String| (generator, marker);
        self.first(&[".vitepress"])
            .map(found(Generator::VitePress))
            .or_else(|| self.first(&[".vuepress"]).map(found(Generator::VuePress)))
            .or_else(|| self.script("docusaurus.config").map(found(Generator::Docusaurus)))
            .or_else(|| self.script("astro.config").map(found(Generator::Astro)))
            .or_else(|| self.first(&["hugo.toml", "hugo.yaml", "hugo.yml", "hugo.json"]).map(found(Generator::Hugo)))
            .or_else(|| self.first(&["zola.toml"]).map(found(Generator::Zola)))
            .or_else(|| self.config_with_content())
            .or_else(|| self.underscore_config())
            .or_else(|| self.first(&["mkdocs.yml", "mkdocs.yaml"]).map(found(Generator::MkDocs)))
            .or_else(|| self.pelican_config())
            .or_else(|| {
                self.script("eleventy.config").or_else(|| self.script(".eleventy")).map(found(Generator::Eleventy))
            })
            .or_else(|| self.script("next.config").map(found(Generator::Next)))
            .or_else(|| self.first(&["book.toml"]).map(found(Generator::MdBook)))
            .or_else(|| self.first(&[".obsidian"]).map(found(Generator::Obsidian)))
            .or_else(|| {
                let is_hexo = self.posts_in_source() && !self.has_ruby();
                is_hexo.then(|| (Generator::Hexo, "source/_posts".to_owned()))
            })
    }

    /// Whether posts are where Hexo looks for them, and Octopress.
    fn posts_in_source(&self) -> bool {
        let posts = || self.world.names(&join(self.folder, "source")).iter().any(|name| name == "_posts");
        self.has("source") && posts()
    }

    /// The files of Ruby that come with Octopress.
    fn has_ruby(&self) -> bool {
        self.has("Gemfile") || self.has("Rakefile")
    }

    /// `config.toml` is Zola's where it sets `base_url`, and Hugo's otherwise.
    fn config_with_content(&self) -> Option<(Generator, String)> {
        let is_hugo = self.has("content") || self.has("archetypes") || self.has("layouts");
        if self.has("config.toml") && self.has("content") && self.text("config.toml").contains("base_url") {
            return Some((Generator::Zola, "config.toml".to_owned()));
        }
        if is_hugo && let Some(name) = self.first(&["config.toml", "config.yaml", "config.yml", "config.json"]) {
            return Some((Generator::Hugo, name));
        }
        let split = self.has("config") && !self.world.names(&join(self.folder, "config/_default")).is_empty();
        (split && is_hugo).then(|| (Generator::Hugo, "config/_default".to_owned()))
    }

    /// `_config.yml` is shared by Jekyll and Hexo.
    fn underscore_config(&self) -> Option<(Generator, String)> {
        let name = self.first(&["_config.yml", "_config.yaml", "_config.toml"])?;
        let package = if self.has("package.json") { self.text("package.json") } else { String::new() };
        // Octopress keeps Jekyll's posts where Hexo does.
        let is_in_source = self.posts_in_source();
        let says = |key| self.text(&name).lines().any(|line| line.starts_with(key));
        let is_octopress = is_in_source && (self.has_ruby() || says("source:") && !says("source_dir:"));
        if package.contains("\"hexo\"") || self.has("scaffolds") || (is_in_source && !is_octopress) {
            return Some((Generator::Hexo, name));
        }
        let jekyll = is_octopress
            || ["_posts", "_layouts", "_includes", "_drafts", "Gemfile", "_sass"].iter().any(|name| self.has(name));
        // Its own keys, or a theme, a plugin or a renderer that only it has.
        let own = |line: &str| {
            let said = line.split('#').next().unwrap_or_default();
            ["baseurl:", "collections:", "remote_theme:"].iter().any(|key| said.starts_with(key))
                || ["jekyll", "kramdown", "theme: minima", "theme: just-the-docs"]
                    .iter()
                    .any(|word| said.contains(word))
        };
        // Jupyter Book has a file of that name too.
        let jekyll = jekyll || !self.has("_toc.yml") && self.text(&name).lines().any(own);
        jekyll.then_some((Generator::Jekyll, name))
    }

    /// A plugin of Pelican reads front matter as YAML, as if no generator were known.
    fn pelican_config(&self) -> Option<(Generator, String)> {
        let name = self.first(&["pelicanconf.py"])?;
        (!self.text(&name).contains("yaml_metadata")).then_some((Generator::Pelican, name))
    }

    fn configure(&self, site: &mut Site, marker: &str) {
        match site.generator {
            Generator::Hugo => self.hugo(site, marker),
            Generator::Zola => {
                let tree = self.tree(marker);
                self.address(site, tree.get("base_url"));
                let theme: Vec<&str> = tree.get("theme").and_then(Node::text).into_iter().collect();
                self.themes(site, "static", &theme);
            }
            Generator::Jekyll => self.jekyll(site, marker),
            Generator::Hexo => self.hexo(site, marker),
            Generator::MkDocs => {
                let tree = self.tree(marker);
                self.address(site, tree.get("site_url"));
                self.folder(&tree, "docs_dir", &mut site.content);
                site.statics.clone_from(&site.content);
                // As `.gitignore` would write them (MkDocs 1.5); what is taken back is not left out.
                let patterns = tree.get("exclude_docs").and_then(Node::text).unwrap_or_default();
                if !patterns.contains('!') {
                    let globs =
                        patterns.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with('#'));
                    let docs = site.content.first().map_or(self.folder, String::as_str);
                    let globs = globs.flat_map(|glob| {
                        let anywhere = if glob.trim_end_matches('/').contains('/') { "" } else { "**/" };
                        let glob = join(docs, &format!("{anywhere}{}", glob.trim_matches('/')));
                        [format!("{glob}/**"), glob]
                    });
                    site.left_out = scope::globs(globs.collect::<Vec<_>>());
                }
                // Python-Markdown 3.11.
                site.settings.extend([Setting::LooseHeadings, Setting::LooseAddresses]);
                if is_true(&tree, "use_directory_urls", false) {
                    site.settings.insert(Setting::Ugly);
                }
                if self.text(marker).contains("relative_to_docs") {
                    site.settings.insert(Setting::Canonify);
                }
            }
            Generator::MdBook => {
                let tree = self.tree(marker);
                if let Some(folder) = tree.at("book.src").and_then(Node::text) {
                    site.content = vec![join(self.folder, folder)];
                    site.statics.clone_from(&site.content);
                }
            }
            Generator::VitePress => self.vitepress(site),
            Generator::VuePress => self.vuepress(site),
            Generator::Pelican => self.pelican(site, &self.text(marker)),
            Generator::Docusaurus => self.docusaurus(site, &self.text(marker)),
            Generator::Astro => self.astro(site, &self.text(marker)),
            Generator::Eleventy => self.eleventy(site, &self.text(marker)),
            Generator::Next => self.mdx(site, ""),
            _ => {}
        }
        if site.generator == Generator::Hexo {
            self.hexo_renderer(site);
        }
        if self.has_loose_emphasis() {
            site.settings.insert(Setting::LooseEmphasis);
        }
    }

    /// The plugins for languages without spaces are called `remark-cjk-friendly`, `markdown-it-cjk-friendly` and the like.
    /// Hexo's usual renderer reads all marks as CommonMark does from version 7 on, which has marked 15; others of Hexo are not
    /// known, nor is VitePress from version 2 on.
    fn has_loose_emphasis(&self) -> bool {
        let package = if self.has("package.json") { self.text("package.json") } else { return false };
        ["cjk-friendly", "hexo-renderer-kramed", "hexo-renderer-pandoc"].iter().any(|name| package.contains(name))
            || self.version("hexo-renderer-marked").is_some_and(|major| major < 7)
            || self.version("vitepress").is_some_and(|major| major > 1)
    }

    /// The major version of a package that `package.json` asks for, where it is written out.
    fn version(&self, package: &str) -> Option<u32> {
        if self.has("package.json") { version_in(&self.text("package.json"), package) } else { None }
    }

    /// The nearest `package.json`, here or in a folder above; empty where there is none.
    fn packages(&self) -> String {
        let mut folder = self.folder;
        loop {
            if let Some(text) = self.world.text(&join(folder, "package.json")) {
                return text;
            }
            match folder.rsplit_once('/') {
                Some((above, _)) => folder = above,
                None if folder.is_empty() => return String::new(),
                None => folder = "",
            }
        }
    }

    /// The settings in a file; none, and a fault of the site, where it cannot be parsed.
    fn tree(&self, name: &str) -> Node {
        let text = self.text(name);
        let whole = Span::new(0, text.len());
        let first = |errors: Vec<SyntaxError>| errors.into_iter().next();
        let tree = match name.ends_with(".toml") {
            true => toml::parse(&text, whole).map_err(first),
            false => yaml::parse(&text, whole).map_err(Some),
        };
        tree.unwrap_or_else(|error| {
            if let Some(error) = error.filter(|error| !error.limit) {
                let line = Lines::new(&text).line_of(error.span.start) + 1;
                *self.fault.borrow_mut() = format!("{}, line {line}: {}", join(self.folder, name), error.message);
            }
            Node::null(0)
        })
    }

    /// A setting that names one folder or several.
    fn folder(&self, tree: &Node, key: &str, folders: &mut Vec<String>) {
        let mut named = listed(tree, key).peekable();
        if named.peek().is_some() {
            *folders = named.filter(|name| !name.is_empty()).map(|name| join(self.folder, name)).collect();
        }
    }

    /// The themes that are `named`, or all where none is.
    fn themes(&self, site: &mut Site, folder: &str, named: &[&str]) {
        for theme in self.world.names(&join(self.folder, "themes")) {
            if named.is_empty() || named.contains(&theme.as_str()) {
                site.statics.push(join(self.folder, &format!("themes/{theme}/{folder}")));
            }
        }
    }

    fn address(&self, site: &mut Site, node: Option<&Node>) {
        let Some(text) = node.and_then(Node::text) else { return };
        match url::Url::parse(text) {
            Ok(url) => {
                site.base = base_path(url.path());
                site.hosts.extend(url.host_str().filter(|host| is_own(host)).map(str::to_owned));
            }
            Err(_) if text.starts_with('/') => site.base = base_path(text),
            Err(_) => {}
        }
    }
}

/// The major version of a package that the text of a `package.json` asks for, where it is written out.
fn version_in(text: &str, package: &str) -> Option<u32> {
    let rest = &text[text.find(&format!("\"{package}\""))? + package.len() + 2..];
    let wanted = rest.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?;
    let digits = wanted.trim_start_matches(['^', '~', '=', '>', 'v', ' ']);
    digits.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

/// The address of a [`Mount`] that only the generator knows; no address has such a name.
pub const UNKNOWN: &str = "\0";

/// The text of a setting that is one, or those of its list.
fn listed<'a>(tree: &'a Node, key: &str) -> impl Iterator<Item = &'a str> {
    let texts = |node: &'a Node| node.text().into_iter().chain(node.items().iter().filter_map(Node::text));
    value(tree, key).into_iter().flat_map(texts)
}

/// The value of a key in any case, as Hugo reads them.
fn value<'a>(tree: &'a Node, key: &str) -> Option<&'a Node> {
    let is_key = |entry: &&Entry| entry.key.text().is_some_and(|name| name.eq_ignore_ascii_case(key));
    tree.entries().iter().find(is_key).map(|entry| &entry.value)
}

/// Whether a host is more than the one that a template brings.
fn is_own(host: &str) -> bool {
    !["example.com", "example.org", "example.net", "localhost", "yoursite.com"]
        .iter()
        .any(|known| host.ends_with(known))
}

/// With `/` at both ends.
fn base_path(path: &str) -> String {
    let inner = path.trim_matches('/');
    if inner.is_empty() { "/".to_owned() } else { format!("/{inner}/") }
}

fn is_true(tree: &Node, key: &str, wanted: bool) -> bool {
    value(tree, key).and_then(Node::text).is_some_and(|text| text == if wanted { "true" } else { "false" })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    struct World(BTreeMap<&'static str, &'static str>);

    impl Look for World {
        fn names(&self, folder: &str) -> Vec<String> {
            let below = |path: &&&str| folder.is_empty() || path.starts_with(&format!("{folder}/"));
            let skip = if folder.is_empty() { 0 } else { folder.len() + 1 };
            let first = |path: &&str| path[skip..].split('/').next().unwrap_or_default().to_owned();
            self.0.keys().filter(below).map(first).collect::<BTreeSet<_>>().into_iter().collect()
        }
        fn text(&self, path: &str) -> Option<String> {
            self.0.get(path).map(|text| (*text).to_owned())
        }
    }

    fn site(files: &[(&'static str, &'static str)], post: &str) -> Site {
        let world = World(files.iter().copied().collect());
        let folder = post.rsplit_once('/').map_or("", |(folder, _)| folder);
        detect(std::iter::once(folder), &world).of(post).clone()
    }

    #[test]
    fn the_nearest_marker_wins() {
        let files = [("_config.yml", ""), ("Gemfile", ""), ("docs/mkdocs.yml", ""), ("docs/docs/a.md", "")];
        assert_eq!(site(&files, "docs/docs/a.md").generator, Generator::MkDocs);
        assert_eq!(site(&files, "docs/docs/a.md").statics, ["docs/docs"]);
        assert_eq!(site(&files, "_posts/a.md").generator, Generator::Jekyll);
    }

    #[test]
    fn jekyll_and_hexo_are_told_apart() {
        let hexo = [("_config.yml", "root: /b/\npost_asset_folder: true\n"), ("source/_posts/a.md", "")];
        let hexo = site(&hexo, "source/_posts/a.md");
        assert_eq!((hexo.generator, hexo.base.as_str(), hexo.has(Setting::PostAssets)), (Generator::Hexo, "/b/", true));
        let jekyll = [("_config.yml", "url: https://me.test\nbaseurl: /b\n"), ("_posts/a.md", "")];
        let jekyll = site(&jekyll, "_posts/a.md");
        assert_eq!((jekyll.generator, jekyll.base.as_str()), (Generator::Jekyll, "/b/"));
        assert_eq!(jekyll.hosts, ["me.test"]);
        for config in ["theme: jekyll-theme-minimal\n", "plugins:\n  - jekyll-feed\n", "markdown: kramdown # old\n"] {
            assert_eq!(site(&[("_config.yml", config)], "a.md").generator, Generator::Jekyll, "{config}");
        }
        assert_eq!(site(&[("_config.yml", "title: bees # not jekyll\n")], "a.md").generator, Generator::Plain);
        let octopress = [("_config.yml", "source: source\n"), ("Rakefile", ""), ("source/_posts/a.md", "")];
        let octopress = site(&octopress, "source/_posts/a.md");
        assert_eq!((octopress.generator, octopress.content), (Generator::Jekyll, vec!["source".to_owned()]));
    }

    #[test]
    fn renderers_of_former_years_need_no_blanks() {
        let loose = |config: &'static str| {
            let site = site(&[("_config.yml", config), ("_posts/a.md", "")], "_posts/a.md");
            [Setting::LooseHeadings, Setting::LooseLinks].map(|setting| site.has(setting))
        };
        assert_eq!(loose("title: Bees"), [false, false]);
        assert_eq!(loose("markdown: kramdown\nkramdown:\n  input: GFM"), [false, false]);
        assert_eq!(loose("kramdown:\n  input: kramdown"), [true, false]);
        assert_eq!(loose("markdown: redcarpet"), [true, true]);
        assert_eq!(loose("markdown: redcarpet\nredcarpet:\n  extensions: [space_after_headers]"), [false, true]);
    }

    #[test]
    fn hugo_reads_its_keys_in_any_case() {
        let hugo = |config: &'static str| {
            site(&[("hugo.toml", config), ("content/a.md", ""), ("layouts/x.html", "")], "content/a.md")
        };
        assert_eq!(hugo("staticdir = \"files\"\nstaticDir2 = \"more\"").statics, ["files", "more"]);
        assert_eq!(hugo("[languages.de]\nstaticDir = \"de\"").statics, ["static", "de"]);
        assert!(hugo("[Permalinks]\nposts = \"/:title/\"").has(Setting::Moved));
        assert!(hugo("uglyUrls = true").has(Setting::Ugly) && hugo("[uglyURLs]\nposts = true").has(Setting::Moved));
        assert!(
            hugo("[languages.de]\n[languages.en]").has(Setting::Hook) && !hugo("[languages.de]").has(Setting::Hook)
        );
        assert!(hugo("theme = \"bees\"").has(Setting::Hook), "a theme that is fetched");
    }

    #[test]
    fn renderers_of_hexo_are_seen_in_the_packages() {
        let loose = |package| {
            let files = [("_config.yml", "theme: bees\n"), ("package.json", package), ("source/_posts/a.md", "")];
            let site = site(&files, "source/_posts/a.md");
            [Setting::LooseHeadings, Setting::LooseAddresses].map(|setting| site.has(setting))
        };
        assert_eq!(
            loose("{\"dependencies\": {\"hexo\": \"^3.9.0\", \"hexo-renderer-kramed\": \"^0.1.4\"}}"),
            [true, true]
        );
        assert_eq!(
            loose("{\"dependencies\": {\"hexo\": \"^3.9.0\", \"hexo-renderer-marked\": \"^0.3.2\"}}"),
            [false, true]
        );
        assert_eq!(
            loose("{\"dependencies\": {\"hexo\": \"^4.0.0\", \"hexo-renderer-marked\": \"^2.0.0\"}}"),
            [false, false]
        );
    }

    #[test]
    fn what_makes_stars_bold_next_to_marks_is_seen_in_the_packages() {
        let loose = |package| {
            let files = [("astro.config.mjs", ""), ("package.json", package), ("src/content/a.md", "")];
            site(&files, "src/content/a.md").has(Setting::LooseEmphasis)
        };
        assert!(loose("{\"dependencies\": {\"remark-cjk-friendly\": \"^1.2.0\"}}"));
        assert!(loose("{\"dependencies\": {\"hexo-renderer-marked\": \"^6.3.0\"}}"));
        assert!(loose("{\"dependencies\": {\"vitepress\": \"^2.0.0-alpha.1\"}}"));
        assert!(!loose("{\"dependencies\": {\"hexo-renderer-marked\": \"^7.0.0\", \"vitepress\": \"^1.6.4\"}}"));
    }

    #[test]
    fn a_program_is_only_searched_for_literals() {
        let files =
            [("site/.vitepress/config.ts", "export default { srcDir: 'src', base: \"/b/\" }"), ("site/src/a.md", "")];
        let site = site(&files, "site/src/a.md");
        assert_eq!((site.generator, site.base.as_str()), (Generator::VitePress, "/b/"));
        assert_eq!(site.statics, ["site/public", "site/src/public"]);
        assert_eq!(site.because, "site/.vitepress");
    }

    #[test]
    fn the_version_of_vuepress_is_seen_in_the_packages_above() {
        let vuepress = |packages: &'static str, config: &'static str| {
            let files = [("package.json", packages), ("docs/.vuepress/config.js", config), ("docs/a/b.md", "")];
            site(&files, "docs/a/b.md")
        };
        let first = vuepress("{\"devDependencies\": {\"vuepress\": \"^1.9.10\"}}", "module.exports = { base: '/b/' }");
        assert_eq!((first.generator, first.base.as_str()), (Generator::VuePress, "/b/"));
        assert_eq!((first.statics.clone(), first.root.as_str()), (vec!["docs/.vuepress/public".to_owned()], "docs"));
        assert!(first.has(Setting::Unbundled) && !first.has(Setting::Hook));
        let vite =
            "{\"devDependencies\": {\"vuepress\": \"2.0.0-rc.26\", \"@vuepress/bundler-vite\": \"2.0.0-rc.26\"}}";
        assert!(!vuepress(vite, "").has(Setting::Unbundled) && !vuepress(vite, "").has(Setting::Hook));
        for packages in [
            "{}",
            "{\"devDependencies\": {\"vuepress\": \"next\"}}",
            "{\"devDependencies\": {\"vuepress\": \"2.0.0\"}}",
        ] {
            assert!(vuepress(packages, "").has(Setting::Hook), "{packages}");
        }
        assert!(
            vuepress("{\"d\": {\"vuepress\": \"1.0.0\"}}", "markdown: { extendMarkdown: md => {} }").has(Setting::Hook)
        );
    }

    #[test]
    fn pelican_says_where_its_content_is() {
        let pelican = |config: &'static str| site(&[("pelicanconf.py", config), ("content/a.md", "")], "content/a.md");
        let posts = pelican("PATH = 'content'\nSITEURL = \"https://me.test/b\"\nTHEME_STATIC_DIR = 'static'\n");
        assert_eq!(
            (posts.generator, posts.content, posts.base.as_str()),
            (Generator::Pelican, vec!["content".to_owned()], "/b/")
        );
        assert_eq!(posts.elsewhere, ["static"]);
        assert_eq!(pelican("PATH = join('content')\n").elsewhere, ["theme"]);
        assert_eq!(pelican("PLUGINS = ['yaml_metadata']").generator, Generator::Plain);
    }

    #[test]
    fn what_eleventy_copies_elsewhere_is_read_as_far_as_it_is_written_out() {
        let eleventy = |config: &'static str| {
            let site = site(&[("eleventy.config.js", config), ("posts/a.md", "")], "posts/a.md");
            let mounts: Vec<_> =
                site.mounts.iter().map(|mount| (mount.folder.clone(), mount.address.clone())).collect();
            (mounts, site.elsewhere)
        };
        let mount = |folder: &str, address: &str| (folder.to_owned(), address.to_owned());
        let (mounts, elsewhere) = eleventy("c.addPassthroughCopy({ './src/photos': '/img/', 'media/2020': 'old' });");
        assert_eq!((mounts, elsewhere), (vec![mount("src/photos", "img"), mount("media/2020", "old")], vec![]));
        let (mounts, elsewhere) = eleventy("c.addPassthroughCopy({ public: '/' });");
        assert_eq!((mounts, elsewhere), (vec![mount("public", "")], vec![]));
        let (mounts, elsewhere) = eleventy("c.addPassthroughCopy({\n 'posts/**/*.png': 'img',\n});");
        assert_eq!((mounts, elsewhere), (vec![], vec!["img".to_owned()]));
        assert_eq!(eleventy("const folders = { a: 'b' };\nc.addPassthroughCopy(folders)").1, [""]);
        assert_eq!(eleventy("['src/a', 'src/b'].forEach(path => c.addPassthroughCopy(path))"), (vec![], vec![]));
        assert_eq!(eleventy("c.addPassthroughCopy('src/img')"), (vec![], vec![]));
    }

    #[test]
    fn no_marker_is_no_site() {
        assert_eq!(site(&[("a/b.md", "")], "a/b.md").generator, Generator::Plain);
    }
}
