/* metadata.c: where an observation's metadata come from: service, metafits or a file.
 *
 * What the command line names goes before what happens to lie beside the table.
 *
 * SPDX-License-Identifier: MIT
 */
#include "metadata.h"

#include "metafits.h"
#include "observation.h"

#include <apr_file_info.h>
#include <apr_strings.h>

/* Each gives the fields, or NULL with a reason (NULL: there is none such). */
typedef apr_array_header_t *from_fn(tr_upload_metadata_t *metadata, const char *dir,
                                    const char *obs_id, const char **problem, apr_pool_t *pool);

static int is_folder(const char *path, apr_pool_t *pool)
{
    apr_finfo_t info;

    return apr_stat(&info, path, APR_FINFO_TYPE, pool) == APR_SUCCESS
           && info.filetype == APR_DIR;
}

static apr_array_header_t *from_metafits(tr_upload_metadata_t *metadata, const char *dir,
                                         const char *obs_id, const char **problem,
                                         apr_pool_t *pool)
{
    const char *path = metadata->metafits;

    (void)dir;
    if (path && is_folder(path, pool)) {
        path = tr_upload_metafits_find(path, obs_id, pool);
        *problem = path ? NULL
                        : apr_psprintf(pool, "no metafits of it in %s", metadata->metafits);
    }
    return path ? tr_upload_metafits_fields(path, obs_id, problem, pool) : NULL;
}

static apr_array_header_t *from_service(tr_upload_metadata_t *metadata, const char *dir,
                                        const char *obs_id, const char **problem,
                                        apr_pool_t *pool)
{
    (void)dir;
    if (!metadata->service.url) {
        return NULL;
    }
    if (metadata->is_silent) {
        *problem = "the metadata service did not answer before and is not asked again";
        return NULL;
    }
    return tr_upload_service_ask(&metadata->service, obs_id, &metadata->is_silent, problem,
                                 pool);
}

static apr_array_header_t *from_json(tr_upload_metadata_t *metadata, const char *dir,
                                     const char *obs_id, const char **problem, apr_pool_t *pool)
{
    (void)metadata;
    return tr_upload_observation_read(dir, obs_id, problem, pool);
}

static apr_array_header_t *from_metafits_beside(tr_upload_metadata_t *metadata, const char *dir,
                                                const char *obs_id, const char **problem,
                                                apr_pool_t *pool)
{
    const char *path = tr_upload_metafits_find(dir, obs_id, pool);

    (void)metadata;
    return path ? tr_upload_metafits_fields(path, obs_id, problem, pool) : NULL;
}

apr_array_header_t *tr_upload_metadata_read(tr_upload_metadata_t *metadata, const char *dir,
                                            const char *obs_id, const char **problem,
                                            apr_pool_t *pool)
{
    static from_fn *const sources[] = { from_metafits, from_service, from_json,
                                        from_metafits_beside };
    const char *reasons = NULL;

    for (size_t i = 0; i < sizeof sources / sizeof *sources; i++) {
        const char *reason = NULL;
        apr_array_header_t *fields = sources[i](metadata, dir, obs_id, &reason, pool);

        if (fields) {
            return fields;
        }
        if (reason) {
            reasons = reasons ? apr_pstrcat(pool, reasons, "; ", reason, NULL) : reason;
        }
    }
    *problem = reasons;
    return NULL;
}
