/* tr_time.h: GPS seconds and UTC, with leap seconds.
 *
 * GPS time is TAI - 19 s and counts SI seconds from 1980-01-06T00:00:00 UTC.
 * TAI - UTC comes from ERFA's table (eraDat), whose last step is 2017-01-01,
 * 37 s; it holds for all later times until a newer ERFA knows better.
 * Everything is a pure function; texts go into buffers of the caller's. ERFA
 * sets its table at the first use, without a lock: a threaded program converts
 * one time before it starts its threads.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_TIME_H
#define TR_TIME_H

#include <apr.h>
#include <apr_errno.h>

/* Room for every text that is written here, with its NUL. */
#define TR_TIME_TEXT_SIZE 40
/* Most digits of a second: a double holds today's GPS seconds to 2.4e-7 s. */
#define TR_TIME_DIGITS_MAX 6
/* The GPS second that begins the year 10000; all times are before it: 2,929,240 days from
 * 1980-01-06, and the 18 s by which GPS is ahead of UTC since 2017. */
#define TR_TIME_GPS_END APR_INT64_C(253086336018)

typedef struct tr_utc_t {
    int year; /* 1980 to 9999 */
    int month, day, hour, minute;
    int second; /* 60 in a leap second */
    int microsecond;
} tr_utc_t;

/* Break GPS seconds down to UTC, rounded half up to `digits` (0 to 6) of a second, with
 * carry also over 23:59:60.
 * TR_EBAD: not finite, before 1980-01-06 (negative), from the year 10000, digits. */
apr_status_t tr_time_utc_from_gps(tr_utc_t *utc, double gps, int digits);
/* GPS seconds of a UTC time. TR_EBAD: no such day or time (second 60 where there was no leap
 * second), before 1980-01-06, after 9999. */
apr_status_t tr_time_gps_from_utc(double *gps, const tr_utc_t *utc);

/* Modified Julian Date in UTC. On a day with a leap second its 86401 seconds are spread
 * over the day, as ERFA and astropy do. Errors as above. */
apr_status_t tr_time_mjd_from_gps(double *mjd, double gps);

/* Read 'YYYY-MM-DD', then nothing (midnight) or 'T' or one space and 'hh:mm', 'hh:mm:ss' or
 * 'hh:mm:ss.f' with 1 to 9 digits (beyond 6 cut off), then nothing, 'Z', '+00' or '+00:00'.
 * TR_EBAD, *why says in words what is wrong (a constant text): also other time zones, and
 * what tr_time_gps_from_utc refuses. */
apr_status_t tr_time_parse(tr_utc_t *utc, const char *text, const char **why);

/* What to write of a time. */
typedef enum {
    TR_TIME_ISO,    /* 2020-09-29T19:20:54Z */
    TR_TIME_PLAIN,  /* 2020-09-29 19:20:54 */
    TR_TIME_MINUTE, /* 2020-09-29 19:20, cut off */
    TR_TIME_DAY     /* 2020-09-29, cut off */
} tr_time_style_e;

/* Write a broken-down time. `digits` (0 to 6, cut off) are for ISO and PLAIN. */
void tr_time_write(char text[TR_TIME_TEXT_SIZE], const tr_utc_t *utc, tr_time_style_e style,
                   int digits);
/* Both steps: round to `digits` (to none for MINUTE and DAY: those are cut off), write.
 * Errors as tr_time_utc_from_gps, text is "" then. */
apr_status_t tr_time_write_gps(char text[TR_TIME_TEXT_SIZE], double gps, tr_time_style_e style,
                               int digits);

#endif
