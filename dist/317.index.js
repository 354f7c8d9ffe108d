export const id = 317;
export const ids = [317];
export const modules = {

/***/ 4317:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   fetchCredentialReport: () => (/* binding */ fetchCredentialReport)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(2544);
/* harmony import */ var _failure_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(8321);


/**
 * The account's credential report (iam:GenerateCredentialReport until COMPLETE, then iam:GetCredentialReport).
 * Throws a UserError where AWS does not finish within ten minutes, else AWS's own error.
 */
async function fetchCredentialReport({ iam, wait, signal }) {
    const { GenerateCredentialReportCommand, GetCredentialReportCommand } = await Promise.all(/* import() */[__webpack_require__.e(213), __webpack_require__.e(252)]).then(__webpack_require__.t.bind(__webpack_require__, 4252, 19));
    const pause = pauses(wait);
    for (let faults = 0;;) {
        try {
            const { State } = await iam(client => client.send(new GenerateCredentialReportCommand({}), { abortSignal: signal }));
            if (State === 'COMPLETE') {
                const { Content, GeneratedTime } = await iam(client => client.send(new GetCredentialReportCommand({}), { abortSignal: signal }));
                if (Content === undefined)
                    throw new TypeError('GetCredentialReport answered no report');
                return { content: Content, generatedAt: GeneratedTime ?? null };
            }
        }
        catch (error) {
            signal.throwIfAborted();
            const answer = judge(error);
            // The SDK has tried a fault several times already.
            if (answer === 'refused' || (answer === 'fault' && ++faults >= MAX_FAULTS))
                throw error;
        }
        await pause();
    }
}
/** What an error of either call means: not ready yet, a fault that may pass, or an answer that will not change. */
function judge(error) {
    const { code } = (0,_failure_js__WEBPACK_IMPORTED_MODULE_1__/* .readAwsError */ .SM)(error);
    if (NOT_READY.has(code))
        return 'not-ready';
    const status = error?.$metadata?.httpStatusCode ?? 0;
    return LIMITED.test(code) || status >= 500 || (0,_failure_js__WEBPACK_IMPORTED_MODULE_1__/* .isMalformed */ .ON)(error) ? 'fault' : 'refused';
}
/** Codes on the wire, and the names of the SDK's shapes for them. */
const NOT_READY = new Set([
    'ReportNotPresent',
    'ReportExpired',
    'ReportInProgress',
    'CredentialReportNotPresentException',
    'CredentialReportExpiredException',
    'CredentialReportNotReadyException',
]);
const LIMITED = /^(Throttl|LimitExceeded|TooManyRequests|RequestLimitExceeded)/;
/** Waits quickly at first, then longer, with jitter: called in a tight loop the API has been blocked (prowler #211). */
function pauses(wait) {
    let next = FIRST_PAUSE_MS;
    let waited = 0;
    return async () => {
        if (waited > MAX_WAIT_MS)
            throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .UserError */ .y('AWS did not finish the credential report within ten minutes.', 'Run the audit again: the report may be ready by then. AWS makes one every four hours at most.');
        const ms = next * (0.8 + 0.4 * Math.random());
        waited += ms;
        next = Math.min(next * 1.6, LONGEST_PAUSE_MS);
        await wait(ms);
    };
}
const MAX_FAULTS = 3;
const FIRST_PAUSE_MS = 250;
const LONGEST_PAUSE_MS = 10_000;
const MAX_WAIT_MS = 10 * 60_000;


/***/ })

};
