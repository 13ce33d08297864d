//! Patterns that share their parameters: where they are looked for, and which of their matches count.

use std::{collections::BTreeSet, ops::Range};

use pulldown_cmark::{Event, Parser, Tag};

use super::parameters::{Parameters, Scope, Widen};
use crate::{
    check::{
        Edit, Hit, Subject,
        lazy::{Pattern, Set},
        removal,
        screen::Chance,
    },
    document::{Block, BlockKind, Document, Form, Image, items},
    site::Setting,
    source::Span,
};

/// How many bytes around a match are looked at for quotation marks.
const QUOTE_REACH: usize = 240;
/// How many bytes an underline may reach beyond a match on either side.
const WIDEST: usize = 600;
/// So many bytes of an item of a list are more than a name or a value.
const ITEM: usize = 40;
/// How many blocks on either side of a match stand around it.
const AROUND: usize = 3;
/// How many bytes of what a post is called stand around each match.
const CALLED: usize = 400;
/// How many characters of a match stand in a message.
const SHOWN: usize = 60;

#[derive(Debug)]
pub struct Kind {
    pub parameters: Parameters,
    pub numbers: Range<usize>,
    unless: Set,
    unless_around: Set,
    with: Vec<Set>,
    with_around: Set,
    topic: Set,
}

/// A stretch of the file to search, and whether blocks decide what of it counts.
struct Area {
    span: Span,
    in_blocks: bool,
}

/// The place to underline, and which of the patterns matched.
struct Match {
    here: Span,
    /// As it is written, and not as the part that matched.
    pattern: usize,
}

/// Where a pattern matches next; it is looked for from another place on only where it must be.
struct Next<'a> {
    pattern: &'a Pattern,
    chance: &'a Chance,
    place: Span,
}

impl<'a> Next<'a> {
    fn find(pattern: &'a Pattern, chance: &'a Chance, haystack: &str, at: usize) -> Option<Self> {
        let place = pattern.find(haystack, at, chance.near.as_ref())?;
        Some(Self { pattern, chance, place })
    }

    /// The first match that starts at `at` or behind it.
    fn from(self, haystack: &str, at: usize) -> Option<Self> {
        if self.place.start >= at { Some(self) } else { Self::find(self.pattern, self.chance, haystack, at) }
    }
}

/// A shout has at most so many characters, and what announces a text no fewer than this.
const SHOUT: usize = 24;
const ANNOUNCEMENT: usize = 36;

impl Kind {
    /// `numbers` are those of its patterns among those of the check.
    pub fn new(parameters: Parameters, numbers: Range<usize>) -> Result<Self, String> {
        if numbers.is_empty() {
            return Err("neither `patterns` nor `words` are given".to_owned());
        }
        if parameters.once && (parameters.remove || parameters.replace.is_some()) {
            return Err("`once` says nothing of the further places, which `replace` and `remove` would mend".to_owned());
        }
        let any = |patterns: &[String]| Set::of_lines(patterns.to_vec());
        Ok(Self {
            numbers,
            unless: any(&parameters.unless),
            unless_around: any(&parameters.unless_around),
            with: parameters.with.iter().map(|patterns| any(patterns)).collect(),
            with_around: any(&parameters.with_around),
            topic: any(&parameters.topic),
            parameters,
        })
    }

    /// The sets of patterns that it asks whether a match counts.
    pub fn sets(&self) -> impl Iterator<Item = &Set> {
        [&self.unless, &self.unless_around, &self.with_around, &self.topic].into_iter().chain(&self.with)
    }

