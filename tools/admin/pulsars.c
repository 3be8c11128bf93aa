/* pulsars.c: transients-admin pulsars: the catalogue that candidates are matched to.
 *
 * SPDX-License-Identifier: MIT
 */
#include "admin.h"
#include "psrcat_source.h"

#include "tr_json.h"
#include "tr_psrcat.h"

#include <apr_strings.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define DEFAULT_URL                                                                            \
    "http://www.atnf.csiro.au/research/pulsar/psrcat/downloads/psrcat_pkg.tar.gz"

/* A catalogue with fewer records than this part of those that are there was cut off. */
#define LEAST_PART 0.9

typedef struct load_t {
    tr_admin_t *admin;
    const tr_psrcat_t *catalogue;
    const char *where;
    tr_row_t *args; /* of the statements */
    apr_int64_t before, added, changed, rematched;
    tr_list_t *withdrawn; /* rows of pulsar_load_withdraw */
} load_t;

/* --- the transaction ---------------------------------------------------------------- */

/* What came is an answer cut short, or not the catalogue: the site keeps what it has. */
static apr_status_t check_size(const load_t *load)
{
    const tr_psrcat_t *catalogue = load->catalogue;
    tr_problem_t *problem = load->admin->problem;

    if (tr_admin_option(load->admin, "force")) {
        return APR_SUCCESS;
    }
    if (catalogue->is_cut) {
        return tr_problem_add(problem, TR_ECONFLICT,
                              "%s: its last record has no end, so it was cut off. Nothing was "
                              "changed; --force takes it as it is.",
                              load->where);
    }
    if (catalogue->pulsars->count < LEAST_PART * (double)load->before) {
        return tr_problem_add(problem, TR_ECONFLICT,
                              "%s: %d records, where %" APR_INT64_T_FMT
                              " pulsars are there. Nothing was changed; --force takes it as "
                              "it is.",
                              load->where, catalogue->pulsars->count, load->before);
    }
    return APR_SUCCESS;
}

static apr_status_t run_row(load_t *load, const char *statement, tr_row_t **row)
{
    tr_admin_t *admin = load->admin;

    return tr_db_row(admin->db, statement, load->args, row, admin->problem, admin->pool);
}

static apr_status_t run_rows(load_t *load, const char *statement, tr_list_t **rows)
{
    tr_admin_t *admin = load->admin;

    return tr_db_rows(admin->db, statement, load->args, rows, admin->problem, admin->pool);
}

static apr_status_t begin_load(load_t *load)
{
    tr_row_t *row;
    apr_status_t status = run_row(load, "pulsar_load_begin", &row);

    if (status == APR_SUCCESS) {
        load->before = tr_row_int(row, "pulsars", 0);
        status = check_size(load);
    }
    return status;
}

static apr_status_t store_pulsars(load_t *load)
{
    tr_list_t *rematched = NULL;
    tr_row_t *row = NULL;
    apr_status_t status = run_rows(load, "pulsar_load_withdraw", &load->withdrawn);

    if (status == APR_SUCCESS) {
        status = run_row(load, "pulsar_load_store", &row);
    }
    if (status == APR_SUCCESS) {
        status = run_rows(load, "pulsar_load_rematch", &rematched);
    }
    if (status == APR_SUCCESS) {
        load->added = tr_row_int(row, "added", 0);
        load->changed = tr_row_int(row, "changed", 0);
        load->rematched = rematched->count;
    }
    return status;
}

static apr_status_t store_load(load_t *load)
{
    const tr_psrcat_t *catalogue = load->catalogue;
    tr_row_t *args = load->args, *row;

    tr_row_set(args, "records", tr_int(catalogue->pulsars->count));
    tr_row_set(args, "ecliptic", tr_int(catalogue->ecliptic_count));
    tr_row_set(args, "without_position", tr_int(catalogue->without_position->nelts));
    tr_row_set(args, "added", tr_int(load->added));
    tr_row_set(args, "changed", tr_int(load->changed));
    tr_row_set(args, "withdrawn", tr_int(load->withdrawn->count));
    return run_row(load, "pulsar_load_add", &row);
}

static apr_status_t store(tr_db_t *db, void *baton, tr_problem_t *problem)
{
    load_t *load = baton;
    apr_status_t status = begin_load(load);

    (void)db;
    (void)problem;
    if (status == APR_SUCCESS) {
        status = store_pulsars(load);
    }
    return status == APR_SUCCESS ? store_load(load) : status;
}

/* --- what is said ------------------------------------------------------------------- */

static void say_faults(const load_t *load)
{
    const apr_array_header_t *faults = load->catalogue->faults;
    int more = load->catalogue->fault_count - faults->nelts;

    for (int i = 0; i < faults->nelts; i++) {
        const tr_psrcat_fault_t *fault = &APR_ARRAY_IDX(faults, i, tr_psrcat_fault_t);

        fprintf(stderr, "%s:%d: %s\n", load->where, fault->line, fault->words);
    }
    if (more > 0) {
        fprintf(stderr, "%s: and %d more lines that could not be read\n", load->where, more);
    }
}

static void say_without_position(const load_t *load)
{
    const apr_array_header_t *names = load->catalogue->without_position;

    printf("  without position: %d", names->nelts);
    for (int i = 0; i < names->nelts; i++) {
        printf("%s %s", i ? "," : ":", APR_ARRAY_IDX(names, i, const char *));
    }
    putchar('\n');
}

