/* outline.c: JSON is read as rows of a nested table; what would lose something is not.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tap.h"
#include "tr_buf.h"
#include "tr_outline.h"
#include "tr_problem.h"

#include <apr_general.h>
#include <apr_strings.h>

static apr_pool_t *pool;

/* "depth name=value|..."; "+" after a group's name, "-" for null; "refused". */
static const char *outline(const char *text)
{
    tr_buf_t *out = tr_buf_make(256, pool);
    tr_list_t *rows;

    if (tr_outline_of_json(&rows, text, strlen(text), pool) != APR_SUCCESS) {
        return rows ? "rows in spite of an error" : "refused";
    }
    for (int i = 0; i < rows->count; i++) {
        const tr_row_t *row = rows->rows[i];
        const char *value = tr_row_text(row, "value");

        tr_buf_printf(out, "%s%d %s", i ? "|" : "", (int)tr_row_int(row, "depth", -1),
                      tr_row_text(row, "name"));
        if (tr_row_flag(row, "group")) {
            tr_buf_puts(out, "+");
        }
        else {
            tr_buf_printf(out, "=%s", value ? value : "-");
        }
    }
    return out->len ? out->data : "";
}

static void reads_json(void)
{
    is_str(outline("{\"a\":1,\"b\":\"x\"}"), "0 a=1|0 b=x", "names and values in their order");
    is_str(outline("{\"z\":1,\"a\":{\"k\":true,\"n\":null}}"), "0 z=1|0 a+|1 k=true|1 n=-",
           "what is inside stands one deeper");
    is_str(outline("{\"a\":[1,2.5,\"x\",null]}"), "0 a=1, 2.5, x, null",
           "a short array of plain values is one row");
    is_str(outline("{\"a\":[{\"b\":1},{\"b\":2}]}"), "0 a+|1 1+|2 b=1|1 2+|2 b=2",
           "an array of objects is numbered from 1");
    is_str(outline("[7,8]"), "0 1=7|0 2=8", "an array may be the outermost");
    is_str(outline("{\"a\":0.1,\"b\":1e300,\"c\":12345678901234567}"),
           "0 a=0.1|0 b=1e+300|0 c=12345678901234567", "numbers keep their digits");
    is_str(outline("{\"a\":{},\"b\":[]}"), "0 a={}|0 b=[]", "empty ones are said to be");
    is_str(outline("{}"), "", "an empty object has no rows");
    is_str(outline("{\"caf\\u00e9\":\"<script>\"}"), "0 caf\xc3\xa9=<script>",
           "text is text, whatever is in it");
}

static void refuses_the_rest(void)
{
    is_str(outline(""), "refused", "nothing is no JSON");
    is_str(outline("snr 5, beam 2"), "refused", "plain text is none");
    is_str(outline("{\"a\":1"), "refused", "nor is half of it");
    is_str(outline("3"), "refused", "a plain value needs no table");
    is_str(outline("{\"a\":1,\"a\":2}"), "refused", "of a name given twice one would be lost");
    is_str(outline("{\"a\":123456789012345678901234567890}"), "refused",
           "a number that is too large would lose digits");
    is_str(outline("{\"a\":\"x\\u0000y\"}"), "refused", "a NUL would end the text");
}

static const char *nested(int depth)
{
    tr_buf_t *text = tr_buf_make(0, pool);

    for (int i = 0; i < depth; i++) {
        tr_buf_puts(text, "{\"a\":");
    }
    tr_buf_puts(text, "1");
    for (int i = 0; i < depth; i++) {
        tr_buf_puts(text, "}");
    }
    return text->data;
}

static void has_limits(void)
{
    tr_buf_t *many = tr_buf_make(0, pool);
    const char *deep = nested(12);
    tr_list_t *rows;

    ok(tr_outline_of_json(&rows, deep, strlen(deep), pool) == APR_SUCCESS
           && rows->count == TR_OUTLINE_DEPTH,
       "twelve deep: rows for eight");
    is_str(tr_row_text(rows->rows[rows->count - 1], "value"),
           "{\"a\":{\"a\":{\"a\":{\"a\":1}}}}", "the rest is one value");
    is_str(outline(nested(3000)), "refused", "3,000 deep is not read at all");
    tr_buf_puts(many, "{\"x\":[");
    for (int i = 0; i < 5000; i++) {
        tr_buf_printf(many, "%s{}", i ? "," : "");
    }
    tr_buf_puts(many, "]}");
    ok(tr_outline_of_json(&rows, many->data, many->len, pool) == APR_SUCCESS
           && rows->count == TR_OUTLINE_ROWS + 1,
       "5,000 rows: as many as a person reads");
    is_str(tr_row_text(rows->rows[TR_OUTLINE_ROWS], "value"), "3001 more are not shown",
           "and how many are missing");
}

int main(void)
{
    apr_initialize();
    apr_pool_create(&pool, NULL);
    reads_json();
    refuses_the_rest();
    has_limits();
    apr_pool_destroy(pool);
    apr_terminate();
    return done_testing();
}
