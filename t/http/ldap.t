# ldap.t: the accounts of an LDAP server log in, by configuration alone: by the site's own login form
# (AuthFormProvider ldap) or by the browser's question (AuthType Basic). The server is a real slapd.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use IO::Socket::INET;
use MIME::Base64 'encode_base64';
use Test::More;
use TransientsTest qw(run_or_die spew slurp wait_until);
use TransientsTest::Process qw(spawn end_process give_to_service);

my ($slapd) = grep { -x } qw(/usr/sbin/slapd /usr/libexec/slapd);
plan skip_all => 'slapd is not here' if !$slapd;

my $site = TransientsTest->start;
my $modules = $site->run->setting('HTTPD_MODULEDIR');

# ---------------------------------------------------------------- the directory of an observatory

my $dir  = $site->dir . '/ldap';
my $port = IO::Socket::INET->new(LocalAddr => '127.0.0.1', LocalPort => 0, Listen => 1)->sockport;
mkdir $_ for $dir, "$dir/data";

spew("$dir/slapd.conf", <<"CONF");
include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
pidfile $dir/slapd.pid
argsfile $dir/slapd.args
access to attrs=userPassword by anonymous auth by * none
access to * by * read
database mdb
maxsize 10485760
suffix dc=obs,dc=example
directory $dir/data
CONF
my $person = '';
for my $user (['rater', 'a word of the directory'], ['newcomer', 'another word of it']) {
    $person .= "dn: uid=$user->[0],ou=people,dc=obs,dc=example\nobjectClass: inetOrgPerson\n"
        . "uid: $user->[0]\ncn: $user->[0]\nsn: $user->[0]\nuserPassword: $user->[1]\n\n";
}
spew("$dir/people.ldif", <<"LDIF" . $person);
dn: dc=obs,dc=example
objectClass: domain
dc: obs

dn: ou=people,dc=obs,dc=example
objectClass: organizationalUnit
ou: people

LDIF
give_to_service($dir, "$dir/data", "$dir/slapd.conf", "$dir/people.ldif");
run_or_die([$slapd, '-T', 'add', '-f', "$dir/slapd.conf", '-l', "$dir/people.ldif"], service => 1);
my $server = spawn([$slapd, '-d', '0', '-f', "$dir/slapd.conf", '-h', "ldap://127.0.0.1:$port"], "$dir/log",
    service => 1);
wait_until { IO::Socket::INET->new(PeerAddr => '127.0.0.1', PeerPort => $port) } 20, 'slapd';

# A site whose httpd asks it; `type` says how httpd asks people.
sub site_with ($type, $more = '') {
    my $provider = $type eq 'form' ? 'AuthFormProvider' : 'AuthBasicProvider';
    return TransientsTest->start(
        cluster     => $site,
        server_conf => join('', map { qq(LoadModule ${_}_module "$modules/mod_$_.so"\n) }
                qw(ldap authnz_ldap), $type eq 'Basic' ? 'auth_basic' : ()),
        site_conf => "$more\n<Location \"/\">\nAuthType $type\n$provider ldap\n"
            . qq(AuthLDAPURL "ldap://127.0.0.1:$port/ou=people,dc=obs,dc=example?uid"\n</Location>\n),
    );
}

# ---------------------------------------------------------------- by the form

