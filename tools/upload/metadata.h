/* metadata.h: where an observation's metadata come from: service, metafits or a file.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_UPLOAD_METADATA_H
#define TR_UPLOAD_METADATA_H

#include "service.h"

typedef struct tr_upload_metadata_t {
    tr_upload_service_t service; /* url NULL: it is not asked */
    const char *metafits; /* a metafits or a folder of them, NULL for none besides `dir`'s */
    int is_silent;        /* the service did not answer: it is not asked again */
} tr_upload_metadata_t;

/* The fields of POST /observation_create/, from the first that has them: the metafits named or
 * in the folder named, the service, then <obs_id>.json and a metafits in `dir`. NULL with all
 * the reasons in `problem`. */
apr_array_header_t *tr_upload_metadata_read(tr_upload_metadata_t *metadata, const char *dir,
                                            const char *obs_id, const char **problem,
                                            apr_pool_t *pool);

#endif
