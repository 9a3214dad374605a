/* Dates are counted in the proleptic Gregorian calendar, from March so that the leap day is the last of its year. */
#include "base/clock.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

static int64_t read_clock_us(clockid_t which)
{
    struct timespec t;
    if (clock_gettime(which, &t) != 0) return 0;
    return (int64_t)t.tv_sec * US_PER_SECOND + t.tv_nsec / 1000;
}

static int64_t now_shift_us;
static pthread_once_t now_once = PTHREAD_ONCE_INIT;

static void read_marsad_now(void)
{
    int64_t wanted;
    if (time_parse(sv_cstr(getenv("MARSAD_NOW")), &wanted))
        now_shift_us = wanted - read_clock_us(CLOCK_REALTIME);
}

int64_t clock_now_us(void)
{
    pthread_once(&now_once, read_marsad_now);
    return read_clock_us(CLOCK_REALTIME) + now_shift_us;
}

int64_t clock_mono_us(void) { return read_clock_us(CLOCK_MONOTONIC); }

static int64_t floor_div(int64_t a, int64_t b) { return a / b - (a % b < 0); }

enum { DAYS_PER_400_YEARS = 146097, DAYS_0000_03_01_TO_EPOCH = 719468 };

static int64_t days_from_civil(int64_t year, int month, int day)
{
    int64_t y = month <= 2 ? year - 1 : year;
    int64_t era = floor_div(y, 400);
    int64_t year_of_era = y - era * 400;
    int64_t day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    int64_t day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    return era * DAYS_PER_400_YEARS + day_of_era - DAYS_0000_03_01_TO_EPOCH;
}

static void civil_from_days(int64_t days, int64_t *year, int *month, int *day)
{
    days += DAYS_0000_03_01_TO_EPOCH;
    int64_t era = floor_div(days, DAYS_PER_400_YEARS);
    int64_t day_of_era = days - era * DAYS_PER_400_YEARS;
    int64_t year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int64_t day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int64_t from_march = (5 * day_of_year + 2) / 153;
    *day = (int)(day_of_year - (153 * from_march + 2) / 5 + 1);
    *month = (int)(from_march < 10 ? from_march + 3 : from_march - 9);
    *year = era * 400 + year_of_era + (*month <= 2);
}

void time_format(int64_t us, char out[TIME_TEXT_BYTES])
{
    int64_t year = -1;
    int month = 0, day = 0;
    int64_t days = floor_div(us, US_PER_DAY);
    if (us != TIME_UNKNOWN) civil_from_days(days, &year, &month, &day);
    if (year < 0 || year > 9999) {
        memcpy(out, "-", 2);
        return;
    }
    int64_t in_day = us - days * US_PER_DAY;
    unsigned seconds = (unsigned)(in_day / US_PER_SECOND), fraction = (unsigned)(in_day % US_PER_SECOND);
    int n =
        snprintf(out, TIME_TEXT_BYTES, "%04u-%02u-%02uT%02u:%02u:%02u", (unsigned)year % 10000,
                 (unsigned)month % 100, (unsigned)day % 100, seconds / 3600, seconds / 60 % 60, seconds % 60);
    if (fraction) n += snprintf(out + n, TIME_TEXT_BYTES - (size_t)n, ".%06u", fraction);
    snprintf(out + n, TIME_TEXT_BYTES - (size_t)n, "Z");
}

/* Exactly `count` digits off the front of *s. */
static bool take_digits(struct sv *s, size_t count, int *out)
{
    if (s->n < count) return false;
    int v = 0;
    for (size_t i = 0; i < count; i++) {
        if (s->p[i] < '0' || s->p[i] > '9') return false;
        v = v * 10 + (s->p[i] - '0');
    }
    *s = sv_sub(*s, count, s->n);
    *out = v;
    return true;
}

static bool take_char(struct sv *s, char c)
{
    if (s->n == 0 || s->p[0] != c) return false;
    *s = sv_sub(*s, 1, s->n);
    return true;
}

