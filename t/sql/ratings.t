# ratings.t: verdicts are only added, the one that stands and the summaries follow them exactly.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use TransientsTest qw(together);
use TransientsTest::Sample;

my $site    = TransientsTest->start(httpd => 0);
my $project = add_project($site, 'P');
my $free    = add_project($site, 'optional', classification_required => 'false');
my ($rater, $admin) = map { scalar $site->sql("SELECT id FROM account WHERE name = '$_'") } qw(rater admin);
my $key = 0;

sub rate ($candidate, $account, $rating, $class = 1, $request = 'request-' . ++$key) {
    my $as_sql = join ', ', $candidate, $account, map { $_ // 'NULL' } $rating, $class;
    return $site->sql("SELECT is_new FROM rate($as_sql, '$request', 'page', NULL, NULL, NULL, false, NULL)");
}

# psql's words of a statement that is refused.
sub refusal ($sql) {
    return eval { $site->sql($sql); 1 } ? 'not refused' : $@;
}

sub summary ($candidate) {
    return $site->sql("SELECT rating_count, rating_sum, last_rated_at IS NOT NULL,
        (SELECT string_agg(classification_id || ':' || count, ' ' ORDER BY classification_id)
           FROM candidate_class_count k WHERE k.candidate_id = s.candidate_id AND count > 0)
        FROM candidate_summary s WHERE candidate_id = $candidate");
}

# What the database should have counted, from the standing verdicts alone.
sub wrong_summaries () {
    return $site->sql(q{
        SELECT s.candidate_id FROM candidate_summary s
          LEFT JOIN (SELECT candidate_id, count(*) AS n, sum(rating) AS total, max(at) AS last
                       FROM rating GROUP BY candidate_id) r USING (candidate_id)
         WHERE (s.rating_count, s.rating_sum, s.last_rated_at)
               IS DISTINCT FROM (coalesce(r.n, 0), coalesce(r.total, 0), r.last)
        UNION ALL
        SELECT coalesce(k.candidate_id, r.candidate_id) FROM candidate_class_count k
          FULL JOIN (SELECT candidate_id, classification_id, count(*) AS n FROM rating
                      WHERE classification_id IS NOT NULL GROUP BY 1, 2) r
            USING (candidate_id, classification_id)
         WHERE coalesce(k.count, 0) <> coalesce(r.n, 0)});
}

subtest 'a verdict, another, and none' => sub {
    my $id = add_candidates($site, $project, {});
    is summary($id), '0|0|f|', 'a new candidate has an empty summary';
    is rate($id, $rater, 4, 2), 't', 'a verdict is new';
    is summary($id), '1|4|t|2:1', 'it is counted';
    is rate($id, $rater, 1, 4), 't', 'another one is new, too';
    is summary($id), '1|1|t|4:1', 'and replaces the first';
    is rate($id, $admin, 5, 4), 't', 'somebody else rates';
    is summary($id), '2|6|t|4:2', 'both are counted';
    is rate($id, $rater, undef, undef), 't', 'a verdict is taken back';
    is summary($id), '1|5|t|4:1', 'the other one stands';
    is rate($id, $rater, undef, undef), 't', 'taking back what is not there is an event';
    is rate($id, $admin, undef, undef), 't', 'the last one is taken back';
    is summary($id), '0|0|f|', 'nothing is left to count';
    is $site->sql("SELECT count(*) FROM rating_event WHERE candidate_id = $id"), 6,
        'every event is kept';
    is $site->sql("SELECT count(*) FROM rating WHERE candidate_id = $id"), 0, 'no verdict stands';
};

subtest 'a request that is repeated is stored once and answers as the first did' => sub {
    my $id = add_candidates($site, $project, {});
    is rate($id, $rater, 3, 1, 'once-only'), 't', 'new';
    is rate($id, $rater, 3, 1, 'once-only'), 'f', 'known';
    is rate($id, $rater, 5, 2, 'once-only'), 'f', 'known, whatever else it says';
    is $site->sql("SELECT rating FROM rating WHERE candidate_id = $id"), 3, 'the first one stands';
    is rate($id, $admin, 5, 2, 'once-only'), 't', 'the key is the account\'s own';
    is $site->sql("SELECT count(*) FROM rating_event WHERE candidate_id = $id"), 2, 'two events';
};

subtest 'what may not be stored is refused' => sub {
    my $id = add_candidates($site, $project, {});
    my $rate = sub ($rating, $class) {
        refusal("SELECT rate($id, $rater, $rating, $class, 'refused-" . ++$key
            . "', 'page', NULL, NULL, NULL, false, NULL)");
    };
    like $rate->(99, 1),      qr/rating_event_rating_check/,          'rating 99';
    like $rate->(0,  1),      qr/rating_event_rating_check/,          'rating 0';
    like $rate->(100_000, 1), qr/out of range|rating_check/,          'rating 100000';
    like $rate->(3,  'NULL'), qr/Choose a classification/,            'no classification';
    like $rate->(3,  999),    qr/There is no such classification/,    'an unknown one';
    like refusal("SELECT rate(0, $rater, 3, 1, 'refused-x', 'page', NULL, NULL, NULL, false, NULL)"),
        qr/There is no such candidate/, 'an unknown candidate';
    $site->sql('UPDATE classification SET hidden = true WHERE id = 9');
    like $rate->(3, 9), qr/There is no such classification/, 'a hidden classification';
    like refusal("SELECT rate($id, $rater, 3, 1, 'short', 'page', NULL, NULL, NULL, false, NULL)"),
        qr/request_key/, 'a request key that is too short';
    is summary($id), '0|0|f|', 'and nothing was counted';
    is $site->sql("SELECT count(*) FROM rating_event WHERE candidate_id = $id"), 0, 'or kept';
    my $optional = add_candidates($site, $free, {});
    is rate($optional, $rater, 2, undef), 't', 'a project can make the classification optional';
    is summary($optional), '1|2|t|', 'such a verdict counts without one';
};

subtest 'a rating takes a skipped candidate back into order' => sub {
    my $id = add_candidates($site, $project, {});
    $site->sql("INSERT INTO skip (account_id, candidate_id) VALUES ($rater, $id), ($admin, $id)");
    rate($id, $rater, 3);
    is $site->sql("SELECT account_id FROM skip WHERE candidate_id = $id"), $admin,
        'one\'s own skip ends, others\' stay';
};

subtest 'copies follow the observation and the candidate' => sub {
    my $id = add_candidates($site, $project, { can_peak_flux => 2 });
    $site->sql('UPDATE observation SET cent_freq = 215.68, starttime = starttime + 8');
    is $site->sql("SELECT obs_starttime, obs_cent_freq FROM candidate WHERE id = $id"),
        (OBS + 8) . '|215.68', 'the candidate has the new time and frequency';
    $site->sql("UPDATE candidate SET can_peak_flux = 7 WHERE id = $id");
    is $site->sql("SELECT obs_starttime, obs_cent_freq, can_peak_flux FROM candidate_summary
        WHERE candidate_id = $id"), (OBS + 8) . '|215.68|7', 'so has the summary';
};

subtest 'a candidate that goes takes its verdicts along' => sub {
    my $id = add_candidates($site, $project, {});
    rate($id, $_, 3) for $rater, $admin;
    $site->sql("DELETE FROM candidate WHERE id = $id");
    is $site->sql("SELECT (SELECT count(*) FROM rating_event WHERE candidate_id = $id)
        + (SELECT count(*) FROM rating WHERE candidate_id = $id)
        + (SELECT count(*) FROM candidate_summary WHERE candidate_id = $id)
        + (SELECT count(*) FROM candidate_class_count WHERE candidate_id = $id)"), 0, 'all of them';
};

subtest 'eight at once, on the same candidates, and every summary is right' => sub {
    my @ids = map { add_candidates($site, $project, {}) } 1 .. 6;
    my @accounts = map {
        scalar $site->sql("INSERT INTO account (name) VALUES ('worker$_') RETURNING id")
    } 1 .. 4;
    my @done = together(8, sub ($number) {
        srand $number;
        my @sql = map {
            my $rating = int rand 6;
            sprintf q{SELECT rate(%d, %d, %s, %d, 'worker-%d-%d', 'page', NULL, NULL, NULL, false, NULL)},
                $ids[rand @ids], $accounts[$number % 4], $rating || 'NULL', 1 + int rand 8, $number, $_
        } 1 .. 40;
        $site->sql(join ";\n", @sql);
        return 'done';
    });
    is join(' ', map { $_ // 'failed' } @done), join(' ', ('done') x 8), 'all went through';
    is $site->sql("SELECT count(*) FROM rating_event WHERE request_key LIKE 'worker-%'"), 320,
        'all 320 events are kept';
};

is join(' ', wrong_summaries()), '', 'every summary says what the standing verdicts say';
done_testing;
