/* tr_statement_expand.c: from a block's text to the SQL that the server gets.
 *
 * Substitution never adds or drops a line, so that a complaint about expanded
 * text still names the right line of the file.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_statement_expand.h"

#include "tr_statement_lex.h"

#include <apr_strings.h>
#include <string.h>

/* Macros within macros and fragments: more is a fragment that uses itself. */
enum { DEPTH_MAX = 4 };

typedef struct place_t {
    const char *at;
    const char *file;
    int line;
    int depth;
    const char *last_word; /* upper case does not matter; NULL at the start */
    apr_size_t last_len;
} place_t;

typedef struct replacement_t {
    const char *mark; /* without % */
    const char *text;
    int is_whole_word; /* what follows the mark must not go on as a name */
} replacement_t;

/* The first replacement whose mark stands at `at`; longer marks come first in the table. */
static const replacement_t *replacement_at(const char *at, const replacement_t *replacements)
{
    for (const replacement_t *r = replacements; r->mark; r++) {
        apr_size_t len = strlen(r->mark);

        if (!strncmp(at, r->mark, len) && !(r->is_whole_word && tr_sql_name_len(at + len))) {
            return r;
        }
    }
    return NULL;
}

static const char *replace(const char *text, apr_size_t len, const replacement_t *replacements,
                           apr_pool_t *pool)
{
    tr_buf_t *out = tr_buf_make(len + 64, pool);
    const char *end = text + len;

    while (text < end) {
        const replacement_t *r = *text == '%' ? replacement_at(text + 1, replacements) : NULL;

        if (r) {
            tr_buf_puts(out, r->text);
            text += 1 + strlen(r->mark);
        }
        else {
            tr_buf_putc(out, *text++);
        }
    }
    return apr_pstrmemdup(pool, out->data, out->len);
}

static const char *replace_sort(const char *text, const tr_column_t *sort, int is_up,
                                apr_pool_t *pool)
{
    const replacement_t replacements[] = {
        { "sortname", sort->name, 1 },     { "sorttype", sort->type, 1 },
        { "sort", sort->expr, 1 },         { "dir", is_up ? "ASC" : "DESC", 1 },
        { "after", is_up ? ">" : "<", 1 }, { NULL, NULL, 0 },
    };

    return replace(text, strlen(text), replacements, pool);
}

const char *tr_expand_sort(const char *text, const tr_column_t *sort, const char *direction,
                           apr_pool_t *pool)
{
    return sort ? replace_sort(text, sort, !strcmp(direction, "asc"), pool) : text;
}

static const char *pattern_for(const tr_column_t *column, const char *pattern, apr_size_t len,
                               apr_pool_t *pool)
{
    const replacement_t replacements[] = {
        { "n", column->name, 0 },
        { "t", column->type, 0 },
        { "e", column->expr, 0 },
        { NULL, NULL, 0 },
    };

    return replace(pattern, len, replacements, pool);
}

