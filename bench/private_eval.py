#!/usr/bin/env python3
"""Private data: precision and recall of each kind, with Wilson's 95 % intervals: private_eval.py MARSAD [--json] [--misses]

Two sets, both written by the project: lines made here from forms, frames and a fixed seed, and bench/private_lines.tsv, written by
hand. Numbers are fictional: of ranges kept for fiction where a country has them, else with a right check and nobody's. A hit
is right when its kind is the line's and it covers at least half of what is to be found. The last table is of doxxing as a post
would be flagged for it.
"""
import json
import math
import os
import random
import subprocess
import sys

R = random.Random(20261122)
HERE = os.path.dirname(os.path.abspath(__file__))


# ---- checks, written apart from the program's own ----

def digits(n, first=""):
    return first + "".join(R.choice("0123456789") for _ in range(n - len(first)))


def luhn_digit(s):
    total = 0
    for i, c in enumerate(reversed(s)):
        v = int(c) * (2 if i % 2 == 0 else 1)
        total += v - 9 if v > 9 else v
    return str(-total % 10)


def with_luhn(s):
    return s + luhn_digit(s)


def mrz_digit(s):
    values = [0 if c == "<" else int(c) if c.isdigit() else ord(c) - 55 for c in s]
    return str(sum(v * (7, 3, 1)[i % 3] for i, v in enumerate(values)) % 10)


def weighted_until(make, holds):
    while True:
        s = make()
        if holds(s):
            return s


def iban(country, bban):
    number = "".join(str(int(c, 36)) for c in bban + country + "00")
    return f"{country}{98 - int(number) % 97:02d}{bban}"


def fours(s):
    return " ".join(s[i:i + 4] for i in range(0, len(s), 4))


def date():
    return R.randint(1, 28), R.randint(1, 12), R.randint(1955, 2009)


# ---- forms of each kind ----

MOBILE = {  # as each country's plan gives them; the last digits vary
    "DZ": "+213 551 23 45 ##", "TN": "+216 20 123 4##", "EG": "+20 100 123 45##", "SA": "+966 51 234 56##", "AE": "+971 50 123 45##",
    "KW": "+965 500 123##", "QA": "+974 3312 34##", "BH": "+973 3600 12##", "OM": "+968 9212 34##", "JO": "+962 7 9012 34##",
    "LB": "+961 71 123 4##", "SY": "+963 944 567 8##", "YE": "+967 712 345 6##", "LY": "+218 91 23456##", "MR": "+222 22 12 34 ##",
    "PS": "+970 599 123 4##", "TR": "+90 501 234 56 ##", "IR": "+98 912 345 67##", "ES": "+34 612 34 56 ##", "IT": "+39 312 345 67##",
    "BE": "+32 470 12 34 ##", "NL": "+31 6 123456##", "DE": "+49 1512 34567##", "GB": "+44 7700 9001##", "CH": "+41 78 123 45 ##",
    "SE": "+46 70 174 06 ##", "PT": "+351 912 345 6##", "GR": "+30 691 234 56##", "US": "+1 202-555-01##", "CA": "+1 506-555-01##",
    "BR": "+55 11 96123 45##", "IN": "+91 81234 567##", "PK": "+92 301 23456##", "CN": "+86 131 2345 67##", "JP": "+81 90 1234 56##",
    "KR": "+82 10 2000 00##", "AU": "+61 491 570 1##", "ZA": "+27 71 123 45##", "NG": "+234 802 123 45##", "SN": "+221 70 123 45 ##",
    "CI": "+225 01 23 45 67 ##", "ML": "+223 65 01 23 ##", "RU": "+7 912 345 67 ##", "UA": "+380 50 123 45##", "PL": "+48 512 345 6##",
    "RO": "+40 712 034 5##", "FR": "+33 6 39 98 12 ##", "MX": "+52 222 123 45##", "ID": "+62 812 345 6##", "MY": "+60 12 345 67##",
}
EASTERN = str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩")
PERSIAN = str.maketrans("0123456789", "۰۱۲۳۴۵۶۷۸۹")
SPOKEN = {
    "fr": "zéro un deux trois quatre cinq six sept huit neuf".split(), "en": "zero one two three four five six seven eight nine".split(),
    "ma": "صفر واحد جوج تلاتة ربعة خمسة ستة سبعة تمنية تسعود".split(), "iq": "صفر واحد اثنين ثلاثة اربعة خمسة ستة سبعة ثمانية تسعة".split(),
    "ar": "صفر واحد اثنان ثلاثة أربعة خمسة ستة سبعة ثمانية تسعة".split(),
}


