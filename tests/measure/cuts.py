#!/usr/bin/env python3
"""Cut whole posts at random places and count how many cuts copydesk finds, by kind of cut and by language.

    tests/measure/cuts.py target/release/copydesk FOLDER...        e.g. folders of unpacked sites

Takes up to --posts posts of each language that end well from the folders, adds the short texts in `OWN` for languages
that few sites write in, cuts each in several ways with a fixed seed, and checks the cut and the uncut ones in separate
temporary folders: `error` and `warning` are shares of the cut posts with a `body-*` finding of at least that level.
No part of `cargo test`. Needs only Python 3.9+.
"""
import argparse, collections, json, os, random, re, subprocess, tempfile

# Our own words: a few lines that are put together in random order to posts of one language.
OWN = {
    "de": ["Die Mühle am Fluss steht seit zweihundert Jahren an derselben Stelle.", "Im Winter friert das Rad manchmal fest, und der Müller muss es mit warmem Wasser lösen.", "Sein Sohn wollte lieber in der Stadt arbeiten, aber er kam nach drei Jahren zurück.", "Heute mahlt die Mühle nur noch an zwei Tagen in der Woche.", "Wer sie besichtigen will, kann am Sonntag kommen und sich alles zeigen lassen.", "Das Mehl kauft ein Bäcker aus dem Nachbardorf, der daraus dunkles Brot backt."],
    "fr": ["Le vieux moulin se trouve au bord de la rivière depuis deux siècles.", "En hiver, la roue gèle parfois et le meunier doit la libérer avec de l'eau chaude.", "Son fils préférait travailler en ville, mais il est revenu au bout de trois ans.", "Aujourd'hui, le moulin ne tourne que deux jours par semaine.", "Ceux qui veulent le visiter peuvent venir le dimanche et poser des questions.", "La farine est vendue à un boulanger du village voisin, qui en fait du pain noir."],
    "es": ["El viejo molino está junto al río desde hace dos siglos.", "En invierno la rueda se hiela a veces y el molinero tiene que soltarla con agua caliente.", "Su hijo prefería trabajar en la ciudad, pero volvió al cabo de tres años.", "Hoy el molino solo funciona dos días a la semana.", "Quien quiera visitarlo puede venir el domingo y preguntar lo que quiera.", "La harina la compra un panadero del pueblo vecino que hace pan negro con ella."],
    "ru": ["Старая мельница стоит у реки уже двести лет.", "Зимой колесо иногда примерзает, и мельнику приходится освобождать его горячей водой.", "Его сын хотел работать в городе, но через три года вернулся домой.", "Сегодня мельница работает только два дня в неделю.", "Посмотреть на неё можно в воскресенье, когда хозяин никуда не спешит.", "Муку покупает пекарь из соседней деревни, который печёт из неё чёрный хлеб."],
    "ja": ["古い水車小屋は二百年前から川のそばに立っています。", "冬になると水車が凍ることがあり、主人はお湯をかけて氷を溶かさなければなりません。", "息子は町で働くことを望みましたが、三年後に家へ戻ってきました。", "今では水車が動くのは週に二日だけです。", "見学したい人は日曜日に来れば、主人が中を案内してくれます。", "粉は隣の村のパン屋が買い取り、黒いパンを焼いています。"],
    "ar": ["تقع الطاحونة القديمة على ضفة النهر منذ مئتي عام.", "في الشتاء تتجمد العجلة أحيانا ويضطر الطحان إلى تحريرها بالماء الساخن.", "كان ابنه يفضل العمل في المدينة لكنه عاد بعد ثلاث سنوات.", "أما اليوم فلا تعمل الطاحونة إلا يومين في الأسبوع.", "من أراد زيارتها يستطيع أن يأتي يوم الأحد ويسأل عما يريد.", "يشتري الدقيق خباز من القرية المجاورة ويصنع منه خبزا أسمر."],
    "hi": ["नदी के किनारे पुरानी चक्की दो सौ साल से खड़ी है।", "सर्दियों में पहिया कभी कभी जम जाता है और मालिक को उसे गरम पानी से छुड़ाना पड़ता है।", "उसका बेटा शहर में काम करना चाहता था लेकिन तीन साल बाद लौट आया।", "आजकल चक्की हफ़्ते में केवल दो दिन चलती है।", "जो लोग उसे देखना चाहते हैं वे रविवार को आ सकते हैं।", "आटा पड़ोस के गाँव का एक नानबाई ख़रीदता है और उससे रोटी बनाता है।"],
    "el": ["Ο παλιός μύλος στέκεται δίπλα στο ποτάμι εδώ και διακόσια χρόνια.", "Τον χειμώνα ο τροχός παγώνει μερικές φορές και ο μυλωνάς τον λύνει με ζεστό νερό.", "Ο γιος του ήθελε να δουλέψει στην πόλη, αλλά γύρισε μετά από τρία χρόνια.", "Σήμερα ο μύλος δουλεύει μόνο δύο μέρες την εβδομάδα.", "Όποιος θέλει να τον δει μπορεί να έρθει την Κυριακή και να ρωτήσει.", "Το αλεύρι το αγοράζει ένας φούρναρης από το διπλανό χωριό."],
    "he": ["הטחנה הישנה עומדת ליד הנהר כבר מאתיים שנה.", "בחורף הגלגל קופא לפעמים והטוחן צריך לשחרר אותו במים חמים.", "בנו רצה לעבוד בעיר, אבל אחרי שלוש שנים חזר הביתה.", "היום הטחנה עובדת רק יומיים בשבוע.", "מי שרוצה לבקר יכול לבוא ביום ראשון ולשאול שאלות.", "את הקמח קונה אופה מהכפר השכן ואופה ממנו לחם שחור."],
}
OWN.update({
    "it": ["Il vecchio mulino sta vicino al fiume da duecento anni.", "D'inverno la ruota a volte gela e il mugnaio deve liberarla con l'acqua calda.", "Suo figlio voleva lavorare in città, ma dopo tre anni tornò a casa.", "Oggi il mulino lavora solo due giorni alla settimana.", "Chi vuole visitarlo può venire la domenica e fare tutte le domande che vuole.", "La farina la compra un fornaio del paese vicino che ne fa pane nero."],
    "pt": ["O velho moinho está junto ao rio há duzentos anos.", "No inverno a roda às vezes congela e o moleiro tem de soltá-la com água quente.", "O filho dele queria trabalhar na cidade, mas voltou para casa depois de três anos.", "Hoje o moinho só trabalha dois dias por semana.", "Quem quiser visitá-lo pode vir no domingo e perguntar o que quiser.", "A farinha é comprada por um padeiro da aldeia vizinha que faz pão escuro."],
    "pl": ["Stary młyn stoi nad rzeką od dwustu lat.", "Zimą koło czasem zamarza i młynarz musi je uwalniać gorącą wodą.", "Jego syn chciał pracować w mieście, ale po trzech latach wrócił do domu.", "Dziś młyn pracuje tylko dwa dni w tygodniu.", "Kto chce go zwiedzić, może przyjść w niedzielę i pytać, o co tylko chce.", "Mąkę kupuje piekarz z sąsiedniej wsi, który piecze z niej ciemny chleb."],
    "uk": ["Старий млин стоїть біля річки вже двісті років.", "Узимку колесо іноді примерзає, і мельник мусить звільняти його гарячою водою.", "Його син хотів працювати в місті, але через три роки повернувся додому.", "Сьогодні млин працює лише два дні на тиждень.", "Хто хоче його побачити, може прийти в неділю і питати про все.", "Борошно купує пекар із сусіднього села, який пече з нього чорний хліб."],
    "tr": ["Eski değirmen iki yüz yıldır nehrin kıyısında duruyor.", "Kışın çark bazen donuyor ve değirmenci onu sıcak suyla çözmek zorunda kalıyor.", "Oğlu şehirde çalışmak istiyordu ama üç yıl sonra eve döndü.", "Bugün değirmen haftada yalnızca iki gün çalışıyor.", "Onu görmek isteyenler pazar günü gelip istediklerini sorabilir.", "Unu komşu köyden bir fırıncı alıyor ve ondan esmer ekmek yapıyor."],
    "vi": ["Chiếc cối xay cũ đã đứng bên bờ sông hai trăm năm nay.", "Vào mùa đông bánh xe đôi khi bị đóng băng và người thợ phải đổ nước nóng vào.", "Con trai ông muốn làm việc ở thành phố nhưng ba năm sau đã trở về nhà.", "Ngày nay cối xay chỉ chạy hai ngày mỗi tuần.", "Ai muốn tham quan có thể đến vào chủ nhật và hỏi bất cứ điều gì.", "Bột được một thợ làm bánh ở làng bên mua để làm bánh mì đen."],
    "fa": ["آسیاب قدیمی دویست سال است که کنار رودخانه ایستاده است.", "در زمستان چرخ گاهی یخ می‌زند و آسیابان باید آن را با آب گرم باز کند.", "پسرش می‌خواست در شهر کار کند اما پس از سه سال به خانه برگشت.", "امروز آسیاب فقط دو روز در هفته کار می‌کند.", "هر کس بخواهد آن را ببیند می‌تواند یکشنبه بیاید و بپرسد.", "آرد را نانوایی از روستای همسایه می‌خرد و از آن نان سیاه می‌پزد."],
    # No sentence marks: nothing but structure may be found in it.
    "th": ["โรงสีเก่าตั้งอยู่ริมแม่น้ำมาสองร้อยปีแล้ว ", "ในฤดูหนาวกังหันบางครั้งก็แข็งและคนโม่แป้งต้องใช้น้ำร้อนละลาย ", "ลูกชายของเขาอยากทำงานในเมืองแต่กลับบ้านหลังจากสามปี ", "ทุกวันนี้โรงสีทำงานเพียงสองวันต่อสัปดาห์ ", "ใครอยากชมก็มาได้ในวันอาทิตย์และถามอะไรก็ได้ ", "คนทำขนมปังจากหมู่บ้านข้างเคียงซื้อแป้งไปทำขนมปังดำ "],
})
# Behind a cut: adverts in words that the shared tables may know, and a farewell that they cannot know.
FOOTERS = {
    "advert": "\n\n---\n\nThanks for reading! If you liked this post, subscribe to our newsletter and follow us on [X](https://x.example/mill).\n",
    "farewell": "\n\n---\n\nThe mill is open on Sundays.\n",
    "sources": "\n\n## References\n\n- [The mill](https://mill.example/)\n- <https://mill.example/wheel>\n",
}
SCRIPTS = [("ja", "[぀-ヿ]"), ("ko", "[가-힯]"), ("zh", "[一-鿿]"), ("ru", "[Ѐ-ӿ]"), ("ar", "[؀-ۿ]"), ("hi", "[ऀ-ॿ]"), ("he", "[֐-׿]"), ("el", "[Ͱ-Ͽ]"), ("th", "[฀-๿]")]
WORDS = {"en": "the and of to is that for with", "pt": "não uma para com os que mais são", "es": "los una para con que las el por", "fr": "les une pour dans est que des avec", "de": "der die und das nicht mit ist ein"}
UNSPACED = {"zh", "ja", "th"}


