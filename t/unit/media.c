/* media.c: a picture comes to its name whole, once, or not at all.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tap.h"
#include "tr_media.h"

#include <apr_general.h>
#include <apr_strings.h>
#include <sys/stat.h>
#include <unistd.h>

#define HASH "ab0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcd"

static apr_pool_t *pool;
static char folder[] = "/tmp/tr-media-XXXXXX";

static const char *in_folder(const char *name)
{
    return apr_pstrcat(pool, folder, "/", name, NULL);
}

static const char *spool(const char *text)
{
    const char *path = in_folder("spooled");
    FILE *file = fopen(path, "w");

    fputs(text, file);
    fclose(file);
    chmod(path, 0600);
    return path;
}

static const char *content(const char *path)
{
    char text[100] = "";
    FILE *file = fopen(path, "r");

    if (!file) {
        return NULL;
    }
    if (!fgets(text, sizeof text, file)) {
        text[0] = '\0';
    }
    fclose(file);
    return apr_pstrdup(pool, text);
}

static int is_there(const char *path)
{
    struct stat info;

    return stat(path, &info) == 0;
}

static apr_status_t store(const char *to, const char *path, tr_problem_t *problem)
{
    return tr_media_store(to, path, HASH, "png", problem, pool);
}

static void stores(void)
{
    tr_problem_t *problem = tr_problem_make(pool);
    const char *home = in_folder("ab/" HASH ".png"), *path = spool("first");
    struct stat info;

    is_str(tr_media_path(HASH, "png", pool), "ab/" HASH ".png",
           "a picture's path is made from its content's hash");
    is_int(store(folder, path, problem), APR_SUCCESS, "a spooled picture is stored");
    is_str(content(home), "first", "under that path");
    ok(!is_there(path), "and is no longer spooled");
    ok(stat(home, &info) == 0 && (info.st_mode & 0777) == 0640, "others may not read it");
    ok(stat(in_folder("ab"), &info) == 0 && (info.st_mode & 0007) == 0, "nor list its folder");

    path = spool("second");
    is_int(store(folder, path, problem), APR_SUCCESS, "the same name again is no error");
    is_str(content(home), "first", "what was there stays");
    ok(!is_there(path), "and the spooled one is gone");
    is_int(tr_problem_count(problem), 0, "without a complaint");
}

static void fails_in_words(void)
{
    tr_problem_t *problem = tr_problem_make(pool);
    const char *path = spool("third");

    ok(store(in_folder("nowhere"), path, problem) != APR_SUCCESS,
       "a missing folder is an error");
    ok(strstr(tr_problem_text(problem, pool), "could not be stored") != NULL, "said in words");
    ok(strstr(tr_problem_text(problem, pool), folder) == NULL, "that tell no path to readers");
    ok(problem->detail && strstr(problem->detail, "nowhere"), "the log gets the path");
    is_str(content(path), "third", "and the spooled picture is still there");
    unlink(path);

    problem = tr_problem_make(pool);
    ok(tr_media_store(folder, in_folder("gone"), "cd" HASH, "gif", problem, pool)
           != APR_SUCCESS,
       "a spooled picture that is gone is an error");
    ok(!is_there(in_folder("cd/cd" HASH ".gif")), "and nothing stands under its name");
}

static void clean(void)
{
    unlink(in_folder("ab/" HASH ".png"));
    rmdir(in_folder("ab"));
    rmdir(in_folder("cd"));
    ok(rmdir(folder) == 0, "nothing else is left in the folder");
}

int main(void)
{
    apr_initialize();
    apr_pool_create(&pool, NULL);
    if (!mkdtemp(folder)) {
        printf("Bail out!  no temporary folder\n");
        return 1;
    }
    stores();
    fails_in_words();
    clean();
    apr_pool_destroy(pool);
    apr_terminate();
    return done_testing();
}
