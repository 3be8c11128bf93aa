# latency.t: from a key to the next candidate with both pictures painted, on this machine and over a
# slow line; and what a rating costs in requests and bytes. The times are printed: machines differ.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use JSON::PP ();
use Test::More;
use Time::HiRes ();
use TransientsTest;
use Compress::Zlib ();
use TransientsTest::Sample;
use WebDriver;

WebDriver->available or plan skip_all => 'chromium and chromedriver are not installed';

# The old site: two clicks, two pages, two redirects, each picture.
use constant { OLD_REQUESTS => 6, ROUNDS => $ENV{TEST_RATINGS} // 20, SLOW_ROUNDS => $ENV{TEST_RATINGS} // 10 };

my $site    = TransientsTest->start;
my $project = add_project($site, 'P');
my $token   = $site->token('admin');
$site->post('/observation_create/', form => observation(), token => $token);

# Both pictures together are as large as the pipeline's, 775 kB, and no two candidates share one.
srand 1;
my $noise = join '', map { pack 'N', int rand 2**32 } 1 .. 380_000 / 4;

sub large_gif ($number) {
    my $blocks = join '', map { chr(length) . $_ } unpack '(a255)*', pack('N', $number) . $noise;
    return substr(gif(1, 12, 128), 0, -1) . "\x21\xFE$blocks\0\x3B";
}

sub large_png ($number) {
    my $chunk = 'prVt' . pack('N', $number) . $noise;
    my $png   = png(1, 800, 600);
    substr $png, -12, 0, pack('N', length($chunk) - 4) . $chunk . pack('N', Compress::Zlib::crc32($chunk));
    return $png;
}

sub add ($number) {
    my $answer = $site->post('/candidate_create/', token => $token, multipart => parts(cand_id => $number,
            can_det_stat => 5 + $number, png => large_png($number), gif => large_gif($number)));
    $answer->{status} == 201 or BAIL_OUT($answer->{content});
}
add($_) for 1 .. ROUNDS + SLOW_ROUNDS + 4;

my $client = $site->new_client;
$client->login('rater');
$client->post('/settings', form => { project => $project, queue_order => 'random', queue_filter => 'unrated' });
my $browser = WebDriver->start(width => 1440, height => 900);
$browser->go($site->url . '/login');
$browser->find('input[name=name]')->type('rater');
$browser->find('input[name=password]')->type($site->password('rater'));
$browser->after_load(sub { $browser->find('form[action="/login"] button')->click });
$browser->go($site->url . '/next');

# From the moment of the key to the second frame with both pictures: the first one is painted then.
my $watch = q{
    window.times = [];
    let pressed = 0;
    const painted = () => {
        const images = [...document.querySelectorAll('.figure .well img')];
        if (images.length < 2 || !images.every((i) => i.complete && i.naturalWidth > 0)) setTimeout(painted, 1);
        else requestAnimationFrame(() => requestAnimationFrame((now) => window.times.push(now - pressed)));
    };
    addEventListener('keydown', (event) => { if (/\d/.test(event.key)) pressed = event.timeStamp; }, true);
    document.addEventListener('candidate-shown', painted);
    performance.setResourceTimingBufferSize(5000);
};
my $wait = q{
    const [count, rest, done] = arguments;
    const see = () => window.times.length >= count ? setTimeout(done, rest) : setTimeout(see, 10);
    see();
};
sub rest ($count, $rest) { $browser->call(POST => '/execute/async', { script => $wait, args => [$count, $rest] }) }

sub measure ($rounds, $look) {
    $browser->execute($watch) if !$browser->execute('return Boolean(window.times)');
    $browser->execute('window.times = []; performance.clearResourceTimings()');
    for my $round (1 .. $rounds) {
        rest($round - 1, $look);
        $browser->keys('r', '1');
    }
    rest($rounds, 0);
    $browser->wait_for(sub { $browser->text('[data-sending]') eq 'all stored' }, 60);
    return $browser->execute(q{
        const all = performance.getEntriesByType('resource');
        const verdicts = all.filter((e) => /\/rating$/.test(new URL(e.name).pathname));
        const sum = (list) => list.reduce((bytes, e) => bytes + e.transferSize, 0);
        return { times: window.times, verdicts: verdicts.length, verdictBytes: sum(verdicts),
            ahead: all.length - verdicts.length, aheadBytes: sum(all) - sum(verdicts) };
    });
}

sub at ($part, @times) { @times = sort { $a <=> $b } @times; return $times[$part * $#times + 0.5] }

sub report ($where, $rounds, $found) {
    my @times = $found->{times}->@*;
    diag sprintf '%-28s %3d ratings: median %4.0f ms, 90th percentile %4.0f ms, longest %4.0f ms', $where,
        $rounds, at(0.5, @times), at(0.9, @times), at(1, @times);
    diag sprintf '%-28s a rating: %.1f requests (%d before), %.1f kB; ahead of it: %.1f requests, %.1f kB', '',
        $found->{verdicts} / $rounds, OLD_REQUESTS, $found->{verdictBytes} / $rounds / 1000,
        $found->{ahead} / $rounds, $found->{aheadBytes} / $rounds / 1000;
    is scalar(@times), $rounds, "$where: each key leads to the next one without loading";
    is $found->{verdicts}, $rounds, 'a rating is one request';
}

$browser->execute($watch);
$browser->call(POST => '/execute/async', { script => 'setTimeout(arguments[0], 2000)', args => [] });
report('this machine', ROUNDS, measure(ROUNDS, 1000));

$browser->cdp('Network.enable');
$browser->cdp('Network.emulateNetworkConditions', offline => JSON::PP::false, latency => 150,
    downloadThroughput => 10e6 / 8, uploadThroughput => 10e6 / 8);
report('150 ms, 10 Mbit/s, 2 s looks', SLOW_ROUNDS, measure(SLOW_ROUNDS, 2000));

is $site->sql('SELECT count(*) FROM rating'), ROUNDS + SLOW_ROUNDS, 'each verdict is stored';

done_testing;
