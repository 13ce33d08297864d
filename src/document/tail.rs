//! What stands after the article's true end: rules, adverts, link lists, credits and tags, peeled in whole blocks.
//! A cut hides behind them: an appended footer ends in a full stop even where the article does not.

mod form;

use std::collections::HashSet;

pub use form::Form;

use super::{Block, BlockKind, Document, prose};
use crate::source::Span;

/// The end of one document.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Tail {
    /// Index into the document's blocks of the last block that is the article itself; none in an empty post.
    pub last: Option<usize>,
    /// Where the article itself ends, in bytes of the file; inside the last block where its last lines were peeled.
    pub end: usize,
    /// What was peeled, in the order of the file.
    pub peeled: Vec<Peeled>,
    /// The author said that this is the end (`The End`, `（完）`).
    pub explicit: bool,
    /// How sure the form of what was peeled by its form is; only in [`Tail::through`].
    pub form: Option<Form>,
    /// The ends as they would be if what looks like a footer in words that nobody knows did not belong to the article
    /// either: short lines that are no prose, or the few lines below the last rule.
    pub through: Vec<Tail>,
}

#[derive(Debug, Clone, PartialEq)]
pub struct Peeled {
    pub kind: PeeledKind,
    pub span: Span,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum PeeledKind {
    /// A thematic break, also one that CommonMark takes for the underline of a heading.
    Rule,
    /// A block that stands at the end of many posts of the site.
    Repeated,
    /// A call to action in a single file.
    Promotion,
    Image,
    References,
    Links,
    Credit,
    Tags,
    EndMarker,
    /// A comment of HTML or of Obsidian.
    Comment,
    /// Buttons and notices of the page that the article was copied from.
    Debris,
    /// What stands below a rule or has the form of a footer, in [`Tail::through`].
    Below,
}

/// The words of what may stand after an article, all in lower case.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Vocabulary {
    /// Headings and labels above lists of sources and links.
    references: HashSet<String>,
    /// Labels before a name, a date or an address: `source: …`.
    credits: HashSet<String>,
    /// How a line begins that says who made the post and what may be done with it.
    notices: Starts,
    /// Labels before tags and topics.
    tags: Starts,
    /// What stands alone where the author says that this is the end.
    end_markers: HashSet<String>,
    /// Lines that a page leaves below the article that was copied from it.
    debris: HashSet<String>,
    /// Headings below which the site puts a list of its own.
    generated: HashSet<String>,
}

/// Words that a line may begin with, sorted: hardly a line begins with the same character as one of them.
#[derive(Debug, Clone, Default, serde::Deserialize)]
#[serde(from = "Vec<String>")]
struct Starts(Vec<String>);

impl From<Vec<String>> for Starts {
    fn from(mut all: Vec<String>) -> Self {
        all.sort_unstable();
        Self(all)
    }
}

impl Starts {
    fn contains(&self, word: &str) -> bool {
        self.0.binary_search_by(|start| start.as_str().cmp(word)).is_ok()
    }

    /// Those that `line` begins with, in any case.
    fn of(&self, line: &str) -> impl Iterator<Item = &str> {
        let first = small(line).next();
        let from = self.0.partition_point(|start| start.chars().next() < first);
        let near = self.0[from..].iter().take_while(move |start| start.chars().next() == first);
        near.filter(|start| starts_with(line, start)).map(String::as_str)
    }
}

/// Whoever knows which blocks are not part of an article.
pub trait Appended {
    /// What the block at `span` is, if it was appended to the article.
    fn appended(&self, document: &Document, span: Span) -> Option<PeeledKind>;
}

/// More blocks than this at the end of a post are no footer.
const MOST_BLOCKS: usize = 80;

/// So many blocks and bytes below a rule may be a footer in words that nobody knows.
const BELOW: [usize; 2] = [4, 1200];

/// So many blocks of a few words each may stand in a footer.
const MOST_BRIEF: usize = 4;

/// A label or a credit is no longer than this many bytes.
const LONGEST_LABEL: usize = 90;

impl Tail {
    /// Peels the end of a document.
    pub fn peel(document: &Document, vocabulary: &Vocabulary, appended: &impl Appended) -> Self {
        let peel = |from: &Self, brief| Self::peel_from(document, (vocabulary, appended), from, brief);
        let body = Self { last: document.blocks.len().checked_sub(1), end: document.body.end, ..Self::default() };
        let mut tail = peel(&body, 0);
        if tail.ends_by_form(document) {
            // A few words may be the last ones of the article, and others stand below them.
            let first = peel(&tail, 1);
            let all = first.ends_by_form(document).then(|| peel(&first, MOST_BRIEF));
            tail.through.push(first);
            tail.through.extend(all);
        }
        if let Some((index, below)) = tail.below(document) {
            let peeled = vec![Peeled { kind: PeeledKind::Below, span: below }];
            let from = Self { last: index.checked_sub(1), end: below.start, peeled, ..Self::default() };
            tail.through.push(peel(&from, 0));
        }
        tail
    }

