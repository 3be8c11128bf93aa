/* template.c: a value is escaped by where it stands, and refused where nothing is safe.
 *
 * What Mustache itself says is tried by t/spec/mustache.c.
 *
 * SPDX-License-Identifier: MIT
 */
#include "template.h"

static void escapes(void)
{
    static const pair_t pairs[] = {
        { "<p>{{x}}</p>", "<p>&quot;&#39;&gt;&lt;script&gt;&amp;</p>" },
        { "<p title=\"{{x}}\">", "<p title=\"&quot;&#39;&gt;&lt;script&gt;&amp;\">" },
        { "<p title='{{x}}'>", "<p title='&quot;&#39;&gt;&lt;script&gt;&amp;'>" },
        { "<p title=\"{{js}}\">", "<p title=\"javascript:alert(1)\">" },
        { "<title>{{x}}</title>", "<title>&quot;&#39;&gt;&lt;script&gt;&amp;</title>" },
        { "<textarea>\n{{x}}</textarea>",
          "<textarea>\n&quot;&#39;&gt;&lt;script&gt;&amp;</textarea>" },
        { "<a href=\"/{{host}}\">", "<a href=\"/%2F%2Fevil.example%2F%3Fa%3Db%23c\">" },
        { "<a href='./{{js}}'>", "<a href='./javascript%3Aalert%281%29'>" },
        { "<a href=\"?q={{x}}\">", "<a href=\"?q=%22%27%3E%3Cscript%3E%26\">" },
        { "<a href=\"#{{x}}\">", "<a href=\"#%22%27%3E%3Cscript%3E%26\">" },
        { "<a href=\"/c/{{n}}?r={{r}}\">", "<a href=\"/c/-1284?r=1e%2B22\">" },
        { "<a HREF = \"https://h.example/{{x}}\">",
          "<a HREF = \"https://h.example/%22%27%3E%3Cscript%3E%26\">" },
        { "<a href=\"/list?{{q.query}}\">", "<a href=\"/list?a=1&amp;b=%22%22x\">" },
        { "<p data-query=\"{{q.query}}\">", "<p data-query=\"a=1&amp;b=%22&quot;x\">" },
        { "<img srcset=\"/m/{{n}}.webp 1x, /n/{{n}}.webp 2x\">",
          "<img srcset=\"/m/-1284.webp 1x, /n/-1284.webp 2x\">" },
        { "{{ra_deg.hms}} {{flux.f2}}", "16:27:59.50 0.12" },
        { "<a href=\"/p?ra={{ra_deg.hms}}\">", "<a href=\"/p?ra=16%3A27%3A59.50\">" },
        { "{{md.markdown}}", "<p><em>a</em> &lt;b&gt;</p>\n" },
        { "{{null.f2}}|{{null}}|{{nothing}}|{{nothing.x}}", "–|||" },
        { "<input value=\"{{null.f2}}\">", "<input value=\"\">" },
        { "{{least}} {{r}} {{yes}} {{no}}", "-9223372036854775808 1e+22 true false" },
        { "{{#zero}}zero is there{{/zero}}", "zero is there" },
        { "{{#flux}}{{.}} {{.f1}}{{/flux}}", "0.125 0.1" },
        { "a < b << {{n}} <3", "a < b << -1284 <3" },
        { "<!DOCTYPE html><!-- a > -- b --><p>{{n}}",
          "<!DOCTYPE html><!-- a > -- b --><p>-1284" },
        { "<!-->{{n}}", "<!-->-1284" },
        { "<style>p > a{}</style><script src=\"/a.js\"></script>{{n}}",
          "<style>p > a{}</style><script src=\"/a.js\"></script>-1284" },
        { "<script>if (a </script>{{n}}", "<script>if (a </script>-1284" },
    };

    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        is_str(render(pairs[i].template, hostile_data()), pairs[i].want, "safe: %s",
               pairs[i].template);
    }
}

static void sections_in_tags(void)
{
    static const pair_t pairs[] = {
        { "<option{{#yes}} selected{{/yes}}>", "<option selected>" },
        { "<option {{#yes}}selected{{/yes}}>", "<option selected>" },
        { "<option{{#no}} selected{{/no}} value=\"1\">", "<option value=\"1\">" },
        { "<input{{#yes}} checked{{/yes}}{{^yes}} disabled{{/yes}}>", "<input checked>" },
        { "<td{{#yes}} class=\"a\"{{/yes}}>", "<td class=\"a\">" },
        { "<td {{#yes}}class=\"a\"{{/yes}}>", "<td class=\"a\">" },
        { "<td class=\"a{{#yes}} b{{/yes}}\">", "<td class=\"a b\">" },
        { "<a href=\"/c{{#yes}}?n={{n}}{{/yes}}\">", "<a href=\"/c?n=-1284\">" },
        { "<a href=\"/c?p=1{{#yes}}&amp;{{q.query}}{{/yes}}\">",
          "<a href=\"/c?p=1&amp;a=1&amp;b=%22%22x\">" },
        { "<br{{#yes}}/{{/yes}}>", "<br/>" },
    };

    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        is_str(render(pairs[i].template, hostile_data()), pairs[i].want, "in a tag: %s",
               pairs[i].template);
    }
}

