/* tr_tap_read.c: reads a TAP service's answer.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_escape.h"
#include "tr_tap.h"

#include <apr_strings.h>
#include <jansson.h>
#include <string.h>

enum {
    NAME_MAX_BYTES = 200,
    TYPE_MAX_BYTES = 64,
};

/* The columns that were asked for, in order; a service that gives others is not understood. */
static const char *const columns[] = { "main_id", "otype", "ra", "dec", "apart" };
enum { COLUMNS = sizeof columns / sizeof columns[0] };

static int has_columns(const json_t *metadata)
{
    if (!json_is_array(metadata) || json_array_size(metadata) != COLUMNS) {
        return 0;
    }
    for (size_t i = 0; i < COLUMNS; i++) {
        const char *name = json_string_value(
            json_object_get(json_array_get(metadata, i), "name"));
        if (!name || strcasecmp(name, columns[i])) {
            return 0;
        }
    }
    return 1;
}

static int read_text(tr_value_t *value, const json_t *json, apr_size_t max, apr_pool_t *pool)
{
    apr_size_t len = json_string_length(json);

    if (!json_is_string(json) || !len || len > max
        || !tr_text_is_clean(json_string_value(json), len)) {
        return 0;
    }
    *value = tr_text_n(apr_pstrmemdup(pool, json_string_value(json), len), len);
    return 1;
}

static int read_angle(tr_value_t *value, const json_t *json, double min, double max)
{
    double deg = json_number_value(json);

    *value = tr_real(deg);
    return json_is_number(json) && deg >= min && deg <= max;
}

static int read_object(tr_list_t *objects, const json_t *row, apr_pool_t *pool)
{
    tr_value_t name, type = tr_null(), ra, dec;
    const json_t *otype = json_array_get(row, 1);
    tr_row_t *object;

    if (!json_is_array(row) || json_array_size(row) != COLUMNS
        || !read_text(&name, json_array_get(row, 0), NAME_MAX_BYTES, pool)
        || !(json_is_null(otype) || read_text(&type, otype, TYPE_MAX_BYTES, pool))
        || !read_angle(&ra, json_array_get(row, 2), 0, 360)
        || !read_angle(&dec, json_array_get(row, 3), -90, 90)) {
        return 0;
    }
    object = tr_list_add(objects);
    tr_row_set(object, "name", name);
    tr_row_set(object, "type", type);
    tr_row_set(object, "ra_deg", ra);
    tr_row_set(object, "dec_deg", dec);
    return 1;
}

static apr_status_t read_table(tr_list_t *objects, const json_t *table, int max_rows,
                               tr_problem_t *problem)
{
    const json_t *data = json_object_get(table, "data");

    if (!has_columns(json_object_get(table, "metadata")) || !json_is_array(data)) {
        return tr_problem_add(problem, TR_EBAD, "its answer has not the columns asked for");
    }
    if (json_array_size(data) > (size_t)max_rows) {
        return tr_problem_add(problem, TR_ETOOLARGE, "its answer has %d rows, more than %d",
                              (int)json_array_size(data), max_rows);
    }
    for (size_t i = 0; i < json_array_size(data); i++) {
        if (!read_object(objects, json_array_get(data, i), objects->pool)) {
            return tr_problem_add(problem, TR_EBAD, "row %d of its answer is no object",
                                  (int)i + 1);
        }
    }
    return APR_SUCCESS;
}

apr_status_t tr_tap_read(tr_list_t **objects, const char *json, apr_size_t len, int max_rows,
                         tr_problem_t *problem, apr_pool_t *pool)
{
    json_error_t error;
    json_t *table = json_loadb(json, len, JSON_REJECT_DUPLICATES, &error);
    apr_status_t status;

    if (!table) {
        return tr_problem_add(problem, TR_EBAD, "its answer is no JSON: %s, line %d",
                              error.text, error.line);
    }
    *objects = tr_list_make(pool);
    status = read_table(*objects, table, max_rows, problem);
    json_decref(table);
    return status;
}
