//! Hexo: its plugins and its renderer are seen in `package.json`.

use super::{Here, base_path, is_true, listed};
use crate::{
    data::Node,
    site::{Setting, Site, path::join, scope},
};

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

impl Here<'_> {
    pub(super) fn hexo(&self, site: &mut Site, marker: &str) {
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
        // What is skipped is copied as it stands; `exclude` counts from the folder of posts, `ignore` from the site's.
        let skipped = ["skip_render", "exclude"].into_iter().flat_map(|key| listed(&tree, key));
        let skipped = skipped.map(|glob| join(source, glob));
        let ignored = listed(&tree, "ignore").map(|glob| join(self.folder, glob));
        site.left_out = scope::globs(skipped.chain(ignored).collect::<Vec<_>>());
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

    /// Hexo's renderers of former years: kramed 0.5.6 reads an address to its parenthesis and `##x` as a heading, marked 0.3.19,
    /// which the usual one has before its first version, only the former (run); marked 0.5 reads both as CommonMark does.
    pub(super) fn hexo_renderer(&self, site: &mut Site) {
        let package = if self.has("package.json") { self.text("package.json") } else { return };
        if package.contains("hexo-renderer-kramed") {
            site.settings.extend([Setting::LooseHeadings, Setting::LooseAddresses]);
        } else if self.version("hexo-renderer-marked") == Some(0) {
            site.settings.insert(Setting::LooseAddresses);
        }
    }
}
