/* tr_table_private.h: what the writers of the four formats share.
 *
 * A writer makes text or bytes in table->out; tr_table.c brings them to the
 * file in large pieces and keeps the first failure.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_TABLE_PRIVATE_H
#define TR_TABLE_PRIVATE_H

#include "tr_buf.h"
#include "tr_table.h"

#include <apr_file_io.h>

typedef enum {
    TR_TABLE_SMALLINT,
    TR_TABLE_INTEGER,
    TR_TABLE_BIGINT,
    TR_TABLE_REAL,
    TR_TABLE_BOOLEAN,
    TR_TABLE_TIME,
    TR_TABLE_TEXT,
    TR_TABLE_DOCUMENT, /* jsonb */
    TR_TABLE_KINDS
} tr_table_kind_e;

/* What a column's numbers refer to, as its UCD and unit tell. */
typedef enum {
    TR_TABLE_NO_SYSTEM,
    TR_TABLE_ICRS, /* positions in degrees */
    TR_TABLE_GPS,  /* points in time in GPS seconds */
    TR_TABLE_MJD,  /* points in time as modified Julian date, UTC */
    TR_TABLE_SYSTEMS
} tr_table_system_e;

typedef struct tr_table_writer_t {
    const char *extension;
    const char *media_type;
    apr_status_t (*begin)(tr_table_t *table, tr_problem_t *problem);
    apr_status_t (*add)(tr_table_t *table, const tr_table_cell_t *cells, tr_problem_t *problem);
    apr_status_t (*end)(tr_table_t *table, tr_problem_t *problem);
} tr_table_writer_t;

struct tr_table_t {
    const tr_table_writer_t *writer;
    const tr_table_head_t *head;
    const tr_table_kind_e *kinds; /* of head->columns */
    const char *path;
    apr_file_t *file;
    tr_buf_t *out;      /* on its way to the file */
    apr_off_t written;  /* bytes in the file */
    apr_off_t beside;   /* bytes in a file of the writer's own */
    apr_int64_t rows;   /* added */
    char date[24];      /* UTC, when it was begun: "2026-11-23T20:15:00" */
    apr_status_t state; /* the first failure: all later calls give it back */
    void *own;          /* the writer's */
    apr_pool_t *pool;
};

extern const tr_table_writer_t tr_table_csv, tr_table_json, tr_table_votable, tr_table_fits;

/* Brings table->out to the end of the file. */
apr_status_t tr_table_flush(tr_table_t *table, tr_problem_t *problem);
/* A failed file operation as status and words: TR_EFULL when disk or quota is full. */
apr_status_t tr_table_file_failed(apr_status_t status, tr_problem_t *problem);
/* A file that is made here, mode 0600. */
apr_status_t tr_table_file_make(apr_file_t **file, const char *path, tr_problem_t *problem,
                                apr_pool_t *pool);

/* The character that text (len > 0) begins with and its length; what is not UTF-8 is one byte
 * of U+FFFD. */
apr_size_t tr_table_character(const char *text, apr_size_t len, apr_uint32_t *character);
/* NULL, or what the site never shows: NaN, the infinities, a time that never comes. */
int tr_table_is_absent(tr_table_kind_e kind, const tr_table_cell_t *cell);
/* A cell's true or false. */
int tr_table_is_true(const tr_table_cell_t *cell);
/* ISO 8601 with T and Z, also where PostgreSQL's own blank and +00 came. */
void tr_table_put_time(tr_buf_t *out, const tr_table_cell_t *cell);
/* A real with '.' or 'e', so that a column of whole values still reads as one of reals. */
void tr_table_put_real(tr_buf_t *out, const tr_table_cell_t *cell);
/* A unit in the spelling that VOUnits and FITS share; "" for none or one that neither knows. */
const char *tr_table_unit(const char *unit);
tr_table_system_e tr_table_system(const tr_table_column_t *column);
/* Whether any column has this system. */
int tr_table_uses(const tr_table_head_t *head, tr_table_system_e system);

#endif
