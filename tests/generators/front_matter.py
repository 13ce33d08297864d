#!/usr/bin/env python3
"""Ask the real generators what they read of every post in some folders, and compare with copydesk.

    python3 tests/generators/front_matter.py FOLDER...      (about five minutes for 20,000 posts)

Not run by `cargo test`. Needs on PATH: cargo, node, ruby with jekyll, hugo 0.150 or later. Needs further:
  NODE_PATH   a node_modules with gray-matter 4.0.3, hexo-front-matter 5, js-yaml 4, smol-toml and @11ty/eleventy 3
  GEM_PATH    may hold safe_yaml 1.0.5, which Jekyll uses; without it psych is asked,
              as Debian's Jekyll does; where the two type a scalar differently, it is counted apart and shown
  this Python with mkdocs 1.6 (`pip install mkdocs`)
Zola is no part of it: it comes only as a Rust program and was compared through its own regular expressions.

`CONFORMANCE` may name the built test binary `conformance`, which is built otherwise.

Known differences, run November 2026 over sixteen sites with 17,495 posts (one post, for VitePress):
  VitePress  js-yaml 3 takes `'a 'b': c'` for a text, a key and a value; copydesk says that the quote ends too early
  all        the rare tags `!!binary`, `!!omap`, `!!set` and `!!null x`, which each reader makes something else of

Compared are: whether the block is accepted, the data with their types, and the byte where the body begins.
"""
import collections, json, os, re, subprocess, sys, tempfile, shutil

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.path.dirname(os.path.dirname(HERE))

NODE = r"""
const fs = require('fs'), matter = require('gray-matter'), hexo = require('hexo-front-matter'), yaml4 = require('js-yaml');
const path = require('path'), toml = require('smol-toml');
const eleventy = require(require.resolve('gray-matter', {paths: [path.dirname(require.resolve('@11ty/eleventy'))]}));
const plain = v => v === null || v === undefined ? null
  : v instanceof Date ? {$date: true}
  : typeof v === 'number' && !isFinite(v) ? {$number: String(v).replace('Infinity', 'inf')}
  : Array.isArray(v) ? v.map(plain)
  : typeof v === 'object' ? Object.fromEntries(Object.entries(v).map(([k, w]) => [k, plain(w)])) : v;
const ask = read => { try { return read(); } catch (e) { return {error: String(e.message || e).split('\n')[0]}; } };
const out = fs.openSync(process.argv[3], 'w');
const say = (file, dialect, answer) => fs.writeSync(out, JSON.stringify({file, dialect, ...answer}) + '\n');
for (const file of fs.readFileSync(process.argv[2], 'utf8').split('\n').filter(Boolean)) {
  const text = fs.readFileSync(file, 'utf8');
  say(file, 'vitepress', ask(() => {
    const read = matter(text, {});
    return {data: plain(read.data), rest: Buffer.byteLength(read.content)};
  }));
  say(file, 'eleventy', ask(() => {
    const read = eleventy(text, {});
    return {data: plain(read.data), rest: Buffer.byteLength(read.content)};
  }));
  say(file, 'hexo', ask(() => {
    const {_content, ...data} = hexo.parse(text.replace(/^\uFEFF/, ''));
    return {data: plain(data), rest: Buffer.byteLength(_content)};
  }));
  say(file, 'astro', ask(() => {
    // @astrojs/internal-helpers, parseFrontmatter
    const block = /(?:^\uFEFF?|^\s*\n)(?:---|\+\+\+)([\s\S]*?\n)(?:---|\+\+\+)/.exec(text);
    if (!block) return {data: {}, rest: Buffer.byteLength(text)};
    const inToml = /^\s*\+\+\+/.test(text);
    const data = inToml ? toml.parse(block[1]) : yaml4.load(block[1]);
    const fence = inToml ? '+++' : '---';
    return {data: plain(data) ?? {}, rest: Buffer.byteLength(text.replace(`${fence}${block[1]}${fence}`, '').slice(0)),
            cut: true};
  }));
}
"""

