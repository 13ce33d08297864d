//! A compiled pattern. Its automaton is made once; each way to read it is prepared when a search first asks for it.
//!
//! The engine that `regex-automata` puts together prepares all ways at once, which costs more than all searches where most
//! patterns are looked for in a few short places.

use std::{
    cell::RefCell,
    error::Error,
    sync::{
        OnceLock,
        atomic::{AtomicUsize, Ordering},
    },
};

use regex_automata::{
    Anchored, HalfMatch, Input, MatchError, MatchKind,
    hybrid::dfa::{Cache, DFA},
    meta,
    nfa::thompson::{
        BuildError, Compiler, Config, NFA, WhichCaptures,
        backtrack::{self, BoundedBacktracker},
    },
    util::{pool::Pool, syntax},
};

use crate::source::Span;

/// How many bytes the states of a pattern may take up. With less, texts in many scripts drive the states of a long pattern
/// out again and again, and the search goes on by a way that is fifty times slower.
const ROOM: usize = 1 << 24;
/// How many bytes a compiled pattern may take up: as many as the crate `regex` allows.
const SIZE: usize = 10 << 20;
/// A match is tried from each place where what must be kept in mind for it, a bit for each state at each byte, has room in so
/// many bits; elsewhere states are made, which pays when they are met again.
const TRIED: usize = 1 << 13;
/// So many bits are spent on tries where one of them has no more room than `TRIED`, before states are made.
const SPENT: usize = 1 << 22;
/// In more bytes states are made, however few there are, unless the match starts where the search does.
const SHORT: usize = 48;

thread_local! {
    /// Making automata takes large tables, which are kept for the next one: to be read forward, and backward.
    static COMPILERS: RefCell<[Compiler; 2]> = RefCell::new([Compiler::new(), Compiler::new()]);
    /// What a try takes, whichever pattern it is of.
    static TRIES: RefCell<Option<backtrack::Cache>> = const { RefCell::new(None) };
}

/// A pattern that can be searched for.
#[derive(Debug)]
pub struct Engine {
    source: String,
    syntax: syntax::Config,
    tries: BoundedBacktracker,
    /// How many bits tries have taken that had no room in `TRIED`.
    spent: AtomicUsize,
    forward: OnceLock<Option<States>>,
    backward: OnceLock<Option<States>>,
    /// For searches that the others give up.
    meta: OnceLock<Option<meta::Regex>>,
}

impl Engine {
    /// `lines` is whether `^` and `$` are the ends of a line, and not those of the text.
    ///
    /// # Errors
    /// Why the pattern is none, in a few words.
    pub fn new(source: &str, lines: bool) -> Result<Self, String> {
        let syntax = syntax::Config::new().multi_line(lines).crlf(lines);
        let automaton = automaton(source, syntax, false).map_err(|error| reason(&error))?;
        let tries = BoundedBacktracker::new_from_nfa(automaton).map_err(|error| reason(&error))?;
        let [forward, backward] = [OnceLock::new(), OnceLock::new()];
        let spent = AtomicUsize::new(0);
        Ok(Self { source: source.to_owned(), syntax, tries, spent, forward, backward, meta: OnceLock::new() })
    }

    /// The first match within `input`; what stands around it is looked at by `^`, `$` and `\b`.
    pub fn search(&self, input: &Input<'_>) -> Option<Span> {
        let length = input.end() - input.start();
        let bits = self.tries.get_nfa().states().len() * (length + 1);
        let is_cheap = |bits| bits <= TRIED || bits <= SPENT && self.spent.fetch_add(bits, Ordering::Relaxed) < SPENT;
        let found = if (input.get_anchored().is_anchored() || length <= SHORT) && is_cheap(bits) {
            self.try_each(input).or_else(|_| self.walk(input))
        } else {
            self.walk(input)
        };
        found.unwrap_or_else(|_| {
            let found = self.meta()?.search(input)?;
            Some(Span::new(found.start(), found.end()))
        })
    }

    pub fn is_match(&self, text: &str) -> bool {
        self.search(&Input::new(text).earliest(true)).is_some()
    }

    /// The group with this name in the match that `found` is.
    pub fn group(&self, name: &str, text: &str, found: Span) -> Option<Span> {
        let input = Input::new(text).range(found.start..found.end).anchored(Anchored::Yes);
        let mut groups = self.tries.create_captures();
        let tried = TRIES.with_borrow_mut(|cache| {
            let cache = cache.get_or_insert_with(|| self.tries.create_cache());
            self.tries.try_search(cache, &input, &mut groups)
        });
        if tried.is_err() {
            let meta = self.meta()?;
            groups = meta.create_captures();
            meta.search_captures(&input, &mut groups);
        }
        groups.get_group_by_name(name).map(|group| Span::new(group.start, group.end))
    }

