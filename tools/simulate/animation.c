/* animation.c: a simulated field as an animated GIF, as the pipeline's own plots look.
 *
 * The field is enlarged by Catmull-Rom interpolation and shown in a few dozen colours. Along a
 * row, pixels share a colour for as long as it is nearly right: equal runs are what the GIF's
 * compression lives on, and the eye doesn't see the difference.
 *
 * SPDX-License-Identifier: MIT
 */
#include "animation.h"

#include <fcntl.h>
#include <gif_lib.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum {
    SIDE = TR_SIM_SIDE,
    ENLARGED = 4, /* times */
    BIG = SIDE * ENLARGED,
    COLOURS = 48,
    MAP_SIZE = 64, /* the power of two, as GIF wants, that holds them */
    DELAY = 14     /* hundredths of a second a frame */
};

typedef struct {
    float lowest;    /* brightness of the first colour, noise units */
    float scale;     /* colours for one noise unit */
    float tolerance; /* colours that a pixel may be off to equal its neighbour */
} shade_t;

/* Viridis at every tenth (S. van der Walt and N. Smith, 2015, public domain). */
static const unsigned char viridis[11][3] = {
    { 68, 1, 84 },    { 72, 36, 117 },  { 65, 68, 135 },  { 53, 95, 141 },
    { 42, 120, 142 }, { 33, 145, 140 }, { 34, 168, 132 }, { 66, 190, 113 },
    { 122, 209, 81 }, { 189, 223, 38 }, { 253, 231, 37 },
};

static void set_colour(GifColorType *colour, int level)
{
    double at = 10.0 * level / (COLOURS - 1);
    int below = at >= 10.0 ? 9 : (int)at;
    double part = at - below;
    unsigned char rgb[3];

    for (int i = 0; i < 3; i++) {
        double value = viridis[below][i] * (1.0 - part) + viridis[below + 1][i] * part;
        rgb[i] = (unsigned char)lround(value);
    }
    colour->Red = rgb[0];
    colour->Green = rgb[1];
    colour->Blue = rgb[2];
}

/* Weights of four neighbours for each of the ENLARGED places between two pixels. */
static void make_weights(float weight[ENLARGED][4])
{
    for (int i = 0; i < ENLARGED; i++) {
        float t = ((float)i + 0.5f) / ENLARGED;
        weight[i][0] = 0.5f * (-t * t * t + 2 * t * t - t);
        weight[i][1] = 0.5f * (3 * t * t * t - 5 * t * t + 2);
        weight[i][2] = 0.5f * (-3 * t * t * t + 4 * t * t + t);
        weight[i][3] = 0.5f * (t * t * t - t * t);
    }
}

static int inside(int index)
{
    return index < 0 ? 0 : index >= SIDE ? SIDE - 1 : index;
}

/* Where an enlarged pixel lies: the left neighbour and the place between the two. */
static int neighbour(int big, int *place)
{
    int shifted = big + ENLARGED / 2;

    *place = shifted % ENLARGED;
    return shifted / ENLARGED - 1;
}

static void enlarge(const float *frame, const float weight[ENLARGED][4], float *big)
{
    float *wide = big + (size_t)BIG * BIG; /* SIDE rows of BIG pixels */
    int place;

    for (int x = 0; x < BIG; x++) {
        int left = neighbour(x, &place);
        int at[4] = { inside(left - 1), inside(left), inside(left + 1), inside(left + 2) };
        const float *w = weight[place];
        for (int y = 0; y < SIDE; y++) {
            const float *row = frame + y * SIDE;
            wide[y * BIG + x] = w[0] * row[at[0]] + w[1] * row[at[1]] + w[2] * row[at[2]]
                                + w[3] * row[at[3]];
        }
    }
    for (int y = 0; y < BIG; y++) {
        int above = neighbour(y, &place);
        const float *a = wide + inside(above - 1) * BIG, *b = wide + inside(above) * BIG;
        const float *c = wide + inside(above + 1) * BIG, *d = wide + inside(above + 2) * BIG;
        const float *w = weight[place];
        float *row = big + (size_t)(BIG - 1 - y) * BIG; /* images run downwards */
        for (int x = 0; x < BIG; x++) {
            row[x] = w[0] * a[x] + w[1] * b[x] + w[2] * c[x] + w[3] * d[x];
        }
    }
}

/* One colour for as many pixels as it fits within the tolerance. Returns where the run ends. */
static int fill_run(const float *value, float tolerance, GifByteType *level, int from)
{
    float low = value[from], high = value[from];
    int to = from + 1;

    while (to < BIG) {
        float lower = value[to] < low ? value[to] : low;
        float higher = value[to] > high ? value[to] : high;
        if (higher - lower > 2.0f * tolerance) {
            break;
        }
        low = lower;
        high = higher;
        to++;
    }
    memset(level + from, (int)(0.5f * (low + high) + 0.5f), (size_t)(to - from));
    return to;
}

