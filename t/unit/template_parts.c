/* template_parts.c: templates made of several, compared with their data, read from folders.
 *
 * SPDX-License-Identifier: MIT
 */
#include "template.h"

#include <apr_file_io.h>
#include <apr_thread_proc.h>

#include <unistd.h>

static void partials(void)
{
    const char *by_place[] = { "page", "{{>v}}<a title=\"{{>v}}\" href=\"/a?{{>v}}\">", "v",
                               "{{x}}", NULL };
    const char *attributes[] = { "page", "<option{{>chosen}}>", "chosen",
                                 "{{#yes}} selected{{/yes}}", NULL };
    const char *unclosed[] = { "page", "a\n{{>head}}", "head", "<p>\n<b\n", NULL };
    const char *wrong[] = { "page", "\n<p title=\"{{>v}}\">{{>v}}", "v", "\n\n<p {{x}}>",
                            NULL };
    const char *twice[] = { "page", "{{>v}}{{>v}}<b>{{>v}}</b>", "v", "<p {{x}}>", NULL };
    const char *itself[] = { "page", "{{>page}}", NULL };
    const char *inverted[] = { "page", "{{^no}}{{>page}}{{/no}}", NULL };
    const char *words;

    is_str(
        render_all(by_place, hostile_data()),
        "&quot;&#39;&gt;&lt;script&gt;&amp;"
        "<a title=\"&quot;&#39;&gt;&lt;script&gt;&amp;\" href=\"/a?%22%27%3E%3Cscript%3E%26\">",
        "a partial's values are escaped by where the partial is used");
    is_str(render_all(attributes, hostile_data()), "<option selected>",
           "a partial may hold attributes");
    words = render_all(unclosed, hostile_data());
    ok(strstr(words, "head.html:3: The template \"head\" begins in text and ends inside a tag"),
       "a partial ends where it began")
        || (diag("%s", words), 0);
    words = render_all(wrong, hostile_data());
    ok(strstr(words, "v.html:3: "), "an error names the partial's own file and line");
    words = strstr(render_all(twice, hostile_data()), "v.html:1: ");
    ok(words && !strstr(words + 1, "v.html:1: "), "the same error is told once");
    ok(strstr(render_all(itself, hostile_data()), "uses itself without a section"),
       "a template that would never end is refused");
    ok(strstr(render_all(inverted, hostile_data()), "uses itself without a section"),
       "an inverted section does not make it end");
}

static void inheritance(void)
{
    const char *layout[] = {
        "page",
        "{{<layout}}\n  {{$title}}{{x}}{{/title}}\n  {{$main}}\n  <p>{{n}}</p>\n"
        "  {{/main}}\n{{/layout}}\n",
        "layout",
        "<title>{{$title}}MWA{{/title}}</title>\n<main data-t=\"{{$title}}{{/title}}\">\n"
        "    {{$main}}\n    {{/main}}\n</main>\n",
        NULL
    };
    const char *in_script[] = { "page", "{{<l}}{{$a}}\n{{x}}{{/a}}{{/l}}", "l",
                                "<script>{{$a}}{{/a}}</script>", NULL };
    const char *self[] = { "page", "{{<l}}{{$a}}{{$a}}{{/a}}{{/a}}{{/l}}", "l", "{{$a}}{{/a}}",
                           NULL };

    is_str(render_all(layout, hostile_data()),
           "<title>&quot;&#39;&gt;&lt;script&gt;&amp;</title>\n"
           "<main data-t=\"&quot;&#39;&gt;&lt;script&gt;&amp;\">\n    <p>-1284</p>\n</main>\n",
           "a block is escaped by where the parent puts it, and indented there");
    ok(strstr(render_all(in_script, hostile_data()),
              "page.html:2: A value cannot stand inside"),
       "a block is refused where the parent puts it into a script");
    ok(strstr(render_all(self, hostile_data()), "uses itself without a section"),
       "a block within itself is refused");
}

static void indentation(void)
{
    const char *nested[] = { "page", "<ul>\n  {{>item}}\n</ul>\n",
                             "item", "<li>{{x2}}\n\n  {{>sub}}\n</li>\n",
                             "sub",  "{{#yes}}\na\n{{/yes}}\n{{n}}\r\nb\n",
                             NULL };

    is_str(render_all(nested, hostile_data()),
           "<ul>\n  <li>\n\n    a\n    -1284\r\n    b\n  </li>\n</ul>\n",
           "indentation adds up and leaves empty lines empty");
}

