# axe.t: no page for raters breaks a rule of axe-core in either theme, says anything on the console,
# breaks the policy, is wider than 320 px, moves while it loads, or loads more than 150 kB.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Pages;
use Sweep;
use Test::More;
use TransientsTest;

my $site  = TransientsTest->start;
my @ids   = Pages->fill($site);
my $sweep = Sweep->start($site, 'admin');

$sweep->look(@$_) for grep { $$_[1] !~ m{^/(?:admin|login)} } Pages->all($site, @ids);

# States that the route table does not tell of.
$sweep->look('a candidate from a list', "/candidates/$ids[1]?list=rated%3Dno%26at%3D1");
$sweep->look('a candidate without a position', "/candidates/$ids[4]");
$sweep->look('a candidate with notes', "/candidates/$ids[2]");
$sweep->look('no candidate', '/candidates?project=0&can_det_stat_min=1e308');
$sweep->look('a filter that is refused', '/candidates?can_det_stat_min=abc&ra=400&radius=x', status => 400);
$sweep->look('a chosen set of columns', '/candidates?columns=rating_mean,ra_deg,dec_deg,notes,pulsar,metadata');
$sweep->look('a radius that is refused', "/candidates/$ids[0]/simbad?radius=abc", status => 400);
$sweep->look('no such page', '/nowhere', status => 404);
$sweep->look('no such candidate', '/candidates/999999', status => 404);

subtest 'each of these faults is seen where it is' => sub {
    my $browser = $sweep->browser;
    $browser->go($site->url . '/account');
    $browser->execute(q{
        const bad = document.createElement('div');
        bad.innerHTML = '<button></button><a href="/" class="flat">flat words</a><input aria-label="y" tabindex="-1">'
            + '<img alt="z" src="http://127.0.0.2:9/x.png"><p class="wide">w</p>';
        document.querySelector('main').prepend(bad);
        document.querySelector('.flat').style.cssText = 'outline: none; color: #777; background: #888';
        document.querySelector('.wide').style.cssText = 'width: 900px';
        console.error('said');
        window.sweep.shift += 0.1;
    });
    $browser->wait_for(sub { $browser->execute('return window.sweep.policies.length') });
    my $faults = join "\n", $sweep->faults;
    like $faults, qr/$_/, "$_ is told" for 'button-name', 'dark: color-contrast', 'light: color-contrast', 'policy: img-src',
        'console: .*said', '320 px, folded', '320 px, unfolded', 'the layout moves', 'cannot be reached', 'shows no focus';
};

$sweep->done;
