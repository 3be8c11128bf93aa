# admin.t: the staff's pages at the widths of a small phone, a phone and a desk: nothing is wider than
# the window, every field has a name, the headings are in order; and a form works by the keyboard.
#
# With TEST_SCREENSHOTS=DIR the pictures of all pages are left there.
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

my $site  = TransientsTest->start;
my $shots = $ENV{TEST_SCREENSHOTS};
my $long  = 'W' x 64;
my $project = add_project($site, $long);
my ($id) = add_candidates($site, $project, { metadata => 'm' x 3000, nks_name => 'n' x 128, ra_deg => 10, dec_deg => -10 }, {});
my $admin = $site->sql(q{SELECT id FROM account WHERE name = 'admin'});
$site->sql('UPDATE candidate SET thumb_hash = NULL');    # no picture is there
$site->sql(qq{UPDATE filter SET name = '$long', description = repeat('d ', 400); UPDATE observation SET obsname = repeat('o', 128);
    UPDATE project SET description = repeat('p', 256);
    INSERT INTO account (name) VALUES (repeat('u', 64)); INSERT INTO pulsar (name) VALUES ('J0437-4715');
    INSERT INTO project_member (project_id, account_id) SELECT $project, id FROM account;
    INSERT INTO association (candidate_id, pulsar_id, account_id) SELECT $id, id, $admin FROM pulsar;
    SELECT rate($id, $admin, 4, 1, 'request-1', 'page', NULL, now(), NULL, false, NULL)});
my $line = $site->sql(q{SELECT max(id) FROM audit_log WHERE subject = 'project'});

my $browser = WebDriver->start;
$browser->go($site->url . '/login');
$browser->find('input[name=name]')->type('admin');
$browser->find('input[name=password]')->type($site->password('admin'));
$browser->after_load(sub { $browser->find('form[action="/login"] button')->click });

my $wider = q{
    const room = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= room) return '';
    return [...document.body.querySelectorAll('*')].filter((e) => e.getBoundingClientRect().right > room + 1 && !e.closest('.scroll'))
        .slice(0, 3).map((e) => e.tagName + ' ' + e.textContent.trim().slice(0, 20)).join('; ') || 'wider';
};
my $nameless = q{
    const named = (e) => e.labels?.length || e.getAttribute('aria-label') || e.getAttribute('aria-labelledby');
    return [...document.querySelectorAll('input:not([type=hidden]), select, textarea')].filter((e) => !named(e))
        .concat([...document.querySelectorAll('button, a[href]')].filter((e) => !e.textContent.trim() && !named(e)))
        .map((e) => e.outerHTML.slice(0, 80)).join('; ');
};
my $headings = q{
    const levels = [...document.querySelectorAll('h1, h2, h3')].map((e) => +e.tagName[1]);
    return levels.filter((l) => l === 1).length === 1 && !levels.some((l, i) => i && l > levels[i - 1] + 1) ? '' : levels.join(' ');
};

my %pages = (
    'overview' => '/admin', map({ (s{^/}{}r =~ s{/}{ }gr => "/admin$_") } qw(/users /users/new /projects /projects/new /classifications
        /classifications/new /classifications/1 /filters /filters/1 /observations /observations/new /candidates /metadata /ratings
        /associations /runs /log)), 'user' => "/admin/users/$admin", 'project' => "/admin/projects/$project", 'observation' => '/admin/observations/' . OBS,
    'candidate' => "/admin/candidates/$id", 'one metadata' => "/admin/candidates/$id/metadata", 'a line' => "/admin/log/$line",
    'a wrong search' => '/admin/ratings?from=yesterday&rating=9',
);
for my $name (sort keys %pages) {
    for my $size ([320, 640], [400, 860], [1440, 900]) {
        $browser->resize(@$size);
        $browser->go($site->url . $pages{$name});
        is $browser->execute($wider), '', "$name, $size->[0] px: nothing is wider than the window";
        $browser->screenshot("$shots/admin-" . ($name =~ s{\W+}{-}gr) . "-$size->[0].png") if $shots;
    }
    is $browser->execute($nameless), '', "$name: every field, button and link has a name";
    is $browser->execute($headings), '', "$name: one h1, and headings in order";
    is $browser->execute('return document.querySelectorAll(".tabs [aria-current=page]").length'), 1, "$name: its section is marked";
}
my @faults = grep { $_->{level} eq 'SEVERE' && $_->{message} !~ /status of 400/ } $browser->console;
is join("\n", map { $_->{message} } @faults), '', 'the console has no error, and no policy was broken';

subtest 'a refused form leads to its field by the keyboard' => sub {
    $browser->go($site->url . '/admin/projects/new');
    $browser->find('#f-name')->type($long);
    $browser->find('#f-description')->type('typed before');
    $browser->after_load(sub { $browser->find('form[action="/admin/projects/new"] button')->click });
    is $browser->find('#f-description')->value, 'typed before', 'what was typed is still there';
    is $browser->find('#f-name')->attr('aria-invalid'), 'true', 'the field is marked';
    $browser->find('.note li a')->click;
    like $browser->url, qr/#f-name$/, 'the complaint leads to it';
    $browser->find('#f-name')->fill('Another');
    $browser->after_load(sub { $browser->find('form[action="/admin/projects/new"] button')->click });
    like $browser->path, qr{^/admin/projects/\d+\?saved=1$}, 'and mended it is stored';
    is $browser->text('[role=status]'), 'Saved.', 'and said';
};

$browser->quit;
$site->stop;
done_testing;
