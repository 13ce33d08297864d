//! What was meant as an image or a link and is only text: CommonMark is silent about it, and the reader sees brackets.

use std::cell::LazyCell;

use super::{Form, Image, markdown::Opaque};
use crate::{
    site::{Generator, Setting, Site, is_picture_name},
    source::Span,
};

/// Bytes that the text in brackets, and the address, may have; so that no input is read again and again.
const LONGEST: usize = 1_000;

/// Text that was meant as an image.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LookAlike {
    pub mistake: Mistake,
    /// The whole of it as written.
    pub span: Span,
    /// What makes it text: the address, or the gap, or the character that is too wide.
    pub place: Span,
    /// What was meant as the address, or as the label of a definition.
    pub address: String,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Mistake {
    /// White space in the address.
    Space,
    /// A title without quotes behind the address.
    Title,
    /// A size behind the address, ` =300x200`, which only some dialects read.
    Size,
    /// White space between `]` and `(`.
    Gap,
    /// A full-width `！` or `（`.
    Wide,
    /// No closing parenthesis.
    Unclosed,
    /// `![a][b]` where nothing defines `b`.
    Undefined,
}

/// Finds the look-alikes in `body`. Those that the site's own Markdown dialect does read are added to `images`, which
/// must be in order.
pub fn scan(
    text: &str,
    body: Span,
    site: &Site,
    opaque: &Opaque,
    images: &mut Vec<Image>,
    is_defined: impl Fn(&str) -> bool,
) -> Vec<LookAlike> {
    let (mut found, mut more) = (Vec::new(), Vec::new());
    let templated =
        LazyCell::new(|| if site.generator == Generator::Hexo { Vec::new() } else { templated(body.of(text)) });
    let bytes = &text.as_bytes()[body.start..body.end];
    let mut seen = Known { images, next: 0, end: 0 };
    for at in memchr::memchr_iter(b'[', bytes) {
        let before = &bytes[..at];
        if before.ends_with("！".as_bytes()) {
            found.extend(wide_mark(text, Span::new(body.start + at - '！'.len_utf8(), body.end), body, opaque));
        }
        if !before.ends_with(b"!") {
            continue;
        }
        let start = body.start + at - 1;
        if opaque.is_raw(start) || is_escaped(text.as_bytes(), start) || seen.holds(start) {
            continue;
        }
        // `vec![1][0]` is a call.
        let is_call = text[..start].ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_');
        match read(text, Span::new(start, body.end), site) {
            Some(Read::Image(image)) => more.push(image),
            Some(Read::LookAlike(alike))
                if alike.mistake == Mistake::Undefined
                    && (is_call
                        || is_defined(&alike.address)
                        || templated.binary_search(&alike.address.to_lowercase()).is_ok()) => {}
            Some(Read::LookAlike(alike)) => found.push(alike),
            _ => {}
        }
    }
    found.sort_by_key(|alike| alike.span);
    if !more.is_empty() {
        images.extend(more);
        images.sort_by_key(|image| (image.span, image.address_span));
    }
    found
}

/// What was meant as the address of a link, although a blank in it makes all of it text; its parenthesis opens at `open`.
pub fn torn(text: &str, body: Span, open: usize) -> Option<Span> {
    let from = text.ceil_char_boundary(open.saturating_sub(LONGEST).max(body.start));
    let words = text[from..open].strip_suffix(']')?;
    let bracket = words.rfind(['[', ']', '\n']).filter(|at| words[*at..].starts_with('['))?;
    let is_link = bracket + 1 < words.len() && !words[..bracket].ends_with(['!', '\\']);
    let line = line_from(text, open + 1, body.end);
    let end = line.find(['(', ')', '<', '>', '"', '\'', '{']).filter(|end| line[*end..].starts_with(')'))?;
    let address = &line[..end];
    let blank = address.find(' ').filter(|blank| *blank > 0 && !address.ends_with(' '))?;
    let is_quoted = address.contains(['“', '”']) || address[..blank].ends_with('\\');
    (is_link && !is_quoted).then(|| Span::new(open + 1, open + 1 + end))
}

