# The notes that raters share: stored, shown as safe Markdown, and never written over unseen.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use TransientsTest;
use Test::More;

my $site = TransientsTest->start;
$site->sql(q{
    INSERT INTO project (name) VALUES ('P');
    INSERT INTO filter (name) VALUES ('f');
    INSERT INTO observation (observation_id, starttime, stoptime) VALUES (1285442472, 1285442472, 1285442592);
    INSERT INTO candidate (obs_id, project_id, filter_id, png_hash, gif_hash, obs_starttime, identity)
    VALUES (1285442472, 1, 1, 'x', 'y', 0, 'i');
});
$site->login('rater');
my $other = $site->new_client;
$other->login('admin');

sub notes () { return $site->sql('SELECT notes FROM candidate WHERE id = 1') }

sub save ($client, $version, $text) {
    return $client->post('/candidates/1/notes', form => { notes_version => $version, notes => $text });
}

is $site->get('/candidates/1/notes')->{status}, 200, 'notes have a page';
is save($site, 0, "first *note*, caf\x{e9} \x{2212}1")->{status}, 303, 'they are saved';
is notes(), "first *note*, caf\xc3\xa9 \xe2\x88\x921", 'as typed';
my $page = $site->get('/candidates/1')->{content};
like $page, qr{first <em>note</em>}, 'and shown as Markdown';

my $late = save($other, 0, 'second <script>alert(1)</script>');
is $late->{status}, 409, 'who writes over a newer text is told';
like $late->{content}, qr{first \*note\*}, 'and shown that text';
like $late->{content}, qr{second &lt;script&gt;}, 'and the own one';
like $late->{content}, qr{name="notes_version" value="1"}, 'and may save over what was seen';
is notes(), "first *note*, caf\xc3\xa9 \xe2\x88\x921", 'nothing is stored until then';
is save($other, 1, 'both <script>alert(1)</script> [x](javascript:alert(2))')->{status}, 303, 'the second try is stored';
$page = $site->get('/candidates/1')->{content};
unlike $page, qr{<script>alert|href="javascript}, 'no script comes out of notes';

is save($site, 2, '')->{status}, 303, 'notes can be emptied';
is notes(), '', 'to none';
is save($site, 'abc', 'x')->{status}, 422, 'a version that is none is refused';
is save($site, 3, 'x' x 16385)->{status}, 422, 'so is a text that is too long';
like save($site, 3, 'x' x 16385)->{content}, qr{<textarea[^>]*>\s*x{16385}</textarea>}, 'which stays in its box';
like save($site, 'abc', 'typed long')->{content}, qr{<textarea[^>]*>\s*typed long</textarea>}, 'whatever was wrong';
is save($site, 3, "a\0b")->{status}, 422, 'and one with a NUL';
is $site->post('/candidates/99/notes', form => { notes_version => 0, notes => 'x' })->{status}, 404, 'an unknown candidate is 404';
is $site->sql(q{SELECT count(*) FROM audit_log WHERE subject = 'candidate' AND after ? 'notes'}), 3, 'each change is in the audit log';

$site->stop;
done_testing;
