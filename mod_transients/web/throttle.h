/* throttle.h: wrong passwords cost time, counted in rows that all processes share.
 *
 * Three counts for each try: the name from this network, the address, and the
 * name from anywhere.  The last one is generous and short, so that somebody who
 * tries a name's passwords from elsewhere cannot lock its owner out.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_THROTTLE_H
#define TR_THROTTLE_H

#include "site.h"

/* Whether a password may be looked at now: *wait_s is 0, or the seconds to wait before the next
 * try. Where it may, the try is counted as a failure at once, so that many tries at the same
 * time gain nothing; tr_throttle_pass() takes that back. */
apr_status_t tr_throttle_try(tr_request_t *req, const char *user, int *wait_s);
/* The password was right. Also forgets old counts. */
apr_status_t tr_throttle_pass(tr_request_t *req, const char *user);

/* For authentication that repeats the password with each request (Basic), where many at the
 * same time are ordinary: only looks. A failure is then counted by tr_throttle_try(). */
apr_status_t tr_throttle_look(tr_request_t *req, const char *user, int *wait_s);

#endif
