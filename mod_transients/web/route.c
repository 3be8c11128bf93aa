/* route.c: matches addresses with patterns.
 *
 * The table is short and its patterns mostly differ in the first letters, so
 * it is simply searched from its beginning.
 *
 * SPDX-License-Identifier: MIT
 */
#include "route.h"

#include <apr_lib.h>
#include <apr_strings.h>

#define NAME_MAX_LEN 64

/* One part of a pattern: a name and its kind, or literal text. */
typedef struct part_t {
    const char *text; /* literal, or the name */
    apr_size_t len;
    int is_int, is_word;
} part_t;

static int is_word_char(char c)
{
    return apr_isalnum(c) || c == '_' || c == '.' || c == '-';
}

/* Reads "{name:kind}" at *pattern and steps over it. */
static int read_variable(part_t *part, const char **pattern)
{
    const char *colon = strchr(*pattern, ':');
    const char *end = strchr(*pattern, '}');

    if (!colon || !end || colon > end || colon == *pattern + 1
        || colon - *pattern > NAME_MAX_LEN) {
        return 0;
    }
    part->text = *pattern + 1;
    part->len = (apr_size_t)(colon - *pattern) - 1;
    part->is_int = end - colon == 4 && !strncmp(colon, ":int", 4);
    part->is_word = end - colon == 5 && !strncmp(colon, ":word", 5);
    *pattern = end + 1;
    return part->is_int || part->is_word;
}

/* The value at the path's beginning: how long it is, 0 when it does not fit. */
static apr_size_t value_length(const part_t *part, const char *path)
{
    apr_size_t len = 0;
    apr_int64_t integer;

    while (part->is_int ? apr_isdigit(path[len]) : is_word_char(path[len])) {
        len++;
    }
    if (part->is_int && (len > 19 || tr_int_read(path, len, &integer) != TR_INT_OK)) {
        return 0;
    }
    return len;
}

static void add_value(tr_row_t *args, const part_t *part, const char *path, apr_size_t len,
                      apr_pool_t *pool)
{
    apr_int64_t integer = 0;
    const char *name = apr_pstrmemdup(pool, part->text, part->len);

    if (part->is_int) {
        tr_int_read(path, len, &integer);
        tr_row_set(args, name, tr_int(integer));
    }
    else {
        tr_row_set(args, name, tr_text_n(apr_pstrmemdup(pool, path, len), len));
    }
}

int tr_route_fits(const char *pattern, const char *path, tr_row_t *args, apr_pool_t *pool)
{
    part_t part;
    apr_size_t len;

    while (*pattern) {
        if (*pattern != '{') {
            if (*pattern++ != *path++) {
                return 0;
            }
            continue;
        }
        if (!read_variable(&part, &pattern) || !(len = value_length(&part, path))) {
            return 0;
        }
        if (args) {
            add_value(args, &part, path, len, pool);
        }
        path += len;
    }
    return *path == '\0';
}

/* The first route that fits; another method's goes to match->other. */
static void search(tr_match_t *match, const tr_route_t *routes, int method, const char *path,
                   apr_pool_t *pool)
{
    for (const tr_route_t *route = routes; route->path; route++) {
        if (!tr_route_fits(route->path, path, NULL, pool)) {
            continue;
        }
        match->allowed |= route->methods;
        if (!match->route && (route->methods & method)) {
            match->route = route;
            tr_route_fits(route->path, path, match->args, pool);
        }
        else if (!match->other) {
            match->other = route;
        }
    }
}

static const struct {
    const char *text;
    tr_wants_e as;
} extensions[] = {
    { ".json", TR_WANTS_JSON },
    { ".csv", TR_WANTS_CSV },
    { ".vot", TR_WANTS_VOTABLE },
    { ".fits", TR_WANTS_FITS },
};

apr_size_t tr_route_extension(const char *path, tr_wants_e *as)
{
    apr_size_t len = strlen(path);

    for (size_t i = 0; i < sizeof extensions / sizeof extensions[0]; i++) {
        apr_size_t tail = strlen(extensions[i].text);
        if (len > tail && !strcmp(path + len - tail, extensions[i].text)) {
            *as = extensions[i].as;
            return tail;
        }
    }
    return 0;
}

static int answers_as(const tr_route_t *route, tr_wants_e as)
{
    if (as == TR_WANTS_JSON) {
        return route->page || (route->flags & TR_R_LIST);
    }
    return route->page && route->page->export;
}

tr_match_t tr_route_match(const tr_route_t *routes, int method, const char *path,
                          apr_pool_t *pool)
{
    tr_match_t match = { .args = tr_row_make(pool) };
    apr_size_t tail = tr_route_extension(path, &match.as);
    const tr_route_t *any;

    search(&match, routes, method, path, pool);
    if (!match.allowed && tail) {
        path = apr_pstrmemdup(pool, path, strlen(path) - tail);
        search(&match, routes, TR_GET & method, path, pool);
        match.has_extension = 1;
    }
    any = match.route ? match.route : match.other;
    if (match.has_extension && any && !answers_as(any, match.as)) {
        return (tr_match_t){ .args = tr_row_make(pool) };
    }
    return match;
}

int tr_route_is_api(const tr_route_t *route)
{
    return route->access == TR_UPLOADER || (route->flags & TR_R_API);
}

const tr_field_t *tr_route_path_fields(const char *pattern, apr_pool_t *pool)
{
    apr_array_header_t *fields = apr_array_make(pool, 4, sizeof(tr_field_t));
    part_t part;

    while ((pattern = strchr(pattern, '{')) && read_variable(&part, &pattern)) {
        tr_field_t *field = apr_array_push(fields);
        field->name = apr_pstrmemdup(pool, part.text, part.len);
        field->kind = part.is_int ? TR_F_INT : TR_F_TEXT;
    }
    apr_array_push(fields);
    return (const tr_field_t *)fields->elts;
}

const char *tr_route_fault(const char *pattern)
{
    part_t part;

    if (*pattern != '/') {
        return "does not begin with /";
    }
    while (*pattern) {
        if (*pattern == '}') {
            return "has a } without {";
        }
        if (*pattern++ != '{') {
            continue;
        }
        pattern--;
        if (!read_variable(&part, &pattern)) {
            return "has something in braces that is not {name:int} or {name:word}";
        }
        if (*pattern && *pattern != '/') {
            return "has text right behind a }";
        }
    }
    return NULL;
}

static const char *part_end(const char *pattern)
{
    const char *end = strchr(pattern, '/');

    return end ? end : pattern + strlen(pattern);
}

int tr_route_same(const char *one, const char *other)
{
    while (*one && *other) {
        const char *one_end = part_end(++one), *other_end = part_end(++other);
        apr_size_t len = (apr_size_t)(one_end - one);
        int both = *one == '{' && *other == '{';
        if (!both && (len != (apr_size_t)(other_end - other) || strncmp(one, other, len))) {
            return 0;
        }
        one = one_end;
        other = other_end;
    }
    return !*one && !*other;
}
