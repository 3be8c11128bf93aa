/* tr_input_json.c: a JSON object as input, value by value.
 *
 * Values become the text that a form would have sent, with `typed` saying what
 * they were; lists and objects are written out again as JSON text.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_buf.h"
#include "tr_escape.h"
#include "tr_form.h"

#include <apr_strings.h>
#include <jansson.h>

#include <string.h>

static void put_json(tr_buf_t *out, const json_t *json);

static void put_object(tr_buf_t *out, const json_t *json)
{
    json_t *object = (json_t *)json;
    const char *comma = "";

    tr_buf_putc(out, '{');
    for (void *at = json_object_iter(object); at; at = json_object_iter_next(object, at)) {
        const char *key = json_object_iter_key(at);

        tr_buf_puts(out, comma);
        tr_escape_json(out, key, strlen(key));
        tr_buf_putc(out, ':');
        put_json(out, json_object_iter_value(at));
        comma = ",";
    }
    tr_buf_putc(out, '}');
}

static void put_array(tr_buf_t *out, const json_t *json)
{
    tr_buf_putc(out, '[');
    for (size_t i = 0; i < json_array_size(json); i++) {
        if (i) {
            tr_buf_putc(out, ',');
        }
        put_json(out, json_array_get(json, i));
    }
    tr_buf_putc(out, ']');
}

static void put_real(tr_buf_t *out, double real)
{
    char room[TR_NUMBER_ROOM];
    int len = tr_real_print(room, real);

    tr_buf_put(out, room, (apr_size_t)len);
}

/* Not json_dumps(), which writes 0.1 as 0.10000000000000001.  The parser's own limit on depth
 * (JSON_PARSER_MAX_DEPTH, 2048) bounds the recursion. */
static void put_json(tr_buf_t *out, const json_t *json)
{
    switch (json_typeof(json)) {
    case JSON_OBJECT:
        put_object(out, json);
        return;
    case JSON_ARRAY:
        put_array(out, json);
        return;
    case JSON_STRING:
        tr_escape_json(out, json_string_value(json), json_string_length(json));
        return;
    case JSON_INTEGER:
        tr_buf_printf(out, "%" JSON_INTEGER_FORMAT, json_integer_value(json));
        return;
    case JSON_REAL:
        put_real(out, json_real_value(json));
        return;
    case JSON_TRUE:
    case JSON_FALSE:
        tr_buf_puts(out, json_is_true(json) ? "true" : "false");
        return;
    case JSON_NULL:
        tr_buf_puts(out, "null");
        return;
    }
}

static tr_kind_e json_kind(const json_t *json)
{
    switch (json_typeof(json)) {
    case JSON_STRING:
        return TR_TEXT;
    case JSON_INTEGER:
        return TR_INT;
    case JSON_REAL:
        return TR_REAL;
    case JSON_TRUE:
    case JSON_FALSE:
        return TR_BOOL;
    case JSON_NULL:
        return TR_NULL;
    case JSON_OBJECT:
    case JSON_ARRAY:
        break;
    }
    return TR_JSON;
}

/* A NUL hidden as \u0000 in nested JSON: PostgreSQL's jsonb cannot hold it. */
static int holds_nul(const char *json, apr_size_t len)
{
    const char *end = json + len;

    for (const char *p = json; (p = memchr(p, '\\', (apr_size_t)(end - p))); p += 2) {
        if (end - p >= 6 && !memcmp(p, "\\u0000", 6)) {
            return 1;
        }
    }
    return 0;
}

static apr_status_t add_value(tr_input_t *input, const char *key, const json_t *value,
                              tr_problem_t *problem)
{
    tr_input_item_t *item = apr_array_push(input->items);
    tr_buf_t *out;

    *item = (tr_input_item_t){ .name = apr_pstrdup(input->pool, key), .data = "" };
    item->typed = json_kind(value);
    if (item->typed == TR_NULL) {
        return APR_SUCCESS;
    }
    if (item->typed == TR_TEXT) {
        item->len = json_string_length(value);
        item->data = apr_pstrmemdup(input->pool, json_string_value(value), item->len);
        return APR_SUCCESS;
    }
    out = tr_buf_make(64, input->pool);
    put_json(out, value);
    item->data = out->data;
    item->len = out->len;
    if (item->typed == TR_JSON && holds_nul(item->data, item->len)) {
        return tr_problem_field(problem, item->name, "Null characters are not allowed.");
    }
    return APR_SUCCESS;
}

