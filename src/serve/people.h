/* Making and inviting people: by the interface and by the command line alike. Owner's thread, in a transaction. */
#ifndef MARSAD_SERVE_PEOPLE_H
#define MARSAD_SERVE_PEOPLE_H

#include "store/store_people.h"

enum { INVITE_TEXT_BYTES = 44 };
/* Two to 64 printable ASCII characters without spaces, and not "setup". */
bool people_good_login(struct sv login);
/* Somebody new, invited: `token` is what the one-time link "/invite#TOKEN" holds. ERR_EXISTS when the login is taken,
 * ERR_ARG when a login or a list of roles is none. Strings of *out in `a`. */
int people_add(struct store *s, struct sv login, struct sv name, struct sv roles, struct sv languages,
               struct arena *a, char token[INVITE_TEXT_BYTES], struct person *out,
               struct error *err) MUST_USE;
/* Another link; password, second factor and sessions end. */
int people_invite_again(struct store *s, const struct id128 *id, struct arena *a,
                        char token[INVITE_TEXT_BYTES], struct person *out, struct error *err) MUST_USE;
/* A step of the ledger about a person. */
int people_note(struct store *s, const struct person *p, const char *what, struct error *err) MUST_USE;
/* Whether an administrator who can sign in is left without `but`. */
int people_admins_without(struct store *s, const struct id128 *but, struct arena *a, bool *out,
                          struct error *err) MUST_USE;

#endif
