/* What the files of referrals share. */
#ifndef MARSAD_EXCHANGE_REFERRAL_PRIV_H
#define MARSAD_EXCHANGE_REFERRAL_PRIV_H

#include "exchange/referral.h"

/* A file of the workspace's policy folder, else the built-in one, into `out`. */
int exchange_policy_file(const char *dir, const char *name, struct buf *out, struct error *err) MUST_USE;

/* policy/referrals/<kind>.<lang>.txt filled from fields. */
int referral_template(const char *dir, struct sv kind, struct sv lang, struct sv fields, struct buf *subject,
                      struct buf *text, struct error *err) MUST_USE;

/* Moves a referral by an event, in the caller's transaction or its own: state, times that belong to the event, the row, the
 * event. r is changed. ERR_ARG when it cannot happen. */
int referral_move(const struct referral_room *room, struct referral *r, enum referral_event_kind what,
                  int64_t at_us, struct sv who, struct sv says, struct error *err) MUST_USE;
/* When an address is to be looked at again. */
int64_t referral_next_look(const struct referral_kind *k, const struct referral *r,
                           const struct referral_target *t, int64_t now_us);

/* DIR/exchange.key, made at first: what bodies sent by API are signed with (Ed25519). */
int exchange_key(const char *dir, struct arena *a, uint8_t public_key[32], uint8_t secret_key[64],
                 struct error *err) MUST_USE;

/* The message for the outbox: a whole e-mail, or a JSON body. */
struct letter {
    struct sv subject, text, page, fields, lang;
    struct sv reference, from, to;
    const struct letter_file {
        struct sv name, type, bytes;
    } * files;
    size_t nfiles;
    struct id128 id;
    int64_t at_us;
};
int letter_mail(const struct letter *l, struct buf *out, struct error *err) MUST_USE;
void letter_api(const struct letter *l, struct sv kind, struct buf *out);
/* First line and the rest. */
void letter_split(struct sv whole, struct sv *subject, struct sv *text);

#endif
