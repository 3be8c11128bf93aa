/* tr_number.c: numbers read from text and written as text, in any locale.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_value.h"

#include <locale.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The parts of a decimal number as it is written; digits are not NUL-terminated. */
typedef struct decimal_t {
    int negative;
    const char *whole, *fraction;
    apr_size_t whole_len, fraction_len;
    apr_int64_t exponent;
} decimal_t;

/* Far beyond any number's reach, and far from overflowing when lengths are added to it. */
#define EXPONENT_CAP APR_INT64_C(1000000000000)

static apr_size_t skip_digits(const char **p, const char *end)
{
    const char *start = *p;

    while (*p < end && **p >= '0' && **p <= '9') {
        (*p)++;
    }
    return (apr_size_t)(*p - start);
}

static int skip_sign(const char **p, const char *end)
{
    if (*p < end && (**p == '-' || **p == '+')) {
        return *(*p)++ == '-';
    }
    return 0;
}

/* What follows the 'e'; false without digits. */
static int scan_exponent(const char *p, const char *end, apr_int64_t *exponent)
{
    int negative = skip_sign(&p, end);
    const char *digits = p;
    apr_int64_t value = 0;

    if (!skip_digits(&p, end) || p != end) {
        return 0;
    }
    for (; digits < end; digits++) {
        value = value * 10 + (*digits - '0');
        value = value < EXPONENT_CAP ? value : EXPONENT_CAP;
    }
    *exponent = negative ? -value : value;
    return 1;
}

/* The grammar that both readers share: [+-] digits [. digits] [e [+-] digits]. */
static int scan_decimal(const char *text, apr_size_t len, decimal_t *out)
{
    const char *p = text, *end = text + len;

    memset(out, 0, sizeof *out);
    out->fraction = end;
    out->negative = skip_sign(&p, end);
    out->whole = p;
    out->whole_len = skip_digits(&p, end);
    if (p < end && *p == '.') {
        out->fraction = ++p;
        out->fraction_len = skip_digits(&p, end);
    }
    if (!out->whole_len && !out->fraction_len) {
        return 0;
    }
    if (p < end && (*p == 'e' || *p == 'E')) {
        return scan_exponent(p + 1, end, &out->exponent);
    }
    return p == end;
}

/* strtod() wants the locale's point, which may be several bytes long. */
static double read_local(const char *text, apr_size_t len)
{
    const char *point = localeconv()->decimal_point;
    apr_size_t point_len = strlen(point);
    char room[128], *copy = room;
    const char *mark = memchr(text, '.', len);
    apr_size_t before = mark ? (apr_size_t)(mark - text) : len;
    double real;

    if (len + point_len + 1 > sizeof room && !(copy = malloc(len + point_len + 1))) {
        abort();
    }
    memcpy(copy, text, before);
    copy[before] = '\0';
    if (mark) {
        memcpy(copy + before, point, point_len);
        memcpy(copy + before + point_len, mark + 1, len - before - 1);
        copy[len - 1 + point_len] = '\0';
    }
    real = strtod(copy, NULL);
    if (copy != room) {
        free(copy);
    }
    return real;
}

int tr_real_read(const char *text, apr_size_t len, double *real)
{
    decimal_t decimal;

    if (!scan_decimal(text, len, &decimal)) {
        return 0;
    }
    *real = read_local(text, len);
    return isfinite(*real);
}

/* The i-th digit of whole and fraction written one after the other. */
static int decimal_digit(const decimal_t *decimal, apr_size_t i)
{
    return i < decimal->whole_len ? decimal->whole[i] - '0'
                                  : decimal->fraction[i - decimal->whole_len] - '0';
}

/* Digits first..last as a whole number; false when it does not fit. */
static int gather_digits(const decimal_t *decimal, apr_size_t first, apr_size_t last,
                         apr_int64_t zeros, apr_uint64_t *out)
{
    enum { MOST_DIGITS = 19 }; /* of an int64, and few enough for a uint64 */
    apr_uint64_t value = 0;

    if ((apr_int64_t)(last - first) + zeros > MOST_DIGITS) {
        return 0;
    }
    for (apr_size_t i = first; i < last; i++) {
        value = value * 10 + (apr_uint64_t)decimal_digit(decimal, i);
    }
    while (zeros-- > 0) {
        value *= 10;
    }
    *out = value;
    return 1;
}

/* Exact: the digits without their zeros at both ends, then as many zeros as the exponent
 * still asks for.  Going through a double would take 9007199254740993 for its neighbour. */
tr_int_fault_e tr_int_read(const char *text, apr_size_t len, apr_int64_t *integer)
{
    decimal_t decimal;
    apr_size_t first = 0, last;
    apr_int64_t zeros;
    apr_uint64_t value = 0, most = APR_INT64_MAX;

    if (!scan_decimal(text, len, &decimal)) {
        return TR_INT_NOT_WHOLE;
    }
    last = decimal.whole_len + decimal.fraction_len;
    zeros = decimal.exponent - (apr_int64_t)decimal.fraction_len;
    for (; last > 0 && !decimal_digit(&decimal, last - 1); last--) {
        zeros++;
    }
    while (first < last && !decimal_digit(&decimal, first)) {
        first++;
    }
    *integer = 0;
    if (first == last) {
        return TR_INT_OK;
    }
    if (zeros < 0) {
        return TR_INT_NOT_WHOLE;
    }
    most += (apr_uint64_t)decimal.negative;
    if (!gather_digits(&decimal, first, last, zeros, &value) || value > most) {
        return decimal.negative ? TR_INT_TOO_LOW : TR_INT_TOO_HIGH;
    }
    *integer = decimal.negative ? (apr_int64_t)(0 - value) : (apr_int64_t)value;
    return TR_INT_OK;
}

/* Puts '.' for the locale's decimal point. */
static int use_point(char *text)
{
    char *mark = text + strspn(text, "+-0123456789eE");
    apr_size_t len = strcspn(mark, "+-0123456789eE");

    if (len) {
        *mark = '.';
        memmove(mark + 1, mark + len, strlen(mark + len) + 1);
    }
    return (int)strlen(text);
}

int tr_real_print(char out[TR_NUMBER_ROOM], double real)
{
    for (int digits = 15; digits <= 17; digits++) {
        snprintf(out, TR_NUMBER_ROOM, "%.*g", digits, real);
        if (strtod(out, NULL) == real) {
            break;
        }
    }
    return use_point(out);
}
