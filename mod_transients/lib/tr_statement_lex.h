/* tr_statement_lex.h: SQL text cut into tokens, as far as finding parameters needs.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_STATEMENT_LEX_H
#define TR_STATEMENT_LEX_H

#include <apr.h>

typedef enum {
    TR_SQL_END,
    TR_SQL_SPACE,
    TR_SQL_COMMENT, /* -- to the end of its line (without it), or nested block comments */
    TR_SQL_STRING,  /* '...', E'...', $tag$...$tag$ */
    TR_SQL_QUOTED,  /* "identifier" */
    TR_SQL_WORD,    /* identifiers, key words */
    TR_SQL_NUMBER,
    TR_SQL_CAST,   /* :: */
    TR_SQL_PARAM,  /* :name, without what follows */
    TR_SQL_DOLLAR, /* $1 */
    TR_SQL_MACRO,  /* @name when "(" follows, without it */
    TR_SQL_CHAR,   /* any other single character */
    TR_SQL_BROKEN  /* a quote or comment that does not end; reaches to the end of the text */
} tr_sql_kind_e;

typedef struct tr_sql_token_t {
    tr_sql_kind_e kind;
    const char *at;
    apr_size_t len;
} tr_sql_token_t;

/* The token that begins at `at`; its end is token.at + token.len. */
tr_sql_token_t tr_sql_token(const char *at);
/* Whether the token is that word, in any case. */
int tr_sql_is_word(const tr_sql_token_t *token, const char *word);
/* Lines that end within the token. */
int tr_sql_lines(const tr_sql_token_t *token);
/* Length of the identifier at `at`, 0 when there is none. */
apr_size_t tr_sql_name_len(const char *at);

#endif
