export const id = 562;
export const ids = [562];
export const modules = {

/***/ 8562:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  syncIssues: () => (/* binding */ syncIssues)
});

// EXTERNAL MODULE: ./build/src/errors.js
var errors = __webpack_require__(2544);
// EXTERNAL MODULE: ./build/src/github.js
var github = __webpack_require__(5520);
// EXTERNAL MODULE: ./build/src/publish/text.js
var publish_text = __webpack_require__(5044);
// EXTERNAL MODULE: external "node:util"
var external_node_util_ = __webpack_require__(7975);
// EXTERNAL MODULE: ./build/src/time.js
var time = __webpack_require__(9974);
// EXTERNAL MODULE: ./build/src/publish/markdown.js
var markdown = __webpack_require__(9306);
// EXTERNAL MODULE: ./build/src/publish/redact.js
var redact = __webpack_require__(6998);
// EXTERNAL MODULE: ./build/src/publish/report.js
var report = __webpack_require__(4829);
// EXTERNAL MODULE: ./build/src/evaluate/idle.js
var idle = __webpack_require__(9757);
// EXTERNAL MODULE: ./build/src/publish/cells.js
var cells = __webpack_require__(1766);
// EXTERNAL MODULE: ./build/src/publish/steps.js
var publish_steps = __webpack_require__(5960);
// EXTERNAL MODULE: external "node:zlib"
var external_node_zlib_ = __webpack_require__(8522);
// EXTERNAL MODULE: ../main/node_modules/valibot/dist/index.mjs
var dist = __webpack_require__(1422);
;// CONCATENATED MODULE: ./build/src/publish/issues/state.js
/** What an issue remembers from night to night, in hidden comments of its body; read with suspicion. */



const MAX_STATE_BYTES = 1 << 20;
const MAX_TRACKED_STALE = 200;
const MAX_TRACKED_INACTIVE = 100;
const MAX_HISTORY = 20;
const MAX_TREND = 30;
const Text = dist/* pipe */.FsL(dist/* string */.YjP(), dist/* maxLength */.Ru6(1024));
const Instant = dist/* pipe */.FsL(dist/* string */.YjP(), dist/* regex */.yGV(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/));
const Day = dist/* pipe */.FsL(dist/* string */.YjP(), dist/* regex */.yGV(/^\d{4}-\d\d-\d\d$/));
const Count = dist/* pipe */.FsL(dist/* number */.aig(), dist/* integer */.ndf(), dist/* minValue */.Wwf(0));
const list = (item, length) => dist/* pipe */.FsL(dist/* array */.YOg(item), dist/* maxLength */.Ru6(length), dist/* readonly */.tBZ());
/** As people see the key; user empty where names are hidden. */
const KeyName = dist/* object */.Ikc({ user: Text, key: Text });
const TrackedKey = dist/* object */.Ikc({
    /** `Identity.key`, or null where the access key ID is not known. */
    id: dist/* nullable */.mee(Text),
    user: Text,
    account: Text,
    name: KeyName,
    createdAt: dist/* nullable */.mee(Instant),
    staleSince: dist/* nullable */.mee(Instant),
    /** Creation of the user's other keys, so that none of them is taken for this one later. */
    beside: list(Instant, 4),
    status: dist/* picklist */.KIO(['stale', 'inactive']),
    /** When the audit first saw it in this status. */
    since: Instant,
});
const ResolvedKey = dist/* object */.Ikc({
    id: dist/* nullable */.mee(Text),
    user: Text,
    name: KeyName,
    createdAt: dist/* nullable */.mee(Instant),
    staleSince: dist/* nullable */.mee(Instant),
    at: Instant,
    how: dist/* picklist */.KIO(['rotated', 'deactivated', 'deleted', 'exempted', 'within-limit']),
    /** Whole days from stale to resolved. */
    daysLate: dist/* nullable */.mee(Count),
});
const IssueState = dist/* object */.Ikc({
    /** The instant as of which this was written. */
    at: Instant,
    redacted: dist/* boolean */.zMY(),
    /** Stale keys, oldest first, then deactivated ones that await deletion. */
    keys: list(TrackedKey, MAX_TRACKED_STALE + MAX_TRACKED_INACTIVE),
    /** Stale keys beyond those. */
    leftOut: Count,
    /** Newest first. */
    history: list(ResolvedKey, MAX_HISTORY),
    /** Number of stale keys on the days on which it changed, oldest first. */
    trend: list(dist/* object */.Ikc({ day: Day, stale: Count }), MAX_TREND),
    remindedAt: Instant,
    /** Logins that were assigned once; who takes one off is not overruled. */
    assigned: list(Text, 100),
});
const NAME = 'aws-access-key-rotation-audit';
const MARKER = /<!-- aws-access-key-rotation-audit:issue (repository|account|user) ([\w-]{1,64}) -->/;
const STATE = /<!-- aws-access-key-rotation-audit:state:1 ([A-Za-z0-9+/=]{1,65536}) -->/;
const YOURS_LINE = `<!-- ${NAME}: everything below this line is yours -->`;
/** The parts of an issue's body that are for machines, or null where it has no marker: not one of ours. */
function parseBody(body) {
    const [ours = '', ...below] = normalize(body).split(YOURS_LINE);
    const [, per, scope] = MARKER.exec(ours) ?? [];
    if (!scope || (per !== 'repository' && per !== 'account' && per !== 'user'))
        return null;
    const [stateBlock = '', encoded = ''] = STATE.exec(ours) ?? [];
    return { marker: { per, scope }, state: decode(encoded), stateBlock, yours: below.join(YOURS_LINE) };
}
function markerBlock(marker) {
    return `<!-- ${NAME}:issue ${marker.per} ${marker.scope} -->`;
}
/** The hidden block; the one that stands there where nothing changed, for another zlib may pack the same otherwise. */
function stateBlock(state, previous) {
    if (previous?.state && (0,external_node_util_.isDeepStrictEqual)(previous.state, state))
        return previous.stateBlock;
    return `<!-- ${NAME}:state:1 ${(0,external_node_zlib_.deflateRawSync)(JSON.stringify(state)).toString('base64')} -->`;
}
/** The body with its marker taken away, so that it is never again found as one of ours. */
function withoutMarker(body) {
    return normalize(body).replace(MARKER, `<!-- ${NAME}:duplicate -->`);
}
/** GitHub's editor writes CRLF. */
function normalize(body) {
    return body.replaceAll('\r\n', '\n');
}
function decode(encoded) {
    try {
        const json = (0,external_node_zlib_.inflateRawSync)(Buffer.from(encoded, 'base64'), { maxOutputLength: MAX_STATE_BYTES });
        const parsed = dist/* safeParse */.xLC(IssueState, JSON.parse(json.toString('utf8')));
        return parsed.success ? parsed.output : null;
    }
    catch {
        return null;
    }
}

