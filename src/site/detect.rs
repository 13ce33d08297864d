//! Which sites a project holds, from the names of files and the settings that are cheap to read. Configuration that is
//! a program is never run: only addresses written out in it are taken, and they only add places to look in.

use std::collections::BTreeSet;

use super::{Generator, Mount, Setting, Site, Sites, resolve::join, scope};
use crate::{
    data::{Entry, Node, toml, yaml},
    source::Span,
};

/// What detection may look at. Paths are relative to the project's root, with `/`.
pub trait Look {
    /// The names in a folder; none where there is no such folder.
    fn names(&self, folder: &str) -> Vec<String>;
    /// A small text file.
    fn text(&self, path: &str) -> Option<String>;
}

/// The fields of front matter that hold images in the generators themselves and in widespread themes.
pub const IMAGE_FIELDS: [&str; 41] = [
    "image",
    "image.path",
    "image.src",
    "image.feature",
    "image.url",
    "image.teaser",
    "images",
    "img",
    "cover",
    "cover.image",
    "cover.src",
    "cover_image",
    "coverImage",
    "cover.img",
    "thumbnail",
    "thumbnail.src",
    "thumb",
    "banner",
    "banner.src",
    "banner_img",
    "index_img",
    "top_img",
    "hero",
    "heroImage",
    "hero_image",
    "hero.image",
    "hero.image.src",
    "ogImage",
    "og_image",
    "feature_image",
    "featured_image",
    "featuredImage",
    "featureImage",
    "header.image",
    "header.teaser",
    "header.overlay_image",
    "header.og_image",
    "header_image",
    "photos",
    "teaser",
    "socialImage",
];

/// Gems that bring no Liquid tags, or only those that `markup-broken` knows.
const PLAIN_GEMS: [&str; 45] = [
    "jekyll",
    "github-pages",
    "minima",
    "webrick",
    "rake",
    "kramdown",
    "rouge",
    "csv",
    "base64",
    "bigdecimal",
    "logger",
    "tzinfo",
    "tzinfo-data",
    "wdm",
    "http_parser.rb",
    "eventmachine",
    "ffi",
    "json",
    "sass-embedded",
    "faraday-retry",
    "kramdown-parser-gfm",
    "html-proofer",
    "rexml",
    "jekyll-feed",
    "jekyll-seo-tag",
    "jekyll-sitemap",
    "jekyll-paginate",
    "jekyll-gist",
    "jekyll-avatar",
    "jekyll-mentions",
    "jemoji",
    "jekyll-redirect-from",
    "jekyll-relative-links",
    "jekyll-optional-front-matter",
    "jekyll-readme-index",
    "jekyll-default-layout",
    "jekyll-titles-from-headings",
    "jekyll-github-metadata",
    "jekyll-coffeescript",
    "jekyll-remote-theme",
    "jekyll-include-cache",
    "jekyll-octicons",
    "jekyll-sass-converter",
    "jekyll-watch",
    "jekyll-toc",
];

/// What Jekyll 4.4 leaves out unless told otherwise.
const JEKYLL_EXCLUDES: [&str; 8] = [
    "Gemfile",
    "Gemfile.lock",
    "gemfiles",
    "node_modules",
    "vendor/bundle",
    "vendor/cache",
    "vendor/gems",
    "vendor/ruby",
];

/// Beginnings of names of Hexo's plugins that bring no tags and do not touch the text of posts.
const PLAIN_PLUGINS: [&str; 11] = [
    "hexo-generator-",
    "hexo-deployer-",
    "hexo-server",
    "hexo-cli",
    "hexo-renderer-ejs",
    "hexo-renderer-stylus",
    "hexo-renderer-marked",
    "hexo-renderer-pug",
    "hexo-renderer-swig",
    "hexo-theme-landscape",
    "hexo-site",
];

/// Where Hexo publishes posts unless told otherwise.
pub const HEXO_PERMALINK: &str = ":year/:month/:day/:title/";

