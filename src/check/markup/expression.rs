//! Whether Nunjucks can read an expression. What is in doubt is right: filters, functions and names are not looked up.

/// Deeper nesting is not judged.
const DEEPEST: usize = 60;
const DELIMITERS: &str = "()[]{}%*-+~/#,:|.<>=!";

/// Whether the whole of `text` is no expression.
pub fn is_wrong(text: &str) -> bool {
    let mut reader = Reader { rest: text, deep: 0 };
    match reader.expression() {
        Ok(()) => !reader.peek().is_empty(),
        Err(Stop::Wrong | Stop::End) => true,
        Err(Stop::Unsure) => false,
    }
}

/// Whether an expression that begins with `text` fails before `text` ends.
pub fn fails_within(text: &str) -> bool {
    let mut reader = Reader { rest: text, deep: 0 };
    match reader.expression() {
        Ok(()) => !reader.peek().is_empty() && !reader.rest.trim_start().starts_with("}}"),
        Err(Stop::Wrong) => !reader.peek().is_empty(),
        Err(Stop::Unsure | Stop::End) => false,
    }
}

enum Stop {
    Wrong,
    Unsure,
    End,
}

struct Reader<'a> {
    rest: &'a str,
    deep: usize,
}

impl<'a> Reader<'a> {
    fn skip(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\n', '\t', '\r', '\u{a0}']);
    }

    /// The next token; empty at the end.
    fn peek(&mut self) -> &'a str {
        self.skip();
        let rest = self.rest;
        let Some(first) = rest.chars().next() else { return "" };
        if first == '"' || first == '\'' {
            let mut escaped = false;
            let close = rest.char_indices().skip(1).find(|(_, c)| {
                let closes = *c == first && !escaped;
                escaped = *c == '\\' && !escaped;
                closes
            });
            return close.map_or(rest, |(at, _)| &rest[..=at]);
        }
        for operator in ["===", "!==", "==", "!=", "<=", ">=", "//", "**"] {
            if rest.starts_with(operator) {
                return &rest[..operator.len()];
            }
        }
        if DELIMITERS.contains(first) {
            return &rest[..1];
        }
        let stops = |c: char| matches!(c, ' ' | '\n' | '\t' | '\r' | '\u{a0}') || DELIMITERS.contains(c);
        &rest[..rest.find(stops).unwrap_or(rest.len())]
    }

    fn next(&mut self) -> &'a str {
        let token = self.peek();
        self.rest = &self.rest[token.len()..];
        token
    }

    fn takes(&mut self, token: &str) -> bool {
        let found = self.peek() == token;
        if found {
            self.next();
        }
        found
    }

    fn wants(&mut self, token: &str) -> Result<(), Stop> {
        if self.takes(token) { Ok(()) } else { Err(Stop::Wrong) }
    }

    fn expression(&mut self) -> Result<(), Stop> {
        self.deep += 1;
        if self.deep > DEEPEST {
            return Err(Stop::Unsure);
        }
        self.chain()?;
        if self.takes("if") {
            self.chain()?;
            if self.takes("else") {
                self.chain()?;
            }
        }
        self.deep -= 1;
        Ok(())
    }

    /// Values with operators between them.
    fn chain(&mut self) -> Result<(), Stop> {
        loop {
            while self.takes("not") || self.takes("-") || self.takes("+") {}
            self.value()?;
            let operator = self.peek();
            match operator {
                "or" | "and" | "in" | "~" | "+" | "-" | "*" | "/" | "//" | "%" | "**" | "==" | "===" | "!=" | "!=="
                | "<" | ">" | "<=" | ">=" => {
                    self.next();
                }
                "is" | "not" => {
                    self.next();
                    let _ = self.takes("not") || self.takes("in");
                }
                _ => return Ok(()),
            }
        }
    }

    fn value(&mut self) -> Result<(), Stop> {
        let token = self.peek();
        match token {
            "" => return Err(Stop::End),
            "(" => {
                self.next();
                self.list(")")?;
            }
            "[" => {
                self.next();
                self.list("]")?;
            }
            "{" => {
                self.next();
                self.pairs()?;
            }
            // A regular expression.
            _ if token.starts_with('r') && self.rest.starts_with("r/") => return Err(Stop::Unsure),
            _ if token.starts_with(['"', '\'']) => {
                // Without an end it reaches to the end of the page.
                if token.len() < 2 || !token.ends_with(&token[..1]) {
                    return Err(Stop::Unsure);
                }
                self.next();
            }
            _ if token.starts_with(|c| DELIMITERS.contains(c)) => return Err(Stop::Wrong),
            _ => {
                self.next();
                if token.bytes().all(|c| c.is_ascii_digit()) && self.rest.starts_with('.') {
                    self.next();
                    if self.rest.starts_with(|c: char| c.is_ascii_digit()) {
                        self.next();
                    }
                }
            }
        }
        self.after_value()
    }

    fn after_value(&mut self) -> Result<(), Stop> {
        loop {
            match self.peek() {
                "(" => {
                    self.next();
                    self.arguments()?;
                }
                "[" => {
                    self.next();
                    self.list("]")?;
                }
                "." => {
                    self.next();
                    let name = self.peek();
                    if name.is_empty() {
                        return Err(Stop::End);
                    }
                    if name.starts_with(|c| DELIMITERS.contains(c) || c == '"' || c == '\'') {
                        return Err(Stop::Wrong);
                    }
                    self.next();
                }
                "|" => {
                    self.next();
                    let name = self.peek();
                    if name.is_empty() {
                        return Err(Stop::End);
                    }
                    if name.starts_with(|c| DELIMITERS.contains(c) || c == '"' || c == '\'') {
                        return Err(Stop::Wrong);
                    }
                    self.next();
                }
                _ => return Ok(()),
            }
        }
    }

    /// Up to the bracket that closes.
    fn list(&mut self, close: &str) -> Result<(), Stop> {
        if self.takes(close) {
            return Ok(());
        }
        loop {
            self.expression()?;
            if self.takes(close) {
                return Ok(());
            }
            match self.peek() {
                "" => return Err(Stop::End),
                "," => {
                    self.next();
                    if self.peek() == close {
                        return Err(Stop::Unsure);
                    }
                }
                // A slice.
                ":" => return Err(Stop::Unsure),
                _ => return Err(Stop::Wrong),
            }
        }
    }

    /// Arguments may have names: not judged.
    fn arguments(&mut self) -> Result<(), Stop> {
        if self.takes(")") {
            return Ok(());
        }
        loop {
            self.expression()?;
            match self.peek() {
                ")" => {
                    self.next();
                    return Ok(());
                }
                "," => {
                    self.next();
                }
                "" => return Err(Stop::End),
                "=" => return Err(Stop::Unsure),
                _ => return Err(Stop::Wrong),
            }
        }
    }

    fn pairs(&mut self) -> Result<(), Stop> {
        if self.takes("}") {
            return Ok(());
        }
        loop {
            self.value()?;
            if self.peek().is_empty() {
                return Err(Stop::End);
            }
            self.wants(":")?;
            self.expression()?;
            match self.next() {
                "}" => return Ok(()),
                "," => {}
                "" => return Err(Stop::End),
                _ => return Err(Stop::Wrong),
            }
        }
    }
}
