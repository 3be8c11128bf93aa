/* tr_columns.c: reads the column table.
 *
 * One line a column, fields parted by tabs, "-" for an empty field; lines that
 * begin with '#' are comments. The sets ("candidate.sort") are made once, when
 * the file is read: pages ask for them again and again.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_columns.h"

#include "tr_file.h"
#include "tr_format.h"

#include <apr_hash.h>
#include <apr_strings.h>
#include <errno.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    F_TABLE,
    F_NAME,
    F_TYPE,
    F_EXPR,
    F_UNIT,
    F_LABEL,
    F_FORMAT,
    F_MAX_LEN,
    F_MIN,
    F_MAX,
    F_USES,
    F_UCD,
    F_DESCRIPTION,
    FIELD_COUNT
};

/* The types that uploads, forms and the database agree on. */
static const char *const types[] = { "bigint", "integer", "smallint", "float8",      "float4",
                                     "text",   "boolean", "jsonb",    "timestamptz", NULL };

struct tr_columns_t {
    apr_pool_t *pool;
    apr_hash_t *by_name; /* "table.name" -> tr_column_t * */
    apr_hash_t *sets;    /* "table.use" -> array of const tr_column_t * */
};

typedef struct reader_t {
    tr_columns_t *columns;
    tr_problem_t *problem;
    apr_pool_t *pool;
    const char *file;
    int line;
} reader_t;

static int is_name(const char *text)
{
    return *text >= 'a' && *text <= 'z'
           && strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(text);
}

static int is_type(const char *text)
{
    for (int i = 0; types[i]; i++) {
        if (!strcmp(types[i], text)) {
            return 1;
        }
    }
    return 0;
}

/* Cuts a line at its tabs; gives how many fields there were. */
static int split(char *line, char *fields[FIELD_COUNT])
{
    int count = 0;

    for (char *next = line; next; count++) {
        char *field = next;

        next = strchr(field, '\t');
        if (next) {
            *next++ = '\0';
        }
        if (count < FIELD_COUNT) {
            fields[count] = strcmp(field, "-") ? field : field + 1;
        }
    }
    return count;
}

static const char *default_expr(const char *table, const char *name, apr_pool_t *pool)
{
    static const struct {
        const char *table, *alias;
    } aliases[] = { { "candidate", "c." }, { "observation", "o." }, { "pulsar", "u." } };

    for (size_t i = 0; i < sizeof aliases / sizeof *aliases; i++) {
        if (!strcmp(aliases[i].table, table)) {
            return apr_pstrcat(pool, aliases[i].alias, name, NULL);
        }
    }
    return name;
}

static double number_of(reader_t *reader, const char *text, const char *what, double fallback)
{
    char *end;
    double number;

    if (!*text) {
        return fallback;
    }
    number = strtod(text, &end);
    if (*end || !isfinite(number)) {
        tr_problem_at(reader->problem, reader->file, reader->line,
                      "%s is a number or \"-\", not \"%s\"", what, text);
        return fallback;
    }
    return number;
}

static int length_of(reader_t *reader, const char *text)
{
    char *end;
    long length;

    if (!*text) {
        return 0;
    }
    errno = 0;
    length = strtol(text, &end, 10);
    if (*end || errno || length <= 0 || length > 1 << 30) {
        tr_problem_at(reader->problem, reader->file, reader->line,
                      "max_len is a whole number above 0 or \"-\", not \"%s\"", text);
        return 0;
    }
    return (int)length;
}

static void add_to_set(reader_t *reader, const char *use, const tr_column_t *column)
{
    apr_pool_t *pool = reader->columns->pool;
    const char *key = apr_pstrcat(pool, column->table, ".", use, NULL);
    apr_array_header_t *set = apr_hash_get(reader->columns->sets, key, APR_HASH_KEY_STRING);

    if (!set) {
        set = apr_array_make(pool, 16, sizeof(const tr_column_t *));
        apr_hash_set(reader->columns->sets, key, APR_HASH_KEY_STRING, set);
    }
    APR_ARRAY_PUSH(set, const tr_column_t *) = column;
}

static void add_to_sets(reader_t *reader, const tr_column_t *column)
{
    char *rest = apr_pstrdup(reader->columns->pool, column->uses);
    char *state = NULL;

    add_to_set(reader, "all", column);
    for (char *use = apr_strtok(rest, " ", &state); use; use = apr_strtok(NULL, " ", &state)) {
        if (!is_name(use) || !strcmp(use, "all")) {
            tr_problem_at(reader->problem, reader->file, reader->line,
                          "\"%s\" cannot be the name of a use", use);
            continue;
        }
        add_to_set(reader, use, column);
    }
}

