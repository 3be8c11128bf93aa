/* json.c: rows go out as JSON that other programs read, and JSON comes in as fields.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tap.h"
#include "tr_form.h"
#include "tr_json.h"

#include <apr_general.h>
#include <apr_strings.h>
#include <jansson.h>

static apr_pool_t *pool;

static const char *written(tr_value_t value)
{
    tr_buf_t *out = tr_buf_make(0, pool);

    tr_json_value(out, &value);
    return out->data;
}

static void values_are_written(void)
{
    is_str(written(tr_null()), "null", "NULL");
    is_str(written(tr_bool(1)), "true", "true");
    is_str(written(tr_bool(0)), "false", "false");
    is_str(written(tr_int(310)), "310", "a whole number has no point");
    is_str(written(tr_real(310)), "310.0", "a real has one");
    is_str(written(tr_real(-0.0)), "-0.0", "also minus zero");
    is_str(written(tr_real(1e300)), "1e+300", "or an exponent");
    is_str(written(tr_real(132.818041)), "132.818041", "shortest form");
    is_str(written(tr_text("a\"b")), "\"a\\\"b\"", "text is quoted");
    is_str(written(tr_json("{\"a\":[1]}")), "{\"a\":[1]}", "JSON stays as it is");
}

static void rows_and_lists_are_written(void)
{
    tr_list_t *list = tr_list_make(pool);
    tr_row_t *row = tr_list_add(list);

    is_str(written(tr_of_row(tr_row_make(pool))), "{}", "an empty row");
    is_str(written(tr_of_list(tr_list_make(pool))), "[]", "an empty list");
    tr_row_set(row, "id", tr_int(1));
    tr_row_set(row, "<name>", tr_text("x"));
    tr_row_set(tr_list_add(list), "id", tr_int(2));
    is_str(written(tr_of_list(list)), "[{\"id\":1,\"\\u003Cname\\u003E\":\"x\"},{\"id\":2}]",
           "keys in their order, names escaped");
}

static const char *problem_json(const tr_problem_t *problem)
{
    tr_buf_t *out = tr_buf_make(0, pool);

    tr_json_problem(out, problem);
    return out->data;
}

static void problems_are_written(void)
{
    tr_problem_t *problem = tr_problem_make(pool);

    is_str(problem_json(problem), "{}", "no problem");
    tr_problem_add(problem, TR_EBAD, "Invalid token.");
    is_str(problem_json(problem), "{\"detail\":\"Invalid token.\"}", "one text");
    tr_problem_add(problem, TR_EBAD, "And more.");
    tr_problem_field(problem, "b", "one");
    tr_problem_field(problem, "a", "two");
    tr_problem_field(problem, "b", "three");
    is_str(
        problem_json(problem),
        "{\"b\":[\"one\",\"three\"],\"a\":[\"two\"],\"detail\":\"Invalid token. And more.\"}",
        "fields with all their words, in the order of complaint");
}

static apr_status_t read_text(const char *text, tr_input_t **input, tr_problem_t **problem)
{
    *input = tr_input_make(pool);
    *problem = tr_problem_make(pool);
    return tr_input_add_json(*input, text, strlen(text), *problem);
}

static void values_come_in_with_their_type(void)
{
    static const struct {
        const char *json, *text;
        tr_kind_e typed;
    } cases[] = {
        { "\"a\\u00e9\"", "aé", TR_TEXT },
        { "10", "10", TR_INT },
        { "-9223372036854775808", "-9223372036854775808", TR_INT },
        { "10.0", "10", TR_REAL },
        { "0.1", "0.1", TR_REAL },
        { "true", "true", TR_BOOL },
        { "null", "", TR_NULL },
        { "[1, 2]", "[1,2]", TR_JSON },
        { "{\"b\": 0.1, \"a\": [null, false, \"<\"]}",
          "{\"b\":0.1,\"a\":[null,false,\"\\u003C\"]}", TR_JSON },
        { "9223372036854775808", "9223372036854775808", TR_TEXT },
        { "1e400", "1e400", TR_TEXT },
        { "-123456789012345678901234567890", "-123456789012345678901234567890", TR_TEXT },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        tr_input_t *input;
        tr_problem_t *problem;
        const tr_input_item_t *item;
        const char *json = apr_psprintf(pool, "{\"other\": \"5\\\"6\", \"x\": %s}",
                                        cases[i].json);

        is_int(read_text(json, &input, &problem), APR_SUCCESS, "%s is read", cases[i].json);
        item = tr_input_get(input, "x");
        is_str(item ? item->data : NULL, cases[i].text, "%s has its text", cases[i].json);
        is_int(item ? (int)item->typed : -1, cases[i].typed, "%s has its type", cases[i].json);
    }
}

static void what_is_no_object_is_refused(void)
{
    static const char *const texts[] = {
        "",
        "{",
        "[",
        "{\"a\": NaN}",
        "{\"a\": Infinity}",
        "{\"a\": 1-2}",
        "{a: 1}",
        "{\"a\": 1} x",
        "\"a\"",
        "{\"a\": 01}",
        "{\"a\": 1, \"a\": 2}",
        "\xff",
        "{\"a\\u0000b\": 1}",
        "{\"a\": \"\xe9\"}",
        "{\"a\": 1-2, \"b\": 1e400}",
    };
    tr_input_t *input;
    tr_problem_t *problem;

    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        is_int(read_text(texts[i], &input, &problem), TR_EBAD, "%s is refused", texts[i]);
        ok(!strncmp(tr_problem_text(problem, pool), "JSON parse error - ", 19),
           "with the words that clients know");
    }
    is_int(read_text("[1]", &input, &problem), TR_EBAD, "a list is refused");
    ok(tr_problem_words(problem, "non_field_errors") != NULL, "as a whole");
}

static void nul_is_named_by_its_field(void)
{
    tr_input_t *input;
    tr_problem_t *problem;

    is_int(read_text("{\"obsname\": \"a\\u0000b\"}", &input, &problem), TR_EBAD, "NUL in text");
    is_str(tr_problem_words(problem, "obsname"), "Null characters are not allowed.",
           "is complained of");
    is_int(read_text("{\"extra\": {\"a\": [\"\\\\\\u0000\"]}}", &input, &problem), TR_EBAD,
           "NUL deep inside");
    is_str(tr_problem_words(problem, "extra"), "Null characters are not allowed.",
           "is complained of too");
    is_int(read_text("{\"extra\": {\"a\": \"\\\\u0000\"}}", &input, &problem), APR_SUCCESS,
           "a backslash before u0000 is no NUL");
}

static void depth_is_limited(void)
{
    enum { DEPTH = 100000 };
    char *text = apr_palloc(pool, DEPTH + 6);
    tr_input_t *input;
    tr_problem_t *problem;

    memset(text, '[', DEPTH + 5);
    memcpy(text, "{\"a\":", 5);
    text[DEPTH + 5] = '\0';
    is_int(read_text(text, &input, &problem), TR_EBAD, "100000 open lists are refused");
}

static void what_is_written_is_read(void)
{
    tr_row_t *row = tr_row_make(pool);
    tr_input_t *input;
    tr_problem_t *problem;

    tr_row_set(row, "text", tr_text("<a href=\"x\">\\ \xe2\x80\xa8 é"));
    tr_row_set(row, "real", tr_real(0.30000000000000004));
    tr_row_set(row, "int", tr_int(APR_INT64_MAX));
    is_int(read_text(written(tr_of_row(row)), &input, &problem), APR_SUCCESS, "a row is read");
    is_str(tr_input_get(input, "text")->data, tr_row_text(row, "text"), "its text is the same");
    is_str(tr_input_get(input, "real")->data, "0.30000000000000004", "its real too");
    is_str(tr_input_get(input, "int")->data, "9223372036854775807", "its integer too");
}

int main(void)
{
    apr_initialize();
    apr_pool_create(&pool, NULL);
    values_are_written();
    rows_and_lists_are_written();
    problems_are_written();
    values_come_in_with_their_type();
    what_is_no_object_is_refused();
    nul_is_named_by_its_field();
    depth_is_limited();
    what_is_written_is_read();
    apr_pool_destroy(pool);
    apr_terminate();
    return done_testing();
}
