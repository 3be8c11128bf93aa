/* fields.c: the form that is sent for one observation, search or candidate.
 *
 * SPDX-License-Identifier: MIT
 */
#include "fields.h"

#include "tr_sky.h"
#include "tr_value.h"

#include <apr_strings.h>
#include <ctype.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { SECOND_DIGITS = 2 }; /* after the point, as the old client writes */

apr_array_header_t *tr_upload_fields_make(apr_pool_t *pool)
{
    return apr_array_make(pool, 48, sizeof(tr_upload_field_t));
}

void tr_upload_fields_add(apr_array_header_t *fields, const char *name, const char *value)
{
    if (value) {
        tr_upload_field_t *field = apr_array_push(fields);
        field->name = name;
        field->value = value;
    }
}

const char *tr_upload_fields_get(const apr_array_header_t *fields, const char *name)
{
    for (int i = 0; i < fields->nelts; i++) {
        const tr_upload_field_t *field = &APR_ARRAY_IDX(fields, i, tr_upload_field_t);
        if (!strcmp(field->name, name)) {
            return field->value;
        }
    }
    return NULL;
}

const char *tr_upload_hms(double ra_deg, apr_pool_t *pool)
{
    char text[TR_SKY_TEXT_SIZE];

    return tr_sky_write_hms(text, ra_deg, SECOND_DIGITS) ? NULL : apr_pstrdup(pool, text);
}

const char *tr_upload_dms(double dec_deg, apr_pool_t *pool)
{
    char text[TR_SKY_TEXT_SIZE];

    return tr_sky_write_dms(text, dec_deg, SECOND_DIGITS) ? NULL : apr_pstrdup(pool, text);
}

typedef struct {
    const char *degrees;
    const char *sexagesimal;
    const char *(*write)(double degrees, apr_pool_t *pool);
} companion_t;

static const companion_t companions[] = {
    { "ra_deg", "ra_hms", tr_upload_hms },
    { "dec_deg", "dec_dms", tr_upload_dms },
    { "nks_ra_deg", "nks_ra_hms", tr_upload_hms },
    { "nks_dec_deg", "nks_dec_dms", tr_upload_dms },
};

static void add_companion(apr_array_header_t *to, const apr_array_header_t *from,
                          const tr_upload_field_t *field, apr_pool_t *pool)
{
    for (size_t i = 0; i < sizeof companions / sizeof *companions; i++) {
        const companion_t *companion = &companions[i];
        double degrees;
        if (!strcmp(field->name, companion->degrees)
            && !tr_upload_fields_get(from, companion->sexagesimal)
            && tr_real_read(field->value, strlen(field->value), &degrees)) {
            tr_upload_fields_add(to, companion->sexagesimal, companion->write(degrees, pool));
        }
    }
}

apr_array_header_t *tr_upload_fields_complete(const apr_array_header_t *fields,
                                              apr_pool_t *pool)
{
    apr_array_header_t *all = tr_upload_fields_make(pool);

    for (int i = 0; i < fields->nelts; i++) {
        const tr_upload_field_t *field = &APR_ARRAY_IDX(fields, i, tr_upload_field_t);
        tr_upload_fields_add(all, field->name, field->value);
        add_companion(all, fields, field, pool);
    }
    return all;
}

static char *encode_text(char *out, const char *text)
{
    static const char digits[] = "0123456789ABCDEF";

    for (; *text; text++) {
        unsigned char byte = (unsigned char)*text;
        if (byte < 0x80 && (isalnum(byte) || strchr("-._~", byte))) {
            *out++ = (char)byte;
        }
        else if (byte == ' ') {
            *out++ = '+';
        }
        else {
            *out++ = '%';
            *out++ = digits[byte >> 4];
            *out++ = digits[byte & 15];
        }
    }
    return out;
}

const char *tr_upload_fields_encode(const apr_array_header_t *fields, apr_pool_t *pool)
{
    size_t most = 1;
    char *body, *out;

    for (int i = 0; i < fields->nelts; i++) {
        const tr_upload_field_t *field = &APR_ARRAY_IDX(fields, i, tr_upload_field_t);
        most += 3 * (strlen(field->name) + strlen(field->value)) + 2;
    }
    body = out = apr_palloc(pool, most);
    for (int i = 0; i < fields->nelts; i++) {
        const tr_upload_field_t *field = &APR_ARRAY_IDX(fields, i, tr_upload_field_t);
        if (i) {
            *out++ = '&';
        }
        out = encode_text(out, field->name);
        *out++ = '=';
        out = encode_text(out, field->value);
    }
    *out = '\0';
    return body;
}

const char *tr_upload_real(double value, apr_pool_t *pool)
{
    char text[TR_NUMBER_ROOM];

    if (isnan(value)) {
        return NULL;
    }
    if (isinf(value)) {
        return value > 0.0 ? "inf" : "-inf";
    }
    tr_real_print(text, value);
    return apr_pstrdup(pool, text);
}

const char *tr_upload_float(float value, apr_pool_t *pool)
{
    char text[TR_NUMBER_ROOM] = "";

    if (isnan(value)) {
        return NULL;
    }
    for (int digits = 6; digits <= 9; digits++) {
        snprintf(text, sizeof text, "%.*g", digits, (double)value);
        if (strtof(text, NULL) == value) {
            break;
        }
    }
    return apr_pstrdup(pool, text);
}

/* The bytes of the character at `at` (RFC 3629: shortest form, no surrogates), 0 if broken. */
static int utf8_length(const unsigned char *at)
{
    static const unsigned char lowest[5] = { 0, 0, 0xc2, 0xe0, 0xf0 };
    int length = at[0] < 0x80 ? 1 : at[0] < 0xe0 ? 2 : at[0] < 0xf0 ? 3 : 4;

    if (at[0] < lowest[length] || at[0] > 0xf4) {
        return 0;
    }
    for (int i = 1; i < length; i++) {
        if ((at[i] & 0xc0) != 0x80) {
            return 0;
        }
    }
    if ((at[0] == 0xe0 && at[1] < 0xa0) || (at[0] == 0xed && at[1] > 0x9f)
        || (at[0] == 0xf0 && at[1] < 0x90) || (at[0] == 0xf4 && at[1] > 0x8f)) {
        return 0;
    }
    return length;
}

static int is_utf8(const char *text)
{
    const unsigned char *at = (const unsigned char *)text;

    while (*at) {
        int length = utf8_length(at);
        if (!length) {
            return 0;
        }
        at += length;
    }
    return 1;
}

static const char *from_latin1(const char *text, apr_pool_t *pool)
{
    char *converted = apr_palloc(pool, 2 * strlen(text) + 1);
    char *out = converted;

    for (; *text; text++) {
        unsigned char byte = (unsigned char)*text;
        if (byte < 0x80) {
            *out++ = (char)byte;
        }
        else {
            *out++ = (char)(0xc0 | byte >> 6);
            *out++ = (char)(0x80 | (byte & 0x3f));
        }
    }
    *out = '\0';
    return converted;
}

const char *tr_upload_text(const char *raw, apr_pool_t *pool)
{
    size_t length;

    raw += strspn(raw, " \t\r\n");
    length = strlen(raw);
    while (length && strchr(" \t\r\n", raw[length - 1])) {
        length--;
    }
    if (!length) {
        return NULL;
    }
    raw = apr_pstrmemdup(pool, raw, length);
    return is_utf8(raw) ? raw : from_latin1(raw, pool);
}
