/* psrcat_source.c: where the text of the pulsar catalogue comes from.
 *
 * SPDX-License-Identifier: MIT
 */
#include "psrcat_source.h"

#include "tr_psrcat.h"

#include <apr_file_io.h>
#include <apr_lib.h>
#include <apr_strings.h>
#include <archive.h>
#include <archive_entry.h>
#include <curl/curl.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum {
    CONNECT_SECONDS = 10,
    SILENT_SECONDS = 30, /* without a byte */
    WHOLE_SECONDS = 300, /* 3 MB come in far less */
    REDIRECTS_MAX = 5,
    BLOCK = 64 * 1024
};

static const char too_large[] = "This is larger than 64 MB, which no catalogue of pulsars is.";

/* Bytes that grow; of malloc(), since a pool would keep every size on the way. */
typedef struct bytes_t {
    char *data;
    apr_size_t len, room;
    int is_too_large;
} bytes_t;

static apr_status_t free_bytes(void *baton)
{
    free(((bytes_t *)baton)->data);
    return APR_SUCCESS;
}

static bytes_t *make_bytes(apr_pool_t *pool)
{
    bytes_t *bytes = apr_pcalloc(pool, sizeof *bytes);

    apr_pool_cleanup_register(pool, bytes, free_bytes, apr_pool_cleanup_null);
    return bytes;
}

/* False when they become too many, or there is no memory. */
static int add_bytes(bytes_t *bytes, const char *data, apr_size_t len)
{
    if (len > TR_PSRCAT_SIZE_MAX - bytes->len) {
        bytes->is_too_large = 1;
        return 0;
    }
    if (bytes->len + len > bytes->room) {
        apr_size_t room = 2 * (bytes->len + len);
        char *data_then = realloc(bytes->data, room);

        if (!data_then) {
            return 0;
        }
        bytes->data = data_then;
        bytes->room = room;
    }
    memcpy(bytes->data + bytes->len, data, len);
    bytes->len += len;
    return 1;
}

/* --- a file ------------------------------------------------------------------------- */

static apr_status_t read_file(bytes_t *bytes, const char *path, tr_problem_t *problem,
                              apr_pool_t *pool)
{
    char words[120], *block = apr_palloc(pool, BLOCK);
    apr_file_t *file;
    apr_status_t status = apr_file_open(&file, path, APR_FOPEN_READ | APR_FOPEN_BINARY, 0,
                                        pool);

    while (status == APR_SUCCESS) {
        apr_size_t len = BLOCK;

        status = apr_file_read(file, block, &len);
        if (status == APR_SUCCESS && !add_bytes(bytes, block, len)) {
            return tr_problem_add(problem, TR_ETOOLARGE, "%s: %s", path, too_large);
        }
    }
    if (!APR_STATUS_IS_EOF(status)) {
        return tr_problem_add(problem, TR_EBAD, "%s: %s", path,
                              apr_strerror(status, words, sizeof words));
    }
    apr_file_close(file);
    return APR_SUCCESS;
}

/* --- an address --------------------------------------------------------------------- */

static int is_address(const char *where)
{
    return !strncmp(where, "http://", 7) || !strncmp(where, "https://", 8);
}

static size_t keep(char *data, size_t size, size_t count, void *baton)
{
    return add_bytes(baton, data, size * count) ? size * count : 0;
}

/* A proxy that the environment names is not for this machine. */
static int is_local(const char *url)
{
    const char *host = strstr(url, "://") + 3;

    return !strncmp(host, "localhost", 9) || !strncmp(host, "127.", 4)
           || !strncmp(host, "[::1]", 5);
}

