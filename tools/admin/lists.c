/* lists.c: transients-admin project, classification and filter.
 *
 * SPDX-License-Identifier: MIT
 */
#include "admin.h"

#include <apr_strings.h>
#include <stdio.h>
#include <stdlib.h>

/* Adds a thing of the verb's noun, its options as the statement's parameters. */
static apr_status_t add(tr_admin_t *admin)
{
    const tr_verb_t *verb = admin->verb;
    const char *name = tr_admin_arg(admin, 0);
    const char *statement = apr_pstrcat(admin->pool, verb->noun, "_add", NULL);
    tr_row_t *args = tr_admin_row(admin, "name", name), *row;
    apr_status_t status;

    for (const tr_admin_option_t *o = verb->options; o->name; o++) {
        tr_row_set(args, o->name, tr_text(tr_admin_option(admin, o->name)));
    }
    status = tr_admin_change(admin, statement, args, &row);
    if (status == APR_SUCCESS) {
        printf("%s %s: added\n", verb->noun, name);
    }
    return status;
}

static apr_status_t add_classification(tr_admin_t *admin)
{
    const char *position = tr_admin_option(admin, "position");
    char *end;

    if (position) {
        long number = strtol(position, &end, 10);

        if (!*position || *end || number < 0 || number > 1000000) {
            return tr_problem_add(admin->problem, TR_EBAD,
                                  "--position is a whole number up to a million.");
        }
    }
    return add(admin);
}

static apr_status_t list(tr_admin_t *admin)
{
    return tr_admin_print(admin, apr_pstrcat(admin->pool, admin->verb->noun, "_list", NULL),
                          NULL);
}

static const tr_admin_option_t project_options[] = {
    { "description", "TEXT", "at most 256 characters" },
    { "access", "WHO", "members: every user (default); listed: its members; public" },
    { NULL, NULL, NULL },
};

static const tr_admin_option_t classification_options[] = {
    { "description", "TEXT", "what raters are to take it for" },
    { "key", "LETTER", "that chooses it on the rating page" },
    { "position", "NUMBER", "its place in the list; at the end by default" },
    { NULL, NULL, NULL },
};

static const tr_admin_option_t filter_options[] = {
    { "description", "TEXT", "what it looks for" },
    { NULL, NULL, NULL },
};

const tr_verb_t tr_verbs_lists[] = {
    { "project", "add", "NAME", 1, 1, project_options, add, "adds a project", NULL },
    { "project", "list", "", 0, 0, NULL, list, "lists projects", NULL },
    { "classification", "add", "NAME", 1, 1, classification_options, add_classification,
      "adds a classification", NULL },
    { "classification", "list", "", 0, 0, NULL, list, "lists classifications", NULL },
    { "filter", "add", "NAME", 1, 1, filter_options, add, "adds a detection filter",
      "Filters come into being with uploads; this one is there before." },
    { "filter", "list", "", 0, 0, NULL, list, "lists detection filters", NULL },
    { NULL, NULL, NULL, 0, 0, NULL, NULL, NULL, NULL },
};
