# Sweep: looks at pages in a browser for what no page may have: a violation of axe-core's rules in
# either theme, words on the console, a broken policy, a page wider than 320 px (400 % of zoom),
# content that moves while it loads, a first load of more than 150 kB, and what the keyboard can't
# reach or doesn't show.
#
#   my $sweep = Sweep->start($site, 'admin');        # skips the test where it cannot look
#   $sweep->look($name, $address);
#   $sweep->done;                                    # the figures
#
# SPDX-License-Identifier: MIT
package Sweep;
use v5.36;
use Axe;
use List::Util qw(max);
use Test::More;
use WebDriver;

# Compressed, without the candidates' own pictures.
use constant MOST_BYTES => 150_000;
use constant MOST_SHIFT => 0.05;

# What runs in each page before it: collects broken policies and what moved.
my $watch = q{
    window.sweep = { policies: [], shift: 0 };
    document.addEventListener('securitypolicyviolation', (e) => window.sweep.policies.push(
        `${e.effectiveDirective} ${e.blockedURI} ${e.sourceFile}:${e.lineNumber}`));
    new PerformanceObserver((list) => list.getEntries().forEach((e) => {
        if (!e.hadRecentInput) window.sweep.shift += e.value;
    })).observe({ type: 'layout-shift', buffered: true });
};

my $settled = q{
    return document.readyState === 'complete' && document.fonts.status === 'loaded'
        && !document.querySelector('[aria-busy=true]');
};

my $axe = q{
    const only = arguments[0];
    return axe.run(document, {
        resultTypes: ['violations'],
        ...(only ? { runOnly: { type: 'rule', values: [only] } } : {}),
    }).then((result) => result.violations.flatMap((v) => v.nodes.slice(0, 4).map((n) =>
        `${v.id}: ${n.target.join(' ')}: ${(n.any[0] ?? n.all[0] ?? n.none[0])?.message ?? v.help}`)));
};

my $wider = q{
    const room = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= room) return '';
    const name = (e) => e.tagName + '.' + (e.getAttribute('class') ?? '') + ' ' + e.textContent.trim().slice(0, 20);
    return [...document.body.querySelectorAll('*')].filter((e) => e.getBoundingClientRect().right > room + 1)
        .slice(0, 5).map(name).join('; ') || 'wider by ' + (document.documentElement.scrollWidth - room);
};

# What can be used can be reached by Tab, shows that it has the focus, and lies under nothing else.
my $focus = q{
    const usable = 'a[href], button, input:not([type=hidden]), select, textarea, summary, [tabindex]';
    const name = (e) => e.outerHTML.replace(/\s+/g, ' ').slice(0, 70);
    const outlined = (e) => {
        const style = e && getComputedStyle(e);
        return style && style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
    };
    return [...document.querySelectorAll(usable)].flatMap((e) => {
        if (!e.checkVisibility() || e.disabled || e.closest('[aria-hidden=true], [inert]')) return [];
        // the map of the sky is one tab stop, with arrows inside
        if (e.tabIndex < 0 && e.closest('[data-sky]')?.querySelector('[tabindex="0"]')) return [];
        if (e.tabIndex < 0) return e.matches('[tabindex]:not(a, button, input, select, textarea)') ? []
            : [`cannot be reached: ${name(e)}`];
        e.focus();
        if (document.activeElement !== e) return [`takes no focus: ${name(e)}`];
        if (![e, e.nextElementSibling, e.parentElement].some(outlined)) return [`shows no focus: ${name(e)}`];
        const box = e.getClientRects()[0];
        const at = box && document.elementFromPoint(box.left + Math.min(box.width / 2, 200), box.top + Math.min(box.height / 2, 200));
        return !at || at.contains(e) || e.contains(at) || at.closest('label')?.contains(e)
            ? [] : [`lies under ${name(at)}: ${name(e)}`];
    });
};

my $unfold = q{
    document.querySelectorAll('details').forEach((d) => { d.open = arguments[0] && !d.matches('.menu'); });
};

