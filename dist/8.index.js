export const id = 8;
export const ids = [8];
export const modules = {

/***/ 8008:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

/* harmony export */ __webpack_require__.d(__webpack_exports__, {
/* harmony export */   A: () => (/* binding */ shardSize),
/* harmony export */   accountsDigest: () => (/* binding */ accountsDigest),
/* harmony export */   listMembers: () => (/* binding */ listMembers),
/* harmony export */   shardOf: () => (/* binding */ shardOf)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __webpack_require__(7598);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __webpack_require__(2544);
/* harmony import */ var _failure_js__WEBPACK_IMPORTED_MODULE_2__ = __webpack_require__(8321);



/**
 * The ACTIVE accounts of the organization, sorted by ID (organizations:ListAccounts, all pages).
 * Throws a UserError where they cannot be listed, or there is none.
 */
async function listMembers(organizations, partition, exclude, signal) {
    const { paginateListAccounts } = await Promise.all(/* import() */[__webpack_require__.e(213), __webpack_require__.e(295)]).then(__webpack_require__.t.bind(__webpack_require__, 6295, 19));
    const members = [];
    try {
        for await (const page of paginateListAccounts({ client: organizations }, {}, 
        // The paginator hands these options to every request.
        { abortSignal: signal }))
            members.push(...(page.Accounts ?? []).filter(isActive).map(account => asMember(account, partition)));
    }
    catch (error) {
        throw notListed(error);
    }
    const audited = members.filter(({ id }) => !exclude.includes(id));
    if (audited.length === 0)
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .y(members.length === 0
            ? 'The organization has no active account, so there is nothing to audit.'
            : 'exclude-accounts leaves out every active account of the organization, so there is nothing to audit.', 'Check that role-to-assume is a role of the management account or of a delegated administrator, and what exclude-accounts names.');
    return audited.sort((a, b) => (a.id < b.id ? -1 : 1));
}
/** The share `index` of `count` (from 1) of the accounts: deterministic whatever their order, sizes differ by one at most. */
function shardOf(accounts, { index, count }) {
    return accounts
        .toSorted((a, b) => (a.id < b.id ? -1 : 1))
        .filter((_, position) => position % count === index - 1);
}
/** How many accounts the share `index` of `count` has. */
function shardSize({ index, count, accountCount }) {
    return Math.max(0, Math.ceil((accountCount - index + 1) / count));
}
/** SHA-256 over the sorted account IDs, joined by newlines. */
function accountsDigest(ids) {
    return (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)('sha256').update(ids.toSorted().join('\n')).digest('hex');
}
function isActive(account) {
    // `Status` was announced to retire on 2026-09-09 in favour of `State`.
    return (account.State ?? account.Status) === 'ACTIVE';
}
function asMember(account, partition) {
    const id = account.Id ?? '';
    if (!/^\d{12}$/.test(id))
        throw new TypeError('ListAccounts answered an account without its ID');
    // The ARN of every account begins with the management account's ID: arn:aws:organizations::MANAGEMENT:account/o-…/ID
    return { id, partition, name: account.Name || null, management: account.Arn?.split(':')[4] === id };
}
function notListed(error) {
    const { code, message } = (0,_failure_js__WEBPACK_IMPORTED_MODULE_2__/* .readAwsError */ .SM)(error);
    const cause = `${code}: ${message}`;
    if (code === 'AWSOrganizationsNotInUseException')
        return new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .y('The account of role-to-assume is in no organization.', 'Name a role of the management account or of a delegated administrator in role-to-assume, or leave organization-role-name out to audit this account alone.', cause, { cause: error });
    return new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .UserError */ .y('The accounts of the organization could not be listed.', code === 'AccessDenied'
        ? 'Allow organizations:ListAccounts in a policy of role-to-assume; it must be a role of the management account or of a delegated administrator.'
        : 'Run the audit again; if it happens again, look at the detail.', cause, { cause: error });
}


/***/ })

};
