/* secret.c: passwords, from the terminal or standard input and from nowhere else.
 *
 * SPDX-License-Identifier: MIT
 */
#include "admin.h"

#include "tr_password_rules.h"

#include <apr_strings.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

enum {
    LINE_MAX_BYTES = 1024,
    SHORTEST_OF_ROLE = 12, /* nobody types that one */
    COST = 12              /* of bcrypt, as everywhere for people */
};

/* One line without its end; 0 at the end of input or when it is too long. */
static int read_line(char line[LINE_MAX_BYTES])
{
    size_t len;

    if (!fgets(line, LINE_MAX_BYTES, stdin)) {
        return 0;
    }
    len = strlen(line);
    if (len == LINE_MAX_BYTES - 1 && line[len - 1] != '\n') {
        return 0;
    }
    line[strcspn(line, "\r\n")] = '\0';
    return 1;
}

/* With the terminal's echo off. An interrupt waits until it is on again. */
static int ask(const char *prompt, char line[LINE_MAX_BYTES])
{
    struct termios before, silent;
    sigset_t interrupts, signals_before;
    int is_read, can_hide = !tcgetattr(STDIN_FILENO, &before);

    sigemptyset(&interrupts);
    sigaddset(&interrupts, SIGINT);
    sigaddset(&interrupts, SIGQUIT);
    sigaddset(&interrupts, SIGTERM);
    sigaddset(&interrupts, SIGTSTP);
    sigprocmask(SIG_BLOCK, &interrupts, &signals_before);

    fprintf(stderr, "%s: ", prompt);
    if (can_hide) {
        silent = before;
        silent.c_lflag &= ~(tcflag_t)ECHO;
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &silent);
    }
    is_read = read_line(line);
    if (can_hide) {
        tcsetattr(STDIN_FILENO, TCSAFLUSH, &before);
    }
    fputc('\n', stderr);
    sigprocmask(SIG_SETMASK, &signals_before, NULL);
    return is_read;
}

static apr_status_t read_secret(tr_admin_t *admin, const char *user, char line[LINE_MAX_BYTES])
{
    char again[LINE_MAX_BYTES];
    int same;

    if (!isatty(STDIN_FILENO)) {
        return read_line(line)
                   ? APR_SUCCESS
                   : tr_problem_add(admin->problem, TR_EBAD, "Standard input has no password.");
    }
    if (!ask(apr_psprintf(admin->pool, "Password of %s", user), line)
        || !ask("The same again", again)) {
        return tr_problem_add(admin->problem, TR_EBAD, "No password was given.");
    }
    same = !strcmp(line, again);
    explicit_bzero(again, sizeof again);
    return same ? APR_SUCCESS
                : tr_problem_add(admin->problem, TR_EBAD, "The two are not the same.");
}

/* "name:hash", as htpasswd -nB prints it, or the hash alone; NULL: it is a password. */
static const char *hash_in(const char *line)
{
    const char *colon = strchr(line, ':');

    if (tr_password_is_hash(line)) {
        return line;
    }
    return colon && tr_password_is_hash(colon + 1) ? colon + 1 : NULL;
}

static apr_status_t hash_new(tr_admin_t *admin, const char *user, const char *line,
                             const char **hash)
{
    const char *fault = tr_password_fault(line, user, admin->pool);

    return fault ? tr_problem_add(admin->problem, TR_EBAD, "%s", fault)
                 : tr_password_hash(hash, line, COST, admin->problem, admin->pool);
}

apr_status_t tr_admin_read_password(tr_admin_t *admin, const char *user, const char **hash)
{
    char line[LINE_MAX_BYTES];
    apr_status_t status = read_secret(admin, user, line);

    if (status == APR_SUCCESS && hash_in(line)) {
        *hash = apr_pstrdup(admin->pool, hash_in(line));
    }
    else if (status == APR_SUCCESS) {
        status = hash_new(admin, user, line, hash);
    }
    explicit_bzero(line, sizeof line);
    return status;
}

apr_status_t tr_admin_read_secret_file(tr_admin_t *admin, const char *file, char **secret)
{
    char line[LINE_MAX_BYTES] = "";
    FILE *from = strcmp(file, "-") ? fopen(file, "re") : stdin;
    int is_read = from && fgets(line, sizeof line, from);

    if (from && from != stdin) {
        fclose(from);
    }
    line[strcspn(line, "\r\n")] = '\0';
    *secret = apr_pstrdup(admin->pool, line);
    explicit_bzero(line, sizeof line);
    if (!is_read) {
        return tr_problem_add(admin->problem, TR_EBAD, "%s: it can't be read, or is empty.",
                              file);
    }
    return strlen(*secret) >= SHORTEST_OF_ROLE
               ? APR_SUCCESS
               : tr_problem_add(admin->problem, TR_EBAD,
                                "%s: the password has fewer than %d characters.", file,
                                SHORTEST_OF_ROLE);
}
