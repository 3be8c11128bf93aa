/* tr_media.h: the folder of pictures, each named by its content.
 *
 * A file lives at FOLDER/ab/abcdef....ext, where the name is its sha256.  It
 * comes there by one rename of a file that was synced before, so that a name
 * never stands for half a picture.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_MEDIA_H
#define TR_MEDIA_H

#include "tr_problem.h"

/* The path of a file below the folder: "ab/abcdef....png". */
const char *tr_media_path(const char *hash, const char *extension, apr_pool_t *pool);

/* Moves a spooled file (same file system) to its name, file and folders synced. Already there:
 * the spooled one is removed and the one that is there counts as new. TR_EFULL or an APR error
 * otherwise. */
apr_status_t tr_media_store(const char *folder, const char *spooled, const char *hash,
                            const char *extension, tr_problem_t *problem, apr_pool_t *pool);

#endif
