/* kept.h: a posted form as one text, to be carried over a login.
 *
 * The text is a query string in which only what would end a name or a value is
 * encoded.  It travels in a hidden field of the login form, then in the session.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_PAGES_KEPT_H
#define TR_PAGES_KEPT_H

#include "../web/tr_web.h"

enum { TR_KEPT_MAX = 65536 }; /* bytes of the text: what a note and its form can have */

/* The request's input without files and secrets. NULL: longer than TR_KEPT_MAX. */
const char *tr_kept_pack(const tr_request_t *req);
/* Its fields in order, rows { name, value, label, shown }: `shown` for what people typed. */
tr_list_t *tr_kept_list(const char *kept, const char *path, apr_pool_t *pool);
/* Whether a path (it may have a query) is one of this site that a form can be posted to. */
int tr_kept_is_path(const char *path, apr_pool_t *pool);
/* Whether a path leads nowhere but to this site: "/x", not "//host", no control characters. */
int tr_path_is_local(const char *path);

#endif
