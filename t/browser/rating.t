# rating.t: hours of rating by keys: the next candidate is there already, no verdict is lost or stored
# twice, and no candidate is put before two raters at once.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use JSON::PP ();
use Test::More;
use Time::HiRes ();
use TransientsTest;
use TransientsTest::Sample;
use WebDriver;

WebDriver->available or plan skip_all => 'chromium and chromedriver are not installed';

# How many are rated by both together: TEST_RATINGS=200 for the whole evening.
use constant RATED => $ENV{TEST_RATINGS} // 60;
use constant CANDIDATES => RATED + 14;

my $site    = TransientsTest->start;
my $project = add_project($site, 'P');
my $token   = $site->token('admin');
$site->post('/observation_create/', form => observation(), token => $token);

# Pictures as they come from the pipeline, copied to all: what counts is how many there are.
my $first = $site->post('/candidate_create/', token => $token,
    multipart => parts(cand_id => 0, png => png(1, 640, 480), gif => gif(1, 6, 64)));
is $first->{status}, 201, 'a candidate comes in through the upload API' or BAIL_OUT($first->{content});
my @columns = $site->sql(q{SELECT column_name FROM information_schema.columns WHERE table_name = 'candidate'
    AND column_name NOT IN ('id', 'identity') AND is_generated = 'NEVER' AND is_identity = 'NO'
    AND NOT coalesce(column_default LIKE 'random%', false) ORDER BY ordinal_position});
my $columns = join ', ', @columns;
$site->sql(sprintf q{INSERT INTO candidate (identity, %s) SELECT 'copy-' || n, %s FROM candidate,
    generate_series(2, %d) AS n}, $columns, $columns, CANDIDATES);

my $noise = $site->sql(q{SELECT id FROM classification WHERE name = 'Noise'});
my $rfi   = $site->sql(q{SELECT id FROM classification WHERE name = 'RFI'});

sub settle ($who) {
    my $client = $site->new_client;
    $client->login($who);
    $client->post('/settings', form => { project => $project, queue_order => 'random', queue_filter => 'unrated' });
}

sub browser_of ($who) {
    settle($who);
    my $browser = WebDriver->start(width => 1280, height => 800);
    $browser->go($site->url . '/login');
    $browser->find('input[name=name]')->type($who);
    $browser->find('input[name=password]')->type($site->password($who));
    $browser->after_load(sub { $browser->find('form[action="/login"] button')->click });
    $browser->go($site->url . '/next');
    return $browser;
}

# A key as somebody pressed it at that moment.
sub press ($browser, $key, $at) {
    my %key = (key => $key, text => $key, code => ($key =~ /\d/ ? 'Digit' : 'Key') . uc $key,
        windowsVirtualKeyCode => ord uc $key, timestamp => $at);
    $browser->cdp('Input.dispatchKeyEvent', type => $_, %key) for 'keyDown', 'keyUp';
}

sub events ()     { return $site->sql('SELECT count(*) FROM rating_event') }
sub id ($browser) { return ($browser->path =~ m{^/candidates/(\d+)})[0] }

# Waits until a verdict on a candidate besides `not` counts: its pictures are painted for long enough.
my $looked = q{
    const [not, done] = arguments;
    const frames = (n) => n ? requestAnimationFrame(() => frames(n - 1)) : setTimeout(done, 300, shown());
    const shown = () => Number(/^\/candidates\/(\d+)/.exec(location.pathname)?.[1] ?? 0);
    const see = () => {
        const images = [...document.querySelectorAll('.figure .well img')];
        const is = shown() && shown() !== not && images.length > 0
            && images.every((i) => i.complete && i.naturalWidth > 0);
        if (is) frames(3);
        else setTimeout(see, 10);
    };
    see();
};
sub look ($browser, $not = 0) {
    return $browser->wait_for(sub {
        $browser->call(POST => '/execute/async', { script => $looked, args => [$not + 0] });
    }, 60, 'pictures');
}

sub state_of ($browser) { return $browser->text('[data-sending]') }
sub all_stored ($browser) {
    return $browser->wait_for(sub { state_of($browser) eq 'all stored' }, 20, 'all stored');
}

