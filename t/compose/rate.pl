# rate.pl URL NAME PASSWORD CANDIDATE: rates a candidate 5 as Transient in a headless browser, as its
# user would, and ends with 0 when the next page says that it was stored.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use WebDriver;

my ($url, $name, $password, $candidate, @arguments) = @ARGV;
my $browser = WebDriver->start(arguments => ['--ignore-certificate-errors', @arguments]);

$browser->go("$url/login");
$browser->find('input[name=name]')->type($name);
$browser->find('input[name=password]')->type($password);
$browser->after_load(sub { $browser->find('form[action="/login"] button')->click });
$browser->go("$url/candidates/$candidate");
$browser->wait_for(sub { $browser->execute(
    'return [...document.querySelectorAll(".figure img")].every((i) => i.complete && i.naturalWidth > 0)') });
$browser->execute('document.querySelector("[name=classification]").closest("label").click()');
$browser->wait_for(sub {
    $browser->execute('const b = document.querySelector(".rate[value=\'5\']"); if (b) b.click();');
    $browser->text('body') =~ /Rated $candidate/ || $browser->url !~ m{/candidates/$candidate\b};
});
say $browser->url;
