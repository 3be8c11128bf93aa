# TransientsTest::Sample: observations, candidates and pictures that tests send or put into a
# database, and a count of all that a site holds.
#
# SPDX-License-Identifier: MIT
package TransientsTest::Sample;
use v5.36;
use Compress::Zlib ();
use Exporter 'import';
use File::Find ();

our @EXPORT = qw(png gif observation candidate parts add_candidates add_project holdings
    differences OBS);

use constant OBS => 1285442472;    # an observation's id: its start in GPS seconds

# ---------------------------------------------------------------- pictures

sub chunk ($type, $data) {
    return pack('N', length $data) . $type . $data . pack('N', Compress::Zlib::crc32($type . $data));
}

# A grey PNG; another seed gives another picture.
sub png ($seed = 0, $width = 8, $height = 6) {
    my $lines = join '', map { "\0" . chr($seed % 256) x ($width - 1) . chr(int($seed / 256) % 256) }
        1 .. $height;
    return "\x89PNG\r\n\x1a\n" . chunk('IHDR', pack 'NNCCCCC', $width, $height, 8, 0, 0, 0, 0)
        . chunk('IDAT', Compress::Zlib::compress($lines)) . chunk('IEND', '');
}

# An animated GIF of 128 greys. Its codes are all 8 bits wide, since the table is cleared before it
# would need more: no compressor is needed.
sub gif ($seed = 0, $frames = 3, $side = 9) {
    my $greys = join '', map { chr($_ * 2) x 3 } 0 .. 127;
    my $file  = 'GIF89a' . pack('vvCCC', $side, $side, 0xF6, 0, 0) . $greys;
    $file .= "\x21\xFF\x0BNETSCAPE2.0\x03\x01\0\0\0";
    for my $frame (0 .. $frames - 1) {
        my @pixels = map { ($_ * ($frame + 1) + $seed) % 128 } 1 .. $side * $side;
        @pixels[0 .. $side - 1] = (int($seed / 128) * 8 % 128) x $side;
        $file .= "\x21\xF9\x04\x04" . pack('v', 20) . "\0\0";
        $file .= "\x2C" . pack('vvvvC', 0, 0, $side, $side, 0) . "\x07" . blocks(codes(@pixels));
    }
    return "$file\x3B";
}

sub codes (@pixels) {
    my $codes = '';
    while (my @some = splice @pixels, 0, 100) {
        $codes .= chr(0x80) . pack 'C*', @some;
    }
    return $codes . chr(0x81);
}

sub blocks ($bytes) {
    return join('', map { chr(length) . $_ } unpack '(a255)*', $bytes) . "\0";
}

# ---------------------------------------------------------------- uploads

# Fields that the API takes, with others instead or (undef) left out.
sub observation (%change) {
    return with({
        observation_id => OBS, obsname => 'galactic plane', starttime => OBS,
        stoptime => OBS + 296, ra_tile_dec => 251.9263538846139, dec_tile_dec => -45.70992271387941,
        ra_tile_hms => '16:47:42.32', dec_tile_dms => '-45:42:35.72', projectid => 'G0080',
        azimuth => 128.66, elevation => 40.6123, frequency_channels => '[133, 134, 135]',
        cent_freq => 184.96, freq_res => 10, int_time => 0.5,
    }, %change);
}

sub candidate (%change) {
    return with({
        obs_id => OBS, project => 'P', filter_id => 'vmf', cand_id => 0, x_pix => 2603.7378,
        y_pix => 289.74515, ra_deg => 246.99792, ra_hms => '16:27:59.50', dec_deg => -52.58453,
        dec_dms => '-52:35:04.30', cent_sep_deg => 8.03823, rad_pix => 3.5, rad_deg => 0.03,
        area_pix => 38.5, can_peak_flux => 0.28805584, can_fluence => 7.487636,
        can_beam => 0.4619634, can_det_stat => 8.842049, can_mod_ind => 0.09071302,
        nks_name => 'GLEAM J162801-523540', nks_flux => 0.5, nks_res => -0.1, nks_det_stat => 4.2,
        nks_sep_deg => 0.014, can_nks_flux_rat => 0.9, can_nks_is_close => 'False',
    }, %change);
}

