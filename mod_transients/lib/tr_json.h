/* tr_json.h: rows written as JSON, by streaming into a buffer.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_JSON_H
#define TR_JSON_H

#include "tr_buf.h"
#include "tr_problem.h"
#include "tr_value.h"

/* Numbers in the shortest form that reads back equal; reals always with '.', 'e' or both;
 * NULL as null; TR_JSON as it is. Valid UTF-8 is left as it is. */
void tr_json_value(tr_buf_t *out, const tr_value_t *value);
void tr_json_row(tr_buf_t *out, const tr_row_t *row);
void tr_json_list(tr_buf_t *out, const tr_list_t *list);
/* {"field": ["words", ...], ...}; complaints without a field under "detail" as one string. */
void tr_json_problem(tr_buf_t *out, const tr_problem_t *problem);

#endif
