/* time.c: GPS seconds and UTC agree with the published leap seconds and with astropy.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tap.h"
#include "tr_problem.h"
#include "tr_time.h"

/* NTP seconds (without leap seconds, from 1900) of 1980-01-06T00:00:00. */
#define NTP_OF_GPS_EPOCH 2524953600.0

static const char *iso(double gps)
{
    static char text[TR_TIME_TEXT_SIZE];

    tr_time_write_gps(text, gps, TR_TIME_ISO, 0);
    return text;
}

static double gps_of(const char *text)
{
    tr_utc_t utc;
    const char *why;
    double gps = NAN;

    if (!tr_time_parse(&utc, text, &why)) {
        tr_time_gps_from_utc(&gps, &utc);
    }
    return gps;
}

/* leap-seconds.tsv is the list that the IERS publishes; ERFA has no part in it: a step to
 * TAI - UTC = n at NTP second s means that GPS second s - epoch + n - 19 is midnight. */
static void agrees_with_the_published_leap_seconds(void)
{
    FILE *file = tap_open("t/data/time/leap-seconds.tsv");
    char line[512], *f[3];
    int rows = 0;

    for (; tap_fields(file, line, sizeof(line), f, 3) == 3; rows++) {
        double midnight = atof(f[0]) - NTP_OF_GPS_EPOCH + atof(f[1]) - 19.0;
        char before[TR_TIME_TEXT_SIZE], text[TR_TIME_TEXT_SIZE];

        snprintf(text, sizeof(text), "%s", iso(midnight - 1.0));
        ok(strstr(text, "T23:59:60Z") != NULL, "the second before %s is 23:59:60", f[2]);
        is_real(gps_of(text), midnight - 1.0, 0.0, "and reads back");
        snprintf(before, sizeof(before), "%.17s59Z", text);
        is_str(iso(midnight - 2.0), before, "the one before that is 23:59:59");
        is_real(gps_of(before), midnight - 2.0, 0.0, "and reads back");
        ok(strstr(iso(midnight), "T00:00:00Z") != NULL, "%s begins at midnight", f[2]);
        is_real(gps_of(iso(midnight)), midnight, 0.0, "and reads back");
    }
    fclose(file);
    is_int(rows, 18, "18 leap seconds came since 1980");
}

static void agrees_with_astropy(void)
{
    FILE *file = tap_open("t/data/time/gps-utc.tsv");
    char line[512], *f[3];
    int rows = 0, wrong = 0;
    double worst = 0.0;

    for (; tap_fields(file, line, sizeof(line), f, 3) == 3; rows++) {
        double gps = atof(f[0]), mjd = NAN;

        if (strcmp(iso(gps), f[1]) != 0 || gps_of(f[1]) != gps) {
            diag("%s: %s, got %s", f[0], f[1], iso(gps));
            wrong++;
        }
        tr_time_mjd_from_gps(&mjd, gps);
        worst = fmax(worst, fabs(mjd - atof(f[2])));
    }
    fclose(file);
    ok(rows > 200 && !wrong, "%d times are astropy's, both ways", rows);
    ok(worst <= 1e-9, "and so are their MJD, to the 9 digits of the table");
}

static void knows_the_leap_seconds_of_the_mwa_years(void)
{
    is_str(iso(1025136015), "2012-06-30T23:59:60Z", "1025136015 is the leap second of 2012");
    is_str(iso(1025136016), "2012-07-01T00:00:00Z", "and July comes next");
    is_str(iso(1119744016), "2015-06-30T23:59:60Z", "1119744016 is the leap second of 2015");
    is_str(iso(1119744017), "2015-07-01T00:00:00Z", "and July comes next");
    is_str(iso(1167264017), "2016-12-31T23:59:60Z", "1167264017 is the leap second of 2016");
    is_str(iso(1167264018), "2017-01-01T00:00:00Z", "and 2017 comes next");
    is_str(iso(1285442472), "2020-09-29T19:20:54Z", "an observation id is its start");
}

/* No second is left out and none comes twice around each end of June and December. */
static void counts_every_second(void)
{
    int wrong = 0;

    for (int year = 1980; year < 2030; year++) {
        char text[TR_TIME_TEXT_SIZE];

        snprintf(text, sizeof(text), "%d-%sT23:59:50Z", year, year % 2 ? "06-30" : "12-31");
        for (int i = 0; i < 20; i++) {
            double gps = gps_of(text) + i;

            wrong += gps_of(iso(gps)) != gps;
        }
    }
    is_int(wrong, 0, "20 seconds around 50 year and half-year ends all come back");
}