static bool take_date(struct sv *s, int64_t *out_us)
{
    static const int month_days[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    int year, month, day;
    if (!take_digits(s, 4, &year) || !take_char(s, '-') || !take_digits(s, 2, &month) || !take_char(s, '-') ||
        !take_digits(s, 2, &day))
        return false;
    if (month < 1 || month > 12) return false;
    bool leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    if (day < 1 || day > month_days[month - 1] + (leap && month == 2)) return false;
    *out_us = days_from_civil(year, month, day) * US_PER_DAY;
    return true;
}

/* hh:mm:ss and a fraction; a leap second counts as the first second of the next minute. */
static bool take_time(struct sv *s, int64_t *out_us)
{
    int hour, minute, second;
    if (!take_digits(s, 2, &hour) || !take_char(s, ':') || !take_digits(s, 2, &minute) ||
        !take_char(s, ':') || !take_digits(s, 2, &second))
        return false;
    if (hour > 23 || minute > 59 || second > 60) return false;
    int64_t us = ((hour * 60 + minute) * 60 + second) * US_PER_SECOND;
    if (take_char(s, '.')) {
        int digit;
        if (s->n == 0 || s->p[0] < '0' || s->p[0] > '9') return false;
        for (int64_t scale = US_PER_SECOND / 10; take_digits(s, 1, &digit); scale /= 10) us += digit * scale;
    }
    *out_us = us;
    return true;
}

static bool take_offset(struct sv *s, int64_t *out_us)
{
    *out_us = 0;
    if (s->n == 0 || take_char(s, 'Z') || take_char(s, 'z')) return true;
    bool west = take_char(s, '-');
    int hour, minute;
    if (!west && !take_char(s, '+')) return false;
    if (!take_digits(s, 2, &hour)) return false;
    take_char(s, ':');
    if (!take_digits(s, 2, &minute) || hour > 23 || minute > 59) return false;
    *out_us = (hour * 60 + minute) * US_PER_MINUTE * (west ? -1 : 1);
    return true;
}

bool time_parse(struct sv s, int64_t *out_us)
{
    int64_t date, time = 0, offset = 0;
    if (!take_date(&s, &date)) return false;
    if (s.n > 0) {
        if (!take_char(&s, 'T') && !take_char(&s, 't') && !take_char(&s, ' ')) return false;
        if (!take_time(&s, &time) || !take_offset(&s, &offset) || s.n > 0) return false;
    }
    *out_us = date + time - offset;
    return true;
}

int64_t time_from_epoch(int64_t n)
{
    if (n <= 0) return TIME_UNKNOWN;
    if (n < INT64_C(100000000000)) return n * US_PER_SECOND;
    if (n < INT64_C(100000000000000)) return n * 1000;
    return n;
}

static int64_t unit_us(char c)
{
    switch (c) {
    case 's': return US_PER_SECOND;
    case 'm': return US_PER_MINUTE;
    case 'h': return US_PER_HOUR;
    case 'd': return US_PER_DAY;
    default: return 0;
    }
}

bool duration_parse(struct sv s, int64_t *out_us)
{
    int64_t sum = 0;
    if (s.n == 0) return false;
    for (size_t at = 0; at < s.n; at++) {
        size_t from = at;
        while (at < s.n && s.p[at] >= '0' && s.p[at] <= '9') at++;
        int64_t count, unit = at < s.n ? unit_us(s.p[at]) : 0;
        if (unit == 0 || !sv_to_i64(sv_sub(s, from, at), &count)) return false;
        if (__builtin_mul_overflow(count, unit, &count) || __builtin_add_overflow(sum, count, &sum))
            return false;
    }
    *out_us = sum;
    return true;
}

void duration_format(int64_t us, char out[TIME_TEXT_BYTES])
{
    const char *sign = us < 0 ? "-" : "";
    uint64_t s = (us < 0 ? 0 - (uint64_t)us : (uint64_t)us) / (uint64_t)US_PER_SECOND;
    unsigned minutes = (unsigned)(s / 60 % 60);
    if (s == 0) sign = "";
    if (s < 60)
        snprintf(out, TIME_TEXT_BYTES, "%s%us", sign, (unsigned)s);
    else if (s < 3600)
        snprintf(out, TIME_TEXT_BYTES, "%s%um", sign, minutes);
    else if (s >= 48 * 3600)
        snprintf(out, TIME_TEXT_BYTES, "%s%llud", sign, (unsigned long long)(s / 86400));
    else if (minutes)
        snprintf(out, TIME_TEXT_BYTES, "%s%uh%02u", sign, (unsigned)(s / 3600), minutes);
    else
        snprintf(out, TIME_TEXT_BYTES, "%s%uh", sign, (unsigned)(s / 3600));
}
