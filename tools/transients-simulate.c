/* transients-simulate.c: write what a pipeline would write, for demonstrations and tests.
 *
 * The same options and seed give the same files.
 *
 * SPDX-License-Identifier: MIT
 */
#include "simulate/files.h"

#include <dirent.h>
#include <errno.h>
#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum {
    CANDIDATES_DEFAULT = 500,
    CANDIDATES_MAX = 100000, /* about 40 GB of images */
    PROJECTS_MAX = 16,
    PROJECT_LENGTH = 64, /* the site's limit */
    JOBS_MAX = 64,
    EXIT_USAGE = 2
};

typedef struct {
    const char *out;
    int candidates;
    uint64_t seed;
    int jobs;
    const char *project[PROJECTS_MAX];
    int projects;
    const char *truth;
    int quiet;
} options_t;

static const char help[] =
    "Usage: transients-simulate --out DIR [OPTION]...\n"
    "Writes what a transient search pipeline would write: a FITS table for each observation\n"
    "and filter, a diagnostic PNG and an animated GIF for each candidate, and each\n"
    "observation's metadata as JSON. Load it with transients-upload --data_directory DIR, and\n"
    "its pulsars, psrcat.db, with transients-admin pulsars load.\n"
    "\n"
    "  --out DIR          where to write; made if absent, else it must be empty\n"
    "  --candidates N     how many candidates in all (default 500)\n"
    "  --seed S           a whole number; the same seed writes the same files (default 1)\n"
    "  --project NAME     a project's name; give it again for more (default: 'GLEAM-X DR2',\n"
    "                     'Galactic plane monitoring', 'Long-period search')\n"
    "  --jobs N           threads that draw (default: one for each processor)\n"
    "  --truth FILE       also write what each candidate really is, as tab-separated text\n"
    "  --quiet            no progress\n"
    "  --help             this text\n"
    "\n"
    "Exit status: 0 written, 1 something could not be written, 2 wrong use.\n";

static int complain(const char *words, const char *about)
{
    fprintf(stderr, "transients-simulate: %s%s%s\n", words, about ? ": " : "",
            about ? about : "");
    return -1;
}

static int read_number(const char *text, long long low, long long high, long long *value)
{
    char *end;

    errno = 0;
    *value = strtoll(text, &end, 10);
    if (errno || end == text || *end || *value < low || *value > high) {
        return complain("not a whole number in the range allowed", text);
    }
    return 0;
}

static int read_int(const char *text, int low, int high, int *value)
{
    long long number;

    if (read_number(text, low, high, &number)) {
        return -1;
    }
    *value = (int)number;
    return 0;
}

static int add_project(options_t *options, const char *name)
{
    if (!*name || strlen(name) > PROJECT_LENGTH) {
        return complain("a project's name has 1 to 64 characters", name);
    }
    if (options->projects == PROJECTS_MAX) {
        return complain("at most 16 projects", NULL);
    }
    options->project[options->projects++] = name;
    return 0;
}

static int read_seed(options_t *options, const char *text)
{
    long long seed;

    if (read_number(text, 0, INT64_MAX, &seed)) {
        return -1;
    }
    options->seed = (uint64_t)seed;
    return 0;
}

static int read_option(options_t *options, int option)
{
    switch (option) {
    case 'o':
        options->out = optarg;
        return 0;
    case 'c':
        return read_int(optarg, 0, CANDIDATES_MAX, &options->candidates);
    case 's':
        return read_seed(options, optarg);
    case 'p':
        return add_project(options, optarg);
    case 'j':
        return read_int(optarg, 1, JOBS_MAX, &options->jobs);
    case 't':
        options->truth = optarg;
        return 0;
    case 'q':
        options->quiet = 1;
        return 0;
    case 'h':
        fputs(help, stdout);
        exit(EXIT_SUCCESS);
    default:
        return complain("see transients-simulate --help", NULL);
    }
}

