/* form.c: fields are checked as declared, and refused in the words that old clients know.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tap.h"
#include "tr_form.h"

#include <apr_general.h>
#include <apr_strings.h>

#define REQUIRED   "This field is required."
#define NO_NUMBER  "A valid number is required."
#define NO_INTEGER "A valid integer is required."
#define NO_BOOLEAN "Must be a valid boolean."
#define NULS       "Null characters are not allowed."

static apr_pool_t *pool;

static const tr_field_t text_field = { "x", TR_F_TEXT, 0, 0, 0, 5, NULL, NULL };
static const tr_field_t trimmed = { "x", TR_F_TEXT, TR_F_TRIM, 0, 0, 5, NULL, NULL };
static const tr_field_t kept = { "x", TR_F_TEXT, TR_F_KEEP_EMPTY, 0, 0, 0, NULL, NULL };
static const tr_field_t wanted = { "x",  TR_F_TEXT, TR_F_REQUIRED | TR_F_TRIM, 0, 0, 64,
                                   NULL, NULL };
static const tr_field_t measured_text = {
    "x", TR_F_TEXT, TR_F_NAN_IS_NULL, 0, 0, 64, NULL, NULL
};
static const tr_field_t integer = { "x", TR_F_INT, 0, 0, 0, 0, NULL, NULL };
static const tr_field_t obs_id = { "x", TR_F_INT, TR_F_REQUIRED, 1, INFINITY, 0, NULL, NULL };
static const tr_field_t rating = { "x", TR_F_INT, 0, 1, 5, 0, NULL, NULL };
static const tr_field_t real = { "x", TR_F_REAL, 0, 0, 0, 0, NULL, NULL };
static const tr_field_t right_ascension = { "x",  TR_F_REAL, TR_F_NAN_IS_NULL, 0, 360, 0,
                                            NULL, NULL };
static const tr_field_t declination = {
    "x", TR_F_REAL, TR_F_NAN_IS_NULL, -90, 90, 0, NULL, NULL
};
static const tr_field_t flag = { "x", TR_F_BOOL, 0, 0, 0, 0, NULL, NULL };
static const tr_field_t choice = { "x", TR_F_CHOICE, 0, 0, 0, 0, "asc desc", NULL };
static const tr_field_t json = { "x", TR_F_JSON, 0, 0, 0, 20, NULL, NULL };
static const tr_field_t ids = { "x", TR_F_INTS, 0, 1, INFINITY, 0, NULL, NULL };

/* One field, one text: the value as text (NULL: absent) or the words of refusal. */
typedef struct case_t {
    const tr_field_t *field;
    const char *name;
    const char *text;
    const char *value;
    const char *words;
} case_t;

