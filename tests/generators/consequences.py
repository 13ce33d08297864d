#!/usr/bin/env python3
"""Build a tiny site for each defect of front matter with each real generator, and compare with what copydesk says of it.

    python3 tests/generators/consequences.py COPYDESK [GENERATOR...] [DEFECT...]      (some minutes)

Not run by `cargo test`. COPYDESK is the binary. Needs on PATH: node, hugo, jekyll, mkdocs; a generator that is not
there is named and left out. Needs further NODE_PATH: a node_modules with gray-matter 4, vitepress 1, @11ty/eleventy 3,
hexo 8 and hexo-renderer-marked, and, in ASTRO_PATH or there too, astro 5. Docusaurus, Zola and Obsidian are no part of
it: Docusaurus reads with gray-matter too, Zola and Obsidian do not come from a registry.

Every message of a `front-matter-*` rule that names what the generator does is taken apart into claims (CLAIMS), and
each claim is looked up in what was built. A message without a claim that is known here is an error, so that a new
sentence needs a new line.
"""
import collections, datetime, html, json, os, re, shutil, subprocess, sys, tempfile

TODAY = datetime.date.today()
BODY = "We left early.\n\nAnd came back late.\n"
KEYS = "title: A walk\ndate: 2024-03-01\n"

# Defects by name: the text of the post. What is tried in several ways has a number.
DEFECTS = {
    "unopened": f"{KEYS}---\n\n{BODY}",
    "doubled": f"---\n---\n{KEYS}---\n\n{BODY}",
    "displaced 1": f"Here it is:\n\n---\n{KEYS}---\n\n{BODY}",
    "displaced 2": f"\n\n---\n{KEYS}---\n\n{BODY}",
    "displaced 3": f"# A heading\n---\n{KEYS}---\n\n{BODY}",
    "displaced 4": f"\ufeff---\n{KEYS}---\n\n{BODY}",
    "fenced 1": f"```markdown\n---\n{KEYS}---\n\n{BODY}```\n",
    "fenced 2": f"```yaml\n{KEYS}```\n\n{BODY}",
    "unclosed 1": f"---\n{KEYS}\n{BODY}",
    "unclosed 2": f"---\n{KEYS}\n{BODY}\n---\n\nThe end.\n",
    "unclosed 3": f"---\n{KEYS}\n",
    "malformed 1": f"---\ntitle: A walk: in the hills\ndate: 2024-03-01\n---\n\n{BODY}",
    "malformed 2": f"---\ntitle: @A walk\ndate: 2024-03-01\n---\n\n{BODY}",
    "malformed 3": f"---\ntitle: 'A walk's end'\ndate: 2024-03-01\n---\n\n{BODY}",
    "malformed 4": f"---\ntitle: \"A walk\ndate: 2024-03-01\n---\n\n{BODY}",
    "duplicate-key": f"---\ntitle: B walk\ndate: 2024-03-01\ntitle: A walk\n---\n\n{BODY}",
    "not-a-map 1": f"---\nonly words\n---\n\n{BODY}",
    "not-a-map 2": f"---\n- a list\n- of words\n---\n\n{BODY}",
    "date 1": f"---\ntitle: A walk\ndate: 2024-02-30\n---\n\n{BODY}",
    "date 2": f"---\ntitle: A walk\ndate: \"2024-02-30\"\n---\n\n{BODY}",
    "date 4": f"---\ntitle: A walk\ndate: 2024-13-45\n---\n\n{BODY}",
    "date 3": f"---\ntitle: A walk\ndate: 2024-02-30 10:00:00\n---\n\n{BODY}",
    "date-format 1": f"---\ntitle: A walk\ndate: 2 April 2024\n---\n\n{BODY}",
    "date-format 2": f"---\ntitle: A walk\ndate: someday\n---\n\n{BODY}",
    "date-format 3": f"---\ntitle: A walk\ndate: \"2024-04-02 10:00:00\"\n---\n\n{BODY}",
    "future": f"---\ntitle: A walk\ndate: {TODAY.year + 30}-03-01\n---\n\n{BODY}",
    "false": f"---\n\nNote: we walked.\n\n---\n\n{BODY}",
    "missing": BODY,
    "ambiguous 1": f"---\ntitle: 012\ndate: 2024-03-01\n---\n\n{BODY}",
    "ambiguous 2": f"---\ntitle: no\ndate: 2024-03-01\n---\n\n{BODY}",
    "ambiguous 3": f"---\ntitle: 1:30\ndate: 2024-03-01\n---\n\n{BODY}",
}