    /// By those of `patterns` only that are `worth` it.
    pub fn run(&self, subject: &Subject<'_>, patterns: &[Pattern], worth: &[Chance]) -> Vec<Hit> {
        if self
            .parameters
            .shorter
            .is_some_and(|limit| subject.document.text(subject.document.body).chars().count() >= limit)
        {
            return Vec::new();
        }
        let is_mdx = || subject.document.path().ends_with(".mdx") || subject.site.has(Setting::MdxEverywhere);
        let is_excluded = |setting: &Setting| subject.site.has(*setting);
        let generators = &self.parameters.generators;
        let is_other = !generators.is_empty() && !generators.contains(&subject.site.generator);
        if is_other || self.parameters.not_where.iter().any(is_excluded) || (self.parameters.not_in_mdx && is_mdx()) {
            return Vec::new();
        }
        let found = self.matches(subject, patterns, worth);
        let at_most =
            self.parameters.at_most.unwrap_or(if self.parameters.at_least.is_some() { usize::MAX } else { 0 });
        if self.parameters.at_least.is_some_and(|least| found.len() < least) {
            return vec![
                Hit::new(self.place(subject))
                    .word("found", "")
                    .word("count", found.len().to_string())
                    .word("says", &self.parameters.says),
            ];
        }
        if self.parameters.about.is_some_and(|limit| different(&found) >= limit) {
            return Vec::new();
        }
        if found.len() < self.parameters.several || (!found.is_empty() && self.is_topic_of(subject)) {
            return Vec::new();
        }
        let count = found.len();
        if let (true, [first, .., last]) = (self.parameters.once, &found[at_most.min(count)..]) {
            return vec![self.hit(subject, first, count).label("all", Span::new(first.here.start, last.here.end))];
        }
        found.into_iter().skip(at_most).map(|found| self.hit(subject, &found, count)).collect()
    }

    fn is_topic_of(&self, subject: &Subject<'_>) -> bool {
        let document = subject.document;
        let heading = document.blocks.iter().find(|block| matches!(block.kind, BlockKind::Heading { .. }));
        let titles = title(subject).into_iter().chain(heading.map(|block| document.text(block.span)));
        titles.into_iter().any(|title| self.topic.is_match(title))
    }

    fn hit(&self, subject: &Subject<'_>, found: &Match, count: usize) -> Hit {
        let text = subject.document.text(found.here);
        let hit = Hit::new(found.here).word("found", shown(text)).word("count", count.to_string());
        let hit = Hit { severity: self.parameters.severity, ..hit.word("says", &self.parameters.says) };
        match &self.parameters.replace {
            None if self.parameters.remove => hit.fix(false, removal::edits(subject, found.here)),
            Some(replace) => hit.fix(replace.safe, vec![Edit { span: found.here, text: replace.with.clone() }]),
            None => hit,
        }
    }

    fn matches(&self, subject: &Subject<'_>, patterns: &[Pattern], worth: &[Chance]) -> Vec<Match> {
        let mut found = Vec::new();
        let mut masks = Masks::default();
        for area in self.areas(subject) {
            self.search(subject, &area, patterns, worth, &mut masks, &mut found);
        }
        found.sort_by_key(|found| (found.here.start, found.here.end));
        merge(found, self.parameters.widen.is_some())
    }