def fill(form):
    return "".join(R.choice("0123456789") if c == "#" else c for c in form)


def phone(lang):
    way = R.randrange(9)
    if way == 0:
        return fill(R.choice(list(MOBILE.values())))
    if way == 1:
        return fill(R.choice(list(MOBILE.values()))).replace("+", "00").replace(" ", "").replace("-", "")
    iraqi = lang == "iq" or (lang == "ar" and R.random() < 0.5)
    s = fill("077000#####") if iraqi else fill("06000#####")
    if way == 2:
        return " ".join(SPOKEN[lang][int(c)] for c in s)
    if way == 3:
        return s.translate(R.choice((EASTERN, PERSIAN)))
    if way == 4:
        return " ".join(s)
    sign = R.choice(" .-/*_") if not iraqi else R.choice(" -")
    if way <= 6:
        return s
    return sign.join((s[:4], s[4:7], s[7:]) if iraqi else (s[i:i + 2] for i in range(0, 10, 2)))


def card(lang):
    head, n = R.choice([("4", 16), ("51", 16), ("2221", 16), ("37", 15), ("6011", 16), ("55", 16)])
    s = with_luhn(digits(n - 1, head))
    if n == 15:
        return R.choice([s, f"{s[:4]} {s[4:10]} {s[10:]}"])
    return R.choice([s, fours(s), fours(s).replace(" ", "-"), fours(s).translate(EASTERN)])


def rib(lang):
    s = digits(22, "007")
    s += f"{97 - int(s + '00') % 97:02d}"
    return R.choice([s, f"{s[:3]} {s[3:6]} {s[6:22]} {s[22:]}"])


def any_iban(lang):
    s = R.choice([lambda: iban("MA", digits(24)), lambda: iban("IQ", "NBIQ" + digits(15)), lambda: iban("FR", digits(23)),
                  lambda: iban("DE", digits(18)), lambda: iban("ES", digits(20)), lambda: iban("SA", digits(20)),
                  lambda: iban("AE", digits(19)), lambda: iban("TN", digits(20)), lambda: iban("EG", digits(25)),
                  lambda: iban("GB", "NWBK" + digits(14)), lambda: iban("TR", digits(22)), lambda: iban("JO", "CBJO" + digits(22)),
                  lambda: iban("LB", digits(24)), lambda: iban("KW", "CBKU" + digits(22)), lambda: iban("DZ", digits(22)),
                  lambda: iban("QA", "DOHB" + digits(21)), lambda: iban("NL", "ABNA" + digits(10)), lambda: iban("BE", digits(12)),
                  lambda: iban("MR", digits(23)), lambda: iban("LY", digits(21)), lambda: iban("SD", digits(14)),
                  lambda: iban("CH", digits(17)), lambda: iban("IT", "X" + digits(22)), lambda: iban("BR", digits(23) + "P1")])()
    return R.choice([s, fours(s), s.lower()])


def email(lang):
    return R.choice(["nadia.exemple", "k_river77", "sara+x", "abo.omar.90", "info-99"]) + "@" + R.choice(
        ["courrier.example.com", "example.org", "mail.exemple.ma", "example.iq"])


def cin(lang):
    return R.choice(["A", "BE", "J", "EE", "K", "CD"]) + R.choice(["", " "]) + digits(R.choice([5, 6]))