    /// Peels more than is peeled in `from`, up to so many blocks of a few `brief` words.
    fn peel_from(
        document: &Document,
        (vocabulary, appended): (&Vocabulary, &impl Appended),
        from: &Self,
        brief: usize,
    ) -> Self {
        let peeled = from.peeled.iter().rev().cloned().collect();
        let (end, form) = (from.end, from.form);
        let mut peeler = Peeler { document, vocabulary, appended, end, peeled, brief, form, formed: 0 };
        let mut next = from.last.map_or(0, |last| last + 1);
        while next > 0 && peeler.peeled.len() < MOST_BLOCKS {
            match peeler.step(next - 1) {
                Step::Stop => break,
                Step::Into(index) => next = index,
            }
        }
        let form = peeler.surest();
        let Peeler { end, mut peeled, .. } = peeler;
        peeled.reverse();
        let explicit = peeled.iter().any(|peeled| peeled.kind == PeeledKind::EndMarker);
        let end = end.max(document.body.start);
        Self { last: next.checked_sub(1), end, peeled, explicit, form, through: Vec::new() }
    }

    /// Whether the article's last block has the form of a footer, and other blocks stand before it.
    fn ends_by_form(&self, document: &Document) -> bool {
        let last = self.last.filter(|last| *last > 0);
        last.is_some_and(|last| self.last_span(document).is_some_and(|span| form_of(document, last, span).is_some()))
    }

    /// The few lines between the last rule, or the last paragraph as others are, and the article's end, and the index of
    /// their first block.
    fn below(&self, document: &Document) -> Option<(usize, Span)> {
        let last = self.last?;
        let (most, longest) = (BELOW[0].min(last), BELOW[1]);
        let near = (last + 1 - most..=last).rev();
        let below_rule = near.clone().find(|at| is_rule(document, *at - 1));
        let apart = || near.take_while(|at| is_apart(&document.blocks[*at], document)).last();
        let first = below_rule.or_else(apart)?;
        let below = Span::new(document.blocks[first].span.start, self.end).trimmed(&document.source.text);
        (!below.is_empty() && below.len() <= longest).then_some((first, below))
    }

    /// Whether what stands below the article begins like something that somebody else put there.
    pub fn is_set_apart(&self, document: &Document) -> bool {
        let below = self.peeled.iter().find(|peeled| peeled.kind != PeeledKind::Rule);
        let first = below.and_then(|below| document.blocks.iter().find(|block| block.span.start >= below.span.start));
        first.is_some_and(|block| is_apart(block, document))
    }

    /// The last block of the article up to the article's end.
    pub fn last_span(&self, document: &Document) -> Option<Span> {
        let block = document.blocks.get(self.last?)?;
        let end = self.end.clamp(block.span.start, block.span.end);
        Some(Span::new(block.span.start, end).trimmed(&document.source.text))
    }

    /// What was appended by somebody else than the author: the first promotion or repeated block.
    pub fn appendix(&self) -> Option<&Peeled> {
        self.peeled.iter().find(|peeled| matches!(peeled.kind, PeeledKind::Promotion | PeeledKind::Repeated))
    }
}

enum Step {
    /// This block is the article's, perhaps only its first lines.
    Stop,
    /// Everything from this block on is peeled.
    Into(usize),
}

struct Peeler<'a, A> {
    document: &'a Document,
    vocabulary: &'a Vocabulary,
    appended: &'a A,
    end: usize,
    /// From the end of the file backwards.
    peeled: Vec<Peeled>,
    /// How many blocks of a few words are peeled in whatever words; if any, also those with labels.
    brief: usize,
    /// The surest form among them, and how many bytes they have.
    form: Option<Form>,
    formed: usize,
}

