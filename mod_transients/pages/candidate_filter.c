/* candidate_filter.c: reads the filters of the candidate table, and says them in words.
 *
 * SPDX-License-Identifier: MIT
 */
#include "candidate_filter.h"

#include "../lib/tr_buf.h"
#include "../lib/tr_sky.h"
#include "../lib/tr_time.h"

#include <apr_strings.h>
#include <math.h>
#include <string.h>

#define RADIUS_MAX 1800.0 /* arcmin: 30 degrees, up to where cones are tested to be exact */

const tr_field_t candidate_filter_fields[] = {
    { .name = "project", .kind = TR_F_INT, .min = 0, .max = 9e18, .label = "Project" },
    { .name = "obs_id", .kind = TR_F_INT, .min = 1, .max = 9e18, .label = "Observation" },
    { .name = "filter", .kind = TR_F_INT, .min = 1, .max = 9e18, .label = "Filter" },
    { .name = "class", .kind = TR_F_INT, .min = 1, .max = 9e18, .label = "Classification" },
    { .name = "rated", .kind = TR_F_CHOICE, .choices = "yes no me not-me", .label = "Rated" },
    { .name = "notes", .kind = TR_F_BOOL, .label = "Notes" },
    { .name = "pulsar", .kind = TR_F_BOOL, .label = "Pulsar" },
    { .name = "close", .kind = TR_F_BOOL, .label = "Close to known source" },
    { .name = "starred", .kind = TR_F_BOOL, .label = "Star" },
    { .name = "comments", .kind = TR_F_BOOL, .label = "Comments" },
    { .name = "tag", .flags = TR_F_TRIM, .max_len = 40, .label = "Tag" },
    { .name = "missing", .flags = TR_F_TRIM, .max_len = 63, .label = "Missing value" },
    { .name = "from", .flags = TR_F_TRIM, .max_len = 40, .label = "Observed from" },
    { .name = "to", .flags = TR_F_TRIM, .max_len = 40, .label = "Observed to" },
    { .name = "pos", .flags = TR_F_TRIM, .max_len = TR_SKY_INPUT_MAX, .label = "Position" },
    { .name = "ra", .flags = TR_F_TRIM, .max_len = TR_SKY_INPUT_MAX, .label = "RA" },
    { .name = "dec", .flags = TR_F_TRIM, .max_len = TR_SKY_INPUT_MAX, .label = "Dec" },
    { .name = "radius", .kind = TR_F_REAL, .label = "Radius" },
    { .name = "columns", .max_len = 2000, .label = "Columns" },
    { .name = "counts", .kind = TR_F_BOOL, .label = "Counts" },
    { .name = "at", .kind = TR_F_INT, .min = 1, .max = 200, .label = "Row" },
    { .name = "end", .kind = TR_F_CHOICE, .choices = "rated skipped none", .label = "End" },
    { .name = "done", .kind = TR_F_INT, .min = 1, .max = 9e18, .label = "Verdict" },
    { .name = NULL },
};

/* --- position ---------------------------------------------------------------------- */

static const char *text_of(const tr_request_t *req, const char *name)
{
    return tr_row_text(req->args, name);
}

static int is_wrong(const tr_request_t *req, const char *name)
{
    return tr_problem_words(req->problem, name) != NULL;
}

/* A position needs the field; what was complained of already is not complained of twice. */
static apr_status_t ask_for(tr_request_t *req, const char *name, const char *words)
{
    return is_wrong(req, name) ? TR_EBAD : tr_problem_field(req->problem, name, "%s", words);
}

static apr_status_t read_pair(tr_request_t *req, tr_sky_position_t *position)
{
    const char *why;

    if (text_of(req, "ra") || text_of(req, "dec")) {
        return tr_problem_field(req->problem, "pos",
                                "Give the position here or in RA and Dec, not in both.");
    }
    if (tr_sky_parse_pair(position, text_of(req, "pos"), &why) != APR_SUCCESS) {
        return tr_problem_field(req->problem, "pos", "%s", why);
    }
    return APR_SUCCESS;
}