def id_iq(lang):
    if R.random() < 0.4:
        document = R.choice(["AB", "AL", "BZ"]) + digits(7)
        return f"IDIRQ{document}{mrz_digit(document)}{digits(12, '19')}<<<"
    return digits(12, "19").translate(R.choice([{}, EASTERN]))


def plate_ma(lang):
    letter, serial, place = R.choice("أبدهوط"), str(R.randint(1000, 99999)), str(R.randint(1, 88))
    return R.choice([f"{serial}-{letter}-{place}", f"{serial} | {letter} | {place}", f"{place} {letter} {serial}"])


def plate_iq(lang):
    return f"{R.randint(11, 29)} {R.choice('ABDEFGHK')} {R.randint(10000, 99999)}"


def tckimlik():
    s = [R.randint(1, 9)] + [R.randint(0, 9) for _ in range(8)]
    s.append((sum(s[0:9:2]) * 7 - sum(s[1:8:2])) % 10)
    s.append(sum(s) % 10)
    return "".join(map(str, s))


def fiscal():
    odd = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23]
    s = "VRD" + "GNN" + f"{R.randint(50, 99)}" + R.choice("ABCDEHLMPRST") + f"{R.randint(1, 28):02d}" + "H" + digits(3)
    total = sum(odd[int(c, 36) - 10 if c.isalpha() else int(c)] if i % 2 == 0 else (int(c, 36) - 10 if c.isalpha() else int(c))
                for i, c in enumerate(s))
    return s + chr(65 + total % 26)


def national(lang):
    d, m, y = date()
    yy = f"{y % 100:02d}"

    def us():
        return f"{R.randint(100, 665)}-{R.randint(10, 99)}-{R.randint(1000, 9999)}"

    def es():
        n = digits(8)
        return n + "TRWAGMYFPDXBNJZSQVHLCKE"[int(n) % 23]

    def fr():
        n = f"{R.choice('12')}{yy}{m:02d}{digits(8)}"
        return f"{n[0]} {n[1:3]} {n[3:5]} {n[5:7]} {n[7:10]} {n[10:13]} {97 - int(n) % 97:02d}"

    def eg():
        return f"{3 if y >= 2000 else 2}{yy}{m:02d}{d:02d}{R.randint(1, 27):02d}{digits(5)}"

    def sa():
        return "هويته الوطنية " + with_luhn(digits(9, R.choice("12")))

    def ae():
        s = with_luhn(f"784{y}{digits(7)}")
        return f"{s[:3]}-{s[3:7]}-{s[7:14]}-{s[14]}"

    def fi():
        n = f"{d:02d}{m:02d}{yy}{digits(3)}"
        return f"{n[:6]}-{n[6:]}{'0123456789ABCDEFHJKLMNPRSTUVWXY'[int(n) % 31]}"

    def se():
        n = with_luhn(f"{yy}{m:02d}{d:02d}{digits(3)}")
        return f"{y // 100}{n[:6]}-{n[6:]}"

    def gb():
        return f"AB {digits(2)} {digits(2)} {digits(2)} C"

    def sg():
        n = digits(7)
        total = sum(int(c) * w for c, w in zip(n, (2, 7, 6, 5, 4, 3, 2)))
        return "S" + n + "JZIHGFEDCBA"[total % 11]

    def tr():
        return "TC kimlik " + tckimlik()

    def pl():
        n = f"{y % 100:02d}{m + (20 if y >= 2000 else 0):02d}{d:02d}{digits(4)}"
        return "PESEL " + n + str(-sum(int(c) * w for c, w in zip(n, (1, 3, 7, 9, 1, 3, 7, 9, 1, 3))) % 10)

    def th():
        n = digits(12, "1")
        c = (11 - sum(int(x) * w for x, w in zip(n, range(13, 1, -1))) % 11) % 10
        s = n + str(c)
        return f"{s[0]}-{s[1:5]}-{s[5:10]}-{s[10:12]}-{s[12]}"

    def kr():
        return f"{yy}{m:02d}{d:02d}-{R.choice('1234') if y < 2000 else R.choice('34')}{digits(6)}"

    def ca():
        s = with_luhn(digits(8, "1"))
        return f"SIN {s[:3]} {s[3:6]} {s[6:]}"

    def be():
        n = f"{yy}{m:02d}{d:02d}{digits(3)}"
        key = 97 - int(("2" if y >= 2000 else "") + n) % 97
        return f"{n[:2]}.{n[2:4]}.{n[4:6]}-{n[6:]}.{key:02d}"

    def tn():
        return "CIN " + digits(8, "0")

    def za():
        return "ID number " + with_luhn(f"{yy}{m:02d}{d:02d}{digits(4)}08")

    return R.choice([us, es, fr, eg, sa, ae, fi, se, gb, sg, tr, pl, th, kr, ca, be, tn, za, fiscal])()


