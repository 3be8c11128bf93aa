/* access.h: who may come.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_ACCESS_H
#define TR_ACCESS_H

#include "site.h"

/* Finds out who reads, and answers those who may not come: the login form (pages), 401 (API),
 * 403. The route table decides, whatever httpd's configuration requires besides. */
apr_status_t tr_access_check(tr_request_t *req);
/* What a page for readers (TR_READER) does not show to nobody may be there for somebody:
 * TR_ENOTFOUND is answered with the login form, whether there is such a thing or not. Any other
 * status is given back as it is. */
apr_status_t tr_access_ask_instead(tr_request_t *req, apr_status_t status);

#endif
