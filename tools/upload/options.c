/* options.c: what the user asked for: command line, environment and token.
 *
 * The token never comes from the command line, where every user of the machine could read it.
 *
 * SPDX-License-Identifier: MIT
 */
#include "options.h"

#include "metafits.h"

#include <apr_file_info.h>
#include <apr_fnmatch.h>
#include <apr_strings.h>
#include <curl/curl.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#ifndef TR_VERSION
#define TR_VERSION "0"
#endif

enum {
    PARALLEL_DEFAULT = 4,
    PARALLEL_MAX = 32,
    TRIES_DEFAULT = 6, /* with their waits about half a minute */
    TRIES_MAX = 100,
    TOKEN_MAX = 256 /* bytes */
};

static const char default_url[] = "http://localhost:1337";

static const char help[] =
    "Usage: transients-upload [OPTION]... [TABLE.fits]...\n"
    "Sends the candidates of FITS tables to a site that runs mod_transients: each row with\n"
    "its images <obs_id>_<filter_id>_<cand_id>.png and .gif beside the table (cand_id with\n"
    "three digits), each observation once, with its metadata, and for every table, also one\n"
    "without rows, a record of what was searched. The same command again adds only what is\n"
    "missing.\n"
    "\n"
    "An observation's metadata are taken from the first of these that has them: --metafits,\n"
    "--metadata-url, then beside the table <obs_id>.json (an answer of the MWA's metadata\n"
    "service), <obs_id>_metafits.fits or <obs_id>.metafits. Without metadata the observation\n"
    "is not sent, which is said with its id, and its candidates are stored only if the site\n"
    "knows it already.\n"
    "\n"
    "What to send:\n"
    "  --fits FILE            a table, as if named at the end\n"
    "  --data_directory DIR   every *.fits of a folder; with tables named, where images are\n"
    "  --metadata-dir DIR     where <obs_id>.json and metafits are (default: beside each\n"
    "                         table)\n"
    "  --metafits FILE|DIR    the MWA's metafits of the observation, or a folder of them\n"
    "  --metadata-url URL     asks the MWA's metadata service, such as\n"
    "                         http://ws.mwatelescope.org/metadata/obs, for each observation\n"
    "                         once (with ?obsid=<obs_id>); each answer has 30 s and --tries\n"
    "  --project NAME         for tables that name no project\n"
    "  --pipeline-version V   for tables that don't tell (keyword PIPEVER)\n"
    "Where to:\n"
    "  --url URL              the site (default: TRANSIENTS_URL, else http://localhost:1337)\n"
    "  --token-file FILE      file with the API token (default: the token itself in the\n"
    "                         environment variable IMAGE_PLANE_TOKEN)\n"
    "  --cacert FILE          trust these certificates instead of the system's\n"
    "How:\n"
    "  --check                a dry run: the site checks everything and stores nothing\n"
    "  --parallel N           candidates sent at a time, 1 to 32 (default 4)\n"
    "  --tries N              of each request while the site is busy or not answering\n"
    "                         (default 6: about half a minute)\n"
    "  -L LEVEL               what to say: DEBUG, INFO, WARNING or ERROR (default INFO)\n"
    "  -V, --version          the version\n"
    "  -h, --help             this text\n"
    "\n"
    "A table without rows tells what it is about by the keywords OBSID, PROJECT and FILTER,\n"
    "or by its name, <obs_id>_<filter_id>.fits.\n"
    "\n"
    "Exit status: 0 all stored or known already; 1 something was refused, see the summary;\n"
    "2 wrong use, or the token was not accepted; 3 the site can't be reached.\n";

/* Options as given, before they are checked. */
typedef struct {
    apr_array_header_t *files;
    const char *folder, *url, *token_file;
} given_t;

static int complain(const char *words, const char *about)
{
    fprintf(stderr, "transients-upload: %s%s%s\n", words, about ? ": " : "",
            about ? about : "");
    return -1;
}

static int read_number(const char *text, int most, int *value)
{
    char *end;
    long number;

    errno = 0;
    number = strtol(text, &end, 10);
    if (errno || end == text || *end || number < 1 || number > most) {
        return complain("not a whole number in the range allowed (see --help)", text);
    }
    *value = (int)number;
    return 0;
}

static int read_level(tr_upload_options_t *options, const char *text)
{
    int level = tr_report_level(text);

    if (level < 0) {
        return complain("-L wants DEBUG, INFO, WARNING or ERROR, not", text);
    }
    options->level = (tr_report_level_e)level;
    return 0;
}

enum {
    FITS = 256,
    FOLDER,
    METADATA,
    METADATA_URL,
    METAFITS,
    PROJECT,
    PIPELINE,
    URL,
    TOKEN_FILE,
    CACERT,
    CHECK,
    PARALLEL,
    TRIES
};

