# looks.t: every page at the widths of a small phone, a phone and a desk, dark and light: nothing is
# wider than the window, every field has a name, the headings are in order, every picture is there,
# and no policy is broken.
#
# With TEST_SCREENSHOTS=DIR the pictures of all pages are left there.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use JSON::PP 'decode_json';
use Test::More;
use TransientsTest qw(srcdir);
use TransientsTest::Sample;
use WebDriver;

WebDriver->available or plan skip_all => 'chromium and chromedriver are not installed';

my $site  = TransientsTest->start;
my $token = $site->token('admin');
my $shots = $ENV{TEST_SCREENSHOTS};

# Names as long as they may be, without a place to break them, and values that need room.
my $long = 'W' x 64;
$site->admin('project', 'add', $_) for 'P', $long;
$site->post('/observation_create/', form => observation(obsname => 'o' x 128, projectid => 'G' x 64), token => $token);
my @ids;
for my $n (1 .. 30) {
    my %wide = $n == 30
        ? (project => $long, filter_id => 'f' x 64, nks_name => 'n' x 128, notes => 'word' x 200 . "\n\n# Head\n\n`" . 'c' x 300 . '`',
           metadata => '{"' . 'k' x 3000 . '": 1}', can_peak_flux => -1.2345678901234e-300, can_det_stat => 1e300,
           ('u' x 60) => 'x' x 2000)
        : $n == 29 ? (ra_deg => undef, dec_deg => undef, can_peak_flux => undef, nks_name => undef, nks_sep_deg => undef)
        : ();
    my $answer = $site->post('/candidate_create/', token => $token,
        multipart => parts(x_pix => $n, png => png($n, 700, 500), gif => gif($n, 6, 64), %wide));
    is $answer->{status}, 201, "candidate $n is there" or BAIL_OUT($answer->{content});
    push @ids, decode_json($answer->{content})->{id};
}
my ($plain, $bare, $wide) = @ids[0, 28, 29];
$site->sql(q{SELECT rate(c.id, a.id, 1 + (c.id % 5)::integer, 1 + c.id % 8, 'request-' || c.id, 'page', NULL, now(),
    NULL, false, NULL) FROM candidate c, account a WHERE a.name = 'admin' AND c.id % 2 = 0});

$site->admin('pulsars', 'load', srcdir() . '/t/data/psrcat-small.db');
my $pulsar = $site->sql(q{SELECT id FROM pulsar WHERE name = 'J0101+0101'});
$site->sql("INSERT INTO association (candidate_id, pulsar_id, account_id) VALUES ($plain, $pulsar, 1)");

my $browser = WebDriver->start;
my @widths  = ([320, 640], [400, 860], [1280, 800]);
my $visits  = 0;

my $wider = q{
    const room = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= room) return '';
    const name = (e) => e.tagName + '.' + (e.getAttribute('class') ?? '') + ' ' + e.textContent.trim().slice(0, 20);
    return [...document.body.querySelectorAll('*')].filter((e) => e.getBoundingClientRect().right > room + 1)
        .slice(0, 5).map(name).join('; ') || 'wider by ' + (document.documentElement.scrollWidth - room);
};
my $nameless = q{
    const named = (e) => e.labels?.length || e.getAttribute('aria-label') || e.getAttribute('aria-labelledby') || e.title;
    return [...document.querySelectorAll('input:not([type=hidden]), select, textarea')].filter((e) => !named(e))
        .concat([...document.querySelectorAll('button, a[href]')].filter((e) => !e.closest('[aria-hidden=true]')
            && !e.textContent.trim() && !named(e)))
        .map((e) => e.outerHTML.slice(0, 80)).join('; ');
};
my $headings = q{
    const levels = [...document.querySelectorAll('h1, h2, h3, h4, h5, h6')].filter((e) => !e.closest('.prose'))
        .map((e) => +e.tagName[1]);
    const jumps = levels.filter((l, i) => i && l > levels[i - 1] + 1).length;
    return (levels.filter((l) => l === 1).length === 1 ? '' : 'h1s: ' + levels.filter((l) => l === 1).length)
        + (jumps ? ' jumps: ' + levels.join(' ') : '');
};
my $broken = q{
    return [...document.images].filter((i) => i.complete && i.naturalWidth === 0).map((i) => i.src).join('; ');
};

sub look ($name, $path, $theme) {
    for my $size (@widths) {
        $browser->resize(@$size);
        $browser->go($site->url . $path);
        my $where = "$name, $theme, $size->[0] px";
        is $browser->execute($wider), '', "$where: nothing is wider than the window";
        is $browser->execute($broken), '', "$where: every picture is there";
        if (!$visits++ || $size->[0] == 320) {
            is $browser->execute($nameless), '', "$name: every field, button and link has a name";
            is $browser->execute($headings), '', "$name: one h1, and headings in order";
        }
        $browser->screenshot("$shots/" . ($name =~ s{\W+}{-}gr) . "-$theme-$size->[0].png") if $shots;
    }
}

