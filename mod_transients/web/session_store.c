/* session_store.c: keeps mod_session's sessions in the table session.
 *
 * Three rules that the stores of httpd break: nothing is written for visitors; a
 * live session keeps its id when it is saved; a save changes a row that is there
 * and never makes one, so that a slow request cannot bring back what a logout
 * removed.  Only a login makes a row, always under a new id.
 *
 * mod_auth_form puts the password into the session.  It is taken out before
 * mod_session encodes the session, so that it is never at rest.
 *
 * SPDX-License-Identifier: MIT
 */
#include "session_store.h"

#include "../lib/tr_secret.h"

#include <apr_strings.h>
#include <http_core.h>
#include <http_log.h>
#include <http_protocol.h>
#include <http_request.h>
#include <mod_auth.h>
#include <string.h>
#include <util_cookies.h>

APLOG_USE_MODULE(transients);

enum {
    ID_LENGTH = 43,    /* 256 bits in base64url */
    AGENT_LENGTH = 200 /* bytes of User-Agent kept to tell sessions apart */
};

/* --- the cookie -------------------------------------------------------------------- */

static int is_https(const tr_site_t *site)
{
    return strncmp(site->url, "https://", 8) == 0;
}

/* The prefix makes browsers refuse the cookie from subdomains and over plain HTTP. */
static const char *cookie_name(const tr_site_t *site)
{
    return is_https(site) ? "__Host-transients_session" : "transients_session";
}

