/* cells.c: makes cells by the column table's formats.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cells.h"

#include "../lib/tr_buf.h"
#include "../lib/tr_format.h"

#include <apr_strings.h>
#include <string.h>

const char *tr_cells_unit(const tr_column_t *column)
{
    static const struct {
        const char *format;
        const char *unit;
    } units[] = {
        { "hms", "" },    { "hms0", "" },   { "dms", "" },         { "dms0", "" },
        { "utc", "UTC" }, { "day", "UTC" }, { "time_utc", "UTC" },
    };

    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (strcmp(column->format, units[i].format) == 0) {
            return units[i].unit;
        }
    }
    return column->unit;
}

static const char *formatted(const tr_column_t *column, const tr_value_t *value,
                             apr_pool_t *pool)
{
    const tr_format_t *format = *column->format ? tr_format_find(column->format) : NULL;
    tr_buf_t *text;

    if (!value || value->kind == TR_NULL) {
        return "\xe2\x80\x93"; /* an en dash */
    }
    if (!format || format->output == TR_OUTPUT_HTML || !tr_format_takes(format, value->kind)) {
        return tr_value_to_text(value, pool);
    }
    text = tr_buf_make(64, pool);
    tr_format_write(format, text, value);
    return text->data;
}

static void add_cell(tr_list_t *cells, const tr_column_t *column, const tr_row_t *row,
                     apr_pool_t *pool)
{
    const tr_value_t *value = tr_row_get(row, column->name);
    tr_row_t *cell = tr_list_add(cells);

    tr_row_set(cell, "name", tr_text(column->name));
    tr_row_set(cell, "label", tr_text(column->label));
    tr_row_set(cell, "unit", tr_text(tr_cells_unit(column)));
    tr_row_set(cell, "text", tr_text(formatted(column, value, pool)));
    tr_row_set(cell, "absent", tr_bool(!value || value->kind == TR_NULL));
    tr_row_set(cell, "description", tr_text(column->description));
}

static void add_to_row(tr_row_t *row, const tr_request_t *req, const tr_cells_t *cells)
{
    int count;
    const tr_column_t *const *set = tr_columns_set(req->site->columns, cells->set, &count);
    tr_list_t *list = tr_list_make(req->pool);

    for (int i = 0; i < count; i++) {
        if (!cells->shows || cells->shows(req, set[i])) {
            add_cell(list, set[i], row, req->pool);
        }
    }
    tr_row_set(row, cells->name, tr_of_list(list));
}

void tr_cells_add(tr_request_t *req, const tr_cells_t *cells)
{
    for (; cells && cells->need; cells++) {
        tr_row_t *row = tr_row_row(req->data, cells->need);
        const tr_list_t *list = tr_row_list(req->data, cells->need);
        if (row) {
            add_to_row(row, req, cells);
        }
        for (int i = 0; list && i < list->count; i++) {
            add_to_row(list->rows[i], req, cells);
        }
    }
}

const tr_shape_t *tr_cells_shape(apr_pool_t *pool)
{
    static const char *const texts[] = { "name", "label", "unit", "text", "description" };
    tr_shape_t *shape = tr_shape_make(pool);

    for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++) {
        tr_shape_add(shape, texts[i], TR_TEXT, NULL);
    }
    tr_shape_add(shape, "absent", TR_BOOL, NULL);
    return shape;
}
