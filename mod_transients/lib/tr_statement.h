/* tr_statement.h: named SQL statements, read from schema/queries when the site starts.
 *
 * A file holds blocks; each begins with "-- name:" and ends before the next:
 *
 *   -- name: candidate_by_id
 *   -- columns: id bigint, ra_deg float8?, @candidate.page
 *   -- plan: generic          (or custom; default: the server's choice)
 *   -- timeout: 500ms         (where it differs from the route's deadline)
 *   -- write                  (changes rows: never repeated after a lost connection)
 *   -- One candidate that the reader may see.
 *   SELECT c.id, ... WHERE c.id = :id::bigint AND c.project_id = ANY (:_projects::bigint[])
 *
 * Every parameter is written :name::type, at each place where it stands; one
 * name has one type.  A trailing ? in columns says that it may be NULL.
 *
 * The column table expands, when the file is read:
 *   @list(candidate.page, c.%n)      the pattern for each column of the set, joined by ", "
 *   @each(candidate.filter, AND (:%n_min::%t IS NULL OR c.%n >= :%n_min::%t))
 *                                    the pattern for each, joined by a space
 *   %n name, %t type, %e expr; parentheses inside the pattern must balance.
 * A statement with sorts is expanded once for each sort column and direction:
 *   -- variants: sort = candidate.sort, dir
 *   gives "candidate_page.can_peak_flux.asc", "...desc"; inside, %sort is the column's
 *   expr, %sortname its name, %sorttype its type, %dir ASC or DESC, %after > or <.
 * A piece that several statements share:
 *   -- fragment: candidate_filters      (a block without columns, in any file)
 *   @use(candidate_filters)             put in its place; fragments may use others
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_STATEMENT_H
#define TR_STATEMENT_H

#include "tr_columns.h"
#include "tr_shape.h"

typedef struct tr_param_t {
    const char *name; /* ":_user" and ":_projects" are given by the web layer */
    const char *type; /* as written after "::", e.g. "bigint", "text[]" */
} tr_param_t;

typedef struct tr_result_column_t {
    const char *name;
    const char *type;
    int nullable;
} tr_result_column_t;

typedef enum { TR_PLAN_AUTO, TR_PLAN_GENERIC, TR_PLAN_CUSTOM } tr_plan_e;

typedef struct tr_statement_t {
    const char *name;
    const char *key; /* its name on the server: another text has another key */
    const char *sql; /* parameters as $1::type, ... */
    const char *file;
    int line;
    tr_plan_e plan;
    int timeout_ms; /* 0: the route's */
    int is_write;
    int param_count;
    const tr_param_t *params;
    int column_count; /* 0: gives no rows back */
    const tr_result_column_t *columns;
} tr_statement_t;

typedef struct tr_statements_t tr_statements_t;

/* Reads every *.sql file of a folder. All errors are added as file:line: message. */
apr_status_t tr_statements_load(const tr_statements_t **out, const char *folder,
                                const tr_columns_t *columns, tr_problem_t *problem,
                                apr_pool_t *pool);
const tr_statement_t *tr_statement_find(const tr_statements_t *statements, const char *name);
/* All of them, in the order of files and blocks. */
const tr_statement_t *const *tr_statements_all(const tr_statements_t *statements, int *count);
/* The statement's declared columns as a shape for templates. */
const tr_shape_t *tr_statement_shape(const tr_statement_t *statement, apr_pool_t *pool);

#endif
