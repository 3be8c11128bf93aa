/* tr_form.h: values from outside, checked against a declaration.
 *
 * A page declares its fields as a constant; path, query, form, multipart and
 * JSON values all pass through here before anything else sees them.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_FORM_H
#define TR_FORM_H

#include "tr_problem.h"
#include "tr_value.h"

typedef enum {
    TR_F_TEXT,
    TR_F_INT,
    TR_F_REAL,
    TR_F_BOOL,   /* 1 0 true false t f yes no on off, any case */
    TR_F_CHOICE, /* one of `choices` */
    TR_F_JSON,   /* any JSON value, kept as text */
    TR_F_INTS    /* repeated or comma-separated whole numbers; value is "{1,2}" as TR_TEXT */
} tr_field_kind_e;

enum {
    TR_F_REQUIRED = 1,    /* absent or empty: "This field is required." */
    TR_F_NAN_IS_NULL = 2, /* nan, None, null, -- (any case) and "" are absent */
    TR_F_TRIM = 4,        /* white space at both ends is dropped */
    TR_F_SECRET = 8,      /* never given back to the page */
    TR_F_KEEP_EMPTY = 16  /* text: "" stays "" and is not NULL */
};

typedef struct tr_field_t {
    const char *name;
    tr_field_kind_e kind;
    int flags;
    double min, max;     /* numbers; both 0: no limits */
    int max_len;         /* text, in characters; 0: 64 kB */
    const char *choices; /* "a b c" */
    const char *label;   /* for messages on pages; NULL: the name */
} tr_field_t;

/* What came in, before checking: names with text, in order, names may repeat. JSON values
 * of numbers and booleans come as their text with `typed` saying what they were. */
typedef struct tr_input_item_t {
    const char *name;
    const char *data;
    apr_size_t len;
    tr_kind_e typed; /* TR_TEXT from forms; any kind of a single value or TR_JSON from JSON */
    int is_file;     /* a file part: data is its spooled path, see tr_multipart.h */
} tr_input_item_t;

typedef struct tr_input_t {
    apr_pool_t *pool;
    apr_array_header_t *items; /* of tr_input_item_t */
} tr_input_t;

tr_input_t *tr_input_make(apr_pool_t *pool);
void tr_input_add(tr_input_t *input, const char *name, const char *data, apr_size_t len);
/* application/x-www-form-urlencoded or a query string. TR_EBAD: broken % escapes, not UTF-8,
 * NUL ("Null characters are not allowed."), more than `max_items` items. */
apr_status_t tr_input_add_urlencoded(tr_input_t *input, const char *text, apr_size_t len,
                                     int max_items, tr_problem_t *problem);
/* Decodes %XX (and '+' as a blank). *out gets a NUL after it. False: a broken escape. */
int tr_url_decode(const char **out, apr_size_t *out_len, const char *text, apr_size_t len,
                  int plus_is_blank, apr_pool_t *pool);
/* What is wrong with text that is not clean (tr_text_is_clean()), in words; NULL: nothing. */
const char *tr_text_fault(const char *text, apr_size_t len);
/* TR_EBAD with a complaint for every name and every text of `input` that is not clean. */
apr_status_t tr_input_check_text(const tr_input_t *input, tr_problem_t *problem);
/* One JSON object. TR_EBAD: not JSON (words begin "JSON parse error - "), not an object. */
apr_status_t tr_input_add_json(tr_input_t *input, const char *text, apr_size_t len,
                               tr_problem_t *problem);
/* The last item of that name, NULL for none. */
const tr_input_item_t *tr_input_get(const tr_input_t *input, const char *name);

/* Checks `input` against `fields` (ended by a NULL name). *row gets every declared field
 * (TR_NULL when absent); unknown names are left alone. Every wrong field is complained of:
 * TR_EBAD. Messages are those that old clients know: "This field is required.", "A valid
 * number is required.", "A valid integer is required.", "Must be a valid boolean.",
 * "Ensure this field has no more than N characters.", "Ensure this value is greater than or
 * equal to N.", "Ensure this value is less than or equal to N.",
 * "Null characters are not allowed.". inf and 1e400 are not valid numbers. */
apr_status_t tr_form_check(tr_row_t **row, const tr_field_t *fields, const tr_input_t *input,
                           tr_problem_t *problem, apr_pool_t *pool);
/* What was typed, by field name, for showing a refused form again (secrets left out). */
tr_row_t *tr_form_typed(const tr_field_t *fields, const tr_input_t *input, apr_pool_t *pool);

#endif
