// The only C++ of the house. Nothing thrown in here gets out.
#include "text/phone.h"

#include <phonenumbers/phonenumber.pb.h>
#include <phonenumbers/phonenumberutil.h>

#include <cstring>
#include <new>
#include <string>

using i18n::phonenumbers::PhoneNumber;
using i18n::phonenumbers::PhoneNumberUtil;

extern "C" int phone_check(const char *number, const char *region, char out_country[3])
{
    try {
        const PhoneNumberUtil *util = PhoneNumberUtil::GetInstance();
        PhoneNumber parsed;
        if (util->Parse(number, region, &parsed) != PhoneNumberUtil::NO_PARSING_ERROR) return 0;
        if (!util->IsValidNumber(parsed)) return 0;
        std::string country;
        util->GetRegionCodeForNumber(parsed, &country);
        if (country.size() != 2) country.clear(); /* "001": a number of no country */
        std::memcpy(out_country, country.c_str(), country.size() + 1);
        return 1;
    } catch (...) {
        return -1;
    }
}
