import { BadMessage, Elements, naturalNumber, tags } from './ber.ts'
import { type Entry, entryIn } from './entry.ts'

/**
 * Everything that a server sends, read by this package and not by ldapts.
 *
 * Parsers of ldapts 9.2 trust the lengths that they read. Some never advance where an inner length
 * is longer than what is there. The process then hangs for ever or fills its memory. These parsers
 * are `Attribute.parse`, `SearchEntry.parseMessage`, `SearchReference.parseMessage`,
 * `BindResponse.parseMessage` and the controls of `Message.parse`. `MessageResponse.parseMessage`
 * takes a missing result for success. `MessageParser.read` recurses for each message of a chunk,
 * and copies everything again for each chunk of a message. So no byte from a server may reach a
 * parser of ldapts, in a later version either.
 */
export type ServerMessage =
  | {
      readonly kind: 'result'
      readonly messageId: number
      /** Which operation it answers: a tag of {@link responses}. */
      readonly response: number
      readonly code: number
      readonly diagnostic: string
      /** The lowest entry there is above a name that is not there. */
      readonly matchedDn: string
      readonly controls: readonly ResponseControl[]
    }
  | {
      readonly kind: 'entry'
      readonly messageId: number
      readonly entry: Entry
      /** Number of its values, each of which is an object in memory. */
      readonly values: number
    }
  /** Where another part of the answer is (RFC 4511, section 4.5.3). */
  | { readonly kind: 'reference'; readonly messageId: number }
  /** Not asked for by anything that this package sends (RFC 4511, section 4.13). */
  | { readonly kind: 'intermediate'; readonly messageId: number }
  /** The server announces something, such as that it is about to close (section 4.4). */
  | { readonly kind: 'notice'; readonly messageId: 0 }

/** A control in a response, its value as bytes. */
interface ResponseControl {
  readonly oid: string
  readonly value: Buffer
}

/** Tags of the results of operations (RFC 4511, section 4.2 on). */
export const responses = Object.freeze({
  bind: 0x61,
  search: 0x65,
  modify: 0x67,
  compare: 0x6f,
  extended: 0x78,
})
const results: ReadonlySet<number> = new Set(Object.values(responses))

const searchEntry = 0x64
const searchReference = 0x73
const intermediateResponse = 0x79
/** Controls after the operation. */
const controlsTag = 0xa0

/**
 * Bytes of the server's own words that are read. Codes stand at the beginning; a text of megabytes
 * would be searched for them.
 */
const longestDiagnostic = 4_096

/** Most controls of one message: nobody asks for more than a handful. */
const mostControls = 100

/**
 * Reads one message (RFC 4511, section 4.1.1) from its first byte to its last. Every length is
 * checked, and every element has to be the one that belongs there. Only elements that a later
 * version of LDAP adds at an end are passed over.
 *
 * @throws {BadMessage}
 * @example
 * const message = serverMessage(bytes)
 */
export function serverMessage(bytes: Buffer): ServerMessage {
  const outer = new Elements(bytes)
  const fields = outer.inside(tags.sequence)
  if (!outer.done) throw new BadMessage('ERR_LDAP_LENGTH')
  const messageId = naturalNumber(fields.next(tags.integer))
  if (messageId === 0) return notice(fields)
  const message = operationIn(fields, messageId)
  const controls = fields.nextIs(controlsTag) ? controlsIn(fields.inside(controlsTag)) : []
  fields.skipRest()
  return message.kind === 'result' ? { ...message, controls } : message
}

/**
 * Active Directory puts the name of a notice behind the operation instead of into it, so only the
 * lengths are looked at.
 */
function notice(fields: Elements): ServerMessage {
  fields.next(responses.extended)
  fields.skipRest()
  return { kind: 'notice', messageId: 0 }
}

function operationIn(fields: Elements, messageId: number): ServerMessage {
  if (fields.nextIs(searchEntry)) {
    const { entry, values } = entryIn(fields.inside(searchEntry))
    return { kind: 'entry', messageId, entry, values }
  }
  if (fields.nextIs(searchReference)) {
    fields.inside(searchReference).skipRest()
    return { kind: 'reference', messageId }
  }
  if (fields.nextIs(intermediateResponse)) {
    fields.inside(intermediateResponse).skipRest()
    return { kind: 'intermediate', messageId }
  }
  const response = [...results].find((tag) => fields.nextIs(tag))
  if (response === undefined) throw new BadMessage('ERR_LDAP_TAG')
  return { kind: 'result', messageId, response, ...resultIn(fields.inside(response)) }
}

/**
 * LDAPResult (RFC 4511, section 4.1.9). The referral behind it, the SASL credentials of a bind, and
 * the name and value of an extended response are passed over.
 */
function resultIn(parts: Elements): {
  readonly code: number
  readonly diagnostic: string
  readonly matchedDn: string
  readonly controls: readonly []
} {
  const code = naturalNumber(parts.next(tags.enumerated))
  const matchedDn = parts.next(tags.octetString).toString('utf8')
  const diagnostic = parts.next(tags.octetString).toString('utf8', 0, longestDiagnostic)
  parts.skipRest()
  return { code, diagnostic, matchedDn, controls: [] }
}

/** Controls (RFC 4511, section 4.1.11). */
function controlsIn(elements: Elements): readonly ResponseControl[] {
  const controls: ResponseControl[] = []
  while (!elements.done) {
    if (controls.length === mostControls) throw new BadMessage('ERR_LDAP_TOO_LARGE')
    const parts = elements.inside(tags.sequence)
    const oid = parts.next(tags.octetString).toString('latin1')
    if (parts.nextIs(tags.boolean)) parts.next(tags.boolean)
    const value = parts.nextIs(tags.octetString) ? parts.next(tags.octetString) : Buffer.alloc(0)
    parts.skipRest()
    controls.push({ oid, value })
  }
  return controls
}
