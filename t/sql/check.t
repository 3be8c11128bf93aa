# check.t: transients-admin check finds what does not fit together and mends what can be mended.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use File::Path 'make_path';
use Test::More;
use TransientsTest qw(spew);
use TransientsTest::Sample;

my $site    = TransientsTest->start(httpd => 0);
my $project = add_project($site);
my @ids     = add_candidates($site, $project, {}, {}, {}, {});
my @raters  = map { scalar $site->sql("SELECT id FROM account WHERE name = '$_'") } qw(rater admin);
my $key     = 0;

for my $id (@ids[0 .. 2]) {
    for my $rater (@raters) {
        $site->sql(sprintf q{SELECT rate(%d, %d, 4, 1, 'request-%d', 'page', NULL, NULL, NULL, false, NULL)},
            $id, $rater, ++$key);
    }
}
$site->sql(sprintf q{SELECT rate(%d, %d, NULL, NULL, 'request-undo', 'undo', NULL, NULL, NULL, false, NULL)},
    $ids[0], $raters[0]);

sub check (@options) {
    my ($status, $out, $err) = $site->try_admin('check', @options);
    is $err, '', 'the check runs to its end';
    return ($status, $out);
}

is_deeply [check()], [0, "no faults found\n"], 'what the site itself has stored fits together';

# Behind the triggers' back.
sub spoil ($sql) {
    $site->sql("SET session_replication_role = replica; $sql");
}

my %faults = (
    "UPDATE candidate_summary SET rating_count = rating_count + 1 WHERE candidate_id = $ids[0]" =>
        qr/^candidate $ids[0]: its summary is wrong$/m,
    "UPDATE candidate_summary SET rating_count = 0, rating_sum = 0 WHERE candidate_id = $ids[1]" =>
        qr/^candidate $ids[1]: its summary is wrong$/m,
    "DELETE FROM candidate_summary WHERE candidate_id = $ids[3]" =>
        qr/^candidate $ids[3]: its summary is missing$/m,
    "UPDATE candidate_class_count SET count = 7 WHERE candidate_id = $ids[1]" =>
        qr/^candidate $ids[1]: classification 1 is counted 7 times and was given 2 times$/m,
    "INSERT INTO candidate_class_count VALUES ($ids[3], 2, 1)" =>
        qr/^candidate $ids[3]: classification 2 is counted 1 times and was given 0 times$/m,
    "DELETE FROM rating WHERE candidate_id = $ids[2]" =>
        qr/^candidate $ids[2]: the current rating of account $raters[0] is not that of its last event$/m,
    "UPDATE rating SET rating = 1 WHERE candidate_id = $ids[1] AND account_id = $raters[1]" =>
        qr/^candidate $ids[1]: the current rating of account $raters[1] is not/m,
    "INSERT INTO rating SELECT candidate_id, account_id, id, 4, 1, at FROM rating_event
      WHERE candidate_id = $ids[0] AND account_id = $raters[0] AND rating IS NULL" =>
        qr/^candidate $ids[0]: the current rating of account $raters[0] is not/m,
    "UPDATE candidate SET obs_starttime = 1 WHERE id = $ids[3]" =>
        qr/^candidate $ids[3]: start or frequency differ from those of observation @{[OBS]}$/m,
    "UPDATE observation_summary SET rated = 0, uploaded = 7 WHERE observation_id = @{[OBS]}" =>
        qr/^observation @{[OBS]}: in project \d+ 0 of 7 candidates are counted as rated, not /m,
);

sub mends ($name, @faults) {
    spoil($_) for @faults;
    my ($status, $out) = check();
    is $status, 1, "$name: found";
    like $out, $faults{$_}, "$name: said" for @faults;
    ($status, $out) = check('--repair');
    is $status, 0, "$name: mended" or diag $out;
    is_deeply [check()], [0, "no faults found\n"], "$name: stays mended";
}

mends(s{\s+}{ }gr, $_) for sort keys %faults;
mends('all at once', sort keys %faults);
is $site->sql(qq{SELECT rating_count, rating_sum FROM candidate_summary WHERE candidate_id = $ids[1]}),
    '2|8', 'the events have decided';

subtest 'pictures' => sub {
    my $media = $site->media;
    my @hashes = $site->sql('SELECT DISTINCT h FROM candidate, unnest(ARRAY[png_hash, gif_hash, thumb_hash]) h');
    my @names = $site->sql(q{SELECT n FROM candidate,
        unnest(ARRAY[png_hash || '.png', gif_hash || '.gif', thumb_hash || '.webp']) n});
    for my $name (@names) {
        make_path("$media/" . substr $name, 0, 2);
        spew("$media/" . substr($name, 0, 2) . "/$name", 'picture');
    }
    is_deeply [check('--media', $media)], [0, "no faults found\n"], 'all there, and no more';
    my $unused = "$media/00/" . '0' x 63 . 'f.png';
    spew($unused, 'picture');
    spew("$media/00/README", 'not ours');
    is_deeply [check('--media', $media, '--repair')], [0, "no faults found\n"],
        'a file that is younger than an hour is left alone';
    utime time - 7200, time - 7200, $unused, "$media/00/README";
    is_deeply [check('--media', $media)], [1, "$unused: no candidate has it\nfaults found: 1\n"],
        'an older one is found';
    is_deeply [check('--media', $media, '--repair')],
        [0, "$unused: no candidate has it; removed\nno faults found\n"], 'and removed';
    ok -e "$media/00/README", 'what has another name stays';
    my $lost = "$media/" . substr($names[0], 0, 2) . "/$names[0]";
    unlink $lost;
    my ($status, $out) = check('--media', $media, '--repair');
    is $status, 1, 'a picture that is lost stays a fault';
    like $out, qr/^candidate \d+: \Q$lost\E is missing$/m, 'and is named';
};

done_testing;
