/* extra.c: unknown fields of an upload are kept as one JSON object, known ones are not.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tap.h"
#include "tr_extra.h"

#include <apr_general.h>
#include <apr_strings.h>
#include <jansson.h>

static apr_pool_t *pool;
static const tr_columns_t *columns;

static void load(void)
{
    const char *top = getenv("TR_SRCDIR");
    const char *path = apr_pstrcat(pool, top ? top : ".", "/schema/columns.tsv", NULL);
    tr_problem_t *problem = tr_problem_make(pool);

    if (tr_columns_load(&columns, path, problem, pool) != APR_SUCCESS) {
        printf("Bail out!  %s\n", tr_problem_text(problem, pool));
        exit(1);
    }
}

static const char *extra(const char *name, const char *text)
{
    tr_input_t *input = tr_input_make(pool);

    tr_input_add(input, name, text, strlen(text));
    return tr_extra_of(columns, input, pool);
}

static void keeps_unknown_ones(void)
{
    tr_input_t *input = tr_input_make(pool);

    is_str(extra("snr_new", "5"), "{\"snr_new\":5}", "a number stays a number");
    is_str(extra("snr_new", "-1.5e3"), "{\"snr_new\":-1500}", "however it is written");
    is_str(extra("snr_new", "12345678901234567"), "{\"snr_new\":12345678901234567}",
           "a whole number keeps all its digits");
    is_str(extra("snr_new", "0.25"), "{\"snr_new\":0.25}", "a fraction stays one");
    is_str(extra("beam", "XX"), "{\"beam\":\"XX\"}", "text stays text");
    is_str(extra("beam", "1-2"), "{\"beam\":\"1-2\"}", "what only looks like a number is text");
    is_str(extra("beam", "1e400"), "{\"beam\":\"1e400\"}", "what no number holds is text");
    is_str(extra("beam", "0x10"), "{\"beam\":\"0x10\"}", "hexadecimal is text");
    tr_input_add(input, "one", "1", 1);
    tr_input_add(input, "two", "b", 1);
    is_str(tr_extra_of(columns, input, pool), "{\"one\":1,\"two\":\"b\"}",
           "several stand in the order sent");
    tr_input_add(input, "one", "3", 1);
    is_str(tr_extra_of(columns, input, pool), "{\"one\":3,\"two\":\"b\"}",
           "of a name sent twice the last value counts");
}

static void leaves_out_the_rest(void)
{
    static const char *const known[] = {
        "id",    "ID",     "obs_id",        "project",  "filter_id",
        "png",   "gif",    "png_path",      "gif_path", "identity",
        "extra", "ra_deg", "can_peak_flux", "notes",    "uploaded_by"
    };
    static const char *const absent[] = { "", "nan", "NaN", "None", "null", "--" };

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        is_str(extra(known[i], "7"), NULL, "%s is not kept", known[i]);
    }
    for (size_t i = 0; i < sizeof absent / sizeof absent[0]; i++) {
        is_str(extra("snr_new", absent[i]), NULL, "\"%s\" is absent", absent[i]);
    }
    is_str(extra("", "x"), NULL, "a field without a name is not kept");
    is_str(tr_extra_of(columns, NULL, pool), NULL, "no input has no extra");
    is_str(tr_extra_of(columns, tr_input_make(pool), pool), NULL, "nothing sent has no extra");
}

static void is_json_whatever_was_sent(void)
{
    static const char *const hostile[] = { "a\"b",      "a\\b",     "</script>",
                                           "tab\there", "\xc3\xa9", "line\nbreak" };

    for (size_t i = 0; i < sizeof hostile / sizeof hostile[0]; i++) {
        json_t *json = json_loads(extra(hostile[i], hostile[i]), 0, NULL);
        json_t *value = json ? json_object_get(json, hostile[i]) : NULL;

        is_str(value ? json_string_value(value) : NULL, hostile[i],
               "hostile text %d comes back as it was", (int)i);
        json_decref(json);
    }
}

int main(void)
{
    apr_initialize();
    apr_pool_create(&pool, NULL);
    load();
    keeps_unknown_ones();
    leaves_out_the_rest();
    is_json_whatever_was_sent();
    apr_pool_destroy(pool);
    apr_terminate();
    return done_testing();
}
