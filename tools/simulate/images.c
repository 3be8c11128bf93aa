/* images.c: both images of every candidate, by several threads.
 *
 * A candidate's random numbers are its own: the files don't depend on who drew them when.
 *
 * SPDX-License-Identifier: MIT
 */
#include "files.h"

#include "animation.h"
#include "page.h"

#include <errno.h>
#include <math.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum {
    STARS_LOW = 7, /* catalogue sources in a field */
    STARS_HIGH = 15,
    PATH_SIZE = 4096,
    JOBS_MAX = 64
};

typedef struct {
    tr_sim_plan_t *plan;
    const char *dir;
    tr_sim_progress_t progress;
    pthread_mutex_t lock; /* of what follows */
    int next, done, failed;
} work_t;

static int complain(const char *path, const char *problem)
{
    fprintf(stderr, "transients-simulate: %s: %s\n", path, problem ? problem : strerror(errno));
    return -1;
}

/* Catalogue sources around a candidate: the nearest known one where the table says it is. */
static int scatter_stars(const tr_sim_candidate_t *candidate, tr_sim_random_t *random,
                         tr_sim_star_t *star)
{
    double centre = TR_SIM_SIDE / 2.0 - 0.5;
    double clear = isnan(candidate->nks_sep_pix) ? 10.0 : candidate->nks_sep_pix;
    int most = tr_sim_random_int(random, STARS_LOW, STARS_HIGH);
    int stars = 0;

    if (!isnan(candidate->nks_sep_pix)) {
        star[stars++] = (tr_sim_star_t){ centre + candidate->nks_x_pix - candidate->x_pix,
                                         centre + candidate->nks_y_pix - candidate->y_pix,
                                         candidate->nks_flux };
    }
    for (int i = 0; i < most; i++) {
        double x = tr_sim_random_between(random, 0.0, TR_SIM_SIDE);
        double y = tr_sim_random_between(random, 0.0, TR_SIM_SIDE);
        double flux = tr_sim_random_lognormal(random, 0.07, 1.1);
        if (hypot(x - centre, y - centre) > clear + 1.0) {
            star[stars++] = (tr_sim_star_t){ x, y, flux };
        }
    }
    return stars;
}

static tr_sim_field_t *observe(const tr_sim_plan_t *plan, const tr_sim_candidate_t *candidate,
                               tr_sim_random_t *random)
{
    const tr_sim_observation_t *observation = tr_sim_plan_observation(plan, candidate);
    const tr_sim_habit_t *habit = tr_sim_habit(candidate->kind);
    double peak = tr_sim_random_between(random, habit->peak_low, habit->peak_high);
    tr_sim_star_t star[TR_SIM_STARS_MAX];
    int stars = scatter_stars(candidate, random, star);
    tr_sim_field_t *field = tr_sim_field_make(
        random, tr_sim_lengths[observation->length].frames, star, stars);

    if (field) {
        tr_sim_field_paint(field, random, candidate->kind, peak, candidate->brightest);
    }
    return field;
}

static int write_both(const work_t *work, const tr_sim_candidate_t *candidate,
                      const tr_sim_field_t *field, tr_sim_random_t *random)
{
    const tr_sim_observation_t *observation = tr_sim_plan_observation(work->plan, candidate);
    int filter = work->plan->table[candidate->table].filter;
    tr_sim_page_t content = { field,
                              tr_sim_filters[filter],
                              filter == 1,
                              candidate->ra_deg,
                              candidate->dec_deg,
                              observation->image.pixel_deg,
                              tr_sim_lengths[observation->length].step,
                              1000.0 * candidate->noise,
                              candidate->can_det_stat,
                              candidate->nks_res_dif };
    const char *problem;
    char path[PATH_SIZE];
    int stem = snprintf(path, sizeof path - 4, "%s/%lld_%s_%03d", work->dir,
                        (long long)observation->id, content.filter, candidate->cand_id);

    if (stem < 0 || stem >= (int)sizeof path - 4) {
        return complain(work->dir, "the folder's name is too long");
    }
    memcpy(path + stem, ".gif", sizeof ".gif");
    if (tr_sim_animation_write(field, path, &problem)) {
        return complain(path, problem);
    }
    memcpy(path + stem, ".png", sizeof ".png");
    return tr_sim_page_write(&content, random, path, &problem) ? complain(path, problem) : 0;
}

static int draw(work_t *work, tr_sim_candidate_t *candidate)
{
    tr_sim_random_t random = tr_sim_random_make(work->plan->seed + 1, candidate->stream);
    tr_sim_field_t *field = observe(work->plan, candidate, &random);
    int failed;

    if (!field) {
        return complain("images", "out of memory");
    }
    tr_sim_candidate_measure(work->plan, candidate, field, &random);
    failed = write_both(work, candidate, field, &random);
    tr_sim_field_free(field);
    return failed;
}

/* Hands in the last candidate's outcome and takes the next; -1 when there is none. */
static int take_next(work_t *work, int finished, int failed)
{
    int next = -1;

    pthread_mutex_lock(&work->lock);
    work->failed |= failed;
    work->done += finished;
    if (finished && work->progress) {
        work->progress(work->done, work->plan->candidates);
    }
    if (!work->failed && work->next < work->plan->candidates) {
        next = work->next++;
    }
    pthread_mutex_unlock(&work->lock);
    return next;
}

static void *draw_many(void *data)
{
    work_t *work = data;
    int next = take_next(work, 0, 0);

    while (next >= 0) {
        int failed = draw(work, &work->plan->candidate[next]);
        next = take_next(work, 1, failed);
    }
    return NULL;
}

int tr_sim_images_write(tr_sim_plan_t *plan, const char *dir, int jobs,
                        tr_sim_progress_t progress)
{
    work_t work = { plan, dir, progress, PTHREAD_MUTEX_INITIALIZER, 0, 0, 0 };
    pthread_t thread[JOBS_MAX];
    int started = 0;

    while (started < jobs - 1 && started < JOBS_MAX
           && pthread_create(&thread[started], NULL, draw_many, &work) == 0) {
        started++;
    }
    draw_many(&work);
    for (int i = 0; i < started; i++) {
        pthread_join(thread[i], NULL);
    }
    return work.failed ? -1 : 0;
}
