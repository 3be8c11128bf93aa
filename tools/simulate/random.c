/* random.c: the demo generator's own random numbers.
 *
 * xoshiro256** seeded by splitmix64 (Blackman & Vigna 2021, ACM TOMS 47, 36); normal
 * deviates by Marsaglia's polar method. No libc generator: theirs differ between systems.
 *
 * SPDX-License-Identifier: MIT
 */
#include "random.h"

#include <math.h>

static uint64_t rotate(uint64_t value, int bits)
{
    return (value << bits) | (value >> (64 - bits));
}

static uint64_t split_mix(uint64_t *state)
{
    uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
    return z ^ (z >> 31);
}

tr_sim_random_t tr_sim_random_make(uint64_t seed, uint64_t stream)
{
    tr_sim_random_t random = { { 0 }, 0.0, 0 };
    uint64_t mix = seed ^ (stream * UINT64_C(0xd1342543de82ef95));

    for (int i = 0; i < 4; i++) {
        random.state[i] = split_mix(&mix);
    }
    return random;
}

uint64_t tr_sim_random_bits(tr_sim_random_t *random)
{
    uint64_t *s = random->state;
    uint64_t result = rotate(s[1] * 5, 7) * 9;
    uint64_t shifted = s[1] << 17;

    s[2] ^= s[0];
    s[3] ^= s[1];
    s[1] ^= s[2];
    s[0] ^= s[3];
    s[2] ^= shifted;
    s[3] = rotate(s[3], 45);
    return result;
}

static double unit(tr_sim_random_t *random)
{
    return (double)(tr_sim_random_bits(random) >> 11) * 0x1.0p-53;
}

double tr_sim_random_between(tr_sim_random_t *random, double low, double high)
{
    return low + (high - low) * unit(random);
}

int tr_sim_random_int(tr_sim_random_t *random, int low, int high)
{
    return low + (int)(unit(random) * (high - low + 1));
}

double tr_sim_random_normal(tr_sim_random_t *random)
{
    double u, v, s;

    if (random->has_spare) {
        random->has_spare = 0;
        return random->spare;
    }
    do {
        u = tr_sim_random_between(random, -1.0, 1.0);
        v = tr_sim_random_between(random, -1.0, 1.0);
        s = u * u + v * v;
    } while (s >= 1.0 || s == 0.0);
    s = sqrt(-2.0 * log(s) / s);
    random->spare = v * s;
    random->has_spare = 1;
    return u * s;
}

double tr_sim_random_lognormal(tr_sim_random_t *random, double median, double sigma)
{
    return median * exp(sigma * tr_sim_random_normal(random));
}

int tr_sim_random_chance(tr_sim_random_t *random, double probability)
{
    return unit(random) < probability;
}
