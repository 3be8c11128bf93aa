/* target.h: what each fuzz target is made of, twice.
 *
 * Built by clang with -fsanitize=fuzzer a target is a fuzzer.  Built with
 * TR_REPLAY defined it is a unit test that tries every file of its corpus
 * once; `make check` does that.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TARGET_H
#define TARGET_H

#include <apr_general.h>
#include <apr_pools.h>

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* Each target defines this one; a pool for one input, gone afterwards. */
static void try_input(const uint8_t *data, size_t size, apr_pool_t *pool);

/* What must hold for every input. Not assert(): -DNDEBUG would take it away. */
#define must(holds)                                                                            \
    do {                                                                                       \
        if (!(holds)) {                                                                        \
            fprintf(stderr, "%s:%d: not so: %s\n", __FILE__, __LINE__, #holds);                \
            abort();                                                                           \
        }                                                                                      \
    } while (0)

static inline void try_once(const uint8_t *data, size_t size)
{
    static apr_pool_t *parent;
    apr_pool_t *pool;

    if (!parent) {
        apr_initialize();
        apr_pool_create(&parent, NULL);
    }
    apr_pool_create(&pool, parent);
    try_input(data, size, pool);
    apr_pool_destroy(pool);
}

#ifdef TR_REPLAY

#include "../unit/tap.h"

#include <apr_file_info.h>

/* A copy of its own size, so that a sanitizer sees reading past the end. */
static inline void try_file(const char *path, const char *name)
{
    enum { MOST = 1 << 20 };
    static uint8_t room[MOST];
    FILE *file = fopen(path, "rb");
    size_t size = file ? fread(room, 1, MOST, file) : 0;
    uint8_t *data = malloc(size ? size : 1);

    if (file) {
        fclose(file);
        memcpy(data, room, size);
        try_once(data, size);
    }
    free(data);
    ok(file != NULL, "%s is survived", name);
}

static inline int replay(const char *folder)
{
    const char *source = getenv("TR_SRCDIR");
    char path[4096];
    apr_pool_t *pool;
    apr_dir_t *dir;
    apr_finfo_t info;

    apr_initialize();
    apr_pool_create(&pool, NULL);
    snprintf(path, sizeof(path), "%s/t/fuzz/corpus/%s", source ? source : ".", folder);
    if (apr_dir_open(&dir, path, pool) != APR_SUCCESS) {
        printf("Bail out!  %s is not there\n", path);
        return 1;
    }
    while (apr_dir_read(&info, APR_FINFO_NAME, dir) == APR_SUCCESS) {
        if (info.name[0] != '.') {
            snprintf(path, sizeof(path), "%s/t/fuzz/corpus/%s/%s", source ? source : ".",
                     folder, info.name);
            try_file(path, info.name);
        }
    }
    apr_dir_close(dir);
    ok(tap_count > 0, "the corpus is not empty");
    apr_pool_destroy(pool);
    return done_testing();
}

#define FUZZ_TARGET(folder)                                                                    \
    int main(void)                                                                             \
    {                                                                                          \
        return replay(folder);                                                                 \
    }

#else

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

#define FUZZ_TARGET(folder)                                                                    \
    int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)                               \
    {                                                                                          \
        try_once(data, size);                                                                  \
        return 0;                                                                              \
    }

#endif

#endif