static const char no_scheme[] = "must begin with text that fixes it";
static const char no_place[] = "A value cannot stand";

static void refuses(void)
{
    static const pair_t pairs[] = {
        { "{{{x}}}", "page.html:1: {{{...}}} is refused" },
        { "\n\n{{& x}}", "page.html:3: {{&...}} is refused" },
        { "{{=<% %>=}}", "page.html:1: {{=...=}} is refused" },
        { "{{ {x} }}", "is refused" },
        { "<script>\n{{x}}</script>", "page.html:2: A value cannot stand inside <script>" },
        { "<script type=\"application/json\">{{x}}</script>", "inside <script>" },
        { "<script></scrip{{x}}</script>", "inside <script>" },
        { "<STYLE>{{x}}</STYLE>", "inside <style>" },
        { "<script><!-- <script> </script> {{x}}", "cannot be followed" },
        { "<iframe>{{x}}</iframe>", "inside <iframe>" },
        { "<xmp>{{x}}</xmp>", "inside <xmp>" },
        { "<plaintext>", "<plaintext>" },
        { "<!-- {{x}} -->", "inside a comment" },
        { "<!doctype {{x}}>", "inside a declaration" },
        { "<?{{x}}>", "inside a declaration" },
        { "<svg><![CDATA[{{x}}]]>", "CDATA" },
        { "<p title={{x}}>", "in an attribute without quotes" },
        { "<p title=a{{x}}>", "in an attribute without quotes" },
        { "<{{x}}>", "right after \"<\"" },
        { "</{{x}}>", "right after \"</\"" },
        { "<h{{n}}>", "in a tag's name" },
        { "<p {{x}}>", "inside a tag" },
        { "<p {{x}}=\"a\">", "inside a tag" },
        { "<p data-{{x}}=\"a\">", "in an attribute's name" },
        { "<p a {{x}}>", "inside a tag" },
        { "<p a=\"b\"{{x}}>", "inside a tag" },
        { "<textarea></textarea{{x}}>", "in the closing tag" },
        { "<textarea><{{x}}</textarea>", "in the closing tag" },
        { "<title><b></title>", "Only text may stand here" },
        { "<p onclick=\"a({{n}})\">", no_place },
        { "<p OnClick='{{n}}'>", no_place },
        { "<p style=\"color: {{x}}\">", no_place },
        { "<iframe srcdoc=\"{{x}}\">", no_place },
        { "<p hx-vals='{{x}}'>", no_place },
        { "<p data-hx-on:click=\"{{x}}\">", no_place },
        { "<animate attributeName=\"href\" to=\"{{x}}\"/>", no_place },
        { "<meta http-equiv=\"refresh\" content=\"{{x}}\">", no_place },
        { "<meta content=\"0;url={{x}}\" http-equiv=\"refresh\">", "may not have a value" },
        { "<p {{#yes}}title=\"{{x}}\"></p><p {{/yes}}>{{md.markdown}}<p a=\"{{md.markdown}}\">",
          "A formatter that makes HTML may stand in text only" },
        { "<title>{{md.markdown}}</title>", "A formatter that makes HTML" },
        { "<a href=\"/c/{{q.query}}\">", "must stand after a \"?\"" },
        { "<a href=\"/c?a#{{q.query}}\">", "must stand after a \"?\"" },
        { "<a href=\"{{q.query}}\">", "must stand after a \"?\"" },
    };

    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        const char *words = refusal(pairs[i].template);

        if (!ok(strstr(words, pairs[i].want) && !strncmp(words, "page.html:", 10),
                "refused: %s", pairs[i].template)) {
            diag("words: %s", words);
        }
    }
}

