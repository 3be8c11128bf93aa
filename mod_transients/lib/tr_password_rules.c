/* tr_password_rules.c: see tr_password_rules.h.
 *
 * A password is read from left to right as pieces: the longest common word, row
 * of keys, run or repetition that begins here, or else one character.  Each piece
 * is one guess's worth; fewer than PIECES of them are too few.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_password_rules.h"

#include <apr_lib.h>
#include <apr_strings.h>
#include <string.h>

enum {
    PIECES = 8,        /* fewest pieces of a password */
    SHORTEST_PIECE = 3 /* characters; shorter rows and repetitions are in every sentence */
};

/* What passwords are made of, by way of themes: words for passwords and roles, of affection,
 * names, animals, sports, seasons and days, and those of this place. A longer word that begins
 * with a shorter one needs no line where its rest is short. */
/* clang-format off */
static const char *const words[] = {
    "password", "passwort", "passwd",   "passcode", "passphrase", "pass",     "pwd",
    "secret",   "login",    "logon",    "signin",   "welcome",    "hello",    "letmein",
    "letme",    "open",     "sesame",   "access",   "enter",      "change",   "changeme",
    "default",  "admin",    "administrator",        "root",       "user",     "username",
    "guest",    "test",     "testing",  "tester",   "temp",       "demo",     "example",
    "sample",   "server",   "system",   "computer", "internet",   "network",  "google",
    "facebook", "linkedin", "windows",  "linux",    "ubuntu",     "debian",   "apache",
    "oracle",   "postgres", "mysql",    "database", "private",    "master",   "super",
    "superman", "batman",   "spiderman", "pokemon",  "starwars",   "startrek", "trustno1",
    "abc123",   "qwerty",   "azerty",   "qwertz",   "dvorak",     "asdf",     "zxcv",
    "1q2w3e4r", "1qaz2wsx", "zaq12wsx", "q1w2e3r4", "iloveyou",   "ilove",    "love",
    "lovely",   "loveme",   "lover",    "forever",  "together",   "princess", "prince",
    "angel",    "baby",     "babygirl", "honey",    "sweet",      "sweety",   "sunshine",
    "sunflower", "flower",   "butterfly", "rainbow",  "beautiful",  "happy",    "smile",
    "lucky",    "blessed",  "jesus",    "christ",   "heaven",     "family",   "friend",
    "friends",  "mother",   "father",   "mommy",    "daddy",      "sister",   "brother",
    "monkey",   "dragon",   "tiger",    "lion",     "horse",      "eagle",    "falcon",
    "phoenix",  "dolphin",  "kitten",   "puppy",    "winnie",     "thepooh",  "snoopy",
    "tigger",   "garfield", "mickey",   "mouse",    "pooh",       "hunter",   "ranger",
    "shadow",   "killer",   "warrior",  "samurai",  "ninja",      "pirate",   "soldier",
    "football", "baseball", "basketball", "hockey",  "soccer",     "cricket",  "arsenal",
    "liverpool", "chelsea",  "manchester", "united",  "barcelona",  "yankees",  "cowboys",
    "eagles",   "ferrari",  "mercedes", "porsche",  "mustang",    "corvette", "harley",
    "michael",  "michelle", "jordan",   "jennifer", "jessica",    "ashley",   "amanda",
    "nicole",   "daniel",   "david",    "andrew",   "anthony",    "joshua",   "matthew",
    "robert",   "thomas",   "charlie",  "george",   "william",    "alexander","samantha",
    "elizabeth", "christian", "christopher", "jonathan","benjamin",  "natalie",  "victoria",
    "winter",   "spring",   "summer",   "autumn",   "fall",       "january",  "february",
    "march",    "april",    "june",     "july",     "august",     "september", "october",
    "november", "december", "monday",   "tuesday",  "wednesday",  "thursday", "friday",
    "saturday", "sunday",   "christmas","holiday",  "birthday",   "freedom",  "peace",
    "power",    "money",    "million",  "dollar",   "diamond",    "silver",   "golden",
    "purple",   "orange",   "yellow",   "green",    "black",      "white",    "blue",
    "chocolate", "cookie",   "banana",   "cheese",   "coffee",     "pepper",   "ginger",
    "whatever", "nothing",  "nobody",   "nopassword", "fuckyou",   "fuck",     "shit",
    "asshole",  "bitch",    "matrix",   "thunder",  "lightning",  "mountain", "ocean",
    "correct",  "battery",  "staple",   "one",      "two",        "three",    "four",
    "five",     "six",      "seven",    "eight",    "nine",       "ten",      "the",
    "and",      "you",      "this",     "that",     "is",         "my",       "your",
    "transient","transients","candidate", "candidates", "pulsar",   "pulsars",  "rater",
    "staff",    "service",  "observer", "observatory", "observation", "astronomy", "astronomer",
    "telescope", "galaxy",   "universe", "cosmos",   "milkyway",   "orion",    "andromeda",
    "nebula",   "supernova","satellite","radio",    "antenna",    "interferometer",
    "murchison", "widefield", "array",    "gleam",    "curtin",     "icrar",    "mwa",
    "ska",      "askap",    "lofar",    "meerkat",  "perth",      "australia","sydney",
    "melbourne", "science",  "physics",  "einstein", "newton",     "hubble",   "kepler",
};

