//! Where Jekyll publishes a post, a page or a document of a collection.

use super::{NOBODY, Places};
use crate::site::{
    Setting, detect,
    path::{below, clamp, join},
    resolve::{Kind, Why},
};

impl Places<'_> {
    pub(super) fn jekyll(&mut self, path: &str) {
        let posts = self.is_post();
        // jekyll-relative-links, which GitHub Pages has on by default, rewrites what leads to a file from that of the page (0.7,
        // read and run).
        if self.kind == Kind::Markdown && !posts {
            self.add(self.folder, path, Why::Beside);
        }
        let hook = self.site.has(Setting::Hook);
        match self.jekyll_page().filter(|_| !hook) {
            Some(page) => {
                // Where the categories lead, no date stands between them and the files of a post.
                let dated = [":month", ":day", "date", "pretty", "ordinal"];
                let permalink = self.site.permalink.as_str();
                let by_category = permalink.contains("categor") || !permalink.contains(['/', ':']);
                let filed = self.post.filed > 0 && posts && by_category;
                self.loose =
                    filed && (path.starts_with("../") || !dated.iter().any(|part| self.site.permalink.contains(part)));
                self.statics(&clamp(&page, path));
                if self.loose {
                    self.statics(&clamp("", path));
                }
            }
            None => {
                self.loose = !hook;
                if !posts || hook {
                    self.add(self.folder, path, Why::Beside);
                }
                self.statics(&clamp("", path));
                if posts && hook {
                    self.statics(&clamp("0/0/0", path));
                }
            }
        }
        self.add(self.folder, path, Why::Mistaken);
        for folder in &self.site.statics {
            self.add(folder, &clamp("", path), Why::Mistaken);
        }
    }

    fn is_post(&self) -> bool {
        self.folder.split('/').any(|part| matches!(part, "_posts" | "_drafts"))
    }

    /// The folder of the address that Jekyll publishes the post at, where that can be told from its name. What stands
    /// for a date or a category that is not known is a name that no folder has.
    pub(in crate::site::resolve) fn jekyll_page(&self) -> Option<String> {
        let site = self.site;
        if self.post.moved || site.has(Setting::Moved) {
            return None;
        }
        let name = self.stem().rsplit('/').next().unwrap_or_default();
        let style = site.permalink.as_str();
        let pretty = style == "pretty" || style.ends_with('/');
        if !self.is_post() {
            let mounted = site.mounts.iter().find_map(|mount| Some((mount, below(self.folder, &mount.folder)?)));
            let folder = match mounted {
                Some((mount, _)) if mount.address == detect::UNKNOWN => return None,
                Some((mount, rest)) => join(&mount.address, rest),
                None if self.is_private(self.folder) => return None,
                None => site.statics.iter().find_map(|root| below(self.folder, root))?.to_owned(),
            };
            let own = pretty && (name != "index" || mounted.is_some());
            return Some(if own { join(&folder, name) } else { folder });
        }
        let template = match style {
            "" | "date" => "/:categories/:year/:month/:day/:title:output_ext",
            "pretty" => "/:categories/:year/:month/:day/:title/",
            "ordinal" => "/:categories/:year/:y_day/:title:output_ext",
            "weekdate" => "/:categories/:year/W:week/:short_day/:title:output_ext",
            "none" => "/:categories/:title:output_ext",
            own => own,
        };
        let mut parts = name.splitn(4, '-');
        let dated = name.split('-').take(3).filter(|part| part.bytes().all(|byte| byte.is_ascii_digit())).count() == 3;
        let date: Vec<&str> = if dated { parts.by_ref().take(3).collect() } else { vec![NOBODY; 3] };
        let title = if dated { parts.next().unwrap_or_default() } else { name };
        let above = site.statics.iter().find_map(|root| below(self.folder, root)).unwrap_or(self.folder);
        let above = above.split('/').take_while(|part| !matches!(*part, "_posts" | "_drafts"));
        let mut categories: Vec<&str> = above.collect();
        if self.post.filed > 0 {
            categories.push(NOBODY);
        }
        let (folder, _) = template.rsplit_once('/')?;
        let expand = |part: &str| {
            Some(match part {
                ":categories" | ":slugified_categories" => categories.join("/"),
                ":year" => date[0].to_owned(),
                ":month" => date[1].to_owned(),
                ":day" => date[2].to_owned(),
                ":title" | ":slug" => title.to_owned(),
                ":i_month" | ":i_day" | ":short_year" | ":y_day" | ":short_day" | "W:week" | ":short_month"
                | ":hour" | ":minute" | ":second" => NOBODY.to_owned(),
                literal if !literal.contains(':') => literal.to_owned(),
                _ => return None,
            })
        };
        let parts: Option<Vec<String>> = folder.split('/').map(expand).collect();
        Some(join("", &parts?.join("/")))
    }
}
