/* tr_table.h: a table written to a file, row by row: CSV, JSON, VOTable or FITS.
 *
 * One description of the columns serves all four formats.  A column's type
 * never depends on the data, a NULL stays a NULL (TNULL, NaN, an empty field,
 * null), and memory does not grow with the rows.
 *
 * Cells are PostgreSQL's text output with the site's session settings: t or f
 * for booleans, "2026-11-23 20:15:00+00" (or with T and Z already) for times,
 * the shortest digits that read back to the same double.  NaN, infinities and
 * infinite times are NULL, as everywhere in the site.
 *
 * What each format does with text is said at the head of its source; FITS alone
 * can't hold all characters and writes some as \uXXXX.
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
    const char *unit;        /* for people ("pixel²", "Jy s"); written as VOUnits and FITS do,
                              * left out when neither knows it; "" for none */
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
    const tr_table_info_t *infos; /* beside DATE (UTC) and ROWS, which the writers add */
} tr_table_head_t;

/* One value; NULL data: NULL. Not ended by a NUL necessarily. */
typedef struct tr_table_cell_t {
    const char *data;
    int len;
} tr_table_cell_t;

typedef enum { TR_TABLE_CSV, TR_TABLE_JSON, TR_TABLE_VOTABLE, TR_TABLE_FITS } tr_table_format_e;

typedef struct tr_table_t tr_table_t;

/* Begins a table in the file `path`, which is made here with mode 0600 and must not exist. The
 * head must live as long as the table. A file that was begun and not finished is closed with
 * the pool, and the caller's to remove. FITS makes one more, PATH.heap, and unlinks it at once:
 * texts wait there until all rows are written. */
apr_status_t tr_table_open(tr_table_t **out, tr_table_format_e format,
                           const tr_table_head_t *head, const char *path, tr_problem_t *problem,
                           apr_pool_t *pool);
/* Adds a row of head->column_count cells. TR_EFULL when the disk is full. */
apr_status_t tr_table_add(tr_table_t *table, const tr_table_cell_t *cells,
                          tr_problem_t *problem);
/* Bytes on the disk so far, or soon: for a limit. */
apr_off_t tr_table_size(const tr_table_t *table);
/* Ends the table; `rows` (may be NULL) gets their number. Without it the file is unfinished. */
apr_status_t tr_table_close(tr_table_t *table, apr_int64_t *rows, tr_problem_t *problem);

/* "csv", "json", "vot", "fits" and their media types, e.g. "text/csv; charset=utf-8". */
const char *tr_table_extension(tr_table_format_e format);
const char *tr_table_media_type(tr_table_format_e format);

#endif
