/* queue.h: the reader's queue of candidates to rate: its order, its filter, what comes next.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_PAGES_QUEUE_H
#define TR_PAGES_QUEUE_H

#include "../web/tr_web.h"

/* Sets what the queue's statements ask for: project, queue_filter, left_out. `project` is used
 * where the reader chose none; 0 for none. */
void tr_queue_args(tr_request_t *req, apr_int64_t project);
/* The next candidate of the reader's queue but `not_id`, which is leased to the reader from now
 * on; *id is 0 when none is left that nobody has before them. */
apr_status_t tr_queue_next(tr_request_t *req, apr_int64_t not_id, apr_int64_t *id);
/* Leases one that came back into the queue because the reader took a verdict back. A lease that
 * is not to be had is no failure. */
void tr_queue_hold(tr_request_t *req, apr_int64_t id);
/* To a candidate's page, or where there is none (0) to /next, which says so; `done` was rated
 * just now (0: nothing was). */
apr_status_t tr_queue_see(tr_request_t *req, apr_int64_t id, apr_int64_t done);
/* On to the next one but `from`. */
apr_status_t tr_queue_go_on(tr_request_t *req, apr_int64_t from, apr_int64_t done);

/* "unrated, random" for people, "unrated" alone, and "unrated random" for a verdict's event. */
const char *tr_queue_words(const tr_request_t *req);
const char *tr_queue_filter_words(const tr_request_t *req);
const char *tr_queue_mode(const tr_request_t *req);
/* The frequencies left out, "154, 185", MHz; NULL: none. */
const char *tr_queue_left_out(const tr_request_t *req);

#endif
