/* multipart.c: bodies are read alike in pieces of any size, and broken ones are refused.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tap.h"
#include "tr_multipart.h"

#include <apr_file_info.h>
#include <apr_general.h>
#include <apr_strings.h>
#include <apr_time.h>

#include <unistd.h>

#define TYPE       "multipart/form-data; boundary=B"
#define TEXT(name) "Content-Disposition: form-data; name=\"" name "\"\r\n\r\n"
#define FILE_PART(name, filename)                                                              \
    "Content-Disposition: form-data; name=\"" name "\"; filename=\"" filename "\"\r\n"         \
    "Content-Type: image/png\r\n\r\n"

static apr_pool_t *pool;
static char folder[] = "/tmp/tr-multipart-XXXXXX";

/* One body, read to its end or to its first error. */
typedef struct reading_t {
    apr_pool_t *pool;
    apr_status_t status;
    tr_problem_t *problem;
    tr_multipart_t *parser;
} reading_t;

static tr_multipart_limits_t limits(void)
{
    return (tr_multipart_limits_t){ .max_parts = 10,
                                    .max_header = 512,
                                    .max_text = 100,
                                    .max_texts = 250,
                                    .max_file = 1000,
                                    .folder = folder };
}

static reading_t read_limited(const char *type, const char *body, size_t len, size_t piece,
                              const tr_multipart_limits_t *most)
{
    reading_t reading;

    apr_pool_create(&reading.pool, pool);
    reading.problem = tr_problem_make(reading.pool);
    reading.parser = NULL;
    reading.status = tr_multipart_make(&reading.parser, type, most, reading.problem,
                                       reading.pool);
    for (size_t at = 0; reading.status == APR_SUCCESS && at < len; at += piece) {
        size_t count = len - at < piece ? len - at : piece;
        /* A copy of its own, so that a sanitizer sees reading past the piece. */
        char *copy = malloc(count);

        memcpy(copy, body + at, count);
        reading.status = tr_multipart_push(reading.parser, copy, count, reading.problem);
        free(copy);
    }
    if (reading.status == APR_SUCCESS) {
        reading.status = tr_multipart_end(reading.parser, reading.problem);
    }
    return reading;
}

static reading_t read_body(const char *body, size_t piece)
{
    tr_multipart_limits_t most = limits();

    return read_limited(TYPE, body, strlen(body), piece, &most);
}

static const char *text_of(const reading_t *reading, const char *name)
{
    const tr_input_item_t *item = tr_input_get(tr_multipart_input(reading->parser), name);

    return item ? item->data : NULL;
}

static const char *content_of(const tr_upload_t *upload)
{
    static char room[2000];
    FILE *file = upload ? fopen(upload->path, "rb") : NULL;
    size_t got = file ? fread(room, 1, sizeof(room) - 1, file) : 0;

    if (!file) {
        return NULL;
    }
    fclose(file);
    room[got] = '\0';
    return room;
}

static int files_left(void)
{
    apr_dir_t *dir;
    apr_finfo_t info;
    int count = 0;

    apr_dir_open(&dir, folder, pool);
    while (apr_dir_read(&info, APR_FINFO_NAME, dir) == APR_SUCCESS) {
        count += info.name[0] != '.';
    }
    apr_dir_close(dir);
    return count;
}

/* clang-format off */
static const char whole[] =
    "preamble\r\n--A\r\n"
    "--B \t\r\n" TEXT("obs_id") "1285442472\r\n"
    "--B\r\n" FILE_PART("png", "a.png") "\x89PNG\r\n\r--\r\n--A\r\n-\r\n"
    "--B\r\n" TEXT("empty") "\r\n"
    "--B\r\n" FILE_PART("gif", "") "\r\n"
    "--B\r\n" TEXT("lines") "\r\n\r\none\r\n--\r\n--C\r\n\r\r\n"
    "--B--\r\nepilogue\r\n--B\r\n";
/* clang-format on */

