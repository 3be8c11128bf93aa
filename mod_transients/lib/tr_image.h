/* tr_image.h: uploaded pictures, decoded as what they claim to be, and thumbnails.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_IMAGE_H
#define TR_IMAGE_H

#include "tr_problem.h"

typedef struct tr_image_info_t {
    int width, height; /* pixels */
    int frames;        /* 1 for PNG */
    int delay_ms;      /* between frames, of the first; 0 for PNG */
} tr_image_info_t;

/* Limits: 64 million pixels in all frames together, 16,384 a side, 2,000 frames; a GIF's
 * canvas 16 million pixels, since thumbnails keep one of them in memory. */

/* Reads the whole file. TR_EBAD with words such as "This is not a PNG image." */
apr_status_t tr_image_check_png(const char *path, tr_image_info_t *info, tr_problem_t *problem,
                                const char *field, apr_pool_t *pool);
apr_status_t tr_image_check_gif(const char *path, tr_image_info_t *info, tr_problem_t *problem,
                                const char *field, apr_pool_t *pool);
/* A square WebP of `side` pixels from the GIF's brightest-centre frame (the frame whose
 * middle ninth is brightest), written to `to` (mode 0640, synced). Also gives the light
 * curve: the mean luminance of the middle ninth a frame, 0..255, as a JSON array in *curve. */
apr_status_t tr_image_thumb(const char *gif, const char *to, int side, const char **curve,
                            tr_problem_t *problem, apr_pool_t *pool);

#endif