    fn search<'a>(
        &'a self,
        subject: &Subject<'_>,
        area: &Area,
        patterns: &'a [Pattern],
        worth: &'a [Chance],
        masks: &mut Masks,
        found: &mut Vec<Match>,
    ) {
        let text = &subject.document.source.text;
        let Some(haystack) = text.get(..area.span.end) else { return };
        let mut at = area.span.start;
        let find = |chance: &'a Chance| Next::find(&patterns[chance.pattern], chance, haystack, at);
        let mut next: Vec<Next<'_>> = worth.iter().filter_map(find).collect();
        // Short items of a list are excused together, others each by itself, and they take turns.
        let mut in_whole: Option<(Span, bool)> = None;
        let mut in_item: Option<(Span, bool)> = None;
        let mut defined = None;
        while let Some(first) = next.iter().min_by_key(|next| (next.place.start, next.chance.pattern)) {
            let place = first.place;
            let mut found_here = Match { here: narrow(first, haystack), pattern: first.pattern.whole() };
            // A pattern such as `\b` matches nothing at all; the search must go on all the same.
            at = if place.is_empty() { next_character(haystack, place.end) } else { place.end };
            next = next.into_iter().filter_map(|next| next.from(haystack, at)).collect();
            let here = found_here.here;
            let block = if area.in_blocks { self.block_at(subject, here, masks) } else { None };
            if area.in_blocks && block.is_none() {
                continue;
            }
            if !self.is_begun(subject, block, place) || !self.is_followed(subject, block, place) {
                continue;
            }
            if self.parameters.section && !block.is_some_and(|block| fills_section(subject.document, block, place)) {
                continue;
            }
            let whole = block.map_or(area.span, |block| subject.document.blocks[block].span);
            let surroundings = match in_item {
                Some((item, _)) if item.contains(here) => item,
                _ => block.map_or(whole, |block| place_around(subject.document, block, here)),
            };
            let excuse = if surroundings == whole { &mut in_whole } else { &mut in_item };
            if excuse.is_none_or(|(span, _)| span != surroundings) {
                *excuse = Some((surroundings, self.excuses(subject, surroundings, block)));
            }
            let excused = excuse.is_some_and(|(_, excused)| excused);
            let is_said = || block.is_some_and(|block| is_said(subject.document, block, here));
            let quoted = !self.parameters.quoted && (is_quoted(text, here, surroundings) || is_said());
            if quoted || excused {
                continue;
            }
            if self.parameters.not_defined
                && let Some(name) = name_of_link(place.of(text))
                && defined.get_or_insert_with(|| defined_links(subject.document)).contains(&name)
            {
                continue;
            }
            if let Some(widen) = self.parameters.widen {
                found_here.here = widen.widened(text, here, surroundings);
            }
            found.push(found_here);
        }
    }

    /// The block around a match, if it is one that the scope means and a reader sees the match.
    fn block_at(&self, subject: &Subject<'_>, whole: Span, masks: &mut Masks) -> Option<usize> {
        let blocks = &subject.document.blocks;
        let index = blocks.partition_point(|block| block.span.start <= whole.start).checked_sub(1)?;
        let block = &blocks[index];
        let wanted = whole.start < block.span.end && self.parameters.scope.iter().any(|scope| scope.means(block));
        let quoted = !self.parameters.quoted && matches!(block.kind, BlockKind::Quote) && !self.asks_for(&Scope::Quote);
        let mut hidden = || !matches!(block.kind, BlockKind::Code { .. }) && masks.hide(subject, index, whole);
        (wanted && !quoted && !hidden()).then_some(index)
    }

    /// Whether nothing stands before a match in its block, where nothing may.
    fn is_begun(&self, subject: &Subject<'_>, block: Option<usize>, whole: Span) -> bool {
        let begins = |index: usize| {
            let block = subject.document.blocks[index].span;
            subject.document.text(Span::new(block.start, whole.start.max(block.start))).trim().is_empty()
        };
        !self.parameters.begins || block.is_some_and(begins)
    }

    /// Whether what must stand right below a match does.
    fn is_followed(&self, subject: &Subject<'_>, block: Option<usize>, whole: Span) -> bool {
        let wanted = &self.parameters.followed_by;
        let ends = |index: &usize| {
            let block = subject.document.blocks[*index].span;
            subject.document.text(Span::new(whole.end.min(block.end), block.end)).trim().is_empty()
        };
        let next = || subject.document.blocks.get(block.filter(ends)? + 1);
        let is_apart = || self.parameters.apart && block.is_some_and(|block| is_apart(subject.document, block));
        wanted.is_empty() || next().is_some_and(|next| wanted.iter().any(|scope| scope.means(next))) || is_apart()
    }

    fn excuses(&self, subject: &Subject<'_>, surroundings: Span, block: Option<usize>) -> bool {
        let text = subject.document.text(surroundings);
        let is_announced = || block.is_some_and(|block| self.is_announced(subject.document, block));
        if self.unless.is_match(text) || !(self.with.iter().all(|set| set.is_match(text)) || is_announced()) {
            return true;
        }
        let (unless, with) = (&self.unless_around, &self.with_around);
        block.filter(|_| !(unless.is_empty() && with.is_empty())).is_some_and(|block| {
            let around = around(subject, block);
            unless.is_match(&around) || !(with.is_empty() || with.is_match(&around))
        })
    }

    /// Whether a block announces what stands below it where a text or a part of one begins: a shout of a word or two, and a
    /// colon at its end.
    fn is_announced(&self, document: &Document, block: usize) -> bool {
        let Some(first) = self.parameters.with_unless_announced else { return false };
        let is_rule = |index: usize| document.blocks.get(index).is_some_and(|block| block.kind == BlockKind::Rule);
        let begins = block < first || is_rule(block - 1);
        let alone = block > 0 && is_rule(block - 1) && is_rule(block + 1);
        let text = document.text(document.blocks[block].span).trim_end_matches(['*', '_', ' ', '\n']);
        let shout = text.chars().take(SHOUT).find(|c| matches!(c, '!' | '！' | ',' | '，' | '、' | '.' | '。'));
        let announces = match shout {
            Some('!' | '！') => alone || text.ends_with([':', '：']),
            Some(',' | '，') => alone && text.ends_with([':', '：']),
            _ => false,
        };
        begins && announces && !text.contains('\n') && text.chars().count() >= ANNOUNCEMENT
    }

    fn asks_for(&self, scope: &Scope) -> bool {
        self.parameters.scope.contains(scope)
    }

    fn areas(&self, subject: &Subject<'_>) -> Vec<Area> {
        let document = subject.document;
        let mut areas = Vec::new();
        if self.parameters.scope.iter().any(Scope::is_blocks) {
            areas.extend(self.block_areas(subject).into_iter().map(|span| Area { span, in_blocks: true }));
        }
        let mut plain = |span: Span| areas.push(Area { span, in_blocks: false });
        for scope in &self.parameters.scope {
            match scope {
                Scope::Raw => plain(Span::new(0, document.source.text.len())),
                Scope::Link => document.links.iter().for_each(|link| plain(link.address_span)),
                Scope::Image => document.images.iter().for_each(|image| plain(image.address_span)),
                Scope::Comment => comments(document).for_each(&mut plain),
                Scope::Alt => document.images.iter().for_each(|image| plain(alternative(image))),
                Scope::FrontMatter(key) => {
                    let value = document.front_matter.tree.as_ref().and_then(|tree| tree.at(key));
                    value.into_iter().for_each(|value| plain(value.span));
                }
                _ => {}
            }
        }
        areas
    }

    /// The stretches of the body to search where blocks decide.
    fn block_areas(&self, subject: &Subject<'_>) -> Vec<Span> {
        let document = subject.document;
        let Parameters { first, last, behind, .. } = self.parameters;
        let from = if self.parameters.scope == [Scope::Tail] { subject.tail.end } else { document.body.start };
        let is_solid = |(_, block): &(usize, &Block)| !matches!(block.kind, BlockKind::Rule | BlockKind::Definition);
        let solid: Vec<(usize, &Block)> = match (first, last, behind) {
            (None, None, 0) => Vec::new(),
            _ => document.blocks.iter().enumerate().filter(is_solid).collect(),
        };
        if first.is_none() && last.is_none() {
            let end = document.body.end.max(from);
            let from = match solid.get(behind) {
                Some((_, block)) => block.span.start.max(from),
                None if behind > 0 => end,
                None => from,
            };
            return vec![Span::new(from, end)];
        }
        let (first, last) = (first.unwrap_or(0), last.unwrap_or(0));
        let is_apart = |index: usize| self.parameters.apart && is_apart(document, index);
        let is_meant =
            |at: usize, index: usize| at >= behind && (at < first || at + last >= solid.len() || is_apart(index));
        let meant = solid.iter().enumerate().filter(|(at, (index, _))| is_meant(*at, *index));
        meant.map(|(_, (_, block))| block.span).collect()
    }

    /// Where to say that something is missing: the field, or the first line of the body.
    fn place(&self, subject: &Subject<'_>) -> Span {
        let document = subject.document;
        if let Some(area) = self.areas(subject).iter().find(|area| !area.in_blocks && area.span != document.body) {
            return first_line(&document.source.text, area.span);
        }
        let start = document.blocks.first().map_or(Span::at(document.body.start), |block| block.span);
        first_line(&document.source.text, start)
    }
}

