//! Text that is shown as code and is none: in a fence around the whole post, behind one that is left over or never closed,
//! or set in by so many spaces that no fence is needed.

use super::{Edit, Hit, Severity, Subject, removal};
use crate::{
    document::{Block, BlockKind, Document, prose},
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
    /// Info strings of a fence that shows Markdown, so that another fence stands in it on purpose.
    #[serde(default)]
    shown: Vec<String>,
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

/// What an unclosed fence holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Open {
    /// Nothing: a fence left over.
    Empty,
    /// Text that was not meant to be code.
    Prose,
    /// Code that breaks off.
    Cut,
    /// Code that may be whole: its brackets are closed and its last line is complete.
    Even,
    /// Code that ends as code does.
    Whole,
    /// It has more marks than what was to close it.
    Short,
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
        (unclosed && open_block(subject.document, block.span) == Open::Whole).then(|| {
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
        if let BlockKind::Code { fenced: true, closed: false } = block.kind {
            let text = document.text(block.span);
            let kind = match open_block(document, block.span) {
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
        let no_code = matches!(generator, Generator::Jekyll | Generator::MkDocs);
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
                info => !self.shown.contains(&info.to_lowercase()),
            };
            (crossed && idle(subject, block).is_none()).then(|| hit(text, span))
        })
    }
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

/// One word behind the marks of a fence.
fn is_language(info: &str) -> bool {
    let info = info.trim();
    let letters = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '#' | '-' | '_');
    info.starts_with(|c: char| c.is_ascii_alphabetic()) && info.chars().all(letters)
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
    let articles = blocks
        .filter(|(block, text)| prose_share(text.lines()) == Share::All || is_heading(text, &source[block.span.end..]));
    articles
        .map(|(block, text)| {
            let span = block.span.trimmed(&document.source.text);
            let hit = Hit::new(opener(span.of(&document.source.text), span));
            let hit = hit.word("lines", text.lines().count().to_string()).fix(false, moved_out(subject, block.span));
            if span.len() * 2 >= document.body.len() { hit.severity(Severity::Error) } else { hit }
        })
        .collect()
}

