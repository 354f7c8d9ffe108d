export const id = 398;
export const ids = [398];
export const modules = {

/***/ 5398:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  remediate: () => (/* binding */ remediate)
});

// EXTERNAL MODULE: ./build/src/errors.js
var errors = __webpack_require__(2544);
// EXTERNAL MODULE: ./build/src/evaluate/commands.js
var commands = __webpack_require__(7041);
// EXTERNAL MODULE: ./build/src/gather/failure.js
var failure = __webpack_require__(8321);
// EXTERNAL MODULE: ./build/src/partitions.js
var partitions = __webpack_require__(7344);
// EXTERNAL MODULE: external "node:timers/promises"
var promises_ = __webpack_require__(8500);
// EXTERNAL MODULE: ./build/src/time.js
var time = __webpack_require__(9974);
// EXTERNAL MODULE: ./build/src/evaluate/exemptions.js
var exemptions = __webpack_require__(8275);
// EXTERNAL MODULE: ./build/src/evaluate/idle.js
var idle = __webpack_require__(9757);
// EXTERNAL MODULE: ./build/src/evaluate/procedure-steps.js + 1 modules
var procedure_steps = __webpack_require__(6487);
;// CONCATENATED MODULE: ./build/src/remediate/plan.js




/** How far back CloudTrail remembers events. */
const CLOUDTRAIL_DAYS = 90;
/** Why remediation is refused as a whole, as the end of "… because"; null where it may go on. */
function whyRefused(run, { policy }) {
    if (run.asOf)
        return 'as-of sets another instant than now';
    if (run.savedEvidence)
        return 'the evidence is saved, not gathered in this run';
    if (policy.verifyKeys === 'none')
        return 'verify-keys is none, so no key was looked at live';
    if (run.configBroken)
        return 'the configuration file cannot be read';
    if (run.scan.source === 'none')
        return 'there is no checkout that tells which keys are declared in code';
    if (run.scan.stoppedBy)
        return `the checkout was not read to its end (${run.scan.stoppedBy}), so a key may be declared in code`;
    return run.mode === 'apply' ? run.notToWrite : null;
}
/** The keys that the limits point at, in the result's order, each with what forbids its change for good. */
function planRemediation(result, config, now) {
    const accounts = new Map(result.accounts.flatMap(each => (each.status === 'audited' ? [[each.account.id, each]] : [])));
    const byUser = Map.groupBy(result.keys, userOf);
    return result.keys.flatMap(key => {
        const what = pointedAt(key, config.remediation, now);
        const audited = accounts.get(key.account);
        if (!what || !audited)
            return [];
        const { account, evidence } = audited;
        const refusal = whyForbidden(key);
        const evaluated = byUser.get(userOf(key)) ?? [];
        return [{ key, what, account, role: evidence.role, evaluated, refusal }];
    });
}
function userOf({ account, user, root }) {
    return JSON.stringify([account, root, user]);
}
function pointedAt(key, limits, now) {
    const { deactivateAfterIdleDays, deleteAfterInactiveDays } = limits;
    const unusedFor = (days) => days !== null && isUnused(key, days, now);
    if (key.state === 'stale' || key.state === 'exempt')
        return unusedFor(deactivateAfterIdleDays) ? 'deactivate' : null;
    if (key.state === 'inactive')
        return unusedFor(deleteAfterInactiveDays) ? 'delete' : null;
    return null;
}
/** What holds of the key whatever AWS says now. */
function whyForbidden(key) {
    if (key.root)
        return 'Keys of the root user are never changed.';
    if (key.state === 'exempt')
        return 'The key is exempt.';
    const code = (0,procedure_steps/* codeOf */.$)(key.declared);
    if (code.kind !== 'by-hand')
        return 'The key is declared in code: it is changed there, by a pull request.';
    if (key.unreadable)
        return 'The credential report has a cell about this key that cannot be read.';
    return null;
}
/** The live key of a candidate, where the user's keys are still exactly those that were evaluated; else the reason. */
function matchLive({ key, evaluated }, live) {
    const differs = 'The keys of the user are no longer those that were evaluated.';
    const pairs = evaluated.map(each => [each, live.filter(it => isSame(each, it))]);
    if (pairs.some(([, found]) => found.length !== 1))
        return differs;
    if (new Set(pairs.map(([, [found]]) => found)).size !== live.length)
        return differs;
    return pairs.find(([each]) => each === key)?.[1][0] ?? differs;
}
/** The same key in the same status; by creation time to the second where the report has told no ID. */
function isSame(evaluated, live) {
    const sameKey = evaluated.accessKeyId === null || evaluated.accessKeyId === live.accessKeyId;
    const status = evaluated.state === 'inactive' ? 'Inactive' : 'Active';
    return sameKey && evaluated.createdAt === live.createdAt && live.status === status;
}
/** Why the candidate must be left alone by what AWS says now, or null. `history`: needed for deletion alone. */
function judge(candidate, live, all, history, config, now) {
    const { key, what } = candidate;
    const { deactivateAfterIdleDays, deleteAfterInactiveDays } = config.remediation;
    // The evaluation knows no exemption of an inactive key, nor of one whose ID only AWS tells.
    if ((0,exemptions/* exemptionOf */.V)({ ...key, accessKeyId: live.accessKeyId }, config, now))
        return 'The key is exempt.';
    return what === 'deactivate'
        ? judgeDeactivation(live, all, deactivateAfterIdleDays, now)
        : judgeDeletion(live, history, deleteAfterInactiveDays, now);
}
function judgeDeactivation(live, all, days, now) {
    if (days === null)
        return 'deactivate-after-idle-days is off.';
    if (!isUnusedLive(live, days, now))
        return `The key was used${used(live)}, within the ${days} days of the limit.`;
    const others = all.filter(other => other !== live);
    const onlyActive = !others.some(({ status }) => status === 'Active');
    const recent = others.find(({ lastUsedAt }) => lastUsedAt !== null && !(0,idle/* hasPassed */.Pc)(days, lastUsedAt, now));
    if (onlyActive && recent)
        return `It is the only active key of a user whose other key was used${used(recent)}, within the ${days} days of the limit.`;
    return null;
}
function judgeDeletion(live, history, days, now) {
    if (days === null)
        return 'delete-after-inactive-days is off.';
    if (!isUnusedLive(live, days, now))
        return `The key was used${used(live)}, within the ${days} days of the limit.`;
    switch (history.kind) {
        case 'unknown':
            return history.reason;
        case 'changed':
            if (history.status !== 'Inactive')
                return 'CloudTrail’s last event about the key did not deactivate it.';
            if (live.lastUsedAt !== null && Date.parse(live.lastUsedAt) > Date.parse(history.at) + LAST_USE_LAG_MS)
                return 'The key was used after CloudTrail saw it deactivated.';
            return (0,idle/* hasPassed */.Pc)(days, history.at, now)
                ? null
                : `The key was deactivated on ${(0,time/* dayOf */.kb)(history.at)}, within the ${days} days of the limit.`;
        case 'unchanged':
            if (!(0,idle/* hasPassed */.Pc)(CLOUDTRAIL_DAYS, live.createdAt, now))
                return 'CloudTrail has no event that deactivated the key, which is younger than CloudTrail’s memory.';
            return days <= CLOUDTRAIL_DAYS
                ? null
                : `CloudTrail remembers ${CLOUDTRAIL_DAYS} days, fewer than the ${days} days of the limit.`;
    }
}
/** The last use is recorded by the quarter of an hour. */
const LAST_USE_LAG_MS = time/* DAY_MS */.sO / 96;
/** No recorded use for so many days, by the report; a key never used counts from its creation. Unknown use is use. */
function isUnused({ lastUsed, createdAt }, days, now) {
    const since = lastUsed.state === 'used' ? lastUsed.at : createdAt;
    return lastUsed.state !== 'unknown' && (0,idle/* isInstant */.uZ)(since) && (0,idle/* hasPassed */.Pc)(days, since, now);
}
function isUnusedLive({ lastUsedAt, createdAt }, days, now) {
    return (0,idle/* hasPassed */.Pc)(days, lastUsedAt ?? createdAt, now);
}
function used({ lastUsedAt }) {
    return lastUsedAt ? ` on ${(0,time/* dayOf */.kb)(lastUsedAt)}` : ', or made,';
}
/** Which limit points at the candidate. */
function whyPointedAt({ key, what }, { remediation }) {
    const days = what === 'deactivate' ? remediation.deactivateAfterIdleDays : remediation.deleteAfterInactiveDays;
    const name = what === 'deactivate' ? 'deactivate-after-idle-days' : 'delete-after-inactive-days';
    const since = key.lastUsed.state === 'used'
        ? `No recorded use since ${(0,time/* dayOf */.kb)(key.lastUsed.at)}`
        : `Never used since it was made on ${(0,time/* dayOf */.kb)(key.createdAt ?? '')}`;
    return `${since} (${name}: ${days}).`;
}

