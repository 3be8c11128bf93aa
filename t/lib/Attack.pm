# Attack.pm: what the tests of t/security attack: a site with something of everything, and every form and
# parameter of the table of contents, with values that pass its checks.
#
# SPDX-License-Identifier: MIT
package Attack;
use v5.36;
use Exporter 'import';
use File::Glob ':bsd_glob';
use StandIn;
use TransientsTest qw(slurp srcdir);
use TransientsTest::Sample;

our @EXPORT = qw(site_to_attack targets options_of session_of_staff vulnerable_site program_named);

sub program_named ($name) {
    return (grep { -x } map {"$_/$name"} split /:/, $ENV{PATH})[0];
}

sub site_to_attack () {
    my $site  = TransientsTest->start;
    my $token = $site->token('admin');
    add_project($site, 'P', access => 'members', blind => 'false');
    add_project($site, 'Q', access => 'members', blind => 'false');
    $site->post('/observation_create/', form => observation(), token => $token);
    for my $n (1 .. 4) {
        $site->post('/candidate_create/', token => $token, multipart => parts(cand_id => $n, can_det_stat => 5 + $n,
                metadata => 'm', notes => 'n', png => png($n), gif => gif($n)));
    }
    $site->sql(q{INSERT INTO pulsar (name, raj, decj) VALUES ('J1628-5235', 246.998, -52.58)});
    $site->sql(q{INSERT INTO upload_run (account_id, client) SELECT id, 'x' FROM account WHERE name = 'admin'});
    return $site;
}

# The cookie of a new session: whatever was attacked may have ended the one before, changed the password
# or the role.
sub session_of_staff ($site) {
    state %row_of;
    my $row = $row_of{ $site->database } //= $site->sql(q{SELECT password_hash FROM account WHERE name = 'admin'});
    $site->sql(qq{DELETE FROM login_throttle; SET session_replication_role = replica;
        UPDATE account SET password_hash = '$row', active = true, role = 'staff' WHERE name = 'admin'});
    my $client = $site->new_client;
    my $answer = $client->login('admin');
    die "login: $answer->{status}" if $answer->{status} != 303;
    return join '; ', map { "$_=" . $client->cookies->value($_) } $client->cookies->names;
}

# ---------------------------------------------------------------- every form and parameter

# A value for each name that its checks let pass; 1 for all others.
my %value = (
    name => 'a name', description => 'words', notes => 'words', notes_version => 0, rating => 2, classification => 4,
    request_key => 'attack-0001', how => 'page', scope => 'read', password => 'kX7w quite unheard of', theme => 'dark',
    old_password => 'northern jackdaw 41', new_password => 'kX7w quite unheard of', again => 'kX7w quite unheard of',
    next => '/candidates', sort => 'id', ra => '246.99', dec => '-52.58', pos => '246.99 -52.58', radius => 2, role => 'rater',
    access => 'members', key_letter => 'w', metadata => 'words', from => '2026-01-01', to => '2026-02-01',
    find => 1, rated => 'no', who => 'rater', action => 'insert', thing => 'project', typed => 'P', list => 'sort=id',
    queue_order => 'random', queue_filter => 'unrated', paper => 'dim', match => 1, text => 'words', tag => 'words',
);

# The names of a table of fields, wherever in the sources it stands.
sub names_of_fields ($fields) {
    state $sources = join "\n", map { slurp($_) } glob srcdir() . '/mod_transients/pages/*.c';
    my ($body) = $sources =~ /\btr_field_t \Q$fields\E\[\w*\]\s*=\s*\{(.*?)\n?\};/s or die "no fields $fields\n";
    return $body =~ /\.name\s*=\s*"(\w+)"/g;
}

# Hashes with method, path, params (list of pairs): one for each route that takes any.
sub targets ($site) {
    my $table = slurp(srcdir() . '/mod_transients/pages/routes.c') =~ s{/\*.*?\*/}{}gsr;
    my ($id)  = $site->sql('SELECT min(id) FROM candidate');
    my %thing = (observations => OBS, candidates => $id, tokens => 1, runs => 1, projects => 2);
    my @targets;
    while ($table =~ /\{\s*TR_(GET|POST),\s*"([^"]+)",\s*TR_(\w+)(.*?)\},?\n/gs) {
        my ($method, $path, $access, $rest) = ($1, $2, $3, $4);
        my ($fields) = $rest =~ /\.fields\s*=\s*(\w+)/;
        my ($first) = reverse grep { !/\{/ } split m{/}, $path =~ s/\{.*//sr;
        my $number = $thing{ $first // '' } // 1;
        my $address = $path =~ s/\{\w+:int\}/$number/gr =~ s/\{\w+:word\}/x/gr;
        my @names = $fields ? names_of_fields($fields) : ();
        push @names, qw(sort after rows can_det_stat_min can_det_stat_max) if $rest =~ /TR_R_LIST/;
        my @params = map { ($_ => $value{$_} // 1) } @names;
        # these take the columns of a table
        @params = observation()->%* if $path =~ m{^/observation_create/|^/admin/observations/(?:new|\{id:int\})$} && $method eq 'POST';
        @params = candidate()->%*   if $path eq '/candidate_create/';
        @params = (obs_id => OBS, project => 'P', filter_id => 'vmf') if $path eq '/searches';
        push @targets, { method => $method, path => $address, params => \@params,
            at    => $path eq '/candidate_create/' ? with_pictures($site)->url : $site->url,
            token => $access eq 'UPLOADER' ? $site->token('admin') : undef };
    }
    return @targets;
}

# Candidates are taken as multipart with both pictures alone, which sqlmap cannot send: this takes a
# form and sends it on so. It lives as long as the test.
sub with_pictures ($site) {
    state $token = $site->token('admin');
    state $way = StandIn->start(sub ($request, $number) {
        my $answer = $site->new_client->post('/candidate_create/', token => $token,
            multipart => parts($request->{fields}->%*));
        return [$answer->{status}, { 'Content-Type' => 'application/json' }, $answer->{content}];
    }, parallel => 1);
    return $way;
}

# A target as sqlmap takes it, with a session or a token.
sub options_of ($site, $target) {
    my $form = TransientsTest::Client::urlencoded($target->{params});
    my $url  = $target->{at} . $target->{path};
    return (
        $target->{method} eq 'GET' ? ('-u', "$url?$form") : ('-u', $url, "--data=$form"),
        $target->{token} ? "--header=Authorization: Token $target->{token}" : '--cookie=' . session_of_staff($site),
    );
}

# ---------------------------------------------------------------- a site that has the faults

# What each of these tests must find, or it proves nothing: a statement made from text, and a page that
# says again what it was sent.
sub vulnerable_site ($site) {
    return StandIn->start(sub ($request, $number) {
        my ($id) = ($request->{path} // '') =~ /[?&]id=([^&]*)/;
        $id = ($id // '1') =~ s/\+/ /gr =~ s/%([0-9A-Fa-f]{2})/chr hex $1/ger;
        return [200, { 'Content-Type' => 'text/html' }, '<html><body><a href="/x?id=1">x</a></body></html>']
            if $request->{path} !~ /\?/;
        my $rows = eval { $site->sql("SELECT name FROM classification WHERE id = $id") } // "error: $@";
        return [200, { 'Content-Type' => 'text/html' }, "<html><body><p>$id</p><p>$rows</p></body></html>"];
    }, parallel => 1);
}

1;