RUBY = r"""
require 'json'; require 'jekyll'
begin; require 'safe_yaml/load'; rescue LoadError; end
def plain(v)
  case v
  when Date, Time then {'$date' => true}
  when Hash then v.map { |k, w| [k.nil? ? 'null' : k.to_s, plain(w)] }.to_h
  when Array then v.map { |w| plain(w) }
  when Float then v.finite? ? v : {'$number' => v.nan? ? 'NaN' : v.to_s.sub('Infinity', 'inf')}
  when Symbol then v.to_s
  else v
  end
end
def load(text) = defined?(SafeYAML) ? SafeYAML.load(text) : Jekyll::Utils.safe_load_yaml(text)
out = File.open(ARGV[1], 'w')
File.readlines(ARGV[0], chomp: true).each do |file|
  raw = File.binread(file)
  %w[jekyll-post jekyll-page].each do |dialect|
    answer = {'file' => file, 'dialect' => dialect}
    answer['psych'] = true unless defined?(SafeYAML)
    begin
      if dialect == 'jekyll-page' && !Jekyll::Utils.has_yaml_header?(file)
        answer['copied'] = true
      else
        content = File.read(file, encoding: 'bom|utf-8')
        if content =~ Jekyll::Document::YAML_FRONT_MATTER_REGEXP
          answer['rest'] = Regexp.last_match.post_match.bytesize
          answer['data'] = plain(load(Regexp.last_match(1))) || {}
        else
          answer.merge!('rest' => content.bytesize, 'data' => {})
        end
      end
    rescue StandardError, Psych::Exception => e
      answer['error'] = "#{e.class}: #{e.message.lines.first}"
    end
    out.puts JSON.generate(answer)
  end
end
"""

HUGO = """{{- range $i, $one := hugo.Data.blocks -}}
{{- $read := try (transform.Unmarshal (dict "format" $one.format) $one.text) -}}
{{- if $read.Err -}}{{- dict "i" $i "error" (printf "%v" $read.Err) | jsonify -}}
{{- else -}}
{{- $json := try (jsonify $read.Value) -}}
{{- if $json.Err -}}{{- dict "i" $i "odd" (printf "%v" $json.Err) | jsonify -}}
{{- else -}}{{- dict "i" $i "json" $json.Value | jsonify -}}{{- end -}}
{{- end }}
{{ end -}}"""


def ask_node(files, answers):
    with tempfile.NamedTemporaryFile("w", suffix=".js") as script:
        script.write(NODE), script.flush()
        subprocess.run(["node", script.name, files, answers], check=True)


def ask_ruby(files, answers):
    with tempfile.NamedTemporaryFile("w", suffix=".rb") as script:
        script.write(RUBY), script.flush()
        subprocess.run(["ruby", "-W0", script.name, files, answers], check=True)


def ask_mkdocs(files, answers):
    from datetime import date
    from mkdocs.utils import meta

    def plain(v):
        if isinstance(v, date):
            return {"$date": True}
        if isinstance(v, dict):
            return {"null" if k is None else str(k).lower() if isinstance(k, bool) else str(k): plain(w) for k, w in v.items()}
        if isinstance(v, list):
            return [plain(w) for w in v]
        if isinstance(v, float) and (v != v or v in (float("inf"), -float("inf"))):
            return {"$number": "NaN" if v != v else str(v)}
        return v

    with open(answers, "w") as out:
        for file in open(files).read().splitlines():
            text = open(file, encoding="utf-8-sig", newline=None).read()
            body, data = meta.get_data(text)
            out.write(json.dumps({"file": file, "dialect": "mkdocs", "data": plain(data), "body": body}, default=str) + "\n")


