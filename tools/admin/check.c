/* check.c: transients-admin check.
 *
 * SPDX-License-Identifier: MIT
 */
#include "admin.h"

#include "tr_migrate.h"

#include <apr_strings.h>
#include <stdio.h>
#include <string.h>

/* What is compared within the database; each statement gives a row for each fault. */
static const char *const comparisons[] = { "check_copy",        "check_rating", "check_summary",
                                           "check_class_count", "check_survey", NULL };

/* In this order: the triggers of `rating` move summaries by differences, which are right only
 * on summaries that were right, and what they leave is compared once more. */
static const char *const repairs[] = {
    "check_lock",
    "check_mend_copy",
    "check_mend_summary",
    "check_mend_class_count_drop",
    "check_mend_class_count",
    "check_mend_rating_drop",
    "check_mend_rating",
    "check_mend_summary",
    "check_mend_class_count_drop",
    "check_mend_class_count",
    "check_mend_survey_drop",
    "check_mend_survey",
    NULL,
};

/* Complaints about the site's files are findings here, not failures. */
static int print_findings(tr_admin_t *admin)
{
    int count = tr_problem_count(admin->problem);

    if (count) {
        printf("%s\n", tr_problem_text(admin->problem, admin->pool));
    }
    tr_problem_clear(admin->problem);
    return count;
}

static apr_status_t check_files(tr_admin_t *admin, int *faults)
{
    apr_status_t status = tr_migrate_check(admin->db, admin->schema, admin->problem,
                                           admin->pool);

    if (status != APR_SUCCESS && status != TR_ESITE) {
        return status;
    }
    *faults += print_findings(admin);
    status = tr_db_check_statements(admin->db, admin->problem, admin->pool);
    if (status != APR_SUCCESS && status != TR_ESITE) {
        return status;
    }
    *faults += print_findings(admin);
    return APR_SUCCESS;
}

static apr_status_t compare(tr_admin_t *admin, int *faults)
{
    for (int i = 0; comparisons[i]; i++) {
        tr_list_t *rows;
        apr_status_t status = tr_db_rows(admin->db, comparisons[i], NULL, &rows, admin->problem,
                                         admin->pool);

        if (status != APR_SUCCESS) {
            return status;
        }
        for (int r = 0; r < rows->count; r++) {
            printf("%s\n", tr_row_text(rows->rows[r], "fault"));
        }
        *faults += rows->count;
    }
    return APR_SUCCESS;
}

static apr_status_t repair(tr_db_t *db, void *baton, tr_problem_t *problem)
{
    tr_admin_t *admin = baton;

    for (int i = 0; repairs[i]; i++) {
        apr_int64_t count;
        apr_status_t status = tr_db_run(db, repairs[i], NULL, &count, problem, admin->pool);

        if (status != APR_SUCCESS) {
            return status;
        }
        if (count) {
            printf("%s: %ld rows mended\n", repairs[i] + strlen("check_mend_"), (long)count);
        }
    }
    return APR_SUCCESS;
}

static apr_status_t check_data(tr_admin_t *admin, int is_repair, int *faults)
{
    int found = 0;
    apr_status_t status = compare(admin, &found);

    if (status == APR_SUCCESS && found && is_repair) {
        status = tr_db_transaction(admin->db, repair, admin, admin->problem);
        found = 0;
        if (status == APR_SUCCESS) {
            status = compare(admin, &found);
        }
    }
    *faults += found;
    return status;
}

static apr_status_t check(tr_admin_t *admin)
{
    int is_repair = tr_admin_option(admin, "repair") != NULL, faults = 0;
    const char *media = tr_admin_option(admin, "media");
    apr_status_t status;

    admin->is_lenient = 0;
    status = tr_admin_open(admin);
    if (status == APR_SUCCESS) {
        status = check_files(admin, &faults);
    }
    if (status == APR_SUCCESS) {
        status = check_data(admin, is_repair, &faults);
    }
    if (status == APR_SUCCESS && media) {
        status = tr_admin_check_media(admin, media, is_repair, &faults);
    }
    if (status != APR_SUCCESS) {
        return status;
    }
    printf(faults ? "faults found: %d\n" : "no faults found\n", faults);
    return faults ? TR_ECONFLICT : APR_SUCCESS;
}

static const tr_admin_option_t options[] = {
    { "repair", NULL, "mends ratings and summaries from the events, drops unused pictures" },
    { "media", "DIR", "compares this folder of pictures with the candidates, too" },
    { NULL, NULL, NULL },
};

const tr_verb_t tr_verbs_check[] = {
    { "check", NULL, "", 0, 0, options, check, "looks for what does not fit together",
      "Compares migrations and statements with the database, ratings and summaries with the\n"
      "rating events, pictures with candidates. Files younger than an hour are left alone.\n"
      "Exit status 1 while a fault is left." },
    { NULL, NULL, NULL, 0, 0, NULL, NULL, NULL, NULL },
};
