# admin.t: transients-admin adds users, tokens, projects and lists, and refuses in words.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Digest::SHA 'sha256_hex';
use Test::More;
use TransientsTest qw(run_program srcdir);

my $site = TransientsTest->start(httpd => 0, accounts => 0);
my $password = 'a long enough one';

sub refused ($status, $words, $name, @args) {
    my ($got, $out, $err) = $site->try_admin(@args);
    is $got, $status, "$name: exit status $status";
    like $err, $words, "$name: says why";
}

sub hash_of ($user) {
    return scalar $site->sql("SELECT password_hash FROM account WHERE name = '$user'");
}

subtest 'users' => sub {
    is $site->admin('user', 'add', 'ann', '--staff', \"$password\nnext line\n"),
        "user ann: added as staff\n", 'a member of staff is added';
    like hash_of('ann'), qr/^\$2y\$12\$/, 'the password is hashed by bcrypt at cost 12';
    my $hash = '$2y$12$' . 'abcdefghijklmnopqrstuu' . 'A' x 31;
    $site->admin('user', 'add', 'ben', \"ben:$hash\n\n");
    is hash_of('ben'), $hash, 'a hash of htpasswd -nB is taken as it is';
    $site->admin('user', 'add', 'crab', '--service');
    is hash_of('crab'), '', 'a service has no password';
    refused 1, qr/A user of that name exists already\./, 'the same name in other letters',
        'user', 'add', 'ANN', \"$password\n";
    refused 1, qr/at least 12 characters/, 'a short password', 'user', 'add', 'dan', \"short\n";
    refused 1, qr/guessed soon/, 'a common password', 'user', 'add', 'dan', \"password2024\n";
    refused 1, qr/user name is no password/, 'the user name', 'user', 'add', 'danny.the.dog', \"Danny.the.dog!\n";
    refused 1, qr/72 bytes/, 'a password longer than bcrypt reads', 'user', 'add', 'dan', \('x' x 73);
    refused 1, qr/Standard input has no password/, 'no password', 'user', 'add', 'dan', \'';
    refused 1, qr/1 to 64 letters/, 'a name with a quote', 'user', 'add', q{d'an}, \"$password\n";
    refused 1, qr/There is no project Q\./, 'a project that is not there',
        'user', 'add', 'dan', '--project', 'Q', \"$password\n";
    is $site->sql(q{SELECT count(*) FROM account WHERE name = 'dan'}), 0, 'leaves no user behind';

    my $before = hash_of('ann');
    $site->sql(q{INSERT INTO session (id_hash, account_id, expires_at)
        SELECT repeat('a', 64), id, now() + interval '1 day' FROM account WHERE name = 'ann'});
    like $site->admin('user', 'passwd', 'Ann', \"$password\n"), qr/password changed/, 'a password is changed';
    isnt hash_of('ann'), $before, 'to another hash';
    refused 1, qr/There is no user with a password: crab/, "a service's", 'user', 'passwd', 'crab', \"$password\n";

    refused 1, qr/ann is the last member of staff/, 'the last of staff', 'user', 'disable', 'ann';
    $site->admin('user', 'add', 'eva', '--staff', \"$password\n");
    like $site->admin('user', 'disable', 'ann'), qr/disabled/, 'one of two is disabled';
    is $site->sql('SELECT count(*) FROM session'), 0, 'and logged out';
    refused 1, qr/eva is the last member of staff/, 'the other one', 'user', 'disable', 'eva';
    $site->admin('user', 'enable', 'ann');
    refused 1, qr/There is no user zoe\./, 'an unknown user', 'user', 'disable', 'zoe';
    my $list = $site->admin('user', 'list');
    like $list, qr/^ann +staff +active +set/m, 'users are listed';
    unlike $list, qr/\$2y/, 'without their hashes';
};

subtest 'tokens' => sub {
    my ($token) = $site->admin('token', 'add', 'ben', '--name', 'for night runs') =~ /^(mwt_\S{43})$/m;
    ok $token, 'a token is shown';
    is $site->sql(q{SELECT hash FROM token}), sha256_hex($token), 'and stored as its digest';
    is $site->sql(q{SELECT scopes::text || ' ' || name FROM token}), '{upload,read} for night runs',
        'with the usual scopes';
    like $site->admin('token', 'add', 'ben', '--scope=read', '--expires', '3'), qr/valid until \d{4}-/,
        'one that ends';
    unlike $site->admin('token', 'list'), qr/\Q$token\E/, 'the list does not show it';
    refused 1, qr/Scopes are/, 'an unknown scope', 'token', 'add', 'ben', '--scope', 'root';
    refused 1, qr/number of days/, 'days that are none', 'token', 'add', 'ben', '--expires', '0';
    refused 1, qr/There is no active user zoe/, 'an unknown user', 'token', 'add', 'zoe';
    like $site->admin('token', 'revoke', '1'), qr/^token 1 \(mwt_.{4}\.\.\.\): revoked$/m, 'one is revoked';
    refused 1, qr/There is no valid token 1\./, 'a second time', 'token', 'revoke', '1';
    like $site->admin('token', 'revoke', 'BEN'), qr/: revoked/, "all of a user's are revoked";
    is $site->sql('SELECT count(*) FROM token WHERE revoked_at IS NULL'), 0, 'none is left';
};

subtest 'lists' => sub {
    $site->admin('project', 'add', 'GLEAM-X DR1', '--description', 'first look');
    $site->admin('project', 'add', 'closed', '--access', 'listed');
    refused 1, qr/A project of that name exists already\./, 'the same project', 'project', 'add', 'closed';
    refused 1, qr/Access is/, 'an unknown access', 'project', 'add', 'x', '--access', 'all';
    like $site->admin('project', 'list'), qr/^\d+ +GLEAM-X DR1 +members +0 +first look$/m, 'projects are listed';
    $site->admin('user', 'add', 'fay', '--project', 'closed', '--project', 'GLEAM-X DR1', \"$password\n");
    like $site->admin('user', 'list'), qr/^fay .* GLEAM-X DR1, closed /m, 'a user of two projects';
    $site->admin('classification', 'add', 'Meteor', '--key', 'm', '--description', 'A trail.');
    like $site->admin('classification', 'list'), qr/^\d+ +100 +M +Meteor +shown +A trail\.$/m,
        'a classification stands at the end';
    refused 1, qr/Another classification has that key\./, 'a key twice',
        'classification', 'add', 'Moon', '--key', 'M';
    refused 1, qr/--position is a whole number/, 'a position that is none',
        'classification', 'add', 'Moon', '--position', 'last';
    $site->admin('filter', 'add', 'transients', '--description', 'steps');
    like $site->admin('filter', 'list'), qr/^\d+ +transients +0 +- +steps$/m, 'filters are listed';
};

subtest 'who did it' => sub {
    like $site->sql(q{SELECT string_agg(DISTINCT request_id, ' ') FROM audit_log}),
        qr/^transients-admin:\w+$/, 'the audit log names the tool and its user';
    is $site->sql(q{SELECT count(*) FROM audit_log WHERE after::text ~ '\$2y'}), 0,
        'and holds no hash';
};

subtest 'the command line' => sub {
    my @cases = (
        [[], qr/What is to be done/], [['frob'], qr/frob is no command/],
        [['user', 'frob'], qr/is no command/], [['user', 'add'], qr/Something is missing/],
        [['user', 'add', 'a', 'b'], qr/b is too much/], [['user', 'add', 'a', '--password', 'x'],
            qr/--password is no option here/],
        [['user', 'list', '--staff'], qr/--staff is no option/],
        [['migrate', '--site-role'], qr/--site-role needs a value/],
        [['user', 'add', 'a', '--staff=yes'], qr/--staff=yes takes no value/],
        [['--dsn', 'host=x password=y', 'user', 'list'], qr/can be read by others/],
    );
    refused 2, $_->[1], "'@{$_->[0]}'", $_->[0]->@* for @cases;
    my $help = $site->admin('--help');
    for my $command ($help =~ /^  ([a-z]+(?: [a-z]+)?)(?= [A-Z\[ ])/mg) {
        my ($status, $out) = $site->try_admin(split(/ /, $command), '--help');
        is $status, 0, "$command explains itself";
        like $out, qr/^transients-admin $command/, "$command: its form comes first";
    }
    like $site->admin('--version'), qr/^transients-admin \d/, 'the version';
    my ($status, $out, $err) = run_program([$site->run->program('transients-admin'), '--dsn',
        'host=/nonexistent', '--schema', srcdir() . '/schema', 'user', 'list']);
    is $status, 1, 'no database: exit status 1';
    like $err, qr{cannot be reached.*/nonexistent}s, 'no database: says which';
};

done_testing;
