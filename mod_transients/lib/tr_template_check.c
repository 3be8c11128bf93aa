/* tr_template_check.c: compare every name of a template with the data that its page has.
 *
 * Walks the code as rendering does, with shapes instead of rows: a partial is checked
 * in each context in which it is used, and complaints name its own file and line.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_template_private.h"

#include <apr_strings.h>

#include <stdarg.h>
#include <string.h>

enum { MAX_CALLS = 64 }; /* of templates inside one another */

typedef struct scope_t scope_t;
struct scope_t {
    tr_shape_item_t item; /* TR_ROW with its shape, or a single value */
    const scope_t *outer;
};

typedef struct call_t call_t;
struct call_t {
    const tr_code_t *code;
    const tr_shape_t *shape;
    const call_t *outer;
};

typedef struct check_t {
    tr_problem_t *problem;
    const scope_t *top;
    const call_t *calls;
    int depth;
    int errors;
} check_t;

typedef enum { FOUND, ANYTHING, MISSING } found_e;

static void check_ops(check_t *check, const tr_code_t *code, int from, int to);

static void complain(check_t *check, const tr_op_t *op, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void complain(check_t *check, const tr_op_t *op, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    check->errors++;
    tr_template_complain(check->problem, op->file, op->line, "%s",
                         apr_pvsprintf(check->problem->pool, format, args));
    va_end(args);
}

/* ---- lookup ---- */

static found_e find_inside(const tr_shape_item_t *row, const char *name, tr_shape_item_t *item)
{
    const tr_shape_item_t *found;

    if (row->kind == TR_ROW && !row->inner) {
        return ANYTHING;
    }
    found = row->kind == TR_ROW ? tr_shape_find(row->inner, name) : NULL;
    if (!found) {
        return MISSING;
    }
    *item = *found;
    return FOUND;
}

static found_e find_first(const check_t *check, const char *name, tr_shape_item_t *item)
{
    found_e found = MISSING;

    if (!strcmp(name, ".")) {
        *item = check->top->item;
        found = item->kind == TR_ROW ? find_inside(&check->top->item, ".", item) : FOUND;
        return found == MISSING ? FOUND : found;
    }
    for (const scope_t *at = check->top; at && found == MISSING; at = at->outer) {
        if (at->item.kind == TR_ROW) {
            found = find_inside(&at->item, name, item);
        }
    }
    return found;
}

/* Follows `count` parts; *used is how many were found, *item what the last of them is. */
static found_e find_path(const check_t *check, const tr_path_t *path, int count,
                         tr_shape_item_t *item, int *used)
{
    tr_shape_item_t outer;
    found_e found = find_first(check, path->parts[0], item);

    for (*used = 0; found == FOUND; found = find_inside(&outer, path->parts[*used], item)) {
        ++*used;
        if (*used == count) {
            return FOUND;
        }
        outer = *item;
    }
    return found;
}

/* ---- complaints ---- */

static const char *kind_words(tr_kind_e kind)
{
    static const char *const words[] = {
        [TR_NULL] = "nothing",  [TR_BOOL] = "a truth value", [TR_INT] = "a whole number",
        [TR_REAL] = "a number", [TR_TEXT] = "text",          [TR_JSON] = "JSON",
        [TR_ROW] = "a row",     [TR_LIST] = "a list",
    };

    return words[kind];
}

/* The parts up to `count`, joined as they were written. */
static const char *path_head(const check_t *check, const tr_path_t *path, int count)
{
    const char *end = path->name;

    if (*end == '.') {
        return ".";
    }
    for (int i = 0; i < count; i++) {
        end += strlen(path->parts[i]) + (i > 0);
    }
    return apr_pstrmemdup(check->problem->pool, path->name, (apr_size_t)(end - path->name));
}

static void complain_missing(check_t *check, const tr_op_t *op, const tr_shape_item_t *item,
                             int used)
{
    const tr_path_t *path = op->path;
    const char *part = path->parts[used];

    if (!used) {
        complain(check, op, "There is no \"%s\" in the page's data.", part);
    }
    else if (item->kind == TR_ROW) {
        complain(check, op, "There is no \"%s\" in \"%s\".", part,
                 path_head(check, path, used));
    }
    else if (item->kind == TR_LIST) {
        complain(check, op, "\"%s\" is a list: \"%s\" needs a section over it.",
                 path_head(check, path, used), part);
    }
    else if (op->kind == TR_OP_VALUE && used == path->count - 1) {
        complain(check, op, "There is no formatter \"%s\".", part);
    }
    else {
        complain(check, op, "\"%s\" is %s and holds no \"%s\".", path_head(check, path, used),
                 kind_words(item->kind), part);
    }
}

/* ---- ops ---- */

static void check_format(check_t *check, const tr_op_t *op, const tr_shape_item_t *item)
{
    const tr_path_t *path = op->path;

    if (item->kind != TR_NULL && !tr_format_takes(path->format, item->kind)) {
        complain(check, op, "The formatter \"%s\" does not take \"%s\", which is %s.",
                 path->format->name, path_head(check, path, path->count - 1),
                 kind_words(item->kind));
    }
}

static void check_value(check_t *check, const tr_op_t *op)
{
    const tr_path_t *path = op->path;
    int count = path->count - !!path->format;
    tr_shape_item_t item = { NULL, TR_NULL, NULL }, column;
    int used;
    found_e found = find_path(check, path, count, &item, &used);

    if (found == MISSING) {
        complain_missing(check, op, &item, used);
    }
    else if (found == FOUND && path->format) {
        if (item.kind != TR_ROW || find_inside(&item, path->format->name, &column) == MISSING) {
            check_format(check, op, &item);
        }
    }
    else if (found == FOUND && (item.kind == TR_ROW || item.kind == TR_LIST)) {
        complain(check, op, "\"%s\" is %s, not a value.", path->name, kind_words(item.kind));
    }
}

static void check_body(check_t *check, const tr_code_t *code, int index,
                       const tr_shape_item_t *item)
{
    scope_t scope = { *item, check->top };

    if (item->kind == TR_LIST) {
        scope.item.kind = TR_ROW;
    }
    check->top = &scope;
    check_ops(check, code, index + 1, code->ops[index].end);
    check->top = scope.outer;
}

static void check_section(check_t *check, const tr_code_t *code, int index)
{
    const tr_op_t *op = &code->ops[index];
    tr_shape_item_t item = { NULL, TR_NULL, NULL };
    int used;
    found_e found = find_path(check, op->path, op->path->count, &item, &used);

    if (found == MISSING) {
        complain_missing(check, op, &item, used);
        return;
    }
    if (found == ANYTHING) {
        item = (tr_shape_item_t){ NULL, TR_ROW, NULL };
    }
    if (op->kind == TR_OP_SECTION) {
        check_body(check, code, index, &item);
    }
    else {
        check_ops(check, code, index + 1, op->end);
    }
}

static int is_in_calls(const check_t *check, const tr_code_t *code, const tr_shape_t *shape)
{
    for (const call_t *at = check->calls; at; at = at->outer) {
        if (at->code == code && at->shape == shape) {
            return 1;
        }
    }
    return 0;
}

static void check_call(check_t *check, const tr_op_t *op)
{
    call_t call = { op->code, check->top->item.inner, check->calls };

    if (is_in_calls(check, call.code, call.shape) || check->depth >= MAX_CALLS) {
        return;
    }
    check->calls = &call;
    check->depth++;
    check_ops(check, op->code, 0, op->code->count);
    check->depth--;
    check->calls = call.outer;
}

static void check_ops(check_t *check, const tr_code_t *code, int from, int to)
{
    for (int i = from; i < to; i++) {
        const tr_op_t *op = &code->ops[i];

        switch (op->kind) {
        case TR_OP_VALUE:
            check_value(check, op);
            break;
        case TR_OP_SECTION:
        case TR_OP_INVERTED:
            check_section(check, code, i);
            i = op->end - 1;
            break;
        case TR_OP_CALL:
            check_call(check, op);
            break;
        case TR_OP_MISSING:
            complain(check, op, "There is no template \"%s\".", op->text);
            break;
        case TR_OP_LITERAL:
            break;
        }
    }
}

apr_status_t tr_template_check(const tr_template_t *template, const tr_shape_t *shape,
                               tr_problem_t *problem)
{
    check_t check = { .problem = problem };
    const scope_t page = { { NULL, TR_ROW, shape }, NULL };
    const call_t call = { template->code, shape, NULL };

    check.top = &page;
    check.calls = &call;
    check_ops(&check, template->code, 0, template->code->count);
    return check.errors ? TR_ESITE : APR_SUCCESS;
}