static int has_every_part(const reading_t *reading)
{
    const tr_upload_t *png = tr_multipart_file(reading->parser, "png");
    const tr_upload_t *gif = tr_multipart_file(reading->parser, "gif");

    return tr_multipart_input(reading->parser)->items->nelts == 5
           && !strcmp(text_of(reading, "obs_id"), "1285442472")
           && !strcmp(text_of(reading, "empty"), "")
           && !strcmp(text_of(reading, "lines"), "\r\n\r\none\r\n--\r\n--C\r\n\r")
           && png->size == 17 && !strcmp(content_of(png), "\x89PNG\r\n\r--\r\n--A\r\n-")
           && !strcmp(png->filename, "a.png") && !strcmp(png->type, "image/png")
           && gif->size == 0 && !*gif->filename;
}

static void pieces_of_any_size_read_alike(void)
{
    int wrong = 0;

    for (size_t piece = 1; piece <= strlen(whole); piece++) {
        reading_t reading = read_body(whole, piece);

        if (reading.status != APR_SUCCESS || !has_every_part(&reading)) {
            diag("pieces of %d: %s", (int)piece, tr_problem_text(reading.problem, pool));
            wrong++;
        }
        apr_pool_destroy(reading.pool);
    }
    is_int(wrong, 0, "a body in pieces of 1 to %d bytes gives every part", (int)strlen(whole));
    is_int(files_left(), 0, "the files go with their pool");
}

static void spooled_files_are_private(void)
{
    reading_t reading = read_body("--B\r\n" FILE_PART("png", "a.png") "x\r\n--B--", 1000);
    const tr_upload_t *upload = tr_multipart_file(reading.parser, "png");
    char *home = apr_pstrcat(pool, folder, "/home", NULL);
    apr_finfo_t info;

    is_int(reading.status, APR_SUCCESS, "a body may end right after its last boundary");
    apr_stat(&info, upload->path, APR_FINFO_PROT, pool);
    is_int(info.protection & 0xfff, 0x600, "a file is readable to its owner alone");
    ok(tr_input_get(tr_multipart_input(reading.parser), "png")->is_file, "it counts as a file");
    apr_file_rename(upload->path, home, pool);
    apr_pool_destroy(reading.pool);
    is_int(files_left(), 1, "a file that was moved stays");
    apr_file_remove(home, pool);
}

static void refused(void)
{
    static const struct {
        const char *body, *name;
    } bodies[] = {
        { "", "nothing" },
        { "hello", "what has no boundary" },
        { "--B", "a boundary alone" },
        { "--B\r\n", "a part without headers" },
        { "--B\r\n" TEXT("a") "x", "a text without end" },
        { "--B\r\n" TEXT("a") "x\r\n--B", "a last boundary without dashes" },
        { "--B\r\n" TEXT("a") "x\r\n--B-", "a last boundary with one dash" },
        { "--B\r\n" TEXT("a") "x\r\n--B-x", "one dash and something else" },
        { "--B\r\n" TEXT("a") "x\n--B--\n", "lines that end in LF alone" },
        { "--B\n" TEXT("a") "x\r\n--B--\r\n", "a boundary that ends in LF alone" },
        { "--B\r\nContent-Disposition: form-data; name=\"a\"\n\nx\r\n--B--",
          "headers that end in LF alone" },
        { "--Bx\r\n" TEXT("a") "x\r\n--B--", "a boundary with more behind it" },
        { "--B\r\n\r\nx\r\n--B--", "a part without any header" },
        { "--B\r\nContent-Type: text/plain\r\n\r\nx\r\n--B--", "a part without disposition" },
        { "--B\r\nContent-Disposition: form-data\r\n\r\nx\r\n--B--", "a part without name" },
        { "--B\r\n" TEXT("") "x\r\n--B--", "an empty name" },
        { "--B\r\nContent-Disposition: form-data; filename=\"a\"\r\n\r\nx\r\n--B--",
          "a file without name" },
        { "--B\r\nContent-Disposition: attachment; name=\"a\"\r\n\r\nx\r\n--B--",
          "an attachment" },
        { "--B\r\nContent-Disposition: form-data; name=\"a\r\n\r\nx\r\n--B--",
          "an open quote" },
        { "--B\r\nContent-Disposition: form-data; name=a; name=b\r\n\r\nx\r\n--B--",
          "two names" },
        { "--B\r\nContent-Disposition: form-data; name=\"a\"\r\n"
          "content-disposition: form-data; name=\"b\"\r\n\r\nx\r\n--B--",
          "two dispositions" },
        { "--B\r\nContent-Disposition: form-data;\r\n name=\"a\"\r\n\r\nx\r\n--B--",
          "a folded header" },
        { "--B\r\nrubbish\r\n\r\nx\r\n--B--", "a header without colon" },
        { "--B\r\n: x\r\n\r\nx\r\n--B--", "a header without name" },
        { "--B\r\n"
          "Content-Transfer-Encoding: base64\r\n" TEXT("a") "eA==\r\n--B--",
          "base64" },
        { "--B\r\nContent-Disposition: form-data; name=\"a\xff\"\r\n\r\nx\r\n--B--",
          "a name that is not UTF-8" },
    };

    for (size_t i = 0; i < sizeof(bodies) / sizeof(*bodies); i++) {
        reading_t reading = read_body(bodies[i].body, 1000);
        reading_t slow = read_body(bodies[i].body, 1);

        is_int(reading.status, TR_EBAD, "%s is refused", bodies[i].name);
        is_str(tr_problem_text(slow.problem, pool), tr_problem_text(reading.problem, pool),
               "in the same words byte by byte");
        ok(tr_problem_count(reading.problem) > 0, "and it says why");
        apr_pool_destroy(reading.pool);
        apr_pool_destroy(slow.pool);
    }
    is_int(files_left(), 0, "no file is left behind");
}

