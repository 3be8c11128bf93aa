/* verdict.h: how a verdict came about, as its event keeps it, and what is said of it.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_PAGES_VERDICT_H
#define TR_PAGES_VERDICT_H

#include "../web/tr_web.h"

/* Sets from what the form brought: request_key, how ("page" where it says nothing), shown_at,
 * queue_mode, token. TR_EBAD: the request key is too long. */
apr_status_t tr_verdict_args(tr_request_t *req);
/* "Rated 412: 1, RFI", of a row with candidate_id, rating, classification; `verb`: "Rated". */
const char *tr_verdict_words(const char *verb, const tr_row_t *said, apr_pool_t *pool);
/* The event's number as req->args has it in event_id, told as JSON: what stands, how to undo
 * it, how far the reader is. */
apr_status_t tr_verdict_reply_rated(tr_request_t *req);
/* Sends `answer` as JSON, with how far the reader is in the queue of `project` (its
 * candidates', where the reader chose no other): sitting, left, left_capped, NULL where that
 * can't be read now: what was stored must not look lost for it. */
apr_status_t tr_verdict_reply(tr_request_t *req, tr_row_t *answer, apr_int64_t project);

#endif
