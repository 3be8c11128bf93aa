/* tr_format.c: values written for people: the last part of {{ra_deg.hms}}.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_format.h"
#include "tr_document.h"
#include "tr_escape.h"
#include "tr_json.h"
#include "tr_markdown.h"
#include "tr_sky.h"
#include "tr_time.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define KIND(kind) (1u << (kind))
#define NUMBERS    (KIND(TR_INT) | KIND(TR_REAL))
#define TIMES      (NUMBERS | KIND(TR_TEXT))
#define ANY_KIND   (TIMES | KIND(TR_BOOL) | KIND(TR_JSON) | KIND(TR_ROW) | KIND(TR_LIST))
#define DASH       "\u2013"
#define MINUS      "\u2212"
/* Room for a number below 1e15 with six digits, or for the longest %.*e used here. */
#define NUMBER_ROOM 40
/* From here on not every whole number is a double: fixed digits would be invented. */
#define FIXED_END 1e15

static double number_of(const tr_value_t *in)
{
    return in->kind == TR_INT ? (double)in->as.integer : in->as.real;
}

/* Appends what printf made of a number that is not negative, with '.' for the locale's
 * decimal point. */
static void put_digits(tr_buf_t *out, const char *digits)
{
    apr_size_t whole = strspn(digits, "0123456789");
    const char *fraction = digits + whole + strcspn(digits + whole, "0123456789");

    tr_buf_put(out, digits, whole);
    if (*fraction) {
        tr_buf_putc(out, '.');
        tr_buf_puts(out, fraction);
    }
}

/* A negative number that rounds to zero is zero. */
static void put_sign(tr_buf_t *out, double number, const char *digits, const char *minus)
{
    if (number < 0.0 && digits[strcspn(digits, "123456789")]) {
        tr_buf_puts(out, minus);
    }
}

static void put_fixed(tr_buf_t *out, double number, int digits, const char *minus)
{
    char text[NUMBER_ROOM];

    snprintf(text, sizeof(text), "%.*f", digits, fabs(number));
    put_sign(out, number, text, minus);
    put_digits(out, text);
}

static void put_power_of_ten(tr_buf_t *out, int exponent)
{
    static const char *const raised[] = { "\u2070", "\u00b9", "\u00b2", "\u00b3", "\u2074",
                                          "\u2075", "\u2076", "\u2077", "\u2078", "\u2079" };
    char text[16];

    snprintf(text, sizeof(text), "%d", abs(exponent));
    tr_buf_puts(out, "\u00d710");
    tr_buf_puts(out, exponent < 0 ? "\u207b" : "");
    for (const char *at = text; *at; at++) {
        tr_buf_puts(out, raised[*at - '0']);
    }
}

/* The exponent is taken after rounding: 9.996 has three digits as 10.0. */
static void put_significant(tr_buf_t *out, double number, int digits)
{
    char text[NUMBER_ROOM], *mark;
    int exponent;

    snprintf(text, sizeof(text), "%.*e", digits - 1, fabs(number));
    mark = strchr(text, 'e');
    exponent = atoi(mark + 1);
    if (exponent >= -4 && exponent < 6) {
        put_fixed(out, number, exponent < digits ? digits - 1 - exponent : 0, MINUS);
        return;
    }
    *mark = '\0';
    put_sign(out, number, text, MINUS);
    put_digits(out, text);
    put_power_of_ten(out, exponent);
}

static int write_fixed(tr_buf_t *out, const tr_value_t *in, const tr_format_t *format)
{
    double number = number_of(in);

    if (fabs(number) < FIXED_END) {
        put_fixed(out, number, format->digits, MINUS);
    }
    else {
        put_significant(out, number, 4);
    }
    return 1;
}

static int write_significant(tr_buf_t *out, const tr_value_t *in, const tr_format_t *format)
{
    put_significant(out, number_of(in), format->digits);
    return 1;
}

