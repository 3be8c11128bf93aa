# Includes go one way: lib knows nothing of httpd, pages know nothing of libpq or of each other.
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use File::Basename qw(basename dirname);
use SourceTree;
use Test::More;

my %folder = map { my $name = $_; $name => [files(qr/\.[ch]$/, "mod_transients/$name")] }
    qw(lib web pages);
my @tools = files(qr/\.[ch]$/, 'tools');
my $httpd = qr/^(?:httpd|http_\w+|ap_\w+|mod_\w+|mpm_common|scoreboard|util_\w+)\.h$/;

# 'FILE includes HEADER' for each header that is forbidden; one that stands beside the file is its
# own, whatever others are called.
sub offences ($forbidden, @files) {
    my @found;
    for my $file (@files) {
        my $beside = sub ($header) { -e top() . '/' . dirname($file) . "/$header" };
        my $is_page = $file =~ m{^mod_transients/pages/};
        push @found, map {"$file includes $_"}
            grep { $forbidden->($_, $file) && ($is_page || !$beside->($_)) } includes($file);
    }
    return @found;
}

sub none ($name, @offences) {
    ok(!@offences, $name) or diag(join "\n", @offences);
}

sub headers_of ($layer) {
    return map { basename($_) => $_ } grep {/\.h$/} $folder{$layer}->@*;
}

my %web_headers  = headers_of('web');
my %page_headers = headers_of('pages');

none('the library and the tools are free of httpd',
    offences(sub ($header, $) { $header =~ $httpd }, $folder{lib}->@*, @tools));
none('the library and the tools know neither the web layer nor the pages',
    offences(sub ($header, $) { $web_headers{$header} || $page_headers{$header} },
        $folder{lib}->@*, @tools));
none('the web layer includes no header of a page',
    offences(sub ($header, $) { $page_headers{$header} }, $folder{web}->@*));
none('only web/dbd.c includes mod_dbd.h',
    grep { !m{^mod_transients/web/dbd\.c } }
        offences(sub ($header, $) { $header eq 'mod_dbd.h' },
            files(qr/\.[ch]$/, 'mod_transients', 'tools')));
none('pages include no libpq', offences(sub ($header, $) { $header =~ /^libpq/ }, $folder{pages}->@*));

# A header of this folder that offers a page belongs to routes.c, the table of contents, and to its
# own source; one that only helps (pages.h, the body of an upload) may be shared.
sub offers_page ($header) {
    return scalar grep {/\bextern const tr_page_t\b/} lines($page_headers{$header});
}
none('pages do not include each other',
    offences(sub ($header, $file) {
        return 0 if !$page_headers{$header} || $header eq 'pages.h' || basename($file) eq 'routes.c';
        return 0 if $header =~ s/\.h$//r eq basename($file) =~ s/\.[ch]$//r;
        return offers_page($header);
    }, $folder{pages}->@*));

my @writers;
for my $file ($folder{pages}->@*) {
    my $number = 0;
    for my $line (lines($file)) {
        $number++;
        push @writers, "$file:$number: $1" if $line =~ /\b(ap_r(?:puts|printf|write|putc|vputs)|PQ\w+|apr_dbd_\w+)\s*\(/;
    }
}
none('pages neither write to the client nor ask the database by themselves', @writers);

done_testing;
