# old-inputs.t: what broke the old site's pages, or was silently misread, gets the right answer here:
# 400 or 422 with the message at its field and all that was typed kept, 404, or a plain page.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use TransientsTest qw(slurp srcdir);
use TransientsTest::Sample;

my $site    = TransientsTest->start;
my $project = add_project($site, 'P');
my @ids     = add_candidates($site, $project, map { {
    can_det_stat => $_, ra_deg => 10 + $_ / 1000, dec_deg => -30, can_fluence => $_ } } 1 .. 5);
my $pulsar  = $site->sql(q{INSERT INTO pulsar (name, raj, decj) VALUES ('J0040-3000', 10.001, -30) RETURNING id});
my $page    = "/candidates/$ids[0]";
$site->login('rater');
$site->post('/settings', { project => $project });

my $encode = \&TransientsTest::Client::urlencode;

# The words that a page says of a field: those that the field itself refers to.
sub words_at ($html, $field) {
    my ($input) = $html =~ /(<(?:input|select|textarea)\b[^>]*\sname="\Q$field\E"[^>]*>)/;
    my ($id) = ($input // '') =~ /aria-describedby="([^"]+)"/;
    my ($words) = $html =~ /id="\Q@{[$id \/\/ 'none']}\E"[^>]*>(.*?)<\/(?:span|p|div)>/s;
    return ($words // '') =~ s/<[^>]*>//gr;
}

# GET with these parameters: the status, and at which field the message stands; what was typed is
# still in its field.
sub asked ($path, $query, $status, $field = undef) {
    my $text = join '&', map { "$_=" . $encode->($query->{$_}) } sort keys %$query;
    subtest "$path?$text is $status" . ($field ? " at $field" : '') => sub {
        my $answer = $site->get("$path?$text");
        is $answer->{status}, $status, "it answers $status";
        return if !$field;
        like words_at($answer->{content}, $field), qr/\w/, 'the message stands at its field';
        for my $name (grep { length $query->{$_} && $_ ne 'sort' } sort keys %$query) {
            my $shown = $query->{$name} =~ s/&/&amp;/gr =~ s/</&lt;/gr =~ s/>/&gt;/gr =~ s/"/&quot;/gr;
            like $answer->{content}, qr/name="\Q$name\E"[^>]*value="\Q$shown\E"|value="\Q$shown\E"[^>]*name="\Q$name\E"/,
                "$name is kept";
        }
        unlike $answer->{content}, qr{<td>\s*<a class="mono" href="/candidates/\d+}, 'and no candidate is shown';
    };
}

# POST of a form: the status, and a word that the page says.
sub posted ($path, $form, $status, $words = undef) {
    my $text = join '&', map {"$_=" . substr $form->{$_}, 0, 12} sort keys %$form;
    subtest "POST $path with $text is $status" => sub {
        my $before = holdings($site);
        my $answer = $site->post($path, $form);
        is $answer->{status}, $status, "it answers $status";
        like $answer->{content}, $words, 'and says why' if $words;
        is differences($before, holdings($site)), '', 'and stores nothing' if $status >= 400;
    };
}

# ---------------------------------------------------------------- addresses

asked('/downloads/nonsense', {}, 404);
asked("/downloads/nonsense.$_", {}, 404) for qw(fits csv vot json);
my $table = slurp(srcdir() . '/mod_transients/pages/routes.c');
for my $path (sort grep {/\{id:int\}/ && !/^.admin/} $table =~ /TR_GET,\s*"([^"]+)"/g) {
    for my $id ('987654321', '9223372036854775807', '99999999999999999999', 'abc', '1.5', '-1', "1'") {
        my $status = $site->get($path =~ s/\{id:int\}/$encode->($id)/er =~ s/\{file:word\}/png-00000000.png/r)->{status};
        is $status, 404, "$path with the id $id is 404";
    }
}

# ---------------------------------------------------------------- survey status and table

asked('/observations', { sort => 'foo' }, 400);
asked('/observations', { order_by => 'foo' }, 200);
asked('/observations', { sort => '' }, 200);
asked('/candidates', { sort => 'sep' }, 400, 'sort');
asked('/candidates', { sort => 'bogus' }, 400);
asked('/candidates', { radius => '10' }, 400);
asked('/candidates', { can_det_stat_min => '1', can_det_stat_max => '3' }, 200);
asked('/candidates', { ra => '10', dec => '95', radius => '2' }, 400, 'dec');
asked('/candidates', { ra => '400', dec => '-30', radius => '2' }, 400, 'ra');
asked('/candidates', { ra => 'foo', dec => 'bar', radius => '2' }, 400, 'ra');
asked('/candidates', { pos => 'foo bar', radius => '2' }, 400, 'pos');
asked('/candidates', { ra => '10', dec => '-30', radius => $_ }, 400, 'radius')
    for 'abc', '0', '-1', 'nan', 'inf', '1e400', '1800.1', '<script>"';
asked('/candidates', { id_min => 'abc' }, 400, 'id_min');
asked('/candidates', { can_fluence_min => 'abc', can_fluence_max => '7' }, 400, 'can_fluence_min');
asked('/candidates', { rating_mean_min => 'much' }, 400, 'rating_mean_min');
asked('/candidates', { obs_id => 'abc' }, 400, 'obs_id');
for my $format (qw(csv fits vot json)) {
    is $site->get("/candidates.$format?radius=10")->{status}, 400, "a download as $format with radius=10 alone is refused";
    is $site->get("/candidates.$format?sort=sep")->{status}, 400, "and as $format by separation without a position";
}

# ---------------------------------------------------------------- near-by searches

for my $panel ('near', 'pulsars', 'simbad') {
    asked("$page/$panel", {}, $_) for $panel eq 'simbad' ? () : 200;
    asked("$page/$panel", { radius => $_ }, 400, 'radius') for 'abc', '-2', '0', 'nan', '1e9';
}
asked("$page/near", { radius => '', exclude_id => 'abc' }, 200);

# ---------------------------------------------------------------- verdicts, associations

posted('/candidates/987654321/rating', { rating => 3, classification => 1 }, 404);
posted("$page/rating", { rating => 3, classification => 987654321 }, 422, qr/no such classification/i);
posted("$page/rating", { rating => 3, classification => 'RFI' }, 422);
posted("$page/rating", { rating => 3 }, 422, qr/Choose a classification/);
posted("$page/rating", { classification => 1 }, 422);
posted("$page/rating", { classification => 1, rating => $_ }, 422) for 'abc', '3.5', '9' x 30, '0', '6';
posted("$page/rating", { classification => 1, rating => 3, also => $_ }, 422) for 'abc', '987654321';
posted("$page/association", { pulsar => $_, match => 1 }, $_ eq 'abc' ? 422 : 404) for 'abc', '987654321';
posted("/candidates/987654321/association", { pulsar => $pulsar, match => 1 }, 404);

# ---------------------------------------------------------------- settings, next

posted('/settings', { project => 987654321 }, 422, qr/no such project/i);
posted('/settings', { project => 'abc' }, 422);
posted('/settings', { theme => 'dark' }, 303);
posted('/settings', { queue_order => '' }, 303);
posted('/settings', { queue_order => 'sideways' }, 422);
is $site->get('/next')->{status}, 303, 'an empty order is none: next goes on';
posted('/settings', { project => $project, left_out => 185 }, 303);
is $site->get('/next')->{status}, 200, 'with every frequency left out the page says so';
like $site->get('/next')->{content}, qr/nothing|none|no candidate/i, 'in words';
$site->sql("UPDATE account_setting SET left_out = '{}'");
$site->sql(q{INSERT INTO skip (account_id, candidate_id) SELECT a.id, c.id FROM account a, candidate c
    WHERE a.name = 'rater'});
is $site->get('/next')->{status}, 303, 'when all were skipped they come again';
for my $id (@ids) {
    $site->post("/candidates/$id/rating", { rating => 1, classification => 1 });
}
is $site->get('/next')->{status}, 200, 'when nothing is left there is a page';

done_testing;
