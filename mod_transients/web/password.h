/* password.h: another password for who is logged in.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_CHANGE_PASSWORD_H
#define TR_CHANGE_PASSWORD_H

#include "tr_web.h"

/* Puts new_hash in the place of old_hash, in one transaction with what follows from it: all
 * sessions of the account end, and the one that asks goes on under a new id. *ended is how many
 * others there were. TR_ECONFLICT: old_hash is not the account's any more. */
apr_status_t tr_password_change(tr_request_t *req, const char *old_hash, const char *new_hash,
                                int *ended);

#endif
