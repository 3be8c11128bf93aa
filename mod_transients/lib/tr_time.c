/* tr_time.c: GPS seconds and UTC, with leap seconds.
 *
 * A UTC day D (counted from 1980-01-06) begins at GPS second
 * 86400 D + (TAI - UTC on that day) - 19, and ends where the next begins: a
 * day that ends in a leap second is one second longer. All conversions follow
 * from this one sum, in whole seconds, so that nothing is lost to rounding.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_time.h"
#include "tr_problem.h"

#include <erfa.h>

#include <math.h>
#include <string.h>

#define DAY_SECONDS   86400
#define TAI_MINUS_GPS 19
/* Julian Date and MJD of 1980-01-06T00:00:00, where GPS time begins. */
#define GPS_EPOCH_JD  2444244.5
#define GPS_EPOCH_MJD 44244

static const int powers_of_ten[] = { 1, 10, 100, 1000, 10000, 100000, 1000000 };

typedef struct day_t {
    int year, month, day;
    apr_int64_t start; /* its first GPS second */
} day_t;

/* `number` counts days from 1980-01-06; callers keep it within year 10000. */
static day_t find_day(apr_int64_t number)
{
    day_t day;
    double fraction, tai_utc;

    eraJd2cal(GPS_EPOCH_JD, (double)number, &day.year, &day.month, &day.day, &fraction);
    /* Its warning that the table is old changes nothing: the last step stands. */
    eraDat(day.year, day.month, day.day, 0.0, &tai_utc);
    day.start = number * DAY_SECONDS + (apr_int64_t)tai_utc - TAI_MINUS_GPS;
    return day;
}

/* The day that a GPS second is in. UTC never is ahead of GPS time, hence the guess is
 * right or one too late. */
static day_t day_of_second(apr_int64_t second, apr_int64_t *number)
{
    day_t day;

    *number = second / DAY_SECONDS;
    day = find_day(*number);
    if (day.start > second) {
        day = find_day(--*number);
    }
    return day;
}

/* Seconds with `digits` digits, split into whole ones and microseconds. */
static apr_status_t split_seconds(apr_int64_t *second, int *microsecond, double gps, int digits)
{
    double whole;
    int units;

    if (!(gps >= 0.0 && gps < (double)TR_TIME_GPS_END) || digits < 0
        || digits > TR_TIME_DIGITS_MAX) {
        return TR_EBAD;
    }
    whole = floor(gps);
    units = (int)floor((gps - whole) * powers_of_ten[digits] + 0.5);
    *second = (apr_int64_t)whole + units / powers_of_ten[digits];
    *microsecond = units % powers_of_ten[digits] * powers_of_ten[TR_TIME_DIGITS_MAX - digits];
    return *second < TR_TIME_GPS_END ? APR_SUCCESS : TR_EBAD;
}

/* Second 86400 of a day is its leap second, 23:59:60. */
static void set_clock(tr_utc_t *utc, int second)
{
    int leap = second >= DAY_SECONDS;

    second -= leap;
    utc->hour = second / 3600;
    utc->minute = second / 60 % 60;
    utc->second = second % 60 + leap;
}

apr_status_t tr_time_utc_from_gps(tr_utc_t *utc, double gps, int digits)
{
    apr_int64_t second, number;
    int microsecond;
    day_t day;
    apr_status_t status = split_seconds(&second, &microsecond, gps, digits);

    if (status) {
        return status;
    }
    day = day_of_second(second, &number);
    utc->year = day.year;
    utc->month = day.month;
    utc->day = day.day;
    set_clock(utc, (int)(second - day.start));
    utc->microsecond = microsecond;
    return APR_SUCCESS;
}

/* Days from 1980-01-06, or -1 for a date that does not exist or is too early or late. */
static apr_int64_t day_number(const tr_utc_t *utc)
{
    double epoch, mjd;

    if (utc->year < 1980 || utc->year > 9999
        || eraCal2jd(utc->year, utc->month, utc->day, &epoch, &mjd)) {
        return -1;
    }
    return (apr_int64_t)mjd - GPS_EPOCH_MJD;
}

static int clock_is_sound(const tr_utc_t *utc)
{
    return utc->hour >= 0 && utc->hour < 24 && utc->minute >= 0 && utc->minute < 60
           && utc->second >= 0 && utc->second <= 60 && utc->microsecond >= 0
           && utc->microsecond < 1000000;
}

apr_status_t tr_time_gps_from_utc(double *gps, const tr_utc_t *utc)
{
    apr_int64_t number = day_number(utc), second;
    int clock_second;

    if (number < 0 || !clock_is_sound(utc)) {
        return TR_EBAD;
    }
    clock_second = (utc->hour * 60 + utc->minute) * 60 + utc->second;
    second = find_day(number).start + clock_second;
    if (utc->second == 60
        && (utc->hour != 23 || utc->minute != 59 || second >= find_day(number + 1).start)) {
        return TR_EBAD;
    }
    *gps = (double)second + utc->microsecond / 1e6;
    return APR_SUCCESS;
}

apr_status_t tr_time_mjd_from_gps(double *mjd, double gps)
{
    apr_int64_t number, length;
    day_t day;

    if (!(gps >= 0.0 && gps < (double)TR_TIME_GPS_END)) {
        return TR_EBAD;
    }
    day = day_of_second((apr_int64_t)floor(gps), &number);
    length = find_day(number + 1).start - day.start;
    *mjd = (double)(GPS_EPOCH_MJD + number) + (gps - (double)day.start) / (double)length;
    return APR_SUCCESS;
}

