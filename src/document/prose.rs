//! How a stretch of text stops: with a sentence mark, in the middle of a word, at a link. Knows the characters of many
//! scripts (Unicode 17, `Sentence_Terminal` and its neighbours) and no word of any language.

/// What the last character that a reader sees says about the end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// Nothing to read.
    Nothing,
    /// A sentence mark, perhaps behind closing quotes or brackets.
    Terminal,
    /// `~`, an emoji, a smiley: how people end a sentence informally.
    Informal,
    /// `…`, `...`, `。。。`.
    Ellipsis,
    /// A comma, a semicolon, a dash.
    Comma,
    Colon,
    /// An opening quote or bracket.
    Opener,
    /// A closing quote or bracket with no sentence mark before it.
    Closer,
    Word,
    /// A digit or a sign that goes with one.
    Number,
    /// A link, an address, inline code, a formula, a shortcode: whole in itself.
    Token,
    /// Any other sign.
    Symbol,
}

/// The writing of a letter, as far as it decides how sentences end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Script {
    Latin,
    Greek,
    Cyrillic,
    Armenian,
    Hebrew,
    Arabic,
    /// Devanagari and the Indic scripts that end a sentence with a danda or a full stop.
    Indic,
    Georgian,
    Ethiopic,
    Han,
    Kana,
    Hangul,
    /// Thai, Lao, Khmer, Burmese, Tibetan: sentences need no mark, so its absence says nothing.
    Unmarked,
    Other,
}

/// Elements of HTML that show more than words.
const WHOLE: [&str; 10] =
    ["</a>", "</kbd>", "</code>", "</pre>", "</samp>", "</tt>", "</object>", "</video>", "</audio>", "</embed>"];

/// How `text` stops, and `text` up to that character: trailing space, markup, notes and closing marks are cut off.
pub fn stop(text: &str) -> (Stop, &str) {
    let (whole, text) = (text, without_markup(text));
    let cut = &whole[text.len()..];
    // Nobody breaks off behind the number of a note.
    if text.ends_with(char::is_alphanumeric) && cut.contains("[^") {
        return (Stop::Token, text);
    }
    if cut.len() > 3 && WHOLE.iter().any(|tag| cut.contains(tag)) {
        return (Stop::Token, text);
    }
    if let Some(stop) = token(text) {
        return (stop, text);
    }
    let (inner, closers) = without_closers(text);
    let Some(last) = inner.chars().next_back() else { return (Stop::Nothing, text) };
    if ends_in_ellipsis(inner) {
        return if closers { (Stop::Closer, text) } else { (Stop::Ellipsis, text) };
    }
    match kind(last, inner) {
        stop @ (Stop::Terminal | Stop::Informal) => (stop, text),
        _ if closers => (Stop::Closer, text),
        stop => (stop, inner),
    }
}

/// Whether `text` ends as a finished sentence does.
pub fn finished(text: &str) -> bool {
    matches!(stop(text).0, Stop::Terminal | Stop::Informal)
}

/// Whether its end is Greek, be the last word a Latin one.
fn is_greek(text: &str) -> bool {
    const LETTERS: usize = 8;
    let greek = |c: &char| script(*c) == Script::Greek;
    before(text).is_some_and(|c| greek(&c)) || text.chars().rev().take(80).filter(greek).count() >= LETTERS
}

fn kind(last: char, text: &str) -> Stop {
    match last {
        c if is_terminal(c) => Stop::Terminal,
        // U+201C closes in German and Czech, and wherever somebody typed the wrong one after a full stop.
        '\u{201c}' | '«' | '"' if before(text).is_some_and(is_terminal) => Stop::Terminal,
        // Greek asks with a semicolon.
        ';' | '\u{37e}' if is_greek(text) => Stop::Terminal,
        // Where keyboards lack the Armenian full stop, people type a colon.
        ':' if before(text).is_some_and(|c| script(c) == Script::Armenian) => Stop::Terminal,
        ':' | '：' | '︰' | '៖' => Stop::Colon,
        c if is_comma(c) => Stop::Comma,
        // Half of a compound, or of a range of numbers.
        '-' if before(text).is_some_and(char::is_alphanumeric) => Stop::Comma,
        c if is_opener(c) => {
            if closes(c, text) {
                Stop::Closer
            } else {
                Stop::Opener
            }
        }
        c if is_informal(c) => Stop::Informal,
        c if c.is_numeric() || matches!(c, '%' | '％' | '‰' | '€' | '$' | '°' | '℃') => Stop::Number,
        c if c.is_alphabetic() || is_mark(c) => Stop::Word,
        _ => Stop::Symbol,
    }
}