impl<A: Appended> Peeler<'_, A> {
    fn step(&mut self, index: usize) -> Step {
        match self.known(index) {
            Step::Stop if self.brief > 0 || self.form.is_some() => self.formed(index),
            step => step,
        }
    }

    /// Peels a block that has the form of a footer, and a title above such blocks.
    fn formed(&mut self, index: usize) -> Step {
        let rest = self.cut(self.document.blocks[index].span);
        let titled = matches!(self.document.blocks[index].kind, BlockKind::Heading { .. })
            && self.peeled.last().is_some_and(|peeled| peeled.kind == PeeledKind::Below)
            && form::is_title(self.text(rest));
        let form = if titled { self.form } else { form_of(self.document, index, rest) };
        if form == Some(Form::Brief) && !titled {
            if self.brief == 0 {
                return Step::Stop;
            }
            self.brief -= 1;
        }
        self.formed += rest.len();
        if form.is_none() || index == 0 || self.formed > BELOW[1] {
            return Step::Stop;
        }
        self.form = self.form.max(form);
        self.take(PeeledKind::Below, rest, index)
    }

    /// How sure the form of all that was peeled is.
    fn surest(&self) -> Option<Form> {
        use PeeledKind::{Credit, Links, Promotion, Tags};
        let known = || self.peeled.iter().any(|peeled| matches!(peeled.kind, Credit | Links | Promotion | Tags));
        let form = self.form?;
        Some(if known() { Form::Labels } else { form })
    }

    /// Peels what the vocabulary or the site knows.
    fn known(&mut self, index: usize) -> Step {
        let block = &self.document.blocks[index];
        let whole = self.cut(block.span);
        if whole.is_empty() {
            return Step::Into(index);
        }
        // A rule has no words that anybody could know.
        if block.kind != BlockKind::Rule
            && (block.kind != BlockKind::Table || self.is_repeated())
            && let Some(kind) = self.appended.appended(self.document, whole)
        {
            return self.take(kind, whole, index);
        }
        match block.kind {
            BlockKind::Rule => self.take(PeeledKind::Rule, whole, index),
            BlockKind::Definition | BlockKind::Footnote => self.take(PeeledKind::References, whole, index),
            BlockKind::Heading { setext: true, level } => self.underlined(index, level),
            BlockKind::Heading { .. } => self.heading(index, whole),
            BlockKind::Paragraph if self.is_debris(index, whole) => self.take(PeeledKind::Debris, whole, index),
            BlockKind::Paragraph | BlockKind::Quote => self.lines(index, whole),
            BlockKind::List { .. } => self.list(index, whole),
            BlockKind::Html => self.html(index, whole),
            BlockKind::Code { .. } | BlockKind::Table => self.section(index),
        }
    }

    /// Whether what stands below is the same in many posts. A table alone may be the same there and belong to each of them.
    fn is_repeated(&self) -> bool {
        self.peeled.iter().any(|peeled| peeled.kind == PeeledKind::Repeated)
    }

    /// Short lines of which the first is known, or what stands between two such blocks.
    fn is_debris(&self, index: usize, whole: Span) -> bool {
        let is_known = |text: &str| {
            let first = text.lines().map(str::trim).find(|line| !without_images(line).is_empty()).unwrap_or_default();
            text.lines().all(|line| line.len() <= LONGEST_LABEL || without_images(line).is_empty())
                && first.rsplit('·').next().is_some_and(|name| self.vocabulary.debris.contains(&label(name)))
        };
        let text = self.text(whole);
        if text.contains('\n') && !text.contains(char::is_alphanumeric) {
            // The marks of sentences whose words a script adds.
            return !self.peeled.is_empty();
        }
        let is_below = || {
            let above = self.document.blocks[..index].iter().rev().find(|block| !self.is_picture(block));
            above.is_some_and(|block| is_known(self.text(block.span)))
        };
        let is_above = self.peeled.last().is_some_and(|peeled| peeled.kind == PeeledKind::Debris);
        is_known(text)
            || is_above
                && !without_images(text).is_empty()
                && text.len() <= LONGEST_LABEL
                && !prose::finished(text)
                && is_below()
    }

    fn is_picture(&self, block: &Block) -> bool {
        block.kind == BlockKind::Paragraph && without_images(self.text(block.span)).is_empty()
    }

    fn text(&self, span: Span) -> &str {
        self.document.text(span)
    }

    /// What is left of a block.
    fn cut(&self, span: Span) -> Span {
        Span::new(span.start, span.end.min(self.end).max(span.start)).trimmed(&self.document.source.text)
    }

    fn take(&mut self, kind: PeeledKind, span: Span, index: usize) -> Step {
        self.peeled.push(Peeled { kind, span });
        self.end = span.start;
        Step::Into(index)
    }

    /// A heading by its underline: authors who put `---` under the last paragraph mean a rule.
    fn underlined(&mut self, index: usize, level: u8) -> Step {
        let whole = self.cut(self.document.blocks[index].span);
        let underline = self.text(whole).rfind('\n').map_or(whole.end, |at| whole.start + at + 1);
        let title = Span::new(whole.start, underline).trimmed(&self.document.source.text);
        if level != 2 || (!self.reads_as_paragraph(title) && self.underlines_headings(index)) {
            return self.heading(index, whole);
        }
        self.peeled.push(Peeled { kind: PeeledKind::Rule, span: Span::new(underline, whole.end) });
        self.end = underline;
        match self.appended.appended(self.document, title) {
            Some(kind) => self.take(kind, title, index),
            None => self.lines(index, title),
        }
    }

    fn reads_as_paragraph(&self, title: Span) -> bool {
        let text = self.text(title);
        text.len() > 120 || text.contains('\n') || prose::finished(text)
    }

    /// Whether the post has short underlined headings before this one, so that this may be one too.
    fn underlines_headings(&self, index: usize) -> bool {
        self.document.blocks[..index]
            .iter()
            .rev()
            .take(MOST_BLOCKS)
            .any(|block| matches!(block.kind, BlockKind::Heading { setext: true, .. }) && block.span.len() < 80)
    }

    /// A heading is peeled together with what it stands over.
    fn heading(&mut self, index: usize, whole: Span) -> Step {
        let title = label(self.text(whole).trim_start_matches('#'));
        if self.vocabulary.end_markers.contains(&title) {
            return self.take(PeeledKind::EndMarker, whole, index);
        }
        let is_listed = || {
            self.vocabulary.generated.contains(&title)
                || self.is_label(&title) && (self.is_ruled_off() || is_cited(self.document))
        };
        match self.peeled.last().map(|peeled| peeled.kind) {
            None | Some(PeeledKind::Rule) if is_listed() => self.take(PeeledKind::References, whole, index),
            None | Some(PeeledKind::Rule | PeeledKind::Below) => Step::Stop,
            Some(PeeledKind::Image) if !self.is_label(&title) => Step::Stop,
            // Tags stand below any section, and below no heading that does not say so.
            Some(PeeledKind::Tags) if !(self.is_label(&title) || self.vocabulary.tags.of(&title).next().is_some()) => {
                Step::Stop
            }
            Some(kind) => self.take(kind, whole, index),
        }
    }

    /// Whether a list of sources or links stands below the rule that was peeled last.
    fn is_ruled_off(&self) -> bool {
        use PeeledKind::{Links, References, Rule};
        let mut kinds = self.peeled.iter().rev().map(|peeled| peeled.kind);
        kinds.find(|kind| *kind != Rule).is_some_and(|kind| matches!(kind, Links | References))
    }

    fn is_label(&self, title: &str) -> bool {
        self.vocabulary.references.contains(title) || self.vocabulary.credits.contains(title)
    }

    /// Peels a paragraph, or the last lines of it that are no prose.
    fn lines(&mut self, index: usize, whole: Span) -> Step {
        if self.is_topics(whole) {
            return self.take(PeeledKind::Tags, whole, index);
        }
        let mut rest = whole;
        while !rest.is_empty() && self.peeled.len() < MOST_BLOCKS {
            if let Some(start) = self.comment(rest) {
                self.take(PeeledKind::Comment, Span::new(start, rest.end), index);
                rest = Span::new(whole.start, start).trimmed(&self.document.source.text);
                continue;
            }
            let start = self.text(rest).rfind('\n').map_or(rest.start, |at| rest.start + at + 1);
            let line = Span::new(start, rest.end).trimmed(&self.document.source.text);
            let above = Span::new(whole.start, start).trimmed(&self.document.source.text);
            let kind = self.line(line, self.text(above)).or_else(|| self.appended_line(line, above));
            let Some(kind) = kind else { break };
            self.take(kind, line, index);
            rest = above;
        }
        if rest.is_empty() { Step::Into(index) } else { self.section(index) }
    }

    /// Where the comment `%% … %%` begins that a paragraph ends with; Obsidian does not show it.
    fn comment(&self, span: Span) -> Option<usize> {
        Some(span.start + self.text(span).strip_suffix("%%")?.rfind("%%")?)
    }

    /// A line that was appended right under the last line of the article.
    fn appended_line(&self, line: Span, above: Span) -> Option<PeeledKind> {
        if above.is_empty() {
            return None;
        }
        let kind = self.appended.appended(self.document, line)?;
        // A line may be the same in many posts because the same sentence wraps there.
        (kind == PeeledKind::Promotion || stands_alone(self.text(above))).then_some(kind)
    }

    /// What a single line is, if it is no prose; `above` is the text of the same block before it.
    fn line(&self, line: Span, above: &str) -> Option<PeeledKind> {
        let text = self.text(line).trim_start_matches(['>', ' ']);
        let bare = plain(text);
        if self.vocabulary.end_markers.contains(&label(text)) {
            return Some(PeeledKind::EndMarker);
        }
        if without_images(text).is_empty() {
            return Some(PeeledKind::Image);
        }
        if form::is_drawn_rule(text) {
            return Some(PeeledKind::Rule);
        }
        let labelled = labelled(bare);
        if self.is_tags(bare, labelled) {
            return Some(PeeledKind::Tags);
        }
        if self.is_credit(bare, labelled) {
            return Some(PeeledKind::Credit);
        }
        let links = is_link_line(text).then_some(PeeledKind::Links);
        let kind = links.or_else(|| self.leads_on(bare).then_some(PeeledKind::References));
        kind.filter(|_| stands_alone(above))
    }

    /// A label right above what was peeled.
    fn leads_on(&self, bare: &str) -> bool {
        let follows = self.peeled.last().map(|peeled| peeled.kind);
        let kind = matches!(follows, Some(PeeledKind::Links | PeeledKind::References | PeeledKind::Credit));
        bare.len() <= LONGEST_LABEL && kind && (bare.ends_with([':', '：']) || self.is_label(&label(bare)))
    }

    fn is_credit(&self, bare: &str, labelled: Option<(&str, &str)>) -> bool {
        if self.vocabulary.notices.of(bare).next().is_some() {
            return bare.len() < 400;
        }
        let Some((name, value)) = labelled else { return false };
        value.len() < 240 && self.vocabulary.credits.contains(&label(name))
    }

    fn is_tags(&self, bare: &str, labelled: Option<(&str, &str)>) -> bool {
        let hashtags = |word: &str| word.len() > 1 && word.starts_with('#') && !word.starts_with("##");
        (bare.starts_with('#') && bare.split_whitespace().all(hashtags))
            || labelled.is_some_and(|(name, _)| self.vocabulary.tags.contains(&label(name)))
    }

    /// A label for topics, and short lines under it.
    fn is_topics(&self, whole: Span) -> bool {
        let mut lines = self.text(whole).lines();
        let first = lines.next().map(plain).unwrap_or_default();
        first.len() <= 3 * LONGEST_LABEL
            && self.vocabulary.tags.of(first).any(|tag| tag.len() > 8)
            && lines.all(|line| line.len() <= LONGEST_LABEL)
            && !prose::finished(first)
    }

    fn list(&mut self, index: usize, whole: Span) -> Step {
        let items = self.text(whole).lines().filter(|line| !line.trim().is_empty());
        let (mut links, mut all) = (0usize, 0usize);
        for item in items {
            all += 1;
            links += usize::from(is_link_line(plain(item)) || without_images(plain(item)).is_empty());
        }
        if links * 10 >= all * 7 {
            return self.take(PeeledKind::Links, whole, index);
        }
        let label_above = index.checked_sub(1).map(|above| &self.document.blocks[above]);
        let labelled = label_above.is_some_and(|above| {
            above.kind == BlockKind::Paragraph
                && above.span.len() <= LONGEST_LABEL
                && self.is_label(&label(self.document.text(above.span)))
        });
        if labelled { self.take(PeeledKind::References, whole, index) } else { self.section(index) }
    }

    fn html(&mut self, index: usize, whole: Span) -> Step {
        let text = self.text(whole);
        let comment = text.starts_with("<!--") && text.ends_with("-->") && text.matches("<!--").count() == 1;
        let image = text.contains("<img") && text.ends_with('>') && text_of_html(text).trim().is_empty();
        match (comment, image) {
            (true, _) => self.take(PeeledKind::Comment, whole, index),
            (_, true) => self.take(PeeledKind::Image, whole, index),
            _ => self.section(index),
        }
    }

    /// Peels from the nearest heading on, if that heading says that sources, links or credits follow.
    fn section(&mut self, index: usize) -> Step {
        let blocks = &self.document.blocks[..index];
        let above = blocks.iter().enumerate().rev().take(MOST_BLOCKS);
        let nearest = above.into_iter().find(|(_, block)| is_title(block, self.document)).map(|(at, _)| at);
        let Some(at) = nearest else { return Step::Stop };
        let title = self.document.text(blocks[at].span);
        let title = label(title.lines().next().unwrap_or_default().trim_start_matches('#'));
        if !self.is_label(&title) {
            return Step::Stop;
        }
        let span = Span::new(blocks[at].span.start, self.end).trimmed(&self.document.source.text);
        self.take(PeeledKind::References, span, at)
    }
}

