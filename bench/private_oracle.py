#!/usr/bin/env python3
"""Private data of many countries, made by other people's libraries, as Marsad finds it: private_oracle.py MARSAD

Debian's python3-phonenumbers (every region's example numbers with their last digits changed, valid by its plans) and python3-stdnum (IBANs
by its register, numbers that its checks accept) make the lines, in sentences of several languages and formats; neither is part of the
product. A line counts as found when a finding's quote holds the number. Then lines of numbers that are nobody's. Seed 1.
"""
import collections
import importlib
import json
import random
import re
import string
import subprocess
import sys

import phonenumbers
from stdnum import iban, luhn
from stdnum.fi import hetu
from stdnum.it import codicefiscale

EASTERN, PERSIAN = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"), str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
SAID = {
    "phone": ("رقمها {} لمن يريد", "هاهو النمرة ديالها {} عيطو ليها", "هذا رقمه {} دگوا عليه", "son numéro c'est {}", "her number is {}",
              "nmra dyalha {}", "تلفون البنت {}", "هيدا رقمو {}", "ده رقمه {}", "هذا جواله {}"),
    "iban": ("حسابه البنكي {}", "l'IBAN de Karim: {}", "his account {}", "الايبان مالته {}", "ها هو الحساب ديالو {}"),
    "card": ("رقم بطاقته {}", "sa carte {}", "his card number {}", "رقم الكارت مالها {}", "ها الكارط ديالها {}"),
    "coordinates": ("داره هنا {}", "ساكنة فهاد البلاصة {}", "il habite ici {}", "بيته {}"),
    "plate_ma": ("ماتريكول طوموبيلتو {}", "matricule dyalo {}", "نمرة السيارة {}", "plaque de sa voiture {}"),
}
# Module of stdnum, shape (# a digit, A a letter; none: made below), what stands before it.
NUMBERS = (("es.dni", "########A", "su DNI"), ("es.nie", "X#######A", "su NIE"), ("it.codicefiscale", "", "il suo codice fiscale"),
           ("pl.pesel", "###########", "jej PESEL"), ("gb.nhs", "##########", "her NHS number"), ("au.abn", "###########", "the ABN"),
           ("au.tfn", "#########", "his TFN"), ("in_.aadhaar", "############", "his aadhaar"), ("in_.pan", "AAAPA####A", "his PAN"),
           ("fi.hetu", "", "hetu"), ("br.cpf", "###########", "o CPF dela"), ("de.idnr", "###########", "Steuer-ID"),
           ("nl.bsn", "#########", "haar BSN"), ("tr.tckimlik", "###########", "TC kimlik no"), ("za.idnr", "", "his SA ID number"),
           ("se.personnummer", "", "hennes personnummer"), ("be.nn", "", "son numéro national"), ("fr.nir", "", "son numéro de sécurité sociale"),
           ("us.ssn", "###-##-####", "her SSN"), ("us.itin", "9##-7#-####", "his ITIN"), ("ca.sin", "#########", "her SIN"),
           ("sg.uen", "########A", "UEN"), ("th.pin", "#############", "Thai ID"))
NOBODYS = """السعر 249 درهم فقط والتوصيل ب 35|الثمن 1.250.000 دينار|انتهت المباراة 3-1 في الدقيقة 87|كنتيجة 2-0 تعادلوا 1-1 والبطولة 2025/2026|سورة البقرة الآية 255
قال تعالى 2:255 و 3:18|ولد سنة 1987 وتوفي 2019|الموعد 14/11/2026 على الساعة 18:30|#2026 #maroc2030 #0212|شاهد 1234567 مشاهدة و 89000 إعجاب
تتبع الطرد RR123456789MA|order 4829104758 shipped|commande n° 20261122-4471|ISBN 978-3-16-148410-0|الرقم التسلسلي 8823-1120-4467|القانون رقم 103.13
المادة 442-2 من القانون الجنائي|درجة الحرارة 45.6 والرطوبة 20.5|v2.14.3-rc1 released|خصم 50% من 01/12 الى 31/12|عدد السكان 37840044 نسمة
الميزانية 2026: 455890000000 درهم|القناة 24 تردد 11938 عمودي 27500|score 21-19 21-17|2,345,678 views|matricule 12 du joueur|the year 1444 and 2023
session id 550e8400-e29b-41d4-a716-446655440000|رحلة AT 802 تقلع 06:15|bus 107 ligne 33|salaire 4500 dh par mois|كيلو الطماطم ب 7.50 دراهم
قياس 38 40 42 44 46|باراسيتامول 500 mg 3 مرات|1 2 3 4 5 6 7 8 9 10|1234567890|0000000000|١٠٠٠٠٠٠٠ دينار عراقي|عندي 25 سنة وساكن فكازا من 2001
video 7284619203847561029 tiktok|bitcoin 67890.12 usd|bac 2026 النقطة 16.75|exam code 20261245|3ndi 5 dyal lbnat w 2 drari|كنت فرباط 2019 و مراكش 2020
الدوري 38 مباراة 92 نقطة|Room 1204 floor 12|100,000,000 MAD loan|32 31 in lottery 07 14 21 28 35 42|lotto 5 12 23 34 45 + 7|iPhone 15 256
Peugeot 208 2021 65000 km|1 000 000 de vues merci|GTA 6 le 19 11 2026|ولات ب 1500 ريال هاد الحولي 4200 درهم|الخط 190 للشرطة و150 للإسعاف"""


def filled(shape):
    pick = {"#": string.digits, "A": string.ascii_uppercase}
    return "".join(random.choice(pick[c]) if c in pick else c for c in shape)


