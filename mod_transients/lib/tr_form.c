/* tr_form.c: values from outside, checked against a declaration.
 *
 * The words of complaints are the old site's, which clients out there know.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_form.h"
#include "tr_buf.h"
#include "tr_escape.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <jansson.h>

#include <math.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

enum {
    MOST_TEXT = 64
                * 1024, /* bytes, where a field declares no length: what the database takes */
    MOST_INTS = 10000,  /* of one field: more than any page can tick */
    MOST_ECHO = 64      /* bytes of a wrong choice that are said again */
};

/* One field while it is checked. */
typedef struct check_t {
    const tr_field_t *field;
    const tr_input_t *input;
    const tr_input_item_t *item; /* the last of that name */
    const char *data;            /* its text, trimmed as the field asks */
    apr_size_t len;
    tr_value_t value;
    tr_problem_t *problem;
    apr_pool_t *pool;
} check_t;

static int is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static void trim(const char **data, apr_size_t *len)
{
    while (*len && is_blank(**data)) {
        (*data)++;
        (*len)--;
    }
    while (*len && is_blank((*data)[*len - 1])) {
        (*len)--;
    }
}

static int is_word(const char *data, apr_size_t len, const char *const *words)
{
    for (; *words; words++) {
        if (strlen(*words) == len && !strncasecmp(*words, data, len)) {
            return 1;
        }
    }
    return 0;
}

/* How pipelines spell 'no value'; "--" is a masked cell of an astropy table. */
static int is_nan_word(const char *data, apr_size_t len)
{
    static const char *const words[] = {
        "nan", "-nan", "+nan", "none", "null", "--", "", NULL
    };

    trim(&data, &len);
    return is_word(data, len, words);
}

static apr_status_t wrong(const check_t *check, const char *words)
{
    return tr_problem_field(check->problem, check->field->name, "%s", words);
}

static int has_limits(const tr_field_t *field)
{
    return field->min < 0 || field->min > 0 || field->max < 0 || field->max > 0;
}

static const char *limit_text(double limit, apr_pool_t *pool)
{
    char room[TR_NUMBER_ROOM];

    if (fabs(limit) < 1e15 || limit != floor(limit)) {
        tr_real_print(room, limit);
        return apr_pstrdup(pool, room);
    }
    if (limit >= 0x1p63) {
        return apr_psprintf(pool, "%" APR_INT64_T_FMT, APR_INT64_MAX);
    }
    if (limit <= -0x1p63) {
        return apr_psprintf(pool, "%" APR_INT64_T_FMT, APR_INT64_MIN);
    }
    return apr_psprintf(pool, "%" APR_INT64_T_FMT, (apr_int64_t)limit);
}

static apr_status_t too_low(const check_t *check, const char *limit)
{
    return tr_problem_field(check->problem, check->field->name,
                            "Ensure this value is greater than or equal to %s.", limit);
}

static apr_status_t too_high(const check_t *check, const char *limit)
{
    return tr_problem_field(check->problem, check->field->name,
                            "Ensure this value is less than or equal to %s.", limit);
}

static apr_status_t check_length(const check_t *check)
{
    int most = check->field->max_len;

    if (!most && check->len > MOST_TEXT) {
        return tr_problem_field(check->problem, check->field->name,
                                "Ensure this field has no more than %d bytes.", MOST_TEXT);
    }
    if (most && tr_utf8_count(check->data, check->len) > (apr_size_t)most) {
        return tr_problem_field(check->problem, check->field->name,
                                "Ensure this field has no more than %d characters.", most);
    }
    return APR_SUCCESS;
}

static tr_value_t kept_text(const check_t *check)
{
    return tr_text_n(apr_pstrmemdup(check->pool, check->data, check->len), check->len);
}

static apr_status_t check_text(check_t *check)
{
    tr_kind_e typed = check->item->typed;

    if (typed == TR_BOOL || typed == TR_JSON) {
        return wrong(check, "Not a valid string.");
    }
    check->value = kept_text(check);
    return check_length(check);
}

static apr_status_t check_int_range(const check_t *check, apr_int64_t integer)
{
    const tr_field_t *field = check->field;

    if (!has_limits(field)) {
        return APR_SUCCESS;
    }
    if ((double)integer < field->min) {
        return too_low(check, limit_text(field->min, check->pool));
    }
    if (field->max < 0x1p63 && (double)integer > field->max) {
        return too_high(check, limit_text(field->max, check->pool));
    }
    return APR_SUCCESS;
}

