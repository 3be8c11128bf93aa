/* audit.h: refused requests, for the audit log.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_AUDIT_H
#define TR_AUDIT_H

#include "site.h"

/* Notes that a request was refused: `subject` is "access", "token" or "cross-site", of which
 * the database knows; `reason` is words without a secret; `who` a row with id and token_id of
 * whom a token named, NULL: req->reader. The database keeps the log from being flooded; what
 * cannot be noted is refused all the same. */
void tr_audit_refused(tr_request_t *req, const char *subject, const char *reason,
                      const tr_row_t *who);

#endif