/// Whether the quote that `text` ends in opens in some languages and closes here: it is glued to a word, and one that
/// opens in German, Czech, Georgian or Hebrew, or the same one, stands open before it.
fn closes(quote: char, text: &str) -> bool {
    let (openers, closer): (&[char], char) = match quote {
        '\u{201c}' => (&['„', '“'], '”'),
        '‘' => (&['‚', '‘'], '’'),
        '«' => (&['»'], '«'),
        _ => return false,
    };
    let inside = &text[..text.len() - quote.len_utf8()];
    let glued = inside.chars().next_back().is_some_and(|c| !c.is_whitespace() && !is_opener(c) && !is_comma(c));
    let count = |wanted: &[char]| inside.matches(wanted).count();
    glued && (inside.contains('„') && quote == '\u{201c}' || count(openers) > count(&[closer]))
}

fn before(text: &str) -> Option<char> {
    text.chars().rev().nth(1)
}

/// The ends that are whole in themselves.
fn token(text: &str) -> Option<Stop> {
    let last = text.as_bytes().last()?;
    // Where a word begins is far to look for in a script without spaces.
    if (last.is_ascii_alphabetic() || MOUTHS.contains(last)) && is_smiley(last_word(text)) {
        return Some(Stop::Informal);
    }
    if is_face(text) {
        return Some(Stop::Informal);
    }
    match last {
        b'`' | b'$' => Some(Stop::Token),
        b'}' if text.ends_with("}}") || text.ends_with("%}") => Some(Stop::Token),
        b')' => link_start(text).map(|_| Stop::Token),
        b']' if text.ends_with("]]") => Some(Stop::Token),
        b']' => reference_start(text).map(|_| Stop::Token),
        b';' if is_entity(text) => Some(Stop::Token),
        b':' if is_shortname(text) => Some(Stop::Informal),
        b'>' => text.rfind('<').filter(|at| !text[*at..].contains(char::is_whitespace)).map(|_| Stop::Token),
        _ => is_address(last_of_ascii(text)).then_some(Stop::Token),
    }
}

/// A face of signs, such as `(^^;` or `ヽ(*´∀`*)ﾉ`, with a bracket closed or not.
fn is_face(text: &str) -> bool {
    const SIGNS: [char; 12] = ['^', '´', '｀', 'ω', '∀', '▽', 'Д', 'д', '･', '◕', '╯', '≧'];
    // Most texts end in none of what a face may end in.
    if text.ends_with(|c: char| is_terminal(c) || c.is_ascii_alphanumeric()) {
        return false;
    }
    let Some((at, open)) = text.char_indices().rev().take(16).find(|(_, c)| matches!(c, '(' | '（')) else {
        return false;
    };
    let inside = text[at + open.len_utf8()..].split([')', '）']).next().unwrap_or_default();
    inside.len() < 24 && inside.contains(SIGNS) && !inside.contains(char::is_whitespace)
}

/// The mouths of smileys that are no letters.
const MOUTHS: &[u8] = b"()/|*3][";

/// `:-)`, `;D`, `:(`, and laughter: four letters or more of which at most two differ.
fn is_smiley(word: &str) -> bool {
    let eyes = word.trim_start_matches(|c: char| c.is_alphanumeric() || is_terminal(c) || c == '>');
    let mouth = eyes.strip_prefix([':', ';', '=']).map(|rest| rest.trim_start_matches(['-', '\'', 'o']));
    if mouth.is_some_and(|mouth| {
        let first = mouth.as_bytes().first();
        let known = first.is_some_and(|mouth| b"DPpBO".contains(mouth) || MOUTHS.contains(mouth));
        known && mouth.len() < 6 && mouth.bytes().all(|mouth| Some(&mouth) == first)
    }) {
        return true;
    }
    let mut letters = word.chars();
    let (Some(first), Some(second)) = (letters.next(), letters.next()) else { return false };
    let cased = first.is_ascii_alphabetic() && second.is_ascii_alphabetic();
    cased && word.len() >= 4 && word.chars().all(|c| c.eq_ignore_ascii_case(&first) || c.eq_ignore_ascii_case(&second))
}

/// An entity that is no ellipsis.
fn is_entity(text: &str) -> bool {
    let Some(at) = text[..text.len() - 1].rfind('&') else { return false };
    let name = text[at + 1..text.len() - 1].trim_start_matches('#');
    !ends_in_ellipsis(text) && (2..8).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric())
}