/// Whether the site writes the list of sources or notes at the post's end: a key names a file of them, or the text cites.
fn is_cited(document: &Document) -> bool {
    const KEYS: [&str; 4] = ["bibliography", "csl", "references", "nocite"];
    const MARKS: [&str; 5] = ["[@", "[-@", "[^", "{% cite", "{{< cite"];
    let named = |tree: &crate::data::Node| KEYS.iter().any(|key| tree.entry(key).is_some());
    let body = document.text(document.body).as_bytes();
    document.front_matter.tree.as_ref().is_some_and(named)
        || MARKS.iter().any(|mark| memchr::memmem::find(body, mark.as_bytes()).is_some())
}

/// The form of a footer that a block has up to its article's end.
fn form_of(document: &Document, index: usize, rest: Span) -> Option<Form> {
    let text = document.text(rest);
    match document.blocks[index].kind {
        BlockKind::Paragraph => form::of(text),
        BlockKind::Html => form::of_html(text, &text_of_html(text)),
        // Titles of other posts, below a title of their own.
        BlockKind::List { .. } => {
            let above = index.checked_sub(1).map(|above| &document.blocks[above])?;
            let titled = is_title(above, document) && form::is_title(document.text(above.span));
            (titled && form::is_list_of_titles(text)).then_some(Form::Brief)
        }
        _ => None,
    }
}

