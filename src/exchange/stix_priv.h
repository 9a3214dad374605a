/* What the files of STIX share. */
#ifndef MARSAD_EXCHANGE_STIX_PRIV_H
#define MARSAD_EXCHANGE_STIX_PRIV_H

#include "exchange/stix.h"

extern const uint8_t stix_observable_space[16];

/* Of a file, url or user-account whose other properties are there. */
int stix_observable_id(const struct json *object, char out[STIX_ID_BYTES], struct error *err) MUST_USE;
/* "type--uuid" of that type (NULL: any), RFC 4122 in lower or upper case. */
bool stix_is_id(struct sv id, const char *type);
/* RFC 3339 in UTC with a 'Z'. */
bool stix_is_time(struct sv s, int64_t *out_us);

#endif