def passport(lang):
    if R.random() < 0.4:
        d, m, y = date()
        number, born, until = R.choice(["AB", "CD"]) + digits(7), f"{y % 100:02d}{m:02d}{d:02d}", f"3{R.randint(0, 5)}0{R.randint(1, 9)}15"
        head = number + mrz_digit(number) + R.choice(["MAR", "IRQ", "UTO"]) + born + mrz_digit(born) + "F" + until + mrz_digit(until)
        rest = "<" * 14 + "0"
        line = head + rest
        return line + mrz_digit(line[0:10] + line[13:20] + line[21:43])
    word = {"ar": "رقم جوازها", "ma": "الباسبور ديالها", "iq": "رقم جوازه", "fr": "passeport n°", "en": "passport number"}[lang]
    return word + " " + R.choice(["A" + digits(8), R.choice(["AB", "ZT"]) + digits(7)])


def licence(lang):
    word = {"ar": "رخصة القيادة", "ma": "البيرمي", "iq": "اجازة السوق", "fr": "permis de conduire", "en": "driving licence"}[lang]
    return word + " " + R.choice(["12/" + digits(6), "MORGA" + "65" + digits(4) + "SM9IJ", "A" + digits(7)])


def tax(lang):
    if R.random() < 0.5:
        return "PAN ABCPE" + digits(4) + "F"

    def abn(s):
        return (sum(int(c) * w for c, w in zip(s, (10, 1, 3, 5, 7, 9, 11, 13, 15, 17, 19))) - 10) % 89 == 0
    s = weighted_until(lambda: digits(11, "5"), abn)
    return f"ABN {s[:2]} {s[2:5]} {s[5:8]} {s[8:]}"


def health(lang):
    def nhs(s):
        return (11 - sum(int(c) * w for c, w in zip(s, range(10, 1, -1))) % 11) % 11 == int(s[9])
    s = weighted_until(lambda: digits(10, "9"), nhs)
    return f"NHS {s[:3]} {s[3:6]} {s[6:]}"


def bank(lang):
    word = {"ar": "رقم الحساب", "ma": "رقم الحساب ديالها", "iq": "حسابه بالمصرف", "fr": "compte bancaire n°", "en": "account number"}[lang]
    return word + " " + digits(R.choice([10, 12, 14, 16]), "9")


def plate(lang):
    word = {"ar": "لوحة السيارة", "ma": "ماطريكول", "iq": "لوحة سيارته", "fr": "plaque", "en": "number plate"}[lang]
    return word + " " + R.choice([f"AB{digits(2)} CDE", f"AB-{R.randint(100, 999)}-CD", f"{R.randint(10000, 99999)}-1{digits(2)}-16",
                                  f"{digits(4)} BCD", f"34 ABC {R.randint(100, 999)}", f"B-MW {R.randint(1000, 9999)}"])


def born(lang):
    d, m, y = date()
    word = {"ar": "تاريخ ميلادها", "ma": "مزدادة", "iq": "مواليد", "fr": "née le", "en": "born on"}[lang]
    return word + " " + R.choice([f"{d}/{m}/{y}", f"{d:02d}-{m:02d}-{y}", f"{y}-{m:02d}-{d:02d}"])


