/* What a post is written in, where its feed does not say or says no more than "Arabic": for who gets it to read, and for error
 * rates by dialect. */
#ifndef MARSAD_ENGINE_LANGUAGE_H
#define MARSAD_ENGINE_LANGUAGE_H

#include "model/post.h"
#include "text/dialect.h"

struct engine;
/* The model that ships; *borrowed until* the engine closes. */
const struct dialect_model *engine_dialects(const struct engine *e);
/* Sets p->language from what most words of its texts are in ("ar-ma", "fr" …); a finer word of the feed stays, and so does
 * everything where there are fewer than LANGUAGE_LEAST_WORDS. The code is constant. ERR_NOMEM. */
enum { LANGUAGE_LEAST_WORDS = 3 };
int language_set(const struct dialect_model *m, struct post *p, struct arena *a, struct error *err) MUST_USE;

#endif