static const case_t cases[] = {
    { &text_field, "text", "abc", "abc", NULL },
    { &text_field, "text", " a ", " a ", NULL },
    { &text_field, "text", "", NULL, NULL },
    { &text_field, "text", "éééééé", NULL, "Ensure this field has no more than 5 characters." },
    { &text_field, "text", "ééééé", "ééééé", NULL },
    { &text_field, "text", "nan", "nan", NULL },
    { &text_field, "text", "a\x1b", NULL, "Control characters are not allowed." },
    { &text_field, "text", "caf\xe9", NULL, "The text is not valid UTF-8." },
    { &trimmed, "trimmed text", " \t a b \r\n", "a b", NULL },
    { &trimmed, "trimmed text", "  ", NULL, NULL },
    { &kept, "kept text", "", "", NULL },
    { &wanted, "required text", "", NULL, REQUIRED },
    { &wanted, "required text", "  ", NULL, REQUIRED },
    { &measured_text, "measured text", "NaN", NULL, NULL },
    { &measured_text, "measured text", " -- ", NULL, NULL },
    { &measured_text, "measured text", "None", NULL, NULL },
    { &measured_text, "measured text", "J0437-4715", "J0437-4715", NULL },
    { &integer, "an integer", "12", "12", NULL },
    { &integer, "an integer", " -12 ", "-12", NULL },
    { &integer, "an integer", "10.0", "10", NULL },
    { &integer, "an integer", "3.5", NULL, NO_INTEGER },
    { &integer, "an integer", "abc", NULL, NO_INTEGER },
    { &integer, "an integer", "0x10", NULL, NO_INTEGER },
    { &integer, "an integer", "1 2", NULL, NO_INTEGER },
    { &integer, "an integer", "", NULL, NULL },
    { &integer, "an integer", "nan", NULL, NO_INTEGER },
    { &integer, "an integer", "1e30", NULL,
      "Ensure this value is less than or equal to 9223372036854775807." },
    { &integer, "an integer", "-1e30", NULL,
      "Ensure this value is greater than or equal to -9223372036854775808." },
    { &obs_id, "an observation", "1285442472", "1285442472", NULL },
    { &obs_id, "an observation", "1e30", NULL,
      "Ensure this value is less than or equal to 9223372036854775807." },
    { &obs_id, "an observation", "9223372036854775807", "9223372036854775807", NULL },
    { &obs_id, "an observation", "-5", NULL,
      "Ensure this value is greater than or equal to 1." },
    { &obs_id, "an observation", "nan", NULL, NO_INTEGER },
    { &obs_id, "an observation", "", NULL, REQUIRED },
    { &rating, "a rating", "99", NULL, "Ensure this value is less than or equal to 5." },
    { &rating, "a rating", "0", NULL, "Ensure this value is greater than or equal to 1." },
    { &real, "a real", "1.5", "1.5", NULL },
    { &real, "a real", " -1e-5\n", "-1e-05", NULL },
    { &real, "a real", "inf", NULL, NO_NUMBER },
    { &real, "a real", "-Infinity", NULL, NO_NUMBER },
    { &real, "a real", "1e400", NULL, NO_NUMBER },
    { &real, "a real", "0x1p3", NULL, NO_NUMBER },
    { &real, "a real", "1,5", NULL, NO_NUMBER },
    { &real, "a real", "foo", NULL, NO_NUMBER },
    { &right_ascension, "a right ascension", "nAn", NULL, NULL },
    { &right_ascension, "a right ascension", "0", "0", NULL },
    { &right_ascension, "a right ascension", "360", "360", NULL },
    { &right_ascension, "a right ascension", "400", NULL,
      "Ensure this value is less than or equal to 360." },
    { &right_ascension, "a right ascension", "-1e-9", NULL,
      "Ensure this value is greater than or equal to 0." },
    { &declination, "a declination", "-90", "-90", NULL },
    { &declination, "a declination", "95", NULL,
      "Ensure this value is less than or equal to 90." },
    { &declination, "a declination", "-90.0001", NULL,
      "Ensure this value is greater than or equal to -90." },
    { &flag, "a boolean", "True", "true", NULL },
    { &flag, "a boolean", "oFF", "false", NULL },
    { &flag, "a boolean", "0", "false", NULL },
    { &flag, "a boolean", "", NULL, NULL },
    { &flag, "a boolean", "maybe", NULL, NO_BOOLEAN },
    { &choice, "a choice", "desc", "desc", NULL },
    { &choice, "a choice", "des", NULL, "\"des\" is not a valid choice." },
    { &choice, "a choice", "asc desc", NULL, "\"asc desc\" is not a valid choice." },
    { &json, "JSON", "{\"a\": 1}", "{\"a\": 1}", NULL },
    { &json, "JSON", "3", "3", NULL },
    { &json, "JSON", "{a}", NULL, "Value must be valid JSON." },
    { &json, "JSON", "\"\\u0000\"", NULL, "Value must be valid JSON." },
    { &json, "JSON", "[1,2,3,4,5,6,7,8,9,10]", NULL,
      "Ensure this field has no more than 20 characters." },
    { &ids, "ids", "1,2, 3", "{1,2,3}", NULL },
    { &ids, "ids", "", NULL, NULL },
    { &ids, "ids", "1,,2", NULL, NO_INTEGER },
    { &ids, "ids", "1,", NULL, NO_INTEGER },
    { &ids, "ids", "1,abc", NULL, NO_INTEGER },
    { &ids, "ids", "0", NULL, "Ensure this value is greater than or equal to 1." },
    { &ids, "ids", "1}", NULL, NO_INTEGER },
};

