/* tr_template_compile.c: turn trees into code, and refuse values in unsafe places.
 *
 * What a partial or block stands for is compiled once for each place in HTML and each
 * set of blocks that are in force, so that every value knows its escape. A partial that uses
 * itself calls the code that is being compiled.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_template_private.h"

#include <apr_strings.h>

#include <string.h>

/* Blocks given to the parents around: of one name, the outermost is in force. */
typedef struct env_t env_t;
struct env_t {
    const tr_node_t *block;
    const env_t *next;
};

typedef struct instance_t {
    const tr_node_t *content;
    const env_t *env;
    tr_place_t start, after;
    tr_code_t *code;
    int sections; /* around it, when it was begun */
    int is_open;  /* being compiled */
    int recursive;
    int is_page; /* nothing follows it */
} instance_t;

typedef struct emit_t {
    apr_array_header_t *ops; /* of tr_op_t */
    tr_buf_t *text;          /* of the literal that is being gathered */
    int at_line;             /* it begins a line */
    int line_waits;          /* a line begins with what comes next */
} emit_t;

typedef struct compile_t {
    tr_template_set_t *set;
    apr_pool_t *pool;
    apr_pool_t *scratch; /* gone after compiling */
    tr_problem_t *problem;
    int errors;
    apr_array_header_t *instances; /* of instance_t * */
    const env_t *env;
    tr_place_t place;
    int sections;
    emit_t *out;
} compile_t;

static void compile_content(compile_t *compile, const tr_node_t *node);

static void complain(compile_t *compile, const char *file, int line, const char *words)
{
    compile->errors++;
    tr_template_complain(compile->problem, file, line, "%s", words);
}

/* ---- gathering ---- */

static emit_t *emit_make(apr_pool_t *pool, apr_pool_t *scratch)
{
    emit_t *out = apr_pcalloc(pool, sizeof *out);

    out->ops = apr_array_make(pool, 16, sizeof(tr_op_t));
    out->text = tr_buf_make(256, scratch);
    return out;
}

static void push_literal(emit_t *out, int at_line, apr_pool_t *pool)
{
    tr_op_t *op = apr_array_push(out->ops);

    memset(op, 0, sizeof *op);
    op->kind = TR_OP_LITERAL;
    op->at_line = at_line;
    op->text = apr_pstrmemdup(pool, out->text->data, out->text->len);
    op->len = out->text->len;
    tr_buf_clear(out->text);
}

static void flush_text(emit_t *out, apr_pool_t *pool)
{
    if (out->text->len) {
        push_literal(out, out->at_line, pool);
    }
    if (out->line_waits) {
        push_literal(out, 1, pool);
    }
    out->at_line = out->line_waits = 0;
}

/* Inside a literal every line but an empty one counts as begun, so that rendering can find
 * the lines by itself. */
static void emit_text(emit_t *out, const char *text, apr_size_t len, apr_pool_t *pool)
{
    const tr_buf_t *so_far = out->text;
    int is_next_line = so_far->len && so_far->data[so_far->len - 1] == '\n';

    if (!len) {
        return;
    }
    if (out->line_waits && !is_next_line) {
        out->line_waits = 0;
        flush_text(out, pool);
        out->at_line = 1;
    }
    out->line_waits = 0;
    tr_buf_put(out->text, text, len);
}

static tr_op_t *emit_op(compile_t *compile, tr_op_e kind, const tr_node_t *node)
{
    tr_op_t *op;

    flush_text(compile->out, compile->pool);
    op = apr_array_push(compile->out->ops);
    memset(op, 0, sizeof *op);
    op->kind = kind;
    op->file = node->file;
    op->line = node->line;
    op->path = node->path;
    op->text = "";
    return op;
}

/* ---- text, values, sections ---- */

static void compile_text(compile_t *compile, const tr_node_t *node)
{
    int line = node->line;
    const char *words = tr_place_text(&compile->place, node->text, node->len, &line);

    emit_text(compile->out, node->text, node->len, compile->pool);
    if (words) {
        complain(compile, node->file, line, words);
        tr_place_init(&compile->place, 1); /* one complaint is enough */
    }
}

static void compile_line(compile_t *compile, const tr_node_t *node)
{
    compile->out->line_waits = 1;
    compile_text(compile, node);
}

