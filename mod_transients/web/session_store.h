/* session_store.h: mod_session's store: rows of the table session, and the cookie.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_SESSION_STORE_H
#define TR_SESSION_STORE_H

#include "session.h"

/* sha256 in hex of the id in the cookie; NULL when there is no cookie, or one that cannot be
 * of ours, or several that differ. */
const char *tr_session_cookie_hash(tr_request_t *req);
/* An id for a session, and its hash for the row that the caller makes. */
apr_status_t tr_session_make_id(tr_request_t *req, const char **id, const char **id_hash);
/* From now on the browser goes by this id, once its row is committed. */
void tr_session_go_by(tr_request_t *req, const char *id, const char *id_hash);
void tr_session_store_hooks(void);

#endif