/// A rule, also one that CommonMark takes for the underline of a heading.
fn is_rule(document: &Document, index: usize) -> bool {
    let kind = document.blocks[index].kind;
    kind == BlockKind::Rule || matches!(kind, BlockKind::Heading { setext: true, level: 2 })
}

/// A paragraph that looks as if somebody else had put it there: in italics as a whole, or behind a bold label or a sign.
fn is_apart(block: &Block, document: &Document) -> bool {
    let text = document.text(block.span);
    let whole = |mark: char| {
        let inner = text.strip_prefix(mark).and_then(|inner| inner.strip_suffix(mark));
        inner.is_some_and(|inner| !inner.contains(mark) && inner.contains(' '))
    };
    let labelled = || {
        text.strip_prefix("**")
            .and_then(|inner| inner.split_once("**"))
            .is_some_and(|(label, _)| label.len() <= LONGEST_LABEL)
    };
    let signed =
        || text.chars().next().is_some_and(|c| matches!(c, '\u{2600}'..='\u{27bf}' | '\u{1f000}'..='\u{1faff}'));
    block.kind == BlockKind::Paragraph && (whole('*') || whole('_') || labelled() || signed())
}

/// A heading, or a paragraph that is only a bold label.
fn is_title(block: &Block, document: &Document) -> bool {
    let bold = |text: &str| text.starts_with("**") && text.len() <= LONGEST_LABEL && !text.contains('\n');
    match block.kind {
        BlockKind::Heading { .. } => true,
        BlockKind::Paragraph => bold(document.text(block.span)),
        _ => false,
    }
}

