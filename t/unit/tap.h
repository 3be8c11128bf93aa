/* tap.h: what a unit test needs to speak TAP to prove.
 *
 * A test is a program: any number of checks, each named by a sentence that is
 * true when it passes, then `return done_testing();`. Checks give whether they
 * passed. A failed one tells file, line, what came and what was wanted.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TAP_H
#define TAP_H

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static int tap_count, tap_failed;

#define TAP_PRINTF(text, first) __attribute__((format(printf, text, first)))

#define ok(passed, ...) tap_ok(__FILE__, __LINE__, (passed) != 0, __VA_ARGS__)
/* Texts, either may be NULL. */
#define is_str(got, want, ...) tap_is_str(__FILE__, __LINE__, (got), (want), __VA_ARGS__)
#define is_int(got, want, ...) tap_is_int(__FILE__, __LINE__, (got), (want), __VA_ARGS__)
/* Within `tolerance` of each other; NaN equals NaN. */
#define is_real(got, want, tolerance, ...)                                                     \
    tap_is_real(__FILE__, __LINE__, (got), (want), (tolerance), __VA_ARGS__)

/* A line for the reader, no result. */
TAP_PRINTF(1, 2) static inline void diag(const char *format, ...)
{
    va_list args;

    fputs("# ", stdout);
    va_start(args, format);
    vprintf(format, args);
    va_end(args);
    putchar('\n');
}

/* Names may hold anything: what TAP would take for a line's end or a directive is masked. */
static inline void tap_result(int passed, const char *format, va_list args)
{
    char name[512];

    vsnprintf(name, sizeof(name), format, args);
    for (char *at = name; *at; at++) {
        if ((unsigned char)*at < ' ' || *at == '#') {
            *at = '?';
        }
    }
    tap_count++;
    tap_failed += !passed;
    printf("%sok %d - %s\n", passed ? "" : "not ", tap_count, name);
}

TAP_PRINTF(4, 5)
static inline int tap_ok(const char *file, int line, int passed, const char *format, ...)
{
    va_list args;

    va_start(args, format);
    tap_result(passed, format, args);
    va_end(args);
    if (!passed) {
        diag("at %s line %d", file, line);
    }
    return passed;
}

TAP_PRINTF(5, 6)
static inline int tap_is_str(const char *file, int line, const char *got, const char *want,
                             const char *format, ...)
{
    int passed = got && want ? !strcmp(got, want) : got == want;
    va_list args;

    va_start(args, format);
    tap_result(passed, format, args);
    va_end(args);
    if (!passed) {
        diag("at %s line %d", file, line);
        diag(" got: %s", got ? got : "(NULL)");
        diag("want: %s", want ? want : "(NULL)");
    }
    return passed;
}

TAP_PRINTF(5, 6)
static inline int tap_is_int(const char *file, int line, long long got, long long want,
                             const char *format, ...)
{
    va_list args;

    va_start(args, format);
    tap_result(got == want, format, args);
    va_end(args);
    if (got != want) {
        diag("at %s line %d", file, line);
        diag("got %lld, want %lld", got, want);
    }
    return got == want;
}

TAP_PRINTF(6, 7)
static inline int tap_is_real(const char *file, int line, double got, double want,
                              double tolerance, const char *format, ...)
{
    int passed = isnan(want) ? isnan(got) : fabs(got - want) <= tolerance;
    va_list args;

    va_start(args, format);
    tap_result(passed, format, args);
    va_end(args);
    if (!passed) {
        diag("at %s line %d", file, line);
        diag("got %.17g, want %.17g within %g", got, want, tolerance);
    }
    return passed;
}

/* One result that says why something could not be tried. */
static inline void skip(const char *name, const char *reason)
{
    printf("ok %d - %s # SKIP %s\n", ++tap_count, name, reason);
}

/* For main's first lines: nothing here can be tried. */
static inline int skip_all(const char *reason)
{
    printf("1..0 # SKIP %s\n", reason);
    return 0;
}

static inline int done_testing(void)
{
    printf("1..%d\n", tap_count);
    return tap_failed ? 1 : 0;
}

/* Opens a file of the source tree, e.g. "t/data/sky/positions.tsv": below TR_SRCDIR or
 * srcdir from the environment, else below this folder or the ones above it. Ends the test
 * when there is none: a test without its table would pass without testing. */
static inline FILE *tap_open(const char *path)
{
    const char *roots[] = { getenv("TR_SRCDIR"), getenv("srcdir"), ".", "..", "../..",
                            "../../.." };
    char name[4096];

    for (size_t i = 0; i < sizeof(roots) / sizeof(roots[0]); i++) {
        FILE *file = NULL;

        if (roots[i]) {
            snprintf(name, sizeof(name), "%s/%s", roots[i], path);
            file = fopen(name, "r");
        }
        if (file) {
            return file;
        }
    }
    printf("Bail out!  %s is not there\n", path);
    exit(1);
}

/* Reads the next line of a table that is neither empty nor a comment ('#') and cuts it at its
 * tabs, in place. Gives the number of fields, 0 at the end. */
static inline int tap_fields(FILE *file, char *line, int size, char **fields, int max)
{
    while (fgets(line, size, file)) {
        int count = 0;

        line[strcspn(line, "\n")] = '\0';
        if (!*line || *line == '#') {
            continue;
        }
        for (char *at = line; at && count < max; count++) {
            fields[count] = at;
            at = strchr(at, '\t');
            if (at) {
                *at++ = '\0';
            }
        }
        return count;
    }
    return 0;
}

#endif
