# transients-admin pulsars: the catalogue comes in whole or not at all, and matches outlive it.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use File::Temp ();
use IO::Compress::Gzip qw(gzip);
use Test::More;
use StandIn;
use TransientsTest qw(run_program slurp spew srcdir);
use TransientsTest::Sample;

my $site  = TransientsTest->start(httpd => 0);
my $small = srcdir() . '/t/data/psrcat-small.db';
my $dir   = File::Temp->newdir;

# A catalogue of the small one's records that the sub keeps, after it has changed them.
sub catalogue ($name, $change) {
    my ($head, @records) = split /^(?=PSR|  PSR|RAJ      16)/m, slurp($small);
    my $text = $head;
    for (@records) { $text .= $_ if $change->() }
    spew("$dir/$name", $text);
    return "$dir/$name";
}

sub pulsar ($name, $columns) {
    return scalar $site->sql("SELECT $columns FROM pulsar WHERE name = '$name'");
}
sub everything () { return join "\n", $site->sql('SELECT u.*::text FROM pulsar u ORDER BY u.id') }
sub refused ($words, $name, @args) {
    my $before = everything();
    my ($status, $out, $err) = $site->try_admin('pulsars', 'load', @args);
    is $status, 1, "$name is refused";
    like $err, $words, 'with the reason';
    is everything(), $before, 'and nothing has changed';
}

subtest 'the first load' => sub {
    my ($status, $out, $err) = $site->try_admin('pulsars', 'load', $small);
    is $status, 0, 'a record without a position does not stop the refresh';
    is $out, <<'END', 'a summary tells what was done';
pulsar catalogue 0.01 of 2026-11-01: 15 records
  added: 15
  changed: 0
  unchanged: 0
  withdrawn: 0
  without position: 2: J1414+14, J1515+15
  ecliptic positions turned: 1
  lines that could not be read: 6
END
    like $err, qr/psrcat-small\.db:92: RAJ 15:75:00: /, 'what cannot be read is named with its line';
    is pulsar('J0101+0101', "concat_ws(' ', bname, p0, dm, s150, s400, posepoch, pmra, pmdec)"),
        'B0058+00 0.5 12.5 40 3.25 51544 4.5 -3', 'period and DM columns of the pulsar table are filled';
    is pulsar('J0202-00', "concat_ws(' ', p0, dm IS NULL)"), '0.25 t',
        'DM1, DMEPOCH and DIST_DM are not taken for DM; F0 is a period';
    is pulsar('J1414+14', 'raj IS NULL AND decj IS NULL'), 't', 'no position is NULL';
    is $site->sql(q{SELECT action || ' ' || subject FROM audit_log WHERE subject LIKE 'pulsar%'}),
        'insert pulsar_catalogue', 'the audit log has one line for it';
    like $site->sql('SELECT request_id FROM audit_log ORDER BY id DESC LIMIT 1'), qr/^transients-admin:./,
        'that says who';
};

subtest 'a second load' => sub {
    my $before = everything();
    like $site->admin('pulsars', 'load', $small), qr/added: 0\n  changed: 0\n  unchanged: 15\n  withdrawn: 0/,
        'the same catalogue changes nothing';
    is everything(), $before, 'no row and no id';
    is $site->sql('SELECT count(*) FROM pulsar_catalogue'), 2, 'but is on record';
};

