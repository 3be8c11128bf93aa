/* tr_sky.c: read, write and compare positions on the sky.
 *
 * Angles are degrees, right ascension in [0, 360), ICRS. A text is first cut
 * into numbers, each with what stands before it and its unit; what they mean
 * is decided afterwards, so that one set of rules reads every spelling.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_sky.h"
#include "tr_problem.h"
#include "tr_value.h"

#include <erfa.h>
#include <erfam.h>

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#define DEGREES (ERFA_DPI / 180.0)
/* Both values in three parts each. */
#define MAX_NUMBERS 6
/* A separator after a separator. */
#define TWO_GAPS '2'
/* A half that was typed in decimals may be a few units in the last place less in binary. */
#define NUDGE (1.0 + 4.0 * DBL_EPSILON)

typedef enum { NO_UNIT, HOUR, DEGREE, MINUTE, SECOND } unit_e;

typedef struct number_t {
    double value;
    int gap;  /* what stands before it: ' ' ':' ',' or '\0' for nothing */
    int sign; /* '+', '-' or '\0' */
    unit_e unit;
    int digits; /* before the point */
    int is_whole;
    int has_exponent;
} number_t;

typedef struct numbers_t {
    int count;
    number_t items[MAX_NUMBERS];
} numbers_t;

/* Every mark that may stand in a position; the longer of two that begin alike comes first. */
typedef struct mark_t {
    const char *text;
    int meaning;
} mark_t;

/* clang-format off */
static const mark_t units[] = {
    { "deg", DEGREE },    { "d", DEGREE },      { "D", DEGREE },
    { "\u00b0", DEGREE }, { "\u00ba", DEGREE }, { "h", HOUR },
    { "H", HOUR },        { "\u02b0", HOUR },   { "m", MINUTE },
    { "M", MINUTE },      { "\u1d50", MINUTE }, { "\u2032", MINUTE },
    { "\u2019", MINUTE }, { "''", SECOND },     { "'", MINUTE },
    { "s", SECOND },      { "S", SECOND },      { "\u02e2", SECOND },
    { "\"", SECOND },     { "\u2033", SECOND }, { "\u201d", SECOND },
    { NULL, 0 }
};

static const mark_t signs[] = {
    { "+", '+' }, { "-", '-' }, { "\u2212", '-' }, { "\u2013", '-' }, { NULL, 0 }
};

static const mark_t gaps[] = {
    { " ", ' ' }, { "\t", ' ' }, { "\r", ' ' }, { "\n", ' ' }, { "\u00a0", ' ' },
    { ":", ':' }, { ",", ',' },  { ";", ',' },  { NULL, 0 }
};
/* clang-format on */

/* The meaning of the mark that *text begins with, 0 for none; moves past it. */
static int take_mark(const char **text, const mark_t *marks)
{
    for (; marks->text; marks++) {
        apr_size_t len = strlen(marks->text);

        if (!strncmp(*text, marks->text, len)) {
            *text += len;
            return marks->meaning;
        }
    }
    return 0;
}

static int count_digits(const char *text)
{
    return (int)strspn(text, "0123456789");
}

/* White space and at most one other separator, '\0' when there is nothing. */
static int take_gap(const char **text)
{
    int gap = '\0', c;

    while ((c = take_mark(text, gaps)) != '\0') {
        if (c == ' ') {
            gap = gap ? gap : ' ';
        }
        else {
            gap = gap && gap != ' ' ? TWO_GAPS : c;
        }
    }
    return gap;
}

/* The length of the exponent that text begins with, 0 for none. */
static int exponent_length(const char *text)
{
    int sign, digits;

    if (*text != 'e' && *text != 'E') {
        return 0;
    }
    sign = text[1] == '+' || text[1] == '-';
    digits = count_digits(text + 1 + sign);
    return digits ? 1 + sign + digits : 0;
}

/* Digits with at most one point and an exponent; white space may part it from its unit. */
static int take_number(const char **text, number_t *number)
{
    const char *end = *text;
    int after = 0, exponent;

    number->digits = count_digits(end);
    end += number->digits;
    number->is_whole = *end != '.';
    if (!number->is_whole) {
        after = count_digits(++end);
        end += after;
    }
    if (number->digits + after == 0) {
        return 0;
    }
    exponent = exponent_length(end);
    number->has_exponent = exponent > 0;
    end += exponent;
    if (!tr_real_read(*text, (apr_size_t)(end - *text), &number->value)) {
        number->value = HUGE_VAL; /* 1e400: out of every range */
    }
    *text = end;
    return 1;
}

