/* export_file.c: a statement's rows made into a file, within limits.
 *
 * How many are made at once is limited, for each holds a connection and a
 * thread; so is what they take on the disk, which lasts until the last reader
 * has the last byte.
 *
 * SPDX-License-Identifier: MIT
 */
#include "export.h"

#include "request.h"

#include <apr_strings.h>
#include <apr_thread_mutex.h>
#include <http_core.h>
#include <unistd.h>

/* Rows between two looks at the file's size. */
#define ROWS_A_LOOK 256
#define MEGABYTE    1000000

struct tr_export_limits_t {
    apr_thread_mutex_t *mutex;
    int most, running;
    apr_off_t space, taken; /* bytes */
};

/* One file while it is made, and its bytes while it is sent. */
typedef struct making_t {
    tr_export_limits_t *limits;
    apr_pool_t *pool;
    const char *path; /* NULL: it has no name any more */
    tr_table_t *table;
    apr_off_t taken; /* of the limit */
    int unlooked;    /* rows since the last look */
} making_t;

tr_export_limits_t *tr_export_limits_make(const tr_site_t *site, apr_pool_t *pool)
{
    tr_export_limits_t *limits = apr_pcalloc(pool, sizeof *limits);

    limits->most = site->export_number;
    limits->space = (apr_off_t)site->export_space * MEGABYTE;
    return apr_thread_mutex_create(&limits->mutex, APR_THREAD_MUTEX_DEFAULT, pool)
                   == APR_SUCCESS
               ? limits
               : NULL;
}

/* ---- limits ---- */

static int enter(tr_export_limits_t *limits)
{
    int may;

    apr_thread_mutex_lock(limits->mutex);
    may = limits->running < limits->most;
    limits->running += may;
    apr_thread_mutex_unlock(limits->mutex);
    return may;
}

static void leave(tr_export_limits_t *limits)
{
    apr_thread_mutex_lock(limits->mutex);
    limits->running--;
    apr_thread_mutex_unlock(limits->mutex);
}

/* Counts the file as that large; false: there is no room for it. */
static int take_room(making_t *making, apr_off_t size)
{
    tr_export_limits_t *limits = making->limits;
    int fits;

    apr_thread_mutex_lock(limits->mutex);
    limits->taken += size - making->taken;
    making->taken = size;
    fits = limits->taken <= limits->space;
    apr_thread_mutex_unlock(limits->mutex);
    return fits;
}

static apr_status_t give_up(void *baton)
{
    making_t *making = baton;

    take_room(making, 0);
    if (making->path) {
        unlink(making->path);
    }
    return APR_SUCCESS;
}

/* ---- making ---- */

/* Words for people, who can do something about it. */
static apr_status_t refuse(tr_request_t *req, apr_status_t status, const char *words)
{
    tr_state_of(req)->own_words = 1;
    return tr_problem_add(req->problem, status, "%s", words);
}

static apr_status_t look(making_t *making, tr_problem_t *problem)
{
    making->unlooked = 0;
    if (take_room(making, tr_table_size(making->table))) {
        return APR_SUCCESS;
    }
    return tr_problem_add(problem, TR_EFULL,
                          "The downloads that are being made are larger than this site has "
                          "room for. Narrow this one by filters, or try again later.");
}

static apr_status_t add_row(void *baton, const tr_table_cell_t *cells, tr_problem_t *problem)
{
    making_t *making = baton;
    apr_status_t status = tr_table_add(making->table, cells, problem);

    if (status == APR_SUCCESS && ++making->unlooked >= ROWS_A_LOOK) {
        status = look(making, problem);
    }
    return status;
}

static apr_status_t write_rows(making_t *making, tr_request_t *req, const char *statement,
                               tr_export_file_t *out)
{
    apr_status_t status = tr_db_each(req->db, statement, req->args, add_row, making,
                                     req->problem, making->pool);

    tr_db_close(req->db);
    return status == APR_SUCCESS ? tr_table_close(making->table, &out->rows, req->problem)
                                 : status;
}

static int sendfile_flag(request_rec *r)
{
    const core_dir_config *core = ap_get_core_module_config(r->per_dir_config);

    return AP_SENDFILE_ENABLED(core->enable_sendfile) ? APR_FOPEN_SENDFILE_ENABLED : 0;
}

static apr_status_t open_unnamed(making_t *making, tr_request_t *req, tr_export_file_t *out)
{
    apr_finfo_t info = { 0 };
    apr_status_t status = apr_file_open(
        &out->file, making->path, APR_FOPEN_READ | APR_FOPEN_BINARY | sendfile_flag(req->r), 0,
        req->pool);

    if (status == APR_SUCCESS) {
        status = apr_file_info_get(&info, APR_FINFO_SIZE, out->file);
    }
    out->size = info.size;
    take_room(making, info.size);
    unlink(making->path);
    making->path = NULL;
    return status;
}

static apr_status_t make(making_t *making, tr_request_t *req, const char *statement,
                         tr_table_format_e format, const tr_table_head_t *head,
                         tr_export_file_t *out)
{
    apr_status_t status;

    making->path = apr_pstrcat(req->pool, req->site->exports, "/", tr_random_hex(16, req->pool),
                               NULL);
    status = tr_table_open(&making->table, format, head, making->path, req->problem,
                           making->pool);
    if (status == APR_SUCCESS) {
        status = write_rows(making, req, statement, out);
    }
    return status == APR_SUCCESS ? open_unnamed(making, req, out) : status;
}

/* The page's own deadline was for the needs; a connection is lent for a time, so it is lent
 * anew. */
static void set_deadline(tr_request_t *req)
{
    tr_db_close(req->db);
    tr_db_set_deadline(req->db,
                       apr_time_now() + apr_time_from_msec(req->site->export_deadline_ms));
}

apr_status_t tr_export_file_make(tr_export_file_t *out, tr_request_t *req,
                                 const char *statement, tr_table_format_e format,
                                 const tr_table_head_t *head)
{
    making_t *making = apr_pcalloc(req->pool, sizeof *making);
    apr_status_t status;

    making->limits = req->site->export_limits;
    if (!enter(making->limits)) {
        return refuse(req, TR_EBUSY,
                      "As many downloads as this site makes at once are being made.");
    }
    apr_pool_cleanup_register(req->pool, making, give_up, apr_pool_cleanup_null);
    apr_pool_create(&making->pool, req->pool);
    set_deadline(req);
    status = make(making, req, statement, format, head, out);
    tr_db_close(req->db);
    leave(making->limits);
    apr_pool_destroy(making->pool);
    making->pool = req->pool;
    if (status != APR_SUCCESS) { /* others may need the room before this answer is read */
        apr_pool_cleanup_run(req->pool, making, give_up);
    }
    if (status == TR_EFULL) {
        tr_state_of(req)->own_words = 1;
    }
    return status;
}
