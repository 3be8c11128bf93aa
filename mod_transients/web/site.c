/* site.c: how the rest gets at a site.
 *
 * SPDX-License-Identifier: MIT
 */
#include "site.h"

#include "../lib/tr_secret.h"

tr_site_t *tr_site_writable(const server_rec *server)
{
    tr_site_t *site = ap_get_module_config(server->module_config, &transients_module);

    return site && site->on == 1 ? site : NULL;
}

const tr_site_t *tr_site_of(const server_rec *server)
{
    return tr_site_writable(server);
}

const tr_columns_t *tr_site_columns(const tr_site_t *site)
{
    return site->columns;
}

const char *tr_site_media(const tr_site_t *site)
{
    return site->media;
}

const char *tr_site_docs(const tr_site_t *site)
{
    return site->docs;
}

int tr_site_session_idle(const tr_site_t *site)
{
    return site->session_idle;
}

const char *tr_site_url(const tr_site_t *site)
{
    return site->url;
}

apr_status_t tr_site_hash(tr_request_t *req, const char **hash, const char *password)
{
    apr_status_t status;

    tr_db_close(req->db);
    status = tr_password_hash(hash, password, req->site->bcrypt_cost, req->problem, req->pool);
    tr_db_set_deadline(req->db, apr_time_now() + apr_time_from_msec(req->site->deadline_ms));
    return status;
}

const char *tr_reader_setting(const tr_request_t *req, const char *name)
{
    const tr_value_t *value = req->reader.row ? tr_row_get(req->reader.row, name) : NULL;

    return value && value->kind != TR_NULL ? tr_value_to_text(value, req->pool) : NULL;
}
