/* Time: int64_t microseconds since 1970-01-01T00:00:00Z, everywhere. */
#ifndef MARSAD_BASE_CLOCK_H
#define MARSAD_BASE_CLOCK_H

#include "base/sv.h"

#define TIME_UNKNOWN  INT64_MIN
#define US_PER_SECOND INT64_C(1000000)
#define US_PER_MINUTE (60 * US_PER_SECOND)
#define US_PER_HOUR   (60 * US_PER_MINUTE)
#define US_PER_DAY    (24 * US_PER_HOUR)

/* Wall clock. MARSAD_NOW in the environment (RFC 3339), read once at the first call, stands in for it in tests and
 * demos: the clock then starts there and runs on. */
int64_t clock_now_us(void);
/* Monotonic, for durations; the origin means nothing. */
int64_t clock_mono_us(void);

enum { TIME_TEXT_BYTES = 32 };
/* "2026-01-31T10:00:00Z", microseconds shown only when they are not 0; "-" for TIME_UNKNOWN or years outside 0-9999. */
void time_format(int64_t us, char out[TIME_TEXT_BYTES]);
/* RFC 3339 with any offset, or without one (UTC), 'T' or a space, fraction optional; also a bare date. */
bool time_parse(struct sv s, int64_t *out_us);
/* Feeds give seconds, milliseconds or microseconds: told apart by magnitude (below 1e11 seconds, below 1e14
 * milliseconds). 0 and negative give TIME_UNKNOWN. */
int64_t time_from_epoch(int64_t n);
/* "45s", "15m", "4h", "3d", sums such as "1h30m" → microseconds. */
bool duration_parse(struct sv s, int64_t *out_us);
/* "15m", "2h05", "3d", with a '-' before what lies in the past. */
void duration_format(int64_t us, char out[TIME_TEXT_BYTES]);

#endif
