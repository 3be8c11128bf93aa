/* host.c: refuses requests for a host that is not this site's (421).
 *
 * Whose name a request bears is the client's to choose.  Here nothing is made of
 * it, yet an address that somebody else's name leads to must not work either:
 * a page there could read what a reader's browser gets (DNS rebinding).
 *
 * SPDX-License-Identifier: MIT
 */
#include "site.h"

#include <apr_strings.h>
#include <http_log.h>
#include <http_protocol.h>
#include <string.h>

APLOG_USE_MODULE(transients);

/* Asked by load balancers and containers by whatever name or number they know. */
static int is_asked_by_machines(const request_rec *r)
{
    return r->uri && (!strcmp(r->uri, "/healthz") || !strcmp(r->uri, "/readyz"));
}

/* Whether `address` ("https://host:port") is of this host. */
static int is_host_of(const char *address, const char *host)
{
    const char *begin = strstr(address, "://");
    apr_size_t len = strlen(host);

    if (!begin) {
        return 0;
    }
    begin += 3;
    if (*begin == '[') {
        begin++; /* httpd gives an IPv6 address without its brackets */
    }
    return strncasecmp(begin, host, len) == 0 && strchr(":/]", begin[len]);
}

static int is_among(const apr_array_header_t *names, const char *host)
{
    for (int i = 0; names && i < names->nelts; i++) {
        if (ap_strcasecmp_match(host, APR_ARRAY_IDX(names, i, const char *)) == 0) {
            return 1;
        }
    }
    return 0;
}

/* By the site's own address, by ServerName and by each ServerAlias. */
static int is_known(const tr_request_t *req, const char *host)
{
    const server_rec *server = req->r->server;

    return (req->site->url && is_host_of(req->site->url, host))
           || (server->server_hostname && !strcasecmp(server->server_hostname, host))
           || is_among(server->names, host) || is_among(server->wild_names, host);
}

static int check(request_rec *r)
{
    tr_request_t *req = tr_request_of(r);

    /* HTTP/1.0 may do without a name */
    if (!req || !r->hostname || is_asked_by_machines(r) || is_known(req, r->hostname)) {
        return DECLINED;
    }
    ap_log_rerror(APLOG_MARK, APLOG_INFO, 0, r, "refused: a request for the host %s",
                  r->hostname);
    tr_problem_add(req->problem, TR_EBAD, "This site does not answer by that name.");
    return HTTP_MISDIRECTED_REQUEST;
}

/* Before any other hook makes something of the request. */
void tr_host_hooks(apr_pool_t *pool)
{
    (void)pool;
    ap_hook_post_read_request(check, NULL, NULL, APR_HOOK_FIRST - 1);
}
