/* run.c: one call of the upload client: all its tables, one after the other.
 *
 * Of each table, for each observation, project and filter in it (as a rule one): the
 * observation if this call hasn't sent it yet, the search record, then the candidates, several
 * at a time. The next table begins while the last candidates of this one are still under way.
 *
 * SPDX-License-Identifier: MIT
 */
#include "run.h"

#include "candidate.h"
#include "metadata.h"
#include "table.h"

#include "tr_secret.h"

#include <apr_hash.h>
#include <apr_lib.h>
#include <apr_network_io.h>
#include <apr_strings.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#ifndef TR_VERSION
#define TR_VERSION "0"
#endif

static const char candidates_path[] = "/candidate_create/";
static const char observations_path[] = "/observation_create/";
static const char searches_path[] = "/searches";

typedef struct {
    tr_upload_options_t *options;
    apr_pool_t *pool;
    tr_sender_t *sender;
    tr_report_t *report;
    apr_hash_t *observations; /* id -> outcome_t, of those sent by this call */
    apr_array_header_t *open; /* of table_t *: with candidates under way */
    const char *host;
    int keeps_no_searches; /* an old site */
    tr_upload_end_e end;   /* once it can't go on */
    const char *failure;
} run_t;

/* A table being sent. Its pool holds all of it, until its last candidate is answered. */
typedef struct {
    run_t *run;
    apr_pool_t *pool;
    const tr_upload_table_t *content;
    const char *image_dir, *metadata_dir;
    char digest[TR_DIGEST_HEX];
    int under_way;
    int is_read; /* all its candidates are handed over */
} table_t;

/* The rows of a table that share observation, project and filter. */
typedef struct {
    const char *obs_id, *project, *filter;
    int rows;
    const char *upload_run; /* the site's id of this search's run, NULL for none */
    const char *refusal;    /* why none of it can be stored */
} group_t;

typedef struct {
    table_t *table;
    const tr_candidate_t *candidate;
} sent_t;

/* What became of a request that was waited for. */
typedef struct {
    tr_upload_verdict_e verdict;
    const char *reason;
    const char *body;
} outcome_t;

static void fail(run_t *run, tr_upload_end_e end, const char *failure)
{
    if (!run->failure) {
        run->end = end;
        run->failure = apr_pstrdup(run->pool, failure);
        tr_report_log(run->report, TR_REPORT_ERROR, "stopped: %s", run->failure);
        tr_sender_stop(run->sender);
    }
}

/* Verdicts after which nothing else can be sent either. */
static void stop_if_hopeless(run_t *run, tr_upload_verdict_e verdict, const char *reason)
{
    const char *url = run->options->site.url;

    switch (verdict) {
    case TR_UPLOAD_DENIED:
        fail(run, TR_UPLOAD_MISUSED, apr_psprintf(run->pool, "%s: %s.", url, reason));
        break;
    case TR_UPLOAD_ABSENT:
        fail(run, TR_UPLOAD_MISUSED,
             apr_psprintf(run->pool,
                          "%s: %s. Is this the address of "
                          "the site?",
                          url, reason));
        break;
    case TR_UPLOAD_SILENT:
        fail(run, TR_UPLOAD_UNREACHABLE,
             apr_psprintf(run->pool, "%s can't be used now: %s.", url, reason));
        break;
    default:
        break;
    }
}

/* --- observations and searches: one request, waited for ------------------------------- */

typedef struct {
    outcome_t *outcome;
    apr_pool_t *pool;
} waiting_t;

static void keep_outcome(tr_job_t *job, const tr_upload_answer_t *answer, void *baton)
{
    waiting_t *waiting = baton;

    (void)job;
    waiting->outcome->verdict = answer->verdict;
    waiting->outcome->reason = apr_pstrdup(waiting->pool, answer->reason ? answer->reason : "");
    waiting->outcome->body = apr_pstrdup(waiting->pool, answer->body);
}

static outcome_t call(run_t *run, const char *path, const char *what,
                      const apr_array_header_t *fields, apr_pool_t *pool)
{
    outcome_t outcome = { TR_UPLOAD_SILENT, "not sent", "" };
    waiting_t waiting = { &outcome, pool };
    tr_job_t *job = tr_job_make(path, pool);

    job->what = what;
    job->fields = fields;
    job->done = keep_outcome;
    job->baton = &waiting;
    tr_sender_call(run->sender, job);
    return outcome;
}

