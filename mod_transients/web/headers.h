/* headers.h: what every answer of a site says, whoever makes it.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_HEADERS_H
#define TR_HEADERS_H

#include "site.h"

/* Sets them on this answer; more than once does no harm. */
void tr_headers_set(tr_request_t *req);
/* What only a logged-in reader may see is kept by nobody. */
void tr_headers_private(tr_request_t *req);

#endif
