/* format.c: values are written for people, whatever they hold, and never as markup.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tap.h"
#include "tr_format.h"
#include "tr_markdown.h"

#include <apr_general.h>

#define DASH  "\u2013"
#define MINUS "\u2212"

static apr_pool_t *pool;
static tr_buf_t *out;

static const char *formatted(const char *name, tr_value_t value)
{
    const tr_format_t *format = tr_format_find(name);

    tr_buf_clear(out);
    if (!format) {
        return "(no such formatter)";
    }
    tr_format_write(format, out, &value);
    return out->data;
}

typedef struct real_case_t {
    const char *format;
    double value;
    const char *text;
} real_case_t;

static const real_case_t reals[] = {
    { "f0", 1.5, "2" },
    { "f0", -0.4, "0" },
    { "f0", -0.6, MINUS "1" },
    { "f2", 3.14159, "3.14" },
    { "f2", -3.14159, MINUS "3.14" },
    { "f2", -0.001, "0.00" },
    { "f2", -0.0, "0.00" },
    { "f2", 9.999, "10.00" },
    { "f2", 999999999999999.0, "999999999999999.00" },
    { "f2", 1e15, "1.000\u00d710\u00b9\u2075" },
    { "f6", -1.7976931348623157e308, MINUS "1.798\u00d710\u00b3\u2070\u2078" },
    { "f6", 4.9e-324, "0.000000" },
    { "f3", 0.0005, "0.001" },
    { "g3", 0.0, "0.00" },
    { "g3", 1284.0, "1284" },
    { "g3", 12.345, "12.3" },
    { "g3", 9.996, "10.0" },
    { "g3", 99.96, "100" },
    { "g3", 0.00012345, "0.000123" },
    { "g3", 0.000099996, "0.000100" },
    { "g3", 0.00009994, "9.99\u00d710\u207b\u2075" },
    { "g3", 999999.0, "1.00\u00d710\u2076" },
    { "g3", -1.234e-15, MINUS "1.23\u00d710\u207b\u00b9\u2075" },
    { "g4", -0.98765, MINUS "0.9877" },
    { "g4", 4.9e-324, "4.941\u00d710\u207b\u00b3\u00b2\u2074" },
    { "n", 1284.4, "1,284" },
    { "n", 999.5, "1,000" },
    { "n", -0.4, "0" },
    { "n", 1e300, "1e+300" },
    { "hms", 246.99791666666667, "16:27:59.50" },
    { "hms", 359.99999, "00:00:00.00" },
    { "hms0", 246.99791666666667, "16:28:00" },
    { "dms", -52.58452777777778, "-52:35:04.3" },
    { "dms", -0.5, "-00:30:00.0" },
    { "dms0", -34.18194, "-34:10:55" },
    { "dms", 95.0, "95.0" },
    { "dms", -1e300, "-1e+300" },
    { "deg5", -52.58452777777778, "-52.58453" },
    { "deg5", -0.000001, "0.00000" },
    { "deg5", 1e300, "1e+300" },
    { "arcmin", 0.021530869823559895, "1.29" },
    { "arcmin", -0.5, MINUS "30.00" },
    { "arcmin", 1.7e308, "1.7e+308" },
    { "arcsec", 0.00125, "4.5" },
    { "utc", 1285442472.0, "2020-09-29 19:20:54" },
    { "utc", 1285442471.6, "2020-09-29 19:20:54" },
    { "isoutc", 1167264017.0, "2016-12-31T23:59:60Z" },
    { "time_utc", 1285442472.0, "2020-09-29 19:20" },
    { "day", 1285442472.0, "2020-09-29" },
    { "band", 154.24, "154" },
    { "band", 150.0, "154" },
    { "band", 192.64, "185" },
    { "band", 223.68, "216" },
    { "band", 300.0, "other" },
    { "utc", -1.0, "-1.0" },
    { "utc", 1e300, "1e+300" },
    { "mjd", 1285442472.0, "59121.80618" },
    { "mjd", -5.0, "-5.0" },
    { "json", 0.1, "0.1" },
    { "upper", 1.5, "1.5" },
    { "markdown", 1.5, "1.5" },
    { "yesno", 1.5, "1.5" },
    { "query", 1.5, "1.5" },
};

static void writes_reals(void)
{
    for (size_t i = 0; i < sizeof(reals) / sizeof(reals[0]); i++) {
        const real_case_t *item = &reals[i];

        is_str(formatted(item->format, tr_real(item->value)), item->text, "%.17g as %s is '%s'",
               item->value, item->format, item->text);
    }
}

typedef struct int_case_t {
    const char *format;
    apr_int64_t value;
    const char *text;
} int_case_t;

static const int_case_t integers[] = {
    { "n", 0, "0" },
    { "n", 12, "12" },
    { "n", 999, "999" },
    { "n", 1284, "1,284" },
    { "n", -1284, MINUS "1,284" },
    { "n", 100000, "100,000" },
    { "n", 1000000, "1,000,000" },
    { "n", APR_INT64_MAX, "9,223,372,036,854,775,807" },
    { "n", APR_INT64_MIN, MINUS "9,223,372,036,854,775,808" },
    { "f2", 5, "5.00" },
    { "g3", -5, MINUS "5.00" },
    { "hms", 15, "01:00:00.00" },
    { "utc", 1285442472, "2020-09-29 19:20:54" },
    { "isoutc", 1025136015, "2012-06-30T23:59:60Z" },
    { "utc", -1, "-1" },
    { "utc", APR_INT64_MAX, "9223372036854775807" },
    { "utc", APR_INT64_MIN, "-9223372036854775808" },
    { "dms", 91, "91" },
    { "json", 7, "7" },
};

static void writes_integers(void)
{
    for (size_t i = 0; i < sizeof(integers) / sizeof(integers[0]); i++) {
        const int_case_t *item = &integers[i];

        is_str(formatted(item->format, tr_int(item->value)), item->text,
               "%" APR_INT64_T_FMT " as %s is '%s'", item->value, item->format, item->text);
    }
}

typedef struct text_case_t {
    const char *format;
    const char *value;
    const char *text;
} text_case_t;

static const text_case_t texts[] = {
    { "time_utc", "2020-09-29T19:20:54.123456Z", "2020-09-29 19:20" },
    { "time_utc", "2020-09-29T19:20:59.999999Z", "2020-09-29 19:20" },
    { "utc", "2020-09-29T19:20:54.9Z", "2020-09-29 19:20:54" },
    { "isoutc", "2020-09-29 19:20:54+00", "2020-09-29T19:20:54Z" },
    { "day", "2020-09-29T19:20:54Z", "2020-09-29" },
    { "clock", "2020-09-29T19:20:54.75Z", "19:20:54" },
    { "clock", "soon", "soon" },
    { "slug", "Known RFI / \u00e9toile", "known-rfi-toile" },
    { "slug", "--", "" },
    { "utc", "infinity", "infinity" },
    { "utc", "1970-01-01T00:00:00Z", "1970-01-01T00:00:00Z" },
    { "utc", "<script>alert('1')</script>\"&",
      "&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&quot;&amp;" },
    { "f2", "<b>", "&lt;b&gt;" },
    { "hms", "\"><img>", "&quot;&gt;&lt;img&gt;" },
    { "upper", "aBc \u00e9 z{`@[", "ABC \u00e9 Z{`@[" },
    { "lower", "AbC \u00c9 Z{`@[", "abc \u00c9 z{`@[" },
    { "upper", "", "" },
    { "query", "a=1&b=%20", "a=1&b=%20" },
    { "markdown", "", "" },
    { "json", "a\"b", "\"a\\\"b\"" },
};

static void writes_texts(void)
{
    for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
        const text_case_t *item = &texts[i];

        is_str(formatted(item->format, tr_text(item->value)), item->text, "'%s' as %s is '%s'",
               item->value, item->format, item->text);
    }
}

static void writes_other_kinds(void)
{
    tr_row_t *row = tr_row_make(pool);

    tr_row_set(row, "a", tr_int(1));
    is_str(formatted("yesno", tr_bool(1)), "yes", "true is yes");
    is_str(formatted("yesno", tr_bool(0)), "no", "false is no");
    is_str(formatted("json", tr_of_row(row)), "{\"a\":1}", "a row as JSON");
    is_str(formatted("json", tr_json("{\"b\":[1]}")), "{\"b\":[1]}", "JSON as JSON");
    is_str(formatted("f2", tr_of_row(row)), "", "a row is no number, and nothing to see");
    is_str(formatted("f2", tr_bool(1)), "true", "a flag is no number");
    is_str(formatted("utc", tr_json("\"<\"")), "&quot;&lt;&quot;", "JSON is no time");
}

static void shows_what_is_absent_as_absent(void)
{
    tr_value_t nan = { .kind = TR_REAL, .as.real = NAN };
    tr_value_t infinite = { .kind = TR_REAL, .as.real = -INFINITY };

    for (const tr_format_t *format = tr_format_all(); format->name; format++) {
        is_str(formatted(format->name, tr_null()), format->absent, "NULL as %s", format->name);
        is_str(formatted(format->name, nan), format->absent, "NaN as %s", format->name);
        is_str(formatted(format->name, infinite), format->absent, "inf as %s", format->name);
        ok(tr_format_takes(format, TR_NULL), "%s takes NULL", format->name);
        tr_buf_clear(out);
        tr_format_write(format, out, NULL);
        is_str(out->data, format->absent, "no value as %s", format->name);
        if (format->output == TR_OUTPUT_SAFE && strcmp(format->name, "slug")
            && strcmp(format->name, "band")) { /* those two are parts of class names */
            is_str(format->absent, DASH, "absent %s is a dash", format->name);
        }
    }
}

