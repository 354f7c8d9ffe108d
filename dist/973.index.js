export const id = 973;
export const ids = [973,8];
export const modules = {

/***/ 8008:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   A: () => (/* binding */ shardSize),
/* harmony export */   accountsDigest: () => (/* binding */ accountsDigest),
/* harmony export */   listMembers: () => (/* binding */ listMembers),
/* harmony export */   shardOf: () => (/* binding */ shardOf)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2544);
/* harmony import */ var _failure_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8321);



/**
 * The ACTIVE accounts of the organization, sorted by ID (organizations:ListAccounts, all pages).
 * Throws a UserError where they cannot be listed, or there is none.
 */
async function listMembers(organizations, partition, exclude, signal) {
    const { paginateListAccounts } = await Promise.all(/* import() */[__webpack_require__.e(213), __webpack_require__.e(295)]).then(__webpack_require__.t.bind(__webpack_require__, 6295, 19));
    const members = [];
    try {
        for await (const page of paginateListAccounts({ client: organizations }, {}, 
        // The paginator hands these options to every request.
        { abortSignal: signal }))
            members.push(...(page.Accounts ?? []).filter(isActive).map(account => asMember(account, partition)));
    }
    catch (error) {
        throw notListed(error);
    }
    const audited = members.filter(({ id }) => !exclude.includes(id));
    if (audited.length === 0)
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .y(members.length === 0
            ? 'The organization has no active account, so there is nothing to audit.'
            : 'exclude-accounts leaves out every active account of the organization, so there is nothing to audit.', 'Check that role-to-assume is a role of the management account or of a delegated administrator, and what exclude-accounts names.');
    return audited.sort((a, b) => (a.id < b.id ? -1 : 1));
}
/** The share `index` of `count` (from 1) of the accounts: deterministic whatever their order, sizes differ by one at most. */
function shardOf(accounts, { index, count }) {
    return accounts
        .toSorted((a, b) => (a.id < b.id ? -1 : 1))
        .filter((_, position) => position % count === index - 1);
}
/** How many accounts the share `index` of `count` has. */
function shardSize({ index, count, accountCount }) {
    return Math.max(0, Math.ceil((accountCount - index + 1) / count));
}
/** SHA-256 over the sorted account IDs, joined by newlines. */
function accountsDigest(ids) {
    return (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha256').update(ids.toSorted().join('\n')).digest('hex');
}
function isActive(account) {
    // `Status` was announced to retire on 2026-09-09 in favour of `State`.
    return (account.State ?? account.Status) === 'ACTIVE';
}
function asMember(account, partition) {
    const id = account.Id ?? '';
    if (!/^\d{12}$/.test(id))
        throw new TypeError('ListAccounts answered an account without its ID');
    // The ARN of every account begins with the management account's ID: arn:aws:organizations::MANAGEMENT:account/o-…/ID
    return { id, partition, name: account.Name || null, management: account.Arn?.split(':')[4] === id };
}
function notListed(error) {
    const { code, message } = (0,_failure_js__WEBPACK_IMPORTED_MODULE_2__/* .readAwsError */ .SM)(error);
    const cause = `${code}: ${message}`;
    if (code === 'AWSOrganizationsNotInUseException')
        return new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .y('The account of role-to-assume is in no organization.', 'Name a role of the management account or of a delegated administrator in role-to-assume, or leave organization-role-name out to audit this account alone.', cause, { cause: error });
    return new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .y('The accounts of the organization could not be listed.', code === 'AccessDenied'
        ? 'Allow organizations:ListAccounts in a policy of role-to-assume; it must be a role of the management account or of a delegated administrator.'
        : 'Run the audit again; if it happens again, look at the detail.', cause, { cause: error });
}


/***/ }),