/* Those that candidates are matched to come with the number of their matches, which stay. */
static void say_withdrawn(const load_t *load)
{
    printf("  withdrawn: %d\n", load->withdrawn->count);
    for (int i = 0; i < load->withdrawn->count; i++) {
        const tr_row_t *row = load->withdrawn->rows[i];
        apr_int64_t matches = tr_row_int(row, "associations", 0);

        if (matches) {
            printf("    %s: %" APR_INT64_T_FMT " candidate%s associated, kept with the name\n",
                   tr_row_text(row, "name"), matches, matches == 1 ? "" : "s");
        }
    }
}

static void say_summary(const load_t *load)
{
    const tr_psrcat_t *catalogue = load->catalogue;
    const char *date = tr_row_text(load->args, "dated");

    printf("pulsar catalogue%s%s%s%s: %d records\n", catalogue->version ? " " : "",
           catalogue->version ? catalogue->version : "", date ? " of " : "", date ? date : "",
           catalogue->pulsars->count);
    printf("  added: %" APR_INT64_T_FMT "\n  changed: %" APR_INT64_T_FMT
           "\n  unchanged: %" APR_INT64_T_FMT "\n",
           load->added, load->changed, catalogue->pulsars->count - load->added - load->changed);
    say_withdrawn(load);
    say_without_position(load);
    printf("  ecliptic positions turned: %d\n", catalogue->ecliptic_count);
    printf("  lines that could not be read: %d\n", catalogue->fault_count);
    if (load->rematched) {
        printf("  associations with pulsars that came back: %" APR_INT64_T_FMT "\n",
               load->rematched);
    }
}

/* --- the verbs ---------------------------------------------------------------------- */

static const char *where_from(const tr_admin_t *admin)
{
    const char *arg = tr_admin_arg(admin, 0), *url = tr_admin_option(admin, "url");
    const char *variable = getenv("TRANSIENTS_PSRCAT_URL");

    return arg ? arg : url ? url : variable && *variable ? variable : DEFAULT_URL;
}

static const char *user_name(apr_pool_t *pool)
{
    const struct passwd *user = getpwuid(getuid());

    return apr_pstrdup(pool, user ? user->pw_name : "?");
}

static tr_row_t *make_args(const load_t *load, const char *date)
{
    apr_pool_t *pool = load->admin->pool;
    const tr_psrcat_t *catalogue = load->catalogue;
    tr_buf_t *json = tr_buf_make(0, pool);
    tr_row_t *args = tr_row_make(pool);

    tr_json_list(json, catalogue->pulsars);
    tr_row_set(args, "pulsars", tr_text_n(json->data, json->len));
    tr_row_set(args, "version", tr_text(catalogue->version));
    tr_row_set(args, "dated", tr_text(catalogue->date ? catalogue->date : date));
    tr_row_set(args, "source", tr_text(load->where));
    tr_row_set(args, "loaded_by", tr_text(user_name(pool)));
    return args;
}

static apr_status_t load_pulsars(tr_admin_t *admin)
{
    load_t load = { .admin = admin, .where = where_from(admin) };
    tr_psrcat_source_t source;
    apr_status_t status = tr_psrcat_source_read(&source, load.where, admin->problem,
                                                admin->pool);

    if (status == APR_SUCCESS) {
        status = tr_psrcat_read(&load.catalogue, source.text, source.len, admin->problem,
                                admin->pool);
    }
    if (status == APR_SUCCESS) {
        status = tr_admin_open(admin);
    }
    if (status != APR_SUCCESS) {
        return status;
    }
    load.args = make_args(&load, source.date);
    say_faults(&load);
    status = tr_db_transaction(admin->db, store, &load, admin->problem);
    if (status == APR_SUCCESS) {
        say_summary(&load);
    }
    return status;
}

static apr_status_t show(tr_admin_t *admin)
{
    return tr_admin_print(admin, "pulsar_load_list", NULL);
}

static apr_status_t list(tr_admin_t *admin)
{
    return tr_admin_print(admin, "pulsar_load_find",
                          tr_admin_row(admin, "find", tr_admin_arg(admin, 0)));
}

static const tr_admin_option_t load_options[] = {
    { "url", "URL", "the address where no FILE|URL is given" },
    { "force", NULL, "also when the catalogue seems cut off" },
    { NULL, NULL, NULL },
};

const tr_verb_t tr_verbs_pulsars[] = {
    { "pulsars", "load", "[FILE|URL]", 0, 1, load_options, load_pulsars,
      "brings the pulsars up to the ATNF catalogue",
      "Reads psrcat.db, packed or not, or its tar.gz, from a file or an address: that of\n"
      "--url, else TRANSIENTS_PSRCAT_URL, else\n" DEFAULT_URL "\n"
      "Adds, changes and withdraws in one transaction and says what it did. What a candidate\n"
      "was matched to stays with it by name when the pulsar is withdrawn. Of a key given\n"
      "twice in a record the last line counts. A catalogue that was cut off, or has less\n"
      "than nine tenths of the pulsars that are there, is refused." },
    { "pulsars", "show", "", 0, 0, NULL, show, "shows the last loads, their version and date",
      NULL },
    { "pulsars", "list", "[TEXT]", 0, 1, NULL, list, "lists pulsars, by a part of a name",
      NULL },
    { NULL, NULL, NULL, 0, 0, NULL, NULL, NULL, NULL },
};
