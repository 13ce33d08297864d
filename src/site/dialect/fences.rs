//! How each generator finds its fences, byte for byte as its own code does.

use memchr::memmem;

use super::{Fenced, Split, Syntax};
use crate::source::Span;

/// gray-matter 4.0.3: VitePress, Docusaurus, Eleventy, and what most Next.js sites use.
pub fn gray_matter(text: &str) -> Split {
    let start = mark(text);
    let Some(rest) = text[start..].strip_prefix("---").filter(|rest| !rest.starts_with('-')) else {
        return body_from(text, start);
    };
    let opener_end = start + 3;
    let line = rest.lines().next().unwrap_or_default();
    let language = line.trim();
    let syntax = match language.to_ascii_lowercase().as_str() {
        "" | "yaml" | "yml" => Some(Syntax::Yaml),
        "json" => Some(Syntax::Json),
        _ => None,
    };
    let found = memmem::find(&text.as_bytes()[opener_end..], b"\n---").map(|at| opener_end + at + 1);
    let payload = next_line(text, opener_end);
    let opener = Span::new(start, opener_end + line.trim_end().len());
    let mut split = match found {
        Some(closer) => {
            let closer = Span::new(closer, closer + 3);
            let payload = Span::new(payload.min(closer.start), closer.start);
            fenced(text, syntax.unwrap_or(Syntax::Yaml), opener, payload, closer, past_line_end(text, closer.end))
        }
        None => unclosed(text, syntax.unwrap_or(Syntax::Yaml), opener, payload),
    };
    // `---js` runs the block as a program; what it would give nobody knows without doing so.
    if syntax.is_none() {
        split.refused = !matches!(language, "js" | "javascript");
        split.block = None;
    }
    split
}

/// Astro 5: `/(?:^\uFEFF?|^\s*\n)(?:---|\+\+\+)([\s\S]*?\n)(?:---|\+\+\+)/`.
pub fn astro(text: &str) -> Split {
    let blank = text.len() - text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}').len();
    let start = if blank == mark(text) || text[..blank].ends_with('\n') { blank } else { mark(text) };
    let Some(syntax) = syntax_of_fence(&text[start..]) else { return body_from(text, 0) };
    let from = start + 3;
    let closer = memchr::memchr_iter(b'\n', &text.as_bytes()[from..])
        .map(|at| from + at + 1)
        .find(|at| syntax_of_fence(&text[*at..]).is_some());
    let Some(closer) = closer else { return body_from(text, 0) };
    let opener = Span::new(start, from);
    let whole = Span::new(closer, closer + 3);
    // The block is then cut out as a text of two equal fences; with different ones it stays.
    let body = if whole.of(text) == opener.of(text) { whole.end } else { 0 };
    fenced(text, syntax, opener, Span::new(from, closer), whole, body)
}

/// Hugo's page lexer: the first character that is no white space decides.
pub fn hugo(text: &str) -> Split {
    let start = text.len() - text.trim_start_matches(|c: char| c.is_whitespace() || c == '\u{feff}').len();
    let rest = &text[start..];
    match rest.as_bytes().first() {
        Some(b'{') => hugo_json(text, start),
        Some(b'-' | b'+') => match syntax_of_fence(rest) {
            Some(syntax) => hugo_fenced(text, start, syntax),
            None => Split { refused: true, ..body_from(text, start) },
        },
        _ => body_from(text, mark(text)),
    }
}

fn hugo_fenced(text: &str, start: usize, syntax: Syntax) -> Split {
    let opener = Span::new(start, start + 3);
    let payload = past_line_end(text, opener.end);
    let fence = opener.of(text);
    let at_once = payload > opener.end && text[payload..].starts_with(fence);
    let closer = if at_once {
        Some(payload)
    } else {
        memchr::memchr2_iter(b'\n', b'\r', &text.as_bytes()[payload..])
            .map(|at| payload + at + 1)
            .find(|at| text[*at..].starts_with(fence))
    };
    match closer {
        Some(at) => {
            let closer = Span::new(at, at + 3);
            fenced(text, syntax, opener, Span::new(payload, at), closer, past_line_end(text, closer.end))
        }
        None => Split { refused: true, ..unclosed(text, syntax, opener, payload) },
    }
}