my $project = add_project($site, 'P');
my ($first, $second) = add_candidates($site, $project, {}, {});
my $user = $site->sql(q{SELECT id FROM account WHERE name = 'rater'});
sub match ($candidate, $name) {
    return $site->sql("INSERT INTO association (candidate_id, pulsar_id, account_id)
        SELECT $candidate, id, $user FROM pulsar WHERE name = '$name'");
}
sub matches () {
    return join ' ', $site->sql(q{SELECT a.candidate_id || ':' || a.pulsar_name || ':' || coalesce(u.name, 'gone')
        FROM association a LEFT JOIN pulsar u ON u.id = a.pulsar_id ORDER BY a.candidate_id});
}

subtest 'a withdrawn pulsar is removed' => sub {
    match($first, 'J0303+57');
    match($second, 'J04-52');
    my $without = catalogue('without.db', sub { s/^DM       12.5/DM       12.75/m; !/J0303/ });
    my $out = $site->admin('pulsars', 'load', $without);
    like $out, qr/changed: 1\n  unchanged: 13\n  withdrawn: 1\n    J0303\+57: 1 candidate associated, kept with the name\n/,
        'it is reported, with the candidates that it is matched to';
    is pulsar('J0303+57', 'count(*)'), 0, 'and is no longer there';
    is pulsar('J0101+0101', 'dm'), '12.75', 'what has changed is changed';
    is matches(), "$first:J0303+57:gone $second:J04-52:J04-52", 'the match stays, with its name';
    like $site->admin('pulsars', 'load', $small), qr/added: 1\n.*pulsars that came back: 1\n/s, 'one that comes back';
    is matches(), "$first:J0303+57:J0303+57 $second:J04-52:J04-52", 'has its matches again';
};

subtest 'a catalogue that is none' => sub {
    my $cut = slurp($small);
    spew("$dir/cut.db", substr $cut, 0, length($cut) - 70);
    refused qr/its last record has no end/, 'one that was cut off', "$dir/cut.db";
    refused qr/11 records, where 15 pulsars are there/, 'one with far fewer records',
        catalogue('few.db', sub { state $n = 0; $n++ < 12 });
    spew("$dir/empty.db", '');
    refused qr/There is no record of a pulsar in it/, 'an empty one', "$dir/empty.db";
    refused qr/There is no record of a pulsar in it/, 'an empty one, --force or not', "$dir/empty.db", '--force';
    spew("$dir/page.html", "<html><body>502 Bad Gateway</body></html>\n" x 100);
    refused qr/There is no record/, "a proxy's page", "$dir/page.html";
    refused qr/no-such-file: /, 'a file that is not there', "$dir/no-such-file";
    refused qr/\Q$dir\E: /, 'a folder', "$dir";
    my ($status, $out) = $site->try_admin('pulsars', 'load', "$dir/few.db", '--force');
    is $status, 0, 'with --force it is taken';
    like $out, qr/withdrawn: 4/, 'and what it has not is withdrawn';
    $site->admin('pulsars', 'load', $small);
};

# A tar of one file, as the ATNF packs it.
sub tar_of ($member, $text) {
    my $head = pack 'a100 a8 a8 a8 a12 a12 A8 a1 a100 a6 a2 a247', $member, '0000644', '0000000', '0000000',
        sprintf('%011o', length $text), sprintf('%011o', 1606000000), '', '0', '', "ustar", '00', '';
    my $sum = unpack '%32C*', $head;
    substr $head, 148, 8, sprintf "%06o\0 ", $sum;
    return $head . $text . "\0" x (-length($text) % 512) . "\0" x 1024;
}

subtest 'packed' => sub {
    my $text = slurp($small) =~ s/ 2026-11-01//r;
    gzip(\tar_of('psrcat_tar/psrcat.db', $text) => "$dir/pkg.tar.gz");
    like $site->admin('pulsars', 'load', "$dir/pkg.tar.gz"), qr/^pulsar catalogue 0\.01 of 2020-11-21: 15 records$/m,
        'psrcat_pkg.tar.gz is unpacked, and dates the catalogue';
    spew("$dir/pkg.tar", tar_of('psrcat.db', $text));
    like $site->admin('pulsars', 'load', "$dir/pkg.tar"), qr/unchanged: 15/, 'a tar';
    gzip(\$text => "$dir/psrcat.db.gz");
    like $site->admin('pulsars', 'load', "$dir/psrcat.db.gz"), qr/0\.01: 15 records\n.*unchanged: 15/s, 'a packed file';
    gzip(\tar_of('psrcat_tar/README', $text) => "$dir/other.tar.gz");
    refused qr/there is no psrcat\.db in this archive/, 'an archive of something else', "$dir/other.tar.gz";
    spew("$dir/broken.tar.gz", substr slurp("$dir/pkg.tar.gz"), 0, 700);
    refused qr/broken\.tar\.gz: /, 'one that was cut off', "$dir/broken.tar.gz";
    gzip(\tar_of('psrcat.db', "\n" x (65 << 20)) => "$dir/bomb.tar.gz");
    cmp_ok -s "$dir/bomb.tar.gz", '<', 1 << 20, 'a small file may hold a large one';
    refused qr/larger than 64 MB/, 'it', "$dir/bomb.tar.gz";
};

subtest 'from an address' => sub {
    my $packed = slurp("$dir/pkg.tar.gz");
    my $atnf = StandIn->start(sub ($request, @) {
        return [301, { Location => '/psrcat_pkg.tar.gz' }, '']      if $request->{path} eq '/old';
        return [302, { Location => 'file:///etc/passwd' }, '']      if $request->{path} eq '/elsewhere';
        return [404, {}, 'PSRJ J1\n@-']                             if $request->{path} eq '/missing';
        return [200, { 'Content-Type' => 'application/x-gzip' }, $packed];
    });
    my $url = $atnf->url;
    like $site->admin('pulsars', 'load', "$url/psrcat_pkg.tar.gz"), qr/unchanged: 15/, 'the catalogue is fetched';
    like $site->admin('pulsars', 'load', '--url', "$url/old"), qr/unchanged: 15/, 'over a redirect as well';
    {
        local $ENV{TRANSIENTS_PSRCAT_URL} = "$url/from-the-environment";
        like $site->admin('pulsars', 'load'), qr/unchanged: 15/, 'the address may be set once for all';
        is +($atnf->requests)[-1]{path}, '/from-the-environment', 'and is asked';
    }
    refused qr{/missing: .*404}, 'what is not there', "$url/missing";
    refused qr{/elsewhere: }, 'a redirect to a file', "$url/elsewhere";
    $atnf->stop;
    refused qr{\Q$url\E/x: .*connect}i, 'a service that does not answer', "$url/x";
};

like $site->admin('pulsars', 'show'), qr/^\S+Z +0\.01 +2020-11-21 +15 +0 /m, 'the loads are shown';
like $site->admin('pulsars', 'list', 'b0058'), qr/^J0101\+0101 +B0058\+00 +15\.26\d+ /m, 'pulsars are found by their aliases';
is scalar(() = $site->admin('pulsars', 'list') =~ /^[JB]\d/mg), 15, 'all are listed';

SKIP: {
    my $real = $ENV{TR_PSRCAT} or skip 'TR_PSRCAT does not name psrcat.db', 6;
    my $from = time;
    my ($status, $out, $err) = $site->try_admin('pulsars', 'load', $real);
    is $err, '', 'the real catalogue is read without a complaint';
    like $out, qr/^pulsar catalogue 1\.64: 2872 records\n  added: 2872\n.*without position: 0\n  ecliptic positions turned: 244\n/s,
        '2,872 records, all with a position, 244 of them ecliptic';
    cmp_ok time - $from, '<=', 10, 'in a few seconds';
    like $site->admin('pulsars', 'load', $real), qr/added: 0\n  changed: 0\n  unchanged: 2872\n  withdrawn: 0/,
        'a second load changes nothing';
    # Differences in arcseconds from 00:30:27.43 +04:51:39.7 and 06:13:43.98 -02:00:47.2.
    is $site->sql(q{SELECT count(*) FROM pulsar WHERE
        q3c_dist(raj, decj, (0 + 30 / 60.0 + 27.43 / 3600) * 15, 4 + 51 / 60.0 + 39.7 / 3600) < 0.5 / 3600 AND name = 'J0030+0451'
        OR q3c_dist(raj, decj, (6 + 13 / 60.0 + 43.98 / 3600) * 15, -(2 + 0 / 60.0 + 47.2 / 3600)) < 0.5 / 3600 AND name = 'J0613-0200'}),
        2, 'ecliptic positions are right to half an arcsecond';
    my ($dm, $s400) = (0, 0);
    my %want;
    for my $record (split /^\@-.*\n/m, slurp($real)) {
        my ($name) = $record =~ /^PSRJ\s+(\S+)/m or next;
        my ($a) = reverse $record =~ /^DM\s+(\S+)/mg;
        my ($b) = reverse $record =~ /^S400\s+(\S+)/mg;
        $want{$name} = join '|', map { defined ? $_ + 0 : '' } $a, $b;
    }
    my %got = map { my ($name, $rest) = split /\|/, $_, 2; ($name => join '|', map { $_ eq '' ? '' : $_ + 0 } (split /\|/, $rest, -1)) }
        $site->sql(q{SELECT name || '|' || coalesce(dm::text, '') || '|' || coalesce(s400::text, '') FROM pulsar});
    is_deeply \%got, \%want, 'DM and S400 are exactly those of their keys';
}

done_testing;
