# export.t: a list leaves as CSV, FITS, VOTable and JSON: exactly the rows of its filters, with
# types, nulls and names that do not depend on the data.
#
# SPDX-License-Identifier: MIT
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Encode qw(decode encode);
use File::Glob ':bsd_glob';    # a path may have spaces
use JSON::PP ();
use Test::More;
use TransientsTest;
use TransientsTest::Sample;

my $site    = TransientsTest->start;
my $project = add_project($site);
my $closed  = add_project($site, 'closed', access => 'listed');
my @ids     = add_candidates($site, $project,
    (map { { can_det_stat => $_ % 7 ? $_ : undef, ra_deg => 3 * $_, dec_deg => -$_, can_peak_flux => $_ / 8,
             can_nks_is_close => $_ % 2 ? 't' : 'f', cand_id => $_ } } 1 .. 60), {});
my @hidden = add_candidates($site, $closed, { notes => 'hidden' });
my $bare   = $ids[-1];    # NULL wherever a candidate may be
my $note   = "café \"Ω\", β;\nzweite Zeile – 流星 </TD>&amp;";
$site->sql(encode('UTF-8', sprintf q{UPDATE candidate SET notes = '%s' WHERE id = %d}, $note, $ids[0]));
$site->login('rater');

my @forms = qw(csv fits vot json);

sub header ($answer, $name) { return $answer->{headers}{$name} }

# Rows of a CSV file as lists of fields, its head first; a field that is empty is undef.
sub csv ($text) {
    my (@rows, @row);
    $text = decode('UTF-8', $text, Encode::FB_CROAK);
    while ($text =~ /\G(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|\z)/g) {
        my ($quoted, $plain, $end) = ($1, $2, $3);
        push @row, defined $quoted ? $quoted =~ s/""/"/gr : length $plain ? $plain : undef;
        next if $end eq ',';
        push @rows, [@row] if @row > 1 || defined $row[0];
        @row = ();
        last if $end eq '';
    }
    return @rows;
}

sub column ($name, @rows) {
    my ($at) = grep { $rows[0][$_] eq $name } 0 .. $rows[0]->$#*;
    return map { $_->[$at] } @rows[ 1 .. $#rows ];
}

# The cards of the table's header in a FITS file.
sub cards ($bytes) {
    my ($second) = $bytes =~ /^(?:.{2880})*?(?=XTENSION= 'BINTABLE')(.*)/s or return;
    my %card;
    for my $card (unpack '(a80)*', $second) {
        last if $card =~ /^END */;
        $card{$1} = $2 if $card =~ /^([A-Z0-9_-]+) *= *('(?:[^']|'')*'|\S+)/;
    }
    s/^'(.*?) *'$/$1/ for values %card;
    return \%card;
}

sub rows_of ($form, $content) {
    return csv($content) - 1 if $form eq 'csv';
    return JSON::PP->new->utf8->decode($content)->{rows}->@* if $form eq 'json';
    return cards($content)->{NAXIS2} if $form eq 'fits';
    return scalar(() = $content =~ /<TR>/g);
}

subtest 'exactly the filtered rows, in each form' => sub {
    my %sql = (
        ''                                  => 'true',
        'can_det_stat_min=10&can_det_stat_max=30' => 'c.can_det_stat BETWEEN 10 AND 30',
        'notes=1'                           => q{c.notes <> ''},
        'sort=can_det_stat&can_peak_flux_min=3' => 'c.can_peak_flux >= 3',
        'ra=30&dec=-10&radius=200'          => 'q3c_radial_query(c.ra_deg, c.dec_deg, 30, -10, RADIUS)',
        'obs_id=5'                          => 'false',
    );
    # The radius is in degrees or in minutes of arc, as the table says.
    my $page = $site->get('/candidates')->{content};
    my $unit = $page =~ /Search radius <span class="faint">deg/ ? 1 : 60;
    for my $query (sort keys %sql) {
        my $asked = $query =~ s/radius=200/'radius=' . 3 * $unit/er;
        my $where = $sql{$query} =~ s/RADIUS/3/r;
        my @want  = $site->sql("SELECT c.id FROM candidate c WHERE c.project_id = $project AND $where ORDER BY c.id");
        for my $form (@forms) {
            my $answer = $site->get("/candidates.$form?$asked");
            is $answer->{status}, 200, "$form: '$asked'" or diag($answer->{content});
            is rows_of($form, $answer->{content}), scalar @want, 'as many rows as SQL counts';
            is length $answer->{content}, header($answer, 'content-length'), 'with their length';
        }
        my @got = column('id', csv($site->get("/candidates.csv?$asked")->{content}));
        is join(' ', sort { $a <=> $b } @got), "@want", 'and they are those';
        next if !@want;
        my @listed = map { $_->{id} } $site->json("/candidates.json?$asked" . ($asked ? '&' : '') . 'rows=200')->{rows}->@*;
        is "@got", "@listed", 'in the order of the table';
    }
    is rows_of('csv', $site->get('/observations.csv')->{content}), 1, 'observations too';
};

