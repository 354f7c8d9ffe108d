export const id = 701;
export const ids = [701];
export const modules = {

/***/ 1701:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  writeEvidence: () => (/* binding */ writeEvidence),
  writeFiles: () => (/* binding */ writeFiles)
});

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __webpack_require__(3024);
// EXTERNAL MODULE: external "node:fs/promises"
var promises_ = __webpack_require__(1455);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __webpack_require__(6760);
// EXTERNAL MODULE: external "node:stream"
var external_node_stream_ = __webpack_require__(7075);
// EXTERNAL MODULE: external "node:stream/promises"
var external_node_stream_promises_ = __webpack_require__(6466);
// EXTERNAL MODULE: ./build/src/errors.js
var errors = __webpack_require__(2544);
// EXTERNAL MODULE: ../main/node_modules/papaparse/papaparse.js
var papaparse = __webpack_require__(8600);
// EXTERNAL MODULE: ./build/src/publish/report.js
var report = __webpack_require__(4829);
;// CONCATENATED MODULE: ./build/src/publish/csv.js


/**
 * `keys.csv`: one row per key, RFC 4180 with LF. A spreadsheet takes a cell that begins with = + - @, a tab or a
 * line break for a formula, and IAM names may begin so: such a cell, and one that begins with an apostrophe, has
 * an apostrophe in front. A spreadsheet hides it or shows it; a program strips one leading apostrophe and has the value.
 */
