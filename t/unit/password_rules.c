/* password_rules.c: a new password is long and is not what guessing programs try first.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tap.h"
#include "tr_password_rules.h"

#include <apr_general.h>
#include <apr_strings.h>

static apr_pool_t *pool;

static const char *repeated(const char *text, int times)
{
    const char *all = "";

    while (times-- > 0) {
        all = apr_pstrcat(pool, all, text, NULL);
    }
    return all;
}

static void length_is_counted_in_characters_and_bounded_in_bytes(void)
{
    static const char eleven[] = "jet lag kiw", twelve[] = "jet lag kiwi";

    ok(tr_password_fault(eleven, "ann", pool) != NULL, "11 characters are too few");
    ok(!tr_password_fault(twelve, "ann", pool), "12 are enough");
    ok(!tr_password_fault("\xc3\xa9lan vital \xc3\xa0", "ann", pool),
       "12 characters in 14 bytes are enough");
    ok(strstr(tr_password_fault(repeated("\xc3\xa9", 11), "ann", pool), "at least 12"),
       "11 characters in 22 bytes are too few");
    ok(!tr_password_fault(repeated("jet lag kiwi", 6), "ann", pool), "72 bytes are read");
    ok(strstr(tr_password_fault(apr_pstrcat(pool, repeated("jet lag kiwi", 6), "x", NULL),
                                "ann", pool),
              "at most 72 bytes"),
       "73 are too many");
    ok(tr_password_fault("", "ann", pool) != NULL, "none is none");
}

static void what_is_guessed_soon_is_refused(void)
{
    static const char *const soon[] = {
        "password1234",        "PasswordPassword", "P@ssw0rd2024!",
        "123456789012",        "qwertyuiop12",     "1q2w3e4r5t6y",
        "qazwsxedcrfv",        "aaaaaaaaaaaa",     "abcabcabcabc",
        "iloveyou12345",       "Summer2024!!",     "letmein12345",
        "hunter2hunter2",      "changeme2020!",    "Transients2026!",
        "murchison widefield", "winniethepooh",    "admin-admin-admin",
        "098765432109",        "zyxwvutsrqpo",     "Correct Horse Battery Staple",
    };

    for (size_t i = 0; i < sizeof soon / sizeof soon[0]; i++) {
        const char *fault = tr_password_fault(soon[i], "ann", pool);

        ok(fault && strstr(fault, "guessed soon"), "%s", soon[i]);
    }
}

static void what_is_not_is_taken(void)
{
    static const char *const good[] = {
        "northern jackdaw 41", "a long password of mine",         "k3v9x0qpa2mz",
        "new words of mine",   "m\xc3\xbchsam wie Ob\xc3\xa8lix", "the words of 1",
        "Tr0ub4dor&3x-ray",    "        leading blanks",
    };

    for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
        ok(!tr_password_fault(good[i], "ann", pool), "%s", good[i]);
    }
}

static void the_user_name_is_no_password(void)
{
    static const char *const named[] = { "jolly.rogers-42", "JOLLY.ROGERS-42",
                                         "j0lly.rogers-42!", "jolly.rogers-42jolly.rogers-42" };

    for (size_t i = 0; i < sizeof named / sizeof named[0]; i++) {
        const char *fault = tr_password_fault(named[i], "Jolly.Rogers-42", pool);

        ok(fault && strstr(fault, "user name is no password"), "%s", named[i]);
    }
    ok(!tr_password_fault("jolly.rogers-42", "ann", pool), "somebody else's may be one");
    ok(!tr_password_fault("unlike jolly.rogers-42, in bloom", "jolly.rogers-42", pool),
       "with enough around it it may stand");
    ok(!tr_password_fault("be what you seem", "b", pool), "a name of one letter forbids none");
}

int main(void)
{
    apr_initialize();
    apr_pool_create(&pool, NULL);
    length_is_counted_in_characters_and_bounded_in_bytes();
    what_is_guessed_soon_is_refused();
    what_is_not_is_taken();
    the_user_name_is_no_password();
    apr_pool_destroy(pool);
    apr_terminate();
    return done_testing();
}
