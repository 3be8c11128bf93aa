# The old site's addresses lead to this site's pages (conf/old-site.conf), and none of them changes
# anything; on port 80 everything goes on by TLS (conf/port-80.conf).
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use IO::Socket::INET;
use lib "$FindBin::Bin/../lib";
use Test::More;
use TransientsTest qw(slurp srcdir);
use TransientsTest::Sample;

# The installed copy: httpd's user may not be able to read the sources.
my $conf = TransientsTest::Run->current->site . '/etc/transients';
my $plain_port = TransientsTest::free_port();
my $site = TransientsTest->start(server_conf => <<"CONF");
Listen 127.0.0.1:$plain_port
<VirtualHost *:$plain_port>
    ServerName localhost
    Include "$conf/port-80.conf"
</VirtualHost>
CONF
my $project = add_project($site, 'P');
my ($id, $other) = add_candidates($site, $project, { ra_deg => 246.99, dec_deg => -52.58, metadata => '{"a":1}' }, {});
$site->sql(q{INSERT INTO pulsar (name, raj, decj) VALUES ('J1628-5235', 246.98, -52.58)});
my $old_cone = 'ra_deg=16%3A27%3A59.5&dec_deg=-52%3A35%3A04&radius=2';

# Old address => where it leads; undef: gone, and the page says why.
my @addresses = (
    '/'                                             => '/',
    '/accounts/login/'                              => '/login',
    '/accounts/login/?next=/candidate_table/'       => '/login?next=/candidate_table/',
    '/accounts/logout/'                             => '/account',
    '/accounts/profile/'                            => '/account',
    '/accounts/password_change/'                    => '/account/password',
    '/accounts/password_change/done/'               => '/account/password',
    '/accounts/password_reset/'                     => undef,
    '/accounts/password_reset/done/'                => undef,
    '/accounts/reset/MQ/set-password/'              => undef,
    '/token_manage/'                                => '/account/tokens',
    '/token_create/'                                => '/account/tokens',
    "/candidate_rating/$id/"                        => "/candidates/$id",
    '/candidate_rating/random/'                     => '/next',
    "/candidate_update_rating/$id/?rating=5"        => "/candidates/$id",
    "/candidate_update_catalogue_query/$id/"        => "/candidates/$id",
    "/candidates/metadata/$id/"                     => "/candidates/$id/metadata",
    "/candidate_associate_pulsar/?src=$id&pulsar=1" => "/candidates/$id/pulsars",
    "/candidate_associate_pulsar/?src=$id&pulsar=1&delete=1" => "/candidates/$id/pulsars",
    '/candidate_associate_pulsar/'                  => '/candidates',
    '/cone_search/'                                 => '/candidates',
    '/cone_search_simbad/'                          => '/candidates',
    '/cone_search_pulsars/'                         => '/candidates',
    '/candidate_table/'                             => '/candidates',
    '/candidate_table/?page=3&per_page=100000'      => '/candidates',
    '/candidate_table/?id_min=&id_max=&ra_deg=&dec_deg=&radius=' => '/candidates',
    "/candidate_table/?id_min=2&id_max=9&can_det_stat_min=1.5&can_fluence_max=3e2&page=2"
        => '/candidates?id_min=2&id_max=9&can_det_stat_min=1.5&can_fluence_max=3e2',
    '/candidate_table/?sort=-can_det_stat'          => '/candidates?sort=-can_det_stat',
    '/candidate_table/?sort=ra_hms'                 => '/candidates?sort=ra_deg',
    '/candidate_table/?sort=user__password'         => '/candidates',
    '/candidate_table/?id_min=abc'                  => '/candidates',
    "/candidate_table/?$old_cone&obs_id_min=1285442472"
        => '/candidates?obs_id_min=1285442472&ra=16%3A27%3A59.5&dec=-52%3A35%3A04&radius=2',
    '/candidate_table/?radius=10'                   => '/candidates',
    '/candidates/export/'                           => '/candidates.fits',
    "/candidates/export/?$old_cone"                 => '/candidates.fits?ra=16%3A27%3A59.5&dec=-52%3A35%3A04&radius=2',
    '/survey_status/'                               => '/observations',
    '/survey_status/?order_by=-cent_freq'           => '/observations?sort=-cent_freq',
    '/survey_status/?order_by=foo'                  => '/observations',
    '/survey_status/?order_by='                     => '/observations',
    "/voevent_view/$id/"                            => undef,
    '/session_settings/'                            => '/settings',
    '/download_page/'                               => '/downloads',
    '/download_data/rating/'                        => '/downloads/ratings.fits',
    '/download_data/filter/'                        => '/downloads/filters.fits',
    '/download_data/user/'                          => '/downloads/users.fits',
    '/download_data/candidate/'                     => '/candidates.fits?project=0',
    '/download_data/observation/'                   => '/observations.fits',
    '/admin/'                                       => '/admin',
    '/admin/login/?next=/admin/'                    => '/login?next=/admin',
    '/admin/logout/'                                => '/account',
    '/admin/password_change/'                       => '/account/password',
    '/admin/auth/user/'                             => '/admin/users',
    '/admin/auth/user/1/change/'                    => '/admin/users',
    '/admin/auth/group/'                            => '/admin',
    '/admin/authtoken/tokenproxy/'                  => '/account/tokens',
    '/admin/candidate_app/'                         => '/admin',
    map({ ("/admin/candidate_app/$_/" => "/admin/${_}s") }
        qw(candidate classification filter observation project rating association)),
    '/admin/candidate_app/metadata/'                => '/admin/metadata',
    '/admin/candidate_app/atnfpulsar/'              => '/pulsars',
);

