/* options.h: what the user asked for: command line, environment and token.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_UPLOAD_OPTIONS_H
#define TR_UPLOAD_OPTIONS_H

#include "metadata.h"
#include "report.h"
#include "sender.h"

typedef struct tr_upload_options_t {
    tr_sender_config_t site;
    tr_report_level_e level;
    apr_array_header_t *tables;    /* of const char *: paths, in the order to send */
    const char *image_dir;         /* NULL: beside each table */
    const char *metadata_dir;      /* NULL: beside each table */
    tr_upload_metadata_t metadata; /* service and metafits */
    const char *project;           /* for tables that name none */
    const char *pipeline;          /* version, for tables that name none */
} tr_upload_options_t;

typedef enum tr_upload_start_e {
    TR_UPLOAD_GO,
    TR_UPLOAD_DONE, /* help or version was asked for and given */
    TR_UPLOAD_WRONG /* said on standard error what is wrong */
} tr_upload_start_e;

/* Reads options, environment (IMAGE_PLANE_TOKEN, TRANSIENTS_URL), token file and folder. */
tr_upload_start_e tr_upload_options_read(tr_upload_options_t *options, int argc, char **argv,
                                         apr_pool_t *pool);

/* A site's address in the form used here: http or https, a host, no user, query or fragment, no
 * slash at the end. NULL with a reason. */
const char *tr_upload_site_address(const char *text, const char **problem, apr_pool_t *pool);

/* A token without the white space around it; NULL when it isn't one line of printable ASCII. */
const char *tr_upload_token(const char *text, apr_pool_t *pool);

#endif