/***/ 4973:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  readSaved: () => (/* binding */ readSaved)
});

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: ../main/node_modules/valibot/dist/index.mjs
var dist = __webpack_require__(1422);
// EXTERNAL MODULE: ./build/src/errors.js
var errors = __webpack_require__(2544);
// EXTERNAL MODULE: ./build/src/evaluate/report.js
var report = __webpack_require__(533);
// EXTERNAL MODULE: ./build/src/evidence.js
var evidence = __webpack_require__(2954);
// EXTERNAL MODULE: ./build/src/partitions.js
var partitions = __webpack_require__(7344);
;// CONCATENATED MODULE: ./build/src/evidence-schema.js
/** The schema of saved evidence: validates what is read back, and gives `schemas/evidence.v1.json`. */



const evidence_schema_text = dist/* string */.YjP();
const count = dist/* pipe */.FsL(dist/* number */.aig(), dist/* integer */.ndf(), dist/* minValue */.Wwf(0));
/** As the input `shard` allows. */
const shardNumber = dist/* pipe */.FsL(count, dist/* minValue */.Wwf(1), dist/* maxValue */.cGV(256));
const instant = dist/* pipe */.FsL(dist/* string */.YjP(), dist/* regex */.yGV(/^\d{4}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])T([01]\d|2[0-3]):[0-5]\d:[0-5]\dZ$/, 'is no instant in UTC'), dist/* description */.h_('An instant in UTC with whole seconds, such as 2026-11-24T00:00:00Z'));
const sha256 = dist/* pipe */.FsL(dist/* string */.YjP(), dist/* regex */.yGV(/^[0-9a-f]{64}$/, 'is no SHA-256'));
const account = dist/* strictObject */.rej({
    id: dist/* pipe */.FsL(dist/* string */.YjP(), dist/* regex */.yGV(/^\d{12}$/, 'is no account ID')),
    partition: dist/* picklist */.KIO(Object.keys(partitions/* PARTITIONS */.S1)),
    name: dist/* nullable */.mee(evidence_schema_text),
    alias: dist/* nullable */.mee(evidence_schema_text),
});
const shard = dist/* strictObject */.rej({
    index: shardNumber,
    count: shardNumber,
    accountsDigest: sha256,
    accountCount: count,
});
const failure = dist/* strictObject */.rej({ summary: evidence_schema_text, remedy: evidence_schema_text, detail: dist/* nullable */.mee(evidence_schema_text) });
const lastUsedFields = { at: instant, region: dist/* nullable */.mee(evidence_schema_text), service: dist/* nullable */.mee(evidence_schema_text) };
const ofUser = { user: evidence_schema_text, at: instant };
const ofKey = { ...ofUser, accessKeyId: evidence_schema_text };
const observation = dist/* variant */.Oxt('kind', [
    dist/* strictObject */.rej({
        kind: dist/* literal */.euz('access-keys'),
        ...ofUser,
        keys: dist/* array */.YOg(dist/* strictObject */.rej({ accessKeyId: evidence_schema_text, status: evidence_schema_text, createdAt: instant })),
    }),
    dist/* strictObject */.rej({ kind: dist/* literal */.euz('user-gone'), ...ofUser }),
    dist/* strictObject */.rej({
        kind: dist/* literal */.euz('last-used'),
        ...ofKey,
        lastUsed: dist/* nullable */.mee(dist/* strictObject */.rej(lastUsedFields)),
    }),
    dist/* strictObject */.rej({ kind: dist/* literal */.euz('owner-tag'), ...ofUser, tag: evidence_schema_text, value: dist/* nullable */.mee(evidence_schema_text) }),
    dist/* strictObject */.rej({ kind: dist/* literal */.euz('account-summary'), at: instant, accountAccessKeysPresent: count }),
    dist/* strictObject */.rej({
        kind: dist/* literal */.euz('usage'),
        ...ofKey,
        region: evidence_schema_text,
        uses: dist/* array */.YOg(dist/* strictObject */.rej({
            at: instant,
            userAgent: evidence_schema_text,
            sourceAddress: evidence_schema_text,
            eventSource: evidence_schema_text,
            eventName: evidence_schema_text,
        })),
        truncated: dist/* boolean */.zMY(),
    }),
    dist/* strictObject */.rej({ kind: dist/* literal */.euz('administrator'), ...ofUser, policy: dist/* nullable */.mee(evidence_schema_text) }),
    dist/* strictObject */.rej({
        kind: dist/* literal */.euz('status-change'),
        ...ofKey,
        changedAt: dist/* nullable */.mee(instant),
        status: dist/* nullable */.mee(evidence_schema_text),
    }),
]);
const evidence_schema_evidence = dist/* strictObject */.rej({
    kind: dist/* literal */.euz('evidence'),
    version: dist/* literal */.euz(evidence/* EVIDENCE_VERSION */.h),
    account,
    role: dist/* nullable */.mee(evidence_schema_text),
    gatheredAt: dist/* nullable */.mee(instant),
    report: dist/* strictObject */.rej({
        content: dist/* pipe */.FsL(evidence_schema_text, dist/* description */.h_('The credential report as AWS sent it, base64')),
        sha256: dist/* pipe */.FsL(sha256, dist/* description */.h_('SHA-256 of the decoded report')),
        generatedAt: dist/* nullable */.mee(instant),
    }),
    observations: dist/* array */.YOg(observation),
    refusals: dist/* array */.YOg(dist/* strictObject */.rej({
        action: evidence_schema_text,
        user: dist/* nullable */.mee(evidence_schema_text),
        at: instant,
        code: evidence_schema_text,
        message: evidence_schema_text,
    })),
    shard: dist/* exactOptional */.yqP(shard),
});
const failedAccount = dist/* strictObject */.rej({
    kind: dist/* literal */.euz('failed-account'),
    version: dist/* literal */.euz(evidence/* EVIDENCE_VERSION */.h),
    account,
    role: dist/* nullable */.mee(evidence_schema_text),
    at: instant,
    failure,
    shard: dist/* exactOptional */.yqP(shard),
});
/** One file of evidence: an account's evidence, or why there is none. */
const gatheredSchema = dist/* variant */.Oxt('kind', [evidence_schema_evidence, failedAccount]);
true;

