/* candidate.h: a table's row made into the form of one candidate. Pure functions.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_UPLOAD_CANDIDATE_H
#define TR_UPLOAD_CANDIDATE_H

#include "table.h"

/* What a row is about. */
typedef struct tr_candidate_t {
    const char *obs_id, *project, *filter;
    int number;                       /* cand_id, else the row's number from 0 */
    const apr_array_header_t *fields; /* all that is sent but images and upload run */
} tr_candidate_t;

/* The candidate of row `index` of a table. `project` is used where neither row nor table names
 * one; it may be NULL. NULL with a reason when observation, project or filter is missing or not
 * of their form. */
const tr_candidate_t *tr_candidate_of_row(const tr_upload_table_t *table, int index,
                                          const char *project, const char **problem,
                                          apr_pool_t *pool);

/* `<dir>/<obs_id>_<filter>_<number>.<extension>` with at least three digits. */
const char *tr_candidate_image(const char *dir, const tr_candidate_t *candidate,
                               const char *extension, apr_pool_t *pool);

/* An observation's id as people write it: digits that make a positive number of 63 bits. */
int tr_candidate_is_obs_id(const char *text);

#endif
