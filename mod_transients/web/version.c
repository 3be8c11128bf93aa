/* version.c: looks for the youngest static file when the site starts.
 *
 * SPDX-License-Identifier: MIT
 */
#include "version.h"

#include <apr_file_info.h>
#include <apr_strings.h>

/* css/, js/ and what is in them; a link that leads back up must not keep us for ever. */
#define MAX_DEPTH 4

static apr_time_t youngest(const char *folder, int depth, apr_pool_t *pool);

static apr_time_t time_of(const char *folder, const apr_finfo_t *info, int depth,
                          apr_pool_t *pool)
{
    if (*info->name == '.') {
        return 0;
    }
    if (info->filetype == APR_DIR && depth < MAX_DEPTH) {
        return youngest(apr_pstrcat(pool, folder, "/", info->name, NULL), depth + 1, pool);
    }
    return info->filetype == APR_REG ? info->mtime : 0;
}

static apr_time_t youngest(const char *folder, int depth, apr_pool_t *pool)
{
    const apr_int32_t wanted = APR_FINFO_NAME | APR_FINFO_TYPE | APR_FINFO_MTIME;
    apr_time_t newest = 0;
    apr_finfo_t info;
    apr_dir_t *dir;
    apr_status_t status = apr_dir_open(&dir, folder, pool);

    if (status != APR_SUCCESS) {
        return 0;
    }
    while ((status = apr_dir_read(&info, wanted, dir)) == APR_SUCCESS
           || status == APR_INCOMPLETE) {
        apr_time_t time = time_of(folder, &info, depth, pool);
        newest = time > newest ? time : newest;
    }
    apr_dir_close(dir);
    return newest;
}

const char *tr_version_text(const char *folder, apr_pool_t *pool)
{
    apr_time_t newest = folder ? youngest(folder, 0, pool) : 0;

    return apr_psprintf(pool, "%s-%" APR_UINT64_T_HEX_FMT, TR_VERSION,
                        (apr_uint64_t)apr_time_sec(newest));
}