/// Where the inline link that `text` ends with begins, brackets included.
pub fn link_start(text: &str) -> Option<usize> {
    let middle = text.rfind("](")?;
    let destination = &text[middle + 2..text.len() - 1];
    let whole = text.ends_with(')') && destination.matches('(').count() == destination.matches(')').count();
    (whole && !destination.contains('\n')).then(|| opening_bracket(&text[..middle])).flatten()
}

/// `[text][label]` at the end.
fn reference_start(text: &str) -> Option<usize> {
    let middle = text.rfind("][")?;
    (!text[middle + 2..text.len() - 1].contains(']')).then(|| opening_bracket(&text[..middle])).flatten()
}

fn opening_bracket(text: &str) -> Option<usize> {
    let mut depth = 0usize;
    for (at, c) in text.char_indices().rev().take(2000) {
        match c {
            ']' => depth += 1,
            '[' if depth == 0 => return Some(at),
            '[' => depth -= 1,
            _ => {}
        }
    }
    None
}

/// `:smile:` at the end.
fn is_shortname(text: &str) -> bool {
    let inner = &text[..text.len() - 1];
    let tail = inner.rsplit(':').next().unwrap_or_default();
    tail.len() < inner.len()
        && (2..32).contains(&tail.len())
        && tail.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'+' | b'-'))
}

/// The last run without white space; at most 400 bytes of it.
pub fn last_word(text: &str) -> &str {
    let start = text.char_indices().rev().take(400).take_while(|(_, c)| !c.is_whitespace()).last();
    start.map_or("", |(at, _)| &text[at..])
}

/// Of the last word what stands behind its last character that is not ASCII: no address has such a one.
fn last_of_ascii(text: &str) -> &str {
    let is_part = |byte: &u8| byte.is_ascii() && !char::from(*byte).is_whitespace();
    &text[text.len() - text.bytes().rev().take(400).take_while(is_part).count()..]
}

/// Whether a word is, or ends in, a web address, a domain, a mail address, a file name or a handle.
pub fn is_address(word: &str) -> bool {
    let ascii =
        word.rfind(|c: char| !c.is_ascii()).map_or(0, |at| at + word[at..].chars().next().map_or(1, char::len_utf8));
    let word = word[ascii..].trim_start_matches(['(', '<', '[', '"', '\'', '*', '_']);
    let query = word.contains('&') && word.contains('=');
    if query || word.contains("://") || word.starts_with("www.") || (word.starts_with('@') && word.len() > 2) {
        return true;
    }
    let word = word.trim_end_matches(['/', ',', ';', '-']);
    let dotted = word.split_once('.').is_some_and(|(left, right)| {
        let right = right.split(['/', '?', '#']).next().unwrap_or_default();
        left.bytes().last().is_some_and(|b| b.is_ascii_alphanumeric())
            && right.len() >= 2
            && right.as_bytes()[0].is_ascii_alphanumeric()
            && right.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'-' | b'_'))
    });
    dotted || (word.contains('@') && word.len() > 3)
}

/// Spaces and closing quotes as converters write them.
const CLOSING_ENTITIES: [&str; 8] =
    ["&nbsp;", "&#160;", "&#8221;", "&rdquo;", "&#8217;", "&rsquo;", "&quot;", "&raquo;"];

/// `text` without what is not text at its end: space, invisible characters, attribute lists, tags, notes, emphasis.
fn without_markup(text: &str) -> &str {
    let mut rest = text;
    loop {
        let before = rest.len();
        rest = rest.trim_end_matches(|c: char| c.is_whitespace() || is_invisible(c));
        rest = rest.trim_end_matches(['*', '_', '\\']);
        rest = rest.strip_suffix("~~").filter(|inner| inner.contains("~~")).unwrap_or(rest);
        rest = rest.strip_suffix("==").unwrap_or(rest);
        if rest.ends_with(';') {
            rest = CLOSING_ENTITIES.iter().find_map(|entity| rest.strip_suffix(entity)).unwrap_or(rest);
        }
        rest = attributes(rest).or_else(|| tag(rest)).or_else(|| note(rest)).unwrap_or(rest);
        if rest.len() == before {
            return rest;
        }
    }
}

