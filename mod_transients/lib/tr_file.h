/* tr_file.h: the site's own small files, read whole.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_FILE_H
#define TR_FILE_H

#include "tr_problem.h"

#include <apr_tables.h>

/* Most that a file of the site (statements, migrations, tables) may hold: far above any of
 * ours, far below what would hurt. */
#define TR_FILE_MAX (4 * 1024 * 1024)

/* The file's text, NUL-terminated; *len may be NULL. Refused: what cannot be read, what is too
 * large or holds a NUL; the complaint names the file. */
apr_status_t tr_file_read(char **text, apr_size_t *len, const char *path, tr_problem_t *problem,
                          apr_pool_t *pool);
/* Names (const char *, without folder) of the files of `folder` that end in `suffix`, sorted by
 * bytes; hidden ones are left out. */
apr_status_t tr_file_names(apr_array_header_t **names, const char *folder, const char *suffix,
                           tr_problem_t *problem, apr_pool_t *pool);

#endif