/// The labels, in small letters and in order, whose addresses the site's templates write before Markdown is read. Hexo
/// leaves them to Markdown.
fn templated(body: &str) -> Vec<String> {
    let label = |line: &str| {
        let (label, address) = line.trim_start().strip_prefix('[')?.split_once("]:")?;
        address.trim_start().starts_with(['{', '<']).then(|| label.trim().to_lowercase())
    };
    let is_template = |line: &&str| line.contains("{{") || line.contains("{%");
    let mut labels: Vec<String> = body.lines().filter(is_template).filter_map(label).collect();
    labels.sort_unstable();
    labels
}

/// The images that are known already, walked along with the text.
struct Known<'a> {
    images: &'a [Image],
    next: usize,
    end: usize,
}

impl Known<'_> {
    /// Whether `at`, never less than the one before, is inside an image.
    fn holds(&mut self, at: usize) -> bool {
        while let Some(image) = self.images.get(self.next).filter(|image| image.span.start <= at) {
            self.end = self.end.max(image.span.end);
            self.next += 1;
        }
        at < self.end
    }
}

enum Read {
    Image(Image),
    LookAlike(LookAlike),
}

/// What begins with the `![` at the start of `rest`.
fn read(text: &str, rest: Span, site: &Site) -> Option<Read> {
    let alt = brackets(text, rest.start + 2, rest.end)?;
    let after = alt.end + 1;
    let line = line_from(text, after, rest.end);
    if let Some(label) = line.strip_prefix('[') {
        return undefined(text, rest.start, alt, label).map(Read::LookAlike);
    }
    let gap = line.len() - line.trim_start_matches([' ', '\t']).len();
    let open = line[gap..].chars().next()?;
    if !matches!(open, '(' | '（') || gap > 3 {
        return None;
    }
    let inside = after + gap + open.len_utf8();
    let line = line_from(text, inside, rest.end);
    let close = closing(line, open);
    let span = Span::new(rest.start, inside + close.map_or(line.trim_end().len(), |(at, width)| at + width));
    let address = Span::new(inside, inside + close.map_or(line.trim_end().len(), |(at, _)| at)).trimmed(text);
    let address = without_title(text, address);
    let written = address.of(text);
    let alike = |mistake, place| {
        let address = written.to_owned();
        Some(Read::LookAlike(LookAlike { mistake, span, place, address }))
    };
    match close {
        None if open == '(' && gap == 0 && is_picture_name(written) && !written.contains(char::is_whitespace) => {
            alike(Mistake::Unclosed, address)
        }
        None => None,
        Some(_) if open == '（' => {
            is_address(written).then(|| alike(Mistake::Wide, Span::new(after + gap, inside)))?
        }
        Some(_) if gap > 0 => is_address(written).then(|| alike(Mistake::Gap, Span::new(after, after + gap)))?,
        Some(_) if written.contains("{{") || written.contains("{%") || site.has(Setting::LooseAddresses) => {
            let alt = alt.of(text).to_owned();
            let address_span = before_quoted_title(text, address);
            let address = address_span.of(text).to_owned();
            Some(Read::Image(Image { form: Form::Markdown, span, address_span, address, alt }))
        }
        Some((_, 1)) if !written.contains(['<', '>']) => {
            let first = written.split_once(char::is_whitespace)?.0;
            match size(written) {
                // Elsewhere a plugin may read it.
                Some(_) if !matches!(site.generator, Generator::Hugo | Generator::Zola | Generator::MdBook) => None,
                Some(at) => is_address(&written[..at]).then(|| {
                    let place = Span::new(address.start + at, address.end);
                    let address = written[..at].to_owned();
                    Read::LookAlike(LookAlike { mistake: Mistake::Size, span, place, address })
                }),
                None if !is_address(written) && !is_picture_name(first) => None,
                None if is_picture_name(first) => alike(Mistake::Title, address),
                None => alike(Mistake::Space, address),
            }
        }
        Some(_) => None,
    }
}

/// Where the address ends that a size such as ` =300x200`, ` =300x` or ` =50%x` stands behind.
fn size(written: &str) -> Option<usize> {
    let at = written.rfind([' ', '\t'])?;
    let (width, height) = written[at + 1..].strip_prefix('=')?.split_once('x')?;
    let is_length = |length: &str| length.bytes().all(|byte| byte.is_ascii_digit() || byte == b'%');
    (is_length(width) && is_length(height)).then(|| written[..at].trim_end().len())
}