my $one = browser_of('rater');

subtest 'a verdict goes to the site, and the next candidate takes its place without loading' => sub {
    my $shown = look($one);
    $one->execute('window.sameDocument = true');
    $one->keys('r', '1');
    $one->wait_for(sub { id($one) != $shown }, 20, 'the next candidate');
    ok $one->execute('return window.sameDocument'), 'the page was not loaded anew';
    like $one->title, qr/^Candidate @{[id($one)]}\b/, 'the title and the address are the next one\'s';
    $one->wait_for(sub { $one->text('.toast') =~ /^Rated $shown: 1, RFI\s+Undo/ });
    pass 'what was stored is told, and can be undone';
    is events(), 1, 'one verdict is stored';
    is $one->text('.progress b'), 1, 'and counted';
    ok !$one->has('[name=classification]:checked'), 'no classification is carried over';
};

subtest 'U takes it back' => sub {
    my $shown = $site->sql('SELECT candidate_id FROM rating');
    $one->after_load(sub { $one->keys('u') });
    is id($one), $shown, 'the candidate is shown again';
    is $site->sql('SELECT count(*) FROM rating'), 0, 'nothing stands';
    look($one);
    $one->keys('n', '1');
    $one->wait_for(sub { id($one) != $shown }, 20, 'the next candidate');
    all_stored($one);
    is $site->sql('SELECT classification_id FROM rating'), $noise, 'and it is rated otherwise';
};

subtest 'a key that is held down, or pressed twice, stores one verdict' => sub {
    my $before = $site->sql('SELECT count(*) FROM rating');
    look($one);
    $one->keys('r');
    my %key = (key => '1', code => 'Digit1', text => '1', windowsVirtualKeyCode => 49);
    $one->cdp('Input.dispatchKeyEvent', type => 'keyDown', %key);
    my $end = Time::HiRes::time() + 5;
    while (Time::HiRes::time() < $end) {
        $one->cdp('Input.dispatchKeyEvent', type => 'keyDown', autoRepeat => JSON::PP::true, %key);
        Time::HiRes::sleep(0.03);
    }
    like $one->text('[data-ignored]'), qr/^1 ignored: held down/, 'a held key is seen to be ignored';
    $one->cdp('Input.dispatchKeyEvent', type => 'keyUp', %key);
    all_stored($one);
    is $site->sql('SELECT count(*) FROM rating'), $before + 1, 'held for 5 s: one';
    my $shown = look($one);
    $one->execute(q{document.querySelector('[data-ignored]')?.remove()}); # that of the held one
    # Browsers tell when a key was pressed; a busy machine may bring it to the page later.
    my $first = Time::HiRes::time();
    for my $pressed ($first, $first + 0.08) {
        press($one, $_, $pressed) for 'r', '1';
    }
    like $one->wait_find('[data-ignored]')->text, qr/^[1R] ignored: /, 'the second press is seen to be ignored';
    $one->wait_for(sub { id($one) != $shown }, 20, 'the next candidate');
    all_stored($one);
    is $site->sql('SELECT count(*) FROM rating'), $before + 2, 'pressed twice within 100 ms: one';
};

subtest 'the keys are listed' => sub {
    $one->keys('?');
    my $text = $one->wait_find('dialog.key-list')->text;
    like $text, qr/RFI/, "a classification's";
    like $text, qr/surely not/, "a rating's";
    $one->keys('Escape');
    $one->wait_for(sub { !$one->has('dialog') });
    is $site->sql(q{SELECT count(*) FROM rating_event WHERE classification_id IS NULL AND rating IS NOT NULL}), 0, 'and none was pressed';
};

