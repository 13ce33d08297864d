//! What a page puts below an article, told by its form, in any language: short lines that are links, hashtags, a licence,
//! or a label with a few words behind it, and no prose.

use super::line::{after_destination, plain, without_images};
use crate::document::prose::{self, Script, Stop};

/// How sure the form of a block is, the surest last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Form {
    /// A few words without a mark, which may be a name, a wish or the article's own last line.
    Brief,
    /// Labels, links, hashtags, a licence.
    Labels,
}

/// A block has at most so many lines, and bytes.
const BLOCK: [usize; 2] = [12, 700];

/// Short sentences have at most so many characters.
const SENTENCE: usize = 160;

/// A label, and what stands behind it, has at most so many words; in a script without spaces so many characters.
const LABEL: [usize; 2] = [4, 10];
const VALUE: [usize; 2] = [8, 24];

/// A line of a few words has no more.
const WORDS: [usize; 2] = [8, 14];

/// The form of a paragraph, if it has one.
pub fn of(text: &str) -> Option<Form> {
    let torn = text.matches('[').count() != text.matches(']').count();
    // Formulas are the article's, and so is whoever said what stands above.
    if torn
        || text.starts_with(['—', '–', '―'])
        || text.len() > BLOCK[1]
        || text.starts_with(['$', '\\'])
        || text.lines().count() > BLOCK[0]
    {
        return None;
    }
    if is_told_about(text) || is_emphasised(text) || is_bracketed_link(text) || is_ruled_off(text) {
        return Some(Form::Labels);
    }
    let lines = || text.lines().map(plain).filter(|line| line.contains(char::is_alphanumeric) || line.contains('©'));
    let first = of_line(lines().next()?);
    let sure = first.and_then(|first| lines().try_fold(first, |sure, line| of_line(line).map(|form| sure.max(form))));
    // Amounts, parts and names, line by line, may be what the article is about.
    let listed =
        lines().all(|line| labelled(line).is_some() && !line.contains(['|', '｜']) && beside_links(line).0 == 0);
    let sure = match lines().count() {
        2 if listed => sure.map(|_| Form::Brief),
        3.. if listed => None,
        _ => sure,
    };
    sure.or_else(|| leads_away(text).then_some(Form::Brief))
}

/// Whether a line is a rule that was drawn with dashes.
pub fn is_drawn_rule(text: &str) -> bool {
    let dash =
        |c: char| matches!(c, '-' | '—' | '–' | '─' | '━' | '―' | '=' | '_' | '*' | '~' | '\\') || c.is_whitespace();
    text.len() > 3 && text.chars().all(dash)
}

/// The form of a block of HTML: a few words, with a link among them.
pub fn of_html(html: &str, words: &str) -> Option<Form> {
    let few = html.len() <= BLOCK[1] && is_few(words, VALUE) && words.contains(char::is_alphabetic);
    (few && html.contains("<a ") && html.trim_end().ends_with('>')).then_some(Form::Labels)
}

/// A title that may stand above such blocks.
pub fn is_title(text: &str) -> bool {
    let title = text.trim_matches(['#', ' ', '*']);
    !title.contains('\n') && is_few(title, [6, 16]) && !matches!(prose::stop(title).0, Stop::Comma)
}

/// Whether the items of a list are at least two and few words each, as titles of posts are.
pub fn is_list_of_titles(text: &str) -> bool {
    let item = |line: &str| is_few(&beside_links(plain(line)).1, [12, 30]) && !prose::finished(line);
    (2..=10).contains(&text.lines().count()) && text.lines().all(item)
}

fn of_line(line: &str) -> Option<Form> {
    if line.starts_with(['©', '🄯']) || line.get(..3).is_some_and(|start| start.eq_ignore_ascii_case("(c)")) {
        return Some(Form::Labels);
    }
    let hashtag = |word: &str| word.len() > 1 && word.starts_with('#') && !word.starts_with("##");
    if line.split_whitespace().all(hashtag) {
        return Some(Form::Labels);
    }
    let (mut pieces, mut sure) = (0, Form::Brief);
    for piece in line.split(['|', '｜', '丨', '•', '·', '\t']).map(plain).filter(|piece| !piece.is_empty()) {
        pieces += 1;
        sure = sure.max(of_piece(piece)?);
    }
    Some(if pieces > 1 { Form::Labels } else { sure })
}

