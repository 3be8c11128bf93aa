/* table.h: a pipeline's FITS table of candidates, read for sending.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_UPLOAD_TABLE_H
#define TR_UPLOAD_TABLE_H

#include "fields.h"

#include <apr_pools.h>

typedef struct tr_upload_table_t {
    const char *path;
    const char *name;         /* the file's name without its folder */
    apr_array_header_t *rows; /* of apr_array_header_t *: each row's fields as sent */
    /* From the header (OBSID, PROJECT, FILTER, PIPEVER) or the name OBS_FILTER.fits; NULL when
     * not given: what a table without rows or without those columns is about. */
    const char *obs_id, *project, *filter, *pipeline;
    apr_array_header_t *skipped; /* of const char *: columns of a type that can't be sent */
} tr_upload_table_t;

/* Reads the first table of a file. NULL with a reason in `problem`; all from the pool.
 * Absent values (NaN, TNULL, undefined, empty text) are not in a row's fields. */
const tr_upload_table_t *tr_upload_table_read(const char *path, const char **problem,
                                              apr_pool_t *pool);

/* How many rows a table has, 0 when it can't be read. */
long tr_upload_table_count(const char *path);

/* What the name '1199052968_vmf.fits' tells; both NULL when it isn't of that form. */
void tr_upload_table_name(const char *name, const char **obs_id, const char **filter,
                          apr_pool_t *pool);

#endif
