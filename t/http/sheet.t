# sheet.t: the contact sheet: the candidate table's list as a grid of pictures; those selected are shown
# once more, get one verdict with a reason as one batch, and are taken back as one.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use TransientsTest;
use TransientsTest::Sample;

my $site = TransientsTest->start;
my $p    = add_project($site, 'P');
my $q    = add_project($site, 'Q');
my @ids  = add_candidates($site, $p, map { { ra_deg => 10, dec_deg => -30, can_det_stat => 20 - $_, notes => "note $_" } } 0 .. 7);
my ($foreign) = add_candidates($site, $q, { ra_deg => 10, dec_deg => -30, can_det_stat => 3 });
$site->sql("UPDATE candidate SET thumb_hash = NULL WHERE id = $ids[3]");
$site->login('rater');

sub shown ($page) { return join ' ', $page->{content} =~ m{name="ids" value="(\d+)"}g }

sub listed ($page) { return join ' ', $page->{content} =~ m{<a class="mono" href="/candidates/(\d+)"}g }

sub field ($page, $name) { return $page->{content} =~ /name="$name" value="([^"]*)"/ ? $1 : undef }

sub standing () { return join ' ', $site->sql('SELECT candidate_id || \':\' || rating || \':\' || classification_id FROM rating ORDER BY candidate_id') }

my $sheet = '/candidates/sheet';

subtest 'the sheet shows the list of the candidate table, in its order' => sub {
    my $page = $site->get("$sheet?project=$p");
    is $page->{status}, 200, 'it opens';
    is shown($page), "@ids", 'with all of the project, largest detection statistic first';
    is shown($site->get("$sheet?project=$p&sort=can_det_stat&can_det_stat_max=15")), join(' ', reverse @ids[5 .. 7]), 'narrowed and sorted as the table is';
    like $site->get("/candidates?project=$p&sort=can_det_stat")->{content}, qr{href="/candidates/sheet\?project=$p&amp;sort=can_det_stat"}, 'to which the table leads';
    like $page->{content}, qr{<img src="/media/$ids[0]/thumb-\w+\.webp"}, 'a candidate has its picture';
    unlike $page->{content}, qr{/media/$ids[3]/thumb}, 'one without a picture asks for none';
    like $page->{content}, qr{<span class="no-shot mono">$ids[3]</span>}, 'and shows its number';
    my $first = $site->get("$sheet?project=$p&rows=10&sort=can_det_stat");
    unlike $first->{content}, qr/rel="next"/, 'one page has no next';
    is $site->get("$sheet?can_det_stat_min=x")->{status}, 400, 'a wrong filter is refused';
    like $site->get("$sheet?can_det_stat_min=x")->{content}, qr/Nothing was searched/, 'with words';
    like $site->get("$sheet?sort=sep")->{content}, qr/Only a search by position/, 'and a separation from nothing as well';
    like $site->get("$sheet?project=$p&can_det_stat_min=999")->{content}, qr/No candidate fits/, 'an empty list says so';
};

my $reason = 'Rings & stripes of <Pictor A>';

subtest 'those selected are shown before anything is stored' => sub {
    my $list = 'project%3D' . $p . '%26sort%3D-can_det_stat';
    my $page = $site->get("/candidates/sheet-rating?ids=$ids[1]&ids=$ids[3]&ids=$ids[4]&list=$list");
    is $page->{status}, 200, 'the page opens';
    is listed($page), "@ids[1, 3, 4]", 'with those, and no other';
    like $page->{content}, qr/Rate these 3</, 'and says how many';
    like $page->{content}, qr/action="\/candidates\/sheet-rating"/, 'its form leads on';
    like $page->{content}, qr/name="reason"/, 'and asks for a reason';
    is standing(), '', 'nothing is stored';
    my $mixed = $site->get("/candidates/sheet-rating?ids=$ids[1],$foreign");
    is listed($mixed), $ids[1], 'what is of another project is left out';
    like $mixed->{content}, qr/1 of those selected are left out/, 'which is said';
    my $none = $site->get("/candidates/sheet-rating?list=$list");
    is $none->{status}, 303, 'without any';
    is $none->{headers}{location}, "$sheet?project=$p&sort=-can_det_stat&end=none", 'it goes back to the same sheet';
    like $site->get($none->{headers}{location})->{content}, qr/Nothing was selected/, 'which says why';
};

