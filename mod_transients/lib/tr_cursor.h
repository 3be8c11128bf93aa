/* tr_cursor.h: where a page of a sorted list ended, as text for an address.
 *
 * Opaque for clients: base64url of a version, the sort, and the last row's key
 * and id.  It carries no right and no secret, and whoever changes it gets
 * another part of the same list or TR_EBAD.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_CURSOR_H
#define TR_CURSOR_H

#include "tr_value.h"

#include <apr_errno.h>

typedef struct tr_cursor_t {
    const char *sort;  /* as in the address: "-can_det_stat" */
    const char *value; /* the key as PostgreSQL's text; NULL: the rows without one */
    apr_int64_t id;
} tr_cursor_t;

/* Longest cursor that is read, characters. */
#define TR_CURSOR_MAX 1000

const char *tr_cursor_write(const tr_cursor_t *cursor, apr_pool_t *pool);
/* TR_EBAD: not a cursor, or one of another sort than `sort`, or its value is not of `type`
 * (PostgreSQL's name: bigint, integer, smallint, float8, boolean, timestamptz; any other is
 * text). */
apr_status_t tr_cursor_read(tr_cursor_t *cursor, const char *text, const char *sort,
                            const char *type, apr_pool_t *pool);

#endif
