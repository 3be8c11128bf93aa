# TransientsTest::Client: one visitor of a site, with cookies of its own.
#
# SPDX-License-Identifier: MIT
package TransientsTest::Client;
use v5.36;
use Carp 'croak';
use HTTP::Tiny;
use IO::Socket::INET;
use JSON::PP ();

# site: a TransientsTest. Redirects are not followed: a test says what it expects of them.
sub new ($class, $site) {
    my $jar = TransientsTest::Client::Cookies->new;
    return bless {
        site => $site,
        jar  => $jar,
        http => HTTP::Tiny->new(
            agent => 'transients-test', cookie_jar => $jar, max_redirect => 0, timeout => 30,
            keep_alive => 0,
        ),
    }, $class;
}

sub cookies ($self) { return $self->{jar} }

# Options of every request: headers, token (adds Authorization), and for what has a body one of
# form (hash or list of pairs), json (data), content (bytes) or multipart (list of parts: name =>
# text, or name => {filename, type, content}). The answer is HTTP::Tiny's hash: status, reason,
# headers, content; a request that got no answer dies.
sub request ($self, $method, $path, %opt) {
    my %headers = ($opt{headers} // {})->%*;
    $headers{Authorization} = "Token $opt{token}" if defined $opt{token};
    my ($type, $content) = body_of(\%opt);
    $headers{'Content-Type'} //= $type if defined $type;
    my $url    = $path =~ /^https?:/ ? $path : $self->{site}->url . $path;
    my $answer = $self->{http}->request($method, $url,
        { headers => \%headers, defined $content ? (content => $content) : () });
    croak "$method $path: $answer->{content}" if $answer->{status} == 599;
    return $answer;
}

sub get ($self, $path, %opt)  { return $self->request('GET',  $path, %opt) }
sub head ($self, $path, %opt) { return $self->request('HEAD', $path, %opt) }

# post($path, \%form) or post($path, json => ..., ...).
sub post ($self, $path, @rest) {
    unshift @rest, 'form' if @rest % 2;
    return $self->request('POST', $path, @rest);
}

# GET, 200 and JSON, or it dies: the data. The extension is the caller's, if any.
sub json ($self, $path, %opt) {
    my $answer = $self->get($path, %opt);
    croak "GET $path: $answer->{status} $answer->{content}" if $answer->{status} != 200;
    return JSON::PP->new->utf8->decode($answer->{content});
}

# Logs in through the login page, as a person does: fills in its form and sends it. The answer to
# that is returned; it dies only if there is no such form. Who was logged in before is forgotten.
sub login ($self, $user, $password = $self->{site}->password($user)) {
    $self->{jar}->clear;
    my $page = $self->get('/login');
    my %form = form_fields($page->{content}, qr{<form\b[^>]*action="[^"]*login[^"]*"}i);
    my ($password_field) = $page->{content} =~ /<input\b(?=[^>]*type="password")[^>]*name="([^"]+)"/i;
    my ($user_field) = $page->{content} =~ /<input\b(?=[^>]*autocomplete="username")[^>]*name="([^"]+)"/i;
    croak "no login form at /login: $page->{status}" if !$password_field || !$user_field;
    return $self->post('/login',
        { %form, $user_field => $user, $password_field => $password });
}

# The names and values of a form's fields as the page gives them: of the first form whose tag
# matches.
sub form_fields ($html, $tag) {
    my ($form) = $html =~ m{($tag.*?</form>)}s or return ();
    my %fields;
    for my $input ($form =~ /<input\b[^>]*>/gi) {
        my ($name)  = $input =~ /\bname="([^"]*)"/   or next;
        my ($value) = $input =~ /\bvalue="([^"]*)"/;
        next if $input =~ /type="(?:radio|checkbox)"/i && $input !~ /\bchecked\b/i;
        $fields{$name} = unescape($value // '');
    }
    return %fields;
}

