/* metafits.h: an observation's metadata from the metafits file that the MWA makes of it.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_UPLOAD_METAFITS_H
#define TR_UPLOAD_METAFITS_H

#include "fields.h"

/* The fields of POST /observation_create/ from the primary header: GPSTIME, EXPOSURE, FILENAME,
 * PROJECT, RA, DEC (of the pointing), AZIMUTH, ALTITUDE, CHANNELS, FREQCENT (MHz), FINECHAN
 * (kHz), INTTIME. What the header lacks is left out; without FREQCENT the frequency is that of
 * the channels' middle. NULL with a reason in `problem` when it isn't FITS, has no GPSTIME or
 * is another observation's. */
apr_array_header_t *tr_upload_metafits_fields(const char *path, const char *obs_id,
                                              const char **problem, apr_pool_t *pool);

/* The metafits of an observation in a folder: <obs_id>_metafits.fits, <obs_id>.metafits or
 * <obs_id>_metafits_ppds.fits; NULL: none is there. */
const char *tr_upload_metafits_find(const char *folder, const char *obs_id, apr_pool_t *pool);

/* Whether a file of that name is a metafits and so no table of candidates. */
int tr_upload_metafits_is_name(const char *name);

#endif