static unit_e take_unit(const char **text)
{
    const char *after = *text;
    unit_e unit;

    while (*after == ' ') {
        after++;
    }
    unit = (unit_e)take_mark(&after, units);
    if (unit != NO_UNIT) {
        *text = after;
    }
    return unit;
}

static const char stray_words[] =
    "Only numbers, signs, ':' and the units h m s \u00b0 \u2032 \u2033 may stand here.";

/* Cuts text into numbers; gives NULL or what is wrong. */
static const char *cut(numbers_t *numbers, const char *text)
{
    if (strlen(text) > TR_SKY_INPUT_MAX) {
        return "This is too long for a position.";
    }
    numbers->count = 0;
    for (;;) {
        number_t number = { 0 };

        number.gap = take_gap(&text);
        if (number.gap == TWO_GAPS || (number.gap > ' ' && !numbers->count)) {
            return "A number is missing.";
        }
        if (!*text) {
            return number.gap <= ' ' ? NULL : "A number is missing at the end.";
        }
        number.sign = take_mark(&text, signs);
        if (!take_number(&text, &number)) {
            return number.sign ? "A number is missing after the sign." : stray_words;
        }
        number.unit = take_unit(&text);
        if (numbers->count == MAX_NUMBERS) {
            return "There are more than three numbers for each value.";
        }
        numbers->items[numbers->count++] = number;
    }
}

/* What the two coordinates differ in. */
typedef struct coordinate_t {
    int is_ra;
    double max; /* degrees */
    const char *range_words;
} coordinate_t;

static const coordinate_t right_ascension = {
    1,
    360.0,
    "Right ascension goes from 0 to 360 degrees, or from 0 to 24 hours.",
};
static const coordinate_t declination = {
    0,
    90.0,
    "Declination goes from \u221290 to +90 degrees.",
};

/* Units come in order, all or none but the last; separators are all alike. */
static const char *check_spelling(const number_t *numbers, int count)
{
    unit_e first = numbers[0].unit;
    int i;

    if (first == MINUTE || first == SECOND) {
        return "Degrees or hours come first, then minutes and seconds.";
    }
    for (i = 1; i < count; i++) {
        const number_t *number = &numbers[i];
        unit_e due = i == 1 ? MINUTE : SECOND;
        int may_lack = !first || i == count - 1;

        if (number->unit ? !first || number->unit != due : !may_lack) {
            return "The units do not go together: write 16h27m59.5s or \u221252d35m04s.";
        }
        if (first ? number->gap == ':' : number->gap != numbers[1].gap || !number->gap) {
            return "Write ':' or a space between all numbers, or units after them.";
        }
    }
    return NULL;
}

static const char *check_parts(const number_t *numbers, int count)
{
    int i;

    for (i = 0; i < count; i++) {
        const number_t *number = &numbers[i];

        if (i < count - 1 && !number->is_whole) {
            return "Only the last number may have decimals.";
        }
        if (count > 1 && number->has_exponent) {
            return "Powers of ten may only stand in a single number of degrees.";
        }
        if (i > 0 && number->sign) {
            return "There is a sign in the middle.";
        }
        if (i > 0 && number->gap == ',') {
            return "There is a comma in the middle; decimals have a point.";
        }
        if (i > 0 && (number->digits > 2 || number->value >= 60.0)) {
            return "Minutes and seconds are below 60.";
        }
    }
    return NULL;
}

static tr_sky_form_e form_of(const number_t *numbers, int count, const coordinate_t *coordinate)
{
    if (numbers[0].unit == HOUR) {
        return TR_SKY_HOURS;
    }
    if (count == 1) {
        return TR_SKY_DEGREES;
    }
    return coordinate->is_ra && !numbers[0].unit ? TR_SKY_HOURS : TR_SKY_SEXAGESIMAL;
}

