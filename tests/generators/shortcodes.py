#!/usr/bin/env python3
"""Compare what copydesk says of Hugo's shortcodes with what Hugo does, on random ones.

    python3 tests/generators/shortcodes.py COPYDESK [COUNT] [SEED]      (some 20 a second)

Not run by `cargo test`. Needs hugo on PATH. A line is printed for each text of which copydesk says otherwise: `wrong` where
Hugo builds the page, `missed` where it stops. Ends with 1 where anything is wrong.
"""
import os, random, re, shutil, subprocess, sys, tempfile

PARTS = ["{{<", "{{<", "{{%", ">}}", ">}}", "%}}", " ", " ", " ", "/", "leaf", "leaf", "box", "box", "a", 'a="b"', 'c="d e"', "a=b",
         '"x y"', '"', "`x`", "`", "=", "\\", '\\"', "\n", "/*", "*/", "x.y", "-", "é", "中", "1", "(", "word", "text", "```", "<!--"]
WHOLE = ["{{< leaf >}}", '{{< leaf a="b" >}}', "{{< leaf x >}}", "{{< box >}}x{{< /box >}}", "{{% box %}}x{{% /box %}}", "{{</* leaf */>}}",
         "{{< box />}}", "{{< leaf a=`b` >}}", "{{<leaf>}}"]


def texts(count, seed):
    chance = random.Random(seed)
    for _ in range(count):
        if chance.random() < 0.5:
            # A right one with a part put in, taken out or changed.
            text = chance.choice(WHOLE)
            at = chance.randrange(len(text))
            text = text[:at] + chance.choice(["", chance.choice(PARTS)]) + text[at + chance.choice([0, 0, 1]):]
        else:
            text = "{{< leaf " + "".join(chance.choice(PARTS) for _ in range(chance.randint(1, 6))) + chance.choice([" >}}", ""])
        yield text


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w", encoding="utf8") as file:
        file.write(text)


def stops(text):
    folder = tempfile.mkdtemp()
    write(f"{folder}/hugo.toml", 'baseURL = "https://me.test/"\n')
    write(f"{folder}/layouts/_default/single.html", "{{ .Content }}")
    write(f"{folder}/layouts/_default/list.html", "x")
    write(f"{folder}/layouts/shortcodes/leaf.html", "x")
    write(f"{folder}/layouts/shortcodes/box.html", "{{ .Inner }}")
    write(f"{folder}/content/a.md", post(text))
    run = subprocess.run(["hugo", "-d", "out"], cwd=folder, capture_output=True, text=True)
    shutil.rmtree(folder)
    said = run.stdout + run.stderr
    return run.returncode != 0, (re.findall(r"(?:ERROR|Error).*", said) or [""])[0]


def post(text):
    return f"---\ntitle: Bees\n---\n\nThe bees came back.\n\n{text}\n\nAnd left again.\n"


def main():
    copydesk, count, seed = os.path.abspath(sys.argv[1]), int((sys.argv[2:] or ["400"])[0]), int((sys.argv[3:] or ["1"])[0])
    all_texts = list(dict.fromkeys(texts(count, seed)))
    folder = tempfile.mkdtemp()
    write(f"{folder}/hugo.toml", 'baseURL = "https://me.test/"\n')
    for place, text in enumerate(all_texts):
        write(f"{folder}/content/{place}.md", post(text))
    command = [copydesk, "check", ".", "--format", "concise", "--select", "markup-broken"]
    out = subprocess.run(command, cwd=folder, capture_output=True, text=True).stdout
    told = {int(place): line for place, line in re.findall(r"(?m)^content/(\d+)\.md:\S* (.*)$", out)}
    shutil.rmtree(folder)
    # These depend on the templates, which copydesk does not read.
    templates = r"must be closed or self-closed|does not evaluate .Inner|template for shortcode|self-closing"
    wrong = missed = stopped = 0
    for place, text in enumerate(all_texts):
        stop, why = stops(text)
        if stop and re.search(templates, why):
            continue
        stopped += stop
        if stop != (place in told):
            wrong += not stop
            missed += stop
            print("missed" if stop else "wrong", repr(text), why[-150:] or told[place])
    print(f"{len(all_texts)} texts, Hugo stops at {stopped}: {wrong} wrong, {missed} missed")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
