//! What the generator does to a text before fences are looked for in it, so that CommonMark finds those that it finds. No
//! byte moves, so that spans hold for both texts.

use std::borrow::Cow;

use crate::site::{Generator, Site};

/// Liquid is gone before Jekyll's Markdown is read: a line such as "```{% endraw %}" is a fence. Its tags are blanks here, and
/// those before the fence a line of their own.
pub fn without_liquid(body: &str) -> Cow<'_, str> {
    let is_tag = |text: &str| text.starts_with("{%") && text.ends_with("%}");
    let at_fence = |line: &str| line.contains("{%") && line.contains("```");
    let worth = memchr::memmem::find(body.as_bytes(), b"{%").is_some() && body.lines().any(at_fence);
    if !worth {
        return Cow::Borrowed(body);
    }
    let blanks = |length: usize| std::iter::repeat_n(' ', length);
    let mut blanked = String::with_capacity(body.len());
    for line in body.split_inclusive('\n') {
        let fence = line.find("```").filter(|_| at_fence(line)).unwrap_or(line.len());
        let (before, fence) = line.split_at(fence);
        if !fence.is_empty() && is_tag(before.trim()) {
            blanked.extend(blanks(before.len() - 1).chain(['\n']));
        } else {
            blanked.push_str(before);
        }
        let words = fence.trim_end();
        let tag = words.find("{%").filter(|at| is_tag(&words[*at..])).unwrap_or(words.len());
        blanked.push_str(&fence[..tag]);
        blanked.extend(blanks(words.len() - tag));
        blanked.push_str(&fence[words.len()..]);
    }
    Cow::Owned(blanked)
}

/// A fence on the line behind one of tags opens code where Markdown is read within elements; to CommonMark it is part of their
/// HTML, which ends at the first empty line. An empty line is made of the end of the tag, so that the HTML ends there. Where
/// such a fence closes a block of code, that block has one empty line more and nothing else changes.
pub fn behind_tags<'a>(body: Cow<'a, str>, site: &Site, path: &str) -> Cow<'a, str> {
    let everywhere = site.finds_fences_in_html(path);
    if !everywhere && site.generator != Generator::Jekyll {
        return body;
    }
    let mut ends = Vec::new();
    for fence in ["```", "~~~"] {
        for at in memchr::memmem::find_iter(body.as_bytes(), fence) {
            let Some(above) = body[..at].trim_end_matches([' ', '\t']).strip_suffix('\n').map(str::trim_end) else {
                continue;
            };
            // Most fences stand below an empty line or a paragraph.
            if above.ends_with('>') && !body[above.len()..at].contains("\n\n") {
                let line = above[above.rfind('\n').map_or(0, |at| at + 1)..].trim_start();
                if is_element(line) && (everywhere || asks_for_markdown(line)) {
                    ends.push(above.len() - 1);
                }
            }
        }
    }
    if ends.is_empty() {
        return body;
    }
    let mut parted = body.into_owned();
    for end in ends {
        parted.replace_range(end..=end, "\n");
    }
    Cow::Owned(parted)
}

/// Whether a tag tells kramdown to read the text within its element as blocks.
fn asks_for_markdown(line: &str) -> bool {
    line.match_indices("markdown=").any(|(at, key)| {
        let value = line[at + key.len()..].trim_start_matches(['"', '\'']);
        value.starts_with('1') || value.starts_with("block")
    })
}

/// Whether a line begins with a tag that begins a block even below a line of text, or with a component. An image is left whole.
fn is_element(line: &str) -> bool {
    const ELEMENTS: &[&str] = &[
        "article",
        "aside",
        "blockquote",
        "center",
        "dd",
        "details",
        "dialog",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "header",
        "li",
        "main",
        "nav",
        "ol",
        "p",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "th",
        "thead",
        "tr",
        "ul",
    ];
    let Some(rest) = line.strip_prefix('<') else { return false };
    let rest = rest.strip_prefix('/').unwrap_or(rest);
    let name = rest.split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
    let is_component = name.starts_with(|c: char| c.is_ascii_uppercase()) && !line.contains("src");
    is_component || ELEMENTS.iter().any(|element| element.eq_ignore_ascii_case(name))
}