def address(lang):
    n, k = R.randint(1, 199), R.randint(1, 40)
    return R.choice({
        "ar": [f"شارع الزيتون رقم {n}", f"حي السلام، زنقة {k}، رقم {n}", f"عمارة {k} شقة {n} شارع النخيل", f"حي الزهور شارع {k} منزل {n}"],
        "ma": [f"درب الكبير نمرة {n}", f"حي الفرح زنقة {k} رقم {n}", f"تجزئة النسيم عمارة {k} شقة {n}", f"hay salam rue {k} n° {n}",
               f"derb zitoun nmra {n}"],
        "iq": [f"محلة {R.randint(100, 999)} زقاق {k} دار {n}", f"حي النخلة محلة {R.randint(100, 999)} زقاق {k}", f"شارع الجسر زقاق {k} دار {n}"],
        "fr": [f"{n} rue des Lilas", f"{n}, avenue de la Fontaine", f"{n} bis, boulevard Atlas", f"résidence Yasmine, imm {k}, appt {n}",
               f"lotissement Nassim n° {n}, rue {k}"],
        "en": [f"{n} Willow Lane", f"{n} Stone Bridge Road", f"flat {k}, {n} Mill Street", f"{n} Harbour Avenue"]}[lang])


def coordinates(lang):
    a, b = R.uniform(20, 50), R.uniform(-15, 50)
    return R.choice([f"{a:.6f}, {b:.6f}", f"{a:.5f},{b:.5f}", f"https://www.google.com/maps?q={a:.5f},{b:.5f}", "https://maps.app.goo.gl/Ab3dEf9hJk",
                     f"{int(a)}°{R.randint(0, 59)}'{R.randint(0, 59)}.{R.randint(1, 9)}\"N {int(abs(b))}°{R.randint(0, 59)}'{R.randint(0, 59)}\"E",
                     "8F" + R.choice("67GH") + "4QHCF+5V"[0:4] + "F" + "+" + R.choice(["9V", "X3", "MG"]), f"geo:{a:.5f},{b:.5f}"])


def whereabouts(lang):
    return R.choice({
        "ar": ["أعرف أين تسكن", "نعرف أين بيتها", "عرفنا عنوانه", "أعرف أين يسكن"],
        "ma": ["كنعرف فين ساكنة", "كنعرف دارهم", "kan3ref fin sakna", "كنعرفو فين ساكن"],
        "iq": ["اعرف بيتها وين", "عرفنا وين ساكن", "اعرف وين بيته"],
        "fr": ["je sais où elle habite", "on sait où il habite", "je sais où tu habites", "je connais son adresse"],
        "en": ["I know where she lives", "we know where you live", "I found out where he lives", "I know their address"]}[lang])


def wallet(lang):
    return R.choice(["1A1zP1eP5QGefi2DMPTfTL5SLmv7DivfNa", "0x52908400098527886E0F7030069857D2E4169EE7",
                     "bc1qw508d6qejxtdg4y5r3zarvary0c5xw7kv8f3t4", "0x" + "".join(R.choice("0123456789abcdef") for _ in range(40))])


def ip(lang):
    return R.choice([f"ip {R.choice(['198.51.100', '203.0.113', '192.0.2'])}.{R.randint(1, 254)}", f"203.0.113.{R.randint(1, 254)}",
                     f"2001:db8:{R.randint(1000, 9999)}::{R.randint(1, 999)}:{R.randint(1000, 9999)}"])


def mac(lang):
    return R.choice([":", ":"]).join(f"{R.randint(0, 255):02x}" for _ in range(6))


KINDS = {"phone": phone, "email": email, "iban": any_iban, "rib_ma": rib, "card": card, "cin_ma": cin, "national_id_iq": id_iq,
         "plate_ma": plate_ma, "plate_iq": plate_iq, "national_id": national, "passport": passport, "licence": licence, "tax_id": tax,
         "health_id": health, "bank_account": bank, "plate": plate, "birth_date": born, "address": address, "coordinates": coordinates,
         "whereabouts": whereabouts, "wallet": wallet, "ip": ip, "mac": mac}
