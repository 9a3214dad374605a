/* Templates of letters: text with holes, filled from JSON.
 *
 *     {authority.name}            a member; members of the innermost list's item come first
 *     {#urls} … {/urls}           once for each item of a list; once when it is anything else that says something
 *     {^urls} … {/urls}           when it is absent, empty or false
 *     {{ and }}                   the braces themselves
 *
 * A line that holds nothing but a section's mark leaves nothing behind. In front, ended by a line "---", stand "subject:" and
 * "require:" (members, with commas, without which no letter is made). Values are inserted as they are; who writes HTML
 * escapes afterwards. Bounded by TEMPLATE_MAX_BYTES, TEMPLATE_MAX_DEPTH and the buffer's maximum. */
#ifndef MARSAD_EXCHANGE_TEMPLATE_H
#define MARSAD_EXCHANGE_TEMPLATE_H

#include "base/json.h"

struct template_text {
    struct sv subject, require, body; /* *borrowed until* the template's bytes go */
};
/* ERR_FORMAT with the line. */
int template_parse(struct sv name, struct sv bytes, struct template_text *out, struct error *err) MUST_USE;
/* ERR_ARG naming the first required member that is missing; ERR_FORMAT with the line of a mark that does not fit. */
int template_fill(struct sv name, const struct template_text *t, const struct json *data, struct buf *subject,
                  struct buf *body, struct error *err) MUST_USE;

#endif
