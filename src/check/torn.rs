//! Links of which the address has a blank in it, so that they are text.

use memchr::memmem;
use pulldown_cmark::{Event, Options, Parser};

use super::{Hit, Subject, markup};
use crate::{document::BlockKind, site::Setting, source::Span};

pub const WORDS: &[&str] = &["found"];

/// No address is longer, in bytes.
const LONGEST: usize = 1_000;

#[derive(Debug, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Torn {
    /// Endings of files of the site that links lead to, in small letters: what else is in parentheses may be a remark.
    endings: Vec<String>,
}

impl Torn {
    pub fn run(&self, subject: &Subject<'_>) -> Vec<Hit> {
        use BlockKind::{Heading, List, Paragraph, Quote, Table};
        if subject.site.has(Setting::LooseAddresses) {
            return Vec::new();
        }
        let document = subject.document;
        let blocks = document.blocks.iter();
        let blocks =
            blocks.filter(|block| matches!(block.kind, Paragraph | Heading { .. } | List { .. } | Quote | Table));
        let mut hits = Vec::new();
        for block in blocks {
            let text = document.text(block.span);
            let found: Vec<Span> = self.addresses(text).collect();
            if found.is_empty() {
                continue;
            }
            // Most blocks have none; of the others, Markdown says what is text.
            let words: Vec<Span> = Parser::new_ext(text, Options::ENABLE_TABLES)
                .into_offset_iter()
                .filter_map(|(event, range)| matches!(event, Event::Text(_)).then(|| Span::new(range.start, range.end)))
                .collect();
            let is_text = |span: &Span| words.iter().any(|word| word.start <= span.start && span.start < word.end);
            let hit =
                |span: Span| Hit::new(span.shifted(block.span.start)).word("found", markup::quoted(span.of(text)));
            hits.extend(found.into_iter().filter(is_text).map(hit));
        }
        hits
    }

    /// What stands between `](` and `)` on a line and was meant for an address, although it has a blank.
    fn addresses<'a>(&'a self, text: &'a str) -> impl Iterator<Item = Span> + 'a {
        memmem::find_iter(text.as_bytes(), b"](").filter_map(move |at| {
            let start = at + 2;
            let rest = &text.as_bytes()[start..text.len().min(start + LONGEST)];
            let end =
                rest.iter().position(|byte| matches!(byte, b'(' | b')' | b'<' | b'>' | b'"' | b'\'' | b'{' | b'\n'))?;
            let address = text.get(start..start + end).filter(|_| rest[end] == b')')?;
            let blank = address.find(' ').filter(|blank| *blank > 0 && !address.ends_with(' '))?;
            let remote = address.starts_with("https://") || address.starts_with("http://");
            let path = address.split('#').next().unwrap_or_default().to_lowercase();
            let local = || self.endings.iter().any(|ending| path.ends_with(ending.as_str()));
            let quoted = address.contains(['“', '”']) || address[..blank].ends_with('\\');
            let open = text[..at].rfind(['[', ']', '\n']).filter(|open| text[*open..].starts_with('['))?;
            let is_link = open + 1 < at && !text[..open].ends_with(['!', '\\']);
            (is_link && !quoted && (remote || local())).then(|| Span::new(start, start + end))
        })
    }
}
