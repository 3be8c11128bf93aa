/* authn.h: passwords: the provider `transients`, and logging in.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_AUTHN_H
#define TR_AUTHN_H

#include "site.h"

typedef struct tr_login_t {
    int passed;  /* there is a session now, its cookie stands in the answer's headers */
    int wait_s;  /* too many wrong passwords: seconds until the next try, else 0 */
    int unknown; /* right password, but no account of that name here */
} tr_login_t;

/* Lets mod_auth_form check a name and a password by whatever providers it is configured with,
 * and makes the session. Wrong: APR_SUCCESS without `passed`. Only for a request of a public
 * route, so that no session is loaded. */
apr_status_t tr_authn_login(tr_request_t *req, const char *user, const char *password,
                            tr_login_t *login);

typedef struct tr_confirm_t {
    const char *hash; /* the account's, when the password is right; else NULL */
    int wait_s;       /* too many wrong passwords: seconds until the next try, else 0 */
} tr_confirm_t;

/* Asks who is logged in for the password once more: counted, noted and as slow as a login. An
 * account without a password here is always wrong. */
apr_status_t tr_authn_confirm(tr_request_t *req, const char *password, tr_confirm_t *confirm);

/* Whether text can be an account's name: [A-Za-z0-9_.@+-]{1,64}. */
int tr_authn_is_name(const char *text);

#endif
