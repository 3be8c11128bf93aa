/* authz.c: `Require transients`: the route table decides who may come.
 *
 * Answers in httpd's own phase, so that any AuthType works: what is public is
 * granted without asking who it is; for the rest httpd is told that a user is
 * needed, and its authentication modules find one.  Only with form login a page
 * is granted to nobody, too: dispatch looks at the reader again and answers with
 * the login form, after reading what was posted, so that it is not lost.
 *
 * SPDX-License-Identifier: MIT
 */
#include "route.h"
#include "session.h"
#include "token.h"

#include <ap_provider.h>
#include <http_request.h>
#include <mod_auth.h>

/* A page with form login: whoever has a session is authenticated by it; nobody goes on to the
 * login form. A database that is gone goes on, too, to the page that says so. */
static authz_status check_form(tr_request_t *req)
{
    if (tr_session_find(req) == APR_SUCCESS && tr_session_of(req->r)->row) {
        return AUTHZ_DENIED_NO_USER;
    }
    return AUTHZ_GRANTED;
}

static authz_status check(request_rec *r, const char *line, const void *parsed)
{
    tr_request_t *req = tr_request_of(r);
    const tr_route_t *route = req ? req->route : NULL;

    (void)line;
    (void)parsed;
    if (!route || (route->access == TR_PUBLIC && !tr_route_is_api(route)) || r->user) {
        return AUTHZ_GRANTED;
    }
    if (tr_route_is_api(route) || tr_token_sent(r)) {
        return AUTHZ_DENIED_NO_USER;
    }
    if (tr_session_is_form(r)) {
        return check_form(req);
    }
    return route->access == TR_VISITOR ? AUTHZ_GRANTED : AUTHZ_DENIED_NO_USER;
}

static const authz_provider provider = { check, NULL };

void tr_authz_hooks(apr_pool_t *pool)
{
    ap_register_auth_provider(pool, AUTHZ_PROVIDER_GROUP, "transients", AUTHZ_PROVIDER_VERSION,
                              &provider, AP_AUTH_INTERNAL_PER_CONF);
}
