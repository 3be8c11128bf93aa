/* tr_table_system.c: what a column's numbers are measured in: units, and systems of reference.
 *
 * SPDX-License-Identifier: MIT
 */
#include "tr_table_private.h"

#include <string.h>

typedef struct {
    const char *ours;
    const char *standard;
} unit_t;

/* What the column table writes for people, and how a program reads it. */
static const unit_t units[] = {
    { "deg", "deg" },
    { "arcmin", "arcmin" },
    { "arcsec", "arcsec" },
    { "mas", "mas" },
    { "mas/yr", "mas/yr" },
    { "s", "s" },
    { "ms", "ms" },
    { "min", "min" },
    { "h", "h" },
    { "d", "d" },
    { "yr", "yr" },
    { "Hz", "Hz" },
    { "kHz", "kHz" },
    { "MHz", "MHz" },
    { "GHz", "GHz" },
    { "Jy", "Jy" },
    { "mJy", "mJy" },
    { "Jy s", "Jy.s" },
    { "Jy.s", "Jy.s" },
    { "pixel", "pixel" },
    { "pixel²", "pixel**2" },
    { "pixel^2", "pixel**2" },
    { "pixel**2", "pixel**2" },
    { "pc cm^-3", "pc.cm**-3" },
    { "pc cm-3", "pc.cm**-3" },
    { "pc cm⁻³", "pc.cm**-3" },
    { "pc.cm**-3", "pc.cm**-3" },
    { "m", "m" },
    { "km", "km" },
    { "K", "K" },
    { "byte", "byte" },
};

const char *tr_table_unit(const char *unit)
{
    for (size_t i = 0; unit && i < sizeof units / sizeof *units; i++) {
        if (!strcmp(unit, units[i].ours)) {
            return units[i].standard;
        }
    }
    return "";
}

typedef struct {
    const char *ucd; /* its beginning */
    const char *unit;
    tr_table_system_e system;
} meaning_t;

static const meaning_t meanings[] = {
    { "pos.eq.", "deg", TR_TABLE_ICRS },
    { "time.", "s", TR_TABLE_GPS },
    { "time.", "d", TR_TABLE_MJD },
};

/* Times that are lengths, not points. */
static const char *const spans[] = {
    "time.resolution", "time.duration", "time.interval", "time.period",
    "time.scale",      "time.lifetime", "time.expo",
};

static int begins(const char *text, const char *start)
{
    return !strncmp(text, start, strlen(start));
}

static int is_span(const char *ucd)
{
    for (size_t i = 0; i < sizeof spans / sizeof *spans; i++) {
        if (begins(ucd, spans[i])) {
            return 1;
        }
    }
    return 0;
}

tr_table_system_e tr_table_system(const tr_table_column_t *column)
{
    if (!column->ucd || !column->unit || is_span(column->ucd)) {
        return TR_TABLE_NO_SYSTEM;
    }
    for (size_t i = 0; i < sizeof meanings / sizeof *meanings; i++) {
        if (begins(column->ucd, meanings[i].ucd) && !strcmp(column->unit, meanings[i].unit)) {
            return meanings[i].system;
        }
    }
    return TR_TABLE_NO_SYSTEM;
}

int tr_table_uses(const tr_table_head_t *head, tr_table_system_e system)
{
    for (int i = 0; i < head->column_count; i++) {
        if (tr_table_system(&head->columns[i]) == system) {
            return 1;
        }
    }
    return 0;
}