/// A label as the vocabulary writes it: lower case, without decoration, numbers and colon.
fn label(text: &str) -> String {
    let decoration = |c: char| {
        c.is_whitespace()
            || matches!(
                c,
                '*' | '_'
                    | '>'
                    | '#'
                    | ':'
                    | '：'
                    | '-'
                    | '—'
                    | '='
                    | '|'
                    | '｜'
                    | '丨'
                    | '.'
                    | '。'
                    | '…'
                    | '~'
                    | '\u{feff}'
            )
    };
    if text.len() > LONGEST_LABEL {
        return String::new();
    }
    let text = text.trim_matches(decoration);
    let unbracketed = text
        .strip_prefix(['(', '（', '[', '【', '<', '《'])
        .and_then(|inner| inner.strip_suffix([')', '）', ']', '】', '>', '》']));
    unbracketed.unwrap_or(text).trim_matches(decoration).to_lowercase()
}

/// A line without bullet, number, quote mark and emphasis in front.
fn plain(line: &str) -> &str {
    let line = line.trim().trim_start_matches(['>', '*', '_', '-', '+', '•', '·', ' ', '　', '<']);
    let line = line.strip_prefix("u>").unwrap_or(line);
    line.trim_end_matches(['*', '_', ' ', '　'])
}

/// `name: value`, `name：value`, `name | value`.
fn labelled(line: &str) -> Option<(&str, &str)> {
    let at = line.char_indices().take(40).find(|(_, c)| matches!(c, ':' | '：' | '|' | '｜' | '丨' | '/' | '@'))?;
    let (name, value) = line.split_at(at.0);
    Some((name, value.trim_start_matches([':', '：', '|', '｜', '丨', '/', '*', ' '])))
}

