/* fuzz-template.c: a template that compiles and checks lets no text out of its place.
 *
 * The input is the template; it may use the names of sample_shape() and itself
 * as a partial or a parent.
 *
 * SPDX-License-Identifier: MIT
 */
#include "target.h"
#include "tr_template.h"

#include <apr_strings.h>

#include <string.h>

/* Nothing of it may be found as it is in a page. */
#define HOSTILE "<z onz=1>\"'&{{text}}"

static const char *source_of(void *baton, const char *name, const char **file, apr_pool_t *pool)
{
    (void)pool;
    *file = name;
    return !strcmp(name, "page") || !strcmp(name, "page.html") ? baton : NULL;
}

static const tr_shape_t *sample_shape(apr_pool_t *pool)
{
    tr_shape_t *shape = tr_shape_make(pool), *inner = tr_shape_make(pool);

    tr_shape_add(inner, "text", TR_TEXT, NULL);
    tr_shape_add(inner, "real", TR_REAL, NULL);
    tr_shape_add(shape, "text", TR_TEXT, NULL);
    tr_shape_add(shape, "real", TR_REAL, NULL);
    tr_shape_add(shape, "int", TR_INT, NULL);
    tr_shape_add(shape, "flag", TR_BOOL, NULL);
    tr_shape_add(shape, "row", TR_ROW, inner);
    tr_shape_add(shape, "list", TR_LIST, inner);
    return shape;
}

static tr_row_t *sample_row(int full, apr_pool_t *pool)
{
    tr_row_t *row = tr_row_make(pool), *inner = tr_row_make(pool);
    tr_list_t *list = tr_list_make(pool);

    tr_row_set(inner, "text", tr_text(HOSTILE));
    tr_row_set(inner, "real", tr_real(-1e300));
    tr_list_append(list, inner);
    tr_list_append(list, inner);
    tr_row_set(row, "text", full ? tr_text(HOSTILE) : tr_null());
    tr_row_set(row, "real", full ? tr_real(359.99999999) : tr_null());
    tr_row_set(row, "int", full ? tr_int(APR_INT64_MIN) : tr_null());
    tr_row_set(row, "flag", tr_bool(full));
    tr_row_set(row, "row", full ? tr_of_row(inner) : tr_null());
    tr_row_set(row, "list", full ? tr_of_list(list) : tr_null());
    return row;
}

static void try_input(const uint8_t *data, size_t size, apr_pool_t *pool)
{
    char *source = apr_pstrmemdup(pool, (const char *)data, size);
    tr_template_set_t *set = tr_template_set_make(source_of, source, pool);
    tr_problem_t *problem = tr_problem_make(pool);
    const tr_template_t *template;
    apr_status_t status = tr_template_compile(&template, set, "page", problem);

    must((status == APR_SUCCESS) == (tr_problem_count(problem) == 0));
    if (status != APR_SUCCESS) {
        return;
    }
    status = tr_template_check(template, sample_shape(pool), problem);
    must((status == APR_SUCCESS) == (tr_problem_count(problem) == 0));
    if (status != APR_SUCCESS) {
        return;
    }
    for (int full = 0; full < 2; full++) {
        tr_buf_t *out = tr_buf_make(0, pool);

        tr_template_render(template, sample_row(full, pool), out);
        must(strstr(source, "<z onz") || !strstr(out->data, "<z onz"));
    }
}

FUZZ_TARGET("template")
