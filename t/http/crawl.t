# crawl.t: who follows every link of the site, as a rater and as staff, meets no error and no dead
# link; what the pages hold together is right on each of them.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use TransientsTest;
use TransientsTest::Sample;

# Lists lead to themselves in many orders: of addresses that differ in values alone so many are asked.
use constant OF_ONE_SHAPE => 3;
# Far above what there is; a crawl that gets here runs in a circle.
use constant MOST_PAGES => 4000;

my $site = TransientsTest->start(server_conf => '');

# ---------------------------------------------------------------- a site with something of everything

sub fill () {
    my $token = $site->token('admin');
    add_project($site, 'P', description => 'the first');
    add_project($site, 'Q', blind => 'false', access => 'listed');
    $site->post('/observation_create/', form => observation(), token => $token);
    $site->post('/observation_create/', form => observation(observation_id => OBS + 1000,
            starttime => OBS + 1000, cent_freq => 154.24, obsname => undef), token => $token);
    for my $number (1 .. 6) {
        my $answer = $site->post('/candidate_create/', token => $token, multipart => parts(
            cand_id => $number, project => $number % 3 ? 'P' : 'Q', dec_deg => -52.58 + $number / 200,
            obs_id => OBS + 1000 * ($number % 2), filter_id => $number % 2 ? 'vmf' : 'spike & fall',
            metadata => $number % 2 ? '{"a": [1, {"b": null}], "c": "<script>"}' : undef,
            notes => $number == 3 ? '**bold** <script>alert(1)</script> [x](javascript:alert(1))' : undef,
            $number == 5 ? (ra_deg => undef, dec_deg => undef) : (), can_peak_flux => $number,
            png => png($number), gif => gif($number)));
        die "candidate $number: $answer->{content}" if $answer->{status} != 201;
    }
    $site->sql(q{INSERT INTO pulsar (name, bname, raj, decj, p0, dm)
        VALUES ('J1628-5235', 'B1628-52', 246.998, -52.58, 0.5, 100.5), ('J0000+00', NULL, 0, 0, NULL, NULL);
        INSERT INTO association (candidate_id, pulsar_id, account_id)
        SELECT min(c.id), (SELECT min(id) FROM pulsar), 1 FROM candidate c});
    my ($first) = $site->sql('SELECT min(id) FROM candidate');
    my ($class) = $site->sql(q{SELECT id FROM classification WHERE name = 'RFI'});
    $site->login('rater');
    my $rated = $site->post("/candidates/$first/rating", { rating => 2, classification => $class });
    die "rating: $rated->{status}" if $rated->{status} != 303;
}
fill();

# ---------------------------------------------------------------- following

