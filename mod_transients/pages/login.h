/* login.h: logging in and out, and what was typed when a session had ended.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_PAGES_LOGIN_H
#define TR_PAGES_LOGIN_H

#include "../web/tr_web.h"

extern const tr_page_t tr_login_page;
extern const tr_field_t tr_login_query[];  /* GET /login */
extern const tr_field_t tr_login_fields[]; /* POST /login */
apr_status_t tr_login_submit(tr_request_t *req);
apr_status_t tr_login_logout(tr_request_t *req);

extern const tr_page_t tr_kept_page;
apr_status_t tr_kept_drop(tr_request_t *req);

#endif
