/* What the files of a report share: words in the reader's language, put together in an arena of the pass. */
#ifndef MARSAD_EVIDENCE_REPORT_PRIV_H
#define MARSAD_EVIDENCE_REPORT_PRIV_H

#include "evidence/report.h"
#include "evidence/report_page.h"
#include "evidence/stills.h"

struct report_writer {
    struct page page;
    const struct dossier *d;
    const struct report_options *o;
    struct arena arena; /* texts put together; cleared between the passes */
    struct stills *stills;
    bool no_memory;
};

struct sv writer_text(const struct report_writer *r, const char *key);
/* "category.hate", where there is such a text; the word itself where not. */
struct sv writer_word(const struct report_writer *r, const char *family, const char *name);
struct sv writer_word_sv(const struct report_writer *r, const char *family, struct sv name);
/* At most 8 arguments. */
struct sv writer_filled(struct report_writer *r, const char *key, const struct sv *args, size_t n);
struct sv writer_when(struct report_writer *r, int64_t us); /* "–" when it is not known */
struct sv writer_count(struct report_writer *r, int64_t n);
/* What is between two moments: "3 h 20 min". */
struct sv writer_span(struct report_writer *r, int64_t us);
/* A line of a name and its value; nothing when the value is empty. */
void writer_pair(struct report_writer *r, const char *key, struct sv value, enum report_words words);

/* What people did: report_acts.c. */
void writer_put_decisions(struct report_writer *r);
void writer_put_referrals(struct report_writer *r);
void writer_put_custody(struct report_writer *r);

#endif