look('login', '/login', 'system');
$browser->go($site->url . '/login');
$browser->find('input[name=name]')->type('rater');
$browser->find('input[name=password]')->type($site->password('rater'));
$browser->after_load(sub { $browser->find('form[action="/login"] button')->click });
look('which project', '/next', 'system');

my $client = $site->new_client;
$client->login('rater');
my %pages = (
    'home' => '/', 'candidates' => '/candidates', 'all candidates' => '/candidates?project=0&rows=50',
    'no candidate' => '/candidates?project=0&can_det_stat_min=1e308',
    'wrong filter' => '/candidates?can_det_stat_min=abc&ra=400&radius=x', 'candidate' => "/candidates/$plain",
    'after a verdict' => "/candidates/$plain?rated=$ids[2]", 'bare candidate' => "/candidates/$bare",
    'wide candidate' => "/candidates/$wide", 'near' => "/candidates/$plain/near", 'pulsars' => "/candidates/$plain/pulsars",
    'observation rating' => "/candidates/$plain/observation-rating",
    'neighbours rating' => "/candidates/$wide/neighbours-rating?rating=2&classification=4",
    'notes' => "/candidates/$wide/notes", 'metadata' => "/candidates/$wide/metadata",
    'pulsar catalogue' => '/pulsars', 'one pulsar' => "/pulsars/$pulsar", 'wrong place' => '/pulsars?pos=x&radius=0',
    'downloads' => '/downloads', 'ratings to download' => '/downloads/ratings?history=1',
    'wrong time' => '/downloads/ratings?as_of=yesterday', 'candidates to download' => '/downloads/candidates',
    'observations' => '/observations', 'observation' => '/observations/' . OBS, 'settings' => '/settings',
    'simbad' => "/candidates/$plain/simbad", 'wrong radius' => "/candidates/$plain/simbad?radius=abc",
    'account' => '/account', 'logins' => '/account/sessions', 'password' => '/account/password', 'tokens' => '/account/tokens', 'kept' => '/kept', 'not found' => '/nowhere', 'no such candidate' => '/candidates/999999',
);
for my $theme (qw(dark light)) {
    $client->post('/settings', { theme => $theme, project => $theme eq 'dark' ? 1 : 2 });
    look($_, $pages{$_}, $theme) for sort keys %pages;
}

$site->sql(q{INSERT INTO upload_run (account_id, client, host, table_name, table_sha256)
    SELECT id, repeat('c', 128), repeat('h', 255), repeat('t', 255), repeat('a', 64) FROM account WHERE name = 'admin';
    UPDATE candidate SET upload_run = 1});
$browser->go($site->url . '/');
$browser->after_load(sub { $browser->execute(q{document.querySelector('form[action="/logout"]').submit()}) });
$browser->go($site->url . '/login');
$browser->find('input[name=name]')->type('admin');
$browser->find('input[name=password]')->type($site->password('admin'));
$browser->after_load(sub { $browser->find('form[action="/login"] button')->click });
my %staff = ('runs' => '/admin/runs', 'run' => '/admin/runs/1', 'take back' => '/admin/runs/1/remove',
    'remove project' => '/admin/projects/2/remove', 'remove list' => '/admin/candidates/remove?project=2',
    'remove all' => '/admin/candidates/remove?project=0');
look($_, $staff{$_}, 'dark') for sort keys %staff;

# 404 and 400 pages are errors that we asked for; all else on the console is a fault.
my @faults = grep { $_->{level} eq 'SEVERE' && $_->{message} !~ /the server responded with a status of 40[014]/ }
    $browser->console;
is join("\n", map { $_->{message} } @faults), '', 'the console has no error, and no policy was broken';

$client->post("/candidates/$ids[2]/rating", { rating => 3, classification => 1 });
subtest 'the verdict bar of a phone hides nothing that one has to read' => sub {
    $browser->as_phone(400, 860);
    $browser->go($site->url . "/candidates/$plain");
    $browser->execute('window.scrollTo(0, document.documentElement.scrollHeight)');
    is $browser->execute(q{
        const bar = document.querySelector('.verdict').getBoundingClientRect();
        const last = [...document.querySelectorAll('.side .panel, .below > *')].filter((e) => e.offsetParent)
            .reduce((low, e) => Math.max(low, e.getBoundingClientRect().bottom), 0);
        return last <= bar.top + 1 || getComputedStyle(document.querySelector('.verdict')).position === 'static'
            ? '' : `${last} is below ${bar.top}`;
    }), '', 'the end of the page can be scrolled above it';
    my $small = $browser->execute(q{
        return [...document.querySelectorAll('.verdict .rate, .verdict .choice .button')].filter((e) => e.offsetParent)
            .map((e) => e.getBoundingClientRect()).filter((r) => r.height < 36 || r.width < 36).length;
    });
    is $small, 0, 'and its buttons are large enough for a thumb';
};

diag("screenshots: $shots") if $shots;
done_testing;
