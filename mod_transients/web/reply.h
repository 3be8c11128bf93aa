/* reply.h: how answers leave; the names that pages use are in tr_web.h.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_REPLY_H
#define TR_REPLY_H

#include "site.h"

#include "../lib/tr_buf.h"

/* Sends a whole body; the database connection goes back before. */
apr_status_t tr_reply_body(tr_request_t *req, int http_status, const char *type,
                           const tr_buf_t *body);

#endif
