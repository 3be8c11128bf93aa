/* session.h: who asks: a session's row, a token's, or an account that httpd named.
 *
 * What was found stays with the request (tr_session_of), so that the database
 * is asked once whoever wants to know first: the authentication hook, mod_session,
 * or the page.  mod_session's entries live here too while a request lasts.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_SESSION_H
#define TR_SESSION_H

#include "site.h"

#include <mod_session.h>

typedef struct tr_session_t {
    int asked;           /* the cookie was looked at, `status` and `row` say what came of it */
    apr_status_t status; /* of asking the database */
    tr_row_t *row;       /* account_for_session or account_for_token; NULL: nobody */
    int by_token;        /* row is a token's */
    const char *id_hash; /* sha256 of the cookie, NULL without a well-formed cookie */
    session_rec *record; /* mod_session's, made on first use */
    int begun;           /* this request made the session: a login */
    int unknown;         /* a login by a name that has no account here */
} tr_session_t;

/* What is known so far; never NULL. */
tr_session_t *tr_session_of(request_rec *r);
/* Looks the cookie's session up, once a request. Nobody: APR_SUCCESS and a NULL row. */
apr_status_t tr_session_find(tr_request_t *req);
/* Whether httpd's configuration for this request says that mod_auth_form is in charge. */
int tr_session_is_form(request_rec *r);
/* Ends the session that the cookie names, and takes the cookie back. */
apr_status_t tr_session_end(tr_request_t *req);

/* Whether mod_auth_form has put a user into mod_session's record. */
int tr_session_has_user(tr_request_t *req);
/* Stores what mod_session's record holds now, as a session under a new id when somebody has
 * just logged in. TR_ENOTFOUND: the name has no account here. */
apr_status_t tr_session_store(tr_request_t *req);
/* A value that this session carries from one request to another; NULL for none. */
const char *tr_session_get(tr_request_t *req, const char *name);
/* Sets it (NULL: drops it); stored by tr_session_store(), or when the answer goes out. */
void tr_session_set(tr_request_t *req, const char *name, const char *value);

/* Names of what is carried: a form that was posted after its session had ended. */
#define TR_KEPT_PATH   "kept_path"
#define TR_KEPT_FIELDS "kept"

#endif