/* Reads one whole number within the field's range. */
static apr_status_t read_int(const check_t *check, const char *data, apr_size_t len,
                             apr_int64_t *integer)
{
    const tr_field_t *field = check->field;
    int limited = has_limits(field);

    trim(&data, &len);
    switch (tr_int_read(data, len, integer)) {
    case TR_INT_NOT_WHOLE:
        return wrong(check, "A valid integer is required.");
    case TR_INT_TOO_LOW:
        return too_low(check, limit_text(limited ? field->min : -INFINITY, check->pool));
    case TR_INT_TOO_HIGH:
        return too_high(check, limit_text(limited ? field->max : INFINITY, check->pool));
    case TR_INT_OK:
        break;
    }
    return check_int_range(check, *integer);
}

static apr_status_t check_int(check_t *check)
{
    apr_int64_t integer = 0;
    apr_status_t status = read_int(check, check->data, check->len, &integer);

    check->value = tr_int(integer);
    return status;
}

static apr_status_t check_real(check_t *check)
{
    const tr_field_t *field = check->field;
    double real;

    if (!tr_real_read(check->data, check->len, &real)) {
        return wrong(check, "A valid number is required.");
    }
    check->value = tr_real(real);
    if (has_limits(field) && real < field->min) {
        return too_low(check, limit_text(field->min, check->pool));
    }
    if (has_limits(field) && real > field->max) {
        return too_high(check, limit_text(field->max, check->pool));
    }
    return APR_SUCCESS;
}

static apr_status_t check_bool(check_t *check)
{
    static const char *const yes[] = { "1", "true", "t", "yes", "on", NULL };
    static const char *const no[] = { "0", "false", "f", "no", "off", NULL };
    int is_yes = is_word(check->data, check->len, yes);

    if (!is_yes && !is_word(check->data, check->len, no)) {
        return wrong(check, "Must be a valid boolean.");
    }
    check->value = tr_bool(is_yes);
    return APR_SUCCESS;
}

static apr_status_t check_choice(check_t *check)
{
    const char *choice = check->field->choices;
    apr_size_t len;

    for (; *choice; choice += len + (choice[len] == ' ')) {
        len = strcspn(choice, " ");
        if (len == check->len && !memcmp(choice, check->data, len)) {
            check->value = kept_text(check);
            return APR_SUCCESS;
        }
    }
    if (check->len > MOST_ECHO) {
        return wrong(check, "This is not a valid choice.");
    }
    return tr_problem_field(check->problem, check->field->name,
                            "\"%.*s\" is not a valid choice.", (int)check->len, check->data);
}

static apr_status_t check_json(check_t *check)
{
    json_t *json;
    apr_status_t status = check_length(check);

    if (status != APR_SUCCESS) {
        return status;
    }
    json = json_loadb(check->data, check->len, JSON_REJECT_DUPLICATES | JSON_DECODE_ANY, NULL);
    if (!json) {
        return wrong(check, "Value must be valid JSON.");
    }
    json_decref(json);
    check->value = tr_json(apr_pstrmemdup(check->pool, check->data, check->len));
    return APR_SUCCESS;
}

/* Appends the numbers of one item, "1,2,3" or "[1,2,3]"; an empty item has none. */
static apr_status_t add_ints(const check_t *check, const tr_input_item_t *item, tr_buf_t *out,
                             int *count)
{
    const char *p = item->data, *end;
    apr_size_t len = item->len;

    trim(&p, &len);
    if (item->typed == TR_JSON && len >= 2 && p[0] == '[' && p[len - 1] == ']') {
        p++;
        len -= 2;
    }
    for (end = p + len; len && p <= end; p++) {
        const char *comma = memchr(p, ',', (apr_size_t)(end - p));
        const char *stop = comma ? comma : end;
        apr_int64_t integer;
        apr_status_t status = read_int(check, p, (apr_size_t)(stop - p), &integer);

        if (status != APR_SUCCESS) {
            return status;
        }
        if (++*count > MOST_INTS) {
            return wrong(check, "Too many values.");
        }
        tr_buf_printf(out, "%s%" APR_INT64_T_FMT, out->len > 1 ? "," : "", integer);
        p = stop;
    }
    return APR_SUCCESS;
}

