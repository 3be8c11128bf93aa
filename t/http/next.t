# next.t: what /next serves: every order with every filter, NULLs last, skipped ones at the end,
# frequencies left out, and what it says when nothing is left or no project is chosen.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use TransientsTest;
use TransientsTest::Sample;

my $site    = TransientsTest->start;
my $project = add_project($site, 'P');
my $other   = add_project($site, 'Q');
my ($rater, $admin) = map { scalar $site->sql("SELECT id FROM account WHERE name = '$_'") } qw(rater admin);

# Five observations at two frequencies and one without; fluxes with ties and NULLs.
$site->sql(join ';', map { sprintf 'INSERT INTO observation (observation_id, starttime, stoptime, cent_freq)
    VALUES (%d, %d, %d, %s)', OBS + $_, OBS + 100 * $_, OBS + 100 * $_ + 50, (154.24, 154.6, 184.96, 'NULL', 184.9)[$_ - 1] } 1 .. 5);
my @ids = add_candidates($site, $project,
    { obs_id => OBS + 3, can_peak_flux => 2 },     { obs_id => OBS + 1, can_peak_flux => undef },
    { obs_id => OBS + 5, can_peak_flux => 0.5 },   { obs_id => OBS + 2, can_peak_flux => 9 },
    { obs_id => OBS + 4, can_peak_flux => 2 },     { obs_id => OBS + 3, can_peak_flux => undef },
    { obs_id => OBS + 1, can_peak_flux => -1 });
my ($elsewhere) = add_candidates($site, $other, { obs_id => OBS + 5, can_peak_flux => 99 });
my $key = 0;

sub verdict ($candidate, $account, $ago = '0 days', $rating = 3) {
    $key++;
    $site->sql("SELECT rate($candidate, $account, $rating, 1, 'request-$key', 'page', NULL, NULL, NULL, false, NULL);
        UPDATE rating SET at = now() - interval '$ago' WHERE candidate_id = $candidate AND account_id = $account;
        UPDATE candidate_summary SET last_rated_at = (SELECT max(at) FROM rating WHERE candidate_id = $candidate)
         WHERE candidate_id = $candidate");
}

# Rated by the reader a month and a day ago, by somebody else a month and a day ago.
verdict($ids[0], $rater, '30 days');
verdict($ids[2], $rater, '1 day');
verdict($ids[3], $admin, '30 days');
verdict($ids[4], $admin, '1 day');
my %left = (unrated => [@ids[1, 5, 6]], week => [@ids[0, 1, 3, 5, 6]], mine => [@ids[1, 3, 4, 5, 6]]);
my %by = (
    newest => 'c.obs_starttime DESC, c.id DESC', oldest => 'c.obs_starttime',
    brightest => 'c.can_peak_flux DESC NULLS LAST, CASE WHEN c.can_peak_flux IS NULL THEN c.id ELSE -c.id END', faintest => 'c.can_peak_flux NULLS LAST',
);

$site->login('rater');

# Where /next leads: a candidate's number, or the page's text. Nobody holds any: t/http/lease.t is
# about that.
sub next_of () {
    $site->sql('DELETE FROM lease');
    my $answer = $site->get('/next');
    return $1 if $answer->{status} == 303 && $answer->{headers}{location} =~ m{/candidates/(\d+)};
    return "$answer->{status} $answer->{content}";
}

subtest 'without a project it asks which' => sub {
    my $page = $site->get('/next');
    is $page->{status}, 200, 'a page';
    like $page->{content}, qr/Which project\?/, 'that asks';
    like $page->{content}, qr{aria-label="Rate P"}, 'and offers one';
    like $page->{content}, qr{aria-label="Rate Q"}, 'and the other';
    my $chosen = $site->post('/settings', { project => $other, go => 'next' });
    is $chosen->{headers}{location}, '/next', 'a choice leads back to it';
    is next_of(), $elsewhere, 'and to its candidate';
};

# The queue is walked by skipping: every candidate of it once, in order, then the skipped ones again.
sub walk ($count) {
    my @seen;
    for (1 .. $count) {
        my $id = next_of();
        push @seen, $id;
        last if $id !~ /^\d+$/;
        $site->post("/candidates/$id/skip", {});
    }
    return @seen;
}

for my $filter (sort keys %left) {
    for my $order (sort keys %by, 'random') {
        $site->sql('DELETE FROM skip; DELETE FROM queue_mark');
        $site->post('/settings', { project => $project, queue_order => $order, queue_filter => $filter });
        my @left = $left{$filter}->@*;
        my @seen = walk(scalar @left);
        if ($order eq 'random') {
            is join(' ', sort @seen), join(' ', sort @left), "random, $filter: each once";
            next;
        }
        my @expected = $site->sql('SELECT c.id FROM candidate c WHERE c.id IN (' . join(',', @left)
            . ") ORDER BY $by{$order}, c.id");
        is "@seen", "@expected", "$order, $filter: each once, in order";
        is next_of(), $expected[0], 'then the one that was skipped first';
    }
}

subtest 'random is another one for others, and not the same for ever' => sub {
    $site->sql('DELETE FROM skip; DELETE FROM queue_mark');
    $site->post('/settings', { queue_order => 'random', queue_filter => 'mine' });
    my %seen = map { next_of() => 1 } 1 .. 40;
    cmp_ok scalar keys %seen, '>', 1, 'forty looks give several';
    is scalar(grep { my $id = $_; !grep { $_ eq $id } $left{mine}->@* } keys %seen), 0, 'of the queue alone';
};

subtest '\'rate again after 7 days\' offers what one rated oneself, with the earlier verdict' => sub {
    $site->sql('DELETE FROM skip; DELETE FROM queue_mark');
    $site->post('/settings', { queue_order => 'oldest', queue_filter => 'week' });
    my @seen = walk(scalar $left{week}->@*);
    ok scalar(grep { $_ == $ids[0] } @seen), 'one that the reader rated a month ago comes back';
    ok !grep({ $_ == $ids[2] } @seen), 'one of yesterday does not';
    my $page = $site->get("/candidates/$ids[0]")->{content};
    like $page, qr{Rated by me: <b class="cls cls-transient">Transient}, 'its page shows the earlier verdict';
    like $page, qr{value="3"[^>]*aria-pressed="true"}, 'and marks it';
};

# A queue is read from where its reader is, not from its beginning: what comes back before that is
# served all the same.
subtest 'what comes back into a queue that is worked through is served in its place' => sub {
    $site->sql('DELETE FROM skip; DELETE FROM queue_mark');
    my $own = add_project($site, 'own');
    my @own = add_candidates($site, $own, map { { can_peak_flux => 10 - $_ } } 0 .. 5);
    my $rate = sub ($id) { $site->post("/candidates/$id/rating", { rating => 2, classification => 4, request_key => 'key-' . ++$key . '-more' }) };
    for my $filter (qw(mine unrated week)) {
        $site->sql("DELETE FROM rating WHERE candidate_id IN (SELECT id FROM candidate WHERE project_id = $own)");
        $site->post('/settings', { project => $own, queue_order => 'brightest', queue_filter => $filter });
        is next_of(), $own[0], "$filter: the brightest is first";
        $rate->($_) for @own[0 .. 2];
        is next_of(), $own[3], 'three are rated: the fourth';
        $site->sql("UPDATE queue_mark SET newest = (SELECT max(id) FROM candidate)");
        is $site->sql("SELECT key > 0 FROM queue_mark WHERE project_id = $own AND queue_filter = '$filter'"), 't', 'there is a mark';
        my ($new) = add_candidates($site, $own, { can_peak_flux => 11 });
        is next_of(), $new, 'a brighter one that came in is next';
        $rate->($new);
        is next_of(), $own[3], 'then the fourth again';
        $site->sql("SELECT rate($own[1], $rater, NULL, NULL, 'undo-$filter', 'undo', NULL, NULL, NULL, false, NULL)");
        is next_of(), $own[1], 'one that was taken back comes back';
        $rate->($own[1]);
        $rate->($_) for @own[3 .. 5];
        like next_of(), qr/Nothing left in this queue/, 'then nothing is left';
        like next_of(), qr/Nothing left in this queue/, 'asked again, too';
        my ($faint) = add_candidates($site, $own, { can_peak_flux => undef });
        is next_of(), $faint, 'until one comes in';
        $site->sql("DELETE FROM candidate WHERE id IN ($new, $faint)");
    }
    $site->sql("UPDATE queue_mark SET since = now() - interval '1 hour';
        UPDATE rating SET at = now() - interval '7 days 10 minutes' WHERE candidate_id = $own[2];
        UPDATE candidate_summary SET last_rated_at = now() - interval '7 days 10 minutes' WHERE candidate_id = $own[2]");
    is next_of(), $own[2], 'week: one that was rated 7 days ago by now comes back';
};

subtest 'an empty order, or none, is the first of them' => sub {
    $site->post('/settings', { project => $project, queue_filter => 'mine' });
    is $site->post('/settings', { queue_order => '' })->{status}, 303, 'an empty order changes nothing';
    like next_of(), qr/^\d+$/, 'and /next goes on';
    $site->sql('DELETE FROM account_setting');
    like next_of(), qr/Which project\?/, 'without settings it asks which project';
    $site->post('/settings', { project => $project, queue_order => 'oldest', queue_filter => 'unrated' });
};

subtest 'skip goes on, and rating does' => sub {
    $site->sql('DELETE FROM skip; DELETE FROM queue_mark');
    $site->post('/settings', { queue_order => 'brightest', queue_filter => 'unrated' });
    my $answer = $site->post("/candidates/$ids[6]/skip", {});
    is $answer->{status}, 303, 'skip answers 303';
    is $answer->{headers}{location}, "/candidates/$ids[1]", 'to the next';
    is $site->post("/candidates/999999/skip", {})->{status}, 404, 'an unknown one cannot be skipped';
    is $site->sql('SELECT count(*) FROM skip'), 1, 'one is skipped';
    $site->post("/candidates/$ids[6]/skip", {}) for 1 .. 2;
    is $site->sql('SELECT count(*) FROM skip'), 1, 'once, however often';
    my $page = $site->get("/candidates/$ids[1]")->{content};
    like $page, qr{<b>3</b> left}, 'the page says how many are left, skipped ones too';
};

subtest 'frequencies that are left out, are' => sub {
    $site->sql('DELETE FROM skip; DELETE FROM queue_mark');
    $site->sql("UPDATE account_setting SET left_out = '{185}'");
    $site->post('/settings', { queue_order => 'faintest', queue_filter => 'mine' });
    is join(' ', walk(4)), join(' ', @ids[6, 4, 3, 1]), 'those of 184.96 MHz are not served';
    $site->sql(q{DELETE FROM skip; DELETE FROM queue_mark; UPDATE account_setting SET left_out = '{154,155,185}'});
    is join(' ', walk(1)), $ids[4], 'one without a frequency stays';
    verdict($ids[4], $rater);
    like next_of(), qr/^200 .*Nothing left in this queue/s, 'every frequency left out: nothing left, no error';
    $site->sql(q{UPDATE account_setting SET left_out = '{}'});
};

subtest 'every frequency left out by the settings leaves what has none' => sub {
    $site->sql('DELETE FROM skip; DELETE FROM queue_mark');
    my @all = $site->get('/settings')->{content} =~ /name="left_out" value="(\d+)"/g;
    is "@all", '154 155 185', 'all are offered';
    $site->post('/settings', { queue_order => 'random', queue_filter => 'week', left_out => \@all, left_out_shown => join ',', @all });
    for my $order (qw(random newest oldest brightest faintest)) {
        $site->post('/settings', { queue_order => $order });
        my $page = next_of();
        like $page, qr/^200 .*Nothing left in this queue/s, "$order: nothing left, no error";
        like $page, qr{Left out: 154, 155, 185 MHz, <a href="/settings">}, 'and it says why that may be';
    }
    $site->post('/settings', { left_out_shown => join ',', @all });
};

subtest 'when nothing is left it says so and offers what else there is' => sub {
    $site->sql('DELETE FROM skip; DELETE FROM queue_mark');
    $site->post('/settings', { queue_order => 'oldest', queue_filter => 'unrated' });
    my $answer;
    for (1 .. 3) {
        my $id = next_of();
        $answer = $site->post("/candidates/$id/rating", { rating => 2, classification => 4 });
    }
    like $answer->{headers}{location}, qr{^/next\?rated=\d+$}, 'the last verdict leads to /next';
    my $page = $site->get($answer->{headers}{location});
    is $page->{status}, 200, 'a page';
    like $page->{content}, qr/Nothing left in this queue/, 'that says so';
    like $page->{content}, qr{Rated \d+: <b>2, RFI</b>}, 'and what was stored';
    like $page->{content}, qr{aria-label="Rate Q"}, 'and offers the other project';
    like $page->{content}, qr{name="queue_filter" value="mine"}, 'and other ways';
    like next_of(), qr/^200/, 'and again';
};

subtest 'the chosen project goes out of sight' => sub {
    $site->sql("UPDATE project SET access = 'listed' WHERE id = $project");
    like next_of(), qr/Which project\?/, 'it asks anew';
    unlike next_of(), qr{aria-label="Rate P"}, 'and does not offer it';
};

done_testing;