class Built:
    """What a generator made of one post."""

    def __init__(self, stopped=False, page=None, copied=False, said=""):
        self.stopped, self.page, self.copied, self.said = stopped, page, copied, said
        marks = re.search(r"TITLE\[(.*?)\] DATE\[(.*?)\]", page or "", re.S)
        self.title, self.date = (html.unescape(mark).strip() for mark in marks.groups()) if marks else ("", "")
        text = html.unescape(re.sub(r"<[^>]*>", "", re.sub(r"(?s)^.*?CONTENT", "", page or "")))
        self.text = " ".join(text.replace("’", "'").replace("‘", "'").split())

    def __str__(self):
        if self.stopped:
            return f"stops ({self.said[:70]})"
        if self.copied:
            return "copies the file"
        if self.page is None:
            return "has no page"
        return f"title {self.title!r}, date {self.date[:24]!r}, text {self.text[:60]!r}"


PRINTED = re.compile(r"(title: |only words|a list of words)")
UNTITLED = lambda built: not re.match(r"[AB] walk|'?@?A walk", built.title)
SAID = lambda built: built.page is not None and not built.stopped

# Jekyll comes with SafeYAML, for which `1:30` is 90; Debian's reads with psych, for which it is 5400.
PSYCH = subprocess.run(["ruby", "-e", "require 'safe_yaml/load'"], capture_output=True).returncode and "5400" if shutil.which("ruby") else None

# What a message may claim, and how it shows. A message is cut at `, and ` into parts that all hold, and those at ` or `
# into ways out of which one holds.
CLAIMS = [
    (r"stop|throw|fails", lambda built, post: built.stopped),
    (r"cop(y|ies) the file|copied", lambda built, post: built.copied),
    (r"sees no front matter", lambda built, post: SAID(built) and UNTITLED(built)),
    (r"leaves (it|the date) as text", lambda built, post: SAID(built) and built.date in ("2024-02-30", "2024-13-45")),
    (r"(print|show)s? .*text|leaves it in the text", lambda built, post: SAID(built) and bool(PRINTED.search(built.text))),
    (r"no title and no date|without its title and date", lambda built, post: SAID(built) and UNTITLED(built) and not re.match("2024-03-01", built.date)),
    (r"no title|no data|without a title", lambda built, post: SAID(built) and UNTITLED(built)),
    (r"makes the title up from the file name", lambda built, post: SAID(built) and built.title in ("Walk", "walk")),
    (r"rolls it over", lambda built, post: SAID(built) and bool(re.search("2024-03-01|2025-02-14", built.date))),
    (r"loses all", lambda built, post: SAID(built) and "We left early" not in built.text),
    (r"no date", lambda built, post: SAID(built) and built.date[:10] in ("", "0001-01-01")),
    (r"takes the last one", lambda built, post: built.title == "A walk"),
    (r"is the number \d+", lambda built, post: built.title in [*re.findall(r"the number (\d+)", post), PSYCH]),
    (r"publishes", lambda built, post: SAID(built) and built.title == "A walk"),
    (r"leaves (the|a) post out", lambda built, post: not built.stopped and built.page is None),
    (r"text disappears|is not on the page", lambda built, post: SAID(built) and ("We left early" not in built.text if "disappears" in post else "we walked" not in built.text)),
    (r"is the boolean", lambda built, post: SAID(built) and built.title in ("false", "False", "", "Walk")),
    (r"up to the site's own code", lambda built, post: True),
]


