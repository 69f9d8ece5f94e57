/** The fields of an object of JSON. */
export type Fields = Readonly<Record<string, unknown>>

/** The fields of an object; none for any other value. */
export function fieldsOf(value: unknown): Fields {
  return isFields(value) ? value : {}
}

/** Whether a value is an object or a list. */
export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null
}

/** Whether a value is text. */
export function isText(value: unknown): value is string {
  return typeof value === 'string'
}

/** Whether a value is a number. */
export function isNumber(value: unknown): value is number {
  return typeof value === 'number'
}

/** The objects of a list; none for any other value. */
export function listOf(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.map(fieldsOf) : []
}

/** The texts of a list; none for any other value. */
export function textsOf(value: unknown): readonly string[] {
  return Array.isArray(value) ? value.filter(isText) : []
}
