# panels.t: what lies near by loads after the candidate page, fails quietly, and changes in place; a
# verdict goes to those ticked only after they were shown, and no Enter ever stores one.
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

my $site    = TransientsTest->start;
my $project = add_project($site, 'P');
my @ids;
$site->post('/observation_create/', form => observation(), token => $site->token('admin'));
# The last four are far away: something to go on to, besides what the page has fetched ahead.
for my $n (0 .. 8) {
    my $answer = $site->post('/candidate_create/', token => $site->token('admin'),
        multipart => parts(cand_id => $n, x_pix => $n, dec_deg => -52.58453 + ($n > 4 ? $n : $n == 4 ? 0.2 : $n / 200),
            png => png($n), gif => gif($n), metadata => '{"sigma": 5.5}'));
    ($ids[$n]) = $answer->{content} =~ /"id":\s*(\d+)/ or BAIL_OUT($answer->{content});
}
$site->sql(q{INSERT INTO pulsar (name, raj, decj, p0, dm) VALUES ('J1628-5235', 247, -52.58, 0.1, 20), ('J1628-5240', 247, -52.67, 0.2, 30)});

my $browser = WebDriver->start(width => 1280, height => 900);

sub events () { return $site->sql('SELECT count(*) FROM rating_event') }
sub log_in () {
    $browser->go($site->url . '/login');
    $browser->find('input[name=name]')->clear->type('rater');
    $browser->find('input[name=password]')->type($site->password('rater'));
    $browser->after_load(sub { $browser->find('form[action="/login"] button')->click });
}

sub panel ($name) { return qq{[data-panel="/candidates/$ids[0]/$name"]} }

# A click on what may be below the verdict bar.
sub press ($css) {
    my $element = $browser->wait_find($css);
    $browser->execute('arguments[0].scrollIntoView({ block: "center" })', $element);
    $element->click;
}

# The texts of a panel's links to candidates or pulsars.
sub rows ($name) {
    return join ' ', $browser->execute('return [...document.querySelectorAll(arguments[0])].map((e) => e.textContent)',
        panel($name) . ' .rows a.mono')->@*;
}

sub search ($name, $radius) {
    my $box = $browser->find(panel($name) . ' input[name=radius]');
    $browser->execute('arguments[0].scrollIntoView({ block: "center" })', $box);
    $box->fill($radius);
    $browser->keys('Enter');
}

# Once the pictures are painted a verdict counts.
sub look () {
    $browser->wait_for(sub { $browser->execute(
        'return [...document.querySelectorAll(".figure img")].every((i) => i.complete && i.naturalWidth > 0)') });
    $browser->execute('window.shownAt ??= performance.now()');
    $browser->wait_for(sub { $browser->execute('return performance.now() > window.shownAt + 400') });
}

log_in();
$site->post('/settings', { project => $project, queue_order => 'oldest' });
$browser->go($site->url . "/candidates/$ids[0]");

# --- they load by themselves
$browser->wait_find(panel('near') . ' [data-panel-body]');
$browser->wait_find(panel('pulsars') . ' [data-panel-body]');
like rows('near'), qr/^$ids[1]\b/, 'candidates near by are there, the nearest first';
unlike rows('near'), qr/\b$ids[4]\b/, 'and none beyond 2 arcmin';
is rows('pulsars'), 'J1628-5235', 'and the pulsar';
is $browser->find(panel('near') . ' .rows a.mono')->attr('target'), '_blank', 'their links open a new tab';

# --- a panel without an answer is one grey line
$browser->go($site->url . "/candidates/$ids[0]");
$browser->wait_find(panel('near') . ' [data-panel-body]');
$browser->wait_find(panel('pulsars') . ' [data-panel-body]');
$browser->execute(q{const real = window.fetch; window.failing = true;
    window.fetch = (a, o) => window.failing && String(a).includes('/near') ? Promise.reject(new TypeError('no')) : real(a, o)});
search('near', 3);
$browser->wait_for(sub { $browser->text(panel('near') . ' [data-panel-place]') =~ /^Candidates near by: no answer\. Try again$/ });
pass 'a panel that gets no answer says so in one line';
ok $browser->has(panel('pulsars') . ' .rows li'), 'the others stay';
$browser->execute('window.failing = false');
press(panel('near') . ' [data-panel-place] a');
$browser->wait_find(panel('near') . ' [data-panel-body]');
pass 'and asks again when told to';

