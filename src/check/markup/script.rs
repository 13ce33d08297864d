//! Whether a piece of JavaScript can be parsed. The only module that knows oxc.

use oxc_allocator::Allocator;
use oxc_ast::ast::Program;
use oxc_parser::Parser;
use oxc_span::SourceType;

use crate::source::stack;

/// Longer scripts are not looked at, in bytes.
const LONGEST: usize = 32_000;
/// What one level of nesting may cost on the stack, in bytes; a level takes at least one byte of the script.
const LEVEL: usize = 8_000;

/// What is wrong with the value of `{{ … }}` or of a directive, as Vue compiles it; an empty one is allowed. `typed` says
/// that the page is written in TypeScript.
pub fn expression_fault(text: &str, typed: bool) -> Option<String> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    // Vue takes this for a name without parsing it, and the bundler parses what it made of it.
    let name = |c: char| c == '$' || c == '_' || c.is_ascii_alphanumeric() || c >= '\u{a0}';
    if text.chars().all(name) && !text.starts_with(|c: char| c.is_ascii_digit()) {
        return fault(&format!("(_ctx.{text})"), SourceType::mjs(), true);
    }
    fault(&format!("({text})"), kind(typed), true)
}

fn kind(typed: bool) -> SourceType {
    if typed { SourceType::ts() } else { SourceType::mjs() }
}

/// What is wrong with the value of `@click`: an expression, or statements where it has a `;`.
pub fn handler_fault(text: &str, typed: bool) -> Option<String> {
    if text.contains(';') {
        return fault(&format!("() => {{{text}}}"), kind(typed), false);
    }
    expression_fault(text, typed)
}

fn fault(script: &str, kind: SourceType, one: bool) -> Option<String> {
    let count = |program: &Program<'_>| program.body.len() + program.directives.len();
    match parsed(script, kind, count)? {
        Err(why) => Some(why),
        Ok(statements) => (one && statements != 1).then(|| "Unexpected token".to_owned()),
    }
}

/// What `look` says of a script, or what is wrong with it; none where it is too long to be read.
fn parsed<T: Send>(
    script: &str,
    kind: SourceType,
    look: impl Fn(&Program<'_>) -> T + Send,
) -> Option<Result<T, String>> {
    if script.len() > LONGEST {
        return None;
    }
    stack::with_room(script.len() * LEVEL, move || {
        let allocator = Allocator::default();
        let parsed = Parser::new(&allocator, script, kind).parse();
        match parsed.diagnostics.first() {
            Some(error) => Err(error.message.to_string()),
            None => Ok(look(&parsed.program)),
        }
    })
}

/// Whether `text` is one expression with JSX, as MDX has it between braces; `empty` allows nothing but comments.
pub fn is_expression(text: &str, empty: bool) -> bool {
    let kind = SourceType::mjs().with_jsx(true);
    fault(&format!("({text}\n)"), kind, true).is_none()
        || (empty && fault(text, kind, false).is_none() && is_blank(text))
}

/// Whether `text` is `...props`, and nothing else.
pub fn is_spread(text: &str) -> bool {
    text.trim_start().starts_with("...")
        && fault(&format!("({{{text}\n}})"), SourceType::mjs().with_jsx(true), true).is_none()
}

/// Whether `text` is JavaScript with nothing but imports and exports.
pub fn is_module(text: &str) -> bool {
    parsed(text, SourceType::mjs().with_jsx(true), |program| {
        program.body.iter().all(|statement| statement.is_module_declaration())
    })
    .is_none_or(|result| result == Ok(true))
}

fn is_blank(text: &str) -> bool {
    parsed(text, SourceType::mjs(), |program| program.body.is_empty() && program.directives.is_empty())
        .is_none_or(|result| result == Ok(true))
}
