/* tr_sweep.c: the pictures of removed candidates go after their rows.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_sweep.h"

#include "tr_buf.h"

#include <apr_file_io.h>
#include <apr_strings.h>

typedef struct sweep_t {
    const char *folder;
    int listed;  /* in this batch */
    int removed; /* in this batch */
    apr_pool_t *pool;
} sweep_t;

/* What cannot be removed is as if it were: transients-admin check --media finds it. */
static void remove_file(sweep_t *sweep, const char *name)
{
    const char *path = apr_psprintf(sweep->pool, "%s/%.2s/%s", sweep->folder, name, name);

    sweep->removed += apr_file_remove(path, sweep->pool) == APR_SUCCESS;
}

static const char *names_of(const tr_list_t *rows, apr_pool_t *pool)
{
    tr_buf_t *names = tr_buf_make(256, pool);

    for (int i = 0; i < rows->count; i++) {
        tr_buf_printf(names, "%c%s", i ? ',' : '{', tr_row_text(rows->rows[i], "name"));
    }
    tr_buf_putc(names, '}');
    return names->data;
}

/* With the media held, an upload has either committed its row or has not yet looked for its
 * file: what nobody has then can go. */
static apr_status_t sweep_some(tr_db_t *db, void *baton, tr_problem_t *problem)
{
    sweep_t *sweep = baton;
    tr_row_t *args = tr_row_make(sweep->pool), *row;
    tr_list_t *rows = NULL;
    apr_status_t status = tr_db_row(db, "media_hold", NULL, &row, problem, sweep->pool);

    if (status == APR_SUCCESS) {
        status = tr_db_rows(db, "removed_media_some", NULL, &rows, problem, sweep->pool);
    }
    if (status != APR_SUCCESS || !rows || !rows->count) {
        return status;
    }
    for (int i = 0; i < rows->count; i++) {
        if (!tr_row_flag(rows->rows[i], "used")) {
            remove_file(sweep, tr_row_text(rows->rows[i], "name"));
        }
    }
    sweep->listed = rows->count;
    tr_row_set(args, "names", tr_text(names_of(rows, sweep->pool)));
    return tr_db_row(db, "removed_media_done", args, &row, problem, sweep->pool);
}

apr_status_t tr_sweep(tr_db_t *db, const char *folder, int *removed, tr_problem_t *problem,
                      apr_pool_t *pool)
{
    sweep_t sweep = { .folder = folder };
    apr_status_t status = APR_SUCCESS;

    *removed = 0;
    apr_pool_create(&sweep.pool, pool);
    do {
        sweep.listed = sweep.removed = 0;
        status = tr_db_transaction(db, sweep_some, &sweep, problem);
        *removed += sweep.removed;
        apr_pool_clear(sweep.pool);
    } while (status == APR_SUCCESS && sweep.listed);
    apr_pool_destroy(sweep.pool);
    return status;
}