static apr_status_t read_one(tr_request_t *req, const char *name,
                             apr_status_t (*parse)(tr_sky_angle_t *, const char *,
                                                   const char **),
                             tr_sky_angle_t *angle)
{
    const char *why, *text = text_of(req, name);

    if (!text) {
        return ask_for(req, name, "A search by position needs RA and Dec.");
    }
    if (parse(angle, text, &why) != APR_SUCCESS) {
        return tr_problem_field(req->problem, name, "%s", why);
    }
    return APR_SUCCESS;
}

static apr_status_t read_position(tr_request_t *req, tr_sky_position_t *position)
{
    apr_status_t ra, dec;

    if (text_of(req, "pos")) {
        return read_pair(req, position);
    }
    if (!text_of(req, "ra") && !text_of(req, "dec") && !is_wrong(req, "ra")
        && !is_wrong(req, "dec")) {
        return ask_for(req, "pos", "A search by position needs a position.");
    }
    ra = read_one(req, "ra", tr_sky_parse_ra, &position->ra);
    dec = read_one(req, "dec", tr_sky_parse_dec, &position->dec);
    return ra != APR_SUCCESS ? ra : dec;
}

static apr_status_t read_radius(tr_request_t *req, double *radius)
{
    if (tr_row_is_null(req->args, "radius")) {
        return ask_for(req, "radius", "A search by position needs a radius, in arcminutes.");
    }
    *radius = tr_row_real(req->args, "radius", 0);
    if (!(*radius > 0 && *radius <= RADIUS_MAX)) {
        return tr_problem_field(req->problem, "radius",
                                "A radius is more than 0 and at most %.0f arcminutes "
                                "(30 degrees).",
                                RADIUS_MAX);
    }
    return APR_SUCCESS;
}

static void set_cone(tr_request_t *req, tr_value_t ra, tr_value_t dec, tr_value_t radius)
{
    tr_row_set(req->args, "cone_ra", ra);
    tr_row_set(req->args, "cone_dec", dec);
    tr_row_set(req->args, "radius_deg", radius);
}

/* A cone is whole or not there at all: nothing is searched around a place that nobody meant. */
static apr_status_t read_cone(tr_request_t *req)
{
    static const char *const names[] = { "pos", "ra", "dec", "radius" };
    tr_sky_position_t position;
    double radius = 0;
    apr_status_t at, within;
    int given = 0;

    set_cone(req, tr_null(), tr_null(), tr_null());
    for (int i = 0; i < 4; i++) {
        given |= !tr_row_is_null(req->args, names[i]) || is_wrong(req, names[i]);
    }
    if (!given) {
        return APR_SUCCESS;
    }
    at = read_position(req, &position);
    within = read_radius(req, &radius);
    if (at != APR_SUCCESS || within != APR_SUCCESS) {
        return TR_EBAD;
    }
    set_cone(req, tr_real(position.ra.deg), tr_real(position.dec.deg), tr_real(radius / 60));
    return APR_SUCCESS;
}

int candidate_filter_has_cone(const tr_request_t *req)
{
    return !tr_row_is_null(req->args, "radius_deg");
}

/* --- dates ------------------------------------------------------------------------- */

/* The last second of what was said: of the day where no time of day was given. */
static void to_end_of_day(tr_utc_t *utc, const char *text)
{
    double gps;

    if (strlen(text) > strlen("2020-09-29")) {
        return;
    }
    utc->hour = 23;
    utc->minute = 59;
    utc->second = 60; /* where the day ended with a leap second */
    if (tr_time_gps_from_utc(&gps, utc) != APR_SUCCESS) {
        utc->second = 59;
    }
}

static apr_status_t read_date(tr_request_t *req, const char *name, const char *arg, int is_end)
{
    const char *why, *text = text_of(req, name);
    tr_utc_t utc;
    double gps;

    tr_row_set(req->args, arg, tr_null());
    if (!text) {
        return APR_SUCCESS;
    }
    if (tr_time_parse(&utc, text, &why) != APR_SUCCESS) {
        return tr_problem_field(req->problem, name, "%s", why);
    }
    if (is_end) {
        to_end_of_day(&utc, text);
    }
    if (tr_time_gps_from_utc(&gps, &utc) != APR_SUCCESS) {
        return tr_problem_field(req->problem, name, "There is no such time.");
    }
    tr_row_set(req->args, arg, tr_int((apr_int64_t)(is_end ? floor(gps) : ceil(gps))));
    return APR_SUCCESS;
}

