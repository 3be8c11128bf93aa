/* admin.h: what the verbs of transients-admin share.
 *
 * A verb is a line in a table: its words, arguments, options and function.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_ADMIN_H
#define TR_ADMIN_H

#include "tr_db.h"

/* Exit codes, as the help says. */
enum { TR_EXIT_DONE = 0, TR_EXIT_FAILED = 1, TR_EXIT_USAGE = 2 };

typedef struct tr_admin_option_t {
    const char *name;  /* without "--" */
    const char *value; /* what to call its value in the help, NULL: it takes none */
    const char *words;
} tr_admin_option_t;

typedef struct tr_admin_t tr_admin_t;

typedef struct tr_verb_t {
    const char *noun; /* "user" */
    const char *verb; /* "add"; NULL: the noun stands alone */
    const char *args; /* for the help: "NAME" */
    int min_args, max_args;
    const tr_admin_option_t *options; /* ended by a NULL name; NULL: none */
    apr_status_t (*run)(tr_admin_t *admin);
    const char *words; /* one line for the help */
    const char *more;  /* further lines, or NULL */
} tr_verb_t;

struct tr_admin_t {
    apr_pool_t *pool;
    const tr_verb_t *verb;
    apr_array_header_t *args; /* of const char * */
    apr_table_t *options;     /* by name; repeated ones stand repeatedly */
    const char *dsn;
    const char *schema;
    int is_lenient; /* statements that cannot be read are no error (migrate) */
    tr_db_t *db;
    const tr_statements_t *statements;
    tr_problem_t *problem;
};

/* The tables of verbs, each ended by a NULL noun. */
extern const tr_verb_t tr_verbs_migrate[];
extern const tr_verb_t tr_verbs_user[];
extern const tr_verb_t tr_verbs_token[];
extern const tr_verb_t tr_verbs_lists[];
extern const tr_verb_t tr_verbs_pulsars[];
extern const tr_verb_t tr_verbs_edit[];
extern const tr_verb_t tr_verbs_exchange[];
extern const tr_verb_t tr_verbs_remove[];
extern const tr_verb_t tr_verbs_check[];
/* All of them, ended by NULL. */
extern const tr_verb_t *const tr_verb_tables[];

/* ---- arguments.c ---- */

/* Reads the command line: the verb with its arguments and options. TR_EXIT_DONE: go on (verb
 * set) or nothing more to do (help was printed, verb NULL); else complained on stderr. */
int tr_admin_read_arguments(tr_admin_t *admin, int argc, const char *const *argv);
const char *tr_admin_arg(const tr_admin_t *admin, int number); /* NULL when not given */
const char *tr_admin_option(const tr_admin_t *admin,
                            const char *name); /* NULL when not given */

/* ---- help.c ---- */

void tr_admin_help(void);
void tr_admin_help_verb(const tr_verb_t *verb);

/* ---- database.c ---- */

/* Statements read, connection made. */
apr_status_t tr_admin_open(tr_admin_t *admin);
/* A row with the text under the name; more are set by tr_row_set(). NULL text: NULL. */
tr_row_t *tr_admin_row(tr_admin_t *admin, const char *name, const char *text);
/* A refusal by the data's own rules gets the words of who typed the command. */
void tr_admin_say_constraint(tr_admin_t *admin);
/* Opens and runs the statement; its first row, TR_ENOTFOUND for none. */
apr_status_t tr_admin_change(tr_admin_t *admin, const char *statement, const tr_row_t *args,
                             tr_row_t **row);
/* Prints the statement's rows as a table. */
apr_status_t tr_admin_print(tr_admin_t *admin, const char *statement, const tr_row_t *args);
/* "There is no user X." as a problem. */
apr_status_t tr_admin_missing(tr_admin_t *admin, const char *what, const char *name);

/* ---- secret.c ---- */

/* A password from the terminal, asked for twice, or the first line of standard input; as a
 * hash. A hash as htpasswd -nB prints it ("name:hash" or the hash alone) is taken as it is. */
apr_status_t tr_admin_read_password(tr_admin_t *admin, const char *user, const char **hash);

/* The first line of a file, "-" for standard input, of at least 12 characters; the caller wipes
 * it. */
apr_status_t tr_admin_read_secret_file(tr_admin_t *admin, const char *file, char **secret);

/* ---- media.c ---- */

/* Compares the folder of pictures with the rows, mends on request; adds to *faults what is
 * left. */
apr_status_t tr_admin_check_media(tr_admin_t *admin, const char *folder, int is_repair,
                                  int *faults);

#endif
