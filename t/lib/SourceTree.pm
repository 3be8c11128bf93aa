# SourceTree: the project's own files, for the guard tests.
#
# SPDX-License-Identifier: MIT
package SourceTree;
use v5.36;
use Exporter 'import';
use File::Find ();
use Cwd ();
use File::Spec;

our @EXPORT = qw(top files lines includes);

sub top () {
    state $top = $ENV{TR_SRCDIR}
        // Cwd::realpath((File::Spec->splitpath(__FILE__))[1] . '../..');
    return $top;
}

# The paths, from the top, of what lies under one of these folders (or is one of these files) and
# matches. What git ignores by name of folder is left out.
sub files ($pattern, @folders) {
    my @found;
    my $visit = sub {
        return $File::Find::prune = 1 if -d && m{/(?:\.git|\.libs|\.deps|autom4te\.cache|build-aux|var|_build|_inst)$};
        return if !-f _ || !/$pattern/;
        push @found, s{^\Q@{[top]}\E/}{}r;
    };
    File::Find::find({ wanted => $visit, no_chdir => 1 }, grep {-e} map { top() . "/$_" } @folders);
    return sort @found;
}

sub lines ($path) {
    open my $file, '<:encoding(UTF-8)', top() . "/$path" or die "$path: $!";
    chomp(my @lines = <$file>);
    return @lines;
}

# The headers that a C file includes, by name without a folder.
sub includes ($path) {
    return map {m{^\s*#\s*include\s*[<"](?:[^">]*/)?([^">/]+)[>"]} ? $1 : ()} lines($path);
}

1;
