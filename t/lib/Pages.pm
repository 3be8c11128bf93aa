# Pages: a site with something of everything, and every page of the route table at an address that
# shows something.
#
# SPDX-License-Identifier: MIT
package Pages;
use v5.36;
use JSON::PP 'decode_json';
use SourceTree;
use TransientsTest::Sample;

# ---------------------------------------------------------------- a site with something of everything

# Fills a TransientsTest through its own doors where there is one; its candidates' ids.
sub fill ($class, $site) {
    my $token = $site->token('admin');
    add_project($site, 'P', description => 'the first', access => 'members');
    add_project($site, 'Q', access => 'listed');
    $site->post('/observation_create/', token => $token,
        form => observation(observation_id => OBS + $_, starttime => OBS + $_, cent_freq => 87.68 + $_ / 10))
        for 0, 1000;
    my @ids = map { upload($site, $token, $_) } 1 .. 12;
    add_sky($site, @ids);
    add_verdicts($site, @ids);
    $site->sql(qq{INSERT INTO comment (candidate_id, account_id, text, request_key)
        SELECT $ids[0], id, '**Seen** before', 'request-1' FROM account WHERE name = 'admin'});
    return @ids;
}

sub upload ($site, $token, $number) {
    my $answer = $site->post('/candidate_create/', token => $token, multipart => parts(
            cand_id => $number, project => $number % 6 ? 'P' : 'Q', dec_deg => -52.58 + $number / 200,
            obs_id  => OBS + 1000 * ($number % 2), filter_id => $number % 2 ? 'vmf' : 'spike & fall',
            metadata => '{"a": [1, {"b": null}], "c": "text"}',
            notes => $number == 3 ? "**bold** [here](https://example.org)\n\n- one\n- two\n" : undef,
            $number == 5 ? (ra_deg => undef, dec_deg => undef) : (), can_peak_flux => $number,
            png => png($number, 640, 480), gif => gif($number, 6, 64)));
    die "candidate $number: $answer->{content}" if $answer->{status} != 201;
    return decode_json($answer->{content})->{id};
}

sub add_sky ($site, @ids) {
    $site->sql(qq{INSERT INTO pulsar (name, bname, raj, decj, p0, dm)
        VALUES ('J1628-5235', 'B1628-52', 246.998, -52.58, 0.5, 100.5), ('J0000+00', NULL, 0, 0, NULL, NULL);
        INSERT INTO association (candidate_id, pulsar_id, account_id) VALUES ($ids[0], (SELECT min(id) FROM pulsar), 1);
        INSERT INTO upload_run (account_id, client, host, table_name, table_sha256)
        SELECT id, 'transients-upload 1.0', 'pipeline', 'one.fits', repeat('a', 64) FROM account WHERE name = 'admin';
        UPDATE candidate SET upload_run = (SELECT max(id) FROM upload_run)});
}

sub add_verdicts ($site, @ids) {
    $site->sql(q{SELECT rate(c.id, a.id, 1 + (c.id % 5)::integer, 1 + c.id % 8, 'request-' || a.id || '-' || c.id,
        'page', NULL, now(), NULL, false, NULL) FROM candidate c, account a
        WHERE a.name IN ('admin', 'rater') AND c.id % 3 = 0});
}

# ---------------------------------------------------------------- every page

# What stands for {name:kind} in a path, by the folder before it. A number is an id.
sub things ($site, @ids) {
    return (
        candidates => $ids[0], observations => OBS, pulsars => scalar $site->sql('SELECT min(id) FROM pulsar'),
        media => $ids[0], runs => scalar $site->sql('SELECT max(id) FROM upload_run'),
        projects => scalar $site->sql('SELECT min(id) FROM project'),
        comments => scalar $site->sql('SELECT min(id) FROM comment'),
        ratings  => scalar $site->sql('SELECT max(id) FROM rating_event'),
        log      => scalar $site->sql('SELECT max(id) FROM audit_log'), help => 'rating',
    );
}

# What an address needs behind it to show something.
my %query = (
    '/candidates/{id:int}/neighbours-rating' => 'rating=2&classification=4',
    '/admin/candidates/remove'               => 'project=0&rated=no',
    '/admin/removals/{id:int}'               => undef,    # there is none before something was removed
);

# Answers that are no page.
my %no_page = map { $_ => 1 } qw(/media/{id:int}/{file:word} /help/images/{file:word} /next /healthz /readyz /back);

# [route, address] of every page that answers GET, in the order of the table.
sub all ($class, $site, @ids) {
    my %thing = things($site, @ids);
    my $table = join("\n", lines('mod_transients/pages/routes.c')) =~ s{/\*.*?\*/}{}gsr;
    my @routes = map { $$_[0] eq 'GET' && $$_[2] ne 'UPLOADER' ? $$_[1] : () }
        map { [/TR_(GET|POST),\s*"([^"]+)",\s*TR_(\w+)/] } $table =~ /\{\s*(TR_(?:GET|POST),\s*"[^"]+",\s*TR_\w+)/g;
    my @pages;
    for my $route (grep { !$no_page{$_} } @routes) {
        next if exists $query{$route} && !defined $query{$route};
        my $address = $route =~ s{/([\w-]+)/\{\w+:\w+\}}{"/$1/" . ($thing{$1} // 1)}er =~ s/\{\w+:\w+\}/1/gr;
        push @pages, [$route, $address . ($query{$route} ? "?$query{$route}" : '')];
    }
    return @pages;
}

1;
