export const id = 802;
export const ids = [802];
export const modules = {

/***/ 5802:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   inAnyOrder: () => (/* binding */ inAnyOrder),
/* harmony export */   slots: () => (/* binding */ slots)
/* harmony export */ });
function slots(count) {
    let free = count;
    const resuming = [];
    const starting = [];
    function enter(queue) {
        if (free === 0)
            return new Promise(resolve => queue.push(resolve));
        free -= 1;
        return Promise.resolve();
    }
    function leave() {
        const next = resuming.shift() ?? starting.shift();
        if (next)
            next();
        else
            free += 1;
    }
    return {
        async run(work) {
            await enter(starting);
            try {
                return await work(async (wait) => {
                    leave();
                    try {
                        return await wait();
                    }
                    finally {
                        await enter(resuming);
                    }
                });
            }
            finally {
                leave();
            }
        },
    };
}
/**
 * Works on all items, at most `count` in a slot at once, and yields each result when it is there.
 * A result keeps its slot until it is taken, so that a slow taker is not flooded. Rejects with the first failure.
 */
async function* inAnyOrder(items, count, work) {
    const { run } = slots(count);
    const ready = [];
    let failure = null;
    let wake = () => { };
    for (const item of items)
        run(async (outside) => {
            const result = await work(item, outside);
            await new Promise(taken => {
                ready.push({ result, taken });
                wake();
            });
        }).catch((error) => {
            failure ??= { error };
            wake();
        });
    for (let left = items.length; left > 0; left--) {
        while (ready.length === 0) {
            if (failure)
                throw failure.error;
            await new Promise(resolve => {
                wake = resolve;
            });
        }
        const next = ready.shift();
        if (!next)
            continue;
        next.taken();
        yield next.result;
    }
}


/***/ })

};
