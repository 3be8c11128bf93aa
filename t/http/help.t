# help.t: the documentation is served under /help; every page of the site leads to the page about it, and no
# link in it is dead.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use SourceTree;
use Test::More;
use TransientsTest;

my $site    = TransientsTest->start;
my $visitor = $site->new_client;

my $index = $visitor->get('/help');
is $index->{status}, 200, 'the help is open to all';
like $index->{content}, qr{<h1>Help</h1>}, 'a file\'s first line is the heading';
like $index->{content}, qr{<th scope="col">\s*<p> page </p>.*<td>\s*<p> <a href="/help/rating">Rating</a> </p>}s,
    'a table is one, and a link to a file leads to its page';
like $index->{content}, qr{<h2 id="words">Words</h2>}, 'headings keep their level and have an id';
unlike $index->{content}, qr/\| ---|<td>\s*<\/td>/, 'a table\'s rule and its closing bars leave nothing behind';

is $visitor->get('/help/nothing')->{status}, 404, 'a name without a page is not found';
is $visitor->get('/help/...')->{status}, 404, 'nothing above the folder is shown';
is $visitor->get('/help/images/...png')->{status}, 404, 'nor above the pictures';
is $visitor->get('/help/images/nothing.png')->{status}, 404, 'a picture that is not there is not found';
my $picture = $visitor->get('/help/images/database.svg');
is "$picture->{status} $picture->{headers}{'content-type'}", '200 image/svg+xml', 'a picture has its type';
like $picture->{headers}{'content-security-policy'}, qr/sandbox/, 'and runs nothing';

# --- every link
my (%seen, @dead);
my @queue = map { s{.*/}{}r =~ s/\.md$//r } files(qr/\.md$/, 'docs');
cmp_ok scalar @queue, '>', 15, 'there are pages';
while (defined(my $name = shift @queue)) {
    next if $seen{$name}++;
    my $answer = $visitor->get("/help/$name");
    push @dead, "$name: $answer->{status}" and next if $answer->{status} != 200;
    my ($text) = $answer->{content} =~ m{<article[^>]*>(.*)</article>}s;
    push @dead, "$name: a bare link to $1" while $text =~ /href="([^"]*\.md[^"]*)"/g;
    push @queue, map {m{^/help/([\w-]+)$} ? $1 : ()} $text =~ /href="([^"#]*)/g;
    push @dead, map { $visitor->get($_)->{status} == 200 ? () : "$name: no picture $_" } $text =~ /src="([^"]*)"/g;
}
is join("\n", @dead), '', 'every file is a page, and no link or picture in it is dead';

# --- from each page
$site->login('admin');
my %expected = ('/' => 'home', '/candidates' => 'table', '/observations' => 'observations', '/settings' => 'settings',
    '/account/tokens' => 'account', '/admin/users' => 'admin', '/downloads' => 'downloads', '/pulsars' => 'catalogue');
for my $path (sort keys %expected) {
    like $site->get($path)->{content}, qr{class="help-link" href="/help/$expected{$path}"}, "$path leads to the help on it";
}
my ($table) = join "\n", lines('mod_transients/pages/help_table.c');
for my $page ('index', 'home', $table =~ /\{ "[^"]+", "([^"]+)" \}/g) {
    is $site->get("/help/$page")->{status}, 200, "the help has the page $page";
}

done_testing;
