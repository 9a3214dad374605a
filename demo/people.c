/* Who posts: handles, names and numbers made up by lists and counters. */
#include "world.h"

static const char *const moroccan_names[] = {"خيال المغربية",     "رشيد الوهمي",      "Khayal Nour",
                                             "ليلى من كوكب آخر",  "سي الطيب الخيالي", "Hanane Mirage",
                                             "ولد الدرب الخيالي", "نجمة الضحى"};
static const char *const iraqi_names[] = {"ابو سراب",  "زينب الحلم", "حيدر الأسطوري",  "ام الورد الوهمية",
                                          "كرار سراب", "نور الخيال", "Sarab Baghdadi", "شهد الحكاية"};
static const char *const other_names[] = {"Mirage Daily", "Camille Chimère", "Nobody Inparticular",
                                          "Studio Songe", "Jean Personne",   "Make Believe"};
static const char *const stems[] = {"khayal", "wahm", "sarab", "hulm", "mirage", "songe", "fable", "ostora"};

/* A platform's own number for an account, made some days ago: it carries its time as a post's does. */
static struct sv native_id(struct world *w, int64_t days_ago, uint64_t number)
{
    int64_t seconds = w->now_us / US_PER_SECOND - days_ago * 86400;
    return world_printf(w, "%llu", (unsigned long long)seconds << 32 | (number * 7919 + 17));
}

void person_ordinary(struct world *w, struct account *out, enum country where, uint64_t number)
{
    struct rng r = {number * 3 + (uint64_t)where};
    const char *name = where == IN_MOROCCO ? moroccan_names[number % 8]
                       : where == IN_IRAQ  ? iraqi_names[number % 8]
                                           : other_names[number % 6];
    int64_t days = rng_between(&r, 200, 1900);
    out->platform = SV("tiktok");
    out->native_id = native_id(w, days, number * 4 + (uint64_t)where);
    out->handle = world_printf(w, "%s.%s%llu", stems[rng_below(&r, 8)], where == IN_IRAQ ? "iq" : "ma",
                               (unsigned long long)(1000 + number * 4 + (uint64_t)where));
    out->name = world_copy(w, name);
    out->sec_id = world_printf(w, "MS4wFICTION%016llx", (unsigned long long)rng_u64(&r));
    out->verified = 0;
    out->is_private = 0;
    out->created_us = w->now_us - days * US_PER_DAY;
    out->followers = rng_between(&r, 40, 9000);
    out->following = rng_between(&r, 20, 900);
    out->posts = rng_between(&r, 10, 700);
    out->likes = out->followers * rng_between(&r, 2, 40);
}

void person_fresh(struct world *w, struct account *out, uint64_t number)
{
    struct rng r = {number * 13 + 5};
    int64_t days = rng_between(&r, 1, 9);
    out->platform = SV("tiktok");
    out->native_id = native_id(w, days, 100000 + number);
    out->handle = world_printf(w, "user%llu",
                               (unsigned long long)(7000000000ull + rng_below(&r, 899999) * 1000 + number));
    out->name = world_printf(w, "%s %llu", number % 3 ? "ابن الغسق" : "user", (unsigned long long)number);
    out->sec_id = world_printf(w, "MS4wFRESH%016llx", (unsigned long long)rng_u64(&r));
    out->verified = 0;
    out->is_private = 0;
    out->created_us = w->now_us - days * US_PER_DAY;
    out->followers = rng_between(&r, 0, 14);
    out->following = rng_between(&r, 0, 30);
    out->posts = rng_between(&r, 1, 9);
    out->likes = rng_between(&r, 0, 90);
}

/* Digits in the writing of the Arab east. */
static struct sv eastern(struct world *w, struct sv digits)
{
    struct buf b;
    buf_init(&b, 0);
    for (size_t i = 0; i < digits.n; i++) {
        if (digits.p[i] < '0' || digits.p[i] > '9') {
            buf_putc(&b, digits.p[i]);
            continue;
        }
        buf_putc(&b, (char)0xd9);
        buf_putc(&b, (char)(0xa0 + digits.p[i] - '0'));
    }
    struct sv out = world_copy(w, buf_cstr(&b));
    buf_done(&b);
    return out;
}

struct sv phone_number(struct world *w, enum country where)
{
    int last = (int)rng_below(&w->rng, 1000), style = (int)rng_below(&w->rng, 3);
    if (where == IN_IRAQ) {
        struct sv plain = world_printf(w, style == 2 ? "+964 730 000 0%03d" : "07300000%03d", last);
        return style == 1 ? eastern(w, plain) : plain;
    }
    if (style == 1) return world_printf(w, "06 00 00 0%d %02d", last / 100, last % 100);
    return world_printf(w, style == 0 ? "0600000%03d" : "+212600000%03d", last);
}
