/* tr_sweep.h: the pictures of removed candidates go after their rows.
 *
 * The transaction that removes candidates lists the pictures that nobody else
 * has in removed_media (schema/functions/removal.sql).  Sweeping takes the
 * files away.  A sweep that ends early leaves the rest listed for the next.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_SWEEP_H
#define TR_SWEEP_H

#include "tr_db.h"

/* Removes the files listed, below `folder`, in short transactions of its own; *removed gets how
 * many there were. A picture that an upload has come to need meanwhile stays. */
apr_status_t tr_sweep(tr_db_t *db, const char *folder, int *removed, tr_problem_t *problem,
                      apr_pool_t *pool);

#endif
