//! Rule pages and the list of rules, on a terminal or as Markdown and JSON.

use std::io::{self, Write};

use pulldown_cmark::{CodeBlockKind, Event, HeadingLevel, Parser, Tag, TagEnd};
use serde_json::json;
use unicode_width::UnicodeWidthStr;

use super::{Style, json::write_pretty, paint::Paint, text::escape};
use crate::{
    check::{Fixing, Severity},
    rule::{Rule, Rules, docs},
};

/// The page of one rule on a terminal.
///
/// # Errors
/// Only those of the writer.
pub fn page(rule: &Rule, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let markdown = docs::markdown(rule);
    let mut typist = Typist::new(style, rule.severity);
    Parser::new(&markdown).for_each(|event| typist.take(event));
    out.write_all(typist.page.trim_start().as_bytes())
}

/// The page of one rule as Markdown; characters that nobody would see are spelled out.
///
/// # Errors
/// Only those of the writer.
pub fn markdown(rule: &Rule, out: &mut dyn Write) -> io::Result<()> {
    docs::markdown(rule).lines().try_for_each(|line| writeln!(out, "{}", escape(line)))
}

/// Every rule on a line of its own, grouped by what it is about.
///
/// # Errors
/// Only those of the writer.
pub fn list(rules: &Rules, style: Style, out: &mut dyn Write) -> io::Result<()> {
    let paint = Paint { color: style.color };
    let name = rules.list.iter().map(|rule| escape(&rule.id).width()).max().unwrap_or(0);
    for (index, (noun, entries)) in docs::list(rules).into_iter().enumerate() {
        writeln!(out, "{}{}", if index > 0 { "\n" } else { "" }, paint.bold(&escape(noun)))?;
        for entry in entries {
            let (word, severity) =
                if entry.off { ("off", Severity::Info) } else { (entry.severity.name(), entry.severity) };
            let word = format!("{word:7}");
            let word = if entry.off { paint.dim(&word) } else { paint.severity(severity, &word) };
            let fix = match entry.fix {
                Fixing::No => "    ",
                Fixing::Unsafe => "fix?",
                Fixing::Safe | Fixing::SomeSafe => "fix ",
            };
            writeln!(out, "  {:name$}  {word}  {fix}  {}", escape(entry.id), escape(entry.summary))?;
        }
    }
    writeln!(
        out,
        "\n{}",
        paint.dim("fix: `--fix` can mend it; fix?: only with `--unsafe-fixes`, and a look at the result")
    )
}

/// The list for programs.
///
/// # Errors
/// Only those of the writer.
pub fn list_json(rules: &Rules, out: &mut dyn Write) -> io::Result<()> {
    let entries: Vec<_> = docs::list(rules).into_values().flatten().collect();
    write_pretty(&json!({ "version": super::json::VERSION, "rules": entries }), out)
}

/// Sets the Markdown of a rule page for a terminal: headings, paragraphs, lists, code.
struct Typist {
    paint: Paint,
    severity: Severity,
    width: usize,
    page: String,
    /// The words of the paragraph that is being read, each as it is painted and with its columns.
    words: Vec<(String, usize)>,
    /// Whether the next text continues the last word.
    glued: bool,
    heading: Option<HeadingLevel>,
    strong: bool,
    /// Inside a code block: its language and text.
    code: Option<(String, String)>,
    /// How deep in lists.
    depth: usize,
    bullet: bool,
}

impl Typist {
    fn new(style: Style, severity: Severity) -> Self {
        let width = if style.width == 0 { 100 } else { style.width.clamp(40, 100) };
        Self {
            paint: Paint { color: style.color },
            severity,
            width,
            page: String::new(),
            words: Vec::new(),
            glued: false,
            heading: None,
            strong: false,
            code: None,
            depth: 0,
            bullet: false,
        }
    }

    fn take(&mut self, event: Event<'_>) {
        match event {
            Event::Start(tag) => self.open(tag),
            Event::End(tag) => self.close(tag),
            Event::Text(text) => self.text(&text),
            Event::Code(code) => self.code_word(&code),
            Event::SoftBreak => self.glued = false,
            Event::HardBreak => self.flush(),
            Event::Html(text) | Event::InlineHtml(text) => self.text(&text),
            Event::Rule => self.page.push('\n'),
            _ => {}
        }
    }

