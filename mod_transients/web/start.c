/* start.c: what happens before the first request: checks, and each child's gates.
 *
 * SPDX-License-Identifier: MIT
 */
#include "compile.h"
#include "dbd.h"
#include "export.h"
#include "secrets.h"
#include "simbad.h"
#include "version.h"

#include "../lib/tr_tap.h"
#include "../lib/tr_time.h"

#include <ap_mpm.h>
#include <apr_file_info.h>
#include <apr_file_io.h>
#include <apr_strings.h>
#include <http_core.h>
#include <http_log.h>
#include <mpm_common.h>
#include <sys/prctl.h>
#include <sys/resource.h>

APLOG_USE_MODULE(transients);

static int has_sites(server_rec *servers)
{
    for (; servers; servers = servers->next) {
        if (tr_site_of(servers)) {
            return 1;
        }
    }
    return 0;
}

/* Whether there is one that is not for its developers alone. */
static int has_production(server_rec *servers)
{
    for (; servers; servers = servers->next) {
        const tr_site_t *site = tr_site_of(servers);
        if (site && site->development != 1) {
            return 1;
        }
    }
    return 0;
}

static void report(server_rec *server, const tr_problem_t *problem)
{
    const apr_array_header_t *all = problem->complaints;

    for (int i = 0; i < all->nelts; i++) {
        const tr_complaint_t *complaint = &APR_ARRAY_IDX(all, i, tr_complaint_t);
        if (complaint->file) {
            ap_log_error(APLOG_MARK, APLOG_ERR | APLOG_STARTUP, 0, server, "%s:%d: %s",
                         complaint->file, complaint->line, complaint->words);
        }
        else {
            ap_log_error(APLOG_MARK, APLOG_ERR | APLOG_STARTUP, 0, server, "%s",
                         complaint->words);
        }
    }
}

static const char *document_root(const server_rec *server)
{
    const core_server_config *core = ap_get_core_module_config(server->module_config);

    return core->ap_document_root;
}

/* Runs for configtest, at start, and before a graceful restart. */
static int check_sites(apr_pool_t *conf, apr_pool_t *log, apr_pool_t *temp, server_rec *servers)
{
    int result = OK;

    (void)log;
    for (server_rec *server = servers; server; server = server->next) {
        tr_problem_t *problem = tr_problem_make(temp);
        tr_site_t *site = tr_site_writable(server);
        if (!site) {
            continue;
        }
        site->server = server;
        site->version = tr_version_text(document_root(server), conf);
        tr_compile_site(site, problem, conf);
        report(server, problem);
        result = tr_problem_count(problem) ? HTTP_INTERNAL_SERVER_ERROR : result;
    }
    if (has_production(servers)) {
        tr_problem_t *problem = tr_problem_make(temp);
        tr_secrets_check(problem, temp);
        report(servers, problem);
        result = tr_problem_count(problem) ? HTTP_INTERNAL_SERVER_ERROR : result;
    }
    if (has_sites(servers) && !tr_dbd_is_there()) {
        ap_log_error(APLOG_MARK, APLOG_ERR | APLOG_STARTUP, 0, servers,
                     "Transients On needs mod_dbd");
        result = HTTP_INTERNAL_SERVER_ERROR;
    }
    return result;
}

static int simbad_threads(const tr_site_t *site)
{
    return tr_simbad_is_on(site) ? site->simbad_max : 0;
}

/* Threads that wait for a database must leave some for static files and /healthz. */
static int check_threads(apr_pool_t *conf, apr_pool_t *log, apr_pool_t *temp,
                         server_rec *servers)
{
    int threads = 1;

    (void)conf, (void)log, (void)temp;
    ap_mpm_query(AP_MPMQ_MAX_THREADS, &threads);
    for (server_rec *server = servers; server && threads > 1; server = server->next) {
        const tr_site_t *site = tr_site_of(server);
        int waiting = site ? site->gate + site->gate_queue + simbad_threads(site) : 0;
        if (waiting >= threads) {
            ap_log_error(APLOG_MARK, APLOG_WARNING, 0, server,
                         "TransientsGate + TransientsGateQueue%s (%d) leave none of the %d "
                         "threads of a child for static files while the database is silent",
                         simbad_threads(site) ? " + TransientsSimbadMax" : "", waiting,
                         threads);
        }
    }
    return OK;
}

