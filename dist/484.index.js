export const id = 484;
export const ids = [484];
export const modules = {

/***/ 1484:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   readTemplate: () => (/* binding */ readTemplate)
/* harmony export */ });
/* harmony import */ var yaml__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(3439);
/* harmony import */ var _user_name_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(1971);
/* harmony import */ var _yaml_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(4715);



/**
 * Declarations of a CloudFormation or SAM template, YAML or JSON, each at its logical ID. A user without `UserName`
 * gets a name that CloudFormation generates, so it and its keys declare no name.
 */
function readTemplate(path, text) {
    const file = (0,_yaml_js__WEBPACK_IMPORTED_MODULE_1__/* .readYaml */ .g)(text);
    const resources = new Map(file.entries(file.get(file.root, 'Resources')).map(entry => [entry.key, entry]));
    const template = { file, resources, parameters: file.get(file.root, 'Parameters') };
    const users = [];
    const keys = [];
    for (const resource of resources.values()) {
        const type = typeOf(file, resource);
        if (type !== USER && type !== ACCESS_KEY)
            continue;
        const userName = textFrom(template, propertyOf(file, resource, 'UserName'));
        if (userName === null || !_user_name_js__WEBPACK_IMPORTED_MODULE_2__/* .USER_NAME */ .i.test(userName))
            continue;
        const declaration = {
            tool: 'cloudformation',
            path,
            line: resource.line,
            userName,
            address: resource.key,
        };
        if (type === USER) {
            users.push(declaration);
        }
        else {
            const status = textFrom(template, propertyOf(file, resource, 'Status'));
            keys.push({ ...declaration, status: status === 'Active' || status === 'Inactive' ? status : null });
        }
    }
    return { users, keys, error: file.error };
}
const USER = 'AWS::IAM::User';
const ACCESS_KEY = 'AWS::IAM::AccessKey';
const DEEPEST = 10;
/** The text that a property comes to, or null where that takes more than the template says. */
function textFrom(template, node, depth = 0) {
    if (node === null || depth > DEEPEST)
        return null;
    const call = functionOf(template.file, node);
    switch (call?.name) {
        case undefined:
            return (0,_yaml_js__WEBPACK_IMPORTED_MODULE_1__/* .textOf */ .b)(node);
        case 'Ref':
            return referenceTo(template, (0,_yaml_js__WEBPACK_IMPORTED_MODULE_1__/* .textOf */ .b)(call.argument), depth);
        case 'Sub':
            return substituted(template, call.argument, depth);
        case 'Join':
            return joined(template, call.argument, depth);
        default:
            return null;
    }
}
/** A function call, in its short form (`!Ref x`) or its long one (`{ Ref: x }`, `{ "Fn::Sub": x }`). */
function functionOf(file, node) {
    const tag = node.tag ?? '';
    if (/^!\w/.test(tag))
        return { name: tag.slice(1), argument: node };
    const [only, ...others] = file.entries(node);
    if (only === undefined || only.value === null || others.length > 0)
        return null;
    return { name: only.key.replace(/^Fn::/, ''), argument: only.value };
}
function referenceTo(template, name, depth) {
    if (name === null)
        return null;
    const resource = template.resources.get(name);
    if (resource === undefined)
        return (0,_yaml_js__WEBPACK_IMPORTED_MODULE_1__/* .textOf */ .b)(template.file.get(template.file.get(template.parameters, name), 'Default'));
    if (typeOf(template.file, resource) !== USER)
        return null;
    return textFrom(template, propertyOf(template.file, resource, 'UserName'), depth + 1);
}
/** `!Sub 'text ${Name}'` or `!Sub ['text ${Name}', { Name: value }]`. */
function substituted(template, argument, depth) {
    const [text, variables] = (0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isSeq */ .oP)(argument) ? argument.items : [argument];
    const pattern = (0,_yaml_js__WEBPACK_IMPORTED_MODULE_1__/* .textOf */ .b)(text ?? null);
    if (pattern === null || pattern.length > LONGEST_PATTERN)
        return null;
    let known = true;
    const value = pattern.replace(/\$\{(!?)([^}]*)\}/g, (_, literal, name) => {
        if (literal === '!')
            return `\${${name}}`;
        const own = template.file.get(variables ?? null, name);
        const found = own === null ? referenceTo(template, name, depth) : textFrom(template, own, depth + 1);
        known &&= found !== null;
        return found ?? '';
    });
    return known ? value : null;
}
function joined(template, argument, depth) {
    const [separator, list] = (0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isSeq */ .oP)(argument) ? argument.items : [];
    if (!(0,yaml__WEBPACK_IMPORTED_MODULE_0__/* .isSeq */ .oP)(list) || list.items.length > LONGEST_PATTERN)
        return null;
    const parts = list.items.map(item => textFrom(template, item, depth + 1));
    return parts.includes(null) ? null : parts.join((0,_yaml_js__WEBPACK_IMPORTED_MODULE_1__/* .textOf */ .b)(separator ?? null) ?? '');
}
const LONGEST_PATTERN = 1024;
function typeOf(file, resource) {
    return (0,_yaml_js__WEBPACK_IMPORTED_MODULE_1__/* .textOf */ .b)(file.get(resource.value, 'Type'));
}
function propertyOf(file, resource, name) {
    return file.get(file.get(resource.value, 'Properties'), name);
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
