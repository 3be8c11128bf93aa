/* dbd.h: connections from mod_dbd's pool, behind the gate.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_DBD_H
#define TR_DBD_H

#include "site.h"

/* Whether mod_dbd is loaded. */
int tr_dbd_is_there(void);
/* This child's gate and source for one site; NULL when there is no memory for a lock. */
const tr_db_source_t *tr_dbd_source_make(tr_site_t *site, apr_pool_t *pool);

#endif
