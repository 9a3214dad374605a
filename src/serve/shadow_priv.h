/* Policies that are tried: see shadow.c. */
#ifndef MARSAD_SERVE_SHADOW_PRIV_H
#define MARSAD_SERVE_SHADOW_PRIV_H

#include "policy/policy.h"
#include "serve/serve_priv.h"

enum { BACKTEST_EXAMPLES = 20, SHADOW_VERSION_BYTES = 160 };
struct backtest_example {
    struct id128 post;
    enum category was, would_be;
};
struct backtest {
    int64_t posts, same, newly, gone, category, hard, decided, right_now, right_then;
    struct backtest_example examples[BACKTEST_EXAMPLES];
    size_t nexamples;
};
/* One post: what the live policy said and what the other would say. */
void backtest_count(struct backtest *b, const struct id128 *post, const struct assessment *was,
                    const struct assessment *would);
void backtest_write(const struct backtest *b, struct jw *w);
/* Over stored posts in the order of their ids, at most max. */
int backtest_run(struct store *s, const struct policy *p, size_t max, struct backtest *out,
                 struct error *err) MUST_USE;

/* Thread-safe. */
int shadow_new(struct shadow **out, struct error *err) MUST_USE;
void shadow_free(struct shadow *s);
/* From here on this one is asked, too; source empty: none. ERR_POLICY. */
int shadow_use(struct shadow *s, struct sv version, struct sv source, struct error *err) MUST_USE;
/* What it has seen so far: false when it is not the one. */
bool shadow_seen(struct shadow *s, struct sv version, struct backtest *out);

#endif
