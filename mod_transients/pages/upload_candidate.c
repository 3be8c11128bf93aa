/* upload_candidate.c: POST /candidate_create/: a candidate with its pictures from a pipeline.
 *
 * Everything is checked before anything is stored: a refused candidate leaves
 * no row, no filter and no file behind.
 *
 * SPDX-License-Identifier: MIT
 */
#include "pages.h"

#include "../lib/tr_column_fields.h"
#include "../lib/tr_extra.h"
#include "../lib/tr_identity.h"
#include "../lib/tr_image.h"
#include "../lib/tr_json.h"
#include "../lib/tr_media.h"

#include <apr_strings.h>
#include <math.h>
#include <string.h>

#define MAX_METADATA 65536 /* bytes; the table's own limit */
#define MAX_EXTRA    16384 /* bytes of JSON */
#define THUMB_SIDE   160   /* pixels; twice the largest size on a page */

typedef struct upload_t {
    tr_request_t *req;
    tr_row_t *args;
    const tr_upload_t *png, *gif;
    const char *thumb; /* spooled */
    tr_row_t *answer;
    int is_known;
    int is_check;
} upload_t;

static const tr_field_t first[] = {
    { .name = "obs_id", .flags = TR_F_REQUIRED, .max_len = 32 },
    { .name = "project", .flags = TR_F_REQUIRED, .max_len = 64 },
    { .name = "filter_id", .flags = TR_F_REQUIRED, .max_len = 64 },
    { .name = "upload_run",
      .kind = TR_F_INT,
      .min = 1,
      .max = INFINITY,
      .flags = TR_F_NAN_IS_NULL },
    { .name = NULL },
};

/* --- what was sent ----------------------------------------------------------------- */

/* The old site's words. A form without files names the field instead. */
static apr_status_t missing_file(tr_request_t *req, const char *field)
{
    const char *words = apr_psprintf(req->pool, "\"Missing %s file\"", field);
    const char *type = apr_table_get(req->r->headers_in, "Content-Type");

    if (type && strncasecmp(type, "application/x-www-form-urlencoded", 33) == 0) {
        return tr_problem_field(req->problem, field, "Missing %s file", field);
    }
    return tr_reply_json(req, 400, words, strlen(words));
}

/* The file of a field: NULL after having answered or complained. */
static const tr_upload_t *file_of(tr_request_t *req, const char *field, const char *kind,
                                  apr_status_t *status)
{
    const tr_upload_t *file = req->multipart ? tr_multipart_file(req->multipart, field) : NULL;

    if (file) {
        return file;
    }
    if (req->multipart && tr_input_get(req->input, field)) { /* sent as text */
        *status = tr_problem_field(req->problem, field, "This is not a %s image.", kind);
    }
    else {
        *status = missing_file(req, field);
    }
    return NULL;
}

static apr_status_t take_files(upload_t *upload)
{
    apr_status_t status = APR_SUCCESS;

    upload->png = file_of(upload->req, "png", "PNG", &status);
    if (upload->png) {
        upload->gif = file_of(upload->req, "gif", "GIF", &status);
    }
    return status;
}

/* --- fields ------------------------------------------------------------------------ */

static apr_status_t check_obs_id(upload_t *upload)
{
    tr_problem_t *problem = upload->req->problem;
    const char *text = tr_row_text(upload->args, "obs_id");
    char *end;
    apr_int64_t id;
    tr_row_t *row;
    apr_status_t status;

    if (!text) {
        return TR_EBAD; /* complained of already */
    }
    id = apr_strtoi64(text, &end, 10);
    if (*end || end == text || id <= 0) {
        return tr_problem_field(problem, "obs_id",
                                "Incorrect type. Expected pk value, received str.");
    }
    tr_row_set(upload->args, "obs_id", tr_int(id));
    status = tr_db_row(upload->req->db, "upload_observation", upload->args, &row, problem,
                       upload->req->pool);
    if (status == TR_ENOTFOUND) {
        return tr_problem_field(problem, "obs_id",
                                "Invalid pk \"%" APR_INT64_T_FMT "\" - object does not exist.",
                                id);
    }
    return status;
}

