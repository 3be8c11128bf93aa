/* tr_outline.h: JSON text as rows to be read by people: a nested table.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_OUTLINE_H
#define TR_OUTLINE_H

#include "tr_value.h"

#include <apr_errno.h>

/* Deeper than this an object or array is one value, written as JSON. */
#define TR_OUTLINE_DEPTH 8
/* More rows than this no person reads; the last one then says how many names are missing. */
#define TR_OUTLINE_ROWS 2000

/* The rows of one JSON object or array, outermost first, in the order of the text:
 *   name   the object's name for it, or its place in an array, from 1
 *   value  as text; NULL for JSON's null; "" where rows one deeper follow
 *   group  whether such rows follow
 *   depth  0 for the outermost
 * A short array of plain values is one row, "1, 2, 3".
 * TR_EBAD, and *rows NULL: not JSON, a plain value, a name given twice (one of the two would be
 * lost), or a number that a machine word can't hold. Show the text as it is instead. */
apr_status_t tr_outline_of_json(tr_list_t **rows, const char *text, apr_size_t len,
                                apr_pool_t *pool);

#endif
