#include "serve/readers.h"

#include "store/store_tune.h"

#include <pthread.h>
#include <stdlib.h>

enum { READER_CACHE_MIB = 4 }; /* the kernel keeps the file as well */

struct readers {
    pthread_mutex_t lock;
    pthread_cond_t free_again;
    unsigned n, nfree;
    struct store **all, **free_ones;
};

int readers_new(const char *where, unsigned n, struct readers **out, struct error *err)
{
    struct readers *r = calloc(1, sizeof *r);
    if (r) r->all = calloc(n, sizeof(struct store *));
    if (r) r->free_ones = calloc(n, sizeof(struct store *));
    if (!r || !r->all || !r->free_ones) {
        if (r) free(r->all);
        free(r);
        return error_set(err, ERR_NOMEM, "serve", "no memory for %u readers", n);
    }
    pthread_mutex_init(&r->lock, NULL);
    pthread_cond_init(&r->free_again, NULL);
    int code = 0;
    for (; r->n < n && code == 0; r->n += code == 0) {
        code = store_open(where, &r->all[r->n], err);
        if (code == 0 && store_cache(r->all[r->n], READER_CACHE_MIB, err) != 0) {
            r->n++; /* to be closed */
            code = err->code;
            break;
        }
    }
    if (code) {
        readers_free(r);
        return code;
    }
    memcpy(r->free_ones, r->all, n * sizeof(struct store *));
    r->nfree = n;
    *out = r;
    return 0;
}

void readers_free(struct readers *r)
{
    if (!r) return;
    for (unsigned i = 0; i < r->n; i++) store_close(r->all[i]);
    pthread_cond_destroy(&r->free_again);
    pthread_mutex_destroy(&r->lock);
    free(r->free_ones);
    free(r->all);
    free(r);
}

struct store *readers_take(struct readers *r)
{
    pthread_mutex_lock(&r->lock);
    while (r->nfree == 0) pthread_cond_wait(&r->free_again, &r->lock);
    struct store *s = r->free_ones[--r->nfree];
    pthread_mutex_unlock(&r->lock);
    return s;
}

void readers_give(struct readers *r, struct store *s)
{
    pthread_mutex_lock(&r->lock);
    r->free_ones[r->nfree++] = s;
    pthread_cond_signal(&r->free_again);
    pthread_mutex_unlock(&r->lock);
}