/* Metadata that the command line promised and that are not to be had are an error, else a
 * warning. */
static void tell_missing(const run_t *run, const char *what, const char *problem)
{
    const tr_upload_metadata_t *metadata = &run->options->metadata;
    int was_promised = metadata->service.url || metadata->metafits;

    tr_report_log(run->report, was_promised ? TR_REPORT_ERROR : TR_REPORT_WARNING,
                  "%s is not sent: %s; its candidates are stored if the site knows it", what,
                  problem);
}

/* Reads an observation's metadata and sends it. Without metadata the site may still know it. */
static outcome_t send_observation(table_t *table, const char *obs_id)
{
    run_t *run = table->run;
    const char *what = apr_pstrcat(run->pool, "observation ", obs_id, NULL);
    outcome_t outcome = { TR_UPLOAD_KNOWN, "", "" };
    const char *problem;
    const apr_array_header_t *fields;

    if (run->options->metadata.service.url) {
        tr_sender_finish(run->sender); /* it is waited for, and nothing else meanwhile */
    }
    fields = tr_upload_metadata_read(&run->options->metadata, table->metadata_dir, obs_id,
                                     &problem, table->pool);
    if (!fields) {
        tell_missing(run, what, problem);
        return outcome;
    }
    outcome = call(run, observations_path, what, fields, run->pool);
    if (outcome.verdict == TR_UPLOAD_REFUSED) {
        tr_report_refuse(run->report, TR_REPORT_OBSERVATION, what, outcome.reason);
    }
    else if (outcome.verdict == TR_UPLOAD_NEW || outcome.verdict == TR_UPLOAD_KNOWN) {
        tr_report_count(run->report, TR_REPORT_OBSERVATION, outcome.verdict);
    }
    stop_if_hopeless(run, outcome.verdict, outcome.reason);
    return outcome;
}

/* Each observation is sent once in a call, whatever number of tables it has. */
static const outcome_t *ensure_observation(table_t *table, const char *obs_id)
{
    run_t *run = table->run;
    outcome_t *outcome = apr_hash_get(run->observations, obs_id, APR_HASH_KEY_STRING);

    if (!outcome) {
        outcome = apr_pcalloc(run->pool, sizeof *outcome);
        *outcome = send_observation(table, obs_id);
        apr_hash_set(run->observations, apr_pstrdup(run->pool, obs_id), APR_HASH_KEY_STRING,
                     outcome);
    }
    return outcome;
}

static const apr_array_header_t *search_form(const table_t *table, const group_t *group)
{
    const run_t *run = table->run;
    const tr_upload_table_t *content = table->content;
    apr_array_header_t *form = tr_upload_fields_make(table->pool);
    const char *pipeline = content->pipeline ? content->pipeline : run->options->pipeline;

    tr_upload_fields_add(form, "obs_id", group->obs_id);
    tr_upload_fields_add(form, "project", group->project);
    tr_upload_fields_add(form, "filter_id", group->filter);
    tr_upload_fields_add(form, "client", "transients-upload/" TR_VERSION);
    tr_upload_fields_add(form, "pipeline_version", pipeline);
    tr_upload_fields_add(form, "host", run->host);
    tr_upload_fields_add(form, "table_name", content->name);
    tr_upload_fields_add(form, "table_sha256", *table->digest ? table->digest : NULL);
    tr_upload_fields_add(form, "row_count", apr_itoa(table->pool, group->rows));
    return form;
}

/* In a dry run the site has not kept the observation that it would have made. */
static int would_be_known(const run_t *run, const char *obs_id, const char *body)
{
    const outcome_t *outcome = apr_hash_get(run->observations, obs_id, APR_HASH_KEY_STRING);

    return run->options->site.is_check && outcome && outcome->verdict == TR_UPLOAD_NEW
           && tr_upload_refuses_only(body, "obs_id");
}

