//! Text that is shown as code and is none: in a fence around the whole post, behind one that is left over or never closed,
//! or set in by so many spaces that no fence is needed.

use super::{Edit, Hit, Severity, Subject, removal};
use crate::{
    document::{
        Block, BlockKind,
        code::{
            Open, Share, begins_with_rule, glued, is_article, is_below_tag, is_heading, is_language, marks, open_block,
            opener_text, prose_share, short,
        },
    },
    site::{Generator, Setting},
    source::Span,
};

pub const WORDS: &[&str] = &["fence", "lines", "fault", "shows"];

#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize, schemars::JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// Everything stands inside one fence.
    Wrapped,
    /// A fence at the end with nothing behind it.
    Stray,
    /// A fence that swallows text that is not code, or that fewer marks were to close.
    Unclosed,
    /// Another fence opens before this one is closed, so that code and text change places below.
    Crossed,
    /// Text without a fence, set in like code.
    Indented,
    /// A fence at the end whose code is whole.
    Open,
}

#[derive(Debug, serde::Deserialize, schemars::JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Fence {
    find: Vec<Kind>,
    /// Info strings of a fence that may hold a whole post.
    #[serde(default)]
    wrappers: Vec<String>,
    /// What is wrong with a fence; fills `{fault}`.
    #[serde(default)]
    fault: String,
    /// The same where nothing but the closing line is missing.
    #[serde(default)]
    unclosed: String,
    /// The same of an opening line within a block that opens nothing, and so does no harm to what stands below.
    #[serde(default)]
    idle: String,
    /// What becomes of the post; fills `{shows}`.
    #[serde(default)]
    shows: String,
    /// The same of an idle line.
    #[serde(default)]
    shows_idle: String,
}

impl Fence {
    pub fn run(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let say = |hit: Hit, fault: &str| hit.word("fault", fault).word("shows", &self.shows);
        let mut hits: Vec<Hit> = self.find(subject).into_iter().map(|hit| say(hit, &self.fault)).collect();
        hits.extend(self.unclosed(subject).filter(|_| self.wanted(Kind::Open)).map(|hit| say(hit, &self.unclosed)));
        if self.wanted(Kind::Crossed) {
            let idle = subject.document.blocks.iter().filter_map(|block| idle(subject, block));
            hits.extend(idle.map(|hit| hit.word("fault", &self.idle).word("shows", &self.shows_idle)));
        }
        hits
    }

    /// The fence at the end of which the closing line is all that is missing.
    fn unclosed(&self, subject: &Subject<'_>) -> Option<Hit> {
        let block = subject.document.blocks.last()?;
        let text = subject.document.text(block.span);
        let unclosed = matches!(block.kind, BlockKind::Code { fenced: true, closed: false });
        (unclosed && open_block(subject.document, block.span, &subject.facts.code) == Open::Whole).then(|| {
            let marks = marks(opener_text(text)).0;
            let closing = if text.ends_with('\n') { format!("{marks}\n") } else { format!("\n{marks}") };
            let edit = Edit { span: Span::at(block.span.end), text: closing };
            hit(text, block.span).severity(Severity::Warning).fix(false, vec![edit])
        })
    }

    fn find(&self, subject: &Subject<'_>) -> Vec<Hit> {
        let document = subject.document;
        let blocks = &document.blocks;
        let mut hits = if self.wanted(Kind::Indented) { indented(subject) } else { Vec::new() };
        // Below the first, code and text have changed places, and each fence looks like another fault.
        if self.wanted(Kind::Crossed) {
            hits.extend(self.crossed(subject));
        }
        if let [block] = blocks.as_slice()
            && let BlockKind::Code { fenced: true, closed } = block.kind
            && self.wraps(document.text(block.span))
        {
            hits.extend(self.wanted(Kind::Wrapped).then(|| wrapped(document.text(block.span), block.span, closed)));
            return hits;
        }
        let Some(block) = blocks.last() else { return hits };
        if matches!(block.kind, BlockKind::Code { fenced: true, .. }) {
            hits.extend(self.set_in(subject, block.span));
        }
        if matches!(block.kind, BlockKind::Code { fenced: true, closed: true }) {
            let text = document.text(block.span);
            let said = hits.iter().any(|hit| hit.span == opener(text, block.span));
            let is_wanted = self.wanted(Kind::Unclosed) && !said && begins_with_rule(text);
            hits.extend(is_wanted.then(|| wrapped(text, block.span, true)));
        }
        if let BlockKind::Code { fenced: true, closed: false } = block.kind {
            let text = document.text(block.span);
            let kind = match open_block(document, block.span, &subject.facts.code) {
                Open::Empty => Kind::Stray,
                Open::Prose => Kind::Unclosed,
                // kramdown 2.4 makes do with fewer marks where there are no others.
                Open::Short if subject.site.generator == Generator::Jekyll => return hits,
                Open::Short => Kind::Unclosed,
                Open::Cut | Open::Even | Open::Whole => return hits,
            };
            let found = match glued(text) {
                None if let Some(short) = short(text) => lengthened(text, block.span, short),
                Some(at) => unglued(text, block.span, at),
                None if kind == Kind::Stray => hit(text, block.span).fix(false, removal::edits(subject, block.span)),
                // Some find the line that opens this block right behind a tag, and this one closes it.
                None if is_below_tag(text)
                    && matches!(subject.site.generator, Generator::Plain | Generator::Docusaurus) =>
                {
                    hit(text, block.span).severity(Severity::Warning)
                }
                None => hit(text, block.span),
            };
            let said = hits.iter().any(|hit| hit.span == found.span);
            hits.extend((self.wanted(kind) && !said).then_some(found));
        }
        hits
    }

