/** Gives the line, from 1, of offsets in a text that are asked for in rising order. */
export function lineCounter(text: string): (offset: number) => number {
  let line = 1
  let counted = 0
  return offset => {
    if (offset < counted) {
      line = 1
      counted = 0
    }
    for (
      let end = text.indexOf('\n', counted);
      end !== -1 && end < offset;
      end = text.indexOf('\n', counted)
    ) {
      counted = end + 1
      line++
    }
    return line
  }
}
