# admin-edit.t: transients-admin changes, merges, exports and imports lists.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use JSON::PP 'decode_json';
use Test::More;
use TransientsTest qw(slurp spew);
use TransientsTest::Sample;

my $site = TransientsTest->start(httpd => 0);
my $p    = add_project($site, 'P');
my ($id) = add_candidates($site, $p, {});
my $rater = $site->sql(q{SELECT id FROM account WHERE name = 'rater'});

sub refused ($words, $name, @args) {
    my ($status, $out, $err) = $site->try_admin(@args);
    is $status, 1, "$name: refused";
    like $err, $words, "$name: says why";
}

subtest 'projects' => sub {
    $site->admin('project', 'edit', 'P', '--rename', 'GLEAM-X', '--description', 'first', '--access', 'listed', '--blind', 'no',
        '--required', 'no', '--words', 'no,hardly,perhaps,likely,yes', '--add', 'Rater', '--add', 'admin');
    is $site->sql(qq{SELECT name, description, access, blind, classification_required, rating_words FROM project WHERE id = $p}),
        'GLEAM-X|first|listed|f|f|{no,hardly,perhaps,likely,yes}', 'all of it is changed';
    is $site->sql('SELECT count(*) FROM project_member'), 2, 'and has members';
    $site->admin('project', 'edit', 'GLEAM-X', '--drop', 'admin');
    is $site->sql(qq{SELECT description, blind, (SELECT count(*) FROM project_member) FROM project WHERE id = $p}), 'first|f|1',
        'what is not given stays';
    $site->admin('project', 'add', 'Q');
    refused(qr/A project of that name exists already/, 'a name that is taken', 'project', 'edit', 'Q', '--rename', 'GLEAM-X');
    refused(qr/Access is members/, 'an unknown access', 'project', 'edit', 'Q', '--access', 'all');
    refused(qr/--blind is yes or no/, 'neither yes nor no', 'project', 'edit', 'Q', '--blind', 'maybe');
    refused(qr/--words are five/, 'four words', 'project', 'edit', 'Q', '--words', 'a,b,c,d');
    refused(qr/There is no user zoe/, 'an unknown user', 'project', 'edit', 'Q', '--rename', 'R', '--add', 'zoe');
    is $site->sql(q{SELECT count(*) FROM project WHERE name = 'R'}), 0, 'and nothing of it is stored';
    refused(qr/zoe is no member/, 'no member', 'project', 'edit', 'Q', '--drop', 'zoe');
    refused(qr/There is no project X/, 'an unknown project', 'project', 'edit', 'X');
};

subtest 'classifications' => sub {
    $site->admin('classification', 'edit', 'Noise', '--rename', 'Nothing', '--key', 'g', '--position', '5', '--description', 'x');
    is $site->sql(q{SELECT key_letter, position, description, hidden FROM classification WHERE name = 'Nothing'}), 'G|5|x|f', 'changed';
    $site->admin('classification', 'edit', 'Nothing', '--key', '', '--hide');
    is $site->sql(q{SELECT key_letter IS NULL, hidden FROM classification WHERE name = 'Nothing'}), 't|t', 'without a key, hidden';
    $site->admin('classification', 'edit', 'Nothing', '--show');
    refused(qr/Another classification has that key/, 'a key that is taken', 'classification', 'edit', 'Nothing', '--key', 'T');
    refused(qr/A key is one letter/, 'a key of two letters', 'classification', 'edit', 'Nothing', '--key', 'TT');
    refused(qr/Either --hide or --show/, 'both', 'classification', 'edit', 'Nothing', '--hide', '--show');
    refused(qr/--position is a whole number/, 'a position that is none', 'classification', 'edit', 'Nothing', '--position', 'x');
    $site->sql("SELECT rate($id, $rater, 4, (SELECT id FROM classification WHERE name = 'Satellite'), 'request-1', 'page', NULL, NULL, NULL, false, NULL)");
    is $site->admin('classification', 'merge', 'Satellite', 'RFI'), "classification Satellite: part of RFI, 1 ratings moved\n", 'merged';
    like $site->admin('classification', 'list'), qr/Satellite +part of RFI/, 'the list says so';
    refused(qr/stays hidden/, 'a merged one', 'classification', 'edit', 'Satellite', '--show');
    refused(qr/There are no two classifications RFI and X/, 'an unknown one', 'classification', 'merge', 'RFI', 'X');
    refused(qr/merged into itself/, 'itself', 'classification', 'merge', 'RFI', 'RFI');
};

