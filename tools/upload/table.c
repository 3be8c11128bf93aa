/* table.c: a pipeline's FITS table of candidates, read for sending.
 *
 * cfitsio scales and converts; this file decides how each type is written in a form.
 *
 * SPDX-License-Identifier: MIT
 */
#include "table.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <fitsio.h>
#include <stdlib.h>
#include <string.h>

enum { ELEMENTS_MAX = 1000 }; /* of one cell that holds a list */

typedef struct reader_t reader_t;

/* Writes one element of a cell as text; NULL is absent. */
typedef const char *(*write_t)(reader_t *reader, long row, long element);

typedef struct {
    const char *name;
    int type;      /* cfitsio's, after scaling */
    long elements; /* in a cell */
    long width;    /* of a text */
    write_t write;
} column_t;

struct reader_t {
    fitsfile *file;
    apr_pool_t *pool;
    int at; /* column, from 1 */
    const column_t *column;
    int status;
};

static const char *write_integer(reader_t *reader, long row, long element)
{
    LONGLONG value = 0;
    char is_null = 0;
    int any;

    fits_read_colnull(reader->file, TLONGLONG, reader->at, row, element, 1, &value, &is_null,
                      &any, &reader->status);
    return is_null ? NULL : apr_psprintf(reader->pool, "%" APR_INT64_T_FMT, (apr_int64_t)value);
}

static const char *write_unsigned(reader_t *reader, long row, long element)
{
    ULONGLONG value = 0;
    char is_null = 0;
    int any;

    fits_read_colnull(reader->file, TULONGLONG, reader->at, row, element, 1, &value, &is_null,
                      &any, &reader->status);
    return is_null ? NULL
                   : apr_psprintf(reader->pool, "%" APR_UINT64_T_FMT, (apr_uint64_t)value);
}

static const char *write_float(reader_t *reader, long row, long element)
{
    float value = 0.0f;
    char is_null = 0;
    int any;

    fits_read_colnull(reader->file, TFLOAT, reader->at, row, element, 1, &value, &is_null, &any,
                      &reader->status);
    return is_null ? NULL : tr_upload_float(value, reader->pool);
}

static const char *write_double(reader_t *reader, long row, long element)
{
    double value = 0.0;
    char is_null = 0;
    int any;

    fits_read_colnull(reader->file, TDOUBLE, reader->at, row, element, 1, &value, &is_null,
                      &any, &reader->status);
    return is_null ? NULL : tr_upload_real(value, reader->pool);
}

/* The old client is Python: True and False. */
static const char *write_logical(reader_t *reader, long row, long element)
{
    char value = 0, is_null = 0;
    int any;

    fits_read_colnull(reader->file, TLOGICAL, reader->at, row, element, 1, &value, &is_null,
                      &any, &reader->status);
    return is_null ? NULL : value ? "True" : "False";
}

static const char *write_text(reader_t *reader, long row, long element)
{
    char *cell = apr_pcalloc(reader->pool, (apr_size_t)reader->column->width + 1);
    char none[1] = "";
    int any;

    fits_read_col(reader->file, TSTRING, reader->at, row, element, 1, none, &cell, &any,
                  &reader->status);
    return tr_upload_text(cell, reader->pool);
}

typedef struct {
    int type;
    write_t write;
} writer_t;

static const writer_t writers[] = {
    { TBYTE, write_integer },       { TSBYTE, write_integer }, { TSHORT, write_integer },
    { TUSHORT, write_integer },     { TINT, write_integer },   { TUINT, write_integer },
    { TLONG, write_integer },       { TULONG, write_integer }, { TLONGLONG, write_integer },
    { TULONGLONG, write_unsigned }, { TFLOAT, write_float },   { TDOUBLE, write_double },
    { TLOGICAL, write_logical },    { TSTRING, write_text },
};

static write_t find_writer(int type)
{
    for (size_t i = 0; i < sizeof writers / sizeof *writers; i++) {
        if (writers[i].type == type) {
            return writers[i].write;
        }
    }
    return NULL;
}

static void read_column(reader_t *reader, int at, column_t *column)
{
    char key[FLEN_KEYWORD], name[FLEN_VALUE] = "";
    long repeat = 1, width = 1;
    int absent = 0;

    fits_make_keyn("TTYPE", at, key, &reader->status);
    fits_read_key(reader->file, TSTRING, key, name, NULL, &absent);
    fits_get_eqcoltype(reader->file, at, &column->type, &repeat, &width, &reader->status);
    column->name = tr_upload_text(name, reader->pool);
    column->width = width;
    column->elements = column->type == TSTRING && width > 0 ? repeat / width : repeat;
    column->write = column->name ? find_writer(column->type) : NULL;
    if (column->elements > ELEMENTS_MAX) {
        column->write = NULL;
    }
}