def holds(sentence, built):
    """Whether what was built is as the sentence says; None where it says nothing that is known here."""
    known = False
    for part in re.split(r", and ", sentence):
        ways = []
        for way in re.split(r",? or,? ", part):
            found = next((shows for pattern, shows in CLAIMS if re.search(pattern, way)), None)
            if found:
                ways.append(found(built, sentence))
        known = known or bool(ways)
        if ways and not any(ways):
            # `X and Y, or Z`: the last way out is one for the whole sentence.
            return False
    return True if known else None


def holds_anyhow(sentence, built):
    """A sentence may name two outcomes, each a chain of claims: `A, or B, and C` is read both ways."""
    first = holds(sentence, built)
    if first is False and (" or " in sentence or ", and the " in sentence):
        ways = re.split(r",? or,? ", sentence)
        return any(holds(way, built) for way in ways) if len(ways) > 1 else False
    return first


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    open(path, "w", encoding="utf-8", newline="").write(text)


def run(command, folder, **env):
    try:
        done = subprocess.run(command, cwd=folder, capture_output=True, text=True, errors="replace", timeout=240,
                              env=dict(os.environ, CI="1", NO_COLOR="1", ASTRO_TELEMETRY_DISABLED="1", **env))
    except subprocess.TimeoutExpired:
        return 1, "took too long"
    return done.returncode, done.stdout + done.stderr


def first_error(said):
    said = re.sub(r"\x1b\[[0-9;]*m", "", said)
    lines = [line.strip() for line in said.splitlines() if re.search(r"error|exception|fatal|invalid", line, re.I) and "site-packages" not in line]
    return lines[0] if lines else said.strip()[-70:]


def read(path):
    return open(path, encoding="utf-8", errors="replace").read() if os.path.exists(path) else None


def find(folder, name):
    """The built page, wherever the generator puts it; `index` and the like are not asked for."""
    for where, _, names in sorted(os.walk(folder)):
        for one in names:
            path = os.path.join(where, one)
            if one.endswith(".html") and name in os.path.relpath(path, folder):
                return read(path)
    return None


def result(code, said, page, raw=None):
    if code != 0:
        return Built(stopped=True, said=first_error(said))
    return Built(page=page, copied=page is None and raw is not None)


def modules(site, where=None):
    os.symlink(where or os.environ["NODE_PATH"].split(":")[0], f"{site}/node_modules")


def hugo(site, text):
    write(f"{site}/hugo.toml", 'baseURL = "/"\n')
    write(f"{site}/layouts/home.html", "home")
    write(f"{site}/layouts/page.html", "TITLE[{{ .Title }}] DATE[{{ .Date }}] CONTENT {{ .Content }}")
    write(f"{site}/content/posts/walk.md", text)
    return result(*run(["hugo", "--quiet"], site), find(f"{site}/public/posts", "walk"))


def jekyll(site, text, path="_posts/2024-01-05-walk.md"):
    layout = "defaults:\n  - scope: {path: ''}\n    values: {layout: l}\n"
    write(f"{site}/_config.yml", layout)
    write(f"{site}/_layouts/l.html", "TITLE[{{ page.title }}] DATE[{{ page.date | date: '%Y-%m-%d' }}] CONTENT {{ content }}")
    write(f"{site}/{path}", text)
    code, said = run(["jekyll", "build", "--quiet"], site)
    return result(code, said, find(f"{site}/_site", "walk"), read(f"{site}/_site/walk.md"))


def jekyll_page(site, text):
    return jekyll(site, text, "walk.md")


