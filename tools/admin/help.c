/* help.c: what transients-admin says of itself, from the tables of verbs.
 *
 * SPDX-License-Identifier: MIT
 */
#include "admin.h"

#include <stdio.h>
#include <string.h>

static void print_usage(const tr_verb_t *verb)
{
    printf("%s%s%s%s%s", verb->noun, verb->verb ? " " : "", verb->verb ? verb->verb : "",
           *verb->args ? " " : "", verb->args);
}

static int usage_width(const tr_verb_t *verb)
{
    return (int)(strlen(verb->noun) + (verb->verb ? 1 + strlen(verb->verb) : 0)
                 + (*verb->args ? 1 + strlen(verb->args) : 0));
}

static void print_general(void)
{
    puts(
        "\nFor every command:\n"
        "  --dsn DSN       the database, as libpq reads it; else TRANSIENTS_DSN, else libpq's\n"
        "                  own environment. The role must own the schema.\n"
        "  --schema DIR    where migrations and statements are; else TRANSIENTS_SCHEMA, else\n"
        "                  " TR_DATADIR "/schema\n"
        "  --help          explains a command\n"
        "  --version\n"
        "\n"
        "Exit status: 0 done, 1 refused or failed, 2 the command line is wrong.");
}

void tr_admin_help(void)
{
    puts("transients-admin: the database of mod_transients and its users.\n"
         "\n"
         "  transients-admin COMMAND ...\n");
    for (int t = 0; tr_verb_tables[t]; t++) {
        for (const tr_verb_t *verb = tr_verb_tables[t]; verb->noun; verb++) {
            int pad = 30 - usage_width(verb);

            printf("  ");
            print_usage(verb);
            printf("%*s%s\n", pad > 1 ? pad : 1, "", verb->words);
        }
    }
    print_general();
}

void tr_admin_help_verb(const tr_verb_t *verb)
{
    printf("transients-admin ");
    print_usage(verb);
    printf("%s\n\n%s\n", verb->options ? " [OPTIONS]" : "", verb->words);
    if (verb->more) {
        printf("%s\n", verb->more);
    }
    if (verb->options) {
        putchar('\n');
    }
    for (const tr_admin_option_t *o = verb->options; o && o->name; o++) {
        int pad = 22 - (int)(strlen(o->name) + (o->value ? 1 + strlen(o->value) : 0));

        printf("  --%s%s%s%*s%s\n", o->name, o->value ? " " : "", o->value ? o->value : "",
               pad > 1 ? pad : 1, "", o->words);
    }
    print_general();
}