/// Whether a single line is the heading of the words on the very next line. Comments and what programs print are followed by
/// more of their kind or by an empty line.
fn is_heading(text: &str, after: &str) -> bool {
    let line = text.trim();
    let title = line.trim_start_matches('#');
    let below = after.trim_start_matches([' ', '\t', '\r']);
    let next = below.strip_prefix('\n').or_else(|| text.ends_with('\n').then_some(after)).unwrap_or_default();
    (2..=6).contains(&(line.len() - title.len()))
        && title.starts_with(' ')
        && !line.contains('\n')
        && title.contains(char::is_alphabetic)
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

fn opener_text(text: &str) -> &str {
    text.lines().next().unwrap_or_default().trim()
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

/// Where the line begins, in an unclosed block, on which a heading stands right behind the marks that were to close it or
/// the one before. No language is named so, and a single `#` begins comments.
fn glued(text: &str) -> Option<usize> {
    let (marks, _) = marks(opener_text(text));
    let heading = |rest: &str| {
        let title = rest.trim_start_matches('#');
        (2..=6).contains(&(rest.len() - title.len())) && title.starts_with(' ')
    };
    let mut at = 0;
    text.split_inclusive('\n').find_map(|line| {
        let start = at + line.len() - line.trim_start().len();
        at += line.len();
        line.trim_start().strip_prefix(marks).is_some_and(heading).then_some(start)
    })
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

/// Where the line of marks stands that was to close an unclosed block and has too few of them: it closes no fence within the
/// block.
fn short(text: &str) -> Option<usize> {
    let (wanted, _) = marks(opener_text(text));
    let mark = wanted.chars().next().filter(|_| wanted.len() > 3)?;
    let mut is_within = false;
    let mut at = text.find('\n')? + 1;
    text[at..].split_inclusive('\n').find_map(|line| {
        let start = at + line.len() - line.trim_start().len();
        at += line.len();
        let (found, info) = marks(line.trim());
        if found.len() < 3 || !found.starts_with(mark) {
            return None;
        }
        let closes = info.is_empty() && !is_within;
        is_within = !info.is_empty();
        closes.then_some(start)
    })
}

/// Gives the line of marks at `short` as many as the fence has.
fn lengthened(text: &str, span: Span, short: usize) -> Hit {
    let (wanted, _) = marks(opener_text(text));
    let (found, _) = marks(text[short..].lines().next().unwrap_or_default());
    let at = span.start + short + found.len();
    hit(text, span).fix(false, vec![Edit { span: Span::at(at), text: wanted[found.len()..].to_owned() }])
}

/// The marks of a fence's first line, and what stands behind them.
fn marks(opener: &str) -> (&str, &str) {
    opener.split_at(opener.len() - opener.trim_start_matches(['`', '~']).len())
}

/// What the unclosed fence that `text` starts with holds.
pub fn open(text: &str) -> Open {
    open_at(text, "")
}

/// The same of a whole block.
pub fn open_block(document: &Document, span: Span) -> Open {
    // Where a heading stands in code, a line of marks is missing above, and code and text have changed places.
    let swallows = |block: &Block| {
        matches!(block.kind, BlockKind::Code { fenced: true, closed: true }) && has_heading(document.text(block.span))
    };
    if document.blocks.iter().any(swallows) {
        return Open::Prose;
    }
    open_at(document.text(span), &document.source.text[span.end..])
}

/// The same where `after` follows in the file.
fn open_at(text: &str, after: &str) -> Open {
    if text.lines().skip(1).all(|line| line.trim().is_empty()) {
        return Open::Empty;
    }
    if short(text).is_some() {
        return Open::Short;
    }
    if glued(text).is_some() {
        return Open::Prose;
    }
    let last = text.lines().rfind(|line| !line.trim().is_empty()).unwrap_or_default();
    if is_words(last.trim()) || prose_share(text.lines().skip(1)) != Share::None || is_post(text) {
        return Open::Prose;
    }
    wholeness(text, after, last)
}

/// Whether the code of an unclosed fence that ends in the line `last` is whole. Code that was cut off mostly leaves a bracket
/// open, stops at a sign, or ends without a line end.
fn wholeness(text: &str, after: &str, last: &str) -> Open {
    let code = text.split_once('\n').map_or("", |(_, code)| code);
    let count = |sign: char| code.matches(sign).count();
    let paired = [('(', ')'), ('[', ']'), ('{', '}')].iter().all(|(open, close)| count(*open) == count(*close));
    let quoted = ['"', '`'].iter().all(|mark| last.matches(*mark).count() % 2 == 0);
    let indent = |line: &str| line.len() - line.trim_start().len();
    let first = code.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let end = last.trim_end().chars().next_back().unwrap_or_default();
    let complete = end.is_alphanumeric() || matches!(end, ')' | ']' | '}' | ';' | '>' | '"' | '\'' | '`' | '/' | '*');
    let ended = text.ends_with('\n') || after.starts_with(['\n', '\r']);
    if !(ended && paired && quoted && complete) {
        return Open::Cut;
    }
    let word = last.split_whitespace().next_back().unwrap_or_default();
    let ends_block = matches!(word, "end" | "fi" | "done" | "esac" | "endif" | "END" | "EOF");
    let tag = end == '>' && last.contains('<');
    let closes = ends_block || tag || matches!(end, ')' | ']' | '}' | ';' | '"' | '\'');
    // Python and YAML end further in at times, and so does much that was cut off.
    if closes && indent(last) <= indent(first) { Open::Whole } else { Open::Even }
}

/// Where the fence begins that is open at the end of a list or a quote.
pub fn nested(text: &str) -> Option<usize> {
    memchr::memchr2(b'`', b'~', text.as_bytes())?;
    let mut open: Option<(char, usize, usize)> = None;
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let inner = line.trim_start_matches(|c: char| {
            matches!(c, ' ' | '\t' | '>' | '-' | '*' | '+' | '.' | ')') || c.is_ascii_digit()
        });
        let start = at + line.len() - inner.len();
        at += line.len();
        let Some(mark) = inner.chars().next().filter(|c| matches!(c, '`' | '~')) else { continue };
        let length = inner.chars().take_while(|c| *c == mark).count();
        let rest = inner[length..].trim();
        match open {
            Some((by, least, _)) if by == mark && length >= least && rest.is_empty() => open = None,
            None if length >= 3 && !rest.contains('`') => open = Some((mark, length, start)),
            _ => {}
        }
    }
    open.map(|(_, _, start)| start)
}

/// A line that no code ends in: an image, a link, or words without a sign of code.
pub fn is_words(line: &str) -> bool {
    let image = line.starts_with("![") || (line.starts_with('[') && line.contains("]("));
    let line = &without_addresses(line);
    let code =
        line.contains(['{', '}', ';', '=', '\\', '(', '"', '/']) || line.starts_with(['#', '/', '$', '<', '@', '|']);
    let unspaced = line.chars().filter(|c| prose::script(*c).unspaced()).count();
    let words = line.split_whitespace().filter(|word| word.chars().all(char::is_alphabetic)).count();
    image || (!code && (unspaced >= 10 || words >= 10))
}

/// What a reader reads of a line with links: their addresses have the signs of code.
fn without_addresses(line: &str) -> String {
    let mut words = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, after)) = rest.split_once("](") {
        words.push_str(before);
        rest = after.split_once(')').map_or("", |(_, after)| after);
    }
    words + rest
}