def hexo(site, text):
    modules(site)
    version = json.load(open(f"{site}/node_modules/hexo/package.json"))["version"]
    write(f"{site}/package.json", json.dumps({"name": "s", "hexo": {"version": version}, "dependencies": {"hexo": "*", "hexo-renderer-marked": "*"}}))
    write(f"{site}/_config.yml", "theme: t\nurl: http://example.test\npermalink: posts/:title/\n")
    for layout in ("post", "index", "page"):
        write(f"{site}/themes/t/layout/{layout}.njk", "TITLE[{{ page.title }}] DATE[{{ date(page.date, 'YYYY-MM-DD') }}] CONTENT {{ page.content }}")
    write(f"{site}/source/_posts/walk.md", text)
    code, said = run(["node", "node_modules/hexo/bin/hexo", "generate"], site)
    page = find(f"{site}/public", "walk")
    # Hexo logs what it cannot read and goes on with exit code 0 or stops with 2.
    return result(1 if re.search(r"FATAL|\bERROR\b", said) and page is None else code, said, page)


def vitepress(site, text):
    modules(site)
    write(f"{site}/package.json", '{"type": "module"}')
    write(f"{site}/.vitepress/config.mjs", """export default { title: 'Site', titleTemplate: false, transformHtml: (code, id, {pageData}) => {
      const own = pageData.frontmatter, date = own.date instanceof Date ? own.date.toISOString() : own.date;
      const main = code.replace(/[^]*<main[^>]*>/, '').replace(/<\\/main>[^]*/, '').replace(/&#x200B;|\\u200b/g, '');
      return `TITLE[${own.title ?? ''}] DATE[${date ?? ''}] CONTENT ` + main; } }\n""")
    write(f"{site}/posts/walk.md", text)
    return result(*run(["node", "node_modules/vitepress/bin/vitepress.js", "build"], site), find(f"{site}/.vitepress/dist/posts", "walk"))


def eleventy(site, text):
    modules(site)
    write(f"{site}/package.json", '{"type": "module"}')
    write(f"{site}/eleventy.config.js", "export default c => { c.addGlobalData('layout', 'l.njk'); c.addGlobalData('eleventyComputed', {}); };\n")
    write(f"{site}/_includes/l.njk", "TITLE[{{ title }}] DATE[{{ page.date.toISOString() }}] CONTENT {{ content | safe }}")
    write(f"{site}/posts/walk.md", text)
    return result(*run(["node", "node_modules/@11ty/eleventy/cmd.cjs", "--quiet"], site), find(f"{site}/_site/posts", "walk"))


def mkdocs(site, text):
    write(f"{site}/mkdocs.yml", "site_name: s\ntheme: {name: null, custom_dir: t}\n")
    write(f"{site}/t/main.html", "TITLE[{{ page.meta.title }}] DATE[{{ page.meta.date }}] CONTENT {{ page.content }}")
    write(f"{site}/docs/index.md", "home")
    write(f"{site}/docs/walk.md", text)
    return result(*run(["mkdocs", "build", "--quiet"], site), find(f"{site}/site", "walk"))


def astro(site, text):
    modules(site, os.environ.get("ASTRO_PATH"))
    write(f"{site}/package.json", '{"type": "module"}')
    write(f"{site}/posts/walk.md", text)
    write(f"{site}/src/pages/walk.astro", """---
const posts = Object.values(import.meta.glob('/posts/*.md', {eager: true}));
const [post] = posts; const own = post.frontmatter; const Content = post.Content;
const date = own.date instanceof Date ? own.date.toISOString() : own.date;
---
TITLE[{own.title}] DATE[{date}] CONTENT <Content />
""")
    return result(*run(["node", "node_modules/astro/astro.js" if os.path.exists(f"{site}/node_modules/astro/astro.js") else "node_modules/astro/bin/astro.mjs", "build"], site), find(f"{site}/dist", "walk"))


def next_js(site, text):
    modules(site)
    write(f"{site}/walk.md", text)
    write(f"{site}/read.cjs", """const {data, content} = require('gray-matter')(require('fs').readFileSync('walk.md', 'utf8'));
const date = data.date instanceof Date ? data.date.toISOString() : data.date;
console.log(`TITLE[${data.title ?? ''}] DATE[${date ?? ''}] CONTENT ${content}`)""")
    code, said = run(["node", "read.cjs"], site)
    return result(code, said, said)