typedef struct rounding_t {
    double gps;
    int digits;
    const char *text; /* "": refused */
} rounding_t;

static const rounding_t roundings[] = {
    { 0.0, 0, "1980-01-06T00:00:00Z" },
    { 0.4999, 0, "1980-01-06T00:00:00Z" },
    { 0.5, 0, "1980-01-06T00:00:01Z" },
    { 1285442472.25, 2, "2020-09-29T19:20:54.25Z" },
    { 1285442472.1, 6, "2020-09-29T19:20:54.100000Z" },
    { 1285442472.96, 1, "2020-09-29T19:20:55.0Z" },
    { 1167264016.9999, 3, "2016-12-31T23:59:60.000Z" },
    { 1167264017.5, 1, "2016-12-31T23:59:60.5Z" },
    { 1167264017.96, 1, "2017-01-01T00:00:00.0Z" },
    { 1167264017.9, 0, "2017-01-01T00:00:00Z" },
    { 253086336017.0, 0, "9999-12-31T23:59:59Z" },
    { 253086336017.6, 0, "" },
    { 253086336018.0, 0, "" },
    { -1.0, 0, "" },
    { -0.1, 0, "" },
    { -1e300, 0, "" },
    { 1e18, 0, "" },
    { 1e300, 0, "" },
    { INFINITY, 0, "" },
    { NAN, 0, "" },
    { 1.0, -1, "" },
    { 1.0, 7, "" },
};

static void rounds_with_carry_or_refuses(void)
{
    for (size_t i = 0; i < sizeof(roundings) / sizeof(roundings[0]); i++) {
        const rounding_t *item = &roundings[i];
        char text[TR_TIME_TEXT_SIZE] = "unset";
        apr_status_t status = tr_time_write_gps(text, item->gps, TR_TIME_ISO, item->digits);

        is_str(text, item->text, "%.13g with %d digits is '%s'", item->gps, item->digits,
               item->text);
        is_int(status, *item->text ? APR_SUCCESS : TR_EBAD, "and says so");
    }
}

static void writes_every_style(void)
{
    char text[TR_TIME_TEXT_SIZE];

    tr_time_write_gps(text, 1285442472.0, TR_TIME_PLAIN, 0);
    is_str(text, "2020-09-29 19:20:54", "plain");
    tr_time_write_gps(text, 1285442472.25, TR_TIME_PLAIN, 1);
    is_str(text, "2020-09-29 19:20:54.3", "plain with a digit, rounded");
    tr_time_write_gps(text, 1167264017.9, TR_TIME_MINUTE, 0);
    is_str(text, "2016-12-31 23:59", "minutes are cut off, also in a leap second");
    tr_time_write_gps(text, 1167264017.9, TR_TIME_DAY, 0);
    is_str(text, "2016-12-31", "days are cut off");
}

typedef struct reading_t {
    const char *text;
    const char *iso; /* NULL: refused */
    int microsecond;
} reading_t;