/// Folders of posts and of files that are published as they are, below the site's own folder.
pub const fn usual_folders(generator: Generator) -> (&'static [&'static str], &'static [&'static str]) {
    match generator {
        Generator::VitePress => (&[""], &["public"]),
        Generator::Docusaurus => (&["docs", "blog", "src/pages"], &["static"]),
        Generator::Astro => (&["src/content", "src/pages"], &["public"]),
        Generator::Hugo | Generator::Zola => (&["content"], &["static"]),
        Generator::Jekyll => (&[""], &[""]),
        Generator::Hexo => (&["source"], &["source"]),
        Generator::MkDocs => (&["docs"], &["docs"]),
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
    let here = Here { folder, names: world.names(folder), world };
    let (generator, marker) = here.generator()?;
    let mut site = Site::new(generator, folder);
    site.because = join(folder, &marker);
    here.configure(&mut site, &marker);
    Some(site)
}

/// A folder that may be a site's.
struct Here<'a> {
    folder: &'a str,
    names: Vec<String>,
    world: &'a dyn Look,
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
            .or_else(|| self.script("docusaurus.config").map(found(Generator::Docusaurus)))
            .or_else(|| self.script("astro.config").map(found(Generator::Astro)))
            .or_else(|| self.first(&["hugo.toml", "hugo.yaml", "hugo.yml", "hugo.json"]).map(found(Generator::Hugo)))
            .or_else(|| self.first(&["zola.toml"]).map(found(Generator::Zola)))
            .or_else(|| self.config_with_content())
            .or_else(|| self.underscore_config())
            .or_else(|| self.first(&["mkdocs.yml", "mkdocs.yaml"]).map(found(Generator::MkDocs)))
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
        let is_octopress = is_in_source && self.has_ruby();
        if package.contains("\"hexo\"") || self.has("scaffolds") || (is_in_source && !is_octopress) {
            return Some((Generator::Hexo, name));
        }
        let jekyll = is_octopress
            || ["_posts", "_layouts", "_includes", "_drafts", "Gemfile", "_sass"].iter().any(|name| self.has(name));
        let own = |line: &str| ["baseurl:", "collections:", "remote_theme:"].iter().any(|key| line.starts_with(key));
        (jekyll || self.text(&name).lines().any(own)).then_some((Generator::Jekyll, name))
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
                // Python-Markdown 3.11.
                site.settings.insert(Setting::LooseHeadings);
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
            Generator::Docusaurus | Generator::Astro => {
                let text = self.text(marker);
                self.program(site, &text);
                self.mdx(site, &text);
                if let Some(folder) = literal(&text, "publicDir").filter(|_| site.generator == Generator::Astro) {
                    site.statics = vec![join(self.folder, folder.trim_start_matches("./"))];
                }
                let folders = strings(&text, "staticDirectories");
                if site.generator == Generator::Docusaurus && !folders.is_empty() {
                    site.statics =
                        folders.iter().map(|folder| join(self.folder, folder.trim_start_matches("./"))).collect();
                }
                if site.generator == Generator::Docusaurus {
                    self.docusaurus(site, &text);
                }
            }
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

    /// Hexo's renderers of former years: kramed 0.5.6 reads an address to its parenthesis and `##x` as a heading, marked 0.3.19,
    /// which the usual one has before its first version, only the former (run); marked 0.5 reads both as CommonMark does.
    fn hexo_renderer(&self, site: &mut Site) {
        let package = if self.has("package.json") { self.text("package.json") } else { return };
        if package.contains("hexo-renderer-kramed") {
            site.settings.extend([Setting::LooseHeadings, Setting::LooseAddresses]);
        } else if self.version("hexo-renderer-marked") == Some(0) {
            site.settings.insert(Setting::LooseAddresses);
        }
    }

    fn hugo(&self, site: &mut Site, marker: &str) {
        let default = self.world.names(&join(self.folder, "config/_default"));
        let mut files = vec![marker.to_owned()];
        files.extend(default.iter().map(|name| format!("config/_default/{name}")));
        let mut named = Vec::new();
        for name in files {
            let tree = self.tree(&name);
            self.address(site, value(&tree, "baseURL"));
            match value(&tree, "contentDir").and_then(Node::text) {
                // One file for each language: its folder stands beside those of the others.
                Some(folder) if name.starts_with("config/_default/languages.") => {
                    site.content.push(join(self.folder, folder));
                }
                _ => self.folder(&tree, "contentDir", &mut site.content),
            }
            self.folder(&tree, "staticDir", &mut site.statics);
            // Hugo reads ten more keys, from `staticDir0` on.
            for number in 0..=10 {
                site.statics
                    .extend(listed(&tree, &format!("staticDir{number}")).map(|folder| join(self.folder, folder)));
            }
            let languages = value(&tree, "languages").unwrap_or(&tree).entries();
            for language in languages {
                if let Some(folder) = value(&language.value, "contentDir").and_then(Node::text) {
                    site.content.push(join(self.folder, folder));
                }
                site.statics.extend(listed(&language.value, "staticDir").map(|folder| join(self.folder, folder)));
            }
            // In a site of several languages, a hook of Hugo's own looks for images in `assets` too (0.168, run).
            let several = value(&tree, "languages").is_some_and(|languages| languages.entries().len() > 1);
            if several || name.starts_with("config/_default/languages.") || self.text(&name).contains("renderHooks") {
                site.settings.insert(Setting::Hook);
            }
            let mounts = tree.at("module.mounts").or_else(|| tree.get("mounts"));
            for mount in mounts.map(Node::items).unwrap_or_default() {
                let folder = |key| mount.get(key).and_then(Node::text).unwrap_or_default();
                let source = join(self.folder, folder("source"));
                match folder("target").split_once('/') {
                    None if folder("target") == "content" => site.content.push(source),
                    None if folder("target") == "static" => site.statics.push(source),
                    Some(("content" | "static", address)) => {
                        site.mounts.push(Mount { folder: source, address: join("", address) });
                    }
                    _ => {}
                }
            }
            named.extend(listed(&tree, "theme").map(str::to_owned));
            let imports =
                tree.at("module.imports").or_else(|| tree.get("imports")).map(Node::items).unwrap_or_default();
            let paths = imports.iter().filter_map(|import| import.get("path").and_then(Node::text));
            named.extend(paths.filter_map(|path| path.rsplit('/').next()).map(str::to_owned));
            let ugly = value(&tree, "uglyURLs");
            // Or of some sections only.
            let is_partly_ugly = ugly.is_some_and(|ugly| !ugly.entries().is_empty());
            if value(&tree, "permalinks").is_some() || name.contains("/permalinks.") || is_partly_ugly {
                site.settings.insert(Setting::Moved);
            }
            if is_true(&tree, "uglyURLs", true) {
                site.settings.insert(Setting::Ugly);
            }
            if is_true(&tree, "canonifyURLs", true) || is_true(&tree, "relativeURLs", true) {
                site.settings.insert(Setting::Canonify);
            }
        }
        // A site without a layout of its own gets one from a theme, though nothing here says from which.
        if !named.is_empty() || !self.has("layouts") {
            let named: Vec<&str> = named.iter().map(String::as_str).collect();
            self.themes(site, "static", &named);
        }
        let themes = self.world.names(&join(self.folder, "themes"));
        let mut layouts = vec!["layouts".to_owned()];
        layouts.extend(themes.iter().map(|name| format!("themes/{name}/layouts")));
        // For all kinds of pages, or for one.
        let has_hook = |folder: &String| {
            let kinds = self.world.names(&join(self.folder, folder)).into_iter().map(|kind| format!("{kind}/_markup"));
            kinds.chain(std::iter::once("_markup".to_owned())).any(|below| {
                let names = self.world.names(&join(self.folder, &format!("{folder}/{below}")));
                names.iter().any(|name| name.starts_with("render-image"))
            })
        };
        // A theme that is fetched while building may hold a hook too.
        let is_fetched = named.iter().any(|name| !themes.contains(name));
        if is_fetched || self.has_modules() || layouts.iter().any(has_hook) {
            site.settings.insert(Setting::Hook);
        }
    }

    /// Whether the site, or a folder above it, takes in other repositories.
    fn has_modules(&self) -> bool {
        let above = std::iter::successors(Some(self.folder), |folder| {
            folder.rsplit_once('/').map(|(above, _)| above).or((!folder.is_empty()).then_some(""))
        });
        self.has("go.mod")
            || above.into_iter().any(|folder| self.world.names(folder).iter().any(|name| name == ".gitmodules"))
    }

    fn jekyll(&self, site: &mut Site, marker: &str) {
        let tree = self.tree(marker);
        self.address(site, tree.get("url"));
        if let Some(base) = tree.get("baseurl").and_then(Node::text) {
            site.base = base_path(base);
        }
        self.folder(&tree, "source", &mut site.content);
        site.statics.clone_from(&site.content);
        let permalink = tree.at("collections.posts.permalink").or_else(|| tree.get("permalink"));
        permalink.and_then(Node::text).unwrap_or("date").clone_into(&mut site.permalink);
        // Chirpy puts an address and the base path before those of images itself.
        if ["img_cdn", "cdn"].iter().any(|key| tree.get(key).and_then(Node::text).is_some_and(|text| !text.is_empty()))
        {
            site.settings.insert(Setting::Hook);
        }
        if ["theme", "remote_theme"]
            .iter()
            .any(|key| tree.get(key).and_then(Node::text).is_some_and(|text| text.contains("chirpy")))
        {
            site.settings.insert(Setting::Canonify);
        }
        let defaults = tree.get("defaults").map(Node::items).unwrap_or_default();
        if defaults.iter().any(|default| default.at("values.permalink").is_some()) {
            site.settings.insert(Setting::Moved);
        }
        if self.text(marker).contains("render_with_liquid") {
            site.settings.insert(Setting::NoLiquid);
        }
        // kramdown 2.4 with its GFM parser, which is Jekyll's default, makes neither; without it, and as rdiscount 2.1.8, it makes
        // headings; redcarpet 3.5.1 and maruku 0.7.3 make both.
        let engine = tree.get("markdown").and_then(Node::text).unwrap_or("kramdown").to_ascii_lowercase();
        let input = tree.at("kramdown.input").and_then(Node::text).unwrap_or("GFM");
        let spaced = tree.at("redcarpet.extensions").map(Node::items).unwrap_or_default();
        match engine.as_str() {
            "redcarpet" if spaced.iter().any(|name| name.text() == Some("space_after_headers")) => {
                site.settings.insert(Setting::LooseLinks);
            }
            "redcarpet" | "maruku" => site.settings.extend([Setting::LooseHeadings, Setting::LooseLinks]),
            "rdiscount" => site.settings.extend([Setting::LooseHeadings]),
            "kramdown" if !input.eq_ignore_ascii_case("gfm") => site.settings.extend([Setting::LooseHeadings]),
            _ => {}
        }
        if self.has_plugins(&tree) {
            site.settings.insert(Setting::Plugins);
        }
        if tree.get("include").is_some() {
            site.settings.insert(Setting::Include);
        }
        let left_out = listed(&tree, "exclude").chain(JEKYLL_EXCLUDES);
        site.left_out = scope::globs(left_out.flat_map(|name| {
            let path = join(site.content.first().map_or(self.folder, String::as_str), name);
            [format!("{path}/**"), path]
        }));
        let above = tree.get("collections_dir").and_then(Node::text).unwrap_or_default();
        for collection in tree.get("collections").map(Node::entries).unwrap_or_default() {
            let name = collection.key.text().unwrap_or_default();
            if name != "posts" && is_true(&collection.value, "output", true) {
                let folder = join(self.folder, &format!("{above}/_{name}"));
                // Where its own setting publishes it is known only when the site is built.
                let own = collection.value.get("permalink").is_some();
                site.mounts.push(Mount { folder, address: if own { UNKNOWN.to_owned() } else { name.to_owned() } });
            }
        }
        if ["jekyll-postfiles", "jekyll-relative-image", "jekyll_picture_tag"]
            .iter()
            .any(|plugin| self.text("Gemfile").contains(plugin) || self.text(marker).contains(plugin))
        {
            site.settings.insert(Setting::Hook);
        }
    }

    /// The nearest Gemfile, which Bundler finds in the folders above too.
    fn gemfile(&self) -> String {
        let mut folder = self.folder;
        loop {
            if let Some(text) = self.world.text(&join(folder, "Gemfile")) {
                return text;
            }
            if folder.is_empty() {
                return String::new();
            }
            folder = folder.rsplit_once('/').map_or("", |(above, _)| above);
        }
    }

    /// Whether plugins may bring Liquid tags that are not known: all but those below may.
    fn has_plugins(&self, tree: &Node) -> bool {
        let plain = |name: &str| PLAIN_GEMS.contains(&name) || name.starts_with("jekyll-theme-");
        let named = ["plugins", "gems", "whitelist"].into_iter().flat_map(|key| listed(tree, key));
        let mut gems: Vec<String> = named.map(str::to_owned).collect();
        gems.extend(tree.get("theme").and_then(Node::text).map(str::to_owned));
        let gemfile = self.gemfile();
        let quote = |c: char| c == '"' || c == '\'';
        gems.extend(gemfile.lines().filter_map(|line| {
            let name = line.trim().strip_prefix("gem")?.trim_start_matches([' ', '(']).strip_prefix(quote)?;
            name.split(quote).next().map(str::to_owned)
        }));
        // A gemspec or another Gemfile may name more.
        let elsewhere = ["gemspec", "eval_gemfile"].iter().any(|word| gemfile.contains(word));
        let folder = tree.get("plugins_dir").and_then(Node::text).unwrap_or("_plugins");
        // Jekyll looks for its own folder of plugins where the posts are.
        let source = join(self.folder, tree.get("source").and_then(Node::text).unwrap_or_default());
        let filled = |above: &str| !self.world.names(&join(above, folder)).is_empty();
        elsewhere
            || tree.get("plugins_dir").is_some_and(|node| !node.items().is_empty())
            || filled(self.folder)
            || filled(&source)
            || !gems.iter().all(|name| plain(name))
    }

    fn hexo(&self, site: &mut Site, marker: &str) {
        let tree = self.tree(marker);
        self.address(site, tree.get("url"));
        if let Some(base) = tree.get("root").and_then(Node::text) {
            site.base = base_path(base);
        }
        self.folder(&tree, "source_dir", &mut site.content);
        site.statics.clone_from(&site.content);
        let theme: Vec<&str> = tree.get("theme").and_then(Node::text).into_iter().collect();
        self.themes(site, "source", &theme);
        if tree.get("include").is_some() {
            site.settings.insert(Setting::Include);
        }
        let source = site.content.first().map_or(self.folder, String::as_str);
        site.left_out = scope::globs(listed(&tree, "skip_render").map(|glob| join(source, glob)));
        if let Some(permalink) = tree.get("permalink").and_then(Node::text) {
            permalink.clone_into(&mut site.permalink);
        }
        if is_true(&tree, "post_asset_folder", true) {
            site.settings.insert(Setting::PostAssets);
        }
        let package = self.text("package.json");
        let others = |name: &&str| !PLAIN_PLUGINS.iter().any(|plain| name.starts_with(plain));
        let plugins: Vec<&str> = package.split('"').filter(|word| word.contains("hexo-")).filter(others).collect();
        let tags = |folder: &str| !self.world.names(&join(self.folder, folder)).is_empty();
        let themes = self.world.names(&join(self.folder, "themes"));
        let theme = tree.get("theme").and_then(Node::text).unwrap_or("landscape");
        // A folder without layouts is one that a submodule or a package is to fill.
        let is_whole = |name: &String| {
            let inside = self.world.names(&join(self.folder, &format!("themes/{name}")));
            name == theme && inside.iter().any(|name| name == "layout")
        };
        let absent = theme != "landscape" && !themes.iter().any(is_whole);
        let scripts = themes.iter().any(|theme| tags(&format!("themes/{theme}/scripts")));
        // Without the list of packages, nobody knows which plugins and themes there are.
        let untold = package.is_empty() || self.text(marker).is_empty();
        if tags("scripts") || scripts || absent || untold || !plugins.is_empty() {
            site.settings.insert(Setting::Plugins);
        }
        // Filters may take what looks like a tag out of the text first.
        let filters = ["filter", "math", "katex"].iter().any(|kind| plugins.iter().any(|name| name.contains(kind)));
        if filters || self.text(marker).contains("unjucks") {
            site.settings.insert(Setting::NoNunjucks);
        }
        let native = tree.at("marked.postAsset").and_then(Node::text) == Some("true");
        // From its third version on the usual renderer does so.
        if self.version("hexo-renderer-marked").is_some_and(|major| major >= 3)
            && tree.at("marked.prependRoot").and_then(Node::text) != Some("false")
        {
            site.settings.insert(Setting::Prepends);
        }
        if native
            || ["hexo-asset", "hexo-image-link", "hexo-simple-image"].iter().any(|plugin| package.contains(plugin))
        {
            site.settings.insert(Setting::Hook);
        }
    }

    fn vitepress(&self, site: &mut Site) {
        // From VitePress 2 on nobody here has looked at what becomes of braces in code.
        if self.version("vitepress").is_some_and(|major| major > 1) {
            site.settings.insert(Setting::InertCode);
        }
        let names = self.world.names(&join(self.folder, ".vitepress"));
        let configs = names.iter().filter(|name| name.starts_with("config."));
        let text: String = configs.map(|name| self.text(&format!(".vitepress/{name}")) + "\n").collect();
        self.program(site, &text);
        if let Some(folder) = literal(&text, "srcDir") {
            site.content = vec![join(self.folder, folder)];
            site.statics.push(join(self.folder, &format!("{folder}/public")));
        }
        let source = site.content.first().map_or(self.folder, String::as_str);
        site.left_out = scope::globs(literals(&text, "srcExclude").map(|glob| join(source, glob)));
        if ["math", "mathjax3", "katex", "tex"].iter().any(|word| self::names(&text, word)) {
            site.settings.insert(Setting::Math);
        }
    }

    /// Which folders are no part of the site.
    fn docusaurus(&self, site: &mut Site, program: &str) {
        for name in ["docs", "blog"] {
            if is_off(program, name) {
                site.content.retain(|folder| *folder != join(self.folder, name));
            }
        }
        let globs: Vec<&str> = literals(program, "exclude").collect();
        let all = site.content.iter().flat_map(|folder| globs.iter().map(move |glob| join(folder, glob)));
        site.left_out = scope::globs(all.collect::<Vec<_>>());
    }

    /// Which files are compiled as MDX 2 or 3; MDX 1 refuses other things.
    fn mdx(&self, site: &mut Site, program: &str) {
        let from = |package, least| self.version(package).map(|major| major >= least);
        let modern = match site.generator {
            Generator::Docusaurus => from("@docusaurus/core", 3) == Some(true),
            // It came to Astro as a package of its own.
            Generator::Astro => true,
            _ => [("@mdx-js/mdx", 2), ("@mdx-js/loader", 2), ("@mdx-js/react", 2), ("next-mdx-remote", 4)]
                .into_iter()
                .filter_map(|(package, least)| from(package, least))
                .reduce(|one, other| one && other)
                .unwrap_or(false),
        };
        // What a preprocessor of the site's own makes of a post is not known.
        if !modern || program.contains("preprocessor") {
            return;
        }
        let format = literal(program, "format").or_else(|| (!names(program, "format")).then_some("mdx"));
        if site.generator != Generator::Docusaurus || matches!(format, Some("mdx" | "detect")) {
            site.settings.insert(Setting::Mdx);
        }
        // Docusaurus compiles `.md` so too, unless told otherwise.
        if site.generator == Generator::Docusaurus && format == Some("mdx") {
            site.settings.insert(Setting::MdxEverywhere);
        }
    }

    /// Addresses written out in a configuration that is a program.
    fn program(&self, site: &mut Site, text: &str) {
        if let Some(base) = literal(text, "base").or_else(|| literal(text, "baseUrl")) {
            site.base = base_path(base);
        }
        let address = literal(text, "site").or_else(|| literal(text, "url")).and_then(|url| url::Url::parse(url).ok());
        site.hosts.extend(address.as_ref().and_then(url::Url::host_str).filter(|host| is_own(host)).map(str::to_owned));
    }

    /// The major version of a package that `package.json` asks for, where it is written out.
    fn version(&self, package: &str) -> Option<u32> {
        let text = if self.has("package.json") { self.text("package.json") } else { return None };
        let rest = &text[text.find(&format!("\"{package}\""))? + package.len() + 2..];
        let wanted = rest.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?;
        let digits = wanted.trim_start_matches(['^', '~', '=', '>', 'v', ' ']);
        digits.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
    }

    fn tree(&self, name: &str) -> Node {
        let text = self.text(name);
        let whole = Span::new(0, text.len());
        let tree =
            if name.ends_with(".toml") { toml::parse(&text, whole).ok() } else { yaml::parse(&text, whole).ok() };
        tree.unwrap_or_else(|| Node::null(0))
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

/// The strings of a list that a program gives a name: `folders: ['a', 'b']`.
fn strings<'a>(program: &'a str, name: &str) -> Vec<&'a str> {
    let list = || {
        let rest = &program[program.find(name)? + name.len()..];
        let list = rest.trim_start().strip_prefix(':')?.trim_start().strip_prefix('[')?;
        Some(&list[..list.find(']')?])
    };
    let parts = list().unwrap_or_default().split(',').map(str::trim);
    parts.map(|part| part.trim_matches(['\'', '"', '`'])).filter(|part| !part.is_empty()).collect()
}

