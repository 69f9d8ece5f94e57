import { type BerReader, type BerWriter, Control, type Filter } from 'ldapts'
import { Elements, naturalNumber, tags } from './ber.ts'
import { type Entry, entryIn } from './entry.ts'
import { encoded } from './messages.ts'

/** Object identifiers of controls. */
export const controlOids = Object.freeze({
  assertion: '1.3.6.1.1.12',
  postRead: '1.3.6.1.1.13.2',
  passwordPolicy: '1.3.6.1.4.1.42.2.27.8.5.1',
  /** [MS-ADTS] 3.1.1.3.4.1.14 */
  showDeleted: '1.2.840.113556.1.4.417',
  /** [MS-ADTS] 3.1.1.3.4.1.11 */
  descriptorParts: '1.2.840.113556.1.4.801',
  /** draft-ietf-ldapext-acl-model, section 9.1 */
  effectiveRights: '1.3.6.1.4.1.42.2.27.9.5.2',
  /** 389-ds, "Real attributes only". */
  realAttributes: '2.16.840.1.113730.3.4.17',
})

/**
 * The operation happens only where the filter holds for the entry, decided in the same transaction
 * (RFC 4528). A server that does not know the control refuses the operation.
 */
export class AssertionControl extends Control {
  readonly #filter: Filter

  constructor(filter: Filter) {
    super(controlOids.assertion, { critical: true })
    this.#filter = filter
  }

  override writeControl(writer: BerWriter): void {
    writer.writeBuffer(
      encoded((value) => this.#filter.write(value)),
      tags.octetString,
    )
  }
}

/** SearchResultEntry (RFC 4511, section 4.5.2). */
const searchEntryTag = 0x64

/**
 * Asks for attributes as they are right after the operation, in the same transaction (RFC 4527).
 * Not critical: a server may leave the attributes out.
 */
export class PostReadControl extends Control {
  readonly #attributes: readonly string[]
  /** The entry as the server returned it. */
  entry: Entry | undefined

  constructor(attributes: readonly string[]) {
    super(controlOids.postRead)
    this.#attributes = attributes
  }

  override writeControl(writer: BerWriter): void {
    const value = encoded((inner) => {
      inner.startSequence()
      for (const attribute of this.#attributes) inner.writeString(attribute)
      inner.endSequence()
    })
    writer.writeBuffer(value, tags.octetString)
  }

  /** Never throws: the operation has been carried out, whatever its control says. */
  override parseControl({ remainingBuffer }: BerReader): void {
    try {
      const value = new Elements(remainingBuffer)
      // RFC 4527 says the former. slapd says the latter.
      const tag = value.nextIs(searchEntryTag) ? searchEntryTag : tags.sequence
      this.entry = entryIn(value.inside(tag)).entry
    } catch {
      this.entry = undefined
    }
  }
}

/** Context-specific tags of the value of a response: its warning, and its error. */
const policyWarning = 0xa0
const policyErrorTag = 0x81

/**
 * The state of a password policy (draft-behera-ldap-password-policy, section 6). A value that makes
 * no sense is taken as none.
 */
export class PolicyStateControl extends Control {
  /** The answer, and which rule was broken if one was. */
  value: { readonly error?: number | undefined } | undefined

  constructor(options: { readonly critical?: boolean } = {}) {
    super(controlOids.passwordPolicy, options)
  }

  /** Never throws: the operation has been carried out, whatever its control says. */
  override parseControl({ remainingBuffer }: BerReader): void {
    try {
      const parts = new Elements(remainingBuffer).inside(tags.sequence)
      if (parts.nextIs(policyWarning)) parts.next(policyWarning)
      const broken = parts.nextIs(policyErrorTag)
      this.value = { error: broken ? naturalNumber(parts.next(policyErrorTag)) : undefined }
    } catch {
      this.value = {}
    }
  }
}

/**
 * Asks with a search what an account may do to each entry and attribute. Every account may ask that
 * about itself.
 */
export class EffectiveRightsControl extends Control {
  readonly #authorizationId: string

  constructor(dn: string) {
    super(controlOids.effectiveRights, { critical: true })
    this.#authorizationId = `dn:${dn}`
  }

  override writeControl(writer: BerWriter): void {
    writer.writeString(this.#authorizationId)
  }
}

/**
 * Asks for the discretionary access list of a security descriptor alone. Only administrators may
 * read the audit list ([MS-ADTS] 3.1.1.3.4.1.11).
 */
export class AccessListControl extends Control {
  constructor() {
    super(controlOids.descriptorParts, { critical: true })
  }

  override writeControl(writer: BerWriter): void {
    const value = encoded((inner) => {
      inner.startSequence()
      inner.writeInt(daclInformation)
      inner.endSequence()
    })
    writer.writeBuffer(value, tags.octetString)
  }
}

/** DACL_SECURITY_INFORMATION */
const daclInformation = 4

/**
 * A control without a value, such as the control that shows deleted objects.
 *
 * @example
 * const control = plainControl(controlOids.showDeleted)
 */
export function plainControl(oid: string, { critical = true } = {}): Control {
  return new Control(oid, { critical })
}