# --- the radius
is events(), 0, 'nothing is rated yet';
search('near', 30);
$browser->wait_for(sub { rows('near') =~ /\b$ids[4]\b/ });
is events(), 0, 'Enter in the radius box does not submit the rating form';
like $browser->path, qr{^/candidates/$ids[0]$}, 'and the page stays';
ok $browser->execute('return document.activeElement.name === "radius"'), 'with the box still in hand';
search('near', 'abc');
like $browser->wait_find(panel('near') . ' .error')->text, qr/A number of arcmin is needed/, 'a wrong radius is told at its box';
search('near', 30);
$browser->wait_for(sub { rows('near') =~ /\b$ids[4]\b/ });

# --- association in place
press(panel('pulsars') . ' button[name=match][value="1"]');
$browser->wait_for(sub { $browser->text('[data-pulsar]') eq 'J1628-5235' });
is $site->sql('SELECT u.name FROM association a JOIN pulsar u ON u.id = a.pulsar_id'), 'J1628-5235', '+ associates';
like $browser->path, qr{^/candidates/$ids[0]$}, 'in place';
press(panel('pulsars') . ' button[name=match][value="0"]');
$browser->wait_for(sub { $browser->text('[data-pulsar]') ne 'J1628-5235' });
is $site->sql('SELECT count(*) FROM association'), 0, '- takes it back';

# --- metadata, folded
press('details.fold > summary');
like $browser->wait_find('details.fold .outline')->text, qr/sigma\s+5\.5/, 'metadata opens as a table';

# --- neighbours
look();
for my $id (@ids[1, 4]) {
    $browser->execute('document.querySelector(arguments[0]).click()', panel('near') . qq{ input[value="$id"]});
}
like $browser->text('[data-also]'), qr/^and 2 near by/, 'the verdict bar says how many are ticked';
search('near', 40);
$browser->wait_for(sub { $browser->has(panel('near') . ' input[name=radius]') && $browser->find(panel('near') . ' input[name=radius]')->value eq '40'
    && $browser->has(panel('near') . ' input[name=also]:checked') == 2 });
pass 'ticks stay when the panel loads again';
$browser->execute('document.activeElement.blur()');
$browser->keys('r');
$browser->after_load(sub { $browser->keys('1') });
like $browser->path, qr{^/candidates/$ids[0]/neighbours-rating\?}, 'a verdict leads to the list of what will be rated';
is events(), 0, 'and stores nothing';
is $browser->has('.bulk-form .rows li'), 3, 'three are on it';
for my $selector ('[name=rating][value="1"]', '[name=classification][value="4"]') {
    $browser->execute('document.querySelector(arguments[0]).focus()', $selector);
    $browser->keys('Enter');
}
is events(), 0, 'Enter stores nothing';
$browser->after_load(sub { $browser->find('.bulk-form .primary')->click });
is join(' ', $site->sql('SELECT candidate_id FROM rating ORDER BY candidate_id')), join(' ', sort { $a <=> $b } @ids[0, 1, 4]), 'the button stores all three';
like $browser->path, qr{^/candidates/\d+\?rated=$ids[0]}, 'and goes on to the next';

# --- without scripts
$browser->javascript(0);
$browser->go($site->url . "/candidates/$ids[0]");
press(panel('near') . ' [data-panel-link]');
$browser->wait_for(sub { $browser->path eq "/candidates/$ids[0]/near" });
ok $browser->has('.rows li'), 'without scripts the link leads to the page';
$browser->find('input[name=also]')->click;
$browser->find('form#verdict button')->click;
$browser->wait_for(sub { $browser->path =~ m{/neighbours-rating} });
is $browser->has('.bulk-form .rows li'), 2, 'where those ticked are rated, too';
$browser->javascript(1);

my @bad = grep { $_->{level} eq 'SEVERE' && $_->{message} !~ m{status of 40[04]} } $browser->console;
is join("\n", map { $_->{message} } @bad), '', 'the console has no error, and no policy was broken';

done_testing;