static apr_status_t check_project(upload_t *upload)
{
    const char *name = tr_row_text(upload->args, "project");
    tr_problem_t *problem = upload->req->problem;
    tr_row_t *row;
    apr_status_t status;

    if (!name) {
        return TR_EBAD;
    }
    status = tr_db_row(upload->req->db, "upload_project", upload->args, &row, problem,
                       upload->req->pool);
    if (status == TR_ENOTFOUND) {
        return tr_problem_field(problem, "project",
                                "There is no project \"%s\" that this token may upload to.",
                                name);
    }
    if (status == APR_SUCCESS) {
        tr_row_set(upload->args, "project_id", *tr_row_get(row, "id"));
    }
    return status;
}

static apr_status_t check_run(upload_t *upload)
{
    tr_row_t *row;
    apr_status_t status;

    if (tr_row_is_null(upload->args, "upload_run")) {
        return APR_SUCCESS;
    }
    status = tr_db_row(upload->req->db, "upload_run_mine", upload->args, &row,
                       upload->req->problem, upload->req->pool);
    if (status == TR_ENOTFOUND) {
        return tr_problem_field(upload->req->problem, "upload_run",
                                "There is no such upload run of this account.");
    }
    return status;
}

/* Both or neither; 360 degrees is 0. */
static void check_position(upload_t *upload)
{
    int ra = !tr_row_is_null(upload->args, "ra_deg");
    int dec = !tr_row_is_null(upload->args, "dec_deg");

    if (ra != dec) {
        tr_problem_field(upload->req->problem, ra ? "dec_deg" : "ra_deg",
                         "RA and Dec are given both or not at all.");
    }
    if (tr_row_real(upload->args, "ra_deg", 0) == 360) {
        tr_row_set(upload->args, "ra_deg", tr_real(0));
    }
}

static void check_sizes(upload_t *upload)
{
    const char *metadata = tr_row_text(upload->args, "metadata");
    tr_problem_t *problem = upload->req->problem;
    const char *extra;

    if (metadata && strlen(metadata) > MAX_METADATA) {
        tr_problem_field(problem, "metadata", "Ensure this field has no more than %d bytes.",
                         MAX_METADATA);
    }
    extra = tr_extra_of(tr_site_columns(upload->req->site), upload->req->input,
                        upload->req->pool);
    if (extra && strlen(extra) > MAX_EXTRA) {
        tr_problem_field(problem, "extra",
                         "Ensure unknown fields have no more than %d bytes "
                         "as JSON.",
                         MAX_EXTRA);
    }
    tr_row_set(upload->args, "extra", extra ? tr_json(extra) : tr_null());
}

/* Is a status worth stopping for, rather than collecting more complaints about fields? */
static int is_fatal(apr_status_t status)
{
    return status != APR_SUCCESS && status != TR_EBAD;
}

static apr_status_t check_fields(upload_t *upload)
{
    static apr_status_t (*const lookups[])(upload_t *) = { check_obs_id, check_project,
                                                           check_run };
    tr_request_t *req = upload->req;
    const tr_field_t *fields = tr_column_fields(tr_site_columns(req->site), "candidate.upload",
                                                first, req->pool);
    apr_status_t status = tr_form_check(&upload->args, fields, req->input, req->problem,
                                        req->pool);

    if (is_fatal(status)) {
        return status;
    }
    for (size_t i = 0; i < sizeof lookups / sizeof lookups[0]; i++) {
        status = lookups[i](upload);
        if (is_fatal(status)) {
            return status;
        }
    }
    check_position(upload);
    check_sizes(upload);
    return tr_problem_count(req->problem) ? TR_EBAD : APR_SUCCESS;
}

/* --- pictures ---------------------------------------------------------------------- */

static apr_status_t digest_into(upload_t *upload, const char *name, const char *path)
{
    char digest[TR_DIGEST_HEX];
    apr_status_t status = tr_digest_file(path, digest, upload->req->problem, upload->req->pool);

    if (status == APR_SUCCESS) {
        tr_row_set(upload->args, name, tr_text(apr_pstrdup(upload->req->pool, digest)));
    }
    return status;
}

