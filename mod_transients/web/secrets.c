/* secrets.c: refuses to start with secrets that are none.
 *
 * What holds a secret is looked up in the configuration as httpd read it, since
 * the modules that use it (mod_dbd, mod_ssl) tell nobody.
 *
 * SPDX-License-Identifier: MIT
 */
#include "secrets.h"

#include "../lib/tr_file.h"

#include <apr_file_info.h>
#include <apr_lib.h>
#include <apr_strings.h>
#include <httpd.h>
#include <http_config.h>
#include <string.h>

enum { PASSFILE_FIELDS = 5 }; /* host:port:database:user:password */

/* Who else than its owner may do anything with a file. */
#define OTHERS (APR_GREAD | APR_GWRITE | APR_GEXECUTE | APR_WREAD | APR_WWRITE | APR_WEXECUTE)

typedef struct search_t {
    tr_problem_t *problem;
    apr_pool_t *pool;
    const ap_directive_t *at;
} search_t;

/* Those of examples and of the software itself: tried first by whoever finds a database. */
static const char *const common[] = {
    "",        "admin",    "changeit",   "changeme",        "change-me",  "default",
    "example", "password", "passwd",     "postgres",        "postgresql", "root",
    "secret",  "test",     "transients", "transients_site", "123456",     "12345678",
};

#define COMPLAIN(search, ...)                                                                  \
    tr_problem_at((search)->problem, (search)->at->filename, (search)->at->line_num,           \
                  __VA_ARGS__)

static void check_password(const search_t *search, const char *password, const char *where)
{
    for (size_t i = 0; i < sizeof common / sizeof common[0]; i++) {
        if (strcasecmp(password, common[i]) == 0) {
            COMPLAIN(search, "the password of the database in %s is %s", where,
                     *password ? "one that everybody tries first" : "empty");
            return;
        }
    }
}

/* Whether the file is there, and its owner's alone. */
static int is_kept(const search_t *search, const char *path, const char *what)
{
    apr_finfo_t file;
    apr_status_t status = apr_stat(&file, path, APR_FINFO_PROT | APR_FINFO_TYPE, search->pool);
    char words[120];

    if (status != APR_SUCCESS && !APR_STATUS_IS_INCOMPLETE(status)) {
        COMPLAIN(search, "%s %s: %s", what, path, apr_strerror(status, words, sizeof words));
        return 0;
    }
    if (file.filetype != APR_REG) {
        COMPLAIN(search, "%s %s is no file", what, path);
        return 0;
    }
    if (file.protection & OTHERS) {
        COMPLAIN(search, "%s %s may be read or written by others than its owner: chmod go= %s",
                 what, path, path);
        return 0;
    }
    return 1;
}

/* The last of the fields of a line of libpq's password file; NULL: it is no such line. */
static const char *password_of_line(char *line)
{
    char *to = line;
    int fields = 1;

    if (*line == '#') {
        return NULL;
    }
    for (const char *from = line; *from; from++) {
        if (*from == ':' && fields < PASSFILE_FIELDS) {
            fields++;
            to = line;
            continue;
        }
        from += *from == '\\' && from[1];
        *to++ = *from;
    }
    *to = '\0';
    return fields == PASSFILE_FIELDS ? line : NULL;
}

static void check_passfile(const search_t *search, const char *path)
{
    char *text, *rest;
    int count = 0;

    /* who tests the configuration may be another user than the one whose file it is */
    if (!is_kept(search, path, "passfile")
        || tr_file_read(&text, NULL, path, NULL, search->pool) != APR_SUCCESS) {
        return;
    }
    for (char *line = apr_strtok(text, "\r\n", &rest); line;
         line = apr_strtok(NULL, "\r\n", &rest)) {
        const char *password = password_of_line(line);

        if (password) {
            check_password(search, password, path);
            count++;
        }
    }
    if (!count) {
        COMPLAIN(search, "passfile %s has no line HOST:PORT:DATABASE:USER:PASSWORD", path);
    }
}