/// Without a Kramdown or Pandoc attribute list.
fn attributes(text: &str) -> Option<&str> {
    let at = text.strip_suffix('}')?.rfind('{')?;
    // Two braces are a shortcode, an include or a variable.
    if text[..at].ends_with('{') {
        return None;
    }
    let inner = text[at + 1..text.len() - 1].trim_start();
    let looks = inner.starts_with([':', '.', '#'])
        || (inner.contains('=') && !inner.contains(['{', '"', '%', '\n']))
        || inner.starts_with("width");
    looks.then(|| &text[..at])
}

/// Without a tag of HTML such as `<br>` or `</p>`.
fn tag(text: &str) -> Option<&str> {
    let start = text.strip_suffix('>')?.rfind('<')?;
    let name = text[start + 1..].trim_start_matches('/');
    let end = name.find(|c: char| !c.is_ascii_alphanumeric())?;
    let known = end > 0 && matches!(name.as_bytes()[end], b'>' | b' ' | b'/' | b'\n') && text.len() - start < 400;
    (known && name.as_bytes()[0].is_ascii_alphabetic() && !name.starts_with("http")).then(|| &text[..start])
}

/// Without a footnote `[^1]` or a citation `[12]`.
fn note(text: &str) -> Option<&str> {
    let at = text.strip_suffix(']')?.rfind('[')?;
    let inner = &text[at + 1..text.len() - 1];
    let number = !inner.is_empty() && inner.len() < 4 && inner.bytes().all(|b| b.is_ascii_digit());
    ((number && at > 0 && !text[..at].ends_with(']')) || (inner.starts_with('^') && inner.len() < 60))
        .then(|| &text[..at])
}

fn without_closers(text: &str) -> (&str, bool) {
    let inner = text.trim_end_matches(|c: char| is_closer(c) || matches!(c, '*' | '_') || c.is_whitespace());
    match text[inner.len()..].chars().next() {
        // A straight quote after a space opens, unless it pairs with one before it.
        Some(c)
            if c.is_whitespace()
                && text.ends_with(['"', '\''])
                && inner.len() + 2 == text.len()
                && unpaired_quote(text) =>
        {
            (text, false)
        }
        _ => (inner, inner.len() < text.len()),
    }
}

fn unpaired_quote(text: &str) -> bool {
    text.lines().next_back().unwrap_or_default().matches('"').count() % 2 == 1
}

/// Whether the last characters are an ellipsis in one of its spellings.
pub fn ends_in_ellipsis(text: &str) -> bool {
    ["…", "...", "⋯", "︙", "。。。", "・・・", "‥", "．．．", "&hellip;", "&#8230;"].iter().any(|e| text.ends_with(e))
}

/// Whether the last characters are an ellipsis in square or round brackets, which stands for text that was left out.
pub fn ends_in_omission(text: &str) -> bool {
    let inner = text.trim_end().strip_suffix([']', '］', '】']).map(str::trim_end);
    let bracket = |inner: &str| inner.trim_end_matches(['.', '…', '。', ' ']).ends_with(['[', '［', '【']);
    inner.is_some_and(|inner| {
        let unnamed = inner.strip_suffix("&hellip;").or_else(|| inner.strip_suffix("&#8230;"));
        unnamed.map_or_else(|| ends_in_ellipsis(inner) && bracket(inner), |before| before.ends_with('['))
    })
}

/// Whether a line is an ellipsis and nothing else, brackets and emphasis aside.
pub fn is_ellipsis(line: &str) -> bool {
    let space = |c: char| c.is_whitespace() || is_invisible(c) || matches!(c, '*' | '_' | '>' | '\\');
    let inner = line.trim_matches(space);
    if inner.starts_with("{ ") {
        return false;
    }
    // Russian editors set angle brackets, Chinese ones those of a tortoise.
    let opener = |c: char| is_opener(c) || matches!(c, '<' | '〔');
    let inner = inner.trim_start_matches(opener).trim_end_matches(is_closer).trim_matches(space);
    let (mut dots, mut signs) = (0, 0);
    for c in inner.chars() {
        match c {
            '.' | '。' | '・' | '．' => dots += 1,
            '…' | '⋯' | '‥' => signs += 1,
            _ => return false,
        }
    }
    signs > 0 || (3..=12).contains(&dots)
}

/// What ends a sentence: `Sentence_Terminal` of scripts in use, and the Tibetan, Thai, Hebrew and Syriac marks beside it.
const TERMINALS: &str = ".!?。！？．｡‼⁇⁈⁉։؟۔؝؞׃।॥።፧፨။។៕៚៙\u{0f14}\u{0e5a}\u{0e5b}᠃᠉\u{07f9}꓿꧈꧉‽⸮﹒﹖﹗︒︕︖";

