/* escape.c: no text leaves the place where it was put.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tap.h"
#include "tr_escape.h"

#include <apr_general.h>
#include <jansson.h>

static apr_pool_t *pool;

typedef void escape_fn(tr_buf_t *out, const char *text, apr_size_t len);

static const char *with_n(escape_fn *escape, const char *text, apr_size_t len)
{
    tr_buf_t *out = tr_buf_make(1, pool);

    escape(out, text, len);
    return out->data;
}

static const char *with(escape_fn *escape, const char *text)
{
    return with_n(escape, text, strlen(text));
}

static void html(void)
{
    is_str(with(tr_escape_html, "a<b>&\"c'"), "a&lt;b&gt;&amp;&quot;c&#39;",
           "the five characters become entities");
    is_str(with(tr_escape_html, ""), "", "nothing stays nothing");
    is_str(with(tr_escape_html, "<<"), "&lt;&lt;", "neighbours are both escaped");
    is_str(with(tr_escape_html, "Übersicht é"), "Übersicht é", "other letters stay");
}

static void url(void)
{
    is_str(with(tr_escape_url, "aZ09-._~"), "aZ09-._~", "unreserved characters stay");
    is_str(with(tr_escape_url, "a b+c/d?e=f&g#h%"), "a%20b%2Bc%2Fd%3Fe%3Df%26g%23h%25",
           "all others become %%XX");
    is_str(with(tr_escape_url, "é"), "%C3%A9", "byte by byte");
    is_str(with_n(tr_escape_url, "\0", 1), "%00", "NUL too");
}

static void query(void)
{
    is_str(with(tr_escape_query, "a=1&b=%22x"), "a=1&amp;b=%22x", "what is encoded stays so");
    is_str(with(tr_escape_query, "a=\"'<> #`\\\x01\x7f\xc3"),
           "a=%22%27%3C%3E%20%23%60%5C%01%7F%C3", "nothing can end the attribute");
}

static void json(void)
{
    is_str(with(tr_escape_json, "a\"\\\n\r\t\x01"), "\"a\\\"\\\\\\n\\r\\t\\u0001\"",
           "quotes, backslash and controls are escaped");
    is_str(with(tr_escape_json, "</script>&"), "\"\\u003C/script\\u003E\\u0026\"",
           "it is safe inside HTML");
    is_str(with(tr_escape_json, "\xe2\x80\xa8\xe2\x80\xa9\xe2\x80\xaa"),
           "\"\\u2028\\u2029\xe2\x80\xaa\"",
           "line separators are escaped, their neighbour not");
    is_str(with(tr_escape_json, "a\xff\xc3"), "\"a\\ufffd\\ufffd\"", "bad bytes are replaced");
    is_str(with_n(tr_escape_json, "a\0b", 3), "\"a\\u0000b\"", "NUL is escaped");
    is_str(with(tr_escape_json, "é€😀"), "\"é€😀\"", "valid UTF-8 stays as it is");
}

/* Every pair of bytes, read back by another program's parser. */
static void json_is_always_valid(void)
{
    int wrong = 0;

    for (int i = 0; i < 65536; i++) {
        const char text[2] = { (char)(i >> 8), (char)i };
        tr_buf_t *out = tr_buf_make(32, pool);
        json_t *back;

        tr_escape_json(out, text, 2);
        back = json_loadb(out->data, out->len, JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);
        wrong += !back;
        json_decref(back);
    }
    is_int(wrong, 0, "every pair of bytes gives a JSON string that parses");
}

static void clean_text(void)
{
    static const struct {
        const char *text, *name;
        apr_size_t len;
        int clean;
    } cases[] = {
        { "", "nothing", 0, 1 },
        { "tab\t, lines\r\n", "tab, CR and LF", 13, 1 },
        { "J0437\xe2\x88\x92"
          "4715 \xf0\x9f\x98\x80",
          "UTF-8 of 3 and 4 bytes", 17, 1 },
        { "a\0b", "NUL", 3, 0 },
        { "\x1b[2J", "escape", 4, 0 },
        { "\x7f", "delete", 1, 0 },
        { "\xc2\x85", "a C1 control", 2, 0 },
        { "\xc2\xa0", "the first character after C1", 2, 1 },
        { "\xc0\xaf", "an overlong form of two bytes", 2, 0 },
        { "\xe0\x80\xaf", "an overlong form of three bytes", 3, 0 },
        { "\xf0\x80\x80\xaf", "an overlong form of four bytes", 4, 0 },
        { "\xed\xa0\x80", "a surrogate", 3, 0 },
        { "\xf4\x90\x80\x80", "what lies beyond U+10FFFF", 4, 0 },
        { "\xf4\x8f\xbf\xbf", "U+10FFFF", 4, 1 },
        { "\xe2\x82", "a cut character", 2, 0 },
        { "\x80", "a tail alone", 1, 0 },
        { "\xfe\xff", "bytes that UTF-8 never has", 2, 0 },
        { "caf\xe9", "Latin-1", 4, 0 },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        is_int(tr_text_is_clean(cases[i].text, cases[i].len), cases[i].clean, "%s is %s",
               cases[i].name, cases[i].clean ? "clean" : "not clean");
    }
    is_int((long long)tr_utf8_count("é€😀a", 10), 4, "characters are counted, not bytes");
}

int main(void)
{
    apr_initialize();
    apr_pool_create(&pool, NULL);
    html();
    url();
    query();
    json();
    json_is_always_valid();
    clean_text();
    apr_pool_destroy(pool);
    apr_terminate();
    return done_testing();
}
