/* tr_shape.h: which names a template may use: the declared form of a page's data.
 *
 * A shape mirrors rows without values.  The site's compiler builds one for
 * each page from its needs' declared columns and checks the templates by it.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_SHAPE_H
#define TR_SHAPE_H

#include "tr_value.h"

typedef struct tr_shape_t tr_shape_t;

typedef struct tr_shape_item_t {
    const char *name;
    tr_kind_e kind;          /* TR_ROW and TR_LIST have `inner` */
    const tr_shape_t *inner; /* NULL with TR_ROW: any name is allowed inside */
} tr_shape_item_t;

struct tr_shape_t {
    apr_pool_t *pool;
    int count;
    int size;
    tr_shape_item_t *items;
};

tr_shape_t *tr_shape_make(apr_pool_t *pool);
/* Adds or replaces. */
void tr_shape_add(tr_shape_t *shape, const char *name, tr_kind_e kind, const tr_shape_t *inner);
const tr_shape_item_t *tr_shape_find(const tr_shape_t *shape, const char *name);

#endif
