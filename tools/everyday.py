#!/usr/bin/env python3
"""What people write on ordinary days, as the files that policy/models/read.recipe names: everyday.py OUT SOURCE=FILE...

    git clone https://github.com/darija-open-dataset/dataset && git -C dataset checkout 024df686fc12ce5246d7cc70f812c4d141385e87
    everyday.py OUT doda=dataset hub=sentences_daily_conversations.json arsarcasm=arsarcasm.train.tsv ia2d=Annotated_Tweets_Before_Preprocessing.txt

Each file is OUT/everyday_SOURCE.tsv: lines of kind TAB text, with an empty line between those that do not say the same. Sorted out thus:

doda        Darija Open Dataset of March 2023 (later ones are not MIT): sentences.csv and the lists of words, the Latin letters as they
            stand, and once more in Arabic ones by the rules below
hub         saleml/darija-arabic-learning at c0633323, MIT: 400 sentences in Darija of both scripts, Lebanese, Syrian, Emirati, Saudi
arsarcasm   ArSarcasm v2, MIT: dialects only, no sarcasm, no negative feeling
ia2d        Iraqi Arabic Dialect Dataset, CC0: what its three annotators call positive

A line whose English side speaks of violence, death, drink, insults or sex is left out (NOT_EVERYDAY), whatever it means in its
context. Where there is no English side, so is a line with such a word in Arabic. Then what is twice.
"""
import csv
import glob
import json
import os
import re
import sys

NOT_EVERYDAY = re.compile(
    r"\b(kill\w*|murder\w*|dead|die[ds]?|dying|death|blood\w*|bomb\w*|weapons?|guns?|kni(fe|ves)|shoot\w*|shot|slap\w*|punch\w*|beat(en|ing)?|fight\w*|"
    r"poison\w*|burn\w*|burie\w*|bury|threat\w*|attack\w*|war|terror\w*|destroy\w*|hang(ed)? (him|her|you)|hurt you|suicid\w*|rape\w*|"
    r"stupid\w*|idiot\w*|fool\w*|dumb\w*|moron\w*|crazy|insane|mad|silly|cruel\w*|ugly|fat|disgust\w*|dirty|filthy|trash|garbage|loser\w*|coward\w*|"
    r"liars?|lying|thie(f|ves)|steal\w*|traitor\w*|jerk\w*|bastard\w*|bitch\w*|whore\w*|slut\w*|shit\w*|fuck\w*|damn\w*|hell|cunt\w*|ass|asshole|"
    r"dogs?|donkeys?|pigs?|monkeys?|animals?|rats?|cows?|jews?|gay|sex\w*|naked|nude|breasts?|virgin\w*|drunk\w*|beer|wine|alcohol\w*|"
    r"hate\w*|shut up|shame\w*|useless|worthless|nasty|evil|devil|demon\w*|monster\w*|slave\w*|go away|get lost|old (folks|people)|lazy|"
    r"bad person|not a good person|prostitut\w*|enem(y|ies)|prison\w*|crim\w*|racis\w*|bald|blind|deaf|cripple\w*|lame|retard\w*|handicap\w*|black|"
    r"dwarf|vulgar|rude|stink\w*|smelly|toilet|pee|poop|piss\w*|fart\w*|vomit\w*|spit|greedy|miser\w*|stingy|parasite|"
    r"serves you right|not very popular|curse\w*|insult\w*|mock\w*|arrogant|selfish|hypocrit\w*|money-grabber)\b", re.I)
ARABIC_WORDS = re.compile("قتل|اقتل|نقتل|ذبح|دم |موت|كلب|كلاب|حمار|خنزير|غبي|اغبي|حقير|وسخ|خرا|زبال|كذاب|حرامي|لعن|العن|يلعن|قذر|كافر|كفار|داعش|يهود|صهيون|عاهر|شرموط|منيوك|"
                          "قحب|سلاح|حرب|جيش|فجر|انقلاب|خائن|خونة|عميل|ارهاب|إرهاب|سنة|شيع|رواف|نواصب|تركع|سيسي|بوتين|خامنئي|مرسي|إيران|ايران|اسرائيل|إسرائيل|حشد|ثورة|الثوره|شهيد|شهداء|"
                          "سافل|تفو|طز|عرص|احا|زفت|متخلف|مجنون|هبل|اهبل|عبيط|بشع|سكس|يشلخ")

# Darija in Latin letters, as that data set spells it, letter by letter; vowels that Arabic does not write are left out.
TWO = {"kh": "خ", "gh": "غ", "ch": "ش", "sh": "ش", "ou": "و", "th": "ت", "dh": "د", "aa": "ا", "ii": "ي", "oo": "و"}
ONE = {"a": "ا", "b": "ب", "c": "ك", "d": "د", "D": "ض", "f": "ف", "g": "ك", "h": "ه", "H": "ح", "i": "ي", "j": "ج", "k": "ك", "l": "ل", "m": "م",
       "n": "ن", "o": "و", "p": "ب", "q": "ق", "r": "ر", "R": "ر", "s": "س", "S": "ص", "t": "ت", "T": "ط", "u": "و", "v": "ف", "w": "و", "x": "كس",
       "y": "ي", "Z": "ظ", "z": "ز", "2": "ء", "3": "ع", "5": "خ", "6": "ط", "7": "ح", "8": "ه", "9": "ق", "e": ""}
