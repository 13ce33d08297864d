//! Tabs before keys, which YAML forbids and some readers take. What they read is what another text without tabs says, whose
//! places are moved back.

use std::sync::Arc;

use crate::{
    data::{Data, Entry, Node},
    site::Generator,
    source::Span,
};

/// What a reader takes a tab for that stands before a key. Measured November 2026 on gray-matter 4.0.3 with js-yaml 3.15,
/// js-yaml 4.3, hexo-front-matter 5.0, Psych, PyYAML and Hugo 0.168.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tabs {
    /// It is an error.
    Refused,
    /// js-yaml 3 passes over it: the spaces before it are the indentation. Eleventy and Docusaurus have js-yaml 4 since
    /// 2026, which refuses it; which one a site has is not known here.
    Ignored,
    /// Hexo puts two spaces in its place before it reads.
    Spaces,
}

pub const fn tabs(generator: Generator) -> Tabs {
    match generator {
        Generator::VitePress | Generator::VuePress | Generator::Next | Generator::Docusaurus | Generator::Eleventy => {
            Tabs::Ignored
        }
        Generator::Hexo => Tabs::Spaces,
        _ => Tabs::Refused,
    }
}

/// A text in which other indentations stand.
#[derive(Debug)]
pub struct Retold {
    pub text: String,
    /// Where each begins and ends in the new text and in the old one, in order.
    moved: Vec<(Span, Span)>,
    /// Whether the indentations were taken away.
    shorter: bool,
}

impl Retold {
    /// The part `span` of `text` as a reader understands it; none where there is no such tab.
    pub fn new(text: &str, span: Span, tabs: Tabs) -> Option<Self> {
        let shorter = match tabs {
            Tabs::Refused => return None,
            Tabs::Ignored => true,
            Tabs::Spaces => false,
        };
        let mut new = String::with_capacity(span.len() + 64);
        let mut moved = Vec::new();
        let mut at = span.start;
        for line in span.of(text).split_inclusive('\n') {
            let spaces = line.len() - line.trim_start_matches(' ').len();
            let blank = line.len() - line.trim_start_matches([' ', '\t']).len();
            let tabs = line.len() - line.trim_start_matches('\t').len();
            let (from, to, by) = if shorter {
                (spaces, blank, String::new())
            } else {
                // The first line has no line end before it.
                (0, if at == span.start { 0 } else { tabs }, "  ".repeat(tabs))
            };
            if to > from {
                new.push_str(&line[..from]);
                let place = Span::new(new.len(), new.len() + by.len());
                new.push_str(&by);
                moved.push((place, Span::new(at + from, at + to)));
                new.push_str(&line[to..]);
            } else {
                new.push_str(line);
            }
            at += line.len();
        }
        (!moved.is_empty()).then_some(Self { text: new, moved, shorter })
    }

    /// Puts the places of a tree where they are in the file that begins at `start`; none where the reader does not take it
    /// after all.
    pub fn place(&self, mut node: Node, start: usize) -> Option<Node> {
        (!self.shorter || self.is_taken(&node)).then(|| {
            self.move_back(&mut node, start);
            node
        })
    }

    /// A list or map of lines that begins behind a tab ends with its first entry, as the next line is set in less than the
    /// tab.
    fn is_taken(&self, node: &Node) -> bool {
        if node.scalar().is_some() || node.span.of(&self.text).starts_with(['[', '{']) {
            return true;
        }
        let starts = || node.entries().iter().map(|entry| &entry.key).chain(node.items()).map(|first| first.span.start);
        if starts().nth(1).is_some() && starts().next().is_some_and(|first| self.is_behind_tab(first)) {
            return false;
        }
        node.entries().iter().map(|entry| &entry.value).chain(node.items()).all(|child| self.is_taken(child))
    }

    /// Whether an indentation was taken away on the line of a place.
    fn is_behind_tab(&self, at: usize) -> bool {
        let line = self.text[..at].rfind('\n').map_or(0, |end| end + 1);
        let before = self.moved.partition_point(|(new, _)| new.end <= at);
        before.checked_sub(1).is_some_and(|last| self.moved[last].0.end >= line)
    }

    fn move_back(&self, node: &mut Node, start: usize) {
        let empty = node.span.is_empty();
        let from = self.old(node.span.start, start, empty);
        node.span = Span::new(from, self.old(node.span.end, start, true).max(from));
        match &mut node.data {
            Data::Scalar(_) => {}
            Data::List(items) => items.iter_mut().for_each(|item| self.move_back(item, start)),
            Data::Map(entries) => entries.iter_mut().for_each(|Entry { key, value }| {
                self.move_back(key, start);
                self.move_back(value, start);
            }),
            Data::Alias(_, target) => {
                if let Some(target) = target {
                    self.move_back(Arc::make_mut(target), start);
                }
            }
        }
    }

    /// Where a place of the new text is in the old one; what ends there ends before the indentation.
    fn old(&self, at: usize, start: usize, ends: bool) -> usize {
        let before = self.moved.partition_point(|(new, _)| if ends { new.end < at } else { new.end <= at });
        let moved = match before.checked_sub(1).map(|last| self.moved[last]) {
            Some((new, old)) => old.end + (at - new.end),
            None => start + at,
        };
        self.moved.get(before).map_or(moved, |(_, next)| moved.min(next.end))
    }
}
