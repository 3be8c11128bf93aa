/* tr_statement.c: named SQL statements, read from schema/queries when the site starts.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_statement.h"

#include "tr_file.h"
#include "tr_format.h"
#include "tr_secret.h"
#include "tr_statement_block.h"
#include "tr_statement_expand.h"

#include <apr_hash.h>
#include <apr_strings.h>
#include <string.h>

struct tr_statements_t {
    apr_hash_t *by_name;
    apr_array_header_t *all; /* of const tr_statement_t * */
};

typedef struct loader_t {
    tr_statements_t *statements;
    const tr_columns_t *columns;
    tr_problem_t *problem;
    apr_pool_t *pool;
    apr_pool_t *scratch;        /* of files and blocks */
    apr_pool_t *brief;          /* of one statement */
    apr_array_header_t *blocks; /* of tr_block_t, of all files */
    apr_hash_t *fragments;      /* name -> tr_block_t * */
} loader_t;

/* A block with its sort chosen: what becomes one statement. */
typedef struct variant_t {
    const tr_block_t *block;
    const tr_column_t *sort; /* NULL: the block has no variants */
    const char *direction;
} variant_t;

/* The prepared statement's name on a connection. A connection may outlive the site's
 * configuration, so the key follows the text; 63 bytes are what the server compares. */
static const char *make_key(const char *name, const char *sql, apr_pool_t *pool)
{
    char hex[TR_DIGEST_HEX];

    tr_digest_hex(sql, strlen(sql), hex);
    return apr_psprintf(pool, "%.40s-%.16s", name, hex);
}

static char *trim(char *text)
{
    char *end;

    text += strspn(text, " \t\r\n");
    end = text + strlen(text);
    while (end > text && strchr(" \t\r\n", end[-1])) {
        *--end = '\0';
    }
    return text;
}

static void add_column(loader_t *loader, const tr_block_t *block, int line,
                       apr_array_header_t *columns, const tr_result_column_t *column)
{
    if (tr_format_find(column->name)) {
        tr_problem_at(loader->problem, block->file, line,
                      "%s: column %s bears a formatter's name", block->name, column->name);
    }
    for (int i = 0; i < columns->nelts; i++) {
        if (!strcmp(APR_ARRAY_IDX(columns, i, tr_result_column_t).name, column->name)) {
            tr_problem_at(loader->problem, block->file, line, "%s: column %s is declared twice",
                          block->name, column->name);
            return;
        }
    }
    APR_ARRAY_PUSH(columns, tr_result_column_t) = *column;
}

static void add_set(loader_t *loader, const tr_block_t *block, int line,
                    apr_array_header_t *columns, const char *set)
{
    int count;
    const tr_column_t *const *found = tr_columns_set(loader->columns, set, &count);

    if (count == 0) {
        tr_problem_at(loader->problem, block->file, line,
                      "%s: there is no set of columns \"%s\"", block->name, set);
    }
    for (int i = 0; i < count; i++) {
        tr_result_column_t column = { found[i]->name, found[i]->type, 1 };

        add_column(loader, block, line, columns, &column);
    }
}

/* "name type" or "name type?" */
static void add_declared(loader_t *loader, const tr_block_t *block, int line,
                         apr_array_header_t *columns, char *item)
{
    char *type = item + strcspn(item, " \t");
    tr_result_column_t column = { item, NULL, 0 };
    apr_size_t len;

    if (*type) {
        *type++ = '\0';
        type = trim(type);
    }
    len = strlen(type);
    if (len && type[len - 1] == '?') {
        type[--len] = '\0';
        column.nullable = 1;
    }
    if (!tr_block_is_name(item) || !len
        || strspn(type, "abcdefghijklmnopqrstuvwxyz0123456789_[]") != len) {
        tr_problem_at(loader->problem, block->file, line,
                      "%s: a column is declared \"name type\" or \"name type?\", not \"%s %s\"",
                      block->name, item, type);
        return;
    }
    column.type = type;
    add_column(loader, block, line, columns, &column);
}

