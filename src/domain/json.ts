export type JsonObject = Readonly<Record<string, unknown>>

/** The object that the text is in JSON; empty where it is none. */
export function parseObject(text: string): JsonObject {
  try {
    return objectOf(JSON.parse(text))
  } catch {
    return {}
  }
}

/** The value where it is an object, else an empty one. */
export function objectOf(value: unknown): JsonObject {
  return typeof value === 'object' && value !== null ? (value as JsonObject) : {}
}