sub shape_of ($address) {
    my ($path, $query) = split /\?/, $address, 2;
    my @names = sort map { s/=.*//sr } split /&/, $query // '';
    return join '?', $path =~ s{/\d+(?=[/.]|$)}{/N}gr =~ s{-[0-9a-f]{8}\.}{-H.}gr, join '&', @names;
}

# The addresses of this site in a page, made absolute; GET forms as they stand count as links.
sub links_of ($html, $from) {
    my @links = map { TransientsTest::Client::unescape($_) } $html =~ /<[^>]*?\s(?:href|src|data-panel)="([^"]*)"/g;
    while ($html =~ m{(<form\b[^>]*method="get"[^>]*>)(.*?)</form>}gs) {
        my ($tag, $inside) = ($1, $2);
        my ($action) = $tag =~ /action="([^"]*)"/;
        my %fields = TransientsTest::Client::form_fields("$tag$inside</form>", qr/<form\b[^>]*>/);
        push @links, ($action =~ s/\?.*//sr) . '?'
            . TransientsTest::Client::urlencoded({ %fields });
    }
    my $here = $from =~ s/[?#].*//sr;
    return map { /^\?/ ? "$here$_" : $_ } map {s/#.*//sr} grep { m{^[/?]} && !m{^//} } @links;
}

my (%posts, @faults);

# What must hold on every page.
sub look_at ($address, $html) {
    push @faults, "$address: script code in an address" if $html =~ /(?:href|src|action)="\s*javascript:/i;
    push @faults, "$address: <script> that came in with data" if $html =~ /<script>/i;
    my %seen;
    push @faults, "$address: id $_ twice" for grep { $seen{$_}++ == 1 } $html =~ /\sid="([^"]*)"/g;
    push @faults, "$address: a label for nothing: $_" for grep { !$seen{$_} } $html =~ /<label\b[^>]*\sfor="([^"]*)"/g;
    push @faults, "$address: a picture without alt" for $html =~ /<img\b(?![^>]*\salt=)[^>]*>/g;
    my %labelled = map { $_ => 1 } $html =~ /<label\b[^>]*\sfor="([^"]*)"/g;
    (my $loose = $html) =~ s{<label\b.*?</label>}{}gs;
    for my $field ($loose =~ /<(?:input|select|textarea)\b[^>]*>/g) {
        next if $field =~ /type="(?:hidden|submit)"/ || $field =~ /aria-label(?:ledby)?="/;
        my ($id) = $field =~ /\sid="([^"]*)"/;
        push @faults, "$address: a field without a label: $field" if !defined $id || !$labelled{$id};
    }
    push @faults, "$address: no heading" if $html !~ /<h1\b/;
    for my $form ($html =~ /<form\b[^>]*method="post"[^>]*>/g) {
        my ($action) = $form =~ /action="([^"]*)"/;
        $posts{ shape_of(defined $action ? $action : $address) } //= $address;
    }
    for my $button (grep { !/formmethod="get"/ } $html =~ /<button\b[^>]*formaction="[^>]*>/g) {
        my ($action) = $button =~ /formaction="([^"]*)"/;
        $posts{ shape_of($action) } //= $address;
    }
}

# Everything that can be reached from the home page: { status => [addresses] }.
sub crawl ($who) {
    my $client = $site->new_client;
    $client->login($who);
    my @queue = (['/', 'the start'], ['/login', 'the start']);
    my (%asked, %of_shape, %by_status);
    while (my $next = shift @queue) {
        my ($address, $from) = @$next;
        next if $asked{$address}++ || $of_shape{ shape_of($address) }++ >= OF_ONE_SHAPE;
        my $answer = $client->get($address);
        push $by_status{ $answer->{status} }->@*, "$address (from $from)";
        last if keys %asked > MOST_PAGES;
        push @queue, [$answer->{headers}{location}, $address] if $answer->{headers}{location};
        next if $answer->{status} != 200 || ($answer->{headers}{'content-type'} // '') !~ m{^text/html};
        look_at($address, $answer->{content});
        push @queue, map { [$_, $address] } links_of($answer->{content}, $address);
    }
    return \%by_status;
}

for my $who ('rater', 'admin') {
    @faults = ();
    my $by_status = crawl($who);
    my @bad = map { my $status = $_; map {"$status $_"} $by_status->{$status}->@* }
        grep { $_ !~ /^(?:200|303|304)$/ } sort keys %$by_status;
    my $met = 0;
    $met += @$_ for values %$by_status;
    cmp_ok $met, '>', 60, "$who meets the whole site ($met addresses)";
    cmp_ok $met, '<', MOST_PAGES, 'and comes to an end';
    is join("\n", @bad), '', "$who meets no error and no dead link";
    is join("\n", @faults), '', 'labels, ids, headings and addresses are right on every page';
}

for my $action (sort keys %posts) {
    my $address = $action =~ s/\?.*//r =~ s{/N(?=[/.]|$)}{/1}gr;
    my $allow   = $site->request('OPTIONS', $address)->{headers}{allow} // '';
    like $allow, qr/POST/, "the form to $address (on $posts{$action}) has an address that takes it";
}

done_testing;