// EXTERNAL MODULE: ./build/src/gather/organization.js
var organization = __webpack_require__(8008);
;// CONCATENATED MODULE: ./build/src/gather/saved.js










/**
 * Saved evidence, one account after the other: evidence of earlier runs (`.json`) and bare credential reports (`.csv`).
 * Throws a UserError before the first one where any file is unusable, too old, given twice, or the shards are not whole.
 */
async function* readSaved(source, now) {
    const paths = await findFiles(source);
    // Twice read, once held: only what identifies each file is kept until all are known to be good.
    const labels = [];
    for (const path of paths)
        labels.push(labelOf((0,external_node_path_.relative)(source.workspace, path), await readSavedFile(path, source)));
    refuseTwice(labels);
    refuseIncompleteShards(labels);
    if (source.maxAgeHours !== null)
        refuseOld(labels, source.maxAgeHours, now);
    for (const path of paths)
        yield readSavedFile(path, source);
}
function labelOf(path, gathered) {
    const at = gathered.kind === 'evidence' ? gathered.gatheredAt : gathered.at;
    return { path, account: gathered.account, at, shard: gathered.shard };
}
/** Absolute paths, sorted. */
async function findFiles({ patterns, workspace }) {
    const { glob } = await __webpack_require__.e(/* import() */ 310).then(__webpack_require__.bind(__webpack_require__, 2310));
    const ignore = patterns.filter(pattern => pattern.startsWith('!')).map(pattern => pattern.slice(1));
    const found = new Set();
    for (const pattern of patterns.filter(each => !each.startsWith('!'))) {
        const matches = (await isFile((0,external_node_path_.resolve)(workspace, pattern)))
            ? [(0,external_node_path_.resolve)(workspace, pattern)]
            : await glob(asGlob(pattern), { cwd: workspace, ignore: ignore.map(asGlob), absolute: true, dot: true });
        if (matches.length === 0)
            throw new errors/* UserError */.y('evidence-files names files that do not exist.', 'Check the path or glob, which is relative to the checkout, and that the step which downloads the evidence came before this one and found it.', pattern);
        for (const match of matches)
            found.add((0,external_node_path_.resolve)(match));
    }
    if (found.size === 0)
        throw new errors/* UserError */.y('evidence-files matches no file, so there is nothing to audit.', 'Name at least one file, or a glob that matches one.');
    return [...found].sort();
}
async function isFile(path) {
    return (0,promises_.stat)(path).then(found => found.isFile(), () => false);
}
/** Windows paths become globs. */
function asGlob(pattern) {
    return process.platform === 'win32' ? pattern.replaceAll('\\', '/') : pattern;
}
async function readSavedFile(path, { workspace }) {
    const name = (0,external_node_path_.relative)(workspace, path);
    const unusable = (what, remedy, why = '') => new errors/* UserError */.y(`A file of evidence-files ${what}.`, remedy, why ? `${name}: ${why}` : name);
    try {
        const { size } = await (0,promises_.stat)(path);
        if (size > MAX_BYTES)
            throw unusable(`is larger than ${MAX_BYTES / 2 ** 20} MiB`, NOT_EVIDENCE);
        const bytes = await (0,promises_.readFile)(path);
        if (bytes.toString('utf8').trim() === '')
            throw unusable('is empty', FETCH_AGAIN);
        if (/\.csv$/i.test(path))
            return bareReport(bytes);
        if (/\.json$/i.test(path))
            return savedEvidence(bytes);
        throw unusable('is neither a .json nor a .csv file', NOT_EVIDENCE);
    }
    catch (error) {
        if (!(error instanceof errors/* UserError */.y))
            throw unusable('could not be read', FETCH_AGAIN, messageOf(error));
        if (error.detail?.startsWith(name))
            throw error;
        throw new errors/* UserError */.y(error.message, error.remedy, error.detail ? `${name}: ${error.detail}` : name, {
            cause: error,
        });
    }
}
/** A credential report as AWS sends it: it carries no time, and its account stands in its ARNs. */
function bareReport(bytes) {
    const { rows } = (0,report/* parseReport */.MM)(bytes.toString('utf8'));
    const owners = new Set(rows.map(({ arn }) => /^arn:[a-z-]+:iam::\d{12}:/.exec(arn)?.[0] ?? ''));
    const [owner = '', ...others] = owners;
    const [, partition = '', , , id = ''] = owner.split(':');
    if (others.length > 0 || !Object.hasOwn(partitions/* PARTITIONS */.S1, partition))
        throw new errors/* UserError */.y('A credential report of evidence-files does not say of which account it is: its ARNs name no account, or several.', 'Give each account its own report, as AWS sends it.');
    return {
        kind: 'evidence',
        version: evidence/* EVIDENCE_VERSION */.h,
        account: { id, partition: partition, name: null, alias: null },
        role: null,
        gatheredAt: null,
        report: { content: bytes.toString('base64'), sha256: saved_sha256(bytes), generatedAt: null },
        observations: [],
        refusals: [],
    };
}
/** Evidence that an earlier run wrote, valid to the last field. */
function savedEvidence(bytes) {
    let value;
    try {
        value = JSON.parse(bytes.toString('utf8').replace(/^\uFEFF/, ''));
    }
    catch (error) {
        throw new errors/* UserError */.y('A file of evidence-files is not JSON.', NOT_EVIDENCE, messageOf(error));
    }
    const { kind, version } = (value ?? {});
    if (kind !== 'evidence' && kind !== 'failed-account')
        throw new errors/* UserError */.y('A JSON file of evidence-files is not evidence of this action.', NOT_EVIDENCE);
    if (version !== evidence/* EVIDENCE_VERSION */.h)
        throw new errors/* UserError */.y(`A file of evidence-files has another version of the evidence format than this action reads (${evidence/* EVIDENCE_VERSION */.h}).`, 'Use the same version of this action in the job that gathers and in the job that evaluates, and gather again.', `version ${JSON.stringify(version)?.slice(0, 50)}`);
    const parsed = dist/* safeParse */.xLC(gatheredSchema, value, { abortEarly: true });
    if (!parsed.success) {
        const [issue] = parsed.issues;
        throw new errors/* UserError */.y('A file of evidence-files is damaged: a field is not what this action writes.', FETCH_AGAIN, `${dist/* getDotPath */.BuJ(issue) ?? '(root)'}: ${issue.message}`.slice(0, 500));
    }
    const gathered = parsed.output;
    if (gathered.kind === 'evidence' &&
        saved_sha256(Buffer.from(gathered.report.content, 'base64')) !== gathered.report.sha256)
        throw new errors/* UserError */.y('A file of evidence-files was changed: its credential report does not match its SHA-256.', FETCH_AGAIN);
    return gathered;
}
function refuseTwice(labels) {
    const seen = new Map();
    for (const label of labels) {
        const key = `${label.account.partition} ${label.account.id}`;
        const other = seen.get(key);
        if (other)
            throw new errors/* UserError */.y('evidence-files has evidence of the same account twice.', 'Give one file for each account: with shards, each shard of one run once; of several nights, one night.', `account ${label.account.id}: ${other.path} and ${label.path}`);
        seen.set(key, label);
    }
}
function refuseIncompleteShards(labels) {
    const shards = labels.flatMap(({ shard, path, account }) => (shard ? [{ shard, path, account }] : []));
    const [first] = shards;
    if (!first)
        return;
    const whole = first.shard;
    const foreign = shards.find(({ shard }) => shard.accountsDigest !== whole.accountsDigest || shard.count !== whole.count);
    if (foreign)
        throw new errors/* UserError */.y('evidence-files has shards of different audits: they do not agree on the list of accounts or on the number of shards.', 'Use the shards of one run. If an account joined or left the organization between them, run all shards again.', `${first.path} and ${foreign.path}`);
    for (let index = 1; index <= whole.count; index++) {
        const expected = (0,organization/* shardSize */.A)({ ...whole, index });
        const present = shards.filter(({ shard }) => shard.index === index).length;
        if (present !== expected)
            throw new errors/* UserError */.y(`evidence-files lacks evidence of shard ${index}/${whole.count}: ${present} of its ${expected} accounts are there.`, `Run the job of shard ${index}/${whole.count} again, and check that its evidence was uploaded and downloaded whole.`);
    }
    if ((0,organization.accountsDigest)(shards.map(({ account }) => account.id)) !== whole.accountsDigest)
        throw new errors/* UserError */.y('evidence-files has shards whose accounts are not those of the audit that they belong to.', 'Use the evidence of one run, unchanged.');
}
function refuseOld(labels, maxAgeHours, now) {
    const aged = labels.flatMap(({ at, path }) => (at === null ? [] : [{ at, path }]));
    const [oldest] = aged.sort((a, b) => (a.at < b.at ? -1 : 1));
    if (!oldest)
        return;
    const hours = (now.getTime() - Date.parse(oldest.at)) / 3_600_000;
    if (hours > maxAgeHours)
        throw new errors/* UserError */.y(`The evidence is ${Math.floor(hours)} hours old, gathered at ${oldest.at}; max-evidence-age-hours allows ${maxAgeHours}.`, 'The workflow that gathers it has stopped or fails: look at its last runs, and run it again. GitHub pauses schedules after 60 days without activity in a public repository.', oldest.path);
}
function saved_sha256(bytes) {
    return (0,external_node_crypto_.createHash)('sha256').update(bytes).digest('hex');
}
function messageOf(error) {
    return (error instanceof Error ? error.message : String(error)).slice(0, 300);
}
const MAX_BYTES = 64 * 2 ** 20;
const NOT_EVIDENCE = 'Name only evidence files that this action wrote (evidence/ACCOUNT.json in output-directory) and credential reports (.csv) in evidence-files.';
const FETCH_AGAIN = 'Gather or download it again, and give it unchanged.';


/***/ })

};