/* Longer than any upload or the making of a download lasts. */
#define SPOOL_AGE apr_time_from_sec(3600)

/* A child that was killed in the middle of its work has left its files behind. */
static void sweep(const char *place, apr_pool_t *pool)
{
    apr_time_t before = apr_time_now() - SPOOL_AGE;
    apr_finfo_t file;
    apr_dir_t *folder;

    if (apr_dir_open(&folder, place, pool) != APR_SUCCESS) {
        return;
    }
    while (apr_dir_read(&file, APR_FINFO_NAME, folder) == APR_SUCCESS) {
        const char *path = apr_pstrcat(pool, place, "/", file.name, NULL);

        if (apr_stat(&file, path, APR_FINFO_TYPE | APR_FINFO_MTIME | APR_FINFO_LINK, pool)
                == APR_SUCCESS
            && file.filetype == APR_REG && file.mtime < before) {
            apr_file_remove(path, pool);
        }
    }
    apr_dir_close(folder);
}

/* In the child, so that it belongs to httpd's user. */
static void make_folder(const tr_site_t *site, const char *path, const char *directive,
                        const char *what, apr_pool_t *pool)
{
    apr_status_t status = apr_dir_make_recursive(path, APR_UREAD | APR_UWRITE | APR_UEXECUTE,
                                                 pool);

    if (status != APR_SUCCESS) {
        ap_log_error(APLOG_MARK, APLOG_ERR, status, site->server,
                     "%s %s cannot be made: %s will fail", directive, path, what);
    }
}

/* A core file would hold the passwords and sessions of the requests in flight. Where
 * CoreDumpDirectory is set somebody looks for a fault and wants one. */
static void forbid_core_dumps(void)
{
    const struct rlimit none = { 0, 0 };

    if (!ap_coredumpdir_configured) {
        setrlimit(RLIMIT_CORE, &none);
        prctl(PR_SET_DUMPABLE, 0); /* a handler in core_pattern heeds no limit */
    }
}

static void open_sites(apr_pool_t *pool, server_rec *servers)
{
    if (has_sites(servers)) {
        forbid_core_dumps();
    }
    if (has_sites(servers) && tr_tap_start() != APR_SUCCESS) {
        ap_log_error(APLOG_MARK, APLOG_ERR, 0, servers, "libcurl can't be used: no SIMBAD");
    }
    for (server_rec *server = servers; server; server = server->next) {
        tr_site_t *site = tr_site_writable(server);
        if (site) {
            site->simbad = tr_simbad_state_make(pool);
            make_folder(site, site->spool, "TransientsSpool", "uploads", pool);
            make_folder(site, site->exports, "TransientsExport", "downloads", pool);
            sweep(site->spool, pool);
            sweep(site->exports, pool);
            site->export_limits = tr_export_limits_make(site, pool);
            site->source = tr_dbd_source_make(site, pool);
        }
    }
}

/* ERFA sets its table of leap seconds up at the first use, without a lock: so that is here,
 * before there are threads. */
static int warm_up(apr_pool_t *conf, apr_pool_t *log, apr_pool_t *temp, server_rec *servers)
{
    double mjd;

    (void)conf;
    (void)log;
    (void)temp;
    (void)servers;
    tr_time_mjd_from_gps(&mjd, 1e9);
    return OK;
}

void tr_start_hooks(apr_pool_t *pool)
{
    (void)pool;
    ap_hook_post_config(warm_up, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_check_config(check_sites, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_post_config(check_threads, NULL, NULL, APR_HOOK_MIDDLE);
    ap_hook_child_init(open_sites, NULL, NULL, APR_HOOK_LAST);
}