/// What excuses a match, or must stand beside it: its block, of a list the item, unless that says too little by itself.
fn place_around(document: &Document, block: usize, here: Span) -> Span {
    let block = &document.blocks[block];
    match block.kind {
        BlockKind::List { .. } => {
            let item = items::around(&document.source.text, block.span, here);
            if item.len() < ITEM { block.span } else { item }
        }
        _ => block.span,
    }
}

/// Whether a block stands alone: a rule above it, and one, a heading or nothing below it.
fn is_apart(document: &Document, index: usize) -> bool {
    let kind = |index: usize| document.blocks.get(index).map(|block| block.kind);
    let ends = || {
        matches!(kind(index + 1), None | Some(BlockKind::Rule | BlockKind::Heading { .. }))
            || matches!(kind(index), Some(BlockKind::Heading { setext: true, .. }))
    };
    index.checked_sub(1).and_then(kind) == Some(BlockKind::Rule) && ends()
}

/// Whether a match is all that is said below a heading, and the post says something elsewhere.
fn fills_section(document: &Document, index: usize, found: Span) -> bool {
    let blocks = &document.blocks;
    let level = |block: &Block| match block.kind {
        BlockKind::Heading { level, .. } => Some(level),
        _ => None,
    };
    let Some(above) = index.checked_sub(1).and_then(|above| level(&blocks[above])) else { return false };
    let ends = blocks.get(index + 1).is_none_or(|below| match below.kind {
        BlockKind::Rule | BlockKind::Definition => true,
        _ => level(below).is_some_and(|below| below <= above),
    });
    let says = |span: Span| document.text(span).contains(char::is_alphanumeric);
    let whole = blocks[index].span;
    let is_all = || {
        !says(Span::new(whole.start, found.start.max(whole.start)))
            && !says(Span::new(found.end.min(whole.end), whole.end))
    };
    let is_text =
        |block: &Block| matches!(block.kind, BlockKind::Paragraph | BlockKind::List { .. } | BlockKind::Table);
    ends && is_all() && blocks.iter().enumerate().any(|(at, block)| at != index && is_text(block))
}

