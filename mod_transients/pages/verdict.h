/* verdict.h: how a verdict came about, as its event keeps it.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_PAGES_VERDICT_H
#define TR_PAGES_VERDICT_H

#include "../web/tr_web.h"

/* Sets from what the form brought: request_key, how ("page" where it says nothing), shown_at,
 * queue_mode, token. TR_EBAD: the request key is too long. */
apr_status_t tr_verdict_args(tr_request_t *req);

#endif