fn hugo_json(text: &str, start: usize) -> Split {
    let (mut level, mut quoted, mut escaped) = (0usize, false, false);
    for (at, byte) in text.bytes().enumerate().skip(start) {
        match byte {
            _ if escaped => escaped = false,
            b'\\' => escaped = true,
            b'"' => quoted = !quoted,
            b'{' if !quoted => level += 1,
            b'}' if !quoted => level -= 1,
            _ => {}
        }
        if level == 0 {
            let body = past_line_end(text, at + 1);
            return fenced(text, Syntax::Json, Span::at(start), Span::new(start, body), Span::at(body), body);
        }
    }
    Split { refused: true, ..unclosed(text, Syntax::Json, Span::at(start), start) }
}

/// Jekyll 4: `\A(---\s*\n.*?\n?)^((---|\.\.\.)\s*$\n?)`; only posts are rendered without it.
pub fn jekyll(text: &str, path: &str) -> Split {
    let post = path.split('/').any(|folder| folder == "_posts" || folder == "_drafts");
    let start = if post { mark(text) } else { 0 };
    let Some(payload) = jekyll_opener(text, start) else {
        return Split { copied: !post, ..body_from(text, start) };
    };
    let opener = Span::new(start, start + 3);
    let closer = lines_from(text, payload).find(|line| {
        let rest = line.of(text);
        rest.strip_prefix("---").or_else(|| rest.strip_prefix("...")).is_some_and(is_blank)
    });
    match closer {
        Some(line) => {
            let closer = Span::new(line.start, line.start + 3);
            fenced(text, Syntax::Yaml, opener, Span::new(payload, closer.start), closer, past_blank(text, closer.end))
        }
        None => body_from(text, start),
    }
}

/// Where the line after the opening fence begins.
fn jekyll_opener(text: &str, start: usize) -> Option<usize> {
    let line = lines_from(text, start).next()?;
    let next = next_line(text, line.end);
    (line.of(text).strip_prefix("---").is_some_and(is_blank) && next > line.end).then_some(next)
}

/// hexo-front-matter 5: `^(-{3,}|;{3,})\n([\s\S]+?)\n\1\n?`, else without an opener `^([\s\S]+?)\n(-{3,}|;{3,})\n?`.
pub fn hexo(text: &str) -> Split {
    let start = mark(text);
    let first = lines_from(text, start).next().unwrap_or(Span::at(start));
    let line = first.of(text);
    let run = hexo_run(line);
    if run > 0 {
        let payload = next_line(text, first.end);
        if run != line.len() || payload == first.end {
            return body_from(text, start);
        }
        return match hexo_closer(text, payload, Some(line)) {
            Some(closer) => hexo_block(text, first, payload, closer),
            None => body_from(text, start),
        };
    }
    match hexo_closer(text, start, None) {
        Some(closer) => hexo_block(text, Span::at(start), start, closer),
        None => body_from(text, start),
    }
}

fn hexo_block(text: &str, opener: Span, payload: usize, closer: Span) -> Split {
    let syntax = if closer.of(text).starts_with(';') { Syntax::Members } else { Syntax::Yaml };
    fenced(text, syntax, opener, Span::new(payload, closer.start), closer, past_line_end(text, closer.end))
}

/// The first line after at least one character from `payload` that begins with `fence`, or with any fence.
fn hexo_closer(text: &str, payload: usize, fence: Option<&str>) -> Option<Span> {
    // `[\s\S]+?` takes one character at least, so that a line end at once belongs to the payload.
    let from = payload + text[payload..].chars().next()?.len_utf8();
    memchr::memchr_iter(b'\n', &text.as_bytes()[from..]).map(|at| from + at + 1).find_map(|at| {
        let length = match fence {
            Some(fence) if text[at..].starts_with(fence) => fence.len(),
            Some(_) => 0,
            None => hexo_run(&text[at..]),
        };
        (length > 0).then(|| Span::new(at, at + length))
    })
}

/// How many `-` or `;` a line begins with, three at least; else zero.
fn hexo_run(line: &str) -> usize {
    let first = line.bytes().next().unwrap_or_default();
    let run = line.bytes().take_while(|byte| *byte == first).count();
    if matches!(first, b'-' | b';') && run >= 3 { run } else { 0 }
}

/// Zola: `^[[:space:]]*(---|\+\+\+)(\r?\n(?s).*?(?-s))\1[[:space:]]*(?:$|(?:\r?\n((?s).*(?-s))$))`, TOML first.
pub fn zola(text: &str) -> Split {
    let start = text.len() - text[mark(text)..].trim_ascii_start().len();
    let refused = Split { refused: true, ..body_from(text, mark(text)) };
    let Some(syntax) = syntax_of_fence(&text[start..]) else { return refused };
    let opener = Span::new(start, start + 3);
    let payload = past_line_end(text, opener.end);
    if payload == opener.end {
        return refused;
    }
    // The line end belongs to the block, so that the closer of an empty one may follow at once.
    let closer = memmem::find_iter(&text.as_bytes()[payload..], opener.of(text))
        .map(|at| payload + at)
        .find(|at| ends_line(text, at + 3));
    match closer {
        Some(at) => {
            let closer = Span::new(at, at + 3);
            fenced(text, syntax, opener, Span::new(payload, at), closer, past_blank(text, closer.end))
        }
        None => refused,
    }
}

