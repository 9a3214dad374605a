/* The words that people see, in Arabic, French and English: policy/texts/<lang>.txt, lines "key = text" with {0} {1}
 * for what is filled in. A key missing in one language falls back to English, then to the key itself; the tests
 * require that none is missing. */
#ifndef MARSAD_POLICY_TEXTS_H
#define MARSAD_POLICY_TEXTS_H

#include "base/buf.h"
#include "base/map.h"

enum lang { LANG_EN = 0, LANG_FR, LANG_AR, LANG_COUNT };

struct texts;
/* From the built-in files, with those of `dir` (may be NULL) laid over them. */
int texts_new(const char *dir, struct texts **out, struct error *err) MUST_USE;
void texts_free(struct texts *t);
/* Lays the lines of one file over what is there. ERR_FORMAT with name and line; what stood before the bad line stays. */
int texts_add(struct texts *t, enum lang l, struct sv name, struct sv bytes, struct error *err) MUST_USE;
/* Whether that very language has the key. */
bool text_has(const struct texts *t, enum lang lang, const char *key);
/* *Borrowed until* texts_free or the next texts_add. */
struct sv text_get(const struct texts *t, enum lang lang, const char *key);
/* text_get with {0}… replaced, appended to b. A number without an argument gives nothing. */
void text_fill(const struct texts *t, enum lang lang, const char *key, const struct sv *args, size_t nargs,
               struct buf *b);
/* "ar", "fr_FR.UTF-8" … ; English when unknown. */
enum lang lang_parse(struct sv s);
const char *lang_name(enum lang l);

#endif