/// What stands between two bars: links and few words beside them, a label and its value, or a few words.
fn of_piece(piece: &str) -> Option<Form> {
    let (links, words) = beside_links(piece);
    let words = words.trim();
    if links > 0 {
        return is_few(words, [LABEL[0] * links.min(3), LABEL[1] * links.min(3)]).then_some(Form::Labels);
    }
    let several = || words.contains(". ") && words.split(". ").all(|part| labelled(part).is_some_and(is_listed));
    if let Some(label @ (_, value)) = labelled(words) {
        // A number is an amount, a time or a price as often as a date.
        let sure = if value.contains(char::is_numeric) { Form::Brief } else { Form::Labels };
        return (is_listed(label) || several()).then_some(sure);
    }
    let called = words.ends_with(['!', '！', '👏', '👍', '🙏', '❤']);
    (is_few(words.trim_end_matches(['!', '！']), WORDS) && !words.contains('，') && (called || !prose::finished(words)))
        .then_some(Form::Brief)
}

/// Whether a few words stand behind a label, or a list of them.
fn is_listed((name, value): (&str, &str)) -> bool {
    let items = || value.split([',', '、', '，', '،', ';', '；', '/']);
    let few = is_few(value, VALUE) || (items().count() > 1 && items().all(|item| is_few(item, LABEL)));
    few && !value.is_empty() && name.contains(char::is_alphabetic)
}

/// `Label: value`, with a label of a few words.
fn labelled(text: &str) -> Option<(&str, &str)> {
    let (at, colon) = text.char_indices().take(40).find(|(_, c)| matches!(c, ':' | '：' | '∶'))?;
    let (name, value) = (&text[..at], &text[at + colon.len_utf8()..]);
    // `10:20`, `https://`, `std::io`.
    let spaced = !colon.is_ascii() || value.starts_with([' ', '*', '_', '\u{a0}']);
    let decoration = |c: char| c.is_whitespace() || matches!(c, '*' | '_');
    (spaced && is_few(name, LABEL)).then(|| (name.trim_matches(decoration), value.trim_matches(decoration)))
}

/// A bold label and some words about somebody behind it: `**About Anna:** Anna repairs stoves.`
fn is_told_about(text: &str) -> bool {
    let Some((label, rest)) = text.strip_prefix("**").and_then(|inner| inner.split_once("**")) else { return false };
    let colon = label.ends_with([':', '：']) || rest.starts_with([':', '：']);
    colon && is_few(label, LABEL) && !text.contains('\n') && text.len() <= 400
}

/// A paragraph in italics from end to end.
fn is_emphasised(text: &str) -> bool {
    ['*', '_'].into_iter().any(|mark| {
        let inner = text.strip_prefix(mark).and_then(|inner| inner.strip_suffix(mark));
        inner.is_some_and(|inner| inner.contains(' ') && !inner.contains([mark, '\n']))
    })
}

/// One short sentence with a link in it.
fn leads_away(text: &str) -> bool {
    let (links, words) = beside_links(text);
    let begins = text.starts_with(|c: char| c.is_alphanumeric() && !c.is_lowercase());
    let ends = |(at, c): (usize, char)| prose::is_terminal(c) && (!c.is_ascii() || words[at + 1..].starts_with(' '));
    links > 0
        && begins
        && !text.contains('\n')
        && words.chars().count() <= SENTENCE
        && words.trim_end().char_indices().filter(|c| ends(*c)).count() <= 1
        && prose::finished(text)
}

/// A few lines below a rule that is drawn with dashes, in one paragraph with them.
fn is_ruled_off(text: &str) -> bool {
    let (rule, below) = text.split_once('\n').unwrap_or_default();
    is_drawn_rule(rule) && below.lines().count() <= 4 && below.chars().count() <= 2 * SENTENCE
}