subtest 'a network that is cut keeps the verdict, and it is stored once' => sub {
    my $before = events();
    my $shown  = look($one);
    $one->wait_for(sub { $one->execute('return JSON.parse(sessionStorage.getItem("transients-ahead") ?? "[]").length === 2') });
    $one->cdp('Network.enable');
    my @off = (latency => 0, downloadThroughput => -1, uploadThroughput => -1);
    $one->cdp('Network.emulateNetworkConditions', offline => JSON::PP::true, @off);
    $one->keys('r', '1');
    $one->wait_for(sub { state_of($one) =~ /^1 waiting to send/ });
    my $next = look($one);
    isnt $next, $shown, 'the next candidate is there all the same';
    $one->keys('n', '2');
    $one->wait_for(sub { state_of($one) =~ /^2 waiting to send/ });
    is events(), $before, 'nothing is stored yet';
    $one->cdp('Network.emulateNetworkConditions', offline => JSON::PP::false, @off);
    all_stored($one);
    is events(), $before + 2, 'both are stored when the network is back';
    is join(' ', $site->sql("SELECT rating FROM rating WHERE candidate_id IN ($shown, $next) ORDER BY rating")), '1 2', 'as they were given';
};

subtest 'a session that staff end keeps the verdict; one logs in on the spot' => sub {
    my $before = events();
    my $shown  = look($one);
    $site->sql(q{DELETE FROM session s USING account a WHERE a.id = s.account_id AND a.name = 'rater'});
    $one->execute('window.sameDocument = true');
    $one->keys('r', '1');
    $one->wait_find('dialog.relogin');
    like state_of($one), qr/^1 waiting to send/, 'the bar says that it waits';
    is events(), $before, 'nothing is stored yet';
    $one->find('dialog.relogin [name=password]')->type('wrong', 'Enter');
    $one->wait_for(sub { $one->text('dialog.relogin [role=alert]') =~ /wrong/ });
    $one->find('dialog.relogin [name=password]')->clear->type($site->password('rater'), 'Enter');
    $one->wait_for(sub { !$one->has('dialog') });
    all_stored($one);
    is events(), $before + 1, 'after the login it is stored, once';
    ok $one->execute('return window.sameDocument'), 'and the page was not loaded anew';
};

my $two   = browser_of('admin');
my $given = $site->sql('SELECT count(*) FROM rating');

# Rates so many; what was given: id => 'rating|classification|name'.
sub rate_on ($browser, $name, $count) {
    my (%wanted, $shown);
    while (keys %wanted < $count) {
        $shown = look($browser, $shown // 0);
        my $rating = 1 + keys(%wanted) % 5;
        $wanted{$shown} .= join '|', $rating, $rating == 1 ? $rfi : $noise, $name;
        $browser->keys($rating == 1 ? 'r' : 'n', $rating);
    }
    look($browser, $shown);
    all_stored($browser);
    return JSON::PP::encode_json(\%wanted);
}

subtest 'two raters at once rate ' . RATED . ' by keys, and none is given to both' => sub {
    my @raters = ([$one, 'rater'], [$two, 'admin']);
    my @given  = map { JSON::PP::decode_json($_ // '{}') } together(2, sub ($i) { rate_on($raters[$i]->@*, RATED / 2) });
    my %wanted = map { %$_ } @given;
    is scalar(keys %wanted), RATED, 'each is shown to one of them, once';
    my %stored = map { my ($id, @rest) = split /\|/; ($id => join '|', @rest) } $site->sql(
        q{SELECT r.candidate_id, r.rating, r.classification_id, a.name FROM rating r JOIN account a ON a.id = r.account_id});
    is scalar(grep { ($stored{$_} // '') ne $wanted{$_} } keys %wanted), 0, 'all are stored as they were given';
    is $site->sql('SELECT count(*) FROM rating'), $given + RATED, 'and nothing else';
    is $site->sql(q{SELECT count(*) FROM (SELECT 1 FROM rating_event WHERE rating IS NOT NULL AND how <> 'undo'
        GROUP BY candidate_id HAVING count(DISTINCT account_id) > 1) AS shared}), 0, 'no candidate was given to both';
};

for my $browser ($one, $two) {
    my @bad = grep { $_->{level} eq 'SEVERE' && $_->{message} !~ /status of 401|ERR_INTERNET_DISCONNECTED/ } $browser->console;
    is join("\n", map { $_->{message} } @bad), '', 'the console has no error, and no policy was broken';
}

done_testing;
