/* plan.h: what the demo's telescope observed and what its pipeline found, before any file.
 *
 * A plan owns all its arrays; make it with tr_sim_plan_make, free it with tr_sim_plan_free.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_SIM_PLAN_H
#define TR_SIM_PLAN_H

#include "field.h"
#include "places.h"
#include "sky.h"

#include <stdint.h>

typedef struct {
    int64_t id; /* start, GPS seconds */
    char name[48];
    int pointing, band, length; /* in the tables of places.h */
    int project;                /* in the plan's projects */
    tr_sim_image_t image;       /* its centre is the pointing centre */
    double azimuth, elevation;  /* deg, at the start */
} tr_sim_observation_t;

/* One table of a pipeline: an observation searched with a filter. */
typedef struct {
    int observation;
    int project;
    int filter;
    int first, count; /* its candidates */
} tr_sim_table_t;

/* One row. Numbers as in the data dictionary; NAN is absent. */
typedef struct {
    tr_sim_kind_t kind;
    int table;
    int cand_id;
    uint64_t stream; /* of its own random numbers */
    double x_pix, y_pix, ra_deg, dec_deg, cent_sep_deg;
    double rad_pix, rad_deg, area_pix;
    double noise; /* of one frame at this place, Jy */
    double can_peak_flux, can_fluence, can_beam, can_det_stat, can_mod_ind;
    char nks_name[32]; /* "" for none */
    double nks_x_pix, nks_y_pix, nks_ra_deg, nks_dec_deg;
    double nks_flux, nks_res, nks_res_dif, nks_det_stat, nks_sep_pix, nks_sep_deg;
    double can_nks_flux_rat;
    int can_nks_is_close; /* -1 is absent */
    double peak_time, peak_time_err;
    int brightest; /* frame */
    char metadata[200];
    char notes[80];
} tr_sim_candidate_t;

typedef struct {
    uint64_t seed;
    int projects;
    const char *const *project; /* not owned */
    int observations;
    tr_sim_observation_t *observation;
    int tables;
    tr_sim_table_t *table;
    int candidates;
    tr_sim_candidate_t *candidate;
} tr_sim_plan_t;

/* A plan of exactly this many candidates, the same for the same arguments.
 * NULL without memory. */
tr_sim_plan_t *tr_sim_plan_make(int candidates, uint64_t seed, const char *const *project,
                                int projects);

void tr_sim_plan_free(tr_sim_plan_t *plan);

/* The observation of a candidate. */
const tr_sim_observation_t *tr_sim_plan_observation(const tr_sim_plan_t *plan,
                                                    const tr_sim_candidate_t *candidate);

/* Fills in what doesn't depend on the frames. The candidate has a kind, a table and a position
 * or NAN for one; those without a position have no known source either. */
void tr_sim_candidate_describe(const tr_sim_plan_t *plan, tr_sim_candidate_t *candidate,
                               tr_sim_random_t *random);

/* Fills in what the pipeline measures in the frames: fluxes, fluence, statistic, modulation. */
void tr_sim_candidate_measure(const tr_sim_plan_t *plan, tr_sim_candidate_t *candidate,
                              const tr_sim_field_t *field, tr_sim_random_t *random);

#endif