fn undefined(text: &str, start: usize, alt: Span, label: &str) -> Option<LookAlike> {
    let length = label.find(']')?;
    let place = Span::new(alt.end + 2, alt.end + 2 + length);
    let written = if length == 0 { alt } else { place };
    let label = written.of(text).trim();
    if label.is_empty() || label.starts_with(['^', '[']) || label.len() > 200 {
        return None;
    }
    let span = Span::new(start, place.end + 1);
    Some(LookAlike { mistake: Mistake::Undefined, span, place: written, address: label.to_owned() })
}

/// `！[a](x.png)` at the start of `rest`, if that is the start of a line. Elsewhere it may be an exclamation with a link
/// behind it.
fn wide_mark(text: &str, rest: Span, body: Span, opaque: &Opaque) -> Option<LookAlike> {
    let before = text[body.start..rest.start].trim_end_matches([' ', '\t', '　']);
    if opaque.is_raw(rest.start) || !(before.is_empty() || before.ends_with(['\n', '\r'])) {
        return None;
    }
    let mark = '！'.len_utf8();
    let alt = brackets(text, rest.start + mark + 1, rest.end)?;
    let line = line_from(text, alt.end + 1, rest.end);
    let open = line.chars().next().filter(|open| matches!(open, '(' | '（'))?;
    let inside = alt.end + 1 + open.len_utf8();
    let (length, width) = closing(&line[open.len_utf8()..], open)?;
    let address = without_title(text, Span::new(inside, inside + length).trimmed(text));
    is_picture_name(address.of(text)).then(|| LookAlike {
        mistake: Mistake::Wide,
        span: Span::new(rest.start, inside + length + width),
        place: Span::new(rest.start, rest.start + mark),
        address: address.of(text).to_owned(),
    })
}

/// The text between brackets, the first of which stands before `from`; not over an empty line.
fn brackets(text: &str, from: usize, end: usize) -> Option<Span> {
    let limit = text.floor_char_boundary((from + LONGEST).min(end));
    let (mut depth, mut escaped, mut blank) = (0usize, false, false);
    for (at, c) in text.get(from..limit)?.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '[' => depth += 1,
            ']' if depth == 0 => return Some(Span::new(from, from + at)),
            ']' => depth -= 1,
            '\n' if blank => return None,
            _ => {}
        }
        blank = c == '\n' || (blank && c.is_whitespace());
    }
    None
}

/// Where the parenthesis closes on this line, and how wide it is.
fn closing(line: &str, open: char) -> Option<(usize, usize)> {
    let (mut depth, mut escaped) = (0usize, false);
    for (at, c) in line.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '(' => depth += 1,
            ')' if depth == 0 => return Some((at, 1)),
            ')' => depth -= 1,
            '）' if open == '（' => return Some((at, '）'.len_utf8())),
            _ => {}
        }
    }
    None
}

fn line_from(text: &str, from: usize, end: usize) -> &str {
    let limit = text.floor_char_boundary((from + LONGEST).min(end));
    text.get(from..limit).and_then(|rest| rest.lines().next()).unwrap_or_default()
}

/// Without a title behind the address.
fn without_title(text: &str, address: Span) -> Span {
    let written = address.of(text);
    let Some(quote) = written.chars().next_back().filter(|quote| matches!(quote, '"' | '\'')) else { return address };
    // A template has quotes of its own.
    match written[..written.len() - 1].find([' ', '\t']).and_then(|_| written[..written.len() - 1].rfind(quote)) {
        Some(at) if written[..at].ends_with([' ', '\t']) => Span::new(address.start, address.start + at).trimmed(text),
        _ => address,
    }
}

/// Without a title that has quotes of its own, which kramdown and Python-Markdown read.
fn before_quoted_title(text: &str, address: Span) -> Span {
    let written = address.of(text);
    let opens =
        |quote: char| [' ', '\t'].iter().filter_map(move |blank| written.find(&format!("{blank}{quote}"))).min();
    let quote = written.chars().next_back().filter(|quote| matches!(quote, '"' | '\''));
    match quote.and_then(opens) {
        Some(at) if !written.contains("{{") && !written.contains("{%") => {
            Span::new(address.start, address.start + at).trimmed(text)
        }
        _ => address,
    }
}

/// Whether someone who wrote this meant an address of a picture, not a remark in parentheses.
fn is_address(written: &str) -> bool {
    is_picture_name(written) || written.starts_with("http://") || written.starts_with("https://")
}

fn is_escaped(bytes: &[u8], at: usize) -> bool {
    bytes[..at].iter().rev().take_while(|byte| **byte == b'\\').count() % 2 == 1
}