static apr_status_t check_pictures(upload_t *upload)
{
    tr_request_t *req = upload->req;
    tr_image_info_t png, gif;
    apr_status_t status_png = tr_image_check_png(upload->png->path, &png, req->problem, "png",
                                                 req->pool);
    apr_status_t status_gif = tr_image_check_gif(upload->gif->path, &gif, req->problem, "gif",
                                                 req->pool);

    if (status_png != APR_SUCCESS || status_gif != APR_SUCCESS) {
        return status_png != APR_SUCCESS ? status_png : status_gif;
    }
    tr_row_set(upload->args, "png_width", tr_int(png.width));
    tr_row_set(upload->args, "png_height", tr_int(png.height));
    tr_row_set(upload->args, "gif_width", tr_int(gif.width));
    tr_row_set(upload->args, "gif_height", tr_int(gif.height));
    tr_row_set(upload->args, "gif_frames", tr_int(gif.frames));
    tr_row_set(upload->args, "gif_delay_ms", tr_int(gif.delay_ms));
    return APR_SUCCESS;
}

static apr_status_t remove_thumb(void *path)
{
    apr_file_remove(path, NULL); /* gone already when it was stored */
    return APR_SUCCESS;
}

static apr_status_t make_thumb(upload_t *upload)
{
    tr_request_t *req = upload->req;
    const char *curve = NULL;
    char *path = apr_pstrcat(req->pool, upload->gif->path, ".webp", NULL);
    apr_status_t status;

    apr_pool_cleanup_register(req->pool, path, remove_thumb, apr_pool_cleanup_null);
    status = tr_image_thumb(upload->gif->path, path, THUMB_SIDE, &curve, req->problem,
                            req->pool);
    upload->thumb = path;
    tr_row_set(upload->args, "gif_curve", curve ? tr_json(curve) : tr_null());
    return status;
}

static apr_status_t prepare_pictures(upload_t *upload)
{
    apr_status_t status = check_pictures(upload);

    if (status == APR_SUCCESS) {
        status = make_thumb(upload);
    }
    if (status == APR_SUCCESS) {
        status = digest_into(upload, "png_hash", upload->png->path);
    }
    if (status == APR_SUCCESS) {
        status = digest_into(upload, "gif_hash", upload->gif->path);
    }
    return status == APR_SUCCESS ? digest_into(upload, "thumb_hash", upload->thumb) : status;
}

static apr_status_t store_one(upload_t *upload, const char *path, const char *hash,
                              const char *extension, tr_problem_t *problem)
{
    return tr_media_store(tr_site_media(upload->req->site), path,
                          tr_row_text(upload->args, hash), extension, problem,
                          upload->req->pool);
}

static apr_status_t store_pictures(upload_t *upload, tr_problem_t *problem)
{
    apr_status_t status = store_one(upload, upload->png->path, "png_hash", "png", problem);

    if (status == APR_SUCCESS) {
        status = store_one(upload, upload->gif->path, "gif_hash", "gif", problem);
    }
    return status == APR_SUCCESS
               ? store_one(upload, upload->thumb, "thumb_hash", "webp", problem)
               : status;
}

/* --- the transaction --------------------------------------------------------------- */

/* The filter of that name, made if it is new; two uploads may bring it at once. */
static apr_status_t ensure_filter(tr_db_t *db, tr_row_t *args, tr_problem_t *problem,
                                  apr_pool_t *pool)
{
    static const char *const tries[] = { "filter_by_name", "filter_insert", "filter_by_name" };
    tr_row_t *row;
    apr_status_t status = TR_ENOTFOUND;

    for (int i = 0; i < 3 && status == TR_ENOTFOUND; i++) {
        status = tr_db_row(db, tries[i], args, &row, problem, pool);
    }
    if (status == APR_SUCCESS) {
        tr_row_set(args, "filter", *tr_row_get(row, "id"));
    }
    return status;
}