static const reading_t readings[] = {
    { "2020-09-29", "2020-09-29T00:00:00Z", 0 },
    { "2020-09-29 19:20", "2020-09-29T19:20:00Z", 0 },
    { "2020-09-29T19:20:54", "2020-09-29T19:20:54Z", 0 },
    { "2020-09-29T19:20:54Z", "2020-09-29T19:20:54Z", 0 },
    { "2020-09-29 19:20:54+00", "2020-09-29T19:20:54Z", 0 },
    { "2020-09-29 19:20:54.25+00:00", "2020-09-29T19:20:54Z", 250000 },
    { "2020-09-29T19:20:54.123456789Z", "2020-09-29T19:20:54Z", 123456 },
    { "2016-12-31T23:59:60Z", "2016-12-31T23:59:60Z", 0 },
    { "2016-12-31T23:59:60.9Z", "2016-12-31T23:59:60Z", 900000 },
    { "2020-02-29", "2020-02-29T00:00:00Z", 0 },
    { "1980-01-06", "1980-01-06T00:00:00Z", 0 },
    { "9999-12-31T23:59:59Z", "9999-12-31T23:59:59Z", 0 },
    { "1980-01-05T23:59:59Z", NULL, 0 },
    { "1970-01-01", NULL, 0 },
    { "0000-00-00", NULL, 0 },
    { "2020-00-10", NULL, 0 },
    { "2020-13-10", NULL, 0 },
    { "2020-09-31", NULL, 0 },
    { "2021-02-29", NULL, 0 },
    { "2100-02-29", NULL, 0 },
    { "2020-09-29T24:00:00Z", NULL, 0 },
    { "2020-09-29T19:60:00Z", NULL, 0 },
    { "2020-09-29T19:20:60Z", NULL, 0 },
    { "2020-12-31T23:59:60Z", NULL, 0 },
    { "2016-12-31T23:59:61Z", NULL, 0 },
    { "2016-12-31T22:59:60Z", NULL, 0 },
    { "2016-12-31T23:58:60Z", NULL, 0 },
    { "2020-09-29T19:20:54+08", NULL, 0 },
    { "2020-09-29T19:20:54-00", NULL, 0 },
    { "2020-09-29T19:20:54 Z", NULL, 0 },
    { "2020-09-29T19:20:54Zx", NULL, 0 },
    { "2020-09-29T19:20:54.", NULL, 0 },
    { "2020-09-29T19:20:54.1234567890", NULL, 0 },
    { "2020-09-29T19:20:", NULL, 0 },
    { "2020-09-29T19", NULL, 0 },
    { "2020-09-29T", NULL, 0 },
    { "2020-09-29 ", NULL, 0 },
    { "2020-09-29  19:20", NULL, 0 },
    { "2020-09-29Z", NULL, 0 },
    { "2020-9-29", NULL, 0 },
    { "20-09-29", NULL, 0 },
    { "+2020-09-29", NULL, 0 },
    { "29.09.2020", NULL, 0 },
    { "now", NULL, 0 },
    { "", NULL, 0 },
    { "<script>", NULL, 0 },
};

static void reads_iso_or_says_why_not(void)
{
    for (size_t i = 0; i < sizeof(readings) / sizeof(readings[0]); i++) {
        const reading_t *item = &readings[i];
        char text[TR_TIME_TEXT_SIZE] = "";
        const char *why = NULL;
        tr_utc_t utc;
        apr_status_t status = tr_time_parse(&utc, item->text, &why);

        is_int(status, item->iso ? APR_SUCCESS : TR_EBAD, "'%s' is %s", item->text,
               item->iso ? "read" : "refused");
        if (!item->iso) {
            ok(why && *why, "'%s' is told why", item->text);
            continue;
        }
        tr_time_write(text, &utc, TR_TIME_ISO, 0);
        is_str(text, item->iso, "'%s' is right", item->text);
        is_int(utc.microsecond, item->microsecond, "and its fraction");
    }
}

static void refuses_broken_down_times_out_of_range(void)
{
    static const tr_utc_t wrong[] = {
        { 2020, 1, 1, -1, 0, 0, 0 },          { 2020, 1, 1, 0, -1, 0, 0 },
        { 2020, 1, 1, 0, 0, -1, 0 },          { 2020, 1, 1, 0, 0, 0, -1 },
        { 2020, 1, 1, 0, 0, 0, 1000000 },     { 10000, 1, 1, 0, 0, 0, 0 },
        { -2020, 1, 1, 0, 0, 0, 0 },          { 2020, 2147483647, 1, 0, 0, 0, 0 },
        { 2020, 1, -2147483647, 0, 0, 0, 0 },
    };
    double gps, mjd;

    for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
        is_int(tr_time_gps_from_utc(&gps, &wrong[i]), TR_EBAD, "wrong time %d is refused",
               (int)i);
    }
    is_int(tr_time_mjd_from_gps(&mjd, -1.0), TR_EBAD, "there is no MJD before 1980");
    is_int(tr_time_mjd_from_gps(&mjd, NAN), TR_EBAD, "there is no MJD of NaN");
}

int main(void)
{
    agrees_with_the_published_leap_seconds();
    agrees_with_astropy();
    knows_the_leap_seconds_of_the_mwa_years();
    counts_every_second();
    rounds_with_carry_or_refuses();
    writes_every_style();
    reads_iso_or_says_why_not();
    refuses_broken_down_times_out_of_range();
    return done_testing();
}
