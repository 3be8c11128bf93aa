# api-doc.t: every example of docs/api.md is run as it stands, in its order, and prints what the page
# says; every address of the site and every parameter of the lists is on the page.
#
# An example is a block ```sh or ```python; a block ```text or ```json after it is what it prints,
# "..." in it stands for anything.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use JSON::PP ();
use Test::More;
use TransientsTest qw(run_program slurp spew srcdir);
use TransientsTest::Sample;

my $page = slurp(srcdir() . '/docs/api.md');
my $json = JSON::PP->new->utf8->allow_nonref;

# ---------------------------------------------------------------- what the page names

my $table = slurp(srcdir() . '/mod_transients/pages/routes.c');
for my $path ($table =~ /\{\s*TR_(?:GET|POST),\s*"([^"]+)"/g) {
    my $named = $path =~ s/\{(\w+):\w+\}/{$1}/gr;
    like $page, qr/`(?:GET |POST )?\Q$named\E[`? .,]/, "the page names $named";
}
for my $line (split /\n/, slurp(srcdir() . '/schema/columns.tsv')) {
    my ($of, $name, @rest) = split /\t/, $line;
    next if $line =~ /^#/ || ($of // '') ne 'candidate' || $rest[8] !~ /\bfilter\b/;
    like $page, qr/`\Q$name\E_min`|`$name`/, "the page names the filter $name";
}

# ---------------------------------------------------------------- the examples

my $site = TransientsTest->start;
add_project($site, 'P', blind => 'false');
my $dir = $site->dir . '/examples';
mkdir $dir or die "$dir: $!";
spew("$dir/1285442472_vmf_000.png", png(1));
spew("$dir/1285442472_vmf_000.gif", gif(1));

my %environment = (SITE => $site->url, TOKEN => $site->token('admin'), PATH => $ENV{PATH}, HOME => $dir, LC_ALL => 'C.UTF-8');
my %command = (sh => ['bash', '-euo', 'pipefail'], python => ['/usr/bin/python3']);

sub run_example ($language, $code) {
    spew("$dir/example", $code);
    return run_program(['sh', '-c', 'cd "$0" && exec "$@"', $dir, $command{$language}->@*, 'example'],
        env => \%environment);
}

# Whether the answer is what the page says; "..." is anything, and what an object lacks may be more.
sub fits ($said, $is) {
    return 1 if defined $said && !ref $said && $said eq '...';
    return !defined $is if !defined $said;
    return 0 if !defined $is || ref $said ne ref $is;
    if (ref $said eq 'HASH') {
        my $open = exists $said->{'...'};
        return 0 if !$open && keys %$said != keys %$is;
        return !grep { $_ ne '...' && !(exists $is->{$_} && fits($said->{$_}, $is->{$_})) } keys %$said;
    }
    if (ref $said eq 'ARRAY') {
        return 1 if @$said && $said->[-1] eq '...' && @$is >= @$said - 1;
        return @$said == @$is && !grep { !fits($said->[$_], $is->[$_]) } 0 .. $#$said;
    }
    return "$said" eq "$is";
}

sub prints ($kind, $said, $out) {
    if ($kind eq 'json') {
        my $data = eval { $json->decode($out) };
        return defined $data && fits($json->decode($said), $data);
    }
    my $pattern = join '.*?', map {quotemeta} split /\.\.\./, $said, -1;
    return $out =~ /\A$pattern\s*\z/s;
}

my @blocks;
while ($page =~ /^```(\w+)\n(.*?)^```$/msg) {
    push @blocks, { kind => $1, text => $2, line => 1 + (substr($page, 0, $-[0]) =~ tr/\n//) };
}
my $examples = 0;
for my $number (0 .. $#blocks) {
    my ($block, $next) = @blocks[$number, $number + 1];
    next if !$command{ $block->{kind} };
    $examples++;
    my ($status, $out, $err) = run_example($block->{kind}, $block->{text});
    is $status, 0, "docs/api.md:$block->{line}: the example runs" or diag($out, $err);
    next if !$next || $next->{kind} !~ /^(?:text|json)$/;
    ok prints($next->{kind}, $next->{text}, $out), "docs/api.md:$block->{line}: it prints what the page says"
        or diag("it printed:\n$out\nthe page says:\n$next->{text}");
}
cmp_ok $examples, '>', 15, "there are examples ($examples)";

done_testing;