pub fn is_terminal(c: char) -> bool {
    TERMINALS.contains(c) || ('\u{0f0d}'..='\u{0f12}').contains(&c) || ('\u{0700}'..='\u{0709}').contains(&c)
}

/// What a sentence goes on after.
const COMMAS: &str = ",，、;；–—،؛՝﹐﹑､፣፤፥︐︑︔";

fn is_comma(c: char) -> bool {
    COMMAS.contains(c)
}

/// Opening quotes and brackets.
const OPENERS: &str = "([{（［｛「『【《〈〔“‘„«‹¿¡\"";

fn is_opener(c: char) -> bool {
    OPENERS.contains(c)
}

/// Closing quotes and brackets.
const CLOSERS: &str = ")]}）］｝」』】》〉〕〗”’»›\"'｣〟⟩";

fn is_closer(c: char) -> bool {
    CLOSERS.contains(c)
}

/// Whether CommonMark takes it for punctuation in each of its versions: marks of sentences, quotes, brackets and the signs of
/// ASCII.
pub fn is_mark_or_bracket(c: char) -> bool {
    c.is_ascii_punctuation() || is_terminal(c) || is_comma(c) || is_opener(c) || is_closer(c) || matches!(c, '：' | '…')
}

fn is_informal(c: char) -> bool {
    matches!(c, '~' | '～' | '〜' | '♪' | '♡' | '^' | '\u{2190}'..='\u{2bff}' | '\u{fe0f}' | '\u{200d}' | '\u{20e3}' | '\u{1f000}'..='\u{1faff}')
}

fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200b}' | '\u{200c}' | '\u{200e}' | '\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{ad}')
}

/// Combining marks that end words in Indic, Arabic, Hebrew, Thai and decomposed Latin.
pub fn is_mark(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{591}'..='\u{5c7}' | '\u{64b}'..='\u{65f}' | '\u{900}'..='\u{dff}' | '\u{e31}'..='\u{e4e}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17d3}')
}

pub fn script(c: char) -> Script {
    match c {
        'a'..='z' | 'A'..='Z' | '\u{c0}'..='\u{24f}' | '\u{1e00}'..='\u{1eff}' => Script::Latin,
        '\u{370}'..='\u{3ff}' | '\u{1f00}'..='\u{1fff}' => Script::Greek,
        '\u{400}'..='\u{52f}' => Script::Cyrillic,
        '\u{531}'..='\u{58f}' => Script::Armenian,
        '\u{590}'..='\u{5ff}' => Script::Hebrew,
        '\u{600}'..='\u{6ff}' | '\u{750}'..='\u{77f}' | '\u{fb50}'..='\u{fdff}' => Script::Arabic,
        '\u{900}'..='\u{dff}' => Script::Indic,
        '\u{10a0}'..='\u{10ff}' => Script::Georgian,
        '\u{1200}'..='\u{137f}' => Script::Ethiopic,
        '\u{e00}'..='\u{fff}' | '\u{1000}'..='\u{109f}' | '\u{1780}'..='\u{17ff}' => Script::Unmarked,
        '\u{3040}'..='\u{30ff}' | '\u{31f0}'..='\u{31ff}' => Script::Kana,
        '\u{1100}'..='\u{11ff}' | '\u{3130}'..='\u{318f}' | '\u{ac00}'..='\u{d7af}' => Script::Hangul,
        '\u{3400}'..='\u{9fff}' | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}' => Script::Han,
        _ => Script::Other,
    }
}

impl Script {
    /// Whether words are written without spaces between them.
    pub const fn unspaced(self) -> bool {
        matches!(self, Self::Han | Self::Kana | Self::Unmarked)
    }
}

