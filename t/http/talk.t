# What people say about a candidate: comments, their history, tags, stars, and who sees what when.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use TransientsTest;
use TransientsTest::Sample;

my $site    = TransientsTest->start;
my $blind   = add_project($site, 'Blind');
my $open    = add_project($site, 'Open', blind => 'false');
my $listed  = add_project($site, 'Listed', access => 'listed');
my ($id, $other) = add_candidates($site, $blind, {}, {});
my ($plain) = add_candidates($site, $open, {});
my ($secret) = add_candidates($site, $listed, {});
my %account = map { $_ => $site->sql("SELECT id FROM account WHERE name = '$_'") } qw(rater admin);
$site->sql("SELECT rate($_, $account{admin}, 2, 1, 'admin-rated-$_', 'page', NULL, now(), NULL, false, NULL)") for $id, $other;
$site->login('rater');
my $admin = $site->new_client;
$admin->login('admin');

my $keys = 0;

sub say_it ($client, $candidate, $text, $key = sprintf 'talk-key-%d', ++$keys) {
    return $client->post("/candidates/$candidate/comments", form => { text => $text, request_key => $key });
}

sub tag ($client, $candidate, $tag, $on = 1) {
    return $client->post("/candidates/$candidate/tags", form => { tag => $tag, on => $on });
}

sub ids ($client, $query) {
    my %seen;
    return join ' ', grep { !$seen{$_}++ } $client->get("/candidates?project=0&sort=id&$query")->{content} =~ m{<tr id="c(\d+)"}g;
}

sub rate ($candidate) {
    $site->sql("SELECT rate($candidate, $account{rater}, 1, 4, 'rater-rated-$candidate', 'page', NULL, now(), NULL, false, NULL)");
}

