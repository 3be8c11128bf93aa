/* tr_template_parse.c: a template's tags and texts as a tree.
 *
 * Each line of text that holds anything begins with a LINE node, so that the
 * indentation of a partial or block has its place. A block's content is kept without
 * the white space that all its lines begin with; the block's node keeps that.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_template_private.h"

#include <apr_strings.h>

#include <string.h>

typedef struct parse_t {
    tr_source_t *source;
    apr_pool_t *pool;
    const tr_tag_t *tags;
} parse_t;

static tr_node_t *add_node(parse_t *parse, tr_node_t *into, tr_node_e kind, int line)
{
    tr_node_t *node = apr_pcalloc(parse->pool, sizeof *node);

    node->kind = kind;
    node->line = node->end_line = line;
    node->file = parse->source->file;
    node->text = "";
    if (into->last) {
        into->last->next = node;
    }
    else {
        into->first = node;
    }
    into->last = node;
    return node;
}

static int begins_line(const parse_t *parse, const char *at)
{
    return at == parse->source->text || at[-1] == '\n';
}

static int is_line_end(const char *at)
{
    return *at == '\n' || (*at == '\r' && at[1] == '\n');
}

/* The white space that a line begins with, up to `end`. Gives what follows. */
static const char *add_line(parse_t *parse, tr_node_t *into, const char *at, const char *end,
                            int line)
{
    tr_node_t *node = add_node(parse, into, TR_NODE_LINE, line);

    node->text = at;
    while (at < end && (*at == ' ' || *at == '\t')) {
        at++;
    }
    node->len = (apr_size_t)(at - node->text);
    node->leads = !is_line_end(at) && *at;
    return at;
}

static void add_text(parse_t *parse, tr_node_t *into, const char *at, const char *end, int line)
{
    while (at < end) {
        const char *newline = memchr(at, '\n', (apr_size_t)(end - at));
        const char *next = newline ? newline + 1 : end;
        tr_node_t *node;

        if (begins_line(parse, at) && !is_line_end(at)) {
            at = add_line(parse, into, at, next, line);
        }
        if (at < next) {
            node = add_node(parse, into, TR_NODE_TEXT, line);
            node->text = at;
            node->len = (apr_size_t)(next - at);
        }
        at = next;
        line++;
    }
}

static tr_path_t *make_path(parse_t *parse, const char *name, int may_format)
{
    tr_path_t *path = apr_pcalloc(parse->pool, sizeof *path);
    char *rest = apr_pstrdup(parse->pool, name);
    const char **part;
    apr_array_header_t *parts = apr_array_make(parse->pool, 4, sizeof(const char *));

    path->name = name;
    if (*rest == '.') {
        *(const char **)apr_array_push(parts) = ".";
        rest++;
    }
    for (char *mark; *rest; rest = mark) {
        mark = rest + strcspn(rest, ".");
        part = apr_array_push(parts);
        *part = rest;
        if (*mark) {
            *mark++ = '\0';
        }
    }
    path->count = parts->nelts;
    path->parts = (const char **)parts->elts;
    if (may_format && path->count > 1) {
        path->format = tr_format_find(path->parts[path->count - 1]);
    }
    return path;
}

/* ---- indentation of blocks ---- */

static apr_size_t common_len(const char *a, apr_size_t a_len, const char *b, apr_size_t b_len)
{
    apr_size_t len = 0;

    while (len < a_len && len < b_len && a[len] == b[len]) {
        len++;
    }
    return len;
}

static int is_template(const tr_node_t *node)
{
    return node->kind == TR_NODE_PARTIAL || node->kind == TR_NODE_PARENT
           || node->kind == TR_NODE_BLOCK;
}

/* Whether the node's white space shows how far the content is indented. */
static int counts_as_line(const tr_node_t *node)
{
    return (node->kind == TR_NODE_LINE && node->leads) || (is_template(node) && node->alone);
}

static int has_content(const tr_node_t *node)
{
    return node->kind == TR_NODE_SECTION || node->kind == TR_NODE_INVERTED;
}

/* Narrows *text, *len to what all lines below `node` begin with; *text NULL: not known. */
static void find_common(const tr_node_t *node, const char **text, apr_size_t *len)
{
    for (const tr_node_t *at = node->first; at; at = at->next) {
        if (has_content(at)) {
            find_common(at, text, len);
        }
        else if (counts_as_line(at) && !*text) {
            *text = at->text;
            *len = at->len;
        }
        else if (counts_as_line(at)) {
            *len = common_len(*text, *len, at->text, at->len);
        }
    }
}

static void take_away(tr_node_t *node, apr_size_t len)
{
    for (tr_node_t *at = node->first; at; at = at->next) {
        apr_size_t step = len < at->len ? len : at->len;

        if (has_content(at)) {
            take_away(at, len);
        }
        else if (at->kind == TR_NODE_LINE || is_template(at)) {
            at->text += step;
            at->len -= step;
        }
    }
}

/* Indentation is that of the content, or of the opening tag where the content begins on
 * the tag's own line or is empty. */
static void indent_block(parse_t *parse, tr_node_t *block, const tr_tag_t *tag)
{
    const char *line = tag->start;
    const char *text = NULL;
    apr_size_t len = 0;

    while (line > parse->source->text && (line[-1] == ' ' || line[-1] == '\t')) {
        line--;
    }
    block->leads = begins_line(parse, line);
    if (!tag->clears_after) {
        text = line;
        len = block->leads ? (apr_size_t)(tag->start - line) : 0;
    }
    find_common(block, &text, &len);
    take_away(block, len);
    if (!text && block->leads) {
        text = line;
        len = (apr_size_t)(tag->start - line);
    }
    block->text = text ? text : "";
    block->len = len;
}

