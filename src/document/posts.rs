//! The posts of a run. As many as there is room for are kept as they were parsed; the others are read and parsed again when
//! somebody asks for them, so that memory grows with what is known of the posts and not with their texts.

use std::{
    borrow::Cow,
    collections::BTreeSet,
    ops::Deref,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicUsize, Ordering},
    },
};

use rayon::prelude::*;

use super::Document;
use crate::{
    site::Sites,
    source::{
        Origin, Source, Sources,
        origin::{Left, Stored, text_of},
    },
};

/// Posts with so much text are kept, in bytes: parsed, they take about three times as much.
pub const ROOM: usize = 32 << 20;

/// The posts that could be read, sorted by path. Each is known by its zero-based number.
#[derive(Debug)]
pub struct Posts<'a> {
    sites: &'a Sites,
    list: Vec<Post>,
    /// Those that have become other texts.
    changed: Mutex<BTreeSet<usize>>,
}

#[derive(Debug)]
enum Post {
    Kept(Box<Document>),
    Away(Left),
}

/// A post that is open.
pub enum Opened<'a> {
    Kept(&'a Document),
    Again(Box<Document>),
}

impl Deref for Opened<'_> {
    type Target = Document;

    fn deref(&self) -> &Document {
        match self {
            Self::Kept(document) => document,
            Self::Again(document) => document,
        }
    }
}

/// Posts that were read for the first time.
pub struct Read<'a, T> {
    pub posts: Posts<'a>,
    /// What was seen in each of them.
    pub seen: Vec<T>,
    /// The subjects that could not be read, and why.
    pub unread: Vec<(String, String)>,
}

impl<'a> Posts<'a> {
    /// Reads and parses all of `origins`, keeps as many as there is `room` for, in bytes of text, and lets `look` see each
    /// one while it is open, with whether it is kept.
    pub fn read<T: Send>(
        mut origins: Vec<Origin>,
        sites: &'a Sites,
        room: usize,
        look: impl Fn(&Document, bool) -> T + Sync,
    ) -> Read<'a, T> {
        origins.sort_by(|a, b| a.path().cmp(b.path()));
        let taken = AtomicUsize::new(0);
        let read = |origin: Origin| {
            let (source, file) = match origin {
                Origin::Text(source) => (source, None),
                Origin::File(file) => match file.read() {
                    Ok(source) => (source, Some(file)),
                    Err(why) => return Err((file, why)),
                },
            };
            let document = Box::new(Document::parse(source, sites));
            let size = document.source.text.len();
            let fits = || taken.fetch_add(size, Ordering::Relaxed) + size <= room;
            let away = file.filter(|_| !fits());
            let seen = look(&document, away.is_none());
            let post = match away {
                Some(file) => Post::Away(Left::of(file, &document.source)),
                None => Post::Kept(document),
            };
            Ok((post, seen))
        };
        let read: Vec<Result<_, _>> = origins.into_par_iter().map(read).collect();
        let (mut list, mut seen, mut unread) =
            (Vec::with_capacity(read.len()), Vec::with_capacity(read.len()), Vec::new());
        for read in read {
            match read {
                Ok((post, what)) => {
                    list.push(post);
                    seen.push(what);
                }
                // One that was only read for what it says about the others is nobody's loss.
                Err((file, why)) => unread.extend(file.subject.then_some((file.path, why))),
            }
        }
        Read { posts: Posts { sites, list, changed: Mutex::default() }, seen, unread }
    }

    pub fn len(&self) -> usize {
        self.list.len()
    }

    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }

    pub fn path(&self, post: usize) -> &str {
        match &self.list[post] {
            Post::Kept(document) => document.path(),
            Post::Away(left) => &left.file().path,
        }
    }

    /// See [`Source::subject`].
    pub fn is_subject(&self, post: usize) -> bool {
        match &self.list[post] {
            Post::Kept(document) => document.source.subject,
            Post::Away(left) => left.file().subject,
        }
    }

    /// The post as it was parsed; none where its file has become another one, which is remembered.
    pub fn open(&self, post: usize) -> Option<Opened<'_>> {
        match &self.list[post] {
            Post::Kept(document) => Some(Opened::Kept(document)),
            Post::Away(left) => Some(Opened::Again(Box::new(Document::parse(self.again(post, left)?, self.sites)))),
        }
    }

    /// Its text alone, in the same way.
    pub fn source(&self, post: usize) -> Option<Cow<'_, Source>> {
        match &self.list[post] {
            Post::Kept(document) => Some(Cow::Borrowed(&document.source)),
            Post::Away(left) => self.again(post, left).map(Cow::Owned),
        }
    }

    /// The same without what is known of its bytes.
    pub fn text(&self, post: usize) -> Option<Cow<'_, str>> {
        self.source(post).map(text_of)
    }

    fn again(&self, post: usize, left: &Left) -> Option<Source> {
        let source = left.read();
        if source.is_none() {
            self.changed.lock().unwrap_or_else(PoisonError::into_inner).insert(post);
        }
        source
    }

    /// What `look` makes of each post that is as it was, side by side, in their order.
    pub fn look<T: Send>(&self, look: impl Fn(usize, &Document) -> T + Sync) -> Vec<Option<T>> {
        (0..self.len()).into_par_iter().map(|post| Some(look(post, &*self.open(post)?))).collect()
    }

    /// The posts that are kept, each with its number: all of them where there was room.
    pub fn kept(&self) -> impl Iterator<Item = (usize, &Document)> {
        self.list.iter().enumerate().filter_map(|(number, post)| match post {
            Post::Kept(document) => Some((number, &**document)),
            Post::Away(_) => None,
        })
    }

    /// The subjects that were another text when they were asked for again.
    pub fn changed(&self) -> BTreeSet<usize> {
        let changed = self.changed.lock().unwrap_or_else(PoisonError::into_inner);
        changed.iter().copied().filter(|post| self.is_subject(*post)).collect()
    }

    /// The texts of the posts that are `wanted`.
    pub fn into_sources(self, wanted: impl Fn(&str) -> Option<Arc<str>>) -> Sources {
        let mut sources = Sources::default();
        for post in self.list {
            let (path, stored) = match post {
                Post::Kept(document) => (wanted(document.path()), Stored::Held(document.source)),
                Post::Away(left) => (wanted(&left.file().path), Stored::Away(left)),
            };
            if let Some(path) = path {
                sources.insert(path, stored);
            }
        }
        sources
    }
}