fn title<'a>(subject: &Subject<'a>) -> Option<&'a str> {
    subject.document.front_matter.tree.as_ref()?.get("title")?.text()
}

/// What stands around a block: what the post is called, and the blocks nearby.
fn around(subject: &Subject<'_>, block: usize) -> String {
    let document = subject.document;
    let blocks = &document.blocks[block.saturating_sub(AROUND)..(block + AROUND + 1).min(document.blocks.len())];
    let nearby = blocks.first().zip(blocks.last()).map(|(first, last)| Span::new(first.span.start, last.span.end));
    let at_top =
        document.blocks.iter().take(block.min(AROUND)).find(|block| matches!(block.kind, BlockKind::Heading { .. }));
    let short = |text: &'_ str| text[..text.floor_char_boundary(CALLED)].to_owned();
    let title = title(subject).map(|title| format!("# {}", short(title)));
    let heading = at_top.map(|block| short(document.text(block.span)));
    let nearby = nearby.map(|span| document.text(span).to_owned());
    [title, heading, nearby].into_iter().flatten().collect::<Vec<_>>().join("\n\n")
}

/// What stands between the first brackets, or the second ones right behind them, as names of links are compared.
fn name_of_link(text: &str) -> Option<String> {
    let (_, rest) = text.split_once("][").or_else(|| text.split_once('['))?;
    let (name, _) = rest.split_once(']')?;
    Some(name.trim().to_lowercase())
}

/// The names of the links that a document defines, wherever a line does: rather one too many.
fn defined_links(document: &Document) -> BTreeSet<String> {
    fn defined(line: &str) -> Option<(&str, &str)> {
        line.trim_start_matches([' ', '\t', '>']).strip_prefix('[')?.split_once("]:")
    }
    let names = document.text(document.body).lines().filter_map(defined).map(|(name, _)| name);
    names.map(|name| name.trim().to_lowercase()).collect()
}

/// Blocks that begin with a comment.
fn comments(document: &Document) -> impl Iterator<Item = Span> {
    let is_comment = |block: &&Block| {
        matches!(block.kind, BlockKind::Html) && document.text(block.span).trim_start().starts_with("<!--")
    };
    document.blocks.iter().filter(is_comment).map(|block| block.span)
}