static int write_whole(tr_buf_t *out, const tr_value_t *in, const tr_format_t *format)
{
    char text[NUMBER_ROOM];
    int len;

    (void)format;
    if (in->kind == TR_REAL && !(fabs(in->as.real) < FIXED_END)) {
        return 0;
    }
    if (in->kind == TR_REAL) {
        len = snprintf(text, sizeof(text), "%.0f", fabs(in->as.real));
    }
    else {
        apr_uint64_t whole = (apr_uint64_t)in->as.integer;

        len = snprintf(text, sizeof(text), "%" APR_UINT64_T_FMT,
                       in->as.integer < 0 ? 0 - whole : whole);
    }
    put_sign(out, number_of(in), text, MINUS);
    for (int i = 0; i < len; i++) {
        if (i && (len - i) % 3 == 0) {
            tr_buf_putc(out, ',');
        }
        tr_buf_putc(out, text[i]);
    }
    return 1;
}

static int write_hms(tr_buf_t *out, const tr_value_t *in, const tr_format_t *format)
{
    char text[TR_SKY_TEXT_SIZE];

    if (tr_sky_write_hms(text, number_of(in), format->digits)) {
        return 0;
    }
    tr_buf_puts(out, text);
    return 1;
}

static int write_dms(tr_buf_t *out, const tr_value_t *in, const tr_format_t *format)
{
    char text[TR_SKY_TEXT_SIZE];

    if (tr_sky_write_dms(text, number_of(in), format->digits)) {
        return 0;
    }
    tr_buf_puts(out, text);
    return 1;
}

static int write_degrees(tr_buf_t *out, const tr_value_t *in, const tr_format_t *format)
{
    double number = number_of(in);

    if (!(fabs(number) < FIXED_END)) {
        return 0;
    }
    put_fixed(out, number, format->digits, "-");
    return 1;
}

static int write_scaled(tr_buf_t *out, const tr_value_t *in, const tr_format_t *format,
                        double scale)
{
    tr_value_t scaled = { .kind = TR_REAL, .as.real = number_of(in) * scale };

    return isfinite(scaled.as.real) && write_fixed(out, &scaled, format);
}

static int write_arcmin(tr_buf_t *out, const tr_value_t *in, const tr_format_t *format)
{
    return write_scaled(out, in, format, 60.0);
}

static int write_arcsec(tr_buf_t *out, const tr_value_t *in, const tr_format_t *format)
{
    return write_scaled(out, in, format, 3600.0);
}

static int write_time(tr_buf_t *out, const tr_value_t *in, const tr_format_t *format)
{
    char text[TR_TIME_TEXT_SIZE];
    tr_time_style_e style = (tr_time_style_e)format->style;
    tr_utc_t utc;
    const char *why;

    if (in->kind == TR_TEXT) {
        if (tr_time_parse(&utc, in->as.text.data, &why)) {
            return 0;
        }
        tr_time_write(text, &utc, style, 0);
    }
    else if (tr_time_write_gps(text, number_of(in), style, 0)) {
        return 0;
    }
    tr_buf_puts(out, text);
    return 1;
}

static int write_mjd(tr_buf_t *out, const tr_value_t *in, const tr_format_t *format)
{
    double mjd;

    if (tr_time_mjd_from_gps(&mjd, number_of(in))) {
        return 0;
    }
    put_fixed(out, mjd, format->digits, "-");
    return 1;
}

static int write_yes_or_no(tr_buf_t *out, const tr_value_t *in, const tr_format_t *format)
{
    (void)format;
    tr_buf_puts(out, in->as.flag ? "yes" : "no");
    return 1;
}

static int write_markdown(tr_buf_t *out, const tr_value_t *in, const tr_format_t *format)
{
    (void)format;
    tr_markdown_write(out, in->as.text.data, in->as.text.len);
    return 1;
}

static int write_document(tr_buf_t *out, const tr_value_t *in, const tr_format_t *format)
{
    (void)format;
    tr_document_write(out, in->as.text.data, in->as.text.len);
    return 1;
}

static int write_json(tr_buf_t *out, const tr_value_t *in, const tr_format_t *format)
{
    (void)format;
    tr_json_value(out, in);
    return 1;
}

static int write_text(tr_buf_t *out, const tr_value_t *in, const tr_format_t *format)
{
    (void)format;
    tr_buf_put(out, in->as.text.data, in->as.text.len);
    return 1;
}

