/* An arena: memory that is freed whole. One per post, request or parse.
 *
 * Blocks grow from 4 KiB, doubling up to 256 KiB; a larger wish gets a block of its own. Every pointer is
 * aligned to 16 bytes. Not thread-safe: one owner at a time. */
#ifndef MARSAD_BASE_ARENA_H
#define MARSAD_BASE_ARENA_H

#include "base/error.h"
#include "base/sv.h"

struct arena_block;

struct arena {
    struct arena_block *head;
    size_t used_bytes; /* handed out since init or clear */
    size_t max_bytes;  /* above this, arena_alloc returns NULL */
};

/* max_bytes 0 means ARENA_MAX_BYTES of base/limits.h. Allocates nothing. */
void arena_init(struct arena *a, size_t max_bytes);
/* Frees all; the arena may be initialised again. Takes NULL. */
void arena_done(struct arena *a);
/* Forgets all, keeps the largest block for reuse. */
void arena_clear(struct arena *a);

/* Zeroed memory, owned by the arena; NULL when memory or max_bytes ran out. n 0 gives a valid pointer. */
void *arena_alloc(struct arena *a, size_t n) MUST_USE;
/* As arena_alloc for count × size, NULL when the product overflows. */
void *arena_array(struct arena *a, size_t count, size_t size) MUST_USE;
/* A copy with one NUL appended (not counted). p is NULL only when memory ran out. */
struct sv arena_copy(struct arena *a, struct sv s) MUST_USE;
char *arena_cstr(struct arena *a, struct sv s) MUST_USE;
struct sv arena_printf(struct arena *a, const char *fmt, ...) PRINTF_LIKE(2, 3) MUST_USE;

#define ARENA_NEW(a, type)          ((type *)arena_alloc((a), sizeof(type)))
#define ARENA_ARRAY(a, count, type) ((type *)arena_array((a), (count), sizeof(type)))

#endif
