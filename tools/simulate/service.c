/* service.c: an observation's metadata in the shape of the MWA's metadata service.
 *
 * SPDX-License-Identifier: MIT
 */
#include "files.h"

#include <errno.h>
#include <jansson.h>
#include <stdio.h>
#include <string.h>

enum { CHANNELS = 24 };

/* The observatory's own project codes, one for each project of ours. */
static const char *const codes[] = { "G0008", "G0080", "D0006" };

static json_t *channel_list(const tr_sim_observation_t *observation)
{
    json_t *list = json_array();

    for (int i = 0; i < CHANNELS; i++) {
        json_array_append_new(list,
                              json_integer(tr_sim_bands[observation->band].first_channel + i));
    }
    return list;
}

static json_t *describe(const tr_sim_observation_t *observation)
{
    json_int_t start = observation->id;
    int codes_known = (int)(sizeof codes / sizeof *codes);

    return json_pack("{s:s, s:I, s:I, s:s, s:i, s:f, s:{s:f, s:f, s:f, s:f}, s:{s:{s:o}}}",
                     "obsname", observation->name, "starttime", start, "stoptime",
                     start + tr_sim_lengths[observation->length].duration, "projectid",
                     codes[observation->project % codes_known], "freq_res", 10, "int_time", 0.5,
                     "metadata", "ra_pointing", observation->image.ra_deg, "dec_pointing",
                     observation->image.dec_deg, "azimuth_pointing", observation->azimuth,
                     "elevation_pointing", observation->elevation, "rfstreams", "0",
                     "frequencies", channel_list(observation));
}

int tr_sim_service_write(const tr_sim_observation_t *observation, const char *dir)
{
    char path[4096];
    json_t *answer = describe(observation);
    int failed;

    snprintf(path, sizeof path, "%s/%lld.json", dir, (long long)observation->id);
    failed = !answer || json_dump_file(answer, path, JSON_INDENT(2));
    if (failed) {
        fprintf(stderr, "transients-simulate: %s: %s\n", path,
                answer ? strerror(errno) : "out of memory");
    }
    json_decref(answer);
    return failed ? -1 : 0;
}