static void read_columns(loader_t *loader, const variant_t *variant, tr_statement_t *statement)
{
    const tr_block_t *block = variant->block;
    apr_array_header_t *columns = apr_array_make(loader->pool, 16, sizeof(tr_result_column_t));

    for (int i = 0; i < block->columns->nelts; i++) {
        const tr_block_line_t *line = &APR_ARRAY_IDX(block->columns, i, tr_block_line_t);
        const char *text = tr_expand_sort(line->text, variant->sort, variant->direction,
                                          loader->brief);
        char *state = NULL;

        for (char *item = apr_strtok(apr_pstrdup(loader->pool, text), ",", &state); item;
             item = apr_strtok(NULL, ",", &state)) {
            item = trim(item);
            if (*item == '@') {
                add_set(loader, block, line->line, columns, item + 1);
            }
            else if (*item) {
                add_declared(loader, block, line->line, columns, item);
            }
        }
    }
    statement->column_count = columns->nelts;
    statement->columns = (const tr_result_column_t *)columns->elts;
}

/* Parameters are made with the expansion's text and outlive it. */
static void keep_params(tr_statement_t *statement, const apr_array_header_t *params,
                        apr_pool_t *pool)
{
    tr_param_t *kept = apr_palloc(pool, sizeof *kept * ((apr_size_t)params->nelts + 1));

    for (int i = 0; i < params->nelts; i++) {
        kept[i].name = apr_pstrdup(pool, APR_ARRAY_IDX(params, i, tr_param_t).name);
        kept[i].type = apr_pstrdup(pool, APR_ARRAY_IDX(params, i, tr_param_t).type);
    }
    statement->param_count = params->nelts;
    statement->params = kept;
}

static void read_body(loader_t *loader, const variant_t *variant, tr_statement_t *statement)
{
    const tr_block_t *block = variant->block;
    tr_expansion_t expansion = { loader->columns,
                                 loader->fragments,
                                 variant->sort,
                                 variant->direction,
                                 loader->problem,
                                 loader->brief,
                                 tr_buf_make(4096, loader->brief),
                                 apr_array_make(loader->brief, 8, sizeof(tr_param_t)),
                                 0,
                                 0 };

    if (!block->body) {
        tr_problem_at(loader->problem, block->file, block->line, "%s has no SQL", block->name);
        return;
    }
    tr_expand_block(&expansion, block);
    if (expansion.changes_rows && !block->is_write) {
        tr_problem_at(loader->problem, block->file, block->line,
                      "%s changes rows: its head needs \"-- write\"", block->name);
    }
    statement->sql = apr_pstrdup(loader->pool, trim(expansion.sql->data));
    keep_params(statement, expansion.params, loader->pool);
}

static const char *variant_name(const variant_t *variant, apr_pool_t *pool)
{
    if (!variant->sort) {
        return apr_pstrdup(pool, variant->block->name);
    }
    return apr_pstrcat(pool, variant->block->name, ".", variant->sort->name,
                       variant->block->has_direction ? "." : "",
                       variant->block->has_direction ? variant->direction : "", NULL);
}

static void add_statement(loader_t *loader, const variant_t *variant)
{
    const tr_block_t *block = variant->block;
    tr_statement_t *statement = apr_pcalloc(loader->pool, sizeof *statement);
    const tr_statement_t *other;

    statement->name = variant_name(variant, loader->pool);
    statement->file = block->file;
    statement->line = block->line;
    statement->plan = block->plan;
    statement->timeout_ms = block->timeout_ms;
    statement->is_write = block->is_write;
    statement->sql = "";
    read_columns(loader, variant, statement);
    read_body(loader, variant, statement);
    statement->key = make_key(statement->name, statement->sql, loader->pool);

    other = tr_statement_find(loader->statements, statement->name);
    if (other) {
        tr_problem_at(loader->problem, block->file, block->line, "%s is in %s:%d already",
                      statement->name, other->file, other->line);
        return;
    }
    apr_hash_set(loader->statements->by_name, statement->name, APR_HASH_KEY_STRING, statement);
    APR_ARRAY_PUSH(loader->statements->all, const tr_statement_t *) = statement;
}

static void add_variants(loader_t *loader, const tr_block_t *block)
{
    static const char *const directions[] = { "asc", "desc" };
    int count, before = tr_problem_count(loader->problem);
    const tr_column_t *const *sorts = tr_columns_set(loader->columns, block->sort_set, &count);

    if (count == 0) {
        tr_problem_at(loader->problem, block->file, block->line,
                      "%s: there is no set of columns \"%s\"", block->name, block->sort_set);
    }
    for (int i = 0; i < count; i++) {
        for (int d = 0; d < (block->has_direction ? 2 : 1); d++) {
            const variant_t variant = { block, sorts[i], directions[d] };

            if (tr_problem_count(loader->problem) > before) {
                return; /* each further variant would say the same */
            }
            add_statement(loader, &variant);
            apr_pool_clear(loader->brief);
        }
    }
}