def ask_hugo_to_parse(blocks):
    """What Hugo's own unmarshaller makes of each (format, text): a value or an error."""
    read = {}
    for first in range(0, len(blocks), 500):
        with tempfile.TemporaryDirectory() as site:
            for folder in ("layouts", "data", "content"):
                os.mkdir(f"{site}/{folder}")
            open(f"{site}/hugo.toml", "w").write('baseURL = "/"\ndisableKinds = ["taxonomy", "term", "rss", "sitemap", "404"]\ntimeout = "600s"\n')
            open(f"{site}/layouts/home.html", "w").write(HUGO)
            some = blocks[first:first + 500]
            json.dump([{"format": f, "text": t} for f, t in some], open(f"{site}/data/blocks.json", "w"))
            run = subprocess.run(["hugo"], cwd=site, capture_output=True, text=True)
            page = f"{site}/public/index.html"
            if not os.path.exists(page):
                sys.exit(f"hugo: {run.returncode} {run.stdout[-2000:]}{run.stderr[-2000:]}")
            read.update({first + row["i"]: row for row in map(json.loads, filter(str.strip, open(page)))})
    return read


def ask_hugo_to_split(texts):
    """For each text, how many bytes Hugo renders; None where it stops. A file that stops the build is taken out and the rest built again."""
    rest = {}
    waiting = dict(texts)
    with tempfile.TemporaryDirectory() as site:
        os.mkdir(f"{site}/layouts")
        open(f"{site}/hugo.toml", "w").write('baseURL = "/"\ndisableKinds = ["taxonomy", "term", "rss", "sitemap", "404", "section"]\n')
        open(f"{site}/layouts/home.html", "w").write(
            '{{ range .Site.RegularPages }}{{ dict "i" .File.BaseFileName "bytes" (len .RawContent) | jsonify }}\n{{ end }}')
        open(f"{site}/layouts/all.html", "w").write("")
        while waiting:
            shutil.rmtree(f"{site}/content", ignore_errors=True), os.mkdir(f"{site}/content")
            for i, text in waiting.items():
                open(f"{site}/content/{i}.md", "wb").write(text)
            run = subprocess.run(["hugo", "-D", "-E", "-F"], cwd=site, capture_output=True, text=True)
            said = run.stdout + run.stderr
            bad = {m for m in re.findall(r"content/(\d+)\.md", said) if m in waiting}
            if run.returncode == 0:
                for row in map(json.loads, filter(str.strip, open(f"{site}/public/index.html"))):
                    rest[row["i"]] = row["bytes"]
                return rest
            if not bad:
                sys.exit(f"hugo: {run.returncode} {said[-2000:]}")
            for i in bad:
                rest[i] = None
                del waiting[i]
    return rest


def same(ours, theirs, typed=True):
    """Whether two values are the same; without `typed`, whether they have the same maps and lists."""
    scalars = [v is None or isinstance(v, (str, int, float)) or isinstance(v, dict) and "$date" in v for v in (ours, theirs)]
    if not typed and all(scalars):
        return True
    if isinstance(ours, dict) and "$alias" in ours:
        return True  # copydesk never expands an alias
    if isinstance(ours, dict) and isinstance(theirs, dict):
        if "<<" in ours and "<<" not in theirs:
            return all(same(v, theirs.get(k), typed) for k, v in ours.items() if k != "<<")
        if "$key" in ours:
            return len(theirs) == 1  # a map as a key, which everybody names in a way of their own
        return ours.keys() == theirs.keys() and all(same(ours[k], theirs[k], typed) for k in ours)
    if isinstance(ours, list) and isinstance(theirs, list):
        return len(ours) == len(theirs) and all(same(a, b, typed) for a, b in zip(ours, theirs))
    if isinstance(ours, bool) or isinstance(theirs, bool):
        return ours is theirs
    if isinstance(ours, (int, float)) and isinstance(theirs, (int, float)):
        return float(ours) == float(theirs)
    if isinstance(ours, str) and isinstance(theirs, str):
        return ours.strip() == theirs.strip()  # goccy takes a no-break space for a blank
    return ours == theirs


# What SafeYAML, whose types copydesk has, and psych read of the same scalar, by how often.
PSYCH = collections.Counter()


def typed_apart(ours, theirs):
    """The scalars of two values of the same shape that have not the same type."""
    if isinstance(ours, dict) and isinstance(theirs, dict) and ours.keys() == theirs.keys() and "$date" not in ours:
        for key in ours:
            yield from typed_apart(ours[key], theirs[key])
    elif isinstance(ours, list) and isinstance(theirs, list):
        for a, b in zip(ours, theirs):
            yield from typed_apart(a, b)
    elif not same(ours, theirs):
        yield ours, theirs


