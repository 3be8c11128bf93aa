/* throttle.c: see throttle.h; the counting itself is the statement login_try.
 *
 * SPDX-License-Identifier: MIT
 */
#include "throttle.h"

#include "authn.h"

#include <apr_strings.h>
#include <math.h>
#include <string.h>

/* free: failures in an hour that cost no delay; longest: the delay stops growing there, s. */
typedef struct limit_t {
    int free;
    int longest;
} limit_t;

static const limit_t name_here = { 5, 900 };
static const limit_t address = { 20, 900 };
static const limit_t name_anywhere = { 100, 20 };

/* The network that an address is in: people change addresses within it, and who has one
 * address of it can have others. /24 of IPv4, /64 of IPv6. */
static const char *network_of(const request_rec *r)
{
    const char *text = r->useragent_ip;
    const char *dot = strrchr(text, '.');
    const apr_sockaddr_t *addr = r->useragent_addr;
    const unsigned char *bytes;

    if (dot || !addr || addr->ipaddr_len != 16) {
        return apr_pstrndup(r->pool, text, dot ? (apr_size_t)(dot - text) : strlen(text));
    }
    bytes = addr->ipaddr_ptr;
    return apr_psprintf(r->pool, "%02x%02x:%02x%02x:%02x%02x:%02x%02x", bytes[0], bytes[1],
                        bytes[2], bytes[3], bytes[4], bytes[5], bytes[6], bytes[7]);
}

/* IPv6 counts by network: one customer has all of it. */
static const char *address_of(const request_rec *r)
{
    return strchr(r->useragent_ip, '.') ? r->useragent_ip : network_of(r);
}

/* The keys as array literals. Names and addresses hold nothing that an array literal would take
 * for its own: see tr_authn_is_name(). A name that can be no account's is counted by the
 * address alone, so that nobody fills the table. */
static tr_row_t *keys_of(const tr_request_t *req, const char *user)
{
    apr_pool_t *pool = req->pool;
    tr_row_t *row = tr_row_make(pool);
    const char *where = address_of(req->r);
    char *name = apr_pstrdup(pool, user);

    if (!tr_authn_is_name(user)) {
        tr_row_set(row, "keys", tr_text(apr_psprintf(pool, "{\"address:%s\"}", where)));
        tr_row_set(row, "free", tr_text(apr_psprintf(pool, "{%d}", address.free)));
        tr_row_set(row, "longest", tr_text(apr_psprintf(pool, "{%d}", address.longest)));
        tr_row_set(row, "count", tr_int(1));
        return row;
    }
    ap_str_tolower(name);
    tr_row_set(row, "keys",
               tr_text(apr_psprintf(pool, "{\"user:%s@%s\",\"address:%s\",\"user:%s\"}", name,
                                    network_of(req->r), where, name)));
    tr_row_set(row, "free",
               tr_text(apr_psprintf(pool, "{%d,%d,%d}", name_here.free, address.free,
                                    name_anywhere.free)));
    tr_row_set(row, "longest",
               tr_text(apr_psprintf(pool, "{%d,%d,%d}", name_here.longest, address.longest,
                                    name_anywhere.longest)));
    tr_row_set(row, "count", tr_int(3));
    return row;
}

static int whole_seconds(const tr_row_t *row)
{
    double wait = tr_row_real(row, "wait", 0);

    return wait > 0 ? (int)ceil(wait) : 0;
}

apr_status_t tr_throttle_look(tr_request_t *req, const char *user, int *wait_s)
{
    tr_row_t *row = NULL;
    apr_status_t status = tr_db_row(req->db, "login_wait", keys_of(req, user), &row,
                                    req->problem, req->pool);

    *wait_s = status == APR_SUCCESS ? whole_seconds(row) : 0;
    return status;
}

apr_status_t tr_throttle_try(tr_request_t *req, const char *user, int *wait_s)
{
    tr_row_t *keys = keys_of(req, user);
    tr_row_t *row = NULL;
    apr_status_t status = tr_db_row(req->db, "login_try", keys, &row, req->problem, req->pool);

    *wait_s = 0;
    if (status != APR_SUCCESS) {
        return status;
    }
    *wait_s = whole_seconds(row);
    if (*wait_s == 0 && tr_row_int(row, "counted", 0) < tr_row_int(keys, "count", 0)) {
        /* another try at the same time took the last free one */
        status = tr_throttle_look(req, user, wait_s);
        *wait_s = *wait_s > 0 ? *wait_s : 1;
    }
    return status;
}

apr_status_t tr_throttle_pass(tr_request_t *req, const char *user)
{
    apr_status_t status = tr_db_run(req->db, "login_passed", keys_of(req, user), NULL,
                                    req->problem, req->pool);

    return status == APR_SUCCESS
               ? tr_db_run(req->db, "login_purge", NULL, NULL, req->problem, req->pool)
               : status;
}