static void take_search(table_t *table, group_t *group, const char *what, outcome_t outcome)
{
    run_t *run = table->run;

    if (outcome.verdict == TR_UPLOAD_REFUSED
        && would_be_known(run, group->obs_id, outcome.body)) {
        outcome.verdict = TR_UPLOAD_NEW;
    }
    if (outcome.verdict == TR_UPLOAD_ABSENT) {
        run->keeps_no_searches = 1;
        tr_report_log(run->report, TR_REPORT_WARNING, "this site keeps no record of searches");
        return;
    }
    if (outcome.verdict == TR_UPLOAD_REFUSED) {
        tr_report_refuse(run->report, TR_REPORT_SEARCH, what, outcome.reason);
        return;
    }
    stop_if_hopeless(run, outcome.verdict, outcome.reason);
    if (!run->failure) {
        tr_report_count(run->report, TR_REPORT_SEARCH, TR_UPLOAD_NEW);
    }
    if (!run->options->site.is_check) {
        group->upload_run = tr_upload_answer_id(outcome.body, "upload_run", table->pool);
    }
}

static void record_search(table_t *table, group_t *group)
{
    run_t *run = table->run;
    const char *what = apr_psprintf(table->pool, "search of %s for %s with %s", group->obs_id,
                                    group->project, group->filter);

    if (!run->keeps_no_searches) {
        take_search(table, group, what,
                    call(run, searches_path, what, search_form(table, group), table->pool));
    }
}

/* --- candidates: handed over, several under way --------------------------------------- */

static const char *name_candidate(const tr_candidate_t *candidate, apr_pool_t *pool)
{
    return apr_psprintf(pool, "%s %s %03d", candidate->obs_id, candidate->filter,
                        candidate->number);
}

static void take_candidate(tr_job_t *job, const tr_upload_answer_t *answer, void *baton)
{
    sent_t *sent = baton;
    run_t *run = sent->table->run;
    tr_upload_verdict_e verdict = answer->verdict;

    sent->table->under_way--;
    if (verdict == TR_UPLOAD_REFUSED
        && would_be_known(run, sent->candidate->obs_id, answer->body)) {
        verdict = TR_UPLOAD_NEW;
    }
    if (verdict == TR_UPLOAD_REFUSED) {
        tr_report_refuse(run->report, TR_REPORT_CANDIDATE, job->what, answer->reason);
    }
    else if (verdict == TR_UPLOAD_NEW || verdict == TR_UPLOAD_KNOWN) {
        tr_report_count(run->report, TR_REPORT_CANDIDATE, verdict);
    }
    stop_if_hopeless(run, verdict, answer->reason);
}

static const char *check_images(const tr_job_t *job)
{
    const char *files[] = { job->png, job->gif };

    for (int i = 0; i < 2; i++) {
        if (access(files[i], R_OK)) {
            return apr_psprintf(job->pool, "no image %s", files[i]);
        }
    }
    return NULL;
}

static const apr_array_header_t *candidate_form(const tr_candidate_t *candidate,
                                                const group_t *group, apr_pool_t *pool)
{
    apr_array_header_t *form = apr_array_copy(pool, candidate->fields);

    tr_upload_fields_add(form, "upload_run", group->upload_run);
    return form;
}

static void send_candidate(table_t *table, const group_t *group,
                           const tr_candidate_t *candidate)
{
    run_t *run = table->run;
    tr_job_t *job = tr_job_make(candidates_path, table->pool);
    sent_t *sent = apr_pcalloc(table->pool, sizeof *sent);
    const char *fault;

    sent->table = table;
    sent->candidate = candidate;
    job->what = name_candidate(candidate, job->pool);
    job->fields = candidate_form(candidate, group, job->pool);
    job->png = tr_candidate_image(table->image_dir, candidate, "png", job->pool);
    job->gif = tr_candidate_image(table->image_dir, candidate, "gif", job->pool);
    job->done = take_candidate;
    job->baton = sent;
    fault = group->refusal ? group->refusal : check_images(job);
    if (fault) {
        tr_report_refuse(run->report, TR_REPORT_CANDIDATE, job->what, fault);
        apr_pool_destroy(job->pool);
        return;
    }
    table->under_way++;
    tr_sender_submit(run->sender, job);
}

/* --- a table ------------------------------------------------------------------------------ */

