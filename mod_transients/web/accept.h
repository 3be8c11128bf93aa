/* accept.h: what a client would rather have.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_ACCEPT_H
#define TR_ACCEPT_H

/* Whether an Accept header (may be NULL) asks for application/json before text/html. */
int tr_accept_json(const char *accept);

#endif