/// MkDocs 1.6: `^-{3}[ \t]*\n(.*?\n)(?:\.{3}|-{3})[ \t]*\n`, else lines `key: value` at the start (MultiMarkdown).
pub fn mkdocs(text: &str) -> Split {
    let start = mark(text);
    yaml_lines(text, start, true).unwrap_or_else(|| multimarkdown(text, start))
}

/// Pelican 4.12, by the extension `meta` of Python-Markdown 3: lines `key: value` up to one that is none, a blank one or a
/// fence, with `^-{3}(\s.*)?` before them or without.
pub fn pelican(text: &str) -> Split {
    let start = mark(text);
    let is_fence = |line: Span, marks: &[&str]| {
        marks.iter().any(|mark| {
            line.of(text).strip_prefix(mark).is_some_and(|rest| rest.is_empty() || rest.starts_with([' ', '\t']))
        })
    };
    let Some(opener) = lines_from(text, start).next().filter(|line| is_fence(*line, &["---"])) else {
        return multimarkdown(text, start);
    };
    let payload = next_line(text, opener.end);
    let (mut end, mut closer, mut rest) = (payload, None, payload);
    for line in lines_from(text, payload) {
        let content = line.of(text);
        let is_end = is_fence(line, &["---", "..."]);
        if is_end || content.trim().is_empty() {
            closer = is_end.then_some(line);
            rest = next_line(text, line.end);
            break;
        }
        if !(end > payload && (content.starts_with("    ") || content.starts_with('\t'))
            || is_multimarkdown_key(content))
        {
            break;
        }
        end = line.end;
        rest = next_line(text, line.end);
    }
    let payload = Span::new(payload, end);
    fenced(text, Syntax::Lines, opener, payload, closer.unwrap_or(Span::at(end)), rest)
}

fn multimarkdown(text: &str, start: usize) -> Split {
    let mut end = start;
    let mut keys = false;
    let mut rest = start;
    for line in lines_from(text, start) {
        let content = line.of(text);
        if content.trim().is_empty() {
            rest = next_line(text, line.end);
            break;
        }
        let more = keys && (content.starts_with("    ") || content.starts_with('\t'));
        if !more && !is_multimarkdown_key(content) {
            break;
        }
        keys = true;
        end = line.end;
        rest = next_line(text, line.end);
    }
    let rest = text.len() - text[rest..].trim_start_matches(['\n', '\r']).len();
    if keys {
        fenced(text, Syntax::Lines, Span::at(start), Span::new(start, end), Span::at(end), rest)
    } else {
        body_from(text, rest)
    }
}

/// `^[ ]{0,3}([A-Za-z0-9_-]+):`
fn is_multimarkdown_key(line: &str) -> bool {
    let content = line.trim_start_matches(' ');
    line.len() - content.len() <= 3
        && content.split_once(':').is_some_and(|(key, _)| {
            !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
        })
}

/// Obsidian: fences alone on their lines, the first on the first line.
pub fn obsidian(text: &str) -> Split {
    let start = mark(text);
    yaml_lines(text, start, false).unwrap_or_else(|| body_from(text, start))
}

/// A block between fences that stand alone on their lines. MkDocs wants a line end behind the closer and at least one
/// byte between, and takes `...` too.
fn yaml_lines(text: &str, start: usize, mkdocs: bool) -> Option<Split> {
    let is_fence = |line: &str| line.strip_prefix("---").is_some_and(|rest| rest.trim_matches([' ', '\t']).is_empty());
    let opener = lines_from(text, start).next().filter(|line| is_fence(line.of(text)))?;
    let payload = next_line(text, opener.end);
    let closer = lines_from(text, payload).skip(usize::from(mkdocs)).find(|line| {
        let content = line.of(text);
        let dots = content.strip_prefix("...").is_some_and(|rest| rest.trim_matches([' ', '\t']).is_empty());
        (is_fence(content) || mkdocs && dots) && !(mkdocs && line.end == text.len())
    })?;
    let mut body = next_line(text, closer.end);
    if mkdocs {
        body = text.len() - text[body..].trim_start_matches(['\n', '\r']).len();
    }
    let closer = Span::new(closer.start, closer.start + 3);
    Some(fenced(text, Syntax::Yaml, Span::new(start, start + 3), Span::new(payload, closer.start), closer, body))
}

