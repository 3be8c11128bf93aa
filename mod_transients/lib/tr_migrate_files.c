/* tr_migrate_files.c: the files of schema/, read and checked.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_migrate_files.h"

#include "tr_buf.h"
#include "tr_file.h"
#include "tr_statement_lex.h"

#include <apr_file_info.h>
#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

/* ---- migrations ---- */

/* NNNN-name.sql: the number, 0 when the name has another form. */
static int number_of(const char *name)
{
    static const char letters[] = "abcdefghijklmnopqrstuvwxyz0123456789-";
    apr_size_t word;

    if (strspn(name, "0123456789") != 4 || name[4] != '-') {
        return 0;
    }
    word = strspn(name + 5, letters);
    return word && !strcmp(name + 5 + word, ".sql") ? atoi(name) : 0;
}

/* What stands behind `mark` at the beginning of a line; NULL when no line begins so. */
static const char *line_with(const char *text, const char *mark)
{
    for (const char *line = text; line; line = strchr(line, '\n')) {
        line += *line == '\n';
        if (!strncmp(line, mark, strlen(mark))) {
            return line + strlen(mark);
        }
    }
    return NULL;
}

/* A transaction that the file ends by itself would leave half of it applied. The line of the
 * first such command, 0 for none. */
static int transaction_line(const char *text)
{
    static const char *const words[] = { "begin", "commit", "rollback", "start", NULL };
    int line = 1, is_start = 1;

    for (;;) {
        tr_sql_token_t token = tr_sql_token(text);

        if (token.kind == TR_SQL_END) {
            return 0;
        }
        for (int i = 0; is_start && words[i]; i++) {
            if (tr_sql_is_word(&token, words[i])) {
                return line;
            }
        }
        if (token.kind != TR_SQL_SPACE && token.kind != TR_SQL_COMMENT) {
            is_start = *token.at == ';';
        }
        line += tr_sql_lines(&token);
        text += token.len;
    }
}

static apr_status_t check_migration(const tr_migration_t *migration, tr_problem_t *problem)
{
    int line = transaction_line(migration->text);

    if (line) {
        return tr_problem_at(problem, migration->path, line,
                             "a migration neither begins nor ends a transaction by itself");
    }
    if (migration->needs_code < 1) {
        return tr_problem_at(problem, migration->path, 1,
                             "a migration needs a line \"-- needs code: N\"");
    }
    if (migration->needs_code > TR_CODE_NUMBER) {
        return tr_problem_at(problem, migration->path, 1,
                             "it needs code %d and this program is code %d",
                             migration->needs_code, TR_CODE_NUMBER);
    }
    return APR_SUCCESS;
}

static apr_status_t read_migration(tr_migration_t *migration, const char *folder,
                                   const char *name, tr_problem_t *problem, apr_pool_t *pool)
{
    apr_size_t len;
    char *text;
    const char *needs;
    apr_status_t status;

    migration->id = number_of(name);
    migration->name = apr_pstrmemdup(pool, name, strlen(name) - strlen(".sql"));
    migration->path = apr_pstrcat(pool, folder, "/", name, NULL);
    status = tr_file_read(&text, &len, migration->path, problem, pool);
    if (status != APR_SUCCESS) {
        return status;
    }
    migration->text = text;
    tr_digest_hex(text, len, migration->sha256);
    needs = line_with(text, "-- needs code:");
    migration->needs_code = needs ? atoi(needs) : 0;
    migration->is_bare = line_with(text, "-- no transaction") != NULL;
    return check_migration(migration, problem);
}

apr_status_t tr_migrations_read(apr_array_header_t **migrations, const char *folder,
                                tr_problem_t *problem, apr_pool_t *pool)
{
    apr_array_header_t *names;
    int last = 0, before = tr_problem_count(problem);

    *migrations = apr_array_make(pool, 8, sizeof(tr_migration_t));
    if (tr_file_names(&names, folder, ".sql", problem, pool) != APR_SUCCESS) {
        return TR_ESITE;
    }
    for (int i = 0; i < names->nelts; i++) {
        const char *name = APR_ARRAY_IDX(names, i, const char *);
        int id = number_of(name);

        if (!strcmp(name, "grants.sql")) {
            continue;
        }
        if (!id || id == last) {
            tr_problem_at(problem, apr_pstrcat(pool, folder, "/", name, NULL), 1, "%s",
                          id ? "its number is taken already"
                             : "a migration is named NNNN-lower-case-words.sql");
            continue;
        }
        last = id;
        read_migration(apr_array_push(*migrations), folder, name, problem, pool);
    }
    return tr_problem_count(problem) > before ? TR_ESITE : APR_SUCCESS;
}

