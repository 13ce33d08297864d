#!/usr/bin/env python3
"""Measure the tables and weights of `body-truncated` on posts that are taken as whole, and print what differs.

    tests/measure/calibrate.py target/release/copydesk FOLDER...       e.g. folders of unpacked sites

Words: 10 log10 of P(token | in the middle of a sentence) / P(token | right before a sentence mark), in decibans, for each
language that the rule has a table for. An entry is `agrees` where even a cautious estimate (one standard error, and one
sentence end more) gives ten decibans, `weak` where it was seen before more than two marks and even a generous one does
not, `rare` where the folders hold too little to tell. `--yaml` prints the tables without weak entries and with the frequent words that are missing.

States: how often whole posts end in each state, and how often the same posts do after a cut at a random character
between 30 and 97 percent, next to the weight that ships. Posts that no author finished count as whole here, so the
weights come out too low rather than too high.

No part of `cargo test`. Needs Python 3.8+ and PyYAML.
"""
import argparse, collections, json, math, os, random, re, subprocess, tempfile, unicodedata
import yaml

HERE = os.path.dirname(os.path.abspath(__file__))
RULE = os.path.join(HERE, "..", "..", "rules", "body-truncated.yaml")
MARKS = ".!?。！？।؟۔׃"
STRONG = 10.0
SCRIPTS = {"zh": "[一-鿿]", "ja": "[ぁ-ゖ]", "ko": "[가-힯]"}
LETTER = re.compile(r"[^\W\d_]")


def body(raw):
    found = re.match(r"\ufeff?(---|\+\+\+)\r?\n.*?\n\1\r?\n", raw, re.S)
    return raw[found.end():] if found else raw


def paragraphs(text):
    """Prose only: no code, headings, lists, tables or HTML; links by their words."""
    text = re.sub(r"^(```|~~~).*?^\1", "", text.replace("\r\n", "\n"), flags=re.S | re.M)
    for block in re.split(r"\n\s*\n", text):
        if len(block) < 40 or re.match(r"\s*([#>|<{!:]|[-*+] |\d+[.)]|    )", block):
            continue
        block = re.sub(r"!\[[^\]]*\]\([^)]*\)|`[^`\n]*`", " ", block)
        yield re.sub(r"\[([^\]]*)\]\([^)]*\)|[*_]{1,3}", r"\1", block)


def language(text, words):
    """As the check tells it: by script, then by the function words that are used most."""
    letters = len(LETTER.findall(text)) or 1
    count = {name: len(re.findall(pattern, text)) for name, pattern in SCRIPTS.items()}
    if count["ja"] * 10 > letters:
        return "ja"
    for name in ("ko", "zh"):
        if count[name] * 2 > letters:
            return name
    tokens = tokenise(text)
    best = max(words, key=lambda name: sum(token in words[name] for token in tokens))
    return best if sum(token in words[best] for token in tokens) * 10 >= len(tokens) else None


def tokenise(text):
    return [token for token, _ in tokens_of(text)]


# Combining marks belong to their word, as in the check.
WORD = re.compile(r"(?:[^\W_]|['’\u0300-\u036f\u064b-\u065f\u0900-\u0963\u0966-\u0dff])+")


def tokens_of(text):
    """Each word in small letters, and what follows: `word`, `mark` or `other`."""
    for found in WORD.finditer(text):
        word = found.group()
        # Names and titles, and the ends of addresses and of compounds, are no words of a sentence.
        if (len(word) > 1 and word[0].isupper()) or text[max(0, found.start() - 1):found.start()] in ("-", ".", "/", "@"):
            continue
        rest = text[found.end():found.end() + 3].lstrip("\"'”’)»")
        if rest[:1] and rest[0] in MARKS and (len(rest) == 1 or not rest[1:2].strip() or rest[0] not in ".!?"):
            yield found.group().lower(), "mark"
        elif re.match(r"\s*[^\W_]", text[found.end():found.end() + 3]):
            yield found.group().lower(), "word"
        else:
            yield found.group().lower(), "other"


