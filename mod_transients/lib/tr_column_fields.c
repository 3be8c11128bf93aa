/* tr_column_fields.c: form fields made from the column table.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_column_fields.h"

#include <math.h>
#include <string.h>

static const struct {
    const char *type;
    tr_field_kind_e kind;
} kinds[] = {
    { "bigint", TR_F_INT },   { "integer", TR_F_INT }, { "float8", TR_F_REAL },
    { "boolean", TR_F_BOOL }, { "jsonb", TR_F_JSON },  { "text", TR_F_TEXT },
};

static tr_field_kind_e kind_of(const char *type)
{
    for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
        if (strcmp(kinds[i].type, type) == 0) {
            return kinds[i].kind;
        }
    }
    return TR_F_TEXT;
}

/* A field's limits are both 0 when there are none; one open end stays infinite. */
static tr_field_t field_of(const tr_column_t *column)
{
    tr_field_t field = { .name = column->name,
                         .kind = kind_of(column->type),
                         .flags = TR_F_NAN_IS_NULL,
                         .max_len = column->max_len,
                         .label = column->label };

    if (!isinf(column->min) || !isinf(column->max)) {
        field.min = column->min;
        field.max = column->max;
    }
    return field;
}

static int count_fields(const tr_field_t *fields)
{
    int n = 0;

    while (fields && fields[n].name) {
        n++;
    }
    return n;
}

static int is_named(const tr_field_t *fields, int count, const char *name)
{
    for (int i = 0; i < count; i++) {
        if (strcmp(fields[i].name, name) == 0) {
            return 1;
        }
    }
    return 0;
}

const tr_field_t *tr_column_fields(const tr_columns_t *columns, const char *set,
                                   const tr_field_t *first, apr_pool_t *pool)
{
    int n, given = count_fields(first), used = given;
    const tr_column_t *const *column = tr_columns_set(columns, set, &n);
    tr_field_t *fields = apr_pcalloc(pool, (apr_size_t)(given + n + 1) * sizeof *fields);

    if (given) {
        memcpy(fields, first, (size_t)given * sizeof *fields);
    }
    for (int i = 0; i < n; i++) {
        if (!is_named(first, given, column[i]->name)) {
            fields[used++] = field_of(column[i]);
        }
    }
    return fields;
}