;// CONCATENATED MODULE: ./build/src/remediate/live.js



/** All keys of the user with their last use (iam:ListAccessKeys, iam:GetAccessKeyLastUsed). Throws what the SDK throws. */
async function readKeys(iam, user, signal) {
    const { GetAccessKeyLastUsedCommand, ListAccessKeysCommand } = await Promise.all(/* import() */[__webpack_require__.e(213), __webpack_require__.e(252)]).then(__webpack_require__.t.bind(__webpack_require__, 4252, 19));
    const keys = [];
    let marker;
    do {
        const page = await iam.send(new ListAccessKeysCommand({ UserName: user, Marker: marker }), {
            abortSignal: signal,
        });
        for (const { AccessKeyId, Status, CreateDate } of page.AccessKeyMetadata ?? []) {
            if (!AccessKeyId || !Status || !CreateDate)
                throw new TypeError('a key without ID, status or date');
            const { AccessKeyLastUsed } = await iam.send(new GetAccessKeyLastUsedCommand({ AccessKeyId }), {
                abortSignal: signal,
            });
            // An answer without the element says nothing, least of all that the key was never used.
            if (!AccessKeyLastUsed)
                throw new TypeError('no answer about the last use');
            const lastUsed = AccessKeyLastUsed.LastUsedDate;
            keys.push({
                accessKeyId: AccessKeyId,
                status: Status,
                createdAt: (0,time/* formatInstant */.r4)(CreateDate),
                lastUsedAt: lastUsed ? (0,time/* formatInstant */.r4)(lastUsed) : null,
            });
        }
        marker = page.IsTruncated ? page.Marker : undefined;
    } while (marker);
    return keys;
}
/**
 * What CloudTrail tells of each key's status (cloudtrail:LookupEvents, in the partition's IAM region), read once.
 * By event name: that an event can be found by the key's ID as a resource is documented nowhere, and what is not
 * found would count as unchanged.
 */