static apr_status_t read_dates(tr_request_t *req)
{
    apr_status_t from = read_date(req, "from", "date_min", 0);
    apr_status_t to = read_date(req, "to", "date_max", 1);

    if (from == APR_SUCCESS && to == APR_SUCCESS && !tr_row_is_null(req->args, "date_min")
        && !tr_row_is_null(req->args, "date_max")
        && tr_row_int(req->args, "date_min", 0) > tr_row_int(req->args, "date_max", 0)) {
        return tr_problem_field(req->problem, "to", "This is before 'Observed from'.");
    }
    return from != APR_SUCCESS ? from : to;
}

/* --- the others -------------------------------------------------------------------- */

/* No project asked for: the reader's own choice. Zero: all that the reader may see. */
static void read_project(tr_request_t *req)
{
    const tr_value_t *chosen = tr_row_get(req->reader.row, "project_id");

    if (tr_row_is_null(req->args, "project")) {
        tr_row_set(req->args, "project", chosen ? *chosen : tr_null());
    }
    else if (tr_row_int(req->args, "project", 0) == 0) {
        tr_row_set(req->args, "project", tr_null());
    }
}

static const tr_column_t *missing_column(const tr_request_t *req, const char *name)
{
    int count;
    const tr_column_t *const *set = tr_columns_set(tr_site_columns(req->site), "candidate.page",
                                                   &count);

    for (int i = 0; i < count; i++) {
        if (strcmp(set[i]->name, name) == 0) {
            return set[i];
        }
    }
    return NULL;
}

static apr_status_t check_missing(tr_request_t *req)
{
    const char *name = text_of(req, "missing");

    if (name && !missing_column(req, name)) {
        return tr_problem_field(req->problem, "missing", "\"%s\" is no column of candidates.",
                                name);
    }
    return APR_SUCCESS;
}

apr_status_t candidate_filter_prepare(tr_request_t *req)
{
    apr_status_t cone, dates, missing;

    read_project(req);
    cone = read_cone(req);
    dates = read_dates(req);
    missing = check_missing(req);
    return cone != APR_SUCCESS ? cone : dates != APR_SUCCESS ? dates : missing;
}

/* --- in words ---------------------------------------------------------------------- */

static const char *label_of(const char *name)
{
    const tr_field_t *field = candidate_filter_fields;

    while (field->name && strcmp(field->name, name) != 0) {
        field++;
    }
    return field->label;
}

typedef struct choice_t {
    const char *name; /* of the parameter */
    const char *value;
    const char *words;
} choice_t;

static const choice_t choices[] = {
    { "rated", "no", "by nobody" },
    { "rated", "yes", "by somebody" },
    { "rated", "me", "by me" },
    { "rated", "not-me", "not by me" },
    { "notes", "1", "with notes" },
    { "notes", "0", "without notes" },
    { "pulsar", "1", "associated" },
    { "pulsar", "0", "not associated" },
    { "close", "1", "close" },
    { "close", "0", "not close" },
    { "starred", "1", "by me" },
    { "comments", "1", "with comments" },
    { "comments", "0", "without comments" },
};
enum { CHOICES = sizeof choices / sizeof choices[0] };

/* The value in force as it stands in `choices`; NULL: none. */
static const char *choice_value(const tr_request_t *req, const char *name)
{
    const tr_value_t *value = tr_row_get(req->args, name);

    if (!value || value->kind == TR_NULL) {
        return NULL;
    }
    return value->kind == TR_BOOL ? (value->as.flag ? "1" : "0") : tr_row_text(req->args, name);
}

static const char *choice_words(const tr_request_t *req, const char *name)
{
    const char *value = choice_value(req, name);

    for (int i = 0; value && i < CHOICES; i++) {
        if (strcmp(choices[i].name, name) == 0 && strcmp(choices[i].value, value) == 0) {
            return choices[i].words;
        }
    }
    return NULL;
}

