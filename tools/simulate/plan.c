/* plan.c: what the demo's telescope observed and what its pipeline found, before any file.
 *
 * Things that last (pulsars, scintillating sources, a repeating transient, bright sources with
 * sidelobes) are dealt out first, each to several observations of its pointing; one-off
 * artefacts fill the rest.
 *
 * SPDX-License-Identifier: MIT
 */
#include "plan.h"

#include <erfa.h>
#include <erfam.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    PER_TABLE = 11,         /* candidates of a usual table */
    FIRST_GPS = 1057000000, /* July 2013 */
    LAST_GPS = 1419000000   /* December 2024 */
};

static const double search_radius = 11.0;  /* deg from the pointing centre */
static const double pixel_at_154 = 0.0085; /* deg, at 154.24 MHz */

typedef struct {
    tr_sim_plan_t *plan;
    tr_sim_random_t random;
    int left[TR_SIM_KINDS]; /* candidates of each kind still to be placed */
    int filled;             /* candidates placed */
    int usable;             /* tables that get candidates; those after stay empty */
} dealer_t;

const tr_sim_observation_t *tr_sim_plan_observation(const tr_sim_plan_t *plan,
                                                    const tr_sim_candidate_t *candidate)
{
    return &plan->observation[plan->table[candidate->table].observation];
}

/* The first pointings are visited most, so that things there repeat. */
static int choose_pointing(tr_sim_random_t *random)
{
    double u = tr_sim_random_between(random, 0.0, 1.0);

    return (int)(TR_SIM_POINTINGS * u * u);
}

static void make_observation(tr_sim_random_t *random, int projects,
                             tr_sim_observation_t *observation)
{
    const tr_sim_pointing_t *pointing;
    double gps = tr_sim_random_between(random, FIRST_GPS, LAST_GPS);
    double mhz;

    observation->pointing = choose_pointing(random);
    observation->band = tr_sim_random_int(random, 0, TR_SIM_BANDS - 1);
    observation->length = tr_sim_random_int(random, 0, TR_SIM_LENGTHS - 1);
    observation->project = tr_sim_random_int(random, 0, projects - 1);
    pointing = &tr_sim_pointings[observation->pointing];
    mhz = tr_sim_band_centre(&tr_sim_bands[observation->band]);
    tr_sim_sky_from_galactic(pointing->l, pointing->b, &observation->image.ra_deg,
                             &observation->image.dec_deg);
    observation->image.pixel_deg = pixel_at_154 * 154.24 / mhz;
    observation->image.centre_pix = 2048.0;
    observation->id = tr_sim_sky_transit(gps, observation->image.ra_deg,
                                         tr_sim_random_between(random, -1.2, 1.2));
    tr_sim_sky_horizon((double)observation->id, observation->image.ra_deg,
                       observation->image.dec_deg, &observation->azimuth,
                       &observation->elevation);
    snprintf(observation->name, sizeof observation->name, "gp_l%03.0f_ch%d", pointing->l,
             tr_sim_bands[observation->band].first_channel + 12);
}

static int by_id(const void *a, const void *b)
{
    const tr_sim_observation_t *x = a, *y = b;

    return (x->id > y->id) - (x->id < y->id);
}

/* Two observations must neither share an id nor overlap; in twelve years they seldom do. */
static void part_overlapping(tr_sim_plan_t *plan)
{
    qsort(plan->observation, (size_t)plan->observations, sizeof *plan->observation, by_id);
    for (int i = 1; i < plan->observations; i++) {
        if (plan->observation[i].id < plan->observation[i - 1].id + 304) {
            plan->observation[i].id = plan->observation[i - 1].id + 304;
        }
    }
}

/* A table for each observation and, for some, one of a second filter in another project. */
static void make_tables(tr_sim_plan_t *plan, tr_sim_random_t *random)
{
    for (int i = 0; i < plan->tables; i++) {
        tr_sim_table_t *table = &plan->table[i];
        int second = i >= plan->observations;
        table->observation = i % plan->observations;
        table->project = (plan->observation[table->observation].project + second)
                         % plan->projects;
        table->filter = second ? 2 : tr_sim_random_chance(random, 0.4);
    }
}

static void share_out(dealer_t *dealer, int candidates)
{
    int given = 0;

    for (int kind = 0; kind < TR_SIM_KINDS; kind++) {
        double share = tr_sim_habit((tr_sim_kind_t)kind)->share;
        int most = candidates - given;
        int count = share > 0.0 ? (int)ceil(share * candidates) : 0;
        dealer->left[kind] = count < most ? count : most;
        given += dealer->left[kind];
    }
    dealer->left[TR_SIM_NOISE] += candidates - given;
}

