/* tr_table.c: a table written to a file: what the four formats have in common.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_table_private.h"

#include "tr_escape.h"

#include <apr_strings.h>
#include <string.h>

enum { OUT_SIZE = 256 * 1024 }; /* bytes that go to the file at once */

static const tr_table_writer_t *const writers[] = {
    [TR_TABLE_CSV] = &tr_table_csv,
    [TR_TABLE_JSON] = &tr_table_json,
    [TR_TABLE_VOTABLE] = &tr_table_votable,
    [TR_TABLE_FITS] = &tr_table_fits,
};

static const char *const kind_names[TR_TABLE_KINDS] = {
    [TR_TABLE_SMALLINT] = "smallint", [TR_TABLE_INTEGER] = "integer",
    [TR_TABLE_BIGINT] = "bigint",     [TR_TABLE_REAL] = "float8",
    [TR_TABLE_BOOLEAN] = "boolean",   [TR_TABLE_TIME] = "timestamptz",
    [TR_TABLE_TEXT] = "text",         [TR_TABLE_DOCUMENT] = "jsonb",
};

const char *tr_table_extension(tr_table_format_e format)
{
    return writers[format]->extension;
}

const char *tr_table_media_type(tr_table_format_e format)
{
    return writers[format]->media_type;
}

/* ------------------------------------------------------------------ files */

apr_status_t tr_table_file_failed(apr_status_t status, tr_problem_t *problem)
{
    char words[128];

    apr_strerror(status, words, sizeof words);
    if (problem) {
        problem->detail = apr_pstrdup(problem->pool, words);
    }
    return APR_STATUS_IS_ENOSPC(status)
               ? tr_problem_add(problem, TR_EFULL, "There is no space left for this download.")
               : tr_problem_add(problem, status, "The download's file could not be written.");
}

apr_status_t tr_table_file_make(apr_file_t **file, const char *path, tr_problem_t *problem,
                                apr_pool_t *pool)
{
    apr_status_t status = apr_file_open(file, path,
                                        APR_FOPEN_CREATE | APR_FOPEN_EXCL | APR_FOPEN_READ
                                            | APR_FOPEN_WRITE | APR_FOPEN_BINARY,
                                        APR_FPROT_UREAD | APR_FPROT_UWRITE, pool);

    return status == APR_SUCCESS ? APR_SUCCESS : tr_table_file_failed(status, problem);
}

apr_status_t tr_table_flush(tr_table_t *table, tr_problem_t *problem)
{
    apr_status_t status = apr_file_write_full(table->file, table->out->data, table->out->len,
                                              NULL);

    if (status != APR_SUCCESS) {
        return tr_table_file_failed(status, problem);
    }
    table->written += (apr_off_t)table->out->len;
    tr_buf_clear(table->out);
    return APR_SUCCESS;
}

/* ------------------------------------------------------------------ the table */

static int find_kind(const char *type)
{
    for (int i = 0; i < TR_TABLE_KINDS; i++) {
        if (!strcmp(type, kind_names[i])) {
            return i;
        }
    }
    return -1;
}

static apr_status_t find_kinds(tr_table_t *table, tr_problem_t *problem)
{
    const tr_table_head_t *head = table->head;
    tr_table_kind_e *kinds = apr_pcalloc(table->pool,
                                         (apr_size_t)head->column_count * sizeof *kinds + 1);

    for (int i = 0; i < head->column_count; i++) {
        int kind = find_kind(head->columns[i].type);

        if (kind < 0) {
            return tr_problem_add(problem, TR_ESITE, "column %s: no table has the type %s",
                                  head->columns[i].name, head->columns[i].type);
        }
        kinds[i] = (tr_table_kind_e)kind;
    }
    table->kinds = kinds;
    return APR_SUCCESS;
}

static void set_date(tr_table_t *table)
{
    apr_time_exp_t at;

    apr_time_exp_gmt(&at, apr_time_now());
    apr_snprintf(table->date, sizeof table->date, "%04d-%02d-%02dT%02d:%02d:%02d",
                 at.tm_year + 1900, at.tm_mon + 1, at.tm_mday, at.tm_hour, at.tm_min,
                 at.tm_sec);
}

