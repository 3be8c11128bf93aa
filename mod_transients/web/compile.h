/* compile.h: the site's compiler: reads and checks everything that a site is made of.
 *
 * It depends on files alone, never on a database, so that `apachectl configtest`
 * tells all errors at once and a graceful restart never meets one.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_COMPILE_H
#define TR_COMPILE_H

#include "site.h"

/* Fills columns, statements, compiled and fields. Every error is added; the site may be served
 * only when there is none. */
void tr_compile_site(tr_site_t *site, tr_problem_t *problem, apr_pool_t *pool);

#endif
