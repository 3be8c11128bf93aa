/* tr_secret.c: tokens, session ids and digests.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_secret.h"

#include <apr_file_io.h>
#include <apr_strings.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

enum {
    SECRET_BYTES = 32,
    SECRET_CHARS = 43, /* of base64url without padding */
    READ_SIZE = 64 * 1024
};

apr_status_t tr_random_bytes(void *out, apr_size_t len)
{
    unsigned char *to = out;

    while (len) {
        ssize_t got = getrandom(to, len, 0);

        if (got < 0 && errno != EINTR) {
            return errno;
        }
        if (got > 0) {
            to += got;
            len -= (apr_size_t)got;
        }
    }
    return APR_SUCCESS;
}

/* RFC 4648, section 5: three bytes at a time; the last two bytes give three characters. */
static void put_base64url(char out[SECRET_CHARS + 1], const unsigned char in[SECRET_BYTES])
{
    static const char alphabet[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    unsigned int bits = 0, held = 0;
    char *to = out;

    for (int i = 0; i < SECRET_BYTES; i++) {
        held = held << 8 | in[i];
        for (bits += 8; bits >= 6; bits -= 6) {
            *to++ = alphabet[held >> (bits - 6) & 63];
        }
    }
    *to++ = alphabet[held << (6 - bits) & 63];
    *to = '\0';
}

apr_status_t tr_secret_make(const char **secret, const char *prefix, apr_pool_t *pool)
{
    unsigned char bytes[SECRET_BYTES];
    char text[SECRET_CHARS + 1];
    apr_status_t rv = tr_random_bytes(bytes, sizeof bytes);

    if (rv != APR_SUCCESS) {
        return rv;
    }
    put_base64url(text, bytes);
    *secret = apr_pstrcat(pool, prefix ? prefix : "", text, NULL);
    OPENSSL_cleanse(bytes, sizeof bytes);
    OPENSSL_cleanse(text, sizeof text);
    return APR_SUCCESS;
}

static void put_hex(char out[TR_DIGEST_HEX], const unsigned char *digest)
{
    static const char digits[] = "0123456789abcdef";

    for (apr_size_t i = 0; i < TR_DIGEST_HEX / 2; i++) {
        out[2 * i] = digits[digest[i] >> 4];
        out[2 * i + 1] = digits[digest[i] & 15];
    }
    out[TR_DIGEST_HEX - 1] = '\0';
}

/* A digest that could not be made must not pass for one. */
void tr_digest_hex(const void *data, apr_size_t len, char out[TR_DIGEST_HEX])
{
    unsigned char digest[EVP_MAX_MD_SIZE];

    if (!EVP_Digest(data, len, digest, NULL, EVP_sha256(), NULL)) {
        abort();
    }
    put_hex(out, digest);
}

static apr_status_t digest_open_file(apr_file_t *file, EVP_MD_CTX *context,
                                     unsigned char *digest, apr_pool_t *pool)
{
    char *room = apr_palloc(pool, READ_SIZE);
    apr_status_t rv;

    if (!EVP_DigestInit_ex(context, EVP_sha256(), NULL)) {
        return APR_ENOMEM;
    }
    for (;;) {
        apr_size_t got = READ_SIZE;

        rv = apr_file_read(file, room, &got);
        if (rv != APR_SUCCESS) {
            break;
        }
        if (!EVP_DigestUpdate(context, room, got)) {
            return APR_EGENERAL;
        }
    }
    if (!APR_STATUS_IS_EOF(rv)) {
        return rv;
    }
    return EVP_DigestFinal_ex(context, digest, NULL) ? APR_SUCCESS : APR_EGENERAL;
}

apr_status_t tr_digest_file(const char *path, char out[TR_DIGEST_HEX], tr_problem_t *problem,
                            apr_pool_t *pool)
{
    unsigned char digest[EVP_MAX_MD_SIZE];
    EVP_MD_CTX *context;
    apr_file_t *file;
    char room[120];
    apr_status_t rv = apr_file_open(&file, path, APR_FOPEN_READ | APR_FOPEN_BINARY, 0, pool);

    if (rv == APR_SUCCESS) {
        context = EVP_MD_CTX_new();
        rv = context ? digest_open_file(file, context, digest, pool) : APR_ENOMEM;
        EVP_MD_CTX_free(context);
        apr_file_close(file);
    }
    if (rv != APR_SUCCESS) {
        return tr_problem_add(problem, rv, "%s could not be read: %s.", path,
                              apr_strerror(rv, room, sizeof room));
    }
    put_hex(out, digest);
    return APR_SUCCESS;
}

int tr_secret_equal(const char *a, const char *b)
{
    apr_size_t len = strlen(a);

    return len == strlen(b) && !CRYPTO_memcmp(a, b, len);
}
