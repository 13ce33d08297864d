//! How articles end, in posts that need bytes or neighbours which a rule's example cannot have.

mod project;

use project::Project;

const MATTER: &str = "---\ntitle: A walk\ndate: 2024-05-01\n---\n\n";

fn rules(project: &Project, arguments: &[&str]) -> Vec<String> {
    project.findings(&[&["--select", "body-empty,body-truncated"], arguments].concat())
}

/// Whole posts with odd ends in 24 languages: `=== name`, and the text below it.
const WHOLE: &str = include_str!("endings/whole.txt");

/// Of them, so many end in a way that a warning may doubt: their authors left out the last mark.
const DOUBTED: usize = 16;

#[test]
fn odd_ends_of_whole_posts_are_no_errors() {
    let project = Project::new(&[]);
    let posts = WHOLE.split("=== ").skip(1).filter_map(|post| post.split_once('\n')).collect::<Vec<_>>();
    assert!(posts.len() > 100, "{}", posts.len());
    for (name, text) in &posts {
        project.write(&format!("{name}.md"), format!("---\ntitle: {name}\n---\n\n{text}"));
    }
    let ran = project.run(&["check", "--format", "json", "--select", "body-*,footer-*,artifact-*"]);
    let found = ran.json()["findings"].as_array().unwrap().clone();
    let of = |severity: &str| {
        let found = found.iter().filter(|finding| finding["severity"] == severity);
        found.map(|finding| format!("{}: {}", finding["path"], finding["message"])).collect::<Vec<_>>()
    };
    assert_eq!(of("error"), <[String; 0]>::default());
    assert!(of("warning").len() <= DOUBTED, "{:#?}", of("warning"));
}

#[test]
fn a_last_sentence_without_a_mark_is_doubted_less_where_others_have_none() {
    let marked = "The wheel is old. It turns all day, and nobody oils it.\n\n";
    let bare = ["First of all we open the gate", "The wheel looks like this", "Then the miller was enlightened"];
    let last = "Really good wheel. It is easy to turn if you know a little of rivers and of old oak\n";
    let project = Project::new(&[]);
    project.write("a.md", format!("{MATTER}{}\n\n{marked}{last}", bare.join("\n\n")));
    let ran = project.run(&["check", "--format", "json", "--select", "body-truncated"]);
    let found = ran.json()["findings"].as_array().unwrap().clone();
    let severities: Vec<&str> = found.iter().filter_map(|finding| finding["severity"].as_str()).collect();
    assert_eq!(severities, ["info"], "{found:#?}");
}

#[test]
fn copies_of_a_short_post_are_not_empty() {
    let project = Project::new(&[]);
    for name in ["a", "b", "c", "d", "e"] {
        let text = "We walked along the beach until it was dark, and then home.\n";
        project.write(&format!("{name}.md"), format!("{MATTER}{text}"));
    }
    assert_eq!(rules(&project, &[]), <[&str; 0]>::default());
    assert_eq!(project.findings(&["--select", "footer-*"]), <[&str; 0]>::default());
}

#[test]
fn a_link_to_the_source_is_told_and_stays() {
    let project = Project::new(&[]);
    let credit = "Thanks for reading! This post was first published on [the river](https://river.test). Follow us!\n";
    for day in ["river", "mountain", "village", "forest", "harbour", "castle", "valley"] {
        let text = format!("The {day} was quiet when we came. A {day} like that is found nowhere else.\n\n{credit}");
        project.write(&format!("{day}.md"), format!("{MATTER}{text}"));
    }
    let before = project.read("river.md");
    assert_eq!(project.findings(&["--select", "footer-promotional"]).len(), 7);
    project.run(&["check", "--fix", "--unsafe-fixes", "--allow-no-vcs", "--select", "footer-*,artifact-*"]);
    assert_eq!(project.read("river.md"), before);
}

