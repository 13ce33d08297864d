//! What Nunjucks 3 refuses in posts of Hexo, which runs it over the page after Markdown. Code is safe by then, and whole
//! tags are kept as their author wrote them; what Markdown may have changed before Nunjucks reads it is not judged.

use memchr::memmem;

use super::{Ends, Fault, Kind, expression};
use crate::source::Span;

/// Blocks of Hexo 8, then of Nunjucks; they end with `end` and their name.
const BLOCKS: [&str; 12] = [
    "quote",
    "blockquote",
    "code",
    "codeblock",
    "pullquote",
    "if",
    "ifAsync",
    "for",
    "asyncEach",
    "asyncAll",
    "filter",
    "macro",
];
/// Blocks of which nothing but the end is read.
const RAW: [&str; 2] = ["raw", "verbatim"];
/// Tags of Hexo 3 to 8, which stand alone.
const TAGS: [&str; 20] = [
    "iframe",
    "img",
    "image",
    "include_code",
    "include-code",
    "a",
    "link",
    "anchor",
    "post_path",
    "post_link",
    "asset_path",
    "asset_link",
    "asset_img",
    "asset_image",
    "url_for",
    "full_url_for",
    "gist",
    "jsfiddle",
    "vimeo",
    "youtube",
];
/// Tags of Nunjucks, which may stand alone or be a block.
const OTHERS: [&str; 16] = [
    "set",
    "endset",
    "include",
    "import",
    "from",
    "extends",
    "call",
    "endcall",
    "switch",
    "case",
    "default",
    "endswitch",
    "block",
    "endblock",
    "elif",
    "elseif",
];

/// An address in a link is no longer, in bytes.
const LONGEST_ADDRESS: usize = 1_000;

/// Who may define tags beyond those above.
pub struct Tags<'a> {
    pub more: &'a [String],
    /// Plugins, scripts or a theme may define any.
    pub open: bool,
}

/// The first fault in `body`, a part of `text`; `verbatim` is code and comments, in order and apart.
pub fn fault(text: &str, body: Span, verbatim: &[Span], tags: &Tags<'_>) -> Option<Fault> {
    let verbatim = &with_fences(text, body, verbatim);
    let mut reader = Reader {
        text,
        end: body.end,
        verbatim,
        tags,
        open: Vec::new(),
        whole: false,
        ends: Ends::default(),
        no_code_ends: false,
        no_comment_ends: false,
        no_brace: false,
        torn: None,
    };
    let fault = reader.run(body.start);
    // Hexo 8 leaves Nunjucks out where no tag is whole.
    fault.or_else(|| reader.torn.take()).filter(|_| reader.whole)
}

/// Code with what Hexo takes for fenced blocks by its own pattern, which knows nothing of Markdown's containers.
fn with_fences(text: &str, body: Span, verbatim: &[Span]) -> Vec<Span> {
    let mut all = verbatim.to_vec();
    let mut open: Option<(usize, &str, usize)> = None;
    let mut at = body.start;
    for line in body.of(text).split_inclusive('\n') {
        let (start, end) = (at, at + line.len());
        at = end;
        match open {
            None => {
                let rest = line.trim_start_matches([' ', '\t', '>']);
                let item = rest.trim_start_matches(|c: char| c.is_ascii_digit());
                let rest = item.strip_prefix(['-', '*', '+', '.']).unwrap_or(rest).trim_start();
                let mark = rest.chars().next().filter(|c| matches!(c, '`' | '~'));
                let Some(mark) = mark else { continue };
                let length = rest.len() - rest.trim_start_matches(mark).len();
                if length >= 3 && !(mark == '`' && rest[length..].contains('`')) {
                    open = Some((start, &rest[..length], end));
                }
            }
            // Hexo wants a line between the two, even if it is the end.
            Some((from, mark, first)) if start > first => {
                let rest = line.trim_start_matches([' ', '\t', '>']).strip_prefix(mark);
                if rest.is_some_and(|rest| rest.trim().is_empty()) {
                    all.push(Span::new(from, end));
                    open = None;
                }
            }
            Some(_) => {}
        }
    }
    all.sort();
    let mut apart: Vec<Span> = Vec::with_capacity(all.len());
    for span in all {
        match apart.last_mut().filter(|last| span.start < last.end) {
            Some(last) => last.end = last.end.max(span.end),
            None => apart.push(span),
        }
    }
    apart
}

struct Reader<'a> {
    text: &'a str,
    end: usize,
    verbatim: &'a [Span],
    tags: &'a Tags<'a>,
    /// Blocks, innermost last.
    open: Vec<(&'a str, Span)>,
    /// Whether there is a tag that is closed.
    whole: bool,
    ends: Ends<'a>,
    /// Whether no `</code>`, no `#}`, no `}` is left.
    no_code_ends: bool,
    no_comment_ends: bool,
    no_brace: bool,
    /// The first tag that is not.
    torn: Option<Fault>,
}

/// Where to go on; none where what comes cannot be known.
type Next = Result<Option<usize>, Fault>;