sub unescape ($text) {
    my %names = (lt => '<', gt => '>', quot => '"', amp => '&');
    return $text =~ s{&(?:#(\d+)|#x([0-9a-fA-F]+)|(\w+));}
        {$1 ? chr $1 : $2 ? chr hex $2 : $names{$3} // "&$3;"}gre;
}

# Sends these bytes as they are, then reads what comes until the other side closes or opt{timeout}
# seconds (10) are over. For what no client library would send.
sub raw ($self, $bytes, %opt) {
    my $socket = IO::Socket::INET->new(
        PeerAddr => '127.0.0.1', PeerPort => $self->{site}->port, Timeout => 10,
    ) or croak "connect: $!";
    local $SIG{PIPE} = 'IGNORE';
    print {$socket} $bytes;
    $socket->flush;
    shutdown $socket, 1 if $opt{half_close};
    my ($answer, $until) = ('', time + ($opt{timeout} // 10));
    while (time < $until) {
        vec(my $ready = '', fileno $socket, 1) = 1;
        next if !select $ready, undef, undef, 0.5;
        sysread($socket, $answer, 65536, length $answer) or last;
    }
    return $answer;
}

# ---------------------------------------------------------------- bodies

sub body_of ($opt) {
    return ('application/x-www-form-urlencoded', urlencoded($opt->{form})) if $opt->{form};
    return ('application/json', JSON::PP->new->utf8->canonical->encode($opt->{json}))
        if exists $opt->{json};
    return multipart($opt->{multipart}) if $opt->{multipart};
    return (undef, $opt->{content});
}

sub urlencoded ($fields) {
    my @pairs = ref $fields eq 'HASH' ? map { ($_ => $fields->{$_}) } sort keys %$fields : @$fields;
    my @encoded;
    while (my ($name, $value) = splice @pairs, 0, 2) {
        push @encoded, map { urlencode($name) . '=' . urlencode($_ // '') }
            ref $value eq 'ARRAY' ? @$value : $value;
    }
    return join '&', @encoded;
}

sub urlencode ($text) {
    utf8::encode($text) if utf8::is_utf8($text);
    return $text =~ s/([^A-Za-z0-9_.~-])/sprintf '%%%02X', ord $1/ger;
}

sub multipart ($parts) {
    state $number = 0;
    my $boundary = sprintf 'part-of-%d-%d', $$, ++$number;
    my @pairs    = @$parts;
    my $body     = '';
    while (my ($name, $part) = splice @pairs, 0, 2) {
        $part = { content => $part } if !ref $part;
        $body .= qq(--$boundary\r\nContent-Disposition: form-data; name="$name");
        $body .= qq(; filename="$part->{filename}") if defined $part->{filename};
        $body .= "\r\nContent-Type: $part->{type}"  if defined $part->{type};
        my $content = $part->{content} // '';
        utf8::encode($content) if utf8::is_utf8($content);
        $body .= "\r\n\r\n$content\r\n";
    }
    return ("multipart/form-data; boundary=$boundary", "$body--$boundary--\r\n");
}

# ---------------------------------------------------------------- cookies

# What HTTP::Tiny asks of a cookie jar. One site, so that domains don't matter; paths do.
package TransientsTest::Client::Cookies;
use v5.36;

sub new ($class) { return bless {}, $class }

sub add ($self, $url, $header) {
    my ($pair, @attributes) = split /\s*;\s*/, $header;
    my ($name, $value) = split /=/, $pair, 2;
    my %attribute = map { my ($key, $text) = split /=/, $_, 2; (lc $key => $text // '') } @attributes;
    my $gone = defined $attribute{'max-age'} && $attribute{'max-age'} =~ /^-?\d+$/ && $attribute{'max-age'} <= 0
        || ($attribute{expires} // '') =~ /\b1970\b/ || !length($value // '');
    if ($gone) {
        delete $self->{$name};
    }
    else {
        $self->{$name} = { value => $value, attributes => \%attribute };
    }
}

sub cookie_header ($self, $url) {
    my ($path) = $url =~ m{^https?://[^/]+([^?#]*)};
    $path = '/' if !length $path;
    return join '; ', map {"$_=$self->{$_}{value}"}
        grep { index($path, $self->{$_}{attributes}{path} || '/') == 0 } sort keys %$self;
}

# A cookie's value, undef where there is none; its attributes, names in lower case.
sub value ($self, $name)      { return $self->{$name} && $self->{$name}{value} }
sub attributes ($self, $name) { return $self->{$name} && $self->{$name}{attributes} }
sub names ($self)             { return sort keys %$self }
sub clear ($self)             { delete $self->@{ keys %$self } }

1;
