/* transients-upload.c: send a pipeline's candidates to the site.
 *
 * SPDX-License-Identifier: MIT
 */
#include "upload/options.h"
#include "upload/run.h"

#include <apr_general.h>
#include <stdlib.h>

int main(int argc, char **argv)
{
    tr_upload_options_t options;
    tr_upload_start_e start;
    apr_pool_t *pool;
    int status = TR_UPLOAD_MISUSED;

    if (apr_initialize() != APR_SUCCESS) {
        return TR_UPLOAD_MISUSED;
    }
    atexit(apr_terminate);
    apr_pool_create(&pool, NULL);
    start = tr_upload_options_read(&options, argc, argv, pool);
    if (start == TR_UPLOAD_GO) {
        status = (int)tr_upload_run(&options, pool);
    }
    return start == TR_UPLOAD_DONE ? EXIT_SUCCESS : status;
}