static void compile_value(compile_t *compile, const tr_node_t *node)
{
    const tr_format_t *format = node->path->format;
    tr_op_t *op = emit_op(compile, TR_OP_VALUE, node);
    const char *words;

    op->shows_absent = compile->place.state == TR_PLACE_TEXT;
    words = tr_place_value(&compile->place, format ? format->output : TR_OUTPUT_TEXT,
                           &op->escape, compile->pool);
    if (words) {
        complain(compile, node->file, node->line, words);
    }
}

static void compile_section(compile_t *compile, const tr_node_t *node)
{
    int is_section = node->kind == TR_NODE_SECTION;
    tr_place_t start, end;
    const char *words;
    int index;

    tr_place_edge(&compile->place);
    start = compile->place;
    emit_op(compile, is_section ? TR_OP_SECTION : TR_OP_INVERTED, node);
    index = compile->out->ops->nelts - 1;
    compile->sections += is_section;
    compile_content(compile, node);
    compile->sections -= is_section;
    APR_ARRAY_IDX(compile->out->ops, index, tr_op_t).end = compile->out->ops->nelts;
    end = compile->place;
    if (end.untracked) {
        return;
    }
    words = tr_place_join(&compile->place, &start, &end, compile->pool);
    if (words) {
        complain(compile, node->file, node->end_line,
                 apr_psprintf(compile->pool, "The section \"%s\" of line %d %s.", node->name,
                              node->line, words));
    }
}

/* ---- what is called ---- */

static int env_count(const env_t *env)
{
    int count = 0;

    for (; env; env = env->next) {
        count++;
    }
    return count;
}

static const tr_node_t *env_find(const env_t *env, const char *name)
{
    for (; env; env = env->next) {
        if (!strcmp(env->block->name, name)) {
            return env->block;
        }
    }
    return NULL;
}

static int env_equal(const env_t *a, const env_t *b)
{
    if (env_count(a) != env_count(b)) {
        return 0;
    }
    for (; a; a = a->next) {
        if (env_find(b, a->block->name) != a->block) {
            return 0;
        }
    }
    return 1;
}

static const env_t *env_add(compile_t *compile, const env_t *env, const tr_node_t *parent)
{
    for (const tr_node_t *block = parent->first; block; block = block->next) {
        env_t *more;

        if (env_find(env, block->name)) {
            continue;
        }
        more = apr_palloc(compile->pool, sizeof *more);
        more->block = block;
        more->next = env;
        env = more;
    }
    return env;
}

static void complain_content(compile_t *compile, const tr_node_t *content, const char *words)
{
    const char *kind = content->kind == TR_NODE_BLOCK ? "block" : "template";

    complain(compile, content->file, content->end_line,
             apr_psprintf(compile->pool, "The %s \"%s\" %s.", kind, content->name, words));
}

static void compile_instance(compile_t *compile, instance_t *instance)
{
    emit_t *out = compile->out;
    const env_t *env = compile->env;
    const char *words;

    compile->out = emit_make(compile->pool, compile->scratch);
    compile->env = instance->env;
    compile->place = instance->start;
    instance->is_open = 1;
    compile_content(compile, instance->content);
    instance->is_open = 0;
    instance->code->ops = (const tr_op_t *)compile->out->ops->elts;
    instance->code->count = compile->out->ops->nelts;
    compile->out = out;
    compile->env = env;
    instance->after = instance->start;
    if (compile->place.untracked
        || (instance->is_page && compile->place.state == TR_PLACE_LT)) {
        return;
    }
    words = tr_place_join(&instance->after, &instance->start, &compile->place, compile->pool);
    if (!words && instance->recursive && !tr_place_equal(&instance->after, &instance->start)) {
        words = "uses itself and does not end exactly where it began";
    }
    if (words) {
        complain_content(compile, instance->content, words);
    }
}

static instance_t *make_instance(compile_t *compile, const tr_node_t *content, const env_t *env)
{
    instance_t *instance = apr_pcalloc(compile->pool, sizeof *instance);

    instance->content = content;
    instance->env = env;
    instance->start = compile->place;
    instance->sections = compile->sections;
    instance->code = apr_pcalloc(compile->pool, sizeof *instance->code);
    *(instance_t **)apr_array_push(compile->instances) = instance;
    return instance;
}

static instance_t *find_instance(compile_t *compile, const tr_node_t *content, const env_t *env)
{
    instance_t **known = (instance_t **)compile->instances->elts;

    for (int i = 0; i < compile->instances->nelts; i++) {
        if (known[i]->content == content && tr_place_equal(&known[i]->start, &compile->place)
            && env_equal(known[i]->env, env)) {
            return known[i];
        }
    }
    return NULL;
}