/* A redirect may lead to https from http, never the other way, nor to any other scheme. */
static void set_options(CURL *easy, const char *url, bytes_t *bytes)
{
    int is_https = !strncmp(url, "https:", 6);

    curl_easy_setopt(easy, CURLOPT_URL, url);
    curl_easy_setopt(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(easy, CURLOPT_REDIR_PROTOCOLS_STR, is_https ? "https" : "http,https");
    curl_easy_setopt(easy, CURLOPT_FOLLOWLOCATION, 1L);
    curl_easy_setopt(easy, CURLOPT_MAXREDIRS, (long)REDIRECTS_MAX);
    curl_easy_setopt(easy, CURLOPT_FAILONERROR, 1L);
    curl_easy_setopt(easy, CURLOPT_CONNECTTIMEOUT, (long)CONNECT_SECONDS);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_LIMIT, 1L);
    curl_easy_setopt(easy, CURLOPT_LOW_SPEED_TIME, (long)SILENT_SECONDS);
    curl_easy_setopt(easy, CURLOPT_TIMEOUT, (long)WHOLE_SECONDS);
    curl_easy_setopt(easy, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(easy, CURLOPT_USERAGENT, "transients-admin/" TR_VERSION);
    curl_easy_setopt(easy, CURLOPT_WRITEFUNCTION, keep);
    curl_easy_setopt(easy, CURLOPT_WRITEDATA, bytes);
    if (is_local(url)) {
        curl_easy_setopt(easy, CURLOPT_PROXY, "");
    }
}

static apr_status_t read_address(bytes_t *bytes, const char *url, tr_problem_t *problem)
{
    char words[CURL_ERROR_SIZE] = "";
    CURL *easy = curl_easy_init();
    CURLcode code = CURLE_FAILED_INIT;

    if (easy) {
        set_options(easy, url, bytes);
        curl_easy_setopt(easy, CURLOPT_ERRORBUFFER, words);
        code = curl_easy_perform(easy);
        curl_easy_cleanup(easy);
    }
    if (bytes->is_too_large) {
        return tr_problem_add(problem, TR_ETOOLARGE, "%s: %s", url, too_large);
    }
    if (code != CURLE_OK) {
        return tr_problem_add(problem, TR_EBAD, "%s: %s.", url,
                              *words ? words : curl_easy_strerror(code));
    }
    return APR_SUCCESS;
}

/* --- an archive --------------------------------------------------------------------- */

/* Two bytes begin what gzip packs; "ustar" stands at 257 in a tar. */
static int is_packed(const bytes_t *bytes)
{
    return (bytes->len > 2 && !memcmp(bytes->data, "\x1f\x8b", 2))
           || (bytes->len > 262 && !memcmp(bytes->data + 257, "ustar", 5));
}

/* In a tar the member psrcat.db, of whatever folder; a file that is only packed is one
 * member, "data". */
static int is_wanted(struct archive *archive, struct archive_entry *entry)
{
    const char *path = archive_entry_pathname(entry);

    return archive_format(archive) == ARCHIVE_FORMAT_RAW
           || (path && !strcmp(apr_filepath_name_get(path), "psrcat.db"));
}

static const char *date_of(struct archive_entry *entry, apr_pool_t *pool)
{
    char text[16];
    struct tm parts;
    time_t at = archive_entry_mtime(entry);

    if (!archive_entry_mtime_is_set(entry) || !gmtime_r(&at, &parts)
        || !strftime(text, sizeof text, "%Y-%m-%d", &parts)) {
        return NULL;
    }
    return apr_pstrdup(pool, text);
}

static int unpack_member(struct archive *archive, bytes_t *text, apr_pool_t *pool)
{
    char *block = apr_palloc(pool, BLOCK);
    la_ssize_t len;

    while ((len = archive_read_data(archive, block, BLOCK)) > 0) {
        if (!add_bytes(text, block, (apr_size_t)len)) {
            return 0;
        }
    }
    return len == 0;
}

/* Whether the member was found and read whole. */
static int find_member(struct archive *archive, bytes_t *text, const char **date,
                       apr_pool_t *pool)
{
    struct archive_entry *entry;
    int is_tar = 0;

    while (archive_read_next_header(archive, &entry) == ARCHIVE_OK) {
        is_tar = archive_format(archive) != ARCHIVE_FORMAT_RAW;
        if (is_wanted(archive, entry)) {
            *date = is_tar ? date_of(entry, pool) : NULL;
            return unpack_member(archive, text, pool);
        }
    }
    if (is_tar && !archive_errno(archive)) {
        archive_set_error(archive, 0, "there is no psrcat.db in this archive");
    }
    return 0;
}

static apr_status_t unpack(tr_psrcat_source_t *source, const bytes_t *packed, const char *where,
                           tr_problem_t *problem, apr_pool_t *pool)
{
    struct archive *archive = archive_read_new();
    bytes_t *text = make_bytes(pool);
    int is_read = archive != NULL;

    if (is_read) {
        archive_read_support_filter_gzip(archive);
        archive_read_support_format_tar(archive);
        archive_read_support_format_raw(archive);
        is_read = archive_read_open_memory(archive, packed->data, packed->len) == ARCHIVE_OK
                  && find_member(archive, text, &source->date, pool);
    }
    if (!is_read) {
        const char *why = archive ? archive_error_string(archive) : NULL;

        tr_problem_add(problem, text->is_too_large ? TR_ETOOLARGE : TR_EBAD, "%s: %s", where,
                       text->is_too_large ? too_large
                       : why              ? why
                                          : "cannot be unpacked");
    }
    archive_read_free(archive);
    source->text = text->data;
    source->len = text->len;
    return is_read ? APR_SUCCESS : problem->status;
}

apr_status_t tr_psrcat_source_read(tr_psrcat_source_t *source, const char *where,
                                   tr_problem_t *problem, apr_pool_t *pool)
{
    bytes_t *bytes = make_bytes(pool);
    apr_status_t status = is_address(where) ? read_address(bytes, where, problem)
                                            : read_file(bytes, where, problem, pool);

    memset(source, 0, sizeof *source);
    if (status != APR_SUCCESS) {
        return status;
    }
    if (is_packed(bytes)) {
        return unpack(source, bytes, where, problem, pool);
    }
    source->text = bytes->data;
    source->len = bytes->len;
    return APR_SUCCESS;
}
