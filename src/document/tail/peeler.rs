//! Takes block after block from the end of a post, as long as each is known for something that stands behind articles.

use super::{
    Appended, BELOW, Form, LONGEST_LABEL, MOST_BLOCKS, Peeled, PeeledKind, Tail, Vocabulary, form,
    line::{is_link_line, label, labelled, plain, stands_alone, text_of_html, without_images},
};
use crate::{
    document::{Block, BlockKind, Document, prose},
    source::Span,
};

/// Peels more than is peeled in `from`, up to so many blocks of a few `brief` words.
pub fn peel_from(
    document: &Document,
    (vocabulary, appended): (&Vocabulary, &impl Appended),
    from: &Tail,
    brief: usize,
) -> Tail {
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
    Tail { last: next.checked_sub(1), end, peeled, explicit, form, through: Vec::new() }
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

/// A heading of a notice or a credit has no more words.
const TITLE: usize = 3;

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
            // A notice stands below the last section, whatever that is about.
            Some(PeeledKind::Credit) if !self.is_label(&title) && title.split(' ').count() > TITLE => Step::Stop,
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
        // What is announced is not below another heading.
        let headed = || self.peeled.last().is_some_and(|peeled| self.text(peeled.span).starts_with('#'));
        let announces = || bare.ends_with([':', '：']) && !headed();
        bare.len() <= LONGEST_LABEL && kind && (announces() || self.is_label(&label(bare)))
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
pub fn form_of(document: &Document, index: usize, rest: Span) -> Option<Form> {
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
pub fn is_rule(document: &Document, index: usize) -> bool {
    let kind = document.blocks[index].kind;
    kind == BlockKind::Rule || matches!(kind, BlockKind::Heading { setext: true, level: 2 })
}

/// A paragraph that looks as if somebody else had put it there: in italics as a whole, or behind a bold label or a sign.
pub fn is_apart(block: &Block, document: &Document) -> bool {
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
