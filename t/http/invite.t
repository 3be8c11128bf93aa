# invite.t: somebody without a password sets one by a link, once; the link's secret is nowhere but in
# the link.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use TransientsTest qw(together slurp);

my $site = TransientsTest->start(site_conf => 'TransientsBcryptCost 5');
$site->login('admin');
my $words = 'kestrels over the dish';

sub one ($sql) { return $site->sql($sql) =~ s/\s+\z//r }

sub id_of ($name) { return one("SELECT id FROM account WHERE name = '$name'") }

sub make_user ($name) {
    $site->admin('user', 'add', $name, '--no-password');
    return id_of($name);
}

# A link made on the staff page; the code behind its #.
sub make_link ($id) {
    my $answer = $site->post("/admin/users/$id/invite", {});
    is $answer->{status}, 201, 'a link is made' or diag $answer->{content};
    my ($link) = $answer->{content} =~ m{id="invite">([^<]+)<};
    like $link, qr{^\Q@{[$site->url]}\E/invite#mwi_[\w-]{43}$}, 'shown once, its secret behind a #';
    return $link =~ s/.*#//r;
}

sub set_password ($code, %form) {
    return $site->new_client->post('/invite', form => { code => $code, password => $words,
            again => $form{password} // $words, %form });
}

subtest 'staff make a link, and by it a user sets a first password' => sub {
    my $id   = make_user('ann');
    my $page = $site->new_client->get('/invite');
    is $page->{status}, 200, 'the form is there for everybody';
    like $page->{content}, qr{name="code"}, 'and asks for the code';
    my $code = make_link($id);
    unlike $site->get("/admin/users/$id")->{content}, qr/\Q$code\E/, 'the page shows it once';
    my $answer = set_password($code);
    is $answer->{status}, 303, 'the password is set' or diag $answer->{content};
    like $answer->{headers}{location}, qr{/login\?said=password-set$}, 'and the login form follows';
    like $site->new_client->get('/login?said=password-set')->{content}, qr/The password is set/, 'which says so';
    is $site->new_client->login('ann', $words)->{status}, 303, 'it opens';
    is set_password($code)->{status}, 422, 'the link works once';
    is one(q{SELECT count(*) FROM audit_log WHERE subject = 'invite'}), 2, 'the audit log has its making and its use';
    is one(qq{SELECT account_id FROM audit_log WHERE subject = 'account' AND subject_id = '$id' AND action = 'update'
        AND after ? 'password_changed_at' ORDER BY id LIMIT 1}), $id, 'and who changed the password';
    unlike one('SELECT string_agg(l::text, E\'\n\') FROM audit_log l'), qr/\Q$code\E|"hash"/, 'without any secret';
};

subtest 'the secret is nowhere but in the link' => sub {
    my $code = make_link(make_user('bea'));
    set_password($code, password => 'short', again => 'short');
    set_password($code);
    unlike slurp($site->dir . '/access.log') . slurp($site->dir . '/error.log'), qr/\Q$code\E/, 'no log has it';
    is one(qq{SELECT count(*) FROM invite i WHERE i::text LIKE '%$code%'}), 0, 'nor the database';
};

# What ends a link before it is used.
my @ends = (
    ['another link', sub ($id) { $site->post("/admin/users/$id/invite", {}) }],
    ['another password', sub ($id) { $site->post("/admin/users/$id/password", { password => 'bitterns in the reed' }) }],
    ['disabling the user', sub ($id) { $site->post("/admin/users/$id", { role => 'rater', active => 0 }) }],
    ['disabling and enabling the user', sub ($id) {
        $site->post("/admin/users/$id", { role => 'rater', active => $_ }) for 0, 1;
    }],
    ['time', sub ($id) { $site->sql("UPDATE invite SET expires_at = now() WHERE account_id = $id") }],
);
for my $end (@ends) {
    my ($what, $do) = @$end;
    subtest "$what ends a link" => sub {
        my $id   = make_user('user-' . ($what =~ tr/ /-/r));
        my $code = make_link($id);
        my $had  = one("SELECT coalesce(password_hash, '') FROM account WHERE id = $id");
        $do->($id);
        my $before = one("SELECT coalesce(password_hash, '') FROM account WHERE id = $id");
        my $answer = set_password($code);
        is $answer->{status}, 422, 'it opens nothing any more';
        like $answer->{content}, qr/id="i-code-error">This link opens nothing/, 'and says so at its field';
        is one("SELECT coalesce(password_hash, '') FROM account WHERE id = $id"), $before, 'no password is set';
    };
}

subtest 'a lost password: the old one stays until the link is used, sessions end with it' => sub {
    my $client = $site->new_client;
    is $client->login('rater')->{status}, 303, 'logged in';
    my $code = make_link(id_of('rater'));
    is $client->get('/account')->{status}, 200, 'the link alone changes nothing';
    is set_password($code)->{status}, 303, 'it is used';
    is $client->get('/account')->{status}, 401, 'sessions from before have ended';
    is $site->new_client->login('rater')->{status}, 401, 'the old password opens nothing';
    is $site->new_client->login('rater', $words)->{status}, 303, 'the new one does';
};

subtest 'a refused form keeps the code and no password' => sub {
    my $code = make_link(make_user('carol.of.perth'));
    my %bad = (
        'a short one'         => [{ password => 'elevenchars' }, 'i-password-error', qr/at least 12/],
        'a common one'        => [{ password => 'Password-2024' }, 'i-password-error', qr/guessed soon/],
        'the user name'       => [{ password => 'Carol.of.Perth' }, 'i-password-error', qr/user name is no password/],
        'one of 73 bytes'     => [{ password => 'x' x 73 }, 'i-password-error', qr/at most 72/],
        'typed differently'   => [{ again => 'kestrels over the fish' }, 'i-again-error', qr/not the same/],
        'none'                => [{ password => '' }, 'i-password-error', qr/required/],
    );
    for my $case (sort keys %bad) {
        my ($form, $place, $why) = $bad{$case}->@*;
        my $answer = set_password($code, %$form);
        is $answer->{status}, 422, "$case is refused";
        like $answer->{content}, qr/id="$place">[^<]*$why/, 'at its field' or diag $answer->{content};
        like $answer->{content}, qr/name="code" value="\Q$code\E"/, 'the code stays';
        unlike $answer->{content}, qr/kestrels|Password-2024/, 'no password does';
    }
    is set_password($site->url . "/invite#$code ")->{status}, 303, 'the whole link does as well as its code';
};

subtest 'who may not' => sub {
    my $rater = $site->new_client;
    $rater->login('rater', $words);
    my $id = id_of('ann');
    is $rater->post("/admin/users/$id/invite", {})->{status}, 403, 'a rater makes none';
    is $site->get("/admin/users/$id/invite")->{status}, 405, 'nor does a GET';
    my $own = $site->post('/admin/users/' . id_of('admin') . '/invite', {});
    is $own->{status}, 422, 'nobody makes one for oneself';
    $site->admin('user', 'add', 'robot', '--service');
    is $site->post('/admin/users/' . id_of('robot') . '/invite', {})->{status}, 422, 'or for a service';
    is $site->post('/admin/users/999999/invite', {})->{status}, 404, 'or for nobody';
    is $site->new_client->post('/invite', form => { code => 'mwi_' . 'x' x 43, password => $words, again => $words },
        headers => { 'Sec-Fetch-Site' => 'cross-site' })->{status}, 403, 'another site posts nothing';
    for my $code ('', 'x', 'mwi_', 'mwi_' . 'A' x 43, 'mwi_' . 'A' x 44, "' OR 1=1 --", '%', 'A' x 301) {
        is set_password($code)->{status}, 422, 'no code: ' . substr $code, 0, 12;
    }
    $site->sql('DELETE FROM login_throttle');
};

subtest 'codes cannot be tried by the thousand' => sub {
    my $before = one('SELECT count(*) FROM invite');
    set_password('mwi_' . sprintf '%043d', $_) for 1 .. 20;
    my $answer = set_password('mwi_' . 'y' x 43);
    is $answer->{status}, 422, 'after 20 wrong ones';
    like $answer->{content}, qr/Too many wrong tries: try again in \d+ s/, 'one has to wait';
    like $answer->{headers}{'retry-after'}, qr/^\d+$/, 'programs are told, too';
    $site->sql('DELETE FROM login_throttle');
};

subtest 'one link used by two at once sets one password' => sub {
    my $code = make_link(make_user('dora'));
    my @said = together 2, sub ($number) { return set_password($code, password => "$words $number")->{status} };
    is join(' ', sort @said), '303 422', 'one is told that it is used';
    my $opens = grep { $site->new_client->login('dora', "$words $_")->{status} == 303 } 0, 1;
    is $opens, 1, 'one password opens';
    $site->sql('DELETE FROM login_throttle');
};

subtest 'transients-admin makes links as well' => sub {
    make_user('eve');
    my $said = $site->admin('user', 'invite', 'eve', '--url', 'https://x.example');
    my ($code) = $said =~ m{^https://x\.example/invite#(mwi_\S{43})$}m;
    ok $code, 'the last line is the link' or diag $said;
    is set_password($code)->{status}, 303, 'which works';
    my ($status, undef, $why) = $site->try_admin('user', 'invite', 'nobody-here');
    is $status, 1, 'for nobody there is none';
    like $why, qr/There is no user nobody-here/, 'which it says';
    ($status, undef, $why) = $site->try_admin('user', 'invite', 'eve', '--hours', '0');
    is $status, 1, 'hours have limits';
    like $why, qr/from 1 to/, 'which it says';
};

subtest 'staff end all sessions of somebody' => sub {
    my ($ann, $admin) = map { id_of($_) } qw(ann admin);
    my @clients = map { my $c = $site->new_client; $c->login('ann', $words); $c } 1, 2;
    is $site->post("/admin/users/$ann/sessions/end", {})->{status}, 303, 'by a button';
    is $_->get('/account')->{status}, 401, 'it has ended' for @clients;
    is $site->get('/account')->{status}, 200, 'others go on';
    is $clients[0]->login('ann', $words)->{status}, 303, 'the password stays';
    is $clients[0]->post("/admin/users/$admin/sessions/end", {})->{status}, 403, 'a rater ends none';
    like one(q{SELECT after FROM audit_log WHERE action = 'logout' ORDER BY id DESC LIMIT 1}), qr/staff/,
        'the audit log has it';
};

subtest 'the site\'s role makes no link by itself' => sub {
    for my $sql (q{INSERT INTO invite (account_id, hash, expires_at) SELECT id, repeat('a', 64), now() FROM account},
        q{UPDATE invite SET used_at = NULL}, q{DELETE FROM invite},
        q{SELECT invite_make(NULL, 1, repeat('a', 64), 1)}) {
        my $said = eval { $site->cluster->sql($site->database, $sql, dsn => $site->site_dsn); 1 } ? 'done' : $@;
        like $said, qr/permission denied|This is for staff/, $sql;
    }
};

done_testing;