/* A list is sent as Python and JSON write it. */
static const char *write_list(reader_t *reader, long row)
{
    const char *list = "[";

    for (long element = 1; element <= reader->column->elements; element++) {
        const char *value = reader->column->write(reader, row, element);
        list = apr_pstrcat(reader->pool, list, element > 1 ? ", " : "", value ? value : "null",
                           NULL);
    }
    return apr_pstrcat(reader->pool, list, "]", NULL);
}

static apr_array_header_t *read_row(reader_t *reader, const column_t *columns, int count,
                                    long row)
{
    apr_array_header_t *fields = tr_upload_fields_make(reader->pool);

    for (int i = 0; i < count && !reader->status; i++) {
        reader->at = i + 1;
        reader->column = &columns[i];
        if (columns[i].write && columns[i].elements > 0) {
            tr_upload_fields_add(fields, columns[i].name,
                                 columns[i].elements == 1 ? columns[i].write(reader, row, 1)
                                                          : write_list(reader, row));
        }
    }
    return fields;
}

static void read_rows(reader_t *reader, tr_upload_table_t *table)
{
    int count = 0;
    long rows = 0;
    column_t *columns;

    fits_get_num_cols(reader->file, &count, &reader->status);
    fits_get_num_rows(reader->file, &rows, &reader->status);
    if (reader->status) {
        return;
    }
    columns = apr_pcalloc(reader->pool, (apr_size_t)count * sizeof *columns);
    for (int i = 0; i < count; i++) {
        read_column(reader, i + 1, &columns[i]);
        if (!columns[i].write && columns[i].name) {
            APR_ARRAY_PUSH(table->skipped, const char *) = columns[i].name;
        }
    }
    for (long row = 1; row <= rows && !reader->status; row++) {
        APR_ARRAY_PUSH(table->rows, apr_array_header_t *) = read_row(reader, columns, count,
                                                                     row);
    }
}

static const char *read_keyword(reader_t *reader, const char *key)
{
    char value[FLEN_VALUE] = "";
    int absent = 0;

    fits_read_key(reader->file, TSTRING, key, value, NULL, &absent);
    return absent ? NULL : tr_upload_text(value, reader->pool);
}

void tr_upload_table_name(const char *name, const char **obs_id, const char **filter,
                          apr_pool_t *pool)
{
    size_t digits = strspn(name, "0123456789");
    const char *end = strstr(name, ".fits");

    *obs_id = *filter = NULL;
    if (digits >= 8 && name[digits] == '_' && end && end > name + digits + 1) {
        *obs_id = apr_pstrmemdup(pool, name, digits);
        *filter = apr_pstrmemdup(pool, name + digits + 1,
                                 (apr_size_t)(end - name) - digits - 1);
    }
}

static void read_header(reader_t *reader, tr_upload_table_t *table)
{
    const char *obs_id = read_keyword(reader, "OBSID");
    const char *filter = read_keyword(reader, "FILTER");

    tr_upload_table_name(table->name, &table->obs_id, &table->filter, reader->pool);
    table->obs_id = obs_id ? obs_id : table->obs_id;
    table->filter = filter ? filter : table->filter;
    table->project = read_keyword(reader, "PROJECT");
    table->pipeline = read_keyword(reader, "PIPEVER");
}

/* The disk-file open takes names with brackets as they are. */
static fitsfile *open_table(const char *path, int *status)
{
    fitsfile *file = NULL;
    int type = IMAGE_HDU, closing = 0;

    fits_open_diskfile(&file, path, READONLY, status);
    while (!*status && type == IMAGE_HDU) {
        fits_movrel_hdu(file, 1, &type, status);
    }
    if (*status && file) {
        fits_close_file(file, &closing);
        file = NULL;
    }
    return file;
}

static const char *explain(int status, apr_pool_t *pool)
{
    char words[FLEN_STATUS];

    if (status == END_OF_FILE) {
        return "no table in this file";
    }
    fits_get_errstatus(status, words);
    return apr_psprintf(pool, "not readable as FITS: %s", words);
}

const tr_upload_table_t *tr_upload_table_read(const char *path, const char **problem,
                                              apr_pool_t *pool)
{
    tr_upload_table_t *table = apr_pcalloc(pool, sizeof *table);
    reader_t reader = { NULL, pool, 0, NULL, 0 };
    int closing = 0;

    table->path = apr_pstrdup(pool, path);
    table->name = apr_filepath_name_get(table->path);
    table->rows = apr_array_make(pool, 64, sizeof(apr_array_header_t *));
    table->skipped = apr_array_make(pool, 2, sizeof(const char *));
    reader.file = open_table(path, &reader.status);
    if (reader.file) {
        read_header(&reader, table);
        read_rows(&reader, table);
        fits_close_file(reader.file, &closing);
    }
    *problem = reader.status ? explain(reader.status, pool) : NULL;
    return reader.status ? NULL : table;
}

long tr_upload_table_count(const char *path)
{
    int status = 0, closing = 0;
    long rows = 0;
    fitsfile *file = open_table(path, &status);

    if (file) {
        fits_get_num_rows(file, &rows, &status);
        fits_close_file(file, &closing);
    }
    return status ? 0 : rows;
}
