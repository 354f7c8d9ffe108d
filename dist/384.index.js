export const id = 384;
export const ids = [384,639];
export const modules = {

/***/ 4384:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  openDefaultSession: () => (/* binding */ openDefaultSession),
  openMemberSession: () => (/* binding */ openMemberSession),
  openRoleSessions: () => (/* binding */ openRoleSessions)
});

// EXTERNAL MODULE: external "node:timers/promises"
var promises_ = __webpack_require__(8500);
// EXTERNAL MODULE: ../main/node_modules/@actions/core/lib/core.js + 17 modules
var core = __webpack_require__(9882);
// EXTERNAL MODULE: ./build/src/errors.js
var errors = __webpack_require__(2544);
// EXTERNAL MODULE: ./build/src/partitions.js
var partitions = __webpack_require__(7344);
// EXTERNAL MODULE: ./build/src/gather/failure.js
var failure = __webpack_require__(8321);
// EXTERNAL MODULE: ./build/src/gather/session.js
var session = __webpack_require__(2639);
;// CONCATENATED MODULE: ./build/src/gather/trust.js

/** The claims of an OIDC token, unverified: only AWS can accept it. Empty where the token is none. */
function readClaims(token) {
    try {
        const claims = JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
        return typeof claims === 'object' && claims !== null ? claims : {};
    }
    catch {
        return {};
    }
}
/**
 * AWS's refusal of AssumeRoleWithWebIdentity, explained by what the token says. Never carries the token.
 * Sources: IAM User Guide, "Troubleshoot OIDC federation"; GitHub Docs, "OpenID Connect reference".
 */
function explainRefusal(role, claims, error) {
    const issuer = issuerOf(claims);
    const detail = `${role}\nAWS says: ${error.code}: ${error.message}`;
    if (/No OpenIDConnect provider/i.test(error.message))
        return new errors/* UserError */.y("The role's account has no identity provider for this job's OIDC tokens.", `Create an IAM identity provider of type OpenID Connect in that account, with the URL https://${issuer} and the audience ${shown(claims['aud'])}.`, detail);
    if (/audience/i.test(error.message))
        return new errors/* UserError */.y("The identity provider in the role's account does not accept the audience of this job's OIDC token.", `Add the audience ${shown(claims['aud'])} to the identity provider https://${issuer} in that account, or set the input audience to one that it has.`, detail);
    if (error.code !== 'AccessDenied')
        return new errors/* UserError */.y("AWS did not accept this job's OIDC token.", `Compare what the token says with the identity provider and the role's trust policy:\n${claimTable(claims)}`, detail);
    return new errors/* UserError */.y('AWS refused to let this job assume the role.', [
        "The role does not exist, or its trust policy does not accept this job's OIDC token. Any claim that the policy tests can be the reason, letter case included; this token says",
        claimTable(claims),
        ...(isPullRequest(claims) ? PULL_REQUEST_ADVICE : conditionAdvice(issuer, claims)),
    ].join('\n'), detail);
}
/** Claims that AWS or GitHub name for use in trust policies; what else the token carries follows them. */
const TESTABLE = [
    'aud',
    'iss',
    'sub',
    'repository',
    'repository_id',
    'repository_owner',
    'repository_owner_id',
    'repository_visibility',
    'ref',
    'ref_type',
    'environment',
    'job_workflow_ref',
    'workflow',
    'event_name',
    'actor',
    'actor_id',
    'runner_environment',
    'enterprise',
];
/** Of the token itself, not of the job. */
const TECHNICAL = ['jti', 'exp', 'iat', 'nbf'];
const PULL_REQUEST_ADVICE = [
    'This is a pull request. Do not trust pull requests with a role: a pull request can edit the workflow that it runs, so it could do whatever the role may.',
    "Evaluate the nightly run's evidence under the pull request instead (evidence-files); that needs no AWS access. The README has the whole workflow under “Pull requests”.",
];
function conditionAdvice(issuer, claims) {
    return [
        ...(/^repo:[^/:]+@\d+\/[^:]+@\d+(?::|$)/.test(String(claims['sub']))
            ? [
                "This repository's sub carries immutable IDs (repositories made, renamed or transferred since 2026-07-15, or opted in), so a policy written for repo:OWNER/NAME does not match.",
            ]
            : []),
        'The condition that accepts exactly this job:',
        '  "StringEquals": {',
        `    ${JSON.stringify(`${issuer}:aud`)}: ${JSON.stringify(plain(claims['aud']))},`,
        `    ${JSON.stringify(`${issuer}:sub`)}: ${JSON.stringify(plain(claims['sub']))}`,
        '  }',
    ];
}
function isPullRequest(claims) {
    return /:pull_request(?::|$)/.test(String(claims['sub'])) || claims['event_name'] === 'pull_request';
}
function claimTable(claims) {
    const others = Object.keys(claims).filter(name => !TESTABLE.includes(name) && !TECHNICAL.includes(name));
    const names = [...TESTABLE, ...others.sort().slice(0, 40)];
    const width = Math.max(...names.map(name => name.length));
    return names.map(name => `  ${name.padEnd(width)}  ${shown(claims[name])}`).join('\n');
}
function issuerOf(claims) {
    return plain(claims['iss'] ?? 'https://token.actions.githubusercontent.com').replace(/^https:\/\//, '');
}
function shown(value) {
    return value === undefined || value === '' ? '(none)' : plain(value);
}
/** On one line, at most 500 characters. */
function plain(value) {
    const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? '');
    return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').slice(0, 500);
}