/* The template writes such output as it is. */
static void keeps_its_promise_of_safety(void)
{
    static const double doubles[] = { 0,    1,      -1,          0.1, -1e-9, 1e-300, 1e9,
                                      1e15, -1e300, 359.9999999, 90,  -90.5, 2.5e11, 1e22 };
    tr_value_t hostile = tr_text("<a href='x' onclick=\"y\">&amp;");

    for (const tr_format_t *format = tr_format_all(); format->name; format++) {
        if (format->output != TR_OUTPUT_SAFE) {
            continue;
        }
        for (size_t i = 0; i < sizeof(doubles) / sizeof(doubles[0]); i++) {
            formatted(format->name, tr_real(doubles[i]));
            ok(out->len && !strpbrk(out->data, "&<>\"'"), "%g as %s needs no escaping",
               doubles[i], format->name);
        }
        formatted(format->name, hostile);
        ok(!strpbrk(out->data, "<>\"'"), "hostile text as %s holds no markup", format->name);
    }
}

static void finds_by_name(void)
{
    ok(tr_format_find("hms") != NULL, "hms is found");
    ok(tr_format_find("f7") == NULL, "f7 is not");
    ok(tr_format_find("") == NULL, "nor is the empty name");
    ok(tr_format_find("HMS") == NULL, "names are lower case");
    ok(tr_format_takes(tr_format_find("hms"), TR_REAL), "hms takes reals");
    ok(!tr_format_takes(tr_format_find("hms"), TR_TEXT), "hms does not take text");
    is_int(tr_format_find("markdown")->output, TR_OUTPUT_HTML, "markdown is HTML");
    is_int(tr_format_find("query")->output, TR_OUTPUT_QUERY, "query is encoded");
}