/// A paragraph in round brackets with a link in it.
fn is_bracketed_link(text: &str) -> bool {
    let inner = text.strip_prefix(['(', '（']).and_then(|inner| inner.strip_suffix([')', '）']));
    inner.is_some_and(|inner| inner.len() <= 300 && beside_links(inner).0 > 0 && !inner.contains('\n'))
}

/// How many links and addresses stand in a line, and the words beside them.
fn beside_links(line: &str) -> (usize, String) {
    let (mut links, mut words, mut rest) = (0, String::new(), line);
    while let Some(at) = rest.find(['[', 'h', 'w', '<', '!']) {
        let (before, from) = rest.split_at(at);
        words.push_str(before);
        let picture = without_images(from);
        let address = ["http://", "https://", "www.", "<http"].iter().any(|start| from.starts_with(start));
        let after = if picture.len() < from.len() && from.starts_with(['!', '[', '<']) {
            Some(picture)
        } else if address {
            Some(
                &from
                    [from.find(|c: char| c.is_whitespace() || matches!(c, '）' | '，' | '。')).unwrap_or(from.len())..],
            )
        } else if from.starts_with('[') {
            from.find("](").and_then(|at| after_destination(&from[at + 1..]))
        } else {
            None
        };
        if let Some(after) = after {
            links += 1;
            words.push(' ');
            rest = after;
        } else {
            let next = from.chars().next().map_or(0, char::len_utf8);
            words.push_str(&from[..next]);
            rest = &from[next..];
        }
    }
    words.push_str(rest);
    (links, words)
}

/// Whether a text has at most so many words, or characters in a script without spaces, and no sentence ends within it.
fn is_few(text: &str, most: [usize; 2]) -> bool {
    let text = text.trim_matches(|c: char| !c.is_alphanumeric());
    let unspaced = text.chars().filter(|c| matches!(prose::script(*c), Script::Han | Script::Kana)).count();
    let words = text.split_whitespace().filter(|word| word.contains(char::is_alphanumeric)).count();
    let ends = |(at, c): (usize, char)| {
        prose::is_terminal(c) && (!c.is_ascii() || text[at + 1..].starts_with(' ')) && !is_initial(&text[..at])
    };
    words <= most[0] && unspaced <= most[1] && text.len() <= 160 && !text.char_indices().any(ends)
}

/// Whether a dot behind `before` ends an initial or a short word as abbreviations are, and no sentence.
fn is_initial(before: &str) -> bool {
    let word = before.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    word.chars().count() <= 3 && before.chars().next_back().is_some_and(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_page_puts_below_is_known_by_its_form() {
        let labels = [
            "**Zurück:** [Das Dach](/dach/) | **Weiter:** [Der Keller](/keller/)",
            "« [Eins](/1/) | [Drei](/3/) »",
            "作者：北山的風\n連結：https://stoves.example/post/7\n出處：爐火日報",
            "Avainsanat: uuni, puu, talvi",
            "Автор: Анна Берг",
            "#stoves #winter",
            "© 2020 Anna Berg. Alle Rechte vorbehalten.",
            "**À propos de Paul :** Paul répare des poêles. Il vit à Brest.",
            "（全文見 [爐火日報](https://stoves.example/)）",
            "Facebook | Telegram | E-mail",
        ];
        for text in labels {
            assert_eq!(of(text), Some(Form::Labels), "{text}");
        }
        for text in ["12 commentaires", "Jaa kirjoitus", "Serves: 4", "よろしく"] {
            assert_eq!(of(text), Some(Form::Brief), "{text}");
        }
        let prose = [
            "We went home. It rained.",
            "Anna said: the stove is cold, and nobody has lit it since the day that we came.",
            "The plan is on [the site](https://stoves.example/). Nobody has looked at it for years. It is old.",
            "他说炉子很冷，没有人点火。",
            "Clay: from the river\nSand: from the pit\nLime: from the shop",
            "$$\np = 7\n$$",
        ];
        for text in prose {
            assert_eq!(of(text), None, "{text}");
        }
    }
}
