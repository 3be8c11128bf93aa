/* value.c: rows, lists, numbers, buffers, shapes and problems hold what was put in.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tap.h"
#include "tr_buf.h"
#include "tr_problem.h"
#include "tr_shape.h"
#include "tr_value.h"

#include <apr_general.h>
#include <apr_strings.h>
#include <locale.h>

static apr_pool_t *pool;

static void rows_keep_order_and_replace_by_name(void)
{
    tr_row_t *row = tr_row_make(pool);
    char name[16];

    for (int i = 0; i < 100; i++) {
        tr_row_set(row, apr_psprintf(pool, "name%d", i), tr_int(i));
    }
    is_int(row->count, 100, "a row grows to 100 values");
    is_int(tr_row_index(row, "name0"), 0, "the first name is first");
    is_int(tr_row_index(row, "name99"), 99, "the last name is last");
    snprintf(name, sizeof(name), "name%d", 50);
    tr_row_set(row, name, tr_text("new"));
    is_int(row->count, 100, "setting a known name adds nothing");
    is_str(tr_row_text(row, "name50"), "new", "but replaces the value");
    ok(!tr_row_get(row, "name100"), "an unknown name gives NULL");
    ok(!tr_row_get(tr_row_make(pool), "x"), "an empty row has no name");
}

static void shorthands_fall_back(void)
{
    tr_row_t *row = tr_row_make(pool);

    tr_row_set(row, "null", tr_null());
    tr_row_set(row, "int", tr_int(-7));
    tr_row_set(row, "real", tr_real(2.5));
    tr_row_set(row, "flag", tr_bool(17));
    tr_row_set(row, "text", tr_text("words"));
    tr_row_set(row, "json", tr_json("{}"));
    tr_row_set(row, "row", tr_of_row(row));
    tr_row_set(row, "list", tr_of_list(tr_list_make(pool)));
    is_int(tr_row_int(row, "int", 1), -7, "a whole number is read");
    is_int(tr_row_int(row, "text", 1), 1, "of another kind: the fallback");
    is_int(tr_row_int(row, "gone", 2), 2, "absent: the fallback");
    is_real(tr_row_real(row, "real", 0), 2.5, 0, "a real is read");
    is_real(tr_row_real(row, "int", 0), -7, 0, "a whole number counts as a real");
    is_real(tr_row_real(row, "null", 9), 9, 0, "NULL: the fallback");
    is_int(tr_row_flag(row, "flag"), 1, "a flag is 0 or 1");
    is_str(tr_row_text(row, "json"), "{}", "JSON counts as text");
    is_str(tr_row_text(row, "int"), NULL, "a number is no text");
    ok(tr_row_row(row, "row") == row && !tr_row_row(row, "list"), "rows are rows");
    ok(tr_row_list(row, "list") && !tr_row_list(row, "row"), "lists are lists");
    ok(tr_row_is_null(row, "null") && tr_row_is_null(row, "gone"), "NULL and absent are null");
    ok(!tr_row_is_null(row, "int"), "a number is not null");
}

static void rows_of_a_list_share_names_until_written(void)
{
    static const char *names[] = { "a", "b" };
    tr_value_t first[] = { tr_int(1), tr_int(2) }, second[] = { tr_int(3), tr_int(4) };
    tr_row_t one = { pool, 2, 2, 0, names, first }, two = { pool, 2, 2, 0, names, second };
    tr_row_t *copy;

    tr_row_set(&one, "c", tr_int(5));
    is_int(one.count, 3, "a shared row takes a new name");
    ok(two.count == 2 && two.names == names, "its sister does not see it");
    is_int(tr_row_int(&one, "b", 0), 2, "the old values stay");
    copy = tr_row_copy(&two, pool);
    tr_row_set(copy, "a", tr_int(9));
    is_int(tr_row_int(&two, "a", 0), 3, "a copy has its own values");
    is_int(tr_row_copy(tr_row_make(pool), pool)->count, 0, "an empty row can be copied");
}

static void lists_grow(void)
{
    tr_list_t *list = tr_list_make(pool);

    for (int i = 0; i < 1000; i++) {
        tr_row_set(tr_list_add(list), "i", tr_int(i));
    }
    is_int(list->count, 1000, "a list grows to 1000 rows");
    is_int(tr_row_int(list->rows[999], "i", 0), 999, "in order");
}

static void truth_is_mustaches(void)
{
    tr_list_t *empty = tr_list_make(pool);
    const tr_value_t untrue[] = { tr_null(), tr_bool(0), tr_text(""), tr_of_list(empty) };
    const tr_value_t truths[] = { tr_bool(1), tr_int(0), tr_real(0), tr_text("0"),
                                  tr_of_row(tr_row_make(pool)) };

    for (size_t i = 0; i < sizeof(untrue) / sizeof(*untrue); i++) {
        ok(!tr_value_is_truthy(&untrue[i]), "value %d of the untrue ones is untrue", (int)i);
    }
    for (size_t i = 0; i < sizeof(truths) / sizeof(*truths); i++) {
        ok(tr_value_is_truthy(&truths[i]), "value %d of the true ones is true", (int)i);
    }
    ok(tr_text(NULL).kind == TR_NULL && tr_of_row(NULL).kind == TR_NULL, "no pointer is NULL");
    ok(tr_real(NAN).kind == TR_NULL && tr_real(-INFINITY).kind == TR_NULL,
       "NaN and infinity never become a value");
}

static const char *text_of(tr_value_t value)
{
    return tr_value_to_text(&value, pool);
}

static void values_are_written_as_text(void)
{
    is_str(text_of(tr_real(310)), "310", "a whole real has no point");
    is_str(text_of(tr_real(0.1)), "0.1", "0.1 is written as 0.1");
    is_str(text_of(tr_real(1.0 / 3)), "0.3333333333333333", "a third takes 16 digits");
    is_str(text_of(tr_real(5e-324)), "4.94065645841247e-324", "the least double reads back");
    is_str(text_of(tr_int(APR_INT64_MIN)), "-9223372036854775808", "the least integer");
    is_str(text_of(tr_bool(1)), "true", "true");
    is_str(text_of(tr_null()), "", "NULL is empty");
    is_str(text_of(tr_of_list(tr_list_make(pool))), "", "a list is empty");
}

static double random_real(unsigned int *seed)
{
    union {
        apr_uint64_t bits;
        double real;
    } any = { 0 };

    for (int i = 0; i < 5; i++) {
        *seed = *seed * 1103515245u + 12345u;
        any.bits = any.bits << 16 | (*seed >> 16);
    }
    return any.real;
}

static void reals_read_back_equal(void)
{
    unsigned int seed = 42;
    int wrong = 0, longest = 0;

    for (int i = 0; i < 20000; i++) {
        double real = random_real(&seed), back = 0;
        char text[TR_NUMBER_ROOM];
        int len;

        if (!isfinite(real)) {
            continue;
        }
        len = tr_real_print(text, real);
        longest = len > longest ? len : longest;
        wrong += !tr_real_read(text, (apr_size_t)len, &back) || back != real;
    }
    is_int(wrong, 0, "20000 random doubles read back equal");
    ok(longest < TR_NUMBER_ROOM, "the longest of them fits: %d", longest);
}

static void reals_are_read_strictly(void)
{
    static const char *const good[] = { "1", "-1.5", "+1e3", ".5", "7.", "1E-400", "00012" };
    static const char *const bad[] = { "",    ".",  "e5", "1e",    "1e+",     "0x1p3", "inf",
                                       "nan", "1 ", " 1", "1,5",   "1e400",   "--1",   "1.2.3",
                                       "1_0", "٣",  "-",  "1e5.0", "infinity" };
    char *digits = apr_palloc(pool, 5001);
    double real;

    for (size_t i = 0; i < sizeof(good) / sizeof(*good); i++) {
        ok(tr_real_read(good[i], strlen(good[i]), &real), "\"%s\" is a number", good[i]);
    }
    for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
        ok(!tr_real_read(bad[i], strlen(bad[i]), &real), "\"%s\" is none", bad[i]);
    }
    memset(digits, '3', 5000);
    digits[5000] = '\0';
    ok(!tr_real_read(digits, 5000, &real), "5000 digits are beyond a double");
    digits[1] = '.';
    ok(tr_real_read(digits, 5000, &real) && real == 10.0 / 3, "5000 decimals are read");
    ok(tr_real_read("125", 2, &real) && real == 12, "no byte after the length is read");
}

static void integers_are_read_exactly(void)
{
    static const struct {
        const char *text;
        tr_int_fault_e fault;
        apr_int64_t integer;
    } cases[] = {
        { "0", TR_INT_OK, 0 },
        { "-0.000", TR_INT_OK, 0 },
        { "10.0", TR_INT_OK, 10 },
        { "1e3", TR_INT_OK, 1000 },
        { "1.25e2", TR_INT_OK, 125 },
        { "1200e-2", TR_INT_OK, 12 },
        { "9007199254740993", TR_INT_OK, APR_INT64_C(9007199254740993) },
        { "9223372036854775807", TR_INT_OK, APR_INT64_MAX },
        { "-9223372036854775808", TR_INT_OK, APR_INT64_MIN },
        { "9223372036854775808", TR_INT_TOO_HIGH, 0 },
        { "-9223372036854775809", TR_INT_TOO_LOW, 0 },
        { "18446744073709551616", TR_INT_TOO_HIGH, 0 },
        { "1e30", TR_INT_TOO_HIGH, 0 },
        { "-1e99999999999999999999", TR_INT_TOO_LOW, 0 },
        { "0e99999999999999999999", TR_INT_OK, 0 },
        { "1e-99999999999999999999", TR_INT_NOT_WHOLE, 0 },
        { "3.5", TR_INT_NOT_WHOLE, 0 },
        { "abc", TR_INT_NOT_WHOLE, 0 },
        { "", TR_INT_NOT_WHOLE, 0 },
        { "0x10", TR_INT_NOT_WHOLE, 0 },
        { "1 0", TR_INT_NOT_WHOLE, 0 },
    };

    for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
        apr_int64_t integer = 0;

        is_int(tr_int_read(cases[i].text, strlen(cases[i].text), &integer), cases[i].fault,
               "\"%s\" is judged rightly", cases[i].text);
        if (cases[i].fault == TR_INT_OK) {
            is_int(integer, cases[i].integer, "and \"%s\" has its value", cases[i].text);
        }
    }
}

static void numbers_do_not_depend_on_the_locale(void)
{
    static const char *const names[] = { "de_DE.UTF-8", "fr_FR.UTF-8", "ps_AF.UTF-8" };
    const char *found = NULL;
    double real = 0;

    for (int i = 0; i < 3 && !found; i++) {
        found = setlocale(LC_NUMERIC, names[i]);
    }
    if (!found) {
        skip("numbers keep their point in any locale", "no locale with a decimal comma here");
        return;
    }
    is_str(text_of(tr_real(1.5)), "1.5", "1.5 is written with a point");
    ok(tr_real_read("1.5", 3, &real) && real == 1.5, "1.5 is read with a point");
    ok(!tr_real_read("1,5", 3, &real), "1,5 is not read");
    setlocale(LC_NUMERIC, "C");
}

static void buffers_grow_and_stay_terminated(void)
{
    tr_buf_t *buf = tr_buf_make(1, pool);
    char *room;

    for (int i = 0; i < 10000; i++) {
        tr_buf_printf(buf, "%d,", i % 10);
    }
    is_int((long long)buf->len, 20000, "10000 writes are all there");
    ok(buf->data[buf->len] == '\0', "and end in NUL");
    tr_buf_clear(buf);
    is_str(buf->data, "", "a cleared buffer is empty");
    tr_buf_put(buf, "a\0b", 3);
    tr_buf_putc(buf, 'c');
    ok(buf->len == 4 && !memcmp(buf->data, "a\0bc", 5), "NUL is a byte like others");
    room = tr_buf_reserve(buf, 100000);
    memset(room, 'x', 100000);
    buf->len += 100000;
    tr_buf_puts(buf, "end");
    is_str(buf->data + 100004, "end", "reserved room counts once it was added");
}

static void shapes_are_found_by_name(void)
{
    tr_shape_t *shape = tr_shape_make(pool), *inner = tr_shape_make(pool);

    for (int i = 0; i < 50; i++) {
        tr_shape_add(shape, apr_psprintf(pool, "n%d", i), TR_INT, NULL);
    }
    tr_shape_add(shape, "n7", TR_LIST, inner);
    is_int(shape->count, 50, "adding a known name replaces it");
    ok(tr_shape_find(shape, "n7")->inner == inner, "with its new form");
    ok(!tr_shape_find(shape, "n50"), "an unknown name gives NULL");
}

static void problems_collect_complaints(void)
{
    tr_problem_t *problem = tr_problem_make(pool);

    is_int(tr_problem_field(problem, "ra_deg", "Too %s.", "big"), TR_EBAD,
           "a field is TR_EBAD");
    is_int(tr_problem_at(problem, "page.html", 7, "odd"), TR_ESITE, "a file is TR_ESITE");
    is_int(tr_problem_add(problem, TR_EDB, "%zu lost", (size_t)3), TR_EDB, "its own status");
    is_int(problem->status, TR_EBAD, "the first status stays");
    is_int(tr_problem_count(problem), 3, "all are kept");
    is_str(tr_problem_words(problem, "ra_deg"), "Too big.", "a field's words are found");
    is_str(tr_problem_words(problem, "dec_deg"), NULL, "no words for another field");
    is_str(tr_problem_text(problem, pool), "ra_deg: Too big.\npage.html:7: odd\n3 lost",
           "one a line");
    tr_problem_clear(problem);
    ok(!tr_problem_count(problem) && !problem->status, "a cleared problem is empty");
    is_str(tr_problem_text(problem, pool), "", "and has no text");
}

int main(void)
{
    apr_initialize();
    apr_pool_create(&pool, NULL);
    rows_keep_order_and_replace_by_name();
    shorthands_fall_back();
    rows_of_a_list_share_names_until_written();
    lists_grow();
    truth_is_mustaches();
    values_are_written_as_text();
    reals_read_back_equal();
    reals_are_read_strictly();
    integers_are_read_exactly();
    numbers_do_not_depend_on_the_locale();
    buffers_grow_and_stay_terminated();
    shapes_are_found_by_name();
    problems_collect_complaints();
    apr_pool_destroy(pool);
    apr_terminate();
    return done_testing();
}