static void add_filter(tr_list_t *list, const char *label, const char *value, const char *names)
{
    tr_row_t *row = tr_list_add(list);

    tr_row_set(row, "label", tr_text(label));
    tr_row_set(row, "value", tr_text(value));
    tr_row_set(row, "names", tr_text(names));
}

/* Filters whose value is an id: names come from one statement, which tells only those that the
 * reader may see. */
static void add_named(tr_list_t *list, tr_request_t *req)
{
    static const struct {
        const char *name, *column;
    } named[] = {
        { "project", "project_name" },
        { "filter", "filter_name" },
        { "class", "class_name" },
    };
    tr_row_t *names = NULL;

    for (size_t i = 0; i < sizeof named / sizeof named[0]; i++) {
        const char *words;

        if (tr_row_is_null(req->args, named[i].name)) {
            continue;
        }
        if (!names
            && tr_db_row(req->db, "candidate_filter_names", req->args, &names, NULL, req->pool)
                   != APR_SUCCESS) {
            names = tr_row_make(req->pool);
        }
        words = tr_row_text(names, named[i].column);
        add_filter(list, label_of(named[i].name),
                   words ? words
                         : tr_value_to_text(tr_row_get(req->args, named[i].name), req->pool),
                   named[i].name);
    }
}

static void add_cone(tr_list_t *list, tr_request_t *req)
{
    char ra[TR_SKY_TEXT_SIZE], dec[TR_SKY_TEXT_SIZE];

    if (!candidate_filter_has_cone(req)) {
        return;
    }
    tr_sky_write_hms(ra, tr_row_real(req->args, "cone_ra", 0), 2);
    tr_sky_write_dms(dec, tr_row_real(req->args, "cone_dec", 0), 1);
    add_filter(list, "Position",
               apr_psprintf(req->pool, "%s %s, within %s\u2032", ra, dec,
                            tr_value_to_text(tr_row_get(req->args, "radius"), req->pool)),
               "pos ra dec radius");
}

static void add_date(tr_list_t *list, tr_request_t *req, const char *arg, const char *name)
{
    char text[TR_TIME_TEXT_SIZE];

    if (!tr_row_is_null(req->args, arg)) {
        tr_time_write_gps(text, tr_row_real(req->args, arg, 0), TR_TIME_PLAIN, 0);
        add_filter(list, label_of(name), apr_pstrcat(req->pool, text, " UTC", NULL), name);
    }
}

/* What needs nothing but its own words. */
static void add_plain(tr_list_t *list, tr_request_t *req)
{
    static const char *const names[] = { "rated", "notes",   "pulsar",
                                         "close", "starred", "comments" };
    const tr_value_t *observation = tr_row_get(req->args, "obs_id");
    const char *missing = text_of(req, "missing"), *tag = text_of(req, "tag");

    if (observation && observation->kind != TR_NULL) {
        add_filter(list, label_of("obs_id"), tr_value_to_text(observation, req->pool),
                   "obs_id");
    }
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        const char *words = choice_words(req, names[i]);
        if (words) {
            add_filter(list, label_of(names[i]), words, names[i]);
        }
    }
    if (tag) {
        add_filter(list, label_of("tag"), tag, "tag");
    }
    if (missing && missing_column(req, missing)) {
        add_filter(list, label_of("missing"), missing_column(req, missing)->label, "missing");
    }
}

static void add_range_end(tr_list_t *list, tr_request_t *req, const tr_column_t *column,
                          const char *end, const char *words)
{
    const char *name = apr_pstrcat(req->pool, column->name, end, NULL);
    const tr_value_t *value = tr_row_get(req->args, name);

    if (value && value->kind != TR_NULL) {
        add_filter(list, apr_pstrcat(req->pool, column->label, words, NULL),
                   apr_pstrcat(req->pool, tr_value_to_text(value, req->pool),
                               *column->unit ? " " : "", column->unit, NULL),
                   name);
    }
}

