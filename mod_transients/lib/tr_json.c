/* tr_json.c: rows written as JSON, by streaming into a buffer.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_json.h"
#include "tr_escape.h"

#include <stdio.h>
#include <string.h>

static void put_int(tr_buf_t *out, apr_int64_t integer)
{
    char room[TR_NUMBER_ROOM];
    int len = snprintf(room, sizeof room, "%" APR_INT64_T_FMT, integer);

    tr_buf_put(out, room, (apr_size_t)len);
}

/* 310 is written as 310.0: clients told integers and reals apart by that. */
static void put_real(tr_buf_t *out, double real)
{
    char room[TR_NUMBER_ROOM];
    int len = tr_real_print(room, real);

    tr_buf_put(out, room, (apr_size_t)len);
    if (!strpbrk(room, ".e")) {
        tr_buf_put(out, ".0", 2);
    }
}

void tr_json_value(tr_buf_t *out, const tr_value_t *value)
{
    switch (value->kind) {
    case TR_NULL:
        tr_buf_puts(out, "null");
        return;
    case TR_BOOL:
        tr_buf_puts(out, value->as.flag ? "true" : "false");
        return;
    case TR_INT:
        put_int(out, value->as.integer);
        return;
    case TR_REAL:
        put_real(out, value->as.real);
        return;
    case TR_TEXT:
        tr_escape_json(out, value->as.text.data, value->as.text.len);
        return;
    case TR_JSON:
        tr_buf_put(out, value->as.text.data, value->as.text.len);
        return;
    case TR_ROW:
        tr_json_row(out, value->as.row);
        return;
    case TR_LIST:
        tr_json_list(out, value->as.list);
        return;
    }
}

static void put_name(tr_buf_t *out, const char *name)
{
    tr_escape_json(out, name, strlen(name));
    tr_buf_putc(out, ':');
}

void tr_json_row(tr_buf_t *out, const tr_row_t *row)
{
    tr_buf_putc(out, '{');
    for (int i = 0; i < row->count; i++) {
        if (i) {
            tr_buf_putc(out, ',');
        }
        put_name(out, row->names[i]);
        tr_json_value(out, &row->values[i]);
    }
    tr_buf_putc(out, '}');
}

void tr_json_list(tr_buf_t *out, const tr_list_t *list)
{
    tr_buf_putc(out, '[');
    for (int i = 0; i < list->count; i++) {
        if (i) {
            tr_buf_putc(out, ',');
        }
        tr_json_row(out, list->rows[i]);
    }
    tr_buf_putc(out, ']');
}

static const tr_complaint_t *complaint_at(const tr_problem_t *problem, int i)
{
    return &APR_ARRAY_IDX(problem->complaints, i, const tr_complaint_t);
}

static int is_about(const tr_complaint_t *complaint, const char *field)
{
    return complaint->field && !strcmp(complaint->field, field);
}

static int was_before(const tr_problem_t *problem, int i)
{
    const char *field = complaint_at(problem, i)->field;

    while (i-- > 0) {
        if (is_about(complaint_at(problem, i), field)) {
            return 1;
        }
    }
    return 0;
}

/* "field":["words",...] with every complaint about that field. */
static void put_field(tr_buf_t *out, const tr_problem_t *problem, int first)
{
    const char *field = complaint_at(problem, first)->field;

    put_name(out, field);
    for (int i = first; i < problem->complaints->nelts; i++) {
        const tr_complaint_t *complaint = complaint_at(problem, i);

        if (is_about(complaint, field)) {
            tr_buf_putc(out, i == first ? '[' : ',');
            tr_escape_json(out, complaint->words, strlen(complaint->words));
        }
    }
    tr_buf_putc(out, ']');
}

/* All words that no field owns, as one text; its length is 0 when there are none. */
static tr_buf_t *general_words(const tr_problem_t *problem)
{
    tr_buf_t *words = tr_buf_make(128, problem->pool);

    for (int i = 0; i < problem->complaints->nelts; i++) {
        const tr_complaint_t *complaint = complaint_at(problem, i);

        if (!complaint->field) {
            tr_buf_puts(words, words->len ? " " : "");
            tr_buf_puts(words, complaint->words);
        }
    }
    return words;
}

void tr_json_problem(tr_buf_t *out, const tr_problem_t *problem)
{
    const tr_buf_t *words = general_words(problem);
    const char *comma = "";

    tr_buf_putc(out, '{');
    for (int i = 0; i < problem->complaints->nelts; i++) {
        if (complaint_at(problem, i)->field && !was_before(problem, i)) {
            tr_buf_puts(out, comma);
            put_field(out, problem, i);
            comma = ",";
        }
    }
    if (words->len) {
        tr_buf_puts(out, comma);
        put_name(out, "detail");
        tr_escape_json(out, words->data, words->len);
    }
    tr_buf_putc(out, '}');
}