subtest 'HTML shows what the download has' => sub {
    my @shown = $site->get('/candidates?can_det_stat_min=50')->{content} =~ m{<td><a class="mono" href="/candidates/(\d+)}g;
    my @got   = column('id', csv($site->get('/candidates.csv?can_det_stat_min=50')->{content}));
    is "@got", "@shown", 'the same rows in the same order';
};

subtest 'one non-ASCII letter in a note breaks no export' => sub {
    my @rows = csv($site->get('/candidates.csv?notes=1')->{content});
    is_deeply [column('notes', @rows)], [$note], 'CSV has every letter, quote and line';
    my ($row) = $site->json('/candidates.json?notes=1')->{rows}->@*;
    is $row->{notes}, $note, 'so has JSON';
    my $votable = decode('UTF-8', $site->get('/candidates.vot?notes=1')->{content}, Encode::FB_CROAK);
    my %entity = (lt => '<', gt => '>', quot => '"', amp => '&', '#10' => "\n");
    unlike $votable, qr/流星 <.TD>&amp;</, 'the VOTable has it escaped';
    ok index($votable =~ s/&([a-z]+|#10);/$entity{$1}/gr, $note) > 0, 'and whole';
    my $fits = $site->get('/candidates.fits?notes=1');
    is $fits->{status}, 200, 'FITS is made';
    like $fits->{content}, qr/caf\\u00e9/i, 'and says which letter it was';
};

subtest 'a NULL does not turn an integer column of the FITS into double' => sub {
    my (%with, %without);
    for my $case ([\%with, ''], [\%without, '?can_det_stat_min=1']) {
        my ($into, $query) = @$case;
        my $card = cards($site->get("/candidates.fits$query")->{content});
        for my $i (1 .. $card->{TFIELDS}) {
            $into->{ $card->{"TTYPE$i"} } = [@$card{ "TFORM$i" }, defined $card->{"TNULL$i"}];
        }
    }
    for my $name (qw(id cand_id obs_id upload_run filter project)) {
        like $with{$name}[0], qr/^1?K$/, "$name is a 64-bit integer";
    }
    ok $with{cand_id}[1], 'with a number that means NULL';
    is_deeply [map { $_->[0] =~ s/\(\d+\)//r } @with{ sort keys %with }],
        [map { $_->[0] =~ s/\(\d+\)//r } @without{ sort keys %without }], 'no type depends on the rows';
};

subtest 'NULL text does not become the string nan' => sub {
    my @rows = csv($site->get("/candidates.csv")->{content});
    my ($at) = grep { $rows[$_][0] eq $bare } 1 .. $#rows;
    my %row;
    @row{ $rows[0]->@* } = $rows[$at]->@*;
    is_deeply [grep { defined $row{$_} } qw(notes metadata nks_name ra_deg can_det_stat cand_id can_nks_is_close
        extra uploaded_by upload_run rating_mean pulsar peak_time)], [], 'CSV leaves the field empty';
    my ($json) = grep { $_->{id} == $bare } $site->json('/candidates.json')->{rows}->@*;
    ok exists $json->{notes} && !defined $json->{notes}, 'JSON has null';
    for my $form (@forms) {
        unlike $site->get("/candidates.$form")->{content} =~ s/<TD>NaN<\/TD>//gr, qr/\b(?:nan|None|NULL)\b(?!ABLE)/,
            "$form has no word for it";
    }
};

subtest 'names, types, and what else the dictionary adds' => sub {
    my $all = $site->json('/candidates.json?notes=1');
    my $row = $all->{rows}[0];
    is $row->{id}, $ids[0], 'a number is a number';
    is $row->{project_name}, 'P', 'the project by name';
    is $row->{filter_name}, 'vmf', 'the filter by name';
    like $row->{png_path}, qr{^\Q@{[$site->url]}\E/media/$ids[0]/png-[0-9a-f]{8}\.png$}, 'a picture by its address';
    is $row->{rating_count}, 0, 'not rated';
    ok !defined $row->{rating_mean}, 'without a mean';
    is $row->{can_nks_is_close} ? 'true' : 'false', 'true', 'a boolean';
    like $row->{uploaded_at}, qr/^\d{4}-\d\d-\d\dT[\d:.]+Z$/, 'a time is UTC and says so';
    my ($observation) = $site->json('/observations.json')->{rows}->@*;
    is $observation->{start_utc}, '2020-09-29T19:20:54Z', 'UTC of the start, with leap seconds';
    ok abs($observation->{mid_mjd} - 59121.80781) < 1e-4, 'and the middle as MJD' or diag($observation->{mid_mjd});
    is $observation->{uploaded}, 61, 'with what the reader may see, counted';
    my %columns = map { $_->{name} => $_ } $all->{columns}->@*;
    is $columns{ra_deg}{unit}, 'deg', 'columns have units';
    is $columns{ra_deg}{ucd}, 'pos.eq.ra;meta.main', 'UCDs';
    like $columns{ra_deg}{description}, qr/Right ascension/, 'and descriptions';
};

subtest 'a table says where it is from' => sub {
    my $query  = 'can_det_stat_min=10';
    my $meta   = $site->json("/candidates.json?$query")->{meta};
    my $text   = JSON::PP->new->canonical->encode($meta);
    my $url    = $site->url;
    like $text, qr/\Q$url\E"/, 'the site';
    like $text, qr{\Q$url/candidates.json?$query\E}, 'the address asked';
    like $text, qr/Detection statistic, at least.{1,3}10/, 'the filters in words';
    like $text, qr/"GPS"/, 'the time system';
    my $card = cards($site->get("/candidates.fits?$query")->{content});
    is $card->{SITE}, $url, 'so does FITS';
    is $card->{TIMESYS}, 'GPS', 'with its time system';
    is $card->{SCHEMA}, $site->sql('SELECT max(id) FROM schema_migration'), 'and the migration';
    my $votable = $site->get("/candidates.vot?$query")->{content};
    like $votable, qr/<INFO [^>]*name="ADDRESS"[^>]*value="\Q$url\E/, 'so does the VOTable';
    unlike $text . $votable, qr/rater/, 'but not who asked';
};

subtest 'an address with many quotes is a download as any other' => sub {
    for my $count (67, 200, 4000) {
        my $answer = $site->get("/candidates.fits?obs_id=5&x=" . "'" x $count);
        is $answer->{status}, 200, "FITS, $count quotes";
        is rows_of('fits', $answer->{content}), 0, 'with its rows';
    }
};

subtest 'how it leaves' => sub {
    my %type = (csv => qr{^text/csv}, fits => qr{^application/fits$}, vot => qr{^application/x-votable\+xml},
        json => qr{^application/json});
    for my $form (@forms) {
        for my $method (qw(get head)) {
            my $answer = $site->$method("/candidates.$form");
            is $answer->{status}, 200, "\U$method\E $form";
            like header($answer, 'content-type'), $type{$form}, 'has its type';
            is header($answer, 'cache-control'), 'private, no-store', 'is kept by nobody';
            like header($answer, 'content-disposition') // '', $form eq 'json' ? qr/^$/
                : qr/^attachment; filename="candidates-\d{8}T\d{4}Z\.$form"$/, 'and has a name';
        }
        is $site->head("/candidates.$form")->{content} // '', '', 'HEAD has no body';
    }
    my %accept = ('text/csv' => 'csv', 'application/fits' => 'fits', 'application/x-votable+xml' => 'vot',
        'application/json' => 'json', 'text/html, text/csv;q=0.5' => 'html', '*/*' => 'html',
        'text/csv, text/html;q=0.9' => 'csv');
    for my $accept (sort keys %accept) {
        my $answer = $site->get('/candidates', headers => { Accept => $accept });
        like header($answer, 'content-type'), $type{ $accept{$accept} } // qr{^text/html}, "Accept: $accept";
    }
    like header($site->get('/candidates.csv', headers => { Accept => 'application/json' }), 'content-type'),
        $type{csv}, 'the extension wins';
    like header($site->get('/settings', headers => { Accept => 'text/csv' }), 'content-type'), qr{^text/html},
        'a page without a table stays a page';
};

subtest 'JSON of one page is a page' => sub {
    my $page = $site->json('/candidates.json?rows=10');
    is scalar $page->{rows}->@*, 10, 'rows= asks for one';
    ok $page->{next}, 'that leads on';
    is scalar $site->json('/candidates.json')->{rows}->@*, 61, 'without it all come';
    is $site->json('/candidates.json')->{next}, undef, 'and nothing follows';
};

subtest 'near a candidate' => sub {
    my @near = add_candidates($site, $project, map { { ra_deg => 100 + $_ / 1000, dec_deg => 60 } } 0 .. 3);
    my @rows = csv($site->get("/candidates/$near[0]/near.csv?radius=60")->{content});
    is join(' ', column('id', @rows)), "@near[1 .. 3]", 'the nearest first, after ids in the address';
    ok abs((column('separation', @rows))[0] - 0.0005) < 1e-6, 'with the separation';
    $site->sql(q{INSERT INTO pulsar (name, raj, decj, dm) VALUES ('J0640+6000', 100, 60, 12.5)});
    @rows = csv($site->get("/candidates/$near[0]/pulsars.csv")->{content});
    is join(' ', column('name', @rows)), 'J0640+6000', 'pulsars too';
    is $site->get("/candidates/$near[0]/near.fits")->{status}, 200, 'as FITS';
    is $site->get("/candidates/$hidden[0]/near.csv")->{status}, 404, 'not near one that is out of sight';
    is $site->get("/candidates/$near[0]/near.csv?radius=-1")->{status}, 400, 'not within less than nothing';
    $site->sql(q{DELETE FROM candidate WHERE ra_deg >= 100 AND dec_deg = 60});
};

subtest 'what is refused' => sub {
    my $browser = { Accept => 'text/html,application/xhtml+xml,*/*;q=0.8' };
    for my $form (@forms) {
        is $site->get("/settings.$form")->{status}, $form eq 'json' ? 200 : 404, "/settings.$form";
        is $site->get("/nothing.$form")->{status}, 404, "/nothing.$form";
        is $site->get("/candidates.$form?sort=password_hash")->{status}, 400, "no sort by what is not there as $form";
        is $site->get("/candidates.$form?rows=abc")->{status}, 400, 'no rows that are no number';
    }
    is $site->post('/candidates.csv', {})->{status}, 405, 'nothing is posted there';
    my $program = $site->get('/candidates.csv?can_det_stat_min=x');
    is $program->{status}, 400, 'a wrong filter is refused';
    like header($program, 'content-type'), qr/json/, 'for a program as JSON';
    like $program->{content}, qr/"can_det_stat_min"/, 'at the field';
    my $page = $site->get('/candidates.csv?can_det_stat_min=x', headers => $browser);
    is $page->{status}, 400, 'for a browser as the page';
    like $page->{content}, qr/id="e-can_det_stat_min"/, 'at the field';
};

subtest 'export with radius=10 alone is 400' => sub {
    for my $form (@forms) {
        my $answer = $site->get("/candidates.$form?radius=10");
        is $answer->{status}, 400, $form;
        like $answer->{content}, qr/ra|pos/, 'and says what is missing';
    }
};

subtest 'every download needs a login' => sub {
    my $nobody = $site->new_client;
    for my $path ('/candidates', '/observations', "/candidates/$ids[0]/near", "/candidates/$ids[0]/pulsars") {
        for my $form (@forms) {
            my $answer = $nobody->get("$path.$form");
            is $answer->{status}, 401, "$path.$form";
            unlike $answer->{content}, qr/obs_id|observation_id|separation/, 'without a row';
        }
    }
    like header($nobody->get('/candidates.csv', headers => { Accept => 'text/html' }), 'content-type'), qr/html/,
        'a browser sees the login form';
    is $nobody->get('/candidates.fits', token => 'x' x 40)->{status}, 401, 'a wrong token is none';
    my $upload = $site->admin('token', 'add', 'rater', '--scope', 'upload') =~ s/\s+\z//r =~ s/.*\s//sr;
    is $nobody->get('/candidates.fits', token => $upload)->{status}, 403, 'nor is one for uploads';
    my $made = $site->post('/account/tokens', form => { name => 'topcat', scope => 'read', days => 30 });
    my ($read) = $made->{content} =~ /id="made">(mwt_[\w-]{43})</;
    for my $form (@forms) {
        is rows_of($form, $nobody->get("/candidates.$form", token => $read)->{content}), 61, "a read token gets $form";
    }
};

subtest 'rights' => sub {
    for my $form (@forms) {
        unlike $site->get("/candidates.$form?project=0")->{content}, qr/hidden/, "nothing out of sight as $form";
    }
    is rows_of('csv', $site->get("/candidates.csv?project=$closed")->{content}), 0, 'not by asking for it';
    $site->sql(q{UPDATE project SET access = 'listed'});
    is rows_of('csv', $site->get('/candidates.csv')->{content}), 0, 'a rater without a project gets no rows';
    is rows_of('fits', $site->get('/candidates.fits')->{content}), 0, 'as FITS too';
    is scalar $site->json('/observations.json')->{rows}->@*, 0, 'and sees no observation of them';
    is rows_of('csv', $site->get("/$_.csv")->{content}), 0, "nor by /$_.csv" for 'observations', 'downloads/observations';
    $site->sql(qq{UPDATE project SET access = 'members' WHERE id = $project});
};

is join(' ', glob $site->media . '/.spool/exports/*'), '', 'no file is left behind';

$site->stop;
done_testing;
