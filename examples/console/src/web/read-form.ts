import type { Context } from 'hono'
import { HTTPException } from 'hono/http-exception'
import { commonWords } from '../words/everyone.ts'

/** Forms here hold a name and two passwords. A larger form is not read to its end. */
const longestFormBytes = 16 * 1024
/** Characters of a field that are read: an address to go back to is the longest. */
const longestField = 8 * 1024

/**
 * Reads a posted form. A missing field is an empty string. Only URL-encoded forms are parsed.
 *
 * @throws {HTTPException} 413 for a form that is too large, whether or not its length was
 *   announced.
 */
export async function readForm(c: Context): Promise<(name: string) => string> {
  const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase()
  const fields = new URLSearchParams(
    type === 'application/x-www-form-urlencoded' ? await textOf(c.req.raw) : '',
  )
  return (name) => (fields.get(name) ?? '').slice(0, longestField)
}

async function textOf({ body }: Request): Promise<string> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body ?? []) {
    length += chunk.length
    if (length > longestFormBytes)
      throw new HTTPException(413, { message: commonWords.formTooLarge })
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}