static void read_file(loader_t *loader, const char *path)
{
    char *text;

    if (tr_file_read(&text, NULL, path, loader->problem, loader->scratch) == APR_SUCCESS) {
        tr_blocks_read(loader->blocks, text, path, loader->problem, loader->scratch);
    }
}

/* Before any block is expanded, so that a file may use another file's fragments. */
static void find_fragments(loader_t *loader)
{
    for (int i = 0; i < loader->blocks->nelts; i++) {
        const tr_block_t *block = &APR_ARRAY_IDX(loader->blocks, i, tr_block_t);
        const tr_block_t *other = apr_hash_get(loader->fragments, block->name,
                                               APR_HASH_KEY_STRING);

        if (block->is_fragment && other) {
            tr_problem_at(loader->problem, block->file, block->line,
                          "fragment %s is in %s:%d already", block->name, other->file,
                          other->line);
        }
        else if (block->is_fragment) {
            apr_hash_set(loader->fragments, block->name, APR_HASH_KEY_STRING, block);
        }
    }
}

static void add_block(loader_t *loader, const tr_block_t *block)
{
    const variant_t plain = { block, NULL, NULL };

    if (block->sort_set) {
        add_variants(loader, block);
    }
    else if (!block->is_fragment) {
        add_statement(loader, &plain);
    }
    apr_pool_clear(loader->brief);
}

apr_status_t tr_statements_load(const tr_statements_t **out, const char *folder,
                                const tr_columns_t *columns, tr_problem_t *problem,
                                apr_pool_t *pool)
{
    tr_statements_t *statements = apr_pcalloc(pool, sizeof *statements);
    loader_t loader = { statements, columns, problem, pool, NULL, NULL, NULL, NULL };
    int before = tr_problem_count(problem);
    apr_array_header_t *names;

    statements->by_name = apr_hash_make(pool);
    statements->all = apr_array_make(pool, 64, sizeof(const tr_statement_t *));
    *out = statements;
    if (tr_file_names(&names, folder, ".sql", problem, pool) != APR_SUCCESS) {
        return TR_ESITE;
    }
    apr_pool_create(&loader.scratch, pool);
    apr_pool_create(&loader.brief, loader.scratch);
    loader.blocks = apr_array_make(loader.scratch, 64, sizeof(tr_block_t));
    loader.fragments = apr_hash_make(loader.scratch);
    for (int i = 0; i < names->nelts; i++) {
        read_file(&loader,
                  apr_pstrcat(pool, folder, "/", APR_ARRAY_IDX(names, i, const char *), NULL));
    }
    find_fragments(&loader);
    for (int i = 0; i < loader.blocks->nelts; i++) {
        add_block(&loader, &APR_ARRAY_IDX(loader.blocks, i, tr_block_t));
    }
    apr_pool_destroy(loader.scratch);
    return tr_problem_count(problem) > before ? TR_ESITE : APR_SUCCESS;
}

const tr_statement_t *tr_statement_find(const tr_statements_t *statements, const char *name)
{
    return apr_hash_get(statements->by_name, name, APR_HASH_KEY_STRING);
}

const tr_statement_t *const *tr_statements_all(const tr_statements_t *statements, int *count)
{
    *count = statements->all->nelts;
    return (const tr_statement_t *const *)statements->all->elts;
}

/* Types that are no text in a row; all others are. */
static tr_kind_e kind_of(const char *type)
{
    static const struct {
        const char *type;
        tr_kind_e kind;
    } kinds[] = {
        { "bigint", TR_INT },   { "integer", TR_INT }, { "smallint", TR_INT },
        { "float8", TR_REAL },  { "float4", TR_REAL }, { "numeric", TR_REAL },
        { "boolean", TR_BOOL }, { "bool", TR_BOOL },   { "int", TR_INT },
        { "int8", TR_INT },     { "int4", TR_INT },    { "int2", TR_INT },
        { "jsonb", TR_JSON },   { "json", TR_JSON },
    };

    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        if (!strcmp(kinds[i].type, type)) {
            return kinds[i].kind;
        }
    }
    return TR_TEXT;
}

const tr_shape_t *tr_statement_shape(const tr_statement_t *statement, apr_pool_t *pool)
{
    tr_shape_t *shape = tr_shape_make(pool);

    for (int i = 0; i < statement->column_count; i++) {
        tr_shape_add(shape, statement->columns[i].name, kind_of(statement->columns[i].type),
                     NULL);
    }
    return shape;
}
