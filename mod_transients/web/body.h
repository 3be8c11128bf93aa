/* body.h: a POST's body, read once.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_BODY_H
#define TR_BODY_H

#include "site.h"

/* See tr_request_read() in request.h. */
apr_status_t tr_body_read(tr_request_t *req);

#endif
