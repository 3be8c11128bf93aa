/* mustache.c: the published cases of the Mustache specification.
 *
 * All pass but the 24 that put in a value unescaped ({{{x}}}, {{&x}}): these are refused
 * at load, and listed here by name. Every case runs twice: as plain text, and as
 * HTML, where places are followed. One case holds "<" right before a value, which in
 * HTML would let data begin a tag: as HTML that one is refused too.
 *
 * SPDX-License-Identifier: MIT
 */
#include "../unit/tap.h"
#include "tr_template_private.h"

#include <apr_general.h>
#include <apr_strings.h>
#include <jansson.h>

static const char *const modules[] = {
    "comments", "inheritance", "interpolation", "inverted", "partials", "sections", NULL,
};

typedef struct named_t {
    const char *module, *name;
} named_t;

static const named_t refused[] = {
    { "inheritance", "Triple Mustache" },
    { "interpolation", "Triple Mustache" },
    { "interpolation", "Ampersand" },
    { "interpolation", "Triple Mustache Integer Interpolation" },
    { "interpolation", "Ampersand Integer Interpolation" },
    { "interpolation", "Triple Mustache Decimal Interpolation" },
    { "interpolation", "Ampersand Decimal Interpolation" },
    { "interpolation", "Triple Mustache Null Interpolation" },
    { "interpolation", "Ampersand Null Interpolation" },
    { "interpolation", "Triple Mustache Context Miss Interpolation" },
    { "interpolation", "Ampersand Context Miss Interpolation" },
    { "interpolation", "Dotted Names - Triple Mustache Interpolation" },
    { "interpolation", "Dotted Names - Ampersand Interpolation" },
    { "interpolation", "Implicit Iterators - Triple Mustache" },
    { "interpolation", "Implicit Iterators - Ampersand" },
    { "interpolation", "Triple Mustache - Surrounding Whitespace" },
    { "interpolation", "Ampersand - Surrounding Whitespace" },
    { "interpolation", "Triple Mustache - Standalone" },
    { "interpolation", "Ampersand - Standalone" },
    { "interpolation", "Triple Mustache With Padding" },
    { "interpolation", "Ampersand With Padding" },
    { "partials", "Standalone Indentation" },
    { "sections", "Implicit Iterator - Triple mustache" },
    { "sections", "Implicit Iterator - Ampersand" },
};

/* "{{content}}<{{#nodes}}{{>node}}...": data could spell "<script". */
static const named_t unsafe_as_html[] = { { "partials", "Recursion" } };

enum { REFUSED = sizeof refused / sizeof *refused, PUBLISHED = 149 };

static int is_in(const named_t *list, int count, const char *module, const char *name)
{
    for (int i = 0; i < count; i++) {
        if (!strcmp(list[i].module, module) && !strcmp(list[i].name, name)) {
            return 1;
        }
    }
    return 0;
}

/* ---- JSON as rows ---- */

static tr_value_t value_of(json_t *json, apr_pool_t *pool);

static tr_row_t *row_of(json_t *json, apr_pool_t *pool)
{
    tr_row_t *row = tr_row_make(pool);
    const char *key;
    json_t *item;

    if (!json_is_object(json)) {
        tr_row_set(row, ".", value_of(json, pool));
        return row;
    }
    json_object_foreach(json, key, item)
    {
        tr_row_set(row, apr_pstrdup(pool, key), value_of(item, pool));
    }
    return row;
}

static tr_value_t list_of(json_t *json, apr_pool_t *pool)
{
    tr_list_t *list = tr_list_make(pool);
    size_t index;
    json_t *item;

    json_array_foreach(json, index, item)
    {
        tr_list_append(list, row_of(item, pool));
    }
    return tr_of_list(list);
}

static tr_value_t value_of(json_t *json, apr_pool_t *pool)
{
    switch (json_typeof(json)) {
    case JSON_OBJECT:
        return tr_of_row(row_of(json, pool));
    case JSON_ARRAY:
        return list_of(json, pool);
    case JSON_STRING:
        return tr_text(apr_pstrdup(pool, json_string_value(json)));
    case JSON_INTEGER:
        return tr_int(json_integer_value(json));
    case JSON_REAL:
        return tr_real(json_real_value(json));
    case JSON_TRUE:
        return tr_bool(1);
    case JSON_FALSE:
        return tr_bool(0);
    case JSON_NULL:
        break;
    }
    return tr_null();
}

