/* tr_table.h: a table written to a file, row by row: CSV, JSON, VOTable or FITS.
 *
 * One description of the columns serves all four formats.  A column's type
 * never depends on the data, a NULL stays a NULL (TNULL, NaN, an empty field,
 * null), and memory does not grow with the rows.
 *
 * Cells are PostgreSQL's text output with the site's session settings: t or f
 * for booleans, ISO 8601 with Z for times, the shortest digits that read back
 * to the same double.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_TABLE_H
#define TR_TABLE_H

#include "tr_problem.h"

typedef struct tr_table_column_t {
    const char *name;
    const char *type;        /* bigint, integer, smallint, float8, text, boolean, timestamptz,
                              * jsonb (as text) */
    const char *unit;        /* as the IVOA writes units, "" for none */
    const char *ucd;         /* UCD1+, "" for none */
    const char *description; /* one sentence */
    int max_len;             /* longest text in characters, 0: no limit */
} tr_table_column_t;

/* What is said of the table as a whole: FITS header cards and VOTable INFOs. */
typedef struct tr_table_info_t {
    const char *name;  /* at most 8 of A-Z, 0-9, "_": a FITS keyword, e.g. "SITE" */
    const char *value; /* text; "" is allowed */
    const char *words; /* what it means */
} tr_table_info_t;

typedef struct tr_table_head_t {
    const char *name;  /* of the table: "candidate" */
    const char *title; /* for people: "Candidates" */
    int column_count;
    const tr_table_column_t *columns;
    int info_count;
    const tr_table_info_t *infos; /* the number of rows is added by the writer as ROWS */
} tr_table_head_t;

/* One value; NULL data: NULL. Not ended by a NUL necessarily. */
typedef struct tr_table_cell_t {
    const char *data;
    int len;
} tr_table_cell_t;

typedef enum { TR_TABLE_CSV, TR_TABLE_JSON, TR_TABLE_VOTABLE, TR_TABLE_FITS } tr_table_format_e;

typedef struct tr_table_t tr_table_t;

/* Begins a table in the file `path`, which must not exist or be empty. */
apr_status_t tr_table_open(tr_table_t **out, tr_table_format_e format,
                           const tr_table_head_t *head, const char *path,
                           tr_problem_t *problem, apr_pool_t *pool);
/* Adds a row of head->column_count cells. TR_EFULL when the disk is full. */
apr_status_t tr_table_add(tr_table_t *table, const tr_table_cell_t *cells,
                          tr_problem_t *problem);
/* Ends the table; `rows` (may be NULL) gets their number. Without it the file is unfinished. */
apr_status_t tr_table_close(tr_table_t *table, apr_int64_t *rows, tr_problem_t *problem);

/* "csv", "json", "vot", "fits" and their media types, e.g. "text/csv; charset=utf-8". */
const char *tr_table_extension(tr_table_format_e format);
const char *tr_table_media_type(tr_table_format_e format);

#endif
