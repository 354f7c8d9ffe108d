export const id = 409;
export const ids = [409];
export const modules = {

/***/ 409:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

__webpack_require__.r(__webpack_exports__);
/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   readYaml: () => (/* binding */ readYaml)
/* harmony export */ });
/* harmony import */ var yaml__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3439);

/** Plain YAML 1.2: no aliases, merge keys, tags or second document, each a problem at its line. Never throws. */
function readYaml(text) {
    const lineCounter = new yaml__WEBPACK_IMPORTED_MODULE_0__/* .LineCounter */ .HN();
    const lineAt = (offset) => Math.max(1, lineCounter.linePos(offset ?? 0).line);
    const document = (0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .parseDocument */ .Tp)(text, {
        lineCounter,
        prettyErrors: false,
        // The library compares each key with every other; `fill` looks them up.
        uniqueKeys: false,
        stringKeys: true,
        schema: 'core',
        merge: false,
        logLevel: 'error',
    });
    const faults = [...document.errors, ...document.warnings];
    if (faults.length > 0) {
        return { value: null, lineOf: () => 1, problems: firstPerLine(faults, lineAt), readable: false };
    }
    const problems = [];
    const lines = { line: 1, children: new Map() };
    const value = plain(document.contents, lines);
    return { value, lineOf: path => lineOf(lines, path), problems, readable: true };
    function plain(node, at) {
        if ((0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isAlias */ .Vj)(node)) {
            problems.push({ line: at.line, message: aliasMessage(node.source) });
            return `*${node.source}`;
        }
        if ((0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isScalar */ .jn)(node))
            return node.value;
        if ((0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isSeq */ .oP)(node)) {
            return node.items.map((item, index) => plain(item, child(at, index, lineOfNode(item) ?? at.line)));
        }
        if (!(0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isMap */ .jh)(node))
            return null;
        const object = Object.create(null);
        for (const { key, value } of node.items) {
            const name = (0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isScalar */ .jn)(key) ? String(key.value) : '';
            const line = lineOfNode(key) ?? at.line;
            const first = at.children.get(name);
            if (first !== undefined) {
                problems.push({
                    line,
                    message: `${JSON.stringify(name)} stands here twice, first in line ${first.line}`,
                });
            }
            else if (UNSAFE_NAMES.has(name)) {
                problems.push({ line, message: `${JSON.stringify(name)} is no field of this file` });
            }
            else if (name === '<<') {
                problems.push({ line, message: 'merge keys (<<) are not read here: write the fields out' });
            }
            else {
                object[name] = plain(value, child(at, name, line));
            }
        }
        return object;
    }
    function lineOfNode(node) {
        const ranged = (0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isAlias */ .Vj)(node) || (0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isScalar */ .jn)(node) || (0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isSeq */ .oP)(node) || (0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isMap */ .jh)(node);
        return ranged && node.range ? lineAt(node.range[0]) : undefined;
    }
}
/** Names that valibot passes over in an object. */
const UNSAFE_NAMES = new Set(['__proto__', 'constructor', 'prototype']);
function child(parent, key, line) {
    const lines = { line, children: new Map() };
    parent.children.set(key, lines);
    return lines;
}
function lineOf(lines, path) {
    let found = lines;
    for (const key of path) {
        const next = found.children.get(key);
        if (next === undefined)
            break;
        found = next;
    }
    return found.line;
}
/** One fault of the syntax raises many. */
function firstPerLine(faults, lineAt) {
    const byLine = new Map();
    for (const fault of faults) {
        const line = lineAt(fault.pos[0]);
        if (!byLine.has(line))
            byLine.set(line, { line, message: SYNTAX[fault.code] ?? plainSyntax(fault.message) });
    }
    return [...byLine.values()].slice(0, MAX_SYNTAX_PROBLEMS);
}
const MAX_SYNTAX_PROBLEMS = 20;
const SYNTAX = {
    BAD_ALIAS: 'a value that begins with * must be in quotes',
    MULTIPLE_DOCS: 'a second document begins here: the file must be one document, without a line ---',
    NON_STRING_KEY: 'a field name must be plain text',
    RESOURCE_EXHAUSTION: 'the file is nested too deeply',
    TAB_AS_INDENT: 'tabs cannot indent YAML: use spaces',
    TAG_RESOLVE_FAILED: 'tags (!name) are not read here: write the plain value',
};
function plainSyntax(message) {
    return `no valid YAML: ${message.split('\n', 1)[0]}`;
}
function aliasMessage(name) {
    return `YAML reads *${name.slice(0, 80)} as an alias, and aliases are not read here: put a glob that begins with * in quotes`;
}


/***/ })

};
