/* upload_answer.c: what the upload client makes of an answer: stored, refused, later, stop.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tap.h"

#include "../../tools/upload/answer.h"
#include "../../tools/upload/options.h"

#include <apr_general.h>

typedef struct {
    long status;
    int known;
    const char *body;
    tr_upload_verdict_e verdict;
    const char *name;
} case_t;

static const case_t cases[] = {
    { 201, 0, "{\"id\": 5}", TR_UPLOAD_NEW, "201 with a row is new" },
    { 200, 0, "{\"id\": 5}", TR_UPLOAD_NEW, "200, as a dry run answers, is new" },
    { 201, 1, "{\"id\": 5}", TR_UPLOAD_KNOWN, "Transients-Known: yes is known already" },
    { 201, 0, "\"Observation already created so skipping\"", TR_UPLOAD_KNOWN,
      "the old site's sentence is known already" },
    { 400, 0, "\"Missing png file\"", TR_UPLOAD_REFUSED, "400 is refused" },
    { 403, 0, "", TR_UPLOAD_REFUSED, "403 is refused: other projects may be allowed" },
    { 413, 0, "", TR_UPLOAD_REFUSED, "413 is refused" },
    { 415, 0, "", TR_UPLOAD_REFUSED, "415 is refused" },
    { 401, 0, "", TR_UPLOAD_DENIED, "401 ends it" },
    { 404, 0, "", TR_UPLOAD_ABSENT, "404 is no upload address" },
    { 302, 0, "", TR_UPLOAD_ABSENT, "302 is not followed, for a POST would be lost" },
    { 307, 0, "", TR_UPLOAD_MOVED, "307 is followed" },
    { 308, 0, "", TR_UPLOAD_MOVED, "308 is followed" },
    { 429, 0, "", TR_UPLOAD_LATER, "429 is tried again" },
    { 500, 0, "", TR_UPLOAD_LATER, "500 is tried again" },
    { 503, 0, "", TR_UPLOAD_LATER, "503 is tried again" },
    { 507, 0, "", TR_UPLOAD_LATER, "507 is tried again" },
    { 599, 0, "", TR_UPLOAD_LATER, "an unknown 5xx is tried again" },
    { 418, 0, "", TR_UPLOAD_REFUSED, "an unknown 4xx is refused" },
};

static void test_verdicts(void)
{
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const case_t *one = &cases[i];
        is_int(tr_upload_judge(one->status, one->known, one->body), one->verdict, "%s",
               one->name);
    }
}

static void test_reasons(apr_pool_t *pool)
{
    is_str(tr_upload_reason(400,
                            "{\"ra_deg\": [\"A valid number is required.\"], "
                            "\"obs_id\": [\"One.\", \"Two.\"]}",
                            pool),
           "ra_deg: A valid number is required.; obs_id: One. Two.",
           "the field errors are told in their order");
    is_str(tr_upload_reason(400, "\"Missing png file\"", pool), "Missing png file",
           "a sentence is told as it is");
    is_str(tr_upload_reason(403, "{\"detail\": \"Not yours.\"}", pool), "Not yours.",
           "a detail is told without its key");
    is_str(tr_upload_reason(401, "{\"detail\": \"Invalid token.\"}", pool),
           "the token was not accepted (401: Invalid token.)", "a status is told in words");
    is_str(tr_upload_reason(502, "<html>Bad gateway</html>", pool),
           "the site behind a gateway is not answering (502)", "a page of HTML is not told");
    is_str(tr_upload_reason(418, "", pool), "the site answered 418", "else the status");
    ok(tr_upload_refuses_only("{\"obs_id\": [\"x\"]}", "obs_id"), "one field alone is seen");
    ok(!tr_upload_refuses_only("{\"obs_id\": [\"x\"], \"project\": [\"y\"]}", "obs_id"),
       "one of two is not alone");
    is_str(tr_upload_answer_id("{\"id\": 3, \"upload_run\": 77}", "upload_run", pool), "77",
           "the upload run is read from the answer");
    is_str(tr_upload_answer_id("[]", "upload_run", pool), NULL,
           "and absent where there is none");
}

static void test_waits(void)
{
    is_int(tr_upload_delay(1, 6, 0), 1, "after the first try it waits 1 s");
    is_int(tr_upload_delay(5, 6, 0), 16, "after the fifth 16 s");
    is_int(tr_upload_delay(6, 6, 0), -1, "after the last it gives up");
    is_int(tr_upload_delay(1, 6, 20), 20, "Retry-After is obeyed");
    is_int(tr_upload_delay(1, 6, 86400), 60, "up to a minute");
    is_int(tr_upload_delay(3, 6, 1), 4, "and never shortens the wait");
    is_int(tr_upload_delay(50, 100, 0), 30, "many tries don't overflow");
}

typedef struct {
    const char *from, *to, *target;
    const char *name;
} redirect_t;

static const redirect_t redirects[] = {
    { "http://a.example/x", "/y/", "http://a.example/y/", "a path is followed" },
    { "http://a.example/x", "https://a.example/x", "https://a.example/x",
      "so is the way to TLS on the same host" },
    { "https://a.example/x", "https://a.example:443/y", "https://a.example:443/y",
      "a default port that is spelt out is the same" },
    { "http://a.example/x", "http://b.example/x", NULL, "another host is not given the token" },
    { "https://a.example/x", "http://a.example/x", NULL, "nor is the same host without TLS" },
    { "http://a.example/x", "http://a.example:8080/x", NULL, "nor another port" },
    { "http://a.example/x", "//b.example/x", NULL, "nor a host that hides in a path" },
    { "http://a.example/x", "http://a.example@b.example/", NULL, "or in a user's name" },
    { "http://a.example/x", "file:///etc/passwd", NULL, "nor a file" },
    { "http://a.example/x", NULL, NULL, "nothing is not followed" },
};

static void test_redirects(apr_pool_t *pool)
{
    for (size_t i = 0; i < sizeof redirects / sizeof *redirects; i++) {
        const redirect_t *one = &redirects[i];
        const char *problem;
        is_str(tr_upload_redirect(one->from, one->to, &problem, pool), one->target, "%s",
               one->name);
    }
}

static void test_settings(apr_pool_t *pool)
{
    const char *problem;

    is_str(tr_upload_site_address("https://a.example/base//", &problem, pool),
           "https://a.example/base", "an address loses its last slashes");
    ok(!tr_upload_site_address("a.example", &problem, pool), "an address needs its scheme");
    ok(!tr_upload_site_address("ftp://a.example", &problem, pool), "which is http or https");
    ok(!tr_upload_site_address("http://u:p@a.example", &problem, pool), "without a password");
    ok(!tr_upload_site_address("http://a.example/?x", &problem, pool), "without a query");
    is_str(tr_upload_token(" tok \r\n", pool), "tok", "a token's file may end in a newline");
    is_str(tr_upload_token("tok\r\nX-Evil: 1", pool), NULL, "but has one word");
    is_str(tr_upload_token("t\xc3\xb6k", pool), NULL, "of ASCII");
    is_str(tr_upload_token("", pool), NULL, "and not none");
    is_int(tr_report_level("warning"), TR_REPORT_WARNING, "levels are named in any case");
    is_int(tr_report_level("loud"), -1, "an unknown level is seen");
}

int main(void)
{
    apr_pool_t *pool;

    apr_initialize();
    apr_pool_create(&pool, NULL);
    test_verdicts();
    test_reasons(pool);
    test_waits();
    test_redirects(pool);
    test_settings(pool);
    apr_pool_destroy(pool);
    apr_terminate();
    return done_testing();
}