static void recursion(void)
{
    const char *tree[] = { "page", "{{>node}}", "node",
                           "{{#nodes}}\n<li>{{name}}\n  {{>node}}\n</li>\n{{/nodes}}\n", NULL };
    tr_row_t *root = tr_row_make(pool), *child, *ring = tr_row_make(pool);
    tr_list_t *list = tr_list_make(pool), *inner = tr_list_make(pool);
    const char *out;

    child = tr_list_add(list);
    tr_row_set(child, "name", tr_text("a"));
    tr_row_set(child, "nodes", tr_of_list(inner));
    child = tr_list_add(inner);
    tr_row_set(child, "name", tr_text("b"));
    tr_row_set(child, "nodes", tr_null());
    tr_row_set(root, "nodes", tr_of_list(list));
    is_str(render_all(tree, root), "<li>a\n  <li>b\n  </li>\n</li>\n",
           "a partial may use itself inside a section");
    tr_row_set(ring, "nodes", tr_of_row(ring));
    out = render_all(tree, ring);
    ok(strlen(out) > 100 && strlen(out) < 100000, "data that goes round in a ring ends");
}

/* ---- checks ---- */

static tr_shape_t *page_shape(void)
{
    tr_shape_t *shape = tr_shape_make(pool), *candidate = tr_shape_make(pool);

    tr_shape_add(candidate, "id", TR_INT, NULL);
    tr_shape_add(candidate, "ra_deg", TR_REAL, NULL);
    tr_shape_add(candidate, "notes", TR_TEXT, NULL);
    tr_shape_add(shape, "candidate", TR_ROW, candidate);
    tr_shape_add(shape, "neighbours", TR_LIST, candidate);
    tr_shape_add(shape, "user", TR_TEXT, NULL);
    tr_shape_add(shape, "form", TR_ROW, NULL);
    return shape;
}

static const char *checked_all(const char **sources)
{
    tr_problem_t *problem = tr_problem_make(pool);
    const tr_template_t *template = compile_all(sources, problem);

    if (template) {
        apr_status_t rv = tr_template_check(template, page_shape(), problem);

        if (rv != (tr_problem_count(problem) ? TR_ESITE : APR_SUCCESS)) {
            return "the status does not fit";
        }
    }
    return tr_problem_text(problem, pool);
}

static const char *checked(const char *text)
{
    const char *sources[] = { "page", text, NULL };

    return checked_all(sources);
}

static void checks(void)
{
    static const char *const good[] = {
        "{{user}}",
        "{{candidate.id}}",
        "{{#candidate}}{{id}} {{user}}{{/candidate}}",
        "{{#neighbours}}{{ra_deg.hms}}{{/neighbours}}",
        "{{candidate.ra_deg.hms}}",
        "{{form.anything.goes}}",
        "{{#form}}{{anything}}{{/form}}",
        "{{^neighbours}}{{user}}{{/neighbours}}",
        "{{#user}}{{.}}{{/user}}",
        "{{#candidate}}{{#id}}{{.n}}{{/id}}{{/candidate}}",
        "{{candidate.notes.markdown}}",
        "{{#candidate.notes}}{{.markdown}}{{/candidate.notes}}",
    };
    static const pair_t bad[] = {
        { "\n{{nope}}", "page.html:2: There is no \"nope\" in the page's data." },
        { "{{candidate.nope}}", "There is no \"nope\" in \"candidate\"." },
        { "{{#neighbours}}\n{{nope}}{{/neighbours}}", "page.html:2: There is no \"nope\"" },
        { "{{candidate.ra_deg.nope}}", "There is no formatter \"nope\"." },
        { "{{user.a.b}}", "\"user\" is text and holds no \"a\"." },
        { "{{#nope}}{{/nope}}", "There is no \"nope\"" },
        { "{{^candidate.nope}}{{/candidate.nope}}", "There is no \"nope\"" },
        { "{{#candidate.id.f2}}{{/candidate.id.f2}}", "holds no \"f2\"" },
        { "{{neighbours.id}}", "\"neighbours\" is a list: \"id\" needs a section over it." },
        { "{{neighbours}}", "\"neighbours\" is a list, not a value." },
        { "{{candidate}}", "\"candidate\" is a row, not a value." },
        { "{{#candidate}}{{.}}{{/candidate}}", "\".\" is a row, not a value." },
        { "{{user.hms}}", "The formatter \"hms\" does not take \"user\", which is text." },
        { "{{candidate.f2}}", "The formatter \"f2\" does not take \"candidate\"" },
        { "{{>nope}}", "page.html:1: There is no template \"nope\"." },
        { "{{<nope}}{{/nope}}", "There is no template \"nope\"." },
    };
    const char *contexts[] = { "page", "{{#candidate}}{{>p}}{{/candidate}}\n{{>p}}{{>p}}", "p",
                               "\n{{id}}", NULL };
    const char *recursive[] = { "page", "{{#neighbours}}{{id}}{{>page}}{{/neighbours}}", NULL };
    const char *words;

    for (size_t i = 0; i < sizeof good / sizeof *good; i++) {
        is_str(checked(good[i]), "", "known: %s", good[i]);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        words = checked(bad[i].template);
        ok(strstr(words, bad[i].want), "unknown: %s", bad[i].template)
            || (diag("words: %s", words), 0);
    }
    words = checked_all(contexts);
    ok(strstr(words, "p.html:2: There is no \"id\"") && !strstr(words + 1, "p.html"),
       "a partial is checked in each context, and told of once, by its own file and line");
    is_str(checked_all(recursive), "", "the check of a template that uses itself ends");
}