/* What is wrong with a line's fields, NULL: nothing. */
static const char *fault_of(const tr_column_t *column, apr_pool_t *pool)
{
    if (!is_name(column->table) || !is_name(column->name)) {
        return "table and name are lower-case letters, digits and underscores";
    }
    if (!is_type(column->type)) {
        return apr_psprintf(pool,
                            "type \"%s\" is none of bigint, integer, smallint, float8, "
                            "float4, text, boolean, jsonb, timestamptz",
                            column->type);
    }
    if (!*column->label) {
        return "a column needs a label";
    }
    if (column->min > column->max) {
        return "min is above max";
    }
    if (*column->format && !tr_format_find(column->format)) {
        return apr_psprintf(pool, "there is no formatter \"%s\"", column->format);
    }
    return NULL;
}

static void add_column(reader_t *reader, char *fields[FIELD_COUNT])
{
    apr_pool_t *pool = reader->columns->pool;
    tr_column_t *column = apr_pcalloc(pool, sizeof *column);
    const char *key = apr_pstrcat(pool, fields[F_TABLE], ".", fields[F_NAME], NULL);
    const char *fault;

    column->table = fields[F_TABLE];
    column->name = fields[F_NAME];
    column->type = fields[F_TYPE];
    column->expr = *fields[F_EXPR] ? fields[F_EXPR]
                                   : default_expr(column->table, column->name, pool);
    column->unit = fields[F_UNIT];
    column->label = fields[F_LABEL];
    column->format = fields[F_FORMAT];
    column->max_len = length_of(reader, fields[F_MAX_LEN]);
    column->min = number_of(reader, fields[F_MIN], "min", -INFINITY);
    column->max = number_of(reader, fields[F_MAX], "max", INFINITY);
    column->uses = fields[F_USES];
    column->ucd = fields[F_UCD];
    column->description = fields[F_DESCRIPTION];

    fault = fault_of(column, reader->pool);
    if (!fault && apr_hash_get(reader->columns->by_name, key, APR_HASH_KEY_STRING)) {
        fault = apr_psprintf(reader->pool, "%s is there already", key);
    }
    if (fault) {
        tr_problem_at(reader->problem, reader->file, reader->line, "%s", fault);
        return;
    }
    apr_hash_set(reader->columns->by_name, key, APR_HASH_KEY_STRING, column);
    add_to_sets(reader, column);
}

static void read_line(reader_t *reader, char *line)
{
    char *fields[FIELD_COUNT] = { NULL };
    int count;

    reader->line++;
    if (!*line || *line == '#') {
        return;
    }
    count = split(line, fields);
    if (count != FIELD_COUNT) {
        tr_problem_at(reader->problem, reader->file, reader->line,
                      "%d fields instead of %d (parted by single tabs, \"-\" for an empty one)",
                      count, FIELD_COUNT);
        return;
    }
    add_column(reader, fields);
}

apr_status_t tr_columns_load(const tr_columns_t **out, const char *file, tr_problem_t *problem,
                             apr_pool_t *pool)
{
    tr_columns_t *columns = apr_pcalloc(pool, sizeof *columns);
    reader_t reader = { columns, problem, pool, apr_pstrdup(pool, file), 0 };
    int before = tr_problem_count(problem);
    char *text;

    columns->pool = pool;
    columns->by_name = apr_hash_make(pool);
    columns->sets = apr_hash_make(pool);
    *out = columns;
    if (tr_file_read(&text, NULL, reader.file, problem, pool) != APR_SUCCESS) {
        return TR_ESITE;
    }
    for (char *next = text; next && *next;) {
        char *line = next;

        next = strchr(line, '\n');
        if (next) {
            *next++ = '\0';
        }
        read_line(&reader, line);
    }
    return tr_problem_count(problem) > before ? TR_ESITE : APR_SUCCESS;
}

const tr_column_t *const *tr_columns_set(const tr_columns_t *columns, const char *set,
                                         int *count)
{
    const apr_array_header_t *found = apr_hash_get(columns->sets, set, APR_HASH_KEY_STRING);

    *count = found ? found->nelts : 0;
    return found ? (const tr_column_t *const *)found->elts : NULL;
}

const tr_column_t *tr_columns_find(const tr_columns_t *columns, const char *table,
                                   const char *name)
{
    char key[160];

    apr_snprintf(key, sizeof key, "%s.%s", table, name);
    return apr_hash_get(columns->by_name, key, APR_HASH_KEY_STRING);
}

int tr_column_has_use(const tr_column_t *column, const char *use)
{
    apr_size_t len = strlen(use);

    for (const char *at = column->uses; *at; at += strspn(at, " ")) {
        apr_size_t word = strcspn(at, " ");

        if (word == len && !memcmp(at, use, len)) {
            return 1;
        }
        at += word;
    }
    return 0;
}
