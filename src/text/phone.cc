// The only C++ of the house. Nothing thrown in here gets out.
#include "text/phone.h"

#include "text/phone_late_priv.h"

#include <phonenumbers/phonenumber.pb.h>
#include <phonenumbers/phonenumberutil.h>

#include <cstring>
#include <new>
#include <string>

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

namespace
{
struct Parsed {
    alignas(PhoneNumber) unsigned char bytes[sizeof(PhoneNumber)];
    Parsed() { late_phone.make(bytes, nullptr, false); }
    ~Parsed() { late_phone.unmake(bytes); }
};
} // namespace

extern "C" int phone_check(const char *number, const char *region, char out_country[3], struct error *err)
{
    int code = late_phone_load(err);
    if (code) return code;
    try {
        const void *util = late_phone.instance();
        std::string text(number), from(region), country;
        Parsed parsed;
        if (late_phone.parse(util, &text, &from, parsed.bytes) != PhoneNumberUtil::NO_PARSING_ERROR) return 0;
        if (!late_phone.is_valid(util, parsed.bytes)) return 0;
        late_phone.region_of(util, parsed.bytes, &country);
        if (country.size() != 2) country.clear(); /* "001": a number of no country */
        std::memcpy(out_country, country.c_str(), country.size() + 1);
        return 1;
    } catch (...) {
        return error_set(err, ERR_NOMEM, "private", "no memory to read a telephone number");
    }
}
