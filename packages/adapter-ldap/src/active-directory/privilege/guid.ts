/** Positions of the bytes of a GUID in the order in which it is written ([MS-DTYP] 2.3.4). */
const writtenOrder = [3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15] as const
const written = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

/**
 * Reads an `objectGUID`; `undefined` for bytes that are none.
 *
 * @example
 * const id = guidText(bytes)
 */
export function guidText(bytes: Buffer): string | undefined {
  if (bytes.length !== writtenOrder.length) return undefined
  const hex = writtenOrder
    .map((position) => (bytes[position] ?? 0).toString(16).padStart(2, '0'))
    .join('')
  return hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

/**
 * The bytes of an `objectGUID`; `undefined` for text that {@link guidText} would write differently,
 * so that one account has one id.
 *
 * @example
 * const filter = equals('objectGUID', guidBytes(id) ?? Buffer.alloc(0))
 */
export function guidBytes(text: string): Buffer | undefined {
  if (!written.test(text)) return undefined
  const source = Buffer.from(text.replaceAll('-', ''), 'hex')
  const bytes = Buffer.alloc(writtenOrder.length)
  for (const [index, position] of writtenOrder.entries()) bytes[position] = source[index] ?? 0
  return bytes
}

/**
 * A DN that names the entry wherever the entry has been moved to ([MS-ADTS] 3.1.1.3.1.2.4).
 *
 * @example
 * guidDn('df9b8c04-0f7a-4b5e-9f57-5f3a3f1f6f55') // <GUID=df9b8c04-…>
 */
export function guidDn(text: string): string {
  return `<GUID=${text}>`
}
