export const id = 824;
export const ids = [824];
export const modules = {

/***/ 6824:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   asking: () => (/* binding */ asking)
/* harmony export */ });
/* harmony import */ var _time_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(9974);
/* harmony import */ var _failure_js__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8321);


/** An action denied once is not asked again; neither is one that failed three times, each after the SDK's own attempts. */
function asking(signal) {
    const refusals = [];
    const failures = new Map();
    const firstAnswer = new Map();
    function refuse(action, user, error) {
        const { code, message } = (0,_failure_js__WEBPACK_IMPORTED_MODULE_0__/* .readAwsError */ .SM)(error);
        if (gaveUp(action))
            return;
        const denied = code === 'AccessDenied';
        failures.set(action, denied ? MAX_FAILURES : (failures.get(action) ?? 0) + 1);
        refusals.push({ action, user: denied ? null : user, at: (0,_time_js__WEBPACK_IMPORTED_MODULE_1__/* .formatInstant */ .r4)(new Date()), code, message });
        if (!denied && user !== null && gaveUp(action))
            leaveOut(action, `Not asked for the other users after ${MAX_FAILURES} failures.`);
    }
    function gaveUp(action) {
        return (failures.get(action) ?? 0) >= MAX_FAILURES;
    }
    function leaveOut(action, what) {
        refusals.push({ action, user: null, at: (0,_time_js__WEBPACK_IMPORTED_MODULE_1__/* .formatInstant */ .r4)(new Date()), code: 'NotAsked', message: what });
    }
    return {
        refusals,
        gaveUp,
        leaveOut,
        async ask(action, user, call) {
            // The first answer tells whether the permission is there; only then the rest is asked all at once.
            const first = firstAnswer.get(action);
            if (first)
                await first;
            if (gaveUp(action))
                return null;
            const answer = call().catch((error) => {
                signal.throwIfAborted();
                refuse(action, user, error);
                return null;
            });
            if (!firstAnswer.has(action))
                firstAnswer.set(action, answer.catch(() => null));
            return answer;
        },
    };
}
const MAX_FAILURES = 3;


/***/ })

};