static int is_id(const char *text)
{
    return strlen(text) == ID_LENGTH
           && strspn(text, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_")
                  == ID_LENGTH;
}

static const char *hash_of(const char *id, apr_pool_t *pool)
{
    char *hash = apr_palloc(pool, TR_DIGEST_HEX);

    tr_digest_hex(id, strlen(id), hash);
    return hash;
}

const char *tr_session_cookie_hash(tr_request_t *req)
{
    const char *id = NULL;

    if (ap_cookie_read(req->r, cookie_name(req->site), &id, 0) != APR_SUCCESS || !id
        || !is_id(id)) {
        return NULL;
    }
    return hash_of(id, req->pool);
}

/* `more` is "; Max-Age=0" to take it back. It goes out with redirects and errors, too. */
static void set_cookie(tr_request_t *req, const char *id, const char *more)
{
    apr_table_addn(req->r->err_headers_out, "Set-Cookie",
                   apr_pstrcat(req->pool, cookie_name(req->site), "=", id,
                               "; Path=/; HttpOnly; SameSite=Lax",
                               is_https(req->site) ? "; Secure" : "", more, NULL));
}

/* --- rows -------------------------------------------------------------------------- */

/* mod_auth_form's names carry the realm. */
static const char *entry_name(request_rec *r, const char *name)
{
    const char *realm = ap_auth_name(r);

    return apr_pstrcat(r->pool, realm ? realm : "", "-", name, NULL);
}

static const char *agent_of(request_rec *r)
{
    const char *agent = apr_table_get(r->headers_in, "User-Agent");
    char *clean;

    if (!agent) {
        return "";
    }
    clean = apr_pstrndup(r->pool, agent, AGENT_LENGTH);
    for (char *c = clean; *c; c++) {
        if (*c < ' ' || *c > '~') {
            *c = '?';
        }
    }
    return clean;
}

static tr_row_t *row_of_new(tr_request_t *req, const session_rec *record, const char *user,
                            const char *id)
{
    tr_row_t *row = tr_row_make(req->pool);

    tr_row_set(row, "id_hash", tr_text(hash_of(id, req->pool)));
    tr_row_set(row, "old_hash", tr_text(tr_session_cookie_hash(req)));
    tr_row_set(row, "name", tr_text(user));
    tr_row_set(row, "data", tr_text(record->encoded ? record->encoded : ""));
    tr_row_set(row, "maximum", tr_real(req->site->session_maximum));
    tr_row_set(row, "address", tr_text(req->r->useragent_ip));
    tr_row_set(row, "agent", tr_text(agent_of(req->r)));
    return row;
}

static apr_status_t insert(tr_request_t *req, const tr_row_t *row)
{
    tr_row_t *begun;
    apr_status_t status = tr_db_begin(req->db, req->problem);

    if (status != APR_SUCCESS) {
        return status;
    }
    status = tr_db_row(req->db, "session_begin", row, &begun, req->problem, req->pool);
    if (status == APR_SUCCESS) {
        status = tr_db_commit(req->db, req->problem);
    }
    else {
        tr_db_rollback(req->db);
    }
    return status;
}

static apr_status_t begin(tr_request_t *req, const session_rec *record, const char *user)
{
    tr_session_t *session = tr_session_of(req->r);
    const char *id;
    apr_status_t status = tr_secret_make(&id, "", req->pool);

    if (status == APR_SUCCESS) {
        status = insert(req, row_of_new(req, record, user, id));
    }
    if (status == APR_SUCCESS) {
        session->begun = 1;
        set_cookie(req, id, "");
    }
    session->unknown = status == TR_ENOTFOUND;
    return status;
}

apr_status_t tr_session_make_id(tr_request_t *req, const char **id, const char **id_hash)
{
    apr_status_t status = tr_secret_make(id, "", req->pool);

    *id_hash = status == APR_SUCCESS ? hash_of(*id, req->pool) : NULL;
    return status;
}

void tr_session_go_by(tr_request_t *req, const char *id, const char *id_hash)
{
    tr_session_of(req->r)->id_hash = id_hash;
    set_cookie(req, id, "");
}

static apr_status_t keep(tr_request_t *req, const session_rec *record)
{
    tr_row_t *row = tr_row_make(req->pool);
    apr_status_t status;

    tr_row_set(row, "id_hash", tr_text(tr_session_of(req->r)->id_hash));
    tr_row_set(row, "data", tr_text(record->encoded ? record->encoded : ""));
    status = tr_db_run(req->db, "session_keep", row, NULL, req->problem, req->pool);
    tr_db_close(req->db); /* the answer is about to leave */
    return status;
}

apr_status_t tr_session_end(tr_request_t *req)
{
    const char *hash = tr_session_cookie_hash(req);
    tr_row_t *row = tr_row_make(req->pool);
    tr_row_t *ended;
    apr_status_t status;

    if (!hash) {
        return APR_SUCCESS;
    }
    tr_row_set(row, "id_hash", tr_text(hash));
    status = tr_db_begin(req->db, req->problem);
    if (status != APR_SUCCESS) {
        return status;
    }
    status = tr_db_row(req->db, "session_end", row, &ended, req->problem, req->pool);
    if (status == APR_SUCCESS || status == TR_ENOTFOUND) {
        status = tr_db_commit(req->db, req->problem);
    }
    if (status == APR_SUCCESS) {
        set_cookie(req, "", "; Max-Age=0");
    }
    return status;
}

/* --- mod_session's hooks ----------------------------------------------------------- */

static session_rec *make_record(tr_request_t *req, const tr_session_t *session)
{
    session_rec *record = apr_pcalloc(req->pool, sizeof *record);

    record->pool = req->pool;
    record->entries = apr_table_make(req->pool, 4);
    record->uuid = apr_pcalloc(req->pool, sizeof *record->uuid);
    if (session->row && !session->by_token) {
        record->encoded = tr_row_text(session->row, "data");
        apr_table_setn(record->entries, entry_name(req->r, MOD_SESSION_USER),
                       tr_row_text(session->row, "name"));
    }
    return record;
}

/* The same record each time: what was set on it must still be there when it is saved. A
 * database that is gone makes an empty one; the page says so when it asks for the reader. */
static apr_status_t load(request_rec *r, session_rec **record)
{
    tr_request_t *req = tr_request_of(r);
    tr_session_t *session;

    if (!req) {
        return DECLINED;
    }
    session = tr_session_of(r);
    if (!session->record) {
        tr_session_find(req);
        session->record = make_record(req, session);
    }
    *record = session->record;
    return OK;
}

/* Before mod_session's own encoding. */
static apr_status_t scrub(request_rec *r, session_rec *record)
{
    apr_table_unset(record->entries, entry_name(r, MOD_SESSION_PW));
    return OK;
}

static apr_status_t save(request_rec *r, session_rec *record)
{
    tr_request_t *req = tr_request_of(r);
    const tr_session_t *session;
    const char *user;

    if (!req) {
        return DECLINED;
    }
    session = tr_session_of(r);
    if (!record->dirty) {
        return OK;
    }
    if (session->row) {
        return session->by_token ? OK : keep(req, record);
    }
    user = apr_table_get(record->entries, entry_name(r, MOD_SESSION_USER));
    return user ? begin(req, record, user) : OK;
}

/* A form that was kept over a login is done with as soon as it was stored. */
static int forget_kept(request_rec *r)
{
    tr_request_t *req = r->method_number == M_POST && r->status < 400 ? tr_request_of(r) : NULL;
    tr_session_t *session = req ? tr_session_of(r) : NULL;
    const char *path;

    if (!session || !session->record || !session->row || session->by_token) {
        return DECLINED;
    }
    path = apr_table_get(session->record->entries, TR_KEPT_PATH);
    if (path && strncmp(path, r->uri, strcspn(path, "?")) == 0
        && strlen(r->uri) == strcspn(path, "?")) {
        tr_row_t *row = tr_row_make(req->pool);

        tr_row_set(row, "id_hash", tr_text(session->id_hash));
        tr_row_set(row, "data", tr_text(""));
        tr_db_set_deadline(req->db, apr_time_now() + apr_time_from_sec(1));
        tr_db_run(req->db, "session_keep", row, NULL, req->problem, req->pool);
        tr_db_close(req->db);
    }
    return DECLINED;
}

void tr_session_store_hooks(void)
{
    ap_hook_session_load(load, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_session_save(save, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_session_encode(scrub, NULL, NULL, APR_HOOK_REALLY_FIRST - 1);
    ap_hook_log_transaction(forget_kept, NULL, NULL, APR_HOOK_MIDDLE);
}

/* --- for pages --------------------------------------------------------------------- */

static session_rec *record_of(tr_request_t *req)
{
    APR_OPTIONAL_FN_TYPE(ap_session_load) *load_session = APR_RETRIEVE_OPTIONAL_FN(
        ap_session_load);
    session_rec *record = NULL;

    if (!load_session || load_session(req->r, &record) != APR_SUCCESS) {
        return NULL;
    }
    return record;
}

const char *tr_session_get(tr_request_t *req, const char *name)
{
    const session_rec *record = record_of(req);

    return record ? apr_table_get(record->entries, name) : NULL;
}

void tr_session_set(tr_request_t *req, const char *name, const char *value)
{
    session_rec *record = record_of(req);

    if (!record) {
        return;
    }
    if (value) {
        apr_table_set(record->entries, name, value);
    }
    else {
        apr_table_unset(record->entries, name);
    }
    record->dirty = 1;
}

int tr_session_has_user(tr_request_t *req)
{
    return tr_session_get(req, entry_name(req->r, MOD_SESSION_USER)) != NULL;
}

apr_status_t tr_session_store(tr_request_t *req)
{
    APR_OPTIONAL_FN_TYPE(ap_session_save) *save_session = APR_RETRIEVE_OPTIONAL_FN(
        ap_session_save);
    session_rec *record = record_of(req);
    apr_status_t status;

    if (!save_session || !record) {
        return tr_problem_add(req->problem, APR_EGENERAL,
                              "Nobody can log in: httpd's configuration lacks 'Session On'.");
    }
    status = save_session(req->r, record);
    if (status != APR_SUCCESS) {
        record->dirty = 0; /* not tried again behind the answer's back */
    }
    return status;
}