# Name, copydesk's name, how to build, where the post stands for copydesk, what must be there.
GENERATORS = [
    ("hugo", "hugo", hugo, "content/posts/walk.md", "hugo"),
    ("jekyll post", "jekyll", jekyll, "_posts/2024-01-05-walk.md", "jekyll"),
    ("jekyll page", "jekyll", jekyll_page, "walk.md", "jekyll"),
    ("hexo", "hexo", hexo, "source/_posts/walk.md", "hexo/package.json"),
    ("vitepress", "vitepress", vitepress, "posts/walk.md", "vitepress/package.json"),
    ("eleventy", "eleventy", eleventy, "posts/walk.md", "@11ty/eleventy/package.json"),
    ("mkdocs", "mkdocs", mkdocs, "docs/walk.md", "mkdocs"),
    ("next", "next", next_js, "posts/walk.md", "gray-matter/package.json"),
    ("astro", "astro", astro, "src/content/posts/walk.md", "astro/package.json"),
]


def is_there(what):
    folders = [os.environ.get("ASTRO_PATH", ""), *os.environ.get("NODE_PATH", "").split(":")]
    return shutil.which(what) or any(os.path.exists(f"{folder}/{what}") for folder in folders if folder)


def said_by_copydesk(copydesk, generator, path, text):
    """Rule and message of every finding about front matter."""
    with tempfile.TemporaryDirectory() as site:
        write(f"{site}/copydesk.yaml", f"site:\n  generator: {generator}\nrules:\n  front-matter-future: warning\n")
        write(f"{site}/{path}", text)
        # Other posts, so that front matter is expected.
        stem, _, name = path.rpartition("/")
        for n in range(28):
            write(f"{site}/{stem or '.'}/{name.replace('walk', f'other{n}')}", f"---\ntitle: Other {n}\ndate: 2024-01-{n + 1:02}\n---\n\nOther {n} text.\n")
        done = subprocess.run([copydesk, "check", path, "--format", "json"], cwd=site, capture_output=True, text=True)
        try:
            found = json.loads(done.stdout)["findings"]
        except ValueError:
            sys.exit(f"copydesk: {done.stdout[-500:]}{done.stderr[-1500:]}")
        return [(one["rule"], one["message"]) for one in found if one["rule"].startswith("front-matter")]


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    copydesk, names = os.path.abspath(sys.argv[1]), {generator for _, generator, *_ in GENERATORS}
    wanted = [name for name in sys.argv[2:] if name in names]
    defects = tuple(name for name in sys.argv[2:] if name not in names) or ("",)
    wrong, seen = [], collections.Counter()
    for name, generator, build, path, needs in GENERATORS:
        if wanted and generator not in wanted:
            continue
        if not is_there(needs):
            print(f"{name}: not there, left out")
            continue
        with tempfile.TemporaryDirectory() as site:
            built = build(site, f"---\n{KEYS}---\n\n{BODY}")
        if built.title != "A walk" or "We left early" not in built.text:
            sys.exit(f"{name}: a post without a defect: {built} {built.said}")
        for defect, text in DEFECTS.items():
            if not defect.startswith(defects):
                continue
            said = said_by_copydesk(copydesk, generator, path, text)
            with tempfile.TemporaryDirectory() as site:
                built = build(site, text)
            if not said:
                print(f"{name:<12} {defect:<14} --    nothing said: {built}", flush=True)
            for rule, message in said:
                sentence = message.split(": ")[-1]
                verdict = holds_anyhow(sentence, built)
                word = {True: "right", False: "WRONG", None: "?????"}[verdict]
                seen[word] += 1
                print(f"{name:<12} {defect:<14} {word} {rule}: {sentence}\n{'':<28}{built}", flush=True)
                if verdict is not True:
                    wrong.append((name, defect, rule, sentence, str(built)))
    print(f"\n{dict(seen)}")
    for one in wrong:
        print("  ", *one, sep=" | ")
    sys.exit(1 if wrong else 0)


main()
