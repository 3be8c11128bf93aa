/* settings.c: the queue and the looks that a reader chose.
 *
 * SPDX-License-Identifier: MIT
 */
#include "pages.h"

#include "../lib/tr_buf.h"

#include <string.h>

static const tr_need_t settings_needs[] = {
    { "projects", "project_choices", TR_MANY },
    { "frequencies", "frequency_choices", TR_MANY },
    { NULL, NULL, TR_ONE },
};

static int is_sent(const tr_request_t *req, const char *name)
{
    return req->input && tr_input_get(req->input, name) != NULL;
}

/* What is marked: the reader's own choices, or those of a form that was refused. */
static apr_status_t prepare(tr_request_t *req)
{
    const tr_value_t *project = tr_row_get(req->reader.row, "project_id");

    if (tr_row_is_null(req->args, "project") || tr_problem_words(req->problem, "project")) {
        tr_row_set(req->args, "project", project ? *project : tr_null());
    }
    if (!is_sent(req, "left_out_shown")) {
        const char *left_out = tr_row_text(req->reader.row, "left_out");
        tr_row_set(req->args, "left_out", tr_text(left_out ? left_out : "{}"));
    }
    return APR_SUCCESS;
}

/* Choices as lists with the chosen one marked, so that the template names no value. */
typedef struct choice_t {
    const char *value;
    const char *words;
} choice_t;

static const choice_t order_choices[] = {
    { "random", "random" },           { "newest", "newest first" },
    { "oldest", "oldest first" },     { "brightest", "brightest first" },
    { "faintest", "faintest first" }, { NULL, NULL },
};
static const choice_t filter_choices[] = {
    { "unrated", "not rated by anyone" },
    { "week", "not rated by anyone in the last 7 days" },
    { "mine", "not yet rated by me" },
    { NULL, NULL },
};
static const choice_t theme_choices[] = {
    { "system", "as the system" },
    { "dark", "dark" },
    { "light", "light" },
    { NULL, NULL },
};
static const choice_t paper_choices[] = {
    { "dim", "dim paper" },
    { "plain", "plain" },
    { "inverted", "inverted" },
    { NULL, NULL },
};

static void add_choices(tr_request_t *req, const char *name, const choice_t *choices,
                        const char *setting)
{
    const tr_input_item_t *typed = req->input ? tr_input_get(req->input, setting) : NULL;
    const char *now = typed ? typed->data : tr_reader_setting(req, setting);
    tr_list_t *list = tr_list_make(req->pool);

    for (; choices->value; choices++) {
        tr_row_t *row = tr_list_add(list);

        tr_row_set(row, "value", tr_text(choices->value));
        tr_row_set(row, "words", tr_text(choices->words));
        tr_row_set(row, "chosen", tr_bool(now && strcmp(now, choices->value) == 0));
    }
    tr_row_set(req->data, name, tr_of_list(list));
}

/* The frequencies that the page offers, "154,185": only these can be unticked on it. */
static const char *shown(const tr_request_t *req)
{
    const tr_list_t *list = tr_row_list(req->data, "frequencies");
    tr_buf_t *out = tr_buf_make(64, req->pool);

    for (int i = 0; list && i < list->count; i++) {
        tr_buf_printf(out, "%s%" APR_INT64_T_FMT, i ? "," : "",
                      tr_row_int(list->rows[i], "mhz", 0));
    }
    return out->len ? out->data : "";
}

static apr_status_t finish(tr_request_t *req)
{
    add_choices(req, "orders", order_choices, "queue_order");
    add_choices(req, "queues", filter_choices, "queue_filter");
    add_choices(req, "themes", theme_choices, "theme");
    add_choices(req, "papers", paper_choices, "paper");
    /* only where a save led here: any other query has saved nothing */
    tr_row_set(req->data, "saved",
               tr_bool(is_sent(req, "saved") && !tr_problem_count(req->problem)));
    tr_row_set(req->data, "frequencies_shown", tr_text(shown(req)));
    return APR_SUCCESS;
}

#define CHOICE_ADDS(list)                                                                      \
    { list, TR_LIST }, { list ".value", TR_TEXT }, { list ".words", TR_TEXT },                 \
    {                                                                                          \
        list ".chosen", TR_BOOL                                                                \
    }

static const tr_adds_t settings_adds[] = {
    CHOICE_ADDS("orders"), CHOICE_ADDS("queues"), CHOICE_ADDS("themes"),
    CHOICE_ADDS("papers"), { "saved", TR_BOOL },  { "frequencies_shown", TR_TEXT },
    { NULL, TR_NULL },
};

const tr_page_t settings_page = {
    .template = "settings.html",
    .needs = settings_needs,
    .prepare = prepare,
    .brings = "project left_out",
    .finish = finish,
    .adds = settings_adds,
};

const tr_field_t settings_fields[] = {
    /* 0 takes the choice back: all projects */
    { .name = "project", .kind = TR_F_INT, .min = 0, .max = 9e18, .label = "Project" },
    { .name = "queue_order",
      .kind = TR_F_CHOICE,
      .label = "Order",
      .choices = "random newest oldest brightest faintest" },
    { .name = "queue_filter",
      .kind = TR_F_CHOICE,
      .choices = "unrated week mine",
      .label = "Which ones" },
    /* MHz, whole. Those that the form showed and that are not ticked are no more left out. */
    { .name = "left_out", .kind = TR_F_INTS, .min = 0, .max = 1000000, .label = "Frequencies" },
    { .name = "left_out_shown", .kind = TR_F_INTS, .min = 0, .max = 1000000 },
    { .name = "theme", .kind = TR_F_CHOICE, .choices = "system dark light", .label = "Theme" },
    { .name = "paper", .kind = TR_F_CHOICE, .choices = "dim plain inverted", .label = "Paper" },
    { .name = "go",
      .kind = TR_F_CHOICE,
      .choices = "settings next candidates home",
      .label = "Then" },
    { .name = NULL },
};

static const choice_t destinations[] = {
    { "next", "/next" },
    { "candidates", "/candidates" },
    { "home", "/" },
    { NULL, NULL },
};

static const char *destination(const char *name)
{
    for (const choice_t *d = destinations; name && d->value; d++) {
        if (strcmp(d->value, name) == 0) {
            return d->words;
        }
    }
    return "/settings?saved=1";
}

/* A project must be one that the reader may see; none at all is 0. */
static apr_status_t check_project(tr_request_t *req)
{
    tr_row_t *row;
    apr_status_t status;

    if (is_sent(req, "project") && tr_row_is_null(req->args, "project")) {
        return tr_problem_field(req->problem, "project",
                                "Choose a project, or none for all of them.");
    }
    if (tr_row_int(req->args, "project", 0) == 0) {
        return APR_SUCCESS;
    }
    status = tr_db_row(req->db, "project_by_id", req->args, &row, req->problem, req->pool);
    if (status == TR_ENOTFOUND) {
        return tr_problem_field(req->problem, "project", "There is no such project.");
    }
    return status;
}

apr_status_t settings_save(tr_request_t *req)
{
    apr_status_t status = check_project(req);

    tr_row_set(req->args, "with_left_out",
               tr_bool(is_sent(req, "left_out") || is_sent(req, "left_out_shown")));
    if (status == APR_SUCCESS) {
        status = tr_db_run(req->db, "setting_save", req->args, NULL, req->problem, req->pool);
    }
    if (status != APR_SUCCESS) {
        return status;
    }
    return tr_reply_see_other(req, "%s", destination(tr_row_text(req->args, "go")));
}