/* In degrees, without its sign. Whole seconds are summed first: one rounding only. */
static double value_of(const number_t *numbers, int count, tr_sky_form_e form)
{
    double seconds;

    if (count == 1) {
        return form == TR_SKY_HOURS ? numbers[0].value * 15.0 : numbers[0].value;
    }
    seconds = (numbers[0].value * 60.0 + numbers[1].value) * 60.0;
    seconds += count == 3 ? numbers[2].value : 0.0;
    return seconds / (form == TR_SKY_HOURS ? 240.0 : 3600.0);
}

/* Reads `count` numbers as one value; gives NULL or what is wrong. */
static const char *read_angle(tr_sky_angle_t *angle, const number_t *numbers, int count,
                              const coordinate_t *coordinate)
{
    const char *why;

    if (count < 1) {
        return "Nothing was given.";
    }
    if (count > 3) {
        return "There are more than three numbers for one value.";
    }
    if ((why = check_parts(numbers, count)) || (why = check_spelling(numbers, count))) {
        return why;
    }
    angle->form = form_of(numbers, count, coordinate);
    angle->deg = value_of(numbers, count, angle->form);
    if (angle->form == TR_SKY_HOURS && !coordinate->is_ra) {
        return "Declination is in degrees, not in hours.";
    }
    if (!(angle->deg <= coordinate->max) || (coordinate->is_ra && numbers[0].sign == '-')) {
        return coordinate->range_words;
    }
    if (coordinate->is_ra && angle->deg == coordinate->max) {
        angle->deg = 0.0;
    }
    if (numbers[0].sign == '-') {
        angle->deg = -angle->deg;
    }
    return NULL;
}

static apr_status_t parse_one(tr_sky_angle_t *angle, const char *text, const char **why,
                              const coordinate_t *coordinate)
{
    numbers_t numbers;

    *why = cut(&numbers, text);
    if (!*why) {
        *why = read_angle(angle, numbers.items, numbers.count, coordinate);
    }
    return *why ? TR_EBAD : APR_SUCCESS;
}

apr_status_t tr_sky_parse_ra(tr_sky_angle_t *ra, const char *text, const char **why)
{
    return parse_one(ra, text, why, &right_ascension);
}

apr_status_t tr_sky_parse_dec(tr_sky_angle_t *dec, const char *text, const char **why)
{
    return parse_one(dec, text, why, &declination);
}

/* Where the declination begins. */

typedef int begins_fn(const number_t *number);

static int has_comma(const number_t *number)
{
    return number->gap == ',';
}

static int has_sign(const number_t *number)
{
    return number->sign != '\0';
}

/* The one number after the first that has it; 0: none, -1: several. */
static int find_one(const numbers_t *numbers, begins_fn *begins)
{
    int i, found = 0;

    for (i = 1; i < numbers->count; i++) {
        if (begins(&numbers->items[i])) {
            if (found) {
                return -1;
            }
            found = i;
        }
    }
    return found;
}

static const char *read_pair(tr_sky_position_t *position, const numbers_t *numbers, int split)
{
    const char *why = read_angle(&position->ra, numbers->items, split, &right_ascension);

    return why ? why
               : read_angle(&position->dec, numbers->items + split, numbers->count - split,
                            &declination);
}

/* Whether the numbers of both sides go together, whatever their values are. */
static int can_split(const numbers_t *numbers, int split)
{
    int rest = numbers->count - split;
    const number_t *second = numbers->items + split;

    return second->gap != ':' && split <= 3 && rest <= 3 && !check_parts(numbers->items, split)
           && !check_spelling(numbers->items, split) && !check_parts(second, rest)
           && !check_spelling(second, rest);
}

/* The one place where both sides can be read; 0: none, -1: several. */
static int find_split(const numbers_t *numbers)
{
    int i, found = 0;

    for (i = 1; i < numbers->count; i++) {
        if (can_split(numbers, i)) {
            if (found) {
                return -1;
            }
            found = i;
        }
    }
    return found;
}

static const char *part_and_read(tr_sky_position_t *position, const numbers_t *numbers)
{
    int split = find_one(numbers, has_comma);

    if (numbers->count < 2) {
        return numbers->count ? "Both right ascension and declination are needed."
                              : "Nothing was given.";
    }
    if (split < 0) {
        return "There is more than one comma; decimals have a point.";
    }
    if (!split) {
        split = find_one(numbers, has_sign);
    }
    if (!split) {
        split = find_split(numbers);
        if (split < 0) {
            return "This can be read in more than one way: put a comma before the declination.";
        }
    }
    if (split <= 0 || numbers->items[split].gap == ':') {
        return "This cannot be parted into right ascension and declination: put one comma "
               "before the declination.";
    }
    return read_pair(position, numbers, split);
}

