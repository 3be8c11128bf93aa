/* secret.c: secrets are random, digests and password hashes agree with published ones.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tap.h"
#include "tr_secret.h"

#include <apr_general.h>
#include <apr_strings.h>

/* What `htpasswd -nbB -C 4 u "secret word"` wrote. */
#define HTPASSWD_HASH "$2y$04$seyMNqCqTkRcSxTlf1Ft6.FwRUJHdqDRyRo18dWWjaYRYZXcjuYbW"
/* RFC 7914, section 11: PBKDF2-HMAC-SHA-256 of "passwd", "salt", 1 and "Password", "NaCl",
 * 80000, their first 32 bytes in base64. */
#define RFC_HASH_1     "pbkdf2_sha256$1$salt$VawEblbjCJ/sFpHCJUS2BflBhSFt3gRl5oudV8INrLw="
#define RFC_HASH_80000 "pbkdf2_sha256$80000$NaCl$TdzY9guYviGDDO5e8icB+WQaRBjQTAQUrv8Ih2s0q1Y="

static apr_pool_t *pool;

static void secrets_are_random(void)
{
    const char *one = NULL, *two = NULL;

    is_int(tr_secret_make(&one, "mwt_", pool), APR_SUCCESS, "a secret is made");
    tr_secret_make(&two, "mwt_", pool);
    ok(strcmp(one, two) != 0, "the next one is another");
    is_int((long long)strlen(one), 47, "43 characters follow the prefix");
    ok(!strncmp(one, "mwt_", 4), "which is in front");
    is_int((long long)strspn(one + 4, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
                                      "0123456789-_"),
           43, "all of them are base64url");
    tr_secret_make(&one, NULL, pool);
    is_int((long long)strlen(one), 43, "no prefix is no prefix");
}

/* In 2000 secrets each character of the alphabet stands about 1312 times; seven standard
 * deviations are 251. */
static void secrets_use_the_whole_alphabet(void)
{
    int counts[256] = { 0 }, used = 0, odd = 0;

    for (int i = 0; i < 2000; i++) {
        const char *secret = NULL;

        tr_secret_make(&secret, "", pool);
        for (int c = 0; c < 42; c++) { /* the last one holds four bits alone */
            counts[(unsigned char)secret[c]]++;
        }
    }
    for (int i = 0; i < 256; i++) {
        used += counts[i] > 0;
        odd += counts[i] && abs(counts[i] - 2000 * 42 / 64) > 251;
    }
    is_int(used, 64, "64 characters are used");
    is_int(odd, 0, "none more often than chance allows");
}