;// CONCATENATED MODULE: ./build/src/gather/credentials.js







/** Sessions by the job's OIDC token. Throws a UserError where the job can have none. */
function openRoleSessions(aws, source, run, signal) {
    requireIdToken(run);
    const token = keepToken(signal);
    return {
        open(role) {
            const { account, partition } = partsOf(role);
            const region = source.region ?? partitions/* PARTITIONS */.S1[partition].defaultRegion;
            const audience = source.audience ?? partitions/* PARTITIONS */.S1[partition].audience;
            const obtain = async () => {
                const { STSClient } = await Promise.all(/* import() */[__webpack_require__.e(213), __webpack_require__.e(999)]).then(__webpack_require__.t.bind(__webpack_require__, 9999, 19));
                const sts = new STSClient({ ...aws.client, region });
                return assumeWithToken(sts, role, source.sessionName, () => token(audience), signal);
            };
            return { accountId: account, partition, role, credentials: (0,session.keepCredentials)(obtain) };
        },
    };
}
/** A session of the role in a member account, by the credentials of the hub role. */
function openMemberSession(aws, hub, role, source, signal) {
    const { account, partition } = partsOf(role);
    const region = source.region ?? partitions/* PARTITIONS */.S1[partition].defaultRegion;
    const obtain = async () => {
        const { AssumeRoleCommand, STSClient } = await Promise.all(/* import() */[__webpack_require__.e(213), __webpack_require__.e(999)]).then(__webpack_require__.t.bind(__webpack_require__, 9999, 19));
        const sts = new STSClient({ ...aws.client, region, credentials: () => hub.credentials.current() });
        try {
            const { Credentials } = await sts.send(new AssumeRoleCommand({ RoleArn: role, RoleSessionName: source.sessionName }), { abortSignal: signal });
            return asIdentity(Credentials);
        }
        catch (error) {
            throw memberRefused(role, error);
        }
    };
    return { accountId: account, partition, role, credentials: (0,session.keepCredentials)(obtain) };
}
/** The session of the SDK's default credential chain (sts:GetCallerIdentity). Throws a UserError without valid credentials. */
async function openDefaultSession(aws, region, signal) {
    const { GetCallerIdentityCommand, STSClient } = await Promise.all(/* import() */[__webpack_require__.e(213), __webpack_require__.e(999)]).then(__webpack_require__.t.bind(__webpack_require__, 9999, 19));
    const configured = region ?? (await new STSClient({}).config.region().catch(() => partitions/* PARTITIONS */.S1.aws.defaultRegion));
    const sts = new STSClient({ ...aws.client, region: configured });
    try {
        const { Arn = '', Account = '' } = await sts.send(new GetCallerIdentityCommand({}), {
            abortSignal: signal,
        });
        const partition = Arn.split(':')[1] ?? '';
        if (!/^\d{12}$/.test(Account))
            throw new TypeError('GetCallerIdentity answered no account');
        return {
            accountId: Account,
            partition: isPartition(partition) ? partition : ((0,partitions/* partitionOfRegion */.cn)(configured) ?? 'aws'),
            role: null,
            credentials: (0,session.keepCredentials)(() => sts.config.credentials()),
        };
    }
    catch (error) {
        if (signal.aborted)
            throw error;
        throw noCredentials(error);
    }
}
function requireIdToken({ change }) {
    if (process.env['ACTIONS_ID_TOKEN_REQUEST_URL'] && process.env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'])
        return;
    if (change?.kind === 'pull-request' && change.fromFork)
        throw new errors/* UserError */.y('This is a pull request from a fork: GitHub gives it no OIDC token, so it cannot log in to AWS.', "Evaluate the nightly run's evidence in pull requests (evidence-files instead of role-to-assume); that needs no AWS access. The README has the whole workflow under “Pull requests”.");
    throw new errors/* UserError */.y('This job has no OIDC token to log in to AWS with: it lacks the permission `id-token: write`.', [
        'Write this into the job in the workflow file (a reusable workflow needs it in the calling job as well):',
        '  permissions:',
        '    id-token: write',
        '    contents: read',
    ].join('\n'));
}
/** Audience → the job's OIDC token; the last one of each audience is used again while it is valid. */
function keepToken(signal) {
    const held = new Map();
    return async (audience) => {
        const last = held.get(audience);
        if (last && isValid(await last))
            return last;
        const other = held.get(audience);
        if (other && other !== last)
            return other;
        const renewed = requestToken(audience, signal);
        held.set(audience, renewed);
        renewed.catch(() => {
            if (held.get(audience) === renewed)
                held.delete(audience);
        });
        return renewed;
    };
}
function isValid(token) {
    const { exp } = readClaims(token);
    return typeof exp === 'number' && exp * 1000 - Date.now() > TOKEN_MARGIN_MS;
}
async function requestToken(audience, signal) {
    for (let attempt = 1;; attempt++) {
        try {
            // The toolkit masks the token, and retries 502 to 504 itself, but neither broken nor silent connections.
            return await withTimeout((0,core/* getIDToken */.V9)(audience), TOKEN_TIMEOUT_MS, signal);
        }
        catch (error) {
            signal.throwIfAborted();
            const message = error instanceof Error ? error.message.replace(/\s+/g, ' ') : String(error);
            const refused = /Error Code : 4(?!08|29)\d\d/.test(message);
            if (!refused && attempt < TOKEN_ATTEMPTS) {
                await (0,promises_.setTimeout)(jitter(250 * 2 ** attempt), undefined, { signal });
                continue;
            }
            throw new errors/* UserError */.y(refused
                ? 'GitHub refused to issue an OIDC token for this job.'
                : 'GitHub issued no OIDC token for this job.', refused
                ? 'Check the input audience, and whether the organization restricts OIDC tokens.'
                : 'Run the job again; if it happens again, look at the status of GitHub Actions.', message.slice(0, 1000), { cause: error });
        }
    }
}
/** sts:AssumeRoleWithWebIdentity. The SDK retries what passes by itself; refusals are explained at once. */
async function assumeWithToken(sts, role, sessionName, token, signal) {
    const { AssumeRoleWithWebIdentityCommand } = await Promise.all(/* import() */[__webpack_require__.e(213), __webpack_require__.e(999)]).then(__webpack_require__.t.bind(__webpack_require__, 9999, 19));
    for (let attempt = 1;; attempt++) {
        const webIdentityToken = await token();
        try {
            const { Credentials } = await sts.send(new AssumeRoleWithWebIdentityCommand({
                RoleArn: role,
                RoleSessionName: sessionName,
                WebIdentityToken: webIdentityToken,
            }), { abortSignal: signal });
            return asIdentity(Credentials);
        }
        catch (error) {
            signal.throwIfAborted();
            const said = (0,failure/* readAwsError */.SM)(error);
            if (attempt < ASSUME_ATTEMPTS && isPassing(said)) {
                await (0,promises_.setTimeout)(jitter(500 * 2 ** attempt), undefined, { signal });
                continue;
            }
            if (REFUSALS.has(said.code))
                throw explainRefusal(role, readClaims(webIdentityToken), said);
            if (said.code === 'RegionDisabledException')
                throw new errors/* UserError */.y('STS is not activated for this region in the account.', 'Set aws-region to a region that the account has enabled, or activate STS there (IAM, Account settings).', `${role}\nAWS says: ${said.code}: ${said.message}`);
            throw withRole(role, error, 'assuming the role');
        }
    }
}
/** Faults of AWS's own look at the issuer's keys, which it may report as bad tokens; and answers that are none. */
function isPassing({ code, message }) {
    return (code.startsWith('IDPCommunicationError') ||
        code === 'MalformedAnswer' ||
        (/^InvalidIdentityToken/.test(code) && /retrieve verification key/i.test(message)));
}
const REFUSALS = new Set([
    'AccessDenied',
    'InvalidIdentityToken',
    'InvalidIdentityTokenException',
    'IDPRejectedClaim',
    'IDPRejectedClaimException',
]);
function memberRefused(role, error) {
    if ((0,failure/* readAwsError */.SM)(error).code !== 'AccessDenied')
        return withRole(role, error, 'assuming the role');
    const { message } = (0,failure/* readAwsError */.SM)(error);
    return new errors/* UserError */.y('The hub role may not assume the role in this account.', 'Create the role organization-role-name in this account with a trust policy that names the hub role, and allow the hub role sts:AssumeRole on it; or leave the account out with exclude-accounts. A service control policy or a suspended account denies it too.', `${role}\nAWS says: AccessDenied: ${message}`, { cause: error });
}
function noCredentials(error) {
    const { code, message } = (0,failure/* readAwsError */.SM)(error);
    if (/CredentialsProviderError|^ProviderError|TokenProviderError/.test(code))
        return new errors/* UserError */.y('There are no AWS credentials: role-to-assume is empty, and the default credential chain of the AWS SDK found none.', 'Set role-to-assume (with `permissions: id-token: write`), or log in with aws-actions/configure-aws-credentials in a step before, or give the job AWS_PROFILE, a container role or an instance role; or evaluate saved evidence with evidence-files.', message, { cause: error });
    const { summary, remedy, detail } = (0,failure/* failureOf */.g5)(error, 'checking the credentials (sts:GetCallerIdentity)');
    return new errors/* UserError */.y(summary, remedy, detail, { cause: error });
}
function withRole(role, error, doing) {
    const { summary, remedy, detail } = (0,failure/* failureOf */.g5)(error, doing);
    return new errors/* UserError */.y(summary, remedy, `${role}\nAWS says: ${detail}`, { cause: error });
}
function partsOf(role) {
    const parts = (0,partitions/* parseRoleArn */.DM)(role);
    if (!parts)
        throw new errors/* UserError */.y('A role to assume is not the ARN of an IAM role.', 'Write it as arn:aws:iam::123456789012:role/access-key-audit.', role);
    return parts;
}
function isPartition(text) {
    return Object.hasOwn(partitions/* PARTITIONS */.S1, text);
}
function asIdentity(credentials) {
    const { AccessKeyId, SecretAccessKey, SessionToken, Expiration } = credentials ?? {};
    if (!AccessKeyId || !SecretAccessKey || !SessionToken)
        throw new TypeError('STS answered without credentials');
    for (const secret of [AccessKeyId, SecretAccessKey, SessionToken])
        (0,core/* setSecret */.Pq)(secret);
    return {
        accessKeyId: AccessKeyId,
        secretAccessKey: SecretAccessKey,
        sessionToken: SessionToken,
        ...(Expiration ? { expiration: Expiration } : {}),
    };
}
async function withTimeout(work, ms, signal) {
    const timer = new AbortController();
    const late = (0,promises_.setTimeout)(ms, undefined, { signal: AbortSignal.any([signal, timer.signal]) }).then(() => {
        throw new Error(`No answer within ${ms / 1000} s`);
    });
    try {
        return await Promise.race([work, late]);
    }
    finally {
        timer.abort();
        late.catch(() => { });
        work.catch(() => { });
    }
}
function jitter(ms) {
    return ms * (0.75 + Math.random() / 2);
}
const TOKEN_MARGIN_MS = 30_000;
const TOKEN_TIMEOUT_MS = 10_000;
const TOKEN_ATTEMPTS = 4;
const ASSUME_ATTEMPTS = 4;


/***/ }),

