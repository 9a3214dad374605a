/* Private data in the texts of a post. Data alone is no harm: most numbers that people post are their own. So the
 * probability that a finding alone gives is low, and the context says what the words around it tell: "advert" a shop's,
 * "own" the speaker's, "other" somebody else's. The policy joins that with who is aimed at. */
#include "detect/detect_priv.h"

static int open(const struct detect_env *env, void **out_state, struct error *err)
{
    *out_state = NULL;
    return 0;
}

static void close(void *state) {}

/* How likely it is that such data, if it is that, stands there to expose somebody. Nobody shows their own identity
 * card's number to the world; everybody gives their e-mail address. */
static double exposes(enum private_kind k)
{
    switch (k) {
    case PRIVATE_CIN_MA:
    case PRIVATE_NATIONAL_ID_IQ:
    case PRIVATE_NATIONAL_ID:
    case PRIVATE_PASSPORT:
    case PRIVATE_LICENCE:
    case PRIVATE_HEALTH_ID:
    case PRIVATE_CARD: return 0.45;
    case PRIVATE_WHEREABOUTS: return 0.5;
    case PRIVATE_ADDRESS: return 0.35;
    case PRIVATE_PHONE:
    case PRIVATE_IBAN:
    case PRIVATE_TAX_ID:
    case PRIVATE_BANK_ACCOUNT:
    case PRIVATE_COORDINATES:
    case PRIVATE_IP:
    case PRIVATE_RIB_MA: return 0.3;
    case PRIVATE_BIRTH_DATE:
    case PRIVATE_MAC:
    case PRIVATE_PLATE:
    case PRIVATE_PLATE_MA:
    case PRIVATE_PLATE_IQ: return 0.2;
    case PRIVATE_WALLET:
    case PRIVATE_EMAIL: return 0.15;
    case PRIVATE_KIND_COUNT: break;
    }
    return 0;
}

#define SAID_WITH_PLACE 0.9

static struct sv context_of(const struct text_unit *u, const struct private_hit *h)
{
    /* What an account says of itself is its own. */
    if (u->field == TEXT_BIO || u->field == TEXT_NAME) return SV("own");
    /* "I know where she lives, near the mill": said with a place, it is somebody else's by itself. */
    if (h->kind == PRIVATE_WHEREABOUTS && h->probability > SAID_WITH_PLACE) return SV("other");
    enum whose whose = whose_is(&u->norm, h->start, h->end);
    if (whose == WHOSE_OTHER) return SV("other");
    if (h->advert) return SV("advert");
    return whose == WHOSE_OWN ? SV("own") : SV_NULL;
}

static int report(const struct text_unit *u, const struct private_hit *h, struct finding_list *out)
{
    struct place p = unit_place(u, h->start, h->end);
    struct finding f;
    finding_init(&f);
    f.kind = FINDING_PRIVATE;
    f.detector = sv_cstr(detector_private.name);
    f.detector_version = detector_private.version;
    f.category = CATEGORY_PRIVACY_DOXXING;
    f.probability = h->probability * exposes(h->kind);
    f.label = sv_cstr(private_kind_name(h->kind));
    f.quote = sv_sub(u->norm.original, h->start, h->end);
    f.context = context_of(u, h);
    f.places = &p;
    f.nplaces = 1;
    return finding_add(out, &f);
}

static int run(const void *state, struct detect_scratch *s, const struct detect_item *item,
               struct finding_list *out, struct error *err)
{
    int rc = scratch_units(s, item, err);
    for (size_t i = 0; i < s->nunits && !rc; i++) {
        const struct text_unit *u = &s->units[i];
        if (u->field == TEXT_HANDLE) continue; /* digits in a handle are a name */
        struct private_hit *hits = NULL;
        size_t n = 0;
        rc = private_find(&u->norm, &s->arena, &hits, &n, err);
        for (size_t k = 0; k < n && !rc; k++)
            if (report(u, &hits[k], out))
                rc = error_set(err, ERR_NOMEM, DETECT_MODULE, "no memory for a finding");
    }
    return rc;
}

const struct detector detector_private = {
    .name = "private",
    .help = "private data: phones, e-mail, bank accounts, cards, identity numbers, plates, addresses, "
            "coordinates",
    .version = 2,
    .wants = DETECT_TEXT,
    .open = open,
    .run = run,
    .close = close,
};
