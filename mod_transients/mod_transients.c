/* mod_transients.c: the module record and the order of its hooks, nothing else.
 *
 * SPDX-License-Identifier: MIT
 */
#include "web/config.h"
#include "web/site.h"

static void register_hooks(apr_pool_t *pool)
{
    tr_start_hooks(pool);
    tr_headers_hooks(pool);
    tr_dispatch_hooks(pool);
    tr_dbd_hooks(pool);
    tr_host_hooks(pool);
    tr_cross_site_hooks(pool);
    tr_session_hooks(pool);
    tr_token_hooks(pool);
    tr_authn_hooks(pool);
    tr_authz_hooks(pool);
    tr_error_hooks(pool);
}

module AP_MODULE_DECLARE_DATA transients_module = {
    STANDARD20_MODULE_STUFF,
    NULL, /* nothing is set per directory: a site is a virtual host */
    NULL,
    tr_config_make,
    tr_config_merge,
    tr_config_directives,
    register_hooks,
};
