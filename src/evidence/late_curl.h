/* libcurl, loaded when it is first needed: base/late.h. late_curl_load() comes before any of its calls. */
#ifndef MARSAD_EVIDENCE_LATE_CURL_H
#define MARSAD_EVIDENCE_LATE_CURL_H

#include <curl/curl.h>

#include "base/late.h"

/* Its macros check the type of what is set; they call by name and would go past the table. */
#undef curl_easy_setopt
#undef curl_easy_getinfo

#define CURL_CALLS(X)                                                                                        \
    X(curl_global_init)                                                                                      \
    X(curl_easy_init)                                                                                        \
    X(curl_easy_setopt)                                                                                      \
    X(curl_easy_perform)                                                                                     \
    X(curl_easy_getinfo)                                                                                     \
    X(curl_easy_strerror)                                                                                    \
    X(curl_easy_cleanup)                                                                                     \
    X(curl_slist_append)                                                                                     \
    X(curl_slist_free_all)

struct curl_calls {
    CURL_CALLS(LATE_MEMBER)
};
extern struct curl_calls late_curl;
int late_curl_load(struct error *err) MUST_USE;

#define curl_global_init    late_curl.curl_global_init
#define curl_easy_init      late_curl.curl_easy_init
#define curl_easy_setopt    late_curl.curl_easy_setopt
#define curl_easy_perform   late_curl.curl_easy_perform
#define curl_easy_getinfo   late_curl.curl_easy_getinfo
#define curl_easy_strerror  late_curl.curl_easy_strerror
#define curl_easy_cleanup   late_curl.curl_easy_cleanup
#define curl_slist_append   late_curl.curl_slist_append
#define curl_slist_free_all late_curl.curl_slist_free_all

#endif
