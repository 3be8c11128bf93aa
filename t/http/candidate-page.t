# candidate-page.t: the candidate page shows all that a rater needs, says what is absent, and leads to
# what lies near by; metadata is read as a table or as it is, never as HTML.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use TransientsTest;
use TransientsTest::Sample;

my $site  = TransientsTest->start;
my $p     = add_project($site, 'P');
my $rater = $site->sql(q{SELECT id FROM account WHERE name = 'rater'});
my %full  = (
    ra_deg => 246.99792, dec_deg => -52.58453, can_det_stat => 8.842, can_peak_flux => 0.288, can_fluence => 7.49,
    can_beam => 0.462, cent_sep_deg => 8.038, rad_deg => 0.031, can_mod_ind => 0.09, area_pix => 38.5,
    nks_name => 'GLEAM J162801-523540', nks_ra_deg => 247.0045, nks_dec_deg => -52.5945, nks_sep_deg => 0.014,
    nks_flux => 0.51, can_nks_flux_rat => 0.92, can_nks_is_close => 'false', nks_res => -0.1,
);
my ($id, $close, $bare) = add_candidates($site, $p, \%full, { %full, can_nks_is_close => 'true' }, {});
$site->sql(q{INSERT INTO pulsar (name, raj, decj) VALUES ('J1628-5235', 247, -52.58)});
$site->sql("INSERT INTO association (candidate_id, pulsar_id, account_id) SELECT $id, id, $rater FROM pulsar");
$site->login('rater');

sub page ($id) { return $site->get("/candidates/$id")->{content} }

# What stands beside a name of the panels.
sub value ($page, $name) {
    my ($text) = $page =~ m{<dt[^>]*>\Q$name\E</dt><dd[^>]*>(.*?)</dd>}s;
    return defined $text ? $text =~ s/<svg.*?<\/svg>|<[^>]+>//grs : undef;
}

my $page = page($id);
my %shown = (
    'Detection statistic' => '8.84', 'Peak flux' => '0.29 Jy', 'Fluence' => '7.5 Jy s', 'Primary beam' => '0.46',
    'Sep. from centre' => '8.04 deg', 'Island radius' => '0.031 deg', 'Flux of known source' => '0.51 Jy', 'Flux ratio to known source' => '0.92',
    'Pulsar' => 'J1628-5235', 'Start, UTC' => '2020-09-29 19:20:54', 'Frequency' => '184.96 MHz',
    'Separation' => "0.84\xe2\x80\xb2, not close",
);
is value($page, $_), $shown{$_}, "$_ is shown" for sort keys %shown;
like $page, qr{<dt>RA, Dec</dt><dd class="mono">16:28:01\.08 -52:35:40\.2}, 'the position of the known source';
like $page, qr{<dd class="mono"><span data-copy="RA and Dec">16:27:59\.50 -52:35:04\.3}, 'the candidate\'s own';
like $page, qr{<span class="badge" title="Project">P</span>}, 'its project is in the heading';
like $page, qr{<span class="mono">vmf</span>}, 'its filter';
like $page, qr{href="http://ws\.mwatelescope\.org/observation/obs/\?obs_id=${\ OBS}" target="_blank"}, 'the MWA\'s page of the observation is a link to a new tab';
like $page, qr{href="https://simbad\.cds\.unistra\.fr/simbad/sim-id\?Ident=GLEAM%20J162801-523540" target="_blank"}, 'and SIMBAD\'s of the known source';
like $page, qr{href="/candidates\?project=$p&amp;ra=246\.99792&amp;dec=-52\.58453&amp;radius=2"}, 'more within this project';
like $page, qr{href="/candidates/$id/observation-rating"}, 'rate all of this observation';
like $page, qr{warn-text}, 'a known source that is not close stands out';
unlike page($close), qr{warn-text}, 'one that is close does not';
is value(page($close), 'Separation'), "0.84\xe2\x80\xb2", 'and gives its separation';