function keysCsv({ result }) {
    const accounts = new Map(result.accounts.map(({ account }) => [account.id, account]));
    const rows = result.keys.map(key => COLUMNS.map(([, cell]) => cell(key, accounts.get(key.account))));
    const fields = COLUMNS.map(([name]) => name);
    return `${papaparse.unparse({ fields, data: rows }, { newline: '\n', escapeFormulae: FORMULA })}\n`;
}
// With the full-width forms, which Excel takes for the same.
const FORMULA = /^['=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;
/** New columns go to the end: people address them by number too. */
const COLUMNS = [
    ['account', key => key.account],
    ['account_name', (_, account) => (account === undefined ? null : (0,report/* accountName */.vi)(account))],
    ['user', key => key.user],
    ['user_arn', key => key.userArn],
    ['access_key_id', key => key.accessKeyId],
    ['key', key => key.id],
    ['state', key => key.state],
    ['created_at', key => key.createdAt],
    ['age_days', key => key.ageDays],
    ['stale_since', key => key.staleSince],
    ['verified', key => key.verified],
    ['last_used', key => key.lastUsed.state],
    ['last_used_at', key => (key.lastUsed.state === 'used' ? key.lastUsed.at : null)],
    ['last_used_service', key => (key.lastUsed.state === 'used' ? key.lastUsed.service : null)],
    ['last_used_region', key => (key.lastUsed.state === 'used' ? key.lastUsed.region : null)],
    ['owner', key => key.owner?.name ?? null],
    ['urgency', key => key.urgency?.level ?? null],
    ['declared', key => (key.declared?.candidates ?? []).map(report/* placeName */.fW).join(' ')],
    ['exempt_until', key => key.exemption?.expires ?? null],
    ['exempt_reason', key => key.exemption?.reason ?? null],
    ['exempt_ticket', key => key.exemption?.ticket ?? null],
    ['next_step', key => key.next?.title ?? null],
];

;// CONCATENATED MODULE: ./build/src/publish/control.js
// Numbers as in Prowler's compliance files for AWS and in Turbot's aws-compliance mod.
const CONTROL = {
    title: 'Ensure access keys are rotated every 90 days or less',
    maxAgeDays: 90,
    identifiers: [
        ...Object.entries({
            '1.2.0': '1.4',
            '1.3.0': '1.14',
            '1.4.0': '1.14',
            '1.5.0': '1.14',
            '2.0.0': '1.14',
            '3.0.0': '1.14',
            '4.0.0': '1.14',
            '5.0.0': '1.13',
            '6.0.0': '2.13',
            '7.0.0': '2.12',
        }).map(([version, id]) => ({ source: 'CIS AWS Foundations Benchmark', version, id })),
        { source: 'CCE', version: null, id: 'CCE-78902-4' },
        { source: 'Lacework', version: null, id: 'lacework-global-43' },
        { source: 'AWS Security Hub', version: null, id: 'IAM.3' },
        { source: 'AWS Foundational Security Best Practices', version: '1.0.0', id: 'IAM.3' },
        { source: 'AWS Config', version: null, id: 'access-keys-rotated' },
        { source: 'NIST SP 800-53', version: 'Rev. 5', id: 'AC-2(1)' },
        { source: 'NIST SP 800-53', version: 'Rev. 5', id: 'AC-3' },
        { source: 'PCI DSS', version: '4.0', id: '8.3.9' },
        { source: 'PCI DSS', version: '4.0', id: '8.6.3' },
        { source: 'ISO/IEC 27001', version: '2022', id: 'A.5.15' },
        { source: 'HIPAA', version: null, id: '164.308(a)(4)(ii)(C)' },
    ],
};
/** `CIS AWS Foundations Benchmark 1.4.0: 1.14` */
function controlReference({ source, version, id }) {
    return version === null ? `${source}: ${id}` : `${source} ${version}: ${id}`;
}
/** AWS's own page on the control. */
const CONTROL_URL = 'https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html#iam-3';

;// CONCATENATED MODULE: ./build/src/publish/json.js

const SCHEMA_URL = 'https://raw.githubusercontent.com/aws-access-key-rotation-audit/aws-access-key-rotation-audit/v1/schemas/result.v1.json';
/** The text of `result.json` in pieces, none larger than a key; equal results give equal bytes. */
function* resultJson({ result, run, redacted, remediation }) {
    const file = {
        $schema: SCHEMA_URL,
        version: result.version,
        run: {
            actionVersion: run.actionVersion,
            repository: run.repository,
            url: run.url,
            workflow: run.workflow,
            eventName: run.eventName,
            ref: run.ref,
            sha: run.sha,
            redacted,
        },
        control: CONTROL,
        asOf: result.asOf,
        policy: result.policy,
        result: result.result,
        step: result.step,
        counts: result.counts,
        accounts: result.accounts,
        keys: result.keys,
        exemptions: result.exemptions,
        staticLogins: result.staticLogins,
        ...(remediation === null ? {} : { remediation }),
    };
    yield* jsonObject(file);
}
/** A member a line, and in a list an item a line: a key is one line of a diff. */
function* jsonObject(object) {
    let separator = '{\n';
    for (const [name, value] of Object.entries(object)) {
        yield `${separator}${JSON.stringify(name)}: `;
        if (Array.isArray(value))
            yield* jsonList(value);
        else
            yield JSON.stringify(value);
        separator = ',\n';
    }
    yield '\n}\n';
}
/** A JSON list in pieces, an item a line. */
function* jsonList(items) {
    let separator = '[\n';
    for (const item of items) {
        yield `${separator}${JSON.stringify(item)}`;
        separator = ',\n';
    }
    yield separator === ',\n' ? '\n]' : '[]';
}

// EXTERNAL MODULE: ./build/src/partitions.js
var partitions = __webpack_require__(7344);
// EXTERNAL MODULE: ./build/src/time.js
var time = __webpack_require__(9974);
// EXTERNAL MODULE: ./build/src/publish/phrases.js
var phrases = __webpack_require__(3045);
// EXTERNAL MODULE: ./build/src/publish/text.js
var publish_text = __webpack_require__(5044);
;// CONCATENATED MODULE: ./build/src/publish/sentence.js




/**
 * What machines' formats say of a key, as plain text on one line, with dates and no age, so that it changes only
 * when something happened. `account`: undefined where it is not known.
 */
function keySentence(key, account) {
    const name = key.accessKeyId === null || key.user === '' ? '' : ` (${key.accessKeyId})`;
    const where = account === undefined ? '' : ` in ${(0,report/* accountTitle */.YI)(account)}`;
    const urgency = key.urgency?.reason ? ` Urgency: ${key.urgency.level}, ${key.urgency.reason}.` : '';
    return (0,publish_text/* oneLine */.TN)(`${(0,phrases/* keySubject */.Y3)(key)}${name}${where} ${age(key)}. ${lastUse(key)}.${urgency}`);
}
/** `Deactivate: no recorded use since 2021-06-23.`, or nothing. */
function nextSentence({ next }) {
    if (next === null)
        return '';
    return (0,publish_text/* oneLine */.TN)(next.explanation === '' ? `${next.title}.` : `${next.title}: ${next.explanation}`);
}
function age(key) {
    if (key.createdAt === null || key.staleSince === null)
        return `counts as stale: ${(0,phrases/* unreadableCell */.Iu)(key)}`;
    const stale = key.state === 'stale' ? 'has been stale since' : 'is stale after';
    return `was created on ${(0,time/* dayOf */.kb)(key.createdAt)} and ${stale} ${(0,time/* dayOf */.kb)(key.staleSince)}`;
}
function lastUse({ lastUsed }) {
    if (lastUsed.state === 'unknown')
        return 'Its last use is not known';
    if (lastUsed.state === 'never')
        return 'It has no recorded use';
    const by = lastUsed.service === null ? '' : ` by ${lastUsed.service}`;
    const region = lastUsed.region === null ? '' : ` in ${lastUsed.region}`;
    return `It was last used on ${(0,time/* dayOf */.kb)(lastUsed.at)}${by}${region}`;
}

;// CONCATENATED MODULE: ./build/src/publish/ocsf.js







/**
 * `findings.ocsf.json` in pieces: a Compliance Finding (class 2003) of OCSF 1.6, the version that AWS Security Hub
 * reads, for each active key, whether it passes or not, as Security Hub and Prowler have it. Source: schema.ocsf.io/1.6.0.
 */
function* findingsOcsf(report) {
    const accounts = new Map(report.result.accounts.map(({ account }) => [account.id, account]));
    const active = report.result.keys.filter(key => key.state !== 'inactive');
    yield* jsonList(active.map(key => complianceFinding(key, accounts.get(key.account), report)));
    yield '\n';
}
function complianceFinding(key, account, { result, run }) {
    const time = Date.parse(result.asOf);
    const outcome = outcomeOf(key, result.policy, time);
    const compliance = COMPLIANCE[outcome];
    const message = keySentence(key, account);
    const next = nextSentence(key);
    const partition = account?.partition ?? 'aws';
    const user = key.root ? 'root' : key.user;
    return {
        activity_id: 1,
        activity_name: 'Create',
        category_uid: 2,
        category_name: 'Findings',
        class_uid: 2003,
        class_name: 'Compliance Finding',
        type_uid: 200301,
        type_name: 'Compliance Finding: Create',
        time,
        message,
        ...severityOf(key, outcome),
        ...(key.state === 'exempt' ? STATUS.exempt : STATUS[outcome]),
        status_code: outcome.toUpperCase(),
        status_detail: key.exemption === null ? message : (0,publish_text/* oneLine */.TN)(exemptText(key.exemption)),
        metadata: {
            version: '1.6.0',
            profiles: ['cloud'],
            event_code: EVENT_CODE,
            product: {
                name: 'AWS Access Key Rotation Audit',
                vendor_name: 'AWS Access Key Rotation Audit',
                version: run.actionVersion,
            },
        },
        finding_info: {
            uid: `${EVENT_CODE}:${key.id}`,
            title: `${(0,publish_text/* oneLine */.TN)((0,phrases/* keySubject */.Y3)(key))}: ${CONTROL.title}`,
            desc: message,
            types: ['Software and Configuration Checks/Industry and Regulatory Standards'],
            ...(key.createdAt === null ? {} : { created_time: Date.parse(key.staleSince ?? key.createdAt) }),
            ...(run.url === null ? {} : { src_url: run.url }),
        },
        compliance: {
            control: 'IAM.3',
            desc: CONTROL.title,
            standards: [...new Set(CONTROL.identifiers.map(standardOf))],
            requirements: CONTROL.identifiers.map(controlReference),
            control_parameters: [{ name: 'maxAgeDays', value: String(result.policy.maxAgeDays) }],
            ...compliance,
        },
        ...(next === '' ? {} : { remediation: { desc: next, references: [CONTROL_URL] } }),
        resources: [
            {
                uid: key.id,
                type: 'AwsIamAccessKey',
                cloud_partition: partition,
                region: partitions/* PARTITIONS */.S1[partition].iamRegion,
                ...(key.createdAt === null ? {} : { created_time: Date.parse(key.createdAt) }),
                ...(key.owner === null ? {} : { owner: { name: (0,publish_text/* oneLine */.TN)(key.owner.name) } }),
            },
            ...(key.userArn === ''
                ? []
                : [{ uid: key.userArn, name: user, type: 'AwsIamUser', cloud_partition: partition }]),
        ],
        cloud: {
            provider: 'AWS',
            region: partitions/* PARTITIONS */.S1[partition].iamRegion,
            account: {
                uid: key.account,
                type_id: 10,
                type: 'AWS Account',
                ...((account?.name ?? account?.alias) ? { name: account.name ?? account.alias } : {}),
            },
        },
    };
}
const EVENT_CODE = 'access-key-rotation';
/** `warning`: within the policy's limit, but beyond the control's own: the key must not pass for compliant. */
function outcomeOf(key, policy, now) {
    if (key.createdAt === null)
        return 'fail';
    const age = now - Date.parse(key.createdAt);
    if (age > policy.maxAgeDays * time/* DAY_MS */.sO)
        return 'fail';
    return age > CONTROL.maxAgeDays * time/* DAY_MS */.sO ? 'warning' : 'pass';
}
const COMPLIANCE = {
    pass: { status_id: 1, status: 'Pass' },
    warning: { status_id: 2, status: 'Warning' },
    fail: { status_id: 3, status: 'Fail' },
};
const STATUS = {
    fail: { status_id: 1, status: 'New' },
    warning: { status_id: 1, status: 'New' },
    exempt: { status_id: 3, status: 'Suppressed' },
    pass: { status_id: 4, status: 'Resolved' },
};
function severityOf(key, outcome) {
    if (outcome === 'pass')
        return { severity_id: 1, severity: 'Informational' };
    if (outcome === 'warning')
        return { severity_id: 2, severity: 'Low' };
    return SEVERITY[key.urgency?.level ?? 'medium'];
}
const SEVERITY = {
    medium: { severity_id: 3, severity: 'Medium' },
    high: { severity_id: 4, severity: 'High' },
    critical: { severity_id: 5, severity: 'Critical' },
};
function exemptText({ reason, ticket, expires }) {
    const why = [reason, ticket].filter(Boolean).join(', ');
    return `Exempt until ${expires}${why === '' ? '' : `: ${why}`}`;
}
function standardOf({ source, version }) {
    return version === null ? source : `${source} ${version}`;
}

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __webpack_require__(7598);
// EXTERNAL MODULE: external "node:zlib"
var external_node_zlib_ = __webpack_require__(8522);
// EXTERNAL MODULE: ./build/src/publish/markdown.js
var markdown = __webpack_require__(9306);
// EXTERNAL MODULE: ./build/src/publish/shell.js
var shell = __webpack_require__(1357);
;// CONCATENATED MODULE: ./build/src/publish/sarif.js









/**
 * `findings.sarif`: SARIF 2.1.0 as GitHub's code scanning reads it, one alert per stale key. Exempt keys are left
 * out, for GitHub ignores suppressions. null after any failed account: an alert that is missing from an upload
 * closes as fixed.
 */
function findingsSarif(report) {
    if (report.result.result === 'error')
        return null;
    const stale = report.result.keys.filter(key => key.state === 'stale').slice(0, MAX_RESULTS);
    const accounts = new Map(report.result.accounts.map(({ account }) => [account.id, account]));
    const findings = stale.map(key => findingOf(key, accounts.get(key.account), report));
    // Keys come most urgent first, so what GitHub would refuse is the least urgent.
    for (let count = findings.length;; count = Math.floor(count * 0.8)) {
        const text = `${JSON.stringify(log(findings.slice(0, count), report))}\n`;
        if (text.length <= MAX_GZIPPED_BYTES || (0,external_node_zlib_.gzipSync)(text).length <= MAX_GZIPPED_BYTES)
            return text;
    }
}
// "SARIF support for code scanning", docs.github.com. Of a run's results GitHub shows the 5,000 most severe.
const MAX_RESULTS = 25_000;
const MAX_GZIPPED_BYTES = 10_000_000;
const PROJECT_URL = 'https://github.com/aws-access-key-rotation-audit/aws-access-key-rotation-audit';
function log(findings, { run }) {
    return {
        $schema: 'https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json',
        version: '2.1.0',
        runs: [
            {
                tool: {
                    driver: {
                        // Short, for it fills a column of every list of alerts.
                        name: 'Access Key Rotation',
                        fullName: `AWS Access Key Rotation Audit ${run.actionVersion}`,
                        semanticVersion: run.actionVersion,
                        informationUri: PROJECT_URL,
                        rules: findings.map(({ rule }) => rule),
                    },
                },
                columnKind: 'utf16CodeUnits',
                results: findings.map(({ result }, ruleIndex) => ({ ...result, ruleIndex })),
            },
        ],
    };
}
/**
 * A rule for each key: GitHub reads a severity and help only from the rule (sarif-sdk #2705), and an alert whose
 * rule changed as the key grew older would be another alert.
 */
function findingOf(key, account, report) {
    const fingerprint = (0,external_node_crypto_.createHash)('sha256').update(key.id).digest('hex').slice(0, 32);
    const id = `stale-access-key/${fingerprint}`;
    const next = nextSentence(key);
    const text = unlinked(`${keySentence(key, account)}${next === '' ? '' : ` Next: ${next}`}`);
    return {
        rule: {
            id,
            name: 'StaleAccessKey',
            shortDescription: { text: `${(0,publish_text/* oneLine */.TN)((0,phrases/* keySubject */.Y3)(key))} is stale.` },
            fullDescription: { text },
            helpUri: CONTROL_URL,
            help: { text, markdown: help(key, account).markdown },
            defaultConfiguration: { level: 'error' },
            properties: {
                tags: TAGS,
                precision: 'very-high',
                'security-severity': securitySeverity(key, report.result.asOf),
            },
        },
        result: {
            ruleId: id,
            level: 'error',
            message: { text },
            locations: [{ physicalLocation: physical(placeOf(key, report)) }],
            ...related(key),
            // The key's identity alone, so that a moved line or a renamed user is the same alert.
            partialFingerprints: { primaryLocationLineHash: `${fingerprint}:1` },
        },
    };
}
/** The declaring line, else where the key is written out, else the configuration file, else the workflow. */
function placeOf(key, { configPath, run }) {
    return (key.declared?.candidates[0] ??
        key.hardCoded[0] ?? { path: configPath ?? run.workflowPath ?? '.github/access-key-rotation.yml', line: 1 });
}
function related(key) {
    const others = [
        ...(key.declared?.candidates.slice(1).map(place => ({ place, text: 'May be declared here.' })) ?? []),
        ...key.hardCoded.map(place => ({ place, text: 'The key ID is written out here.' })),
    ].slice(0, 20);
    if (others.length === 0)
        return {};
    return {
        relatedLocations: others.map(({ place, text }, index) => ({
            id: index + 1,
            physicalLocation: physical(place),
            message: { text },
        })),
    };
}
function physical({ path, line }) {
    const uri = path.split('/').map(encodeURIComponent).join('/');
    return { artifactLocation: { uri, uriBaseId: '%SRCROOT%' }, region: { startLine: line } };
}
/** The level's lowest value and, within the level, how long the key is stale: a year or more fills it. */
function securitySeverity(key, asOf) {
    const { from, room } = sarif_SEVERITY[key.urgency?.level ?? 'medium'];
    // An age that cannot be read may be any.
    const days = key.staleSince === null ? 365 : (Date.parse(asOf) - Date.parse(key.staleSince)) / time/* DAY_MS */.sO;
    return (from + room * Math.min(Math.max(days / 365, 0), 1)).toFixed(1);
}
/** GitHub's levels: above 9.0 critical, from 7.0 high, from 4.0 medium. */
const sarif_SEVERITY = {
    critical: { from: 9.1, room: 0.8 },
    high: { from: 7, room: 1.9 },
    medium: { from: 4, room: 2.9 },
};
// CWE-324: Use of a Key Past its Expiration Date. GitHub reads the severity of rules tagged `security`, and 20 tags.
const TAGS = ['security', 'external/cwe/cwe-324', ...controlTags()];
function controlTags() {
    // Of the benchmark's versions, the newest of each number.
    const byNumber = new Map(CONTROL.identifiers.map(one => [`${one.source} ${one.id}`, one]));
    return [...byNumber.values()].map(({ source, version, id }) => `external/${source.toLowerCase().replace(/[^a-z0-9]+/g, '-')}/${version === null ? '' : `${version.replace(/\W+$|\s+/g, '')}/`}${id}`);
}
/** Message text in which no `](` makes a link. */
function unlinked(text) {
    return text.replaceAll('](', '] (');
}
function help(key, account) {
    const steps = [...(key.next === null ? [] : [key.next]), ...key.later];
    return (0,markdown/* blocks */.Bv)([
        (0,markdown/* prose */.CS)(keySentence(key, account)),
        ...steps.flatMap(stepHelp),
        key.replacement === null ? null : (0,markdown.md) `${(0,markdown/* strong */.ko)(key.replacement.title)}: ${key.replacement.explanation}`,
        (0,markdown.md) `${(0,markdown/* link */.nf)('The control', CONTROL_URL)}: ${CONTROL.title} (CIS AWS Foundations 1.14, Security Hub IAM.3).`,
    ]);
}
function stepHelp(step) {
    const when = step.condition === null ? '' : `, when ${step.condition}`;
    return [
        (0,markdown.md) `${(0,markdown/* strong */.ko)(step.title)}${when}. ${step.explanation}`,
        ...(step.commands.length === 0 ? [] : [(0,markdown/* codeBlock */.DV)(step.commands.map(shell/* shellCommand */.q).join('\n'), 'sh')]),
        ...(step.change === null
            ? []
            : [(0,markdown/* codeBlock */.DV)(step.change.snippet, step.change.tool === 'terraform' ? 'hcl' : 'yaml')]),
    ];
}

;// CONCATENATED MODULE: ./build/src/publish/files.js










/** Writes the files of `output-directory`, which is made where it is missing. */
async function writeFiles(directory, report) {
    const sarif = findingsSarif(report);
    const files = [
        ['result.json', resultJson(report)],
        ['keys.csv', [keysCsv(report)]],
        ['findings.ocsf.json', findingsOcsf(report)],
        ...(sarif === null ? [] : [['findings.sarif', [sarif]]]),
    ];
    const problems = [];
    const written = new Set();
    for (const [name, pieces] of files) {
        try {
            await write((0,external_node_path_.join)(directory, name), pieces);
            written.add(name);
        }
        catch (error) {
            problems.push(notWritten(name, error));
        }
    }
    if (sarif === null) {
        // One left by an earlier run would close alerts unproved. If it cannot be removed, nothing names it either.
        await (0,promises_.rm)((0,external_node_path_.join)(directory, 'findings.sarif'), { force: true }).catch(() => undefined);
    }
    return { sarif: written.has('findings.sarif') ? (0,external_node_path_.join)(directory, 'findings.sarif') : null, problems };
}
/**
 * Writes `evidence/ACCOUNT.json`, for a later run to evaluate. It holds every name: the caller does not write it
 * where output is redacted. Throws a UserError if it cannot be written.
 */
async function writeEvidence(directory, gathered) {
    const { id } = gathered.account;
    if (!/^\d{12}$/.test(id)) {
        throw new errors/* UserError */.y('Evidence was not written: its account ID is not twelve digits', EVIDENCE_REMEDY, id);
    }
    try {
        await write((0,external_node_path_.join)(directory, 'evidence', `${id}.json`), [`${JSON.stringify(gathered, null, 2)}\n`]);
    }
    catch (error) {
        throw notWritten('evidence of an account', error, `evidence/${id}.json`);
    }
}
const EVIDENCE_REMEDY = 'Gather it again, or take it out of evidence-files.';
/** Whole or not at all; what a link at `path` points to is left alone. */
async function write(path, pieces) {
    const partial = `${path}.partial`;
    await (0,promises_.mkdir)((0,external_node_path_.dirname)(path), { recursive: true });
    await (0,promises_.rm)(partial, { force: true, recursive: true });
    try {
        await (0,external_node_stream_promises_.pipeline)(external_node_stream_.Readable.from(pieces), (0,external_node_fs_.createWriteStream)(partial, { flags: 'wx' }));
        await (0,promises_.rename)(partial, path);
    }
    catch (error) {
        await (0,promises_.rm)(partial, { force: true }).catch(() => undefined);
        throw error;
    }
}
function notWritten(name, cause, detail = null) {
    const code = cause.code ?? String(cause);
    const [reason, remedy] = REASONS[code] ?? [code, 'See that output-directory can be written.'];
    return new errors/* UserError */.y(`${name} could not be written to output-directory: ${reason}`, remedy, detail, {
        cause,
    });
}
const REASONS = {
    EACCES: ['permission denied', 'Choose an output-directory that the job may write to.'],
    EPERM: ['not permitted', 'Choose an output-directory that the job may write to.'],
    EROFS: ['the file system is read-only', 'Choose an output-directory that the job may write to.'],
    ENOSPC: ['the disk is full', 'Free some space, or choose another output-directory.'],
    EDQUOT: ['the disk quota is used up', 'Free some space, or choose another output-directory.'],
    ENOTDIR: ['a part of its path is a file', 'Choose another output-directory, or remove that file.'],
    EEXIST: [
        'a file stands where the directory should be',
        'Choose another output-directory, or remove that file.',
    ],
    EISDIR: ['a directory stands in its place', 'Remove that directory, or choose another output-directory.'],
    ENAMETOOLONG: ['its path is too long', 'Choose a shorter output-directory.'],
};


/***/ })

};
