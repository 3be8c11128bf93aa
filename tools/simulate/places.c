/* places.c: where the demo looks, and the things there that are seen again and again.
 *
 * SPDX-License-Identifier: MIT
 */
#include "places.h"

const tr_sim_pointing_t tr_sim_pointings[TR_SIM_POINTINGS] = {
    { 330.0, 0.0 },  { 262.0, -1.5 }, { 352.0, 1.0 }, { 312.0, 0.0 }, { 284.0, 0.0 },
    { 341.0, -4.0 }, { 20.0, 0.0 },   { 298.0, 2.0 }, { 246.0, 0.0 }, { 4.0, -2.0 },
};

/* 87.68, 118.4, 154.24, 184.96, 200.32 and 215.68 MHz */
const tr_sim_band_t tr_sim_bands[TR_SIM_BANDS] = {
    { 57 }, { 81 }, { 109 }, { 133 }, { 145 }, { 157 },
};

const tr_sim_length_t tr_sim_lengths[TR_SIM_LENGTHS] = {
    { 128, 8, 16 },
    { 144, 8, 18 },
    { 296, 18, 16 },
    { 112, 7, 16 },
};

const char *const tr_sim_filters[TR_SIM_FILTERS] = { "tcgm", "peak", "vmf" };

const char *const tr_sim_projects[TR_SIM_PROJECTS] = {
    "GLEAM-X DR2",
    "Galactic plane monitoring",
    "Long-period search",
};

/* From the ATNF pulsar catalogue 1.64 (Manchester et al. 2005, AJ 129, 1993). */
const tr_sim_pulsar_t tr_sim_pulsars[TR_SIM_PULSARS] = {
    { "J0738-4042", 114.634425, -40.710950, 0.374921, 160.9, 190 },
    { "J0742-2822", 115.704408, -28.378822, 0.166762, 73.73, 296 },
    { "J0835-4510", 128.835881, -45.176354, 0.089328, 67.97, 5000 },
    { "J0837-4135", 129.338310, -41.587379, 0.751625, 147.29, 197 },
    { "J1057-5226", 164.496021, -52.448981, 0.197115, 29.69, 80 },
    { "J1141-6545", 175.279225, -65.755309, 0.393899, 116.08, 0 },
    { "J1359-6038", 209.992700, -60.635431, 0.127508, 293.74, 105 },
    { "J1453-6413", 223.386104, -64.221111, 0.179487, 71.25, 230 },
    { "J1456-6843", 223.999679, -68.727639, 0.263377, 8.64, 350 },
    { "J1559-4438", 239.923026, -44.646084, 0.257056, 56.1, 110 },
    { "J1644-4559", 251.205304, -45.986031, 0.455078, 478.8, 375 },
    { "J1651-4246", 252.953321, -42.769436, 0.844081, 482, 100 },
    { "J1731-4744", 262.925667, -47.743406, 0.829829, 123.06, 190 },
    { "J1752-2806", 268.244540, -28.110361, 0.562558, 50.37, 1100 },
    { "J1820-0427", 275.219139, -4.460476, 0.598082, 84.44, 157 },
    { "J1825-0935", 276.377475, -9.589222, 0.769021, 19.38, 36 },
};

static const tr_sim_habit_t habits[TR_SIM_KINDS] = {
    [TR_SIM_TRANSIENT] = { 0.012, 9.0, 24.0, 1.0, 0.0 },
    [TR_SIM_PULSAR] = { 0.014, 6.5, 13.0, 1.0, 0.9 },
    [TR_SIM_SCINTILLATION] = { 0.060, 6.0, 10.5, 1.0, 0.95 },
    [TR_SIM_RFI] = { 0.200, 4.4, 6.8, 1.7, 0.05 },
    [TR_SIM_SIDELOBE] = { 0.250, 4.4, 7.2, 1.5, 0.15 },
    [TR_SIM_SATELLITE] = { 0.130, 8.0, 26.0, 1.2, 0.02 },
    [TR_SIM_AIRPLANE] = { 0.090, 6.5, 13.0, 2.1, 0.02 },
    [TR_SIM_NOISE] = { 0.0, 4.6, 5.8, 0.9, 0.25 },
};

double tr_sim_band_centre(const tr_sim_band_t *band)
{
    return (2 * band->first_channel + 23) * 128 / 200.0;
}

const tr_sim_habit_t *tr_sim_habit(tr_sim_kind_t kind)
{
    return &habits[kind];
}
