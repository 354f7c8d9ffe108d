/** What AWS promises of its answers: what breaks it says nothing, however well-formed it is. */
import { formatInstant, isAfter } from '../domain/time.ts'

/** The error of an answer that cannot be true, with the code `InvalidAnswer`. */
export function invalidAnswer(what: string): Error {
  return Object.assign(new Error(`The answer is not valid: ${what}.`), { name: 'InvalidAnswer' })
}

/** An instant of something that has happened. Throws for none, and for one to come. */
export function pastInstant(date: Date | undefined, what: string): string {
  if (date === undefined || Number.isNaN(date.getTime())) throw invalidAnswer(`${what} has no date`)
  const instant = formatInstant(date)
  if (isAfter(instant, new Date())) throw invalidAnswer(`${what} is dated in the future`)
  return instant
}

interface MarkedPage {
  readonly IsTruncated?: boolean | undefined
  readonly Marker?: string | undefined
}

/** The items of every page of IAM. Throws where a page lacks its list, or the marker of the next one that it announces. */
export async function itemsOf<Page extends MarkedPage, Item>(
  pages: AsyncIterable<Page>,
  listOf: (page: Page) => readonly Item[] | undefined,
): Promise<Item[]> {
  const items: Item[] = []
  for await (const page of pages) {
    const list = listOf(page)
    if (list === undefined) throw invalidAnswer('it lacks its list')
    if (page.IsTruncated && !page.Marker) throw invalidAnswer('more follows, and it does not say where')
    items.push(...list)
  }
  return items
}
