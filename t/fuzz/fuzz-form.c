/* fuzz-form.c: whatever comes in, a checked row holds clean values and goes out as JSON.
 *
 * The first byte says how the rest comes in: as a urlencoded form, as JSON, or
 * as the text of one field of each kind.
 *
 * SPDX-License-Identifier: MIT
 */
#include "target.h"
#include "tr_escape.h"
#include "tr_form.h"
#include "tr_json.h"

#include <apr_strings.h>
#include <jansson.h>

#include <math.h>
#include <string.h>

static const tr_field_t fields[] = {
    { "text", TR_F_TEXT, TR_F_TRIM | TR_F_NAN_IS_NULL, 0, 0, 8, NULL, NULL },
    { "kept", TR_F_TEXT, TR_F_KEEP_EMPTY, 0, 0, 0, NULL, NULL },
    { "int", TR_F_INT, 0, -5, 1e6, 0, NULL, NULL },
    { "bigint", TR_F_INT, TR_F_NAN_IS_NULL, 0, 0, 0, NULL, NULL },
    { "real", TR_F_REAL, TR_F_NAN_IS_NULL, 0, 0, 0, NULL, NULL },
    { "dec", TR_F_REAL, 0, -90, 90, 0, NULL, NULL },
    { "flag", TR_F_BOOL, 0, 0, 0, 0, NULL, NULL },
    { "choice", TR_F_CHOICE, 0, 0, 0, 0, "asc desc", NULL },
    { "json", TR_F_JSON, 0, 0, 0, 0, NULL, NULL },
    { "ints", TR_F_INTS, 0, 0, 0, 0, NULL, NULL },
    { 0 },
};

static apr_status_t fill(tr_input_t *input, int how, const char *text, size_t len,
                         tr_problem_t *problem)
{
    if (how % 3 == 0) {
        return tr_input_add_urlencoded(input, text, len, 20, problem);
    }
    if (how % 3 == 1) {
        return tr_input_add_json(input, text, len, problem);
    }
    for (const tr_field_t *field = fields; field->name; field++) {
        tr_input_add(input, field->name, apr_pstrmemdup(input->pool, text, len), len);
    }
    return APR_SUCCESS;
}

static void must_be_sound(const tr_row_t *row)
{
    const tr_value_t *dec = tr_row_get(row, "dec"), *number = tr_row_get(row, "int");

    for (int i = 0; i < row->count; i++) {
        const tr_value_t *value = &row->values[i];

        must(value->kind != TR_REAL || isfinite(value->as.real));
        if (value->kind == TR_TEXT || value->kind == TR_JSON) {
            must(value->as.text.data[value->as.text.len] == '\0');
            must(tr_text_is_clean(value->as.text.data, value->as.text.len));
        }
    }
    must(dec->kind == TR_NULL || fabs(dec->as.real) <= 90);
    must(number->kind == TR_NULL
         || (number->as.integer >= -5 && number->as.integer <= 1000000));
}

/* Read back by another parser, with every key. */
static void must_go_out_as_json(const tr_row_t *row, apr_pool_t *pool)
{
    tr_buf_t *out = tr_buf_make(0, pool);
    json_t *back;

    tr_json_row(out, row);
    back = json_loadb(out->data, out->len, JSON_REJECT_DUPLICATES, NULL);
    must(back && json_object_size(back) == (size_t)row->count);
    json_decref(back);
}

static void try_input(const uint8_t *data, size_t size, apr_pool_t *pool)
{
    tr_problem_t *problem = tr_problem_make(pool);
    tr_input_t *input = tr_input_make(pool);
    tr_buf_t *out = tr_buf_make(0, pool);
    apr_status_t status;
    tr_row_t *row;

    if (!size) {
        return;
    }
    status = fill(input, data[0], (const char *)data + 1, size - 1, problem);
    must((status == APR_SUCCESS) == (tr_problem_count(problem) == 0));
    tr_problem_clear(problem);
    status = tr_form_check(&row, fields, input, problem, pool);
    must((status == APR_SUCCESS) == (tr_problem_count(problem) == 0));
    must(row->count == 10);
    must_be_sound(row);
    must_go_out_as_json(row, pool);
    must_go_out_as_json(tr_form_typed(fields, input, pool), pool);
    tr_json_problem(out, problem);
}

FUZZ_TARGET("form")