async function readStatusHistory(cloudtrail, now, signal) {
    const { LookupEventsCommand } = await Promise.all(/* import() */[__webpack_require__.e(213), __webpack_require__.e(376)]).then(__webpack_require__.t.bind(__webpack_require__, 5376, 19));
    const newest = new Map();
    let token;
    let pages = 0;
    do {
        // Two requests a second are allowed for each account and region.
        if (pages > 0)
            await (0,promises_.setTimeout)(PACE_MS, undefined, { signal });
        const page = await cloudtrail.send(new LookupEventsCommand({
            LookupAttributes: [{ AttributeKey: 'EventName', AttributeValue: 'UpdateAccessKey' }],
            StartTime: new Date(now.getTime() - CLOUDTRAIL_DAYS * time/* DAY_MS */.sO),
            NextToken: token,
        }), { abortSignal: signal });
        // Newest first.
        for (const event of page.Events ?? []) {
            const change = readChange(event);
            if (change && !newest.has(change.accessKeyId))
                newest.set(change.accessKeyId, change.history);
        }
        token = page.NextToken;
        pages += 1;
    } while (token && pages < MAX_PAGES);
    const none = token
        ? { kind: 'unknown', reason: 'CloudTrail has more status changes than are read.' }
        : { kind: 'unchanged' };
    return accessKeyId => newest.get(accessKeyId) ?? none;
}
const PACE_MS = 500;
const MAX_PAGES = 100;
/** Which key a successful UpdateAccessKey changed, and when. */
function readChange(event) {
    const record = parse(event.CloudTrailEvent);
    const { accessKeyId, status } = (record['requestParameters'] ?? {});
    if (typeof accessKeyId !== 'string' || !event.EventTime || record['errorCode'])
        return null;
    const at = (0,time/* formatInstant */.r4)(event.EventTime);
    return { accessKeyId, history: { kind: 'changed', at, status: typeof status === 'string' ? status : '' } };
}
function parse(text) {
    try {
        const value = JSON.parse(text ?? '');
        return typeof value === 'object' && value !== null ? value : {};
    }
    catch {
        return {};
    }
}

;// CONCATENATED MODULE: ./build/src/remediate/remediate.js






/**
 * Deactivates and deletes what the configured limits point at, each key looked at live right before; `plan` does all of
 * it but the changes. Never throws for a key: every outcome is recorded. After a change that failed nothing more is changed.
 */