def language(text):
    letters = sum(c.isalpha() for c in text) or 1
    for name, pattern in SCRIPTS:
        if len(re.findall(pattern, text)) > letters * (0.15 if name == "ja" else 0.4):
            return name
    words = collections.Counter(re.findall(r"\w+", text.lower()))
    return max(WORDS, key=lambda name: sum(words[w] for w in WORDS[name].split()))


def split(raw):
    """Front matter and body."""
    found = re.match(r"(---|\+\+\+)\r?\n.*?\n\1\r?\n", raw, re.S)
    return (raw[:found.end()], raw[found.end():]) if found else ("", raw)


def ends_well(body):
    """A last paragraph of prose that ends as a sentence does, so that there is something to cut."""
    last = body.rstrip().rsplit("\n\n", 1)[-1]
    prose = not re.search(r"^\s*([#>|`~<\-*+!\[]|\d+[.)])", last, re.M) and len(last.encode()) > 60
    return prose and re.search(r"[.!?。！？।؟]$", last) and body.count("```") % 2 == 0


def cuts(body, lang, seeded):
    """Each kind of cut that this post allows, as (kind, text). A cut ends in no sentence mark and no empty line."""
    prose = [m for m in re.finditer(r"(?:^|\n\n)([^\n#>|`~<\-*+!\[{\d][^\n]{60,})", body) if body[:m.start(1)].count("```") % 2 == 0]
    if prose:
        para = seeded.choice(prose)
        low, high = para.start(1) + 20, para.end(1) - 2
        at = seeded.randrange(low, high)
        yield "character", body[:at]
        for name, footer in FOOTERS.items():
            yield name, body[:seeded.randrange(low, high)].rstrip() + footer
        spaces = [m.start() for m in re.finditer(r"\s", body[low:high])]
        if spaces and lang not in UNSPACED:
            yield "word", body[:low + seeded.choice(spaces)]
    fences = [m for m in re.finditer(r"^```\w+\n(.{80,}?)\n```$", body, re.S | re.M)]
    if fences:
        code = seeded.choice(fences)
        yield "fence", body[:seeded.randrange(code.start(1) + 40, code.end(1))]
    items = [m for m in re.finditer(r"^(?:[-*] [^\n]{60,}\n){3,}", body, re.M)]
    if items:
        last = items[-1].group().splitlines()[-1]
        yield "item", body[:items[-1].end() - 1 - seeded.randrange(2, len(last) - 20)]
    code = [m for m in re.finditer(r"^( *[-*] [^\n]+\n\n?)( +)```\w+\n(.{60,}?)\n +```$", body, re.S | re.M)]
    if code:
        nested = seeded.choice(code)
        yield "nested", body[:seeded.randrange(nested.start(3) + 30, nested.end(3))]
    tags = [m for m in re.finditer(r'<a href="[^"\n]{12,}">', body)]
    if tags:
        tag = seeded.choice(tags)
        yield "tag", body[:seeded.randrange(tag.start() + 12, tag.end() - 2)]
    links = [m for m in re.finditer(r"[^!\n]{40}\[[^\]\n]{6,}\]\(http[^)\s]{10,}\)", body)]
    if links:
        link = seeded.choice(links)
        yield "link", body[:seeded.randrange(link.start() + 43, link.end() - 2)]
    tables = [m for m in re.finditer(r"^\|.*\|\n\|[-| :]+\|\n(?:\|.*\|\n){3,}", body, re.M)]
    if tables:
        table = seeded.choice(tables)
        yield "table", body[:seeded.randrange(table.end() - len(table.group().splitlines()[-1]), table.end() - 2)]


