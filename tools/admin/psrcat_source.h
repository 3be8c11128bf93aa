/* psrcat_source.h: where the text of the pulsar catalogue comes from.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_ADMIN_PSRCAT_SOURCE_H
#define TR_ADMIN_PSRCAT_SOURCE_H

#include "tr_problem.h"

typedef struct tr_psrcat_source_t {
    const char *text; /* of psrcat.db */
    apr_size_t len;
    const char *date; /* "2020-11-20": of the file in its archive; NULL without an archive */
} tr_psrcat_source_t;

/* Reads psrcat.db, psrcat.db.gz or an archive (tar, tar.gz) with a member of the base name
 * psrcat.db, from a file or from an address that begins "http://" or "https://". What is larger
 * than TR_PSRCAT_SIZE_MAX, packed or unpacked, is TR_ETOOLARGE; an address has five minutes. */
apr_status_t tr_psrcat_source_read(tr_psrcat_source_t *source, const char *where,
                                   tr_problem_t *problem, apr_pool_t *pool);

#endif