static void digests_agree_with_fips_180(void)
{
    static const char million[] =
        "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0";
    char digest[TR_DIGEST_HEX], *text = apr_palloc(pool, 1000000), *path;
    tr_problem_t *problem = tr_problem_make(pool);
    FILE *file;

    tr_digest_hex("abc", 3, digest);
    is_str(digest, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad", "abc");
    tr_digest_hex("", 0, digest);
    is_str(digest, "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
           "nothing");
    memset(text, 'a', 1000000);
    tr_digest_hex(text, 1000000, digest);
    is_str(digest, million, "a million letters a");
    path = apr_pstrcat(pool, "/tmp/tr-secret-XXXXXX", NULL);
    file = fdopen(mkstemp(path), "wb");
    fwrite(text, 1, 1000000, file);
    fclose(file);
    memset(digest, 0, sizeof(digest));
    is_int(tr_digest_file(path, digest, problem, pool), APR_SUCCESS, "a file is read");
    is_str(digest, million, "and has the digest of its content");
    remove(path);
    ok(tr_digest_file(path, digest, problem, pool) != APR_SUCCESS, "a file that is gone fails");
    ok(tr_problem_count(problem) == 1, "and says so");
}

static void secrets_are_compared(void)
{
    ok(tr_secret_equal("abc", "abc"), "equal");
    ok(!tr_secret_equal("abc", "abd"), "another");
    ok(!tr_secret_equal("abc", "abcd"), "longer");
    ok(tr_secret_equal("", ""), "both empty");
}

static void new_hashes_match(void)
{
    tr_problem_t *problem = tr_problem_make(pool);
    const char *hash = "", *again = "";
    int rewrite = 7;

    is_int(tr_password_hash(&hash, "Grüße 42", 4, problem, pool), APR_SUCCESS, "it is hashed");
    ok(!strncmp(hash, "$2y$04$", 7) && strlen(hash) == 60, "by bcrypt: %s", hash);
    tr_password_hash(&again, "Grüße 42", 4, problem, pool);
    ok(*again && strcmp(hash, again) != 0, "with a salt of its own each time");
    is_int(tr_password_check("Grüße 42", hash, 4, &rewrite, pool), APR_SUCCESS, "it matches");
    is_int(rewrite, 0, "and need not be hashed anew");
    is_int(tr_password_check("Grüße 43", hash, 5, &rewrite, pool), TR_EBAD, "another does not");
    is_int(rewrite, 0, "and asks for nothing");
    tr_password_check("Grüße 42", hash, 5, &rewrite, pool);
    is_int(rewrite, 1, "a higher cost asks for a new hash");
    is_int(tr_password_check("", hash, 4, &rewrite, pool), TR_EBAD,
           "an empty one does not match");
}

static void known_hashes_match(void)
{
    static const struct {
        const char *password, *hash;
        int rewrite;
    } cases[] = {
        { "secret word", HTPASSWD_HASH, 0 },
        { "passwd", RFC_HASH_1, 1 },
        { "Password", RFC_HASH_80000, 1 },
        { "U*U", "$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW", 0 },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        int rewrite = -1;

        is_int(tr_password_check(cases[i].password, cases[i].hash, 4, &rewrite, pool),
               APR_SUCCESS, "'%s' matches its published hash", cases[i].password);
        is_int(rewrite, cases[i].rewrite, "old schemes are hashed anew");
        is_int(tr_password_check("Passwd", cases[i].hash, 4, &rewrite, pool), TR_EBAD,
               "another password does not match it");
        ok(tr_password_is_hash(cases[i].hash), "it is taken for a hash");
    }
}

static void long_passwords(void)
{
    static const char *const old =
        "pbkdf2_sha256$1$s$lhZd1xA24wgOlBIigTq4sBzDlaKUF9nh6mlCoh/QaBw=";
    tr_problem_t *problem = tr_problem_make(pool);
    char *longest = apr_pcalloc(pool, 200);
    const char *hash = NULL;
    int rewrite;

    memset(longest, 'x', 72);
    is_int(tr_password_hash(&hash, longest, 4, problem, pool), APR_SUCCESS,
           "72 bytes are hashed");
    longest[72] = 'x';
    is_int(tr_password_check(longest, hash, 4, &rewrite, pool), TR_EBAD,
           "a longer one does not pass for its first 72 bytes");
    is_int(tr_password_hash(&hash, longest, 4, problem, pool), TR_EBAD, "73 bytes are refused");
    ok(strstr(tr_problem_text(problem, pool), "72 bytes") != NULL,
       "and told how many are read");
    memset(longest, 'x', 100);
    is_int(tr_password_check(longest, old, 4, &rewrite, pool), APR_SUCCESS,
           "the old site's may be longer");
    is_int(rewrite, 0, "but cannot be hashed anew");
    is_int(tr_password_hash(&hash, "", 4, problem, pool), TR_EBAD, "an empty one is refused");
    is_int(tr_password_hash(&hash, "x", 31, problem, pool), TR_EBAD, "a cost of 31 is refused");
    is_int(tr_password_hash(&hash, "x", 3, problem, pool), TR_EBAD, "a cost of 3 too");
}

static void other_texts_are_no_hashes(void)
{
    static const char *const texts[] = {
        "",
        "secret",
        "$2y$",
        "$2y$04$",
        "$2y$04$seyMNqCqTkRcSxTlf1Ft6.FwRUJHdqDRyRo18dWWjaYRYZXcjuYb",
        "$2y$04$seyMNqCqTkRcSxTlf1Ft6.FwRUJHdqDRyRo18dWWjaYRYZXcjuYbWW",
        "$2y$31$seyMNqCqTkRcSxTlf1Ft6.FwRUJHdqDRyRo18dWWjaYRYZXcjuYbW",
        "$2y$0:$seyMNqCqTkRcSxTlf1Ft6.FwRUJHdqDRyRo18dWWjaYRYZXcjuYbW",
        "$2x$04$seyMNqCqTkRcSxTlf1Ft6.FwRUJHdqDRyRo18dWWjaYRYZXcjuYbW",
        "$2y$04$seyMNqCqTkRcSxTlf1Ft6!FwRUJHdqDRyRo18dWWjaYRYZXcjuYbW",
        "$1$abcdefgh$0123456789012345678901",
        "$apr1$abcdefgh$0123456789012345678901",
        "pbkdf2_sha256$0$salt$VawEblbjCJ/sFpHCJUS2BflBhSFt3gRl5oudV8INrLw=",
        "pbkdf2_sha256$9999999$salt$VawEblbjCJ/sFpHCJUS2BflBhSFt3gRl5oudV8INrLw=",
        "pbkdf2_sha256$99999999999$salt$VawEblbjCJ/sFpHCJUS2BflBhSFt3gRl5oudV8INrLw=",
        "pbkdf2_sha256$1$$VawEblbjCJ/sFpHCJUS2BflBhSFt3gRl5oudV8INrLw=",
        "pbkdf2_sha256$1$salt$VawEblbjCJ/sFpHCJUS2BflBhSFt3gRl5oudV8INrL==",
        "pbkdf2_sha256$1$salt",
        "pbkdf2_sha1$1$salt$VawEblbjCJ/sFpHCJUS2BflBhSFt3gRl5oudV8INrLw=",
        "!VawEblbjCJ/sFpHCJUS2BflBhSFt3gRl5oudV8INrLw=",
    };

    for (size_t i = 0; i < sizeof(texts) / sizeof(*texts); i++) {
        int rewrite;

        ok(!tr_password_is_hash(texts[i]), "'%s' is no hash", texts[i]);
        is_int(tr_password_check("x", texts[i], 4, &rewrite, pool), TR_EBAD,
               "and matches nothing");
    }
}

int main(void)
{
    apr_initialize();
    apr_pool_create(&pool, NULL);
    secrets_are_random();
    secrets_use_the_whole_alphabet();
    digests_agree_with_fips_180();
    secrets_are_compared();
    new_hashes_match();
    known_hashes_match();
    long_passwords();
    other_texts_are_no_hashes();
    apr_pool_destroy(pool);
    apr_terminate();
    return done_testing();
}