subtest 'the sky around the position is one click away, and the position can be taken along' => sub {
    like $page, qr{href="https://ned\.ipac\.caltech\.edu/conesearch\?[^"]*coordinates=246\.99792d%20-52\.58453d&amp;radius=2" target="_blank"}, 'NED';
    like $page, qr{href="https://aladin\.cds\.unistra\.fr/AladinLite/\?target=246\.99792%20-52\.58453&amp;fov=1" target="_blank"}, 'Aladin Lite';
    like $page, qr{href="https://simbad\.cds\.unistra\.fr/simbad/sim-coo\?Coord=246\.99792d%20-52\.58453d}, 'SIMBAD';
    like $page, qr{href="http://ws\.mwatelescope\.org/metadata/find\?minra=227\.25&amp;maxra=266\.75&amp;mindec=-64\.58&amp;maxdec=-40\.58" target="_blank"},
        'the MWA\'s archive, around it';
    like $page, qr{data-copy="RA and Dec in degrees" data-copy-text="246\.99792 -52\.58453">246\.99792 \xe2\x88\x9252\.58453<}, 'degrees to copy, with a minus that programs read';
    like $page, qr{data-copy="galactic coordinates" data-copy-text="332\.\d+ -2\.\d+">332\.\d{4} }, 'galactic coordinates';
    # Astropy's AltAz at 116.67081523611 E, 26.70331940556 S, 377.827 m, 2020-09-29 19:23:22 UTC gives 186.676, -10.099.
    is value($page, 'Az, el at mid-time'), "186.7\xc2\xb0 \xe2\x88\x9210.1\xc2\xb0", 'azimuth and elevation at the middle of the observation';
    $site->sql("UPDATE candidate SET peak_time = ${\ OBS} + 10 WHERE id = $close");
    like page($close), qr{Az, el at the peak</dt>}, 'or at the peak, where that is known';
    my $without = page($bare);
    unlike $without, qr{ned\.ipac|Az, el at}, 'nothing of this without a position';
};

subtest 'no key stands twice, in any state of the page' => sub {
    my ($rated) = add_candidates($site, $p, \%full);
    my $next = $site->post("/candidates/$rated/rating", { rating => 1, classification => 4 })->{headers}{location};
    my %state = (
        'not rated' => "/candidates/$id", 'after a verdict' => $next, 'rated' => "/candidates/$rated",
        'from a list' => "/candidates/$id?list=project%3D$p%26at%3D1",
    );
    my %letter;
    for my $state (sort keys %state) {
        my $text = $site->get($state{$state})->{content};
        my @keys = $text =~ /data-key="([^"]+)"/g;
        my %count;
        $count{$_}++ for @keys;
        cmp_ok scalar @keys, '>', 25, "$state: the page has keys";
        is_deeply [grep { $count{$_} > 1 } sort keys %count], [], "$state: each once";
        my %class = map { $_ => 1 } $text =~ /name="classification"[^>]* data-key="([^"]+)"/g;
        $letter{$_} = 1 for grep { /^[a-z]$/ && !$class{$_} } @keys;
    }
    ok $letter{$_}, "$_ is a key of the page" for qw(u f w);
    my @free = grep { $site->sql("SELECT classification_key_use(upper('$_')) IS NULL") eq 't' } sort keys %letter;
    is_deeply \@free, [], 'and no classification can have one of the page';
};

