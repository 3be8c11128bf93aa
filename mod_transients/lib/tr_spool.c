/* tr_spool.c: file parts of a body, written as they arrive.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_part.h"

#include <apr_portable.h>
#include <apr_strings.h>

/* Gone already when it was moved to its home: that is no error. */
static apr_status_t spool_remove(void *path)
{
    apr_file_remove(path, NULL);
    return APR_SUCCESS;
}

static apr_status_t spool_failed(apr_status_t rv, tr_problem_t *problem)
{
    char room[120];
    apr_status_t status = APR_STATUS_IS_ENOSPC(rv) ? TR_EFULL : rv;

    problem->detail = apr_pstrdup(problem->pool, apr_strerror(rv, room, sizeof room));
    return tr_problem_add(problem, status,
                          status == TR_EFULL
                              ? "There is no space left for the file. Nothing was stored."
                              : "The file could not be stored here. Nothing was stored.");
}

/* apr_file_mktemp() makes the file with O_EXCL and mode 0600. */
apr_status_t tr_spool_open(apr_file_t **file, const char **path, const char *folder,
                           tr_problem_t *problem, apr_pool_t *pool)
{
    char *name = apr_pstrcat(pool, folder, "/upload-XXXXXX", NULL);
    apr_status_t rv = apr_file_mktemp(
        file, name, APR_FOPEN_CREATE | APR_FOPEN_EXCL | APR_FOPEN_WRITE | APR_FOPEN_BINARY,
        pool);

    if (rv != APR_SUCCESS) {
        return spool_failed(rv, problem);
    }
    apr_pool_cleanup_register(pool, name, spool_remove, apr_pool_cleanup_null);
    *path = name;
    return APR_SUCCESS;
}

apr_status_t tr_spool_write(apr_file_t *file, const char *data, apr_size_t len,
                            tr_problem_t *problem)
{
    apr_status_t rv = apr_file_write_full(file, data, len, NULL);

    return rv == APR_SUCCESS ? APR_SUCCESS : spool_failed(rv, problem);
}
