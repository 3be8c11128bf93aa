# invite.t: a link from staff sets a password in a browser: its secret goes from behind the # into the
# form and out of the address; without scripts it is pasted.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use Test::More;
use TransientsTest qw(slurp);
use WebDriver;

WebDriver->available or plan skip_all => 'chromium and chromedriver are not installed';

my $site    = TransientsTest->start(site_conf => 'TransientsBcryptCost 5');
my $browser = WebDriver->start(width => 1440, height => 900);
my $shots   = $ENV{SCREENSHOTS};

sub shoot ($name) {
    $browser->screenshot("$shots/$name.png") if $shots;
}

sub make_link ($name) {
    $site->admin('user', 'add', $name, '--no-password');
    my ($link) = $site->admin('user', 'invite', $name, '--url', $site->url) =~ m{^(http\S+)$}m;
    return $link;
}

sub log_in ($name, $password) {
    $browser->find('input[name=name]')->fill($name);
    $browser->find('input[name=password]')->fill($password);
    $browser->after_load(sub { $browser->find('form[action="/login"] button')->click });
}

sub set_password ($words) {
    $browser->find($_)->fill($words) for '#i-password', '#i-again';
    $browser->after_load(sub { $browser->find('form[action="/invite"] button')->click });
}

subtest 'by the link alone' => sub {
    my $link = make_link('ann');
    my $code = $link =~ s/.*#//r;
    $browser->go($link);
    $browser->wait_for(sub { $browser->find('#i-code')->value ne '' }, 10, 'the code in the form');
    is $browser->find('#i-code')->value, $code, 'the code is in the form';
    is $browser->path, '/invite', 'and no longer in the address';
    shoot('invite');
    set_password('Password2024!');
    like $browser->text('#i-password-error'), qr/guessed soon/, 'a common one is refused at its field';
    is $browser->find('#i-code')->value, $code, 'the code stays';
    shoot('invite-refused');
    set_password('kestrels over the dish');
    like $browser->path, qr{^/login\?}, 'the login form follows';
    like $browser->text('main'), qr/The password is set/, 'and says that it is set';
    shoot('invite-set');
    log_in('ann', 'kestrels over the dish');
    is $browser->path, '/', 'it opens';
    unlike slurp($site->dir . '/access.log'), qr/\Q$code\E/, 'the log has no code';
    is_deeply [grep { $_->{message} !~ /status of 422/ } $browser->console], [], 'the console is silent';
};

subtest 'without scripts the code is pasted' => sub {
    my $link = make_link('bea');
    $browser->go($site->url . '/account');
    $browser->call(DELETE => '/cookie');
    $browser->javascript(0);
    $browser->go($link);
    is $browser->find('#i-code')->value, '', 'the field is empty';
    $browser->find('#i-code')->type($link);
    set_password('herons upon the weir');
    like $browser->path, qr{^/login\?}, 'the whole link does as well';
    $browser->javascript(1);
};

subtest 'staff make a link on the page of a user' => sub {
    $browser->go($site->url . '/login');
    log_in('admin', $site->password('admin'));
    my $id = $site->sql(q{SELECT id FROM account WHERE name = 'bea'}) =~ s/\s//gr;
    $browser->go($site->url . "/admin/users/$id");
    $browser->after_load(sub { $browser->find(qq{form[action="/admin/users/$id/invite"] button})->click });
    like $browser->text('#invite'), qr{^\Q@{[$site->url]}\E/invite#mwi_}, 'which is shown';
    shoot('admin-user');
    $browser->go($site->url . '/admin/users/' . ($site->sql(q{SELECT id FROM account WHERE name = 'admin'}) =~ s/\s//gr));
    shoot('admin-user-own');
    $browser->go($site->url . '/account/tokens');
    shoot('tokens');
};

if ($shots) {
    $browser->as_phone;
    $browser->go($site->url . '/invite');
    shoot('invite-phone');
    $browser->go($site->url . '/admin/users/2');
    shoot('admin-user-phone');
    $browser->media('prefers-color-scheme' => 'light');
    shoot('admin-user-phone-light');
    $browser->go($site->url . '/invite');
    shoot('invite-phone-light');
}

done_testing;
