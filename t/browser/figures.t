# figures.t: what one can do with the pictures of a candidate: step, slow down and scrub the animation,
# enlarge and move, more contrast in its own colours, and both as wide as the window.
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
for my $n (1, 2) {
    $site->post('/candidate_create/', token => $site->token('admin'),
        multipart => parts(cand_id => $n, x_pix => $n, png => png($n, 700, 500), gif => gif($n, 6, 64)));
}
my @ids = $site->sql('SELECT id FROM candidate ORDER BY id');
is scalar @ids, 2, 'two candidates are there' or BAIL_OUT('no candidates');

my $browser = WebDriver->start(width => 1440, height => 900);
$browser->go($site->url . '/login');
$browser->find('input[name=name]')->type('rater');
$browser->find('input[name=password]')->type($site->password('rater'));
$browser->after_load(sub { $browser->find('form[action="/login"] button')->click });

sub look ($id = $ids[0]) {
    $browser->go($site->url . "/candidates/$id");
    $browser->wait_find('[data-player] canvas');
}

sub frame ()  { return $browser->find('[data-frame]')->text }
sub speed ()  { return $browser->find('[data-speed]')->text }
sub pixels () { return $browser->execute('return document.querySelector("[data-player] canvas").toDataURL()') }

sub shift_of () {
    return $browser->execute('return document.querySelector("[data-player] > a").style.transform');
}

subtest 'the animation is stepped, paused, slowed and scrubbed' => sub {
    look();
    $browser->keys('.');
    my $at = frame();
    like $at, qr/^[1-6] of 6$/, 'a key steps, and the frame is said';
    is $browser->find('[data-act="play"]')->attr('aria-label'), 'Play', 'and stops the animation';
    $browser->keys('.');
    isnt frame(), $at, 'each press is a frame';
    $browser->keys(',');
    is frame(), $at, 'and one back';
    my $slider = $browser->find('[data-curve-plot]');
    is $slider->attr('role'), 'slider', 'the light curve is a slider';
    $browser->execute('document.querySelector("[data-curve-plot]").focus()');
    $browser->keys('End');
    is frame(), '6 of 6', 'which goes to its end';
    $browser->keys('Home');
    is $slider->attr('aria-valuetext'), 'frame 1 of 6', 'and says where it is';
    like $browser->path, qr{/candidates/$ids[0]$}, 'arrows on it skip nothing';
    $browser->execute('document.activeElement.blur()');
    $browser->keys('[');
    is speed(), "\x{bd}\x{d7}", 'a key makes it slower';
    $browser->keys('[', '[');
    is speed(), "\x{bc}\x{d7}", 'to a quarter';
    ok !$browser->find('[data-act="slower"]')->is_enabled, 'and no slower';
    $browser->keys(']', ']', ']');
    is speed(), "2\x{d7}", 'or faster';
    look($ids[1]);
    is speed(), "2\x{d7}", 'the next candidate is shown at the same speed';
};

subtest 'a picture is enlarged with sharp pixels and moved' => sub {
    look();
    $browser->keys('+');
    is shift_of(), 'translate(-50%, -50%) scale(2)', 'twice as large, its middle stays';
    ok $browser->has('.figure-field.sharp'), 'its pixels are sharp';
    is $browser->find('[data-player] [data-zoom], .figure-field [data-zoom]')->text, "2\x{d7}", 'and it says how much';
    $browser->execute('document.querySelector("[data-player]").focus()');
    $browser->keys('Right');
    is shift_of(), 'translate(-65%, -50%) scale(2)', 'arrows move it when it has the focus';
    like $browser->path, qr{/candidates/$ids[0]$}, 'and skip nothing then';
    $browser->keys('Right', 'Right', 'Right', 'Right');
    is shift_of(), 'translate(-100%, -50%) scale(2)', 'no further than its edge';
    $browser->execute('document.activeElement.blur()');
    $browser->keys('-');
    is shift_of(), '', 'and it goes back';
    ok !$browser->find('.figure-field [data-act="zoom-out"]')->is_displayed, 'with nothing left to make smaller';
    $browser->keys('d', '+');
    is shift_of(), '', 'the keys are for the picture that fills the window';
    like $browser->execute('return document.querySelector(".figure-diagnostics .well > a").style.transform'), qr/scale\(2\)/, 'which is enlarged';
};

subtest 'more contrast, in the colours that are there' => sub {
    look();
    $browser->keys('.');
    my $plain = pixels();
    $browser->keys('k');
    my $stretched = pixels();
    isnt $stretched, $plain, 'a key stretches it';
    is $browser->find('[data-stretch-name]')->text, '98 %', 'and says how far';
    ok $browser->execute(q{
        const canvas = document.querySelector('[data-player] canvas');
        const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
        return data.every((value, i) => i % 4 === 3 || data[i - i % 4] === value);
    }), 'greys stay greys';
    look($ids[1]);
    is $browser->find('[data-act="stretch"]')->attr('aria-pressed'), 'true', 'the next candidate is shown alike';
    $browser->keys('k', 'k');
    look();
    $browser->keys('.');
    $browser->wait_for(sub { frame() =~ /of 6/ });
    is $browser->find('[data-act="stretch"]')->attr('aria-pressed'), 'false', 'and as sent again';
};

subtest 'both pictures take the whole window' => sub {
    look();
    my $before = $browser->find('.look')->rect->{width};
    $browser->keys('b');
    cmp_ok $browser->find('.look')->rect->{width}, '>', $before + 100, 'they grow';
    look($ids[1]);
    ok $browser->has('.desk.both'), 'for the next candidate as well';
    $browser->keys('b');
    ok !$browser->has('.desk.both'), 'and back';
};

subtest 'figures are let go of' => sub {
    look();
    my $left = $browser->execute(q{
        return import('/js/figure.js').then(async ({ attachFigures }) => {
            const root = document.querySelector('.desk').cloneNode(true);
            root.querySelector('[data-player] canvas')?.remove();
            root.querySelector('[data-player] img').hidden = false;
            document.body.append(root);
            const letGo = attachFigures(root);
            await new Promise((done) => {
                const look = () => root.querySelector('canvas') ? done() : setTimeout(look, 20);
                look();
            });
            letGo();
            root.remove();
            return root.querySelectorAll('canvas').length;
        });
    });
    is $left, 1, 'a root of its own is brought to life, and ended without an error';
};

is join("\n", map { $_->{message} } grep { $_->{level} eq 'SEVERE' } $browser->console), '',
    'the console has no error, and no policy was broken';

done_testing;