static instance_t *use_instance(compile_t *compile, const tr_node_t *content, const env_t *env)
{
    instance_t *instance;

    tr_place_edge(&compile->place);
    instance = find_instance(compile, content, env);
    if (!instance) {
        instance = make_instance(compile, content, env);
        compile_instance(compile, instance);
    }
    else if (instance->is_open) {
        instance->recursive = 1;
        instance->after = instance->start;
        if (instance->sections == compile->sections) {
            complain_content(compile, content, "uses itself without a section around");
        }
    }
    compile->place = instance->after;
    return instance;
}

static tr_op_t *emit_call(compile_t *compile, const tr_node_t *node, const tr_node_t *content,
                          const env_t *env)
{
    const instance_t *instance = use_instance(compile, content, env);
    tr_op_t *op = emit_op(compile, TR_OP_CALL, node);

    op->code = instance->code;
    op->recursive = instance->is_open;
    op->text = node->text;
    op->len = node->len;
    op->keeps_indent = node->alone;
    return op;
}

static void repeat_complaints(compile_t *compile, const tr_problem_t *problem)
{
    const tr_complaint_t *complaint = (const tr_complaint_t *)problem->complaints->elts;

    for (int i = 0; i < problem->complaints->nelts; i++) {
        complain(compile, complaint[i].file, complaint[i].line, complaint[i].words);
    }
}

static void compile_partial(compile_t *compile, const tr_node_t *node)
{
    tr_source_t *source = tr_template_set_find(compile->set, node->name);

    if (!source) {
        emit_op(compile, TR_OP_MISSING, node)->text = node->name;
    }
    else if (!source->body) {
        repeat_complaints(compile, source->problem);
    }
    else {
        const env_t *env = compile->env;

        if (node->kind == TR_NODE_PARENT) {
            env = env_add(compile, env, node);
        }
        emit_call(compile, node, source->body, env);
    }
}

static void compile_block(compile_t *compile, const tr_node_t *node)
{
    const tr_node_t *content = env_find(compile->env, node->name);
    tr_op_t *op;

    content = content ? content : node;
    op = emit_call(compile, node, content, compile->env);
    op->keeps_indent = 1;
    op->mid_line = !node->alone;
    op->at_line = node->alone && content->begins_inside && content->first;
}

static void compile_content(compile_t *compile, const tr_node_t *node)
{
    static void (*const compilers[])(compile_t *, const tr_node_t *) = {
        [TR_NODE_TEXT] = compile_text,        [TR_NODE_LINE] = compile_line,
        [TR_NODE_VALUE] = compile_value,      [TR_NODE_SECTION] = compile_section,
        [TR_NODE_INVERTED] = compile_section, [TR_NODE_PARTIAL] = compile_partial,
        [TR_NODE_PARENT] = compile_partial,   [TR_NODE_BLOCK] = compile_block,
    };

    for (const tr_node_t *at = node->first; at; at = at->next) {
        compilers[at->kind](compile, at);
    }
    flush_text(compile->out, compile->pool);
}

static const tr_code_t *compile_page(compile_t *compile, const tr_source_t *source)
{
    instance_t *instance;

    apr_pool_create(&compile->scratch, compile->pool);
    tr_place_init(&compile->place, compile->set->untracked);
    instance = make_instance(compile, source->body, NULL);
    instance->is_page = 1;
    compile_instance(compile, instance);
    apr_pool_destroy(compile->scratch);
    return instance->code;
}

apr_status_t tr_template_compile(const tr_template_t **out, tr_template_set_t *set,
                                 const char *name, tr_problem_t *problem)
{
    compile_t compile = { .set = set, .pool = set->pool, .problem = problem };
    tr_source_t *source = tr_template_set_find(set, name);
    tr_template_t *template = apr_pcalloc(set->pool, sizeof *template);

    *out = NULL;
    compile.instances = apr_array_make(set->pool, 16, sizeof(instance_t *));
    if (!source) {
        tr_template_complain(problem, name, 1, "There is no template \"%s\".", name);
        return TR_ESITE;
    }
    template->name = source->name;
    template->file = source->file;
    if (source->body) {
        template->code = compile_page(&compile, source);
    }
    else {
        repeat_complaints(&compile, source->problem);
    }
    if (compile.errors) {
        return TR_ESITE;
    }
    *out = template;
    return APR_SUCCESS;
}
