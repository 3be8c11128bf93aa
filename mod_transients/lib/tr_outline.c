/* tr_outline.c: JSON text as rows to be read by people: a nested table.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_outline.h"

#include "tr_buf.h"
#include "tr_problem.h"

#include <apr_strings.h>
#include <jansson.h>
#include <stdlib.h>

/* An array of plain values up to this long, in characters, is one row. */
#define LINE_MAX_LENGTH 400

typedef struct outline_t {
    tr_list_t *rows;
    int left_out;
    apr_pool_t *pool;
} outline_t;

static const char *copy_of(char *text, apr_pool_t *pool)
{
    const char *copy = text ? apr_pstrdup(pool, text) : "";

    free(text);
    return copy;
}

/* jansson's own form is not the shortest that reads back equal. */
static const char *number_text(double real, apr_pool_t *pool)
{
    char text[TR_NUMBER_ROOM];
    int len = tr_real_print(text, real);

    return apr_pstrmemdup(pool, text, (apr_size_t)len);
}

/* NULL for JSON's null. */
static const char *text_of(const json_t *json, apr_pool_t *pool)
{
    switch (json_typeof(json)) {
    case JSON_STRING:
        return apr_pstrmemdup(pool, json_string_value(json), json_string_length(json));
    case JSON_REAL:
        return number_text(json_real_value(json), pool);
    case JSON_NULL:
        return NULL;
    default:
        return copy_of(json_dumps(json, JSON_COMPACT | JSON_ENCODE_ANY), pool);
    }
}

static int is_plain(const json_t *json)
{
    return !json_is_object(json) && !json_is_array(json);
}

/* "1, 2, 3"; NULL when the array is no short one of plain values. */
static const char *line_of(const json_t *array, apr_pool_t *pool)
{
    tr_buf_t *line = tr_buf_make(LINE_MAX_LENGTH, pool);

    for (size_t i = 0; i < json_array_size(array); i++) {
        const json_t *item = json_array_get(array, i);
        const char *text = is_plain(item) ? text_of(item, pool) : NULL;

        if (!is_plain(item) || line->len > LINE_MAX_LENGTH) {
            return NULL;
        }
        tr_buf_printf(line, "%s%s", i ? ", " : "", text ? text : "null");
    }
    return json_array_size(array) ? line->data : "[]";
}

static int has_rows_inside(const json_t *json, int depth)
{
    if (is_plain(json) || depth + 1 >= TR_OUTLINE_DEPTH) {
        return 0;
    }
    return json_is_array(json) || json_object_size(json) > 0;
}

static void add_inside(outline_t *outline, const json_t *json, int depth);

static void add(outline_t *outline, const char *name, const json_t *json, int depth)
{
    const char *line = json_is_array(json) ? line_of(json, outline->pool) : NULL;
    int is_group = !line && has_rows_inside(json, depth);
    tr_row_t *row;

    if (outline->rows->count >= TR_OUTLINE_ROWS) {
        outline->left_out++;
        return;
    }
    row = tr_list_add(outline->rows);
    tr_row_set(row, "name", tr_text(name));
    tr_row_set(row, "value",
               tr_text(line       ? line
                       : is_group ? ""
                                  : text_of(json, outline->pool)));
    tr_row_set(row, "group", tr_bool(is_group));
    tr_row_set(row, "depth", tr_int(depth));
    if (is_group) {
        add_inside(outline, json, depth + 1);
    }
}

static void add_inside(outline_t *outline, const json_t *json, int depth)
{
    const char *name;
    json_t *value;
    size_t i;

    json_object_foreach((json_t *)json, name, value)
    {
        add(outline, apr_pstrdup(outline->pool, name), value, depth);
    }
    json_array_foreach((json_t *)json, i, value)
    {
        add(outline, apr_psprintf(outline->pool, "%" APR_SIZE_T_FMT, i + 1), value, depth);
    }
}

static void tell_left_out(outline_t *outline)
{
    tr_row_t *row;

    if (!outline->left_out) {
        return;
    }
    row = tr_list_add(outline->rows);
    tr_row_set(row, "name", tr_text("…"));
    tr_row_set(
        row, "value",
        tr_text(apr_psprintf(outline->pool, "%d more are not shown", outline->left_out)));
    tr_row_set(row, "group", tr_bool(0));
    tr_row_set(row, "depth", tr_int(0));
}

apr_status_t tr_outline_of_json(tr_list_t **rows, const char *text, apr_size_t len,
                                apr_pool_t *pool)
{
    json_t *json = json_loadb(text, len, JSON_REJECT_DUPLICATES, NULL);
    outline_t outline = { .pool = pool };

    *rows = NULL;
    if (!json) {
        return TR_EBAD;
    }
    outline.rows = tr_list_make(pool);
    add_inside(&outline, json, 0);
    tell_left_out(&outline);
    json_decref(json);
    *rows = outline.rows;
    return APR_SUCCESS;
}
