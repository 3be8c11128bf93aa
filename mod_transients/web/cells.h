/* cells.h: values of a row as cells { name, label, unit, text, absent, description }, so that a
 * page shows measured columns without naming them.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_CELLS_H
#define TR_CELLS_H

#include "site.h"

/* Adds the cells of each entry (ended by a NULL need) to the rows in req->data. */
void tr_cells_add(tr_request_t *req, const tr_cells_t *cells);
/* The unit of the text that a column's format writes: a position as h m s or a time as UTC is
 * no longer in the unit of the number. */
const char *tr_cells_unit(const tr_column_t *column);
/* The shape of one cell. */
const tr_shape_t *tr_cells_shape(apr_pool_t *pool);

#endif
