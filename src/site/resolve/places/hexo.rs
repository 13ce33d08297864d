//! Where Hexo publishes a post, and what its renderers and plugins make of an address in it.

use super::{NOBODY, Places};
use crate::site::{
    Setting,
    path::{below, clamp, join},
    resolve::{Kind, Why},
};

impl Places<'_> {
    pub(super) fn hexo(&mut self, path: &str) {
        let (hook, assets) = (self.site.has(Setting::Hook), self.site.has(Setting::PostAssets));
        let plugged = hook || assets && !self.site.has(Setting::Prepends);
        let html = self.kind == Kind::Html;
        // Raw HTML is seen from the page; the assets are published beside that where its address is a folder.
        let seen = assets && html && !path.starts_with("../") && self.site.permalink.ends_with('/');
        let own = if plugged || seen || self.kind == Kind::Shortcode { Why::Assets } else { Why::Mistaken };
        let beside = if plugged { Why::Assets } else { Why::Mistaken };
        self.add(self.stem(), path, own);
        let root = clamp("", path);
        match self.hexo_page().filter(|_| html) {
            Some(page) => {
                let address = clamp(&page, path);
                // A folder of a category may have pictures as well.
                self.loose =
                    self.post.filed > 0 && address.contains(NOBODY) && self.site.permalink.contains(":category");
                self.statics(&address);
                self.site.statics.iter().for_each(|folder| self.add(folder, &root, Why::Mistaken));
            }
            // The renderer puts the site's root before an address in Markdown.
            None => self.statics(&root),
        }
        self.add(self.folder, path, beside);
    }

    /// The folder of the address that Hexo publishes the post or page at, where that can be told. What stands for a part
    /// that is not known is a name that no folder has.
    fn hexo_page(&self) -> Option<String> {
        let site = self.site;
        if self.post.moved {
            return None;
        }
        let inside = site.content.iter().find_map(|content| below(self.folder, content))?;
        let (root, folder) = inside.split_once('/').unwrap_or((inside, ""));
        if !matches!(root, "_posts" | "_drafts") {
            return Some(inside.to_owned());
        }
        let name = self.stem().rsplit('/').next().unwrap_or_default();
        let mut date = self.post.date.unwrap_or_default().split(|c: char| !c.is_ascii_digit());
        let [year, month, day] = [4, 2, 2].map(|width| match date.next() {
            Some(part) if !part.is_empty() && part.len() <= width => format!("{part:0>width$}"),
            _ => NOBODY.to_owned(),
        });
        let plain = |part: &str| part.trim_start_matches('0').to_owned();
        let (above, _) = site.permalink.rsplit_once('/').unwrap_or_default();
        let expand = |part: &str| {
            Some(match part {
                ":year" => year.clone(),
                ":month" => month.clone(),
                ":day" => day.clone(),
                ":i_month" => plain(&month),
                ":i_day" => plain(&day),
                ":title" => join(folder, name),
                ":name" => name.to_owned(),
                ":category" => [NOBODY].repeat(self.post.filed.max(1)).join("/"),
                ":post_title" | ":id" | ":hash" | ":hour" | ":minute" | ":second" | ":timestamp" => NOBODY.to_owned(),
                literal if !literal.contains(':') => literal.to_owned(),
                _ => return None,
            })
        };
        let parts: Option<Vec<String>> = above.split('/').map(expand).collect();
        Some(join("", &parts?.join("/")))
    }
}
