# tables.t: downloads as other programs read them: fitsverify, stilts votlint, and astropy, pandas
# and stilts, which see the same rows, types and nulls in all four formats.
#
# SPDX-License-Identifier: MIT
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Encode 'encode';
use File::Temp ();
use Test::More;
use TransientsTest qw(run_program spew);
use TransientsTest::Sample;
use TransientsTest::Tables qw(well_formed same_in_all_formats);

my $site    = TransientsTest->start;
my $project = add_project($site, encode('UTF-8', 'Großes Projekt 流星'));
my $folder  = File::Temp->newdir('transients-tables-XXXXXX', TMPDIR => 1);

# Everything that a candidate may have, and what is hard about it; then one with nothing that may be
# absent; then numbers at their ends.
my @reals = $site->sql(q{SELECT column_name FROM information_schema.columns WHERE table_name = 'candidate'
    AND data_type = 'double precision' AND column_name NOT IN ('ra_deg', 'dec_deg', 'shuffle') ORDER BY 1});
my $note = "café \"Ω\", β; 'so';\nsecond line\r\n\tthird – 流星 🔭 </TD>&amp; ]]> <![CDATA[x]]> \\u0041 \\";
my @ids  = add_candidates($site, $project,
    { (map { $reals[$_] => $_ / 8 } 0 .. $#reals), ra_deg => '359.99999999999994', dec_deg => -90,
        ra_hms => '23:59:59.9', dec_dms => encode('UTF-8', '−90:00:00'), nks_name => encode('UTF-8', 'GLEAM J0000−0000'), nks_ra_hms => '1,2',
        nks_dec_dms => '"x"', can_nks_is_close => 't', cand_id => 1, metadata => '{"a": "<b>"}',
        extra => encode('UTF-8', '{"snr": [1.5, null, "é"], "z": {"y": true}}') },
    {},
    { (map { $_ => '-1e300' } @reals), cand_id => '9223372036854775807', can_nks_is_close => 'f', notes => ' ',
        nks_name => 'nan', metadata => 'null', extra => '{}' },
    { (map { $_ => '1e-320' } @reals), cand_id => '-9223372036854775807', notes => 'None', ra_deg => 0,
        dec_deg => '-0' },
    { (map { $_ => 310 } @reals), cand_id => 0, notes => '', nks_name => '' });
$site->sql(encode 'UTF-8', sprintf q{UPDATE candidate SET notes = '%s', uploaded_by = (SELECT id FROM account
    WHERE name = 'rater'), uploaded_at = '2026-02-03 04:05:06.789012+00' WHERE id = %d}, $note =~ s/'/''/gr, $ids[0]);
$site->sql(encode 'UTF-8', q{UPDATE observation SET obsname = 'größer', frequency_channels = '1,2,3'});
$site->sql(q{INSERT INTO pulsar (name, raj, decj, dm) VALUES ('J0000+0000', 1.5, -2.5, 3.25), ('J1111+1111', NULL, NULL, NULL)});
$site->login('rater');

# A list in all four formats, in files.
sub download ($name, $path, $query = '') {
    for my $form (qw(csv json vot fits)) {
        my $answer = $site->get("$path.$form$query");
        is $answer->{status}, 200, "$path.$form$query" or diag substr $answer->{content}, 0, 2000;
        spew("$folder/$name.$form", $answer->{content});
    }
    return;
}

subtest 'a NULL turns no column into another type, and no letter breaks a download' => sub {
    download('candidates', '/candidates');
    well_formed("$folder", 'candidates');
    same_in_all_formats("$folder", 'candidates');
    my $rows = $site->json('/candidates.json')->{rows};
    my ($first) = grep { $_->{id} == $ids[0] } @$rows;
    is scalar @$rows, scalar @ids, 'all are there';
    is $first->{notes}, $note, 'the note is whole';
    is $first->{project_name}, 'Großes Projekt 流星', "so is the project's name";
    is $first->{uploaded_at}, '2026-02-03T04:05:06.789012Z', 'a time is UTC';
};

subtest 'a download without rows is one, too' => sub {
    download('none', '/candidates', '?id_min=999999');
    well_formed("$folder", 'none');
    same_in_all_formats("$folder", 'none');
};

# Verdicts, one with its classification and one taken back.
my %account = map { split /\|/ } $site->sql('SELECT name, id FROM account');
my $count   = 0;
for my $verdict (['rater', 5, 1], ['admin', 1, 4], ['rater', 'NULL', 'NULL']) {
    my ($user, $rating, $class) = @$verdict;
    $site->sql(sprintf q{SELECT event_id FROM rate(%d, %d, %s, %s, 'request-key-%d', 'page', NULL, NULL, NULL,
        false, NULL)}, $ids[0], $account{$user}, $rating, $class, ++$count);
}

subtest 'observations, pulsars, and verdicts with their history' => sub {
    my %query = ('/downloads/ratings' => '?history=1');
    for my $path ('/observations', '/pulsars', '/downloads/ratings') {
        my ($name) = $path =~ m{(\w+)$};
        download($name, $path, $query{$path} // '');
        well_formed("$folder", $name);
        same_in_all_formats("$folder", $name);
    }
};

subtest 'every other table' => sub {
    my %seen = map { $_ => 1 } qw(observations pulsars ratings candidates);
    $site->login('admin');
    my @names = grep { !$seen{$_}++ } $site->get('/downloads')->{content} =~ m{href="/downloads/(\w+)\.fits"}g;
    ok @names > 4, 'there are others';
    for my $name (@names) {
        download($name, "/downloads/$name");
        well_formed("$folder", $name);
    }
};

subtest 'what the page of downloads says of Python works' => sub {
    my $page = $site->get('/downloads')->{content};
    my %script = map { $_ => $page =~ m{<h3>Python, $_</h3>\s*<pre[^>]*>(.*?)</pre>}s } qw(astropy pandas);
    s/&gt;/>/g, s/&quot;/"/g, s/&#10;/\n/g, s/Token KEY/'Token ' . $site->token('admin')/e for values %script;
    my ($missing) = run_program(['/usr/bin/python3', '-c', 'import astropy, pandas']);
    plan skip_all => 'astropy and pandas are not installed' if $missing != 0;
    download('candidates', '/candidates');
    my %last = (astropy => 'print(len(strong))', pandas => 'print(len(ratings), ratings["rating"].dtype)');
    my %want = (astropy => "1\n", pandas => "1 Int64\n");
    for my $library (sort keys %script) {
        my ($status, $said, $complaint) = run_program(
            ['/usr/bin/python3', '-W', 'ignore', '-c', "$script{$library}\n$last{$library}"], dir => "$folder");
        is $said, $want{$library}, $library or diag $complaint;
    }
};

done_testing;