static void place(dealer_t *dealer, tr_sim_kind_t kind, int table, double ra, double dec)
{
    tr_sim_candidate_t *candidate = &dealer->plan->candidate[dealer->filled++];

    candidate->kind = kind;
    candidate->table = table;
    candidate->ra_deg = ra;
    candidate->dec_deg = dec;
    dealer->left[kind]--;
}

static double distance(const tr_sim_image_t *image, double ra, double dec)
{
    return eraSeps(image->ra_deg * ERFA_DD2R, image->dec_deg * ERFA_DD2R, ra * ERFA_DD2R,
                   dec * ERFA_DD2R)
           * ERFA_DR2D;
}

/* Detections of a lasting thing scatter by a fraction of a pixel. */
static void place_again(dealer_t *dealer, tr_sim_kind_t kind, int table, double ra, double dec)
{
    double scatter = 0.3 * pixel_at_154;
    double d_dec = scatter * tr_sim_random_normal(&dealer->random);
    double d_ra = scatter * tr_sim_random_normal(&dealer->random) / cos(dec * ERFA_DD2R);

    place(dealer, kind, table, fmod(ra + d_ra + 360.0, 360.0), dec + d_dec);
}

/* Deals a lasting thing to up to `most` tables whose field it is in. Returns to how many. */
static int deal(dealer_t *dealer, tr_sim_kind_t kind, double ra, double dec, int most)
{
    const tr_sim_plan_t *plan = dealer->plan;
    int start = dealer->usable ? tr_sim_random_int(&dealer->random, 0, dealer->usable - 1) : 0;
    int dealt = 0;

    for (int i = 0; i < dealer->usable && dealt < most && dealer->left[kind] > 0; i++) {
        int table = (start + i) % dealer->usable;
        const tr_sim_image_t *image = &plan->observation[plan->table[table].observation].image;
        if (distance(image, ra, dec) < search_radius) {
            place_again(dealer, kind, table, ra, dec);
            dealt++;
        }
    }
    return dealt;
}

static void deal_pulsars(dealer_t *dealer)
{
    for (int i = 0; i < TR_SIM_PULSARS; i++) {
        const tr_sim_pulsar_t *pulsar = &tr_sim_pulsars[(i * 7 + 10) % TR_SIM_PULSARS];
        deal(dealer, TR_SIM_PULSAR, pulsar->ra_deg, pulsar->dec_deg,
             tr_sim_random_int(&dealer->random, 1, 4));
    }
}

static void random_position(dealer_t *dealer, const tr_sim_image_t *image, double radius,
                            double *ra, double *dec)
{
    double r = radius * sqrt(tr_sim_random_between(&dealer->random, 0.0, 1.0));
    double angle = tr_sim_random_between(&dealer->random, 0.0, 2.0 * M_PI);
    double pixels = tan(r * ERFA_DD2R) * ERFA_DR2D / image->pixel_deg;

    tr_sim_sky_from_pixel(image, image->centre_pix + pixels * cos(angle),
                          image->centre_pix + pixels * sin(angle), ra, dec);
}

/* Lasting things somewhere in the fields, each seen `low` to `high` times, up to `total`. */
static void deal_lasting(dealer_t *dealer, tr_sim_kind_t kind, int total, int low, int high)
{
    for (int tries = 0; total > 0 && tries < 1000 && dealer->usable; tries++) {
        const tr_sim_observation_t *observation =
            &dealer->plan->observation[tries % dealer->plan->observations];
        int most = tr_sim_random_int(&dealer->random, low, high);
        double ra, dec;
        random_position(dealer, &observation->image, 0.7 * search_radius, &ra, &dec);
        total -= deal(dealer, kind, ra, dec, most < total ? most : total);
    }
}

static tr_sim_kind_t next_kind(const dealer_t *dealer)
{
    int kind = 0;

    while (dealer->left[kind] == 0) {
        kind++;
    }
    return (tr_sim_kind_t)kind;
}

static void deal_single(dealer_t *dealer)
{
    int table = tr_sim_random_int(&dealer->random, 0, dealer->usable - 1);
    const tr_sim_plan_t *plan = dealer->plan;
    double ra, dec;

    random_position(dealer, &plan->observation[plan->table[table].observation].image,
                    search_radius, &ra, &dec);
    place(dealer, next_kind(dealer), table, ra, dec);
}

