#!/usr/bin/env python3
"""Looks for posts that take copydesk time by the square of their length, or make it fail.

    tests/measure/hostile.py BINARY [SEED [COUNT]]

Writes COUNT posts (default 1,000) of some 120 KB, each a few marks at random, again and again, as a post of one of seven kinds
of sites; SIZE in the environment sets another length in bytes. Prints each post that takes over 0.3 s and 2.6 times as long as
one of half the length: time, time of the half, ratio, kind of site, what stands before, the unit, what stands behind. Prints
also each run that ends in another way than with 0 or 1, or not within a minute. Nothing printed is the good end.
"""
import os
import random
import subprocess
import sys
import tempfile
import time

MARKS = [
    "{{<", "{{< a >}}", "{{%", "%}}", "{{", "}}", "{%", "%}", "{% raw %}", "{% endraw %}", "{% if x %}", "{% endif %}", "{# ",
    "<", "<a ", "<div>", "</div>", "<div", "<b>", "</b>", "<p>", "<br/>", '<img src="a.png">', "<img src=", "<!--", "-->",
    "<script>", "<style>", "<pre>", "<code>", "<details>", "<table>", "<td>", "<A>", "</A>", "<?", "?>", "<![CDATA[", "]]>",
    "[", "](", "[a](b)", "[a](b c)", "![", "![a](b.png)", "![](b c.png)", ")", "]", "(", "! [a] (b)", "[a] (b)", "![[", "[[",
    "]]", "[^1]", "[^1]:", "\n[a]: b", "\n[a]:", "*", "**", "_", "__", "***", "`", "``", "```", "\n```\n", "\n~~~\n", "~~", "$",
    "$$", "\\", "\\(", '\\"', '"', "'", "“", "”", "「", "」", "&", "&amp;", "&amp;amp;", "&#x", "http://a.test/",
    "https://a.test/?utm_source=chatgpt.com", "https://a. test/?", "www.a.test", "#", "\n# ", "\n## a", "\n\n", "\n", "\n> ",
    ">", "\n- ", "\n1. ", "\n1) ", "\n+ ", "\n* ", "\n  ", "\n    ", "\t", "|", "\n| a | b |", "\n|---|---|", "\n---\n",
    "\n***\n", "\n===\n", "a", "a b", "word ", "。", "，", "文章", "：", "？", "Ã©", "\u200b", "\u202e", "\ufffd", "...", "…",
    "…\n", "[...]", ":", "\n:::", "::: tip", "!!! note", "{", "}", "{.a}", "{: .a}", "{a}", "{/*", "*/}", "<<<", "@", "@[", "==",
    "%%", "\n%%", "^", "~", "\r\n", "\r", "\0", "-", "–", "Subscribe", "Read more", "[Insert", "Sure! ", "None", "1", "2024-01-01",
    "+++", "\n+++\n", "import a\n", "export ", "Copy code", "¶", "\u0300", "e\u0301", "한", "ا", "Share",
]
SITES = {
    "none": ("a.md", {}),
    "hugo": ("content/posts/a.md", {"hugo.toml": 'baseURL = "https://a.test/"\n'}),
    "jekyll": ("_posts/2024-01-01-a.md", {"_config.yml": "title: a\n", "Gemfile": 'gem "jekyll"\n'}),
    "hexo": ("source/_posts/a.md", {"_config.yml": "title: a\n", "package.json": '{"dependencies":{"hexo":"7"}}'}),
    "vitepress": ("a.md", {".vitepress/config.js": "export default {}"}),
    "docusaurus": ("docs/a.mdx", {"docusaurus.config.js": "module.exports = {}"}),
    "mkdocs": ("docs/a.md", {"mkdocs.yml": "site_name: a\n"}),
}
SIZE = int(os.environ.get("SIZE", "120000"))
SLOW, RATIO = 0.3, 2.6


def takes(binary, folder, post, text):
    with open(os.path.join(folder, post), "w", newline="") as file:
        file.write("---\ntitle: a\n---\n\n" + text)
    start = time.time()
    try:
        code = subprocess.run([binary, "check", ".", "--quiet"], cwd=folder, capture_output=True, timeout=60).returncode
    except subprocess.TimeoutExpired:
        code = "no end"
    if code not in (0, 1):
        print("ended with", code, folder, repr(text[:80]), flush=True)
    return time.time() - start


def main():
    binary = os.path.abspath(sys.argv[1])
    random.seed(sys.argv[2] if len(sys.argv) > 2 else None)
    with tempfile.TemporaryDirectory() as root:
        for site, (post, files) in SITES.items():
            for path, text in {**files, post: ""}.items():
                path = os.path.join(root, site, path)
                os.makedirs(os.path.dirname(path), exist_ok=True)
                with open(path, "w") as file:
                    file.write(text)
        for _ in range(int(sys.argv[3]) if len(sys.argv) > 3 else 1_000):
            unit = "".join(random.choice(MARKS) for _ in range(random.choice([1, 1, 2, 2, 2, 3, 3, 4])))
            before, behind = (random.choice(["", "", random.choice(MARKS)]) for _ in range(2))
            site = random.choice(list(SITES))

            def post(size):
                text = before + unit * (size // len(unit.encode())) + behind
                return takes(binary, os.path.join(root, site), SITES[site][0], text)

            if post(SIZE) > SLOW:
                half, whole = post(SIZE // 2), post(SIZE)
                if whole > SLOW and whole / half > RATIO:
                    print(f"{whole:.2f} {half:.2f} {whole / half:.1f} {site} {before!r} {unit!r} {behind!r}", flush=True)


main()
