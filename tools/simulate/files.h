/* files.h: the files that a pipeline would leave: tables, observation metadata, images.
 *
 * Each function returns 0, or -1 after saying on standard error what could not be written.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_SIM_FILES_H
#define TR_SIM_FILES_H

#include "plan.h"

/* `<obs_id>_<filter>.fits`: one binary table, also when it has no rows. */
int tr_sim_table_write(const tr_sim_plan_t *plan, const tr_sim_table_t *table, const char *dir);

/* `<obs_id>.json`, in the shape of the answer of the MWA's metadata service. */
int tr_sim_service_write(const tr_sim_observation_t *observation, const char *dir);

/* `psrcat.db`: the pulsars that the sky has, in the ATNF catalogue's form. */
int tr_sim_catalogue_write(const char *dir);

/* `<obs_id>_<filter>_<cand_id:03d>.gif` and `.png` of every candidate, by `jobs` threads, and
 * what is measured in their frames. `progress` (may be NULL) is told how many are done, by one
 * thread at a time. */
typedef void (*tr_sim_progress_t)(int done, int all);
int tr_sim_images_write(tr_sim_plan_t *plan, const char *dir, int jobs,
                        tr_sim_progress_t progress);

#endif
