/* tr_statement_block.h: a file of statements cut into blocks, their heads read.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_STATEMENT_BLOCK_H
#define TR_STATEMENT_BLOCK_H

#include "tr_statement.h"

typedef struct tr_block_line_t {
    const char *text;
    int line;
} tr_block_line_t;

/* One "-- name:" or "-- fragment:" block, nothing expanded yet. */
typedef struct tr_block_t {
    const char *name;
    const char *file;
    int line;        /* of "-- name:" */
    int is_fragment; /* text for @use(NAME), no statement */
    tr_plan_e plan;
    int timeout_ms;
    int is_write;
    apr_array_header_t *columns; /* of tr_block_line_t: each "-- columns:" */
    const char *sort_set;        /* of "-- variants: sort = SET, dir"; NULL for none */
    int has_direction;
    const char *body; /* what follows the head */
    int body_line;
} tr_block_t;

/* Cuts the text (which is changed) into blocks and appends them to `blocks`, of tr_block_t.
 * Complaints as file:line: message; what could be read is given all the same. */
void tr_blocks_read(apr_array_header_t *blocks, char *text, const char *file,
                    tr_problem_t *problem, apr_pool_t *pool);
/* Lower-case letters, digits and underscores, a letter first. */
int tr_block_is_name(const char *text);

#endif