/// In small letters.
fn small(line: &str) -> impl Iterator<Item = char> {
    line.chars().flat_map(char::to_lowercase)
}

fn starts_with(line: &str, start: &str) -> bool {
    let mut line = small(line);
    start.chars().all(|c| line.next() == Some(c))
}

/// A line that carries nothing but a link or an address, perhaps behind a number or a label.
fn is_link_line(line: &str) -> bool {
    // Most lines have none.
    if !line.contains('[') && !line.contains("http") {
        return false;
    }
    let line = plain(line).trim_start_matches(|c: char| c.is_ascii_digit() || matches!(c, '.' | ')' | ' ' | '、'));
    let line = match line.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((number, rest)) if number.len() < 4 && !rest.starts_with('(') => rest.trim_start_matches([':', ' ']),
        _ => line,
    };
    let rest = match labelled(line) {
        Some((name, value)) if !name.contains("](") && name.len() < 60 && starts_with_link(value) => value,
        _ => line,
    };
    starts_with_link(rest) && without_links(rest).chars().all(|c| !c.is_alphanumeric())
}

fn starts_with_link(text: &str) -> bool {
    ["http://", "https://", "[", "<http"].iter().any(|start| text.starts_with(start))
}

/// `text` without links at its start, one after another.
fn without_links(text: &str) -> &str {
    let mut rest = text;
    loop {
        rest = rest.trim_start_matches(|c: char| c.is_whitespace() || matches!(c, '|' | '•' | '·' | ',' | '、' | '*'));
        let after = if rest.starts_with("http") || rest.starts_with("<http") {
            Some(&rest[rest.find(char::is_whitespace).unwrap_or(rest.len())..])
        } else if rest.starts_with('[') {
            rest.find(']').and_then(|at| after_destination(&rest[at + 1..]))
        } else {
            None
        };
        match after {
            Some(after) => rest = after,
            None => return rest,
        }
    }
}

/// What follows `(destination)` or `[label]`.
fn after_destination(text: &str) -> Option<&str> {
    let close = match text.as_bytes().first()? {
        b'(' => ')',
        b'[' => ']',
        _ => return None,
    };
    text.find(close).map(|at| &text[at + 1..])
}

/// `text` without images at its start, one after another.
fn without_images(text: &str) -> &str {
    let mut rest = text.trim_matches(|c: char| c.is_whitespace() || matches!(c, '*' | '>' | '\\'));
    loop {
        let linked = rest
            .strip_prefix("[![")
            .and_then(|inner| inner.find("](").and_then(|at| after_destination(&inner[at + 1..])));
        let after = match linked {
            Some(inner) => inner.strip_prefix(']').and_then(after_destination),
            None => rest.strip_prefix("![").and_then(|inner| {
                let at = inner.find("](").or_else(|| inner.find("]["))?;
                after_destination(&inner[at + 1..])
            }),
        };
        let after =
            after.or_else(|| rest.strip_prefix("<img").and_then(|inner| inner.find('>').map(|at| &inner[at + 1..])));
        let Some(after) = after else { return rest };
        rest = after.trim_start();
        if rest.starts_with('{') {
            rest = rest.find('}').map_or(rest, |at| &rest[at + 1..]);
        }
        rest = rest.strip_prefix("<br>").unwrap_or(rest).trim_start_matches(|c: char| c.is_whitespace() || c == '\\');
    }
}

/// Whether a line under `above`, in the same paragraph, does not go on with it.
fn stands_alone(above: &str) -> bool {
    let breaks = above.ends_with('\\') || above.ends_with("<br>");
    above.is_empty() || breaks || prose::finished(above) || !is_prose_line(above)
}

/// Whether the last line of `text` reads like a sentence that could go on in the next line.
fn is_prose_line(text: &str) -> bool {
    let line = text.lines().next_back().unwrap_or_default();
    !(is_link_line(line) || without_images(line).is_empty() || line.trim_end().ends_with([':', '：']))
}

