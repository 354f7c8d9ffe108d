/** A credential report in every form in which people save it: those that are read, and those that are refused. */

export const HEADER =
  'user,arn,user_creation_time,access_key_1_active,access_key_1_last_rotated,access_key_1_last_used_date,access_key_1_last_used_region,access_key_1_last_used_service,access_key_2_active,access_key_2_last_rotated,access_key_2_last_used_date,access_key_2_last_used_region,access_key_2_last_used_service'
export const ROOT =
  '<root_account>,arn:aws:iam::123456789012:root,2020-01-01T00:00:00Z,false,N/A,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A'
const BOB =
  'bob,arn:aws:iam::123456789012:user/bob,2020-01-01T00:00:00Z,true,2026-05-01T10:00:00Z,2026-11-01T10:00:00Z,us-east-1,s3,false,2026-01-01T00:00:00Z,N/A,N/A,N/A'
const COMMA =
  '"o,brien",arn:aws:iam::123456789012:user/o,2020-01-01T00:00:00Z,true,2026-10-01T10:00:00Z,N/A,N/A,N/A,false,N/A,N/A,N/A,N/A'.replace(
    'user/o,',
    '"user/o,brien",',
  )
export const REPORT = [
  HEADER,
  ROOT,
  BOB,
  COMMA.replace('arn:aws:iam::123456789012:"user', '"arn:aws:iam::123456789012:user'),
].join('\n')