/* Turns the case of letters from `first` to `last`; UTF-8's other bytes are not among them. */
static int write_case(tr_buf_t *out, const tr_value_t *in, char first, char last)
{
    apr_size_t start = out->len;

    tr_buf_put(out, in->as.text.data, in->as.text.len);
    for (char *at = out->data + start; at < out->data + out->len; at++) {
        if (*at >= first && *at <= last) {
            *at ^= 'a' ^ 'A';
        }
    }
    return 1;
}

static int write_upper(tr_buf_t *out, const tr_value_t *in, const tr_format_t *format)
{
    (void)format;
    return write_case(out, in, 'a', 'z');
}

static int write_lower(tr_buf_t *out, const tr_value_t *in, const tr_format_t *format)
{
    (void)format;
    return write_case(out, in, 'A', 'Z');
}

/* The time of day of a text that begins as ISO 8601: 17:42:08. */
static int write_clock(tr_buf_t *out, const tr_value_t *in, const tr_format_t *format)
{
    tr_utc_t utc;
    char text[TR_TIME_TEXT_SIZE];
    const char *why;

    if (tr_time_parse(&utc, in->as.text.data, &why)) {
        return 0;
    }
    tr_time_write(text, &utc, TR_TIME_PLAIN, format->digits);
    tr_buf_puts(out, strchr(text, ' ') + 1);
    return 1;
}

/* MWA bands with a colour and a shape of their own, MHz; within 8 MHz counts as the band. */
static int write_band(tr_buf_t *out, const tr_value_t *in, const tr_format_t *format)
{
    static const struct {
        double mhz;
        const char *name;
    } bands[] = { { 87.68, "88" },   { 118.4, "118" },  { 154.24, "154" },
                  { 184.96, "185" }, { 200.32, "200" }, { 215.68, "216" } };
    const char *nearest = "other";
    double least = 8.0;

    (void)format;
    for (size_t i = 0; i < sizeof(bands) / sizeof(bands[0]); i++) {
        double off = fabs(number_of(in) - bands[i].mhz);

        if (off <= least) {
            least = off;
            nearest = bands[i].name;
        }
    }
    tr_buf_puts(out, nearest);
    return 1;
}

/* A name as part of a class: lower-case letters and digits, everything else one hyphen. */
static int write_slug(tr_buf_t *out, const tr_value_t *in, const tr_format_t *format)
{
    int pending = 0, any = 0;

    (void)format;
    for (apr_size_t i = 0; i < in->as.text.len; i++) {
        char c = in->as.text.data[i];

        c = c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
        if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
            tr_buf_puts(out, pending && any ? "-" : "");
            tr_buf_putc(out, c);
            pending = 0;
            any = 1;
        }
        else {
            pending = 1;
        }
    }
    return 1;
}

