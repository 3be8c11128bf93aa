/* tr_value.c: rows of named values.
 *
 * Rows are small (forty columns at most, mostly fewer) and looked up
 * thousands of times a page: names that were interned compare by address,
 * the others by strcmp().  A hash would cost more than it saves.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_value.h"

#include <apr_strings.h>

#include <math.h>
#include <string.h>

enum { FIRST_ROOM = 8 };

tr_value_t tr_null(void)
{
    return (tr_value_t){ .kind = TR_NULL };
}

tr_value_t tr_bool(int flag)
{
    return (tr_value_t){ .kind = TR_BOOL, .as.flag = !!flag };
}

tr_value_t tr_int(apr_int64_t integer)
{
    return (tr_value_t){ .kind = TR_INT, .as.integer = integer };
}

tr_value_t tr_real(double real)
{
    return isfinite(real) ? (tr_value_t){ .kind = TR_REAL, .as.real = real } : tr_null();
}

tr_value_t tr_text_n(const char *data, apr_size_t len)
{
    if (!data) {
        return tr_null();
    }
    return (tr_value_t){ .kind = TR_TEXT, .as.text = { data, len } };
}

tr_value_t tr_text(const char *data)
{
    return data ? tr_text_n(data, strlen(data)) : tr_null();
}

tr_value_t tr_json(const char *data)
{
    tr_value_t value = tr_text(data);

    if (data) {
        value.kind = TR_JSON;
    }
    return value;
}

tr_value_t tr_of_row(tr_row_t *row)
{
    return row ? (tr_value_t){ .kind = TR_ROW, .as.row = row } : tr_null();
}

tr_value_t tr_of_list(tr_list_t *list)
{
    return list ? (tr_value_t){ .kind = TR_LIST, .as.list = list } : tr_null();
}

tr_row_t *tr_row_make(apr_pool_t *pool)
{
    tr_row_t *row = apr_pcalloc(pool, sizeof *row);

    row->pool = pool;
    row->names_owned = 1;
    return row;
}

int tr_row_index(const tr_row_t *row, const char *name)
{
    for (int i = 0; i < row->count; i++) {
        if (row->names[i] == name) {
            return i;
        }
    }
    for (int i = 0; i < row->count; i++) {
        if (row->names[i][0] == name[0] && !strcmp(row->names[i], name)) {
            return i;
        }
    }
    return -1;
}

/* Room for one more, and names that no other row shares. */
static void row_make_room(tr_row_t *row)
{
    int size = row->count < row->size ? row->size : row->size * 2;
    apr_size_t used = (apr_size_t)row->count;
    const char **names;
    tr_value_t *values;

    if (row->names_owned && row->count < row->size) {
        return;
    }
    if (size < FIRST_ROOM) {
        size = FIRST_ROOM;
    }
    names = apr_palloc(row->pool, (apr_size_t)size * sizeof *names);
    values = apr_palloc(row->pool, (apr_size_t)size * sizeof *values);
    if (used) {
        memcpy(names, row->names, used * sizeof *names);
        memcpy(values, row->values, used * sizeof *values);
    }
    row->names = names;
    row->values = values;
    row->size = size;
    row->names_owned = 1;
}

void tr_row_set(tr_row_t *row, const char *name, tr_value_t value)
{
    int index = tr_row_index(row, name);

    if (index < 0) {
        row_make_room(row);
        index = row->count++;
        row->names[index] = name;
    }
    row->values[index] = value;
}

const tr_value_t *tr_row_get(const tr_row_t *row, const char *name)
{
    int index = tr_row_index(row, name);

    return index < 0 ? NULL : &row->values[index];
}

static const tr_value_t *row_get_kind(const tr_row_t *row, const char *name, tr_kind_e kind)
{
    const tr_value_t *value = tr_row_get(row, name);

    return value && value->kind == kind ? value : NULL;
}