# What a GET of the old site could change.
sub state_of () {
    return join "\n", map { $site->sql($_) } 'SELECT count(*), max(id) FROM token',
        'SELECT count(*) FROM session', 'SELECT * FROM association', 'SELECT count(*) FROM rating_event',
        'SELECT count(*) FROM candidate WHERE notes IS NOT NULL', 'SELECT count(*) FROM account_setting';
}

sub pairs_of (@list) {
    my @pairs;
    push @pairs, [splice @list, 0, 2] while @list;
    return @pairs;
}

subtest 'each old address leads to its page' => sub {
    for my $pair (pairs_of(@addresses)) {
        my ($old, $new) = @$pair;
        next if $old eq '/';
        my $answer = $site->new_client->get($old);
        if (!defined $new) {
            is $answer->{status}, 410, "$old is gone";
            like $answer->{content}, qr/VOEvents are left out because nothing ever filled them/, 'the page says why';
            next;
        }
        is $answer->{status}, 301, "$old is moved for good";
        is $answer->{headers}{location}, $site->url . $new, "to $new";
    }
};

subtest 'who is logged in arrives at a page' => sub {
    my $staff = $site->new_client;
    $staff->login('admin');
    $staff->post('/settings', form => { project => $project });
    for my $pair (grep { defined $_->[1] } pairs_of(@addresses)) {
        my ($old, $new) = @$pair;
        my $answer = $staff->get($old);
        my ($hops, $last) = (0, '');
        while ($answer->{headers}{location} && $hops++ < 5) {
            $last = $answer->{headers}{location} =~ s/^\Q@{[$site->url]}\E//r;
            $answer = $staff->get($last);
        }
        is $answer->{status}, 200, "$old arrives after $hops";
        like $answer->{content}, qr/^SIMPLE  =/, 'at a FITS table' if $new =~ /\.fits/;
    }
};

subtest 'a GET changes nothing: no token, no association, no logout, no rating' => sub {
    $site->login('rater');
    my $before = state_of();
    for my $pair (pairs_of(@addresses)) {
        my $answer = $site->get($pair->[0]);
        $site->get($answer->{headers}{location}) if ($answer->{headers}{location} // '') =~ m{^\Q@{[$site->url]}\E/(?!next)};
    }
    is state_of(), $before, 'all is as it was';
    is $site->get('/account')->{status}, 200, 'and one is still logged in';
    is $site->get('/downloads/users.fits')->{status}, 404, 'the table of users is for staff alone';
    for my $path ('/logout', '/account/tokens/1/revoke', "/candidates/$id/association?pulsar=1&match=1",
        "/candidates/$id/rating?rating=5&classification=1", "/candidates/$id/skip")
    {
        is $site->get($path)->{status}, 405, "$path takes no GET";
    }
    is state_of(), $before, 'and changes nothing';
};

subtest 'a form of the old site is not lost without a word' => sub {
    my $before = state_of();
    for my $old ("/candidate_update_rating/$id/", '/session_settings/', '/accounts/login/', '/accounts/logout/',
        '/token_create/', '/cone_search/', '/admin/candidate_app/project/add/', '/admin/login/')
    {
        my $answer = $site->post($old, form => { rating => 5, notes => 'x' });
        is $answer->{status}, 410, "a POST to $old is refused";
        like $answer->{content}, qr/Nothing of what was sent is stored/, 'and told so';
    }
    is state_of(), $before, 'nothing was stored';
};

subtest 'uploads stay where they were' => sub {
    is $site->get($_)->{status}, 405, "$_ is no page" for '/observation_create/', '/candidate_create/';
    is $site->post('/observation_create/', form => observation(), token => $site->token('admin'))->{status}, 201,
        'the old client is served';
};

# What the other port answers to a request that names somebody else's host.
sub ask_plainly ($method, $path) {
    my $socket = IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $plain_port) or die "connect: $!";
    print {$socket} "$method $path HTTP/1.1\r\nHost: evil.example\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";
    local $/;
    return scalar <$socket>;
}

subtest 'on port 80 everything goes on by TLS' => sub {
    my %case = (
        'POST /observation_create/' => 308, 'POST /candidate_create/' => 308, 'GET /candidate_create/' => 308,
        'PUT /x' => 308, 'GET /candidates?id_min=2&sort=-id' => 301, 'GET /candidate_table/' => 301, 'HEAD /' => 301,
    );
    for my $case (sort keys %case) {
        my ($method, $path) = split / /, $case;
        my $answer = ask_plainly($method, $path);
        like $answer, qr{^HTTP/1\.1 $case{$case} }, "$case: $case{$case}";
        like $answer, qr{^Location: https://localhost\Q$path\E\r$}m, 'to the same address of this host, whatever Host says';
    }
};

subtest 'a site may leave the old addresses out' => sub {
    $site->set(set => { CONF => '/nowhere' }, server_conf => '');
    is +($site->graceful)[0], 1, 'without the file the site runs';
    is $site->get('/candidate_table/')->{status}, 404, 'and knows nothing of them';
};

subtest 'docs/old-site.md tells of each' => sub {
    my $page = slurp(srcdir() . '/docs/old-site.md');
    my %seen;
    for my $pair (pairs_of(@addresses)) {
        my $shape = $pair->[0] =~ s/\?.*//sr =~ s{/\d+/}{/N/}r;
        $shape = $shape =~ s{^(/admin/candidate_app/).+}{$1}r;
        ok $page =~ /`\Q$shape\E/, "$shape stands there" if !$seen{$shape}++;
    }
};

done_testing;
