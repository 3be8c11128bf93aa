/* template.h: what the tests of templates share.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TEMPLATE_H
#define TEMPLATE_H

#include "tap.h"
#include "tr_template.h"

#include <apr_general.h>
#include <apr_strings.h>

static apr_pool_t *pool;

/* Sources are pairs: name, text; ended by NULL. */
static inline const char *source_of(void *baton, const char *name, const char **file,
                                    apr_pool_t *p)
{
    *file = apr_pstrcat(p, name, ".html", NULL);
    for (const char *const *at = baton; *at; at += 2) {
        if (!strcmp(at[0], name)) {
            return at[1];
        }
    }
    return NULL;
}

static inline const tr_template_t *compile_all(const char **sources, tr_problem_t *problem)
{
    tr_template_set_t *set = tr_template_set_make(source_of, sources, pool);
    const tr_template_t *template;

    tr_template_compile(&template, set, "page", problem);
    return template;
}

static inline const char *render_all(const char **sources, const tr_row_t *data)
{
    tr_problem_t *problem = tr_problem_make(pool);
    const tr_template_t *template = compile_all(sources, problem);
    tr_buf_t *out = tr_buf_make(0, pool);

    if (!template) {
        return tr_problem_text(problem, pool);
    }
    tr_template_render(template, data, out);
    return out->data;
}

static inline const char *render(const char *text, const tr_row_t *data)
{
    const char *sources[] = { "page", text, NULL };

    return render_all(sources, data);
}

/* What is complained of, "" for nothing. */
static inline const char *refusal(const char *text)
{
    const char *sources[] = { "page", text, NULL };
    tr_problem_t *problem = tr_problem_make(pool);

    compile_all(sources, problem);
    return tr_problem_text(problem, pool);
}

static inline tr_row_t *hostile_data(void)
{
    tr_row_t *row = tr_row_make(pool);

    tr_row_set(row, "x", tr_text("\"'><script>&"));
    tr_row_set(row, "js", tr_text("javascript:alert(1)"));
    tr_row_set(row, "host", tr_text("//evil.example/?a=b#c"));
    tr_row_set(row, "empty", tr_text(""));
    tr_row_set(row, "null", tr_null());
    tr_row_set(row, "yes", tr_bool(1));
    tr_row_set(row, "no", tr_bool(0));
    tr_row_set(row, "zero", tr_int(0));
    tr_row_set(row, "n", tr_int(-1284));
    tr_row_set(row, "least", tr_int(APR_INT64_MIN));
    tr_row_set(row, "r", tr_real(1e22));
    tr_row_set(row, "ra_deg", tr_real(246.997917));
    tr_row_set(row, "flux", tr_real(0.125));
    tr_row_set(row, "md", tr_text("*a* <b>"));
    tr_row_set(row, "q", tr_text("a=1&b=%22\"x"));
    return row;
}

typedef struct pair_t {
    const char *template, *want;
} pair_t;

static inline void template_begin(void)
{
    apr_initialize();
    apr_pool_create(&pool, NULL);
}

static inline int template_end(void)
{
    apr_pool_destroy(pool);
    apr_terminate();
    return done_testing();
}

#endif
