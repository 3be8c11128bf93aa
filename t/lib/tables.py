# tables.py: do other programs read the same rows, types and nulls from all four formats?
#
#   tables.py FOLDER NAME
#
# reads NAME.csv, .json, .vot and .fits of a folder by pandas, astropy and stilts and compares each
# with what Python's own JSON reader makes of NAME.json. Where NAME.expected.json is there (a list of
# rows), that one is compared as well. Prints a line a check: 'ok' or 'not ok', a tab, the check's
# name, a tab, what is different.
#
# A value is None, int, float, bool or text; a text that is empty or blank reads as None where the
# format or the reader has no difference between the two.
#
# SPDX-License-Identifier: MIT
import csv
import io
import json
import os
import re
import subprocess
import sys
import warnings

import numpy
import pandas
from astropy.io import fits
from astropy.table import Table

warnings.simplefilter('ignore')

KINDS = {'bigint': 'integer', 'integer': 'integer', 'smallint': 'integer', 'float8': 'real',
         'boolean': 'boolean', 'timestamptz': 'text', 'text': 'text', 'jsonb': 'text'}
DTYPE_KINDS = {'i': 'integer', 'f': 'real', 'b': 'boolean', 'S': 'text', 'U': 'text', 'O': 'text'}
PANDAS_DTYPES = {'integer': 'Int64', 'real': 'float64', 'boolean': 'boolean', 'text': 'string'}
JAVA_KINDS = {'Short': 'integer', 'Integer': 'integer', 'Long': 'integer', 'Float': 'real',
              'Double': 'real', 'Boolean': 'boolean', 'String': 'text'}
XML_FORBIDDEN = re.compile('[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]')


class Reading:
    """What a reader saw: names, kinds, rows; has_empty: '' and None are different; strips: the
    reader takes the blanks from a text's ends."""

    def __init__(self, names, kinds, rows, has_empty=True, strips=False):
        self.names, self.kinds, self.rows = list(names), list(kinds), rows
        self.has_empty, self.strips = has_empty, strips


def unescape(text):
    """FITS: \\uXXXX, \\UXXXXXXXX and doubled backslashes."""
    return re.sub(r'\\(?:\\|u([0-9A-F]{4})|U([0-9A-F]{8}))',
                  lambda m: chr(int(m[1] or m[2], 16)) if m[1] or m[2] else '\\', text)


# ---------------------------------------------------------------- readers

def plain_value(kind, value):
    """A value of a nested column is compared as JSON text."""
    if value is None or kind != 'jsonb':
        return value
    return json.dumps(value, sort_keys=True)


def read_json(path):
    with open(path, encoding='utf-8') as file:
        whole = json.load(file)
    columns = whole['columns']
    names = [column['name'] for column in columns]
    types = [column['type'] for column in columns]
    for row in whole['rows']:
        if list(row) != names:
            raise ValueError('a row has other names than the columns')
    if whole['rows_total'] != len(whole['rows']):
        raise ValueError('rows_total is %s' % whole['rows_total'])
    rows = [[plain_value(t, row[n]) for n, t in zip(names, types)] for row in whole['rows']]
    # A jsonb value null and an absent one are the same in JSON.
    reading = Reading(names, [KINDS[t] for t in types], rows)
    reading.types = types
    return reading


def read_pandas_json(path, like):
    with open(path, encoding='utf-8') as file:
        frame = pandas.DataFrame(json.load(file)['rows'], columns=like.names, dtype=object)
    rows = [[None if pandas.api.types.is_scalar(v) and pandas.isna(v) else plain_value(t, v)
             for v, t in zip(row, like.types)] for row in frame.itertuples(index=False)]
    return Reading(frame.columns, like.kinds, rows)


def read_pandas_csv(path, like):
    dtypes = {n: PANDAS_DTYPES[k] for n, k in zip(like.names, like.kinds)}
    # Its Int64 with absent values goes through a double.
    huge = [n for n, k, *values in zip(like.names, like.kinds, *like.rows)
            if k == 'integer' and any(v is not None and abs(v) > 2**53 for v in values)]
    dtypes.update((name, 'string') for name in huge)
    frame = pandas.read_csv(path, dtype=dtypes, keep_default_na=False, na_values=[''],
                            float_precision='round_trip', encoding='utf-8')
    kinds = ['integer' if n in huge else {v: k for k, v in PANDAS_DTYPES.items()}[str(t)]
             for n, t in zip(frame.columns, frame.dtypes)]
    casts = {'integer': int, 'real': float, 'boolean': bool, 'text': str}
    rows = [[None if pandas.isna(v) else casts[k](v) for v, k in zip(row, kinds)]
            for row in frame.itertuples(index=False)]
    return Reading(frame.columns, kinds, rows, has_empty=False)


def guessed_kinds(path, like):
    """Without being told: what pandas makes of a column that has values."""
    frame = pandas.read_csv(path)
    found = {}
    for name, kind in zip(like.names, like.kinds):
        column = frame[name].dropna()
        if kind in ('real', 'boolean') and len(column):
            found[name] = DTYPE_KINDS[column.infer_objects().dtype.kind] == kind
    return [name for name, same in found.items() if not same]


def astropy_value(kind, value):
    if value is numpy.ma.masked:
        return None
    if kind == 'integer':
        return int(value)
    if kind == 'real':
        return None if numpy.isnan(value) else float(value)
    if kind == 'boolean':
        return bool(value)
    return ''.join(numpy.asarray(value)) if isinstance(value, numpy.ndarray) else str(value)


def astropy_rows(table, kinds):
    return [[astropy_value(k, table[n][i]) for n, k in zip(table.colnames, kinds)]
            for i in range(len(table))]


def astropy_kinds(table):
    return [DTYPE_KINDS[table[name].dtype.kind] for name in table.colnames]


