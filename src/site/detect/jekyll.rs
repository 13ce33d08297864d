//! Jekyll, with the gems and the engine for Markdown that it is set up with.

use super::{Here, UNKNOWN, base_path, is_true, listed};
use crate::{
    data::Node,
    site::{Mount, Setting, Site, path::join, scope},
};

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

impl Here<'_> {
    pub(super) fn jekyll(&self, site: &mut Site, marker: &str) {
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
        site.settings.insert(Setting::LooseAddresses);
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
        if tree.at("kramdown.parse_block_html").is_some() {
            site.settings.insert(Setting::MarkdownInHtml);
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
}