    fn open(&mut self, tag: Tag<'_>) {
        match tag {
            Tag::Heading { level, .. } => self.heading = Some(level),
            Tag::Strong => self.strong = true,
            Tag::List(_) => {
                self.flush();
                if self.depth == 0 {
                    self.page.push('\n');
                }
                self.depth += 1;
            }
            Tag::Item => self.bullet = true,
            Tag::Paragraph if self.depth == 0 => self.page.push('\n'),
            Tag::CodeBlock(kind) => {
                self.flush();
                let language =
                    if let CodeBlockKind::Fenced(language) = kind { language.to_string() } else { String::new() };
                self.code = Some((language, String::new()));
            }
            _ => {}
        }
    }

    fn close(&mut self, tag: TagEnd) {
        match tag {
            TagEnd::Heading(_) => self.set_heading(),
            TagEnd::Strong => self.strong = false,
            TagEnd::Paragraph | TagEnd::Item => self.flush(),
            TagEnd::List(_) => self.depth = self.depth.saturating_sub(1),
            TagEnd::CodeBlock => self.set_code(),
            _ => {}
        }
    }

    fn text(&mut self, text: &str) {
        if let Some((_, code)) = &mut self.code {
            code.push_str(text);
            return;
        }
        if text.starts_with(char::is_whitespace) {
            self.glued = false;
        }
        for word in text.split_whitespace() {
            let word = escape(word);
            let painted = if self.strong { self.paint.bold(&word) } else { word.to_string() };
            self.word(&painted, word.width());
        }
        self.glued = !text.ends_with(char::is_whitespace);
    }

    fn code_word(&mut self, code: &str) {
        let shown = format!("`{}`", escape(code));
        self.word(&self.paint.cyan(&shown), shown.width());
        self.glued = true;
    }

    fn word(&mut self, painted: &str, width: usize) {
        match self.words.last_mut().filter(|_| self.glued) {
            Some((word, columns)) => {
                word.push_str(painted);
                *columns += width;
            }
            None => self.words.push((painted.to_owned(), width)),
        }
        self.glued = false;
    }

    fn set_heading(&mut self) {
        let words: Vec<String> = self.words.drain(..).map(|(word, _)| word).collect();
        let text = words.join(" ");
        let painted = match self.heading.take() {
            Some(HeadingLevel::H1) => self.paint.severity(self.severity, &text),
            _ => self.paint.bold(&text),
        };
        self.page.push_str(&format!("\n{painted}\n"));
        self.glued = false;
    }

    /// Writes the paragraph, broken to the width.
    fn flush(&mut self) {
        let indent = "  ".repeat(self.depth);
        let mut column = 0;
        for (word, width) in std::mem::take(&mut self.words) {
            if column > 0 && column + 1 + width <= self.width {
                self.page.push(' ');
                column += 1;
            } else {
                if column > 0 {
                    self.page.push('\n');
                }
                let bullet = std::mem::take(&mut self.bullet);
                self.page.push_str(if bullet { &indent[2..] } else { &indent });
                self.page.push_str(if bullet { "- " } else { "" });
                column = indent.len();
            }
            self.page.push_str(&word);
            column += width;
        }
        if column > 0 {
            self.page.push('\n');
        }
        self.glued = false;
    }

    /// Writes a code block; in an example the marked place has the colour of the severity.
    fn set_code(&mut self) {
        let Some((language, code)) = self.code.take() else { return };
        self.page.push('\n');
        let mut marked = false;
        for line in code.lines() {
            let line = if language == "markdown" { self.mark(line, &mut marked) } else { escape(line).into_owned() };
            self.page.push_str(format!("    {line}").trim_end());
            self.page.push('\n');
        }
    }

    /// Colours what stands between ⟦ and ⟧; `marked` says whether the line before ended inside.
    fn mark(&self, line: &str, marked: &mut bool) -> String {
        let mut painted = String::new();
        for piece in line.split_inclusive(['⟦', '⟧']) {
            let (text, mark) = match piece.chars().next_back() {
                Some(mark @ ('⟦' | '⟧')) => (&piece[..piece.len() - mark.len_utf8()], Some(mark)),
                _ => (piece, None),
            };
            let text = escape(text);
            painted.push_str(&if *marked { self.paint.severity(self.severity, &text) } else { text.into_owned() });
            if let Some(mark) = mark {
                painted.push_str(&self.paint.severity(self.severity, &mark.to_string()));
                *marked = mark == '⟦';
            }
        }
        painted
    }
}
