# table.t: the candidate table in a browser: one narrows it, opens a candidate, walks on and back
# within the list, rates by keys, and comes back to where one was; also without scripts.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use TransientsTest;
use TransientsTest::Sample;
use WebDriver;

WebDriver->available or plan skip_all => 'chromium and chromedriver are not installed';

my $site = TransientsTest->start;
my $project = add_project($site, 'P', classification_required => 'false');
$site->post('/observation_create/', form => observation(), token => $site->token('admin'));
for my $n (1 .. 4) {
    my $answer = $site->post('/candidate_create/', token => $site->token('admin'),
        multipart => parts(cand_id => $n, can_det_stat => 5 + $n, png => png($n), gif => gif($n)));
    is $answer->{status}, 201, "candidate $n comes in" or BAIL_OUT($answer->{content});
}
my @ids = $site->sql('SELECT id FROM candidate ORDER BY can_det_stat');

my $browser = WebDriver->start(width => 1280, height => 800);
$browser->go($site->url . '/login');
$browser->find('input[name=name]')->type('rater');
$browser->find('input[name=password]')->type($site->password('rater'));
$browser->after_load(sub { $browser->find('form[action="/login"] button')->click });

sub at ($id) { return $browser->wait_for(sub { $browser->path =~ m{^/candidates/$id\b} }, 10, "candidate $id") }

for my $scripts (1, 0) {
    my $with = $scripts ? 'with scripts' : 'without';
    $browser->javascript($scripts);
    $browser->go($site->url . '/candidates');
    $browser->find('details.filters summary')->click;
    $browser->find('#f-pos')->type('16 27 59.5 -52 35 04.3');
    $browser->find('#f-radius')->type('2');
    $browser->find('#f-can_det_stat_min')->type('6.5');
    $browser->after_load(sub { $browser->find('details.filters form .primary')->click });
    like $browser->text('.narrowing'), qr/16:27:59\.50 -52:35:04\.3, within 2/, "$with: the page says what it understood";
    is scalar(() = $browser->find_all('.data tbody tr')), 3, "$with: and shows the rows";
    unlike $browser->path, qr/=(?:&|$)/, 'the address holds no empty field' if $scripts;
    $browser->after_load(sub { $browser->find('.data tbody tr:nth-child(1) td:nth-child(2) a')->click });
    ok at($ids[3]), "$with: a candidate opens";
    $browser->after_load(sub { $browser->find('.in-list [rel=next]')->click });
    ok at($ids[2]), "$with: the next in the list";
    $browser->after_load(sub { $scripts ? $browser->keys('Left') : $browser->find('.in-list [rel=prev]')->click });
    ok at($ids[3]), "$with: and the previous one";
    $browser->after_load(sub { $browser->find('.in-list a:not([rel])')->click });
    like $browser->path, qr{^/candidates\?.*pos=.*#c$ids[3]$}, "$with: back to the list";
}

$browser->javascript(1);
$browser->go($site->url . '/candidates?sort=can_det_stat&rated=no');
$browser->after_load(sub { $browser->find('.data tbody tr:nth-child(1) td:nth-child(2) a')->click });
for my $n (0 .. 3) {
    at($ids[$n]);
    $browser->wait_for(sub { $browser->execute(
        'return [...document.querySelectorAll(".figure img")].every((i) => i.complete && i.naturalWidth > 0)') });
    $browser->execute('window.shownAt = performance.now()');
    $browser->wait_for(sub { $browser->execute('return performance.now() > window.shownAt + 400') });
    my $before = $browser->path;
    $browser->keys('2');
    $browser->wait_for(sub { $browser->path ne $before }, 20, 'the next one of the list');
}
$browser->wait_for(sub { $browser->has('.note') });
like $browser->path, qr{^/candidates\?sort=can_det_stat&rated=no&end=rated}, 'verdicts by key walk through the list to its end';
like $browser->text('.note'), qr/last candidate of this list/, 'which says so';
is $site->sql('SELECT count(*) FROM rating WHERE rating = 2'), 4, 'each is stored';

$browser->quit;
done_testing;