static void appends(void)
{
    tr_value_t value = tr_real(-1.5);

    tr_buf_clear(out);
    tr_buf_puts(out, "<td>");
    tr_format_write(tr_format_find("f1"), out, &value);
    tr_buf_puts(out, "</td>");
    is_str(out->data, "<td>" MINUS "1.5</td>", "what stands before stays");
}

/* Markdown */

#define REL "\" rel=\"nofollow noopener\">"

typedef struct markdown_case_t {
    const char *text;
    const char *html;
} markdown_case_t;

static const markdown_case_t markdowns[] = {
    { "plain", "<p>plain</p>\n" },
    { "one\ntwo", "<p>one<br />\ntwo</p>\n" },
    { "*a* **b** `c<`", "<p><em>a</em> <strong>b</strong> <code>c&lt;</code></p>\n" },
    { "S/N < 5 & rising", "<p>S/N &lt; 5 &amp; rising</p>\n" },
    { "# Big *news*", "<p><strong>Big <em>news</em></strong></p>\n" },
    { "Title\n=====", "<p><strong>Title</strong></p>\n" },
    { "- a\n- b", "<ul>\n<li>a</li>\n<li>b</li>\n</ul>\n" },
    { "a <script>alert(1)</script>", "<p>a &lt;script&gt;alert(1)&lt;/script&gt;</p>\n" },
    { "<div onclick=x>\nhi\n</div>",
      "<pre><code>&lt;div onclick=x&gt;\nhi\n&lt;/div&gt;\n</code></pre>\n" },
    { "<!-- gone? -->", "<pre><code>&lt;!-- gone? --&gt;\n</code></pre>\n" },
    { "```\"><script>\nx\n```", "<pre><code>x\n</code></pre>\n" },
    { "[a](http://e.org/)", "<p><a href=\"http://e.org/" REL "a</a></p>\n" },
    { "[a](HTTPS://e.org/?b=1&c=\"2)",
      "<p><a href=\"HTTPS://e.org/?b=1&amp;c=&quot;2" REL "a</a></p>\n" },
    { "<https://e.org/x>", "<p><a href=\"https://e.org/x" REL "https://e.org/x</a></p>\n" },
    { "<a@e.org>", "<p><a href=\"mailto:a@e.org" REL "a@e.org</a></p>\n" },
    { "[a](/candidates/1)", "<p><a href=\"/candidates/1" REL "a</a></p>\n" },
    { "[a][b]\n\n[b]: https://e.org 'title'", "<p><a href=\"https://e.org" REL "a</a></p>\n" },
    { "[a](//evil.org)", "<p>a</p>\n" },
    { "[a](/\\evil.org)", "<p>a</p>\n" },
    { "[a](javascript:alert(1))", "<p>a</p>\n" },
    { "[a](JaVaScRiPt:alert(1))", "<p>a</p>\n" },
    { "[a](java&#10;script:alert(1))", "<p>a</p>\n" },
    { "[a](&#1;javascript:alert(1))", "<p>a</p>\n" },
    { "[a](<http://e.org/ b>)", "<p>a</p>\n" },
    { "[a](data:text/html,x)", "<p>a</p>\n" },
    { "[a](vbscript:x)", "<p>a</p>\n" },
    { "[](http://e.org/)", "<p><a href=\"http://e.org/" REL "http://e.org/</a></p>\n" },
    { "![alt *x*](http://e.org/a.png)",
      "<p><a href=\"http://e.org/a.png" REL "alt <em>x</em></a></p>\n" },
    { "![](http://e.org/a.png)",
      "<p><a href=\"http://e.org/a.png" REL "http://e.org/a.png</a></p>\n" },
    { "[![in](http://i/)](http://o/)", "<p><a href=\"http://o/" REL "in</a></p>\n" },
    { "![a](data:image/svg+xml,x)", "<p>a</p>\n" },
    { "[a](http://e.org/%22onclick=x)",
      "<p><a href=\"http://e.org/%22onclick=x" REL "a</a></p>\n" },
    { "[a](http://e.org/'\"><script>)",
      "<p><a href=\"http://e.org/&#39;&quot;&gt;&lt;script&gt;" REL "a</a></p>\n" },
};

