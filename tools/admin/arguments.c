/* arguments.c: the command line of transients-admin.
 *
 * SPDX-License-Identifier: MIT
 */
#include "admin.h"

#include <apr_strings.h>
#include <apr_tables.h>
#include <libpq-fe.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Those of every verb. */
static const tr_admin_option_t general[] = {
    { "dsn", "DSN", NULL },    { "schema", "DIR", NULL }, { "help", NULL, NULL },
    { "version", NULL, NULL }, { NULL, NULL, NULL },
};

const char *tr_admin_arg(const tr_admin_t *admin, int number)
{
    return number < admin->args->nelts ? APR_ARRAY_IDX(admin->args, number, const char *)
                                       : NULL;
}

const char *tr_admin_option(const tr_admin_t *admin, const char *name)
{
    return apr_table_get(admin->options, name);
}

static int refuse(const tr_admin_t *admin, const char *words, const char *what)
{
    const char *space = admin->verb ? " " : "";

    fprintf(stderr, "transients-admin: %s%s\n", what ? what : "", words);
    fprintf(stderr, "Try: transients-admin%s%s%s%s --help\n", space,
            admin->verb ? admin->verb->noun : "", admin->verb && admin->verb->verb ? " " : "",
            admin->verb && admin->verb->verb ? admin->verb->verb : "");
    return TR_EXIT_USAGE;
}

static const tr_admin_option_t *find_option(const tr_admin_option_t *options, const char *name,
                                            size_t len)
{
    for (; options && options->name; options++) {
        if (strlen(options->name) == len && !memcmp(options->name, name, len)) {
            return options;
        }
    }
    return NULL;
}

static const tr_verb_t *find_verb(const char *noun, const char *verb)
{
    for (int t = 0; tr_verb_tables[t]; t++) {
        for (const tr_verb_t *v = tr_verb_tables[t]; v->noun; v++) {
            if (!strcmp(v->noun, noun) && (!v->verb || (verb && !strcmp(v->verb, verb)))) {
                return v;
            }
        }
    }
    return NULL;
}

/* The verb comes first, so that its options are known: its one or two words. Gives how many
 * words it took; 0: there is no such verb. Options of every verb may stand before it. */
static int take_verb(tr_admin_t *admin, const char *noun, const char *verb)
{
    admin->verb = find_verb(noun, verb);
    return !admin->verb ? 0 : admin->verb->verb ? 2 : 1;
}

static int take_option(tr_admin_t *admin, int argc, const char *const *argv, int *at)
{
    const char *text = argv[*at] + 2, *equals = strchr(text, '=');
    size_t len = equals ? (size_t)(equals - text) : strlen(text);
    const tr_admin_option_t *option = find_option(general, text, len);
    const char *value = equals ? equals + 1 : NULL;

    if (!option && admin->verb) {
        option = find_option(admin->verb->options, text, len);
    }
    if (!option) {
        return refuse(admin, " is no option here.", argv[*at]);
    }
    if (!option->value && value) {
        return refuse(admin, " takes no value.", argv[*at]);
    }
    if (option->value && !value) {
        if (*at + 1 >= argc) {
            return refuse(admin, " needs a value.", argv[*at]);
        }
        value = argv[++*at];
    }
    apr_table_add(admin->options, option->name, value ? value : "");
    return TR_EXIT_DONE;
}

static int take_all(tr_admin_t *admin, int argc, const char *const *argv)
{
    int only_args = 0;

    for (int i = 1; i < argc; i++) {
        if (!only_args && !strcmp(argv[i], "--")) {
            only_args = 1;
        }
        else if (!only_args && !strncmp(argv[i], "--", 2)) {
            int code = take_option(admin, argc, argv, &i);

            if (code != TR_EXIT_DONE) {
                return code;
            }
        }
        else if (!admin->verb) {
            int words = take_verb(admin, argv[i], i + 1 < argc ? argv[i + 1] : NULL);

            if (!words) {
                return refuse(admin, " is no command.", argv[i]);
            }
            i += words - 1;
        }
        else {
            APR_ARRAY_PUSH(admin->args, const char *) = argv[i];
        }
    }
    return TR_EXIT_DONE;
}

/* Whoever lists processes can read a command line. */
static int holds_password(const char *dsn)
{
    PQconninfoOption *all = PQconninfoParse(dsn, NULL);
    int holds = 0;

    for (PQconninfoOption *option = all; option && option->keyword; option++) {
        holds |= !strcmp(option->keyword, "password") && option->val;
    }
    PQconninfoFree(all);
    return holds;
}

static int check_all(tr_admin_t *admin)
{
    const char *dsn = tr_admin_option(admin, "dsn");

    if (admin->args->nelts < admin->verb->min_args) {
        return refuse(admin, "Something is missing.", NULL);
    }
    if (admin->args->nelts > admin->verb->max_args) {
        return refuse(admin, " is too much.", tr_admin_arg(admin, admin->verb->max_args));
    }
    if (dsn && holds_password(dsn)) {
        return refuse(admin,
                      "A password on the command line can be read by others: put it into "
                      "TRANSIENTS_DSN or a password file.",
                      NULL);
    }
    return TR_EXIT_DONE;
}

static int show_help(tr_admin_t *admin)
{
    if (admin->verb) {
        tr_admin_help_verb(admin->verb);
    }
    else {
        tr_admin_help();
    }
    admin->verb = NULL;
    return TR_EXIT_DONE;
}

static const char *first_of(const char *option, const char *variable, const char *fallback)
{
    const char *value = option ? option : getenv(variable);

    return value && *value ? value : fallback;
}

int tr_admin_read_arguments(tr_admin_t *admin, int argc, const char *const *argv)
{
    int code;

    admin->args = apr_array_make(admin->pool, 4, sizeof(const char *));
    admin->options = apr_table_make(admin->pool, 4);
    code = take_all(admin, argc, argv);
    if (code != TR_EXIT_DONE) {
        return code;
    }
    if (tr_admin_option(admin, "version")) {
        puts("transients-admin " TR_VERSION);
        admin->verb = NULL;
        return TR_EXIT_DONE;
    }
    if (tr_admin_option(admin, "help")) {
        return show_help(admin);
    }
    if (!admin->verb) {
        return refuse(admin, "What is to be done?", NULL);
    }
    admin->dsn = first_of(tr_admin_option(admin, "dsn"), "TRANSIENTS_DSN", "");
    admin->schema = first_of(tr_admin_option(admin, "schema"), "TRANSIENTS_SCHEMA",
                             TR_DATADIR "/schema");
    return check_all(admin);
}
