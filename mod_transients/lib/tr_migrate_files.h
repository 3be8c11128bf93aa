/* tr_migrate_files.h: the files of schema/, read and checked.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_MIGRATE_FILES_H
#define TR_MIGRATE_FILES_H

#include "tr_migrate.h"
#include "tr_secret.h"

typedef struct tr_migration_t {
    int id;           /* NNNN */
    const char *name; /* the file's, with its number */
    const char *path;
    const char *text;
    char sha256[TR_DIGEST_HEX];
    int needs_code;
    int is_bare; /* "-- no transaction" */
} tr_migration_t;

/* A file that is run as a whole. */
typedef struct tr_sql_file_t {
    const char *path;
    const char *text;
} tr_sql_file_t;

/* The migrations in order, of tr_migration_t. */
apr_status_t tr_migrations_read(apr_array_header_t **migrations, const char *folder,
                                tr_problem_t *problem, apr_pool_t *pool);
/* The *.sql files of FOLDER/functions in order, of tr_sql_file_t, and one digest of all. */
apr_status_t tr_functions_read(apr_array_header_t **files, char sha256[TR_DIGEST_HEX],
                               const char *folder, tr_problem_t *problem, apr_pool_t *pool);
/* The text with :"site" replaced by the role, quoted. Complains of other variables. */
apr_status_t tr_grants_fill(const char **filled, const tr_sql_file_t *file, const char *role,
                            tr_problem_t *problem, apr_pool_t *pool);
/* The statements of a script, of const char *, each behind as many line ends as stood before
 * it, so that the server's line is the file's. */
apr_array_header_t *tr_script_split(const char *text, apr_pool_t *pool);

#endif