static void a_refused_body_takes_no_more(void)
{
    reading_t reading = read_body("--Bx", 1000);

    is_int(tr_multipart_push(reading.parser, "\r\n--B--", 7, reading.problem), TR_EBAD,
           "what follows an error is refused");
    is_int(tr_multipart_end(reading.parser, reading.problem), TR_EBAD, "so is the end");
}

static void content_types_are_judged(void)
{
    static const struct {
        const char *type;
        apr_status_t status;
    } types[] = {
        { "multipart/form-data; boundary=B", APR_SUCCESS },
        { "Multipart/Form-Data;BOUNDARY=\"B\"; charset=utf-8", APR_SUCCESS },
        { "multipart/form-data; boundary=\"a b\"", APR_SUCCESS },
        { "multipart/form-data", TR_EBAD },
        { "multipart/form-data; boundary=", TR_EBAD },
        { "multipart/form-data; boundary=\"\"", TR_EBAD },
        { "multipart/form-data; boundary=\"a \"", TR_EBAD },
        { "multipart/form-data; boundary=\"B", TR_EBAD },
        { "multipart/form-data; boundary=B; boundary=C", TR_EBAD },
        { "multipart/form-data; boundary=a@b", TR_EBAD },
        { "multipart/form-data; boundary=0123456789012345678901234567890123456789"
          "0123456789012345678901234567890",
          TR_EBAD },
        { "multipart/mixed; boundary=B", TR_EUNSUPPORTED },
        { "application/x-www-form-urlencoded", TR_EUNSUPPORTED },
        { "text/plain; a", TR_EUNSUPPORTED },
        { "", TR_EUNSUPPORTED },
        { NULL, TR_EUNSUPPORTED },
    };
    tr_multipart_limits_t most = limits();

    for (size_t i = 0; i < sizeof(types) / sizeof(*types); i++) {
        tr_multipart_t *parser;

        is_int(tr_multipart_make(&parser, types[i].type, &most, tr_problem_make(pool), pool),
               types[i].status, "%s is judged rightly", types[i].type ? types[i].type : "NULL");
    }
}

