export const id = 120;
export const ids = [120];
export const modules = {

/***/ 120:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   readWorkflow: () => (/* binding */ readWorkflow)
/* harmony export */ });
/* harmony import */ var yaml__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3439);
/* harmony import */ var _yaml_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4715);


/**
 * The places where a workflow or composite action logs in with a stored access key. None are: temporary credentials
 * (a session token stands beside), another step's outputs, and literals that are no key, such as a test's `dummy`.
 */
function readWorkflow(path, text) {
    const file = (0,_yaml_js__WEBPACK_IMPORTED_MODULE_1__/* .readYaml */ .g)(text);
    const logins = mappings(file).flatMap(({ key, value }) => LOGINS.filter(login => login.within === key).flatMap(({ via, id, token }) => {
        const entries = file.entries(value);
        const isTemporary = entries.some(entry => isNamed(entry, token) && (0,_yaml_js__WEBPACK_IMPORTED_MODULE_1__/* .textOf */ .b)(entry.value) !== '');
        const stored = entries.findLast(entry => isNamed(entry, id));
        const given = (0,_yaml_js__WEBPACK_IMPORTED_MODULE_1__/* .textOf */ .b)(stored?.value ?? null) ?? '';
        if (stored === undefined || isTemporary || given.length > LONGEST_VALUE || !isStored(given))
            return [];
        return [{ path, line: stored.line, via, secret: secretOf(given) }];
    }));
    return { logins: logins.toSorted((a, b) => a.line - b.line), error: file.error };
}
/** Names of inputs are case-insensitive, those of environment variables are not. */
const LOGINS = [
    { via: 'input', within: 'with', id: /^aws-access-key-id$/i, token: /^aws-session-token$/i },
    { via: 'env', within: 'env', id: /^AWS_ACCESS_KEY_ID$/, token: /^AWS_SESSION_TOKEN$/ },
];
const DEEPEST = 30;
const LONGEST_VALUE = 1000;
/** Every entry of every mapping. Aliases are not followed: what they stand for is found where it is written. */
function mappings(file) {
    const found = [];
    const visit = (node, depth) => {
        if (depth > DEEPEST)
            return;
        if ((0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isSeq */ .oP)(node))
            for (const item of node.items)
                visit(item, depth + 1);
        for (const entry of node === null ? [] : file.ownEntries(node)) {
            found.push(entry);
            visit(entry.value, depth + 1);
        }
    };
    visit(file.root, 0);
    return found;
}
function isNamed({ key }, name) {
    return name.test(key);
}
function isStored(value) {
    return /\$\{\{[^}]*\b(secrets|vars|inputs)\b/.test(value) || /^AKIA[A-Z2-7]{16}$/.test(value.trim());
}
/** The name of the secret in `${{ secrets.NAME }}` or `${{ secrets['NAME'] }}`. */
function secretOf(value) {
    const found = /^\s*\$\{\{\s*secrets(?:\.(\w+)|\['(\w+)'\])\s*\}\}\s*$/.exec(value);
    return found?.[1] ?? found?.[2] ?? null;
}


/***/ }),

/***/ 4715:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   b: () => (/* binding */ textOf),
/* harmony export */   g: () => (/* binding */ readYaml)
/* harmony export */ });
/* harmony import */ var yaml__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3439);

/** Reads YAML 1.2 or JSON. Never throws; unknown tags (`!Ref`) stay on their nodes. */
function readYaml(text) {
    const lines = new yaml__WEBPACK_IMPORTED_MODULE_0__/* .LineCounter */ .HN();
    const document = (0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .parseDocument */ .Tp)(text, {
        lineCounter: lines,
        logLevel: 'silent',
        prettyErrors: false,
        uniqueKeys: false,
    });
    const [error] = document.errors;
    const entries = (node) => entriesOf(follow(document, node), lines);
    return {
        root: document.contents,
        error: error === undefined ? null : { line: lines.linePos(error.pos[0]).line, message: error.message },
        entries,
        ownEntries: node => entriesOf(node, lines),
        get: (node, key) => entries(node).findLast(entry => entry.key === key)?.value ?? null,
    };
}
/** The text of a scalar, numbers as written; null for any other node. */
function textOf(node) {
    if (!(0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isScalar */ .jn)(node) || node.value === null)
        return null;
    return typeof node.value === 'string' ? node.value : (node.source ?? String(node.value));
}
function entriesOf(node, lines) {
    if (!(0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isMap */ .jh)(node))
        return [];
    return node.items.flatMap(({ key, value }) => {
        const name = textOf(key);
        return name === null ? [] : [{ key: name, value, line: lines.linePos(key.range?.[0] ?? 0).line }];
    });
}
function follow(document, node) {
    return (0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isAlias */ .Vj)(node) ? (node.resolve(document) ?? null) : (node ?? null);
}


/***/ })

};