static void writes_markdown_safely(void)
{
    for (size_t i = 0; i < sizeof(markdowns) / sizeof(markdowns[0]); i++) {
        is_str(formatted("markdown", tr_text(markdowns[i].text)), markdowns[i].html,
               "markdown: %s", markdowns[i].text);
    }
}

static void shows_a_nul_and_broken_utf8(void)
{
    static const char text[] = "a\0b \xff\xfe";

    is_str(formatted("markdown", tr_text_n(text, sizeof(text) - 1)),
           "<p>a\uFFFD"
           "b \xff\xfe</p>\n",
           "NUL becomes U+FFFD, the rest is the door's business");
}

static char *repeated(const char *piece, apr_size_t len)
{
    char *text = malloc(len + 1);
    apr_size_t period = strlen(piece);

    for (apr_size_t i = 0; i < len; i++) {
        text[i] = piece[i % period];
    }
    text[len] = '\0';
    return text;
}

static void takes_hostile_lengths(void)
{
    static const char *const pieces[] = { "[",    "![",      "[a](", "**a ",      "> ",
                                          "- ",   "<",       "`",    "&#",        "](",
                                          "<!--", "<div>\n", "# \n", "[a]: /b\n", "\\" };

    for (size_t i = 0; i < sizeof(pieces) / sizeof(pieces[0]); i++) {
        char *text = repeated(pieces[i], TR_MARKDOWN_MAX);

        tr_buf_clear(out);
        tr_markdown_write(out, text, TR_MARKDOWN_MAX);
        ok(!strstr(out->data, "<script") && out->len < 12 * TR_MARKDOWN_MAX,
           "64 kB of '%s' give bounded HTML", pieces[i]);
        free(text);
    }
}

static void leaves_what_is_too_long_or_too_deep_as_it_is(void)
{
    char *text = repeated("*a* <b>\n", 1 << 20);

    tr_buf_clear(out);
    tr_markdown_write(out, text, 1 << 20);
    ok(!strncmp(out->data, "<p>*a* &lt;b&gt;<br />\n", 21), "1 MB is escaped, not parsed");
    free(text);
    text = repeated("> ", (apr_size_t)2 * (TR_MARKDOWN_DEPTH + 5));
    tr_buf_clear(out);
    tr_markdown_write(out, text, strlen(text));
    ok(!strncmp(out->data, "<p>&gt; &gt; ", 13), "deep nesting is escaped, not parsed");
    text[10] = '\0'; /* five deep */
    tr_buf_clear(out);
    tr_markdown_write(out, text, strlen(text));
    ok(!strncmp(out->data, "<blockquote>\n<blockquote>", 25), "shallow nesting is parsed");
    free(text);
}

int main(void)
{
    apr_initialize();
    apr_pool_create(&pool, NULL);
    out = tr_buf_make(0, pool);
    writes_reals();
    writes_integers();
    writes_texts();
    writes_other_kinds();
    shows_what_is_absent_as_absent();
    keeps_its_promise_of_safety();
    finds_by_name();
    appends();
    writes_markdown_safely();
    shows_a_nul_and_broken_utf8();
    takes_hostile_lengths();
    leaves_what_is_too_long_or_too_deep_as_it_is();
    apr_pool_destroy(pool);
    apr_terminate();
    return done_testing();
}