/// Where the formula begins that has no end: one that is set apart with `$$` or `\[`, or within a line behind a `$` with a
/// command of TeX after it.
pub fn open_formula(text: &str) -> Option<usize> {
    memchr::memchr2(b'$', b'\\', text.as_bytes())?;
    // A line of its own, as a bracket that is none of a link has words behind it.
    let bracketed = || {
        let at = text.rfind("\\[")?;
        let before = text[..at].trim_end_matches([' ', '>', '\\']);
        let formula = text[at + 2..].trim_start_matches([' ', '\t', '\r']).strip_prefix('\n')?;
        let command =
            formula.split_once('\\').is_some_and(|(_, rest)| rest.starts_with(|c: char| c.is_ascii_alphabetic()));
        ((before.is_empty() || before.ends_with('\n')) && command && !formula.contains("\\]")).then_some(at)
    };
    let apart = || {
        let at = text.rfind("$$")?;
        let before = text[..at].trim_end_matches([' ', '>']);
        let formula = text[at..].contains(['\\', '=', '^', '_']);
        ((before.is_empty() || before.ends_with('\n')) && formula && text.matches("$$").count() % 2 == 1).then_some(at)
    };
    let within = || {
        let at = text.rfind('$').filter(|_| !text.contains(['`', '~']) && !text.contains("$$"))?;
        let rest = &text[at + 1..];
        // Paths of Windows have backslashes too.
        let is_command = |at: usize| {
            let name = rest[at + 1..].trim_start_matches(|c: char| c.is_ascii_alphabetic());
            name.len() < rest.len() - at - 1 && !rest[..at].ends_with(|c: char| c == ':' || c.is_alphanumeric())
        };
        let formula = rest.match_indices('\\').any(|(at, _)| is_command(at));
        let dollars = text.matches('$').count() - text.matches("\\$").count();
        (formula && !rest.contains('\n') && !rest.starts_with(' ') && dollars % 2 == 1).then_some(at)
    };
    apart().or_else(within).or_else(bracketed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_visible_character_decides() {
        let cases = [
            ("It works.", Stop::Terminal),
            ("**It works.**  \n", Stop::Terminal),
            ("他说：“好。”", Stop::Terminal),
            ("他说：“好。“", Stop::Terminal),
            ("It works.[^1]", Stop::Terminal),
            ("as the book says[^1]", Stop::Token),
            ("as loud as this:\n<object><embed></embed></object>", Stop::Token),
            ("It works [here](https://a.test/b_(c))", Stop::Token),
            ("see https://a.test/b", Stop::Token),
            ("ask at a.test/b,", Stop::Token),
            ("get?name=pump&lang=en", Stop::Token),
            ("hurray~~", Stop::Informal),
            ("~~hurray~~", Stop::Word),
            ("Danke 🙂", Stop::Informal),
            ("bye :)", Stop::Informal),
            ("bye :wave:", Stop::Informal),
            ("as follows:", Stop::Colon),
            ("Ես տուն գնացի:", Stop::Terminal),
            ("You type:<pre>stove --open</pre>", Stop::Token),
            ("and so…", Stop::Ellipsis),
            ("and so...", Stop::Ellipsis),
            ("“and so…”", Stop::Closer),
            ("he said “", Stop::Opener),
            ("er sagt „", Stop::Opener),
            ("„Guten Tag“", Stop::Closer),
            ("»ja«", Stop::Closer),
            ("il dit «ah», puis «", Stop::Opener),
            ("“你好“", Stop::Closer),
            ("“好”，他说“", Stop::Opener),
            ("bye :((", Stop::Informal),
            ("no >:(", Stop::Informal),
            ("お疲れ (^^;", Stop::Informal),
            ("ヽ(`Д´)ﾉ", Stop::Informal),
            ("{{< youtube id=abc >}}", Stop::Token),
            ("{{#include a.md}}", Stop::Token),
            ("one, two,", Stop::Comma),
            ("以及", Stop::Word),
            ("यह है।", Stop::Terminal),
            ("هل هذا صحيح؟", Stop::Terminal),
            ("in 2024", Stop::Number),
            ("was well-", Stop::Comma),
            ("a -", Stop::Symbol),
            ("![x](y.png){ width=60% }", Stop::Token),
            ("a line<br>", Stop::Word),
            ("", Stop::Nothing),
        ];
        for (text, expected) in cases {
            assert_eq!(stop(text).0, expected, "{text:?}");
        }
    }

    #[test]
    fn an_ellipsis_in_brackets_at_the_end_is_an_omission() {
        for text in ["the end of the road [...]", "the road […]\n", "the road [&#8230;]", "到年底之前【……】"]
        {
            assert!(ends_in_omission(text), "{text:?}");
        }
        for text in ["the road...", "the road [sic]", "f(...)", "see [1]", "[a...]", "]"] {
            assert!(!ends_in_omission(text), "{text:?}");
        }
    }

    #[test]
    fn an_ellipsis_alone_is_known_in_brackets_and_emphasis() {
        for line in ["...", "……", "[…]", "**...**", "{...}", "（……）"] {
            assert!(is_ellipsis(line), "{line:?}");
        }
        for line in ["", ".", "..", "a...", "()"] {
            assert!(!is_ellipsis(line), "{line:?}");
        }
    }
}
