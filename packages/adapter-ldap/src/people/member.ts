import { type Entry, texts, textsWithOptions } from '../connection/entry.ts'
import { resultCodes } from '../connection/result-codes.ts'
import { dnKey, isDn, isWithin } from '../dialect/dn.ts'
import { absent, allOf, anyOf, equals, present } from '../dialect/search-filter.ts'
import type { Plan, SearchStep } from '../plan/request.ts'
import { type Found, nothing, searches } from '../plan/steps.ts'
import { type Look, schemaLook } from './schema.ts'

/** Name the members by DN (RFC 4519; `roleOccupant` of an organizationalRole). */
const memberAttributes = ['member', 'uniqueMember', 'roleOccupant'] as const
/** Leads to the entry that an alias stands for. Many programs follow aliases (RFC 4512, 2.6). */
const aliasedName = 'aliasedObjectName'
/** Holds the members of a posixGroup by `uid` instead of DN (RFC 2307, section 2.2). */
const memberUid = 'memberUid'
/**
 * Number of a posixGroup. Accounts with this number are in the group, and in no `memberUid`. Where
 * the number cannot be read, that is in doubt of accounts with a number alone.
 */
const gidNumber = 'gidNumber'
/** Searches whose entries are the members (groupOfURLs). */
const memberUrl = 'memberURL'

/** Each of them can name anybody. */
const groupAttributes = [...memberAttributes, memberUid, memberUrl]

/** What a look at one entry asks for. */
const askedAttributes = ['objectClass', gidNumber, ...groupAttributes, aliasedName]

/**
 * The attributes by which an entry of a class can have members. An entry of another class can have
 * members by each of them.
 */
const attributesOfClass: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    groupofnames: ['member'],
    groupofmembers: ['member'],
    nestedgroup: ['member'],
    groupofuniquenames: ['uniqueMember'],
    organizationalrole: ['roleOccupant'],
    alias: [aliasedName],
    posixgroup: [memberUid],
    groupofurls: [memberUrl, 'member'],
    ...Object.fromEntries(
      [
        ...['top', 'organizationalunit', 'organization', 'domain', 'dcobject', 'ldapsubentry'],
        ...['simplesecurityobject', 'nsmemberof', 'ipaobject', 'ipausergroup'],
        ...['nsroledefinition', 'nssimpleroledefinition', 'nscomplexroledefinition'],
        ...['nsmanagedroledefinition', 'nsfilteredroledefinition', 'nsnestedroledefinition'],
      ].map((name): [string, readonly string[]] => [name, []]),
    ),
  }),
)

/** Groups and rules that name people in ways of their own (RFC 2307, sudoers.ldap(5), 389-ds). */
const otherKinds: ReadonlySet<string> = new Set([
  ...['nisnetgroup', 'nismailalias', 'sudorole', 'groupofcertificates', 'rfc822mailgroup'],
  ...['mailgroup', 'inetmailgroup', 'ipanisnetgroup', 'ipasudorule', 'ipahbacrule'],
])

/** People and programs: no entry of these classes is a group. */
const accountClasses = [
  ...['person', 'account', 'posixAccount', 'applicationProcess', 'simpleSecurityObject'],
] as const

/** The same with all subclasses, which the server alone knows. */
const isAccount = anyOf(accountClasses.map((name) => equals('objectClass', name)))

/** Nearly all accounts are of one of these classes. They are known without a second question. */
const plainAccounts: ReadonlySet<string> = new Set(
  [...accountClasses, 'organizationalPerson', 'inetOrgPerson'].map((name) => name.toLowerCase()),
)

/** Why it is not known who is in an entry. */
export type Doubt =
  /** The entry cannot be read, and it is not proven that the entry does not exist. */
  | 'hidden'
  /** Attributes that can name members cannot be read. */
  | 'attributes'
  /** A search decides who the members are (`memberURL`). */
  | 'dynamic'
  /** A group of another kind, such as a netgroup, whose members are not followed. */
  | 'other_kind'