#[test]
fn an_advert_that_something_else_hangs_on_is_told_and_stays() {
    let project = Project::new(&[]);
    for (name, end) in [
        (
            "item",
            "- [The mill](https://mill.test/about)\n- Subscribe to our newsletter and follow us on [X](https://x.com/mill)!\n",
        ),
        ("lead", "Subscribe to our newsletter and follow us for more posts:\n\n- [X](https://x.com/mill)\n"),
    ] {
        let name = format!("{name}.md");
        let text = format!("{MATTER}The river was quiet when we came. It is found nowhere else.\n\n{end}");
        project.write(&name, &text);
        assert_eq!(project.findings(&[&name, "--select", "footer-promotional"]).len(), 1, "{name}");
        project.run(&["check", "--fix", "--unsafe-fixes", "--allow-no-vcs", "--select", "footer-promotional"]);
        assert_eq!(project.read(&name), text);
    }
}

#[test]
fn a_line_that_leads_to_an_advert_goes_with_it() {
    let project = Project::new(&[]);
    let article = "The river was quiet when we came. It is found nowhere else.\n";
    let advert = "Below are some ways to hear from us again:\n\n- [Subscribe to our newsletter](https://mill.test/news)\n\
                  - Follow us on [X](https://x.com/mill) and [Facebook](https://facebook.com/mill)\n";
    project.write("bare.md", format!("{MATTER}{article}\n{advert}"));
    project.write("headed.md", format!("{MATTER}{article}\n## Stay in touch\n\n{advert}"));
    assert_eq!(project.findings(&["--select", "body-truncated"]), <[&str; 0]>::default());
    project.run(&["check", "--fix", "--unsafe-fixes", "--allow-no-vcs", "--select", "footer-promotional"]);
    for name in ["bare.md", "headed.md"] {
        assert_eq!(project.read(name), format!("{MATTER}{article}"), "{name}");
    }
}

/// An article, what its last paragraph says before the advert, what stands between, and the advert.
const SHARED_PARAGRAPHS: [[&str; 4]; 5] = [
    [
        "The river was quiet when we came.",
        "The miller owns all of its bolts.",
        " ",
        "I hope you enjoyed this post. Feel free to follow me on [X](https://x.com/mill) and subscribe. See you next week!",
    ],
    [
        "The river was quiet when we came.",
        "A mill needs a river, and a river needs no mill. So it goes.",
        " ",
        "If you liked this post, subscribe to my newsletter and follow me on [X](https://x.com/mill).",
    ],
    ["我们来的时候河很安静。", "磨坊主人记得每一颗螺丝。", "", "如果觉得有帮助，欢迎关注我的公众号，点赞收藏！"],
    ["川は静かだった。", "水車は冬も回る。", "", "この記事が役に立ったら、いいねとチャンネル登録をお願いします！"],
    [
        "Река была тихой.",
        "Мельник помнит каждый болт.",
        "\n",
        "Если вам понравилась статья, подпишитесь на канал и поделитесь с друзьями.",
    ],
];

#[test]
fn a_sentence_of_the_article_before_an_advert_stays_and_an_advert_goes_whole() {
    for (number, [article, sentence, between, advert]) in SHARED_PARAGRAPHS.into_iter().enumerate() {
        let project = Project::new(&[]);
        project.write("shared.md", format!("{MATTER}{article}\n\n{sentence}{between}{advert}\n"));
        project.write("whole.md", format!("{MATTER}{article}\n\n{advert}\n"));
        assert_eq!(project.findings(&["--select", "footer-promotional"]).len(), 2, "{number}");
        project.run(&["check", "--fix", "--unsafe-fixes", "--allow-no-vcs", "--select", "footer-promotional"]);
        assert_eq!(project.read("shared.md"), format!("{MATTER}{article}\n\n{sentence}\n"));
        assert_eq!(project.read("whole.md"), format!("{MATTER}{article}\n"));
    }
    let project = Project::new(&[]);
    let advert = "Any questions? Follow me on [X](https://x.com/mill) and subscribe to my newsletter!";
    project.write("asked.md", format!("{MATTER}The river was quiet.\n\n{advert}\n"));
    project.run(&["check", "--fix", "--unsafe-fixes", "--allow-no-vcs", "--select", "footer-promotional"]);
    assert_eq!(project.read("asked.md"), format!("{MATTER}The river was quiet.\n"));
}