static const char *identity_of(const upload_t *upload)
{
    return tr_identity_of(tr_site_columns(upload->req->site), upload->args,
                          tr_row_int(upload->args, "obs_id", 0),
                          tr_row_int(upload->args, "project_id", 0),
                          tr_row_int(upload->args, "filter", 0), upload->req->pool);
}

/* Takes the id of a row that a statement gave. */
static apr_status_t take_id(upload_t *upload, const char *statement, tr_db_t *db,
                            tr_problem_t *problem)
{
    tr_row_t *row;
    apr_status_t status = tr_db_row(db, statement, upload->args, &row, problem,
                                    upload->req->pool);

    if (status == APR_SUCCESS) {
        tr_row_set(upload->args, "id", *tr_row_get(row, "id"));
    }
    return status;
}

/* The pictures are in place before the row is there; a row never lacks its files: while we have
 * our share of the media, nobody takes away what another candidate's end left over. They come
 * before the insert, too, which locks what others count in: nobody waits for our disk. */
static apr_status_t insert_row(upload_t *upload, tr_db_t *db, tr_problem_t *problem)
{
    tr_row_t *row;
    apr_status_t status = tr_db_row(db, "media_share", upload->args, &row, problem,
                                    upload->req->pool);

    if (status == APR_SUCCESS && !upload->is_check) {
        status = store_pictures(upload, problem);
    }
    return status == APR_SUCCESS ? take_id(upload, "candidate_insert", db, problem) : status;
}

/* One that is known is left as it is, also when another upload of it was quicker just now. */
static apr_status_t ensure_row(upload_t *upload, tr_db_t *db, tr_problem_t *problem)
{
    apr_status_t status = take_id(upload, "candidate_by_identity", db, problem);

    upload->is_known = status == APR_SUCCESS;
    if (status == TR_ENOTFOUND) {
        status = insert_row(upload, db, problem);
    }
    if (status == TR_ENOTFOUND) {
        upload->is_known = 1;
        status = take_id(upload, "candidate_by_identity", db, problem);
    }
    return status;
}

static apr_status_t store(tr_db_t *db, void *baton, tr_problem_t *problem)
{
    upload_t *upload = baton;
    apr_pool_t *pool = upload->req->pool;
    apr_status_t status = ensure_filter(db, upload->args, problem, pool);

    if (status != APR_SUCCESS) {
        return status;
    }
    tr_row_set(upload->args, "identity", tr_text(identity_of(upload)));
    status = ensure_row(upload, db, problem);
    if (status == APR_SUCCESS) {
        status = tr_db_row(db, "candidate_answer", upload->args, &upload->answer, problem,
                           pool);
    }
    /* a dry run: all of it is rolled back */
    return status == APR_SUCCESS && upload->is_check ? TR_ENOTFOUND : status;
}

/* --- the whole --------------------------------------------------------------------- */

static apr_status_t answer(upload_t *upload)
{
    tr_buf_t *json = tr_buf_make(4096, upload->req->pool);

    if (upload->is_known) {
        tr_reply_header(upload->req, "Transients-Known", "yes");
    }
    tr_json_row(json, upload->answer);
    return tr_reply_json(upload->req, upload->is_check ? 200 : 201, json->data, json->len);
}

apr_status_t upload_candidate(tr_request_t *req)
{
    const char *check = apr_table_get(req->r->headers_in, "Transients-Check");
    upload_t upload = { .req = req, .is_check = check && strcmp(check, "yes") == 0 };
    apr_status_t status = take_files(&upload);

    if (req->replied || status != APR_SUCCESS) {
        return status;
    }
    status = check_fields(&upload);
    tr_db_close(req->db); /* decoding pictures takes its time: nobody waits for us meanwhile */
    if (status == APR_SUCCESS) {
        status = prepare_pictures(&upload);
    }
    if (status == APR_SUCCESS) {
        status = tr_db_transaction(req->db, store, &upload, req->problem);
    }
    if (status == TR_ENOTFOUND && upload.is_check && upload.answer) {
        status = APR_SUCCESS;
    }
    return status == APR_SUCCESS ? answer(&upload) : status;
}
