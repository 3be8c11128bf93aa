# audit.t: every change that matters leaves a line: who, by which token and request, before, after.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use JSON::PP 'decode_json';
use Test::More;
use TransientsTest;
use TransientsTest::Sample;

my $site    = TransientsTest->start(httpd => 0);
my $project = add_project($site, 'P');
my $id      = add_candidates($site, $project, { notes => 'first', can_peak_flux => 2.5 });
my $rater   = $site->sql(q{SELECT id FROM account WHERE name = 'rater'});

# The lines that a change leaves, as hashes.
sub lines_of ($sql) {
    my $last = $site->sql('SELECT coalesce(max(id), 0) FROM audit_log');
    $site->sql($sql);
    return map { decode_json($_) }
        $site->sql("SELECT to_jsonb(a) FROM audit_log a WHERE id > $last ORDER BY id");
}

subtest 'who acts is written down' => sub {
    my ($line, @more) = lines_of(qq{
        BEGIN;
        SET LOCAL transients.actor = '$rater';
        SET LOCAL transients.token = '7';
        SET LOCAL transients.request = 'request-1';
        SET LOCAL transients.address = '192.0.2.7';
        UPDATE candidate SET notes = 'second', notes_version = 1 WHERE id = $id;
        COMMIT});
    is scalar @more, 0, 'one change leaves one line';
    is_deeply { map { $_ => $line->{$_} } qw(account_id token_id request_id address action subject subject_id) },
        { account_id => $rater, token_id => 7, request_id => 'request-1', address => '192.0.2.7',
          action => 'update', subject => 'candidate', subject_id => "$id" }, 'who, how and what';
    is_deeply $line->{before}, { notes => 'first', notes_version => 0 }, 'before, only what differs';
    is_deeply $line->{after}, { notes => 'second', notes_version => 1 }, 'after, only what differs';
    like $line->{at}, qr/^\d{4}-\d\d-\d\dT/, 'when';
};

subtest 'nobody is written as nobody' => sub {
    my ($line) = lines_of("UPDATE candidate SET notes = 'third' WHERE id = $id");
    is $line->{account_id}, undef, 'without an actor';
    ($line) = lines_of(qq{BEGIN; SET LOCAL transients.actor = '0'; SET LOCAL transients.token = '0';
        SET LOCAL transients.request = ''; UPDATE candidate SET notes = 'fourth' WHERE id = $id; COMMIT});
    is_deeply [$line->@{qw(account_id token_id request_id)}], [undef, undef, undef], '0 and empty are none';
};

subtest 'what is deleted stays in the log' => sub {
    my ($line) = lines_of("DELETE FROM candidate WHERE id = $id");
    is $line->{action}, 'delete', 'the line says so';
    is $line->{subject_id}, "$id", 'and which';
    is $line->{before}{can_peak_flux}, 2.5, 'with all values';
    is $line->{before}{notes}, 'fourth', 'and the notes';
    is $line->{after}, undef, 'and nothing after';
    ($line) = lines_of('DELETE FROM observation');
    is $line->{before}{observation_id}, OBS, 'an observation as well';
};

subtest 'no secret comes into the log' => sub {
    my @lines = (
        lines_of(q{INSERT INTO account (name, password_hash) VALUES ('new', 'secret-hash')}),
        lines_of(q{UPDATE account SET password_hash = 'secret-other', password_changed_at = now()
            WHERE name = 'new'}),
        lines_of(q{INSERT INTO token (account_id, name, hash, scopes) SELECT id, 't', repeat('ab', 32),
            '{read}' FROM account WHERE name = 'new'}),
        lines_of(q{UPDATE token SET revoked_at = now()}),
        lines_of(q{DELETE FROM token WHERE hash = repeat('ab', 32)}),
    );
    my @actions = map {"$_->{action} $_->{subject}"} @lines;
    is join(', ', @actions[0, 1, 2]), 'insert account, update account, insert token', 'each has its line';
    my $all = JSON::PP->new->canonical->encode(\@lines);
    unlike $all, qr/secret-/, 'no password hash';
    unlike $all, qr/abab/, 'no token hash';
    ok exists $lines[1]{after}{password_changed_at}, 'that a password changed is seen';
};

subtest 'every table that people change is watched' => sub {
    my %lines = (
        project        => q{UPDATE project SET description = 'x'},
        project_member => q{INSERT INTO project_member (project_id, account_id)
            SELECT p.id, a.id FROM project p, account a WHERE a.name = 'rater'},
        filter         => q{UPDATE filter SET description = 'x'},
        classification => q{UPDATE classification SET position = 15 WHERE key_letter = 'T'},
        association    => q{INSERT INTO pulsar (name) VALUES ('J0000+0000')},
    );
    delete $lines{association};
    for my $table (sort keys %lines) {
        my @lines = lines_of($lines{$table});
        is $lines[0]{subject}, $table, "$table leaves a line";
    }
    is scalar(my @none = lines_of(q{UPDATE project SET description = 'x'})), 0,
        'a change that changes nothing leaves none';
    is scalar(@none = lines_of(q{UPDATE account SET last_login_at = now()})), 0,
        'nor does a login time';
    is scalar(@none = lines_of(q{UPDATE token SET last_used_at = now()})), 0,
        'nor the use of a token';
};

done_testing;