/***/ 2639:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   keepCredentials: () => (/* binding */ keepCredentials),
/* harmony export */   renewing: () => (/* binding */ renewing)
/* harmony export */ });
/* harmony import */ var _failure_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8321);

/** Keeps what `obtain` gives until a minute before it expires; one request at a time. */
function keepCredentials(obtain) {
    let held = null;
    return {
        async current() {
            const last = held;
            if (last) {
                const { expiration } = await last;
                if (expiration === undefined || expiration.getTime() - Date.now() > RENEW_BEFORE_MS)
                    return last;
                // Somebody else has begun to renew them meanwhile.
                if (held && held !== last)
                    return held;
            }
            const renewed = obtain();
            held = renewed;
            renewed.catch(() => {
                if (held === renewed)
                    held = null;
            });
            return renewed;
        },
        forget() {
            held = null;
        },
    };
}
/** Makes calls with a client of this session: once more where the answer could not be read, or, with new credentials, where they had expired. */
function renewing(session, connect) {
    const make = () => connect(() => session.credentials.current());
    let client = make();
    return async (call) => {
        const used = client;
        try {
            return await call(used);
        }
        catch (error) {
            const expired = (0,_failure_js__WEBPACK_IMPORTED_MODULE_0__/* .isExpired */ ._d)(error);
            if (!expired && !(0,_failure_js__WEBPACK_IMPORTED_MODULE_0__/* .isMalformed */ .ON)(error))
                throw error;
            if (expired && client === used) {
                session.credentials.forget();
                client = make();
            }
            return call(client);
        }
    };
}
const RENEW_BEFORE_MS = 60_000;


/***/ })

};
