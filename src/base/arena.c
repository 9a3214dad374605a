/* Blocks in a list, the newest in front; allocation moves a mark through the front block.
 *
 *     head → [next|cap|used|data …] → [next|cap|used|data …] → NULL
 *
 * A wish above BLOCK_MAX gets a block of its own behind the front one, so that the front one's rest is not lost.
 * Under AddressSanitizer everything not handed out is poisoned, so that a read past an allocation is seen. */
#include "base/arena.h"

#include <stdio.h>
#include <stdlib.h>

#include "base/checked.h"
#include "base/limits.h"

#if defined(__SANITIZE_ADDRESS__)
#define ARENA_POISONS 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer)
#define ARENA_POISONS 1
#endif
#endif
#ifdef ARENA_POISONS
#include <sanitizer/asan_interface.h>
#define HIDE(p, n) ASAN_POISON_MEMORY_REGION((p), (n))
#define SHOW(p, n) ASAN_UNPOISON_MEMORY_REGION((p), (n))
enum {
    GAP_BYTES = 16
}; /* between two allocations, so that the first byte past one is never the next one's */
#else
#define HIDE(p, n) ((void)(p), (void)(n))
#define SHOW(p, n) ((void)(p), (void)(n))
enum { GAP_BYTES = 0 };
#endif

enum { ALIGN_BYTES = 16, BLOCK_MIN = 4096, BLOCK_MAX = 256 << 10 };

struct arena_block {
    struct arena_block *next;
    size_t cap, used;
    _Alignas(ALIGN_BYTES) char data[];
};

static void block_free(struct arena_block *b)
{
    SHOW(b->data, b->cap);
    free(b);
}

static struct arena_block *block_new(size_t cap)
{
    size_t total;
    if (!checked_add(sizeof(struct arena_block), cap, &total)) return NULL;
    struct arena_block *b = malloc(total);
    if (!b) return NULL;
    b->next = NULL;
    b->cap = cap;
    b->used = 0;
    HIDE(b->data, cap);
    return b;
}

void arena_init(struct arena *a, size_t max_bytes)
{
    *a = (struct arena){.max_bytes = max_bytes ? max_bytes : ARENA_MAX_BYTES};
}

void arena_done(struct arena *a)
{
    if (!a) return;
    for (struct arena_block *b = a->head, *next; b; b = next) {
        next = b->next;
        block_free(b);
    }
    a->head = NULL;
    a->used_bytes = 0;
}

void arena_clear(struct arena *a)
{
    struct arena_block *keep = a->head;
    for (struct arena_block *b = a->head; b; b = b->next)
        if (b->cap > keep->cap) keep = b;
    for (struct arena_block *b = a->head, *next; b; b = next) {
        next = b->next;
        if (b != keep) block_free(b);
    }
    if (keep) {
        keep->next = NULL;
        keep->used = 0;
        HIDE(keep->data, keep->cap);
    }
    a->head = keep;
    a->used_bytes = 0;
}

/* A block with room for `need` bytes, in front unless the wish is a large one. */
static struct arena_block *room_for(struct arena *a, size_t need)
{
    struct arena_block *head = a->head;
    if (head && head->cap - head->used >= need) return head;
    size_t cap = BLOCK_MIN;
    if (head) cap = head->cap >= BLOCK_MAX ? BLOCK_MAX : 2 * head->cap;
    if (cap > BLOCK_MAX) cap = BLOCK_MAX;
    while (cap < need && cap < BLOCK_MAX) cap *= 2;
    if (cap > BLOCK_MAX) cap = BLOCK_MAX;
    struct arena_block *b = block_new(need > cap ? need : cap);
    if (!b) return NULL;
    if (head && need > BLOCK_MAX) {
        b->next = head->next;
        head->next = b;
    } else {
        b->next = head;
        a->head = b;
    }
    return b;
}

void *arena_alloc(struct arena *a, size_t n)
{
    size_t need;
    if (!checked_add(n ? n : 1, ALIGN_BYTES - 1, &need)) return NULL;
    need &= ~(size_t)(ALIGN_BYTES - 1);
    if (need > a->max_bytes || a->used_bytes > a->max_bytes - need) return NULL;
    size_t with_gap;
    if (!checked_add(need, GAP_BYTES, &with_gap)) return NULL;
    struct arena_block *b = room_for(a, with_gap);
    if (!b) return NULL;
    char *p = b->data + b->used;
    b->used += with_gap;
    a->used_bytes += need;
    SHOW(p, n);
    return memset(p, 0, n);
}

void *arena_array(struct arena *a, size_t count, size_t size)
{
    size_t n;
    return checked_mul(count, size, &n) ? arena_alloc(a, n) : NULL;
}

char *arena_cstr(struct arena *a, struct sv s)
{
    size_t n;
    if (!checked_add(s.n, 1, &n)) return NULL;
    char *p = arena_alloc(a, n);
    if (p && s.n) memcpy(p, s.p, s.n);
    return p;
}

struct sv arena_copy(struct arena *a, struct sv s)
{
    char *p = arena_cstr(a, s);
    return p ? sv_of(p, s.n) : SV_NULL;
}

struct sv arena_printf(struct arena *a, const char *fmt, ...)
{
    va_list ap;
    va_start(ap, fmt);
    int n = vsnprintf(NULL, 0, fmt, ap);
    va_end(ap);
    if (n < 0) return SV_NULL;
    char *p = arena_alloc(a, (size_t)n + 1);
    if (!p) return SV_NULL;
    va_start(ap, fmt);
    vsnprintf(p, (size_t)n + 1, fmt, ap);
    va_end(ap);
    return sv_of(p, (size_t)n);
}