def own(lang, seeded):
    """A post of our own words, with a link, a fence and a table."""
    lines = OWN[lang]
    paragraphs = [" ".join(seeded.sample(lines, 3)) if lang not in UNSPACED else "".join(seeded.sample(lines, 3)) for _ in range(5)]
    code = "```sh\n" + "\n".join(f"mill --wheel {n} --flour rye --speed {seeded.randrange(9)}" for n in range(4)) + "\n```"
    rows = "".join("| " + " | ".join(seeded.choice(lines)[:24] for _ in range(3)) + " |\n" for _ in range(5))
    table = "| A | B | C |\n| - | - | - |\n" + rows
    opening, first, second = seeded.sample(lines, 3)
    label = second[:seeded.randrange(12, 24)]
    link = f"{opening} {first[:-1]} [{label}](https://mill.example/visit/{seeded.randrange(999)}/hours)" + first[-1]
    items = "\n".join("- " + line.strip() for line in seeded.sample(lines, 4))
    nested = f"- {opening.strip()}\n\n  ```sh\n" + "\n".join(f"  mill --stop {n} --wait {seeded.randrange(99)}" for n in range(5)) + "\n  ```"
    tag = f'{opening} <a href="https://mill.example/wheel/{seeded.randrange(999)}">{label}</a> {second}'
    whole = [*paragraphs[:2], code, table, paragraphs[2], link, items, nested, tag, *paragraphs[3:]]
    return "\n\n".join(part.strip() for part in whole) + "\n"