static int read_options(options_t *options, int argc, char **argv)
{
    static const struct option known[] = {
        { "out", required_argument, NULL, 'o' },
        { "candidates", required_argument, NULL, 'c' },
        { "seed", required_argument, NULL, 's' },
        { "project", required_argument, NULL, 'p' },
        { "jobs", required_argument, NULL, 'j' },
        { "truth", required_argument, NULL, 't' },
        { "quiet", no_argument, NULL, 'q' },
        { "help", no_argument, NULL, 'h' },
        { NULL, 0, NULL, 0 },
    };
    int option;

    while ((option = getopt_long(argc, argv, "h", known, NULL)) != -1) {
        if (read_option(options, option)) {
            return -1;
        }
    }
    if (optind < argc) {
        return complain("not an option", argv[optind]);
    }
    return options->out ? 0 : complain("--out DIR is missing; see --help", NULL);
}

static int is_empty(const char *path)
{
    DIR *dir = opendir(path);
    const struct dirent *entry;
    int others = 0;

    if (!dir) {
        return 0;
    }
    while ((entry = readdir(dir))) {
        others += strcmp(entry->d_name, ".") && strcmp(entry->d_name, "..");
    }
    closedir(dir);
    return !others;
}

static int prepare_folder(const char *path)
{
    if (mkdir(path, 0777) == 0) {
        return 0;
    }
    if (errno != EEXIST) {
        return complain(path, strerror(errno));
    }
    return is_empty(path) ? 0 : complain(path, "is not an empty folder");
}

static void show_progress(int done, int all)
{
    if (isatty(STDERR_FILENO)) {
        fprintf(stderr, "\r%d of %d candidates drawn%s", done, all, done == all ? "\n" : "");
    }
    else if (done % 100 == 0 || done == all) {
        fprintf(stderr, "%d of %d candidates drawn\n", done, all);
    }
}

static int write_truth(const tr_sim_plan_t *plan, const char *path)
{
    FILE *file = fopen(path, "w");
    int failed;

    if (!file) {
        return complain(path, strerror(errno));
    }
    fprintf(file, "obs_id\tfilter_id\tcand_id\tkind\n");
    for (int i = 0; i < plan->candidates; i++) {
        const tr_sim_candidate_t *candidate = &plan->candidate[i];
        fprintf(file, "%lld\t%s\t%d\t%s\n",
                (long long)tr_sim_plan_observation(plan, candidate)->id,
                tr_sim_filters[plan->table[candidate->table].filter], candidate->cand_id,
                tr_sim_kind_name(candidate->kind));
    }
    failed = ferror(file);
    return fclose(file) || failed ? complain(path, strerror(errno)) : 0;
}

/* Tables come last: their fluxes are measured in the frames that the images show. */
static int write_all(tr_sim_plan_t *plan, const options_t *options)
{
    int failed = tr_sim_images_write(plan, options->out, options->jobs,
                                     options->quiet ? NULL : show_progress);

    for (int i = 0; !failed && i < plan->observations; i++) {
        failed = tr_sim_service_write(&plan->observation[i], options->out);
    }
    for (int i = 0; !failed && i < plan->tables; i++) {
        failed = tr_sim_table_write(plan, &plan->table[i], options->out);
    }
    if (!failed) {
        failed = tr_sim_catalogue_write(options->out);
    }
    if (!failed && options->truth) {
        failed = write_truth(plan, options->truth);
    }
    return failed;
}

int main(int argc, char **argv)
{
    options_t options = { NULL, CANDIDATES_DEFAULT, 1, 0, { NULL }, 0, NULL, 0 };
    tr_sim_plan_t *plan;
    int failed;

    if (read_options(&options, argc, argv) || prepare_folder(options.out)) {
        return EXIT_USAGE;
    }
    if (!options.jobs) {
        long processors = sysconf(_SC_NPROCESSORS_ONLN);
        options.jobs = processors > 0 && processors < JOBS_MAX ? (int)processors : 1;
    }
    plan = tr_sim_plan_make(options.candidates, options.seed,
                            options.projects ? options.project : tr_sim_projects,
                            options.projects ? options.projects : TR_SIM_PROJECTS);
    if (!plan) {
        complain("out of memory", NULL);
        return EXIT_FAILURE;
    }
    failed = write_all(plan, &options);
    if (!failed && !options.quiet) {
        fprintf(stderr, "%s: %d candidates in %d tables of %d observations\n", options.out,
                plan->candidates, plan->tables, plan->observations);
    }
    tr_sim_plan_free(plan);
    return failed ? EXIT_FAILURE : EXIT_SUCCESS;
}
