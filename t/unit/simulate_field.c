/* simulate_field.c: the simulated sky: noise, kinds of candidates, and its GIF.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tap.h"

#include "../../tools/simulate/animation.h"
#include "../../tools/simulate/field.h"

#include <gif_lib.h>
#include <math.h>
#include <stdlib.h>
#include <unistd.h>

enum { FRAMES = 12, BRIGHTEST = 5, PIXELS = TR_SIM_SIDE * TR_SIM_SIDE };

static void test_random(void)
{
    tr_sim_random_t random = tr_sim_random_make(1, 1);
    double sum = 0.0, squares = 0.0;
    int low = 9, high = 0;

    for (int i = 0; i < 100000; i++) {
        double value = tr_sim_random_normal(&random);
        int face = tr_sim_random_int(&random, 1, 6);
        sum += value;
        squares += value * value;
        low = face < low ? face : low;
        high = face > high ? face : high;
    }
    is_real(sum / 100000, 0.0, 0.02, "normal deviates have mean 0");
    is_real(squares / 100000, 1.0, 0.03, "and variance 1");
    ok(low == 1 && high == 6, "whole numbers reach both ends and no farther");
}

static void test_noise(void)
{
    tr_sim_random_t random = tr_sim_random_make(2, 1);
    tr_sim_field_t *field = tr_sim_field_make(&random, FRAMES, NULL, 0);
    double squares = 0.0, neighbours = 0.0;

    for (int i = 0; i < FRAMES * PIXELS - 1; i++) {
        squares += (double)field->pixels[i] * field->pixels[i];
        neighbours += (double)field->pixels[i] * field->pixels[i + 1];
    }
    is_real(squares / (FRAMES * PIXELS), 1.0, 0.1, "noise has a standard deviation of 1");
    ok(neighbours / squares > 0.8, "and is correlated over the beam");
    tr_sim_field_free(field);
}

static void test_kinds(void)
{
    for (int kind = 0; kind < TR_SIM_KINDS; kind++) {
        tr_sim_random_t random = tr_sim_random_make(3, (uint64_t)kind);
        tr_sim_field_t *field = tr_sim_field_make(&random, FRAMES, NULL, 0);
        double curve[TR_SIM_FRAMES_MAX];
        tr_sim_field_paint(field, &random, (tr_sim_kind_t)kind, 20.0, BRIGHTEST);
        tr_sim_field_curve(field, curve);
        ok(curve[BRIGHTEST] > 12.0, "a %s is bright in its brightest frame",
           tr_sim_kind_name((tr_sim_kind_t)kind));
        tr_sim_field_free(field);
    }
}

static void test_animation(void)
{
    char path[] = "/tmp/simulate-field-XXXXXX";
    int file = mkstemp(path), error = 0;
    tr_sim_random_t random = tr_sim_random_make(4, 1);
    tr_sim_field_t *field = tr_sim_field_make(&random, FRAMES, NULL, 0);
    const char *problem;
    GifFileType *gif;

    close(file);
    is_int(tr_sim_animation_write(field, path, &problem), 0, "a GIF can be written");
    gif = DGifOpenFileName(path, &error);
    if (ok(gif && DGifSlurp(gif) == GIF_OK, "and read again")) {
        is_int(gif->ImageCount, FRAMES, "with every frame");
        is_int(gif->SWidth, gif->SHeight, "as a square");
    }
    DGifCloseFile(gif, &error);
    unlink(path);
    is_int(tr_sim_animation_write(field, "/nonexistent/x.gif", &problem), -1,
           "where nothing can be written it says so");
    tr_sim_field_free(field);
}

int main(void)
{
    test_random();
    test_noise();
    test_kinds();
    test_animation();
    return done_testing();
}