def dates_alike(value):
    """Hugo prints a date of TOML as text."""
    if isinstance(value, dict):
        return {key: dates_alike(one) for key, one in value.items()}
    if isinstance(value, list):
        return [dates_alike(one) for one in value]
    dated = isinstance(value, str) and re.match(r"\d{4}-\d\d-\d\d([T ]\d\d:\d\d\S*)?$|\d\d:\d\d:\d\d\S*$", value)
    return {"$date": True} if dated else value


def differs(ours, theirs, raw):
    """What is different, as a word; None where nothing is."""
    dialect = ours["dialect"]
    if theirs.get("copied") or ours["copied"]:
        return None if bool(theirs.get("copied")) == ours["copied"] else "copied or not"
    if dialect == "mkdocs":
        failed = bool(ours["errors"]) or not isinstance(ours["data"] or {}, dict)
        data = {} if failed else ours["data"] or {}
        if "$error" in json.dumps(data):
            data = {}
        body = raw[ours["body"]:].decode().replace("\r\n", "\n").replace("\r", "\n")
        if not same(data, theirs["data"]):
            return "data"
        # mkdocs takes the last blank line of Windows text along
        return None if body.lstrip("\n") == theirs["body"].lstrip("\n") else "body"
    rejected = ours["stops"] or bool(ours["errors"])
    if bool(theirs.get("error")) != rejected:
        return "accepted by copydesk only" if theirs.get("error") else "rejected by copydesk only"
    if rejected:
        return None
    data = ours["data"] if isinstance(ours["data"], dict if dialect == "hexo" else (dict, list, str)) else {}
    found = theirs["data"] if theirs["data"] is not None else {}
    if not same(data or {}, found or {}, not theirs.get("psych")):
        return "data"
    if theirs.get("psych"):
        PSYCH.update(f"{json.dumps(a, ensure_ascii=False)} is {json.dumps(b, ensure_ascii=False)}" for a, b in typed_apart(data or {}, found or {}))
    rest = len(raw) - ours["body"]
    if theirs.get("cut") and ours["body"] > 0:  # Astro keeps what stands before the block
        rest = theirs["rest"] if theirs["rest"] - rest <= 8 else -1
    return None if rest == theirs["rest"] else f"body ({theirs['rest'] - rest} bytes)"


def main():
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    posts, skipped = [], 0
    for folder in [folder for folder in sys.argv[1:] if not folder.startswith('-')]:
        for where, _, names in os.walk(folder):
            for name in sorted(names):
                if name.lower().endswith((".md", ".mdx", ".markdown")):
                    path = os.path.abspath(f"{where}/{name}")
                    try:
                        open(path, "rb").read().decode("utf-8")
                        posts.append(path)
                    except (UnicodeDecodeError, OSError):
                        skipped += 1
    print(f"{len(posts)} posts, and {skipped} that are not UTF-8")
    with tempfile.TemporaryDirectory() as work:
        files = f"{work}/files"
        open(files, "w").write("\n".join(posts) + "\n")
        env = dict(os.environ, COPYDESK_FILES=files, COPYDESK_READINGS=f"{work}/ours")
        command = ["cargo", "test", "--release", "--quiet", "--test", "conformance", "--"]
        command = [os.environ["CONFORMANCE"]] if "CONFORMANCE" in os.environ else command
        subprocess.run([*command, "readings", "--ignored"], cwd=ROOT, env=env, check=True, stdout=subprocess.DEVNULL)
        ask_node(files, f"{work}/node")
        ask_ruby(files, f"{work}/ruby")
        ask_mkdocs(files, f"{work}/mkdocs")
        ours = {(row["file"], row["dialect"]): row for row in map(json.loads, open(f"{work}/ours"))}
        raw = {path: open(path, "rb").read() for path in posts}
        wrong, total = collections.defaultdict(list), collections.Counter()
        for name in ("node", "ruby", "mkdocs"):
            for theirs in map(json.loads, open(f"{work}/{name}")):
                mine = ours[theirs["file"], theirs["dialect"]]
                total[theirs["dialect"]] += 1
                difference = differs(mine, theirs, raw[theirs["file"]])
                if difference:
                    wrong[theirs["dialect"], difference].append((theirs["file"], mine, theirs))
        if "--without-hugo" not in sys.argv:
            compare_hugo(posts, ours, raw, wrong, total)
    for dialect, count in total.items():
        bad = sum(len(found) for (name, _), found in wrong.items() if name == dialect)
        print(f"{dialect:<12} {count - bad}/{count} the same")
    for (dialect, difference), found in sorted(wrong.items()):
        print(f"\n{dialect}: {difference}: {len(found)}")
        for file, mine, theirs in found[:int(os.environ.get("SHOW", 5))]:
            print(f"  {file}\n    copydesk {json.dumps({k: mine[k] for k in ('errors', 'data', 'body', 'duplicates', 'stops')}, ensure_ascii=False)[:600]}")
            print(f"    real     {json.dumps({k: v for k, v in theirs.items() if k not in ('file', 'dialect')}, ensure_ascii=False)[:600]}")
    if PSYCH:
        print(f"\njekyll: typed otherwise by psych than by SafeYAML: {sum(PSYCH.values())}")
        for pair, count in PSYCH.most_common(20):
            print(f"  {count} times {pair}")
    sys.exit(1 if wrong else 0)


