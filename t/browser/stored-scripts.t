# stored-scripts.t: scripts that came in with data run on no page, not even where the browser is told to
# leave the Content-Security-Policy aside: every text column holds one, and every page is looked at.
#
# SPDX-License-Identifier: MIT
use v5.36;
use FindBin;
use lib "$FindBin::Bin/../lib";
use JSON::PP ();
use Test::More;
use TransientsTest qw(slurp srcdir);
use TransientsTest::Sample;
use WebDriver;

WebDriver->available or plan skip_all => 'chromium and chromedriver are not installed';

# Of addresses that differ in values alone one is looked at. More pages than this are a failure: the
# site would have grown, or the crawl would find no end.
use constant MOST_PAGES => 400;

# Each calls a function that the pages are given here. Later ones are for columns that take no more.
my @scripts = (
    q{<script>hit(1)</script>"onmouseover="hit(2)" '><img src=x onerror=hit(3)> [a](javascript:hit(4)) </textarea>}
        . q{</title><svg onload=hit(5)> <a href="javascript:hit(6)">b</a> {{x}} ](javascript:hit(7))},
    q{"onmouseover="hit(8)"><script>hit(9)</script>},
    q{javascript:hit(10)//"onmouseover=hit(11)},
    q{<script>hit(12)//},
    q{"><b onload=},
    q{"x='<},
);

my $site = TransientsTest->start;

# ---------------------------------------------------------------- a row of everything

sub fill () {
    my $token   = $site->token('admin');
    my $project = add_project($site, 'P', access => 'members', blind => 'false');
    $site->post('/observation_create/', form => observation(), token => $token);
    for my $n (1 .. 3) {
        my $answer = $site->post('/candidate_create/', token => $token, multipart => parts(cand_id => $n,
                can_det_stat => 5 + $n, metadata => 'm', notes => 'n', unknown => 'u', png => png($n), gif => gif($n)));
        die "candidate: $answer->{content}" if $answer->{status} != 201;
    }
    $site->sql(q{INSERT INTO pulsar (name, bname, raj, decj) VALUES ('J1628-5235', 'B1628-52', 246.998, -52.58)});
    my ($id) = $site->sql('SELECT min(id) FROM candidate');
    my $rater = $site->new_client;
    $rater->login('rater');
    $rater->post("/candidates/$id/rating", { rating => 2, classification => 4, request_key => 'stored-scripts-1' });
    $rater->post("/candidates/$id/notes", { notes => 'n', notes_version => 0 });
    $rater->post("/candidates/$id/association", { pulsar => 1, match => 1 });
    my $comment = { text => 'c', request_key => 'stored-scripts-2' };
    $rater->post("/candidates/$id/comments", $comment);
    $rater->post('/comments/1', { text => 'd', version => 1 });
    $rater->post("/candidates/$id/comments", { %$comment, request_key => 'stored-scripts-3' });
    $rater->post("/candidates/$id/tags", { tag => 't', on => 1 });
    $rater->post("/candidates/$id/star", { on => 1 });
    $rater->post('/settings', { project => $project });
    $rater->post('/account/tokens', { scope => 'read', name => 'one' });
    return $id;
}

# [table, column, type] of all columns that hold text, and JSON with text in it.
sub text_columns () {
    return map { [split /\|/] } $site->sql(q{
        SELECT c.table_name || '|' || c.column_name || '|' || c.udt_name
          FROM information_schema.columns c
          JOIN information_schema.tables t USING (table_schema, table_name)
         WHERE c.table_schema = 'public' AND t.table_type = 'BASE TABLE' AND c.is_generated = 'NEVER'
           AND c.udt_name IN ('text', 'varchar', 'bpchar', '_text', '_varchar', 'json', 'jsonb')
         ORDER BY c.table_name, c.ordinal_position});
}

sub literal ($type, $text) {
    my $quoted = $text =~ s/'/''/gr;
    return "array_fill('$quoted'::text, ARRAY[5])" if $type =~ /^_/;
    return "'$quoted'" if $type !~ /^json/;
    my $json = JSON::PP->new->canonical->encode({ $text => [$text, { $text => $text }], name => $text }) =~ s/'/''/gr;
    return "'$json'";
}

# A row for a table that has none, by the types of what must be given: numbers are 1, which is there.
sub add_row ($table) {
    my %of = (int8 => 1, int4 => 1, int2 => 1, float8 => 1, text => q{'x'}, timestamptz => 'now()', date => 'now()',
        bool => 'false', jsonb => q{'{}'}, json => q{'{}'}, _text => q{'{x}'}, uuid => 'gen_random_uuid()', bytea => q{'x'});
    my %given = map { my ($name, $type) = split /\|/; (qq("$name") => $of{$type} // 'NULL') } $site->sql(qq{
        SELECT column_name || '|' || udt_name FROM information_schema.columns
         WHERE table_schema = 'public' AND table_name = '$table' AND is_generated = 'NEVER'
           AND is_identity = 'NO' AND (column_name ~ '(_id|version)\$' OR is_nullable = 'NO') AND column_default IS NULL});
    my @names = sort keys %given or return;
    eval { $site->sql(sprintf 'SET session_replication_role = replica; INSERT INTO "%s" (%s) VALUES (%s)', $table,
            join(', ', @names), join ', ', @given{@names}) };
}

# Puts the longest script that the column takes into its first row, without the triggers' word: true.
sub poison ($table, $column, $type) {
    # what one logs in and finds things by stays as it is
    my $where = $table eq 'account' ? q{WHERE name = 'other'} : '';
    for my $script (@scripts) {
        my $value = literal($type, $script);
        return 1 if eval {
            $site->sql(qq{SET session_replication_role = replica;
                UPDATE "$table" SET "$column" = $value
                 WHERE ctid = (SELECT ctid FROM "$table" $where ORDER BY 1 LIMIT 1)});
            1;
        };
    }
    return 0;
}

my $candidate = fill();
$site->admin('user', 'add', 'other', \"a long password of other\n");
my (%poisoned, @refused, @empty);
$site->new_client->login('other', 'a long password of other');    # a session that nobody needs
my %client = map { my $client = $site->new_client; $client->login($_); ($_ => $client) } qw(rater admin);
for my $column (text_columns()) {
    my ($table, $name) = @$column;
    # whose session it is, and what migrations ran, is nothing that comes in with data
    next if $table =~ /^(?:schema_\w+|migration\w*)$/;
    add_row($table) if !$site->sql(qq{SELECT 1 FROM "$table" LIMIT 1});
    if (!$site->sql(qq{SELECT 1 FROM "$table" LIMIT 1})) {
        push @empty, "$table.$name";
        next;
    }
    poison(@$column) ? ($poisoned{"$table.$name"} = 1) : push @refused, "$table.$name";
}
cmp_ok scalar keys %poisoned, '>', 40, 'the columns of the database hold scripts';
note 'takes none: ', join ', ', @refused;
note 'no row to put one into: ', join ', ', @empty;
# A column that takes no script at all says so by a rule: a list of words, hexadecimal digits, a letter.
for my $column (@refused) {
    my ($table, $name) = split /\./, $column;
    ok $site->sql(qq{SELECT count(*) FROM pg_constraint WHERE conrelid = '"$table"'::regclass AND contype IN ('c', 'f')
        AND (SELECT attnum FROM pg_attribute WHERE attrelid = conrelid AND attname = '$name') = ANY (conkey)}) > 0,
        "$column is kept from it by a constraint";
}
ok $poisoned{$_}, "$_ holds one" for qw(candidate.notes candidate.nks_name candidate.ra_hms observation.obsname
    project.name project.description classification.name classification.description filter.name pulsar.name
    token.name comment.text comment_version.text candidate_tag.tag upload_run.table_name audit_log.before audit_log.after);

# ---------------------------------------------------------------- every page

# The same address whatever numbers and values are in it.
sub shape_of ($path) {
    my ($place, $query) = split /\?/, $path, 2;
    $place =~ s{/\d+}{/N}g;
    return join '?', $place, join '&', sort map { s/=.*//r } split /&/, $query // '';
}

my $browser = WebDriver->start;
$browser->cdp('Page.enable');
$browser->cdp('Page.setBypassCSP', enabled => JSON::PP::true);
$browser->cdp('Page.addScriptToEvaluateOnNewDocument', source => q{
    window.hits = [];
    window.hit = (which) => { window.hits.push(which); };
    window.alert = window.hit;
});

# What of the page is code that came in with data; the text that an address shows is none.
my $look = <<'JS';
const found = [];
for (const e of document.querySelectorAll('*')) {
    for (const a of e.attributes) {
        if (/^on/i.test(a.name)) found.push(`<${e.localName} ${a.name}>`);
        if (/^(?:href|src|action|formaction|xlink:href|data|srcdoc)$/i.test(a.name)
            && /^[\s\x00-\x1f]*(?:javascript|data|vbscript):/i.test(a.value)
            && !(e.localName === 'img' && /^data:image\//.test(a.value)))
            found.push(`<${e.localName} ${a.name}="${a.value.slice(0, 40)}">`);
    }
    if (e.localName === 'script' && !e.src && !/json/.test(e.type)) found.push('<script>');
    e.dispatchEvent(new MouseEvent('mouseover', { bubbles: false }));
}
return JSON.stringify({ found, hits: window.hits, canary: typeof window.hit,
    links: [...document.querySelectorAll('a[href]')].map((a) => a.href),
    text: document.documentElement.outerHTML.includes('hit(') });
JS

sub look_at ($path) {
    $browser->go($site->url . $path);
    return JSON::PP->new->decode($browser->execute($look));
}

sub log_in_as ($user) {
    $browser->go($site->url . '/healthz');
    my $jar = $client{$user}->cookies;
    $browser->call(POST => '/cookie', { cookie => { name => $_, value => $jar->value($_), path => '/' } })
        for $jar->names;
}

my $table  = slurp(srcdir() . '/mod_transients/pages/routes.c') =~ s{/\*.*?\*/}{}gsr;
my @pages  = map { s/\{\w+:int\}/1/gr =~ s/\{\w+:word\}/x/gr }
    grep { !m{^/(?:observations/\{|media/|healthz|readyz|metrics)} } $table =~ /\{\s*TR_GET,\s*"([^"]+)"/g;
push @pages, '/observations/' . OBS, '/admin/observations/' . OBS, '/candidates?rows=50', "/candidates/$candidate/near?radius=60",
    "/candidates/$candidate/pulsars?radius=60", '/admin/log?who=rater', '/?"onmouseover="hit(20)',
    '/candidates?find=<script>hit(21)</script>', '/login?next=javascript:hit(22)',
    '/nothing/<script>hit(23)</script>', "/candidates?sort=%22onmouseover%3D%22hit(24)";

# The test itself: a page that has such code is seen to have it.
$browser->go($site->url . '/login');
my $seen = JSON::PP->new->decode($browser->execute(<<"JS"));
document.body.insertAdjacentHTML('beforeend',
    '<i onmouseover="hit(30)">x</i><a href="javascript:hit(31)">y</a><img src=x onerror="hit(32)">');
$look
JS
is join(' ', $seen->{found}->@*), '<i onmouseover> <a href="javascript:hit(31)"> <img onerror>', 'code would be found';
ok scalar(grep { $_ == 30 } $seen->{hits}->@*), 'and its running seen';

my $showing = 0;
for my $user (qw(rater admin)) {
    log_in_as($user);
    my (%count, @bad);
    my @queue = @pages;
    my $looked = 0;
    while (defined(my $path = shift @queue)) {
        next if $count{ shape_of($path) }++ || $path =~ m{^/media/|\.(?:fits|csv|vot|json)\b};
        last if ++$looked > MOST_PAGES;
        my $page = eval { look_at($path) } // do { push @bad, "$path: $@"; next };
        push @bad, map {"$path: $_"} $page->{found}->@*;
        push @bad, map {"$path: script $_ ran"} $page->{hits}->@*;
        push @bad, "$path: nothing listened" if $page->{canary} ne 'function';
        $showing += $page->{text};
        push @queue, grep { defined && !$count{ shape_of($_) } }
            map {m{^\Q@{[$site->url]}\E(/[^#]*)} ? $1 : undef} $page->{links}->@*;
    }
    cmp_ok $looked, '>', 40, "$user looks at $looked pages";
    cmp_ok $looked, '<=', MOST_PAGES, 'which are all that there are';
    is join("\n", @bad), '', 'and meets no code that came in with data';
}
cmp_ok $showing, '>', 20, "$showing pages show what it says";

done_testing;
