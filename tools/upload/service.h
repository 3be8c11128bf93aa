/* service.h: the MWA's metadata service, asked for one observation.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_UPLOAD_SERVICE_H
#define TR_UPLOAD_SERVICE_H

#include "fields.h"

typedef struct tr_upload_service_t {
    const char *url;     /* the observation's id is added as its parameter obsid */
    const char *ca_file; /* certificates to trust, NULL for the system's */
    int tries;
    /* Told of each try that is going to be repeated; may be NULL. */
    void (*on_retry)(const char *obs_id, const char *reason, int seconds, void *baton);
    void *baton;
} tr_upload_service_t;

/* The fields of POST /observation_create/ from the service's answer, which has 30 s and 4 MB;
 * what may pass (no answer, 429, 5xx) is asked for again. NULL with a reason in `problem`;
 * *is_silent says that the service did not answer at all, whatever was asked. */
apr_array_header_t *tr_upload_service_ask(const tr_upload_service_t *service,
                                          const char *obs_id, int *is_silent,
                                          const char **problem, apr_pool_t *pool);

#endif
