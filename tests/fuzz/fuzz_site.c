/* robots.txt, rules of sites and addresses, parted by NULs. */
#include <stdint.h>
#include <stdlib.h>

#include "exchange/referral.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct sv rest = sv_of(data, size), first, second, third, scheme, host, path;
    struct site_rules *rules = NULL;
    if (size == 0) return 0;
    sv_split(&rest, '\0', &first);
    if (!rest.p || !sv_split(&rest, '\0', &second)) second = SV("https://a.example/x");
    third = rest.p ? rest : SV("/x");
    robots_allow(first, SV("Marsad"), third);
    if (url_parts(second, &scheme, &host, &path) && (host.n == 0 || path.n == 0)) abort();
    struct fetched f = {.status = 200, .address = third, .body = first};
    if (site_rules_parse(SV("fuzz"), first, &rules, NULL) == 0) {
        site_judge(rules, second, &f);
        site_rules_free(rules);
    }
    return 0;
}