/** An entry that is a privileged group, or is in one. */
export interface Member {
  readonly dn: string
  /** The name as the server answered it, which the schema of a site may spell otherwise. */
  readonly storedDn?: string | undefined
  /** `nobody`: the entry does not exist, or the site said so. */
  readonly kind: 'account' | 'group' | 'nobody' | 'unknown'
  /** DNs of members. */
  readonly members: readonly string[]
  /** Each `memberUid` as {@link uidKey} folds it. */
  readonly uids: readonly string[]
  readonly gids: readonly string[]
  /** Whether the entry has a number that cannot be read. */
  readonly hidesGid: boolean
  /** A role of 389-ds, whose holders have its DN in `nsRole`. */
  readonly isRole: boolean
  /** Attributes that do not come and could name members. */
  readonly missing: readonly string[]
  readonly doubt?: Doubt | undefined
}

const noMembers = {
  ...{ members: [], uids: [], gids: [], hidesGid: false, isRole: false, missing: [] },
} as const

/**
 * An entry of which it is known without a look that nobody is in it.
 *
 * @example
 * if (dn === '') return withoutMembers(dn, 'nobody')
 */
export function withoutMembers(dn: string, kind: 'account' | 'nobody'): Member {
  return { ...noMembers, dn, kind }
}

/** What the server has said of itself. */
export interface ServerFacts {
  /** DNs of everything that it stores. Empty where it does not say. */
  readonly contexts: readonly string[]
  /** Attributes that can name members, as far as its schema knows them. */
  readonly groupAttributes: readonly string[]
}

/**
 * What the server says of itself. From the cache, mostly.
 *
 * @example
 * const facts = yield* serverFacts()
 */
export function* serverFacts(): Plan<ServerFacts> {
  const schema = schemaLook(groupAttributes)
  const [root = nothing, ...found] = yield* searches([rootSearch, ...schema.steps])
  return {
    contexts: root.entries.flatMap((entry) => texts(entry, 'namingContexts')),
    groupAttributes: schema.read(found),
  }
}

const rootSearch: SearchStep = Object.freeze({
  kind: 'search',
  base: '',
  scope: 'base',
  filter: present('objectClass'),
  attributes: ['namingContexts'],
  cached: true,
  mayBeRefused: true,
})

/**
 * A look at one entry. What does not come is absent only where the server says so. `missing` names
 * attributes of which that is asked. With them goes the question whether the entry is an account by
 * a class that is not known here.
 *
 * @example
 * const look = lookAtMember(dn, [], facts, { cached: true })
 * const member = look.read(yield* searches(look.steps))
 */
export function lookAtMember(
  dn: string,
  missing: readonly string[],
  facts: ServerFacts,
  { cached }: { readonly cached: boolean },
): Look<Member> {
  const step = { kind: 'search', base: dn, scope: 'base', cached, mayBeRefused: true } as const
  return {
    steps: [
      {
        ...step,
        filter: present('objectClass'),
        attributes: askedAttributes,
      },
      ...(missing.length === 0
        ? []
        : [isAccount, allOf(...missing.map(absent))].map((filter) => ({
            ...step,
            filter,
            attributes: ['1.1'],
          }))),
    ],
    read([seen = nothing, account, absence]) {
      const [entry] = seen.entries
      if (entry === undefined) return unseen(dn, seen, facts)
      const asked = absence?.entries.length === 1 ? missing : []
      return memberOf(dn, entry, facts, { isAccount: account?.entries.length === 1, asked })
    },
  }
}

/**
 * What a name is that leads to no entry. Servers answer alike for an absent entry and for a hidden
 * one. But they name the lowest existing entry above for the former alone, and only where
 * that entry may be seen. And nothing has a name outside of all that the server stores.
 */