def compare_hugo(posts, ours, raw, wrong, total):
    blocks, owners = [], []
    for path in posts:
        mine = ours[path, "hugo"]
        if mine["payload"] and not mine["refused"] and mine["syntax"] in ("yaml", "toml", "json"):
            start, end = mine["payload"]
            text = raw[path][start:end].decode()
            if text.strip():
                blocks.append((mine["syntax"], text)), owners.append(path)
    read = ask_hugo_to_parse(blocks)
    total["hugo (data)"] = len(blocks)
    for i, path in enumerate(owners):
        mine, theirs = ours[path, "hugo"], read[i]
        alike = dates_alike if mine["syntax"] == "toml" else lambda value: value
        rejected = bool(mine["errors"] or mine["duplicates"])
        if bool(theirs.get("error")) != rejected:
            wrong["hugo (data)", "accepted by copydesk only" if theirs.get("error") else "rejected by copydesk only"].append((path, mine, theirs))
        elif not rejected and "json" in theirs and not same(alike(mine["data"] or {}), alike(json.loads(theirs["json"]) or {})):
            wrong["hugo (data)", "data"].append((path, mine, theirs))
    # Only the block is asked for, without keys that would change where or whether Hugo lists the page.
    texts = {}
    for i, path in enumerate(posts):
        mine = ours[path, "hugo"]
        text = raw[path]
        if mine["payload"] and not mine["refused"]:
            start, end = mine["payload"]
            if not text[start:end].strip():
                texts[str(i)] = text.replace(b"{{", b"[[")
                continue
            keep = {"yaml": b"a: b", "toml": b"a = 'b'", "json": b'{"a": 1}'}[mine["syntax"]]
            tail = text[start:end][len(text[start:end].rstrip()):] if mine["syntax"] != "json" else b"\n"
            text = text[:start] + keep + tail + text[end:]
        # A shortcode that the site does not have would stop the build too.
        texts[str(i)] = text.replace(b"{{", b"[[") if not text.lstrip().startswith(b"{") else text
    refused = [i for i in texts if ours[posts[int(i)], "hugo"]["refused"]]
    rest = ask_hugo_to_split({i: text for i, text in texts.items() if i not in refused})
    for i in refused:
        rest.update(ask_hugo_to_split({i: texts[i]}))
    total["hugo (fences)"] = len(texts)
    for i, path in enumerate(posts):
        mine = ours[path, "hugo"]
        found, changed = rest.get(str(i), "not listed"), texts[str(i)]
        expected = None if mine["refused"] else len(raw[path]) - mine["body"]
        if found != expected:
            wrong["hugo (fences)", "refused or body"].append((path, mine, {"rest": found, "expected": expected}))


main()