/// Whether headings, rules, lists and sentences go on in an unclosed fence to its end, or another fence of code opens in it:
/// its closing line got lost, and the post did not.
fn is_post(text: &str) -> bool {
    let (marks, info) = marks(opener_text(text));
    let shown = ["md", "mdx", "markdown", "makedown", "text", "txt", "yaml", "yml"];
    if shown.contains(&info.trim().to_lowercase().as_str()) {
        return false;
    }
    let mut signs = [false; 4];
    let mut ends = false;
    let mut is_below_gap = false;
    for line in text.lines().skip(1).map(str::trim) {
        if line.is_empty() {
            is_below_gap = true;
            continue;
        }
        let title = line.trim_start_matches('#');
        let heading = (2..=6).contains(&(line.len() - title.len())) && title.starts_with(' ') && is_below_gap;
        let rule = line.len() >= 3 && (line.bytes().all(|b| b == b'-') || line.bytes().all(|b| b == b'*'));
        let number = line.trim_start_matches(|c: char| c.is_ascii_digit());
        let item = number.len() < line.len() && number.starts_with(". ");
        let comment = line.starts_with(['#', '/', '*', '-', ';', '"', '\'']);
        let sentence = !comment && is_sentence(line);
        let found = [heading, rule && is_below_gap, item, sentence];
        signs.iter_mut().zip(found).for_each(|(sign, found)| *sign |= found);
        ends = found.contains(&true) || (is_below_gap && line.starts_with("- "));
        is_below_gap = false;
    }
    let other = || {
        is_below_tag(text)
            || !info.trim().is_empty()
                && text.lines().skip(1).any(|line| line.strip_prefix(marks).is_some_and(is_language))
    };
    (ends && (signs[0] || signs[3]) && signs.iter().filter(|sign| **sign).count() > 1) || other()
}

/// Whether a heading stands in code without an info string, with empty lines around it: a comment has code below it.
fn has_heading(text: &str) -> bool {
    let (_, info) = marks(opener_text(text));
    let lines: Vec<&str> = text.lines().skip(1).map(str::trim).collect();
    let is_heading = |line: &str| {
        let title = line.trim_start_matches('#');
        (2..=6).contains(&(line.len() - title.len())) && title.starts_with(' ')
    };
    info.trim().is_empty()
        && lines.windows(3).any(|three| three[0].is_empty() && is_heading(three[1]) && three[2].is_empty())
}

/// Whether a tag ends right below the first line, as it does behind code that begins right behind a tag: to CommonMark the
/// first line of marks there is HTML, and the second one opens the block.
fn is_below_tag(text: &str) -> bool {
    let first = text.lines().skip(1).find(|line| !line.trim().is_empty());
    first.is_some_and(|line| line.trim_start().starts_with("</"))
}

/// A line that ends in a mark which no code ends in, or a sentence of many words.
fn is_sentence(line: &str) -> bool {
    let words = line.split_whitespace().filter(|word| word.chars().all(char::is_alphabetic)).count();
    line.ends_with(['。', '！', '？']) || (words >= 6 && prose::finished(line) && !line.contains(['=', '{', ';']))
}

#[derive(Debug, PartialEq, Eq)]
enum Share {
    None,
    Some,
    All,
}

/// How many of these lines read like an article: headings, and paragraphs that end in sentence marks.
fn prose_share<'a>(lines: impl Iterator<Item = &'a str>) -> Share {
    let (mut prose, mut other) = (0usize, 0usize);
    for line in lines.map(str::trim).filter(|line| !line.is_empty()).take(400) {
        if is_article(line) {
            prose += 1;
        } else if !line.starts_with(['!', '[', '-', '*', '>', '#', '`', '~']) {
            other += 1;
        }
    }
    match (prose, other) {
        (0 | 1, _) => Share::None,
        (prose, other) if prose >= 3 * other => Share::All,
        (prose, other) if prose * 3 >= other => Share::Some,
        _ => Share::None,
    }
}

/// A long line that ends as a sentence does and has none of the signs of code.
fn is_article(line: &str) -> bool {
    let comment = line.contains(" //");
    let code = line.contains(['{', '}', ';', '=', '\\']) || line.starts_with(['#', '/', '$', '<', '@', '|']) || comment;
    line.chars().count() >= 30 && !code && prose::finished(line)
}
