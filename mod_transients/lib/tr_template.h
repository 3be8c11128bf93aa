/* tr_template.h: HTML templates in Mustache, compiled when the site starts.
 *
 * Understood: interpolation, sections, inverted sections, partials,
 * inheritance, comments.  Not understood on purpose: {{{x}}}, {{&x}}, lambdas,
 * set-delimiter tags.  A value is escaped by where it stands (text, quoted
 * attribute, URL); places where no escaping is safe are refused at load.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_TEMPLATE_H
#define TR_TEMPLATE_H

#include "tr_buf.h"
#include "tr_problem.h"
#include "tr_shape.h"

typedef struct tr_template_t tr_template_t;
typedef struct tr_template_set_t tr_template_set_t;

/* Gives a partial's or parent's source by name, NULL when there is none; *file is how
 * complaints name it. Not NUL-free sources are refused. */
typedef const char *tr_template_source_fn(void *baton, const char *name, const char **file,
                                          apr_pool_t *pool);

/* A set shares partials. The pool must outlive every template of the set. */
tr_template_set_t *tr_template_set_make(tr_template_source_fn *source, void *baton,
                                        apr_pool_t *pool);
/* A set whose sources are the files of one folder: partial "row" is DIR/row.html,
 * templates are named with or without ".html". */
tr_template_set_t *tr_template_set_of_folder(const char *folder, apr_pool_t *pool);

/* Compiles; every error found is added as file:line: message. TR_ESITE when any. */
apr_status_t tr_template_compile(const tr_template_t **out, tr_template_set_t *set,
                                 const char *name, tr_problem_t *problem);
/* Checks every name and formatter against the page's data. TR_ESITE when any is unknown. */
apr_status_t tr_template_check(const tr_template_t *template, const tr_shape_t *shape,
                               tr_problem_t *problem);
/* Renders: cannot fail on a checked template. Reads `data` only; many threads may render
 * one template at once. */
void tr_template_render(const tr_template_t *template, const tr_row_t *data, tr_buf_t *out);

#endif
