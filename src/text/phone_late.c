/* libphonenumber, loaded late: see phone_late_priv.h. The constructor's arguments change with the version of protobuf that the
 * library was made with; each of the three takes what the longest is given. */
#include "text/phone_late_priv.h"

#include "base/late.h"

LATE_NOTE(note_phone, LATE_SAYS("telephone numbers", LATE_PHONENUMBER))

#define NUMBER "_ZN4i18n12phonenumbers11PhoneNumber"
#define UTIL   "_ZNK4i18n12phonenumbers15PhoneNumberUtil"
#define STRING "NSt7__cxx1112basic_stringIcSt11char_traitsIcESaIcEEE"
#define NAMES(constructor)                                                                                   \
    {                                                                                                        \
        NUMBER constructor, NUMBER "D1Ev", "_ZN4i18n12phonenumbers15PhoneNumberUtil11GetInstanceEv",         \
            UTIL "5ParseERK" STRING "S9_PNS0_11PhoneNumberE", UTIL "13IsValidNumberERKNS0_11PhoneNumberE",   \
            UTIL "22GetRegionCodeForNumberERKNS0_11PhoneNumberEP" STRING                                     \
    }

enum { CALLS = 6, VERSIONS = 3 };

struct phone_calls late_phone;
static const char *const names[VERSIONS][CALLS] = {NAMES("C1EPN6google8protobuf5ArenaEb"),
                                                   NAMES("C1EPN6google8protobuf5ArenaE"), NAMES("C1Ev")};
_Static_assert(sizeof late_phone == sizeof names[0], "a pointer for every name");

static struct late late = {.feature = "reading telephone numbers",
                           .names = names[0],
                           .versions = VERSIONS,
                           .calls = &late_phone,
                           .ncalls = CALLS,
                           .nlibraries = 1,
                           .libraries = {LATE_PHONENUMBER},
                           .lock = PTHREAD_MUTEX_INITIALIZER};

int late_phone_load(struct error *err) { return late_load(&late, err); }
