export const id = 416;
export const ids = [416,639];
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


/***/ }),

/***/ 6416:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   observeTrail: () => (/* binding */ observeTrail)
/* harmony export */ });
/* harmony import */ var node_timers_promises__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(8500);
/* harmony import */ var _partitions_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(7344);
/* harmony import */ var _time_js__WEBPACK_IMPORTED_MODULE_3__ = __webpack_require__(9974);
/* harmony import */ var _session_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(2639);




/**
 * What CloudTrail's management events say (cloudtrail:LookupEvents): who uses each of `inUse`, in the region of its last
 * use and where IAM's own events are; and when each of `inactive` last changed its status, the clock of its deletion.
 */
async function observeTrail(question, inUse, inactive) {
    const trails = openTrails(question);
    const { partition } = question.session;
    const usage = await lookUpEach(question, 'keys for their use', inUse, async (key) => {
        const regions = new Set([_partitions_js__WEBPACK_IMPORTED_MODULE_1__/* .PARTITIONS */ .S1[partition].iamRegion]);
        if (key.region && (0,_partitions_js__WEBPACK_IMPORTED_MODULE_1__/* .partitionOfRegion */ .cn)(key.region) === partition)
            regions.add(key.region);
        return Promise.all([...regions].map(region => usageIn(trails, question, key, region)));
    });
    const changes = await lookUpEach(question, 'inactive keys for their last status change', inactive, async (key) => [await statusChange(trails, question, key)]);
    return [...usage, ...changes];
}
async function usageIn(trails, { asking }, key, region) {
    const { user, accessKeyId } = key;
    const answer = await asking.ask(LOOKUP, user, () => trails(region).lookUp('AccessKeyId', accessKeyId, PAGES_PER_KEY, () => false));
    if (!answer)
        return null;
    const observed = {
        kind: 'usage',
        user,
        accessKeyId,
        at: (0,_time_js__WEBPACK_IMPORTED_MODULE_3__/* .formatInstant */ .r4)(new Date()),
        region,
        uses: distinctUses(answer.events),
        truncated: answer.truncated,
    };
    return observed;
}
async function statusChange(trails, { asking, session }, { user, accessKeyId }) {
    // The newest comes first, so the first one found is the last change.
    const answer = await asking.ask(LOOKUP, user, () => trails(_partitions_js__WEBPACK_IMPORTED_MODULE_1__/* .PARTITIONS */ .S1[session.partition].iamRegion).lookUp('ResourceName', accessKeyId, PAGES_PER_KEY, event => isStatusChange(event, accessKeyId)));
    if (!answer)
        return null;
    const change = answer.events.find(event => isStatusChange(event, accessKeyId));
    if (!change && answer.truncated) {
        asking.leaveOut(LOOKUP, 'The events of a key go on beyond the pages that were read; its last status change is unknown.');
        return null;
    }
    return {
        kind: 'status-change',
        user,
        accessKeyId,
        at: (0,_time_js__WEBPACK_IMPORTED_MODULE_3__/* .formatInstant */ .r4)(new Date()),
        changedAt: change?.EventTime ? (0,_time_js__WEBPACK_IMPORTED_MODULE_3__/* .formatInstant */ .r4)(change.EventTime) : null,
        status: change ? textOf(requestParameters(change), 'status') || null : null,
    };
}
/** The most urgent first, as many as the limits allow; what is left out is recorded. */
async function lookUpEach({ asking, until }, what, keys, lookUp) {
    const observations = [];
    let done = 0;
    for (const key of keys.slice(0, MAX_KEYS)) {
        if (asking.gaveUp(LOOKUP) || Date.now() > until.getTime())
            break;
        observations.push(...(await lookUp(key)).filter(answer => answer !== null));
        done += 1;
    }
    if (done < keys.length && !asking.gaveUp(LOOKUP))
        asking.leaveOut(LOOKUP, `${keys.length - done} of ${keys.length} ${what} were not looked up: ${done < MAX_KEYS ? 'the time was too short' : `at most ${MAX_KEYS} an account are`}.`);
    return observations;
}
/** One trail a region: its own client, its own pace. */
function openTrails({ aws, session, signal }) {
    const open = new Map();
    return region => {
        const trail = open.get(region) ?? openTrail(aws, session, region, signal);
        open.set(region, trail);
        return trail;
    };
}
function openTrail(aws, session, region, signal) {
    const pace = pacer(REQUEST_INTERVAL_MS, signal);
    const sdk = Promise.all(/* import() */[__webpack_require__.e(213), __webpack_require__.e(376)]).then(__webpack_require__.t.bind(__webpack_require__, 5376, 19));
    const send = sdk.then(({ CloudTrailClient }) => (0,_session_js__WEBPACK_IMPORTED_MODULE_2__.renewing)(session, credentials => new CloudTrailClient({ ...aws.client, region, credentials })));
    return {
        async lookUp(attribute, value, pages, enough) {
            const { LookupEventsCommand } = await sdk;
            const call = await send;
            const events = [];
            let token;
            for (let page = 0; page < pages; page++) {
                await pace();
                const answer = await call(client => client.send(new LookupEventsCommand({
                    LookupAttributes: [{ AttributeKey: attribute, AttributeValue: value }],
                    MaxResults: EVENTS_A_PAGE,
                    NextToken: token,
                }), { abortSignal: signal }));
                events.push(...(answer.Events ?? []));
                token = answer.NextToken;
                if (!token || answer.Events?.some(enough))
                    return { events, truncated: false };
            }
            return { events, truncated: true };
        },
    };
}
/** Waits until the next request may go: CloudTrail allows two a second for each account and region. */
function pacer(intervalMs, signal) {
    let next = 0;
    return async () => {
        const now = Date.now();
        const at = Math.max(now, next);
        next = at + intervalMs;
        if (at > now)
            await (0,node_timers_promises__WEBPACK_IMPORTED_MODULE_0__.setTimeout)(at - now, undefined, { signal });
    };
}
function distinctUses(events) {
    const uses = new Map();
    const newestFirst = events.toSorted((a, b) => (b.EventTime?.getTime() ?? 0) - (a.EventTime?.getTime() ?? 0));
    for (const event of newestFirst) {
        if (!event.EventTime)
            continue;
        const record = recordOf(event);
        const use = {
            at: (0,_time_js__WEBPACK_IMPORTED_MODULE_3__/* .formatInstant */ .r4)(event.EventTime),
            userAgent: textOf(record, 'userAgent').slice(0, 512),
            sourceAddress: textOf(record, 'sourceIPAddress').slice(0, 256),
            eventSource: (event.EventSource ?? textOf(record, 'eventSource')).slice(0, 256),
            eventName: (event.EventName ?? textOf(record, 'eventName')).slice(0, 256),
        };
        const identity = JSON.stringify([use.userAgent, use.sourceAddress, use.eventSource, use.eventName]);
        if (!uses.has(identity))
            uses.set(identity, use);
    }
    return [...uses.values()];
}
function isStatusChange(event, accessKeyId) {
    if (event.EventName !== 'UpdateAccessKey')
        return false;
    return textOf(requestParameters(event), 'accessKeyId') === accessKeyId && !recordOf(event)['errorCode'];
}
function requestParameters(event) {
    const parameters = recordOf(event)['requestParameters'];
    return typeof parameters === 'object' && parameters !== null ? parameters : {};
}
/** The event as CloudTrail recorded it; empty where that is no JSON object. */
function recordOf({ CloudTrailEvent }) {
    try {
        const record = JSON.parse(CloudTrailEvent ?? '');
        return typeof record === 'object' && record !== null ? record : {};
    }
    catch {
        return {};
    }
}
function textOf(record, name) {
    const value = record[name];
    return typeof value === 'string' ? value : '';
}
const LOOKUP = 'cloudtrail:LookupEvents';
const REQUEST_INTERVAL_MS = 500;
const EVENTS_A_PAGE = 50;
const PAGES_PER_KEY = 2;
const MAX_KEYS = 100;


/***/ })

};
