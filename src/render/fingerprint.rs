//! What tells a finding from every other one, so that a forge knows it again after the text around it changed.

use std::collections::HashMap;

use xxhash_rust::xxh3::xxh3_128;

use super::ruler::Ruler;
use crate::finding::Finding;

/// Made of the rule, the path, the text under the span, and which of those that are equal in all this it is.
#[derive(Debug, Default)]
pub struct Fingerprints {
    seen: HashMap<u128, usize>,
}

impl Fingerprints {
    /// The fingerprint of the next finding; findings must come in the order of the report.
    pub fn of(&mut self, finding: &Finding, ruler: &Ruler<'_>) -> String {
        let marked = finding.span.of(ruler.text);
        let same = xxh3_128(format!("{}\0{}\0{marked}", finding.rule, finding.path).as_bytes());
        let nth = self.seen.entry(same).or_insert(0);
        *nth += 1;
        format!("{same:032x}:{nth}")
    }
}
