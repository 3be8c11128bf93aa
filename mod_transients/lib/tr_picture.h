/* tr_picture.h: what the readers of the picture formats share, and the GIF's frames.
 *
 * Used by tr_png.c, tr_gif.c and tr_thumb.c alone.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_PICTURE_H
#define TR_PICTURE_H

#include "tr_image.h"

/* Why: a decoder's memory and time must not depend on what a stranger's file claims. */
enum {
    TR_PICTURE_SIDE = 16384,      /* pixels */
    TR_PICTURE_PIXELS = 64000000, /* in all frames together */
    TR_PICTURE_CANVAS = 16000000, /* pixels of a GIF's canvas: 48 MB of RGB */
    TR_PICTURE_FRAMES = 2000
};

/* One frame as a reader would see it: what was drawn before shows through. */
typedef struct tr_frame_t {
    int index;
    int width, height;
    const unsigned char *rgb; /* width * height * 3 bytes, until the function returns */
} tr_frame_t;

typedef void tr_frame_fn(void *baton, const tr_frame_t *frame);

/* Reads a whole GIF and calls `each` for every frame; NULL: only checks. TR_EBAD with words
 * about `field`. */
apr_status_t tr_gif_read(const char *path, tr_image_info_t *info, tr_frame_fn *each,
                         void *baton, tr_problem_t *problem, const char *field,
                         apr_pool_t *pool);
/* Whether the file begins with those bytes. */
int tr_picture_begins(const char *path, const char *magic, apr_size_t len);

#endif
