//! Hugo: its configuration may lie in many files, and knows no case.

use super::{Here, is_true, listed, value};
use crate::{
    data::Node,
    site::{Mount, Setting, Site, path::join},
};

impl Here<'_> {
    pub(super) fn hugo(&self, site: &mut Site, marker: &str) {
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
                    // What is fetched first, or lies beside the project, is not here to be seen.
                    Some(("content" | "static", address)) if is_away(folder("source")) => {
                        site.elsewhere.push(join("", address));
                    }
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
}

fn is_away(source: &str) -> bool {
    source.starts_with("..") || source.split('/').any(|part| part == "node_modules")
}
