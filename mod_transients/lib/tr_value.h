/* tr_value.h: rows of named values, the one currency of the whole program.
 *
 * A query's result, a checked form, a page's data, a JSON body: all are rows
 * (tr_row_t) and lists of rows (tr_list_t).  Everything lives in the pool it
 * was made from.  Text is UTF-8; `data` is always NUL-terminated besides
 * having its length.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_VALUE_H
#define TR_VALUE_H

#include <apr_pools.h>

typedef struct tr_row_t tr_row_t;
typedef struct tr_list_t tr_list_t;

typedef enum {
    TR_NULL,
    TR_BOOL,
    TR_INT,
    TR_REAL, /* finite always: NaN and infinities never become a value */
    TR_TEXT, /* also timestamps, as ISO 8601 with Z */
    TR_JSON, /* text that holds one valid JSON value */
    TR_ROW,
    TR_LIST
} tr_kind_e;

typedef struct tr_value_t {
    tr_kind_e kind;
    union {
        int flag;
        apr_int64_t integer;
        double real;
        struct {
            const char *data;
            apr_size_t len;
        } text;
        tr_row_t *row;
        tr_list_t *list;
    } as;
} tr_value_t;

/* Rows of one list share `names`; a row copies it before it adds a name. */
struct tr_row_t {
    apr_pool_t *pool;
    int count;
    int size;        /* room in values; names has the same room if owned */
    int names_owned; /* false: names belong to a list */
    const char **names;
    tr_value_t *values;
};

struct tr_list_t {
    apr_pool_t *pool;
    int count;
    int size;
    int width; /* columns of a query's result, 0 when rows were appended */
    const char **names;
    tr_row_t **rows;
};

/* Values of each kind. Text is not copied: it must live as long as the value. */
tr_value_t tr_null(void);
tr_value_t tr_bool(int flag);
tr_value_t tr_int(apr_int64_t integer);
tr_value_t tr_real(double real);      /* NaN or infinite: TR_NULL */
tr_value_t tr_text(const char *data); /* NULL: TR_NULL */
tr_value_t tr_text_n(const char *data, apr_size_t len);
tr_value_t tr_json(const char *data);
tr_value_t tr_of_row(tr_row_t *row);    /* NULL: TR_NULL */
tr_value_t tr_of_list(tr_list_t *list); /* NULL: TR_NULL */

tr_row_t *tr_row_make(apr_pool_t *pool);
/* Sets or replaces. The name is not copied; it must live as long as the row. */
void tr_row_set(tr_row_t *row, const char *name, tr_value_t value);
/* The value, or NULL when the row has no such name (a TR_NULL is not NULL). */
const tr_value_t *tr_row_get(const tr_row_t *row, const char *name);
/* Index of a name, -1 when absent. */
int tr_row_index(const tr_row_t *row, const char *name);
/* Shorthands: absent, NULL or of another kind gives NULL / 0 / the fallback. JSON counts as
 * text; a whole number counts as a real. */
const char *tr_row_text(const tr_row_t *row, const char *name);
apr_int64_t tr_row_int(const tr_row_t *row, const char *name, apr_int64_t fallback);
double tr_row_real(const tr_row_t *row, const char *name, double fallback);
int tr_row_flag(const tr_row_t *row, const char *name);
tr_row_t *tr_row_row(const tr_row_t *row, const char *name);
tr_list_t *tr_row_list(const tr_row_t *row, const char *name);
int tr_row_is_null(const tr_row_t *row, const char *name); /* absent or TR_NULL */
/* A row of its own with the same values (not deep). */
tr_row_t *tr_row_copy(const tr_row_t *row, apr_pool_t *pool);

tr_list_t *tr_list_make(apr_pool_t *pool);
void tr_list_append(tr_list_t *list, tr_row_t *row);
/* A new row, appended. */
tr_row_t *tr_list_add(tr_list_t *list);

/* Whether a Mustache section over it is entered: not NULL, false, "" , empty list. */
int tr_value_is_truthy(const tr_value_t *value);
/* The value as plain text: numbers in the shortest form that reads back equal,
 * true/false, text itself, "" for NULL; rows and lists give "". */
const char *tr_value_to_text(const tr_value_t *value, apr_pool_t *pool);
/* A finite real in that form, without a pool and in any locale ('.' always); its length. */
enum { TR_NUMBER_ROOM = 40 };
int tr_real_print(char out[TR_NUMBER_ROOM], double real);
/* Reads all of text as a decimal number ("-1.5e3", ".5", "7."; no blanks, no hexadecimal, no
 * infinity), in any locale. False when it is not one, or beyond a double's range. */
int tr_real_read(const char *text, apr_size_t len, double *real);
/* Reads all of text as a whole number, also spelled "10.0" or "1e3". */
typedef enum { TR_INT_OK, TR_INT_NOT_WHOLE, TR_INT_TOO_LOW, TR_INT_TOO_HIGH } tr_int_fault_e;
tr_int_fault_e tr_int_read(const char *text, apr_size_t len, apr_int64_t *integer);

#endif
