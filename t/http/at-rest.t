# at-rest.t: what is left behind when people have logged in: no password, no session id and no token, in
# no file of the database, in no log at any level, in no core dump; and what a thief of it all can do.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use File::Find 'find';
use MIME::Base64 'encode_base64';
use Test::More;
use TransientsTest qw(slurp);
use TransientsTest::Process 'children_of';

my $site = TransientsTest->start(cluster => 'own', set => { SERVER_CONF => '' },
    site_conf => "TransientsBcryptCost 5\nLogLevel trace8");
$site->sql(q{ALTER SYSTEM SET log_statement = 'all'});
$site->sql('SELECT pg_reload_conf()');

my %secret;    # what must not be found, by what it is
my $client = $site->new_client;

sub remember ($what, $secret) {
    $secret{$what}                = $secret;
    $secret{"$what, URL-encoded"} = $secret =~ s/([^A-Za-z0-9_.~-])/sprintf '%%%02X', ord $1/ger;
    $secret{"$what, with +"}      = $secret =~ s/ /+/gr;
    $secret{"$what, base64"}      = encode_base64($secret, '') =~ s/..=*\z//r;
}

# Everything that handles a secret, once as it should be and once not.
$secret{'a session id'} = do { $client->login('rater'); $client->cookies->value('transients_session') };
remember('a password', $site->password('rater'));
remember('a wrong password', 'herons upon the weir');
$site->new_client->post('/login', { name => 'rater', password => 'herons upon the weir' });
remember('a password in the field of the name', 'ospreys by the jetty');
$site->new_client->post('/login', { name => 'ospreys by the jetty', password => 'x' });
remember('a new password', 'kestrels over the dish');
is $client->post('/account/password', form => { old_password => $site->password('rater'),
        map { $_ => 'kestrels over the dish' } qw(new_password again) })->{status}, 303, 'a password is changed';
$secret{'the session id after it'} = $client->cookies->value('transients_session');
my $made = $client->post('/account/tokens', form => { name => 'mine', scope => 'read' });
($secret{'a token'}) = $made->{content} =~ /id="made">(mwt_[\w-]{43})</;
is $site->new_client->get('/candidates.json', token => $secret{'a token'})->{status}, 200, 'a token is used';
my $staff = $site->new_client;
$staff->login('admin');
remember('the password of staff', $site->password('admin'));
remember('a first password', 'avocets on the flats');
is $staff->post('/admin/users/new', { name => 'ann', role => 'rater', password => 'avocets on the flats' })->{status}, 303,
    'a user is added';
my $id   = $site->sql(q{SELECT id FROM account WHERE name = 'ann'}) =~ s/\s//gr;
my $link = $staff->post("/admin/users/$id/invite", {});
($secret{'the code of a link'}) = $link->{content} =~ m{/invite#(mwi_[\w-]{43})<};
remember('a password by a link', 'dunlins along the tide');
is $site->new_client->post('/invite', form => { code => $secret{'the code of a link'},
        map { $_ => 'dunlins along the tide' } qw(password again) })->{status}, 303, 'a link is used';
is $site->new_client->login('ann', 'dunlins along the tide')->{status}, 303, 'and what it set';
ok $secret{$_}, "there is $_" for sort keys %secret;

sub files_below ($dir) {
    my @files;
    find({ no_chdir => 1, wanted => sub { push @files, $_ if -f } }, $dir);
    return @files;
}

sub holds ($path) {
    my $content = slurp($path);
    return grep { index($content, $secret{$_}) >= 0 } sort keys %secret;
}

subtest 'no file of the database holds a secret: tables, WAL, its log with all statements' => sub {
    $site->sql('CHECKPOINT');
    my @files = files_below($site->cluster->{dir});
    cmp_ok scalar(grep {m{/base/}} @files), '>', 100, 'tables are among them';
    cmp_ok scalar(grep {m{/pg_wal/0}} @files), '>', 0, 'the WAL is among them';
    like slurp($site->cluster->{log}), qr/INSERT INTO session/, 'and what was executed';
    my %found = map { my $path = $_; map { ("$_ in " . $path =~ s/.*\/data//r => 1) } holds($path) } @files;
    is join("\n", sort keys %found), '', 'nothing is found';
};

subtest 'no log holds a secret, at the level of trace8' => sub {
    my @files = grep { !m{/pg/} && !m{/httpd\.conf$} } files_below($site->dir);
    like slurp($site->dir . '/error.log'), qr/:trace[4-8]\]/, 'the log is at that level';
    my %found = map { my $path = $_; map { ("$_ in " . $path =~ s/.*\///r => 1) } holds($path) } @files;
    is join("\n", sort keys %found), '', 'nothing is found';
};

subtest 'a stolen copy of the database opens no session, uses no token and no link' => sub {
    my @stolen = split ' ', $site->sql(q{SELECT id_hash FROM session UNION SELECT left(id_hash, 43) FROM session
        UNION SELECT hash FROM token UNION SELECT hash FROM invite UNION SELECT password_hash FROM account});
    cmp_ok scalar @stolen, '>', 6, 'there is something to steal';
    for my $value (@stolen) {
        my $fresh = $site->new_client;
        is $fresh->get('/account', headers => { Cookie => "transients_session=$value" })->{status}, 401, 'as a cookie';
        is $fresh->get('/candidates.json', token => $_)->{status}, 401, 'as a token' for $value, "mwt_$value";
        isnt $fresh->post('/invite', form => { code => "mwi_" . substr($value, 0, 43),
                map { $_ => 'herons upon the weir' } qw(password again) })->{status}, 303, 'as a link';
        $site->sql('DELETE FROM login_throttle');
    }
    my ($hash) = $site->sql(q{SELECT password_hash FROM account WHERE name = 'rater'}) =~ /(\S+)/;
    is $site->new_client->login('rater', $hash)->{status}, 401, 'as a password';
};

subtest 'a crash leaves no core file: the limit is 0, and memory cannot be dumped' => sub {
    my @children = children_of($site->pid);
    cmp_ok scalar @children, '>', 0, 'there are children';
    for my $pid (@children) {
        like slurp("/proc/$pid/limits"), qr/^Max core file size\s+0\s+0\s/m, 'the limit of a child';
        is((stat "/proc/$pid/environ")[4], 0, 'its memory is root\'s alone to look at');
    }
};

done_testing;