static int read_option(tr_upload_options_t *options, given_t *given, int option)
{
    switch (option) {
    case FITS:
        APR_ARRAY_PUSH(given->files, const char *) = optarg;
        return 0;
    case FOLDER:
        given->folder = optarg;
        return 0;
    case METADATA:
        options->metadata_dir = optarg;
        return 0;
    case METADATA_URL:
        options->metadata.service.url = optarg;
        return 0;
    case METAFITS:
        options->metadata.metafits = optarg;
        return 0;
    case PROJECT:
        options->project = optarg;
        return 0;
    case PIPELINE:
        options->pipeline = optarg;
        return 0;
    case URL:
        given->url = optarg;
        return 0;
    case TOKEN_FILE:
        given->token_file = optarg;
        return 0;
    case CACERT:
        options->site.ca_file = optarg;
        return 0;
    case CHECK:
        options->site.is_check = 1;
        return 0;
    case PARALLEL:
        return read_number(optarg, PARALLEL_MAX, &options->site.parallel);
    case TRIES:
        return read_number(optarg, TRIES_MAX, &options->site.tries);
    case 'L':
        return read_level(options, optarg);
    default:
        return complain("see transients-upload --help", NULL);
    }
}

static tr_upload_start_e read_command_line(tr_upload_options_t *options, given_t *given,
                                           int argc, char **argv)
{
    static const struct option known[] = {
        { "fits", required_argument, NULL, FITS },
        { "data_directory", required_argument, NULL, FOLDER },
        { "data-directory", required_argument, NULL, FOLDER },
        { "metadata-dir", required_argument, NULL, METADATA },
        { "metadata-url", required_argument, NULL, METADATA_URL },
        { "metafits", required_argument, NULL, METAFITS },
        { "project", required_argument, NULL, PROJECT },
        { "pipeline-version", required_argument, NULL, PIPELINE },
        { "url", required_argument, NULL, URL },
        { "token-file", required_argument, NULL, TOKEN_FILE },
        { "cacert", required_argument, NULL, CACERT },
        { "check", no_argument, NULL, CHECK },
        { "parallel", required_argument, NULL, PARALLEL },
        { "tries", required_argument, NULL, TRIES },
        { "version", no_argument, NULL, 'V' },
        { "help", no_argument, NULL, 'h' },
        { NULL, 0, NULL, 0 },
    };
    int option;

    while ((option = getopt_long(argc, argv, "L:Vh", known, NULL)) != -1) {
        if (option == 'h' || option == 'V') {
            fputs(option == 'h' ? help : "transients-upload " TR_VERSION "\n", stdout);
            return TR_UPLOAD_DONE;
        }
        if (read_option(options, given, option)) {
            return TR_UPLOAD_WRONG;
        }
    }
    for (int i = optind; i < argc; i++) {
        APR_ARRAY_PUSH(given->files, const char *) = argv[i];
    }
    return TR_UPLOAD_GO;
}

/* --- the site ----------------------------------------------------------------------------- */

static int has_part(CURLU *url, CURLUPart part)
{
    char *text = NULL;
    int has = curl_url_get(url, part, &text, 0) == CURLUE_OK;

    curl_free(text);
    return has;
}

static const char *judge_address(CURLU *url, const char *text)
{
    if (curl_url_set(url, CURLUPART_URL, text, 0) || !has_part(url, CURLUPART_HOST)) {
        return "not an address such as https://transients.example.org";
    }
    if (strncasecmp(text, "http://", 7) && strncasecmp(text, "https://", 8)) {
        return "the address must begin with http:// or https://";
    }
    if (has_part(url, CURLUPART_USER) || has_part(url, CURLUPART_QUERY)
        || has_part(url, CURLUPART_FRAGMENT)) {
        return "the address must have no user, query or fragment";
    }
    return NULL;
}

const char *tr_upload_site_address(const char *text, const char **problem, apr_pool_t *pool)
{
    CURLU *url = curl_url();
    size_t length = strlen(text);

    *problem = url ? judge_address(url, text) : "out of memory";
    curl_url_cleanup(url);
    while (length && text[length - 1] == '/') {
        length--;
    }
    return *problem ? NULL : apr_pstrmemdup(pool, text, length);
}

static int choose_site(tr_upload_options_t *options, const char *url, apr_pool_t *pool)
{
    const char *from_environment = getenv("TRANSIENTS_URL");
    const char *problem;

    if (!url) {
        url = from_environment && *from_environment ? from_environment : default_url;
    }
    options->site.url = tr_upload_site_address(url, &problem, pool);
    return options->site.url ? 0 : complain(problem, url);
}