NAMED = {  # words without which such a number counts for nothing
    "cin_ma": {"ar": "بطاقة التعريف", "ma": "لاكارط ديالها", "iq": "CIN", "fr": "CIN", "en": "CIN"},
    "national_id_iq": {"ar": "رقم البطاقة الوطنية", "ma": "البطاقة الموحدة", "iq": "هويته", "fr": "identity card", "en": "national id"},
    "plate_ma": {"ar": "لوحة السيارة", "ma": "طوموبيلتها", "iq": "لوحة", "fr": "matricule", "en": "plate"},
    "plate_iq": {"ar": "رقم السيارة", "ma": "لوحة", "iq": "رقم سيارته", "fr": "plaque", "en": "plate"},
}
FRAMES = {
    "ar": ["هذه بياناتها: {}", "{} انشروها في كل مكان", "وصلتني معلومة {} صحيحة", "للعلم {} والباقي في التعليقات", "{}"],
    "ma": ["هاهي {} ديالها", "شوفو {} عندي غير هادشي", "خويا {} الله يحفظك", "ديرو ليها {} دابا", "{}"],
    "iq": ["هاي {} مالته", "شوفوا {} هسه", "عيني {} وصلكم", "{} لا تنسون", "{}"],
    "fr": ["voici : {} à partager", "regardez {} c'est elle", "j'ai trouvé {} hier", "{} faites tourner", "{}"],
    "en": ["here you go: {} share it", "look, {} is all I have", "got this yesterday {}", "{} pass it on", "{}"],
}


def negatives(lang):
    n = R.randint(2, 9)
    verse = f"{R.randint(2, 60)}:{R.randint(1, 200)}"
    price = R.choice([f"{R.randint(100, 9999)} dh", f"{R.randint(1, 9)}.{R.randint(100, 999)},00", f"{R.randint(10, 99)} 000 دينار", f"{R.randint(1, 99)}.99 $"])
    day, month, year = date()
    return R.choice([
        {"ar": f"السعر {price} فقط", "ma": f"الثمن {price} و التوصيل فابور", "iq": f"سعره {price} وبيه مجال", "fr": f"le prix est de {price}", "en": f"only {price} today"}[lang],
        {"ar": f"الموعد يوم {day}/{month}/2026 الساعة {R.randint(8, 20)}:30", "ma": f"نهار {day}-{month}-2026 مع {R.randint(8, 20)}h30",
         "iq": f"يوم {day}/{month} بالساعة {R.randint(1, 12)}", "fr": f"rendez-vous le {day}/{month}/2026 à {R.randint(8, 20)}h30",
         "en": f"see you on {day}/{month}/2026 at {R.randint(8, 20)}:30"}[lang],
        {"ar": f"قال تعالى في الآية {verse}", "ma": f"سورة البقرة الآية {R.randint(1, 286)}", "iq": f"الآية {verse} من السورة", "fr": f"verset {verse}", "en": f"verse {verse}"}[lang],
        {"ar": f"رقم الشحنة RR{digits(9)}CN في الطريق", "ma": f"رقم الطرد {digits(13, '1')}", "iq": f"رقم الطلبية #{digits(8)}",
         "fr": f"colis n° 6A{digits(11)} en route", "en": f"tracking 1Z{digits(16)}"}[lang],
        {"ar": f"انتهت المباراة {n}-{R.randint(0, 5)}", "ma": f"الوداد {n}-{R.randint(0, 4)} الرجاء", "iq": f"فزنا {n} - {R.randint(0, 4)}",
         "fr": f"victoire {n}-{R.randint(0, 4)} hier", "en": f"we won {n}-{R.randint(0, 4)}"}[lang],
        {"ar": f"{R.randint(1, 900)} ألف مشاهدة و {R.randint(1000, 99999)} إعجاب", "ma": f"وصلنا {digits(7, '1')} متابع", "iq": f"{digits(6, '2')} مشاهده",
         "fr": f"{R.randint(1, 9)} {R.randint(100, 999)} {R.randint(100, 999)} vues", "en": f"{digits(7, '3')} views"}[lang],
        f"https://www.tiktok.com/@someone/video/{digits(19, '7')}",
        {"ar": f"في شارع مزدحم وسط المدينة قُتل {n} أشخاص", "ma": f"فالزنقة كاين {n} ديال الطوموبيلات", "iq": f"بالشارع {n} سيارات",
         "fr": f"les {n} rues du centre sont fermées", "en": f"I walked {n} miles down the road"}[lang],
        {"ar": f"وصلت درجة الحرارة إلى {R.randint(30, 50)}.{R.randint(1, 9)}", "ma": f"السخانة {R.randint(30, 48)} درجة", "iq": f"حر {R.randint(40, 52)} درجه",
         "fr": f"il fait {R.randint(30, 48)},{R.randint(1, 9)} degrés", "en": f"version {n}.{R.randint(0, 9)}.{R.randint(0, 9)}.{R.randint(0, 9)} is out"}[lang],
        {"ar": "لا أعرف أين أسكن بعد التخرج", "ma": "ما عرفتش فين غادي نسكن", "iq": "ما اعرف وين اسكن", "fr": "je ne sais pas où habiter", "en": "I know where I live"}[lang],
        f"order {digits(10)} ref {digits(6)}/{digits(4)}",
        {"ar": f"القانون رقم {R.randint(10, 99)}.{R.randint(10, 25)} المادة {R.randint(1, 99)}", "ma": f"القانون {R.randint(10, 99)}-{R.randint(10, 25)}",
         "iq": f"قرار {R.randint(100, 999)} لسنة {R.randint(1990, 2025)}", "fr": f"loi n° {R.randint(10, 99)}-{R.randint(10, 25)}", "en": f"section {R.randint(1, 99)}.{R.randint(1, 9)} of 2019"}[lang],
    ])