apr_status_t tr_table_open(tr_table_t **out, tr_table_format_e format,
                           const tr_table_head_t *head, const char *path, tr_problem_t *problem,
                           apr_pool_t *pool)
{
    tr_table_t *table = apr_pcalloc(pool, sizeof *table);

    table->writer = writers[format];
    table->head = head;
    table->path = path;
    table->pool = pool;
    set_date(table);
    table->state = find_kinds(table, problem);
    if (table->state == APR_SUCCESS) {
        table->state = tr_table_file_make(&table->file, path, problem, pool);
    }
    if (table->state == APR_SUCCESS) {
        table->out = tr_buf_make(OUT_SIZE + OUT_SIZE / 4, pool);
        table->state = table->writer->begin(table, problem);
    }
    *out = table;
    return table->state;
}

apr_status_t tr_table_add(tr_table_t *table, const tr_table_cell_t *cells,
                          tr_problem_t *problem)
{
    if (table->state != APR_SUCCESS) {
        return table->state;
    }
    table->state = table->writer->add(table, cells, problem);
    table->rows++;
    if (table->state == APR_SUCCESS && table->out->len >= OUT_SIZE) {
        table->state = tr_table_flush(table, problem);
    }
    return table->state;
}

apr_off_t tr_table_size(const tr_table_t *table)
{
    return table->written + table->beside + (apr_off_t)table->out->len;
}

/* The writer's end may write to the file by itself, so all that came before goes first. */
apr_status_t tr_table_close(tr_table_t *table, apr_int64_t *rows, tr_problem_t *problem)
{
    apr_status_t closed;

    if (table->state == APR_SUCCESS) {
        table->state = tr_table_flush(table, problem);
    }
    if (table->state == APR_SUCCESS) {
        table->state = table->writer->end(table, problem);
    }
    if (table->state == APR_SUCCESS) {
        table->state = tr_table_flush(table, problem);
    }
    closed = table->file ? apr_file_close(table->file) : APR_SUCCESS;
    table->file = NULL;
    if (table->state == APR_SUCCESS && closed != APR_SUCCESS) {
        table->state = tr_table_file_failed(closed, problem);
    }
    if (rows) {
        *rows = table->rows;
    }
    return table->state;
}

/* ------------------------------------------------------------------ cells */

apr_size_t tr_table_character(const char *text, apr_size_t len, apr_uint32_t *character)
{
    static const unsigned char first_bits[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
    apr_size_t step = tr_utf8_step(text, len);

    if (!step) {
        *character = 0xfffd;
        return 1;
    }
    *character = (unsigned char)*text & first_bits[step];
    for (apr_size_t i = 1; i < step; i++) {
        *character = *character << 6 | ((unsigned char)text[i] & 0x3fu);
    }
    return step;
}

/* Numbers and times begin with a digit, or '-' and a digit: NaN, Infinity, -infinity don't. */
int tr_table_is_absent(tr_table_kind_e kind, const tr_table_cell_t *cell)
{
    int at;

    if (!cell->data || kind >= TR_TABLE_TEXT || kind == TR_TABLE_BOOLEAN) {
        return !cell->data;
    }
    at = cell->len > 0 && *cell->data == '-';
    return at >= cell->len || cell->data[at] < '0' || cell->data[at] > '9';
}

int tr_table_is_true(const tr_table_cell_t *cell)
{
    return cell->len > 0 && *cell->data == 't';
}

/* "2026-11-23 20:15:00.25+00": what the session settings make PostgreSQL write. */
void tr_table_put_time(tr_buf_t *out, const tr_table_cell_t *cell)
{
    apr_size_t len = (apr_size_t)cell->len;
    const char *blank = memchr(cell->data, ' ', len);
    int is_utc = len > 3 && !memcmp(cell->data + len - 3, "+00", 3);

    if (!blank || !is_utc) {
        tr_buf_put(out, cell->data, len);
        return;
    }
    tr_buf_put(out, cell->data, (apr_size_t)(blank - cell->data));
    tr_buf_putc(out, 'T');
    tr_buf_put(out, blank + 1, (apr_size_t)(cell->data + len - 3 - blank - 1));
    tr_buf_putc(out, 'Z');
}

void tr_table_put_real(tr_buf_t *out, const tr_table_cell_t *cell)
{
    tr_buf_put(out, cell->data, (apr_size_t)cell->len);
    for (int i = 0; i < cell->len; i++) {
        if (cell->data[i] != '-' && (cell->data[i] < '0' || cell->data[i] > '9')) {
            return;
        }
    }
    tr_buf_put(out, ".0", 2);
}
