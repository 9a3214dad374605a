/* Finding: an account with its posts, and posts by words, place or state. */
#include "serve/serve_priv.h"

#include "store/store_look.h"

#include <stdlib.h>
#include <string.h>

/* ---- account ---- */

void api_account(struct call *c)
{
    struct id128 id, *ids = NULL;
    size_t n = 0;
    struct error err;
    struct post p = {0};
    int64_t known_us;
    struct decision_filter f;
    if (!param_id(c, 0, &id)) return;
    int code = store_account_posts(call_store(c), &id, 200, &c->arena, &ids, &n, &err);
    if (code == 0 && n == 0) code = error_set(&err, ERR_NOTFOUND, "serve", "no such account here");
    if (code == 0) code = store_get_post(call_store(c), &ids[0], &c->arena, &p, &known_us, &err);
    if (code) {
        call_error(c, &err);
        return;
    }
    struct jw *w = &c->w;
    call_json(c, 200);
    jw_object(w);
    jw_key(w, "account");
    jw_object(w);
    put_id(w, "id", &id);
    jw_kv_sv(w, "platform", p.platform);
    put_opt(w, "native_id", p.account.native_id);
    put_opt(w, "handle", p.account.handle);
    put_opt(w, "name", p.account.name);
    put_opt(w, "bio", p.account.bio);
    put_us(w, "created_us", p.account.created_us);
    if (p.account.followers >= 0) jw_kv_i64(w, "followers", p.account.followers);
    if (p.account.following >= 0) jw_kv_i64(w, "following", p.account.following);
    if (p.account.likes >= 0) jw_kv_i64(w, "likes", p.account.likes);
    if (p.account.posts >= 0) jw_kv_i64(w, "posts", p.account.posts);
    jw_end(w);
    jw_key(w, "posts");
    jw_array(w);
    for (size_t i = 0; i < n && i < 50; i++) (void)put_post_line(c, &ids[i]);
    jw_end(w);
    decision_filter_init(&f);
    f.account = id;
    code = put_decisions(c, "decisions", &f, NULL, &err);
    put_graph(c, &id, &p.account, ids, n);
    jw_end(w);
    if (code) call_error(c, &err);
}

/* ---- search ---- */

enum { SEARCH_PAGE = 50, WALK = 2000 };

struct search {
    struct sv words, platform, state;
    enum category category;
    struct id128 account;
};

static bool has_category(struct call *c, const struct id128 *id, enum category category, struct arena *a)
{
    struct finding_list l;
    struct assessment as;
    struct error ignored;
    finding_list_init(&l, a);
    bool same =
        store_get_result(call_store(c), id, a, &l, &as, NULL, &ignored) == 0 && as.category == category;
    finding_list_done(&l);
    return same;
}

static bool matches(struct call *c, const struct search *q, const struct id128 *id, struct arena *a)
{
    struct post p;
    struct error ignored;
    int64_t known_us;
    if (store_get_post(call_store(c), id, a, &p, &known_us, &ignored) != 0) return false;
    if (q->platform.n > 0 && !sv_eq(p.platform, q->platform)) return false;
    if (!id_is_zero(&q->account) && !id_eq(&p.account.id, &q->account)) return false;
    if (q->category != CATEGORY_NONE && !has_category(c, id, q->category, a)) return false;
    return q->state.n == 0 || sv_is(q->state, post_state(c, id));
}

/* The longest words say most; of those with the same number of letters, whichever. */
static int longest_first(const void *x, const void *y)
{
    const struct sv *a = x, *b = y;
    return (a->n < b->n) - (a->n > b->n);
}

/* ---- words that are not noted yet ---- */

enum { PENDING = 300 };

static int by_id(const void *x, const void *y) { return memcmp(x, y, sizeof(struct id128)); }

/* Posts that came last, and others that wait to be looked over, behind `after`, each once. *out_rest: others wait too. */
static int unread(struct call *c, const struct id128 *after, struct id128 **out, size_t *out_n,
                  bool *out_rest, struct error *err)
{
    struct id128 *all = ARENA_ARRAY(&c->arena, PENDING + KEEPER_FRESH, struct id128), *ids = NULL;
    size_t n = 0, kept = 0, more = 0;
    if (!all) return error_set(err, ERR_NOMEM, "serve", "no memory for a search");
    int code = store_look_after(call_store(c), after, PENDING + 1, &c->arena, &ids, &n, err);
    if (code) return code;
    *out_rest = n > PENDING;
    if (*out_rest) n = PENDING;
    if (n > 0) memcpy(all, ids, n * sizeof *all);
    if (*out_rest) more = keeper_freshest(c->s, all + n);
    qsort(all, n + more, sizeof *all, by_id);
    for (size_t i = 0; i < n + more; i++)
        if ((!after || by_id(&all[i], after) > 0) && (kept == 0 || !id_eq(&all[kept - 1], &all[i])))
            all[kept++] = all[i];
    *out = all;
    *out_n = kept;
    return 0;
}