def phones():
    for region in sorted(phonenumbers.SUPPORTED_REGIONS):
        for kind in (phonenumbers.PhoneNumberType.MOBILE, phonenumbers.PhoneNumberType.FIXED_LINE):
            n = phonenumbers.example_number_for_type(region, kind)
            if not n:
                continue
            for _ in range(30):
                digits = str(n.national_number)
                other = phonenumbers.PhoneNumber(country_code=n.country_code, italian_leading_zero=n.italian_leading_zero,
                                                 number_of_leading_zeros=n.number_of_leading_zeros,
                                                 national_number=int(digits[:3] + filled("#" * (len(digits) - 3))))
                if phonenumbers.is_valid_number(other):
                    n = other
                    break
            short = phonenumbers.format_number(n, phonenumbers.PhoneNumberFormat.E164)
            spaced = phonenumbers.format_number(n, phonenumbers.PhoneNumberFormat.INTERNATIONAL)
            yield "phone", random.choice((short, spaced, "00" + short[1:], spaced.replace(" ", "-"), spaced.translate(EASTERN),
                                          short.translate(PERSIAN)))


def ibans():
    for country in (a + b for a in string.ascii_uppercase for b in string.ascii_uppercase):
        found = iban._ibandb.info(country)
        if not found or found[0][0] != country or "bban" not in found[0][1]:
            continue
        for _ in range(60):
            body = "".join(random.choice(string.ascii_uppercase if k == "a" else string.digits)
                           for n, k in re.findall(r"(\d+)!?([nac])", found[0][1]["bban"]) for _ in range(int(n)))
            check = 98 - int("".join(str(int(c, 36)) for c in body + country + "00")) % 97
            value = f"{country}{check:02d}{body}"
            if iban.is_valid(value):
                break
        yield "iban", random.choice((value, " ".join(value[i:i + 4] for i in range(0, len(value), 4)), value.lower()))


def cards():
    for prefix, length in (("4", 16), ("51", 16), ("2221", 16), ("34", 15), ("37", 15), ("6011", 16), ("3528", 16), ("36", 14), ("62", 16)):
        for _ in range(4):
            value = prefix + filled("#" * (length - len(prefix) - 1))
            value += luhn.calc_check_digit(value)
            yield "card", random.choice((value, " ".join(value[i:i + 4] for i in range(0, length, 4)), value.translate(EASTERN)))


def made(name):
    day, month, year = f"{random.randint(1, 28):02d}", f"{random.randint(1, 12):02d}", f"{random.randint(50, 99)}"
    if name == "it.codicefiscale":
        body = filled("AAAAAA") + year + random.choice("ABCDEHLMPRST") + day + "H" + filled("###")
        return body + codicefiscale.calc_check_digit(body)
    if name == "fi.hetu":
        serial = f"{random.randint(2, 899):03d}"
        return day + month + year + "-" + serial + "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(day + month + year + serial) % 31]
    if name == "za.idnr":
        return year + month + day + filled("####08#")
    if name == "se.personnummer":
        return year + month + day + "-" + filled("####")
    body = year + month + day + f"{random.randint(1, 900):03d}"
    if name == "fr.nir":
        body = random.choice("12") + year + month + f"{random.randint(1, 90):02d}" + filled("######")
    return body + f"{97 - int(body) % 97:02d}"


def numbers():
    for name, shape, words in NUMBERS:
        module = importlib.import_module("stdnum." + name)
        n = 0
        while n < 12:
            value = filled(shape) if shape else made(name)
            if module.is_valid(value):
                n += 1
                yield name, value, f"{words} {value}"


def places():
    for _ in range(12):
        lat, lon = random.uniform(28, 35), random.uniform(2, 12)
        for form in (f"{lat:.5f}, {-lon:.5f}", f"{int(lat)}°{random.randint(0, 59)}'{random.randint(0, 59)}\"N {int(lon)}°11'2\"W",
                     f"N {lat:.4f} W {lon:.4f}"):
            yield "coordinates", form
        for sign in ("-", " "):
            yield "plate_ma", f"{random.randint(10000, 99999)}{sign}{random.choice('أبدهوطج')}{sign}{random.randint(1, 88)}"


def ask(marsad, texts):
    out = subprocess.run([marsad, "text", "--json"], check=True, stdout=subprocess.PIPE, encoding="utf-8",
                         input="".join(t + "\n" for t in texts)).stdout.splitlines()
    return [[f for f in json.loads(line)["findings"] if f["kind"] == "private"] for line in out]


def main():
    if len(sys.argv) != 2:
        sys.exit(__doc__)
    random.seed(1)
    lines = [(k, v, random.choice(SAID[k]).format(v)) for source in (phones, ibans, cards, places) for k, v in source()] + list(numbers())
    n, found, missed = collections.Counter(), collections.Counter(), []
    for (kind, value, text), findings in zip(lines, ask(sys.argv[1], [t for _, _, t in lines])):
        n[kind] += 1
        hit = any(value.replace(" ", "") in f["quote"].replace(" ", "") for f in findings)
        found[kind] += hit
        if not hit:
            missed.append(text)
    for kind in n:
        print(f"{kind:18} {found[kind]:4} of {n[kind]:4} found")
    print(f"all                {sum(found.values()):4} of {sum(n.values()):4} found; missed: {'; '.join(missed)}")
    nobodys = re.split(r"[|\n]", NOBODYS)
    called = [t for t, f in zip(nobodys, ask(sys.argv[1], nobodys)) if f]
    print(f"nobody's           {len(called):4} of {len(nobodys):4} called private: {'; '.join(called)}")


main()