impl<'a> Reader<'a> {
    fn run(&mut self, mut at: usize) -> Option<Fault> {
        let bytes = self.text.as_bytes();
        while let Some(found) = memchr::memchr2(b'{', b'<', bytes.get(at..self.end)?) {
            let start = at + found;
            if let Some(code) = self.code(start) {
                at = code.end;
                continue;
            }
            if bytes[start] == b'<' {
                at = self.element(start)?;
                continue;
            }
            let next = match bytes.get(start + 1) {
                Some(b'{' | b'%') if self.is_destination(start) => Ok(self.past_destination(start)),
                Some(b'{') => self.variable(start),
                Some(b'%') => self.tag(start),
                Some(b'#') => self.comment(start),
                _ => Ok(Some(start + 1)),
            };
            match next {
                Ok(Some(next)) => at = next,
                Ok(None) => return None,
                Err(fault) => return Some(fault),
            }
        }
        let (_, place) = *self.open.last()?;
        Some(self.told(Kind::UnclosedBlock, place))
    }

    fn told(&self, kind: Kind, place: Span) -> Fault {
        Fault::new(kind, place, place.of(self.text).to_owned())
    }

    fn code(&self, at: usize) -> Option<Span> {
        let next = self.verbatim.partition_point(|span| span.end <= at);
        self.verbatim.get(next).filter(|span| span.start <= at).copied()
    }

    /// Past `<code>…</code>`, in which Hexo escapes braces; none where it does not.
    fn element(&mut self, start: usize) -> Option<usize> {
        let rest = &self.text[start..self.end];
        if !rest.starts_with("<code") || self.no_code_ends {
            return Some(start + 1);
        }
        let Some(end) = memmem::find(rest.as_bytes(), b"</code>") else {
            self.no_code_ends = true;
            return Some(start + 1);
        };
        if memmem::find(&rest.as_bytes()[..end], b"raw").is_some() { None } else { Some(start + end) }
    }

    /// Whether code begins between two places: then Hexo and this see different things.
    fn meets_code(&self, from: usize, to: usize) -> bool {
        let next = self.verbatim.partition_point(|span| span.end <= from);
        self.verbatim.get(next).is_some_and(|span| span.start < to)
    }

    /// Whether a link's address begins before `start` and has not ended. Hexo puts a mark of its own in the place of each
    /// tag, and Markdown writes it in another way there, so that Nunjucks mostly never sees the tag.
    fn is_destination(&self, start: usize) -> bool {
        let before = &self.text.as_bytes()[start.saturating_sub(LONGEST_ADDRESS)..start];
        let begins = |mark: &[u8]| memmem::rfind(before, mark).is_some_and(|at| !before[at + 2..].contains(&b')'));
        let line = memchr::memrchr(b'\n', before).map_or(before, |at| &before[at + 1..]);
        begins(b"](") || (line.trim_ascii_start().starts_with(b"[") && line.trim_ascii_end().ends_with(b"]:"))
    }

    /// Behind what stands in an address; none where it may open or close a block.
    fn past_destination(&self, start: usize) -> Option<usize> {
        let rest = &self.text[start..self.end];
        let is_variable = rest.starts_with("{{");
        let length = memmem::find(rest.as_bytes(), if is_variable { b"}}" } else { b"%}" })? + 2;
        let name = rest.get(2..length - 2)?.trim_start_matches(['-', ' ']).split([' ', '-']).next()?;
        (is_variable || TAGS.contains(&name)).then_some(start + length)
    }