my $event;
subtest 'one verdict with a reason is stored as one batch, and no more than was shown' => sub {
    $site->post("/candidates/$ids[4]/rating", { rating => 5, classification => 1 });
    my $page = $site->get("/candidates/sheet-rating?ids=$ids[1],$ids[3],$ids[4]&list=project%3D$p%26end%3Dnone");
    like $page->{content}, qr/1 of them you have rated before/, 'what was rated before is marked';
    my %form = (map({ $_ => field($page, $_) } qw(ids request_key shown_at list)), rating => 1, classification => 7, reason => " $reason ");
    my $refused = $site->post('/candidates/sheet-rating', { %form, rating => 9 });
    is $refused->{status}, 422, 'a wrong rating is refused';
    like $refused->{content}, qr/value=" Rings &amp; stripes of &lt;Pictor A&gt; "/, 'and the reason typed is kept';
    is $site->post('/candidates/sheet-rating', { %form, reason => 'x' x 201 })->{status}, 422, 'a reason that is too long as well';
    is $site->post('/candidates/sheet-rating', { %form, ids => "$ids[1],$foreign" })->{status}, 422, 'and one of another project';
    is standing(), "$ids[4]:5:1", 'nothing of it was stored';
    my $answer = $site->post('/candidates/sheet-rating', \%form);
    is $answer->{status}, 303, 'the form as it should be is stored';
    like $answer->{headers}{location}, qr{^/candidates/sheet\?project=$p&done=\d+$}, 'and leads back to the sheet';
    ($event) = $answer->{headers}{location} =~ /done=(\d+)/;
    is standing(), join(' ', map {"$_:1:7"} @ids[1, 3, 4]), 'all of them have the verdict, no other';
    is join(' ', $site->sql(q{SELECT count(*), count(DISTINCT batch), min(how) FROM rating_event WHERE batch IS NOT NULL})), '3|1|sheet', 'as one batch of a sheet';
    is $site->sql(q{SELECT reason FROM batch_reason JOIN rating_event USING (account_id, batch) WHERE rating_event.id = } . $event), $reason, 'with its reason';
    is $site->post('/candidates/sheet-rating', \%form)->{headers}{location}, $answer->{headers}{location}, 'the same again answers alike';
    is $site->post('/candidates/sheet-rating', { %form, rating => 2 })->{status}, 409, 'another verdict under its key does not pass';
    is $site->sql('SELECT count(*) FROM rating_event'), 4, 'and stores nothing';
    my $back = $site->get($answer->{headers}{location});
    like $back->{content}, qr{Rated 3 as “Rings &amp; stripes of &lt;Pictor A&gt;”: <b>1, Sidelobe</b>}, 'the sheet says what was stored';
    like $back->{content}, qr{aria-label="Candidate $ids[1], rated 1 by me"}, 'and marks them';
    unlike $back->{content}, qr{href="[^"]*done=}, 'which no link carries on';
    is join('|', $site->sql('SELECT notes FROM candidate WHERE project_id = ' . $p . ' ORDER BY id')), join('|', map {"note $_"} 0 .. 7), 'notes stay as they were';
};

subtest 'the batch is taken back as one' => sub {
    is $site->post("/ratings/$event/undo", { list => "project=$p" })->{status}, 303, 'by one undo';
    is standing(), "$ids[4]:5:1", 'what stood before stands again';
    unlike $site->get("$sheet?project=$p&done=$event")->{content}, qr/data-undo-all/, 'and the sheet does not offer it again';
};

subtest 'a sheet shows and rates nothing out of sight' => sub {
    $site->sql("UPDATE project SET access = 'listed' WHERE id = $q");
    unlike shown($site->get("$sheet?project=0")), qr/\b$foreign\b/, 'neither picture';
    is $site->get("/candidates/sheet-rating?ids=$foreign")->{status}, 404, 'nor preview';
    is $site->post('/candidates/sheet-rating', { ids => $foreign, rating => 1, classification => 7 })->{status}, 404, 'nor verdict';
    is $site->sql("SELECT count(*) FROM rating WHERE candidate_id = $foreign"), 0, 'nothing is stored';
    my $other = $site->new_client;
    $other->login('admin');
    unlike $other->get("$sheet?project=$p&done=$event")->{content}, qr/Pictor/, 'and a reason is told to who gave it';
};

subtest 'the site may not write reasons by itself' => sub {
    is $site->sql(q{SELECT count(*) FROM information_schema.role_table_grants
        WHERE table_name = 'batch_reason' AND privilege_type <> 'SELECT' AND grantee <> (SELECT tableowner FROM pg_tables WHERE tablename = 'batch_reason')}),
        0, 'only the function does';
};

done_testing;
