/* tr_columns.h: the column table: what is known of each column of the data dictionary.
 *
 * schema/columns.tsv holds one line a column; uploads, statements, pages,
 * filters, sorts and exports are made from it, so that a new measured value
 * is one migration and one line.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_COLUMNS_H
#define TR_COLUMNS_H

#include "tr_problem.h"
#include "tr_value.h"

typedef struct tr_column_t {
    const char *table; /* candidate, observation, ... */
    const char *name;
    const char *type;        /* PostgreSQL's name: bigint, float8, text, boolean, jsonb */
    const char *expr;        /* how a list reads it, e.g. "c.can_peak_flux" */
    const char *unit;        /* for people: Jy, deg, "" for none */
    const char *label;       /* short name for heads and forms */
    const char *format;      /* formatter's name for pages: f2, hms, utc, "" for none */
    const char *ucd;         /* IVOA UCD1+ */
    const char *uses;        /* space-separated sets that it belongs to */
    const char *description; /* one sentence */
    int max_len;             /* longest text in characters, 0: no limit beyond the body's */
    double min, max;         /* range accepted, -inf and inf for none */
} tr_column_t;

typedef struct tr_columns_t tr_columns_t;

/* Reads the table. Errors as file:line: message. */
apr_status_t tr_columns_load(const tr_columns_t **out, const char *file, tr_problem_t *problem,
                             apr_pool_t *pool);
/* The columns of "table.use" (e.g. "candidate.sort") in the file's order; "table.all" is
 * every one. `count` is 0 for an unknown set. */
const tr_column_t *const *tr_columns_set(const tr_columns_t *columns, const char *set,
                                         int *count);
const tr_column_t *tr_columns_find(const tr_columns_t *columns, const char *table,
                                   const char *name);
int tr_column_has_use(const tr_column_t *column, const char *use);

#endif
