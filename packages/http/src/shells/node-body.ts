import type { IncomingMessage } from 'node:http'
import type { BodyRead } from '../wire/handler-request.ts'

/** Reads a body, or takes the body as the host application has parsed it. Never rejects. */
export function readNodeBody(request: IncomingMessage, limitBytes: number): Promise<BodyRead> {
  const parsed: unknown = Reflect.get(request, 'body')
  if (parsed !== undefined && !isPlaceholder(parsed, request))
    return Promise.resolve(bodyOf(parsed, limitBytes))
  if (request.readableDidRead) return Promise.resolve({ kind: 'consumed' })
  // A parser of the host has read a body of no bytes to its end.
  if (request.readableEnded) return Promise.resolve({ kind: 'bytes', bytes: new Uint8Array() })
  if (request.destroyed) return Promise.resolve({ kind: 'interrupted' })
  if (Number(request.headers['content-length'] ?? 0) > limitBytes)
    return Promise.resolve({ kind: 'too_large' })
  return collect(request, limitBytes)
}

/**
 * Parsers before Express 5 leave an empty object for a type that they do not parse, and do not read
 * the body then.
 */
function isPlaceholder(parsed: unknown, request: IncomingMessage): boolean {
  return (
    !request.readableDidRead &&
    typeof parsed === 'object' &&
    parsed !== null &&
    Object.keys(parsed).length === 0
  )
}

/** A host's parser leaves an object; told so, it leaves the text or the bytes. */
function bodyOf(parsed: unknown, limitBytes: number): BodyRead {
  const bytes = typeof parsed === 'string' ? new TextEncoder().encode(parsed) : parsed
  if (!(bytes instanceof Uint8Array)) return { kind: 'parsed', value: parsed }
  return bytes.length > limitBytes ? { kind: 'too_large' } : { kind: 'bytes', bytes }
}

function collect(request: IncomingMessage, limitBytes: number): Promise<BodyRead> {
  return new Promise((resolve) => {
    const chunks: Uint8Array[] = []
    let length = 0
    const take = (chunk: Uint8Array): void => {
      length += chunk.length
      chunks.push(chunk)
      if (length <= limitBytes) return
      request.off('data', take)
      request.pause()
      resolve({ kind: 'too_large' })
    }
    request.on('data', take)
    request.once('end', () => resolve({ kind: 'bytes', bytes: Buffer.concat(chunks) }))
    request.once('error', () => resolve({ kind: 'interrupted' }))
    request.once('close', () => resolve({ kind: 'interrupted' }))
  })
}
