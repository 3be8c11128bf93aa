/* tr_statement_expand.h: from a block's text to the SQL that the server gets.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_STATEMENT_EXPAND_H
#define TR_STATEMENT_EXPAND_H

#include "tr_buf.h"
#include "tr_statement_block.h"

#include <apr_hash.h>

/* What one expansion reads and makes. */
typedef struct tr_expansion_t {
    const tr_columns_t *columns;
    apr_hash_t *fragments;   /* name -> const tr_block_t * */
    const tr_column_t *sort; /* of this variant, NULL for none */
    const char *direction;   /* "asc" or "desc" */
    tr_problem_t *problem;
    apr_pool_t *pool;           /* of params and names */
    tr_buf_t *sql;              /* made: parameters as $1::type */
    apr_array_header_t *params; /* made: of tr_param_t, in the order of their numbers */
    int is_ended;               /* a semicolon has been seen */
    int changes_rows;           /* INSERT, UPDATE, DELETE or MERGE has been seen */
} tr_expansion_t;

/* Appends the block's body with sorts, macros and parameters expanded and comments left out.
 * Complaints go to the problem. */
void tr_expand_block(tr_expansion_t *expansion, const tr_block_t *block);
/* `text` with %sort, %sortname, %sorttype, %dir and %after replaced; as it is when `sort` is
 * NULL. As many lines as before. */
const char *tr_expand_sort(const char *text, const tr_column_t *sort, const char *direction,
                           apr_pool_t *pool);

#endif
