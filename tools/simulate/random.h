/* random.h: the demo generator's own random numbers, the same on every machine for a seed.
 *
 * A generator is a plain value: whoever holds it owns it, copying it repeats its numbers.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_SIM_RANDOM_H
#define TR_SIM_RANDOM_H

#include <stdint.h>

typedef struct {
    uint64_t state[4];
    double spare; /* second number of the last pair of normal deviates */
    int has_spare;
} tr_sim_random_t;

/* A generator for a seed. `stream` gives independent ones under the same seed. */
tr_sim_random_t tr_sim_random_make(uint64_t seed, uint64_t stream);

/* 64 random bits. */
uint64_t tr_sim_random_bits(tr_sim_random_t *random);

/* Uniform in [low, high). */
double tr_sim_random_between(tr_sim_random_t *random, double low, double high);

/* A whole number in [low, high], both included. */
int tr_sim_random_int(tr_sim_random_t *random, int low, int high);

/* Normal deviate of mean 0 and standard deviation 1. */
double tr_sim_random_normal(tr_sim_random_t *random);

/* exp of a normal deviate: `median` times a factor of scatter `sigma` (natural logarithm). */
double tr_sim_random_lognormal(tr_sim_random_t *random, double median, double sigma);

/* 1 with this probability, else 0. */
int tr_sim_random_chance(tr_sim_random_t *random, double probability);

#endif
