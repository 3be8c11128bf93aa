/* headers.c: security headers on every answer: pages, static files, errors.
 *
 * They go to err_headers_out, which httpd sends with errors of its own too.
 *
 * SPDX-License-Identifier: MIT
 */
#include "headers.h"

#include <http_config.h>
#include <http_core.h>
#include <http_log.h>
#include <http_protocol.h>
#include <http_request.h>

typedef struct header_t {
    const char *name;
    const char *value;
} header_t;

static const header_t everywhere[] = {
    { "Content-Security-Policy",
      "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; "
      "font-src 'self'; connect-src 'self'; form-action 'self'; frame-ancestors 'none'; "
      "base-uri 'none'; manifest-src 'self'" },
    { "X-Content-Type-Options", "nosniff" },
    { "Referrer-Policy", "same-origin" },
    { "Cross-Origin-Opener-Policy", "same-origin" },
    { "Cross-Origin-Resource-Policy", "same-origin" },
    { "Cross-Origin-Embedder-Policy", "require-corp" },
    { "Permissions-Policy",
      "accelerometer=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), "
      "magnetometer=(), microphone=(), midi=(), payment=(), usb=()" },
    { "X-Permitted-Cross-Domain-Policies", "none" },
};

void tr_headers_set(tr_request_t *req)
{
    request_rec *r = req->r;

    for (size_t i = 0; i < sizeof everywhere / sizeof everywhere[0]; i++) {
        apr_table_setn(r->err_headers_out, everywhere[i].name, everywhere[i].value);
    }
    apr_table_setn(r->err_headers_out, "X-Request-Id", req->id);
}

/* From `trace4` on httpd logs every header: session ids and tokens are among them. */
static void keep_out_of_log(request_rec *r)
{
    const module *http = ap_find_linked_module("http_core.c");
    const struct ap_logconf *loud = ap_get_request_logconf(r);
    struct ap_logconf *quiet;

    if (http && ap_get_request_module_loglevel(r, http->module_index) >= APLOG_TRACE4) {
        quiet = ap_new_log_config(r->pool, loud);
        ap_set_module_loglevel(r->pool, quiet, http->module_index, APLOG_TRACE3);
        r->log = quiet;
    }
}

/* The first of all hooks: what fails later has its id and headers already. */
static int open_request(request_rec *r)
{
    tr_request_t *req = tr_request_of(r);

    if (req) {
        keep_out_of_log(r);
        tr_headers_set(req);
    }
    return DECLINED;
}

/* Once more: what <Location> says of logging has been put in the place of it by now. */
static int before_answer(request_rec *r)
{
    if (tr_request_of(r)) {
        keep_out_of_log(r);
    }
    return DECLINED;
}

void tr_headers_private(tr_request_t *req)
{
    apr_table_setn(req->r->err_headers_out, "Cache-Control", "private, no-store");
}

void tr_headers_hooks(apr_pool_t *pool)
{
    (void)pool;
    ap_hook_post_read_request(open_request, NULL, NULL, APR_HOOK_REALLY_FIRST);
    ap_hook_fixups(before_answer, NULL, NULL, APR_HOOK_REALLY_LAST);
}
