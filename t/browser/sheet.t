# sheet.t: the contact sheet in a browser: pictures are selected by mouse, with Shift and by keys, rated after
# a look and taken back; without scripts as well.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use JSON::PP ();
use Test::More;
use TransientsTest;
use TransientsTest::Sample;
use WebDriver;

WebDriver->available or plan skip_all => 'chromium and chromedriver are not installed';

my $site    = TransientsTest->start;
my $project = add_project($site, 'P');
my @ids     = add_candidates($site, $project, map { { ra_deg => 10, dec_deg => -30, can_det_stat => 50 - $_ } } 0 .. 19);
$site->sql('UPDATE candidate SET thumb_hash = NULL');

my $browser = WebDriver->start(width => 900, height => 800);
$browser->go($site->url . '/login');
$browser->find('input[name=name]')->type('rater');
$browser->find('input[name=password]')->type($site->password('rater'));
$browser->after_load(sub { $browser->find('form[action="/login"] button')->click });

sub selected () {
    return join ' ', map { $_ - $ids[0] } $browser->execute('return [...document.querySelectorAll("[name=ids]:checked")].map((b) => Number(b.value))')->@*;
}

sub click ($at, $shift = 0) {
    $browser->execute('document.querySelectorAll(".pick")[arguments[0]].dispatchEvent(new MouseEvent("click",
        { bubbles: true, cancelable: true, shiftKey: arguments[1] }))', $at, $shift ? JSON::PP::true : JSON::PP::false);
}

sub open_sheet () { $browser->go($site->url . '/candidates'); $browser->after_load(sub { $browser->find('a[href^="/candidates/sheet"]')->click }) }

open_sheet();
is scalar(() = $browser->find_all('.pick')), 20, 'the table leads to the sheet';
$browser->find('.shot:nth-child(2) .pick')->click;
is selected(), '1', 'a click on a picture selects it';
like $browser->text('[data-selected]'), qr/^1 selected/, 'which is said';
click(4, 1);
is selected(), '1 2 3 4', 'a click with Shift selects all up to there';
$browser->find('.shot:nth-child(3) .pick')->click;
is selected(), '1 3 4', 'a second click takes one away';
$browser->keys('Escape');
is selected(), '', 'Escape takes all away';
$browser->keys('a');
is scalar(split / /, selected()), 20, 'A selects all';
$browser->keys('Escape');
$browser->execute('document.activeElement.blur()');
$browser->keys('Right', 'x', 'Right', 'Right', ' ');
is selected(), '0 2', 'arrows move, X and space select';
my $row = $browser->execute('const s = [...document.querySelectorAll(".shot")]; return s.findIndex((e) => e.offsetTop > s[0].offsetTop)');
$browser->keys('Down', 'x');
is selected(), join(' ', 0, 2, 2 + $row), 'the arrow down moves by a row';
$browser->after_load(sub { $browser->keys('Enter') });
like $browser->path, qr{^/candidates/sheet-rating\?}, 'Enter leads to what will be rated';
is scalar(() = $browser->find_all('.rows > li')), 3, 'which shows the three';
is $site->sql('SELECT count(*) FROM rating'), 0, 'and stores nothing';

for my $scripts (1, 0) {
    my $with = $scripts ? 'with scripts' : 'without';
    $browser->javascript($scripts);
    open_sheet();
    $browser->find(".shot:nth-child($_) .pick")->click for 1, 4;
    $browser->after_load(sub { $browser->find('.sheet-bar .primary')->click });
    $browser->find('input[name=rating][value="1"]')->click;
    $browser->find('input[name=classification]')->click;
    $browser->find('#f-reason')->type('all alike');
    $browser->after_load(sub { $browser->find('.bulk-form .primary')->click });
    like $browser->path, qr{^/candidates/sheet\?.*done=}, "$with: the verdict leads back to the sheet";
    like $browser->text('[role=status]'), qr/Rated 2 as .all alike.: 1/, "$with: which says what was stored";
    is $site->sql('SELECT count(*) FROM rating'), 2, "$with: both are stored";
    $browser->after_load(sub { $browser->find('[data-undo-all]')->click });
    is $site->sql('SELECT count(*) FROM rating'), 0, "$with: and taken back as one";
}

$browser->quit;
done_testing;