    /// Without states, which is what a short text is best searched with.
    ///
    /// # Errors
    /// It is too long for this.
    fn try_each(&self, input: &Input<'_>) -> Result<Option<Span>, MatchError> {
        let mut ends = [None, None];
        let found = TRIES.with_borrow_mut(|cache| {
            let cache = cache.get_or_insert_with(|| self.tries.create_cache());
            self.tries.try_search_slots(cache, input, &mut ends)
        })?;
        let [Some(start), Some(end)] = ends else { return Ok(None) };
        Ok(found.map(|_| Span::new(start.get(), end.get())))
    }

    /// From state to state: forward to the end of the match, and from there back to its start.
    ///
    /// # Errors
    /// The pattern looks at what no state can say, or needs too many.
    fn walk(&self, input: &Input<'_>) -> Result<Option<Span>, MatchError> {
        let gave_up = || MatchError::gave_up(input.start());
        let forward = self.forward.get_or_init(|| States::of(self.tries.get_nfa().clone(), MatchKind::LeftmostFirst));
        let Some(end) = forward.as_ref().ok_or_else(gave_up)?.forward(input)? else { return Ok(None) };
        // Whoever wants no more than the earliest end asks for no start.
        if input.get_anchored().is_anchored() || input.get_earliest() || end == input.start() {
            return Ok(Some(Span::new(input.start(), end)));
        }
        let backward = || States::of(automaton(&self.source, self.syntax, true).ok()?, MatchKind::All);
        let backward = self.backward.get_or_init(backward).as_ref().ok_or_else(gave_up)?;
        let start =
            backward.backward(&input.clone().range(input.start()..end).anchored(Anchored::Yes).earliest(false))?;
        Ok(start.map(|start| Span::new(start, end)))
    }

    fn meta(&self) -> Option<&meta::Regex> {
        let build = || {
            let config = meta::Config::new().nfa_size_limit(Some(SIZE)).hybrid_cache_capacity(ROOM).onepass(false);
            meta::Regex::builder().syntax(self.syntax).configure(config).build(&self.source).ok()
        };
        self.meta.get_or_init(build).as_ref()
    }
}

/// An automaton of which the states are made when a text first leads to them.
#[derive(Debug)]
struct States {
    automaton: DFA,
    caches: Pool<Option<Cache>, fn() -> Option<Cache>>,
}

impl States {
    /// None where the automaton looks at what no state can say.
    fn of(automaton: NFA, kind: MatchKind) -> Option<Self> {
        let config = DFA::config().match_kind(kind).cache_capacity(ROOM).skip_cache_capacity_check(true);
        let automaton = DFA::builder().configure(config).build_from_nfa(automaton).ok()?;
        Some(Self { automaton, caches: Pool::new(|| None) })
    }

    fn forward(&self, input: &Input<'_>) -> Result<Option<usize>, MatchError> {
        self.read(|cache| self.automaton.try_search_fwd(cache, input))
    }

    fn backward(&self, input: &Input<'_>) -> Result<Option<usize>, MatchError> {
        self.read(|cache| self.automaton.try_search_rev(cache, input))
    }

    fn read(
        &self,
        search: impl FnOnce(&mut Cache) -> Result<Option<HalfMatch>, MatchError>,
    ) -> Result<Option<usize>, MatchError> {
        let mut cache = self.caches.get();
        let found = search(cache.get_or_insert_with(|| self.automaton.create_cache()))?;
        Ok(found.map(|end| end.offset()))
    }
}

/// `source` as an automaton; its groups are kept where somebody may ask for one.
#[allow(clippy::result_large_err, reason = "it is made into a sentence at once")]
fn automaton(source: &str, syntax: syntax::Config, backward: bool) -> Result<NFA, BuildError> {
    let groups = match backward {
        true => WhichCaptures::None,
        false if source.contains("(?<") => WhichCaptures::All,
        false => WhichCaptures::Implicit,
    };
    let config = Config::new().nfa_size_limit(Some(SIZE)).which_captures(groups).reverse(backward);
    COMPILERS
        .with_borrow_mut(|compilers| compilers[usize::from(backward)].syntax(syntax).configure(config).build(source))
}

/// Why a pattern is none, in a few words.
fn reason(error: &BuildError) -> String {
    match error.source().map(ToString::to_string) {
        Some(syntax) => syntax.lines().last().unwrap_or_default().trim_start_matches("error: ").to_owned(),
        None => error.to_string(),
    }
}
