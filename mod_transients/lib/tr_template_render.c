/* tr_template_render.c: run a template's code over a page's data.
 *
 * Nothing is allocated for a value but one buffer for a page, where formatted values wait
 * for their escape. Where a name stands in a row is remembered by the row's names, which
 * all rows of a list share; the memory is the caller's stack, so that threads do not
 * meet.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_template_private.h"

#include "tr_escape.h"

#include <string.h>

enum {
    MEMORY = 256,         /* names remembered, a power of two: 6 kB of stack */
    MAX_DEPTH = 64,       /* of templates that use themselves: data may be a ring */
    MAX_RECURSION = 10000 /* such uses in a page */
};

typedef struct frame_t frame_t;
struct frame_t {
    const tr_row_t *row; /* NULL: a single value */
    const tr_value_t *single;
    const frame_t *outer;
};

typedef struct indent_t indent_t;
struct indent_t {
    const char *text;
    apr_size_t len;
    const indent_t *outer;
};

typedef struct memory_t {
    const char *const *names;
    const char *name;
    int index;
} memory_t;

typedef struct render_t {
    tr_buf_t *out;
    tr_buf_t *scratch; /* NULL until it is needed */
    const frame_t *top;
    const indent_t *indent; /* NULL: none */
    apr_size_t mid_line;    /* a line that begins at this length is begun already */
    int depth;
    int recursions;
    memory_t memory[MEMORY];
} render_t;

static void render_ops(render_t *render, const tr_code_t *code, int from, int to);

/* ---- lookup ---- */

static int row_index(render_t *render, const tr_row_t *row, const char *name)
{
    apr_size_t hash = ((apr_size_t)row->names >> 4) * 31 + ((apr_size_t)name >> 1);
    memory_t *known = &render->memory[(hash ^ (hash >> 9)) & (MEMORY - 1)];

    if (!row->count) {
        return -1;
    }
    if (known->names != row->names || known->name != name) {
        known->names = row->names;
        known->name = name;
        known->index = tr_row_index(row, name);
    }
    return known->index < row->count ? known->index : -1;
}

static const tr_value_t *row_value(render_t *render, const tr_row_t *row, const char *name)
{
    int index = row_index(render, row, name);

    return index < 0 ? NULL : &row->values[index];
}

/* The innermost value. A row with a column "." stands for that column; any other row is
 * put in *room. */
static const tr_value_t *find_current(render_t *render, tr_value_t *room)
{
    const frame_t *top = render->top;
    const tr_value_t *value;

    if (!top->row) {
        return top->single;
    }
    value = row_value(render, top->row, ".");
    if (!value) {
        *room = (tr_value_t){ .kind = TR_ROW, .as.row = (tr_row_t *)top->row };
        value = room;
    }
    return value;
}

static const tr_value_t *find_name(render_t *render, const char *name)
{
    const tr_value_t *value = NULL;

    for (const frame_t *at = render->top; at && !value; at = at->outer) {
        if (at->row) {
            value = row_value(render, at->row, name);
        }
    }
    return value;
}

/* The first part is looked for outwards, the others only inside; NULL when any is missing. */
static const tr_value_t *find_value(render_t *render, const tr_path_t *path, int count,
                                    tr_value_t *room)
{
    const tr_value_t *value;

    value = path->parts[0][0] == '.' ? find_current(render, room)
                                     : find_name(render, path->parts[0]);
    for (int i = 1; i < count && value; i++) {
        value = value->kind == TR_ROW ? row_value(render, value->as.row, path->parts[i]) : NULL;
    }
    return value;
}

/* ---- values ---- */

static void put_escaped(tr_buf_t *out, tr_escape_e escape, const char *text, apr_size_t len)
{
    switch (escape) {
    case TR_ESCAPE_HTML:
        tr_escape_html(out, text, len);
        break;
    case TR_ESCAPE_URL:
        tr_escape_url(out, text, len);
        break;
    case TR_ESCAPE_QUERY:
        tr_escape_query(out, text, len);
        break;
    case TR_ESCAPE_NONE:
        tr_buf_put(out, text, len);
        break;
    }
}

static void put_int(tr_buf_t *out, apr_int64_t integer)
{
    char text[TR_NUMBER_ROOM];
    char *at = text + sizeof text;
    apr_uint64_t rest = integer < 0 ? -(apr_uint64_t)integer : (apr_uint64_t)integer;

    do {
        *--at = (char)('0' + rest % 10);
        rest /= 10;
    } while (rest);
    if (integer < 0) {
        *--at = '-';
    }
    tr_buf_put(out, at, (apr_size_t)(text + sizeof text - at));
}

/* As it is, for the place where it stands. */
static void put_plain(render_t *render, tr_escape_e escape, const tr_value_t *value)
{
    int in_url = escape == TR_ESCAPE_URL || escape == TR_ESCAPE_QUERY;
    tr_escape_e by_place = in_url ? TR_ESCAPE_URL : TR_ESCAPE_HTML;
    char number[TR_NUMBER_ROOM];
    int len;

    switch (value->kind) {
    case TR_BOOL:
        tr_buf_puts(render->out, value->as.flag ? "true" : "false");
        break;
    case TR_INT:
        put_int(render->out, value->as.integer);
        break;
    case TR_REAL:
        len = tr_real_print(number, value->as.real);
        put_escaped(render->out, by_place, number, (apr_size_t)len);
        break;
    case TR_TEXT:
    case TR_JSON:
        put_escaped(render->out, by_place, value->as.text.data, value->as.text.len);
        break;
    case TR_NULL:
    case TR_ROW:
    case TR_LIST:
        break;
    }
}

