# WebDriver: steers a headless Chromium through chromedriver (W3C WebDriver), with core modules only.
#
#   my $browser = WebDriver->start;            # dies where there is no chromium: see available
#   $browser->go($site->url . '/login');
#   $browser->find('#username')->type('rater');
#
# SPDX-License-Identifier: MIT
package WebDriver;
use v5.36;
use Carp 'croak';
use File::Path ();
use File::Temp ();
use HTTP::Tiny;
use JSON::PP ();
use MIME::Base64 'decode_base64';
use TransientsTest::Process qw(spawn end_process is_alive wait_until at_end slurp spew);

# The WebDriver specification's name for the key of an element's id.
use constant ELEMENT => 'element-6066-11e4-a52e-4f735466cecf';

# Keys that have no character of their own.
our %KEY = (
    Backspace => "\x{e003}", Tab   => "\x{e004}", Enter => "\x{e007}", Shift  => "\x{e008}",
    Control   => "\x{e009}", Alt   => "\x{e00a}", Escape => "\x{e00c}", Space => ' ',
    PageUp    => "\x{e00e}", PageDown => "\x{e00f}", End => "\x{e010}", Home  => "\x{e011}",
    Left      => "\x{e012}", Up    => "\x{e013}", Right => "\x{e014}", Down   => "\x{e015}",
    Delete    => "\x{e017}",
);

my @arguments = qw(--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run
    --disable-background-networking --disable-component-update --disable-sync
    --disable-dev-shm-usage --disable-extensions --no-default-browser-check
    --force-color-profile=srgb --hide-scrollbars);

sub program (@names) {
    for my $name (@names) {
        for my $dir (split(/:/, $ENV{PATH}), qw(/usr/bin /usr/lib/chromium)) {
            return "$dir/$name" if -x "$dir/$name";
        }
    }
    return undef;
}

# True where both programs are installed; a test skips where not, and says so.
sub available ($class) {
    return program('chromedriver') && program(qw(chromium chromium-browser google-chrome));
}

# ---------------------------------------------------------------- a session