    fn variable(&mut self, start: usize) -> Next {
        let (mut at, mut quote) = (if self.no_brace { self.end } else { start + 2 }, None);
        let bytes = self.text.as_bytes();
        while at < self.end {
            match (bytes[at], quote) {
                (c @ (b'"' | b'\''), None) => quote = Some(c),
                (c, Some(open)) if c == open => quote = None,
                (b'}', None) if bytes.get(at + 1) == Some(&b'}') && at + 1 < self.end => {
                    return self.expression(start, at);
                }
                (b'}', None) => break,
                _ => {}
            }
            at += 1;
        }
        // Hexo goes on behind a brace that stands alone, and otherwise behind the two.
        self.no_brace |= at >= self.end;
        let next = if at < self.end { at + 1 } else { start + 2 };
        if self.torn.is_some() {
            return Ok(Some(next));
        }
        // Not closed: Nunjucks reads on in what Markdown made of the text behind it.
        let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '{' | '}' | ' ' | '.' | '(');
        let rest = &self.text[start + 2..self.end];
        let rest = &rest[..rest.find(|c| !plain(c)).unwrap_or(rest.len())];
        let sure = quote.is_none() && expression::fails_within(rest);
        if !sure {
            return Ok(None);
        }
        self.torn = Some(self.told(Kind::UnclosedVariable, Span::new(start, start + 2)));
        Ok(Some(next))
    }

    fn expression(&mut self, start: usize, close: usize) -> Next {
        if self.meets_code(start, close) {
            return Ok(None);
        }
        let place = Span::new(start, close + 2);
        if close == start + 2 {
            self.torn.get_or_insert_with(|| Fault::new(Kind::BadVariable, place, "{{}}".to_owned()));
            return Ok(Some(close + 2));
        }
        self.whole = true;
        let inside = &self.text[start + 2..close];
        let inside = inside.strip_prefix('-').unwrap_or(inside);
        let inside = inside.strip_suffix('-').unwrap_or(inside);
        if expression::is_wrong(inside) { Err(self.told(Kind::BadVariable, place)) } else { Ok(Some(close + 2)) }
    }

    fn comment(&mut self, start: usize) -> Next {
        let rest = &self.text.as_bytes()[start + 2..self.end];
        match if self.no_comment_ends { None } else { memmem::find(rest, b"#}") } {
            Some(found) if self.meets_code(start, start + 2 + found) => Ok(None),
            Some(found) => {
                self.whole |= found > 0;
                Ok(Some(start + 2 + found + 2))
            }
            None => {
                self.no_comment_ends = true;
                if self.torn.is_none() {
                    self.torn = Some(self.told(Kind::UnclosedLiquidComment, Span::new(start, start + 2)));
                }
                Ok(Some(start + 2))
            }
        }
    }

    fn tag(&mut self, start: usize) -> Next {
        let rest = &self.text[start + 2..self.end];
        let mut quote = None;
        let close = rest.char_indices().find(|(at, c)| {
            match (c, quote) {
                ('"' | '\'', None) => quote = Some(*c),
                (c, Some(open)) if *c == open => quote = None,
                _ => {}
            }
            quote.is_none() && rest[*at..].starts_with("%}")
        });
        // In quotes Hexo sees no end where Nunjucks sees one.
        let first = memmem::find(rest.as_bytes(), b"%}");
        let (Some((close, _)), Some(first)) = (close, first) else { return Ok(None) };
        if close != first || self.meets_code(start, start + 2 + close) {
            return Ok(None);
        }
        let place = Span::new(start, start + 2 + close + 2);
        if close == 0 {
            self.torn.get_or_insert_with(|| Fault::new(Kind::NamelessTag, place, "{%%}".to_owned()));
            return Ok(Some(place.end));
        }
        self.whole = true;
        let inside = &rest[..close];
        let inside = inside.strip_prefix('-').unwrap_or(inside);
        let inside = inside.strip_suffix('-').unwrap_or(inside);
        let inside = inside.trim_start();
        let stops = |c: char| c.is_whitespace() || "()[]{}%*-+~/#,:|.<>=!".contains(c);
        let name = &inside[..inside.find(stops).unwrap_or(inside.len())];
        if name.is_empty() || name.starts_with(['"', '\'']) || name.starts_with(|c: char| c.is_ascii_digit()) {
            return Err(self.told(Kind::NamelessTag, place));
        }
        self.named(name, place)
    }

    fn named(&mut self, name: &'a str, place: Span) -> Next {
        let go = Ok(Some(place.end));
        if RAW.contains(&name) {
            return Ok(self.past(name, place.end));
        }
        let within = self.open.last().map(|(name, _)| *name);
        if let Some(ended) = name.strip_prefix("end").filter(|ended| BLOCKS.contains(ended) || RAW.contains(ended)) {
            let closes = |open: &str| match open {
                "ifAsync" => ended == "if",
                "asyncEach" => ended == "each",
                "asyncAll" => ended == "all",
                _ => ended == open,
            };
            if within.is_some_and(closes) {
                self.open.pop();
                return go;
            }
            return Err(self.told(Kind::StrayEndTag, place));
        }
        if BLOCKS.contains(&name) {
            self.open.push((name, place));
            // Hexo keeps such a block as it is, so that Markdown does not come between.
            return go;
        }
        if name == "else" && matches!(within, Some("if" | "ifAsync" | "for" | "asyncEach" | "asyncAll")) {
            return go;
        }
        if matches!(name, "set" | "block" | "call" | "switch") {
            return Ok(None);
        }
        if name != "else"
            && (TAGS.contains(&name) || OTHERS.contains(&name) || self.tags.more.iter().any(|known| known == name))
        {
            return if name.starts_with("el") || name.starts_with("end") { Ok(None) } else { go };
        }
        if name == "else" {
            return Err(self.told(Kind::StrayBranch, place));
        }
        if !self.tags.open {
            return Err(self.told(Kind::UnknownTag, place));
        }
        let is_block = name.starts_with("end") || self.ends.follow(&self.text[..self.end], name, place.end);
        if is_block { Ok(None) } else { go }
    }

    /// Behind the end of a raw block; none where it has no end that everybody sees, or another within.
    fn past(&self, name: &str, from: usize) -> Option<usize> {
        let rest = &self.text[from..self.end];
        let start = from + memmem::find(rest.as_bytes(), format!("end{name}").as_bytes())?;
        let end = start + memmem::find(&self.text.as_bytes()[start..self.end], b"%}")? + 2;
        let before = self.text[from..start].trim_end();
        let again = memmem::find_iter(&self.text.as_bytes()[from..start], b"{%")
            .any(|at| self.text[from + at + 2..start].trim_start().starts_with(name));
        let plain = before.ends_with("{%") && self.text[start..end - 2].trim() == format!("end{name}");
        (plain && !again && self.code(end).is_none()).then_some(end)
    }
}
