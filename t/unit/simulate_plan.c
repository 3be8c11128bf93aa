/* simulate_plan.c: the demo's observations, tables and candidates.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tap.h"

#include "../../tools/simulate/plan.h"
#include "../../tools/simulate/plot.h"

#include "tr_sky.h"

#include <math.h>
#include <string.h>

enum { COUNT = 500 };

/* NaN is not equal to itself: a position that is absent from both is the same. */
static int same_candidate(const tr_sim_candidate_t *a, const tr_sim_candidate_t *b)
{
    int same_place = isnan(a->ra_deg) ? isnan(b->ra_deg) : a->ra_deg == b->ra_deg;

    return same_place && a->kind == b->kind && a->table == b->table && a->noise == b->noise
           && a->peak_time == b->peak_time && !strcmp(a->nks_name, b->nks_name)
           && !strcmp(a->metadata, b->metadata) && !strcmp(a->notes, b->notes);
}

static void test_repeatable(void)
{
    int differ = 0;
    tr_sim_plan_t *a = tr_sim_plan_make(COUNT, 7, tr_sim_projects, TR_SIM_PROJECTS);
    tr_sim_plan_t *b = tr_sim_plan_make(COUNT, 7, tr_sim_projects, TR_SIM_PROJECTS);
    tr_sim_plan_t *c = tr_sim_plan_make(COUNT, 8, tr_sim_projects, TR_SIM_PROJECTS);

    for (int i = 0; i < COUNT; i++) {
        differ += !same_candidate(&a->candidate[i], &b->candidate[i]);
    }
    is_int(differ, 0, "the same seed gives the same candidates");
    ok(a->candidate[0].ra_deg != c->candidate[0].ra_deg, "another seed gives others");
    tr_sim_plan_free(a);
    tr_sim_plan_free(b);
    tr_sim_plan_free(c);
}

static void test_sizes(void)
{
    static const int sizes[] = { 0, 1, 2, 11, 12, 100, COUNT };

    for (size_t i = 0; i < sizeof sizes / sizeof *sizes; i++) {
        tr_sim_plan_t *plan = tr_sim_plan_make(sizes[i], 1, tr_sim_projects, 1);
        int count = 0, empty = 0;
        for (int t = 0; t < plan->tables; t++) {
            count += plan->table[t].count;
            empty += plan->table[t].count == 0;
        }
        is_int(count, sizes[i], "a plan of %d has as many candidates", sizes[i]);
        ok(empty > 0, "and a table that was searched in vain");
        tr_sim_plan_free(plan);
    }
}

static void test_observations(const tr_sim_plan_t *plan)
{
    int wrong_ids = 0, low = 0, doubles = 0, north = 0;

    for (int i = 0; i < plan->observations; i++) {
        const tr_sim_observation_t *one = &plan->observation[i];
        wrong_ids += one->id % 8 != 0 || one->id < 1056000000 || one->id > 1420000000;
        low += one->elevation < 30.0;
        north += one->image.dec_deg > 10.0;
        doubles += i
                   && one->id - plan->observation[i - 1].id
                          < tr_sim_lengths[plan->observation[i - 1].length].duration;
    }
    is_int(wrong_ids, 0, "ids are GPS seconds of 2013 to 2024, multiples of 8");
    is_int(doubles, 0, "no two observations overlap");
    is_int(low, 0, "the telescope points well above the horizon");
    is_int(north, 0, "and to the southern sky");
}

static void test_tables(const tr_sim_plan_t *plan)
{
    int doubles = 0, projects = 0;

    for (int i = 0; i < plan->tables; i++) {
        for (int j = 0; j < i; j++) {
            int same = plan->table[i].observation == plan->table[j].observation;
            doubles += same && plan->table[i].filter == plan->table[j].filter;
            projects += same && plan->table[i].project != plan->table[j].project;
        }
    }
    is_int(doubles, 0, "no two tables share observation and filter, nor their images' names");
    ok(projects > 0, "some observations were searched in two projects");
}

static void test_positions(const tr_sim_plan_t *plan)
{
    int off = 0, placeless = 0, repeats = 0;

    for (int i = 0; i < plan->candidates; i++) {
        const tr_sim_candidate_t *one = &plan->candidate[i];
        const tr_sim_image_t *image = &tr_sim_plan_observation(plan, one)->image;
        double ra, dec;
        int again = 0;
        if (isnan(one->ra_deg)) {
            placeless++;
            continue;
        }
        tr_sim_sky_from_pixel(image, one->x_pix, one->y_pix, &ra, &dec);
        off += tr_sky_separation(ra, dec, one->ra_deg, one->dec_deg) > 1e-9;
        for (int j = 0; j < plan->candidates; j++) {
            const tr_sim_candidate_t *other = &plan->candidate[j];
            again += j != i
                     && tr_sim_plan_observation(plan, other)->id
                            != tr_sim_plan_observation(plan, one)->id
                     && tr_sky_separation(one->ra_deg, one->dec_deg, other->ra_deg,
                                          other->dec_deg)
                            < 2.0 / 60.0;
        }
        repeats += again > 0;
    }
    is_int(off, 0, "pixels and positions agree");
    ok(placeless > 0, "at least one candidate has no position");
    ok(repeats > COUNT / 20, "some positions come back in other observations");
}

static void test_kinds(const tr_sim_plan_t *plan)
{
    int count[TR_SIM_KINDS] = { 0 };

    for (int i = 0; i < plan->candidates; i++) {
        count[plan->candidate[i].kind]++;
    }
    for (int kind = 0; kind < TR_SIM_KINDS; kind++) {
        ok(count[kind] > 0, "there is a %s", tr_sim_kind_name((tr_sim_kind_t)kind));
    }
    ok(count[TR_SIM_TRANSIENT] + count[TR_SIM_PULSAR] < COUNT / 30,
       "but few transients and pulsars");
}

static void test_sky(void)
{
    double ra, dec, azimuth, elevation;
    double id;

    tr_sim_sky_from_galactic(0.0, 0.0, &ra, &dec);
    is_real(ra, 266.40499, 1e-4, "the galactic centre's right ascension");
    is_real(dec, -28.93617, 1e-4, "and declination");
    id = (double)tr_sim_sky_transit(1285442472.0, 83.633, 0.0);
    tr_sim_sky_horizon(id, 83.633, 22.0145, &azimuth, &elevation);
    is_real(elevation, 90.0 - 26.70331941 - 22.0145, 0.01, "a source transits at its height");
    is_real(fabs(azimuth), 0.0, 0.1, "in the north");
    is_real(tr_sim_band_centre(&tr_sim_bands[3]), 184.96, 1e-9,
            "channels 133 to 156: 184.96 MHz");
    is_real(tr_sim_plot_step(100.0, 6), 20.0, 1e-9, "ticks stand at round numbers");
}

int main(void)
{
    tr_sim_plan_t *plan = tr_sim_plan_make(COUNT, 1, tr_sim_projects, TR_SIM_PROJECTS);

    test_repeatable();
    test_sizes();
    test_observations(plan);
    test_tables(plan);
    test_positions(plan);
    test_kinds(plan);
    test_sky();
    tr_sim_plan_free(plan);
    return done_testing();
}