static apr_status_t check(const tr_field_t *field, const tr_input_t *input, tr_row_t **row,
                          tr_problem_t **problem)
{
    tr_field_t fields[2] = { *field, { 0 } };

    *problem = tr_problem_make(pool);
    return tr_form_check(row, fields, input, *problem, pool);
}

static void one_by_one(void)
{
    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        const case_t *one = &cases[i];
        tr_input_t *input = tr_input_make(pool);
        tr_problem_t *problem;
        tr_row_t *row;
        apr_status_t rv;
        const tr_value_t *value;

        tr_input_add(input, "x", one->text, strlen(one->text));
        rv = check(one->field, input, &row, &problem);
        is_int(rv, one->words ? TR_EBAD : APR_SUCCESS, "%s '%s' is %s", one->name, one->text,
               one->words ? "refused" : "accepted");
        is_str(tr_problem_words(problem, "x"), one->words, "with the right words");
        value = tr_row_get(row, "x");
        is_str(!value || value->kind == TR_NULL ? NULL : tr_value_to_text(value, pool),
               one->value, "and the right value");
    }
}

static void absent_fields_are_null(void)
{
    tr_input_t *input = tr_input_make(pool);
    tr_problem_t *problem;
    tr_row_t *row;

    is_int(check(&real, input, &row, &problem), APR_SUCCESS, "an optional field may be absent");
    ok(tr_row_get(row, "x") && tr_row_is_null(row, "x"), "and is there as NULL");
    is_int(check(&obs_id, input, &row, &problem), TR_EBAD, "a required one may not");
    is_str(tr_problem_words(problem, "x"), REQUIRED, "in the known words");
    is_int(check(&ids, input, &row, &problem), APR_SUCCESS, "a list may be absent");
}

static void every_wrong_field_is_named(void)
{
    static const tr_field_t fields[] = {
        { "a", TR_F_INT, TR_F_REQUIRED, 0, 0, 0, NULL, NULL },
        { "b", TR_F_REAL, 0, 0, 0, 0, NULL, NULL },
        { "c", TR_F_TEXT, 0, 0, 0, 0, NULL, NULL },
        { 0 },
    };
    tr_input_t *input = tr_input_make(pool);
    tr_problem_t *problem = tr_problem_make(pool);
    tr_row_t *row;

    tr_input_add(input, "b", "foo", 3);
    tr_input_add(input, "c", "a\0b", 3);
    tr_input_add(input, "unknown", "\xff", 1);
    is_int(tr_form_check(&row, fields, input, problem, pool), TR_EBAD, "three wrong fields");
    is_int(tr_problem_count(problem), 3, "make three complaints");
    is_str(tr_problem_words(problem, "a"), REQUIRED, "one for the absent");
    is_str(tr_problem_words(problem, "b"), NO_NUMBER, "one for the number");
    is_str(tr_problem_words(problem, "c"), NULS, "one for the NUL");
    is_int(row->count, 3, "the row has the declared names alone");
}

static void sizes_are_limited(void)
{
    enum { MUCH = 1024 * 1024 };
    char *text = apr_palloc(pool, MUCH + 1);
    tr_input_t *input = tr_input_make(pool);
    tr_problem_t *problem;
    tr_row_t *row;

    memset(text, '9', MUCH);
    text[MUCH] = '\0';
    tr_input_add(input, "x", text, MUCH);
    is_int(check(&kept, input, &row, &problem), TR_EBAD, "a text of 1 MB is refused");
    is_str(tr_problem_words(problem, "x"), "Ensure this field has no more than 65536 bytes.",
           "where no length is declared");
    is_int(check(&integer, input, &row, &problem), TR_EBAD, "a number of 1 MB is refused");
    is_int(check(&real, input, &row, &problem), TR_EBAD, "a real of 1 MB is refused");
    is_int(check(&choice, input, &row, &problem), TR_EBAD, "a choice of 1 MB is refused");
    is_str(tr_problem_words(problem, "x"), "This is not a valid choice.", "and not said again");
    is_int(check(&ids, input, &row, &problem), TR_EBAD, "a list of 1 MB is refused");
}