/* ---- folders ---- */

static void put_file(const char *folder, const char *name, const char *text, apr_size_t len)
{
    apr_file_t *file;

    apr_file_open(&file, apr_pstrcat(pool, folder, "/", name, NULL),
                  APR_CREATE | APR_WRITE | APR_TRUNCATE, APR_OS_DEFAULT, pool);
    apr_file_write_full(file, text, len, NULL);
    apr_file_close(file);
}

static const char *compile_file(tr_template_set_t *set, const char *name)
{
    tr_problem_t *problem = tr_problem_make(pool);
    const tr_template_t *template;
    apr_status_t rv = tr_template_compile(&template, set, name, problem);

    if ((rv == APR_SUCCESS) != (template != NULL)) {
        return "status and template do not fit";
    }
    return tr_problem_text(problem, pool);
}

static void folders(void)
{
    char *folder = apr_pstrdup(pool, "/tmp/tr-template-XXXXXX");
    static const char *const files[] = { "a.html", "row.html", "nul.html", "bad.html" };
    tr_template_set_t *set;

    if (!mkdtemp(folder)) {
        ok(0, "a folder can be made");
        return;
    }
    put_file(folder, "a.html", "{{>row}}", 8);
    put_file(folder, "row.html", "row\n", 4);
    put_file(folder, "nul.html", "a\0b", 3);
    put_file(folder, "bad.html", "\n{{{x}}}", 8);
    set = tr_template_set_of_folder(folder, pool);
    is_str(compile_file(set, "a"), "", "a template is found by its name");
    is_str(compile_file(set, "a.html"), "", "and by its file's name");
    ok(strstr(compile_file(set, "none"), "There is no template \"none\"."),
       "a missing one is told");
    ok(strstr(compile_file(set, "nul"), "holds a NUL"), "a file with a NUL is refused");
    ok(strstr(compile_file(set, "bad"), "/bad.html:2: "), "errors name the file");
    ok(strstr(compile_file(set, "bad"), "/bad.html:2: "), "each time that it is compiled");
    ok(strstr(compile_file(set, "../etc/passwd"), "There is no template"),
       "names do not leave the folder");
    for (size_t i = 0; i < sizeof files / sizeof *files; i++) {
        apr_file_remove(apr_pstrcat(pool, folder, "/", files[i], NULL), pool);
    }
    rmdir(folder);
}

/* ---- threads ---- */

enum { THREADS = 4, ROUNDS = 200 };

typedef struct job_t {
    const tr_template_t *template;
    const char *want;
    int wrong;
} job_t;

static tr_row_t *table_data(apr_pool_t *p)
{
    tr_row_t *data = tr_row_make(p);
    tr_list_t *list = tr_list_make(p);

    for (int i = 0; i < 20; i++) {
        tr_row_t *row = tr_list_add(list);

        tr_row_set(row, "id", tr_int(i));
        tr_row_set(row, "flux", tr_real(i / 8.0));
    }
    tr_row_set(data, "rows", tr_of_list(list));
    tr_row_set(data, "user", tr_text("<u>"));
    return data;
}

static void *APR_THREAD_FUNC run_job(apr_thread_t *thread, void *baton)
{
    job_t *job = baton;

    for (int i = 0; i < ROUNDS; i++) {
        apr_pool_t *p;
        tr_buf_t *out;

        apr_pool_create(&p, apr_thread_pool_get(thread));
        out = tr_buf_make(0, p);
        tr_template_render(job->template, table_data(p), out);
        job->wrong += strcmp(out->data, job->want) != 0;
        apr_pool_destroy(p);
    }
    return NULL;
}

static void threads(void)
{
    const char *sources[] = {
        "page", "{{#rows}}<a href=\"/c/{{id}}\">{{flux.f2}} {{user}}</a>{{/rows}}", NULL
    };
    const char *want = render_all(sources, table_data(pool));
    const tr_template_t *template = compile_all(sources, tr_problem_make(pool));
    apr_thread_t *thread[THREADS];
    job_t jobs[THREADS];
    int wrong = 0;

    for (int i = 0; i < THREADS; i++) {
        jobs[i] = (job_t){ template, want, 0 };
        apr_thread_create(&thread[i], NULL, run_job, &jobs[i], pool);
    }
    for (int i = 0; i < THREADS; i++) {
        apr_status_t rv;

        apr_thread_join(&rv, thread[i]);
        wrong += jobs[i].wrong;
    }
    ok(strstr(want, "<a href=\"/c/19\">2.38 &lt;u&gt;</a>") != NULL, "a table is rendered");
    is_int(wrong, 0, "many threads render one template at once");
}

int main(void)
{
    template_begin();
    partials();
    inheritance();
    indentation();
    recursion();
    checks();
    folders();
    threads();
    return template_end();
}