/// Where the alternative text of an image stands: before the address in Markdown, anywhere in HTML.
fn alternative(image: &Image) -> Span {
    match image.form {
        Form::Markdown if image.span.contains(image.address_span) => {
            Span::new(image.span.start, image.address_span.start)
        }
        _ => image.span,
    }
}

/// The parts of the block last looked at that no reader reads as text: code and comments.
#[derive(Default)]
struct Masks {
    block: Option<usize>,
    hidden: Vec<Span>,
}

impl Masks {
    fn hide(&mut self, subject: &Subject<'_>, block: usize, whole: Span) -> bool {
        if self.block != Some(block) {
            let span = subject.document.blocks[block].span;
            self.block = Some(block);
            self.hidden = hidden(subject.document.text(span), span.start);
        }
        // Words in code within a sentence are part of it; a match that begins there, or is mostly there, is about code.
        let index = self.hidden.partition_point(|span| span.end <= whole.start);
        let over = self.hidden[index..].iter().take_while(|span| span.start < whole.end.max(whole.start + 1));
        let covered: usize = over.clone().map(|span| span.end.min(whole.end) - span.start.max(whole.start)).sum();
        over.take(1).any(|span| span.start <= whole.start) || (covered > 0 && covered * 2 >= whole.len())
    }
}

/// Code and comments in one block, in order and without overlap; `at` is where the block starts in the file.
pub fn hidden(block: &str, at: usize) -> Vec<Span> {
    let code = Parser::new(block).into_offset_iter().filter_map(|(event, range)| {
        matches!(event, Event::Code(_) | Event::Start(Tag::CodeBlock(_))).then(|| Span::new(range.start, range.end))
    });
    let mut all: Vec<Span> = code.chain(hidden_in_html(block)).collect();
    all.sort();
    let mut merged: Vec<Span> = Vec::with_capacity(all.len());
    for span in all {
        match merged.last_mut() {
            Some(last) if span.start < last.end => last.end = last.end.max(span.end),
            _ => merged.push(span),
        }
    }
    merged.into_iter().map(|span| span.shifted(at)).collect()
}

/// Comments, and elements whose content is code.
fn hidden_in_html(block: &str) -> Vec<Span> {
    const PAIRS: &[(&str, &str)] =
        &[("<!--", "-->"), ("<code", "</code>"), ("<pre", "</pre>"), ("<script", "</script>"), ("<style", "</style>")];
    let mut all = Vec::new();
    for (open, close) in PAIRS {
        let mut from = 0;
        while let Some(start) = block[from..].find(open).map(|at| from + at) {
            let end = block[start..].find(close).map_or(block.len(), |at| start + at + close.len());
            all.push(Span::new(start, end));
            from = end;
        }
    }
    all
}

/// The part of a match that is named `here`, where the pattern names one.
fn narrow(found: &Next<'_>, haystack: &str) -> Span {
    found.pattern.here(haystack, found.place).unwrap_or(found.place)
}

/// Without repetitions; where places were widened, those that touch become one.
fn merge(found: Vec<Match>, widened: bool) -> Vec<Match> {
    let mut merged: Vec<Match> = Vec::with_capacity(found.len());
    for found in found {
        match merged.last_mut() {
            Some(last) if last.here == found.here => {}
            Some(last) if widened && found.here.start <= last.here.end => {
                last.here.end = last.here.end.max(found.here.end);
            }
            _ => merged.push(found),
        }
    }
    merged
}

impl Widen {
    fn widened(self, text: &str, here: Span, surroundings: Span) -> Span {
        let from = text.ceil_char_boundary(here.start.saturating_sub(WIDEST).max(surroundings.start));
        let to = text.floor_char_boundary((here.end + WIDEST).min(surroundings.end)).max(here.end);
        let stops = |c: char| c == '\n' || (self == Self::Sentence && "。！？!?".contains(c));
        let before = Span::new(from, here.start).of(text);
        let after = Span::new(here.end, to).of(text);
        let full_stop = |text: &str| if self == Self::Sentence { text.rfind(". ").map(|at| at + 2) } else { None };
        let start = before.rfind(stops).map(|at| at + before[at..].chars().next().map_or(0, char::len_utf8));
        let start = start.max(full_stop(before)).unwrap_or(0);
        let end = after.find(stops).map(|at| match after[at..].chars().next() {
            Some(c) if c != '\n' => at + c.len_utf8(),
            _ => at,
        });
        Span::new(from + start, here.end + end.unwrap_or(after.len())).trimmed(text)
    }
}

