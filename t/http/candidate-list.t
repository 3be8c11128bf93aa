# candidate-list.t: from a candidate one goes on, and back, within the table that it was opened
# from, in its order and with its filters; verdict and skip go on there, too; and the way back leads
# to the right page. What is no list is ignored, and leads nowhere else.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use TransientsTest;
use TransientsTest::Sample;

my $site = TransientsTest->start;
my ($p, $q) = map { add_project($site, $_, classification_required => 'false') } 'P', 'Q';
# Ties and NULLs, over two projects.
my @ids = (
    add_candidates($site, $p, map { { can_det_stat => $_ } } 5, 7, 7, undef, 3, 9, undef, 1, 4, 2),
    add_candidates($site, $q, map { { can_det_stat => $_ } } 7, undef, 8, 6),
);
my $user = $site->sql(q{SELECT id FROM account WHERE name = 'rater'});
$site->login('rater');

sub escaped ($text) { return $text =~ s/([^A-Za-z0-9_.~-])/sprintf '%%%02X', ord $1/gre }

sub unescaped ($text) {
    return TransientsTest::Client::unescape($text // '') =~ s/%([0-9A-Fa-f]{2})/chr hex $1/gre;
}

# The links of a candidate page: previous, next (paths), back (path).
sub links ($path) {
    my $page = $site->get($path)->{content};
    my ($nav) = $page =~ m{<nav class="in-list"(.*?)</nav>}s or return {};
    my %link = (page => $page);
    for ($nav =~ m{(<a [^>]*>)}g) {
        my ($href) = /href="([^"]*)"/;
        my $rel = /rel="(\w+)"/ ? $1 : 'back';
        $link{$rel} = TransientsTest::Client::unescape($href);
    }
    return \%link;
}

sub id_of ($path) { return $path && $path =~ m{^/candidates/(\d+)\?} ? $1 : undef }

sub table_ids ($query) {
    my @all;
    while (defined $query) {
        my $page = $site->json("/candidates.json?$query");
        push @all, map { $_->{id} } $page->{rows}->@*;
        $query = ($page->{next} // '') =~ /\?(.*)/ ? $1 : undef;
    }
    return @all;
}

for my $query ('project=0', 'project=0&sort=can_det_stat', "project=$p&sort=-can_det_stat", 'project=0&sort=id',
    'project=0&can_det_stat_min=4') {
    my @expected = table_ids($query);
    my $first = $site->get("/candidates?$query&rows=10")->{content} =~ m{<td><a class="mono" href="([^"]+)"}
        ? TransientsTest::Client::unescape($1) : '';
    my (@on, @back);
    for (my $at = $first; $at; $at = links($at)->{next}) { push @on, $at; last if @on > 20 }
    is join(' ', map { id_of($_) } @on), "@expected", "$query: next leads through all rows in order";
    for (my $at = $on[-1]; $at; $at = links($at)->{prev}) { push @back, $at; last if @back > 20 }
    is join(' ', map { id_of($_) } @back), join(' ', reverse @expected), "$query: and previous back again";
}

subtest 'the list position is lost: it is kept' => sub {
    my $site_rows = 'project=0&sort=-can_det_stat&rows=10';
    my @all  = table_ids($site_rows);
    my $path = $site->get("/candidates?$site_rows")->{content} =~ m{<td><a class="mono" href="([^"]+)"}
        ? TransientsTest::Client::unescape($1) : '';
    for my $n (0 .. $#all) {
        my $links = links($path);
        my ($back, $fragment) = split /#/, $links->{back};
        is $fragment, "c$all[$n]", "row $n: the way back names the row";
        my $page = $site->get($back);
        is $page->{status}, 200, 'the way back opens';
        like $page->{content}, qr/<tr id="c$all[$n]">/, 'and shows the page with this candidate';
        like $back, qr/sort=-can_det_stat/, 'in its order';
        is index($back, 'after=') >= 0 ? 'later' : 'first', $n < 10 ? 'first' : 'later', 'the page that it is on' if $n != 10;
        $path = $links->{next} // last;
    }
    my $second = links($path)->{prev};
    $second = links($second)->{prev} for 1 .. 12;
    my $back = links($second)->{back};
    like $site->get($back =~ s/#.*//r)->{content}, qr/<tr id="c@{[id_of($second)]}">/, 'after a walk back, too';
};