static int by_table(const void *a, const void *b)
{
    const tr_sim_candidate_t *x = a, *y = b;

    if (x->table != y->table) {
        return x->table < y->table ? -1 : 1;
    }
    return (x->stream > y->stream) - (x->stream < y->stream);
}

/* Candidates of a table lie together, in no order of kind, and are numbered from 0. */
static void number_candidates(dealer_t *dealer)
{
    tr_sim_plan_t *plan = dealer->plan;

    for (int i = 0; i < plan->candidates; i++) {
        plan->candidate[i].stream = tr_sim_random_bits(&dealer->random);
    }
    qsort(plan->candidate, (size_t)plan->candidates, sizeof *plan->candidate, by_table);
    for (int i = 0; i < plan->candidates; i++) {
        tr_sim_table_t *table = &plan->table[plan->candidate[i].table];
        if (!table->count) {
            table->first = i;
        }
        plan->candidate[i].cand_id = table->count++;
    }
}

/* One candidate in 400, at least one, got no position from its pipeline. */
static void forget_positions(tr_sim_plan_t *plan)
{
    for (int i = plan->candidates / 3; i < plan->candidates; i += 400) {
        plan->candidate[i].ra_deg = NAN;
        plan->candidate[i].dec_deg = NAN;
    }
}

static void deal_all(dealer_t *dealer)
{
    tr_sim_plan_t *plan = dealer->plan;

    share_out(dealer, plan->candidates);
    deal_lasting(dealer, TR_SIM_TRANSIENT, (dealer->left[TR_SIM_TRANSIENT] + 1) * 2 / 3, 2, 5);
    deal_pulsars(dealer);
    deal_lasting(dealer, TR_SIM_SCINTILLATION, dealer->left[TR_SIM_SCINTILLATION], 3, 12);
    deal_lasting(dealer, TR_SIM_SIDELOBE, dealer->left[TR_SIM_SIDELOBE] / 2, 2, 6);
    while (dealer->filled < plan->candidates) {
        deal_single(dealer);
    }
    number_candidates(dealer);
    forget_positions(plan);
}

static int allocate(tr_sim_plan_t *plan)
{
    plan->observation = calloc((size_t)plan->observations, sizeof *plan->observation);
    plan->table = calloc((size_t)plan->tables, sizeof *plan->table);
    plan->candidate = calloc((size_t)plan->candidates + 1, sizeof *plan->candidate);
    return plan->observation && plan->table && plan->candidate;
}

/* How many tables get candidates, how many were searched in vain, how many second filters. */
static void size_up(dealer_t *dealer, int candidates)
{
    tr_sim_plan_t *plan = dealer->plan;

    dealer->usable = (candidates + PER_TABLE - 1) / PER_TABLE;
    plan->candidates = candidates;
    plan->tables = dealer->usable + 1 + dealer->usable / 15;
    plan->observations = plan->tables - plan->tables / 4;
}

static void fill_in(dealer_t *dealer)
{
    tr_sim_plan_t *plan = dealer->plan;

    for (int i = 0; i < plan->observations; i++) {
        make_observation(&dealer->random, plan->projects, &plan->observation[i]);
    }
    part_overlapping(plan);
    make_tables(plan, &dealer->random);
    deal_all(dealer);
    for (int i = 0; i < plan->candidates; i++) {
        tr_sim_random_t own = tr_sim_random_make(plan->seed, plan->candidate[i].stream);
        tr_sim_candidate_describe(plan, &plan->candidate[i], &own);
    }
}

tr_sim_plan_t *tr_sim_plan_make(int candidates, uint64_t seed, const char *const *project,
                                int projects)
{
    dealer_t dealer = { NULL, tr_sim_random_make(seed, 1), { 0 }, 0, 0 };
    tr_sim_plan_t *plan = calloc(1, sizeof *plan);

    if (!plan) {
        return NULL;
    }
    dealer.plan = plan;
    plan->seed = seed;
    plan->project = project;
    plan->projects = projects;
    size_up(&dealer, candidates);
    if (!allocate(plan)) {
        tr_sim_plan_free(plan);
        return NULL;
    }
    fill_in(&dealer);
    return plan;
}

void tr_sim_plan_free(tr_sim_plan_t *plan)
{
    if (plan) {
        free(plan->observation);
        free(plan->table);
        free(plan->candidate);
        free(plan);
    }
}