static void add_ranges(tr_list_t *list, tr_request_t *req)
{
    int count;
    const tr_column_t *const *set = tr_columns_set(tr_site_columns(req->site),
                                                   "candidate.filter", &count);

    for (int i = 0; i < count; i++) {
        add_range_end(list, req, set[i], "_min", ", at least");
        add_range_end(list, req, set[i], "_max", ", at most");
    }
}

tr_list_t *candidate_filter_list(tr_request_t *req)
{
    tr_list_t *list = tr_list_make(req->pool);

    add_named(list, req);
    add_cone(list, req);
    add_date(list, req, "date_min", "from");
    add_date(list, req, "date_max", "to");
    add_plain(list, req);
    add_ranges(list, req);
    return list;
}

const char *candidate_filter_words(tr_request_t *req)
{
    const tr_list_t *list = candidate_filter_list(req);
    tr_buf_t *words = tr_buf_make(128, req->pool);

    for (int i = 0; i < list->count; i++) {
        tr_buf_printf(words, "%s%s %s", i ? "; " : "", tr_row_text(list->rows[i], "label"),
                      tr_row_text(list->rows[i], "value"));
    }
    return list->count ? words->data : "none";
}

/* --- what a form offers ------------------------------------------------------------ */

static tr_list_t *choices_of(const tr_request_t *req, const char *name)
{
    tr_list_t *list = tr_list_make(req->pool);
    const char *now = choice_value(req, name);

    for (int i = 0; i < CHOICES; i++) {
        if (strcmp(choices[i].name, name) == 0) {
            tr_row_t *row = tr_list_add(list);

            tr_row_set(row, "value", tr_text(choices[i].value));
            tr_row_set(row, "words", tr_text(choices[i].words));
            tr_row_set(row, "chosen", tr_bool(now && strcmp(now, choices[i].value) == 0));
        }
    }
    return list;
}

static void add_flags(tr_request_t *req)
{
    static const char *const names[] = { "notes", "pulsar", "close", "starred", "comments" };
    tr_list_t *list = tr_list_make(req->pool);

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        tr_row_t *row = tr_list_add(list);

        tr_row_set(row, "name", tr_text(names[i]));
        tr_row_set(row, "label", tr_text(label_of(names[i])));
        tr_row_set(row, "error", tr_text(tr_problem_words(req->problem, names[i])));
        tr_row_set(row, "options", tr_of_list(choices_of(req, names[i])));
    }
    tr_row_set(req->data, "flag_choices", tr_of_list(list));
}

static void add_missing(tr_request_t *req)
{
    int count;
    const tr_column_t *const *set = tr_columns_set(tr_site_columns(req->site), "candidate.page",
                                                   &count);
    const char *now = text_of(req, "missing");
    tr_list_t *list = tr_list_make(req->pool);

    for (int i = 0; i < count; i++) {
        tr_row_t *row = tr_list_add(list);

        tr_row_set(row, "value", tr_text(set[i]->name));
        tr_row_set(row, "words", tr_text(set[i]->label));
        tr_row_set(row, "chosen", tr_bool(now && strcmp(now, set[i]->name) == 0));
    }
    tr_row_set(req->data, "missing_choices", tr_of_list(list));
}

static void mark_classes(tr_request_t *req)
{
    tr_list_t *classes = tr_row_list(req->data, "classes");
    apr_int64_t class = tr_row_int(req->args, "class", 0);

    for (int i = 0; classes && i < classes->count; i++) {
        tr_row_set(classes->rows[i], "chosen",
                   tr_bool(tr_row_int(classes->rows[i], "id", -1) == class));
    }
}

void candidate_filter_add_form(tr_request_t *req)
{
    tr_row_set(req->data, "rated_choices", tr_of_list(choices_of(req, "rated")));
    add_flags(req);
    add_missing(req);
    mark_classes(req);
}

/* A separation is one from something. */
apr_status_t candidate_filter_check_sort(tr_request_t *req)
{
    const char *sort = tr_row_text(req->args, "sort");

    if (sort && strcmp(sort + (*sort == '-'), "sep") == 0 && !candidate_filter_has_cone(req)) {
        return tr_problem_field(req->problem, "sort",
                                "Only a search by position can be sorted by separation.");
    }
    return APR_SUCCESS;
}
