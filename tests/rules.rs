//! Every example of every rule, each a test of its own: `cargo test --test rules image-placeholder`.

#![allow(clippy::expect_used, reason = "a test says what is wrong by failing")]

use std::sync::Arc;

use copydesk::{example, rule::catalog};
use libtest_mimic::{Arguments, Failed, Trial};

fn main() {
    let arguments = Arguments::from_args();
    let shared = Arc::new(catalog::shared().expect("rules/shared is right"));
    let mut trials = Vec::new();
    for draft in catalog::shipped().expect("the rule files are YAML").into_iter().map(Arc::new) {
        let rule = match draft.finish(&serde_json::Value::Null) {
            Ok(rule) => rule,
            Err(error) => {
                let message = format!("{error}\n{}", error.help().unwrap_or_default());
                trials.push(Trial::test(format!("{}::loads", draft.id), move || Err(Failed::from(message))));
                continue;
            }
        };
        for case in example::cases(&rule) {
            let (draft, shared) = (Arc::clone(&draft), Arc::clone(&shared));
            let (bad, index, example) = (case.bad, case.index, case.example.clone());
            let name = format!("{}::{}::{}", draft.id, if bad { "bad" } else { "good" }, index + 1);
            trials.push(Trial::test(name, move || {
                let case = example::Case { example: &example, bad, index };
                example::verify(&draft, &serde_json::Value::Null, case, &shared).map_err(Failed::from)
            }));
        }
    }
    assert!(!trials.is_empty(), "no rule has an example");
    libtest_mimic::run(&arguments, trials).exit();
}
