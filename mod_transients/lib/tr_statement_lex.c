/* tr_statement_lex.c: SQL text cut into tokens, as far as finding parameters needs.
 *
 * PostgreSQL's rules (manual, "Lexical Structure") with standard_conforming_strings on, which
 * is the server's default and what libpq's own escaping relies on.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_statement_lex.h"

#include <string.h>
#include <strings.h>

static int is_name_start(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || (c & 0x80);
}

static int is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static int is_space(char c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == '\v';
}

apr_size_t tr_sql_name_len(const char *at)
{
    apr_size_t len = 0;

    if (!is_name_start(*at)) {
        return 0;
    }
    while (is_name_start(at[len]) || is_digit(at[len])) {
        len++;
    }
    return len;
}

static tr_sql_token_t make(tr_sql_kind_e kind, const char *at, apr_size_t len)
{
    tr_sql_token_t token = { kind, at, len };

    return token;
}

static tr_sql_token_t broken(const char *at)
{
    return make(TR_SQL_BROKEN, at, strlen(at));
}

/* From `at` with its opening quote `prefix` bytes on; a doubled quote stands for itself. */
static tr_sql_token_t quoted(tr_sql_kind_e kind, const char *at, apr_size_t prefix,
                             int has_escapes)
{
    char quote = at[prefix];
    const char *next = at + prefix + 1;

    for (; *next; next++) {
        if ((*next == '\\' && has_escapes && next[1]) || (*next == quote && next[1] == quote)) {
            next++;
        }
        else if (*next == quote) {
            return make(kind, at, (apr_size_t)(next + 1 - at));
        }
    }
    return broken(at);
}

/* $tag$ ... $tag$, or $1, or a lone dollar sign. */
static tr_sql_token_t dollar(const char *at)
{
    apr_size_t tag = tr_sql_name_len(at + 1);
    const char *end;

    if (is_digit(at[1])) {
        return make(TR_SQL_DOLLAR, at, 1 + strspn(at + 1, "0123456789"));
    }
    if (at[1 + tag] != '$') {
        return make(TR_SQL_CHAR, at, 1);
    }
    tag += 2;
    for (end = strchr(at + tag, '$'); end; end = strchr(end + 1, '$')) {
        if (!strncmp(end, at, tag)) {
            return make(TR_SQL_STRING, at, (apr_size_t)(end - at) + tag);
        }
    }
    return broken(at);
}

static tr_sql_token_t block_comment(const char *at)
{
    int depth = 0;

    for (const char *next = at; *next; next++) {
        if (next[0] == '/' && next[1] == '*') {
            depth++;
            next++;
        }
        else if (next[0] == '*' && next[1] == '/') {
            next++;
            if (--depth == 0) {
                return make(TR_SQL_COMMENT, at, (apr_size_t)(next + 1 - at));
            }
        }
    }
    return broken(at);
}

static tr_sql_token_t word(const char *at)
{
    apr_size_t len = tr_sql_name_len(at);

    if (at[len] == '\'' && len == 1 && (*at == 'e' || *at == 'E')) {
        return quoted(TR_SQL_STRING, at, 1, 1);
    }
    /* A dollar sign within an identifier does not open a quote. */
    while (at[len] == '$' || is_name_start(at[len]) || is_digit(at[len])) {
        len++;
    }
    return make(TR_SQL_WORD, at, len);
}

static tr_sql_token_t colon(const char *at)
{
    apr_size_t name;

    if (at[1] == ':') {
        return make(TR_SQL_CAST, at, 2);
    }
    name = tr_sql_name_len(at + 1);
    return name ? make(TR_SQL_PARAM, at, name + 1) : make(TR_SQL_CHAR, at, 1);
}

static tr_sql_token_t at_sign(const char *at)
{
    apr_size_t name = tr_sql_name_len(at + 1);

    if (name && at[1 + name] == '(') {
        return make(TR_SQL_MACRO, at, name + 1);
    }
    return make(TR_SQL_CHAR, at, 1);
}

static tr_sql_token_t run(tr_sql_kind_e kind, const char *at, int (*belongs)(char))
{
    apr_size_t len = 1;

    while (belongs(at[len])) {
        len++;
    }
    return make(kind, at, len);
}

tr_sql_token_t tr_sql_token(const char *at)
{
    if (!*at) {
        return make(TR_SQL_END, at, 0);
    }
    if (is_space(*at)) {
        return run(TR_SQL_SPACE, at, is_space);
    }
    if (at[0] == '-' && at[1] == '-') {
        return make(TR_SQL_COMMENT, at, strcspn(at, "\n"));
    }
    if (at[0] == '/' && at[1] == '*') {
        return block_comment(at);
    }
    if (is_name_start(*at)) {
        return word(at);
    }
    if (is_digit(*at)) {
        return run(TR_SQL_NUMBER, at, is_digit);
    }
    switch (*at) {
    case '\'':
        return quoted(TR_SQL_STRING, at, 0, 0);
    case '"':
        return quoted(TR_SQL_QUOTED, at, 0, 0);
    case '$':
        return dollar(at);
    case ':':
        return colon(at);
    case '@':
        return at_sign(at);
    default:
        return make(TR_SQL_CHAR, at, 1);
    }
}

int tr_sql_is_word(const tr_sql_token_t *token, const char *text)
{
    return token->kind == TR_SQL_WORD && token->len == strlen(text)
           && !strncasecmp(token->at, text, token->len);
}

int tr_sql_lines(const tr_sql_token_t *token)
{
    int lines = 0;

    for (apr_size_t i = 0; i < token->len; i++) {
        lines += token->at[i] == '\n';
    }
    return lines;
}