function unseen(dn: string, { code, matchedDn }: Found, { contexts }: ServerFacts): Member {
  const above = matchedDn !== '' && dnKey(matchedDn) !== dnKey(dn) && isWithin(dn, matchedDn)
  const elsewhere = contexts.length > 0 && !contexts.some((context) => isWithin(dn, context))
  const isAbsent = code === resultCodes.noSuchObject && (above || elsewhere)
  if (isAbsent || code === resultCodes.invalidDnSyntax) return withoutMembers(dn, 'nobody')
  return { ...noMembers, dn, kind: 'unknown', doubt: 'hidden' }
}

function memberOf(
  dn: string,
  entry: Entry,
  facts: ServerFacts,
  { isAccount, asked }: { readonly isAccount: boolean; readonly asked: readonly string[] },
): Member {
  const classes = texts(entry, 'objectClass').map((name) => name.toLowerCase())
  const mayBePosix = classes.length === 0 || classes.includes('posixgroup')
  const others = subtypesIn(entry)
  const members = [...namesIn(entry), ...others.filter(isDn)].map(withoutIdentifier)
  const gids = [...textsWithOptions(entry, gidNumber), ...others]
  const uids = [...textsWithOptions(entry, memberUid), ...others].map(uidKey)
  const isDynamic = [...textsWithOptions(entry, memberUrl), ...others].some(isUrl)
  const isOther = classes.some((name) => otherKinds.has(name))
  const hasMembers = members.length > 0 || uids.length > 0 || isDynamic
  const isPlain = classes.some((name) => plainAccounts.has(name))
  if ((isAccount || isPlain) && !hasMembers)
    return { ...withoutMembers(dn, 'account'), storedDn: entry.dn }
  const missing = attributesOf(classes, facts).filter(
    (attribute) => textsWithOptions(entry, attribute).length === 0,
  )
  const doubt = missing.every((attribute) => asked.includes(attribute)) ? undefined : 'attributes'
  return {
    dn,
    storedDn: entry.dn,
    kind: 'group',
    members,
    uids,
    gids: mayBePosix ? gids : [],
    hidesGid: mayBePosix && gids.length === 0,
    isRole: classes.includes('nsroledefinition'),
    missing,
    doubt: isDynamic ? 'dynamic' : isOther ? 'other_kind' : doubt,
  }
}

function attributesOf(classes: readonly string[], facts: ServerFacts): readonly string[] {
  const known = classes.map((name) => attributesOfClass.get(name))
  const all = known.length === 0 ? [undefined] : known
  return [...new Set(all.flatMap((attributes) => attributes ?? facts.groupAttributes))]
}

/** The identifier that may follow a DN in `uniqueMember` (RFC 4517, section 3.3.21). */
const uniqueIdentifier = /#'[01]*'B$/

function namesIn(entry: Entry): readonly string[] {
  return [...memberAttributes, aliasedName].flatMap((attribute) =>
    textsWithOptions(entry, attribute),
  )
}

function withoutIdentifier(name: string): string {
  return name.replace(uniqueIdentifier, '')
}

const askedFor: ReadonlySet<string> = new Set(askedAttributes.map((name) => name.toLowerCase()))

/**
 * Values of attributes that were not asked for by these names. A server answers with the subtypes
 * of an attribute, too (RFC 4512, section 2.5.1), and does not say of which attribute.
 */
function subtypesIn(entry: Entry): readonly string[] {
  return [...entry.attributes].flatMap(([type, values]) =>
    askedFor.has(type.replace(/;.*$/, '')) ? [] : values.map((one) => one.toString('utf8')),
  )
}

/** A search as the members of a group (RFC 4516). */
function isUrl(value: string): boolean {
  return /^ldap[is]?:/i.test(value)
}

/**
 * A user name for comparing. Folds more than a server does, so that no membership is missed.
 *
 * @example
 * const isMember = uids.has(uidKey('Kim '))
 */
export function uidKey(uid: string): string {
  return uid.trim().replace(/\s+/g, ' ').normalize('NFKC').toLowerCase()
}

/**
 * Whether two looks at one entry saw the same.
 *
 * @example
 * const moved = !sameMember(before, now)
 */
export function sameMember(one: Member, other: Member): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
