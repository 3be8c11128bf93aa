/* tr_media.c: the folder of pictures, each named by its content.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_media.h"

#include <apr_file_info.h>
#include <apr_file_io.h>
#include <apr_strings.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *tr_media_path(const char *hash, const char *extension, apr_pool_t *pool)
{
    return apr_psprintf(pool, "%.2s/%s.%s", hash, hash, extension);
}

static apr_status_t failed(tr_problem_t *problem, const char *what, int error)
{
    apr_status_t status = error == ENOSPC || error == EDQUOT ? TR_EFULL : APR_EGENERAL;

    problem->detail = apr_psprintf(problem->pool, "%s: %s", what, strerror(error));
    return tr_problem_add(problem, status, "%s",
                          status == TR_EFULL ? "There is no space left for pictures."
                                             : "The picture could not be stored.");
}

/* fsync of a file or folder: what a crash must not take back. */
static int sync_path(const char *path)
{
    int error = 0, fd = open(path, O_RDONLY | O_CLOEXEC);

    if (fd < 0) {
        return errno;
    }
    if (fsync(fd) != 0) {
        error = errno;
    }
    close(fd);
    return error;
}

/* Makes the folder if need be; a new one is synced into its parent. */
static int ensure_folder(const char *parent, const char *folder)
{
    if (mkdir(folder, 0750) == 0) {
        return sync_path(parent);
    }
    return errno == EEXIST ? 0 : errno;
}

/* Whether the file is there already. It is young again then: transients-admin check leaves
 * young files to the uploads that have not committed their rows. */
static int refresh(const char *path)
{
    return utimensat(AT_FDCWD, path, NULL, 0) == 0;
}

apr_status_t tr_media_store(const char *folder, const char *spooled, const char *hash,
                            const char *extension, tr_problem_t *problem, apr_pool_t *pool)
{
    const char *below = apr_psprintf(pool, "%s/%.2s", folder, hash);
    const char *path = apr_pstrcat(pool, folder, "/", tr_media_path(hash, extension, pool),
                                   NULL);
    int error;

    if (refresh(path)) {
        unlink(spooled);
        error = sync_path(below); /* whoever put it there may not have come so far */
        return error ? failed(problem, below, error) : APR_SUCCESS;
    }
    if ((error = ensure_folder(folder, below)) || (error = sync_path(spooled))) {
        return failed(problem, below, error);
    }
    if (chmod(spooled, 0640) != 0 || rename(spooled, path) != 0) {
        return failed(problem, path, errno);
    }
    if ((error = sync_path(below))) {
        return failed(problem, below, error);
    }
    return APR_SUCCESS;
}
