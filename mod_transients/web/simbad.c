/* simbad.c: SIMBAD's objects around a position.
 *
 * Everything goes through the cache: an answer is stored, then read as any
 * other, so that there is one way to a page.
 *
 * SPDX-License-Identifier: MIT
 */
#include "simbad.h"

#include "site.h"

#include "../lib/tr_json.h"
#include "../lib/tr_tap.h"

#include <apr_atomic.h>
#include <apr_strings.h>
#include <http_log.h>
#include <math.h>

APLOG_USE_MODULE(transients);

enum {
    ROWS_MAX = 500,          /* the nearest; as many as a page shows */
    BYTES_MAX = 1024 * 1024, /* five times what so many rows take */
    PLACES = 10000           /* of a degree: positions are rounded to 0.36 arcsec */
};

/* What is asked for, in arcmin: the least of these that holds the radius that is wanted. */
static const int steps[] = { 2, 5, 10, 20, 60 };
enum { STEPS = sizeof steps / sizeof steps[0] };

/* By how much more: where a position was rounded to is at most so far away, degrees. */
#define ROUNDING 0.0001

/* How long a child leaves it alone after it was silent, in times that were waited. */
#define QUIET 4

struct tr_simbad_state_t {
    volatile apr_uint32_t asking;      /* requests that wait for it just now */
    volatile apr_uint32_t quiet_until; /* seconds since 1970; 0: it is not silent */
};

tr_simbad_state_t *tr_simbad_state_make(apr_pool_t *pool)
{
    return apr_pcalloc(pool, sizeof(tr_simbad_state_t));
}

int tr_simbad_is_on(const tr_site_t *site)
{
    return *site->simbad_url != '\0';
}

/* ---- the place ---- */

static int step_of(double radius)
{
    int i = 0;

    while (i < STEPS - 1 && radius * 60 > steps[i]) {
        i++;
    }
    return steps[i];
}

static tr_row_t *place_of(const tr_request_t *req, double ra, double dec, double radius)
{
    tr_row_t *place = tr_row_make(req->pool);

    tr_row_set(place, "ra_place", tr_int(llround(ra * PLACES) % (360 * PLACES)));
    tr_row_set(place, "dec_place", tr_int(llround(dec * PLACES)));
    tr_row_set(place, "radius_min", tr_int(step_of(radius)));
    tr_row_set(place, "days", tr_int(req->site->simbad_days));
    tr_row_set(place, "ra", tr_real(ra));
    tr_row_set(place, "dec", tr_real(dec));
    tr_row_set(place, "radius_deg", tr_real(radius));
    return place;
}

static tr_cone_t cone_of(const tr_row_t *place)
{
    tr_cone_t cone = {
        .ra = (double)tr_row_int(place, "ra_place", 0) / PLACES,
        .dec = (double)tr_row_int(place, "dec_place", 0) / PLACES,
        .radius = (double)tr_row_int(place, "radius_min", 0) / 60 + ROUNDING,
    };

    return cone;
}

/* ---- asking ---- */

static const struct {
    apr_status_t status;
    int http;
    const char *words;
} troubles[] = {
    { TR_EBUSY, 503, "Many ask SIMBAD just now. Try again in a moment." },
    { APR_EAGAIN, 504, "SIMBAD did not answer a moment ago. It is asked again in a while." },
    { APR_ECONNREFUSED, 502, "SIMBAD can't be reached." },
    { TR_ETOOLARGE, 502, "SIMBAD's answer is larger than this site takes." },
    { TR_EBAD, 502, "SIMBAD's answer can't be read." },
};

static void note_trouble(const tr_request_t *req, apr_status_t status, tr_simbad_t *answer)
{
    answer->http = 502;
    answer->remark = "SIMBAD could not be asked.";
    if (status == APR_TIMEUP) {
        answer->http = 504;
        answer->remark = apr_psprintf(req->pool, "SIMBAD did not answer in %g s.",
                                      req->site->simbad_timeout_ms / 1000.0);
    }
    for (size_t i = 0; i < sizeof troubles / sizeof troubles[0]; i++) {
        if (troubles[i].status == status) {
            answer->http = troubles[i].http;
            answer->remark = troubles[i].words;
        }
    }
}

static apr_status_t ask_now(tr_request_t *req, const tr_row_t *place, tr_list_t **objects)
{
    const tr_site_t *site = req->site;
    const tr_tap_t tap = { site->simbad_url, site->simbad_timeout_ms, ROWS_MAX, BYTES_MAX };
    const tr_cone_t cone = cone_of(place);
    tr_problem_t *problem = tr_problem_make(req->pool);
    apr_status_t status = tr_tap_cone(objects, &tap, &cone, problem, req->pool);

    if (status != APR_SUCCESS) {
        ap_log_rerror(APLOG_MARK, APLOG_WARNING, 0, req->r, "SIMBAD at %s: %s",
                      site->simbad_url, tr_problem_text(problem, req->pool));
    }
    return status;
}

static apr_uint32_t now_s(void)
{
    return (apr_uint32_t)apr_time_sec(apr_time_now());
}

