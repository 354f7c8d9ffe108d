export const id = 618;
export const ids = [618];
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


/***/ })

};
