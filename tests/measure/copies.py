#!/usr/bin/env python3
"""Publish posts a second time with something changed and count how many of the copies `post-duplicate` finds.

    tests/measure/copies.py target/release/copydesk FOLDER...        e.g. folders of unpacked sites

From each folder up to --posts posts that are long enough are taken; each gets one copy under another name, changed in one
way with a fixed seed. `found` is the share of the copies that are told of, with the title kept and with another title;
`alone` counts pairs that nobody copied. No part of `cargo test`. Needs only Python 3.9+.
"""
import argparse, json, os, random, re, subprocess, tempfile

LEAST = 400  # words, or characters of scripts without spaces
SENTENCE = re.compile(r"[^.!?。！？\n]+[.!?。！？]+[\"”’)）」]*\s*")
FOOTER = "\n\n---\n\nThanks for reading! If you liked this post, subscribe to our newsletter.\n"


def split(raw):
    found = re.match(r"\ufeff?(---|\+\+\+)\r?\n.*?\n\1\r?\n", raw, re.S)
    return (raw[:found.end()], raw[found.end():]) if found else ("", raw)


def size(body):
    return len(re.findall(r"[぀-ヿ一-鿿]|\w+", body))


def sentences(body):
    """Places of sentences in paragraphs of prose."""
    places, at = [], 0
    for block in re.split(r"(\n\s*\n)", body):
        if not re.match(r"\s*([#>|<`~{!:+]|[-*] |\d+[.)]|    )", block):
            places += [(at + s.start(), at + s.end()) for s in SENTENCE.finditer(block)]
        at += len(block)
    return places


def some(places, percent, seeded):
    return sorted(seeded.sample(places, max(1, len(places) * percent // 100)))


def changed(body, percent, seeded, others):
    out, at = [], 0
    for start, end in some(sentences(body), percent, seeded):
        out += [body[at:start], seeded.choice(others)]
        at = end
    return "".join(out) + body[at:]


def removed(body, percent, seeded, others):
    return changed(body, percent, seeded, [""])


def reordered(body, percent, seeded, others):
    places = some(sentences(body), percent, seeded)
    texts = [body[start:end] for start, end in places]
    seeded.shuffle(texts)
    out, at = [], 0
    for (start, end), text in zip(places, texts):
        out += [body[at:start], text]
        at = end
    return "".join(out) + body[at:]


def headings(body, seeded, others):
    return re.sub(r"^(#+ ).*$", lambda found: found[1] + seeded.choice(others).strip()[:40], body, flags=re.M)


WAYS = {"nothing": lambda body, seeded, others: body, "footer": lambda body, seeded, others: body.rstrip() + FOOTER, "headings": headings}
for name, way in (("changed", changed), ("removed", removed), ("reordered", reordered)):
    for percent in (5, 10, 20, 40):
        WAYS[f"{name} {percent} %"] = lambda body, seeded, others, way=way, percent=percent: way(body, percent, seeded, others)


def retitled(matter, body):
    matter = re.sub(r"^(title\s*[:=]\s*).*$", r'\1"Quite another name for it"', matter, count=1, flags=re.M | re.I)
    return matter, re.sub(r"\A\s*# .*", "# Quite another name for it", body)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binary")
    parser.add_argument("folders", nargs="+")
    parser.add_argument("--posts", type=int, default=40)
    parser.add_argument("--seed", type=int, default=1)
    options = parser.parse_args()
    binary = os.path.abspath(options.binary)
    sites = {}
    for folder in options.folders:
        seeded = random.Random(options.seed)
        paths = sorted(os.path.join(at, name) for at, _, names in os.walk(folder) for name in names if name.endswith((".md", ".markdown")))
        seeded.shuffle(paths)
        posts = []
        for path in paths:
            with open(path, encoding="utf-8", errors="replace", newline="") as file:
                matter, body = split(file.read())
            if size(body) >= LEAST and len(sentences(body)) >= 10:
                posts.append((matter, body))
            if len(posts) == options.posts:
                break
        if posts:
            sites[folder] = posts
    print(f"{'copies with':16}{'copies':>7}{'same title':>12}{'other title':>13}{'alone':>7}")
    for name, way in WAYS.items():
        count, found, alone = 0, [0, 0], 0
        for posts in sites.values():
            others = [body[start:end] for _, body in posts for start, end in sentences(body)[:5]]
            for title in (0, 1):
                seeded = random.Random(f"{options.seed}{name}")
                with tempfile.TemporaryDirectory() as root:
                    for number, (matter, body) in enumerate(posts):
                        copy = way(body, seeded, others)
                        again = retitled(matter, copy) if title else (matter, copy)
                        for kind, text in (("first", matter + body), ("second", again[0] + again[1])):
                            with open(os.path.join(root, f"{kind}-{'abcdefghij'[number // 10]}{'abcdefghij'[number % 10]}.md"), "w", encoding="utf-8", newline="") as file:
                                file.write(text)
                    ran = subprocess.run([binary, "check", root, "--format", "json", "--select", "post-duplicate"], capture_output=True, text=True)
                    for finding in json.loads(ran.stdout)["findings"]:
                        own = finding["path"].rsplit("-", 1)[1][:2]
                        pairs = re.findall(r"(?:first|second)-(\w\w)", finding["message"])
                        found[title] += own in pairs
                        alone += own not in pairs
            count += len(posts)
        print(f"{name:16}{count:7}{found[0] * 100 / count:10.1f} %{found[1] * 100 / count:11.1f} %{alone:7}")


if __name__ == "__main__":
    main()
