import type { Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'

/** Forms here hold a name and two passwords: anything larger is refused before it is read. */
export const smallBody = bodyLimit({ maxSize: 16 * 1024, onError: (c) => c.text('The form is too large.\n', 413) })

/** A posted form; a field that is missing or a file is an empty string. */
export async function readForm(c: Context): Promise<(name: string) => string> {
  const type = c.req.header('content-type')?.split(';')[0]?.trim().toLowerCase()
  // Ours are URL-encoded; nothing else is parsed.
  const form = type === 'application/x-www-form-urlencoded' ? await c.req.parseBody() : {}
  return (name) => {
    const value = form[name]
    return typeof value === 'string' ? value.slice(0, 1024) : ''
  }
}
