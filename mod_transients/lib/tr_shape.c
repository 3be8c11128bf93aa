/* tr_shape.c: which names a template may use: the declared form of a page's data.
 *
 * Shapes are small and read while the site starts: looking along them is enough.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_shape.h"

#include <string.h>

enum { FIRST_ROOM = 8 };

tr_shape_t *tr_shape_make(apr_pool_t *pool)
{
    tr_shape_t *shape = apr_pcalloc(pool, sizeof *shape);

    shape->pool = pool;
    shape->size = FIRST_ROOM;
    shape->items = apr_pcalloc(pool, FIRST_ROOM * sizeof *shape->items);
    return shape;
}

static tr_shape_item_t *shape_item(const tr_shape_t *shape, const char *name)
{
    for (int i = 0; i < shape->count; i++) {
        if (!strcmp(shape->items[i].name, name)) {
            return &shape->items[i];
        }
    }
    return NULL;
}

static tr_shape_item_t *shape_append(tr_shape_t *shape)
{
    if (shape->count == shape->size) {
        tr_shape_item_t *items;

        items = apr_pcalloc(shape->pool, 2 * (apr_size_t)shape->size * sizeof *items);
        memcpy(items, shape->items, (apr_size_t)shape->count * sizeof *items);
        shape->items = items;
        shape->size *= 2;
    }
    return &shape->items[shape->count++];
}

void tr_shape_add(tr_shape_t *shape, const char *name, tr_kind_e kind, const tr_shape_t *inner)
{
    tr_shape_item_t *item = shape_item(shape, name);

    if (!item) {
        item = shape_append(shape);
    }
    item->name = name;
    item->kind = kind;
    item->inner = inner;
}

const tr_shape_item_t *tr_shape_find(const tr_shape_t *shape, const char *name)
{
    return shape_item(shape, name);
}
