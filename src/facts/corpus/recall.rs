//! Families on their way out of one run and into the next: what `copydesk learn` writes down, and what a run that sees
//! only some posts knows from it.

use super::{
    family::{Family, Likeness, Rephrased, Verdict},
    mine::Mined,
};

/// A family with all that leads to it.
#[derive(Debug, Clone)]
pub struct Known {
    pub family: Family,
    /// Fingerprints of blocks that are members; none for a family that is told anew each time.
    pub keys: Vec<u64>,
    /// For a family that is told anew each time, what its members share.
    pub likeness: Option<Likeness>,
}

impl Known {
    /// Whether somebody decided what becomes of this family.
    pub fn is_decided(&self) -> bool {
        self.family.verdict != Verdict::usual(self.family.kind)
    }
}

impl Mined {
    /// Every family, by its fingerprint.
    pub fn known(&self) -> Vec<Known> {
        let known = |family: &Family| Known { family: family.clone(), keys: Vec::new(), likeness: None };
        let mut all: Vec<Known> = self.families.iter().map(known).collect();
        for (key, family) in &self.by_key {
            all[*family].keys.push(*key);
        }
        for rephrased in self.by_name.values() {
            all[rephrased.family].likeness = Some(rephrased.likeness.clone());
        }
        all.iter_mut().for_each(|known| known.keys.sort_unstable());
        all.sort_by_key(|known| known.family.key);
        all
    }

    /// Adds families from before. What they say of a block counts more than what these posts alone say, and so does the
    /// verdict; the larger number of posts counts.
    pub fn recall(&mut self, before: &[Known]) {
        for known in before {
            let found = std::iter::once(&known.family.key).chain(&known.keys).find_map(|key| {
                self.by_key.get(key).copied().or_else(|| self.by_name.get(key).map(|rephrased| rephrased.family))
            });
            let index = found.unwrap_or(self.families.len());
            match found.and_then(|index| self.families.get_mut(index)) {
                Some(family) => {
                    let (posts, share) = (family.posts, family.share);
                    *family = known.family.clone();
                    if posts > family.posts {
                        (family.posts, family.share) = (posts, share);
                    }
                }
                None => self.families.push(known.family.clone()),
            }
            self.by_key.extend(known.keys.iter().map(|key| (*key, index)));
            if let Some(likeness) = &known.likeness {
                self.by_name.insert(known.family.key, Rephrased { family: index, likeness: likeness.clone() });
            }
        }
    }
}
