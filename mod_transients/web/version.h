/* version.h: what tells a browser that static files have changed.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_VERSION_H
#define TR_VERSION_H

#include <apr_pools.h>

/* The module's version and the time of the youngest file below `folder` (NULL: none): other
 * files, another text; so addresses that bear it may be cached for ever. */
const char *tr_version_text(const char *folder, apr_pool_t *pool);

#endif