/* The end of the string that begins at p, after its closing quote. */
static const char *skip_string(const char *p, const char *end)
{
    for (p++; p < end && *p != '"'; p++) {
        p += *p == '\\';
    }
    return p < end ? p + 1 : end;
}

static int is_integer(const char *number, apr_size_t len)
{
    return !memchr(number, '.', len) && !memchr(number, 'e', len) && !memchr(number, 'E', len);
}

/* Numbers that are none (1-2) are left to the parser, which says so. */
static int is_too_big(const char *number, apr_size_t len)
{
    tr_int_fault_e fault;
    apr_int64_t integer;
    double real;

    fault = tr_int_read(number, len, &integer);
    if (fault == TR_INT_OK || fault == TR_INT_NOT_WHOLE) {
        return 0;
    }
    return is_integer(number, len) || !tr_real_read(number, len, &real);
}

/* The parser gives up at a number that fits neither an int64 nor a double.  As text it
 * reaches the field's own check, which says what is wrong with it. */
static tr_buf_t *quote_big_numbers(const char *text, apr_size_t len, apr_pool_t *pool)
{
    tr_buf_t *out = tr_buf_make(len + 64, pool);
    const char *end = text + len, *next;

    for (const char *p = text; p < end; p = next) {
        const char *quote = "";

        next = p + 1;
        if (*p == '"') {
            next = skip_string(p, end);
        }
        else if (*p == '-' || (*p >= '0' && *p <= '9')) {
            while (next < end && *next && strchr("0123456789+-.eE", *next)) {
                next++;
            }
            quote = is_too_big(p, (apr_size_t)(next - p)) ? "\"" : "";
        }
        tr_buf_puts(out, quote);
        tr_buf_put(out, p, (apr_size_t)(next - p));
        tr_buf_puts(out, quote);
    }
    return out;
}

/* NUL inside strings is let through here, so that the field can be named. */
static json_t *load_json(const char *text, apr_size_t len, json_error_t *error,
                         apr_pool_t *pool)
{
    const size_t flags = JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL;
    json_t *json = json_loadb(text, len, flags, error);

    if (!json && json_error_code(error) == json_error_numeric_overflow) {
        const tr_buf_t *quoted = quote_big_numbers(text, len, pool);

        json = json_loadb(quoted->data, quoted->len, flags, error);
    }
    return json;
}

static apr_status_t json_free(void *baton)
{
    json_decref(baton);
    return APR_SUCCESS;
}

apr_status_t tr_input_add_json(tr_input_t *input, const char *text, apr_size_t len,
                               tr_problem_t *problem)
{
    json_error_t error;
    json_t *json = load_json(text, len, &error, input->pool);
    apr_status_t status = APR_SUCCESS, rv;

    if (!json) {
        return tr_problem_add(problem, TR_EBAD,
                              "JSON parse error - %s: line %d column %d (char %d)", error.text,
                              error.line, error.column, error.position);
    }
    apr_pool_cleanup_register(input->pool, json, json_free, apr_pool_cleanup_null);
    if (!json_is_object(json)) {
        return tr_problem_field(problem, "non_field_errors",
                                "Expected an object with fields, but got a list.");
    }
    for (void *at = json_object_iter(json); at; at = json_object_iter_next(json, at)) {
        rv = add_value(input, json_object_iter_key(at), json_object_iter_value(at), problem);
        status = rv != APR_SUCCESS ? rv : status;
    }
    rv = tr_input_check_text(input, problem);
    return rv != APR_SUCCESS ? rv : status;
}