/* Adds those of them in which the words stand, in the order of ids. */
static int add_unread(struct call *c, const struct sv *words, size_t nwords, const struct id128 *after,
                      struct id128 **ids, size_t *n, bool more, bool *out_rest, struct error *err)
{
    struct id128 *others = NULL;
    struct arena a;
    size_t nothers = 0, had = *n;
    int code = unread(c, after, &others, &nothers, out_rest, err);
    struct id128 *all = code == 0 ? ARENA_ARRAY(&c->arena, had + nothers + 1, struct id128) : NULL;
    if (code) return code;
    if (!all) return error_set(err, ERR_NOMEM, "serve", "no memory for a search");
    if (had > 0) memcpy(all, *ids, had * sizeof *all);
    arena_init(&a, 0);
    for (size_t i = 0; code == 0 && i < nothers; i++) {
        bool has = false, there = bsearch(&others[i], all, had, sizeof *all, by_id) != NULL;
        if (there || (more && by_id(&others[i], &all[had - 1]) > 0))
            continue; /* those come with the next page */
        arena_clear(&a);
        code = review_has_words(call_store(c), &others[i], words, nwords, &a, &has, err);
        if (has) all[(*n)++] = others[i];
    }
    arena_done(&a);
    qsort(all, *n, sizeof *all, by_id);
    *ids = all;
    return code;
}

/* Posts that may be meant, behind `after`, by id: those with the words; else the account's; else all. *out_more: there may
 * be others behind them. *out_rest: posts wait whose words
 * nobody has read yet. */
static int candidates(struct call *c, const struct search *q, const struct id128 *after, struct id128 **ids,
                      size_t *n, bool *out_more, bool *out_rest, struct error *err)
{
    enum { WORDS = 64 };
    struct sv words[WORDS];
    size_t nwords = 0;
    struct store *s = call_store(c);
    int code = review_words(q->words, &c->arena, words, WORDS, &nwords, err);
    if (code) return code;
    if (nwords > 0) {
        qsort(words, nwords, sizeof *words, longest_first);
        if (nwords > WORDS_OF_A_QUERY) nwords = WORDS_OF_A_QUERY;
        code = store_words_find(s, words, nwords, after, WALK, &c->arena, ids, n, err);
        *out_more = *n == WALK;
        return code ? code : add_unread(c, words, nwords, after, ids, n, *out_more, out_rest, err);
    } else if (q->words.n > 0) { /* signs alone stand nowhere */
        *n = 0;
    } else if (!id_is_zero(&q->account)) {
        return store_account_posts(s, &q->account, WALK, &c->arena, ids, n, err);
    } else {
        code = store_post_ids(s, after, WALK, &c->arena, ids, n, err);
    }
    *out_more = *n == WALK;
    return code;
}

static bool read_search(struct call *c, struct search *q, struct id128 *after, bool *out_some)
{
    *q = (struct search){.words = sv_trim(query_text(c, "q")),
                         .platform = query_text(c, "platform"),
                         .state = query_text(c, "state")};
    struct sv category = query_text(c, "category"), account = query_text(c, "account"),
              cursor = query_cursor(c);
    if (category.n > 0 && (q->category = category_parse(category)) == CATEGORY_NONE)
        in_bad(c, "category", "is not one of the closed list");
    if (account.n > 0 && !id_parse(account, &q->account)) in_bad(c, "account", "must be 32 hex digits");
    if (cursor.p && !id_parse(cursor, after)) in_bad(c, "cursor", "is not one of a search");
    *out_some = cursor.p != NULL;
    return !c->failed;
}

/* A link, an id or a native id finds its post at once; words are looked up; the rest is a walk, so many to a request: the cursor
 * goes on. */
void api_search(struct call *c)
{
    struct search q;
    struct id128 after, *ids = NULL, one;
    struct error err;
    size_t n = 0, i = 0;
    bool some, more = false, rest = false;
    int64_t limit = query_i64(c, "limit", 1, SEARCH_PAGE, 25), put = 0;
    if (!read_search(c, &q, &after, &some)) return;
    bool direct = q.words.n >= 4 && !some && store_find_post(call_store(c), q.words, &one, &err) == 0;
    if (direct) {
        ids = &one;
        n = 1;
    } else if (candidates(c, &q, some ? &after : NULL, &ids, &n, &more, &rest, &err) != 0) {
        call_error(c, &err);
        return;
    }
    struct arena a;
    arena_init(&a, 0);
    call_json(c, 200);
    jw_object(&c->w);
    jw_key(&c->w, "items");
    jw_array(&c->w);
    for (; i < n && put < limit; i++) {
        arena_clear(&a);
        if (matches(c, &q, &ids[i], &a)) put += put_post_line(c, &ids[i]);
    }
    jw_end(&c->w);
    arena_done(&a);
    bool by_time = q.words.n == 0 && !id_is_zero(&q.account);
    if (n > 0 && !by_time && (i < n || more)) {
        char id[ID_TEXT_BYTES];
        id_format(&ids[i - 1], id);
        put_cursor(c, "%s", id);
    }
    if (rest) jw_kv_bool(&c->w, "pending", true);
    jw_end(&c->w);
}