# Options: width and height (1280 x 900), language (en-GB), arguments (a list of further ones).
sub start ($class, %opt) {
    croak 'chromium and chromium-driver are not installed' if !$class->available;
    my $self = bless {
        http => HTTP::Tiny->new(timeout => 120),
        dir  => File::Temp->newdir('/tmp/tr-browser-XXXXXX'),
        json => JSON::PP->new->utf8->allow_nonref,
    }, $class;
    at_end(sub { $self->quit });
    $self->start_driver;
    $self->start_session(%opt);
    $self->resize($opt{width} // 1280, $opt{height} // 900);
    return $self;
}

# The driver takes a free port and prints it.
sub start_driver ($self) {
    my $log = "$self->{dir}/driver.log";
    # A home of its own: a user without one would get caches in /.
    $self->{pid} = spawn([program('chromedriver'), '--port=0'], $log,
        env => { HOME => "$self->{dir}", TZ => 'UTC' });
    my $port = wait_until {
        croak 'chromedriver ended: ' . slurp($log) if !is_alive($self->{pid});
        (-e $log ? slurp($log) : '') =~ /started successfully on port (\d+)/ ? $1 : 0
    } 60, 'chromedriver';
    $self->{base} = "http://127.0.0.1:$port";
}

sub start_session ($self, %opt) {
    my $options = {
        binary => program(qw(chromium chromium-browser google-chrome)),
        args   => [@arguments, "--user-data-dir=$self->{dir}/profile",
            '--lang=' . ($opt{language} // 'en-GB'), ($opt{arguments} // [])->@*],
    };
    my $answer = $self->call(POST => '/session', {
        capabilities => { alwaysMatch => {
            'browserName'        => 'chrome',
            'goog:chromeOptions' => $options,
            'goog:loggingPrefs'  => { browser => 'ALL' },
        } },
    });
    $self->{base} .= "/session/$answer->{sessionId}";
    $self->{session} = $answer->{sessionId};
}

sub quit ($self) {
    eval { $self->call(DELETE => '') } if delete $self->{session};
    end_process(delete $self->{pid}) if $self->{pid};
}

# One command; its value. An error of the browser dies with its own words.
sub call ($self, $method, $path, $body = undef) {
    my $answer = $self->{http}->request($method, $self->{base} . $path, {
        headers => { 'Content-Type' => 'application/json; charset=utf-8' },
        $method eq 'POST' ? (content => $self->{json}->encode($body // {})) : (),
    });
    my $data = eval { $self->{json}->decode($answer->{content}) }
        // croak "$method $path: $answer->{status} $answer->{content}";
    if (!$answer->{success}) {
        my $error = $data->{value};
        my ($message) = split /\n/, $error->{message} // '';
        croak "$error->{error}: $message";
    }
    return $data->{value};
}

# ---------------------------------------------------------------- pages

sub go ($self, $url)  { $self->call(POST => '/url', { url => $url }); return $self }
sub url ($self)       { return $self->call(GET => '/url') }
sub title ($self)     { return $self->call(GET => '/title') }
sub source ($self)    { return $self->call(GET => '/source') }
sub back ($self)      { $self->call(POST => '/back') }
sub reload ($self)    { $self->call(POST => '/refresh') }

# The path with its query, as a test compares it.
sub path ($self) { return $self->url =~ s{^https?://[^/]+}{}r }

# The size of the page's own area. Headless windows have no frame.
sub resize ($self, $width, $height) {
    $self->cdp('Emulation.setDeviceMetricsOverride',
        width => $width, height => $height, deviceScaleFactor => 1, mobile => JSON::PP::false);
    return $self;
}

# As a small touch screen; width and height in CSS pixels.
sub as_phone ($self, $width = 400, $height = 860) {
    $self->cdp('Emulation.setDeviceMetricsOverride',
        width => $width, height => $height, deviceScaleFactor => 2, mobile => JSON::PP::true);
    $self->cdp('Emulation.setTouchEmulationEnabled', enabled => JSON::PP::true);
    return $self;
}

# Media features by name, e.g. 'prefers-color-scheme' => 'dark', 'prefers-reduced-motion' => 'reduce'.
sub media ($self, %features) {
    $self->cdp('Emulation.setEmulatedMedia',
        features => [map { { name => $_, value => $features{$_} } } sort keys %features]);
    return $self;
}

# With false, pages run no scripts of their own; our own execute still works.
sub javascript ($self, $on) {
    $self->cdp('Emulation.setScriptExecutionDisabled',
        value => $on ? JSON::PP::false : JSON::PP::true);
    return $self;
}

# A command of Chromium's own protocol.
sub cdp ($self, $command, %params) {
    return $self->call(POST => '/goog/cdp/execute', { cmd => $command, params => \%params });
}

# Runs the body of a function; its return value. Elements go in and come out.
sub execute ($self, $script, @args) {
    my $value = $self->call(POST => '/execute/sync',
        { script => $script, args => [map { $self->to_wire($_) } @args] });
    return $self->from_wire($value);
}

sub to_wire ($self, $value) {
    return ref $value eq 'WebDriver::Element' ? { ELEMENT, $value->{id} } : $value;
}

sub from_wire ($self, $value) {
    return WebDriver::Element->new($self, $value->{ +ELEMENT })
        if ref $value eq 'HASH' && $value->{ +ELEMENT };
    return [map { $self->from_wire($_) } @$value] if ref $value eq 'ARRAY';
    return $value;
}

# What the pages said on the console since the last call: hashes with level, message, source.
sub console ($self) {
    return $self->call(POST => '/se/log', { type => 'browser' })->@*;
}

# Writes a PNG of the window, or of the whole page with full => 1.
sub screenshot ($self, $file, %opt) {
    my $picture = $opt{full}
        ? $self->cdp('Page.captureScreenshot', captureBeyondViewport => JSON::PP::true,
            format => 'png')->{data}
        : $self->call(GET => '/screenshot');
    File::Path::make_path($file =~ s{/[^/]*$}{}r) if $file =~ m{/};
    spew($file, decode_base64($picture));
    return $file;
}

# ---------------------------------------------------------------- elements

# By CSS selector: the first one, dies without; all of them; whether there is one.
sub find ($self, $css) {
    my $found = eval { $self->call(POST => '/element', { using => 'css selector', value => $css }) }
        // croak "no $css at " . $self->url;
    return $self->from_wire($found);
}

sub find_all ($self, $css) {
    return map { $self->from_wire($_) }
        $self->call(POST => '/elements', { using => 'css selector', value => $css })->@*;
}

sub has ($self, $css) { return scalar(() = $self->find_all($css)) }

sub text ($self, $css) { return $self->find($css)->text }

# Sends keys to whatever has the focus: characters, or names of %KEY.
sub keys ($self, @keys) {
    my @actions = map { ({ type => 'keyDown', value => $_ }, { type => 'keyUp', value => $_ }) }
        map { exists $KEY{$_} ? $KEY{$_} : split //, $_ } @keys;
    $self->call(POST => '/actions',
        { actions => [{ type => 'key', id => 'keyboard', actions => \@actions }] });
    return $self;
}

# Calls the code until it returns something true, and returns that; a page that changes under it
# is no error.
sub wait_for ($self, $code, $seconds = 10, $what = 'the page') {
    return wait_until { eval { $code->($self) } } $seconds, "$what at " . $self->url;
}

# Waits until an element matches, and returns it.
sub wait_find ($self, $css, $seconds = 10) {
    return $self->wait_for(sub { $self->find($css) }, $seconds, $css);
}

# Does something that loads another page, and waits until that page has loaded.
sub after_load ($self, $code, $seconds = 20) {
    $self->execute('window.transientsTestOldPage = true');
    $code->($self);
    $self->wait_for(sub {
        $self->execute('return !window.transientsTestOldPage && document.readyState === "complete"')
    }, $seconds, 'another page');
    return $self;
}

package WebDriver::Element;
use v5.36;

sub new ($class, $browser, $id) { return bless { browser => $browser, id => $id }, $class }

sub call ($self, $method, $path, @body) {
    return $self->{browser}->call($method, "/element/$self->{id}$path", @body);
}

sub click ($self) { $self->call(POST => '/click'); return $self }
sub clear ($self) { $self->call(POST => '/clear'); return $self }
sub text ($self)  { return $self->call(GET => '/text') }
sub tag ($self)   { return $self->call(GET => '/name') }

# What stands in the HTML; what the page has now (value, checked, ...).
sub attr ($self, $name)     { return $self->call(GET => "/attribute/$name") }
sub property ($self, $name) { return $self->call(GET => "/property/$name") }
sub css ($self, $name)      { return $self->call(GET => "/css/$name") }

sub value ($self)        { return $self->property('value') }
sub is_displayed ($self) { return $self->call(GET => '/displayed') ? 1 : 0 }
sub is_enabled ($self)   { return $self->call(GET => '/enabled')   ? 1 : 0 }
sub is_selected ($self)  { return $self->call(GET => '/selected')  ? 1 : 0 }

# x, y, width, height in CSS pixels.
sub rect ($self) { return $self->call(GET => '/rect') }

# Types after what is there; names of keys as in WebDriver::keys, each as an argument of its own.
sub type ($self, @keys) {
    my $text = join '', map { $WebDriver::KEY{$_} // $_ } @keys;
    $self->call(POST => '/value', { text => $text });
    return $self;
}

# Replaces what is there.
sub fill ($self, $text) { return $self->clear->type($text) }

sub find ($self, $css) {
    return $self->{browser}->from_wire(
        $self->call(POST => '/element', { using => 'css selector', value => $css }));
}

sub find_all ($self, $css) {
    return map { $self->{browser}->from_wire($_) }
        $self->call(POST => '/elements', { using => 'css selector', value => $css })->@*;
}

1;
