/* accept.h: what a client would rather have.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_ACCEPT_H
#define TR_ACCEPT_H

#include "tr_web.h"

/* What an Accept header (may be NULL) would rather have than a page; the types of tables count
 * only where `has_table`. */
tr_wants_e tr_accept(const char *accept, int has_table);
/* Whether it names text/html: a browser does. */
int tr_accept_html(const char *accept);

#endif