;// CONCATENATED MODULE: ./build/src/publish/issues/body.js







// GitHub takes 65,536 characters of body or comment and 256 of title; what it counts exactly is its own affair.
const BODY_LIMIT = 64_000;
const TITLE_LIMIT = 250;
const COMMENT_ITEMS = 20;
function titleOf(tracking, setting) {
    const { about } = setting;
    const stale = staleCount(tracking);
    const inactive = tracking.inactive.length;
    const title = stale > 0
        ? `${(0,publish_text/* countOf */.pq)(stale, 'stale AWS access key')}${about}`
        : inactive > 0
            ? `${(0,publish_text/* countOf */.pq)(inactive, 'deactivated AWS access key')}${about} ${inactive === 1 ? 'awaits' : 'await'} deletion`
            : `No stale AWS access keys${about}`;
    return (0,publish_text/* shorten */.ml)((0,publish_text/* oneLine */.TN)(title), TITLE_LIMIT);
}
/** @param hidden the blocks for machines @param yours what people wrote below the line, kept as it is */
function bodyOf(tracking, setting, hidden, yours) {
    const opening = (0,markdown/* blocks */.Bv)([(0,markdown/* raw */.lS)(hidden[0] ?? ''), introduction(tracking, setting)]);
    const closing = (0,markdown/* blocks */.Bv)([
        body_history(tracking),
        (0,markdown/* small */.EX)('Everything below the line is yours: the audit rewrites only what stands above it.'),
        ...hidden.slice(1).map(markdown/* raw */.lS),
        (0,markdown/* raw */.lS)('---'),
    ]);
    const below = `${YOURS_LINE}${yours}`;
    const room = BODY_LIMIT - opening.markdown.length - closing.markdown.length - below.length;
    const findings = findingsWithin(room, tracking, setting);
    return `${(0,markdown/* blocks */.Bv)([opening, findings, closing]).markdown}\n${below}`;
}
/** A comment for keys that came or went, the end, or a return; null where nothing is worth one. */
function newsOf(tracking, turn) {
    const { added, resolved } = tracking;
    if (turn === 'stays' && added.length + resolved.length === 0)
        return null;
    const counts = newsInWords(tracking);
    return (0,markdown/* blocks */.Bv)([
        (0,markdown/* joined */.oR)([counts === '' ? null : (0,markdown/* strong */.ko)(`${counts}.`), remaining(tracking), outcome(turn)], ' '),
        items('New', added.map(({ tracked }) => (0,markdown.md) `${nameOf(tracked.name)}${since(tracked.staleSince)}`)),
        items('Resolved', resolved.map(describeResolved)),
    ]).markdown;
}
/** `1 new, 2 resolved`, or empty; names nothing. */
function newsInWords({ added, resolved }) {
    return [
        added.length > 0 ? `${(0,publish_text/* formatCount */.B4)(added.length)} new` : '',
        resolved.length > 0 ? `${(0,publish_text/* formatCount */.B4)(resolved.length)} resolved` : '',
    ]
        .filter(Boolean)
        .join(', ');
}
function reminderOf(overdue, days) {
    return (0,markdown/* blocks */.Bv)([
        (0,markdown/* strong */.ko)(`Reminder: ${(0,publish_text/* countOf */.pq)(overdue.length, 'key has', 'keys have')} been stale for ${days} days or more.`),
        items(null, overdue.map(({ tracked, seen }) => (0,markdown.md) `${nameOf(tracked.name)}${since(tracked.staleSince)}${seen?.shown.next ? (0,markdown.md) `; next: ${seen.shown.next.title}` : null}`)),
    ]).markdown;
}
function staleCount({ stale, leftOut }) {
    return stale.length + leftOut;
}
function introduction(tracking, setting) {
    const limit = `${(0,publish_text/* formatCount */.B4)(setting.context.result.policy.maxAgeDays)} days`;
    const bySelf = 'This issue is kept up to date by the nightly audit and closes by itself';
    if (staleCount(tracking) > 0) {
        return (0,markdown.md) `AWS access keys older than ${limit} must be rotated (CIS AWS Foundations 1.14). You get this because you own one of the keys below or look after this repository: take the next step of each. ${bySelf} once all of them are deleted.`;
    }
    if (tracking.inactive.length > 0) {
        return (0,markdown.md) `No key here is stale any more. The procedure ends with the deletion of what was deactivated. ${bySelf} after that.`;
    }
    return (0,markdown.md) `Every key that this issue tracked is rotated, deleted or exempt. It reopens by itself if a key becomes stale.`;
}
/** The tables and folded steps that fit: rows before steps, the oldest keys first. */
function findingsWithin(room, tracking, setting) {
    const stale = fitRows(STALE_COLUMNS, tracking.stale.map(row => staleCells(row, setting)), room * 0.55);
    const inactive = fitRows(INACTIVE_COLUMNS, tracking.inactive.map(row => inactiveCells(row, setting)), room * 0.15);
    const leftOut = staleCount(tracking) - stale.count;
    const content = (steps) => (0,markdown/* blocks */.Bv)([
        tracking.stale.length > 0 ? (0,markdown/* heading */.R_)(3, 'Stale keys, oldest first') : null,
        stale.table,
        leftOut > 0
            ? (0,markdown.md) `${(0,publish_text/* countOf */.pq)(leftOut, 'younger stale key is', 'younger stale keys are')} left out here for length.`
            : null,
        steps,
        tracking.inactive.length > 0 ? (0,markdown/* heading */.R_)(3, 'Deactivated, to be deleted') : null,
        inactive.table,
        inactive.count < tracking.inactive.length
            ? (0,markdown.md) `${(0,publish_text/* formatCount */.B4)(tracking.inactive.length - inactive.count)} more left out here for length.`
            : null,
    ]);
    const left = room - content((0,markdown/* raw */.lS)('')).markdown.length - 200;
    return content(stepsWithin(left, [...tracking.stale.slice(0, stale.count), ...tracking.inactive.slice(0, inactive.count)], setting));
}
const NAME_COLUMNS = [
    { title: 'Account' },
    { title: 'User' },
    { title: 'Access key' },
    { title: 'Created' },
];
const STALE_COLUMNS = [
    ...NAME_COLUMNS,
    { title: 'Stale since' },
    { title: 'Use' },
    { title: 'Owner' },
    { title: 'Declared' },
    { title: 'Next step' },
];
const INACTIVE_COLUMNS = [
    ...NAME_COLUMNS,
    { title: 'Inactive since' },
    { title: 'Next step' },
];
function nameCells(row, setting) {
    const { name, createdAt } = row.tracked;
    const account = setting.accountOf(row);
    return [account === null ? '' : (0,cells/* nameCell */.UQ)(account), (0,cells/* nameCell */.UQ)(name.user), (0,cells/* nameCell */.UQ)(name.key), day(createdAt)];
}
function staleCells(row, setting) {
    const { owner, declared, nextStep } = (0,cells/* keyColumns */.Rx)(setting.context);
    const names = [...nameCells(row, setting), day(row.tracked.staleSince)];
    if (!row.seen)
        return [...names, '', '', '', NOT_AUDITED];
    const { shown } = row.seen;
    const use = useText(shown, setting.keysOfUser(row), setting.context.result.asOf);
    return [...names, use, owner.cell(shown), declared.cell(shown), nextStep.cell(shown)];
}
function inactiveCells(row, setting) {
    return [
        ...nameCells(row, setting),
        // The audit's first night that saw it so.
        `${day(row.tracked.since)} or before`,
        row.seen ? (0,cells/* keyColumns */.Rx)(setting.context).nextStep.cell(row.seen.shown) : NOT_AUDITED,
    ];
}
const NOT_AUDITED = 'Its account was not audited in the last run; this is what was known before';
/** As a state: the day of the last use of a key in use moves every night. */
function useText(key, keysOfUser, asOf) {
    const use = (0,idle/* useOf */.jj)(key, keysOfUser, new Date(asOf));
    if (use === 'unknown')
        return 'unknown';
    if (key.lastUsed.state !== 'used')
        return 'never used';
    if (use === 'idle')
        return `idle since ${(0,time/* dayOf */.kb)(key.lastUsed.at)}`;
    const where = [key.lastUsed.service, key.lastUsed.region].filter(Boolean).join(', ');
    const programs = [...new Set(key.usage?.programs.map(program => program.name))].sort().slice(0, 3);
    return ['in use', where && `: ${where}`, programs.length > 0 ? `; by ${(0,publish_text/* listOf */.c3)(programs)}` : ''].join('');
}
/** As many rows as fit into `room` characters, and how many those are. */
function fitRows(columns, rows, room) {
    let used = 300;
    let count = 0;
    for (const row of rows) {
        used += row.reduce((length, cell) => length + (0,markdown/* render */.XX)(cell).length + 3, 3);
        if (used > room)
            break;
        count++;
    }
    return { table: (0,markdown/* table */.tp)(columns, rows.slice(0, count)), count };
}
function stepsWithin(room, rows, setting) {
    const folded = [];
    let used = 0;
    for (const { seen, tracked } of rows) {
        // The name may be known from an earlier night's live look.
        const steps = seen && (0,publish_steps/* keySteps */.H)({ ...seen.shown, accessKeyId: tracked.name.key || null }, setting.context);
        if (!steps)
            continue;
        used += steps.markdown.length + 2;
        if (used > room)
            return (0,markdown/* blocks */.Bv)([...folded, (0,markdown.md) `The steps of the other keys are left out here for length.`]);
        folded.push(steps);
    }
    return (0,markdown/* blocks */.Bv)(folded);
}
function body_history({ history: resolved, trend }) {
    const first = trend[0];
    return (0,markdown/* blocks */.Bv)([
        resolved.length > 0 ? (0,markdown/* heading */.R_)(3, 'Resolved') : null,
        (0,markdown/* table */.tp)([
            { title: 'User' },
            { title: 'Access key' },
            { title: 'Stale since' },
            { title: 'Resolved' },
            { title: 'How' },
            { title: 'Late' },
        ], resolved.map(({ name, staleSince, at, how, daysLate }) => [
            (0,cells/* nameCell */.UQ)(name.user),
            (0,cells/* nameCell */.UQ)(name.key),
            day(staleSince),
            day(at),
            HOW[how],
            daysLate === null ? null : (0,publish_text/* countOf */.pq)(daysLate, 'day'),
        ])),
        first && trend.length > 1
            ? (0,markdown.md) `Stale keys since ${first.day}: ${trend.map(point => (0,publish_text/* formatCount */.B4)(point.stale)).join(', ')}`
            : null,
    ]);
}
const HOW = {
    rotated: 'rotated',
    deactivated: 'deactivated',
    deleted: 'deleted',
    exempted: 'exempted',
    'within-limit': 'within the maximum age again',
};
function describeResolved({ name, how, daysLate }) {
    return (0,markdown.md) `${nameOf(name)} ${HOW[how]}${daysLate === null || daysLate === 0 ? '' : `, ${(0,publish_text/* countOf */.pq)(daysLate, 'day')} late`}`;
}
function remaining(tracking) {
    const stale = staleCount(tracking);
    const inactive = tracking.inactive.length;
    if (stale > 0)
        return `${(0,publish_text/* countOf */.pq)(stale, 'stale key remains', 'stale keys remain')}.`;
    if (inactive > 0)
        return `No key is stale; ${(0,publish_text/* countOf */.pq)(inactive, 'deactivated key awaits', 'deactivated keys await')} deletion.`;
    return '';
}
function outcome(turn) {
    if (turn === 'closes')
        return 'Nothing is left to do: this issue closes, and reopens by itself if a key becomes stale.';
    return turn === 'reopens' ? 'Reopened.' : '';
}
function items(label, all) {
    const more = all.length - COMMENT_ITEMS;
    return (0,markdown/* bullets */.e5)([
        ...all.slice(0, COMMENT_ITEMS).map(item => (label === null ? item : (0,markdown.md) `${label}: ${item}`)),
        ...(more > 0 ? [`and ${(0,publish_text/* formatCount */.B4)(more)} more`] : []),
    ]);
}
function nameOf({ user, key }) {
    return (0,markdown/* joined */.oR)([(0,cells/* nameCell */.UQ)(user), (0,cells/* nameCell */.UQ)(key)], ' ');
}
function since(staleSince) {
    return staleSince === null ? '' : `, stale since ${(0,time/* dayOf */.kb)(staleSince)}`;
}
function day(instant) {
    return instant === null ? 'unknown' : (0,time/* dayOf */.kb)(instant);
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
;// CONCATENATED MODULE: ./build/src/publish/issues/identity.js

/** In the clear where the issue shows names anyway, else as hashes. */
function identityFor(redacted) {
    const secrets = new Map();
    const hash = (account, text) => {
        const secret = secrets.get(account) ?? stretch(account);
        secrets.set(account, secret);
        return (0,external_node_crypto_.createHmac)('sha256', secret).update(text).digest('base64url').slice(0, 16);
    };
    const named = redacted ? hash : (_, text) => text;
    return {
        account: id => named(id, id),
        user: key => named(key.account, key.userArn),
        key: key => (key.accessKeyId === null ? null : named(key.account, key.accessKeyId)),
        name: (key, shown) => {
            if (!redacted)
                return { user: key.user, key: key.accessKeyId ?? '' };
            const name = key.accessKeyId === null ? hash(key.account, key.id).slice(0, 8) : shown.accessKeyId;
            return { user: shown.user, key: name ?? '' };
        },
        scope: (account, userArn) => hash(account, `scope ${userArn ?? account}`),
    };
}
// An account ID has twelve digits: a fast hash of it is undone by trying them all.
function stretch(account) {
    return (0,external_node_crypto_.scryptSync)(account, 'aws-access-key-rotation-audit', 32, { N: 8192, r: 8, p: 1 });
}

;// CONCATENATED MODULE: ./build/src/publish/issues/tracking.js


function track(memory, night) {
    const known = memory.kind === 'state' ? memory.state : null;
    const matches = match(known?.keys ?? [], night);
    const fates = (known?.keys ?? []).map(tracked => fateOf(tracked, matches.get(tracked) ?? null, night));
    const claimed = new Set(matches.values());
    const unknown = night.keys.filter(seen => !claimed.has(seen));
    const arrived = unknown.filter(seen => seen.key.state === 'stale').map(seen => rowOf(seen, 'stale', night));
    const rebuilt = memory.kind === 'damaged'
        ? unknown.filter(seen => seen.key.state === 'inactive' && memory.mentions(seen))
        : [];
    const kept = fates.flatMap(fate => (fate.row ? [fate.row] : []));
    const allStale = [...kept.filter(row => row.tracked.status === 'stale'), ...arrived].sort(byAge);
    const stale = allStale.slice(0, MAX_TRACKED_STALE);
    const resolved = fates.flatMap(fate => (fate.resolved ? [fate.resolved] : []));
    return {
        stale,
        inactive: [
            ...kept.filter(row => row.tracked.status === 'inactive'),
            ...rebuilt.map(seen => rowOf(seen, 'inactive', night)),
        ].slice(0, MAX_TRACKED_INACTIVE),
        leftOut: allStale.length - stale.length,
        added: [...arrived.filter(row => isNews(row, memory)), ...fates.flatMap(fate => fate.back ?? [])]
            .filter(row => stale.includes(row))
            .sort(byAge),
        resolved,
        history: [...resolved, ...(known?.history ?? []).map(entry => amend(entry, fates))].slice(0, MAX_HISTORY),
        trend: extend(known?.trend ?? [], (0,time/* dayOf */.kb)(night.asOf), allStale.length),
    };
}
function fateOf(tracked, seen, night) {
    const none = { tracked, row: null, resolved: null, back: null, ended: null };
    if (!seen) {
        if (!night.isAudited(tracked.account))
            return { ...none, row: { tracked, seen: null } };
        const how = hasNewerKey(tracked, night) ? 'rotated' : 'deleted';
        return tracked.status === 'stale'
            ? { ...none, resolved: resolve(tracked, how, night) }
            : { ...none, ended: how };
    }
    const { state } = seen.key;
    const wasStale = tracked.status === 'stale';
    if (state === 'stale' || state === 'inactive') {
        const since = tracked.status === state ? tracked.since : night.asOf;
        const row = { tracked: { ...renew(tracked, seen, night), status: state, since }, seen };
        return {
            ...none,
            row,
            resolved: wasStale && state === 'inactive' ? resolve(row.tracked, 'deactivated', night) : null,
            back: !wasStale && state === 'stale' ? row : null,
        };
    }
    const how = state === 'exempt' ? 'exempted' : 'within-limit';
    return wasStale
        ? { ...none, resolved: resolve(renew(tracked, seen, night), how, night) }
        : { ...none, ended: how };
}
/** What the live look told before stays known when tonight's report does not tell it. */
function renew(tracked, seen, night) {
    if (seen.id === null && tracked.id !== null)
        return { ...tracked, beside: besideOf(seen, night) };
    const { id, name, key } = seen;
    return {
        ...tracked,
        id,
        name,
        createdAt: key.createdAt ?? tracked.createdAt,
        staleSince: key.staleSince ?? tracked.staleSince,
        beside: besideOf(seen, night),
    };
}
function besideOf(seen, night) {
    return (night.keysOfUser.get(seen.user) ?? [])
        .flatMap(other => (other === seen || other.key.createdAt === null ? [] : [other.key.createdAt]))
        .sort()
        .slice(0, 4);
}
function rowOf(seen, status, night) {
    const { id, user, account, name, key } = seen;
    const { createdAt, staleSince } = key;
    const beside = besideOf(seen, night);
    return {
        tracked: { id, user, account, name, createdAt, staleSince, beside, status, since: night.asOf },
        seen,
    };
}
/**
 * Which of tonight's keys each tracked key is: by access key ID; else, where either side lacks one, by user and creation
 * (a deactivated key is not looked at live, so its ID is unknown again); else by user alone, for a key whose date in the
 * report was moved by a status change.
 */
function match(tracked, night) {
    const matches = new Map();
    const claimed = new Set();
    const byId = new Map(night.keys.map(seen => [seen.id, seen]));
    const rules = [
        entry => (entry.id === null ? undefined : byId.get(entry.id)),
        entry => keysLike(entry).find(seen => seen.key.createdAt === entry.createdAt),
        entry => keysLike(entry).find(seen => isMoved(entry, seen)),
    ];
    const keysLike = ({ id, user }) => (night.keysOfUser.get(user) ?? []).filter(seen => !claimed.has(seen) && (seen.id === null || id === null));
    for (const rule of rules) {
        for (const entry of tracked) {
            const seen = matches.has(entry) ? undefined : rule(entry);
            if (!seen || claimed.has(seen))
                continue;
            matches.set(entry, seen);
            claimed.add(seen);
        }
    }
    return matches;
}
/** Whether the report's date, which is the later one, can be that of the key whose true creation the live look tells. */
function isMoved({ id, createdAt, beside }, { key }) {
    if (createdAt === null || key.createdAt === null || beside.includes(key.createdAt))
        return false;
    return id === null ? key.createdAt < createdAt : key.createdAt > createdAt && key.state === 'inactive';
}
function hasNewerKey(tracked, night) {
    return (night.keysOfUser.get(tracked.user) ?? []).some(({ key }) => key.state !== 'inactive' && (key.createdAt ?? '') > (tracked.createdAt ?? '9'));
}
function resolve(tracked, how, night) {
    const { id, user, name, createdAt, staleSince } = tracked;
    return {
        id,
        user,
        name,
        createdAt,
        staleSince,
        at: night.asOf,
        how,
        daysLate: daysBetween(staleSince, night.asOf),
    };
}
/** A key in the history as deactivated is there as deleted once it is gone; when it was resolved stays. */
function amend(entry, fates) {
    if (entry.how !== 'deactivated')
        return entry;
    const fate = fates.find(({ ended, tracked }) => ended !== null &&
        tracked.user === entry.user &&
        tracked.id === entry.id &&
        tracked.createdAt === entry.createdAt);
    return fate?.ended ? { ...entry, how: fate.ended } : entry;
}
/** Where some keys were left out, one that moves up has been stale before: that is no news. */
function isNews({ tracked, seen }, memory) {
    if (memory.kind === 'damaged')
        return seen !== null && !memory.mentions(seen);
    if (memory.kind === 'none' || memory.state.leftOut === 0)
        return true;
    return tracked.staleSince !== null && tracked.staleSince > memory.state.at;
}
function extend(trend, day, stale) {
    if (trend.at(-1)?.stale === stale)
        return trend;
    return [...trend.filter(point => point.day !== day), { day, stale }].slice(-MAX_TREND);
}
/** Oldest first; a key of unknown age counts as oldest. */
function byAge(a, b) {
    const order = [a, b].map(({ tracked }) => `${tracked.createdAt ?? ''} ${tracked.user} ${tracked.id ?? ''}`);
    return order[0] < order[1] ? -1 : order[0] > order[1] ? 1 : 0;
}
/** Whole days; null where the first instant is not known. */
function daysBetween(from, to) {
    if (from === null)
        return null;
    return Math.max(0, Math.floor((Date.parse(to) - Date.parse(from)) / time/* DAY_MS */.sO));
}

;// CONCATENATED MODULE: ./build/src/publish/issues/plan.js
/** Which issues there should be, from tonight's result and the issues there are. Pure. */










const MAX_NEW_ISSUES = 20;
const REMINDER_DAYS = 30;
// GitHub takes ten.
const MAX_ASSIGNEES = 10;
/** @param isAssignable whether GitHub lets this login be assigned */
function planIssues(request, existing, isAssignable) {
    const identity = identityFor(request.redacted);
    const byScope = Map.groupBy(existing.filter(({ parsed }) => parsed.marker.per === request.per), ({ parsed }) => parsed.marker.scope);
    const audited = auditedAccounts(request.result, identity);
    const shown = request.redacted ? (0,redact/* redactResult */.r)(request.result) : request.result;
    let created = 0;
    return [...subjectsOf(request, shown.keys, byScope, identity)].flatMap(([scope, subject]) => {
        const { main, duplicates } = choose(byScope.get(scope) ?? []);
        const stale = subject.keys.filter(({ key }) => key.state === 'stale');
        if (!main && stale.length > 0 && ++created > MAX_NEW_ISSUES) {
            return [{ action: 'leave-out', keys: stale.map(({ key }) => key.id) }];
        }
        const planned = planIssue({ request, shown, scope, subject, main, audited, isAssignable });
        return [
            ...(planned ? [planned] : []),
            ...duplicates.map(issue => ({ action: 'close-duplicate', issue, of: main ?? issue })),
        ];
    });
}
/** Logins that somebody must ask GitHub about: to be assigned, and not known from an issue that has them. */
function assigneesToCheck({ result, redacted, assignees }, existing) {
    const known = new Set(existing.flatMap(knownAssignees).map(login => login.toLowerCase()));
    const owners = redacted ? [] : result.keys.filter(key => key.state === 'stale').flatMap(ownerLogin);
    return [...new Set([...assignees, ...owners])].filter(login => !known.has(login.toLowerCase()));
}
/** Who is or once was assigned. */
function knownAssignees({ assignees, parsed }) {
    return [...assignees, ...(parsed.state?.assigned ?? [])];
}
function ownerLogin({ owner }) {
    return owner?.kind === 'user' ? [owner.name.replace(/^@/, '')] : [];
}
function subjectsOf({ result, per }, shown, existing, identity) {
    const see = (key, index) => seenKey(key, shown[index] ?? key, identity);
    if (per === 'repository') {
        return new Map([
            ['all', { keys: result.keys.map(see), accounts: result.accounts.map(({ account }) => account.id) }],
        ]);
    }
    const groups = Map.groupBy(result.keys.entries(), ([, key]) => (per === 'user' ? key.userArn : key.account));
    const subjects = new Map();
    const add = (account, userArn, keys) => {
        subjects.set(identity.scope(account, userArn), {
            keys: keys.map(([index, key]) => see(key, index)),
            accounts: [account],
        });
    };
    const accountOf = (keys) => keys[0]?.[1].account ?? '';
    for (const [name, keys] of groups) {
        if (keys.some(([, key]) => key.state === 'stale'))
            add(accountOf(keys), per === 'user' ? name : null, keys);
    }
    // The scopes of the others cost a slow hash for each account: only where an issue is yet unexplained.
    if ([...existing.keys()].some(scope => !subjects.has(scope))) {
        for (const [name, keys] of groups) {
            if (!keys.some(([, key]) => key.state === 'stale'))
                add(accountOf(keys), per === 'user' ? name : null, keys);
        }
        if (per === 'account') {
            for (const { account } of result.accounts)
                if (!groups.has(account.id))
                    add(account.id, null, []);
        }
        for (const scope of existing.keys())
            if (!subjects.has(scope))
                subjects.set(scope, { keys: [], accounts: null });
    }
    return subjects;
}
function seenKey(key, shown, identity) {
    return {
        id: identity.key(key),
        user: identity.user(key),
        account: identity.account(key.account),
        name: identity.name(key, shown),
        key,
        shown,
    };
}
function auditedAccounts(result, identity) {
    let names = null;
    return account => {
        names ??= new Set(result.accounts
            .filter(({ status }) => status === 'audited')
            .map(({ account: { id } }) => identity.account(id)));
        return names.has(account);
    };
}
/** The lowest open issue stays; without an open one the last that was closed tells what people want. */
function choose(issues) {
    const byNumber = issues.toSorted((a, b) => a.number - b.number);
    const [main, ...duplicates] = byNumber.filter(issue => issue.state === 'open');
    return { main: main ?? byNumber.at(-1) ?? null, duplicates };
}
function planIssue(planned) {
    const { request, scope, subject, main, audited, isAssignable } = planned;
    const { result, redacted, per } = request;
    const reason = reasonToKeep(planned);
    if (main && reason)
        return { action: 'keep', issue: main, because: reason };
    const state = main?.parsed.state ?? null;
    const night = {
        asOf: result.asOf,
        keys: subject.keys,
        keysOfUser: Map.groupBy(subject.keys, ({ user }) => user),
        isAudited: audited,
    };
    const tracking = track(memoryOf(main, redacted), night);
    const open = tracking.stale.length + tracking.inactive.length + tracking.leftOut > 0;
    if (main ? main.state === 'closed' && !open : tracking.stale.length === 0) {
        return main ? { action: 'keep', issue: main, because: null } : null;
    }
    const overdue = overdueRows(tracking, state, result.asOf);
    const known = main ? knownAssignees(main) : [];
    const assignees = chooseAssignees(request, tracking, main?.assignees ?? [], known, isAssignable);
    const next = {
        redacted,
        keys: [...tracking.stale, ...tracking.inactive].map(row => row.tracked),
        leftOut: tracking.leftOut,
        history: [...tracking.history],
        trend: [...tracking.trend],
        remindedAt: overdue.length > 0 || !state ? result.asOf : state.remindedAt,
        assigned: [...(state?.assigned ?? []), ...assignees.filter(login => !known.includes(login))].slice(-100),
    };
    const marker = { per, scope };
    const hidden = [markerBlock(marker), stateBlock(dated(next, state, result.asOf), main?.parsed ?? null)];
    const setting = settingOf(planned, tracking, night);
    const draft = {
        title: titleOf(tracking, setting),
        body: bodyOf(tracking, setting, hidden, main?.parsed.yours ?? '\n'),
        assignees,
        tracking,
    };
    if (!main)
        return { ...draft, action: 'create', summary: (0,publish_text/* countOf */.pq)(staleCount(tracking), 'stale key') };
    const turn = open ? (main.state === 'open' ? 'stays' : 'reopens') : 'closes';
    const comments = [newsOf(tracking, turn), overdue.length > 0 ? reminderOf(overdue, REMINDER_DAYS) : null];
    const comment = comments.filter(text => text !== null).join('\n\n') || null;
    const same = turn === 'stays' &&
        comment === null &&
        draft.title === main.title &&
        draft.body === normalize(main.body) &&
        assignees.every(login => main.assignees.includes(login));
    if (same)
        return { action: 'keep', issue: main, because: null };
    return {
        ...draft,
        action: 'update',
        issue: main,
        open,
        comment,
        summary: summaryOf(tracking, turn, overdue.length),
    };
}
function reasonToKeep({ main, subject, request, audited }) {
    if (!main)
        return null;
    if (main.state === 'closed-as-not-planned')
        return 'it was closed as not planned';
    const { state } = main.parsed;
    const status = new Map(request.result.accounts.map(account => [account.account.id, account.status]));
    const known = subject.accounts
        ? subject.accounts.map(id => status.get(id) === 'audited')
        : (state?.keys ?? []).map(({ account }) => audited(account));
    if (!known.includes(true) && main.state === 'open')
        return 'nothing that it is about was audited';
    if (state === null && known.includes(false))
        return 'its hidden state is damaged, and not every account was audited';
    return null;
}
/** Where the hidden names are of the other kind, nothing can be compared: the world is taken as known. */
function memoryOf(main, redacted) {
    if (!main)
        return { kind: 'none' };
    const { state } = main.parsed;
    if (state && state.redacted === redacted)
        return { kind: 'state', state };
    const rows = normalize(main.body)
        .split('\n')
        .filter(line => line.startsWith('|'));
    return {
        kind: 'damaged',
        mentions: ({ name, key }) => {
            const user = name.user === '' ? '' : (0,markdown/* render */.XX)((0,markdown/* code */.aY)(name.user));
            const which = name.key === '' ? (0,markdown/* render */.XX)((0,time/* dayOf */.kb)(key.createdAt ?? '')) : (0,markdown/* render */.XX)((0,markdown/* code */.aY)(name.key));
            return state !== null || rows.some(row => row.includes(user) && row.includes(which));
        },
    };
}
/** An unchanged state keeps its date, so that an uneventful night changes nothing. */
function dated(next, previous, asOf) {
    const unchanged = previous !== null && (0,external_node_util_.isDeepStrictEqual)({ ...next, at: previous.at }, previous);
    return { at: unchanged ? previous.at : asOf, ...next };
}
function overdueRows({ stale }, state, asOf) {
    const limit = Date.parse(asOf) - REMINDER_DAYS * time/* DAY_MS */.sO;
    if (!state || Date.parse(state.remindedAt) > limit)
        return [];
    return stale.filter(({ tracked }) => tracked.staleSince !== null && Date.parse(tracked.staleSince) <= limit);
}
/** Those who are, and those who should be but never were: who was taken off stays off. */
function chooseAssignees(request, tracking, current, known, isAssignable) {
    const owners = tracking.stale.flatMap(({ seen }) => (seen ? ownerLogin(seen.shown) : []));
    const before = new Set(known.map(login => login.toLowerCase()));
    const fresh = [...new Set([...request.assignees, ...owners])].filter(login => !before.has(login.toLowerCase()) && isAssignable(login));
    return [...current, ...fresh].slice(0, Math.max(MAX_ASSIGNEES, current.length));
}
function settingOf({ request, shown, subject, main }, tracking, night) {
    const { result, redacted, per, run } = request;
    const accounts = new Map(result.accounts.map(({ account }) => [account.id, (0,report/* accountName */.vi)(account)]));
    const rows = [...tracking.stale, ...tracking.inactive];
    const trackedBefore = main?.parsed.state?.keys ?? [];
    const ids = new Set(per === 'repository'
        ? rows.map(row => row.tracked.account)
        : (subject.accounts ?? trackedBefore.map(tracked => tracked.account)));
    const nameOf = (id) => accounts.get(id) ?? id;
    const user = per === 'user' ? [...subject.keys, ...trackedBefore].map(({ name }) => name.user).find(Boolean) : '';
    const where = ids.size > 1 ? `${ids.size} accounts` : [...ids].map(nameOf).join('');
    return {
        // Lines at the default branch: this run's commit is another one tomorrow.
        context: { result: shown, run: { ...run, sha: 'HEAD' } },
        about: redacted ? '' : [user && ` of ${user}`, where && ` in ${where}`].join(''),
        accountOf: row => (redacted || ids.size < 2 ? null : nameOf(row.tracked.account)),
        keysOfUser: row => (night.keysOfUser.get(row.tracked.user) ?? []).map(({ key }) => key),
    };
}
function summaryOf(tracking, turn, overdue) {
    const words = [
        newsInWords(tracking),
        turn === 'closes' ? 'closed' : turn === 'reopens' ? 'reopened' : '',
        overdue > 0 ? `reminder of ${(0,publish_text/* countOf */.pq)(overdue, 'overdue key')}` : '',
    ];
    return words.filter(Boolean).join(', ') || 'text brought up to date';
}

;// CONCATENATED MODULE: ./build/src/publish/issues/sync.js
/** Carries a plan out on GitHub. Nothing that GitHub refuses is thrown: the audit's result is never lost over it. */





async function syncIssues(request) {
    const failures = [];
    const tell = (error, what, permission = 'issues: write') => {
        failures.push((0,github/* describeGitHubError */.dZ)(error, { what: `${what} in ${request.repository}`, permission }));
    };
    let existing;
    try {
        existing = await findIssues(request);
    }
    catch (error) {
        tell(error, 'list the issues', 'issues: read');
        return { urls: [], lines: [], failures, notFiled: [], history: [], trend: [] };
    }
    const assignable = await findAssignable(request, existing, failures);
    const planned = planIssues(request, existing, login => assignable.has(login.toLowerCase()));
    const leftOut = planned.flatMap(each => (each.action === 'leave-out' ? [each.keys] : []));
    const lines = [];
    const urls = [];
    if (request.readOnlyBecause === null) {
        await carryOut(request, planned, { urls, lines, tell });
    }
    else {
        lines.push(...planned.flatMap(each => wouldDo(each, request.readOnlyBecause)));
        urls.push(...existing.filter(issue => issue.state === 'open').map(issue => issue.url));
    }
    if (leftOut.length > 0) {
        lines.push(`${(0,publish_text/* countOf */.pq)(leftOut.length, 'further issue is', 'further issues are')} left for the next run: one run files at most ${MAX_NEW_ISSUES}`);
    }
    return { urls, lines, failures, notFiled: leftOut.flat(), ...remembered(planned) };
}
async function carryOut(request, planned, report) {
    const created = [];
    for (const [index, each] of planned.entries()) {
        try {
            const done = await carryOutOne(request, each, created.length === 0);
            if (done.url)
                report.urls.push(done.url);
            if (done.line)
                report.lines.push(done.line);
            if (done.created)
                created.push(done.created);
        }
        catch (error) {
            report.tell(error, doingWhat(each));
            if (wouldRepeat(error, each)) {
                const left = planned
                    .slice(index + 1)
                    .filter(({ action }) => action !== 'keep' && action !== 'leave-out');
                if (left.length > 0)
                    report.lines.push(`${(0,publish_text/* countOf */.pq)(left.length, 'further issue was', 'further issues were')} not reached`);
                return;
            }
        }
    }
    if (created.length > 0)
        await giveWay(request, created, report);
    const unchanged = planned.filter(each => each.action === 'keep' && each.because === null && each.issue.state === 'open');
    if (unchanged.length > 0)
        report.lines.push((0,publish_text/* countOf */.pq)(unchanged.length, 'issue is unchanged', 'issues are unchanged'));
}
/** Whether the next request would run into the same. A 410 is a deleted issue, or, on creation, issues that are disabled. */
function wouldRepeat(error, { action }) {
    return [401, 403, 429].includes((0,github/* statusOf */.c2)(error)) || ((0,github/* statusOf */.c2)(error) === 410 && action === 'create');
}
async function carryOutOne(request, planned, first) {
    switch (planned.action) {
        case 'create': {
            if (first)
                await ensureLabels(request);
            const issue = await createIssue(request, planned);
            return { url: issue.url, line: `Issue #${issue.number} created: ${planned.summary}`, created: issue };
        }
        case 'update':
            await updateIssue(request, planned);
            return {
                ...(planned.open ? { url: planned.issue.url } : {}),
                line: `Issue #${planned.issue.number} updated: ${planned.summary}`,
            };
        case 'close-duplicate':
            await closeDuplicate(request, planned.issue, planned.of.number);
            return { line: `Issue #${planned.issue.number} closed as a duplicate of #${planned.of.number}` };
        case 'keep':
            return {
                ...(planned.issue.state === 'open' ? { url: planned.issue.url } : {}),
                ...(planned.because === null
                    ? {}
                    : { line: `Issue #${planned.issue.number} left as it is: ${planned.because}` }),
            };
        case 'leave-out':
            return {};
    }
}
function doingWhat(planned) {
    return 'issue' in planned ? `update issue #${planned.issue.number}` : 'create an issue';
}
function wouldDo(planned, because) {
    const would = {
        create: 'An issue would have been created',
        update: 'An issue would have been updated',
        'close-duplicate': 'A duplicate issue would have been closed',
    };
    if (planned.action === 'keep' || planned.action === 'leave-out')
        return [];
    const what = 'issue' in planned ? ` (#${planned.issue.number})` : '';
    const summary = 'summary' in planned ? `: ${planned.summary}` : '';
    return [`${would[planned.action]}${what}${summary}; nothing is written because ${because}`];
}
/** Issues with our label, our marker, and an author whom we trust, through the issues API: search lags behind. */
async function findIssues(request) {
    const { github, labels } = request;
    const label = labels[0] ?? '';
    const listed = await github.paginate(github.rest.issues.listForRepo, {
        ...place(request),
        labels: label,
        state: 'all',
        sort: 'created',
        direction: 'asc',
        per_page: 100,
    });
    const trust = trustIn(request);
    const found = [];
    for (const issue of listed) {
        const parsed = issue.pull_request ? null : parseBody(issue.body ?? '');
        const labelled = issue.labels.some(each => sameName(typeof each === 'string' ? each : each.name, label));
        if (!parsed || !labelled || !(await trust(issue.user)))
            continue;
        found.push({
            number: issue.number,
            url: issue.html_url,
            title: issue.title,
            body: issue.body ?? '',
            parsed,
            state: stateOf(issue),
            assignees: (issue.assignees ?? []).map(({ login }) => login),
        });
    }
    return found;
}
function stateOf(issue) {
    if (issue.state === 'open')
        return 'open';
    const dismissed = issue.state_reason === 'not_planned' || issue.state_reason === 'duplicate';
    return dismissed ? 'closed-as-not-planned' : 'closed';
}
function sameName(a, b) {
    return a?.toLowerCase() === b.toLowerCase();
}
/** A bot, or somebody with write access: anybody may copy the marker, and a template may add the label for them. */
function trustIn(request) {
    const answers = new Map();
    return async (author) => {
        if (!author)
            return false;
        if (author.type === 'Bot')
            return true;
        const known = answers.get(author.login) ?? (await mayWrite(request, author.login));
        answers.set(author.login, known);
        return known;
    };
}
async function mayWrite(request, username) {
    try {
        const { data } = await request.github.rest.repos.getCollaboratorPermissionLevel({
            ...place(request),
            username,
        });
        return data.permission === 'admin' || data.permission === 'write';
    }
    catch (error) {
        if ((0,github/* statusOf */.c2)(error) === 404)
            return false;
        throw error;
    }
}
// Each costs a request, every night for those who cannot be assigned.
const MAX_ASSIGNEE_CHECKS = 50;
/** Logins in lower case that GitHub lets us assign. One that an issue had before needs no question. */
async function findAssignable(request, existing, failures) {
    const assignable = new Set(existing.flatMap(knownAssignees).map(login => login.toLowerCase()));
    if (request.readOnlyBecause !== null)
        return assignable;
    try {
        for (const login of assigneesToCheck(request, existing).slice(0, MAX_ASSIGNEE_CHECKS)) {
            if (await isAssignable(request, login))
                assignable.add(login.toLowerCase());
            else if (request.assignees.includes(login))
                failures.push(unassignable(request, login));
        }
    }
    catch (error) {
        failures.push((0,github/* describeGitHubError */.dZ)(error, { what: 'ask who can be assigned to issues', permission: 'issues: read' }));
    }
    return assignable;
}
async function isAssignable(request, assignee) {
    if (!/^[A-Za-z0-9][A-Za-z0-9_-]{0,38}$/.test(assignee))
        return false;
    try {
        await request.github.rest.issues.checkUserCanBeAssigned({ ...place(request), assignee });
        return true;
    }
    catch (error) {
        if ((0,github/* statusOf */.c2)(error) === 404)
            return false;
        throw error;
    }
}
function unassignable({ repository }, login) {
    return new errors/* UserError */.y(`A login of \`issue-assignees\` cannot be assigned to issues in ${repository}`, 'Give them access to the repository, or take them out of `issue-assignees`.', login);
}
async function ensureLabels(request) {
    for (const name of request.labels) {
        try {
            await request.github.rest.issues.getLabel({ ...place(request), name });
        }
        catch (error) {
            if ((0,github/* statusOf */.c2)(error) !== 404)
                throw error;
            await createLabel(request, name);
        }
    }
}
async function createLabel(request, name) {
    try {
        await request.github.rest.issues.createLabel({
            ...place(request),
            name,
            color: 'd4a72c',
            description: 'AWS access keys that are due for rotation',
        });
    }
    catch (error) {
        // Another run was faster.
        if ((0,github/* statusOf */.c2)(error) !== 422)
            throw error;
    }
}
async function createIssue(request, { title, body, assignees }) {
    const { data } = await request.github.rest.issues.create({
        ...place(request),
        title,
        body,
        labels: [...request.labels],
        assignees: [...assignees],
    });
    return { number: data.number, url: data.html_url };
}
/** The comment first: a night that ends between the two tells its news twice rather than never. */
async function updateIssue(request, { issue, title, body, open, comment, assignees }) {
    const target = { ...place(request), issue_number: issue.number };
    if (comment !== null)
        await request.github.rest.issues.createComment({ ...target, body: comment });
    const wasOpen = issue.state === 'open';
    await request.github.rest.issues.update({
        ...target,
        ...(title === issue.title ? {} : { title }),
        body,
        ...(assignees.length === issue.assignees.length ? {} : { assignees: [...assignees] }),
        ...(open && !wasOpen ? { state: 'open', state_reason: 'reopened' } : {}),
        ...(!open && wasOpen ? { state: 'closed', state_reason: 'completed' } : {}),
    });
}
async function closeDuplicate(request, issue, of) {
    const target = { ...place(request), issue_number: issue.number };
    await request.github.rest.issues.createComment({
        ...target,
        body: `Duplicate of #${of}: two runs filed it at once.`,
    });
    await request.github.rest.issues.update({
        ...target,
        body: withoutMarker(issue.body),
        state: 'closed',
        state_reason: 'not_planned',
    });
}
/** Of two runs that found no issue and filed one each, the one with the higher number takes its own back. */
async function giveWay(request, created, report) {
    try {
        const ours = new Set(created.map(({ number }) => number));
        const open = (await findIssues(request)).filter(issue => issue.state === 'open');
        for (const issue of open.filter(({ number }) => ours.has(number))) {
            const { per, scope } = issue.parsed.marker;
            const lower = open.find(({ number, parsed: { marker } }) => number < issue.number && marker.per === per && marker.scope === scope);
            if (!lower)
                continue;
            await closeDuplicate(request, issue, lower.number);
            report.lines.push(`Issue #${issue.number} closed as a duplicate of #${lower.number}`);
            report.urls.splice(report.urls.indexOf(issue.url), 1, lower.url);
        }
    }
    catch (error) {
        report.tell(error, 'look for duplicate issues');
    }
}
/** What all issues together remember. */
function remembered(planned) {
    const memories = planned.flatMap((each) => {
        if ('tracking' in each)
            return [each.tracking];
        return each.action === 'keep' && each.issue.parsed.state ? [each.issue.parsed.state] : [];
    });
    return {
        history: memories
            .flatMap(({ history }) => history)
            .sort((a, b) => (a.at < b.at ? 1 : a.at > b.at ? -1 : 0))
            .slice(0, 20),
        trend: sum(memories.map(({ trend }) => trend)),
    };
}
/** Each trend holds its value until its next day. */
function sum(trends) {
    const days = [...new Set(trends.flatMap(trend => trend.map(({ day }) => day)))].sort();
    return days
        .map(day => ({
        day,
        stale: trends.reduce((total, trend) => total + (trend.findLast(point => point.day <= day)?.stale ?? 0), 0),
    }))
        .slice(-30);
}
function place({ repository }) {
    const [owner = '', repo = ''] = repository.split('/');
    return { owner, repo };
}


/***/ })

};