# Bytes on the wire of all that the page asked for; what it fetches ahead is that of the next candidates.
my $bytes = q{
    const numberOf = (url) => /^\/candidates\/(\d+)/.exec(url.pathname)?.[1];
    const mine = numberOf(location);
    const isAhead = (url) => mine && (url.pathname === '/next' || (numberOf(url) ?? mine) !== mine);
    return [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')]
        .filter((e) => !new URL(e.name).pathname.startsWith('/media/') && !isAhead(new URL(e.name)))
        .reduce((sum, e) => sum + e.transferSize, 0);
};

sub start ($class, $site, $user) {
    WebDriver->available or plan skip_all => 'chromium and chromedriver are not installed';
    my $script = eval { Axe->script } // plan skip_all => $@ =~ s/\n.*//sr;
    my $browser = WebDriver->start(width => 1280, height => 900);
    my $self = bless { browser => $browser, site => $site, most_bytes => 0, most_shift => 0, pages => 0 }, $class;
    $self->prepare($script);
    $self->look('login', '/login');
    $browser->go($site->url . '/login');
    $browser->find('input[name=name]')->type($user);
    $browser->find('input[name=password]')->type($site->password($user));
    $browser->after_load(sub { $browser->find('form[action="/login"] button')->click });
    return $self;
}

# Nothing moves by itself, nothing is remembered from the page before.
sub prepare ($self, $script) {
    my $browser = $self->{browser};
    $browser->media('prefers-reduced-motion' => 'reduce');
    $browser->cdp('Page.addScriptToEvaluateOnNewDocument', source => "$watch\n$script");
    $browser->cdp('Network.enable');
    $browser->cdp('Network.setCacheDisabled', cacheDisabled => JSON::PP::true);
}

sub browser ($self) { return $self->{browser} }

# One page; status: what it answers (200).
sub look ($self, $name, $address, %opt) {
    my $browser = $self->{browser};
    $browser->resize(1280, 900);
    $browser->console;
    $browser->go($self->{site}->url . $address);
    return if !eval { $browser->wait_for(sub { $browser->execute($settled) }, 20, 'a page at rest') }
        && fail("$name comes to rest");
    $self->judge($name, $opt{status} // 200);
    $self->{pages}++;
}

sub judge ($self, $name, $status) {
    is join("\n", $self->faults($status)), '', $name;
}

# All that is wrong with the page that is open, in words.
sub faults ($self, $status = 200) {
    my $browser = $self->{browser};
    my @faults;
    my $answered = $browser->execute(q{return performance.getEntriesByType('navigation')[0].responseStatus});
    push @faults, "status $answered" if $answered != $status;
    push @faults, map {"console: $_->{message}"}
        grep { $_->{level} =~ /SEVERE|WARNING/ && $_->{message} !~ /status of $status\b/ } $browser->console;
    push @faults, $self->faults_of_loading, $self->faults_when_narrow('folded');
    $browser->execute($unfold, 1);
    $browser->execute(q{document.documentElement.dataset.theme = 'dark'});
    push @faults, map {"dark: $_"} $browser->execute($axe)->@*;
    $browser->execute(q{document.documentElement.dataset.theme = 'light'});
    push @faults, map {"light: $_"} $browser->execute($axe, 'color-contrast')->@*;
    # what has the focus shows it only where the keyboard was used last
    $browser->keys('Tab');
    push @faults, $browser->execute($focus)->@*;
    push @faults, $self->faults_when_narrow('unfolded');
    return @faults;
}

sub faults_of_loading ($self) {
    my $browser = $self->{browser};
    my $seen  = $browser->execute('return window.sweep');
    my $bytes = $browser->execute($bytes);
    $self->{most_bytes} = max $self->{most_bytes}, $bytes;
    $self->{most_shift} = max $self->{most_shift}, $seen->{shift};
    return (
        (map {"policy: $_"} $seen->{policies}->@*),
        $bytes > MOST_BYTES ? "$bytes bytes are loaded" : (),
        $seen->{shift} >= MOST_SHIFT ? sprintf('the layout moves: %.3f', $seen->{shift}) : (),
    );
}

# 1280 px at 400 % are 320 px.
sub faults_when_narrow ($self, $state) {
    my $browser = $self->{browser};
    $browser->resize(320, 640);
    my $wide = $browser->execute($wider);
    $browser->resize(1280, 900);
    return $wide ? "320 px, $state: $wide" : ();
}

sub done ($self) {
    note sprintf '%d pages; the heaviest loads %.0f kB, the most that moves is %.4f',
        $self->{pages}, $self->{most_bytes} / 1000, $self->{most_shift};
    done_testing;
}

1;
