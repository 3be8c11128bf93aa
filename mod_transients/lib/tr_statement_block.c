/* tr_statement_block.c: a file of statements cut into blocks, their heads read.
 *
 * A head is the comment lines that follow "-- name:".  A line of the form
 * "-- word:" with a word that is none of ours is refused rather than taken for
 * prose: "-- colums:" would else be a declaration that nobody reads.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_statement_block.h"

#include <apr_strings.h>
#include <stdlib.h>
#include <string.h>

typedef struct reader_t {
    apr_array_header_t *blocks;
    tr_problem_t *problem;
    apr_pool_t *pool;
    const char *file;
    int line;
} reader_t;

typedef struct directive_t {
    const char *name;
    void (*read)(reader_t *reader, tr_block_t *block, const char *value);
} directive_t;

static void complain(const reader_t *reader, const char *words)
{
    tr_problem_at(reader->problem, reader->file, reader->line, "%s", words);
}

int tr_block_is_name(const char *text)
{
    return *text >= 'a' && *text <= 'z'
           && strspn(text, "abcdefghijklmnopqrstuvwxyz0123456789_") == strlen(text);
}

static char *trim(char *text)
{
    char *end;

    text += strspn(text, " \t");
    end = text + strlen(text);
    while (end > text && strchr(" \t\r", end[-1])) {
        *--end = '\0';
    }
    return text;
}

static void read_columns(reader_t *reader, tr_block_t *block, const char *value)
{
    tr_block_line_t *line = apr_array_push(block->columns);

    line->text = value;
    line->line = reader->line;
}

static void read_plan(reader_t *reader, tr_block_t *block, const char *value)
{
    if (!strcmp(value, "generic")) {
        block->plan = TR_PLAN_GENERIC;
    }
    else if (!strcmp(value, "custom")) {
        block->plan = TR_PLAN_CUSTOM;
    }
    else {
        complain(reader, "a plan is generic or custom");
    }
}

static void read_timeout(reader_t *reader, tr_block_t *block, const char *value)
{
    char *unit;
    long number = strtol(value, &unit, 10);
    long factor = !strcmp(unit, "ms") ? 1 : !strcmp(unit, "s") ? 1000 : 0;

    /* An hour is longer than any statement that a request waits for. */
    if (number <= 0 || !factor || number > 3600L * 1000 / factor) {
        complain(reader, "a timeout is written 500ms or 5s and is at most an hour");
        return;
    }
    block->timeout_ms = (int)(number * factor);
}

static void read_write(reader_t *reader, tr_block_t *block, const char *value)
{
    if (*value) {
        complain(reader, "\"-- write\" stands alone on its line");
    }
    block->is_write = 1;
}

/* sort = SET [, dir] */
static void read_variants(reader_t *reader, tr_block_t *block, const char *text)
{
    char *value = apr_pstrdup(reader->pool, text);
    char *comma = strchr(value, ',');
    char *equals = strchr(value, '=');

    if (comma) {
        *comma++ = '\0';
        block->has_direction = !strcmp(trim(comma), "dir");
    }
    if (!equals || (comma && !block->has_direction)) {
        complain(reader, "variants are written sort = SET or sort = SET, dir");
        return;
    }
    *equals++ = '\0';
    if (strcmp(trim(value), "sort") || !*trim(equals)) {
        complain(reader, "variants are written sort = SET or sort = SET, dir");
        return;
    }
    block->sort_set = trim(equals);
}

static const directive_t directives[] = {
    { "columns", read_columns }, { "plan", read_plan },         { "timeout", read_timeout },
    { "write", read_write },     { "variants", read_variants }, { NULL, NULL },
};

static const directive_t *find_directive(const char *name, size_t len)
{
    for (const directive_t *d = directives; d->name; d++) {
        if (strlen(d->name) == len && !memcmp(d->name, name, len)) {
            return d;
        }
    }
    return NULL;
}

/* A comment line of a head: a directive, or prose. `text` stands behind the dashes. */
static void read_head_line(reader_t *reader, tr_block_t *block, char *text)
{
    size_t word;
    const directive_t *directive;

    text = trim(text);
    word = strspn(text, "abcdefghijklmnopqrstuvwxyz_");
    directive = find_directive(text, word);
    if (text[word] == ':' && directive && block->is_fragment) {
        complain(reader, "a fragment has no directives");
    }
    else if (text[word] == ':' && directive) {
        directive->read(reader, block, trim(text + word + 1));
    }
    else if (word && text[word] == ':') {
        complain(reader, apr_psprintf(reader->pool, "there is no directive \"%.*s:\"",
                                      (int)word, text));
    }
    else if (directive && !strcmp(text, "write")) {
        directive->read(reader, block, text + word);
    }
}

/* What stands behind "-- name:" or "-- fragment:"; NULL when the line begins no block. */
static char *block_name(char *line, int *is_fragment)
{
    static const char *const marks[] = { "-- name:", "-- fragment:" };

    for (int i = 0; i < 2; i++) {
        if (!strncmp(line, marks[i], strlen(marks[i]))) {
            *is_fragment = i;
            return line + strlen(marks[i]);
        }
    }
    return NULL;
}

static tr_block_t *begin_block(reader_t *reader, char *name, int is_fragment)
{
    tr_block_t *block = apr_array_push(reader->blocks);

    memset(block, 0, sizeof *block);
    block->name = trim(name);
    block->file = reader->file;
    block->line = reader->line;
    block->is_fragment = is_fragment;
    block->columns = apr_array_make(reader->pool, 2, sizeof(tr_block_line_t));
    if (!tr_block_is_name(block->name)) {
        complain(reader, "a name is lower-case letters, digits and underscores");
    }
    return block;
}

static int is_blank(const char *text)
{
    return !text[strspn(text, " \t\r")];
}

/* One line that is no "-- name:"; `start` is the line itself, ended for now by a NUL. */
static void read_line(reader_t *reader, tr_block_t *block, char *start)
{
    int is_comment = !strncmp(start, "--", 2);

    if (!block) {
        if (!is_comment && !is_blank(start)) {
            complain(reader, "SQL stands before the first \"-- name:\"");
        }
    }
    else if (!block->body && is_comment) {
        read_head_line(reader, block, start + 2);
    }
    else if (!block->body && !is_blank(start)) {
        block->body = start;
        block->body_line = reader->line;
    }
}

void tr_blocks_read(apr_array_header_t *blocks, char *text, const char *file,
                    tr_problem_t *problem, apr_pool_t *pool)
{
    reader_t reader = { blocks, problem, pool, file, 0 };
    tr_block_t *block = NULL;

    for (char *next = text; next && *next;) {
        char *start = next, *newline = strchr(start, '\n'), *name;
        int is_fragment = 0;

        reader.line++;
        next = newline ? newline + 1 : NULL;
        if (newline) {
            *newline = '\0';
        }
        name = block_name(start, &is_fragment);
        if (name) {
            block = begin_block(&reader, name, is_fragment);
            if (start > text) {
                start[-1] = '\0'; /* the body before ends here */
            }
            continue;
        }
        read_line(&reader, block, start);
        if (newline && block && block->body) {
            *newline = '\n';
        }
    }
}
