/* site.h: one virtual host's site, for the files of web/.
 *
 * A tr_site_t is made from the directives when httpd reads its configuration,
 * filled by the compiler (web/compile.c) in the check_config hook, and only
 * read after that, by all threads.  What changes (the gate) belongs to each
 * child process and is made in child_init.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_SITE_H
#define TR_SITE_H

#include "tr_web.h"

#include <apr_hash.h>
#include <http_config.h>

typedef struct tr_gate_t tr_gate_t;                   /* web/gate.h */
typedef struct tr_simbad_state_t tr_simbad_state_t; /* web/simbad.c */
typedef struct tr_export_limits_t tr_export_limits_t; /* web/export.h */

struct tr_site_t {
    /* Directives, see conf/transients.conf. Folders are absolute. */
    int on;
    int development;
    const char *build_log; /* file whose text pages show in development; "": none */
    const char *schema;    /* folder with columns.tsv and queries/ */
    const char *templates; /* folder */
    const char *docs;      /* folder of the help: *.md, help/, images/ */
    const char *media;     /* folder */
    const char *spool;     /* folder, same file system as media */
    const char *url;       /* "https://host", no slash at the end */
    const char *title;
    int deadline_ms; /* for the database, a request */
    int gate;        /* connections in use at once, a child */
    int gate_queue;  /* requests waiting for one at most, a child */
    int gate_wait_ms;
    int upload_limit;    /* bytes a file */
    int session_idle;    /* seconds */
    int session_maximum; /* seconds */
    int bcrypt_cost;
    int auto_account;
    const char *simbad_url; /* of its TAP service; "": SIMBAD is not asked */
    int simbad_timeout_ms;
    int simbad_days;        /* an answer is shown so long without asking again */
    int simbad_max;         /* asking at once, a child */
    const char *exports;    /* folder of downloads while they are made */
    int export_number;      /* made at once, a child */
    int export_space;       /* MB that they may take, a child */
    int export_deadline_ms; /* for the database, one of them */

    /* Made by the compiler. */
    server_rec *server;
    const char *version; /* the module's, and when a static file was last changed */
    const tr_columns_t *columns;
    const tr_statements_t *statements;
    apr_hash_t *compiled; /* tr_template_t by file name */
    apr_hash_t *fields;   /* const tr_field_t[] by const tr_route_t *: with the listing's */

    /* This child's. */
    tr_gate_t *limits;
    tr_export_limits_t *export_limits;
    const tr_db_source_t *source;
    tr_simbad_state_t *simbad;
};

extern module AP_MODULE_DECLARE_DATA transients_module;

/* The site of a virtual host; NULL where Transients is off. */
const tr_site_t *tr_site_of(const server_rec *server);
/* The same, with room to write: for start and child_init only. */
tr_site_t *tr_site_writable(const server_rec *server);

/* What is known of a request: made on first use (post_read_request at the latest), kept with
 * the request_rec; NULL where Transients is off. After an internal redirect it is a new one
 * with the same id. A subrequest has its own. `route` is NULL until translate_name and where
 * nothing matches. */
tr_request_t *tr_request_of(request_rec *r);

/* ---- what session.c, token.c and pages/login.c give the rest of web/ ---- */

/* Fills req->reader from what the authentication hooks found for this request, or looks the
 * session up (TR_VISITOR). Nobody: reader.id stays 0 and APR_SUCCESS. A name without an account
 * or a disabled account: TR_EBAD with words for a 403. Called once a request, before access is
 * decided; sets reader and actor on req->db. */
apr_status_t tr_session_reader(tr_request_t *req);
/* Answers a page request of nobody: the login form (401), with what was posted kept in it
 * (req->input holds the checked-for-cleanness body of a POST). Pages only, never the API. */
apr_status_t tr_login_required(tr_request_t *req);

/* Each file with hooks has one of these; mod_transients.c calls them. */
void tr_session_hooks(apr_pool_t *pool);
void tr_authn_hooks(apr_pool_t *pool);
void tr_authz_hooks(apr_pool_t *pool);
void tr_token_hooks(apr_pool_t *pool);
void tr_cross_site_hooks(apr_pool_t *pool);
void tr_host_hooks(apr_pool_t *pool);
void tr_start_hooks(apr_pool_t *pool);
void tr_dispatch_hooks(apr_pool_t *pool);
void tr_dbd_hooks(apr_pool_t *pool);
void tr_error_hooks(apr_pool_t *pool);
void tr_headers_hooks(apr_pool_t *pool);

#endif