static void addresses(void)
{
    static const char *const attributes[] = {
        "a href",        "img src",       "form action",    "button formaction",
        "video poster",  "q cite",        "object data",    "img srcset",
        "a ping",        "html manifest", "use xlink:href", "body background",
        "a DATA-HX-GET", "img longdesc",
    };
    static const char *const bad[] = {
        "{{x}}",
        " {{x}}",
        "\n{{x}}",
        "{{#yes}}{{x}}{{/yes}}",
        "//{{x}}",
        "/\n/{{x}}",
        "\\\\{{x}}",
        "/\\{{x}}",
        "https:{{x}}",
        "https://{{x}}",
        "https:///{{x}}",
        "https://h{{x}}",
        "https://h.{{x}}/",
        "h{{x}}",
        "javascript:{{x}}",
        "java\tscript:{{x}}",
        "data:{{x}}",
        "&#106;avascript:{{x}}",
        "&#47;/{{x}}",
        "/&sol;{{x}}",
        "c{{x}}/",
        "{{#yes}}/{{/yes}}{{x}}",
        "{{#yes}}/{{/yes}}/{{x}}",
        "/{{empty}}/{{x}}",
        "..{{x}}",
    };
    const char *words;

    for (size_t i = 0; i < sizeof attributes / sizeof *attributes; i++) {
        words = refusal(apr_psprintf(pool, "<%s=\"{{x}}\">", attributes[i]));
        ok(strstr(words, no_scheme), "an address may not begin with a value: %s",
           attributes[i]);
    }
    for (size_t i = 0; i < sizeof bad / sizeof *bad; i++) {
        words = refusal(apr_psprintf(pool, "<a href=\"%s\">", bad[i]));
        ok(*words, "data may not choose the host: %s", bad[i]);
    }
    ok(*refusal("<img srcset=\"/a 1x, {{x}} 2x\">"), "every address of a list is looked at");
    ok(*refusal("<a ping=\"/a {{x}}\">"), "also where white space divides them");
}

static void edges(void)
{
    static const pair_t pairs[] = {
        { "{{#yes}}<p{{/yes}}>", "begins in text and ends in a tag's name" },
        { "{{#yes}}<!--{{/yes}}-->", "ends inside a comment" },
        { "<p title=\"{{#yes}}\">{{/yes}}", "begins in the attribute title=" },
        { "<p title=\"{{#yes}}\" alt=\"{{/yes}}\">", "ends in the attribute alt=" },
        { "<a href=\"{{#yes}}/a{{/yes}}\">", "begins in the attribute href=" },
        { "<a {{#yes}}><script {{/yes}}>", "begins inside a tag" },
        { "<scr{{#yes}}ipt{{/yes}}>{{x}}", "White space must stand" },
        { "<a {{#yes}}on{{/yes}}click=\"a\">", "White space must stand" },
        { "<a {{#yes}}on{{/yes}} =\"{{x}}\">", "may not hold \"=\"" },
        { "<a on {{#yes}}=\"{{x}}\"{{/yes}}>", "may not hold \"=\"" },
        { "<a {{#yes}}x=\"1\" on{{/yes}} y=\"2\">", "must hold the white space" },
        { "<p a=\"b\"c=\"d\">", "White space must stand" },
        { "<p a=>", "value is missing" },
        { "<p a\"b>", "may not hold" },
        { "<p", "ends in a tag's name" },
        { "<p title=\"", "ends in the attribute title=" },
        { "<script>", "ends inside <script>" },
    };

    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        const char *words = refusal(pairs[i].template);

        if (!ok(strstr(words, pairs[i].want), "edge: %s", pairs[i].template)) {
            diag("words: %s", words);
        }
    }
}

static void syntax(void)
{
    static const pair_t pairs[] = {
        { "\n{{#a}}\n", "page.html:2: \"a\" is never closed." },
        { "\n{{/a}}", "page.html:2: {{/a}} closes nothing." },
        { "{{#a}}\n{{/b}}", "page.html:2: {{/b}} stands where \"a\" of line 1 must close." },
        { "a\n{{b", "page.html:2: A tag begins here and never ends." },
        { "{{a b}}", "page.html:1: \"a b\" is not a name" },
        { "{{}}", "is not a name" },
        { "{{a..b}}", "is not a name" },
        { "{{a.}}", "is not a name" },
        { "{{>../a}}", "is not a name" },
        { "{{>/etc/a}}", "is not a name" },
        { "{{<p}}{{x}}{{/p}}", "only {{$blocks}} have a meaning" },
        { "{{! a\n}}\n\n{{{x}}}", "page.html:4: " },
        { "{{! a\n}} <p\n\n title={{x}}>", "page.html:4: " },
    };
    const char *first = refusal("{{{x}}}\n<p>\n{{&y}}");

    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        const char *words = refusal(pairs[i].template);

        if (!ok(strstr(words, pairs[i].want), "syntax: %s", pairs[i].template)) {
            diag("words: %s", words);
        }
    }
    ok(strstr(first, "page.html:1: ") && strstr(first, "page.html:3: "),
       "all errors of a source are told");
    first = refusal("<p {{a}}>\n<b {{a}}>");
    ok(strstr(first, "page.html:1: ") && strstr(first, "page.html:2: "),
       "all values in wrong places are told");
}

int main(void)
{
    template_begin();
    escapes();
    sections_in_tags();
    refuses();
    addresses();
    edges();
    syntax();
    return template_end();
}