/* ---- tags ---- */

static void parse_body(parse_t *parse, tr_node_t *into, int open, int close);

static void parse_block(parse_t *parse, tr_node_t *into, int index)
{
    const tr_tag_t *tag = &parse->tags[index];
    tr_node_t *node = add_node(parse, into, TR_NODE_BLOCK, tag->line);

    node->name = tag->name;
    node->end_line = parse->tags[tag->match].line;
    node->alone = tag->clears_before && tag->clears_after;
    node->begins_inside = !tag->clears_after;
    parse_body(parse, node, index, tag->match);
    indent_block(parse, node, tag);
}

static void parse_parent(parse_t *parse, tr_node_t *node, int open, int close)
{
    for (int i = open + 1; i < close; i++) {
        const tr_tag_t *tag = &parse->tags[i];

        if (tag->kind == TR_TAG_BLOCK) {
            parse_block(parse, node, i);
            i = tag->match;
        }
        else if (tag->kind != TR_TAG_COMMENT) {
            tr_template_complain(parse->source->problem, parse->source->file, tag->line,
                                 "Inside {{<%s}} only {{$blocks}} have a meaning; \"%s\" would "
                                 "be left out.",
                                 node->name, tag->name);
            i = tag->match > i ? tag->match : i;
        }
    }
}

static void parse_section(parse_t *parse, tr_node_t *node, int open, int close)
{
    node->path = make_path(parse, node->name, 0);
    parse_body(parse, node, open, close);
}

static void parse_tag(parse_t *parse, tr_node_t *into, int index)
{
    static const tr_node_e kinds[] = {
        [TR_TAG_VALUE] = TR_NODE_VALUE,       [TR_TAG_SECTION] = TR_NODE_SECTION,
        [TR_TAG_INVERTED] = TR_NODE_INVERTED, [TR_TAG_PARTIAL] = TR_NODE_PARTIAL,
        [TR_TAG_PARENT] = TR_NODE_PARENT,
    };
    const tr_tag_t *tag = &parse->tags[index];
    tr_node_t *node;

    if (tag->kind == TR_TAG_COMMENT) {
        return;
    }
    if (tag->kind == TR_TAG_BLOCK) {
        parse_block(parse, into, index);
        return;
    }
    node = add_node(parse, into, kinds[tag->kind], tag->line);
    node->name = tag->name;
    node->end_line = tag->match < 0 ? tag->line : parse->tags[tag->match].line;
    if (is_template(node)) {
        node->alone = tag->clears_before;
        node->text = tag->from;
        node->len = (apr_size_t)(tag->start - tag->from);
    }
    switch (tag->kind) {
    case TR_TAG_VALUE:
        node->path = make_path(parse, tag->name, 1);
        break;
    case TR_TAG_PARENT:
        parse_parent(parse, node, index, tag->match);
        break;
    case TR_TAG_SECTION:
    case TR_TAG_INVERTED:
        parse_section(parse, node, index, tag->match);
        break;
    default:
        break;
    }
}

static void mark_line(parse_t *parse, tr_node_t *into, const tr_tag_t *tag)
{
    if (!tag->clears_before && begins_line(parse, tag->start)) {
        add_line(parse, into, tag->start, tag->start, tag->line);
    }
}

/* The line on which what follows the tag stands. */
static int line_after(const tr_tag_t *tag)
{
    int line = tag->line;

    for (const char *at = tag->start; at < tag->to; at++) {
        line += *at == '\n';
    }
    return line;
}

/* What stands between two tags; `open` -1: from the beginning. */
static void parse_body(parse_t *parse, tr_node_t *into, int open, int close)
{
    const char *at = open < 0 ? parse->source->text : parse->tags[open].to;
    int line = open < 0 ? 1 : line_after(&parse->tags[open]);
    const tr_tag_t *tag;

    for (int i = open + 1; i < close; i++) {
        tag = &parse->tags[i];
        add_text(parse, into, at, tag->from, line);
        mark_line(parse, into, tag);
        parse_tag(parse, into, i);
        i = tag->match < 0 ? i : tag->match;
        at = parse->tags[i].to;
        line = line_after(&parse->tags[i]);
    }
    tag = &parse->tags[close];
    add_text(parse, into, at, tag->from, line);
    if (tag->kind == TR_TAG_CLOSE) {
        mark_line(parse, into, tag);
    }
}

void tr_template_parse(tr_source_t *source, apr_pool_t *pool)
{
    apr_array_header_t *tags = tr_template_scan(source, pool);
    parse_t parse = { source, pool, NULL };
    tr_node_t *body = apr_pcalloc(pool, sizeof *body);
    const char *end = source->text + strlen(source->text);
    tr_tag_t *last = apr_array_push(tags);

    *last = (tr_tag_t){ .kind = TR_TAG_COMMENT,
                        .name = "",
                        .start = end,
                        .end = end,
                        .from = end,
                        .to = end,
                        .match = -1,
                        .owner = -1 };
    parse.tags = (const tr_tag_t *)tags->elts;
    body->file = source->file;
    if (!tr_problem_count(source->problem)) {
        parse_body(&parse, body, -1, tags->nelts - 1);
    }
    body->name = source->name;
    body->line = 1;
    body->end_line = line_after(&(tr_tag_t){ .line = 1, .start = source->text, .to = end });
    source->body = tr_problem_count(source->problem) ? NULL : body;
}
