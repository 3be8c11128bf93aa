/* tr_table_fits.c: a table as FITS: one binary table.
 *
 * Whole numbers are I, J or K, absent ones TNULL (the lowest of the type);
 * reals are D, absent ones NaN; booleans are L, absent ones 0; times are 32A.
 *
 * Text whose longest is declared and short has that width, so that every
 * reader takes it for text; other text and JSON have a variable length (QA:
 * 64-bit descriptors, for a heap may pass 2 GB).  So no type depends on the
 * data.  FITS has printable ASCII only: other characters are written as \uXXXX
 * or \UXXXXXXXX, so is a blank at the end, and a backslash as two.  Where that
 * makes a text longer than its column, the column is widened: nothing is cut
 * off.  An absent text has no characters, an empty one is a single blank.
 *
 * cfitsio makes the header, in memory.  Rows are written here as they come:
 * with cfitsio, each block of rows would move the heap, which stands behind
 * the last row.  So the texts wait in a file of their own.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_table_fits.h"
#include "tr_value.h"

#include <apr_strings.h>
#include <math.h>
#include <string.h>

enum {
    BLOCK = 2880,            /* bytes: a FITS file is made of such */
    TIME_WIDTH = 32,         /* characters: "2026-11-23T20:15:00.123456Z" and far years */
    WIDTH_MIN = 16,          /* bytes of a text column: a place in the heap must fit */
    WIDTH_MAX = 256,         /* characters: what may be longer has a variable length */
    ESCAPED_MAX = 10,        /* characters for one: \UXXXXXXXX */
    TEXT_MAX = 1073741823,   /* bytes: PostgreSQL's longest text */
    HEAP_PIECE = 256 * 1024, /* bytes that go to the heap's file at once */
    CELL_BYTES_MAX = 32      /* of a kind with one form */
};

/* ------------------------------------------------------------------ columns */

typedef struct {
    const char *form;
    int bytes;
} form_t;

static const form_t forms[TR_TABLE_KINDS] = {
    [TR_TABLE_SMALLINT] = { "1I", 2 }, [TR_TABLE_INTEGER] = { "1J", 4 },
    [TR_TABLE_BIGINT] = { "1K", 8 },   [TR_TABLE_REAL] = { "1D", 8 },
    [TR_TABLE_BOOLEAN] = { "1L", 1 },  [TR_TABLE_TIME] = { "32A", TIME_WIDTH },
};

static int is_short(tr_table_kind_e kind, int max_len)
{
    return kind == TR_TABLE_TEXT && max_len > 0 && max_len <= WIDTH_MAX;
}

static void set_column(tr_fits_column_t *column, tr_table_kind_e kind, int max_len)
{
    column->is_text = is_short(kind, max_len);
    if (column->is_text) {
        column->width = max_len < WIDTH_MIN ? WIDTH_MIN : max_len;
        column->needed = column->width;
    }
    else {
        column->width = forms[kind].form ? forms[kind].bytes : 16;
    }
}

static char *form_of(const tr_table_t *table, int i)
{
    const tr_fits_t *fits = table->own;
    const char *fixed = forms[table->kinds[i]].form;
    int most = table->head->columns[i].max_len;

    if (fixed) {
        return apr_pstrdup(table->pool, fixed);
    }
    if (fits->columns[i].is_text) {
        return apr_psprintf(table->pool, "%dA", fits->columns[i].width);
    }
    most = most > 0 && most < TEXT_MAX / ESCAPED_MAX ? most * ESCAPED_MAX : TEXT_MAX;
    return apr_psprintf(table->pool, "1QA(%d)", most);
}

apr_status_t tr_table_fits_begin(tr_table_t *table, tr_problem_t *problem)
{
    tr_fits_t *fits = table->own;
    int count = table->head->column_count;
    char **list = apr_pcalloc(table->pool, (apr_size_t)count * sizeof *list + 1);

    for (int i = 0; i < count; i++) {
        list[i] = form_of(table, i);
    }
    return tr_table_fits_head(&fits->header, &fits->header_len, table, list, problem);
}

/* ------------------------------------------------------------------ cells */

/* FITS is big-endian. */
static void put_bytes(tr_buf_t *out, apr_uint64_t value, int bytes)
{
    char room[8];

    for (int i = bytes; i-- > 0; value >>= 8) {
        room[i] = (char)(value & 0xff);
    }
    tr_buf_put(out, room, (apr_size_t)bytes);
}

/* PostgreSQL's whole numbers: a sign and digits. What is absent, or no number: the lowest. */
static void put_integer(tr_buf_t *out, const tr_table_cell_t *cell, int absent, int bytes)
{
    apr_int64_t value;

    if (absent || tr_int_read(cell->data, (apr_size_t)cell->len, &value) != TR_INT_OK) {
        value = (apr_int64_t)(~UINT64_C(0) << (bytes * 8 - 1));
    }
    put_bytes(out, (apr_uint64_t)value, bytes);
}