sub with ($fields, %change) {
    my %all = (%$fields, %change);
    delete $all{$_} for grep { !defined $all{$_} } keys %all;
    return \%all;
}

# The candidate as multipart parts with both pictures; change as above, png and gif among it
# (undef: without; a reference to a hash: the part as it stands; else its bytes).
sub parts (%change) {
    my %file = (png => png(), gif => gif());
    for my $kind (keys %file) {
        next if !exists $change{$kind};
        my $given = delete $change{$kind};
        $file{$kind} = $given;
    }
    my $fields = candidate(%change);
    return [
        (map { ($_ => $fields->{$_}) } sort keys %$fields),
        map {
            my $given = $file{$_};
            !defined $given ? ()
                : ($_ => ref $given ? $given
                    : { filename => "1285442472_vmf_000.$_", content => $given });
        } qw(png gif),
    ];
}

# ---------------------------------------------------------------- straight into the database

sub add_project ($site, $name = 'P', %change) {
    my %column = (access => 'members', classification_required => 'true', blind => 'true', %change);
    return $site->sql(sprintf q{INSERT INTO project (name, %s) VALUES ('%s', %s) RETURNING id},
        join(', ', sort keys %column), $name, join ', ', map {"'$column{$_}'"} sort keys %column);
}

# Candidates of a project, each made from a hash of columns; the site's own triggers do the rest.
# Their ids, in that order.
sub add_candidates ($site, $project, @rows) {
    state $count = 0;
    $site->sql(sprintf q{INSERT INTO observation (observation_id, obsname, starttime, stoptime,
        cent_freq) VALUES (%d, 'one', %d, %d, 184.96) ON CONFLICT DO NOTHING}, OBS, OBS, OBS + 296);
    $site->sql(q{INSERT INTO filter (name) VALUES ('vmf') ON CONFLICT DO NOTHING});
    my @values = map {
        my %row = (obs_id => OBS, %$_);
        my $hash = sprintf '%064x', ++$count;
        my @names = sort keys %row;
        sprintf q{INSERT INTO candidate (project_id, filter_id, png_hash, gif_hash, thumb_hash,
            identity, obs_starttime%s) VALUES (%d, (SELECT id FROM filter WHERE name = 'vmf'),
            '%s', '%s', '%s', '%s', 0%s) RETURNING id},
            join('', map {", $_"} @names), $project, ($hash) x 3, "$$-$hash",
            join '', map { ', ' . (defined $row{$_} ? "'$row{$_}'" : 'NULL') } @names;
    } @rows;
    return $site->sql(join ";\n", @values);
}

# ---------------------------------------------------------------- what a site holds

# Rows of each table, and the files below the media folder (spooled ones as well), as a hash.
sub holdings ($site) {
    # value_quantiles is worked out from the candidates whenever somebody looks: it holds nothing.
    my @tables = $site->sql(q{SELECT tablename FROM pg_tables WHERE schemaname = 'public'
        AND tablename <> 'value_quantiles' ORDER BY tablename});
    my @counts = $site->sql(join ' UNION ALL ',
        map {"SELECT '$_' || ' ' || (SELECT count(*) FROM \"$_\")"} @tables);
    my %held = map { split / / } @counts;
    File::Find::find({
        no_chdir => 1,
        wanted   => sub { $held{"file $_"} = 1 if -f },
    }, $site->media, $site->dir . '/tmp');
    return \%held;
}

# What is another count or file now, in words; an empty text when nothing is.
sub differences ($before, $after) {
    my %names = (%$before, %$after);
    return join ', ', map { "$_: " . ($before->{$_} // 0) . ' -> ' . ($after->{$_} // 0) }
        grep { ($before->{$_} // 0) != ($after->{$_} // 0) } sort keys %names;
}

1;
