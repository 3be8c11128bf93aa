/* places.h: where the demo looks, and the things there that are seen again and again.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_SIM_PLACES_H
#define TR_SIM_PLACES_H

#include "field.h"

enum { TR_SIM_POINTINGS = 10, TR_SIM_BANDS = 6, TR_SIM_PULSARS = 16 };

/* A pointing centre in the galactic plane, degrees. */
typedef struct {
    double l, b;
} tr_sim_pointing_t;

/* A band of 24 coarse channels of 1.28 MHz: its centre is (first + last) x 1.28 / 2 MHz. */
typedef struct {
    int first_channel;
} tr_sim_band_t;

/* A length of observation in seconds, the step between frames, and how many there are. */
typedef struct {
    int duration, step, frames;
} tr_sim_length_t;

/* A real pulsar, so that candidates there can be matched. J2000, degrees; period in seconds, DM
 * in pc cm^-3, flux density at 400 MHz in mJy, 0: not known. */
typedef struct {
    const char *name;
    double ra_deg, dec_deg;
    double period, dm, s400;
} tr_sim_pulsar_t;

extern const tr_sim_pointing_t tr_sim_pointings[TR_SIM_POINTINGS];
extern const tr_sim_band_t tr_sim_bands[TR_SIM_BANDS];
extern const tr_sim_pulsar_t tr_sim_pulsars[TR_SIM_PULSARS];

enum { TR_SIM_LENGTHS = 4, TR_SIM_FILTERS = 3, TR_SIM_PROJECTS = 3 };
extern const tr_sim_length_t tr_sim_lengths[TR_SIM_LENGTHS];
extern const char *const tr_sim_filters[TR_SIM_FILTERS];
extern const char *const tr_sim_projects[TR_SIM_PROJECTS];

/* Centre of a band in MHz. */
double tr_sim_band_centre(const tr_sim_band_t *band);

/* What candidates of a kind are like. */
typedef struct {
    double share;               /* of all candidates; noise takes what is left */
    double peak_low, peak_high; /* brightest moment, noise units */
    double wider;               /* island's size in those of a point source */
    double near_known;          /* how often the nearest known source is the thing itself */
} tr_sim_habit_t;

const tr_sim_habit_t *tr_sim_habit(tr_sim_kind_t kind);

#endif