subtest 'verdict and skip go on in the list' => sub {
    my $query = 'project=0&sort=can_det_stat&rated=no';
    my @all   = table_ids($query);
    my $list  = "$query&at=1";
    my $answer = $site->post("/candidates/$all[0]/rating", { rating => 2, list => $list, request_key => 'key-0000001' });
    is $answer->{status}, 303, 'a verdict is taken';
    like $answer->{headers}{location}, qr{/candidates/$all[1]\?rated=$all[0]&list=}, 'and leads to the next row, though its own has left the list';
    my $links = links($answer->{headers}{location} =~ s{^https?://[^/]+}{}r);
    like $links->{page}, qr/Rated $all[0]: <b>2/, 'which says what was stored';
    is id_of($links->{next}), $all[2], 'and knows what comes then';
    my @hidden = $links->{page} =~ m{<input type="hidden" name="list" value="([^"]+)"}g;
    is scalar @hidden, 4, 'the forms of verdict, skip, undo and star carry the list';
    $answer = $site->post("/candidates/$all[1]/skip", { list => TransientsTest::Client::unescape($hidden[1]) });
    like $answer->{headers}{location}, qr{/candidates/$all[2]\?list=}, 'skip goes on, too';
    $answer = $site->post("/candidates/$all[-1]/rating", { rating => 1, list => $list, request_key => 'key-0000002' });
    like $answer->{headers}{location}, qr{/candidates\?project=0&sort=can_det_stat&rated=no&end=rated$}, 'the end leads back to the list';
    my $page = $site->get($answer->{headers}{location} =~ s{^https?://[^/]+}{}r)->{content};
    like $page, qr/The verdict is stored\. That was the last candidate of this list/, 'which says so';
    unlike $page, qr/href="[^"]*end=rated/, 'once: no link says it again';
};

subtest 'a list sorted by what a verdict changes goes on from where one was' => sub {
    my $query = 'project=0&sort=rating_count&rows=200';
    my @all = table_ids($query);
    my $answer = $site->post("/candidates/$all[0]/rating", { rating => 3, list => "$query&at=1", request_key => 'key-0000003' });
    is id_of($answer->{headers}{location} =~ s{^https?://[^/]+}{}r), $all[1], 'to the row that stood behind it';
};

subtest 'a list that cannot be read in time keeps no verdict from being stored' => sub {
    open my $psql, '|-', "$site->{cluster}{bindir}/psql", '-X', '-q', '-d', $site->dsn or die "psql: $!";
    $psql->autoflush(1);
    print {$psql} "BEGIN;\nLOCK TABLE association IN ACCESS EXCLUSIVE MODE;\n";
    wait_until { $site->sql(q{SELECT count(*) FROM pg_locks l JOIN pg_class c ON c.oid = l.relation
        WHERE c.relname = 'association' AND l.mode = 'AccessExclusiveLock' AND l.granted}) } 10, 'the lock';
    my $answer = $site->post("/candidates/$ids[2]/rating", { rating => 5, list => 'project=0&sort=id&at=1', request_key => 'key-0000004' });
    print {$psql} "COMMIT;\n";
    close $psql;
    is $answer->{status}, 303, 'it is taken';
    like $answer->{headers}{location}, qr{/candidates\?project=0&sort=id&end=rated$}, 'and leads back to the list';
    is $site->sql("SELECT rating FROM rating WHERE candidate_id = $ids[2]"), 5, 'and stands';
};

subtest 'what is no list is ignored' => sub {
    for my $list ('//evil.example/', 'https://evil.example/', '%', 'sort=bogus', 'pos=foo&radius=2', 'after=garbage', 'sort=sep',
        'a' x 5000, "x=\"><script>alert(1)</script>", 'project=abc', 'rows=100000', 'at=-1') {
        my $short = substr $list, 0, 30;
        my $answer = $site->get("/candidates/$ids[0]?list=" . escaped($list));
        is $answer->{status}, 200, "$short: the page is there";
        unlike $answer->{content}, qr/evil\.example|<script>alert/, "$short: it leads nowhere else";
        my $posted = $site->post("/candidates/$ids[0]/rating",
            { rating => 2, list => $list, request_key => 'key-' . unpack 'H*', $short });
        is $posted->{status}, 303, "$short: a verdict is stored all the same";
        unlike $posted->{headers}{location}, qr/evil/, "$short: and goes on within the site";
    }
    for my $list ('%', 'sort=bogus', 'pos=foo&radius=2', 'after=garbage', 'sort=sep', 'rows=100000', 'project=abc') {
        is links("/candidates/$ids[0]?list=" . escaped($list))->{back}, undef, "$list: no way back is offered to a page that does not open";
    }
    is $site->get("/candidates/$ids[0]?list=")->{content} =~ /in-list/ ? 'one' : 'none', 'none', 'an empty one is none';
    my $hidden = add_project($site, 'closed', access => 'listed');
    my ($secret) = add_candidates($site, $hidden, { can_det_stat => 6.5 });
    is join(' ', grep { $_ == $secret } map { id_of($_->{next}) // 0 } map { links("/candidates/$_?list=project%3D0") } @ids), '',
        'what the reader may not see is in no list';
};

done_testing;