class Table:
    """How often each token stands in the middle and at the end of sentences."""

    def __init__(self):
        self.mid, self.end = collections.Counter(), collections.Counter()
        self.mids = self.ends = 0

    def verdict(self, token):
        mid, end = self.mid[token], self.end[token]
        if mid + end == 0:
            return 0.0, "rare"
        rate = lambda m, e: 10 * math.log10(max(m, 0.5) / max(self.mids, 1)) - 10 * math.log10(e / max(self.ends, 1))
        cautious = rate(mid - math.sqrt(mid), end + math.sqrt(end) + 1)
        generous = rate(mid + math.sqrt(mid), max(end - math.sqrt(end), 0.5))
        point = rate(mid + 0.5, end + 0.5)
        return point, "agrees" if cautious >= STRONG else "weak" if end > 2 and generous < STRONG else "rare"


def count_words(table, text):
    for token, follows in tokens_of(text):
        if follows == "word":
            table.mid[token] += 1
            table.mids += 1
        elif follows == "mark":
            table.end[token] += 1
            table.ends += 1


def count_suffixes(table, text, cut, whole):
    """Every position between two letters is the middle of a sentence; of the entries the longest that fits counts."""
    longest = max(map(len, [*cut, *whole]), default=1)
    for at in range(1, len(text)):
        follows = text[at]
        if not LETTER.match(text[at - 1]):
            continue
        mark = follows in MARKS
        if not (mark or LETTER.match(follows) or follows.isspace()):
            continue
        if mark:
            table.ends += 1
        else:
            table.mids += 1
        before = text[max(0, at - longest):at]
        entry = next((before[-n:] for n in range(len(before), 0, -1) if before[-n:] in cut or before[-n:] in whole), None)
        for length in (1, 2):
            if before[-length:] != entry and len(before) >= length:
                (table.end if mark else table.mid)[before[-length:]] += 1
        if entry in cut:
            (table.end if mark else table.mid)[entry] += 1


def read(folders):
    """Paths and texts of all posts."""
    for folder in folders:
        for where, _, files in sorted(os.walk(folder)):
            for name in sorted(files):
                if name.endswith((".md", ".markdown", ".mdx")):
                    yield folder, open(os.path.join(where, name), encoding="utf-8", errors="replace").read()


def probe(binary, parameters, texts):
    """The state that each text ends in, asked of the binary by a rule of our own without prior and thresholds."""
    check = {**parameters, "prior": 0, "error": 0.99, "warning": 0.98, "info": 0.0}
    check["states"] = {name: {"weight": 1, "says": name} for name in parameters["states"]}
    check["modifiers"] = {}
    rule = {"id": "body-probe", "summary": "x.", "rationale": "x.", "severity": "info", "check": {"ending": check},
            "message": "{reason}", "label": "x", "help": "{evidence} {probability}", "measured": "x",
            "examples": {"bad": ["The stove was cold and ⟦the⟧\n"], "good": ["It was cold.\n"]}}
    states = [None] * len(texts)
    with tempfile.TemporaryDirectory() as folder:
        os.mkdir(f"{folder}/own")
        with open(f"{folder}/own/body-probe.yaml", "w", encoding="utf-8") as file:
            yaml.safe_dump(rule, file, allow_unicode=True)
        with open(f"{folder}/copydesk.yaml", "w", encoding="utf-8") as file:
            file.write("custom-rules: own\n")
        os.mkdir(f"{folder}/posts")
        for at, text in enumerate(texts):
            with open(f"{folder}/posts/{at}.md", "w", encoding="utf-8") as file:
                file.write(text)
        run = subprocess.run([binary, "check", "posts", "--select", "body-probe", "--format", "json"], cwd=folder, capture_output=True)
        if run.returncode not in (0, 1):
            raise SystemExit(run.stderr.decode())
        for found in json.loads(run.stdout)["findings"]:
            states[int(os.path.basename(found["path"])[:-3])] = found["message"]
    return states


