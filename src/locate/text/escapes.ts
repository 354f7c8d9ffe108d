/**
 * A text with the ASCII characters that JSON, YAML, HCL and most languages let one write as `\u0041` or `\x41` in
 * their place. Its lines stay the same; offsets do not.
 */
export function unescaped(text: string): string {
  return text.includes('\\') ? text.replace(ESCAPED, (_all, code: string) => characterOf(code)) : text
}

export const ESCAPED = /\\(?:u00|u\{0{0,6}|U000000|x)([2-7][0-9A-Fa-f])\}?/g

function characterOf(code: string): string {
  return String.fromCharCode(Number.parseInt(code, 16))
}
