import { describe, expect, test } from '@jest/globals'
import {
  markerBlock,
  parseBody,
  USER_CONTENT_LINE,
  withoutMarker,
} from '../../../src/publish/issues/state.ts'

const MARKER = markerBlock({ per: 'repository', scope: 'all' })

describe('a marker', () => {
  test.each([
    ['in a fence', `Look:\n\`\`\`\n${MARKER}\n\`\`\``],
    ['in a fence of tildes that is never closed', `~~~ text\n${MARKER}`],
    ['in a fence that a shorter one does not close', `\`\`\`\`\n\`\`\`\n${MARKER}\n\`\`\`\``],
    ['in a comment', `<!-- quoted:\n${MARKER}\n`],
    ['within a line', `As in ${MARKER}`],
    ['in a quotation', `> ${MARKER}`],
    ['that is indented, as code is', `    ${MARKER}`],
    ['below the line', `Mine\n${USER_CONTENT_LINE}\n${MARKER}`],
  ])('%s is none of ours', (_, body) => {
    expect(parseBody(body)).toBeNull()
  })

  test.each([
    ['first', `${MARKER}\nKeys`],
    ['after what people wrote above it', `Note\n\n\`\`\`\ncode\n\`\`\`\n${MARKER}\nKeys`],
    ['after a text that only looks like a fence', `\`\`\`code\`\`\` here\n${MARKER}`],
    ['from an editor that ends lines with CRLF', `Note\r\n${MARKER}\r\nKeys`],
  ])('that stands %s is ours', (_, body) => {
    expect(parseBody(body)?.marker).toEqual({ per: 'repository', scope: 'all' })
    expect(parseBody(withoutMarker(body))).toBeNull()
  })
})

describe('what people wrote', () => {
  const THEIRS = '\nMy notes'

  test.each([
    [
      'a snippet in the text of ours shows the line',
      `\`\`\`hcl\n${USER_CONTENT_LINE}\n\`\`\`\n${USER_CONTENT_LINE}${THEIRS}`,
    ],
    ['it shows the line itself', `${USER_CONTENT_LINE}${THEIRS}\n${USER_CONTENT_LINE}\nmore`],
    ['the line is gone', `<!-- aws-access-key-rotation-audit:state:1 AAAA -->\n\n---\nMy notes`],
    ['line and state are gone', `My notes`],
  ])('is kept where %s', (_, rest) => {
    expect(parseBody(`${MARKER}\n${rest}`)?.userContent).toMatch(/^\nMy notes/)
  })
})