/* Reading. Each step takes what it knows from *text and moves it on. */

/* Exactly `width` digits. */
static int take_digits(const char **text, int width, int *value)
{
    int i;

    *value = 0;
    for (i = 0; i < width; i++) {
        unsigned digit = (unsigned char)(*text)[i] - (unsigned)'0';

        if (digit > 9) {
            return 0;
        }
        *value = *value * 10 + (int)digit;
    }
    *text += width;
    return 1;
}

static int take_char(const char **text, char c)
{
    if (**text != c) {
        return 0;
    }
    ++*text;
    return 1;
}

/* Microseconds; more digits are cut off. */
static int take_fraction(const char **text, int *microsecond)
{
    int count = 0, digit;

    *microsecond = 0;
    while (take_digits(text, 1, &digit)) {
        if (count < TR_TIME_DIGITS_MAX) {
            *microsecond += digit * powers_of_ten[TR_TIME_DIGITS_MAX - 1 - count];
        }
        count++;
    }
    return count >= 1 && count <= 9;
}

static int take_date(const char **text, tr_utc_t *utc)
{
    return take_digits(text, 4, &utc->year) && take_char(text, '-')
           && take_digits(text, 2, &utc->month) && take_char(text, '-')
           && take_digits(text, 2, &utc->day);
}

static int take_clock(const char **text, tr_utc_t *utc)
{
    if (!take_digits(text, 2, &utc->hour) || !take_char(text, ':')
        || !take_digits(text, 2, &utc->minute)) {
        return 0;
    }
    if (!take_char(text, ':')) {
        return 1;
    }
    if (!take_digits(text, 2, &utc->second)) {
        return 0;
    }
    return !take_char(text, '.') || take_fraction(text, &utc->microsecond);
}

static int is_utc_zone(const char *text)
{
    static const char *const zones[] = { "", "Z", "z", "+00", "+00:00", "+0000" };
    apr_size_t i;

    for (i = 0; i < sizeof(zones) / sizeof(zones[0]); i++) {
        if (!strcmp(text, zones[i])) {
            return 1;
        }
    }
    return 0;
}

static apr_status_t refuse(const char **why, const char *words)
{
    *why = words;
    return TR_EBAD;
}

apr_status_t tr_time_parse(tr_utc_t *utc, const char *text, const char **why)
{
    double gps;

    memset(utc, 0, sizeof(*utc));
    if (!take_date(&text, utc)) {
        return refuse(why, "A date is written 2020-09-29.");
    }
    if (take_char(&text, 'T') || take_char(&text, ' ')) {
        if (!take_clock(&text, utc)) {
            return refuse(why, "A time is written 19:20 or 19:20:54, with two digits each.");
        }
        if (!is_utc_zone(text)) {
            return refuse(why, "Times are UTC: nothing, or Z, may stand after the time.");
        }
    }
    else if (*text) {
        return refuse(why, "After the date stands nothing, or a time such as 19:20:54.");
    }
    if (tr_time_gps_from_utc(&gps, utc)) {
        return refuse(why, "There is no such day or time from 1980-01-06 to 9999-12-31.");
    }
    return APR_SUCCESS;
}

/* Writing. */

static const struct {
    char separator;
    int has_seconds;
    char end; /* '\0' for nothing */
} styles[] = {
    [TR_TIME_ISO] = { 'T', 1, 'Z' },
    [TR_TIME_PLAIN] = { ' ', 1, '\0' },
    [TR_TIME_MINUTE] = { ' ', 0, '\0' },
    [TR_TIME_DAY] = { '\0', 0, '\0' },
};

static char *put_number(char *at, unsigned value, int width)
{
    int i;

    for (i = width; i-- > 0; value /= 10) {
        at[i] = (char)('0' + value % 10);
    }
    return at + width;
}

static char *put_fraction(char *at, const tr_utc_t *utc, int digits)
{
    if (digits <= 0 || digits > TR_TIME_DIGITS_MAX) {
        return at;
    }
    *at++ = '.';
    return put_number(
        at, (unsigned)(utc->microsecond / powers_of_ten[TR_TIME_DIGITS_MAX - digits]), digits);
}

void tr_time_write(char text[TR_TIME_TEXT_SIZE], const tr_utc_t *utc, tr_time_style_e style,
                   int digits)
{
    char *at = put_number(text, (unsigned)utc->year, 4);

    *at++ = '-';
    at = put_number(at, (unsigned)utc->month, 2);
    *at++ = '-';
    at = put_number(at, (unsigned)utc->day, 2);
    if (styles[style].separator) {
        *at++ = styles[style].separator;
        at = put_number(at, (unsigned)utc->hour, 2);
        *at++ = ':';
        at = put_number(at, (unsigned)utc->minute, 2);
    }
    if (styles[style].has_seconds) {
        *at++ = ':';
        at = put_number(at, (unsigned)utc->second, 2);
        at = put_fraction(at, utc, digits);
    }
    *at++ = styles[style].end;
    *at = '\0';
}

apr_status_t tr_time_write_gps(char text[TR_TIME_TEXT_SIZE], double gps, tr_time_style_e style,
                               int digits)
{
    tr_utc_t utc;
    int rounded = styles[style].has_seconds ? digits : TR_TIME_DIGITS_MAX;
    apr_status_t status = tr_time_utc_from_gps(&utc, gps, rounded);

    text[0] = '\0';
    if (!status) {
        tr_time_write(text, &utc, style, digits);
    }
    return status;
}
