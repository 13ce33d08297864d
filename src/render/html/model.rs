//! What the page shows, counted and put in order: findings by rule, post, month, author and section, and which of them
//! have room for an excerpt.

use std::{
    cmp::Reverse,
    collections::{BTreeMap, HashMap},
    rc::Rc,
};

use crate::{
    check::Severity,
    facts::overview::Post,
    finding::{Finding, Report, Status},
    render::ruler::{Ruler, measured_in},
    source::Sources,
};

/// Excerpts on one page; beyond them findings are counted, and the JSON has them all. Those of the posts that the page
/// lists come first; half of this room is for others in any case.
pub const EXCERPTS: usize = 2_000;

/// Posts that are listed, and findings of one of them.
pub const POSTS: usize = 200;
pub const OF_POST: usize = 20;

/// A finding that nobody suppressed, with what it takes to speak of its place.
pub struct Entry<'a> {
    pub finding: &'a Finding,
    pub ruler: Rc<Ruler<'a>>,
    /// Whether the page has its excerpt.
    pub shown: bool,
}

/// How many posts, and what was found in them.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tally {
    pub posts: usize,
    /// Posts with an error.
    pub unfit: usize,
    /// Posts with a warning and no error.
    pub doubtful: usize,
    pub errors: usize,
    pub warnings: usize,
    pub infos: usize,
}

/// Findings of one rule, or in one post: indices of entries, in their order.
pub struct Group {
    pub name: String,
    pub tally: Tally,
    pub entries: Vec<usize>,
}

/// Everything that is counted.
pub struct Model<'a> {
    /// By path, place and rule.
    pub entries: Vec<Entry<'a>>,
    /// The worst first.
    pub rules: Vec<Group>,
    /// Posts with findings by path, the worst first.
    pub posts: Vec<Group>,
    pub total: Tally,
    /// By month, quarter or year, without a gap.
    pub times: Vec<(String, Tally)>,
    pub undated: usize,
    /// Findings that the baseline holds; they are among the others.
    pub known: usize,
    pub authors: Vec<(String, Tally)>,
    pub sections: Vec<(String, Tally)>,
}

impl Tally {
    pub const fn findings(&self) -> usize {
        self.errors + self.warnings + self.infos
    }

    fn note(&mut self, severity: Severity) {
        match severity {
            Severity::Error => self.errors += 1,
            Severity::Warning => self.warnings += 1,
            Severity::Info => self.infos += 1,
        }
    }

    /// Adds a post in which `other` was found.
    fn add(&mut self, other: &Self) {
        self.posts += 1;
        self.unfit += usize::from(other.errors > 0);
        self.doubtful += usize::from(other.errors == 0 && other.warnings > 0);
        self.errors += other.errors;
        self.warnings += other.warnings;
        self.infos += other.infos;
    }

    fn merge(&mut self, other: &Self) {
        self.posts += other.posts;
        self.unfit += other.unfit;
        self.doubtful += other.doubtful;
        self.errors += other.errors;
        self.warnings += other.warnings;
        self.infos += other.infos;
    }

    /// The worst first.
    fn rank(&self) -> Reverse<[usize; 3]> {
        Reverse([self.errors, self.warnings, self.infos])
    }
}

impl<'a> Model<'a> {
    /// `show` makes the path of a finding one of `posts`.
    pub fn new(report: &'a Report, posts: &[Post], show: impl Fn(&str) -> String) -> Self {
        let told = || report.findings.iter().filter(|finding| finding.status != Status::Suppressed);
        let mut entries = entries(told(), &report.sources);
        let rules = group(&entries, |finding| finding.rule.to_string());
        let by_post = group(&entries, |finding| show(&finding.path));
        let listed = by_post.iter().take(POSTS).flat_map(|post| post.entries.iter().take(OF_POST));
        let listed = listed.map(|index| entries[*index].shown = true).count();
        choose(&mut entries, &rules, EXCERPTS.saturating_sub(listed).max(EXCERPTS / 2));
        let found: HashMap<&str, &Tally> = by_post.iter().map(|group| (group.name.as_str(), &group.tally)).collect();
        let nothing = Tally::default();
        let of_post = |post: &Post| **found.get(post.path.as_str()).unwrap_or(&&nothing);
        let total = posts.iter().fold(Tally::default(), |mut total, post| {
            total.add(&of_post(post));
            total
        });
        let count = |names: &dyn Fn(&Post) -> Vec<String>| {
            let mut counts: BTreeMap<String, Tally> = BTreeMap::new();
            for post in posts {
                names(post).into_iter().for_each(|name| counts.entry(name).or_default().add(&of_post(post)));
            }
            counts
        };
        let months = count(&|post| post.month.iter().cloned().collect());
        let dated: usize = months.values().map(|tally| tally.posts).sum();
        Self {
            times: times(&months),
            known: told().filter(|finding| finding.status == Status::Known).count(),
            undated: total.posts - dated,
            authors: ranked(count(&|post| post.authors.clone())),
            sections: ranked(count(&|post| vec![post.section.clone()])),
            posts: by_post,
            total,
            rules,
            entries,
        }
    }
}