def posts(folders, most, seeded):
    """Posts by language: (front matter, body)."""
    by = collections.defaultdict(list)
    for folder in sorted(folders):
        files = sorted(os.path.join(d, f) for d, _, fs in os.walk(folder) for f in fs if f.endswith((".md", ".markdown")))
        seeded.shuffle(files)
        taken = collections.Counter()
        for path in files:
            raw = open(path, encoding="utf-8", errors="replace").read().replace("\r\n", "\n")
            matter, body = split(raw)
            if len(body) < 600 or not ends_well(body):
                continue
            lang = language(body)
            if taken[lang] < most // 2:
                taken[lang] += 1
                by[lang].append((matter, body))
    for lang in by:
        seeded.shuffle(by[lang])
        del by[lang][most:]
    for lang in sorted(OWN):
        while len(by[lang]) < most // 2:
            by[lang].append(("", own(lang, seeded)))
    return by


def check(binary, texts):
    """The worst level of a `body-*` finding in each text, checked as one folder."""
    rank = {"info": 1, "warning": 2, "error": 3}
    worst = [0] * len(texts)
    with tempfile.TemporaryDirectory() as folder:
        for at, text in enumerate(texts):
            with open(os.path.join(folder, f"{at}.md"), "w", encoding="utf-8") as file:
                file.write(text)
        run = subprocess.run([binary, "check", ".", "--select", "body-truncated,body-fence", "--format", "json"], cwd=folder, capture_output=True)
        for f in json.loads(run.stdout)["findings"]:
            at = int(os.path.basename(f["path"])[:-3])
            worst[at] = max(worst[at], rank[f["severity"]])
    return worst


