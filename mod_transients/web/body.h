/* body.h: a POST's body, read once.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_BODY_H
#define TR_BODY_H

#include "site.h"

/* See tr_request_read() in request.h. */
apr_status_t tr_body_read(tr_request_t *req);
/* Bodies that nobody reads are not waited for. */
void tr_body_hooks(apr_pool_t *pool);

#endif
