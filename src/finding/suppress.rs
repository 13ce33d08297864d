//! Marks the findings that a post asks not to be told of.

use std::{cmp::Reverse, collections::BTreeMap, sync::Arc};

use super::{Finding, Status};
use crate::document::Suppression;

/// Marks those of `findings`, all of one file and in order, that one of `list` covers. Returns for each of `list`
/// whether it did anything; where several cover one finding, the innermost does.
pub fn suppress(findings: &mut [Finding], list: &[Suppression]) -> Vec<bool> {
    let mut used = vec![false; list.len()];
    if list.is_empty() {
        return used;
    }
    let mut by_rule: BTreeMap<Arc<str>, Vec<&mut Finding>> = BTreeMap::new();
    for finding in findings {
        by_rule.entry(Arc::clone(&finding.rule)).or_default().push(finding);
    }
    for (rule, findings) in by_rule {
        let (places, whole): (Vec<usize>, Vec<usize>) =
            (0..list.len()).filter(|index| list[*index].names(&rule)).partition(|index| list[*index].cover.is_some());
        let mut sweep = Sweep::new(list, places);
        for finding in findings {
            if let Some(index) = sweep.innermost(finding.span.start).or(whole.first().copied()) {
                used[index] = true;
                finding.status = Status::Suppressed;
                finding.reason = Some(list[index].reason.as_str()).filter(|reason| !reason.is_empty()).map(Arc::from);
            }
        }
    }
    used
}

/// Goes through the covered places once, from the start of the file to its end.
struct Sweep<'a> {
    list: &'a [Suppression],
    /// Not begun yet, the next one last.
    ahead: Vec<usize>,
    open: Vec<usize>,
}

impl<'a> Sweep<'a> {
    fn new(list: &'a [Suppression], mut ahead: Vec<usize>) -> Self {
        ahead.sort_by_key(|index| {
            let cover = list[*index].cover.unwrap_or_default();
            (Reverse(cover.start), cover.end)
        });
        Self { list, ahead, open: Vec::new() }
    }

    /// The last one to begin of those that cover `at`; asked for places in order.
    fn innermost(&mut self, at: usize) -> Option<usize> {
        let cover = |index: &usize| self.list[*index].cover.unwrap_or_default();
        while let Some(next) = self.ahead.pop_if(|next| cover(next).start <= at) {
            self.open.push(next);
        }
        while self.open.pop_if(|last| cover(last).end < at).is_some() {}
        self.open.last().copied()
    }
}