/* ---- functions and grants ---- */

apr_status_t tr_functions_read(apr_array_header_t **files, char sha256[TR_DIGEST_HEX],
                               const char *folder, tr_problem_t *problem, apr_pool_t *pool)
{
    const char *functions = apr_pstrcat(pool, folder, "/functions", NULL);
    tr_buf_t *all = tr_buf_make(0, pool);
    apr_array_header_t *names;
    apr_finfo_t info;

    *files = apr_array_make(pool, 8, sizeof(tr_sql_file_t));
    if (apr_stat(&info, functions, APR_FINFO_TYPE, pool) == APR_SUCCESS) {
        apr_status_t status = tr_file_names(&names, functions, ".sql", problem, pool);

        for (int i = 0; status == APR_SUCCESS && i < names->nelts; i++) {
            const char *name = APR_ARRAY_IDX(names, i, const char *);
            tr_sql_file_t *file = apr_array_push(*files);
            char *text;

            file->path = apr_pstrcat(pool, functions, "/", name, NULL);
            status = tr_file_read(&text, NULL, file->path, problem, pool);
            file->text = text;
            tr_buf_put(all, name, strlen(name) + 1);
            tr_buf_puts(all, status == APR_SUCCESS ? text : "");
        }
        if (status != APR_SUCCESS) {
            return status;
        }
    }
    tr_digest_hex(all->data, all->len, sha256);
    return APR_SUCCESS;
}

static void put_identifier(tr_buf_t *out, const char *name)
{
    tr_buf_putc(out, '"');
    for (; *name; name++) {
        tr_buf_puts(out, *name == '"' ? "\"\"" : (char[]){ *name, '\0' });
    }
    tr_buf_putc(out, '"');
}

apr_status_t tr_grants_fill(const char **filled, const tr_sql_file_t *file, const char *role,
                            tr_problem_t *problem, apr_pool_t *pool)
{
    static const char site[] = "\"site\"";
    tr_buf_t *out = tr_buf_make(strlen(file->text) + 256, pool);
    const char *at = file->text;
    int line = 1;

    for (;;) {
        tr_sql_token_t token = tr_sql_token(at);

        at += token.len;
        if (token.kind == TR_SQL_END) {
            *filled = apr_pstrmemdup(pool, out->data, out->len);
            return APR_SUCCESS;
        }
        if (token.kind == TR_SQL_CHAR && *token.at == ':' && !strncmp(at, site, strlen(site))) {
            put_identifier(out, role);
            at += strlen(site);
        }
        else if (token.kind == TR_SQL_PARAM
                 || (token.kind == TR_SQL_CHAR && *token.at == ':' && strchr("\"'", *at)
                     && *at)) {
            return tr_problem_at(problem, file->path, line, "the only variable is :\"site\"");
        }
        else {
            tr_buf_put(out, token.at, token.len);
        }
        line += tr_sql_lines(&token);
    }
}

/* ---- scripts ---- */

static const char *behind_lines(int lines, const char *from, const char *end, apr_pool_t *pool)
{
    char *text = apr_palloc(pool, (apr_size_t)lines + (apr_size_t)(end - from) + 1);

    memset(text, '\n', (apr_size_t)lines);
    memcpy(text + lines, from, (apr_size_t)(end - from));
    text[lines + (end - from)] = '\0';
    return text;
}

apr_array_header_t *tr_script_split(const char *text, apr_pool_t *pool)
{
    apr_array_header_t *parts = apr_array_make(pool, 4, sizeof(const char *));
    const char *start = text;
    int line = 0, start_line = 0, has_sql = 0;

    for (;;) {
        tr_sql_token_t token = tr_sql_token(text);
        int is_end = token.kind == TR_SQL_END || (token.kind == TR_SQL_CHAR && *text == ';');

        text += token.len;
        line += tr_sql_lines(&token);
        if (is_end && has_sql) {
            APR_ARRAY_PUSH(parts, const char *) = behind_lines(start_line, start, text, pool);
        }
        if (token.kind == TR_SQL_END) {
            return parts;
        }
        if (is_end) {
            start = text;
            start_line = line;
        }
        has_sql = !is_end
                  && (has_sql || (token.kind != TR_SQL_SPACE && token.kind != TR_SQL_COMMENT));
    }
}
