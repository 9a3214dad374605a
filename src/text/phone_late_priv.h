/* libphonenumber's functions as phone.cc calls them: found by the names that C++ gives them, when a number is first asked about
 * (base/late.h). Objects are passed as they are, `this` first: what every ABI does that Debian has. */
#ifndef MARSAD_TEXT_PHONE_LATE_PRIV_H
#define MARSAD_TEXT_PHONE_LATE_PRIV_H

#include <stdbool.h>

#ifdef __cplusplus
extern "C" {
#endif

struct error;

struct phone_calls {
    void (*make)(void *number, void *arena, bool owned); /* constructor and destructor of a PhoneNumber */
    void (*unmake)(void *number);
    const void *(*instance)(void); /* of PhoneNumberUtil; the rest are its members */
    int (*parse)(const void *util, const void *text, const void *region, void *number);
    bool (*is_valid)(const void *util, const void *number);
    void (*region_of)(const void *util, const void *number, void *out_region);
};
extern struct phone_calls late_phone;
int late_phone_load(struct error *err);

#ifdef __cplusplus
}
#endif

#endif
