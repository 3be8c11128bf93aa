/* tr_table_fits_widen.c: columns of a FITS table made wider, once all rows are there.
 *
 * Rows only grow, so the file is rewritten in its place from the last row to
 * the first: what is written lies behind all that is still to be read.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_table_fits.h"

#include <string.h>

enum { ROWS_AT_ONCE = 512 };

typedef struct {
    tr_table_t *table;
    tr_fits_t *fits;
    apr_size_t row;  /* bytes of a row as it is */
    apr_size_t wide; /* and as it will be */
    char *from;      /* ROWS_AT_ONCE rows of each */
    char *to;
} widening_t;

static apr_status_t read_at(apr_file_t *file, apr_off_t place, char *room, apr_size_t len)
{
    apr_status_t status = apr_file_seek(file, APR_SET, &place);

    return status == APR_SUCCESS ? apr_file_read_full(file, room, len, NULL) : status;
}

static apr_status_t write_at(apr_file_t *file, apr_off_t place, const char *data,
                             apr_size_t len)
{
    apr_status_t status = apr_file_seek(file, APR_SET, &place);

    return status == APR_SUCCESS ? apr_file_write_full(file, data, len, NULL) : status;
}

static apr_uint64_t number_at(const char *bytes, int count)
{
    apr_uint64_t number = 0;

    for (int i = 0; i < count; i++) {
        number = number << 8 | (unsigned char)bytes[i];
    }
    return number;
}

static apr_status_t widen_row(const widening_t *w, const char *from, char *to)
{
    apr_status_t status = APR_SUCCESS;

    for (int i = 0; i < w->table->head->column_count && status == APR_SUCCESS; i++) {
        const tr_fits_column_t *column = &w->fits->columns[i];
        apr_size_t width = (apr_size_t)column->width;

        if (column->is_text && *from == TR_FITS_MARK) {
            status = read_at(w->fits->heap, (apr_off_t)number_at(from + 5, 8), to,
                             (apr_size_t)number_at(from + 1, 4));
        }
        else {
            memcpy(to, from, width);
        }
        from += width;
        to += column->is_text ? (apr_size_t)column->needed : width;
    }
    return status;
}

static apr_status_t widen_rows(const widening_t *w, apr_int64_t first, apr_size_t count)
{
    apr_off_t start = (apr_off_t)w->fits->header_len;
    apr_status_t status = read_at(w->table->file, start + first * (apr_off_t)w->row, w->from,
                                  count * w->row);

    memset(w->to, 0, count * w->wide);
    for (apr_size_t i = 0; i < count && status == APR_SUCCESS; i++) {
        status = widen_row(w, w->from + i * w->row, w->to + i * w->wide);
    }
    return status == APR_SUCCESS ? write_at(w->table->file, start + first * (apr_off_t)w->wide,
                                            w->to, count * w->wide)
                                 : status;
}

static void measure(widening_t *w)
{
    for (int i = 0; i < w->table->head->column_count; i++) {
        const tr_fits_column_t *column = &w->fits->columns[i];

        w->row += (apr_size_t)column->width;
        w->wide += (apr_size_t)(column->is_text ? column->needed : column->width);
    }
    w->from = apr_palloc(w->table->pool, ROWS_AT_ONCE * w->row);
    w->to = apr_palloc(w->table->pool, ROWS_AT_ONCE * w->wide);
}

/* The header keeps its length: the same cards with other numbers. */
static apr_status_t finish(const widening_t *w, tr_problem_t *problem)
{
    for (int i = 0; i < w->table->head->column_count; i++) {
        if (w->fits->columns[i].is_text) {
            w->fits->columns[i].width = w->fits->columns[i].needed;
        }
    }
    w->table->written = (apr_off_t)w->fits->header_len + w->table->rows * (apr_off_t)w->wide;
    return tr_table_fits_begin(w->table, problem);
}

apr_status_t tr_table_fits_widen(tr_table_t *table, tr_problem_t *problem)
{
    widening_t w = { table, table->own, 0, 0, NULL, NULL };
    apr_int64_t left = table->rows;
    apr_off_t end;
    apr_status_t status = APR_SUCCESS;

    measure(&w);
    while (left > 0 && status == APR_SUCCESS) {
        apr_size_t count = left < ROWS_AT_ONCE ? (apr_size_t)left : ROWS_AT_ONCE;

        left -= (apr_int64_t)count;
        status = widen_rows(&w, left, count);
    }
    if (status == APR_SUCCESS) {
        status = finish(&w, problem);
        end = table->written;
        return status == APR_SUCCESS ? apr_file_seek(table->file, APR_SET, &end) : status;
    }
    return tr_table_file_failed(status, problem);
}
