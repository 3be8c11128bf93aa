/* tr_invite.h: the secret of a link by which a password is set.
 *
 * It stands behind the # of an address, which browsers send to nobody: no log, no
 * Referer and no proxy has it.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_INVITE_H
#define TR_INVITE_H

#include "tr_secret.h"

#include "tr_value.h"

#define TR_INVITE_HOURS     72 /* how long a link opens: a weekend */
#define TR_INVITE_HOURS_MAX 744

/* Makes one; *link is its address below `site` ("https://host" or ""), and args gets `hash`.
 * The secret is kept nowhere else. */
apr_status_t tr_invite_make(const char **link, const char *site, tr_row_t *args,
                            tr_problem_t *problem, apr_pool_t *pool);
/* sha256 of a secret as it was typed or pasted: the whole link does as well, and blanks around
 * it. NULL: it is none. */
const char *tr_invite_hash(const char *typed, apr_pool_t *pool);

#endif