/* The value of a libpq parameter, 'quoted' or not; *from goes behind it. */
static const char *value_of(const char **from, apr_pool_t *pool)
{
    const char *at = *from;
    int quoted = *at == '\'';
    char *value = apr_pstrdup(pool, at += quoted);
    char *to = value;

    while (*at && (quoted ? *at != '\'' : !apr_isspace(*at))) {
        at += *at == '\\' && at[1];
        *to++ = *at++;
    }
    *to = '\0';
    *from = at + (quoted && *at);
    return value;
}

/* A password that stands in the configuration itself, and has not come from the environment. */
static void check_file_with(const search_t *search, const char *password)
{
    if (*password && strstr(search->at->args, password)) {
        is_kept(search, search->at->filename, "with a password in it,");
    }
}

static void check_parameter(const search_t *search, const char *name, const char *value)
{
    if (strcmp(name, "password") == 0) {
        check_password(search, value, "DBDParams");
        check_file_with(search, value);
    }
    else if (strcmp(name, "passfile") == 0) {
        check_passfile(search, value);
    }
}

/* "name = value name='value' ...", as libpq reads it. */
static void check_dsn(const search_t *search, const char *dsn)
{
    while (*dsn) {
        const char *name, *end = dsn;

        while (apr_isspace(*dsn)) {
            end = ++dsn;
        }
        while (*end && *end != '=' && !apr_isspace(*end)) {
            end++;
        }
        name = apr_pstrmemdup(search->pool, dsn, end - dsn);
        while (apr_isspace(*end)) {
            end++;
        }
        if (*end != '=') {
            return; /* an address (postgresql://) or nothing that libpq takes */
        }
        for (end++; apr_isspace(*end);) {
            end++;
        }
        check_parameter(search, name, value_of(&end, search->pool));
        dsn = end;
    }
}

/* postgresql://user:password@host/... */
static void check_address(const search_t *search, const char *address)
{
    const char *user = strstr(address, "://") + 3;
    const char *at = user + strcspn(user, "@/?");
    const char *colon = memchr(user, ':', at - user);

    if (*at == '@' && colon) {
        check_parameter(search, "password",
                        apr_pstrmemdup(search->pool, colon + 1, at - colon - 1));
    }
}

static void check_params(const search_t *search, const char *value)
{
    if (strncmp(value, "postgresql://", 13) == 0 || strncmp(value, "postgres://", 11) == 0) {
        check_address(search, value);
    }
    else {
        check_dsn(search, value);
    }
}

/* Of the directory that judges passwords; exec: names a program that tells it. */
static void check_directory(const search_t *search, const char *value)
{
    if (strncmp(value, "exec:", 5) != 0) {
        check_file_with(search, value);
    }
}

static void check_key(const search_t *search, const char *value)
{
    if (strncmp(value, "pkcs11:", 7) != 0) {
        is_kept(search, ap_server_root_relative(search->pool, value), "the key");
    }
}

static const struct {
    const char *directive;
    void (*check)(const search_t *search, const char *value);
} secrets[] = {
    { "DBDParams", check_params },
    { "SSLCertificateKeyFile", check_key },
    { "AuthLDAPBindPassword", check_directory },
};

static void check_directive(const search_t *search)
{
    const char *args = search->at->args;

    for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++) {
        if (strcasecmp(search->at->directive, secrets[i].directive) == 0) {
            secrets[i].check(search, ap_getword_conf(search->pool, &args));
        }
    }
}

static void search_in(search_t *search, const ap_directive_t *first)
{
    for (; first; first = first->next) {
        search->at = first;
        check_directive(search);
        search_in(search, first->first_child);
    }
}

void tr_secrets_check(tr_problem_t *problem, apr_pool_t *pool)
{
    search_t search = { .problem = problem, .pool = pool };

    search_in(&search, ap_conftree);
}
