# durability.t: a rating that was answered survives the death of every process of httpd and of
# PostgreSQL right after the answer, once.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use TransientsTest qw(wait_until);
use TransientsTest::Sample;

my $site    = TransientsTest->start(cluster => 'own', crash_expected => 1);
my $project = add_project($site, 'P');
my @ids     = add_candidates($site, $project, {}, {}, {});
is $site->sql('SHOW fsync'), 'on', 'the database server keeps what it committed';
$site->sql('CHECKPOINT');

for my $round (1 .. 2) {
    my $id = shift @ids;
    $site->login('rater');
    $site->post('/settings', { project => $project });
    my %form = (rating => 4, classification => 2, request_key => "kept-through-$round");
    my $answer = $site->post("/candidates/$id/rating", \%form);
    $site->kill9;
    $site->cluster->kill9;
    is $answer->{status}, 303, "round $round: the rating was answered";

    $site->cluster->start;
    is $site->sql("SELECT rating, classification_id FROM rating WHERE candidate_id = $id"), '4|2',
        'it stands after the restart';
    is $site->sql("SELECT count(*) FROM rating_event WHERE candidate_id = $id"), 1, 'once';
    is $site->sql("SELECT rating_count, rating_sum FROM candidate_summary WHERE candidate_id = $id"), '1|4',
        'and is counted';

    $site->start_httpd;
    my $page = wait_until { my $p = $site->get("/candidates/$id"); $p->{status} == 503 ? 0 : $p } 30, 'the site';
    is $page->{status}, 200, 'the session goes on';
    like $page->{content}, qr{value="4"[^>]*aria-pressed="true"}, 'and the page shows the rating';
    is $site->post("/candidates/$id/rating", \%form)->{status}, 303, 'a browser that posts it again';
    is $site->sql("SELECT count(*) FROM rating_event WHERE candidate_id = $id"), 1, 'changes nothing';
}

subtest 'an uploaded candidate and its pictures survive as well' => sub {
    $site->post('/observation_create/', form => observation(observation_id => OBS + 8), token => $site->token('rater'));
    my $answer = $site->post('/candidate_create/', multipart => parts(obs_id => OBS + 8), token => $site->token('rater'));
    $site->kill9;
    $site->cluster->kill9;
    is $answer->{status}, 201, 'the upload was answered' or diag($answer->{content});
    $site->cluster->start;
    my ($row) = $site->sql(q{SELECT png_hash, gif_hash, thumb_hash FROM candidate ORDER BY id DESC LIMIT 1});
    my ($png, $gif, $thumb) = split /\|/, $row;
    for my $file ("$png.png", "$gif.gif", "$thumb.webp") {
        ok -s $site->media . '/' . substr($file, 0, 2) . "/$file", "$file is there";
    }
};

done_testing;
