/* common.h: the data that every page has.
 *
 *   site     { title, version, development, broken }: broken, in development, has the words
 *            of a build that failed
 *   user     the reader's row (statement account_for_session) + is_staff; NULL: nobody
 *   request  { id, path, query, here, key, now }; key is fresh and random, for forms; now is
 *            UTC; here is path?query, for next=
 *   nav      { NAME: true for the route's own }
 *   form     { FIELD: text as typed }
 *   errors   { FIELD: words }
 *   complaints [ { field, words } ], has_complaints
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_COMMON_H
#define TR_COMMON_H

#include "site.h"

/* Sets them in req->data, with the complaints of req->problem. */
void tr_common_data(tr_request_t *req);
/* Their shape, for the compiler; asks site->statements and site->fields. */
tr_shape_t *tr_common_shape(const tr_site_t *site, apr_pool_t *pool);

#endif
