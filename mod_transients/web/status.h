/* status.h: /healthz and /readyz.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_STATUS_H
#define TR_STATUS_H

#include "tr_web.h"

/* 200 "ok" while httpd answers; no database. For whoever restarts what hangs. */
apr_status_t tr_health_answer(tr_request_t *req);
/* 200 or 503 with JSON: { ready, reasons: [words], migration, code, connections: { most,
 * server } }. For whoever sends requests here. */
apr_status_t tr_ready_answer(tr_request_t *req);

#endif
