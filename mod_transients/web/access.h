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

#endif
