/* remove.c: transients-admin clear, remove and run: what takes rows and pictures away.
 *
 * SPDX-License-Identifier: MIT
 */
#include "admin.h"

#include "tr_sweep.h"

#include <apr_strings.h>
#include <stdio.h>
#include <string.h>

enum { TYPED_MAX = 256 /* bytes; longer than any name */ };

/* What is to go. */
typedef struct removal_t {
    tr_admin_t *admin;
    tr_row_t *args;   /* of the statements: kind, id, stays, stamp */
    const char *what; /* "project P", for people */
    const char *name; /* to be typed */
} removal_t;

static void print_preview(const removal_t *removal, const tr_row_t *row)
{
    printf("%s: %ld candidates, %ld ratings by %ld users, %ld pulsars matched, %ld notes, "
           "%ld pictures go\n",
           removal->what, (long)tr_row_int(row, "candidates", 0),
           (long)tr_row_int(row, "ratings", 0), (long)tr_row_int(row, "raters", 0),
           (long)tr_row_int(row, "associations", 0), (long)tr_row_int(row, "notes", 0),
           (long)tr_row_int(row, "pictures", 0));
}

/* The name, typed at the terminal or given with --yes. */
static apr_status_t confirm(const removal_t *removal)
{
    const char *typed = tr_admin_option(removal->admin, "yes");
    char line[TYPED_MAX] = "";

    if (!typed) {
        printf("Type \"%s\" to remove all of it: ", removal->name);
        fflush(stdout);
        if (fgets(line, sizeof line, stdin)) {
            line[strcspn(line, "\r\n")] = '\0';
        }
        typed = line;
    }
    if (strcmp(typed, removal->name) != 0) {
        return tr_problem_add(removal->admin->problem, TR_EBAD,
                              "That is not \"%s\". Nothing was removed.", removal->name);
    }
    return APR_SUCCESS;
}

static apr_status_t show(removal_t *removal)
{
    tr_admin_t *admin = removal->admin;
    tr_row_t *row;
    apr_status_t status = tr_db_row(admin->db, "admin_preview", removal->args, &row,
                                    admin->problem, admin->pool);

    if (status == APR_SUCCESS) {
        print_preview(removal, row);
        tr_row_set(removal->args, "stamp", *tr_row_get(row, "stamp"));
    }
    return status;
}

static apr_status_t take(tr_db_t *db, void *baton, tr_problem_t *problem)
{
    removal_t *removal = baton;
    tr_row_t *row;

    return tr_db_row(db, "admin_remove", removal->args, &row, problem, removal->admin->pool);
}

/* Pictures go with --media; else it is said what is left. */
static apr_status_t sweep(tr_admin_t *admin)
{
    const char *media = tr_admin_option(admin, "media");
    int removed = 0;
    tr_row_t *row = NULL;
    apr_status_t status = APR_SUCCESS;

    if (media) {
        status = tr_sweep(admin->db, media, &removed, admin->problem, admin->pool);
        printf("%d pictures removed\n", removed);
    }
    if (status == APR_SUCCESS) {
        status = tr_db_row(admin->db, "removed_media_count", NULL, &row, admin->problem,
                           admin->pool);
    }
    if (status == APR_SUCCESS && row && tr_row_int(row, "waiting", 0)) {
        printf("%ld pictures of removed candidates are still there: transients-admin check "
               "--repair --media DIR removes them\n",
               (long)tr_row_int(row, "waiting", 0));
    }
    return status;
}

/* The database is open: shown, asked about, taken away. */
static apr_status_t remove_it(removal_t *removal)
{
    tr_admin_t *admin = removal->admin;
    apr_status_t status = show(removal);

    if (status == APR_SUCCESS) {
        status = confirm(removal);
    }
    if (status == APR_SUCCESS) {
        status = tr_db_transaction(admin->db, take, removal, admin->problem);
    }
    if (status != APR_SUCCESS) {
        return status;
    }
    printf("%s: %s\n", removal->what,
           tr_row_flag(removal->args, "stays") ? "cleared" : "removed");
    return sweep(admin);
}