    fn wanted(&self, kind: Kind) -> bool {
        self.find.contains(&kind)
    }

    /// The marks that were to close the code at the end of a post, behind more spaces than CommonMark allows: it shows them as a
    /// line of code, and kramdown and Python-Markdown find no code at all. Hexo and MDX look for them behind any number of spaces.
    fn set_in(&self, subject: &Subject<'_>, span: Span) -> Option<Hit> {
        let generator = subject.site.generator;
        let no_code = generator == Generator::Jekyll || generator.uses_python_markdown();
        if !self.wanted(Kind::Stray) || (!no_code && subject.site.finds_fences_in_html(subject.document.path())) {
            return None;
        }
        let text = subject.document.text(span).trim_end();
        let (marks, _) = marks(opener_text(text));
        let (_, last) = text.rsplit_once('\n')?;
        let closer = last.trim_start();
        let blanks = &last[..last.len() - closer.len()];
        if closer != marks || (blanks.len() < 4 && !blanks.contains('\t')) {
            return None;
        }
        let end = span.start + text.len();
        let place = Span::new(end - closer.len(), end);
        let moved = Edit { span: Span::new(end - last.len(), place.start), text: String::new() };
        let hit = hit(closer, place).fix(false, vec![moved]);
        Some(if no_code { hit } else { hit.severity(Severity::Warning) })
    }

    /// Whether a fence holds a post: its info string says so, or nothing but headings and prose is in it.
    fn wraps(&self, text: &str) -> bool {
        let info = marks(opener_text(text)).1.trim().to_lowercase();
        self.wrappers.contains(&info) || (info.is_empty() && prose_share(text.lines().skip(1)) == Share::All)
    }

    /// The first block of code in which another opens by the same marks. A post that shows a fence puts more marks around it,
    /// or calls what is in it Markdown; below a fence without a language, text tells that it was not to show one.
    fn crossed(&self, subject: &Subject<'_>) -> Option<Hit> {
        let document = subject.document;
        let is_fenced = |block: &&Block| matches!(block.kind, BlockKind::Code { fenced: true, .. });
        document.blocks.iter().filter(is_fenced).find_map(|block| {
            let (span, text) = (block.span, document.text(block.span));
            let (marks, info) = marks(opener_text(text));
            let lines = || text.lines().skip(1);
            let other = lines().position(|line| line.strip_prefix(marks).is_some_and(is_language))?;
            let crossed = match info.trim() {
                "" => is_below_tag(text) || lines().take(other).any(is_article),
                info => !subject.facts.code.shows_text(info),
            };
            let shown = || shows_fences(lines(), marks);
            (crossed && idle(subject, block).is_none() && !shown()).then(|| hit(text, span))
        })
    }
}

/// Whether each fence in the code of another is closed in it, by marks that an odd blank behind them keeps from closing the
/// outer one: CommonMark 0.31.2 lets only spaces and tabs stand there.
fn shows_fences<'a>(lines: impl Iterator<Item = &'a str>, marks: &str) -> bool {
    let mut is_open = false;
    for rest in lines.filter_map(|line| line.strip_prefix(marks)) {
        if rest.trim_matches([' ', '\t']).is_empty() {
            break;
        }
        if rest.trim().is_empty() != is_open {
            return false;
        }
        is_open = !is_open;
    }
    !is_open
}

/// A second opening line right below the first one, by the same words, or right above the line that closes the block.
fn idle(subject: &Subject<'_>, block: &Block) -> Option<Hit> {
    if !matches!(block.kind, BlockKind::Code { fenced: true, closed: true }) {
        return None;
    }
    let text = subject.document.text(block.span).trim_end();
    let (marks, info) = marks(opener_text(text));
    let (first, last) = (text.find('\n')? + 1, text.rfind('\n')?);
    // Nothing but such a line shows how a fence is written.
    let before_last = text[..last].rfind('\n').filter(|at| *at >= first)? + 1;
    let language = |at: usize| {
        let rest = text[at..].lines().next()?.strip_prefix(marks)?;
        is_language(rest).then(|| rest.trim())
    };
    let is_twice = || (language(first)? == info.trim()).then_some(first);
    let at = is_twice().or_else(|| language(before_last).map(|_| before_last))?;
    let line = text[at..].split_inclusive('\n').next()?;
    let at = block.span.start + at;
    let span = Span::new(at, at + line.trim_end().len());
    let taken = Edit { span: Span::new(at, at + line.len()), text: String::new() };
    let hit = Hit::new(span).word("fence", line.trim()).word("lines", "0").severity(Severity::Warning);
    Some(hit.fix(false, vec![taken]))
}