subtest 'by the login form, with sessions, the directory says whose password is right' => sub {
    my $own = site_with('form');
    my $client = $own->new_client;
    is $client->login('rater', 'a word of the directory')->{status}, 303, 'the directory\'s password opens';
    is $client->get('/account')->{status}, 200, 'a session of this site';
    is $client->post('/settings', { theme => 'dark' })->{status}, 303, 'which may write';
    is $client->post('/logout', {})->{status}, 303, 'and ends';
    is $client->get('/account')->{status}, 401, 'at once';
    is $own->new_client->login('rater', $own->password('rater'))->{status}, 401, 'the password kept here opens nothing';
    is $own->new_client->login('rater', '')->{status}, 401, 'nor does an empty one, which LDAP takes for nobody';
    is $own->new_client->login('*', 'a word of the directory')->{status}, 401, 'a name is no pattern';
    my $answer = $own->new_client->login('newcomer', 'another word of it');
    is $answer->{status}, 403, 'who has no account here';
    like $answer->{content}, qr/no account of that name\. Ask a staff member/, 'is told whom to ask';
    $own->admin('user', 'disable', 'rater');
    is $own->new_client->login('rater', 'a word of the directory')->{status}, 403, 'a disabled account stays out';
    unlike slurp($own->dir . '/error.log'), qr/word of/, 'no log has a password';
};

subtest 'wrong passwords are throttled and noted whoever judges them' => sub {
    my $own = site_with('form');
    my @said = map { $own->new_client->login('rater', "guess $_")->{content} } 1 .. 7;
    like $said[-1], qr/Too many wrong passwords: try again in \d+ s/, 'after too many one has to wait';
    my $noted = $own->sql(q{SELECT count(*) FROM audit_log WHERE action = 'refused'}) + 0;
    is $noted, 5, 'those that were looked at are in the audit log';
    $own->sql('DELETE FROM login_throttle');
    is $own->new_client->login('rater', 'a word of the directory')->{status}, 303, 'then the right one opens';
    is $own->sql(q{SELECT count(*) FROM login_throttle WHERE key LIKE 'user:%'}) + 0, 0, 'and is no failure';
};

subtest 'with TransientsAutoAccount On the directory\'s people get an account' => sub {
    my $own = site_with('form', 'TransientsAutoAccount On');
    my $client = $own->new_client;
    is $client->login('newcomer', 'another word of it')->{status}, 303, 'at their first login';
    is $client->get('/account')->{status}, 200, 'and are in';
    is $own->sql(q{SELECT role || ',' || (password_hash IS NULL) FROM account WHERE name = 'newcomer'}) =~ s/\s//gr,
        'rater,true', 'as a rater, without a password here';
    is $own->new_client->login('stranger', 'x')->{status}, 401, 'a wrong one gets none';
    is $own->sql(q{SELECT count(*) FROM account WHERE name = 'stranger'}) + 0, 0, 'and none is made';
};

# ---------------------------------------------------------------- by the browser

subtest 'by AuthType Basic' => sub {
    my $own = site_with('Basic', 'TransientsAutoAccount On');
    my %as = map { $_->[0] => { Authorization => 'Basic ' . encode_base64("$_->[0]:$_->[1]", '') } }
        (['rater', 'a word of the directory'], ['newcomer', 'another word of it'], ['nobody', 'x']);
    my $client = $own->new_client;
    my $answer = $client->get('/account');
    is $answer->{status}, 401, 'nobody is asked';
    like $answer->{headers}{'www-authenticate'}, qr/^Basic /, 'by the browser';
    is $client->get('/account', headers => $as{$_})->{status}, 200, "$_ reads" for qw(rater newcomer);
    is $client->get('/account', headers => $as{nobody})->{status}, 401, 'who is not in the directory does not';
    is $client->get('/admin', headers => $as{newcomer})->{status}, 403, 'a newcomer is no staff';
    is $client->post('/settings', form => { theme => 'dark' }, headers => $as{rater})->{status}, 303, 'forms are stored';
    is join(' ', $client->cookies->names), '', 'without a cookie';
};

subtest 'a directory that is away is an error of the site\'s, and no wrong password' => sub {
    my $own = site_with('form');
    end_process($server, 'TERM', 10);
    my $answer = $own->new_client->login('rater', 'a word of the directory');
    cmp_ok $answer->{status}, '>=', 401, 'nobody gets in';
    is $own->new_client->get('/healthz')->{status}, 200, 'the site goes on';
};

done_testing;