static void json_types_count(void)
{
    static const char body[] =
        "{\"flag\": true, \"text\": 12, \"list\": [1, 2], \"none\": null,"
        " \"int\": 10.0, \"object\": {\"a\": 1}}";
    static const tr_field_t fields[] = {
        { "flag", TR_F_BOOL, 0, 0, 0, 0, NULL, NULL },
        { "text", TR_F_TEXT, 0, 0, 0, 0, NULL, NULL },
        { "list", TR_F_INTS, 0, 0, 0, 0, NULL, NULL },
        { "none", TR_F_REAL, 0, 0, 0, 0, NULL, NULL },
        { "int", TR_F_INT, 0, 0, 0, 0, NULL, NULL },
        { "object", TR_F_JSON, 0, 0, 0, 0, NULL, NULL },
        { 0 },
    };
    static const tr_field_t refused[] = {
        { "flag", TR_F_TEXT, 0, 0, 0, 0, NULL, NULL },
        { "object", TR_F_TEXT, 0, 0, 0, 0, NULL, NULL },
        { "list", TR_F_REAL, 0, 0, 0, 0, NULL, NULL },
        { 0 },
    };
    tr_input_t *input = tr_input_make(pool);
    tr_problem_t *problem = tr_problem_make(pool);
    tr_row_t *row;

    tr_input_add_json(input, body, sizeof(body) - 1, problem);
    is_int(tr_form_check(&row, fields, input, problem, pool), APR_SUCCESS, "JSON is accepted");
    is_int(tr_row_flag(row, "flag"), 1, "true is a boolean");
    is_str(tr_row_text(row, "text"), "12", "a number may stand for text");
    is_str(tr_row_text(row, "list"), "{1,2}", "a list is a list of ids");
    ok(tr_row_is_null(row, "none"), "null is absent");
    is_int(tr_row_int(row, "int", 0), 10, "10.0 is a whole number");
    is_str(tr_row_text(row, "object"), "{\"a\":1}", "an object is JSON");
    is_int(tr_form_check(&row, refused, input, problem, pool), TR_EBAD, "wrong types are not");
    is_str(tr_problem_words(problem, "flag"), "Not a valid string.", "true is no text");
    is_str(tr_problem_words(problem, "object"), "Not a valid string.", "an object is no text");
    is_str(tr_problem_words(problem, "list"), NO_NUMBER, "a list is no number");
}

static apr_status_t read_form(const char *text, tr_input_t **input, tr_problem_t **problem)
{
    *input = tr_input_make(pool);
    *problem = tr_problem_make(pool);
    return tr_input_add_urlencoded(*input, text, strlen(text), 10, *problem);
}

static void urlencoded_text_is_read(void)
{
    tr_input_t *input;
    tr_problem_t *problem;

    is_int(read_form("a=1&b=x+y%20z%2B&&c&d=&a=2&%61b=3=4", &input, &problem), APR_SUCCESS,
           "a form is read");
    is_int(input->items->nelts, 6, "empty pairs are left out");
    is_str(tr_input_get(input, "a")->data, "2", "the last of a name counts");
    is_str(tr_input_get(input, "b")->data, "x y z+", "plus and escapes are decoded");
    is_str(tr_input_get(input, "c")->data, "", "a name alone has no text");
    is_str(tr_input_get(input, "ab")->data, "3=4", "only the first = parts");
    ok(!tr_input_get(input, "e"), "an unknown name is not there");
    is_int(read_form("", &input, &problem), APR_SUCCESS, "an empty form is a form");
    is_int(read_form("a=1&b=2&c=3&d=4&e=5&f=6&g=7&h=8&i=9&j=10&k=11", &input, &problem),
           TR_EBAD, "11 fields are more than 10");
}