/// No generator is known: what nearly all of them would read, blank lines before it forgiven.
pub fn plain(text: &str) -> Split {
    let whole = body_from(text, mark(text));
    let Some(first) = lines_from(text, mark(text)).find(|line| !is_blank(line.of(text))) else { return whole };
    let Some(syntax) = syntax_of_fence(first.of(text)).filter(|_| is_blank(&first.of(text)[3..])) else { return whole };
    let fence = &first.of(text)[..3];
    let payload = next_line(text, first.end);
    let mut keyed = false;
    for line in lines_from(text, payload) {
        let content = line.of(text);
        let closes = content.strip_prefix(fence).is_some_and(is_blank)
            || syntax == Syntax::Yaml && content.strip_prefix("...").is_some_and(is_blank);
        if closes && (keyed || line.start == payload) {
            let closer = Span::new(line.start, line.start + 3);
            let opener = Span::new(first.start, first.start + 3);
            let body = next_line(text, line.end);
            return fenced(text, syntax, opener, Span::new(payload, closer.start), closer, body);
        }
        if !keyed && !is_blank(content) && !content.starts_with('#') {
            keyed = true;
            // A mapping may be written in flow style, as JSON is.
            let is_map = content.starts_with("{\"") && content.trim_end().ends_with('}');
            let is_toml = syntax == Syntax::Toml && content.contains(['=', '[']);
            if super::intent::key_of(content).is_none() && !is_map && !is_toml {
                return whole;
            }
        }
    }
    whole
}

/// Length of the byte order mark: 0 or 3.
fn mark(text: &str) -> usize {
    if text.starts_with('\u{feff}') { 3 } else { 0 }
}

fn syntax_of_fence(text: &str) -> Option<Syntax> {
    match text.as_bytes().get(..3)? {
        b"---" => Some(Syntax::Yaml),
        b"+++" => Some(Syntax::Toml),
        _ => None,
    }
}

fn body_from(text: &str, start: usize) -> Split {
    Split { body: Span::new(start, text.len()), ..Split::default() }
}

fn fenced(text: &str, syntax: Syntax, opener: Span, payload: Span, closer: Span, body: usize) -> Split {
    Split { block: Some(Fenced { syntax, opener, payload, closer }), ..body_from(text, body) }
}

fn unclosed(text: &str, syntax: Syntax, opener: Span, payload: usize) -> Split {
    let payload = Span::new(payload, text.len());
    fenced(text, syntax, opener, payload, Span::at(text.len()), text.len())
}

/// The lines from `start`, each without its line end (LF or CRLF).
pub fn lines_from(text: &str, start: usize) -> impl Iterator<Item = Span> {
    let mut at = start;
    std::iter::from_fn(move || {
        if at >= text.len() {
            return None;
        }
        let end = memchr::memchr(b'\n', &text.as_bytes()[at..]).map_or(text.len(), |length| at + length);
        let line = Span::new(at, end);
        at = end + 1;
        Some(Span::new(line.start, line.start + line.of(text).trim_end_matches('\r').len()))
    })
}

/// Where the line after the one that holds `at` begins; the end of the text where there is none.
pub fn next_line(text: &str, at: usize) -> usize {
    memchr::memchr(b'\n', &text.as_bytes()[at..]).map_or(text.len(), |length| at + length + 1)
}

/// Past the line end at `at`, if there is one.
fn past_line_end(text: &str, at: usize) -> usize {
    let rest = &text[at..];
    at + rest.strip_prefix("\r\n").or_else(|| rest.strip_prefix('\n')).map_or(0, |after| rest.len() - after.len())
}

/// Past the white space at `at`, but not into a line that holds more.
fn past_blank(text: &str, at: usize) -> usize {
    let rest = &text[at..];
    let space = rest.len() - rest.trim_ascii_start().len();
    if space == rest.len() {
        return text.len();
    }
    at + rest[..space].rfind('\n').map_or(0, |line_end| line_end + 1)
}

/// Whether nothing but white space follows on the line.
fn ends_line(text: &str, at: usize) -> bool {
    let rest = &text[at..];
    let space = rest.len() - rest.trim_ascii_start().len();
    space == rest.len() || rest[..space].contains('\n')
}

pub fn is_blank(line: &str) -> bool {
    line.trim_ascii().is_empty()
}
