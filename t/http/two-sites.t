# two-sites.t: two sites with two databases in one httpd know nothing of each other.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use TransientsTest qw(slurp srcdir together wait_until);
use TransientsTest::Sample;

# Both are virtual hosts of the first one's httpd; the second has a database server of its own.
my $first  = TransientsTest->start(httpd => 0);
my $second = TransientsTest->start(httpd => 0, cluster => 'own');

my $conf   = slurp(srcdir() . '/conf/site.conf.in');
my ($host) = $conf =~ m{(<VirtualHost.*</VirtualHost>\n)}s;
my $other  = $host =~ s/\@(PORT|DSN|MEDIA|SITE_CONF)\@/\@OTHER_$1\@/gr;
$second->{port} = TransientsTest::free_port();
$first->set(
    conf => "$conf\nListen 127.0.0.1:\@OTHER_PORT\@\n$other",
    site_conf => 'TransientsTitle "Site one"',
    set  => {
        OTHER_PORT      => $second->port,
        OTHER_DSN       => $second->site_dsn,
        OTHER_MEDIA     => $second->media,
        OTHER_SITE_CONF => 'TransientsTitle "Site two"',
    },
);
$first->start_httpd;

my @ids = (
    (add_candidates($first, add_project($first, 'One'), { can_det_stat => 1 }, { can_det_stat => 2 }))[1],
    (add_candidates($second, add_project($second, 'Two'), { can_det_stat => 3 }))[0],
);

sub projects ($site, %opt) {
    return join ' ', map { $_->{project_name} } $site->json('/candidates.json?rows=50', %opt)->{rows}->@*;
}

subtest 'each has its own name, accounts and rows' => sub {
    for my $case ([$first, 'one', 'One One'], [$second, 'two', 'Two']) {
        my ($site, $name, $rows) = @$case;
        like $site->get('/login')->{content}, qr/Site $name/, "site $name";
        is $site->login('rater')->{status}, 303, 'its rater logs in';
        is projects($site), $rows, 'and sees its candidates';
    }
    is $second->get("/candidates/$ids[0]")->{status}, 404, 'the other\'s candidate is not there';
};

subtest 'a session or a token of one opens nothing in the other' => sub {
    my $cookie = $first->client->cookies->cookie_header($first->url . '/');
    is $second->new_client->get('/candidates.json', headers => { Cookie => $cookie })->{status}, 401, 'a session';
    isnt $first->token('rater'), $second->token('rater'), 'tokens differ';
    is $second->new_client->get('/candidates.json', token => $first->token('rater'))->{status}, 401, 'a token';
    is $first->json('/candidates.json', token => $first->token('rater'))->{rows}[0]{project_name}, 'One',
        'at home it does';
};

subtest 'requests to both at once never mix' => sub {
    my @answers = together 8, sub ($number) {
        my ($site, $rows) = $number % 2 ? ($second, 'Two') : ($first, 'One One');
        return scalar grep { projects($site) ne $rows } 1 .. 20;
    };
    is_deeply \@answers, [(0) x 8], 'each sees its own rows';
};

subtest 'a rating given in one is stored there alone' => sub {
    is $first->post("/candidates/$ids[0]/rating", { rating => 5, classification => 1 })->{status}, 303, 'given';
    is $first->sql('SELECT count(*) FROM rating') =~ s/\s+//gr, 1, 'stored here';
    is $second->sql('SELECT count(*) FROM rating') =~ s/\s+//gr, 0, 'not there';
};

subtest 'one\'s database is away, the other goes on' => sub {
    $second->cluster->stop;
    is $second->get("/candidates/$ids[1]")->{status}, 503, 'the second is 503';
    my @answers = together 8, sub ($number) {
        return join ' ', sort map { $_->get('/candidates')->{status} } $first, $second;
    };
    is_deeply \@answers, [('200 503') x 8], 'the first answers all the while';
    is $first->get('/readyz')->{status}, 200, 'and is ready';
    $second->cluster->start;
    ok eval { wait_until { $second->get('/candidates')->{status} == 200 } 15, 'the second' }, 'the second is back';
};

subtest 'an error in one is refused by name of its file, whichever it is' => sub {
    my $broken = $first->dir . '/broken';
    TransientsTest::run_or_die(['cp', '-r', $first->run->data . '/htdocs/templates', $broken]);
    TransientsTest::spew("$broken/metadata.html", "<p>{{nothing}}</p>\n");
    $first->set(conf => "$conf\nListen 127.0.0.1:\@OTHER_PORT\@\n" . $other =~ s/\@TEMPLATES\@/$broken/r);
    my ($passed, $said) = $first->graceful;
    ok !$passed, 'the second site is broken';
    like $said, qr{\Q$broken\E/metadata\.html:1: }, 'and named';
    is $_->get('/candidates')->{status}, 200, 'both go on' for $first, $second;
};

$first->stop;
done_testing;