def states(binary, parameters, posts, seed):
    seeded = random.Random(seed)
    by = collections.defaultdict(list)
    for folder, raw in posts:
        if len(body(raw)) >= 600:
            by[folder].append(raw)
    whole, cut, worst = collections.Counter(), collections.Counter(), {}
    total = 0
    for folder, raws in by.items():
        cuts = []
        for raw in raws:
            start = len(raw) - len(body(raw))
            cuts.append(raw[:start + int((len(raw) - start) * seeded.uniform(0.3, 0.97))])
        here = collections.Counter(probe(binary, parameters, raws))
        whole.update(here)
        cut.update(probe(binary, parameters, cuts))
        total += len(raws)
        for state, times in here.items():
            if len(raws) >= 50:
                worst[state] = max(worst.get(state, (0, "")), (times / len(raws), os.path.basename(folder)))
    print(f"\nstates on {total} posts: whole, cut at a random character, decibans, weight that ships, worst folder")
    for state, weight in parameters["states"].items():
        decibans = 10 * math.log10((cut[state] + 0.5) / (whole[state] + 0.5))
        rate, folder = worst.get(state, (0, ""))
        print(f"{state:22} {100 * whole[state] / total:7.2f} % {100 * cut[state] / total:7.2f} % {decibans:+6.1f} {weight['weight']:+6.1f}   {100 * rate:.1f} % {folder}")
    print(f"{'none':22} {100 * whole[None] / total:7.2f} % {100 * cut[None] / total:7.2f} %")


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("binary")
    args.add_argument("folders", nargs="+")
    args.add_argument("--yaml", action="store_true", help="print the tables as the measurement would have them")
    args.add_argument("--least", type=int, default=300, help="sentence ends that a language needs")
    args.add_argument("--seed", type=int, default=1)
    args.add_argument("--no-states", action="store_true")
    args = args.parse_args()
    rule = yaml.safe_load(open(RULE, encoding="utf-8"))
    parameters = rule["check"]["ending"]
    words = {name: set(str(line).split()) for name, line in parameters["words"].items()}
    endings = {name: {key: set(str(line).split()) for key, line in lists.items()} for name, lists in parameters["endings"].items()}
    tables = {name: Table() for name in [*words, *endings]}
    posts = list(read(args.folders))
    for _, raw in posts:
        for block in paragraphs(body(raw)):
            name = language(block, words)
            if name in words:
                count_words(tables[name], block)
            elif name:
                count_suffixes(tables[name], block, endings[name]["cut"] | endings[name].get("finished", set()), endings[name].get("whole", set()))
    for name, table in tables.items():
        entries = sorted(words.get(name) or endings[name]["cut"])
        if table.ends < args.least:
            print(f"{name}: {table.ends} sentence ends, too few to tell")
            continue
        judged = {entry: table.verdict(entry) for entry in entries}
        of = lambda verdict: [entry for entry in entries if judged[entry][1] == verdict]
        show = lambda entries: " ".join(f"{entry}:{judged[entry][0]:+.0f}({table.mid[entry]}/{table.end[entry]})" for entry in entries)
        print(f"{name}: {table.ends} sentence ends; {len(of('agrees'))} of {len(entries)} agree")
        print(f"  weak: {show(of('weak'))}\n  rare: {show(of('rare'))}")
        missing = [token for token, times in table.mid.most_common(150) if token not in judged and times * 2000 >= table.mids
                   and table.verdict(token)[1] == "agrees" and not token[0].isdigit()
                   and not (name in endings and any(token in endings[name].get(key, ()) for key in ("whole", "finished")))]
        print("  missing:", " ".join(f"{token}:{table.verdict(token)[0]:+.0f}({table.mid[token]}/{table.end[token]})" for token in missing))
        if name in endings:
            finished = sorted(endings[name].get("finished", ()))
            print("  finished:", " ".join(f"{token}:{table.verdict(token)[0]:+.0f}({table.mid[token]}/{table.end[token]})" for token in finished))
        if args.yaml:
            print(f"      {name}: {' '.join([entry for entry in entries if judged[entry][1] != 'weak'] + missing)}")
    if not args.no_states:
        states(os.path.abspath(args.binary), parameters, posts, args.seed)


if __name__ == "__main__":
    main()