async function remediate(remediation) {
    const { run, result, config, now } = remediation;
    const refused = whyRefused(run, result);
    if (refused !== null)
        return { mode: run.mode, refused, changes: [] };
    const lookAt = openAccounts(remediation);
    const { maxChanges } = config.remediation;
    const changedUsers = new Set();
    const changes = [];
    let failed = false;
    for (const candidate of planRemediation(result, config, now)) {
        const user = userOf(candidate.key);
        const refusal = candidate.refusal ??
            (failed ? 'An earlier change failed.' : null) ??
            (changedUsers.size < maxChanges ? null : `max-changes (${maxChanges}) is reached.`) ??
            // After one change the user's keys are no longer those evaluated.
            (changedUsers.has(user) ? 'Another key of this user is changed in this run.' : null);
        const change = refusal
            ? skipped(candidate, config, refusal)
            : await carryOut(candidate, remediation, lookAt);
        changes.push(change);
        remediation.told(change);
        if (change.outcome !== 'skipped')
            changedUsers.add(user);
        if (change.outcome === 'failed')
            failed = true;
    }
    return { mode: run.mode, refused: null, changes };
}
async function carryOut(candidate, { run, config, now, signal }, lookAt) {
    let iam;
    let live;
    try {
        const account = await lookAt(candidate);
        const keys = await readKeys(account.iam, candidate.key.user, signal);
        if (Math.abs(account.iam.config.systemClockOffset) > MAX_SKEW_MS)
            return skipped(candidate, config, SKEWED);
        const match = matchLive(candidate, keys);
        if (typeof match === 'string')
            return skipped(candidate, config, match);
        const history = candidate.what === 'delete' ? await account.history() : () => NOT_ASKED;
        const reason = judge(candidate, match, keys, history(match.accessKeyId), config, now);
        if (reason)
            return skipped(candidate, config, reason);
        iam = account.iam;
        live = match;
    }
    catch (error) {
        return skipped(candidate, config, `The key could not be looked at once more: ${wordsOf(error)}`);
    }
    const change = describe(candidate, live.accessKeyId, config);
    if (run.mode === 'plan')
        return { ...change, outcome: 'planned', reason: null };
    try {
        await execute(iam, candidate, live.accessKeyId, signal);
        return { ...change, outcome: 'done', reason: null };
    }
    catch (error) {
        const reason = `AWS did not confirm the change; look whether it was made: ${wordsOf(error)}`;
        return { ...change, outcome: 'failed', reason };
    }
}
/** The SDK signs by AWS's clock where the runner's is off; the limits would count by the runner's. */
const MAX_SKEW_MS = 5 * 60_000;
const SKEWED = 'The clock of this runner differs from AWS’s, so nobody knows how long the key was unused.';
const NOT_ASKED = { kind: 'unknown', reason: 'CloudTrail was not asked.' };
/** The only calls of the project that change anything in AWS. */
async function execute(iam, { key, what }, accessKeyId, signal) {
    const { DeleteAccessKeyCommand, UpdateAccessKeyCommand } = await Promise.all(/* import() */[__webpack_require__.e(213), __webpack_require__.e(252)]).then(__webpack_require__.t.bind(__webpack_require__, 4252, 19));
    const which = { UserName: key.user, AccessKeyId: accessKeyId };
    if (what === 'delete')
        await iam.send(new DeleteAccessKeyCommand(which), { abortSignal: signal });
    else
        await iam.send(new UpdateAccessKeyCommand({ ...which, Status: 'Inactive' }), { abortSignal: signal });
}
/** Connects to each account once. */
function openAccounts(remediation) {
    const open = new Map();
    return audited => {
        const { id } = audited.account;
        const known = open.get(id);
        if (known)
            return known;
        const opened = connectTo(audited, remediation);
        open.set(id, opened);
        return opened;
    };
}
async function connectTo(audited, { connect, now, signal }) {
    const region = partitions/* PARTITIONS */.S1[audited.account.partition].iamRegion;
    const { iam, cloudtrail } = await connect(audited, region);
    // Elsewhere CloudTrail has none of IAM's events, and every key would look unchanged.
    if ((await cloudtrail.config.region()) !== region)
        throw new Error(`CloudTrail is not asked in ${region}`);
    let read = null;
    const history = () => {
        read ??= readStatusHistory(cloudtrail, now, signal);
        return read;
    };
    return { iam, history };
}
function skipped(candidate, config, reason) {
    return { ...describe(candidate, candidate.key.accessKeyId, config), outcome: 'skipped', reason };
}
function describe(candidate, accessKeyId, config) {
    const { key, what, account } = candidate;
    const holder = { user: key.user, partition: account.partition };
    const undoable = what === 'deactivate' && accessKeyId !== null;
    return {
        key: key.id,
        account: key.account,
        user: key.user,
        accessKeyId,
        what,
        why: whyPointedAt(candidate, config),
        undo: undoable ? (0,commands/* setStatus */.Lx)(holder, accessKeyId, 'Active') : null,
    };
}
function wordsOf(error) {
    if (error instanceof errors/* UserError */.y)
        return [error.message, error.detail ?? ''].join(' ').trim();
    const { code, message } = (0,failure/* readAwsError */.SM)(error);
    return message ? `${code}: ${message}` : `${code}.`;
}


/***/ })

};
