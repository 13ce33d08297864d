//! Links of which the address has a blank in it, so that they are text.

use super::{Hit, Subject, markup};
use crate::site::Setting;

pub const WORDS: &[&str] = &["found"];

#[derive(Debug, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Torn {
    /// Endings of files of the site that links lead to, in small letters: what else is in parentheses may be a remark.
    endings: Vec<String>,
}

impl Torn {
    pub fn run(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let document = subject.document;
        if subject.site.has(Setting::LooseAddresses) {
            return Vec::new();
        }
        let torn = document.torn.iter().filter(|span| self.is_address(document.text(**span)));
        torn.map(|span| Hit::new(*span).word("found", markup::quoted(document.text(*span)))).collect()
    }

    /// Whether what is in parentheses was meant as an address.
    fn is_address(&self, written: &str) -> bool {
        let path = written.split('#').next().unwrap_or_default().to_lowercase();
        written.starts_with("https://")
            || written.starts_with("http://")
            || self.endings.iter().any(|ending| path.ends_with(ending.as_str()))
    }
}
