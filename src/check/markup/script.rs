//! Whether a piece of JavaScript can be parsed. The only module that knows oxc.

use oxc_allocator::Allocator;
use oxc_parser::Parser;
use oxc_span::SourceType;

use crate::source::stack;

/// Longer scripts are not looked at, in bytes.
const LONGEST: usize = 32_000;
/// What one level of nesting may cost on the stack, in bytes; a level takes at least one byte of the script.
const LEVEL: usize = 8_000;

/// What is wrong with the value of `{{ … }}` or of a directive, as Vue compiles it; an empty one is allowed.
pub fn expression_fault(text: &str) -> Option<String> {
    let text = text.trim();
    if text.is_empty() {
        return None;
    }
    // Vue takes this for a name without parsing it, and the bundler parses what it made of it.
    let name = |c: char| c == '$' || c == '_' || c.is_ascii_alphanumeric() || c >= '\u{a0}';
    if text.chars().all(name) && !text.starts_with(|c: char| c.is_ascii_digit()) {
        return fault(&format!("(_ctx.{text})"), SourceType::mjs(), true);
    }
    fault(&format!("({text})"), SourceType::mjs(), true)
}

/// What is wrong with the value of `@click`: an expression, or statements where it has a `;`.
pub fn handler_fault(text: &str) -> Option<String> {
    if text.contains(';') {
        return fault(&format!("() => {{{text}}}"), SourceType::mjs(), false);
    }
    expression_fault(text)
}

fn fault(script: &str, kind: SourceType, one: bool) -> Option<String> {
    if script.len() > LONGEST {
        return None;
    }
    stack::with_room(script.len() * LEVEL, || {
        let allocator = Allocator::default();
        let parsed = Parser::new(&allocator, script, kind).parse();
        let statements = parsed.program.body.len() + parsed.program.directives.len();
        match parsed.diagnostics.first() {
            Some(error) => Some(error.message.to_string()),
            None => (one && statements != 1).then(|| "Unexpected token".to_owned()),
        }
    })
    .flatten()
}