/* Straight and zigzag. */
static const char *const rows[] = {
    "1234567890", "qwertyuiop", "qwertzuiop", "azertyuiop", "asdfghjkl", "zxcvbnm",
    "yxcvbnm", "abcdefghijklmnopqrstuvwxyz", "1q2w3e4r5t6y7u8i9o0p", "qazwsxedcrfvtgbyhnujm",
    "1qaz2wsx3edc4rfv5tgb6yhn",
};
/* clang-format on */

/* What is typed for a letter by those who replace letters. */
static int stands_for(char typed, char letter)
{
    static const char typed_for[] = "@a4a3e1i!i|l1l0o$s5s7t+t8b9g";

    if (apr_tolower(typed) == letter) {
        return 1;
    }
    for (const char *pair = typed_for; *pair; pair += 2) {
        if (pair[0] == typed && pair[1] == letter) {
            return 1;
        }
    }
    return 0;
}

static size_t word_at(const char *text, const char *word)
{
    size_t len = 0;

    while (word[len] && text[len] && stands_for(text[len], (char)apr_tolower(word[len]))) {
        len++;
    }
    return word[len] ? 0 : len;
}

static size_t common_word(const char *text)
{
    size_t longest = 0;

    for (size_t i = 0; i < sizeof words / sizeof words[0]; i++) {
        size_t len = word_at(text, words[i]);

        longest = len > longest ? len : longest;
    }
    return longest;
}

/* How many characters go on along a row of keys, in the direction `step`. */
static size_t along(const char *text, const char *row, int step)
{
    const char *at = strchr(row, apr_tolower(*text)), *end = row + strlen(row);
    size_t len = 0;

    while (*text && at && at >= row && at < end && apr_tolower(text[len]) == *at) {
        len++;
        at += step;
    }
    return len;
}

static size_t row_of_keys(const char *text)
{
    size_t longest = 0;

    for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
        for (int step = -1; step <= 1; step += 2) {
            size_t len = along(text, rows[i], step);

            longest = len > longest ? len : longest;
        }
    }
    return longest;
}

/* A year of our time, as people put behind a word. */
static size_t year(const char *text)
{
    return strspn(text, "0123456789") >= 4
                   && (!strncmp(text, "19", 2) || !strncmp(text, "20", 2))
               ? 4
               : 0;
}

/* How much of what begins here stood before: a run of one character, too. */
static size_t repetition(const char *password, const char *text)
{
    size_t longest = 0;

    for (const char *before = password; before < text; before++) {
        size_t len = 0;

        while (text[len] && apr_tolower(text[len]) == apr_tolower(before[len])) {
            len++;
        }
        longest = len > longest ? len : longest;
    }
    return longest;
}

/* The rest of a UTF-8 character goes with its beginning. */
static size_t character(const char *text)
{
    size_t len = 1;

    while (((unsigned char)text[len] & 0xc0) == 0x80) {
        len++;
    }
    return len;
}

static size_t longer(size_t a, size_t b)
{
    return a > b ? a : b;
}

static size_t guessable(const char *password, const char *text)
{
    size_t row = longer(row_of_keys(text), repetition(password, text));

    return longer(longer(common_word(text), year(text)), row >= SHORTEST_PIECE ? row : 0);
}

/* *has_name: whether the user's name is one of the pieces. */
static int count_pieces(const char *password, const char *user, int *has_name)
{
    int count = 0;
    const char *text = password;

    *has_name = 0;
    while (*text) {
        size_t name = strlen(user) >= SHORTEST_PIECE ? word_at(text, user) : 0;
        size_t len = guessable(password, text);

        *has_name |= name > 0;
        text += longer(longer(name, len), character(text));
        count++;
    }
    return count;
}

static int characters(const char *text)
{
    int count = 0;

    for (; *text; text += character(text)) {
        count++;
    }
    return count;
}

const char *tr_password_fault(const char *password, const char *user, apr_pool_t *pool)
{
    int has_name;

    if (characters(password) < TR_PASSWORD_MIN) {
        return apr_psprintf(pool, "A password has at least %d characters.", TR_PASSWORD_MIN);
    }
    if (strlen(password) > TR_PASSWORD_MAX) {
        return apr_psprintf(pool, "A password has at most %d bytes: bcrypt reads no more.",
                            TR_PASSWORD_MAX);
    }
    if (count_pieces(password, user, &has_name) >= PIECES) {
        return NULL;
    }
    return has_name ? "The user name is no password, nor is it with a little around it."
                    : "This is guessed soon: common words, rows of keys, years and repetitions "
                      "count little. Put a few words together that nobody else would.";
}