/// Findings, sorted by path, in `sources`; none of them shown yet.
pub fn entries<'a>(findings: impl Iterator<Item = &'a Finding>, sources: &'a Sources) -> Vec<Entry<'a>> {
    measured_in(findings, sources).map(|(finding, ruler)| Entry { finding, ruler, shown: false }).collect()
}

/// Entries with the same name, the worst group first.
pub fn group(entries: &[Entry<'_>], name: impl Fn(&Finding) -> String) -> Vec<Group> {
    let mut groups: BTreeMap<String, Group> = BTreeMap::new();
    for (index, entry) in entries.iter().enumerate() {
        let name = name(entry.finding);
        let group =
            groups.entry(name.clone()).or_insert_with(|| Group { name, tally: Tally::default(), entries: Vec::new() });
        group.tally.note(entry.finding.severity);
        group.entries.push(index);
    }
    let mut groups: Vec<Group> = groups.into_values().collect();
    groups.sort_by(|a, b| (a.tally.rank(), &a.name).cmp(&(b.tally.rank(), &b.name)));
    groups
}

/// Picks further entries that get an excerpt: as many from each group, worse ones first, and of many posts rather than
/// many of one.
pub fn choose(entries: &mut [Entry<'_>], groups: &[Group], room: usize) {
    let open = |group: &Group| group.entries.iter().filter(|index| !entries[**index].shown).count();
    let mut sizes: Vec<usize> = groups.iter().map(open).collect();
    sizes.sort_unstable();
    let (mut left, mut groups_left, mut quota) = (room, sizes.len(), room);
    for size in sizes {
        quota = left / groups_left.max(1);
        if size > quota {
            break;
        }
        left -= size;
        groups_left -= 1;
        quota = room;
    }
    for group in groups {
        let mut seen: HashMap<&str, usize> = HashMap::new();
        let mut order: Vec<(Reverse<Severity>, usize, usize)> = Vec::new();
        for index in group.entries.iter().filter(|index| !entries[**index].shown) {
            let finding = entries[*index].finding;
            let nth = seen.entry(&finding.path).or_default();
            order.push((Reverse(finding.severity), *nth, *index));
            *nth += 1;
        }
        order.sort_unstable();
        order.into_iter().take(quota).for_each(|(_, _, index)| entries[index].shown = true);
    }
}

fn ranked(counts: BTreeMap<String, Tally>) -> Vec<(String, Tally)> {
    let mut ranked: Vec<(String, Tally)> = counts.into_iter().collect();
    ranked.sort_by_key(|(_, tally)| (Reverse(tally.unfit), Reverse(tally.posts)));
    ranked
}

/// More months than this are shown as quarters.
const MONTHS: usize = 40;
/// More quarters than this are shown as years.
const QUARTERS: usize = 40;
/// More years than this are shown without those in which nothing was published.
const YEARS: usize = 60;

/// Months without a gap, or quarters, or years.
fn times(months: &BTreeMap<String, Tally>) -> Vec<(String, Tally)> {
    let number = |month: &str| {
        let (year, month) = month.split_once('-')?;
        Some(year.parse::<usize>().ok()? * 12 + month.parse::<usize>().ok()? - 1)
    };
    let by_number: BTreeMap<usize, Tally> =
        months.iter().filter_map(|(month, tally)| Some((number(month)?, *tally))).collect();
    let (Some((first, _)), Some((last, _))) = (by_number.first_key_value(), by_number.last_key_value()) else {
        return Vec::new();
    };
    let size = match last + 1 - first {
        span if span <= MONTHS => 1,
        span if span <= QUARTERS * 3 => 3,
        _ => 12,
    };
    let (first, last) = (first / size, last / size);
    let mut times: BTreeMap<usize, Tally> = BTreeMap::new();
    if last - first < YEARS {
        times.extend((first..=last).map(|time| (time, Tally::default())));
    }
    by_number.iter().for_each(|(month, tally)| times.entry(month / size).or_default().merge(tally));
    let name = |time: usize| match (size, time * size / 12, time * size % 12) {
        (1, year, month) => format!("{year:04}-{:02}", month + 1),
        (3, year, month) => format!("{year:04} Q{}", month / 3 + 1),
        (_, year, _) => format!("{year:04}"),
    };
    times.into_iter().map(|(time, tally)| (name(time), tally)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(months: &[&str]) -> Vec<String> {
        let months = months.iter().map(|month| ((*month).to_owned(), Tally { posts: 1, ..Tally::default() })).collect();
        times(&months).into_iter().map(|(name, tally)| format!("{name}:{}", tally.posts)).collect()
    }

    #[test]
    fn time_has_no_gaps_and_fits_the_page() {
        assert_eq!(names(&["2023-12", "2024-02"]), ["2023-12:1", "2024-01:0", "2024-02:1"]);
        assert_eq!(names(&["2020-02", "2024-07"])[..2], ["2020 Q1:1", "2020 Q2:0"]);
        assert_eq!(names(&["2001-02", "2024-07"]).len(), 24);
        assert_eq!(names(&["0001-01", "2024-07", "9999-12"]), ["0001:1", "2024:1", "9999:1"]);
        assert!(names(&[]).is_empty());
    }
}
