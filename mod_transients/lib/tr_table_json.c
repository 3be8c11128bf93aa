/* tr_table_json.c: a table as JSON.
 *
 * {"meta":{...},"columns":[{...}],"rows":[{...}],"rows_total":N,"next":null}, a row a line.
 * Reals always have '.' or 'e'; a column of jsonb is JSON inside.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_table_private.h"

#include "tr_escape.h"

#include <apr_strings.h>
#include <string.h>

static void put_string(tr_buf_t *out, const char *text)
{
    tr_escape_json(out, text, strlen(text));
}

static void put_pair(tr_buf_t *out, const char *before, const char *name, const char *value)
{
    tr_buf_puts(out, before);
    put_string(out, name);
    tr_buf_putc(out, ':');
    if (value && *value) {
        put_string(out, value);
    }
    else {
        tr_buf_puts(out, "null");
    }
}

static void put_column(tr_buf_t *out, const tr_table_column_t *column)
{
    put_pair(out, "{", "name", column->name);
    put_pair(out, ",", "type", column->type);
    put_pair(out, ",", "unit", tr_table_unit(column->unit));
    put_pair(out, ",", "ucd", column->ucd);
    put_pair(out, ",", "description", column->description);
    tr_buf_putc(out, '}');
}

static void put_meta(tr_buf_t *out, const tr_table_t *table)
{
    const tr_table_head_t *head = table->head;

    put_pair(out, "{\"meta\":{", "table", head->name);
    put_pair(out, ",", "title", head->title);
    tr_buf_printf(out, ",\"DATE\":\"%sZ\"", table->date);
    for (int i = 0; i < head->info_count; i++) {
        tr_buf_putc(out, ',');
        put_string(out, head->infos[i].name);
        tr_buf_putc(out, ':');
        put_string(out, head->infos[i].value);
    }
    tr_buf_puts(out, "},\n");
}

/* "NAME": of each column, made once: half of the bytes of a row are names. */
static const char **make_keys(const tr_table_head_t *head, apr_pool_t *pool)
{
    const char **keys = apr_palloc(pool, (apr_size_t)head->column_count * sizeof *keys + 1);

    for (int i = 0; i < head->column_count; i++) {
        tr_buf_t *key = tr_buf_make(64, pool);

        tr_buf_putc(key, i ? ',' : '{');
        put_string(key, head->columns[i].name);
        tr_buf_putc(key, ':');
        keys[i] = key->data;
    }
    return keys;
}

static apr_status_t begin(tr_table_t *table, tr_problem_t *problem)
{
    tr_buf_t *out = table->out;

    (void)problem;
    put_meta(out, table);
    tr_buf_puts(out, "\"columns\":[");
    for (int i = 0; i < table->head->column_count; i++) {
        tr_buf_puts(out, i ? ",\n" : "\n");
        put_column(out, &table->head->columns[i]);
    }
    tr_buf_puts(out, "],\n\"rows\":[");
    table->own = make_keys(table->head, table->pool);
    return APR_SUCCESS;
}

static void put_cell(tr_buf_t *out, tr_table_kind_e kind, const tr_table_cell_t *cell)
{
    switch (kind) {
    case TR_TABLE_SMALLINT:
    case TR_TABLE_INTEGER:
    case TR_TABLE_BIGINT:
    case TR_TABLE_DOCUMENT:
        tr_buf_put(out, cell->data, (apr_size_t)cell->len);
        return;
    case TR_TABLE_REAL:
        tr_table_put_real(out, cell);
        return;
    case TR_TABLE_BOOLEAN:
        tr_buf_puts(out, tr_table_is_true(cell) ? "true" : "false");
        return;
    case TR_TABLE_TIME:
        tr_buf_putc(out, '"');
        tr_table_put_time(out, cell);
        tr_buf_putc(out, '"');
        return;
    default:
        tr_escape_json(out, cell->data, (apr_size_t)cell->len);
        return;
    }
}

static apr_status_t add(tr_table_t *table, const tr_table_cell_t *cells, tr_problem_t *problem)
{
    const char *const *keys = table->own;

    (void)problem;
    tr_buf_puts(table->out, table->rows ? ",\n" : "\n");
    for (int i = 0; i < table->head->column_count; i++) {
        tr_buf_puts(table->out, keys[i]);
        if (tr_table_is_absent(table->kinds[i], &cells[i])) {
            tr_buf_put(table->out, "null", 4);
        }
        else {
            put_cell(table->out, table->kinds[i], &cells[i]);
        }
    }
    tr_buf_putc(table->out, '}');
    return APR_SUCCESS;
}

static apr_status_t end(tr_table_t *table, tr_problem_t *problem)
{
    (void)problem;
    tr_buf_printf(table->out, "],\n\"rows_total\":%" APR_INT64_T_FMT ",\"next\":null}\n",
                  table->rows);
    return APR_SUCCESS;
}

const tr_table_writer_t tr_table_json = { "json", "application/json", begin, add, end };
