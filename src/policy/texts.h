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
struct sv text_get(const struct texts *t, enum lang lang, const char *key);
/* text_get with {0}… replaced, appended to b. */
void text_fill(const struct texts *t, enum lang lang, const char *key, const struct sv *args, size_t nargs,
               struct buf *b);
/* "ar", "fr_FR.UTF-8" … ; English when unknown. */
enum lang lang_parse(struct sv s);
const char *lang_name(enum lang l);

#endif