def generated(per_kind=100):
    for kind, make in KINDS.items():
        for i in range(per_kind):
            lang = list(FRAMES)[i % len(FRAMES)]
            value = make(lang)
            shown = NAMED[kind][lang] + " " + value if kind in NAMED else value
            yield kind, value, R.choice(FRAMES[lang]).format(shown)
    for i in range(1500):
        lang = list(FRAMES)[i % len(FRAMES)]
        yield None, "", R.choice(FRAMES[lang]).format(negatives(lang))


def written():
    """kind TAB what is to be found TAB line; '-' for nothing"""
    with open(os.path.join(HERE, "private_lines.tsv"), encoding="utf-8") as lines:
        for line in lines:
            if line.startswith("#") or not line.strip():
                continue
            kind, value, text = line.rstrip("\n").split("\t")
            yield (None if kind == "-" else kind), value, text


# ---- measuring ----

def wilson(right, n):
    if n == 0:
        return 0.0, 1.0
    z, p = 1.959964, right / n
    middle, half = (p + z * z / (2 * n)) / (1 + z * z / n), z * math.sqrt(p * (1 - p) / n + z * z / (4 * n * n)) / (1 + z * z / n)
    return max(0.0, middle - half), min(1.0, middle + half)


def run(marsad, texts):
    out = subprocess.run([marsad, "text", "--json"], input="\n".join(texts) + "\n", encoding="utf-8", stdout=subprocess.PIPE, check=True).stdout
    return [json.loads(line) for line in out.splitlines()]


def span(finding):
    place = finding["places"][0]
    return place["start"], place["end"]


def covers(finding, text, value):
    start, end = span(finding)
    at = text.encode().find(value.encode())
    both = min(end, at + len(value.encode())) - max(start, at)
    # words that name a number ("passport number") may stand in the value and need not be covered
    core = value.encode().split(b" ")[-1] if value else b""
    inside = at <= start and end <= at + len(value.encode()) + 1
    return both * 2 >= len(value.encode()) or (inside and both >= len(core) * 0.5)


