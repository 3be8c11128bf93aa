/* migrate.c: transients-admin migrate.
 *
 * SPDX-License-Identifier: MIT
 */
#include "admin.h"

#include "tr_migrate.h"

#include <stdio.h>
#include <string.h>

static void say(void *baton, const char *words)
{
    (void)baton;
    puts(words);
    fflush(stdout);
}

static apr_status_t set_password(tr_admin_t *admin, const char *role, const char *file)
{
    char *secret;
    apr_status_t status = tr_admin_read_secret_file(admin, file, &secret);

    if (status == APR_SUCCESS) {
        status = tr_db_set_role_password(admin->db, role, secret, admin->problem);
    }
    explicit_bzero(secret, strlen(secret));
    return status;
}

static apr_status_t migrate(tr_admin_t *admin)
{
    const char *given = tr_admin_option(admin, "site-role");
    const char *role = given ? given : "transients_site";
    const char *file = tr_admin_option(admin, "site-password-file");
    const tr_migrate_t how = { admin->schema, role, say, NULL };
    apr_status_t status;

    /* A fault in a page's statement must not keep the schema from being mended. */
    admin->is_lenient = 1;
    status = tr_admin_open(admin);
    if (status == APR_SUCCESS) {
        status = tr_migrate_run(admin->db, &how, admin->problem, admin->pool);
    }
    if (status == APR_SUCCESS && file) {
        status = set_password(admin, role, file);
    }
    if (status == APR_SUCCESS) {
        puts("the schema is up to date");
    }
    return status;
}

static const tr_admin_option_t options[] = {
    { "site-role", "NAME", "the role that the site connects as (transients_site)" },
    { "site-password-file", "FILE",
      "that role's password is the file's first line (-: stdin)" },
    { NULL, NULL, NULL },
};

const tr_verb_t tr_verbs_migrate[] = {
    { "migrate", NULL, "", 0, 0, options, migrate, "brings the schema up to date",
      "Applies missing migrations, replaces functions that have changed and gives the site's\n"
      "role its rights; makes that role, without a password, where there is none." },
    { NULL, NULL, NULL, 0, 0, NULL, NULL, NULL, NULL },
};
