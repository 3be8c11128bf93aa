# quick.t: one key that gives a rating and a classification, as staff set it for a project.
#
# SPDX-License-Identifier: MIT
use v5.36;
use utf8;
use FindBin;
use lib "$FindBin::Bin/../lib";
use JSON::PP 'decode_json';
use Test::More;
use TransientsTest;
use TransientsTest::Sample;

my $site    = TransientsTest->start;
my $project = add_project($site, 'P');
my $second  = add_project($site, 'Q');
my ($id, $next, $third) = add_candidates($site, $project, {}, {}, {});
my ($elsewhere) = add_candidates($site, $second, {});
my %class = map { $_ => scalar $site->sql("SELECT id FROM classification WHERE name = '$_'") } qw(RFI Noise Satellite);
my $staff = $site->new_client;
$staff->login('admin');
$site->login('rater');

sub set ($key, $rating, $class, $client = $staff) {
    return $client->post("/admin/projects/$project/quick", { quick_key => $key, quick_rating => $rating, quick_class => $class });
}
sub stored () { return join ' ', $site->sql("SELECT key_letter || rating || ':' || classification_id FROM quick_verdict ORDER BY key_letter") }
sub text_of ($answer) { utf8::decode(my $text = $answer->{content}); return $text }
sub standing ($candidate) {
    return join ' ', $site->sql("SELECT r.rating || ':' || r.classification_id || ':' || e.how FROM rating r
        JOIN rating_event e ON e.id = r.event_id WHERE r.candidate_id = $candidate");
}

subtest 'staff set them' => sub {
    my $page = $staff->get("/admin/projects/$project")->{content};
    like $page, qr{name="quick_key" value="Z"}, 'Z is what the form begins with';
    like $page, qr{<option value="1" selected>1 surely not</option>}, 'with 1';
    like $page, qr{<option value="$class{RFI}" selected>RFI</option>}, 'and RFI';
    is set('z', 1, $class{RFI})->{status}, 303, 'it is set';
    is stored(), "Z1:$class{RFI}", 'as a capital';
    is set('Z', 2, $class{Noise})->{status}, 303, 'the same key again';
    is stored(), "Z2:$class{Noise}", 'means something else';
    is set('Z', 1, $class{RFI}, $site)->{status}, 403, 'a rater sets none';
    is $site->sql(q{SELECT count(*) FROM audit_log WHERE subject = 'quick_verdict'}), 2, 'it stands in the audit log';
    set('Z', 1, $class{RFI});
};

subtest 'keys that clash are refused by name' => sub {
    for (['R', 'R is the key of “RFI”'], ['u', 'U is the key of undo'], ['F', 'F is the key of the star'],
        ['K', 'K is the key of contrast'], ['J', 'J is the key of a panel'], ['1', 'A key is one letter from A to Z'], ['é', 'A key is one letter from A to Z']) {
        my $answer = set($_->[0], 3, $class{Noise});
        is $answer->{status}, 422, "$_->[0] is refused";
        like text_of($answer), qr{id="e-quick_key">$_->[1]}, 'with words at its field';
        like text_of($answer), qr{<option value="$class{Noise}" selected>}, 'and what was typed';
    }
    is set('X', 6, $class{Noise})->{status}, 422, 'a rating of 6';
    is set('X', 1, 999)->{status}, 422, 'an unknown classification';
    is stored(), "Z1:$class{RFI}", 'nothing was changed';
    my $answer = $staff->post('/admin/classifications/new', { name => 'Zebra', key_letter => 'Z' });
    is $answer->{status}, 422, 'a classification can\'t have the key';
    like text_of($answer), qr{Z is the key of a quick verdict of the project “P”}, 'and is told whose it is';
};

subtest 'one button stores both' => sub {
    my $page = $site->get("/candidates/$id")->{content};
    like $page, qr{<button class="button quick" type="submit" name="quick" value="Z" data-key="z" data-quick formnovalidate}, 'it is in the verdict bar';
    unlike $site->get("/candidates/$elsewhere")->{content}, qr{data-quick}, 'of this project alone';
    my $answer = $site->post("/candidates/$id/rating", { quick => 'Z', request_key => 'quick-one' });
    is $answer->{status}, 303, 'without scripts it goes on';
    is standing($id), "1:$class{RFI}:page", 'stored';
    is $site->post("/candidates/$id/rating", { quick => 'Z', request_key => 'quick-one' })->{status}, 303, 'sent again';
    is $site->sql("SELECT count(*) FROM rating_event WHERE candidate_id = $id"), 1, 'it is stored once';
    my $said = decode_json($site->post("/candidates/$next/rating", form => { quick => 'z', how => 'key', classification => $class{Satellite} },
        headers => { Accept => 'application/json' })->{content});
    is $said->{words}, "Rated $next: 1, RFI", 'by its key, for scripts, whatever was chosen above';
    is standing($next), "1:$class{RFI}:key", 'and how is kept';
};

subtest 'what a key does not mean' => sub {
    my $answer = $site->post("/candidates/$third/rating", { quick => 'X' });
    is $answer->{status}, 422, 'one that was never set';
    like text_of($answer), qr{X is the key of no quick verdict}, 'with words';
    is $site->post("/candidates/$elsewhere/rating", { quick => 'Z' })->{status}, 422, 'one of another project';
    is $site->post("/candidates/$third/rating", {})->{status}, 422, 'neither a key nor a rating';
    is $site->post('/candidates/999999/rating', { quick => 'Z' })->{status}, 404, 'no candidate';
    $site->sql("UPDATE classification SET hidden = true WHERE id = $class{RFI}");
    is $site->post("/candidates/$third/rating", { quick => 'Z' })->{status}, 422, 'a classification that was hidden';
    unlike $site->get("/candidates/$third")->{content}, qr{data-quick}, 'has no button';
    $site->sql("UPDATE classification SET hidden = false WHERE id = $class{RFI}");
    is $staff->post("/admin/projects/$project/quick/Z/remove", {})->{status}, 303, 'staff remove it';
    is $staff->post("/admin/projects/$project/quick/Z/remove", {})->{status}, 404, 'once';
    is $site->post("/candidates/$third/rating", { quick => 'Z' })->{status}, 422, 'an old page is told so';
    is standing($third), '', 'nothing was stored';
};

done_testing;
