/* tr_column_fields.h: form fields made from the column table.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_COLUMN_FIELDS_H
#define TR_COLUMN_FIELDS_H

#include "tr_columns.h"
#include "tr_form.h"

/* The declared fields of a set (e.g. "candidate.upload"), ended by a NULL name, after the
 * fields of `first` (also NULL-ended, or NULL). Every spelling of NaN counts as absent. */
const tr_field_t *tr_column_fields(const tr_columns_t *columns, const char *set,
                                   const tr_field_t *first, apr_pool_t *pool);

#endif
