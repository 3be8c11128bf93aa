/* skymap.c: positions stand where Mollweide's projection has them, and paths go as they should.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tap.h"
#include "tr_skymap.h"

#include <apr_general.h>
#include <math.h>
#include <string.h>

/* J. P. Snyder, Map Projections: A Working Manual (1987), table for Mollweide: the sine and
 * cosine of the auxiliary angle, which are y and the length of the parallel. */
static void agrees_with_the_table(void)
{
    static const struct {
        double dec, y, length;
    } table[] = {
        { 0, 0, 1 },  { 30, 0.40397, 0.91477 },   { 60, 0.76239, 0.64712 },
        { 90, 1, 0 }, { -60, -0.76239, 0.64712 },
    };

    for (size_t i = 0; i < sizeof table / sizeof table[0]; i++) {
        double x, y;

        tr_skymap_place(&x, &y, TR_SKYMAP_MIDDLE + 90, table[i].dec);
        is_real(y, TR_SKYMAP_HEIGHT / 2 * (1 - table[i].y), 0.01, "the height of Dec %g",
                table[i].dec);
        is_real(x, TR_SKYMAP_WIDTH / 2 * (1 - table[i].length / 2), 0.01,
                "a quarter turn east stands half way to the left at Dec %g", table[i].dec);
    }
}

static void is_the_same_all_around(void)
{
    double x, y, x2, y2;

    tr_skymap_place(&x, &y, 350, -26.7);
    tr_skymap_place(&x2, &y2, -10, -26.7);
    is_real(x, x2, 1e-9, "350 degrees and -10 are one place");
    tr_skymap_place(&x, &y, TR_SKYMAP_MIDDLE + 179.99, 0);
    ok(x < 1, "what is 180 degrees east stands at the left edge");
    tr_skymap_place(&x, &y, TR_SKYMAP_MIDDLE - 179.99, 0);
    ok(x > TR_SKYMAP_WIDTH - 1, "what is 180 degrees west at the right one");
}

/* Circles of one radius have equal areas on the sheet, wherever they are. */
static double area_of(const char *path)
{
    double sum = 0, x0 = 0, y0 = 0, x, y;
    int used = 0, is_first = 1;

    for (const char *at = path + 1; sscanf(at, "%lf %lf%n", &x, &y, &used) == 2; at += used) {
        sum += is_first ? 0 : x0 * y - x * y0;
        x0 = x;
        y0 = y;
        is_first = 0;
    }
    return fabs(sum / 2);
}

static int count_of(const char *text, char what)
{
    int count = 0;

    for (; *text; text++) {
        count += *text == what;
    }
    return count;
}

static void circles(apr_pool_t *pool)
{
    static const double decs[] = { 0, -30, -55, 40 };
    double whole = 3.14159265 * TR_SKYMAP_WIDTH * TR_SKYMAP_HEIGHT / 4;
    double share = (1 - cos(14 * 3.14159265 / 180)) / 2;
    tr_buf_t *path = tr_buf_make(0, pool);

    for (size_t i = 0; i < sizeof decs / sizeof decs[0]; i++) {
        tr_buf_clear(path);
        tr_skymap_circle(path, 80, decs[i], 14);
        is_real(area_of(path->data) / whole, share, 0.02 * share + 0.0002,
                "a circle at Dec %g has its share of the sheet", decs[i]);
        is_int(count_of(path->data, 'M'), 1, "and is one piece");
    }
    tr_buf_clear(path);
    tr_skymap_circle(path, TR_SKYMAP_MIDDLE + 180, -20, 14);
    is_int(count_of(path->data, 'M'), 2, "one at the edge comes in two pieces");
    tr_buf_clear(path);
    tr_skymap_circle(path, 80, -85, 14);
    ok(strstr(path->data, "480 480Z") != NULL, "one around the pole goes by the pole");
    ok(!strstr(path->data, "nan"), "and by no place that is none");
}

static void lines(apr_pool_t *pool)
{
    tr_buf_t *path = tr_buf_make(0, pool);

    tr_skymap_parallel(path, 0);
    is_str(path->data, "M0 240 960 240", "the equator goes from edge to edge");
    tr_buf_clear(path);
    tr_skymap_meridian(path, TR_SKYMAP_MIDDLE);
    ok(strncmp(path->data, "M480 480 480 ", 13) == 0, "the middle meridian is straight");
    tr_buf_clear(path);
    tr_skymap_galactic(path, 0);
    ok(count_of(path->data, 'M') <= 3, "the galactic plane is broken at the edge alone: %d",
       count_of(path->data, 'M'));
}

int main(void)
{
    apr_pool_t *pool;

    apr_initialize();
    apr_pool_create(&pool, NULL);
    agrees_with_the_table();
    is_the_same_all_around();
    circles(pool);
    lines(pool);
    return done_testing();
}
