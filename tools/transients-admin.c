/* transients-admin.c: the database and its users, from the command line.
 *
 * SPDX-License-Identifier: MIT
 */
#include "admin/admin.h"

#include <apr_general.h>
#include <apr_strings.h>
#include <stdio.h>
#include <stdlib.h>

const tr_verb_t *const tr_verb_tables[] = {
    tr_verbs_migrate, tr_verbs_user,     tr_verbs_token,  tr_verbs_lists, tr_verbs_pulsars,
    tr_verbs_edit,    tr_verbs_exchange, tr_verbs_remove, tr_verbs_check, NULL
};

/* What went wrong, for people; the server's own words when a defect is likely. */
static void complain(const tr_admin_t *admin)
{
    const tr_problem_t *problem = admin->problem;

    fprintf(stderr, "transients-admin: %s\n", tr_problem_text(problem, admin->pool));
    if (problem->detail && (problem->status == TR_EDB || problem->status == TR_EDBGONE)) {
        fprintf(stderr, "%s%s%s\n", problem->statement ? problem->statement : "",
                problem->statement ? ": " : "", problem->detail);
    }
}

static int run(tr_admin_t *admin)
{
    if (admin->verb->run(admin) == APR_SUCCESS) {
        return fflush(stdout) ? TR_EXIT_FAILED : TR_EXIT_DONE;
    }
    fflush(stdout);
    if (tr_problem_count(admin->problem)) {
        complain(admin);
    }
    return TR_EXIT_FAILED;
}

int main(int argc, const char *const *argv)
{
    tr_admin_t admin = { NULL, NULL, NULL, NULL, NULL, NULL, 0, NULL, NULL, NULL };
    int code;

    if (apr_app_initialize(&argc, &argv, NULL) != APR_SUCCESS) {
        return TR_EXIT_FAILED;
    }
    atexit(apr_terminate);
    apr_pool_create(&admin.pool, NULL);
    admin.problem = tr_problem_make(admin.pool);
    code = tr_admin_read_arguments(&admin, argc, argv);
    if (code == TR_EXIT_DONE && admin.verb) {
        code = run(&admin);
    }
    apr_pool_destroy(admin.pool);
    return code;
}