static void names_are_unquoted(void)
{
    static const struct {
        const char *params, *filename;
    } cases[] = {
        { "filename=\"../../x.png\"", "../../x.png" },
        { "filename=plain.png", "plain.png" },
        { "filename=\"a;b=c.png\"", "a;b=c.png" },
        { "filename=\"a\\\"b\\\\c.png\"", "a\"b\\c.png" },
        { "filename=\"C:\\dir\\x.png\"", "C:\\dir\\x.png" },
        { "filename=\"caf\xc3\xa9.png\"", "café.png" },
        { "filename=\"caf\xe9.png\"", "caf_.png" },
        { "filename=\"a\tb\x01.png\"", "a_b_.png" },
        { "filename=\"old\"; filename*=UTF-8''%e2%82%ac.png", "€.png" },
        { "filename*=utf-8'en'a%20b", "a b" },
        { "filename=\"old\"; filename*=ISO-8859-1''%e9", "old" },
        { "filename=\"old\"; filename*=UTF-8''%e9", "old" },
        { "filename=\"old\"; filename*=UTF-8''%0", "old" },
        { "FILENAME=\"x\"", "x" },
        { "filename=\"\"", "" },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        const char *body = apr_psprintf(
            pool,
            "--B\r\ncontent-disposition:form-data ;name=f ; %s ;\r\n"
            "X-Other: \xff\r\n\r\nx\r\n--B--\r\n",
            cases[i].params);
        reading_t reading = read_body(body, 1000);
        const tr_upload_t *upload = reading.status == APR_SUCCESS
                                        ? tr_multipart_file(reading.parser, "f")
                                        : NULL;

        is_str(upload ? upload->filename : tr_problem_text(reading.problem, pool),
               cases[i].filename, "%s is understood", cases[i].params);
        is_str(content_of(upload), "x", "and its content is there");
        apr_pool_destroy(reading.pool);
    }
}

static void texts_are_checked_at_their_field(void)
{
    const char body[] = "--B\r\n" TEXT("obsname") "a\0b\r\n--B\r\n" TEXT(
        "notes") "caf\xe9\r\n"
                 "--B\r\n" TEXT("good") "fine\r\n--B--";
    tr_multipart_limits_t most = limits();
    reading_t reading = read_limited(TYPE, body, sizeof(body) - 1, 7, &most);

    is_int(reading.status, TR_EBAD, "unclean texts are refused");
    is_str(tr_problem_words(reading.problem, "obsname"), "Null characters are not allowed.",
           "NUL at its field");
    is_str(tr_problem_words(reading.problem, "notes"), "The text is not valid UTF-8.",
           "Latin-1 at its field");
    is_int(tr_problem_count(reading.problem), 2, "the clean one is not complained of");
    is_str(text_of(&reading, "good"), "fine", "what was typed can be given back");
}

static void files_may_hold_anything(void)
{
    const char body[] = "--B\r\n" FILE_PART("f", "x") "a\0\xff\r\r\n\r\n-\r\n--b\r\n--B--";
    tr_multipart_limits_t most = limits();

    for (size_t piece = 1; piece < 12; piece++) {
        reading_t reading = read_limited(TYPE, body, sizeof(body) - 1, piece, &most);
        const tr_upload_t *upload = tr_multipart_file(reading.parser, "f");

        ok(reading.status == APR_SUCCESS && upload->size == 14
               && !memcmp(content_of(upload), "a\0\xff\r\r\n\r\n-\r\n--b", 14),
           "a file keeps every byte, in pieces of %d", (int)piece);
        apr_pool_destroy(reading.pool);
    }
}

/* `count` parts, each of `len` bytes of text or file. */
static const char *parts(int count, int len, int file)
{
    char *text = apr_pcalloc(pool, (size_t)len + 1);
    const char *body = "";

    memset(text, 'x', (size_t)len);
    for (int i = 0; i < count; i++) {
        body = apr_pstrcat(pool, body, "--B\r\n", file ? FILE_PART("f", "x") : TEXT("a"), text,
                           "\r\n", NULL);
    }
    return apr_pstrcat(pool, body, "--B--\r\n", NULL);
}

