# Another password: the old one is asked, wrong ones are counted, all other sessions end, and nothing
# of it can be read anywhere.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use TransientsTest qw(together wait_until slurp);

my $site = TransientsTest->start(site_conf => 'TransientsBcryptCost 5');
my $old  = $site->password('rater');
my $path = '/account/password';
my ($mine, $phone, $lab) = map { $site->new_client } 1 .. 3;
$_->login('rater') for $mine, $phone, $lab;

sub change ($client, %fields) {
    return $client->post($path, form => { old_password => $old, new_password => 'new words of mine',
            again => $fields{new_password} // 'new words of mine', %fields });
}
sub one ($sql) { return $site->sql($sql) =~ s/\s+\z//r }
sub hash () { return one(q{SELECT password_hash FROM account WHERE name = 'rater'}) }
sub failures () { return one(q{SELECT coalesce(max(failures), 0) FROM login_throttle WHERE key LIKE 'user:rater@%'}) }

subtest 'the account page' => sub {
    my $page = $mine->get('/account')->{content};
    like $page, qr/rater/, 'says who one is';
    like $page, qr/href="\Q$_\E"/, "and links $_" for $path, '/account/tokens', '/settings';
    unlike $page, qr/\Q@{[hash()]}\E/, 'it shows no hash';
    unlike $mine->get('/account?ended=7')->{content}, qr/other sessions were ended/,
        'an address alone makes it claim nothing';
    is $site->new_client->get($_)->{status}, 401, "$_ is for those who are logged in" for '/account', $path;
};

subtest 'a new password has rules, told at its field' => sub {
    my %bad = (
        'a short one'              => [{ new_password => 'elevenchars' }, 'p-new-error', qr/at least 12 characters/],
        'eleven letters in 22 bytes' => [{ new_password => "\xc3\xa9" x 11 }, 'p-new-error', qr/at least 12/],
        'a common one'             => [{ new_password => 'P@ssw0rd2024!' }, 'p-new-error', qr/guessed soon/],
        'one of 73 bytes'          => [{ new_password => 'x' x 73 }, 'p-new-error', qr/at most 72 bytes/],
        'the old one'              => [{ old_password => 'as it was before', new_password => 'as it was before' },
            'p-new-error', qr/is the old one/],
        'one typed differently'    => [{ again => 'something else' }, 'p-again-error', qr/not the same/],
        'none'                     => [{ new_password => '' }, 'p-new-error', qr/required/],
        'no old one'               => [{ old_password => '' }, 'p-old-error', qr/required/],
        'one with a NUL'           => [{ new_password => "many bytes\0 and more" }, 'p-new-error', qr/\S/],
    );
    my $before = hash();
    for my $case (sort keys %bad) {
        my ($fields, $place, $words) = $bad{$case}->@*;
        my $answer = change($mine, %$fields);
        is $answer->{status}, 422, "$case is refused";
        like $answer->{content}, qr/id="$place">[^<]*$words/, 'at the field' or diag $answer->{content};
        unlike $answer->{content}, qr/new words of mine|as it was before|something else/, 'and nothing typed comes back';
    }
    is hash(), $before, 'nothing changed';
    is failures(), 0, 'none of that counts as a wrong password';
    my $long = 'a_name_of_ten';
    $site->admin('user', 'add', $long, \"good words of $long\n");
    my $other = $site->new_client;
    $other->login($long, "good words of $long");
    my $answer = $other->post($path, form => { old_password => "good words of $long",
            map { $_ => uc $long } qw(new_password again) });
    like $answer->{content}, qr/user name is no password/, 'the user name is refused in any case';
};

subtest 'a wrong old password counts, and takes as long as a login' => sub {
    my $before = hash();
    my $answer = change($mine, old_password => 'not the old one');
    is $answer->{status}, 422, 'it is refused';
    like $answer->{content}, qr/id="p-old-error">The old password is wrong/, 'at its field';
    is failures(), 1, 'and counted';
    like one(q{SELECT after FROM audit_log WHERE action = 'refused' ORDER BY id DESC LIMIT 1}), qr/wrong old password/,
        'the audit log has it';
    is change($mine, old_password => 'x' x 100)->{status}, 422, 'one longer than any is wrong';
    change($mine, old_password => "wrong $_") for 1 .. 4;
    $answer = change($mine);
    is $answer->{status}, 422, 'after too many even the right one has to wait';
    like $answer->{content}, qr/Too many wrong passwords: try again in \d+ s/, 'it says how long';
    like $answer->{headers}{'retry-after'}, qr/^\d+$/, 'to programs, too';
    is hash(), $before, 'nothing changed';
    is one(q{SELECT count(*) FROM session s JOIN account a ON a.id = s.account_id WHERE a.name = 'rater'}), 3,
        'and nobody is logged out';
    $site->sql('DELETE FROM login_throttle');
};

subtest 'it cannot be done for somebody' => sub {
    is $mine->get("$path?old_password=x&new_password=new+words+of+mine&again=new+words+of+mine")->{status}, 200,
        'a GET is the form';
    is $mine->post($path, form => { old_password => $old, map { $_ => 'new words of mine' } qw(new_password again) },
        headers => { 'Sec-Fetch-Site' => 'cross-site', Origin => 'https://evil.example' })->{status}, 403,
        'another site cannot post it';
    is $site->new_client->post($path, token => $site->token('rater'),
        form => { old_password => $old, map { $_ => 'new words of mine' } qw(new_password again) })->{status}, 403,
        'a token cannot, either';
    my $answer = change($site->new_client);
    is $answer->{status}, 401, 'without a session it is the login form';
    unlike $answer->{content}, qr/new words of mine|\Q$old\E/, 'which carries no password along';
    is $site->new_client->login('rater')->{status}, 303, 'the old password still opens';
    $site->sql(q{DELETE FROM session WHERE id_hash NOT IN (SELECT id_hash FROM session ORDER BY created_at LIMIT 3)});
};

subtest 'the password is changed' => sub {
    my $cookie = $mine->cookies->value('transients_session');
    my $ends   = one(q{SELECT string_agg(DISTINCT expires_at::text, ',' ORDER BY expires_at::text) FROM session s
        JOIN account a ON a.id = s.account_id WHERE a.name = 'rater'});
    is $phone->get('/account')->{status}, 200, 'the phone is logged in';
    my $answer = change($mine);
    is $answer->{status}, 303, 'it is changed' or diag $answer->{content};
    like $answer->{headers}{location}, qr{/account\?ended=2$}, 'and tells of two other sessions';
    my $page = $mine->get('/account?ended=2');
    is $page->{status}, 200, 'the own session goes on';
    like $page->{content}, qr/2 other sessions were ended/, 'and says so';
    isnt $mine->cookies->value('transients_session'), $cookie, 'under a new id';
    is $site->new_client->get('/account', headers => { Cookie => "transients_session=$cookie" })->{status}, 401,
        'the old id opens nothing';
    is $_->get('/account')->{status}, 401, 'another session has ended' for $phone, $lab;
    my $left = one(q{SELECT expires_at FROM session s JOIN account a ON a.id = s.account_id WHERE a.name = 'rater'});
    like $ends, qr/\Q$left\E/, 'the session ends when it would have ended before';
    is $site->new_client->login('rater')->{status}, 401, 'the old password opens nothing';
    is $site->new_client->login('rater', 'new words of mine')->{status}, 303, 'the new one does';
    is $site->new_client->get('/candidates.json', token => $site->token('rater'))->{status} != 401, 1, 'tokens go on';
    like hash(), qr/^\$2y\$/, 'it is kept as bcrypt';
    my $log = one(q{SELECT before::text || after::text FROM audit_log
        WHERE action = 'update' AND subject = 'account' AND after ? 'password_changed_at' ORDER BY id DESC LIMIT 1});
    like $log, qr/password_changed_at/, 'the audit log has a line';
    unlike $log, qr/\$2y\$|hash/, 'without a hash';
    unlike slurp($site->dir . '/error.log') . slurp($site->dir . '/access.log'), qr/new words of mine|\Q$old\E/,
        'no log has a password';
    is failures(), 0, 'no failure is left';
};

subtest 'two changes at once make one' => sub {
    my @answers = together 2, sub ($number) {
        my $client = $site->new_client;
        $client->login('rater', 'new words of mine');
        return change($client, old_password => 'new words of mine', new_password => "the words of $number")->{status};
    };
    my $works = grep { $site->new_client->login('rater', "the words of $_")->{status} == 303 } 0, 1;
    is $works, 1, 'one of the two new passwords opens';
    cmp_ok scalar(grep { $_ == 303 } @answers), '>=', 1, 'who got it was told so';
    $site->sql('DELETE FROM login_throttle');
};

subtest 'an account without a password here' => sub {
    my $client = $site->new_client;
    $client->login('admin');
    $site->sql(q{UPDATE account SET password_hash = NULL WHERE name = 'admin'});
    my $page = $client->get($path);
    like $page->{content}, qr/has no password of this site/, 'the page says so';
    unlike $page->{content}, qr/<input[^>]*type="password"/, 'and asks for none';
    like $client->get('/account')->{content}, qr/none here/, 'the account page, too';
    is change($client, old_password => 'anything at all')->{status}, 422, 'a form of somebody clever is refused';
    is one(q{SELECT password_hash IS NULL FROM account WHERE name = 'admin'}), 't', 'and stores nothing';
};

subtest 'no connection is held while bcrypt works' => sub {
    my $slow = TransientsTest->start(site_conf =>
        "TransientsGate 1\nTransientsGateWait 250\nTransientsBcryptCost 13\nTransientsDeadline 5000");
    my ($client, $reader) = map { $slow->new_client } 1 .. 2;
    $client->login('rater');
    $reader->login('admin');
    my @answers = together 2, sub ($number) {
        if ($number == 0) {
            my $answer = $client->post($path, form => { old_password => $slow->password('rater'),
                    map { $_ => 'new words of mine' } qw(new_password again) });
            $slow->sql('CREATE TABLE over ()');
            return $answer->{status};
        }
        my %seen;
        while (!$slow->sql(q{SELECT count(*) FROM pg_class WHERE relname = 'over'})) {
            $seen{ $reader->get('/settings')->{status} }++;
        }
        return join ' ', map {"$_"} sort keys %seen;
    };
    is_deeply \@answers, [303, 200], 'pages are served meanwhile by the one connection there is';
};

done_testing;