static int same_group(const group_t *group, const tr_candidate_t *candidate)
{
    return !strcmp(group->obs_id, candidate->obs_id)
           && !strcmp(group->project, candidate->project)
           && !strcmp(group->filter, candidate->filter);
}

static group_t *find_group(apr_array_header_t *groups, const char *obs_id, const char *project,
                           const char *filter)
{
    const tr_candidate_t wanted = { obs_id, project, filter, 0, NULL };
    group_t *group;

    for (int i = 0; i < groups->nelts; i++) {
        group = &APR_ARRAY_IDX(groups, i, group_t);
        if (same_group(group, &wanted)) {
            return group;
        }
    }
    group = apr_array_push(groups);
    group->obs_id = obs_id;
    group->project = project;
    group->filter = filter;
    return group;
}

/* The rows as candidates (NULL where a row is refused already), counted by group. */
static const tr_candidate_t **sort_rows(table_t *table, apr_array_header_t *groups)
{
    const tr_upload_table_t *content = table->content;
    int count = content->rows->nelts;
    const tr_candidate_t **candidates = apr_pcalloc(table->pool,
                                                    (apr_size_t)(count + 1) * sizeof(void *));

    for (int i = 0; i < count; i++) {
        const char *problem;
        candidates[i] = tr_candidate_of_row(content, i, table->run->options->project, &problem,
                                            table->pool);
        if (candidates[i]) {
            find_group(groups, candidates[i]->obs_id, candidates[i]->project,
                       candidates[i]->filter)
                ->rows++;
        }
        else {
            tr_report_refuse(table->run->report, TR_REPORT_CANDIDATE,
                             apr_psprintf(table->pool, "%s row %d", content->name, i + 1),
                             problem);
        }
    }
    return candidates;
}

static void send_group(table_t *table, group_t *group, const tr_candidate_t **candidates)
{
    const outcome_t *observation = ensure_observation(table, group->obs_id);

    if (observation->verdict == TR_UPLOAD_REFUSED) {
        group->refusal = "its observation was refused";
    }
    else {
        record_search(table, group);
    }
    for (int i = 0; i < table->content->rows->nelts && !table->run->failure; i++) {
        if (candidates[i] && same_group(group, candidates[i])) {
            send_candidate(table, group, candidates[i]);
        }
    }
}

/* A table without rows is a search that found nothing, if it says of what. */
static void add_empty_group(const table_t *table, apr_array_header_t *groups)
{
    const tr_upload_table_t *content = table->content;
    const char *project = content->project ? content->project : table->run->options->project;

    if (content->rows->nelts) {
        return;
    }
    if (content->obs_id && tr_candidate_is_obs_id(content->obs_id) && project
        && content->filter) {
        find_group(groups, content->obs_id, project, content->filter);
    }
    else {
        tr_report_refuse(table->run->report, TR_REPORT_SEARCH, content->name,
                         "no rows, and nothing tells observation, project and filter");
    }
}

static void send_table(table_t *table)
{
    apr_array_header_t *groups = apr_array_make(table->pool, 2, sizeof(group_t));
    const tr_candidate_t **candidates = sort_rows(table, groups);

    for (int i = 0; i < table->content->skipped->nelts; i++) {
        tr_report_log(table->run->report, TR_REPORT_WARNING,
                      "%s: column %s is not sent: its type "
                      "has no text",
                      table->content->name,
                      APR_ARRAY_IDX(table->content->skipped, i, const char *));
    }
    add_empty_group(table, groups);
    for (int i = 0; i < groups->nelts && !table->run->failure; i++) {
        send_group(table, &APR_ARRAY_IDX(groups, i, group_t), candidates);
    }
    table->is_read = 1;
}

static const char *folder_of(const char *path, apr_pool_t *pool)
{
    const char *name = apr_filepath_name_get(path);

    return name == path ? "." : apr_pstrmemdup(pool, path, (apr_size_t)(name - path) - 1);
}

