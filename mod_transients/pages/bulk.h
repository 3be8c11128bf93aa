/* bulk.h: one verdict on several candidates, as the candidate page begins it.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_PAGES_BULK_H
#define TR_PAGES_BULK_H

#include "../web/tr_web.h"

/* Most candidates of one batch: what one can look through, and a second for the database. */
#define TR_BULK_MAX 500

/* A verdict for a candidate and the ticked ones near by (args also): checks both and leads to
 * the page that shows what will be rated. Nothing is stored. */
apr_status_t tr_bulk_show_first(tr_request_t *req);

#endif
