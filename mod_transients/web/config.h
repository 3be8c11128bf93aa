/* config.h: the directives, per virtual host; conf/transients.conf tells them in prose.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_CONFIG_H
#define TR_CONFIG_H

#include "site.h"

extern const command_rec tr_config_directives[];

void *tr_config_make(apr_pool_t *pool, server_rec *server);
void *tr_config_merge(apr_pool_t *pool, void *base, void *added);
/* Gives every directive that was not set its default, and complains of those that have none. */
void tr_config_finish(tr_site_t *site, tr_problem_t *problem, apr_pool_t *pool);

#endif