ARTICLE = re.compile(r"^(l|n|d|t|r|z|s|S|D|T|ch|j)(?=\1)|^l(?=[bcdfghjkmnpqrstwxyzDHST23579])")
PREFIX = (("kan", "كن"), ("kat", "كت"), ("kay", "كي"), ("ghan", "غن"), ("ghat", "غت"), ("ghay", "غي"))
WHOLE = {"o": "و", "w": "و", "f": "ف", "b": "ب", "d": "د", "dyal": "ديال", "dial": "ديال", "ana": "أنا", "nta": "نتا", "nti": "نتي", "la": "لا", "lla": "لا",
         "3la": "على", "7tta": "حتى", "7ta": "حتى", "tta": "حتى", "ila": "إلا", "wla": "ولا", "olla": "ولا", "hadchi": "هادشي", "dakchi": "داكشي",
         "allah": "الله", "llah": "الله", "lyom": "اليوم", "lyoum": "اليوم", "li": "لي", "lli": "اللي", "chi": "شي", "bach": "باش", "mn": "من", "men": "من",
         "wa7d": "واحد", "wahd": "واحد", "wakha": "واخا", "daba": "دابا", "safi": "صافي", "Safi": "صافي", "mcha": "مشى", "ga3": "كاع"}


def arabic_word(word):
    if word in WHOLE:
        return WHOLE[word]
    article = ARTICLE.match(word)
    out, i = "", 0
    if article and len(word) > 3:
        out, i = "ال", article.end()
    for latin, arabic in PREFIX:
        if word.startswith(latin) and len(word) > len(latin) + 2:
            out, i = arabic, len(latin)
    start = i
    while i < len(word):
        two = TWO.get(word[i:i + 2])
        if not two and i > start and word[i] == word[i - 1]:  # a double consonant is one letter
            i += 1
            continue
        letter = two or ONE.get(word[i], ONE.get(word[i].lower(), word[i]))
        if i == start and word[i] in "ieou":
            letter = "ا" if word[i] in "ie" else "و"
        if word[i] == "a" and i > start and re.match(r"([kgcs]h|[^aeiou])[^aeiou]", word[i + 1:]):
            letter = ""  # short before two consonants
        if word[i] == "a" and i + 1 == len(word) > 3 and not re.search(r"([h8]|(dyal|dial|3nd|li|3li|fi|m3a)n)a$", word):
            letter = "ة"
        out += letter
        i += 2 if two else 1
    return re.sub("اا+", "ا", out)


def in_arabic(text):
    return re.sub(r"[A-Za-z0-9']*[A-Za-z][A-Za-z0-9']*", lambda m: arabic_word(m.group().replace("'", "")), text)


# A source yields what says the same in several ways: lists of kind, text.
def doda(path):
    lists = [name for name in sorted(glob.glob(path + "/semantic categories/*.csv")) + sorted(glob.glob(path + "/syntactic categories/*.csv"))
             if not re.search("animals|conjug|imperatives|masculine|verb-to", name)]
    for name in [path + "/sentences.csv"] + lists:
        for row in csv.reader(open(name, encoding="utf-8", newline="")):
            if len(row) < 2 or row[0] in ("english", "n1", "pronoun"):
                continue
            english, said = (row[0], row[1:]) if name.endswith("sentences.csv") else (row[-1], row[:-1])
            if not NOT_EVERYDAY.search(english):
                yield [("latin", s) for s in said] + [("arabic", in_arabic(s)) for s in said]


def hub(path):
    for s in json.load(open(path, encoding="utf-8"))["sentences"]:
        said = [(kind, s["translations"].get(kind, "")) for kind in ("lebanese", "syrian", "emirati", "saudi")]
        if not NOT_EVERYDAY.search(s["english"]):
            yield [("darija", s["darija"]), ("latin", s["darija_latin"])] + [(k, t["phrase"] if isinstance(t, dict) else t) for k, t in said]


def arsarcasm(path):
    for line in open(path, encoding="utf-8"):
        label, _, text = line.rstrip("\n").partition("\t")
        feeling, sarcastic, dialect = (label.split("|") + ["", ""])[:3]
        text = re.sub(r"https?://\S+", "", text.strip('"'))
        if feeling in ("NEU", "POS") and sarcastic == "FALSE" and dialect != "msa" and not ARABIC_WORDS.search(text):
            yield [(dialect, text)]


def ia2d(path):
    for line in open(path, encoding="utf-8", errors="replace"):
        number, _, rest = line.rstrip("\r\n").partition(";")
        text, _, label = rest.rpartition(";")
        text = re.sub(r"https?://\S+|RT @\w+:", "", text).strip(' "')
        if label == "True" and number.isdigit() and not ARABIC_WORDS.search(text):
            yield [("iraqi", text)]


SOURCES = {"doda": doda, "hub": hub, "arsarcasm": arsarcasm, "ia2d": ia2d}


def write(groups, out):
    seen = set()
    for group in groups:
        lines = [f"{kind}\t{' '.join(text.split())}\n" for kind, text in group if re.search(r"[^\W\d_]", text)]
        lines = [line for line in dict.fromkeys(lines) if line not in seen]
        seen.update(lines)
        if lines:
            out.writelines(lines + ["\n"])


def main():
    if len(sys.argv) < 3 or not all(a.partition("=")[0] in SOURCES for a in sys.argv[2:]):
        sys.exit(__doc__)
    os.makedirs(sys.argv[1], exist_ok=True)
    for a in sys.argv[2:]:
        name, _, path = a.partition("=")
        with open(f"{sys.argv[1]}/everyday_{name}.tsv", "w", encoding="utf-8") as out:
            write(SOURCES[name](path), out)


main()
