/* measure.c: the numbers that a pipeline would measure of a candidate.
 *
 * SPDX-License-Identifier: MIT
 */
#include "plan.h"

#include "tr_sky.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static const double noise_at_154 = 0.055;    /* Jy per beam in one frame, at 154.24 MHz */
static const double beam_width_mhz = 3850.0; /* full width at half maximum, deg x MHz */
static const double close_pixels = 3.0;      /* nearer is 'close' */
static const double farthest_pixels = 36.0;  /* the pipeline looks no farther */

static const char *const notes[] = {
    "Worth a second look.",
    "Same place as in the run of last year.",
    "Edge of the primary beam, flux uncertain.",
    "Checked against the 2 minute image: not there.",
    "Bright neighbour, see the rings.",
    "Ionosphere very active in this hour.",
};

/* The Greek letter stands as JSON escape: text in FITS is ASCII. */
static const char *const metadata_forms[] = {
    "{\"pipeline\": \"demo 1.0\", \"threshold\": %.1f, \"unit\": \"\\u03c3\", "
    "\"beam_px\": %.2f}",
    "{\"pipeline\": \"demo 1.0\", \"threshold\": %.1f, \"beam_px\": %.2f, \"flags\": []}",
    "pipeline=demo-1.0 threshold=%.1f beam=%.2f",
};

static double hole(tr_sim_random_t *random, double probability, double value)
{
    return tr_sim_random_chance(random, probability) ? NAN : value;
}

static void place_in_image(const tr_sim_observation_t *observation,
                           tr_sim_candidate_t *candidate, tr_sim_random_t *random)
{
    const tr_sim_image_t *image = &observation->image;

    if (isnan(candidate->ra_deg)) {
        candidate->x_pix = tr_sim_random_between(random, 700.0, 3400.0);
        candidate->y_pix = tr_sim_random_between(random, 700.0, 3400.0);
        candidate->cent_sep_deg = NAN;
        return;
    }
    tr_sim_sky_to_pixel(image, candidate->ra_deg, candidate->dec_deg, &candidate->x_pix,
                        &candidate->y_pix);
    candidate->cent_sep_deg = tr_sky_separation(image->ra_deg, image->dec_deg,
                                                candidate->ra_deg, candidate->dec_deg);
}

/* The primary beam as a Gaussian; without a position it is not known. */
static void judge_beam(double mhz, tr_sim_candidate_t *candidate, tr_sim_random_t *random)
{
    double part = candidate->cent_sep_deg / (beam_width_mhz / mhz);
    double beam = exp(-4.0 * log(2.0) * part * part) * tr_sim_random_between(random, 0.96, 1.0);
    double noise = noise_at_154 * 154.24 / mhz * tr_sim_random_lognormal(random, 1.0, 0.25);

    candidate->can_beam = hole(random, 0.01, beam);
    candidate->noise = noise / (isnan(beam) ? 1.0 : fmax(0.2, beam));
}

static void size_island(const tr_sim_habit_t *habit, double pixel_deg,
                        tr_sim_candidate_t *candidate, tr_sim_random_t *random)
{
    candidate->rad_pix = habit->wider * tr_sim_random_lognormal(random, 2.4, 0.22);
    candidate->rad_deg = candidate->rad_pix * pixel_deg;
    candidate->area_pix = round(M_PI * candidate->rad_pix * candidate->rad_pix
                                * tr_sim_random_between(random, 0.72, 1.05));
}

static void forget_known_source(tr_sim_candidate_t *candidate)
{
    candidate->nks_name[0] = '\0';
    candidate->nks_x_pix = candidate->nks_y_pix = NAN;
    candidate->nks_ra_deg = candidate->nks_dec_deg = NAN;
    candidate->nks_flux = candidate->nks_res = candidate->nks_res_dif = NAN;
    candidate->nks_det_stat = candidate->nks_sep_pix = candidate->nks_sep_deg = NAN;
    candidate->can_nks_flux_rat = NAN;
    candidate->can_nks_is_close = -1;
}

/* The catalogue's names are cut off to seconds: J162759-523504. */
static void name_known_source(tr_sim_candidate_t *candidate)
{
    char text[TR_SKY_TEXT_SIZE];
    int ra = 0, dec = 0;
    char sign = '+';

    if (tr_sky_write_name(text, candidate->nks_ra_deg, candidate->nks_dec_deg) == APR_SUCCESS
        && sscanf(text, "J%d.%*d%c%d", &ra, &sign, &dec) == 3) {
        snprintf(candidate->nks_name, sizeof candidate->nks_name, "GLEAM J%06d%c%06d", ra, sign,
                 dec);
    }
}