/// HTML without its tags, for telling whether there is text.
fn text_of_html(html: &str) -> String {
    let mut text = String::new();
    for piece in html.split('<') {
        text.push_str(piece.split_once('>').map_or("", |(_, after)| after));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{site::Sites, source::Source};

    /// Takes every block with `Subscribe` in it for an advert.
    struct Adverts;

    impl Appended for Adverts {
        fn appended(&self, document: &Document, span: Span) -> Option<PeeledKind> {
            document.text(span).starts_with("Subscribe").then_some(PeeledKind::Promotion)
        }
    }

    fn peel(text: &str) -> (String, Vec<PeeledKind>, bool) {
        let document = Document::parse(Source::from_text("post.md", text), &Sites::default());
        let vocabulary = Vocabulary {
            references: HashSet::from(["references".to_owned()]),
            credits: HashSet::from(["source".to_owned()]),
            end_markers: HashSet::from(["the end".to_owned()]),
            debris: HashSet::from(["scroll on".to_owned(), "cancel".to_owned()]),
            ..Vocabulary::default()
        };
        let tail = Tail::peel(&document, &vocabulary, &Adverts);
        let last = tail.last_span(&document).map(|span| document.text(span).to_owned());
        (last.unwrap_or_default(), tail.peeled.iter().map(|peeled| peeled.kind).collect(), tail.explicit)
    }

    #[test]
    fn a_cut_shows_behind_rules_adverts_and_sources() {
        use PeeledKind::{Links, Promotion, Rule};
        let text = "It was a long day, and the\n\n## References\n\n- <https://a.test/>\n\n---\nSubscribe now!\n---\n";
        let (last, kinds, explicit) = peel(text);
        assert_eq!(last, "It was a long day, and the");
        assert_eq!(kinds, [Links, Links, Rule, Promotion]);
        assert!(!explicit);
    }

    #[test]
    fn a_rule_under_the_last_paragraph_is_no_heading() {
        let (last, kinds, _) = peel("We walked to the sea. It was cold and we had no\n---\nSubscribe now!\n");
        assert_eq!(last, "We walked to the sea. It was cold and we had no");
        assert_eq!(kinds, [PeeledKind::Rule, PeeledKind::Promotion]);
    }

    #[test]
    fn what_stands_below_a_rule_may_be_a_footer_in_unknown_words() {
        let through = |text: &str| {
            let document = Document::parse(Source::from_text("post.md", text), &Sites::default());
            let tail = Tail::peel(&document, &Vocabulary::default(), &Adverts);
            tail.through.last().and_then(|tail| tail.last_span(&document)).map(|span| document.text(span).to_owned())
        };
        let cut = "It was cold and we had no";
        assert_eq!(through(&format!("{cut}\n\n---\n\nSee you.\n")).as_deref(), Some(cut));
        assert_eq!(through(&format!("{cut}\n---\nSee you.\n\nSoon.\n\nSubscribe now!\n")).as_deref(), Some(cut));
        assert_eq!(through(&format!("{cut}\n\n---\n\n{}\n", "We went on. ".repeat(200))), None);
        assert_eq!(through(&format!("{cut}\n\nSee you.\n")), None);
    }

    #[test]
    fn soft_wrapped_prose_is_never_split() {
        let text = "The code is on the site of the makers at\nhttps://a.test/code\n";
        assert_eq!(peel(text).0, text.trim_end());
    }

    #[test]
    fn a_line_that_wraps_before_a_link_stays() {
        let text = "If you want to go on, read the following\nplans:\n\n- <https://a.test/>\n";
        assert_eq!(peel(text).0, "If you want to go on, read the following\nplans:");
    }

    #[test]
    fn comments_of_obsidian_are_peeled() {
        let (last, kinds, _) = peel("We went home.\n\n%% ask Anna\nfor more %%\n#sea %% later %%\n");
        assert_eq!(last, "We went home.");
        assert_eq!(kinds, [PeeledKind::Comment, PeeledKind::Tags, PeeledKind::Comment]);
    }

    #[test]
    fn credits_and_end_markers_are_known() {
        let (last, kinds, explicit) = peel("We went home.\nSource: A Daily\n\n**The End**\n");
        assert_eq!(last, "We went home.");
        assert_eq!(kinds, [PeeledKind::Credit, PeeledKind::EndMarker]);
        assert!(explicit);
    }

    #[test]
    fn what_a_page_left_is_peeled_with_what_stands_between() {
        use PeeledKind::{Debris, Image};
        let text = "We went home.\n\nScroll on\n\n![](logo.png)\n\nThe Bee Post\n\n![](a.png)\nCancel\nAllow\n";
        let (last, kinds, _) = peel(text);
        assert_eq!(last, "We went home.");
        assert_eq!(kinds, [Debris, Image, Debris, Debris]);
        assert_eq!(peel("We went home.\n\nThe Bee Post\n\nCancel\n").0, "The Bee Post");
    }

    #[test]
    fn a_post_of_nothing_but_an_advert_has_no_article() {
        assert_eq!(peel("---\n\nSubscribe now!\n").0, "");
    }
}