static const tr_format_t formats[] = {
    { "f0", NUMBERS, TR_OUTPUT_SAFE, DASH, 0, 0, write_fixed },
    { "f1", NUMBERS, TR_OUTPUT_SAFE, DASH, 1, 0, write_fixed },
    { "f2", NUMBERS, TR_OUTPUT_SAFE, DASH, 2, 0, write_fixed },
    { "f3", NUMBERS, TR_OUTPUT_SAFE, DASH, 3, 0, write_fixed },
    { "f4", NUMBERS, TR_OUTPUT_SAFE, DASH, 4, 0, write_fixed },
    { "f5", NUMBERS, TR_OUTPUT_SAFE, DASH, 5, 0, write_fixed },
    { "f6", NUMBERS, TR_OUTPUT_SAFE, DASH, 6, 0, write_fixed },
    { "g3", NUMBERS, TR_OUTPUT_SAFE, DASH, 3, 0, write_significant },
    { "g4", NUMBERS, TR_OUTPUT_SAFE, DASH, 4, 0, write_significant },
    { "n", NUMBERS, TR_OUTPUT_SAFE, DASH, 0, 0, write_whole },
    { "hms", NUMBERS, TR_OUTPUT_SAFE, DASH, 2, 0, write_hms },
    { "hms0", NUMBERS, TR_OUTPUT_SAFE, DASH, 0, 0, write_hms },
    { "dms", NUMBERS, TR_OUTPUT_SAFE, DASH, 1, 0, write_dms },
    { "dms0", NUMBERS, TR_OUTPUT_SAFE, DASH, 0, 0, write_dms },
    { "deg5", NUMBERS, TR_OUTPUT_SAFE, DASH, 5, 0, write_degrees },
    { "arcmin", NUMBERS, TR_OUTPUT_SAFE, DASH, 2, 0, write_arcmin },
    { "arcsec", NUMBERS, TR_OUTPUT_SAFE, DASH, 1, 0, write_arcsec },
    { "utc", TIMES, TR_OUTPUT_SAFE, DASH, 0, TR_TIME_PLAIN, write_time },
    { "isoutc", TIMES, TR_OUTPUT_SAFE, DASH, 0, TR_TIME_ISO, write_time },
    { "time_utc", TIMES, TR_OUTPUT_SAFE, DASH, 0, TR_TIME_MINUTE, write_time },
    { "day", TIMES, TR_OUTPUT_SAFE, DASH, 0, TR_TIME_DAY, write_time },
    { "clock", KIND(TR_TEXT), TR_OUTPUT_SAFE, DASH, 0, 0, write_clock },
    { "mjd", NUMBERS, TR_OUTPUT_SAFE, DASH, 5, 0, write_mjd },
    { "yesno", KIND(TR_BOOL), TR_OUTPUT_SAFE, DASH, 0, 0, write_yes_or_no },
    { "document", KIND(TR_TEXT), TR_OUTPUT_HTML, "", 0, 0, write_document },
    { "markdown", KIND(TR_TEXT), TR_OUTPUT_HTML, "", 0, 0, write_markdown },
    { "json", ANY_KIND, TR_OUTPUT_TEXT, "null", 0, 0, write_json },
    { "upper", KIND(TR_TEXT), TR_OUTPUT_TEXT, "", 0, 0, write_upper },
    { "lower", KIND(TR_TEXT), TR_OUTPUT_TEXT, "", 0, 0, write_lower },
    { "slug", KIND(TR_TEXT), TR_OUTPUT_SAFE, "", 0, 0, write_slug },
    { "band", NUMBERS, TR_OUTPUT_SAFE, "other", 0, 0, write_band },
    { "query", KIND(TR_TEXT), TR_OUTPUT_QUERY, "", 0, 0, write_text },
    { NULL, 0, TR_OUTPUT_TEXT, NULL, 0, 0, NULL }
};

const tr_format_t *tr_format_all(void)
{
    return formats;
}

const tr_format_t *tr_format_find(const char *name)
{
    for (const tr_format_t *format = formats; format->name; format++) {
        if (!strcmp(format->name, name)) {
            return format;
        }
    }
    return NULL;
}

int tr_format_takes(const tr_format_t *format, tr_kind_e kind)
{
    return kind == TR_NULL || (format->kinds & KIND(kind)) != 0;
}

/* The value as it is, rows and lists as nothing. Where the output will not be escaped any
 * more, it is here. */
static void write_plain(tr_buf_t *out, const tr_value_t *in, tr_output_e output)
{
    int is_text = in->kind == TR_TEXT || in->kind == TR_JSON;

    if (is_text && (output == TR_OUTPUT_SAFE || output == TR_OUTPUT_HTML)) {
        tr_escape_html(out, in->as.text.data, in->as.text.len);
    }
    else if (is_text) {
        tr_buf_put(out, in->as.text.data, in->as.text.len);
    }
    else if (in->kind != TR_ROW && in->kind != TR_LIST) {
        tr_json_value(out, in); /* of numbers and booleans: their plain text */
    }
}

void tr_format_write(const tr_format_t *format, tr_buf_t *out, const tr_value_t *in)
{
    /* NaN is no value; should one be made after all, no page shows it. */
    if (!in || in->kind == TR_NULL || (in->kind == TR_REAL && !isfinite(in->as.real))) {
        tr_buf_puts(out, format->absent);
        return;
    }
    if (!tr_format_takes(format, in->kind) || !format->write(out, in, format)) {
        write_plain(out, in, format->output);
    }
}
