/* tr_password.c: passwords hashed by bcrypt, and the old site's hashes read.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_secret.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <crypt.h>
#include <stdlib.h>
#include <string.h>

enum {
    LEAST_COST = 4,
    MOST_COST = 16,  /* about 5 s: a hash that asks for more would hang the login */
    BCRYPT_LEN = 60, /* characters: $2y$12$, 22 of salt, 31 of hash */
    SALT_BYTES = 16,
    MOST_ROUNDS = 2000000, /* of PBKDF2, for the same reason: about 1 s */
    DIGEST_BYTES = 32,
    MOST_OLD_PASSWORD = 4096, /* bytes: the old site's own limit */
    MOST_OLD_SALT = 128       /* bytes: the old site made 22 */
};

/* pbkdf2_sha256$ROUNDS$SALT$HASH */
typedef struct old_hash_t {
    int rounds;
    const char *salt;
    apr_size_t salt_len;
    unsigned char digest[DIGEST_BYTES];
} old_hash_t;

/* The cost of a bcrypt hash, 0 when text is none that we read. */
static int bcrypt_cost(const char *text)
{
    static const char alphabet[] =
        "./ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
    int cost;

    if (strlen(text) != BCRYPT_LEN || strncmp(text, "$2", 2) != 0 || !strchr("aby", text[2])
        || text[3] != '$' || !apr_isdigit(text[4]) || !apr_isdigit(text[5]) || text[6] != '$'
        || strspn(text + 7, alphabet) != BCRYPT_LEN - 7) {
        return 0;
    }
    cost = (text[4] - '0') * 10 + (text[5] - '0');
    return cost >= LEAST_COST && cost <= MOST_COST ? cost : 0;
}

/* 32 bytes are 44 characters of base64, the last of them '='. */
static int read_digest(const char *text, unsigned char digest[DIGEST_BYTES])
{
    enum { CHARS = 44 };
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    unsigned char room[DIGEST_BYTES + 1];

    if (strlen(text) != CHARS || strspn(text, alphabet) != CHARS - 1 || text[CHARS - 1] != '='
        || EVP_DecodeBlock(room, (const unsigned char *)text, CHARS) != DIGEST_BYTES + 1) {
        return 0;
    }
    memcpy(digest, room, DIGEST_BYTES);
    return 1;
}

static int read_old_hash(const char *text, old_hash_t *old)
{
    static const char scheme[] = "pbkdf2_sha256$";
    const char *rounds = text + sizeof scheme - 1, *end;
    apr_size_t len;

    if (strncmp(text, scheme, sizeof scheme - 1) != 0) {
        return 0;
    }
    len = strspn(rounds, "0123456789");
    if (!len || len > 7 || rounds[len] != '$') {
        return 0;
    }
    old->rounds = atoi(rounds);
    old->salt = rounds + len + 1;
    end = strchr(old->salt, '$');
    if (!end || end == old->salt || end - old->salt > MOST_OLD_SALT) {
        return 0;
    }
    old->salt_len = (apr_size_t)(end - old->salt);
    return old->rounds > 0 && old->rounds <= MOST_ROUNDS && read_digest(end + 1, old->digest);
}

int tr_password_is_hash(const char *text)
{
    old_hash_t old;

    return bcrypt_cost(text) || read_old_hash(text, &old);
}

/* crypt_r() with room of its own, wiped afterwards; NULL: it failed. */
static const char *run_crypt(const char *password, const char *setting, apr_pool_t *pool)
{
    struct crypt_data *data = calloc(1, sizeof *data);
    const char *hash = data ? crypt_r(password, setting, data) : NULL;

    hash = hash && *hash != '*' ? apr_pstrdup(pool, hash) : NULL;
    if (data) {
        OPENSSL_cleanse(data, sizeof *data);
    }
    free(data);
    return hash;
}

static apr_status_t check_length(const char *password, tr_problem_t *problem)
{
    if (!*password) {
        return tr_problem_add(problem, TR_EBAD, "The password is empty.");
    }
    if (strlen(password) > TR_PASSWORD_MAX) {
        return tr_problem_add(problem, TR_EBAD,
                              "The password is longer than %d bytes, which is what bcrypt "
                              "reads. Choose a shorter one.",
                              TR_PASSWORD_MAX);
    }
    return APR_SUCCESS;
}

apr_status_t tr_password_hash(const char **hash, const char *password, int cost,
                              tr_problem_t *problem, apr_pool_t *pool)
{
    char setting[CRYPT_GENSALT_OUTPUT_SIZE], salt[SALT_BYTES];
    apr_status_t rv = check_length(password, problem);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    if (cost < LEAST_COST || cost > MOST_COST) {
        return tr_problem_add(problem, TR_EBAD, "A bcrypt cost is %d to %d, not %d.",
                              LEAST_COST, MOST_COST, cost);
    }
    rv = tr_random_bytes(salt, sizeof salt);
    if (rv != APR_SUCCESS) {
        return tr_problem_add(problem, rv, "The system gave no random bytes.");
    }
    *hash = crypt_gensalt_rn("$2y$", (unsigned long)cost, salt, sizeof salt, setting,
                             sizeof setting)
                ? run_crypt(password, setting, pool)
                : NULL;
    return *hash ? APR_SUCCESS
                 : tr_problem_add(problem, APR_ENOTIMPL,
                                  "The password could not be hashed: this system's crypt "
                                  "library has no bcrypt.");
}

static int old_matches(const char *password, const old_hash_t *old)
{
    unsigned char digest[DIGEST_BYTES];
    apr_size_t len = strlen(password);

    return len <= MOST_OLD_PASSWORD
           && PKCS5_PBKDF2_HMAC(password, (int)len, (const unsigned char *)old->salt,
                                (int)old->salt_len, old->rounds, EVP_sha256(), DIGEST_BYTES,
                                digest)
                  == 1
           && !CRYPTO_memcmp(digest, old->digest, DIGEST_BYTES);
}

/* A longer password must not pass for its first 72 bytes. */
static int bcrypt_matches(const char *password, const char *hash, apr_pool_t *pool)
{
    const char *made = strlen(password) <= TR_PASSWORD_MAX ? run_crypt(password, hash, pool)
                                                           : NULL;

    return made && tr_secret_equal(made, hash);
}

apr_status_t tr_password_check(const char *password, const char *hash, int cost, int *rewrite,
                               apr_pool_t *pool)
{
    int has = bcrypt_cost(hash);
    old_hash_t old;

    *rewrite = 0;
    if (has) {
        if (!bcrypt_matches(password, hash, pool)) {
            return TR_EBAD;
        }
        *rewrite = has < cost;
        return APR_SUCCESS;
    }
    if (!read_old_hash(hash, &old) || !old_matches(password, &old)) {
        return TR_EBAD;
    }
    *rewrite = *password && strlen(password) <= TR_PASSWORD_MAX;
    return APR_SUCCESS;
}