static void broken_forms_name_the_field(void)
{
    static const struct {
        const char *text, *words;
    } broken[] = {
        { "x=%", "A % must be followed by two hex digits." },
        { "x=%4", "A % must be followed by two hex digits." },
        { "y=1&x=%zz", "A % must be followed by two hex digits." },
        { "x=%00", NULS },
        { "x=caf%e9", "The text is not valid UTF-8." },
        { "x=%1b", "Control characters are not allowed." },
    };
    tr_input_t *input;
    tr_problem_t *problem;

    for (size_t i = 0; i < sizeof(broken) / sizeof(*broken); i++) {
        is_int(read_form(broken[i].text, &input, &problem), TR_EBAD, "'%s' is refused",
               broken[i].text);
        is_str(tr_problem_words(problem, "x"), broken[i].words, "at its field");
    }
    is_int(read_form("%00=1", &input, &problem), TR_EBAD, "NUL in a name is refused");
    is_int(read_form("%ff=1", &input, &problem), TR_EBAD, "so is what is not UTF-8");
}

static void repeated_ids_are_gathered(void)
{
    tr_input_t *input;
    tr_problem_t *problem;
    tr_row_t *row;

    read_form("x=1&y=5&x=2%2C3&x=&x=4", &input, &problem);
    is_int(check(&ids, input, &row, &problem), APR_SUCCESS, "repeated ids are accepted");
    is_str(tr_row_text(row, "x"), "{1,2,3,4}", "and gathered in order");
}

static void what_was_typed_is_given_back(void)
{
    static const tr_field_t fields[] = {
        { "name", TR_F_TEXT, 0, 0, 0, 0, NULL, NULL },
        { "number", TR_F_INT, 0, 0, 0, 0, NULL, NULL },
        { "password", TR_F_TEXT, TR_F_SECRET, 0, 0, 0, NULL, NULL },
        { "bad", TR_F_TEXT, 0, 0, 0, 0, NULL, NULL },
        { "gone", TR_F_TEXT, 0, 0, 0, 0, NULL, NULL },
        { 0 },
    };
    tr_input_t *input;
    tr_problem_t *problem;
    tr_row_t *row;

    read_form("name=%3Cb%3E&number=abc&password=secret&bad=%ff&other=1", &input, &problem);
    row = tr_form_typed(fields, input, pool);
    is_int(row->count, 5, "every declared field is there");
    is_str(tr_row_text(row, "name"), "<b>", "as it was typed");
    is_str(tr_row_text(row, "number"), "abc", "also what is no number");
    is_str(tr_row_text(row, "password"), NULL, "a secret never comes back");
    is_str(tr_row_text(row, "bad"), NULL, "nor what is no text");
}

static void files_are_no_values(void)
{
    tr_input_t *input = tr_input_make(pool);
    tr_problem_t *problem;
    tr_row_t *row;

    tr_input_add(input, "x", "/spool/upload-1", 15);
    APR_ARRAY_IDX(input->items, 0, tr_input_item_t).is_file = 1;
    is_int(check(&text_field, input, &row, &problem), TR_EBAD, "a file in a text's place");
    ok(tr_row_is_null(row, "x"), "never gives its path away");
}

int main(void)
{
    apr_initialize();
    apr_pool_create(&pool, NULL);
    one_by_one();
    absent_fields_are_null();
    every_wrong_field_is_named();
    sizes_are_limited();
    json_types_count();
    urlencoded_text_is_read();
    broken_forms_name_the_field();
    repeated_ids_are_gathered();
    what_was_typed_is_given_back();
    files_are_no_values();
    apr_pool_destroy(pool);
    apr_terminate();
    return done_testing();
}
