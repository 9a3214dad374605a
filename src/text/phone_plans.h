/* The calling codes of all countries, and how long their numbers are. */
#ifndef MARSAD_TEXT_PHONE_PLANS_H
#define MARSAD_TEXT_PHONE_PLANS_H

#include <stdbool.h>
#include <stddef.h>

/* Are these digits, from the country's code on, as many as its plan has? The country, "" where several share the code. */
bool phone_plan_fits(const char *digits, size_t n, char out_country[3]);

#endif
