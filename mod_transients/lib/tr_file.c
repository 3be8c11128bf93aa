/* tr_file.c: the site's own small files, read whole.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_file.h"

#include <apr_file_info.h>
#include <apr_file_io.h>
#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

static apr_status_t complain(tr_problem_t *problem, const char *path, apr_status_t status)
{
    char words[128];

    apr_strerror(status, words, sizeof words);
    return tr_problem_at(problem, path, 1, "it cannot be read: %s", words);
}

apr_status_t tr_file_read(char **text, apr_size_t *len, const char *path, tr_problem_t *problem,
                          apr_pool_t *pool)
{
    apr_file_t *file;
    apr_finfo_t info;
    apr_size_t got = 0;
    apr_status_t status = apr_file_open(&file, path, APR_FOPEN_READ, APR_OS_DEFAULT, pool);

    if (status != APR_SUCCESS) {
        return complain(problem, path, status);
    }
    status = apr_file_info_get(&info, APR_FINFO_SIZE | APR_FINFO_TYPE, file);
    if (status == APR_SUCCESS && (info.filetype != APR_REG || info.size > TR_FILE_MAX)) {
        apr_file_close(file);
        return tr_problem_at(problem, path, 1, "it is no file, or larger than %d bytes",
                             TR_FILE_MAX);
    }
    if (status == APR_SUCCESS) {
        *text = apr_palloc(pool, (apr_size_t)info.size + 1);
        status = apr_file_read_full(file, *text, (apr_size_t)info.size, &got);
    }
    apr_file_close(file);
    if (status != APR_SUCCESS && !APR_STATUS_IS_EOF(status)) {
        return complain(problem, path, status);
    }
    (*text)[got] = '\0';
    if (len) {
        *len = got;
    }
    return strlen(*text) == got ? APR_SUCCESS
                                : tr_problem_at(problem, path, 1, "it holds a NUL byte");
}

static int by_bytes(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int ends_in(const char *name, const char *suffix)
{
    apr_size_t len = strlen(name), tail = strlen(suffix);

    return len > tail && !strcmp(name + len - tail, suffix);
}

apr_status_t tr_file_names(apr_array_header_t **names, const char *folder, const char *suffix,
                           tr_problem_t *problem, apr_pool_t *pool)
{
    apr_dir_t *dir;
    apr_finfo_t info;
    apr_status_t status = apr_dir_open(&dir, folder, pool);

    *names = apr_array_make(pool, 16, sizeof(const char *));
    if (status != APR_SUCCESS) {
        return complain(problem, apr_pstrdup(pool, folder), status);
    }
    for (;;) {
        status = apr_dir_read(&info, APR_FINFO_NAME, dir);
        if (status != APR_SUCCESS && !APR_STATUS_IS_INCOMPLETE(status)) {
            break;
        }
        if (info.name[0] != '.' && ends_in(info.name, suffix)) {
            APR_ARRAY_PUSH(*names, const char *) = apr_pstrdup(pool, info.name);
        }
    }
    apr_dir_close(dir);
    qsort((*names)->elts, (size_t)(*names)->nelts, sizeof(const char *), by_bytes);
    return APR_SUCCESS;
}
