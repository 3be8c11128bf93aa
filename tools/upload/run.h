/* run.h: one call of the upload client: all its tables, one after the other.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_UPLOAD_RUN_H
#define TR_UPLOAD_RUN_H

#include "options.h"
#include "report.h"

/* How it ended; the program's exit status. */
typedef enum tr_upload_end_e {
    TR_UPLOAD_ALL_FINE = 0,
    TR_UPLOAD_SOME_REFUSED = 1,
    TR_UPLOAD_MISUSED = 2,
    TR_UPLOAD_UNREACHABLE = 3
} tr_upload_end_e;

/* Sends all tables and tells the report; the summary is printed. */
tr_upload_end_e tr_upload_run(tr_upload_options_t *options, apr_pool_t *pool);

#endif
