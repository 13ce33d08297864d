//! What was put in front of the article or behind it: adverts by their own words, and blocks that many posts share.

use std::collections::HashSet;

use super::{Fixing, Hit, Subject, removal};
use crate::{
    document::{BlockKind, Document},
    facts::{
        corpus::{Appendix, family::Verdict},
        promotion::Kind,
    },
    source::Span,
};

pub const WORDS: &[&str] = &["calls", "count", "share", "seen", "kind"];

#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Footer {
    /// The kinds of block to report.
    kinds: Vec<Kind>,
    /// Says where else the block stands, with `{count}` and `{share}`; fills `{seen}` for a block of many posts.
    #[serde(default)]
    seen: String,
    /// Says which `{file}` the text is taken in from; stands before what `seen` says.
    #[serde(default)]
    taken: String,
    /// Fills `{calls}` where no call to action was recognised and only the family gives the block away.
    #[serde(default)]
    unsaid: String,
    /// Pages that are there to speak of the site and to ask for something: names of the file, its folder or its address, and
    /// values of `layout` or `type`. Only what other posts say too is an advert there.
    #[serde(default)]
    pages: Pages,
}

#[derive(Debug, Default, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Pages {
    #[serde(default)]
    names: HashSet<String>,
    #[serde(default)]
    layouts: HashSet<String>,
}

impl Pages {
    fn hold(&self, document: &Document) -> bool {
        let value = |key: &str| document.front_matter.tree.as_ref()?.get(key)?.text();
        let is_name = |name: &str| self.names.contains(&name.split('.').next().unwrap_or_default().to_lowercase());
        let last = |path: &str| path.trim_end_matches('/').rsplit('/').next().is_some_and(is_name);
        let path = document.path();
        let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
        let file = path[folder.len()..].trim_start_matches('/');
        let is_index = file.trim_start_matches('_').starts_with("index.");
        is_name(file)
            || is_index && last(folder)
            || ["permalink", "url", "slug"].into_iter().filter_map(value).any(last)
            || ["layout", "type"]
                .into_iter()
                .filter_map(value)
                .any(|layout| self.layouts.contains(&layout.to_lowercase()))
    }
}

/// Whether no author wants to keep it.
const fn is_foreign(kind: Kind) -> bool {
    matches!(kind, Kind::Promotional | Kind::Leak)
}

/// Whether what would be left needs what would go: the other items of a list, the tags of a block of HTML, or a list that the
/// words lead to.
fn leaves_a_part(subject: &Subject<'_>, span: Span) -> bool {
    let document = subject.document;
    let at = document.blocks.partition_point(|block| block.span.end <= span.start);
    let is_list = |at: usize| document.blocks.get(at).is_some_and(|block| matches!(block.kind, BlockKind::List { .. }));
    let part = document.blocks.get(at).is_some_and(|block| block.span.trimmed(&document.source.text) != span);
    let leads = document.text(span).trim_end_matches(['*', '_', ' ']).ends_with([':', '：']);
    let is_whole = |kind| matches!(kind, BlockKind::List { .. } | BlockKind::Html | BlockKind::Table);
    let is_torn = part && document.blocks.get(at).is_some_and(|block| is_whole(block.kind));
    is_torn || leads && is_list(at + 1)
}

/// An advert with what would lead to nothing without it: the line in a colon above its list, and the heading of both.
fn with_lead(subject: &Subject<'_>, span: Span) -> Span {
    let (document, blocks) = (subject.document, &subject.document.blocks);
    let at = blocks.partition_point(|block| block.span.end <= span.start);
    let is_list = |at: usize| blocks.get(at).is_some_and(|block| matches!(block.kind, BlockKind::List { .. }));
    let is_heading = |at: usize| blocks.get(at).is_some_and(|block| matches!(block.kind, BlockKind::Heading { .. }));
    let leads = |at: usize| {
        let text = document.text(blocks[at].span).trim_end_matches(['*', '_', ' ', '\\']);
        blocks[at].kind == BlockKind::Paragraph && !text.contains('\n') && text.ends_with([':', '：'])
    };
    let Some(lead) = at.checked_sub(1).filter(|lead| is_list(at) && leads(*lead)) else { return span };
    let after = blocks.partition_point(|block| block.span.start < span.end);
    let closes = after == blocks.len() || is_heading(after);
    let heading = lead.checked_sub(1).filter(|heading| closes && is_heading(*heading));
    Span::new(blocks[heading.unwrap_or(lead)].span.start, span.end)
}

/// Whether a sentence is left that is not in the same paragraph, or nothing at all.
fn leaves_prose(subject: &Subject<'_>, span: Span) -> bool {
    let document = subject.document;
    let is_prose = |kind| matches!(kind, BlockKind::Paragraph | BlockKind::List { .. } | BlockKind::Quote);
    let is_whole = document.body.trimmed(&document.source.text) == span;
    is_whole || document.blocks.iter().any(|block| is_prose(block.kind) && !block.span.overlaps(span))
}

impl Footer {
    pub fn kinds(&self) -> &[Kind] {
        &self.kinds
    }

    pub fn fixing(&self) -> Fixing {
        if self.kinds.iter().copied().any(is_foreign) { Fixing::Unsafe } else { Fixing::No }
    }

    pub fn run(&self, subject: &Subject<'_>) -> Vec<Hit> {
        if self.kinds.is_empty() {
            return Vec::new();
        }
        let found = subject.frame.appendices(subject.document);
        let mut found: Vec<&Appendix<'_>> = found.iter().filter(|appendix| self.reports(appendix)).collect();
        let is_own = |found: &&Appendix<'_>| found.family.is_none() && found.file.is_none();
        if found.iter().any(is_own) && self.pages.hold(subject.document) {
            found.retain(|found| !is_own(found));
        }
        found.into_iter().map(|found| self.hit(subject, found)).collect()
    }

    /// What somebody denied counts as an advert; what somebody allowed or wants peeled only is nobody's finding.
    fn reports(&self, found: &Appendix<'_>) -> bool {
        match found.verdict() {
            Verdict::Deny => self.kinds.contains(&Kind::Promotional),
            verdict => verdict == Verdict::usual(found.kind) && self.kinds.contains(&found.kind),
        }
    }

    fn hit(&self, subject: &Subject<'_>, found: &Appendix<'_>) -> Hit {
        let hit = self.say(subject, found);
        // Whoever publishes what others wrote owes them the link.
        let may_go = is_foreign(found.kind)
            && !found.score.source
            && !leaves_a_part(subject, found.span)
            && leaves_prose(subject, found.span);
        if may_go { hit.fix(false, removal::edits(subject, with_lead(subject, found.span))) } else { hit }
    }

    fn say(&self, subject: &Subject<'_>, found: &Appendix<'_>) -> Hit {
        let calls = match subject.facts.corpus.vocabulary().says(&found.score) {
            calls if calls.is_empty() => self.unsaid.clone(),
            calls => calls.join(", "),
        };
        let (count, share) = found.family.map_or((1, 0.0), |family| (family.posts, family.share));
        let decimals = usize::from(share < 0.01);
        let share = format!("{:.decimals$} %", share * 100.0);
        let seen = match found.family {
            Some(_) => self.seen.replace("{count}", &count.to_string()).replace("{share}", &share),
            None => String::new(),
        };
        let taken = found.file.map_or_else(String::new, |file| self.taken.replace("{file}", file));
        let seen = taken + &seen;
        Hit::new(found.span)
            .word("calls", calls)
            .word("count", count.to_string())
            .word("share", share)
            .word("seen", seen)
            .word("kind", found.kind.name())
    }
}