static void put_real(tr_buf_t *out, const tr_table_cell_t *cell, int absent)
{
    double value;
    apr_uint64_t bits;

    if (absent || !tr_real_read(cell->data, (apr_size_t)cell->len, &value)) {
        value = (double)NAN;
    }
    memcpy(&bits, &value, sizeof bits);
    put_bytes(out, bits, sizeof bits);
}

static void put_time(tr_buf_t *out, const tr_table_cell_t *cell, int absent)
{
    apr_size_t start = out->len, len;

    if (!absent) {
        tr_table_put_time(out, cell);
    }
    len = out->len - start;
    if (len < TIME_WIDTH) {
        memset(tr_buf_reserve(out, TIME_WIDTH - len), 0, TIME_WIDTH - len);
    }
    out->len = start + TIME_WIDTH;
}

/* At the end of fits->texts: its length. */
static apr_size_t put_escaped(tr_fits_t *fits, const tr_table_cell_t *cell)
{
    apr_size_t start = fits->texts->len;

    if (!cell->len) {
        tr_buf_putc(fits->texts, ' ');
    }
    else if (cell->data[cell->len - 1] == ' ') { /* readers strip blanks at the end */
        tr_table_fits_text(fits->texts, cell->data, (apr_size_t)cell->len - 1);
        tr_buf_puts(fits->texts, "\\u0020");
    }
    else {
        tr_table_fits_text(fits->texts, cell->data, (apr_size_t)cell->len);
    }
    return fits->texts->len - start;
}

/* The text goes to the heap, its length and place into the row. */
static void put_long_text(tr_buf_t *out, tr_fits_t *fits, const tr_table_cell_t *cell,
                          int absent)
{
    apr_size_t len = absent ? 0 : put_escaped(fits, cell);
    apr_uint64_t place = (apr_uint64_t)fits->before + fits->texts->len - len;

    put_bytes(out, len, 8);
    put_bytes(out, absent ? 0 : place, 8);
}

/* A text that is too long stays in the heap; until all rows are there, the cell has a mark that
 * no text begins with, and its place. */
static void put_short_text(tr_buf_t *out, tr_fits_t *fits, tr_fits_column_t *column,
                           const tr_table_cell_t *cell, int absent)
{
    apr_size_t start = out->len, width = (apr_size_t)column->width;
    apr_size_t len = absent ? 0 : put_escaped(fits, cell);

    if (len > width) {
        tr_buf_putc(out, TR_FITS_MARK);
        put_bytes(out, len, 4);
        put_bytes(out, (apr_uint64_t)fits->before + fits->texts->len - len, 8);
        column->needed = (int)len > column->needed ? (int)len : column->needed;
        fits->too_narrow = 1;
    }
    else {
        fits->texts->len -= len;
        tr_buf_put(out, fits->texts->data + fits->texts->len, len);
    }
    len = width - (out->len - start);
    memset(tr_buf_reserve(out, len), 0, len);
    out->len += len;
}

static void put_text(tr_table_t *table, int i, const tr_table_cell_t *cell, int absent)
{
    tr_fits_t *fits = table->own;

    if (fits->columns[i].is_text) {
        put_short_text(table->out, fits, &fits->columns[i], cell, absent);
    }
    else {
        put_long_text(table->out, fits, cell, absent);
    }
}

static void put_cell(tr_table_t *table, int i, const tr_table_cell_t *cell)
{
    tr_buf_t *out = table->out;
    tr_table_kind_e kind = table->kinds[i];
    int absent = tr_table_is_absent(kind, cell);

    switch (kind) {
    case TR_TABLE_SMALLINT:
        put_integer(out, cell, absent, 2);
        return;
    case TR_TABLE_INTEGER:
        put_integer(out, cell, absent, 4);
        return;
    case TR_TABLE_BIGINT:
        put_integer(out, cell, absent, 8);
        return;
    case TR_TABLE_REAL:
        put_real(out, cell, absent);
        return;
    case TR_TABLE_BOOLEAN:
        tr_buf_putc(out, absent ? '\0' : tr_table_is_true(cell) ? 'T' : 'F');
        return;
    case TR_TABLE_TIME:
        put_time(out, cell, absent);
        return;
    default:
        put_text(table, i, cell, absent);
        return;
    }
}

/* ------------------------------------------------------------------ the heap */