apr_status_t tr_sky_parse_pair(tr_sky_position_t *position, const char *text, const char **why)
{
    numbers_t numbers;

    *why = cut(&numbers, text);
    if (!*why) {
        *why = part_and_read(position, &numbers);
    }
    return *why ? TR_EBAD : APR_SUCCESS;
}

/* Writing. */

static double to_circle(double ra)
{
    double turned = fmod(ra, 360.0);

    turned = turned < 0.0 ? turned + 360.0 : turned;
    return turned >= 360.0 ? 0.0 : turned; /* -1e-20 + 360 is 360 */
}

static apr_status_t write_parts(char *text, const char *sign, const int parts[4], int digits)
{
    int len = snprintf(text, TR_SKY_TEXT_SIZE, "%s%02d:%02d:%02d", sign, parts[0], parts[1],
                       parts[2]);

    if (digits > 0) {
        snprintf(text + len, (apr_size_t)(TR_SKY_TEXT_SIZE - len), ".%0*d", digits, parts[3]);
    }
    return APR_SUCCESS;
}

apr_status_t tr_sky_write_hms(char text[TR_SKY_TEXT_SIZE], double ra, int digits)
{
    int parts[4];
    char sign;

    text[0] = '\0';
    if (!isfinite(ra) || digits < 0 || digits > TR_SKY_DIGITS_MAX) {
        return TR_EBAD;
    }
    eraD2tf(digits, to_circle(ra) / 360.0 * NUDGE, &sign, parts);
    parts[0] %= 24;
    return write_parts(text, "", parts, digits);
}

apr_status_t tr_sky_write_dms(char text[TR_SKY_TEXT_SIZE], double dec, int digits)
{
    int parts[4], is_zero;
    char sign;

    text[0] = '\0';
    if (!(fabs(dec) <= 90.0) || digits < 0 || digits > TR_SKY_DIGITS_MAX) {
        return TR_EBAD;
    }
    /* eraD2tf cuts a day into hours; with degrees for hours it cuts those. */
    eraD2tf(digits, dec / 24.0 * NUDGE, &sign, parts);
    is_zero = !(parts[0] || parts[1] || parts[2] || parts[3]);
    return write_parts(text, sign == '-' && !is_zero ? "-" : "+", parts, digits);
}

apr_status_t tr_sky_write_name(char text[TR_SKY_TEXT_SIZE], double ra, double dec)
{
    int tenths, seconds;

    text[0] = '\0';
    if (!isfinite(ra) || !(fabs(dec) <= 90.0)) {
        return TR_EBAD;
    }
    tenths = (int)floor(to_circle(ra) * 2400.0 + 1e-6) % 864000;
    seconds = (int)floor(fabs(dec) * 3600.0 + 1e-6);
    snprintf(text, TR_SKY_TEXT_SIZE, "J%02d%02d%02d.%d%c%02d%02d%02d", tenths / 36000,
             tenths / 600 % 60, tenths / 10 % 60, tenths % 10, dec < 0.0 && seconds ? '-' : '+',
             seconds / 3600, seconds / 60 % 60, seconds % 60);
    return APR_SUCCESS;
}

/* Geometry. */

double tr_sky_separation(double ra1, double dec1, double ra2, double dec2)
{
    return eraSeps(ra1 * DEGREES, dec1 * DEGREES, ra2 * DEGREES, dec2 * DEGREES) / DEGREES;
}

void tr_sky_galactic(double *l, double *b, double ra, double dec)
{
    eraIcrs2g(ra * DEGREES, dec * DEGREES, l, b);
    *l = to_circle(*l / DEGREES);
    *b /= DEGREES;
}

void tr_sky_from_ecliptic(double *ra, double *dec, double lon, double lat)
{
    eraEceq06(ERFA_DJ00, 0.0, lon * DEGREES, lat * DEGREES, ra, dec);
    *ra = to_circle(*ra / DEGREES);
    *dec /= DEGREES;
}
