/* page_shape.c: which names a page's template may use.
 *
 * SPDX-License-Identifier: MIT
 */
#include "cells.h"
#include "common.h"
#include "listing.h"
#include "page.h"

#include <apr_strings.h>

const tr_statement_t *tr_page_statement(const tr_site_t *site, const tr_page_t *page,
                                        const tr_need_t *need, apr_pool_t *pool)
{
    int count;
    const tr_column_t *const *set;

    if (!page->listing || strcmp(page->listing->need, need->name)) {
        return tr_statement_find(site->statements, need->statement);
    }
    set = tr_columns_set(site->columns, page->listing->set, &count);
    return count ? tr_statement_find(site->statements,
                                     tr_listing_variant(need->statement, set[0]->name, 0, pool))
                 : NULL;
}

/* A shape of its own, so that cells may be added to it. */
static tr_shape_t *rows_shape(const tr_statement_t *statement, apr_pool_t *pool)
{
    const tr_shape_t *declared = tr_statement_shape(statement, pool);
    tr_shape_t *shape = tr_shape_make(pool);

    for (int i = 0; i < declared->count; i++) {
        tr_shape_add(shape, declared->items[i].name, declared->items[i].kind,
                     declared->items[i].inner);
    }
    return shape;
}

static void add_cells(tr_shape_t *rows, const tr_site_t *site, const tr_page_t *page,
                      const tr_need_t *need, tr_problem_t *problem, apr_pool_t *pool)
{
    for (const tr_cells_t *cells = page->cells; cells && cells->need; cells++) {
        int count;
        if (strcmp(cells->need, need->name)) {
            continue;
        }
        tr_columns_set(site->columns, cells->set, &count);
        if (!count) {
            tr_problem_add(problem, TR_ESITE, "%s: the column table has no set %s",
                           page->template, cells->set);
        }
        tr_shape_add(rows, cells->name, TR_LIST, tr_cells_shape(pool));
    }
}

static void add_need(tr_shape_t *shape, const tr_site_t *site, const tr_page_t *page,
                     const tr_need_t *need, tr_problem_t *problem, apr_pool_t *pool)
{
    const tr_statement_t *statement = tr_page_statement(site, page, need, pool);
    tr_shape_t *rows;

    if (!statement) {
        tr_problem_add(problem, TR_ESITE, "%s: need \"%s\": there is no statement %s",
                       page->template, need->name, need->statement);
        tr_shape_add(shape, need->name, TR_ROW, NULL);
        return;
    }
    rows = rows_shape(statement, pool);
    add_cells(rows, site, page, need, problem, pool);
    tr_shape_add(shape, need->name, need->how == TR_NEED_MANY ? TR_LIST : TR_ROW, rows);
}

/* "a.b.c" into the shape of "a.b". The shapes inside were all made here and may be written. */
static void add_dotted(tr_shape_t *shape, const tr_adds_t *adds, const char *template,
                       tr_problem_t *problem, apr_pool_t *pool)
{
    char *name = apr_pstrdup(pool, adds->name), *dot;
    int has_inner = adds->kind == TR_ROW || adds->kind == TR_LIST;

    while ((dot = strchr(name, '.'))) {
        const tr_shape_item_t *outer;
        *dot = '\0';
        outer = tr_shape_find(shape, name);
        if (!outer || !outer->inner) {
            tr_problem_add(problem, TR_ESITE, "%s: it adds %s, but not what that is in",
                           template, adds->name);
            return;
        }
        shape = (tr_shape_t *)outer->inner;
        name = dot + 1;
    }
    tr_shape_add(shape, name, adds->kind, has_inner ? tr_shape_make(pool) : NULL);
}

tr_shape_t *tr_page_shape(const tr_site_t *site, const tr_page_t *page, tr_problem_t *problem,
                          apr_pool_t *pool)
{
    tr_shape_t *shape = tr_common_shape(site, pool);

    for (const tr_need_t *need = page->needs; need && need->name; need++) {
        add_need(shape, site, page, need, problem, pool);
    }
    if (page->listing) {
        tr_listing_shape(shape, page->listing, site->columns, pool);
    }
    for (const tr_adds_t *adds = page->adds; adds && adds->name; adds++) {
        add_dotted(shape, adds, page->template, problem, pool);
    }
    return shape;
}