const char *tr_row_text(const tr_row_t *row, const char *name)
{
    const tr_value_t *value = tr_row_get(row, name);

    return value && (value->kind == TR_TEXT || value->kind == TR_JSON) ? value->as.text.data
                                                                       : NULL;
}

apr_int64_t tr_row_int(const tr_row_t *row, const char *name, apr_int64_t fallback)
{
    const tr_value_t *value = row_get_kind(row, name, TR_INT);

    return value ? value->as.integer : fallback;
}

double tr_row_real(const tr_row_t *row, const char *name, double fallback)
{
    const tr_value_t *value = tr_row_get(row, name);

    if (value && value->kind == TR_INT) {
        return (double)value->as.integer;
    }
    return value && value->kind == TR_REAL ? value->as.real : fallback;
}

int tr_row_flag(const tr_row_t *row, const char *name)
{
    const tr_value_t *value = row_get_kind(row, name, TR_BOOL);

    return value ? value->as.flag : 0;
}

tr_row_t *tr_row_row(const tr_row_t *row, const char *name)
{
    const tr_value_t *value = row_get_kind(row, name, TR_ROW);

    return value ? value->as.row : NULL;
}

tr_list_t *tr_row_list(const tr_row_t *row, const char *name)
{
    const tr_value_t *value = row_get_kind(row, name, TR_LIST);

    return value ? value->as.list : NULL;
}

int tr_row_is_null(const tr_row_t *row, const char *name)
{
    const tr_value_t *value = tr_row_get(row, name);

    return !value || value->kind == TR_NULL;
}

tr_row_t *tr_row_copy(const tr_row_t *row, apr_pool_t *pool)
{
    tr_row_t *copy = tr_row_make(pool);
    apr_size_t count = (apr_size_t)row->count;

    if (count) {
        copy->names = apr_pmemdup(pool, row->names, count * sizeof *row->names);
        copy->values = apr_pmemdup(pool, row->values, count * sizeof *row->values);
    }
    copy->count = copy->size = row->count;
    return copy;
}

tr_list_t *tr_list_make(apr_pool_t *pool)
{
    tr_list_t *list = apr_pcalloc(pool, sizeof *list);

    list->pool = pool;
    return list;
}

void tr_list_append(tr_list_t *list, tr_row_t *row)
{
    if (list->count == list->size) {
        int size = list->size ? list->size * 2 : FIRST_ROOM;
        tr_row_t **rows = apr_palloc(list->pool, (apr_size_t)size * sizeof(tr_row_t *));

        if (list->count) {
            memcpy(rows, list->rows, (apr_size_t)list->count * sizeof(tr_row_t *));
        }
        list->rows = rows;
        list->size = size;
    }
    list->rows[list->count++] = row;
}

tr_row_t *tr_list_add(tr_list_t *list)
{
    tr_row_t *row = tr_row_make(list->pool);

    tr_list_append(list, row);
    return row;
}

int tr_value_is_truthy(const tr_value_t *value)
{
    switch (value->kind) {
    case TR_NULL:
        return 0;
    case TR_BOOL:
        return value->as.flag;
    case TR_TEXT:
    case TR_JSON:
        return value->as.text.len > 0;
    case TR_LIST:
        return value->as.list->count > 0;
    case TR_INT:
    case TR_REAL:
    case TR_ROW:
        return 1;
    }
    return 0;
}

const char *tr_value_to_text(const tr_value_t *value, apr_pool_t *pool)
{
    char number[TR_NUMBER_ROOM];
    int len;

    switch (value->kind) {
    case TR_BOOL:
        return value->as.flag ? "true" : "false";
    case TR_INT:
        return apr_psprintf(pool, "%" APR_INT64_T_FMT, value->as.integer);
    case TR_REAL:
        len = tr_real_print(number, value->as.real);
        return apr_pstrmemdup(pool, number, (apr_size_t)len);
    case TR_TEXT:
    case TR_JSON:
        return value->as.text.data;
    case TR_NULL:
    case TR_ROW:
    case TR_LIST:
        break;
    }
    return "";
}