static void put_formatted(render_t *render, const tr_op_t *op, const tr_value_t *value)
{
    const tr_format_t *format = op->path->format;

    if (op->escape == TR_ESCAPE_NONE) {
        tr_format_write(format, render->out, value);
        return;
    }
    if (!render->scratch) {
        render->scratch = tr_buf_make(1024, render->out->pool);
    }
    tr_buf_clear(render->scratch);
    tr_format_write(format, render->scratch, value);
    put_escaped(render->out, op->escape, render->scratch->data, render->scratch->len);
}

static void render_value(render_t *render, const tr_op_t *op)
{
    const tr_path_t *path = op->path;
    const tr_format_t *format = path->format;
    tr_value_t room;
    const tr_value_t *value = find_value(render, path, path->count - !!format, &room);

    if (format && value && value->kind == TR_ROW && tr_row_get(value->as.row, format->name)) {
        value = tr_row_get(value->as.row, format->name);
        format = NULL;
    }
    if (!value || value->kind == TR_NULL) {
        if (format && op->shows_absent) {
            tr_format_write(format, render->out, NULL);
        }
    }
    else if (format && tr_format_takes(format, value->kind)) {
        put_formatted(render, op, value);
    }
    else {
        put_plain(render, op->escape, value);
    }
}

/* ---- literals ---- */

static void put_indent(tr_buf_t *out, const indent_t *indent)
{
    if (indent) {
        put_indent(out, indent->outer);
        tr_buf_put(out, indent->text, indent->len);
    }
}

static int is_blank_line(const char *at, const char *end)
{
    return at == end || *at == '\n' || (*at == '\r' && at + 1 < end && at[1] == '\n');
}

static void begin_line(render_t *render)
{
    if (render->out->len != render->mid_line) {
        put_indent(render->out, render->indent);
    }
}

static void render_literal(render_t *render, const tr_op_t *op)
{
    const char *at = op->text, *end = op->text + op->len;

    if (!render->indent) {
        tr_buf_put(render->out, op->text, op->len);
        return;
    }
    if (op->at_line) {
        begin_line(render);
    }
    while (at < end) {
        const char *newline = memchr(at, '\n', (apr_size_t)(end - at));
        const char *next = newline ? newline + 1 : end;

        tr_buf_put(render->out, at, (apr_size_t)(next - at));
        if (!is_blank_line(next, end)) {
            put_indent(render->out, render->indent);
        }
        at = next;
    }
}

/* ---- sections and calls ---- */

static void render_body(render_t *render, const tr_code_t *code, int index, const tr_row_t *row,
                        const tr_value_t *single)
{
    const frame_t frame = { row, single, render->top };

    render->top = &frame;
    render_ops(render, code, index + 1, code->ops[index].end);
    render->top = frame.outer;
}

static void render_section(render_t *render, const tr_code_t *code, int index)
{
    const tr_path_t *path = code->ops[index].path;
    tr_value_t room;
    const tr_value_t *value = find_value(render, path, path->count, &room);

    if (!value || !tr_value_is_truthy(value)) {
        return;
    }
    if (value->kind == TR_LIST) {
        for (int i = 0; i < value->as.list->count; i++) {
            render_body(render, code, index, value->as.list->rows[i], NULL);
        }
    }
    else if (value->kind == TR_ROW) {
        render_body(render, code, index, value->as.row, NULL);
    }
    else {
        render_body(render, code, index, NULL, value);
    }
}

static void render_inverted(render_t *render, const tr_code_t *code, int index)
{
    const tr_path_t *path = code->ops[index].path;
    tr_value_t room;
    const tr_value_t *value = find_value(render, path, path->count, &room);

    if (!value || !tr_value_is_truthy(value)) {
        render_ops(render, code, index + 1, code->ops[index].end);
    }
}

static int may_recurse(render_t *render)
{
    return render->depth < MAX_DEPTH && render->recursions++ < MAX_RECURSION;
}

static void render_call(render_t *render, const tr_op_t *op)
{
    const indent_t *before = render->indent;
    const indent_t indent = { op->text, op->len, before };

    if (op->recursive && !may_recurse(render)) {
        return;
    }
    if (!op->keeps_indent) {
        render->indent = NULL;
    }
    else if (op->len) {
        render->indent = &indent;
    }
    if (op->mid_line) {
        render->mid_line = render->out->len;
    }
    if (op->at_line) {
        begin_line(render);
    }
    render->depth += op->recursive;
    render_ops(render, op->code, 0, op->code->count);
    render->depth -= op->recursive;
    render->indent = before;
}

static void render_ops(render_t *render, const tr_code_t *code, int from, int to)
{
    for (int i = from; i < to; i++) {
        const tr_op_t *op = &code->ops[i];

        switch (op->kind) {
        case TR_OP_LITERAL:
            render_literal(render, op);
            break;
        case TR_OP_VALUE:
            render_value(render, op);
            break;
        case TR_OP_SECTION:
            render_section(render, code, i);
            i = op->end - 1;
            break;
        case TR_OP_INVERTED:
            render_inverted(render, code, i);
            i = op->end - 1;
            break;
        case TR_OP_CALL:
            render_call(render, op);
            break;
        case TR_OP_MISSING:
            break;
        }
    }
}

void tr_template_render(const tr_template_t *template, const tr_row_t *data, tr_buf_t *out)
{
    render_t render = { .out = out, .mid_line = (apr_size_t)-1 };
    const frame_t frame = { data, NULL, NULL };

    render.top = &frame;
    render_ops(&render, template->code, 0, template->code->count);
}