/// Passages without a fence that read like an article from end to end; an error where they are most of the post.
fn indented(subject: &Subject<'_>) -> Vec<Hit> {
    let document = subject.document;
    // To MDX, spaces before a line mean nothing.
    if document.path().ends_with(".mdx") || subject.site.has(Setting::MdxEverywhere) {
        return Vec::new();
    }
    let is_set_in = |block: &&Block| matches!(block.kind, BlockKind::Code { fenced: false, .. });
    let blocks = document.blocks.iter().filter(is_set_in).map(|block| (block, document.text(block.span)));
    let source = &document.source.text;
    let is_article = |text: &str, end: usize| {
        prose_share(text.lines()) == Share::All && has_paragraphs(text) || heads_next_line(text, &source[end..])
    };
    let articles = blocks.filter(|(block, text)| is_article(text, block.span.end));
    articles
        .map(|(block, text)| {
            let span = block.span.trimmed(&document.source.text);
            let hit = Hit::new(opener(span.of(&document.source.text), span));
            let hit = hit.word("lines", text.lines().count().to_string()).fix(false, moved_out(subject, block.span));
            if span.len() * 2 >= document.body.len() { hit.severity(Severity::Error) } else { hit }
        })
        .collect()
}

/// Whether passages stand in lines of their own with empty lines between, and not in columns: those are lists of files and
/// of options, each with a sentence about it, or what a program prints.
fn has_paragraphs(text: &str) -> bool {
    let is_in_columns = |line: &&str| line.trim().contains("  ");
    text.lines().filter(is_in_columns).nth(1).is_none() && text.trim().lines().any(|line| line.trim().is_empty())
}

/// Whether a single line is the heading of the words on the very next line. Comments and what programs print are followed by
/// more of their kind or by an empty line.
fn heads_next_line(text: &str, after: &str) -> bool {
    let line = text.trim();
    let below = after.trim_start_matches([' ', '\t', '\r']);
    let next = below.strip_prefix('\n').or_else(|| text.ends_with('\n').then_some(after)).unwrap_or_default();
    is_heading(line)
        && !line.contains('\n')
        && line.contains(char::is_alphabetic)
        && next.starts_with(|c: char| c.is_alphabetic() || c == '*')
}

/// Takes as many blanks from the start of each line as all lines have there.
fn moved_out(subject: &Subject<'_>, span: Span) -> Vec<Edit> {
    let text = &subject.document.source.text;
    let start = text[..span.start].rfind('\n').map_or(0, |at| at + 1);
    let blanks = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    let lines = || text[start..span.end].split_inclusive('\n');
    let common = lines().filter(|line| !line.trim().is_empty()).map(blanks).min().unwrap_or_default();
    let mut at = start;
    let mut edits = Vec::new();
    for line in lines() {
        let taken = blanks(line).min(common);
        if taken > 0 {
            edits.push(Edit { span: Span::new(at, at + taken), text: String::new() });
        }
        at += line.len();
    }
    edits
}

fn opener(text: &str, span: Span) -> Span {
    Span::new(span.start, span.start + text.find(['\r', '\n']).unwrap_or(text.len()))
}

fn hit(text: &str, span: Span) -> Hit {
    let opener = opener(text, span);
    Hit::new(opener).word("fence", opener_text(text)).word("lines", text.lines().skip(1).count().to_string())
}

/// Taking the fence away mends the post.
fn wrapped(text: &str, span: Span, closed: bool) -> Hit {
    let body = text.find('\n').map_or(span.end, |at| span.start + at + 1);
    let mut edits = vec![Edit { span: Span::new(span.start, body), text: String::new() }];
    if closed && let Some(at) = text.rfind('\n').filter(|at| span.start + at > body) {
        edits.push(Edit { span: Span::new(span.start + at, span.end), text: String::new() });
    }
    hit(text, span).fix(false, edits)
}

/// Parts the marks from the heading, where they close this block, or takes them away.
fn unglued(text: &str, span: Span, at: usize) -> Hit {
    let (marks, _) = marks(opener_text(text));
    let start = span.start + at;
    let end = start + marks.len();
    let closes = text[..at].contains('\n');
    let edit = if closes {
        Edit { span: Span::at(end), text: "\n\n".to_owned() }
    } else {
        Edit { span: Span::new(start, end), text: String::new() }
    };
    hit(&text[at..], Span::new(start, span.end)).fix(false, vec![edit])
}

/// Gives the line of marks at `short` as many as the fence has.
fn lengthened(text: &str, span: Span, short: usize) -> Hit {
    let (wanted, _) = marks(opener_text(text));
    let (found, _) = marks(text[short..].lines().next().unwrap_or_default());
    let at = span.start + short + found.len();
    hit(text, span).fix(false, vec![Edit { span: Span::at(at), text: wanted[found.len()..].to_owned() }])
}
