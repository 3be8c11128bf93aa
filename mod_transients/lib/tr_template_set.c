/* tr_template_set.c: where templates come from: a folder, or a function.
 *
 * Every source is read and parsed once for a set, also those that are missing.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_template_private.h"

#include <apr_file_io.h>
#include <apr_strings.h>

#include <string.h>

enum { MAX_SOURCE = 1024 * 1024 }; /* bytes: a template that is larger is a mistake */

tr_template_set_t *tr_template_set_make(tr_template_source_fn *source, void *baton,
                                        apr_pool_t *pool)
{
    tr_template_set_t *set = apr_pcalloc(pool, sizeof *set);

    set->pool = pool;
    set->source = source;
    set->baton = baton;
    set->sources = apr_hash_make(pool);
    return set;
}

tr_template_set_t *tr_template_set_of_folder(const char *folder, apr_pool_t *pool)
{
    tr_template_set_t *set = tr_template_set_make(NULL, NULL, pool);

    set->folder = apr_pstrdup(pool, folder);
    return set;
}

void tr_template_set_untracked(tr_template_set_t *set)
{
    set->untracked = 1;
}

static const char *without_ending(const char *name, apr_pool_t *pool)
{
    apr_size_t len = strlen(name);

    return len > 5 && !strcmp(name + len - 5, ".html") ? apr_pstrmemdup(pool, name, len - 5)
                                                       : apr_pstrdup(pool, name);
}

/* The file's bytes; what is wrong with it goes to the source's problem. */
static void read_file(tr_source_t *source, apr_file_t *file, apr_pool_t *pool)
{
    apr_finfo_t info;
    apr_size_t len = 0;
    char *text = apr_pstrdup(pool, "");
    apr_status_t rv = apr_file_info_get(&info, APR_FINFO_SIZE, file);

    source->text = text;
    if (rv == APR_SUCCESS && info.size > MAX_SOURCE) {
        tr_template_complain(source->problem, source->file, 1, "The template is over 1 MB.");
        return;
    }
    if (rv == APR_SUCCESS) {
        text = apr_pcalloc(pool, (apr_size_t)info.size + 1);
        rv = apr_file_read_full(file, text, (apr_size_t)info.size, &len);
        source->text = text;
    }
    if (rv != APR_SUCCESS && !APR_STATUS_IS_EOF(rv)) {
        tr_template_complain(source->problem, source->file, 1, "The template cannot be read.");
    }
    else if (strlen(text) != len) {
        tr_template_complain(source->problem, source->file, 1,
                             "The template holds a NUL character.");
    }
}

static void read_from_folder(tr_template_set_t *set, tr_source_t *source)
{
    apr_file_t *file;
    apr_status_t rv;

    if (*source->name == '/' || strstr(source->name, "..")) {
        return;
    }
    source->file = apr_pstrcat(set->pool, set->folder, "/", source->name, ".html", NULL);
    rv = apr_file_open(&file, source->file, APR_READ | APR_BINARY, APR_OS_DEFAULT, set->pool);
    if (rv == APR_SUCCESS) {
        read_file(source, file, set->pool);
        apr_file_close(file);
    }
    else if (!APR_STATUS_IS_ENOENT(rv)) {
        source->text = "";
        tr_template_complain(source->problem, source->file, 1, "The template cannot be read.");
    }
}

static void read_source(tr_template_set_t *set, tr_source_t *source)
{
    if (set->folder) {
        read_from_folder(set, source);
        return;
    }
    source->text = set->source(set->baton, source->name, &source->file, set->pool);
    if (source->text) {
        source->text = apr_pstrdup(set->pool, source->text);
    }
}

tr_source_t *tr_template_set_find(tr_template_set_t *set, const char *name)
{
    const char *key = without_ending(name, set->pool);
    tr_source_t *source = apr_hash_get(set->sources, key, APR_HASH_KEY_STRING);

    if (!source) {
        source = apr_pcalloc(set->pool, sizeof *source);
        source->name = source->file = key;
        source->problem = tr_problem_make(set->pool);
        apr_hash_set(set->sources, key, APR_HASH_KEY_STRING, source);
        read_source(set, source);
        if (source->text) {
            tr_template_parse(source, set->pool);
        }
    }
    return source->text ? source : NULL;
}