static void complain(tr_expansion_t *expansion, const place_t *place, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void complain(tr_expansion_t *expansion, const place_t *place, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    tr_problem_at(expansion->problem, place->file, place->line, "%s",
                  apr_pvsprintf(expansion->pool, format, args));
    va_end(args);
}

/* The token at the place, which then stands behind it. */
static tr_sql_token_t take(place_t *place)
{
    tr_sql_token_t token = tr_sql_token(place->at);

    place->at += token.len;
    return token;
}

/* Number of the parameter, from 1; made on its first use. 0: complained. */
static int param_number(tr_expansion_t *expansion, const place_t *place, const char *name,
                        const char *type)
{
    tr_param_t *param;

    for (int i = 0; i < expansion->params->nelts; i++) {
        param = &APR_ARRAY_IDX(expansion->params, i, tr_param_t);
        if (!strcmp(param->name, name)) {
            if (strcmp(param->type, type)) {
                complain(expansion, place, ":%s is %s here and %s before", name, type,
                         param->type);
                return 0;
            }
            return i + 1;
        }
    }
    param = apr_array_push(expansion->params);
    param->name = name;
    param->type = type;
    return expansion->params->nelts;
}

/* name, schema.name, name(3), name(10,2), each with [] behind it. */
static const char *take_type(tr_expansion_t *expansion, place_t *place)
{
    const char *from = place->at;
    tr_sql_token_t token = take(place);

    if (token.kind != TR_SQL_WORD) {
        return NULL;
    }
    if (*place->at == '.') {
        place->at++;
        if (take(place).kind != TR_SQL_WORD) {
            return NULL;
        }
    }
    if (*place->at == '(') {
        apr_size_t len = 1 + strspn(place->at + 1, "0123456789, ");

        if (place->at[len] != ')') {
            return NULL;
        }
        place->at += len + 1;
    }
    while (place->at[0] == '[' && place->at[1] == ']') {
        place->at += 2;
    }
    return apr_pstrmemdup(expansion->pool, from, (apr_size_t)(place->at - from));
}

/* What the web layer gives and nothing else may: name and type are fixed. */
static const char *reserved_type(const char *name)
{
    return !strcmp(name, "_user") ? "bigint" : !strcmp(name, "_projects") ? "bigint[]" : NULL;
}

static void put_param(tr_expansion_t *expansion, place_t *place, const tr_sql_token_t *token)
{
    const char *name = apr_pstrmemdup(expansion->pool, token->at + 1, token->len - 1);
    const char *type = NULL;
    const char *wanted = reserved_type(name);
    int number;

    if (tr_sql_token(place->at).kind == TR_SQL_CAST) {
        place->at += 2;
        type = take_type(expansion, place);
    }
    if (!type) {
        complain(expansion, place, ":%s has no type: write :%s::type", name, name);
        return;
    }
    if (!strcasecmp(type, "double") || !strcasecmp(type, "character")) {
        complain(expansion, place, "the type of :%s is one word: float8, text", name);
        return;
    }
    if (*name == '_' && (!wanted || strcmp(wanted, type))) {
        complain(expansion, place, "only :_user::bigint and :_projects::bigint[] begin with _");
        return;
    }
    number = param_number(expansion, place, name, type);
    tr_buf_printf(expansion->sql, "$%d::%s", number, type);
}

/* From behind "(" to its ")"; NULL when it does not close. */
static const char *closing(const char *at)
{
    int depth = 1;

    for (;;) {
        tr_sql_token_t token = tr_sql_token(at);

        if (token.kind == TR_SQL_END || token.kind == TR_SQL_BROKEN) {
            return NULL;
        }
        if (token.kind == TR_SQL_CHAR && *at == '(') {
            depth++;
        }
        if (token.kind == TR_SQL_CHAR && *at == ')' && --depth == 0) {
            return at;
        }
        at += token.len;
    }
}

static void expand(tr_expansion_t *expansion, place_t *place);

static char *trimmed(const char *from, apr_size_t len, apr_pool_t *pool)
{
    const char *end = from + len;

    while (from < end && strchr(" \t\r\n", *from)) {
        from++;
    }
    while (end > from && strchr(" \t\r\n", end[-1])) {
        end--;
    }
    return apr_pstrmemdup(pool, from, (apr_size_t)(end - from));
}

/* SET, PATTERN: the pattern for each column of the set. */
static void put_columns(tr_expansion_t *expansion, const place_t *place, const char *args,
                        apr_size_t len, const char *joint)
{
    const char *comma = memchr(args, ',', len);
    apr_size_t skip = comma ? (apr_size_t)(comma + 1 - args) : len;
    const char *set = trimmed(args, comma ? skip - 1 : len, expansion->pool);
    int count;
    const tr_column_t *const *columns = tr_columns_set(expansion->columns, set, &count);

    if (!comma || count == 0) {
        complain(expansion, place,
                 comma ? "there is no set of columns \"%s\""
                       : "\"%s\": a macro has the form (SET, PATTERN)",
                 set);
        return;
    }
    skip += strspn(args + skip, " ");
    for (int i = 0; i < count; i++) {
        place_t inner = *place;
        int before = tr_problem_count(expansion->problem);

        inner.at = pattern_for(columns[i], args + skip, len - skip, expansion->pool);
        inner.depth++;
        tr_buf_puts(expansion->sql, i ? joint : "");
        expand(expansion, &inner);
        if (tr_problem_count(expansion->problem) > before) {
            return; /* the next column would only say the same */
        }
    }
}

/* NAME: the text of that fragment. */
static void put_fragment(tr_expansion_t *expansion, const place_t *place, const char *args,
                         apr_size_t len, const char *joint)
{
    const char *name = trimmed(args, len, expansion->pool);
    const tr_block_t *fragment = apr_hash_get(expansion->fragments, name, APR_HASH_KEY_STRING);
    place_t inner = { NULL, NULL, 0, place->depth + 1, NULL, 0 };

    if (!fragment || !fragment->body) {
        complain(expansion, place, "there is no fragment \"%s\"", name);
        return;
    }
    inner.at = tr_expand_sort(fragment->body, expansion->sort, expansion->direction,
                              expansion->pool);
    inner.file = fragment->file;
    inner.line = fragment->body_line;
    expand(expansion, &inner);
    tr_buf_puts(expansion->sql, joint);
}

typedef struct macro_t {
    const char *name;
    const char *joint; /* between columns; behind a fragment */
    void (*put)(tr_expansion_t *expansion, const place_t *place, const char *args,
                apr_size_t len, const char *joint);
} macro_t;

static const macro_t macros[] = {
    { "@list", ", ", put_columns },
    { "@each", " ", put_columns },
    { "@use", " ", put_fragment },
    { NULL, NULL, NULL },
};

static const macro_t *find_macro(const tr_sql_token_t *token)
{
    for (const macro_t *macro = macros; macro->name; macro++) {
        if (token->len == strlen(macro->name) && !memcmp(token->at, macro->name, token->len)) {
            return macro;
        }
    }
    return NULL;
}

static void put_macro(tr_expansion_t *expansion, place_t *place, const tr_sql_token_t *token)
{
    const macro_t *macro = find_macro(token);
    const char *args = place->at + 1, *end = closing(args);
    tr_sql_token_t whole = { TR_SQL_CHAR, args, end ? (apr_size_t)(end - args) : 0 };

    place->at = end ? end + 1 : args;
    if (!macro || !end) {
        complain(expansion, place,
                 macro ? "the parenthesis of %.*s does not close" : "there is no macro %.*s",
                 (int)token->len, token->at);
    }
    else if (place->depth == DEPTH_MAX) {
        complain(expansion, place, "macros and fragments stand more than %d deep", DEPTH_MAX);
    }
    else {
        macro->put(expansion, place, args, whole.len, macro->joint);
    }
    place->line += tr_sql_lines(&whole);
}

/* UPDATE is also half of FOR UPDATE and FOR NO KEY UPDATE, which change nothing. */
static void note_word(tr_expansion_t *expansion, place_t *place, const tr_sql_token_t *token)
{
    const tr_sql_token_t last = { TR_SQL_WORD, place->last_word, place->last_len };
    int after_lock = place->last_word
                     && (tr_sql_is_word(&last, "for") || tr_sql_is_word(&last, "key"));

    if (tr_sql_is_word(token, "insert") || tr_sql_is_word(token, "delete")
        || tr_sql_is_word(token, "merge") || (tr_sql_is_word(token, "update") && !after_lock)) {
        expansion->changes_rows = 1;
    }
    place->last_word = token->at;
    place->last_len = token->len;
}

static void put_token(tr_expansion_t *expansion, place_t *place, const tr_sql_token_t *token)
{
    switch (token->kind) {
    case TR_SQL_BROKEN:
        complain(expansion, place, "a quote or comment that begins here does not end");
        return;
    case TR_SQL_DOLLAR:
        complain(expansion, place, "write :name::type instead of %.*s", (int)token->len,
                 token->at);
        return;
    case TR_SQL_PARAM:
        put_param(expansion, place, token);
        return;
    case TR_SQL_MACRO:
        put_macro(expansion, place, token);
        return;
    case TR_SQL_COMMENT:
        tr_buf_putc(expansion->sql, ' ');
        return;
    case TR_SQL_WORD:
        note_word(expansion, place, token);
        break;
    default:
        break;
    }
    tr_buf_put(expansion->sql, token->at, token->len);
}

static void expand(tr_expansion_t *expansion, place_t *place)
{
    for (;;) {
        tr_sql_token_t token = take(place);

        if (token.kind == TR_SQL_END) {
            return;
        }
        if (token.kind == TR_SQL_CHAR && *token.at == ';') {
            expansion->is_ended = 1;
            continue;
        }
        if (expansion->is_ended && token.kind != TR_SQL_SPACE && token.kind != TR_SQL_COMMENT) {
            complain(expansion, place, "a block is one statement: more follows the semicolon");
            return;
        }
        put_token(expansion, place, &token);
        place->line += tr_sql_lines(&token);
    }
}

void tr_expand_block(tr_expansion_t *expansion, const tr_block_t *block)
{
    place_t place = { NULL, block->file, block->body_line, 0, NULL, 0 };

    place.at = tr_expand_sort(block->body, expansion->sort, expansion->direction,
                              expansion->pool);
    expand(expansion, &place);
}
