/* observation.h: an observation's metadata, as the MWA's service answers it, made into a form.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_UPLOAD_OBSERVATION_H
#define TR_UPLOAD_OBSERVATION_H

#include "fields.h"

/* The fields of POST /observation_create/ from the JSON text of the service's answer. NULL with
 * a reason in `problem` when it isn't JSON, isn't an object or is another observation's. */
apr_array_header_t *tr_upload_observation_fields(const char *json, size_t length,
                                                 const char *obs_id, const char **problem,
                                                 apr_pool_t *pool);

/* The same from `<dir>/<obs_id>.json`. */
apr_array_header_t *tr_upload_observation_read(const char *dir, const char *obs_id,
                                               const char **problem, apr_pool_t *pool);

/* Adds ra_tile_hms and dec_tile_dms from the degrees in the list, where they are there. */
void tr_upload_observation_add_sexagesimal(apr_array_header_t *fields, apr_pool_t *pool);

/* The middle of coarse channels of 1.28 MHz, MHz: (first + last) x 1.28 / 2, to the Hz. */
double tr_upload_observation_centre(double first_channel, double last_channel);

#endif