static void find_known_source(const tr_sim_observation_t *observation,
                              const tr_sim_habit_t *habit, tr_sim_candidate_t *candidate,
                              tr_sim_random_t *random)
{
    int itself = tr_sim_random_chance(random, habit->near_known);
    double away = itself ? fabs(0.8 * tr_sim_random_normal(random))
                         : farthest_pixels * sqrt(tr_sim_random_between(random, 0.02, 1.0));
    double angle = tr_sim_random_between(random, 0.0, 2.0 * M_PI);

    candidate->nks_x_pix = candidate->x_pix + away * cos(angle);
    candidate->nks_y_pix = candidate->y_pix + away * sin(angle);
    tr_sim_sky_from_pixel(&observation->image, candidate->nks_x_pix, candidate->nks_y_pix,
                          &candidate->nks_ra_deg, &candidate->nks_dec_deg);
    candidate->nks_sep_pix = away;
    candidate->nks_sep_deg = tr_sky_separation(candidate->ra_deg, candidate->dec_deg,
                                               candidate->nks_ra_deg, candidate->nks_dec_deg);
    candidate->nks_flux = tr_sim_random_lognormal(random, 0.30, 0.9);
    candidate->nks_res = 0.04 * candidate->nks_flux * tr_sim_random_normal(random);
    candidate->nks_res_dif = hole(random, 0.06, fabs(1.7 * tr_sim_random_normal(random)));
    candidate->nks_det_stat = hole(random, 0.02, tr_sim_random_lognormal(random, 2.6, 0.6));
    candidate->can_nks_is_close = away < close_pixels;
    name_known_source(candidate);
}

static void add_words(tr_sim_candidate_t *candidate, tr_sim_random_t *random)
{
    int forms = (int)(sizeof metadata_forms / sizeof *metadata_forms);
    int form = tr_sim_random_int(random, 0, forms - 1);
    double threshold = tr_sim_random_int(random, 8, 14) / 2.0;
    double beam = tr_sim_random_between(random, 3.6, 5.2);

    if (tr_sim_random_chance(random, 0.25)) {
        snprintf(candidate->metadata, sizeof candidate->metadata, metadata_forms[form],
                 threshold, beam);
    }
    if (tr_sim_random_chance(random, 0.03)) {
        int count = (int)(sizeof notes / sizeof *notes);
        snprintf(candidate->notes, sizeof candidate->notes, "%s",
                 notes[tr_sim_random_int(random, 0, count - 1)]);
    }
}

void tr_sim_candidate_describe(const tr_sim_plan_t *plan, tr_sim_candidate_t *candidate,
                               tr_sim_random_t *random)
{
    const tr_sim_observation_t *observation = tr_sim_plan_observation(plan, candidate);
    const tr_sim_length_t *length = &tr_sim_lengths[observation->length];
    const tr_sim_habit_t *habit = tr_sim_habit(candidate->kind);
    double mhz = tr_sim_band_centre(&tr_sim_bands[observation->band]);

    place_in_image(observation, candidate, random);
    judge_beam(mhz, candidate, random);
    size_island(habit, observation->image.pixel_deg, candidate, random);
    if (isnan(candidate->ra_deg) || tr_sim_random_chance(random, 0.03)) {
        forget_known_source(candidate);
    }
    else {
        find_known_source(observation, habit, candidate, random);
    }
    candidate->brightest = tr_sim_random_int(random, length->frames / 4,
                                             length->frames * 3 / 4);
    candidate->peak_time = (double)observation->id + (candidate->brightest + 0.5) * length->step
                           + tr_sim_random_between(random, -0.4, 0.4) * length->step;
    candidate->peak_time_err = hole(
        random, 0.08, 0.5 * length->step * tr_sim_random_between(random, 0.2, 1.0));
    add_words(candidate, random);
}

/* What each filter makes of a peak in noise units; arbitrary units per filter. */
static double statistic(int filter, double peak, tr_sim_random_t *random)
{
    static const double scale[TR_SIM_FILTERS] = { 1.0, 1.15, 0.62 };
    static const double offset[TR_SIM_FILTERS] = { 0.8, 0.0, 2.1 };

    return offset[filter] + scale[filter] * peak * tr_sim_random_lognormal(random, 1.0, 0.06);
}

static double modulation(const double *curve, int frames)
{
    double sum = 0.0, squares = 0.0;

    for (int f = 0; f < frames; f++) {
        sum += curve[f];
        squares += curve[f] * curve[f];
    }
    sum /= frames;
    return sqrt(fmax(0.0, squares / frames - sum * sum)) / (fabs(sum) + 1.0);
}

/* Time integral of what rises above twice the noise, at least of the brightest frame. */
static double above_noise(const double *curve, int frames, double peak)
{
    double sum = 0.0;

    for (int f = 0; f < frames; f++) {
        sum += curve[f] > 2.0 ? curve[f] : 0.0;
    }
    return fmax(sum, peak);
}

void tr_sim_candidate_measure(const tr_sim_plan_t *plan, tr_sim_candidate_t *candidate,
                              const tr_sim_field_t *field, tr_sim_random_t *random)
{
    const tr_sim_observation_t *observation = tr_sim_plan_observation(plan, candidate);
    int step = tr_sim_lengths[observation->length].step;
    double curve[TR_SIM_FRAMES_MAX];
    double peak = 0.0;

    tr_sim_field_curve(field, curve);
    for (int f = 0; f < field->frames; f++) {
        peak = fmax(peak, curve[f]);
    }
    candidate->can_peak_flux = peak * candidate->noise;
    candidate->can_fluence = above_noise(curve, field->frames, peak) * candidate->noise * step;
    candidate->can_mod_ind = hole(random, 0.02, modulation(curve, field->frames));
    candidate->can_det_stat = statistic(plan->table[candidate->table].filter, peak, random);
    candidate->can_nks_flux_rat = candidate->can_peak_flux / candidate->nks_flux;
}
