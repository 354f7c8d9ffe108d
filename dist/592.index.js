export const id = 592;
export const ids = [592];
export const modules = {

/***/ 4592:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {


// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  readTerraform: () => (/* binding */ readTerraform)
});

;// CONCATENATED MODULE: ./build/src/locate/hcl.js
// A reader of Terraform's native syntax, for the part of it that names things. No published parser fits: those on
// npm are Go compiled to megabytes without positions, WebAssembly (no single-file bundle), or an editor's grammar
// that brings the editor along. Syntax: https://github.com/hashicorp/hcl/blob/main/hclsyntax/spec.md
/** Reads a file's top-level attributes and blocks. Never throws: a block with an error is left out and named. */
function readHcl(text) {
    const reader = new Reader(text);
    const attributes = new Map();
    const blocks = [];
    const errors = [];
    while (errors.length < MOST_ERRORS) {
        try {
            if (!reader.item(attributes, blocks))
                break;
        }
        catch (error) {
            if (!(error instanceof HclError))
                throw error;
            errors.push({ line: reader.lineOf(error.offset), message: error.message });
            if (!reader.recover())
                break;
        }
    }
    return { attributes, blocks, errors };
}
/** Reads the text of a quoted string, as `.tf.json` writes expressions: `${aws_iam_user.ci.name}`. */
function readTemplate(text) {
    try {
        return new Reader(text).template(null);
    }
    catch (error) {
        if (error instanceof HclError)
            return UNKNOWN;
        throw error;
    }
}
// After each error the rest of the file may be read to its end once more, so their number bounds the work.
const MOST_ERRORS = 20;
const DEEPEST = 100;
const UNKNOWN = { kind: 'unknown' };
const SPACE = /[ \t\r]+/y;
const SPACE_AND_LINES = /\s+/y;
const NAME = /[\p{ID_Start}_][\p{ID_Continue}-]*/uy;
const NUMBER = /\d+(\.\d+)?([eE][+-]?\d+)?/y;
const OPERATOR = /==|!=|<=|>=|&&|\|\||[-+*/%<>]/y;
const HEREDOC = /<<-?([\p{ID_Start}_][\p{ID_Continue}-]*)\r?\n/uy;
const PLAIN_TEXT = /[^"\\\n$%]+/y;
const PLAIN_JSON_TEXT = /[^$%]+/y;
const TOP_LEVEL = /^(?:resource|data|module|variable|locals|output|provider|terraform)\b/gm;
const ESCAPES = new Map([
    ['n', '\n'],
    ['r', '\r'],
    ['t', '\t'],
    ['"', '"'],
    ['\\', '\\'],
]);
class HclError extends Error {
    offset;
    constructor(message, offset) {
        super(message);
        this.offset = offset;
    }
}
/** One pass over the text, `at` being the only state besides the depth and whether a line's end ends an expression. */
class Reader {
    at;
    depth = 0;
    linesMatter = true;
    text;
    counted = { offset: 0, line: 1 };
    constructor(text) {
        this.text = text;
        this.at = text.startsWith('\uFEFF') ? 1 : 0;
    }
    /** Reads one attribute or block into the given collections; false at the end of the body. */
    item(attributes, blocks) {
        this.skipLines();
        if (this.at >= this.text.length || this.text[this.at] === '}') {
            if (this.depth > 0 || this.at >= this.text.length)
                return false;
            this.fail('a closing brace without an opening one');
        }
        const start = this.at;
        const name = this.name() ?? (this.text[this.at] === '"' ? this.label() : this.fail('neither block nor attribute'));
        this.skip();
        if (this.text[this.at] === '=' && this.text[this.at + 1] !== '=') {
            this.at++;
            attributes.set(name, this.expression());
            return true;
        }
        const labels = [];
        while (this.text[this.at] !== '{') {
            labels.push(this.name() ?? (this.text[this.at] === '"' ? this.label() : this.fail(`"${name}" has no body`)));
            this.skip();
        }
        blocks.push({ type: name, labels, line: this.lineOf(start), ...this.body() });
        return true;
    }
    /** Goes on at the next line that opens a top-level block; false where there is none. */
    recover() {
        this.depth = 0;
        this.linesMatter = true;
        TOP_LEVEL.lastIndex = this.at;
        const next = TOP_LEVEL.exec(this.text);
        if (next === null)
            return false;
        this.at = next.index;
        return true;
    }
    /** Lines are counted forward from the last place asked for; asking further back starts again. */
    lineOf(offset) {
        let { offset: from, line } = offset < this.counted.offset ? { offset: 0, line: 1 } : this.counted;
        for (let end = this.text.indexOf('\n', from); end !== -1 && end < offset; end = this.text.indexOf('\n', from)) {
            from = end + 1;
            line++;
        }
        this.counted = { offset: from, line };
        return line;
    }
    /** Text with interpolations up to the closing quote, or to the end of the text where `quote` is null. */
    template(quote) {
        const plain = quote === null ? PLAIN_JSON_TEXT : PLAIN_TEXT;
        const parts = [];
        let known = true;
        let literal = '';
        const flush = () => {
            if (literal !== '')
                parts.push({ kind: 'literal', value: literal });
            literal = '';
        };
        for (;;) {
            literal += this.match(plain)?.[0] ?? '';
            const character = this.text[this.at];
            const pair = this.text.slice(this.at, this.at + 2);
            if (character === undefined) {
                if (quote === null)
                    break;
                this.fail('a string that does not end');
            }
            else if (character === quote) {
                this.at++;
                break;
            }
            else if (character === '\n' && quote !== null) {
                this.fail('a string that does not end on its line');
            }
            else if (/^(\$\$|%%)\{/.test(this.text.slice(this.at, this.at + 3))) {
                literal += `${character}{`;
                this.at += 3;
            }
            else if (pair === '${') {
                flush();
                parts.push(this.interpolation());
            }
            else if (pair === '%{') {
                known = false;
                this.interpolation();
            }
            else if (character === '\\' && quote !== null) {
                literal += this.escape();
            }
            else {
                literal += character;
                this.at++;
            }
        }
        flush();
        const [only, ...rest] = parts;
        if (!known)
            return UNKNOWN;
        if (only === undefined)
            return { kind: 'literal', value: '' };
        return rest.length === 0 ? only : { kind: 'template', parts };
    }
    body() {
        const attributes = new Map();
        const blocks = [];
        this.nested(true, () => {
            this.at++;
            while (this.item(attributes, blocks))
                ;
            this.expect('}');
        });
        return { attributes, blocks };
    }
    expression() {
        let left = this.operand();
        this.skip();
        for (let found = this.match(OPERATOR), first = true; found !== null; found = this.match(OPERATOR)) {
            const right = this.operand();
            // One operator needs no precedence, and is what names are made with.
            left = first ? { kind: 'operation', operator: found[0], left, right } : UNKNOWN;
            first = false;
            this.skip();
        }
        if (this.text[this.at] !== '?')
            return left;
        this.at++;
        const yes = this.nested(this.linesMatter, () => this.expression());
        this.expect(':');
        const no = this.nested(this.linesMatter, () => this.expression());
        return { kind: 'conditional', condition: left, yes, no };
    }
    operand() {
        this.skip();
        let negated = false;
        while (this.text[this.at] === '!' || this.text[this.at] === '-') {
            negated = true;
            this.at++;
            this.skip();
        }
        const term = this.steps(this.term());
        return negated ? UNKNOWN : term;
    }
    term() {
        switch (this.text[this.at]) {
            case '"':
                this.at++;
                return this.nested(this.linesMatter, () => this.template('"'));
            case '(':
                return this.nested(false, () => {
                    this.at++;
                    const inner = this.expression();
                    this.expect(')');
                    return inner;
                });
            case '[':
                return this.nested(false, () => this.list());
            case '{':
                return this.nested(true, () => this.object());
            case '<':
                return this.heredoc();
        }
        const number = this.match(NUMBER);
        if (number !== null)
            return { kind: 'literal', value: Number(number[0]) };
        const name = this.name();
        if (name === null)
            return this.fail('no expression where one must be');
        if (name === 'true' || name === 'false')
            return { kind: 'literal', value: name === 'true' };
        if (name === 'null')
            return { kind: 'literal', value: null };
        return this.call(name) ?? { kind: 'variable', name };
    }
    call(first) {
        let name = first;
        while (this.text.startsWith('::', this.at)) {
            this.at += 2;
            name += `::${this.name() ?? this.fail('no function name')}`;
        }
        if (this.text[this.at] !== '(')
            return null;
        return this.nested(false, () => {
            this.at++;
            return { kind: 'call', name, arguments: this.sequence(')') };
        });
    }
    /** What follows a term: `.name`, `.0`, `[key]`, `[*]`, `.*`. */
    steps(term) {
        let of = term;
        for (;;) {
            if (this.text.startsWith('...', this.at))
                return of;
            const key = this.step();
            if (key === null)
                return of;
            if (key !== 'splat') {
                of = { kind: 'index', of, key };
                continue;
            }
            const then = [];
            for (let next = this.step(); next !== null; next = this.step())
                then.push(next === 'splat' ? UNKNOWN : next);
            return { kind: 'splat', of, then };
        }
    }
    step() {
        if (this.text[this.at] === '.') {
            if (this.text.startsWith('...', this.at))
                return null;
            this.at++;
            if (this.text[this.at] === '*') {
                this.at++;
                return 'splat';
            }
            const index = this.match(/\d+/y);
            if (index !== null)
                return { kind: 'literal', value: Number(index[0]) };
            return { kind: 'literal', value: this.name() ?? this.fail('no attribute name after a dot') };
        }
        if (this.text[this.at] !== '[')
            return null;
        return this.nested(false, () => {
            this.at++;
            this.skip();
            if (this.match(/\*\s*\]/y) !== null)
                return 'splat';
            const key = this.expression();
            this.expect(']');
            return key;
        });
    }
    list() {
        this.at++;
        this.skip();
        return this.comprehension(']') ?? { kind: 'list', items: this.sequence(']') };
    }
    object() {
        this.at++;
        this.skipLines();
        const comprehension = this.comprehension('}');
        if (comprehension !== null)
            return comprehension;
        const entries = [];
        for (this.skipLines(); this.text[this.at] !== '}'; this.skipLines()) {
            const key = this.expression();
            this.skip();
            if (this.match(/[=:]/y) === null)
                this.fail('an object entry without a value');
            // A bare word as key is itself, not a reference.
            entries.push([key.kind === 'variable' ? { kind: 'literal', value: key.name } : key, this.expression()]);
            this.skip();
            if (this.text[this.at] === ',')
                this.at++;
        }
        this.at++;
        return { kind: 'object', entries };
    }
    comprehension(close) {
        if (this.match(/for(?=\s)/y) === null)
            return null;
        return this.nested(false, () => {
            this.skip();
            const names = [this.name() ?? this.fail('no name after "for"')];
            this.skip();
            if (this.text[this.at] === ',') {
                this.at++;
                this.skip();
                names.push(this.name() ?? this.fail('no second name after "for"'));
                this.skip();
            }
            if (this.match(/in\b/y) === null)
                this.fail('"for" without "in"');
            const over = this.expression();
            this.expect(':');
            const first = this.expression();
            this.skip();
            const keyed = this.match(/=>/y) !== null;
            const value = keyed ? this.expression() : first;
            this.skip();
            // `=> value...` groups by key, which no declaration needs.
            const grouped = this.match(/\.\.\./y) !== null;
            this.skip();
            const when = this.match(/if\b/y) === null ? null : this.expression();
            this.expect(close);
            return grouped ? UNKNOWN : { kind: 'for', names, over, key: keyed ? first : null, value, when };
        });
    }
    sequence(close) {
        const items = [];
        for (this.skip(); this.text[this.at] !== close; this.skip()) {
            const item = this.expression();
            items.push(this.match(/\.\.\./y) === null ? item : UNKNOWN);
            this.skip();
            if (this.text[this.at] === ',')
                this.at++;
            else if (this.text[this.at] !== close)
                this.fail(`no comma and no "${close}" after an item`);
        }
        this.at++;
        return items;
    }
    interpolation() {
        return this.nested(false, () => {
            const directive = this.text[this.at] === '%';
            this.at += 2;
            if (this.text[this.at] === '~')
                this.at++;
            if (directive)
                return this.directive();
            const inner = this.expression();
            this.skip();
            if (this.text[this.at] === '~')
                this.at++;
            this.expect('}');
            return inner;
        });
    }
    directive() {
        const end = this.text.indexOf('}', this.at);
        if (end === -1)
            this.fail('a template directive that does not end');
        this.at = end + 1;
        return UNKNOWN;
    }
    heredoc() {
        const opening = this.match(HEREDOC);
        if (opening === null)
            return this.fail('no expression where one must be');
        for (let start = this.at; start < this.text.length;) {
            const newline = this.text.indexOf('\n', start);
            const end = newline === -1 ? this.text.length : newline;
            if (end - start < HEREDOC_LINE && this.text.slice(start, end).trim() === opening[1]) {
                // The line's end stays: it ends the attribute.
                this.at = end;
                return UNKNOWN;
            }
            start = end + 1;
        }
        return this.fail(`a heredoc without its closing ${opening[1]}`);
    }
    escape() {
        const code = /\\(?:u([\da-fA-F]{4})|U([\da-fA-F]{8}))/y;
        const unicode = this.match(code);
        const point = Number.parseInt(unicode?.[1] ?? unicode?.[2] ?? '', 16);
        if (unicode !== null)
            return point <= 0x10ffff ? String.fromCodePoint(point) : '\uFFFD';
        const character = this.text[this.at + 1] ?? this.fail('a string that does not end');
        if (character === '\n')
            this.fail('a string that does not end on its line');
        this.at += 2;
        return ESCAPES.get(character) ?? character;
    }
    label() {
        this.at++;
        const template = this.template('"');
        if (template.kind === 'literal' && typeof template.value === 'string')
            return template.value;
        return this.fail('a label that is no plain string');
    }
    name() {
        return this.match(NAME)?.[0] ?? null;
    }
    /** Runs `read` one level deeper; `linesMatter` says whether a line's end ends an expression there. */
    nested(linesMatter, read) {
        if (++this.depth > DEEPEST)
            this.fail(`nested deeper than ${DEEPEST} levels`);
        const outer = this.linesMatter;
        this.linesMatter = linesMatter;
        const result = read();
        this.linesMatter = outer;
        this.depth--;
        return result;
    }
    expect(character) {
        if (character === '}')
            this.skipLines();
        else
            this.skip();
        if (this.text[this.at] !== character)
            this.fail(`"${character}" is missing`);
        this.at++;
    }
    skip() {
        this.skipBlanks(this.linesMatter ? SPACE : SPACE_AND_LINES);
    }
    skipLines() {
        this.skipBlanks(SPACE_AND_LINES);
    }
    skipBlanks(blanks) {
        for (;;) {
            this.match(blanks);
            if (this.text[this.at] === '#' || this.text.startsWith('//', this.at)) {
                const end = this.text.indexOf('\n', this.at);
                this.at = end === -1 ? this.text.length : end;
            }
            else if (this.text.startsWith('/*', this.at)) {
                const end = this.text.indexOf('*/', this.at + 2);
                if (end === -1)
                    this.fail('a comment that does not end');
                this.at = end + 2;
            }
            else
                return;
        }
    }
    match(pattern) {
        pattern.lastIndex = this.at;
        const found = pattern.exec(this.text);
        if (found !== null)
            this.at += found[0].length;
        return found;
    }
    fail(message) {
        throw new HclError(message, this.at);
    }
}
// A heredoc's closing marker stands alone on its line.
const HEREDOC_LINE = 200;

// EXTERNAL MODULE: ../main/node_modules/yaml/dist/index.js
var dist = __webpack_require__(3439);
// EXTERNAL MODULE: ./build/src/locate/yaml.js
var yaml = __webpack_require__(4715);
;// CONCATENATED MODULE: ./build/src/locate/terraform-json.js



/** Reads Terraform's JSON syntax (`.tf.json`) into the blocks that the native syntax would give. */
function readTerraformJson(text) {
    // JSON is YAML, and the YAML reader gives lines.
    const file = (0,yaml/* readYaml */.g)(text);
    const blocks = each(file.root).flatMap(root => file.entries(root).flatMap(({ key, value, line }) => {
        const labels = LABELS.get(key);
        return labels === undefined ? [] : blocksOf(file, key, value, [], labels, line);
    }));
    return { attributes: new Map(), blocks, errors: file.error === null ? [] : [file.error] };
}
/** How many labels each block has: in JSON, each is a level of objects. */
const LABELS = new Map([
    ['resource', 2],
    ['data', 2],
    ['module', 1],
    ['variable', 1],
    ['output', 1],
    ['locals', 0],
]);
function blocksOf(file, type, node, labels, missing, line) {
    return each(node).flatMap(body => {
        if (missing > 0) {
            return file
                .entries(body)
                .flatMap(entry => blocksOf(file, type, entry.value, [...labels, entry.key], missing - 1, entry.line));
        }
        const attributes = new Map(file.entries(body).map(({ key, value }) => [key, expression(file, value)]));
        return [{ type, labels, line, attributes, blocks: [] }];
    });
}
/** Any level may be an array of objects instead of one object. */
function each(node) {
    return (0,dist/* isSeq */.oP)(node) ? node.items : [node];
}
function expression(file, node) {
    if ((0,dist/* isSeq */.oP)(node))
        return { kind: 'list', items: node.items.map(item => expression(file, item)) };
    if (!(0,dist/* isScalar */.jn)(node)) {
        return {
            kind: 'object',
            entries: file
                .entries(node)
                .map(({ key, value }) => [{ kind: 'literal', value: key }, expression(file, value)]),
        };
    }
    const { value } = node;
    if (typeof value === 'string')
        return readTemplate(value);
    if (typeof value === 'number' || typeof value === 'boolean' || value === null)
        return { kind: 'literal', value };
    return { kind: 'unknown' };
}

// EXTERNAL MODULE: ./build/src/locate/terraform-modules.js
var terraform_modules = __webpack_require__(1266);
// EXTERNAL MODULE: ./build/src/locate/terraform-values.js
var terraform_values = __webpack_require__(4417);
// EXTERNAL MODULE: ./build/src/locate/user-name.js
var user_name = __webpack_require__(1971);
;// CONCATENATED MODULE: ./build/src/locate/terraform.js





/**
 * Declarations of IAM users and access keys whose user name follows from the code alone. A directory that another
 * one calls as a module is evaluated with each call's arguments; where the name comes from them, the call is the
 * declaring line. A name that depends on anything else (a variable without a value, a data source) declares nothing.
 */
function readTerraform(directories, expired = () => false) {
    const unreadable = [];
    const modules = new Map();
    for (const directory of directories) {
        if (expired())
            break;
        modules.set(directory.path, readModule(directory, unreadable));
    }
    const called = new Set([...modules.values()].flatMap(module => module.calls.map(call => localDirectory(module, call))));
    const found = { users: [], keys: [] };
    for (const module of modules.values()) {
        if (called.has(module.path) || expired())
            continue;
        const budget = { steps: MOST_STEPS, depth: terraform_DEEPEST };
        const context = { modules, budget, outer: [] };
        const { users, keys } = expand(module, [namesOf(module, module.settings, context)], context);
        found.users.push(...users);
        found.keys.push(...keys);
    }
    return { ...found, unreadable };
}
const MOST_STEPS = 200_000;
const terraform_DEEPEST = 200;
const MOST_INSTANCES = 5000;
function readModule(directory, unreadable) {
    const blocks = [];
    const settings = new Map();
    for (const { path, text } of directory.files) {
        const file = path.endsWith('.json') ? readTerraformJson(text) : readHcl(text);
        const [error] = file.errors;
        if (error !== undefined)
            unreadable.push({ path, reason: `line ${error.line}: ${error.message}` });
        if ((0,terraform_modules/* isVariableFile */.Pi)(path))
            for (const [name, value] of file.attributes)
                settings.set(name, value);
        else
            blocks.push(...file.blocks.map(block => ({ ...block, path })));
    }
    const ofType = (type) => blocks.filter(block => block.type === type);
    const attribute = (type, name) => new Map(ofType(type).map(({ labels, attributes }) => [labels[0] ?? '', attributes.get(name)]));
    const resources = (type, label) => ofType(type)
        .filter(({ labels }) => labels[0] === label && labels[1] !== undefined)
        .map(block => ({ ...block, name: block.labels[1] ?? '' }));
    const budget = { steps: MOST_STEPS, depth: terraform_DEEPEST };
    return {
        path: directory.path,
        variables: attribute('variable', 'default'),
        settings: new Map([...settings].map(([name, value]) => [name, (0,terraform_values/* evaluate */._3)(value, new Map(), budget)])),
        locals: new Map(ofType('locals').flatMap(({ attributes }) => [...attributes])),
        outputs: attribute('output', 'value'),
        users: resources('resource', 'aws_iam_user'),
        keys: resources('resource', 'aws_iam_access_key'),
        knownUsers: resources('data', 'aws_iam_user'),
        calls: ofType('module').map(block => ({ ...block, name: block.labels[0] ?? '' })),
    };
}
/**
 * Evaluates a module and the modules that it calls. `views` are its names as seen with ever more of the outside: by
 * itself, with the arguments as its caller alone gives them, and so on up to the root module's view, which is whole.
 */
function expand(module, views, context) {
    const { budget } = context;
    const whole = views.at(-1) ?? new Map();
    const users = [];
    const keys = [];
    const declare = (resource, type, attribute) => instances(resource, whole, budget).flatMap(instance => {
        const userName = attributeOf(resource, attribute, instance.names, budget);
        if (typeof userName !== 'string' || !user_name/* USER_NAME */.i.test(userName))
            return [];
        const isIn = (view) => instances(resource, view, budget).some(one => attributeOf(resource, attribute, one.names, budget) === userName);
        const { path, line } = placeOf(resource, views, isIn, context);
        const address = `${prefixOf(context)}${type}.${resource.name}${keyText(instance.key)}`;
        return [{ instance, declaration: { tool: 'terraform', path, line, userName, address } }];
    });
    for (const user of module.users) {
        users.push(...declare(user, 'aws_iam_user', 'name').map(({ declaration }) => declaration));
    }
    for (const key of module.keys) {
        for (const { instance, declaration } of declare(key, 'aws_iam_access_key', 'user')) {
            const status = attributeOf(key, 'status', instance.names, budget);
            keys.push({ ...declaration, status: status === 'Active' || status === 'Inactive' ? status : null });
        }
    }
    for (const call of module.calls) {
        const seen = views.map(view => instances(call, view, budget));
        for (const { key } of seen.at(-1) ?? []) {
            const callViews = seen.map(all => all.find(one => one.key === key)?.names ?? new Map());
            const inner = expandCall(module, call, key, callViews, context);
            users.push(...inner.users);
            keys.push(...inner.keys);
        }
    }
    const output = (0,terraform_values/* lazily */.qy)(module.outputs.keys(), name => {
        const value = module.outputs.get(name);
        return value === undefined ? terraform_values/* UNKNOWN */.HV : (0,terraform_values/* evaluate */._3)(value, whole, budget);
    });
    return { users, keys, output };
}
function expandCall(module, call, key, views, context) {
    const { modules, budget, outer } = context;
    budget.steps -= STEPS_PER_CALL;
    if (outer.length >= DEEPEST_CALLS || budget.steps <= 0)
        return NOTHING;
    const given = views.map(view => new Map([...call.attributes].map(([name, value]) => [name, (0,terraform_values/* evaluate */._3)(value, view, budget)])));
    const called = modules.get(localDirectory(module, call) ?? '');
    if (called === undefined)
        return expandUserModule(call, key, given, context);
    const within = { ...context, outer: [...outer, { call, key }] };
    return expand(called, [null, ...given].map(values => namesOf(called, values, within)), within);
}
/** What a module from elsewhere declares, by its source and its arguments; it declares no key that we could see. */
function expandUserModule(call, key, given, context) {
    const source = given.at(-1)?.get('source');
    if (typeof source !== 'string' || /^\.\.?\//.test(source) || !(0,terraform_modules/* isUserModule */.GV)(source))
        return NOTHING;
    const userNames = (0,terraform_modules/* namesGiven */.G)(given.at(-1) ?? new Map());
    const users = userNames.map((userName) => {
        const { path, line } = placeOf(call, given, values => (0,terraform_modules/* namesGiven */.G)(values).includes(userName), context);
        const address = `${prefixOf(context)}module.${call.name}${keyText(key)}`;
        return { tool: 'terraform', path, line, userName, address };
    });
    const [only] = userNames;
    const isOnly = only !== undefined && userNames.length === 1;
    return { users, keys: [], output: name => (isOnly && terraform_modules/* NAME_OUTPUTS */.Hc.has(name) ? only : terraform_values/* UNKNOWN */.HV) };
}
/** Where a name is written: here, if it is known without the callers, else in the innermost call that makes it so. */
function placeOf(resource, views, isIn, { outer }) {
    const callsNeeded = views.findIndex(isIn);
    return (callsNeeded > 0 ? outer.at(-callsNeeded)?.call : undefined) ?? resource;
}
function prefixOf({ outer }) {
    return outer.map(({ call, key }) => `module.${call.name}${keyText(key)}.`).join('');
}
const NOTHING = { users: [], keys: [], output: () => terraform_values/* UNKNOWN */.HV };
const STEPS_PER_CALL = 100;
const DEEPEST_CALLS = 10;
/** What an expression of the module can refer to, with the given arguments; null: as if no variable had a value. */
function namesOf(module, given, context) {
    const { budget } = context;
    const names = new Map();
    const argument = (name) => {
        const value = given?.get(name);
        if (value !== undefined)
            return value;
        const byDefault = module.variables.get(name);
        return given === null || byDefault === undefined ? terraform_values/* UNKNOWN */.HV : (0,terraform_values/* evaluate */._3)(byDefault, new Map(), budget);
    };
    const local = (name) => {
        const value = module.locals.get(name);
        return value === undefined ? terraform_values/* UNKNOWN */.HV : (0,terraform_values/* evaluate */._3)(value, names, budget);
    };
    names.set('var', (0,terraform_values/* lazily */.qy)(module.variables.keys(), argument));
    names.set('local', (0,terraform_values/* lazily */.qy)(module.locals.keys(), local));
    names.set('aws_iam_user', references(module.users, 'name', names, budget));
    const knownUsers = references(module.knownUsers, 'user_name', names, budget);
    names.set('data', type => (type === 'aws_iam_user' ? knownUsers : terraform_values/* UNKNOWN */.HV));
    const calls = new Map(module.calls.map(call => [call.name, call]));
    const callOf = (name) => {
        const call = calls.get(name);
        if (call === undefined)
            return terraform_values/* UNKNOWN */.HV;
        return collected(call, instances(call, names, budget), ({ key, names: within }) => expandCall(module, call, key, [within], context).output);
    };
    names.set('module', (0,terraform_values/* lazily */.qy)(calls.keys(), callOf));
    return names;
}
/** The resources of a type, by name; two of one name are ambiguous, so neither is known. */
function references(resources, attribute, names, budget) {
    const byName = Map.groupBy(resources, ({ name }) => name);
    return (0,terraform_values/* lazily */.qy)(byName.keys(), name => {
        const [resource, ...others] = byName.get(name) ?? [];
        if (resource === undefined || others.length > 0)
            return terraform_values/* UNKNOWN */.HV;
        return collected(resource, instances(resource, names, budget), instance => {
            const userName = attributeOf(resource, attribute, instance.names, budget);
            return new Map(['name', 'id', 'user_name'].map(alias => [alias, userName]));
        });
    });
}
/** The instances that `for_each` or `count` make of a resource or module; one, where there is neither. */
function instances(resource, names, budget) {
    const forEach = resource.attributes.get('for_each');
    if (forEach !== undefined) {
        const over = (0,terraform_values/* evaluate */._3)(forEach, names, budget);
        const entries = (0,terraform_values/* entriesOf */.Mc)(over);
        if (entries === null)
            return [{ key: null, names }];
        return entries.slice(0, MOST_INSTANCES).flatMap(([index, value]) => {
            const key = (0,terraform_values/* isList */.Lv)(over) ? value : index;
            if (typeof key !== 'string')
                return [];
            budget.steps--;
            const each = new Map([
                ['key', key],
                ['value', value],
            ]);
            return [{ key, names: new Map(names).set('each', each) }];
        });
    }
    const count = resource.attributes.get('count');
    if (count === undefined)
        return [{ key: null, names }];
    const value = (0,terraform_values/* evaluate */._3)(count, names, budget);
    const length = typeof value === 'number' && Number.isInteger(value) ? Math.min(value, MOST_INSTANCES) : null;
    if (length === null)
        return [{ key: null, names }];
    budget.steps -= Math.max(0, length);
    return Array.from({ length: Math.max(0, length) }, (_, index) => ({
        key: index,
        names: new Map(names).set('count', new Map([['index', index]])),
    }));
}
/** Instances as Terraform's expressions see them: an object, or a list or map of objects. */
function collected(of, all, value) {
    const [first] = all;
    if (first === undefined)
        return [];
    if (first.key === null)
        return of.attributes.has('count') ? [value(first)] : value(first);
    if (typeof first.key === 'number')
        return all.map(value);
    return new Map(all.map(instance => [String(instance.key), value(instance)]));
}
function attributeOf(resource, attribute, names, budget) {
    const expression = resource.attributes.get(attribute);
    return expression === undefined ? terraform_values/* UNKNOWN */.HV : (0,terraform_values/* evaluate */._3)(expression, names, budget);
}
function localDirectory(module, call) {
    const source = call.attributes.get('source');
    if (source?.kind !== 'literal' || typeof source.value !== 'string')
        return null;
    return (0,terraform_modules/* sourceDirectory */.xh)(module.path, source.value);
}
function keyText(key) {
    return key === null ? '' : `[${JSON.stringify(key)}]`;
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
