//! Fixes: what they promise of every text, what they write to disk, and when they refuse to.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test says what is wrong by failing")]

use copydesk::{
    check::Fixing,
    example::{self, Stage},
    finding::fix::{Wanted, mend},
    rule::{Rules, catalog},
};

/// Each shipped rule that says it has fixes, on its own examples: what has a fix is gone after it, what was fixed needs no
/// second fix, and a rule is as safe as it says.
#[test]
fn every_example_that_has_a_fix_is_mended() {
    let mut wrong = Vec::new();
    let vocabulary = catalog::vocabulary().unwrap();
    for draft in catalog::shipped().unwrap() {
        let rule = draft.finish(&serde_json::Value::Null).unwrap();
        let (fixing, id) = (rule.check.fixing(), rule.id.clone());
        let rules = Rules { list: vec![draft.finish(&serde_json::Value::Null).unwrap()], vocabulary: vocabulary.clone() };
        let (mut safe, mut others) = (0, 0);
        for case in example::cases(&rule) {
            let stage = Stage::of(case).unwrap();
            let look = |sources| stage.look(sources, &rules);
            let before = look(stage.sources.clone());
            let fixes: Vec<_> = before.findings.iter().flat_map(|finding| &finding.fixes).collect();
            safe += fixes.iter().filter(|fix| fix.safe).count();
            others += fixes.iter().filter(|fix| !fix.safe).count();
            let after = mend(stage.sources.clone(), Wanted::All, look);
            let left: Vec<_> = after.report.findings.iter().map(|finding| &finding.message).collect();
            let mended = after.changes.values().map(|change| change.after()).collect::<Vec<_>>();
            if left.len() != before.findings.len() - fixes.len() {
                wrong.push(format!("{id} {}: {left:?} is left in {mended:?}", case.index + 1));
            }
        }
        let expected = match (safe, others) {
            (0, 0) => Fixing::No,
            (0, _) => Fixing::Unsafe,
            (_, 0) => Fixing::Safe,
            _ => Fixing::SomeSafe,
        };
        if fixing != expected {
            wrong.push(format!("{id}: {fixing:?}, but {safe} safe and {others} unsafe fixes in its examples"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
