/* migrate.c: transients-admin migrate.
 *
 * SPDX-License-Identifier: MIT
 */
#include "admin.h"

#include "tr_migrate.h"

#include <stdio.h>

static void say(void *baton, const char *words)
{
    (void)baton;
    puts(words);
    fflush(stdout);
}

static apr_status_t migrate(tr_admin_t *admin)
{
    const char *role = tr_admin_option(admin, "site-role");
    const tr_migrate_t how = { admin->schema, role ? role : "transients_site", say, NULL };
    apr_status_t status;

    /* A fault in a page's statement must not keep the schema from being mended. */
    admin->is_lenient = 1;
    status = tr_admin_open(admin);
    if (status == APR_SUCCESS) {
        status = tr_migrate_run(admin->db, &how, admin->problem, admin->pool);
    }
    if (status == APR_SUCCESS) {
        puts("the schema is up to date");
    }
    return status;
}

static const tr_admin_option_t options[] = {
    { "site-role", "NAME", "the role that the site connects as (transients_site)" },
    { NULL, NULL, NULL },
};

const tr_verb_t tr_verbs_migrate[] = {
    { "migrate", NULL, "", 0, 0, options, migrate, "brings the schema up to date",
      "Applies missing migrations, replaces functions that have changed and gives the site's\n"
      "role its rights; makes that role, without a password, where there is none." },
    { NULL, NULL, NULL, 0, 0, NULL, NULL, NULL, NULL },
};