/* Else a site without a way out would keep each reader of a candidate waiting. */
static void note_silence(const tr_site_t *site, apr_status_t status)
{
    apr_uint32_t quiet = (apr_uint32_t)(QUIET * site->simbad_timeout_ms / 1000);

    apr_atomic_set32(&site->simbad->quiet_until,
                     status == APR_TIMEUP ? now_s() + (quiet ? quiet : 1) : 0);
}

static apr_status_t ask_if_free(tr_request_t *req, const tr_row_t *place, tr_list_t **objects)
{
    tr_simbad_state_t *simbad = req->site->simbad;
    apr_status_t status = TR_EBUSY;

    if (now_s() < apr_atomic_read32(&simbad->quiet_until)) {
        return APR_EAGAIN;
    }
    if (apr_atomic_add32(&simbad->asking, 1) < (apr_uint32_t)req->site->simbad_max) {
        status = ask_now(req, place, objects);
        note_silence(req->site, status);
    }
    apr_atomic_dec32(&simbad->asking);
    return status;
}

/* The connection goes back before, and the time that SIMBAD took is not the database's. */
static apr_status_t ask(tr_request_t *req, const tr_row_t *place, tr_list_t **objects)
{
    apr_status_t status;

    tr_db_close(req->db);
    status = ask_if_free(req, place, objects);
    tr_db_set_deadline(req->db, apr_time_now() + apr_time_from_msec(req->site->deadline_ms));
    return status;
}

/* ---- the cache ---- */

static apr_status_t look_up(tr_request_t *req, const tr_row_t *place, tr_row_t **cached)
{
    apr_status_t status = tr_db_row(req->db, "simbad_cached", place, cached, req->problem,
                                    req->pool);

    if (status != APR_SUCCESS) {
        *cached = NULL;
    }
    return status == TR_ENOTFOUND ? APR_SUCCESS : status;
}

static void purge(tr_request_t *req, const tr_row_t *place)
{
    tr_problem_t *ignored = tr_problem_make(req->pool);

    if (tr_db_run(req->db, "simbad_purge", place, NULL, ignored, req->pool) != APR_SUCCESS) {
        ap_log_rerror(APLOG_MARK, APLOG_WARNING, 0, req->r, "simbad_purge: %s",
                      tr_problem_text(ignored, req->pool));
    }
}

static apr_status_t keep(tr_request_t *req, tr_row_t *place, const tr_list_t *objects)
{
    tr_buf_t *json = tr_buf_make(0, req->pool);
    apr_status_t status;

    tr_json_list(json, objects);
    tr_row_set(place, "objects", tr_json(json->data));
    tr_row_set(place, "is_cut", tr_bool(objects->count >= ROWS_MAX));
    status = tr_db_run(req->db, "simbad_keep", place, NULL, req->problem, req->pool);
    if (status == APR_SUCCESS) {
        purge(req, place);
    }
    return status;
}

/* An answer is asked for and stored, or the trouble is noted. */
static apr_status_t renew(tr_request_t *req, tr_row_t *place, tr_row_t **cached,
                          tr_simbad_t *answer)
{
    tr_list_t *objects = NULL;
    apr_status_t status = ask(req, place, &objects);

    if (status != APR_SUCCESS) {
        note_trouble(req, status, answer);
        return APR_SUCCESS;
    }
    status = keep(req, place, objects);
    return status == APR_SUCCESS ? look_up(req, place, cached) : status;
}

/* Nobody's reading makes this site ask another: what is known is shown, however old. */
static apr_status_t leave_it(const tr_row_t *cached, tr_simbad_t *answer)
{
    answer->remark = cached ? NULL
                            : "SIMBAD was not asked about this place yet; that takes a login.";
    return APR_SUCCESS;
}

/* An old answer is better than none. */
static apr_status_t pick(tr_request_t *req, const tr_row_t *place, const tr_row_t *cached,
                         tr_simbad_t *answer)
{
    apr_status_t status = tr_db_rows(req->db, "simbad_object", place, &answer->objects,
                                     req->problem, req->pool);

    answer->http = 200;
    answer->asked_at = tr_row_text(cached, "asked_at");
    answer->age = tr_row_real(cached, "age", 0);
    answer->is_cut = status == APR_SUCCESS && tr_row_flag(cached, "is_cut")
                     && answer->objects->count >= tr_row_int(cached, "held", 0);
    return status;
}

apr_status_t tr_simbad_near(tr_request_t *req, double ra, double dec, double radius,
                            tr_simbad_t *answer)
{
    tr_row_t *place = place_of(req, ra, dec, radius);
    tr_row_t *cached;
    apr_status_t status = look_up(req, place, &cached);

    *answer = (tr_simbad_t){ .http = 200 };
    if (status == APR_SUCCESS && !(cached && tr_row_flag(cached, "fresh"))) {
        status = req->reader.id ? renew(req, place, &cached, answer) : leave_it(cached, answer);
    }
    return status == APR_SUCCESS && cached ? pick(req, place, cached, answer) : status;
}

apr_status_t tr_simbad_forget(tr_request_t *req, double ra, double dec, double radius)
{
    return tr_db_run(req->db, "simbad_expire", place_of(req, ra, dec, radius), NULL,
                     req->problem, req->pool);
}
