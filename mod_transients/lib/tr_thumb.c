/* tr_thumb.c: a GIF's thumbnail and the light curve of its middle.
 *
 * One pass: of each frame only the mean of its middle ninth is kept, and a small
 * copy of the brightest frame so far.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_buf.h"
#include "tr_picture.h"

#include <apr_file_io.h>
#include <apr_strings.h>
#include <webp/encode.h>

#include <stdlib.h>

enum {
    CHANNELS = 3,
    MOST_SIDE = 1024, /* pixels of a thumbnail */
    QUALITY = 80,     /* of WebP, lossy: noise fields of 256 pixels are about 8 kB */
};

typedef struct thumb_t {
    int side;
    double brightest;   /* mean luminance of the middle ninth; -1 before the first frame */
    unsigned char *rgb; /* side * side * CHANNELS */
    tr_buf_t *curve;
} thumb_t;

/* ITU-R BT.601's weights in 256ths. */
static unsigned int luminance(const unsigned char *rgb)
{
    return (77u * rgb[0] + 150u * rgb[1] + 29u * rgb[2]) >> 8;
}

/* Mean over the middle third of each axis, at least one pixel. */
static double middle_mean(const tr_frame_t *frame)
{
    int x0 = frame->width / 3, y0 = frame->height / 3;
    int x1 = frame->width - x0, y1 = frame->height - y0;
    apr_uint64_t sum = 0;

    for (int y = y0; y < y1; y++) {
        const unsigned char *at = frame->rgb
                                  + ((apr_size_t)y * (apr_size_t)frame->width + (apr_size_t)x0)
                                        * CHANNELS;

        for (int x = x0; x < x1; x++, at += CHANNELS) {
            sum += luminance(at);
        }
    }
    return (double)sum / ((double)(x1 - x0) * (y1 - y0));
}

/* Pixels [*from, *to) of the source that make pixel i of `side`; at least one. */
static void source_range(int i, int source, int side, int *from, int *to)
{
    *from = (int)((apr_int64_t)i * source / side);
    *to = (int)((apr_int64_t)(i + 1) * source / side);
    if (*to == *from) {
        (*to)++;
    }
}

static void mean_colour(const tr_frame_t *frame, int x0, int x1, int y0, int y1,
                        unsigned char *out)
{
    apr_uint64_t sums[CHANNELS] = { 0, 0, 0 };
    apr_uint64_t count = (apr_uint64_t)(x1 - x0) * (apr_uint64_t)(y1 - y0);

    for (int y = y0; y < y1; y++) {
        const unsigned char *at = frame->rgb
                                  + ((apr_size_t)y * (apr_size_t)frame->width + (apr_size_t)x0)
                                        * CHANNELS;

        for (int x = x0; x < x1; x++, at += CHANNELS) {
            sums[0] += at[0];
            sums[1] += at[1];
            sums[2] += at[2];
        }
    }
    for (int c = 0; c < CHANNELS; c++) {
        out[c] = (unsigned char)((sums[c] + count / 2) / count);
    }
}

/* The middle square of the frame, each pixel the mean of those that it stands for. */
static void shrink(const tr_frame_t *frame, int side, unsigned char *out)
{
    int source = frame->width < frame->height ? frame->width : frame->height;
    int left = (frame->width - source) / 2, top = (frame->height - source) / 2;

    for (int y = 0; y < side; y++) {
        int y0, y1;

        source_range(y, source, side, &y0, &y1);
        for (int x = 0; x < side; x++, out += CHANNELS) {
            int x0, x1;

            source_range(x, source, side, &x0, &x1);
            mean_colour(frame, left + x0, left + x1, top + y0, top + y1, out);
        }
    }
}

/* To a tenth, by whole numbers: printf()'s point depends on the locale. */
static void put_mean(tr_buf_t *curve, double mean)
{
    int tenths = (int)(mean * 10 + 0.5);

    tr_buf_printf(curve, "%s%d.%d", curve->len > 1 ? "," : "", tenths / 10, tenths % 10);
}

static void take_frame(void *baton, const tr_frame_t *frame)
{
    thumb_t *thumb = baton;
    double mean = middle_mean(frame);

    put_mean(thumb->curve, mean);
    if (mean > thumb->brightest) {
        thumb->brightest = mean;
        shrink(frame, thumb->side, thumb->rgb);
    }
}

static apr_status_t write_all(const char *to, const void *data, apr_size_t len,
                              apr_pool_t *pool)
{
    const apr_fileperms_t mode = APR_FPROT_UREAD | APR_FPROT_UWRITE | APR_FPROT_GREAD;
    apr_file_t *file;
    apr_status_t rv, closed;

    rv = apr_file_open(
        &file, to, APR_FOPEN_WRITE | APR_FOPEN_CREATE | APR_FOPEN_TRUNCATE | APR_FOPEN_BINARY,
        mode, pool);
    if (rv != APR_SUCCESS) {
        return rv;
    }
    rv = apr_file_perms_set(to, mode); /* whatever the umask */
    if (rv == APR_SUCCESS) {
        rv = apr_file_write_full(file, data, len, NULL);
    }
    if (rv == APR_SUCCESS) {
        rv = apr_file_sync(file);
    }
    closed = apr_file_close(file);
    rv = rv == APR_SUCCESS ? closed : rv;
    if (rv != APR_SUCCESS) {
        apr_file_remove(to, pool);
    }
    return rv;
}

static apr_status_t write_webp(const thumb_t *thumb, const char *to, tr_problem_t *problem,
                               apr_pool_t *pool)
{
    uint8_t *data = NULL;
    char room[120];
    size_t len = WebPEncodeRGB(thumb->rgb, thumb->side, thumb->side, thumb->side * CHANNELS,
                               QUALITY, &data);
    apr_status_t rv = len ? write_all(to, data, len, pool) : APR_ENOMEM;

    WebPFree(data);
    if (rv != APR_SUCCESS) {
        return tr_problem_add(problem, APR_STATUS_IS_ENOSPC(rv) ? TR_EFULL : rv,
                              "The thumbnail could not be stored: %s.",
                              apr_strerror(rv, room, sizeof(room)));
    }
    return APR_SUCCESS;
}

apr_status_t tr_image_thumb(const char *gif, const char *to, int side, const char **curve,
                            tr_problem_t *problem, apr_pool_t *pool)
{
    thumb_t thumb = { .side = side, .brightest = -1 };
    tr_image_info_t info;
    apr_status_t rv;

    if (side < 1 || side > MOST_SIDE) {
        return tr_problem_add(problem, APR_EINVAL, "A thumbnail has 1 to %d pixels a side.",
                              MOST_SIDE);
    }
    thumb.rgb = apr_pcalloc(pool, (apr_size_t)side * (apr_size_t)side * CHANNELS);
    thumb.curve = tr_buf_make(256, pool);
    tr_buf_putc(thumb.curve, '[');
    rv = tr_gif_read(gif, &info, take_frame, &thumb, problem, "gif", pool);
    if (rv != APR_SUCCESS) {
        return rv;
    }
    tr_buf_putc(thumb.curve, ']');
    *curve = thumb.curve->data;
    return write_webp(&thumb, to, problem, pool);
}