/// Opening and closing quotation marks.
const QUOTES: &[(char, char)] =
    &[('“', '”'), ('「', '」'), ('『', '』'), ('«', '»'), ('„', '“'), ('„', '”'), ('‘', '’'), ('《', '》'), ('"', '"')];
/// As some languages have them: what opens closes as well, or closes elsewhere. That is so where a line begins with it.
const TURNED: &[(char, char)] = &[('»', '«'), ('›', '‹'), ('”', '”'), ('»', '»')];

/// Whether a match stands between quotation marks on its line.
fn is_quoted(text: &str, whole: Span, surroundings: Span) -> bool {
    let from = text.ceil_char_boundary(whole.start.saturating_sub(QUOTE_REACH).max(surroundings.start));
    let to = text.floor_char_boundary((whole.end + QUOTE_REACH).min(surroundings.end));
    let before = Span::new(from, whole.start).of(text).rsplit('\n').next().unwrap_or_default();
    let after = Span::new(whole.end, to).of(text).split('\n').next().unwrap_or_default();
    let opened = |(open, close): &(char, char)| match open == close {
        true => before.matches(*open).count() % 2 == 1,
        false => before.rfind(*open).is_some_and(|at| before.rfind(*close).is_none_or(|closed| closed < at)),
    };
    let first = before.chars().find(|c| "“”„«»‹›".contains(*c));
    let turned = TURNED.iter().filter(|(open, _)| first == Some(*open));
    QUOTES.iter().chain(turned).any(|pair| opened(pair) && after.contains(pair.1))
}

/// Whether the line around `here` is one of a conversation: each begins with a dash, or what one of the two says is
/// emphasised.
fn is_said(document: &Document, block: usize, here: Span) -> bool {
    const DASHES: [char; 3] = ['—', '–', '―'];
    const ENDS: [char; 6] = ['.', '!', '?', '。', '！', '？'];
    let span = document.blocks[block].span;
    let before = Span::new(span.start, here.start.clamp(span.start, span.end));
    let line = &document.text(span)[document.text(before).rfind('\n').map_or(0, |end| end + 1)..];
    let dashed = |line: &str| line.trim_start().starts_with(DASHES);
    let slanted = |text: &str| {
        let text = text.trim();
        let within = |mark: &str| text.strip_prefix(mark)?.strip_suffix(mark).filter(|inner| !inner.contains('\n'));
        // Bold words without a mark are a heading.
        let bold = within("**").is_some_and(|inner| !inner.contains('*') && inner.ends_with(ENDS));
        bold || ["*", "_"].into_iter().filter_map(within).any(|inner| !inner.starts_with(['*', '_']))
    };
    let near = &document.blocks[block.saturating_sub(AROUND)..(block + AROUND + 1).min(document.blocks.len())];
    let paragraphs =
        || near.iter().filter(|block| block.kind == BlockKind::Paragraph).map(|block| document.text(block.span));
    let lines = || paragraphs().flat_map(str::lines).filter(|line| dashed(line)).count();
    (dashed(line) && lines() > 1)
        || (slanted(document.text(span)) && paragraphs().filter(|text| slanted(text)).count() > 1)
}

fn different(found: &[Match]) -> usize {
    found.iter().map(|found| found.pattern).collect::<BTreeSet<_>>().len()
}

/// Past the end where there is none.
fn next_character(text: &str, at: usize) -> usize {
    at + text.get(at..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8)
}

fn first_line(text: &str, span: Span) -> Span {
    let line = span.of(text).lines().next().unwrap_or_default();
    Span::new(span.start, span.start + line.len()).trimmed(text)
}

/// A match on one line, short enough for a message.
fn shown(text: &str) -> String {
    let mut line = text.split_whitespace().collect::<Vec<_>>().join(" ");
    if let Some((at, _)) = line.char_indices().nth(SHOWN) {
        line.truncate(at);
        line.push('…');
    }
    line
}