def read_astropy_votable(path, like):
    table = Table.read(path, format='votable')
    kinds = astropy_kinds(table)
    return Reading(table.colnames, kinds, astropy_rows(table, kinds), has_empty=False,
                   strips=True)


def fits_text(value):
    """No characters: absent; a single blank: empty."""
    return None if not value else '' if value == ' ' else unescape(value)


def read_astropy_fits(path, like):
    table = Table.read(path, format='fits')
    kinds = astropy_kinds(table)
    rows = astropy_rows(table, kinds)
    with fits.open(path) as file:
        raw = file[1].data.view(numpy.ndarray)
        for at, (name, kind) in enumerate(zip(table.colnames, kinds)):
            for row, value in zip(rows, raw[name]):
                if kind == 'boolean' and value == 0:  # astropy has no absent booleans
                    row[at] = None
                if kind == 'text':
                    row[at] = fits_text(row[at])
    return Reading(table.colnames, kinds, rows)


def run_stilts(*words):
    env = dict(os.environ, LC_ALL='C.UTF-8')
    done = subprocess.run(['stilts', *words], capture_output=True, env=env, check=True)
    return done.stdout


def stilts_types(path, form):
    said = run_stilts('tpipe', 'in=' + path, 'ifmt=' + form, 'omode=meta').decode()
    return [JAVA_KINDS[t] for t in re.findall(r'^ *\d+: [^(\n]+\((\w+)\)', said, re.M)]


def stilts_value(kind, text, form):
    if text == '':
        return None
    if kind != 'text':
        return {'integer': int, 'real': float, 'boolean': 'true'.__eq__}[kind](text)
    if form == 'csv':  # it reads bytes
        text = text.encode('latin-1').decode()
    return unescape(text) if form == 'fits' else text


def read_stilts(path, like, form):
    text = run_stilts('tpipe', 'in=' + path, 'ifmt=' + form, 'ofmt=csv').decode()
    lines = list(csv.reader(io.StringIO(text, newline='')))
    # What it guesses of CSV is its own affair.
    kinds = like.kinds if form == 'csv' else stilts_types(path, form)
    rows = [[stilts_value(k, v, form) for v, k in zip(line, kinds)] for line in lines[1:]]
    return Reading(lines[0], kinds, rows, has_empty=False)


READERS = [
    ('pandas reads the JSON', 'json', read_pandas_json),
    ('pandas reads the CSV', 'csv', read_pandas_csv),
    ('astropy reads the VOTable', 'vot', read_astropy_votable),
    ('astropy reads the FITS', 'fits', read_astropy_fits),
    ('stilts reads the CSV', 'csv', lambda p, like: read_stilts(p, like, 'csv')),
    ('stilts reads the VOTable', 'vot', lambda p, like: read_stilts(p, like, 'votable')),
    ('stilts reads the FITS', 'fits', lambda p, like: read_stilts(p, like, 'fits')),
]


# ---------------------------------------------------------------- comparing

def as_compared(value, type_, reading):
    """JSON text in one spelling; '' as None where they can't be told apart."""
    if isinstance(value, str) and not value.strip() and not reading.has_empty:
        return None
    if reading.strips and isinstance(value, str):
        value = value.strip()
    if type_ == 'jsonb' and isinstance(value, str):
        value = json.dumps(json.loads(value), sort_keys=True)
        return None if value == 'null' else value
    return value


def same(a, b):
    if isinstance(a, float) or isinstance(b, float):
        return type(a) is type(b) and repr(a) == repr(b)
    return type(a) is type(b) and a == b


def differences(reading, like, form):
    found = []
    if reading.names != like.names:
        return ['names %r' % reading.names]
    if reading.kinds != like.kinds:
        found.append('kinds %r' % [(n, a, b) for n, a, b
                                   in zip(like.names, reading.kinds, like.kinds) if a != b])
    if len(reading.rows) != len(like.rows):
        found.append('%d rows, not %d' % (len(reading.rows), len(like.rows)))
    for number, (row, want) in enumerate(zip(reading.rows, like.rows)):
        for name, type_, a, b in zip(like.names, like.types, row, want):
            a = as_compared(a, type_, reading)
            b = as_compared(b, type_, reading)
            if form == 'vot' and isinstance(b, str):
                b = XML_FORBIDDEN.sub('\ufffd', b)
            if not same(a, b):
                found.append('row %d %s: %r, not %r' % (number + 1, name, a, b))
    return found


def tell(name, found):
    print('%s\t%s\t%s' % ('not ok' if found else 'ok', name, '; '.join(found[:5])))


def attempt(name, check):
    try:
        tell(name, check())
    except Exception as error:  # every reader has exceptions of its own
        tell(name, ['%s: %s' % (type(error).__name__, str(error).replace('\n', ' '))])


def expected_differences(like, path):
    with open(path, encoding='utf-8') as file:
        wanted = json.load(file)
    want = Reading(like.names, like.kinds, [[plain_value(t, v) for v, t in zip(row, like.types)]
                                            for row in wanted])
    want.types = like.types
    return differences(like, want, 'json')


def main(folder, name):
    path = os.path.join(folder, name)
    like = read_json(path + '.json')
    if os.path.exists(path + '.expected.json'):
        attempt('the JSON has the rows that were written',
                lambda: expected_differences(like, path + '.expected.json'))
    for title, ending, reader in READERS:
        if title == 'stilts reads the CSV' and not like.rows:
            continue  # it takes a CSV without rows for no table
        attempt(title, lambda: differences(reader('%s.%s' % (path, ending), like), like, ending))
    attempt('pandas guesses reals and booleans of the CSV',
            lambda: guessed_kinds(path + '.csv', like))


main(*sys.argv[1:])
