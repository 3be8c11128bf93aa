/* media.c: the folder of pictures compared with the candidates' rows.
 *
 * SPDX-License-Identifier: MIT
 */
#include "admin.h"

#include "tr_buf.h"
#include "tr_media.h"
#include "tr_sweep.h"

#include <apr_file_info.h>
#include <apr_file_io.h>
#include <apr_strings.h>
#include <stdio.h>
#include <string.h>

enum {
    YOUNG_SECONDS = 3600, /* an upload stores files first and rows after: leave it time */
    BATCH = 100000        /* file names in one question, some 7 MB */
};

typedef struct media_t {
    tr_admin_t *admin;
    const char *folder;
    int is_repair;
    int *faults;
    apr_pool_t *pool; /* of one batch */
    tr_buf_t *names;  /* a PostgreSQL array literal, without its end */
    int count;
} media_t;

/* ---- rows without files ---- */

static void check_file(media_t *media, const tr_row_t *row, const char *column,
                       const char *extension)
{
    const char *hash = tr_row_text(row, column);
    const char *path;
    apr_finfo_t info;

    if (!hash) {
        return;
    }
    path = apr_pstrcat(media->pool, media->folder, "/",
                       tr_media_path(hash, extension, media->pool), NULL);
    if (apr_stat(&info, path, APR_FINFO_TYPE, media->pool) != APR_SUCCESS) {
        printf("candidate %ld: %s is missing\n", (long)tr_row_int(row, "id", 0), path);
        ++*media->faults;
    }
}

static apr_status_t check_rows(media_t *media)
{
    apr_int64_t after = 0;

    for (;;) {
        tr_row_t *args = tr_row_make(media->pool);
        tr_list_t *rows;
        apr_status_t status;

        tr_row_set(args, "after", tr_int(after));
        status = tr_db_rows(media->admin->db, "check_media_rows", args, &rows,
                            media->admin->problem, media->pool);
        if (status != APR_SUCCESS || !rows->count) {
            return status;
        }
        for (int i = 0; i < rows->count; i++) {
            check_file(media, rows->rows[i], "png_hash", "png");
            check_file(media, rows->rows[i], "gif_hash", "gif");
            check_file(media, rows->rows[i], "thumb_hash", "webp");
            after = tr_row_int(rows->rows[i], "id", 0);
        }
        apr_pool_clear(media->pool);
    }
}

/* ---- files without rows ---- */

static int is_young(const apr_finfo_t *info)
{
    return info->mtime > apr_time_now() - apr_time_from_sec(YOUNG_SECONDS);
}

/* Looked at once more: while the database was asked, an upload may have come to need it. */
static void found_unused(media_t *media, const char *name)
{
    const char *path = apr_psprintf(media->pool, "%s/%.2s/%s", media->folder, name, name);
    apr_finfo_t info;

    if (apr_stat(&info, path, APR_FINFO_MTIME, media->pool) != APR_SUCCESS || is_young(&info)) {
        return;
    }
    if (media->is_repair && apr_file_remove(path, media->pool) == APR_SUCCESS) {
        printf("%s: no candidate has it; removed\n", path);
        return;
    }
    printf("%s: no candidate has it\n", path);
    ++*media->faults;
}

/* Asks for those that were gathered, and begins anew. */
static apr_status_t ask(media_t *media)
{
    tr_row_t *args = tr_row_make(media->pool);
    tr_list_t *rows;
    apr_status_t status;

    if (!media->count) {
        return APR_SUCCESS;
    }
    tr_buf_putc(media->names, '}');
    tr_row_set(args, "names", tr_text_n(media->names->data, media->names->len));
    status = tr_db_rows(media->admin->db, "check_media_unused", args, &rows,
                        media->admin->problem, media->pool);
    for (int i = 0; status == APR_SUCCESS && i < rows->count; i++) {
        found_unused(media, tr_row_text(rows->rows[i], "name"));
    }
    media->count = 0;
    tr_buf_clear(media->names);
    apr_pool_clear(media->pool);
    return status;
}

/* HASH.png, HASH.gif, HASH.webp: the names that the site gives; others are not ours. */
static int is_ours(const char *name)
{
    return strspn(name, "0123456789abcdef") == 64
           && (!strcmp(name + 64, ".png") || !strcmp(name + 64, ".gif")
               || !strcmp(name + 64, ".webp"));
}

static apr_status_t check_folder(media_t *media, const char *name)
{
    const char *path = apr_pstrcat(media->admin->pool, media->folder, "/", name, NULL);
    apr_status_t status = APR_SUCCESS;
    apr_finfo_t info;
    apr_dir_t *dir;

    if (apr_dir_open(&dir, path, media->admin->pool) != APR_SUCCESS) {
        return tr_problem_add(media->admin->problem, TR_EBAD, "%s cannot be read.", path);
    }
    while (status == APR_SUCCESS
           && apr_dir_read(&info, APR_FINFO_NAME | APR_FINFO_MTIME, dir) == APR_SUCCESS) {
        if (!is_ours(info.name) || is_young(&info)) {
            continue;
        }
        tr_buf_printf(media->names, "%c%s", media->count ? ',' : '{', info.name);
        if (++media->count == BATCH) {
            status = ask(media);
        }
    }
    apr_dir_close(dir);
    return status;
}

static apr_status_t check_folders(media_t *media)
{
    apr_status_t status = APR_SUCCESS;
    apr_finfo_t info;

    for (int i = 0; status == APR_SUCCESS && i < 256; i++) {
        const char *name = apr_psprintf(media->admin->pool, "%02x", (unsigned)i);
        const char *path = apr_pstrcat(media->admin->pool, media->folder, "/", name, NULL);

        if (apr_stat(&info, path, APR_FINFO_TYPE, media->admin->pool) == APR_SUCCESS) {
            status = check_folder(media, name);
        }
    }
    return status == APR_SUCCESS ? ask(media) : status;
}

/* What removals have left listed, whatever its age. */
static apr_status_t sweep(tr_admin_t *admin, const char *folder)
{
    int removed = 0;
    apr_status_t status = tr_sweep(admin->db, folder, &removed, admin->problem, admin->pool);

    if (removed) {
        printf("pictures of removed candidates: %d removed\n", removed);
    }
    return status;
}

apr_status_t tr_admin_check_media(tr_admin_t *admin, const char *folder, int is_repair,
                                  int *faults)
{
    media_t media = { admin, folder, is_repair, NULL, NULL, tr_buf_make(0, admin->pool), 0 };
    apr_finfo_t info;
    apr_status_t status;

    media.faults = faults;
    if (apr_stat(&info, folder, APR_FINFO_TYPE, admin->pool) != APR_SUCCESS
        || info.filetype != APR_DIR) {
        return tr_problem_add(admin->problem, TR_EBAD, "There is no folder %s.", folder);
    }
    apr_pool_create(&media.pool, admin->pool);
    status = is_repair ? sweep(admin, folder) : APR_SUCCESS;
    if (status == APR_SUCCESS) {
        status = check_rows(&media);
    }
    if (status == APR_SUCCESS) {
        status = check_folders(&media);
    }
    apr_pool_destroy(media.pool);
    return status;
}