static void limits_hold(void)
{
    static const struct {
        int count, len, file;
        apr_status_t status;
        const char *name;
    } cases[] = {
        { 10, 1, 0, APR_SUCCESS, "10 parts of 10" },
        { 11, 1, 0, TR_ETOOLARGE, "11 parts of 10" },
        { 1, 100, 0, APR_SUCCESS, "a text of 100 bytes of 100" },
        { 1, 101, 0, TR_ETOOLARGE, "a text of 101 bytes of 100" },
        { 5, 50, 0, APR_SUCCESS, "250 bytes of texts of 250" },
        { 3, 84, 0, TR_ETOOLARGE, "252 bytes of texts of 250" },
        { 2, 1000, 1, APR_SUCCESS, "two files of 1000 bytes of 1000" },
        { 1, 1001, 1, TR_ETOOLARGE, "a file of 1001 bytes of 1000" },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        const char *body = parts(cases[i].count, cases[i].len, cases[i].file);

        for (size_t piece = 1; piece < 5000; piece = piece * 13 + 1) {
            reading_t reading = read_body(body, piece);

            is_int(reading.status, cases[i].status, "%s, in pieces of %d", cases[i].name,
                   (int)piece);
            apr_pool_destroy(reading.pool);
        }
    }
}

static void headers_are_limited(void)
{
    char *name = apr_pcalloc(pool, 1000);
    reading_t reading;

    memset(name, 'n', 600);
    reading = read_body(
        apr_pstrcat(pool, "--B\r\nX: ", name, "\r\n", TEXT("a"), "x\r\n--B--", NULL), 100);
    is_int(reading.status, TR_ETOOLARGE, "headers of 600 bytes of 512 are refused");
    reading = read_body(apr_pstrcat(pool, "--B\r\n", name, NULL), 1);
    is_int(reading.status, TR_ETOOLARGE, "also when they never end");
}

/* What looks like a delimiter again and again; twice the bytes must not take four times. */
static double seconds_for(size_t len)
{
    static const char tease[] =
        "\r\n--0123456789012345678901234567890123456789012345678901234567X";
    const char *type = "multipart/form-data; "
                       "boundary=0123456789012345678901234567890123456789012345678901234567Y";
    tr_multipart_limits_t most = limits();
    char *body = apr_palloc(pool, len + 1);
    apr_time_t start;
    reading_t reading;

    most.max_file = (apr_off_t)len;
    for (size_t i = 0; i < len; i++) {
        body[i] = tease[i % (sizeof(tease) - 1)];
    }
    start = apr_time_now();
    reading = read_limited(type, body, len, 8192, &most);
    is_int(reading.status, TR_EBAD, "a body of teasing lines has no boundary");
    return (double)(apr_time_now() - start) / 1e6;
}

static void time_is_linear(void)
{
    double small = seconds_for(1 << 20), large = seconds_for(8 << 20);

    ok(large < 30 * small + 0.5, "8 MB take no more than 30 times 1 MB (%.3f s, %.3f s)", large,
       small);
}

static void a_missing_folder_is_said(void)
{
    tr_multipart_limits_t most = limits();
    const char *body = "--B\r\n" FILE_PART("f", "x") "x\r\n--B--";
    reading_t reading;

    most.folder = "/nonexistent/folder";
    reading = read_limited(TYPE, body, strlen(body), 1000, &most);
    ok(APR_STATUS_IS_ENOENT(reading.status), "the system's own status comes back");
    ok(reading.problem->detail != NULL, "with its words for the log");
    ok(!strstr(tr_problem_text(reading.problem, pool), "nonexistent"),
       "the reader is not told the folder");
}

int main(void)
{
    apr_initialize();
    apr_pool_create(&pool, NULL);
    if (!mkdtemp(folder)) {
        return skip_all("no folder can be made in /tmp");
    }
    pieces_of_any_size_read_alike();
    spooled_files_are_private();
    refused();
    a_refused_body_takes_no_more();
    content_types_are_judged();
    names_are_unquoted();
    texts_are_checked_at_their_field();
    files_may_hold_anything();
    limits_hold();
    headers_are_limited();
    time_is_linear();
    a_missing_folder_is_said();
    apr_pool_destroy(pool);
    rmdir(folder);
    apr_terminate();
    return done_testing();
}