#[test]
fn a_sentence_that_goes_on_below_a_rule_is_no_cut() {
    let project = Project::new(&[]);
    let below = "cold water of the river, which runs from the hills to the sea. We drank of it twice that day. Then we \
                 walked on through the wood, where nobody lives. In the evening we came to the old mill, and the miller \
                 gave us bread.\n";
    let cut = "We sat down at noon. The stove was cold, and for a long while we spoke of nothing but the\n\n---\n\n";
    project.write("on.md", format!("{cut}{below}"));
    project.write("cut.md", format!("{cut}The mill is open on Sundays.\n"));
    let levels = |path| {
        let ran = project.run(&["check", path, "--format", "json", "--select", "body-truncated"]);
        let found = ran.json()["findings"].as_array().unwrap().clone();
        found.iter().map(|finding| finding["severity"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(levels("on.md"), ["info"]);
    assert_eq!(levels("cut.md"), ["warning"]);
}

#[test]
fn an_advert_under_every_post_makes_no_cut_of_a_sloppy_end() {
    let project = Project::new(&[]);
    let footer =
        "\n\n---\n\nThank you for reading! Subscribe to our newsletter and follow us on [X](https://x.com/mill).\n";
    let sloppy = [
        (
            "trailing",
            "The mill was cold when we came. The miller made tea, and then we waited for the others to come...",
        ),
        (
            "unmarked",
            "The mill was cold when we came. The miller made tea, and then we talked about his boat until evening",
        ),
    ];
    let write = |name: &str, text: &str| project.write(&format!("{name}.md"), format!("{MATTER}{text}{footer}"));
    for (name, text) in sloppy {
        write(name, text);
    }
    for day in ["river", "mountain", "village", "forest", "harbour", "castle", "valley", "bridge", "market", "garden"] {
        write(day, &format!("The {day} was quiet when we came. A {day} like that is found nowhere else."));
    }
    let errors = || {
        let ran = project.run(&["check", "--format", "json", "--select", "body-truncated"]);
        let found = ran.json()["findings"].as_array().unwrap().clone();
        found.iter().filter(|finding| finding["severity"] == "error").count()
    };
    assert_eq!(errors(), 0);
    for day in ["lake", "meadow", "island", "tower", "church"] {
        write(
            day,
            &format!(
                "The {day} was quiet when we came. A {day} like that is found nowhere else, and we looked for the"
            ),
        );
    }
    assert_eq!(errors(), 5 + sloppy.len());
}

#[test]
fn a_post_that_holds_the_footer_of_the_others_and_no_more_is_empty() {
    let project = Project::new(&[]);
    let footer =
        "Thank you for reading! Subscribe to our newsletter and follow us on [the river](https://river.test).\n";
    for day in ["river", "mountain", "village", "forest", "harbour", "castle", "valley"] {
        let text = format!("The {day} was quiet when we came. A {day} like that is found nowhere else.\n\n{footer}");
        project.write(&format!("{day}.md"), format!("{MATTER}{text}"));
    }
    project.write("none.md", format!("{MATTER}{footer}"));
    assert_eq!(rules(&project, &[]), ["none.md:6 body-empty new"]);
}

#[test]
fn a_sentence_that_a_few_posts_share_is_the_text_of_those_that_have_no_other() {
    let project = Project::new(&[]);
    let sentence = "The river was high and cold on that day.\n";
    project.write("river.md", format!("{MATTER}{sentence}"));
    project.write("water.md", format!("{MATTER}{sentence}"));
    for day in ["mountain", "village"] {
        project
            .write(&format!("{day}.md"), format!("{MATTER}We came to the {day} at noon. It was quiet.\n\n{sentence}"));
    }
    assert!(rules(&project, &[]).is_empty());
}

#[test]
fn a_character_that_was_cut_before_the_footer_is_found() {
    let project = Project::new(&[]);
    let mut post = "早上的会议开得很长，大家都没有想到结果会是这样，整个工厂都来看".as_bytes().to_vec();
    post.pop();
    post.extend(
        "\n\n---\n\n感谢阅读！如果您对园艺的更多资讯感兴趣，可以查看更多文章：[某站](https://garden.test)。\n".bytes(),
    );
    project.write("a.md", post);
    assert_eq!(rules(&project, &[]), ["a.md:1 body-truncated new"]);
}