subtest 'filters' => sub {
    $site->admin('filter', 'add', 'old');
    $site->admin('filter', 'edit', 'old', '--rename', 'older', '--description', 'x');
    is $site->sql(q{SELECT description FROM filter WHERE name = 'older'}), 'x', 'changed';
    is $site->admin('filter', 'merge', 'vmf', 'older'), "filter vmf: part of older, 1 candidates moved\n", 'merged';
    refused(qr/A filter of that name exists already/, 'a name that is taken', 'filter', 'edit', 'older', '--rename', 'vmf');
};

subtest 'users' => sub {
    refused(qr/admin is the last member of staff/, 'the last of staff', 'user', 'edit', 'admin', '--role', 'rater');
    $site->admin('user', 'edit', 'rater', '--role', 'staff');
    is $site->sql(q{SELECT role FROM account WHERE name = 'rater'}), 'staff', 'one is made staff';
    $site->admin('user', 'edit', 'admin', '--role', 'rater');
    refused(qr/rater is the last member of staff/, 'the one that is left', 'user', 'edit', 'rater', '--role', 'rater');
    refused(qr/--role is rater or staff/, 'another role', 'user', 'edit', 'rater', '--role', 'root');
    refused(qr/There is no user zoe/, 'an unknown user', 'user', 'edit', 'zoe', '--role', 'staff');
    $site->admin('user', 'add', 'robot', '--service');
    refused(qr/robot is a service/, 'a service', 'user', 'edit', 'robot', '--role', 'staff');
};

subtest 'what is exported can be imported' => sub {
    $site->admin('project', 'edit', 'Q', '--description', qq{\x{c3}\x{a9}t\x{c3}\x{a9} "quoted" <b>});
    my $other = TransientsTest->start(httpd => 0);
    for my $what (qw(classifications filters projects)) {
        my $file = $site->dir . "/$what.json";
        my $text = $site->admin('export', $what);
        $site->admin('export', $what, $file);
        is slurp($file), $text, "$what: to a file as to the output";
        ok ref decode_json($text)->{$what} eq 'ARRAY', "$what: JSON";
        like $site->admin('import', $what, $file), qr/^$what: 0 added, 0 changed, [1-9]\d* unchanged$/, "$what: a second time changes nothing";
        like $other->admin('import', $what, $file), qr/^$what: [1-9]\d* added, /, "$what: another site takes it";
        # its own lists stay: what the file names is the same
        my %there = map { $_->{name} => $_ } decode_json($other->admin('export', $what))->{$what}->@*;
        is_deeply [map { $there{ $_->{name} } } decode_json($text)->{$what}->@*], decode_json($text)->{$what}, "$what: and has the same";
    }
};

subtest 'what cannot be imported is refused as a whole' => sub {
    my $file = $site->dir . '/bad.json';
    my $before = $site->admin('export', 'classifications') . $site->admin('export', 'projects');
    my @cases = (
        [classifications => '{"classifications": [', qr/bad\.json:1: this is no JSON/],
        [classifications => '{"filters": []}', qr/this is no export of classifications/],
        [classifications => '[]', qr/this is no export/],
        [classifications => '{"classifications": [{"name": "New"}, {"nam": "x"}]}', qr/number 2: "nam" is not known/],
        [classifications => '{"classifications": [{"name": "New"}, 5]}', qr/number 2: this is no object/],
        [classifications => '{"classifications": [{"name": "New"}, {"name": ""}]}', qr/name: This field is required/],
        [classifications => '{"classifications": [{"name": "New", "key": "T"}]}', qr/Another classification has that key/],
        [classifications => '{"classifications": [{"name": "New", "key": "1"}]}', qr/A key is one letter/],
        [classifications => '{"classifications": [{"name": "New", "position": "first"}]}', qr/position: A valid integer/],
        [projects => '{"projects": [{"name": "New", "access": "all"}]}', qr/access/],
        [projects => '{"projects": [{"name": "New", "rating_words": ["a"]}]}', qr/Five words/],
        [projects => '{"projects": [{"name": "New", "rating_words": "a"}]}', qr/Five words/],
    );
    for my $case (@cases) {
        my ($what, $text, $words) = @$case;
        spew($file, $text);
        refused($words, $text, 'import', $what, $file);
    }
    refused(qr/classifications, filters or projects/, 'something else', 'import', 'users', $file);
    refused(qr/cannot|read|no such/i, 'no file', 'import', 'filters', "$file.none");
    is $site->admin('export', 'classifications') . $site->admin('export', 'projects'), $before, 'nothing has changed';
    spew($file, '{"classifications": [{"name": "Transient", "key": null}, {"name": "Meteor", "key": "t"}]}');
    is $site->admin('import', 'classifications', $file), "classifications: 1 added, 1 changed, 0 unchanged\n", 'a key can move';
};

done_testing;
