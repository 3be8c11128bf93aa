/* tr_table_csv.c: a table as CSV.
 *
 * RFC 4180 with LF at line ends: names in the first line; an absent value is an
 * empty field and an empty text is "", which is what PostgreSQL's COPY writes
 * and reads. true and false, times with Z.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_table_private.h"

#include <string.h>

/* Beside the separators: blanks at the ends, which some readers strip from bare fields, and an
 * empty text, which would look absent. */
static int needs_quotes(const char *text, apr_size_t len)
{
    if (!len || text[0] == ' ' || text[0] == '\t' || text[len - 1] == ' '
        || text[len - 1] == '\t') {
        return 1;
    }
    for (apr_size_t i = 0; i < len; i++) {
        if (text[i] == ',' || text[i] == '"' || text[i] == '\n' || text[i] == '\r') {
            return 1;
        }
    }
    return 0;
}

/* What the database holds is UTF-8; a byte that isn't becomes U+FFFD rather than spoiling the
 * whole file. */
static void put_characters(tr_buf_t *out, const char *text, apr_size_t len)
{
    apr_size_t start = 0, i = 0;

    while (i < len) {
        apr_uint32_t character = (unsigned char)text[i];
        apr_size_t step = character < 0x80 ? 1
                                           : tr_table_character(text + i, len - i, &character);

        if (character == '"' || (character == 0xfffd && step == 1)) {
            tr_buf_put(out, text + start, i - start);
            tr_buf_puts(out, character == '"' ? "\"\"" : "\xef\xbf\xbd");
            start = i + 1;
        }
        i += step;
    }
    tr_buf_put(out, text + start, len - start);
}

static void put_text(tr_buf_t *out, const char *text, apr_size_t len)
{
    const char *quote = needs_quotes(text, len) ? "\"" : "";

    tr_buf_puts(out, quote);
    put_characters(out, text, len);
    tr_buf_puts(out, quote);
}

static void put_cell(tr_buf_t *out, tr_table_kind_e kind, const tr_table_cell_t *cell)
{
    switch (kind) {
    case TR_TABLE_BOOLEAN:
        tr_buf_puts(out, tr_table_is_true(cell) ? "true" : "false");
        return;
    case TR_TABLE_REAL:
        tr_table_put_real(out, cell);
        return;
    case TR_TABLE_TIME:
        tr_table_put_time(out, cell);
        return;
    default:
        put_text(out, cell->data, (apr_size_t)cell->len);
        return;
    }
}

static apr_status_t begin(tr_table_t *table, tr_problem_t *problem)
{
    (void)problem;
    for (int i = 0; i < table->head->column_count; i++) {
        const char *name = table->head->columns[i].name;

        tr_buf_puts(table->out, i ? "," : "");
        put_text(table->out, name, strlen(name));
    }
    tr_buf_putc(table->out, '\n');
    return APR_SUCCESS;
}

static apr_status_t add(tr_table_t *table, const tr_table_cell_t *cells, tr_problem_t *problem)
{
    (void)problem;
    for (int i = 0; i < table->head->column_count; i++) {
        if (i) {
            tr_buf_putc(table->out, ',');
        }
        if (!tr_table_is_absent(table->kinds[i], &cells[i])) {
            put_cell(table->out, table->kinds[i], &cells[i]);
        }
    }
    tr_buf_putc(table->out, '\n');
    return APR_SUCCESS;
}

static apr_status_t end(tr_table_t *table, tr_problem_t *problem)
{
    (void)table;
    (void)problem;
    return APR_SUCCESS;
}

const tr_table_writer_t tr_table_csv = { "csv", "text/csv; charset=utf-8", begin, add, end };
