# main-job.t: the whole main job in a browser: log in, choose a project, rate by mouse and by keys,
# without scripts, and with a session that ends in the middle. Each verdict is stored, once.
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
add_project($site, 'P');
$site->post('/observation_create/', form => observation(), token => $site->token('admin'));
for my $n (1 .. 8) {
    my $answer = $site->post('/candidate_create/', token => $site->token('admin'),
        multipart => parts(cand_id => $n, can_det_stat => 5 + $n, png => png($n), gif => gif($n)));
    is $answer->{status}, 201, "candidate $n comes in through the upload API" or BAIL_OUT($answer->{content});
}

my $browser = WebDriver->start(width => 1280, height => 800);

sub verdicts () {
    return $site->sql(q{SELECT r.candidate_id, r.rating, k.name FROM rating r
        JOIN classification k ON k.id = r.classification_id ORDER BY r.at});
}

sub events () { return $site->sql('SELECT count(*) FROM rating_event') }

# The candidate shown, once its pictures are painted and a verdict on it counts.
sub shown () {
    my ($id) = $browser->wait_for(sub { $browser->path }) =~ m{^/candidates/(\d+)};
    $browser->wait_for(sub { $browser->execute(
        'return [...document.querySelectorAll(".figure img")].every((i) => i.complete && i.naturalWidth > 0)') });
    $browser->execute('window.shownAt ??= performance.now()');
    $browser->wait_for(sub { $browser->execute('return performance.now() > window.shownAt + 400') });
    return $id;
}

sub choose ($class) {
    $browser->execute('[...document.querySelectorAll("[name=classification]")]
        .find((e) => e.closest("label").textContent.includes(arguments[0])).closest("label").click()', $class);
}

# Does something after which another candidate stands in the page, without loading.
sub go_on ($code) {
    my $path = $browser->path;
    $code->();
    $browser->wait_for(sub { $browser->path ne $path }, 20, 'the next candidate');
    $browser->wait_for(sub { $browser->text('[data-sending]') eq 'all stored' });
}

sub log_in ($password = $site->password('rater')) {
    $browser->find('input[name=name]')->clear->type('rater');
    $browser->find('input[name=password]')->type($password);
    $browser->after_load(sub { $browser->find('form[action="/login"] button')->click });
}

# --- logging in
$browser->go($site->url . '/');
ok $browser->has('input[name=password]'), 'who is not logged in is asked to';
log_in('wrong');
like $browser->text('#login-words'), qr/wrong/, 'a wrong password is told';
is $browser->find('input[name=name]')->property('value'), 'rater', 'and the name stays';
log_in();
like $browser->text('h2'), qr/Waiting for you/, 'home shows where work waits';

# --- by mouse
$browser->after_load(sub { $browser->find('form[action="/settings"] button[aria-label="Rate P"]')->click });
my $first = shown();
ok $first, 'the first candidate of the project is shown';
$browser->find('.rate[value="4"]')->click;
like $browser->wait_find('#verdict-error')->text, qr/nothing stored yet/i, 'a rating without a classification asks for it';
is events(), 0, 'and stores nothing';
go_on(sub { choose('Transient') });
is join(' ', verdicts()), "$first|4|Transient", 'with the classification it is stored';
my $second = shown();
isnt $second, $first, 'the next one is there';
$browser->wait_for(sub { $browser->text('.toast') =~ /Rated $first: 4, Transient/ });
is $browser->wait_find('.toast button')->attr('data-key'), 'u', 'what was stored is told, and a key takes it back';
is $browser->find('[data-back]')->attr('data-key'), 'arrowleft', 'another one leads back to it';
ok !$browser->has('[name=classification]:checked'), 'no classification is carried over';

# --- by keys
$browser->keys('r');
go_on(sub { $browser->keys('1') });
is ((verdicts())[1], "$second|1|RFI", 'a letter and a digit are a verdict');
my $third = shown();
$browser->execute('document.querySelector("[name=classification]").focus()');
$browser->keys('Enter');
is events(), 2, 'Enter stores nothing';
is shown(), $third, 'and leads nowhere';
$browser->execute('document.activeElement.blur()');
go_on(sub { $browser->keys('Right') });
my $fourth = shown();
isnt $fourth, $third, 'an arrow skips';
is $site->sql('SELECT candidate_id FROM skip'), $third, 'to the end of the queue';

# --- a session that ends in the middle
choose('Noise');
$site->sql('DELETE FROM session');
$browser->keys('2');
ok $browser->wait_find('dialog [name=password]'), 'a session that ended is told by the login form';
is events(), 2, 'nothing is stored yet';
$browser->find('dialog [name=password]')->type($site->password('rater'), 'Enter');
$browser->wait_for(sub { events() == 3 });
is ((verdicts())[2], "$fourth|2|Noise", 'after the login the verdict is stored');
$browser->wait_for(sub { $browser->path !~ m{/candidates/$fourth\b} });
$browser->back;
is events(), 3, 'once';

# --- without scripts
$browser->javascript(0);
$browser->go($site->url . '/next');
my ($fifth) = $browser->path =~ m{/candidates/(\d+)};
ok $fifth, 'without scripts the next candidate is there';
my ($sidelobe) = grep { $_->property('value') == 7 } $browser->find_all('[name=classification]');
$sidelobe->call(POST => '/value', { text => ' ' });
$browser->find('.rate[value="1"]')->click;
$browser->wait_for(sub { events() == 4 });
is ((verdicts())[3], "$fifth|1|Sidelobe", 'and a verdict on it is stored');
$browser->javascript(1);

is $site->sql('SELECT count(*) FROM (SELECT 1 FROM rating_event GROUP BY candidate_id, account_id HAVING count(*) > 1) twice'),
    0, 'no verdict was stored twice';
my @bad = grep { $_->{level} eq 'SEVERE' && $_->{message} !~ /status of 401/ } $browser->console;
is join("\n", map { $_->{message} } @bad), '', 'the console has no error, and no policy was broken';

done_testing;
