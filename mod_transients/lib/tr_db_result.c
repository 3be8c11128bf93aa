/* tr_db_result.c: a result's rows, copied into a pool.
 *
 * All rows, values and cells of one result are three blocks: a list of a
 * thousand rows must not cost forty thousand allocations.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_db_private.h"

#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

/* Types by their fixed numbers in pg_type.dat; what is not here is text. */
enum {
    OID_BOOL = 16,
    OID_INT8 = 20,
    OID_INT2 = 21,
    OID_INT4 = 23,
    OID_JSON = 114,
    OID_FLOAT4 = 700,
    OID_FLOAT8 = 701,
    OID_TIMESTAMPTZ = 1184,
    OID_NUMERIC = 1700,
    OID_JSONB = 3802
};

/* Makes a value of a cell; what it keeps of the text it copies to *block, and moves that on. */
typedef tr_value_t cell_fn(const char *text, apr_size_t len, char **block);

static char *keep(const char *text, apr_size_t len, char **block)
{
    char *kept = *block;

    memcpy(kept, text, len + 1);
    *block += len + 1;
    return kept;
}

static tr_value_t cell_text(const char *text, apr_size_t len, char **block)
{
    return tr_text_n(keep(text, len, block), len);
}

static tr_value_t cell_json(const char *text, apr_size_t len, char **block)
{
    return tr_json(keep(text, len, block));
}

static tr_value_t cell_bool(const char *text, apr_size_t len, char **block)
{
    (void)len;
    (void)block;
    return tr_bool(*text == 't');
}

static tr_value_t cell_int(const char *text, apr_size_t len, char **block)
{
    (void)len;
    (void)block;
    return tr_int(strtoll(text, NULL, 10));
}

static tr_value_t cell_real(const char *text, apr_size_t len, char **block)
{
    (void)len;
    (void)block;
    return tr_real(strtod(text, NULL));
}

apr_size_t tr_db_iso_time(char *text, apr_size_t len)
{
    char *blank = strchr(text, ' ');

    if (blank) {
        *blank = 'T';
    }
    if (len > 3 && !strcmp(text + len - 3, "+00")) {
        len -= 2;
        memcpy(text + len - 1, "Z", 2);
    }
    return len;
}

/* Never is no time: NULL. */
static tr_value_t cell_time(const char *text, apr_size_t len, char **block)
{
    char *kept;

    if (strstr(text, "infinity")) {
        return tr_null();
    }
    kept = keep(text, len, block);
    return tr_text_n(kept, tr_db_iso_time(kept, len));
}

static cell_fn *cell_of(Oid type)
{
    static const struct {
        Oid type;
        cell_fn *cell;
    } cells[] = {
        { OID_INT8, cell_int },     { OID_FLOAT8, cell_real },      { OID_INT4, cell_int },
        { OID_BOOL, cell_bool },    { OID_TIMESTAMPTZ, cell_time }, { OID_JSONB, cell_json },
        { OID_INT2, cell_int },     { OID_FLOAT4, cell_real },      { OID_JSON, cell_json },
        { OID_NUMERIC, cell_real },
    };

    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++) {
        if (cells[i].type == type) {
            return cells[i].cell;
        }
    }
    return cell_text;
}

apr_status_t tr_db_check_columns(const PGresult *result, const tr_statement_t *statement,
                                 tr_problem_t *problem)
{
    int count = PQnfields(result);

    for (int i = 0; i < count && i < statement->column_count; i++) {
        if (strcmp(PQfname(result, i), statement->columns[i].name)) {
            return tr_problem_add(problem, TR_EDB, "%s: column %d is %s and declared as %s",
                                  statement->name, i + 1, PQfname(result, i),
                                  statement->columns[i].name);
        }
    }
    if (count != statement->column_count) {
        return tr_problem_add(problem, TR_EDB, "%s gives %d columns and declares %d",
                              statement->name, count, statement->column_count);
    }
    return APR_SUCCESS;
}

static apr_size_t text_size(const PGresult *result, int rows, int width, cell_fn *const *cells)
{
    apr_size_t size = 1;

    for (int c = 0; c < width; c++) {
        if (cells[c] != cell_text && cells[c] != cell_json && cells[c] != cell_time) {
            continue;
        }
        for (int r = 0; r < rows; r++) {
            size += (apr_size_t)PQgetlength(result, r, c) + 1;
        }
    }
    return size;
}

static void fill_row(tr_row_t *row, const PGresult *result, int number, cell_fn *const *cells,
                     char **block)
{
    for (int c = 0; c < row->count; c++) {
        row->values[c] = PQgetisnull(result, number, c)
                             ? tr_null()
                             : cells[c](PQgetvalue(result, number, c),
                                        (apr_size_t)PQgetlength(result, number, c), block);
    }
}

apr_status_t tr_db_to_list(tr_list_t **list, const PGresult *result,
                           const tr_statement_t *statement, tr_problem_t *problem,
                           apr_pool_t *pool)
{
    int rows = PQntuples(result), width = PQnfields(result);
    apr_size_t w = (apr_size_t)width, n = (apr_size_t)rows;
    cell_fn **cells = apr_palloc(pool, sizeof *cells * (w + 1));
    tr_row_t *row = apr_pcalloc(pool, sizeof *row * (n + 1));
    tr_value_t *values = apr_palloc(pool, sizeof *values * (w * n + 1));
    char *block;

    if (tr_db_check_columns(result, statement, problem) != APR_SUCCESS) {
        return TR_EDB;
    }
    *list = tr_list_make(pool);
    (*list)->width = width;
    (*list)->names = apr_palloc(pool, sizeof *(*list)->names * (w + 1));
    (*list)->rows = apr_palloc(pool, sizeof(void *) * (n + 1));
    (*list)->count = (*list)->size = rows;
    for (int c = 0; c < width; c++) {
        cells[c] = cell_of(PQftype(result, c));
        (*list)->names[c] = statement->columns[c].name;
    }
    block = apr_palloc(pool, text_size(result, rows, width, cells));
    for (int r = 0; r < rows; r++, row++) {
        row->pool = pool;
        row->count = row->size = width;
        row->names = (*list)->names;
        row->values = values + w * (apr_size_t)r;
        fill_row(row, result, r, cells, &block);
        (*list)->rows[r] = row;
    }
    return APR_SUCCESS;
}

apr_int64_t tr_db_affected(const PGresult *result)
{
    const char *count = PQcmdTuples((PGresult *)result);

    return *count ? strtoll(count, NULL, 10) : 0;
}
