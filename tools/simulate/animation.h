/* animation.h: a simulated field as an animated GIF.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_SIM_ANIMATION_H
#define TR_SIM_ANIMATION_H

#include "field.h"

/* Writes the frames, enlarged, in the viridis colour map. 0, or -1 with the reason in errno or,
 * when the GIF library refused, a message in `problem` (static, may be NULL). */
int tr_sim_animation_write(const tr_sim_field_t *field, const char *path, const char **problem);

#endif