/* ---- one case ---- */

static const char *source_of(void *baton, const char *name, const char **file, apr_pool_t *pool)
{
    json_t *test = baton;

    *file = name;
    (void)pool;
    if (!strcmp(name, "template")) {
        return json_string_value(json_object_get(test, "template"));
    }
    return json_string_value(json_object_get(json_object_get(test, "partials"), name));
}

static const tr_template_t *compile(json_t *test, int as_html, tr_problem_t *problem)
{
    tr_template_set_t *set = tr_template_set_make(source_of, test, problem->pool);
    const tr_template_t *template;

    if (!as_html) {
        tr_template_set_untracked(set);
    }
    return tr_template_compile(&template, set, "template", problem) ? NULL : template;
}

static void try_refused(json_t *test, const char *label, const char *words, apr_pool_t *pool)
{
    tr_problem_t *problem = tr_problem_make(pool);
    const tr_complaint_t *first;

    ok(!compile(test, 1, problem), "%s: refused at load", label);
    first = (const tr_complaint_t *)problem->complaints->elts;
    ok(problem->complaints->nelts && problem->status == TR_ESITE && first->file
           && first->line > 0 && strstr(first->words, words),
       "%s: with file, line and reason", label);
}

static void try_passing(json_t *test, const char *label, int as_html, apr_pool_t *pool)
{
    tr_problem_t *problem = tr_problem_make(pool);
    const tr_template_t *template = compile(test, as_html, problem);
    tr_buf_t *out = tr_buf_make(0, pool);

    if (template) {
        tr_template_render(template, row_of(json_object_get(test, "data"), pool), out);
    }
    else {
        diag("%s", tr_problem_text(problem, pool));
    }
    is_str(template ? out->data : NULL, json_string_value(json_object_get(test, "expected")),
           "%s: as %s", label, as_html ? "HTML" : "text");
}

static int is_unescaped(const char *source)
{
    return source && (strstr(source, "{{{") || strstr(source, "{{&"));
}

static int holds_unescaped(json_t *test)
{
    const char *key;
    json_t *partial;

    json_object_foreach(json_object_get(test, "partials"), key, partial)
    {
        if (is_unescaped(json_string_value(partial))) {
            return 1;
        }
    }
    return is_unescaped(json_string_value(json_object_get(test, "template")));
}

/* Gives whether it is one of those that are refused. */
static int try_case(json_t *test, const char *module, apr_pool_t *pool)
{
    const char *name = json_string_value(json_object_get(test, "name"));
    const char *label = apr_psprintf(pool, "%s: %s", module, name);
    int is_refused = is_in(refused, REFUSED, module, name);

    if (is_refused != holds_unescaped(test)) {
        ok(0, "%s: is listed as refused if it holds {{{ or {{&, and only then", label);
    }
    if (is_refused) {
        try_refused(test, label, "is refused", pool);
        return 1;
    }
    try_passing(test, label, 0, pool);
    if (is_in(unsafe_as_html, 1, module, name)) {
        try_refused(test, label, "A value cannot stand right after \"<\"", pool);
    }
    else {
        try_passing(test, label, 1, pool);
    }
    return 0;
}

static void try_module(const char *module, int *count, int *refusals, apr_pool_t *pool)
{
    FILE *file = tap_open(apr_psprintf(pool, "t/data/mustache-spec/%s.json", module));
    json_t *json = json_loadf(file, JSON_DECODE_ANY, NULL);
    json_t *test;
    size_t index;

    fclose(file);
    json_array_foreach(json_object_get(json, "tests"), index, test)
    {
        *refusals += try_case(test, module, pool);
        ++*count;
    }
    json_decref(json);
}

int main(void)
{
    apr_pool_t *pool;
    int count = 0, refusals = 0;

    apr_initialize();
    apr_pool_create(&pool, NULL);
    for (const char *const *module = modules; *module; module++) {
        try_module(*module, &count, &refusals, pool);
    }
    is_int(count, PUBLISHED, "all published cases were tried");
    is_int(refusals, REFUSED, "exactly the 24 cases of the list were refused");
    apr_pool_destroy(pool);
    apr_terminate();
    return done_testing();
}
