/* tr_part.h: the headers of one part of a multipart body, and the file that it is put into.
 *
 * Used by tr_multipart.c alone.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_PART_H
#define TR_PART_H

#include "tr_multipart.h"

typedef struct tr_part_t {
    const char *name;
    const char *filename; /* NULL: a text part */
    const char *type;     /* "" when it was not sent */
} tr_part_t;

/* Reads header lines, each ended by CRLF. TR_EBAD with words when they are not a part's. */
apr_status_t tr_part_read(tr_part_t *part, const char *head, apr_size_t len,
                          tr_problem_t *problem, apr_pool_t *pool);
/* A new file in `folder`, mode 0600, removed with the pool. */
apr_status_t tr_spool_open(apr_file_t **file, const char **path, const char *folder,
                           tr_problem_t *problem, apr_pool_t *pool);
/* TR_EFULL when the disk or a quota is full. */
apr_status_t tr_spool_write(apr_file_t *file, const char *data, apr_size_t len,
                            tr_problem_t *problem);

#endif
