/* simbad.c: SIMBAD's objects near a candidate, as a page of its own.
 *
 * SIMBAD's silence is no defect of this site: the page says it in a line, with
 * the status of a gateway that got no answer.
 *
 * SPDX-License-Identifier: MIT
 */
#include "pages.h"

#include "../lib/tr_json.h"
#include "../web/simbad.h"

#include <apr_strings.h>
#include <string.h>

#define RADIUS_DEFAULT 2.0 /* arcmin; about a beam at 150 MHz */

const tr_field_t simbad_fields[] = {
    { .name = "radius",
      .kind = TR_F_REAL,
      .min = 0.001,
      .max = TR_SIMBAD_RADIUS_MAX,
      .label = "Radius" },
    { .name = NULL },
};

/* clang-format off */
static const tr_adds_t simbad_adds[] = {
    { "candidate", TR_ROW },
    { "candidate.id", TR_INT },
    { "candidate.ra_deg", TR_REAL },
    { "candidate.dec_deg", TR_REAL },
    { "radius", TR_TEXT }, /* as it was typed, if it is wrong */
    { "is_off", TR_BOOL },
    { "has_position", TR_BOOL },
    { "has_answer", TR_BOOL },
    { "remark", TR_TEXT },
    { "asked_at", TR_TEXT },
    { "age", TR_TEXT },
    { "is_cut", TR_BOOL },
    { "count", TR_INT },
    { "objects", TR_LIST },
    { "objects.name", TR_TEXT },
    { "objects.type", TR_TEXT },
    { "objects.kind", TR_TEXT }, /* the type in words */
    { "objects.ra_deg", TR_REAL },
    { "objects.dec_deg", TR_REAL },
    { "objects.separation", TR_REAL },
    { NULL, TR_NULL },
};
/* clang-format on */

/* What prepare() below answers with, once all is known. */
static const tr_page_t simbad_answer = { .template = "simbad.html" };

static double radius_of(const tr_request_t *req)
{
    return tr_row_real(req->args, "radius", RADIUS_DEFAULT);
}

/* "3 days ago" */
static const char *age_words(double seconds, apr_pool_t *pool)
{
    static const struct {
        double seconds;
        const char *name;
    } units[] = { { 86400, "day" }, { 3600, "hour" }, { 60, "minute" } };

    for (size_t i = 0; i < sizeof units / sizeof units[0]; i++) {
        if (seconds >= units[i].seconds) {
            int count = (int)(seconds / units[i].seconds);
            return apr_psprintf(pool, "%d %s%s ago", count, units[i].name,
                                count == 1 ? "" : "s");
        }
    }
    return "just now";
}

/* SIMBAD's condensed types that stand near radio transients most often; others stay as they
 * are. */
static const char *const kinds[][2] = {
    { "*", "star" },
    { "**", "double star" },
    { "V*", "variable star" },
    { "EB*", "eclipsing binary" },
    { "CV*", "cataclysmic variable" },
    { "WD*", "white dwarf" },
    { "Psr", "pulsar" },
    { "LXB", "low-mass X-ray binary" },
    { "HXB", "high-mass X-ray binary" },
    { "SN*", "supernova" },
    { "SNR", "supernova remnant" },
    { "PN", "planetary nebula" },
    { "HII", "H II region" },
    { "MoC", "molecular cloud" },
    { "Mas", "maser" },
    { "OpC", "open cluster" },
    { "GlC", "globular cluster" },
    { "G", "galaxy" },
    { "ClG", "cluster of galaxies" },
    { "AGN", "active galaxy" },
    { "rG", "radio galaxy" },
    { "Sy1", "Seyfert 1 galaxy" },
    { "Sy2", "Seyfert 2 galaxy" },
    { "QSO", "quasar" },
    { "Bla", "blazar" },
    { "BLL", "BL Lac object" },
    { "Rad", "radio source" },
    { "IR", "infrared source" },
    { "X", "X-ray source" },
    { "gam", "gamma-ray source" },
};

static const char *kind_of(const char *type)
{
    for (size_t i = 0; type && i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(kinds[i][0], type) == 0) {
            return kinds[i][1];
        }
    }
    return type;
}

static void name_kinds(const tr_list_t *objects)
{
    for (int i = 0; objects && i < objects->count; i++) {
        tr_row_t *object = objects->rows[i];

        tr_row_set(object, "kind", tr_text(kind_of(tr_row_text(object, "type"))));
    }
}

static void set_answer(tr_request_t *req, const tr_simbad_t *answer)
{
    tr_row_t *data = req->data;

    name_kinds(answer->objects);
    tr_row_set(data, "objects", tr_of_list(answer->objects));
    tr_row_set(data, "has_answer", tr_bool(answer->objects != NULL));
    tr_row_set(data, "count", tr_int(answer->objects ? answer->objects->count : 0));
    tr_row_set(data, "asked_at", tr_text(answer->asked_at));
    tr_row_set(data, "age", tr_text(age_words(answer->age, req->pool)));
    tr_row_set(data, "is_cut", tr_bool(answer->is_cut));
    tr_row_set(data, "remark", tr_text(answer->remark));
}