const utf16le = (text: string) => Buffer.from(text, 'utf16le')
const base64 = (text: string) => Buffer.from(text).toString('base64')
const cells = (text: string, to: (cell: string) => string, delimiter: string) =>
  text
    .split('\n')
    .map(line =>
      [...line.matchAll(/("[^"]*"|[^,]*)(?:,|$)/g)]
        .slice(0, 13)
        .map(([, cell = '']) => to(cell))
        .join(delimiter),
    )
    .join('\n')

/** How people save a report that is read. */
export const READ: Readonly<Record<string, (text: string) => Buffer>> = {
  'as AWS sends it': text => Buffer.from(text),
  'with a byte order mark': text => Buffer.from(`\uFEFF${text}`),
  'in UTF-16 LE, as PowerShell writes it': text => utf16le(`\uFEFF${text}`),
  'in UTF-16 LE without a mark': utf16le,
  'in UTF-16 BE': text => utf16le(`\uFEFF${text}`).swap16(),
  'with CR LF': text => Buffer.from(text.replaceAll('\n', '\r\n')),
  'with CR CR LF': text => Buffer.from(text.replaceAll('\n', '\r\r\n')),
  'with CR': text => Buffer.from(text.replaceAll('\n', '\r')),
  'with CR LF and LF': text => Buffer.from(text.replace('\n', '\r\n')),
  'with semicolons': text => Buffer.from(cells(text, cell => cell, ';')),
  'with tabs': text => Buffer.from(cells(text, cell => cell, '\t')),
  'with a sep= line': text => Buffer.from(`sep=;\r\n${cells(text, cell => cell, ';')}`),
  'with quoted cells': text =>
    Buffer.from(cells(text, cell => (cell.startsWith('"') ? cell : `"${cell}"`), ',')),
  'with padded cells': text =>
    Buffer.from(cells(text, cell => (cell.startsWith('"') ? cell : ` ${cell}  `), ',')),
  'with a space for the T': text => Buffer.from(text.replace(/(\d)T(\d\d:\d\d:\d\d)Z/g, '$1 $2')),
  'with a space and an offset': text => Buffer.from(text.replace(/(\d)T(\d\d:\d\d:\d\d)Z/g, '$1 $2+00:00')),
  'with upper-case booleans': text =>
    Buffer.from(text.replaceAll('true', 'TRUE').replaceAll('false', 'FALSE')),
  'with booleans in mixed case': text =>
    Buffer.from(text.replaceAll('true', 'tRUE').replaceAll('false', 'False')),
  "as the CLI's JSON": text =>
    Buffer.from(
      JSON.stringify(
        { Content: base64(text), GeneratedTime: '2026-11-24T02:00:00+00:00', ReportFormat: 'text/csv' },
        null,
        4,
      ),
    ),
  "as the CLI's JSON in UTF-16": text => utf16le(`\uFEFF${JSON.stringify({ Content: base64(text) })}\r\n`),
  "as the CLI's text": text => Buffer.from(`${base64(text)}\t2026-11-24T02:00:00+00:00\ttext/csv\n`),
  'as its base64': text => Buffer.from(`${base64(text)}\n`),
  'as its base64 in quotes': text => Buffer.from(`"${base64(text)}"\n`),
  'as its base64 in lines': text => Buffer.from(base64(text).replace(/.{76}/g, '$&\r\n')),
}

const german = (text: string) =>
  cells(text, cell => cell.replace(/^true$/, 'WAHR').replace(/^false$/, 'FALSCH'), ';')

/** What it is, the file, and what the error says. */
export const REFUSED: readonly (readonly [string, string | Buffer, string])[] = [
  ['an Excel workbook', Buffer.from('PK\x03\x04…'), 'is an Excel workbook or a ZIP archive, not CSV'],
  ['compressed', Buffer.from([0x1f, 0x8b, 8, 0]), 'is compressed (gzip)'],
  ['binary', Buffer.from([0x75, 0xff, 0xc0, 0x80]), 'is not text in UTF-8 or UTF-16'],
  ['HTML', '<!DOCTYPE html><p>', 'is an HTML or XML page, not CSV'],
  ['PDF', '%PDF-1.7', 'is a PDF, not CSV'],
  ['other JSON', '{"Users": []}', 'A JSON file of evidence-files is not evidence of this action'],
  ['without its header', `${ROOT}\n${BOB}`, 'lacks its header: it begins with the row of a user'],
  [
    'separated by bars',
    REPORT.replaceAll(',', '|').replaceAll('arn:aws', 'x'),
    'is something else: its first line does not name the columns user and arn, separated by commas, semicolons or tabs',
  ],
  [
    'of two accounts',
    `${REPORT}\n${[HEADER, ROOT].join('\n').replaceAll('123456789012', '210987654321')}`,
    'has the rows of several accounts',
  ],
  [
    'one with its header twice',
    `${REPORT}\n${HEADER}`,
    'has its header twice: two reports of one account are joined in it',
  ],
  [
    'one with German booleans',
    german(REPORT),
    'was saved again by a spreadsheet: row 2, access_key_1_active, is neither TRUE nor FALSE',
  ],
  [
    'one with a German boolean among English ones',
    REPORT.replace('s3,false', 's3,FALSCH'),
    'was saved again by a spreadsheet: row 3, access_key_2_active, is neither TRUE nor FALSE',
  ],
  [
    'one with a German boolean of something else than keys',
    REPORT.replace('_time,', '_time,mfa_active,').replaceAll(
      '2020-01-01T00:00:00Z',
      '2020-01-01T00:00:00Z,WAHR',
    ),
    'was saved again by a spreadsheet: row 2, mfa_active, is neither TRUE nor FALSE',
  ],
  [
    'one with a name as a number',
    REPORT.replace('\nbob,', '\n7,').replace('user/bob', 'user/007'),
    'was saved again by a spreadsheet: the user of row 3 is not the one that its ARN names',
  ],
  [
    'one with local dates',
    REPORT.replace('2026-05-01T10:00:00Z', '01.05.2026 10:00'),
    'was saved again by a spreadsheet: a date of row 3, access_key_1_last_rotated, is not as AWS writes it',
  ],
  [
    'one with American dates',
    REPORT.replace('2026-05-01T10:00:00Z', '5/1/26 10:00'),
    'was saved again by a spreadsheet: a date of row 3',
  ],
  [
    'one with dates without seconds',
    REPORT.replace('2026-05-01T10:00:00Z', '2026-05-01 10:00'),
    'was saved again by a spreadsheet: a date of row 3',
  ],
  [
    'one with dates as numbers',
    REPORT.replace('2026-05-01T10:00:00Z', '46143.4166'),
    'was saved again by a spreadsheet: a date of row 3',
  ],
  ...[
    '2026-05-01',
    '2026-05-01T10:00Z',
    '1-May-26',
    'May 1, 2026 10:00:00',
    '2026-05-01 10:00:00 PM',
    '####',
  ].map(
    date =>
      [
        `one with the date ${date}`,
        REPORT.replace('2026-05-01T10:00:00Z', `"${date}"`),
        'was saved again by a spreadsheet: a date of row 3',
      ] as const,
  ),
  [
    'one with a local date of another column',
    REPORT.replace('user/bob,2020-01-01T00:00:00Z', 'user/bob,01/01/2020 00:00'),
    'was saved again by a spreadsheet: a date of row 3, user_creation_time',
  ],
]