/* The service may have a query of its own, so less is asked of its address. */
static int choose_service(tr_upload_options_t *options)
{
    const char *text = options->metadata.service.url;
    CURLU *url = text ? curl_url() : NULL;
    int is_wrong = url && curl_url_set(url, CURLUPART_URL, text, 0);

    curl_url_cleanup(url);
    is_wrong |= text && strncasecmp(text, "http://", 7) && strncasecmp(text, "https://", 8);
    options->metadata.service.ca_file = options->site.ca_file;
    options->metadata.service.tries = options->site.tries;
    return is_wrong ? complain("not an address of a metadata service", text) : 0;
}

/* --- the token ---------------------------------------------------------------------------- */

const char *tr_upload_token(const char *text, apr_pool_t *pool)
{
    size_t length;

    text += strspn(text, " \t\r\n");
    length = strcspn(text, " \t\r\n");
    if (!length || length > TOKEN_MAX || text[length + strspn(text + length, " \t\r\n")]) {
        return NULL;
    }
    for (size_t i = 0; i < length; i++) {
        if (text[i] < '!' || text[i] > '~') {
            return NULL;
        }
    }
    return apr_pstrmemdup(pool, text, length);
}

static const char *read_token_file(const char *path, apr_pool_t *pool)
{
    char *text = apr_pcalloc(pool, 2 * TOKEN_MAX);
    FILE *file = fopen(path, "r");
    size_t length;

    if (!file) {
        complain(path, strerror(errno));
        return NULL;
    }
    length = fread(text, 1, 2 * TOKEN_MAX - 1, file);
    fclose(file);
    text[length] = '\0';
    return text;
}

static int choose_token(tr_upload_options_t *options, const char *file, apr_pool_t *pool)
{
    const char *text = file ? read_token_file(file, pool) : getenv("IMAGE_PLANE_TOKEN");

    if (!text) {
        return file ? -1
                    : complain("no token: put it into IMAGE_PLANE_TOKEN or give --token-file",
                               NULL);
    }
    options->site.token = tr_upload_token(text, pool);
    return options->site.token
               ? 0
               : complain("this is not a token", file ? file : "IMAGE_PLANE_TOKEN");
}

/* --- the tables --------------------------------------------------------------------------- */

static int by_name(const void *a, const void *b)
{
    return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static int list_folder(tr_upload_options_t *options, const char *folder, apr_pool_t *pool)
{
    apr_dir_t *dir;
    apr_finfo_t entry;
    char words[120];
    apr_status_t status = apr_dir_open(&dir, folder, pool);

    if (status != APR_SUCCESS) {
        return complain(folder, apr_strerror(status, words, sizeof words));
    }
    while (apr_dir_read(&entry, APR_FINFO_NAME, dir) == APR_SUCCESS) {
        if (apr_fnmatch("*.fits", entry.name, 0) == APR_SUCCESS
            && !tr_upload_metafits_is_name(entry.name)) {
            APR_ARRAY_PUSH(options->tables, const char *) = apr_pstrcat(pool, folder, "/",
                                                                        entry.name, NULL);
        }
    }
    apr_dir_close(dir);
    qsort(options->tables->elts, (size_t)options->tables->nelts, sizeof(const char *), by_name);
    return options->tables->nelts ? 0 : complain("no *.fits in this folder", folder);
}

/* Tables by name are those; a folder given besides is where their images are, as it was. */
static int choose_tables(tr_upload_options_t *options, const given_t *given, apr_pool_t *pool)
{
    options->tables = given->files;
    options->image_dir = given->files->nelts ? given->folder : NULL;
    if (given->files->nelts) {
        return 0;
    }
    return given->folder
               ? list_folder(options, given->folder, pool)
               : complain("nothing to send: name a table or give --data_directory DIR", NULL);
}

tr_upload_start_e tr_upload_options_read(tr_upload_options_t *options, int argc, char **argv,
                                         apr_pool_t *pool)
{
    given_t given = { apr_array_make(pool, 16, sizeof(const char *)), NULL, NULL, NULL };
    tr_upload_start_e start;

    memset(options, 0, sizeof *options);
    options->level = TR_REPORT_INFO;
    options->site.parallel = PARALLEL_DEFAULT;
    options->site.tries = TRIES_DEFAULT;
    start = read_command_line(options, &given, argc, argv);
    if (start != TR_UPLOAD_GO) {
        return start;
    }
    if (choose_tables(options, &given, pool) || choose_site(options, given.url, pool)
        || choose_service(options) || choose_token(options, given.token_file, pool)) {
        return TR_UPLOAD_WRONG;
    }
    return TR_UPLOAD_GO;
}
