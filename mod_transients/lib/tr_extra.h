/* tr_extra.h: columns of an uploaded table that we do not know, kept as one JSON object.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_EXTRA_H
#define TR_EXTRA_H

#include "tr_columns.h"
#include "tr_form.h"

/* The input's fields that are neither columns of candidates nor names with a meaning of their
 * own (id, png_path, ...): {"name": number or "text", ...}; NULL when there are none. Numbers
 * stay numbers; absent values (NaN and the like) are left out. */
const char *tr_extra_of(const tr_columns_t *columns, const tr_input_t *input, apr_pool_t *pool);

#endif