/* Its name is gone before anything is in it: nothing stays behind, whatever happens. */
static apr_status_t make_heap(tr_table_t *table, tr_fits_t *fits, tr_problem_t *problem)
{
    const char *path = apr_pstrcat(table->pool, table->path, ".heap", NULL);
    apr_status_t status = tr_table_file_make(&fits->heap, path, problem, table->pool);

    if (status == APR_SUCCESS) {
        apr_file_remove(path, table->pool);
        fits->texts = tr_buf_make(HEAP_PIECE + HEAP_PIECE / 4, table->pool);
    }
    return status;
}

static apr_status_t flush_heap(tr_table_t *table, tr_problem_t *problem)
{
    tr_fits_t *fits = table->own;
    apr_status_t status = apr_file_write_full(fits->heap, fits->texts->data, fits->texts->len,
                                              NULL);

    if (status != APR_SUCCESS) {
        return tr_table_file_failed(status, problem);
    }
    fits->before += (apr_int64_t)fits->texts->len;
    table->beside = fits->before;
    tr_buf_clear(fits->texts);
    return APR_SUCCESS;
}

/* Behind the rows, where THEAP is without being named. */
static apr_status_t append_heap(tr_table_t *table, tr_fits_t *fits, tr_problem_t *problem)
{
    apr_off_t start = 0;
    apr_status_t status = apr_file_seek(fits->heap, APR_SET, &start);

    while (status == APR_SUCCESS) {
        apr_size_t len = HEAP_PIECE;
        char *room = tr_buf_reserve(table->out, len);

        status = apr_file_read(fits->heap, room, &len);
        if (status == APR_SUCCESS) {
            table->out->len += len;
            status = tr_table_flush(table, problem);
            if (status != APR_SUCCESS) {
                return status;
            }
        }
    }
    if (!APR_STATUS_IS_EOF(status)) {
        return tr_table_file_failed(status, problem);
    }
    table->beside = 0;
    apr_file_close(fits->heap);
    return APR_SUCCESS;
}

/* ------------------------------------------------------------------ the table */

static apr_status_t begin(tr_table_t *table, tr_problem_t *problem)
{
    tr_fits_t *fits = apr_pcalloc(table->pool, sizeof *fits);
    int count = table->head->column_count;
    apr_status_t status;

    fits->columns = apr_pcalloc(table->pool, (apr_size_t)count * sizeof *fits->columns + 1);
    for (int i = 0; i < count; i++) {
        set_column(&fits->columns[i], table->kinds[i], table->head->columns[i].max_len);
    }
    table->own = fits;
    status = tr_table_fits_begin(table, problem);
    if (status == APR_SUCCESS) {
        status = make_heap(table, fits, problem);
    }
    if (status == APR_SUCCESS) {
        tr_buf_put(table->out, fits->header, fits->header_len);
    }
    return status;
}

static apr_status_t add(tr_table_t *table, const tr_table_cell_t *cells, tr_problem_t *problem)
{
    tr_fits_t *fits = table->own;

    for (int i = 0; i < table->head->column_count; i++) {
        put_cell(table, i, &cells[i]);
    }
    return fits->texts->len < HEAP_PIECE ? APR_SUCCESS : flush_heap(table, problem);
}

/* The first block was written before the rows were counted. */
static apr_status_t write_header(tr_table_t *table, const tr_fits_t *fits,
                                 tr_problem_t *problem)
{
    apr_off_t start = 0;
    apr_status_t status;

    tr_table_fits_set(fits->header, fits->header_len, "NAXIS2", table->rows);
    tr_table_fits_set(fits->header, fits->header_len, "ROWS", table->rows);
    tr_table_fits_set(fits->header, fits->header_len, "PCOUNT", fits->before);
    status = apr_file_seek(table->file, APR_SET, &start);
    if (status == APR_SUCCESS) {
        status = apr_file_write_full(table->file, fits->header, fits->header_len, NULL);
    }
    return status == APR_SUCCESS ? APR_SUCCESS : tr_table_file_failed(status, problem);
}

static apr_status_t end(tr_table_t *table, tr_problem_t *problem)
{
    tr_fits_t *fits = table->own;
    apr_status_t status = flush_heap(table, problem);
    apr_size_t rest;

    if (status == APR_SUCCESS && fits->too_narrow) {
        status = tr_table_fits_widen(table, problem);
    }
    if (status == APR_SUCCESS) {
        status = append_heap(table, fits, problem);
    }
    if (status != APR_SUCCESS) {
        return status;
    }
    rest = (apr_size_t)((BLOCK - table->written % BLOCK) % BLOCK);
    memset(tr_buf_reserve(table->out, rest), 0, rest);
    table->out->len += rest;
    status = tr_table_flush(table, problem);
    return status == APR_SUCCESS ? write_header(table, fits, problem) : status;
}

const tr_table_writer_t tr_table_fits = { "fits", "application/fits", begin, add, end };
