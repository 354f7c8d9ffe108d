export const id = 234;
export const ids = [234,618];
export const modules = {

/***/ 6618:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   openAws: () => (/* binding */ openAws)
/* harmony export */ });
/* harmony import */ var node_http__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7067);
/* harmony import */ var node_https__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4708);


/** Connections honour HTTPS_PROXY, HTTP_PROXY and NO_PROXY; endpoints are the SDK's, its FIPS and dual-stack variables included. */
function openAws(actionVersion, env = process.env) {
    const agentOptions = { keepAlive: true, maxSockets: MAX_SOCKETS, proxyEnv: env };
    const httpAgent = new node_http__WEBPACK_IMPORTED_MODULE_0__.Agent(agentOptions);
    const httpsAgent = new node_https__WEBPACK_IMPORTED_MODULE_1__.Agent(agentOptions);
    return {
        client: {
            customUserAgent: [['aws-access-key-rotation-audit', actionVersion]],
            retryMode: 'adaptive',
            // The SDK's own variable goes before our default.
            ...(env['AWS_MAX_ATTEMPTS'] ? {} : { maxAttempts: MAX_ATTEMPTS }),
            requestHandler: {
                httpAgent,
                httpsAgent,
                connectionTimeout: CONNECT_MS,
                requestTimeout: ANSWER_MS,
                throwOnRequestTimeout: true,
                socketTimeout: SILENCE_MS,
                // Waiting for a socket is no fault: the SDK's warning would only clutter the log.
                socketAcquisitionWarningTimeout: 2 ** 31 - 1,
            },
        },
        close() {
            httpAgent.destroy();
            httpsAgent.destroy();
        },
    };
}
const MAX_SOCKETS = 256;
const MAX_ATTEMPTS = 7;
const CONNECT_MS = 5_000;
const ANSWER_MS = 15_000;
const SILENCE_MS = 10_000;


/***/ }),

/***/ 6234:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   openConnection: () => (/* binding */ openConnection)
/* harmony export */ });
/* harmony import */ var _gather_aws_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(6618);

/** Opens the sessions that gathering had, by the same source, once more. */
function openConnection(source, run, signal) {
    const aws = (0,_gather_aws_js__WEBPACK_IMPORTED_MODULE_0__.openAws)(run.actionVersion);
    const hubRole = source.roles[0] ?? null;
    const open = new Map();
    let roles = null;
    function sessionOf(role) {
        const session = open.get(role) ?? openSession(role);
        open.set(role, session);
        return session;
    }
    async function openSession(role) {
        const { openDefaultSession, openMemberSession, openRoleSessions } = await __webpack_require__.e(/* import() */ 384).then(__webpack_require__.bind(__webpack_require__, 4384));
        if (role === null)
            return openDefaultSession(aws, source.region, signal);
        if (source.organizationRoleName !== null && role !== hubRole)
            return openMemberSession(aws, await sessionOf(hubRole), role, source, signal);
        roles ??= openRoleSessions(aws, source, run, signal);
        return roles.open(role);
    }
    return {
        async connect({ role }, region) {
            const [{ IAMClient }, { CloudTrailClient }, session] = await Promise.all([
                Promise.all(/* import() */[__webpack_require__.e(213), __webpack_require__.e(252)]).then(__webpack_require__.t.bind(__webpack_require__, 4252, 19)),
                Promise.all(/* import() */[__webpack_require__.e(213), __webpack_require__.e(376)]).then(__webpack_require__.t.bind(__webpack_require__, 5376, 19)),
                sessionOf(role),
            ]);
            // A role that cannot be assumed is explained as such.
            await session.credentials.current();
            const settings = { ...aws.client, region, credentials: () => session.credentials.current() };
            return { iam: new IAMClient(settings), cloudtrail: new CloudTrailClient(settings) };
        },
        close: () => aws.close(),
    };
}


/***/ })

};
