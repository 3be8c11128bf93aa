/* tr_identity.h: what makes two uploads the same candidate.
 *
 * sha256 over a canonical form: observation, project and filter, the position
 * at 1e-7 degrees, and each measured value that is present, as float4.
 * Pictures and notes are no part of it; a column that is added later changes
 * no identity of before, since absent values do not appear.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_IDENTITY_H
#define TR_IDENTITY_H

#include "tr_columns.h"
#include "tr_secret.h"

/* `candidate` holds the checked values of an upload under their columns' names. */
const char *tr_identity_of(const tr_columns_t *columns, const tr_row_t *candidate,
                           apr_int64_t obs_id, apr_int64_t project_id, apr_int64_t filter_id,
                           apr_pool_t *pool);

#endif
