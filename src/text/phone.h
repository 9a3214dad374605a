/* libphonenumber behind C. Slow beside our own scanner: give it candidates only. Thread-safe. */
#ifndef MARSAD_TEXT_PHONE_H
#define MARSAD_TEXT_PHONE_H

#ifdef __cplusplus
extern "C" {
#endif

#include "base/error.h"

/* Is the NUL-terminated `number` (ASCII digits, "+" first when international) a number that can be dialled, read as in
 * `region` ("MA"; "ZZ" when international)? 1 and the country, "" for numbers of no country; 0 no; ERR_NOMEM, or ERR_UNSUPPORTED without the
 * library. */
int phone_check(const char *number, const char *region, char out_country[3], struct error *err);

#ifdef __cplusplus
}
#endif

#endif