subtest 'the archive\'s box stays within the sky' => sub {
    my %boxes = ('1 -89' => 'minra=0&amp;maxra=360&amp;mindec=-90&amp;maxdec=-77', '359 0' => 'minra=347&amp;maxra=360&amp;mindec=-12&amp;maxdec=12',
        '0 85' => 'minra=0&amp;maxra=360&amp;mindec=73&amp;maxdec=90');
    for my $place (sort keys %boxes) {
        my ($ra, $dec) = split / /, $place;
        my ($there) = add_candidates($site, $p, { ra_deg => $ra, dec_deg => $dec });
        like page($there), qr{\Q$boxes{$place}\E"}, "around $place";
    }
};

subtest 'each panel is a page of its own that the candidate page takes over' => sub {
    for my $name (qw(near simbad pulsars)) {
        like $page, qr{<section class="panel" data-panel="/candidates/$id/$name"}, "$name is asked for by scripts";
        like $page, qr{<a[^>]* href="/candidates/$id/$name" data-panel-link}, 'and a link without';
    }
    for my $name (qw(near pulsars metadata)) {
        is scalar(my @marks = $site->get("/candidates/$id/$name")->{content} =~ /data-panel-body/g), 1, "$name has one part to take over";
    }
};

subtest 'a candidate without a position works, and its panels say so' => sub {
    my $page = page($bare);
    like $page, qr/no position/, 'the page says so';
    unlike $page, qr/More within this project/, 'nothing is searched around it';
    for my $name (qw(near pulsars)) {
        my $panel = $site->get("/candidates/$bare/$name");
        is $panel->{status}, 200, "$name opens";
        like $panel->{content}, qr/No position/, 'and says so';
        unlike $panel->{content}, qr/name="radius"/, 'with no box for a radius';
    }
    is value($page, 'Detection statistic'), "\xe2\x80\x93", 'what is absent is a dash';
    is value($page, 'Pulsar'), "\xe2\x80\x93", 'no pulsar is a dash';
};

subtest 'one\'s own earlier verdict is shown and marked' => sub {
    unlike $page, qr/Rated by me/, 'there is none before';
    $site->post("/candidates/$id/rating", { rating => 3, classification => 8 });
    my $rated = page($id);
    like $rated, qr{Rated by me: <b class="cls cls-noise">Noise</b>, <time}, 'it is shown';
    like $rated, qr{value="3"[^>]*aria-pressed="true".*?mine: Noise}s, 'and marked on its button';
    unlike $rated, qr/<input[^>]*name="classification"[^>]*checked/, 'its classification is not preset';
};

sub with_metadata ($metadata, $extra = undef) {
    my ($id) = add_candidates($site, $p, { metadata => $metadata =~ s/'/''/gr, extra => $extra });
    return ($site->get("/candidates/$id/metadata")->{content}, page($id));
}

subtest 'metadata in JSON is a nested table' => sub {
    my ($text, $page) = with_metadata('{"pipeline": "1.2", "args": {"sigma": 5.5, "list": [1, 2]}, "none": null}', '{"snr_new": 5}');
    like $text, qr{<tr class="depth-0"><th scope="row">pipeline</th><td>1\.2</td>}, 'a name and its value';
    like $text, qr{<tr class="depth-0 group"><th scope="row">args</th>}, 'an object';
    like $text, qr{<tr class="depth-1"><th scope="row">sigma</th><td>5\.5</td>}, 'what is inside stands deeper';
    like $text, qr{<th scope="row">list</th><td>1, 2</td>}, 'a list on one line';
    like $text, qr{<th scope="row">none</th><td class="faint">\xe2\x80\x93</td>}, 'null is a dash';
    like $text, qr{Other columns of its table.*<th scope="row">snr_new</th><td>5</td>}s, 'unknown columns of the upload likewise';
    like $page, qr{<details class="panel fold" data-panel="/candidates/\d+/metadata"}, 'the candidate page has it folded';
};

subtest 'anything else is text as it is' => sub {
    for my $metadata ("line one\n  line two", '{"a": 1, "a": 2}', '{broken', '5', '{}') {
        my ($text) = with_metadata($metadata);
        my $shown = $metadata =~ s/"/&quot;/gr;
        my ($pre) = $text =~ m{<pre class="story mono">(.*?)</pre>}s;
        is $pre =~ s/&#34;/&quot;/gr, $shown, "'$metadata'";
    }
    my ($none) = $site->get("/candidates/$bare/metadata")->{content};
    like $none, qr/The pipeline attached none/, 'none is said to be none';
    unlike page($bare), qr{data-panel="/candidates/$bare/metadata"}, 'and no panel is offered';
};

subtest 'a <script> in metadata is text' => sub {
    for my $metadata ('<script>alert(1)</script>', '{"<script>alert(1)</script>": "<script>alert(2)</script>"}',
        '["</td></table><script>alert(1)</script>", {"a\"><img src=x onerror=alert(1)>": 1}]') {
        my ($text) = with_metadata($metadata, '{"<b>x</b>": "<script>alert(3)</script>"}');
        unlike $text, qr/<script>alert|<img src=x|<b>x/, $metadata;
        like $text, qr/&lt;script&gt;alert/, 'as text';
    }
};

done_testing;
