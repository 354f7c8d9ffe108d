export const id = 639;
export const ids = [639];
export const modules = {

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
