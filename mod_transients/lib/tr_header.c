/* tr_header.c: header values with parameters (RFC 9110, section 5.6.6).
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_header.h"
#include "tr_problem.h"

#include <apr_lib.h>
#include <apr_strings.h>

#include <string.h>

static const char *skip_blanks(const char *p)
{
    return p + strspn(p, " \t");
}

/* A value between quotes; *p stands on the opening one and is left after the closing one. */
static const char *read_quoted(const char **p, apr_pool_t *pool)
{
    char *value = apr_palloc(pool, strlen(*p) + 1), *to = value;
    const char *from = *p + 1;

    for (; *from && *from != '"'; from++) {
        if (*from == '\\' && (from[1] == '"' || from[1] == '\\')) {
            from++;
        }
        *to++ = *from;
    }
    if (*from != '"') {
        return NULL;
    }
    *to = '\0';
    *p = from + 1;
    return value;
}

/* A value without quotes goes up to the next ';'. */
static const char *read_bare(const char **p, apr_pool_t *pool)
{
    apr_size_t len = strcspn(*p, ";"), kept = len;
    const char *start = *p;

    while (kept && (start[kept - 1] == ' ' || start[kept - 1] == '\t')) {
        kept--;
    }
    *p += len;
    return kept ? apr_pstrmemdup(pool, start, kept) : NULL;
}

/* One "name=value"; *p is left at the ';' after it or at the end. */
static int read_param(const char **p, apr_table_t *params, apr_pool_t *pool)
{
    apr_size_t len = strcspn(*p, "=; \t\"");
    const char *name = apr_pstrmemdup(pool, *p, len), *value;

    if (!len || (*p)[len] != '=') {
        return 0;
    }
    *p += len + 1;
    value = **p == '"' ? read_quoted(p, pool) : read_bare(p, pool);
    if (!value || apr_table_get(params, name)) {
        return 0;
    }
    apr_table_setn(params, name, value);
    *p = skip_blanks(*p);
    return **p == '\0' || **p == ';';
}

apr_status_t tr_header_parse(const char *text, const char **word, apr_table_t **params,
                             apr_pool_t *pool)
{
    const char *p = skip_blanks(text);
    const char *first = read_bare(&p, pool);
    char *lower = apr_pstrdup(pool, first ? first : "");

    *params = apr_table_make(pool, 4);
    for (char *c = lower; *c; c++) {
        *c = (char)apr_tolower(*c);
    }
    *word = lower;
    while (*p == ';') {
        p = skip_blanks(p + 1);
        if (*p && *p != ';' && !read_param(&p, *params, pool)) {
            return TR_EBAD;
        }
    }
    return APR_SUCCESS;
}
