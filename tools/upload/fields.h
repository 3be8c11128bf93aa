/* fields.h: the form that is sent for one observation, search or candidate.
 *
 * A list of names and values in the order in which they are sent. Names and values are not
 * copied; they live in the list's pool.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_UPLOAD_FIELDS_H
#define TR_UPLOAD_FIELDS_H

#include <apr_tables.h>

typedef struct tr_upload_field_t {
    const char *name;
    const char *value;
} tr_upload_field_t;

/* An empty list (of tr_upload_field_t). */
apr_array_header_t *tr_upload_fields_make(apr_pool_t *pool);

/* Appends; a NULL value is absent and not appended. */
void tr_upload_fields_add(apr_array_header_t *fields, const char *name, const char *value);

/* A field's value, NULL when absent. */
const char *tr_upload_fields_get(const apr_array_header_t *fields, const char *name);

/* The same fields, with those that the server wants beside a position in degrees: after each
 * X_deg of a right ascension X_hms, of a declination X_dms, unless the list has them. */
apr_array_header_t *tr_upload_fields_complete(const apr_array_header_t *fields,
                                              apr_pool_t *pool);

/* The body of a form: name=value&..., percent-encoded. */
const char *tr_upload_fields_encode(const apr_array_header_t *fields, apr_pool_t *pool);

/* Sexagesimal texts as the old client sends them, '16:27:59.50' and '-52:35:04.30'; NULL when
 * out of range or not a number. */
const char *tr_upload_hms(double ra_deg, apr_pool_t *pool);
const char *tr_upload_dms(double dec_deg, apr_pool_t *pool);

/* The shortest text that reads back as the same number; NULL for NaN. Infinities are written
 * as such: that is for the server to refuse. */
const char *tr_upload_real(double value, apr_pool_t *pool);
const char *tr_upload_float(float value, apr_pool_t *pool);

/* UTF-8 as it is; other bytes are taken for Latin-1, as old tables have it. White space at both
 * ends is cut off. NULL when nothing is left. */
const char *tr_upload_text(const char *raw, apr_pool_t *pool);

#endif