static void choose_colours(const float *big, shade_t shade, GifByteType *levels)
{
    float value[BIG];

    for (int y = 0; y < BIG; y++) {
        for (int x = 0; x < BIG; x++) {
            float at = (big[y * BIG + x] - shade.lowest) * shade.scale;
            value[x] = at < 0.0f ? 0.0f : at > COLOURS - 1 ? COLOURS - 1 : at;
        }
        for (int x = 0; x < BIG;) {
            x = fill_run(value, shade.tolerance, levels + y * BIG, x);
        }
    }
}

/* The strongest frame's scatter: 1 for noise alone, several times that under stripes. */
static double scatter(const tr_sim_field_t *field)
{
    double strongest = 0.0;

    for (int f = 0; f < field->frames; f++) {
        const float *frame = tr_sim_field_frame(field, f);
        double squares = 0.0;
        for (int i = 0; i < SIDE * SIDE; i++) {
            squares += (double)frame[i] * frame[i];
        }
        strongest = fmax(strongest, squares / (SIDE * SIDE));
    }
    return sqrt(strongest);
}

/* One range for all frames, so that what appears and fades is seen to. */
static shade_t choose_shade(const tr_sim_field_t *field)
{
    double curve[TR_SIM_FRAMES_MAX];
    double spread = fmin(2.4, scatter(field));
    double highest = fmax(4.6, 2.4 * spread);
    shade_t shade = { (float)(-2.7 * spread), 0.0f, (float)(1.05 * fmin(1.4, spread)) };

    tr_sim_field_curve(field, curve);
    for (int f = 0; f < field->frames; f++) {
        highest = fmax(highest, fmin(8.5, 0.72 * curve[f]));
    }
    shade.scale = (COLOURS - 1) / ((float)highest - shade.lowest);
    return shade;
}

static int write_head(GifFileType *gif)
{
    static const unsigned char loop_for_ever[] = { 1, 0, 0 };
    ColorMapObject *map = GifMakeMapObject(MAP_SIZE, NULL);
    int wrong;

    if (!map) {
        return 1;
    }
    for (int i = 0; i < COLOURS; i++) {
        set_colour(&map->Colors[i], i);
    }
    EGifSetGifVersion(gif, true);
    wrong = EGifPutScreenDesc(gif, BIG, BIG, 6, 0, map) == GIF_ERROR
            || EGifPutExtensionLeader(gif, APPLICATION_EXT_FUNC_CODE) == GIF_ERROR
            || EGifPutExtensionBlock(gif, 11, "NETSCAPE2.0") == GIF_ERROR
            || EGifPutExtensionBlock(gif, 3, loop_for_ever) == GIF_ERROR
            || EGifPutExtensionTrailer(gif) == GIF_ERROR;
    GifFreeMapObject(map);
    return wrong;
}

static int write_frame(GifFileType *gif, GifByteType *levels)
{
    GraphicsControlBlock control = { DISPOSE_DO_NOT, false, DELAY, NO_TRANSPARENT_COLOR };
    GifByteType bytes[4];

    EGifGCBToExtension(&control, bytes);
    return EGifPutExtension(gif, GRAPHICS_EXT_FUNC_CODE, sizeof bytes, bytes) == GIF_ERROR
           || EGifPutImageDesc(gif, 0, 0, BIG, BIG, false, NULL) == GIF_ERROR
           || EGifPutLine(gif, levels, BIG * BIG) == GIF_ERROR;
}

static int write_frames(GifFileType *gif, const tr_sim_field_t *field)
{
    float weight[ENLARGED][4];
    float *big = malloc(sizeof(float) * BIG * (BIG + SIDE));
    GifByteType *levels = malloc((size_t)BIG * BIG);
    shade_t shade = choose_shade(field);
    int wrong = !big || !levels;

    make_weights(weight);
    for (int f = 0; !wrong && f < field->frames; f++) {
        enlarge(tr_sim_field_frame(field, f), weight, big);
        choose_colours(big, shade, levels);
        wrong = write_frame(gif, levels);
    }
    free(big);
    free(levels);
    return wrong;
}

int tr_sim_animation_write(const tr_sim_field_t *field, const char *path, const char **problem)
{
    int code = 0;
    int file, wrong;
    GifFileType *gif;

    *problem = NULL;
    file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666); /* the library's own is private */
    if (file < 0) {
        return -1;
    }
    gif = EGifOpenFileHandle(file, &code);
    if (!gif) {
        *problem = GifErrorString(code);
        close(file);
        return -1;
    }
    wrong = write_head(gif) || write_frames(gif, field);
    if (wrong) {
        *problem = GifErrorString(gif->Error);
    }
    if (EGifCloseFile(gif, &code) == GIF_ERROR) {
        *problem = GifErrorString(code);
        wrong = 1;
    }
    return wrong ? -1 : 0;
}