static apr_status_t check_ints(check_t *check)
{
    tr_buf_t *out = tr_buf_make(64, check->pool);
    int count = 0;

    tr_buf_putc(out, '{');
    for (int i = 0; i < check->input->items->nelts; i++) {
        const tr_input_item_t *item = &APR_ARRAY_IDX(check->input->items, i,
                                                     const tr_input_item_t);
        apr_status_t status = APR_SUCCESS;

        if (!strcmp(item->name, check->field->name) && !item->is_file) {
            status = add_ints(check, item, out, &count);
        }
        if (status != APR_SUCCESS) {
            return status;
        }
    }
    tr_buf_putc(out, '}');
    if (count) {
        check->value = tr_text_n(out->data, out->len);
    }
    else if (check->field->flags & TR_F_REQUIRED) {
        return wrong(check, "This field is required.");
    }
    return APR_SUCCESS;
}

typedef apr_status_t check_fn(check_t *check);

static check_fn *const checks[] = {
    [TR_F_TEXT] = check_text, [TR_F_INT] = check_int,       [TR_F_REAL] = check_real,
    [TR_F_BOOL] = check_bool, [TR_F_CHOICE] = check_choice, [TR_F_JSON] = check_json,
    [TR_F_INTS] = check_ints,
};

static int is_absent(const check_t *check)
{
    const tr_field_t *field = check->field;

    if (check->item->typed == TR_NULL) {
        return 1;
    }
    if (!check->len) {
        return !(field->kind == TR_F_TEXT && field->flags & TR_F_KEEP_EMPTY);
    }
    return field->flags & TR_F_NAN_IS_NULL && is_nan_word(check->data, check->len);
}

/* What holds for every kind comes first: a file, unclean text, nothing at all. */
static apr_status_t check_field(check_t *check)
{
    const tr_field_t *field = check->field;
    const char *fault;

    if (!check->item) {
        return field->flags & TR_F_REQUIRED ? wrong(check, "This field is required.")
                                            : APR_SUCCESS;
    }
    if (check->item->is_file) {
        return wrong(check, "Not a valid string.");
    }
    check->data = check->item->data;
    check->len = check->item->len;
    fault = tr_text_fault(check->data, check->len);
    if (fault) {
        return wrong(check, fault);
    }
    if (field->kind != TR_F_TEXT || field->flags & TR_F_TRIM) {
        trim(&check->data, &check->len);
    }
    if (field->kind != TR_F_INTS && is_absent(check)) {
        return field->flags & TR_F_REQUIRED ? wrong(check, "This field is required.")
                                            : APR_SUCCESS;
    }
    return checks[field->kind](check);
}

apr_status_t tr_form_check(tr_row_t **row, const tr_field_t *fields, const tr_input_t *input,
                           tr_problem_t *problem, apr_pool_t *pool)
{
    apr_status_t status = APR_SUCCESS;

    *row = tr_row_make(pool);
    for (const tr_field_t *field = fields; field->name; field++) {
        check_t check = { .field = field, .input = input, .problem = problem, .pool = pool };
        apr_status_t rv;

        check.item = tr_input_get(input, field->name);
        rv = check_field(&check);
        if (rv != APR_SUCCESS) {
            check.value = tr_null();
            status = rv;
        }
        tr_row_set(*row, field->name, check.value);
    }
    return status;
}

/* Text that is not clean cannot be shown; it is complained of by name. */
static tr_value_t typed_value(const tr_field_t *field, const tr_input_t *input,
                              apr_pool_t *pool)
{
    const tr_input_item_t *item = tr_input_get(input, field->name);

    if (!item || item->is_file || item->typed == TR_NULL || field->flags & TR_F_SECRET
        || !tr_text_is_clean(item->data, item->len)) {
        return tr_null();
    }
    return tr_text_n(apr_pstrmemdup(pool, item->data, item->len), item->len);
}

tr_row_t *tr_form_typed(const tr_field_t *fields, const tr_input_t *input, apr_pool_t *pool)
{
    tr_row_t *row = tr_row_make(pool);

    for (const tr_field_t *field = fields; field->name; field++) {
        tr_row_set(row, field->name, typed_value(field, input, pool));
    }
    return row;
}
