/* media.c: a candidate's pictures, for those who may see the candidate.
 *
 * SPDX-License-Identifier: MIT
 */
#include "pages.h"

#include "../lib/tr_media.h"

#include <apr_strings.h>
#include <string.h>

static const struct {
    const char *prefix; /* of the file's name in the address */
    const char *extension;
    const char *column;
    const char *type;
} kinds[] = {
    { "png-", "png", "png_hash", "image/png" },
    { "gif-", "gif", "gif_hash", "image/gif" },
    { "thumb-", "webp", "thumb_hash", "image/webp" },
};

/* Whether `file` is PREFIX + the hash's first 8 digits + .EXTENSION. */
static int names_hash(const char *file, const char *prefix, const char *extension,
                      const char *hash, apr_pool_t *pool)
{
    return hash && strcmp(file, apr_psprintf(pool, "%s%.8s.%s", prefix, hash, extension)) == 0;
}

apr_status_t media_send(tr_request_t *req)
{
    const char *file = tr_row_text(req->args, "file");
    tr_row_t *row;
    apr_status_t status = tr_db_row(req->db, "candidate_media", req->args, &row, req->problem,
                                    req->pool);

    if (status != APR_SUCCESS) {
        return status;
    }
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        const char *hash = tr_row_text(row, kinds[i].column);

        if (names_hash(file, kinds[i].prefix, kinds[i].extension, hash, req->pool)) {
            return tr_reply_media(req, tr_media_path(hash, kinds[i].extension, req->pool),
                                  kinds[i].type);
        }
    }
    return TR_ENOTFOUND;
}
