/* cross_site.c: refuses what another site makes a browser send.
 *
 * The rule is that of Go's http.CrossOriginProtection: a request that may change
 * something must come from this origin, by Sec-Fetch-Site where the browser says
 * it, else by Origin.  Neither header: no browser, so nobody's cookies are being
 * abused.  A token is not sent by a browser on its own, so such requests pass.
 *
 * SPDX-License-Identifier: MIT
 */
#include "audit.h"
#include "token.h"

#include <http_log.h>
#include <http_protocol.h>
#include <http_request.h>
#include <string.h>

APLOG_USE_MODULE(transients);

static int is_safe(const request_rec *r)
{
    return r->method_number == M_GET || r->method_number == M_OPTIONS;
}

/* Whether "https://host:port" names the host that the request went to, or the site's own
 * address (a proxy may have changed Host). */
static int is_own(const tr_request_t *req, const char *origin)
{
    const char *host = apr_table_get(req->r->headers_in, "Host");
    const char *mark = strstr(origin, "://");

    if (req->site->url && strcasecmp(origin, req->site->url) == 0) {
        return 1;
    }
    return host && mark && strcasecmp(mark + 3, host) == 0;
}

static int is_cross_site(const tr_request_t *req)
{
    const char *fetch = apr_table_get(req->r->headers_in, "Sec-Fetch-Site");
    const char *origin = apr_table_get(req->r->headers_in, "Origin");

    if (fetch && *fetch) {
        return strcasecmp(fetch, "same-origin") != 0 && strcasecmp(fetch, "none") != 0;
    }
    return origin && !is_own(req, origin);
}

static int check(request_rec *r)
{
    tr_request_t *req = tr_request_of(r);

    if (!req || is_safe(r) || tr_token_sent(r) || !is_cross_site(req)) {
        return DECLINED;
    }
    ap_log_rerror(APLOG_MARK, APLOG_INFO, 0, r, "refused: %s %s sent by another site",
                  r->method, r->uri);
    tr_audit_refused(req, "cross-site", "Sent by another site.", NULL);
    tr_problem_add(req->problem, TR_EBAD,
                   "Another site asked your browser to send this, so nothing was done. If you "
                   "meant it, open this site and do it here.");
    return HTTP_FORBIDDEN;
}

/* Before any module looks at the body; web/request.c makes the request at REALLY_FIRST. */
void tr_cross_site_hooks(apr_pool_t *pool)
{
    static const char *const before[] = { "mod_remoteip.c", NULL }; /* whose address it is */

    (void)pool;
    ap_hook_post_read_request(check, before, NULL, APR_HOOK_FIRST);
}
