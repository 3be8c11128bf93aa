/* tr_psrcat.h: read the text of the ATNF pulsar catalogue, psrcat.db.
 *
 * The catalogue: Manchester, Hobbs, Teoh & Hobbs 2005, AJ 129, 1993. A record is a key a line,
 * "KEY VALUE ERROR REFERENCE" parted by blanks, and ends with a line that begins "@-"; lines
 * that begin "#" are comments, the first of them "#CATALOGUE 1.64".
 *
 * What is taken: PSRJ PSRB RAJ DECJ ELONG ELAT POSEPOCH PMRA PMDEC DM P0 F0 S150 S400, each
 * matched as a whole word: DM1, DMEPOCH and DIST_DM are other keys. Of a key given twice in a
 * record the last line counts. RAJ is in hours and DECJ in degrees, however many of the three
 * parts are given. A position of ELONG and ELAT (degrees, mean ecliptic and equinox of J2000)
 * is turned into right ascension and declination where RAJ and DECJ are not both there. Every
 * position is that of the record's POSEPOCH: proper motion is not applied. PMRA and PMDEC are
 * not worked out from PMELONG and PMELAT.
 *
 * SPDX-License-Identifier: MIT
 */
#ifndef TR_PSRCAT_H
#define TR_PSRCAT_H

#include "tr_problem.h"
#include "tr_value.h"

/* Most that is read: twenty times the catalogue of 2020, and of one line, whose longest there
 * are a hundred bytes. */
#define TR_PSRCAT_SIZE_MAX   (64 * 1024 * 1024)
#define TR_PSRCAT_LINE_MAX   1024
#define TR_PSRCAT_RECORD_MAX 100000
/* Faults kept with their words; all are counted. */
#define TR_PSRCAT_FAULT_MAX 50

typedef struct tr_psrcat_fault_t {
    int line; /* from 1 */
    const char *words;
} tr_psrcat_fault_t;

typedef struct tr_psrcat_t {
    const char *version; /* "1.64"; NULL when the text does not say */
    const char *date;    /* "2020-11-20", from the same line; NULL when it does not say */
    /* One row a record, in the order of the text: name (unique), bname, raj, decj (degrees),
     * dm (pc cm^-3), p0 (s), s150, s400 (mJy), posepoch (MJD), pmra, pmdec (mas/yr; pmra with
     * cos(dec)), ecliptic (bool: raj and decj were worked out). Absent values are NULL. */
    tr_list_t *pulsars;
    int ecliptic_count;
    apr_array_header_t *without_position; /* of const char *: their names */
    apr_array_header_t *faults;           /* of tr_psrcat_fault_t, the first ones */
    int fault_count;
    int is_cut; /* the last record has no end: the text was cut off */
} tr_psrcat_t;

/* Reads the text. What is wrong with one line or record is a fault and the rest is read: a
 * value that cannot be read is absent; left out are records without a usable name, with a name
 * that an earlier one has, or without an end.
 * TR_EBAD: not one record is there. TR_ETOOLARGE: beyond the limits. */
apr_status_t tr_psrcat_read(const tr_psrcat_t **catalogue, const char *text, apr_size_t len,
                            tr_problem_t *problem, apr_pool_t *pool);

#endif