/// Whether a program holds a whole word.
fn names(program: &str, word: &str) -> bool {
    program.split(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | '$')).any(|found| found == word)
}

/// What stands behind each `key:` in a program.
fn values<'a>(program: &'a str, key: &'a str) -> impl Iterator<Item = &'a str> {
    program.match_indices(key).filter_map(move |(at, key)| {
        let whole = !program[..at].ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '.' | '$'));
        let value = program[at + key.len()..].trim_start_matches(['"', '\'']).trim_start().strip_prefix(':')?;
        whole.then(|| value.trim_start())
    })
}

/// The string that `text` begins with.
fn string(text: &str) -> Option<&str> {
    let quote = text.chars().next().filter(|quote| matches!(quote, '"' | '\''))?;
    text[1..].find(quote).map(|length| &text[1..=length])
}

/// The string behind `key:` in a program, where one is written out.
fn literal<'a>(program: &'a str, key: &'a str) -> Option<&'a str> {
    values(program, key).find_map(string)
}

/// The strings in the lists behind `key:` in a program, as far as they are written out.
fn literals<'a>(program: &'a str, key: &'a str) -> impl Iterator<Item = &'a str> {
    let lists = values(program, key).filter_map(|value| value.strip_prefix('[')?.split(']').next());
    lists.flat_map(|list| list.split(',').filter_map(|item| string(item.trim())))
}

/// Whether a program says `key: false`.
fn is_off(program: &str, key: &str) -> bool {
    values(program, key).any(|value| value.starts_with("false"))
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
    fn no_marker_is_no_site() {
        assert_eq!(site(&[("a/b.md", "")], "a/b.md").generator, Generator::Plain);
    }
}