def main():
    args = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    args.add_argument("binary")
    args.add_argument("folders", nargs="*")
    args.add_argument("--posts", type=int, default=120, help="posts of each language at most")
    args.add_argument("--seed", type=int, default=1)
    args.add_argument("--short", action="store_true", help="only the lines of all languages together, and of whole posts")
    args.add_argument("--show", metavar="KIND-LANGUAGE", help="print the ends of cuts that were not found")
    args = args.parse_args()
    seeded = random.Random(args.seed)
    by = posts(args.folders, args.posts, seeded)
    whole, cut = [], []
    for lang in sorted(by):
        for matter, body in by[lang]:
            whole.append((lang, "uncut", matter + body))
            for kind, text in cuts(body, lang, seeded):
                # A cut that ends a sentence, a word of a link's address or a line of code is no visible cut.
                seen = text.removesuffix(FOOTERS.get(kind, ""))
                if not re.search(r"[.!?。！？।؟…:：)\n]\s*$", seen):
                    cut.append((lang, kind, matter + text))
    # Half of the posts are cut in a folder, as no site is cut all over; the other half is whole.
    binary = os.path.abspath(args.binary)
    levels = check(binary, [text for _, _, text in whole])
    found = check(binary, [text for _, _, text in cut] + [text for _, _, text in whole])[:len(cut)]
    table = collections.defaultdict(list)
    for (lang, kind, _), level in [*zip(whole, levels), *zip(cut, found)]:
        table[kind, lang].append(level)
        table[kind, "all"].append(level)
    print(f"{'kind':10} {'language':8} {'posts':>6} {'error':>7} {'warning':>8} {'info':>7}")
    for kind in ["character", "word", *FOOTERS, "fence", "nested", "link", "tag", "item", "table", "uncut"]:
        for lang in [*sorted(by), "all"]:
            levels = table[kind, lang]
            if levels and (not args.short or lang == "all" or kind == "uncut"):
                share = lambda least: f"{100 * sum(level >= least for level in levels) / len(levels):.1f} %"
                print(f"{kind:10} {lang:8} {len(levels):6} {share(3):>7} {share(2):>8} {share(1):>7}")
    if args.show:
        for (lang, kind, text), level in [*zip(cut, found), *zip(whole, [3 - level for level in levels])]:
            if args.show == f"{kind}-{lang}" and level < 2:
                print(repr(text[-110:]))


if __name__ == "__main__":
    main()