/* The same for programs; without an answer, what went wrong. */
static apr_status_t reply_json(tr_request_t *req, const tr_simbad_t *answer)
{
    static const char *const names[] = { "candidate", "asked_at", "is_cut", "remark",
                                         "objects" };
    tr_row_t *row = tr_row_make(req->pool);
    tr_buf_t *out = tr_buf_make(0, req->pool);

    if (answer->http != 200) {
        tr_row_set(row, "detail", tr_text(answer->remark));
    }
    else {
        tr_row_set(row, "radius", tr_real(radius_of(req)));
    }
    for (size_t i = 0; answer->http == 200 && i < sizeof names / sizeof names[0]; i++) {
        const tr_value_t *value = tr_row_get(req->data, names[i]);
        tr_row_set(row, names[i], value ? *value : tr_null());
    }
    tr_json_row(out, row);
    return tr_reply_json(req, answer->http, out->data, out->len);
}

static apr_status_t reply(tr_request_t *req, const tr_simbad_t *answer)
{
    set_answer(req, answer);
    if (answer->http == 503) {
        tr_reply_header(req, "Retry-After", "2");
    }
    return req->wants == TR_WANTS_JSON ? reply_json(req, answer)
                                       : tr_reply_page(req, answer->http, &simbad_answer);
}

static apr_status_t find_candidate(tr_request_t *req, tr_row_t **candidate)
{
    apr_status_t status = tr_db_row(req->db, "candidate_position", req->args, candidate,
                                    req->problem, req->pool);

    if (status == APR_SUCCESS) {
        tr_row_set(req->data, "candidate", tr_of_row(*candidate));
        tr_row_set(req->data, "has_position", tr_bool(!tr_row_is_null(*candidate, "ra_deg")));
    }
    return status;
}

static const char *radius_words(const tr_request_t *req)
{
    const tr_input_item_t *typed = req->input ? tr_input_get(req->input, "radius") : NULL;

    return typed && tr_problem_count(req->problem)
               ? apr_pstrmemdup(req->pool, typed->data, typed->len)
               : apr_psprintf(req->pool, "%.10g", radius_of(req));
}

/* A wrong radius is told at its field, beside the candidate that it was for. */
static apr_status_t check_radius(tr_request_t *req)
{
    const tr_input_t *input = req->input ? req->input : tr_input_make(req->pool);
    tr_row_t *checked;
    apr_status_t status = tr_form_check(&checked, simbad_fields, input, req->problem,
                                        req->pool);

    if (status == APR_SUCCESS) {
        tr_row_set(req->args, "radius", *tr_row_get(checked, "radius"));
    }
    tr_row_set(req->data, "radius", tr_text(radius_words(req)));
    return status;
}

static apr_status_t prepare(tr_request_t *req)
{
    tr_simbad_t answer = { .http = 200 };
    tr_row_t *candidate;
    apr_status_t status = find_candidate(req, &candidate);

    if (status != APR_SUCCESS) {
        return status;
    }
    status = check_radius(req);
    if (status != APR_SUCCESS) {
        answer.http = 400;
        return req->wants == TR_WANTS_JSON ? status : reply(req, &answer);
    }
    tr_row_set(req->data, "is_off", tr_bool(!tr_simbad_is_on(req->site)));
    if (tr_simbad_is_on(req->site) && tr_row_flag(req->data, "has_position")) {
        status = tr_simbad_near(req, tr_row_real(candidate, "ra_deg", 0),
                                tr_row_real(candidate, "dec_deg", 0), radius_of(req) / 60,
                                &answer);
    }
    return status == APR_SUCCESS ? reply(req, &answer) : status;
}

const tr_page_t simbad_page = {
    .template = "simbad.html",
    .prepare = prepare,
    .adds = simbad_adds,
};

/* A POST: the next look at the page asks SIMBAD. */
apr_status_t simbad_again(tr_request_t *req)
{
    tr_row_t *candidate;
    apr_status_t status = find_candidate(req, &candidate);

    if (status == APR_SUCCESS && tr_row_flag(req->data, "has_position")) {
        status = tr_simbad_forget(req, tr_row_real(candidate, "ra_deg", 0),
                                  tr_row_real(candidate, "dec_deg", 0), radius_of(req) / 60);
    }
    if (status != APR_SUCCESS) {
        return status;
    }
    return tr_reply_see_other(req, "/candidates/%" APR_INT64_T_FMT "/simbad?radius=%.10g",
                              tr_row_int(req->args, "id", 0), radius_of(req));
}