static table_t *open_table(run_t *run, const char *path)
{
    apr_pool_t *pool;
    table_t *table;
    const char *problem;

    apr_pool_create(&pool, run->pool);
    table = apr_pcalloc(pool, sizeof *table);
    table->run = run;
    table->pool = pool;
    table->content = tr_upload_table_read(path, &problem, pool);
    if (!table->content) {
        tr_report_refuse(run->report, TR_REPORT_TABLE, path, problem);
        apr_pool_destroy(pool);
        return NULL;
    }
    table->image_dir = run->options->image_dir ? run->options->image_dir
                                               : folder_of(path, pool);
    table->metadata_dir = run->options->metadata_dir ? run->options->metadata_dir
                                                     : folder_of(path, pool);
    if (tr_digest_file(path, table->digest, NULL, pool)) {
        table->digest[0] = '\0';
    }
    return table;
}

/* Lets go of tables whose candidates are all answered. */
static void close_tables(run_t *run)
{
    int kept = 0;

    for (int i = 0; i < run->open->nelts; i++) {
        table_t *table = APR_ARRAY_IDX(run->open, i, table_t *);
        if (table->is_read && !table->under_way) {
            apr_pool_destroy(table->pool);
        }
        else {
            APR_ARRAY_IDX(run->open, kept++, table_t *) = table;
        }
    }
    run->open->nelts = kept;
}

/* --- the whole ---------------------------------------------------------------------------- */

static void tell_retry(const tr_job_t *job, const char *reason, int seconds, void *baton)
{
    tr_report_log(baton, TR_REPORT_INFO, "%s: %s; trying again in %d s", job->what, reason,
                  seconds);
}

static void tell_service_retry(const char *obs_id, const char *reason, int seconds, void *baton)
{
    tr_report_log(baton, TR_REPORT_INFO, "metadata of observation %s: %s; trying again in %d s",
                  obs_id, reason, seconds);
}

static void tell_answer(const tr_job_t *job, const tr_upload_answer_t *answer, void *baton)
{
    tr_report_log(baton, TR_REPORT_DEBUG, "POST %s %s: %ld", job->path, job->what,
                  answer->status);
}

static void warn_of_plain_text(const run_t *run)
{
    const char *url = run->options->site.url;

    if (!strncasecmp(url, "http://", 7) && strncasecmp(url + 7, "localhost", 9)
        && strncmp(url + 7, "127.", 4) && strncmp(url + 7, "[::1]", 5)) {
        tr_report_log(run->report, TR_REPORT_WARNING,
                      "%s is not encrypted: whoever listens can read the token", url);
    }
}

static void prepare(run_t *run)
{
    char host[APRMAXHOSTLEN + 1] = "";

    if (apr_gethostname(host, sizeof host - 1, run->pool) == APR_SUCCESS) {
        run->host = apr_pstrdup(run->pool, host);
    }
    run->observations = apr_hash_make(run->pool);
    run->open = apr_array_make(run->pool, 8, sizeof(table_t *));
    for (int i = 0; i < run->options->tables->nelts; i++) {
        run->report->total += tr_upload_table_count(
            APR_ARRAY_IDX(run->options->tables, i, const char *));
    }
    warn_of_plain_text(run);
}

tr_upload_end_e tr_upload_run(tr_upload_options_t *options, apr_pool_t *pool)
{
    run_t run = { .options = options, .pool = pool };

    run.report = tr_report_make(options->level, options->site.is_check, pool);
    options->site.on_retry = tell_retry;
    options->site.on_answer = tell_answer;
    options->site.baton = run.report;
    options->metadata.service.on_retry = tell_service_retry;
    options->metadata.service.baton = run.report;
    run.sender = tr_sender_make(&options->site, pool);
    if (!run.sender) {
        tr_report_log(run.report, TR_REPORT_ERROR, "libcurl can't be started");
        return TR_UPLOAD_MISUSED;
    }
    prepare(&run);
    for (int i = 0; i < options->tables->nelts && !run.failure; i++) {
        table_t *table = open_table(&run, APR_ARRAY_IDX(options->tables, i, const char *));
        if (table) {
            APR_ARRAY_PUSH(run.open, table_t *) = table;
            send_table(table);
        }
        close_tables(&run);
    }
    tr_sender_finish(run.sender);
    close_tables(&run);
    tr_report_summary(run.report, run.failure);
    if (run.failure) {
        return run.end;
    }
    return tr_report_refused(run.report) ? TR_UPLOAD_SOME_REFUSED : TR_UPLOAD_ALL_FINE;
}
