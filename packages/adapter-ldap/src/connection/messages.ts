import {
  Attribute,
  BerWriter,
  BindRequest,
  Change,
  CompareRequest,
  type Control,
  ExtendedRequest,
  type Filter,
  ModifyRequest,
  SearchRequest,
} from 'ldapts'

/** A search (RFC 4511, section 4.5.1). */
export interface Search {
  readonly base: string
  readonly scope: 'base' | 'one' | 'sub'
  readonly filter: Filter
  readonly attributes: readonly string[]
  /** Greatest number of entries in the answer; 0 leaves it to the server. */
  readonly sizeLimit?: number | undefined
  readonly controls?: readonly Control[] | undefined
}

/** One part of a modify. Values that are bytes are treated as secrets. */
interface AttributeChange {
  readonly operation: 'add' | 'delete' | 'replace'
  readonly attribute: string
  readonly values: readonly (string | Buffer)[]
}

/** A modify (RFC 4511, section 4.6): all of its changes or none. */
export interface Modify {
  readonly dn: string
  readonly changes: readonly AttributeChange[]
  readonly controls?: readonly Control[] | undefined
}

/** A simple bind (RFC 4513, section 5.1). */
export interface SimpleBind {
  readonly dn: string
  readonly password: Buffer
  readonly controls?: readonly Control[] | undefined
}

/** A compare (RFC 4511, section 4.10). */
export interface Compare {
  readonly dn: string
  readonly attribute: string
  readonly value: Buffer
}

/** An extended operation (RFC 4511, section 4.12). */
export interface Extended {
  readonly oid: string
  readonly value?: Buffer | undefined
  readonly controls?: readonly Control[] | undefined
}

/** Context-specific, primitive, number 0: the simple choice of a bind. */
const simpleAuthentication = 0x80
const ldapVersion = 3

/**
 * A search as ldapts sends it. The server is asked to give up after `timeLimitSeconds`.
 *
 * @example
 * const bytes = searchRequest(1, { base, scope: 'base', filter, attributes: ['cn'] }, 10).write()
 */
export function searchRequest(
  messageId: number,
  search: Search,
  timeLimitSeconds: number,
): SearchRequest {
  const { base, scope, filter, attributes, sizeLimit = 0, controls = [] } = search
  return new SearchRequest({
    messageId,
    baseDN: base,
    scope,
    filter,
    // Several readers may want the same one.
    attributes: [...new Set(attributes)],
    sizeLimit,
    timeLimit: timeLimitSeconds,
    controls: [...controls],
  })
}

/**
 * A modify as ldapts sends it.
 *
 * @example
 * const bytes = modifyRequest(2, { dn, changes }).write()
 */
export function modifyRequest(
  messageId: number,
  { dn, changes, controls = [] }: Modify,
): ModifyRequest {
  return new ModifyRequest({
    messageId,
    dn,
    changes: changes.map(changeOf),
    controls: [...controls],
  })
}

/**
 * An extended operation as ldapts sends it.
 *
 * @example
 * const bytes = extendedRequest(3, { oid: passwordModifyOid, value }).write()
 */
export function extendedRequest(
  messageId: number,
  { oid, value, controls = [] }: Extended,
): ExtendedRequest {
  return new ExtendedRequest({
    messageId,
    oid,
    ...(value === undefined ? {} : { value }),
    controls: [...controls],
  })
}

/**
 * A simple bind whose password is bytes. ldapts takes a string, which could not be wiped.
 *
 * @example
 * const bytes = bindRequest(4, { dn, password: secret.value }).write()
 */
export function bindRequest(
  messageId: number,
  { dn, password, controls = [] }: SimpleBind,
): BindRequest {
  const request = new BindRequest({ messageId, dn, controls: [...controls] })
  request.writeMessage = (writer) => {
    writer.writeInt(ldapVersion)
    writer.writeString(dn)
    writer.writeBuffer(password, simpleAuthentication)
  }
  return request
}

/**
 * A compare whose value is bytes. ldapts takes a string, which could not be wiped.
 *
 * @example
 * const bytes = compareRequest(5, { dn, attribute: 'userPassword', value }).write()
 */
export function compareRequest(
  messageId: number,
  { dn, attribute, value }: Compare,
): CompareRequest {
  const request = new CompareRequest({ messageId, dn, attribute })
  request.writeMessage = (writer) => {
    writer.writeString(dn)
    writer.startSequence()
    writer.writeString(attribute)
    writer.writeBuffer(value, octetString)
    writer.endSequence()
  }
  return request
}

function changeOf({ operation, attribute, values }: AttributeChange): Change {
  return new Change({ operation, modification: new MixedAttribute({ type: attribute }, values) })
}

/** ldapts takes strings or bytes, not both; and it keeps them in a public field. */
class MixedAttribute extends Attribute {
  readonly #values: readonly (string | Buffer)[]

  constructor(options: { readonly type: string }, values: readonly (string | Buffer)[]) {
    super(options)
    this.#values = values
  }

  override write(writer: BerWriter): void {
    writer.startSequence()
    writer.writeString(this.type)
    writer.startSequence(setOf)
    for (const value of this.#values) {
      if (typeof value === 'string') writer.writeString(value)
      else writer.writeBuffer(value, octetString)
    }
    writer.endSequence()
    writer.endSequence()
  }
}

const setOf = 0x31
const octetString = 0x04

/**
 * A piece of BER as bytes, for the value of a control or of an extended operation.
 *
 * @example
 * const value = encoded((writer) => writer.writeInt(4))
 */
export function encoded(write: (writer: BerWriter) => void): Buffer {
  const writer = new BerWriter()
  write(writer)
  return writer.buffer
}
