export const id = 550;
export const ids = [550];
export const modules = {

/***/ 8550:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __webpack_require__) => {

// ESM COMPAT FLAG
__webpack_require__.r(__webpack_exports__);

// EXPORTS
__webpack_require__.d(__webpack_exports__, {
  configSchema: () => (/* binding */ configSchema),
  validate: () => (/* binding */ validate)
});

;// CONCATENATED MODULE: ../main/node_modules/leven/index.js
const array = [];
const characterCodeCache = [];

function leven(first, second, options) {
	if (first === second) {
		return 0;
	}

	const maxDistance = options?.maxDistance;
	const swap = first;

	// Swapping the strings if `a` is longer than `b` so we know which one is the
	// shortest & which one is the longest
	if (first.length > second.length) {
		first = second;
		second = swap;
	}

	let firstLength = first.length;
	let secondLength = second.length;

	// Performing suffix trimming:
	// We can linearly drop suffix common to both strings since they
	// don't increase distance at all
	// Note: `~-` is the bitwise way to perform a `- 1` operation
	while (firstLength > 0 && (first.charCodeAt(~-firstLength) === second.charCodeAt(~-secondLength))) {
		firstLength--;
		secondLength--;
	}

	// Performing prefix trimming
	// We can linearly drop prefix common to both strings since they
	// don't increase distance at all
	let start = 0;

	while (start < firstLength && (first.charCodeAt(start) === second.charCodeAt(start))) {
		start++;
	}

	firstLength -= start;
	secondLength -= start;

	// Early termination after trimming: if difference in length exceeds max distance
	if (maxDistance !== undefined && secondLength - firstLength > maxDistance) {
		return maxDistance;
	}

	if (firstLength === 0) {
		return maxDistance !== undefined && secondLength > maxDistance
			? maxDistance
			: secondLength;
	}

	let bCharacterCode;
	let result;
	let temporary;
	let temporary2;
	let index = 0;
	let index2 = 0;

	while (index < firstLength) {
		characterCodeCache[index] = first.charCodeAt(start + index);
		array[index] = ++index;
	}

	while (index2 < secondLength) {
		bCharacterCode = second.charCodeAt(start + index2);
		temporary = index2++;
		result = index2;

		for (index = 0; index < firstLength; index++) {
			temporary2 = bCharacterCode === characterCodeCache[index] ? temporary : temporary + 1;
			temporary = array[index];
			// eslint-disable-next-line no-multi-assign
			result = array[index] = temporary > result
				? (temporary2 > result ? result + 1 : temporary2)
				: (temporary2 > temporary ? temporary + 1 : temporary2);
		}

		// Early termination: if all values in current row exceed maxDistance
		if (maxDistance !== undefined) {
			let rowMinimum = result;
			for (index = 0; index < firstLength; index++) {
				if (array[index] < rowMinimum) {
					rowMinimum = array[index];
				}
			}

			if (rowMinimum > maxDistance) {
				return maxDistance;
			}
		}
	}

	// Bound arrays to avoid retaining large previous sizes
	array.length = firstLength;
	characterCodeCache.length = firstLength;

	return maxDistance !== undefined && result > maxDistance ? maxDistance : result;
}

function closestMatch(target, candidates, options) {
	if (!Array.isArray(candidates) || candidates.length === 0) {
		return undefined;
	}

	const userMax = options?.maxDistance;
	const targetLength = target.length;

	// Exact match fast-path
	for (const candidate of candidates) {
		if (candidate === target) {
			return candidate;
		}
	}

	if (userMax === 0) {
		return undefined;
	}

	let best;
	let bestDist = Number.POSITIVE_INFINITY;
	const seen = new Set();

	for (const candidate of candidates) {
		if (seen.has(candidate)) {
			continue;
		}

		seen.add(candidate);

		const lengthDiff = Math.abs(candidate.length - targetLength);
		if (lengthDiff >= bestDist) {
			continue;
		}

		if (userMax !== undefined && lengthDiff > userMax) {
			continue;
		}

		const cap = Number.isFinite(bestDist)
			? (userMax === undefined ? bestDist : Math.min(bestDist, userMax))
			: userMax;

		const distance = cap === undefined
			? leven(target, candidate)
			: leven(target, candidate, {maxDistance: cap});

		// Skip candidates that exceed the user's maximum distance
		if (userMax !== undefined && distance > userMax) {
			continue;
		}

		// If we got a capped result that equals the cap, we need the actual distance
		// for accurate comparison, but only if the cap was due to userMax
		let actualD = distance;
		if (cap !== undefined && distance === cap && cap === userMax) {
			actualD = leven(target, candidate);
		}

		if (actualD < bestDist) {
			bestDist = actualD;
			best = candidate;
			if (bestDist === 0) {
				break;
			}
		}
	}

	if (userMax !== undefined && bestDist > userMax) {
		return undefined;
	}

	return best;
}

// EXTERNAL MODULE: ../main/node_modules/picomatch/index.js
var picomatch = __webpack_require__(6310);
// EXTERNAL MODULE: ../main/node_modules/valibot/dist/index.mjs
var dist = __webpack_require__(1422);
// EXTERNAL MODULE: ./build/src/config.js
var config = __webpack_require__(1517);
// EXTERNAL MODULE: ./build/src/evaluate/glob.js
var glob = __webpack_require__(3413);
;// CONCATENATED MODULE: ./build/src/config-schema.js





/** What each field accepts: the published schema's descriptions, and the second half of every message. */
const ACCEPTED = {
    exemptions: 'a list of rules, each with user, reason and expires (also: account, access-key-id, ticket)',
    owners: 'tag and users',
    users: 'a list of rules, each with user and owner',
    remediation: 'deactivate-after-idle-days, delete-after-inactive-days and max-changes',
    infrastructure: 'a list of globs of the files that may declare IAM users and keys, such as "**/*.tf"',
    user: 'a glob over the user name or path, such as ci-* or /vendors/**',
    account: 'the twelve digits of an account ID, in quotes',
    'access-key-id': 'an access key ID, such as AKIAIOSFODNN7EXAMPLE',
    reason: 'a sentence that says why the keys may stay, at most 500 characters',
    ticket: 'text, such as SEC-1234',
    expires: 'the last day on which the exemption holds, such as 2027-01-31, at most a year ahead',
    owner: 'a GitHub login or org/team, without @',
    tag: 'the name of the IAM user tag that names the owner',
    'deactivate-after-idle-days': 'whole days from 1 to 3650; leave it out to turn it off',
    // Deletion is proved by CloudTrail, which remembers 90 days.
    'delete-after-inactive-days': 'whole days from 1 to 90, as far back as CloudTrail remembers; leave it out to turn it off',
    'max-changes': 'a whole number from 1 to 1000',
};
const TOP_LEVEL = 'exemptions, owners, remediation and infrastructure';
/** The file, or null, and every problem of it. */
function validate(tree, now) {
    const parsed = dist/* safeParse */.xLC(configSchema(now), tree.value ?? {}, { abortPipeEarly: true });
    const problems = (parsed.issues ?? []).map(issue => {
        const path = (issue.path ?? []).map(item => item.key);
        return { line: tree.lineOf(path), message: explain(issue, path) };
    });
    return { file: parsed.success ? parsed.output : null, problems };
}
/** `"expires" is 2027-02-30, which is no day of the calendar; write the last day on which …` */
function explain(issue, path) {
    const name = path.at(-1);
    if (name === undefined)
        return `the file ${fault(issue)}; accepted: ${TOP_LEVEL}`;
    if (typeof name === 'number') {
        const list = String(path.at(-2));
        return `item ${name + 1} of ${list} ${fault(issue)}; accepted: ${accepted(list)}`;
    }
    if (issue.type === 'never') {
        // valibot takes a list for an object with the fields 0, 1, …
        if (Array.isArray(issue.path?.at(-1)?.input))
            return explain({ ...issue, type: 'object', input: [] }, path.slice(0, -1));
        const place = path.slice(0, -1).findLast(key => typeof key === 'string');
        const fields = place === undefined ? TOP_LEVEL : accepted(place);
        return `${quote(name)} is no field here${suggestion(name)}; accepted: ${fields}`;
    }
    return `${quote(name)} ${fault(issue)}; accepted: ${accepted(name)}`;
}
function fault(issue) {
    const { input } = issue;
    const bound = issue.kind === 'validation' ? issue : issue.issues?.find(inner => inner.kind === 'validation');
    if (bound)
        return bound.message;
    if (input === undefined)
        return 'is missing';
    if (input === null)
        return 'is empty (a value that begins with # must be in quotes)';
    if (Array.isArray(input))
        return 'is a list';
    if (typeof input === 'object')
        return 'is a block of fields';
    return issue.expected === 'string' ? `is ${quote(input)}: put it in quotes` : `is ${quote(input)}`;
}
function accepted(name) {
    return isFieldName(name) ? ACCEPTED[name] : '';
}
function isFieldName(name) {
    return Object.hasOwn(ACCEPTED, name);
}
function suggestion(name) {
    const others = Object.keys(ACCEPTED).filter(other => other !== name);
    const maxDistance = Math.ceil(Math.min(name.length, 20) / 3);
    const nearest = closestMatch(name.slice(0, 40).toLowerCase(), others, { maxDistance });
    return nearest === undefined ? '' : `; did you mean ${quote(nearest)}?`;
}
/** The configuration file as written; its output is `Config` but for path and lines. `now` bounds how far ahead an exemption may reach. */
function configSchema(now) {
    const exemption = fields({
        user: described('user', userGlob),
        account: dist/* optional */.lqM(described('account', account)),
        'access-key-id': dist/* optional */.lqM(described('access-key-id', pattern(/^[A-Z0-9]{16,128}$/))),
        reason: described('reason', config_schema_text(500)),
        ticket: dist/* optional */.lqM(described('ticket', config_schema_text(200))),
        expires: described('expires', lastDay(now)),
    });
    const owner = fields({
        user: described('user', userGlob),
        owner: described('owner', pattern(/^[A-Za-z0-9][\w-]{0,99}(?:\/[\w.-]{1,100})?$/)),
    });
    const remediation = fields({
        'deactivate-after-idle-days': dist/* optional */.lqM(described('deactivate-after-idle-days', whole(1, 3650))),
        'delete-after-inactive-days': dist/* optional */.lqM(described('delete-after-inactive-days', whole(1, 90))),
        'max-changes': dist/* optional */.lqM(described('max-changes', whole(1, 1000)), 10),
    });
    return fields({
        // A heading whose rules are all commented out is empty, no mistake.
        exemptions: dist/* nullish */.cl6(described('exemptions', dist/* array */.YOg(exemption)), []),
        owners: dist/* nullish */.cl6(described('owners', fields({
            tag: dist/* optional */.lqM(described('tag', config_schema_text(128))),
            users: dist/* nullish */.cl6(described('users', dist/* array */.YOg(owner)), []),
        })), {}),
        remediation: dist/* nullish */.cl6(described('remediation', remediation), {}),
        infrastructure: dist/* optional */.lqM(described('infrastructure', dist/* pipe */.FsL(dist/* array */.YOg(pathGlob), dist/* minLength */.BpQ(1, 'is empty'))), config/* DEFAULT_INFRASTRUCTURE */.cz),
    });
}
/** Every unknown field is an issue of its own; `v.strictObject`, whose types these are, stops at the first. */
function fields(entries) {
    return dist/* objectWithRest */.U1j(entries, dist/* never */.ZmZ());
}
function described(name, schema) {
    return dist/* pipe */.FsL(schema, dist/* description */.h_(ACCEPTED[name]));
}
function config_schema_text(maximum) {
    return dist/* pipe */.FsL(dist/* string */.YjP(), dist/* trim */.Bqr(), dist/* minLength */.BpQ(1, 'is empty'), dist/* maxLength */.Ru6(maximum, 'is too long'));
}
function pattern(expression) {
    return dist/* pipe */.FsL(dist/* string */.YjP(), dist/* regex */.yGV(expression, badValue));
}
function whole(minimum, maximum) {
    return dist/* pipe */.FsL(dist/* number */.aig(), dist/* integer */.ndf(badValue), dist/* minValue */.Wwf(minimum, badValue), dist/* maxValue */.cGV(maximum, badValue));
}
/** Unquoted, YAML reads it as a number: harmless unless the ID begins with 0, which a number loses. */
const account = dist/* union */.KCZ([
    dist/* pipe */.FsL(dist/* string */.YjP(), dist/* regex */.yGV(/^\d{12}$/, badValue)),
    dist/* pipe */.FsL(dist/* number */.aig(), dist/* integer */.ndf(badValue), dist/* minValue */.Wwf(100_000_000_000, 'is a number: an ID that begins with 0 must be in quotes'), dist/* maxValue */.cGV(999_999_999_999, badValue), dist/* transform */.pdi(String)),
]);
const config_schema_glob = dist/* pipe */.FsL(dist/* string */.YjP(), dist/* minLength */.BpQ(1, 'is empty'), dist/* maxLength */.Ru6(256, 'is too long'), dist/* check */.z6Y(closesBrackets, issue => `is ${quote(issue.input)}, in which a bracket is not closed`));
/** As `evaluate/glob.ts` matches it. */
const userGlob = dist/* pipe */.FsL(config_schema_glob, dist/* check */.z6Y(value => !/[{}()|]|^!/.test(value), issue => `is ${quote(issue.input)}, but only *, **, ? and [a-z] stand for other characters here`), dist/* check */.z6Y(value => stars(value) <= glob/* GLOB_LIMITS */.Eb.wildcards, issue => `is ${quote(issue.input)}, more than ${glob/* GLOB_LIMITS */.Eb.wildcards} times *`));
/** As picomatch matches it. Each star and each group multiplies the work of the regular expression. */
const pathGlob = dist/* pipe */.FsL(config_schema_glob, dist/* check */.z6Y(value => !/[*+]\(/.test(value) && stars(value) + (value.match(/[?@!]\(|\{/g) ?? []).length <= 6, issue => `is ${quote(issue.input)}, more than six stars and groups, or a repeated group`));
function stars(value) {
    return (value.match(/\*+/g) ?? []).length;
}
function closesBrackets(value) {
    try {
        picomatch.makeRe(value, { strictBrackets: true });
        return true;
    }
    catch {
        return false;
    }
}
function lastDay(now) {
    const latest = new Date(now);
    latest.setUTCFullYear(latest.getUTCFullYear() + 1);
    return dist/* pipe */.FsL(dist/* string */.YjP(), dist/* regex */.yGV(/^\d{4}-\d{2}-\d{2}$/, badValue), dist/* check */.z6Y(isDay, issue => `is ${issue.input}, which is no day of the calendar`), dist/* check */.z6Y(day => Date.parse(day) <= latest.getTime(), issue => `is ${issue.input}, more than a year ahead`));
}
function isDay(value) {
    const day = new Date(`${value}T00:00:00Z`);
    return !Number.isNaN(day.getTime()) && day.toISOString().slice(0, 10) === value;
}
function badValue(issue) {
    return `is ${quote(issue.input)}`;
}
function quote(value) {
    const written = JSON.stringify(value) ?? String(value);
    return written.length > 80 ? `${written.slice(0, 79)}…` : written;
}


/***/ })

};
