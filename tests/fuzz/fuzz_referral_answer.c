/* What platforms answer, and what fetchers print. */
#include <stdint.h>
#include <stdlib.h>

#include "exchange/fetch.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct referral_answer answer;
    struct fetched f;
    struct arena a;
    struct error err;
    int rc = referral_answer_parse(sv_of(data, size), &answer, &err);
    if (rc != 0 && rc != ERR_FORMAT && rc != ERR_LIMIT) abort();
    if (rc == 0 && answer.what != REFEV_RECEIVED && answer.what != REFEV_EXECUTED &&
        answer.what != REFEV_REFUSED && answer.what != REFEV_CANNOT)
        abort();
    arena_init(&a, 0);
    rc = fetch_parse(sv_of(data, size), &a, &f, &err);
    if (rc != 0 && rc != ERR_FORMAT && rc != ERR_LIMIT) abort();
    if (rc == 0 && (f.status < 0 || f.status > 999 || f.retry_after_us < 0 || f.retry_after_us > US_PER_DAY))
        abort();
    arena_done(&a);
    return 0;
}