subtest 'comments' => sub {
    my $answer = say_it($admin, $plain, "first *words*, caf\x{e9} \x{2212}1 <script>alert(1)</script>", 'the-same-key');
    is $answer->{status}, 303, 'one is stored';
    my ($comment) = $answer->{headers}{location} =~ /#comment-(\d+)$/;
    ok $comment, 'and has an address of its own';
    is say_it($admin, $plain, 'again', 'the-same-key')->{headers}{location}, $answer->{headers}{location},
        'sent again under the same key it is the same one';
    is $site->sql('SELECT count(*) FROM comment'), 1, 'stored once';
    my $page = $site->get("/candidates/$plain/comments")->{content};
    like $page, qr{id="comment-$comment".*<b>admin</b>.*first <em>words</em>}s, 'others read who said what, as Markdown';
    unlike $page, qr{<script>alert}, 'no script comes out of it';
    like $site->get("/candidates/$plain")->{content}, qr{data-panel="/candidates/$plain/comments"}, 'the candidate has a panel of it';

    is $admin->post("/comments/$comment", form => { text => 'second words', version => 1 })->{status}, 303, 'its author edits it';
    like $site->get("/candidates/$plain/comments")->{content}, qr{second words}, 'the new text stands';
    like $site->get("/candidates/$plain/comments")->{content}, qr{/comments/$comment#history">edited}, 'marked as edited';
    like $site->get("/comments/$comment")->{content}, qr{first <em>words</em>}, 'the text before is still readable';
    my $late = $admin->post("/comments/$comment", form => { text => 'a <b>third</b>', version => 1 });
    is $late->{status}, 409, 'who writes over a newer text is told';
    like $late->{content}, qr{second words.*a &lt;b&gt;third}s, 'and sees both';
    is $site->post("/comments/$comment", form => { text => 'mine now', version => 2 })->{status}, 409, 'nobody edits what is not their own';
    is $site->post("/comments/$comment/remove", form => {})->{status}, 404, 'nor removes it';

    my ($mine) = say_it($site, $plain, 'what I said')->{headers}{location} =~ /(\d+)$/;
    is $admin->post("/comments/$mine/remove", form => {})->{status}, 303, 'staff remove any';
    $page = $site->get("/candidates/$plain/comments")->{content};
    like $page, qr{Removed by admin}, 'its place says so';
    unlike $page, qr{what I said}, 'its words are gone from the page';
    is $site->sql("SELECT text FROM comment WHERE id = $mine"), 'what I said', 'and kept in the database';
    is $site->post("/comments/$mine", form => { text => 'back', version => 1 })->{status}, 409, 'it can no more be edited';
    unlike $site->get("/comments/$mine")->{content}, qr{what I said}, 'nor read at its address';
    is join(',', $site->sql("SELECT action FROM audit_log WHERE subject = 'comment' AND subject_id = '$mine' ORDER BY id")),
        'insert,update', 'the audit log knows';
};

subtest 'what is refused' => sub {
    is say_it($site, $plain, '   ')->{status}, 422, 'no words are no comment';
    my $long = say_it($site, $plain, 'y' x 8001);
    is $long->{status}, 422, 'a book is none either';
    like $long->{content}, qr{<textarea[^>]*>\s*y{8001}</textarea>}, 'what was typed stays in its box';
    is say_it($site, $plain, "a\0b")->{status}, 422, 'nor a NUL';
    is say_it($site, $plain, 'x', 'short')->{status}, 422, 'a key that is none is refused';
    is say_it($site, 99999, 'x')->{status}, 404, 'an unknown candidate is 404';
    is $site->get('/comments/99999')->{status}, 404, 'so is an unknown comment';
};

subtest 'the blind rule' => sub {
    my ($comment) = say_it($admin, $id, 'the others said this')->{headers}{location} =~ /(\d+)$/;
    is tag($admin, $id, 'Odd  One')->{status}, 303, 'a tag is put on';
    $site->sql("UPDATE candidate SET notes = NULL WHERE id = $id");
    for my $path ("/candidates/$id/comments", "/candidates/$id", '/activity', '/', '/candidates?project=0') {
        unlike $site->get($path)->{content}, qr{others said this|odd one}, "$path is silent before one's own verdict";
    }
    like $site->get("/candidates/$id/comments")->{content}, qr{appears after your verdict}, 'and says when it speaks';
    like $site->get('/activity')->{content}, qr{1 more, on candidates that you have not rated}, 'activity says that there is more';
    is $site->get("/comments/$comment")->{status}, 404, 'a permalink opens nothing';
    is tag($site, $id, 'odd one', 0)->{status}, 404, 'a tag that one does not see is not taken off';
    is ids($site, 'tag=odd%20one'), '', 'the table cannot be asked for it';
    is ids($site, 'comments=1'), $plain, 'nor for comments that are out of sight';
    is ids($site, 'comments=0&obs_id=' . OBS), "$id $other", 'nor for their absence';
    is say_it($site, $id, 'my own words')->{status}, 303, 'one may speak before';
    like $site->get("/candidates/$id/comments")->{content}, qr{my own words}, 'and sees oneself';

    rate($id);
    my $page = $site->get("/candidates/$id/comments")->{content};
    like $page, qr{others said this.*my own words}s, 'after the verdict all is there';
    like $page, qr{tag=odd%20one"[^>]*>odd one<}, 'tags, too, in small letters';
    like $site->get('/activity')->{content}, qr{others said this}, 'and in the activity';
    is ids($site, 'tag=Odd%20one'), $id, 'the table finds the tag, however it is spelt';
    is ids($site, 'comments=1'), "$id $plain", 'and the comments';
    like $admin->get("/candidates/$other/comments")->{content}, qr{Nothing said yet}, 'nothing said is said';
};

subtest 'tags' => sub {
    is tag($site, $id, 'odd one')->{status}, 303, 'the same tag again changes nothing';
    is $site->sql("SELECT count(*) FROM candidate_tag WHERE candidate_id = $id"), 1, 'it is there once';
    is tag($site, $id, 'a,b')->{status}, 422, 'a comma is refused';
    like tag($site, $id, 'a,b')->{content}, qr{value="a,b" aria-invalid.*without commas}s, 'at its field';
    is tag($site, $id, 'x' x 41)->{status}, 422, 'so is a long one';
    is tag($site, $id, '<b>"x"')->{status}, 303, 'any other text is a tag';
    unlike $site->get("/candidates/$id/comments")->{content}, qr{<b>"x"}, 'and nothing but text';
    is tag($site, $id, 'odd one', 0)->{status}, 303, 'a tag is taken off';
    is $site->sql("SELECT string_agg(tag, '|') FROM candidate_tag WHERE candidate_id = $id"), '<b>"x"', 'that one';
    is $site->sql("SELECT string_agg(action, ',' ORDER BY id) FROM audit_log WHERE subject = 'candidate_tag'"),
        'insert,insert,delete', 'who put it there and took it off is in the audit log';
};

subtest 'stars' => sub {
    is $site->post("/candidates/$other/star", form => { on => 1, list => 'rated=no&sort=id' })->{headers}{location},
        "/candidates/$other?list=rated%3Dno%26sort%3Did", 'a star leads back to where one was';
    $site->post("/candidates/$other/star", form => { on => 1 });
    is ids($site, 'starred=1'), $other, 'the table shows those that are starred';
    like $site->get('/candidates?project=0&starred=1')->{content}, qr{Star</span> <b>by me}, 'and says so';
    is ids($admin, 'starred=1'), '', 'nobody sees the stars of others';
    like $site->get("/candidates/$other")->{content}, qr{aria-pressed="true" aria-label="Star"}, "the candidate's page shows it";
    $site->post("/candidates/$other/star", form => { on => 0 });
    is ids($site, 'starred=1'), '', 'it can be taken away';
    is $site->post("/candidates/$other/star", form => {})->{status}, 422, 'a form without a word does nothing';
};

subtest 'out of sight' => sub {
    my ($comment) = say_it($admin, $secret, 'among members')->{headers}{location} =~ /(\d+)$/;
    tag($admin, $secret, 'members');
    for my $path ("/candidates/$secret/comments", "/comments/$comment") {
        is $site->get($path)->{status}, 404, "$path is not there for others";
    }
    is say_it($site, $secret, 'x')->{status}, 404, 'they say nothing there';
    is tag($site, $secret, 'x')->{status}, 404, 'tag nothing';
    is $site->post("/candidates/$secret/star", form => { on => 1 })->{status}, 404, 'star nothing';
    unlike $site->get('/activity')->{content}, qr{members}, 'and hear nothing of it';
    is $site->get("/candidates.csv?project=0&tag=members&columns=id")->{content} =~ /$secret/, '', 'nor by a download';
    unlike $site->get("/candidates/$plain/comments")->{content}, qr{members}, 'nor as a tag to choose from';
};

subtest 'what goes with a candidate' => sub {
    my $page = $admin->get("/admin/projects/$open/remove")->{content};
    like $page, qr{Comments</dt><dd>2<}, 'the page that asks says how many comments go';
    my ($stamp) = $page =~ /name="stamp" value="([^"]+)"/;
    say_it($site, $plain, 'in the meantime');
    is $admin->post("/admin/projects/$open/remove", form => { stamp => $stamp, typed => 'Open' })->{status}, 409,
        'one that came meanwhile is shown first';
    ($stamp) = $admin->get("/admin/projects/$open/remove")->{content} =~ /name="stamp" value="([^"]+)"/;
    is $admin->post("/admin/projects/$open/remove", form => { stamp => $stamp, typed => 'Open' })->{status}, 303, 'then it goes';
    is $site->sql("SELECT count(*) FROM comment WHERE candidate_id = $plain"), 0, 'with its comments';
    is $site->sql(q{SELECT count(*) FROM audit_log WHERE subject = 'comment' AND action = 'delete' AND before ->> 'text' <> ''}), 3,
        'whose words stay in the audit log';
};

$site->stop;
done_testing;