def measure(marsad, cases, misses):
    table = {kind: [0, 0, 0] for kind in KINDS}  # right, to be found, said
    alarms = quiet = 0
    for (kind, value, text), answer in zip(cases, run(marsad, [c[2] for c in cases])):
        hits = [f for f in answer["findings"] if f["kind"] == "private"]
        quiet += kind is None
        alarms += kind is None and bool(hits)
        found = False
        for hit in hits:
            table[hit["label"]][2] += 1
            right = kind == hit["label"] and not found and covers(hit, text, value)
            found |= right
            if misses and not right:
                print(f"said {hit['label']} '{hit['quote']}' in: {text}", file=sys.stderr)
        if kind:
            table[kind][1] += 1
            table[kind][0] += found
            if misses and not found:
                print(f"missed {kind} in: {text}", file=sys.stderr)
    return table, alarms, quiet


def show(name, table, alarms, quiet, as_json):
    rows = []
    for kind, (right, want, said) in table.items():
        if want + said == 0:
            continue
        rows.append({"kind": kind, "lines": want, "recall": round(right / want, 4) if want else None,
                     "recall_95": [round(x, 3) for x in wilson(right, want)], "precision": round(right / said, 4) if said else None,
                     "precision_95": [round(x, 3) for x in wilson(right, said)]})
    low, high = wilson(alarms, quiet)
    if as_json:
        print(json.dumps({"set": name, "kinds": rows, "quiet_lines": quiet, "false_alarms": alarms, "false_alarms_95": [round(low, 4), round(high, 4)]}))
        return
    print(f"{name}: {quiet} lines without, {alarms} of them called private [{100 * low:.1f}, {100 * high:.1f} %]")
    for r in rows:
        recall = f"{100 * r['recall']:5.1f}" if r["recall"] is not None else "  -  "
        precision = f"{100 * r['precision']:5.1f}" if r["precision"] is not None else "  -  "
        print(f"  {r['kind']:15} {r['lines']:4} lines  recall {recall} [{100 * r['recall_95'][0]:.1f}, {100 * r['recall_95'][1]:.1f}]"
              f"  precision {precision} [{100 * r['precision_95'][0]:.1f}, {100 * r['precision_95'][1]:.1f}]")


def doxxing(marsad, as_json, misses):
    """label TAB line: 1 a post that exposes somebody, 0 one that does not"""
    with open(os.path.join(HERE, "doxxing_lines.tsv"), encoding="utf-8") as lines:
        cases = [line.rstrip("\n").split("\t") for line in lines if line[:2] in ("0\t", "1\t")]
    right = want = said = alarms = quiet = 0
    for (label, text), answer in zip(cases, run(marsad, [c[1] for c in cases])):
        flagged = answer.get("category") == "privacy.doxxing"
        want += label == "1"
        said += flagged
        right += flagged and label == "1"
        quiet += label == "0"
        alarms += flagged and label == "0"
        if misses and flagged != (label == "1"):
            print(f"doxxing {'said' if flagged else 'missed'}: {text}", file=sys.stderr)
    row = {"set": "doxxing", "lines": len(cases), "recall": round(right / want, 4), "recall_95": [round(x, 3) for x in wilson(right, want)],
           "precision": round(right / max(1, said), 4), "precision_95": [round(x, 3) for x in wilson(right, said)], "false_alarms": alarms, "quiet_lines": quiet}
    if as_json:
        print(json.dumps(row))
    else:
        print(f"doxxing: {want} lines recall {100 * row['recall']:.1f} {row['recall_95']}, precision {100 * row['precision']:.1f} {row['precision_95']}, "
              f"{alarms} of {quiet} harmless lines flagged")


def main():
    flags = [a for a in sys.argv[1:] if a.startswith("--")]
    rest = [a for a in sys.argv[1:] if not a.startswith("--")]
    if len(rest) != 1 or set(flags) - {"--json", "--misses"}:
        sys.exit(__doc__)
    for name, cases in (("made", list(generated())), ("written", list(written()))):
        show(name, *measure(rest[0], cases, "--misses" in flags), "--json" in flags)
    doxxing(rest[0], "--json" in flags, "--misses" in flags)


main()
