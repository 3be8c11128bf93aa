/* route.h: which route an address means.
 *
 * Patterns are "/candidates/{id:int}": {name:kind} takes one part between
 * slashes; int is 0 to 9223372036854775807 in digits, word is [A-Za-z0-9_.-]+.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_ROUTE_H
#define TR_ROUTE_H

#include "tr_web.h"

typedef struct tr_match_t {
    const tr_route_t *route; /* NULL: no such address, or not for this method */
    const tr_route_t *other; /* a route of the same address for another method, or NULL */
    int allowed;             /* TR_GET, TR_POST: what the address takes */
    int has_extension;       /* it ended in .json, .csv, .vot or .fits: */
    tr_wants_e as;           /* which of them, else TR_WANTS_HTML */
    tr_row_t *args;          /* the path's values, TR_INT and TR_TEXT */
} tr_match_t;

/* Finds the route of `path` for `method`: TR_GET or TR_POST; 0 for any other. A page's address
 * with .json behind it means that page; so does one with .csv, .vot or .fits if the page has an
 * export. */
tr_match_t tr_route_match(const tr_route_t *routes, int method, const char *path,
                          apr_pool_t *pool);
/* Whether `path` fits `pattern`; its values are added to args (may be NULL). */
int tr_route_fits(const char *pattern, const char *path, tr_row_t *args, apr_pool_t *pool);
/* Which extension a path ends in, and how long that is with its dot; 0: none. */
apr_size_t tr_route_extension(const char *path, tr_wants_e *as);
/* Whether it is the API's: a token opens it, a session never does. */
int tr_route_is_api(const tr_route_t *route);
/* The names in a pattern as fields, ended by a NULL name. */
const tr_field_t *tr_route_path_fields(const char *pattern, apr_pool_t *pool);
/* Why a pattern cannot be read; NULL when it can. */
const char *tr_route_fault(const char *pattern);
/* Whether two patterns can mean the same address. */
int tr_route_same(const char *one, const char *other);

#endif
