//! What MDX 2 and 3 refuse to compile. The parser is `markdown`, by the author of the one in JavaScript; it is slow and on
//! some texts quadratic, so that it only reads posts in which something looks wrong, and none that is long.

use std::{cell::Cell, rc::Rc, sync::LazyLock};

use markdown::{Constructs, MdxExpressionKind, MdxSignal, ParseOptions, message::Place, to_mdast};
use regex::Regex;

use super::{
    Fault, Kind,
    directives::{self, Reading},
    jsx, script,
};
use crate::source::{Span, stack};

/// Longer posts are not parsed, in bytes: the parser takes a millisecond for each thousand, and more than that for some.
const LONGEST: usize = 32_000;
/// So much JavaScript is read for one post, in bytes; where one expression is wrong, each longer one is tried.
const SCRIPTS: usize = 2_000_000;
/// Containers within each other on one line; with more of them the parser is quadratic.
const DEEPEST: usize = 40;
/// What one byte may cost on the stack of the parser, in bytes.
const DEEP: usize = 2_000;

/// What stops the compiler in `body`, a part of `text`.
pub fn fault(text: &str, body: Span, docusaurus: bool) -> Option<Fault> {
    let page = body.of(text);
    // Which directives a site has is not known: with a title or without, and elsewhere not any. It is an error if all say
    // so.
    let with = |titles| Some(Reading { docusaurus, titles });
    let readings = if docusaurus { [with(false), with(true)] } else { [None, with(true)] };
    let read = |reading: Option<Reading>| reading.map_or(page.into(), |reading| directives::plain(page, reading));
    let before = read(readings[0]);
    let first = refused(text, body, &before)?;
    let after = read(readings[1]);
    (after == before || refused(text, body, &after).is_some()).then_some(first)
}

/// What stops the compiler in `page`, which is what it makes of `body` first and as long.
fn refused(text: &str, body: Span, page: &str) -> Option<Fault> {
    if page.len() > LONGEST || is_unfit(page) {
        return None;
    }
    let suspicion = jsx::suspicion(page)?;
    // Sites differ in their plugins: with tables or without, with formulas or without. It is an error if all say so.
    let first = refusal(page, true, false)?;
    refusal(page, true, true)?;
    refusal(page, false, false)?;
    // The parser counts tabs otherwise than the real one where items stand within tags.
    if let Some(spaced) = without_tabs(page) {
        refusal(&spaced, true, false)?;
    }
    let (at, why) = first;
    // The parser reads on for JavaScript that mends what is wrong, and stops far behind it.
    let at = if why == UNREADABLE { suspicion } else { at };
    let at = (body.start + at).min(body.end);
    let start = (body.start..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(body.start);
    let line = text[..start].rfind('\n').map_or(0, |at| at + 1).max(body.start);
    let end = text[start..body.end].find('\n').map_or(body.end, |at| start + at);
    // At the end of a line there is nothing to underline.
    let place = if text[start..end].trim().is_empty() { Span::new(line, end) } else { Span::new(start, end) };
    let place = place.trimmed(text);
    let mut fault = Fault::new(Kind::Jsx, place, place.of(text).to_owned());
    fault.why = why;
    Some(fault)
}

/// What is said of an expression, an import or an export.
const UNREADABLE: &str = "this is no JavaScript";

/// Attributes with a space before their `=`, which the parser in Rust refuses and the real one does not.
static SPACED: LazyLock<Option<Regex>> = LazyLock::new(|| Regex::new(r#"<[A-Za-z][^<>]*[\w-]\s+=\s*["'{]"#).ok());

/// Whether the parser cannot be asked.
fn is_unfit(page: &str) -> bool {
    let marks =
        |line: &str| line.bytes().take_while(|c| b" \t>-*+".contains(c)).filter(|c| !b" \t".contains(c)).count();
    page.lines().any(|line| marks(line) > DEEPEST) || SPACED.as_ref().is_none_or(|spaced| spaced.is_match(page))
}

/// The page with spaces for the tabs at the start of its lines; none where no line starts with one.
fn without_tabs(page: &str) -> Option<String> {
    let indent = |line: &str| line.len() - line.trim_start_matches([' ', '\t']).len();
    if !page.lines().any(|line| line[..indent(line)].contains('\t')) {
        return None;
    }
    let mut spaced = String::with_capacity(page.len() + page.len() / 8);
    for line in page.split_inclusive('\n') {
        let (space, rest) = line.split_at(indent(line));
        let columns = space.bytes().fold(0, |column, c| if c == b'\t' { column + 4 - column % 4 } else { column + 1 });
        spaced.extend(std::iter::repeat_n(' ', columns));
        spaced.push_str(rest);
    }
    Some(spaced)
}

/// How much JavaScript may still be read for one post, in bytes.
struct Budget(Cell<usize>);

impl Budget {
    fn pays_for(&self, text: &str) -> bool {
        self.0.set(self.0.get().saturating_sub(text.len()));
        self.0.get() > 0
    }
}

/// Where the parser stops, in bytes of `page`, and what it says.
fn refusal(page: &str, tables: bool, formulas: bool) -> Option<(usize, String)> {
    let parse = || {
        let budget = Rc::new(Budget(Cell::new(SCRIPTS)));
        let (of_expressions, of_modules) = (Rc::clone(&budget), Rc::clone(&budget));
        let constructs = Constructs {
            gfm_autolink_literal: tables,
            gfm_footnote_definition: tables,
            gfm_label_start_footnote: tables,
            gfm_strikethrough: tables,
            gfm_table: tables,
            gfm_task_list_item: tables,
            math_flow: formulas,
            math_text: formulas,
            ..Constructs::mdx()
        };
        let options = ParseOptions {
            constructs,
            mdx_expression_parse: Some(Box::new(move |text, kind| {
                if of_expressions.pays_for(text) { expression(text, kind) } else { MdxSignal::Ok }
            })),
            mdx_esm_parse: Some(Box::new(
                move |text| if of_modules.pays_for(text) { module(text) } else { MdxSignal::Ok },
            )),
            ..ParseOptions::mdx()
        };
        let message = to_mdast(page, &options).err().filter(|_| budget.0.get() > 0)?;
        let point = match message.place.as_deref() {
            Some(Place::Point(point)) => point.offset,
            Some(Place::Position(position)) => position.start.offset,
            None => 0,
        };
        Some((point, message.reason))
    };
    stack::with_room(page.len() * DEEP + 4_000_000, parse).flatten()
}

fn signal(fine: bool) -> MdxSignal {
    if fine {
        return MdxSignal::Ok;
    }
    // More text may mend it.
    MdxSignal::Eof(UNREADABLE.into(), Box::new("mdx".into()), Box::new("javascript".into()))
}

fn expression(text: &str, kind: &MdxExpressionKind) -> MdxSignal {
    signal(match kind {
        MdxExpressionKind::Expression => script::is_expression(text, true),
        MdxExpressionKind::AttributeValueExpression => script::is_expression(text, false),
        MdxExpressionKind::AttributeExpression => script::is_spread(text),
    })
}

fn module(text: &str) -> MdxSignal {
    signal(script::is_module(text))
}