/* A thing by its name; `stays`: it is emptied only. */
static apr_status_t remove_thing(tr_admin_t *admin, const char *kind, const char *name,
                                 int stays)
{
    removal_t removal = { admin, tr_admin_row(admin, "kind", kind), NULL, name };
    tr_row_t *row;
    apr_status_t status = tr_admin_open(admin);

    tr_row_set(removal.args, "name", tr_text(name));
    tr_row_set(removal.args, "stays", tr_bool(stays));
    removal.what = apr_pstrcat(admin->pool, kind, " ", name, NULL);
    if (status == APR_SUCCESS) {
        status = tr_db_row(admin->db, "admin_thing", removal.args, &row, admin->problem,
                           admin->pool);
    }
    if (status == TR_ENOTFOUND) {
        return tr_admin_missing(admin,
                                strcmp(kind, "run") ? kind : "upload run in force:", name);
    }
    if (status != APR_SUCCESS) {
        return status;
    }
    tr_row_set(removal.args, "id", *tr_row_get(row, "id"));
    return remove_it(&removal);
}

static apr_status_t remove_by_verb(tr_admin_t *admin)
{
    return remove_thing(admin, admin->verb->verb, tr_admin_arg(admin, 0), 0);
}

static apr_status_t take_back(tr_admin_t *admin)
{
    return remove_thing(admin, "run", tr_admin_arg(admin, 0), 0);
}

static apr_status_t clear(tr_admin_t *admin)
{
    const char *project = tr_admin_option(admin, "project");
    removal_t removal = { admin, tr_admin_row(admin, "kind", NULL), "all projects", "all" };
    apr_status_t status;

    if (project) {
        return remove_thing(admin, "project", project, 1);
    }
    tr_row_set(removal.args, "stays", tr_bool(1));
    status = tr_admin_open(admin);
    return status == APR_SUCCESS ? remove_it(&removal) : status;
}

static apr_status_t list_runs(tr_admin_t *admin)
{
    return tr_admin_print(admin, "admin_run_list", NULL);
}

#define YES_AND_MEDIA                                                                          \
    { "yes", "NAME", "what would be typed: asks nothing" },                                    \
    {                                                                                          \
        "media", "DIR", "the folder of pictures: takes those along that nobody else has"       \
    }

static const tr_admin_option_t clear_options[] = {
    { "project", "NAME", "this project's candidates and searches alone" },
    YES_AND_MEDIA,
    { NULL, NULL, NULL },
};

static const tr_admin_option_t remove_options[] = {
    YES_AND_MEDIA,
    { NULL, NULL, NULL },
};

#define AUDIT_WORDS "What goes is kept in the audit log, pictures excepted."

const tr_verb_t tr_verbs_remove[] = {
    { "clear", NULL, "", 0, 0, clear_options, clear, "removes all candidates, projects stay",
      "Shows what goes and asks for the project's name, or \"all\". Observations, users and\n"
      "lists stay. " AUDIT_WORDS },
    { "remove", "project", "NAME", 1, 1, remove_options, remove_by_verb,
      "removes a project with its candidates", AUDIT_WORDS },
    { "remove", "observation", "ID", 1, 1, remove_options, remove_by_verb,
      "removes an observation with its candidates", "In all projects. " AUDIT_WORDS },
    { "remove", "candidate", "ID", 1, 1, remove_options, remove_by_verb,
      "removes one candidate", AUDIT_WORDS },
    { "run", "list", "", 0, 0, NULL, list_runs, "lists upload runs, the newest first", NULL },
    { "run", "remove", "ID", 1, 1, remove_options, take_back, "takes an upload run back",
      "Removes its candidates and searches. The run stays, marked; the same table can be\n"
      "uploaded again. " AUDIT_WORDS },
    { NULL, NULL, NULL, 0, 0, NULL, NULL, NULL, NULL },
};
