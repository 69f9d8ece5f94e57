import { noPrivilegedUsers } from '@force-reset/core'
import { faultSeed } from '@force-reset/testing/faults'
import { leakCheck } from '@force-reset/testing/vitest'
import { describe, expect, it } from 'vitest'
import { activeDirectory } from '../active-directory/dialect.ts'
import type { Entry } from '../connection/entry.ts'
import { TransportError } from '../connection/transport-error.ts'
import { ds389 } from '../ds389/dialect.ts'
import { type SeededRandom, seededRandom } from '../fixtures/seeded-random.ts'
import { openLdap } from '../openldap/dialect.ts'
import type { Plan, Step, StepAnswer } from '../plan/request.ts'
import { storeErrorOf } from '../store/explain-error.ts'
import type { Account, Dialect, Site } from './dialect.ts'

leakCheck()

/** `FAULT_RUNS=all` looks at many more directories. */
const directories = process.env['FAULT_RUNS'] === 'all' ? 20_000 : 200

/** Round trips of one plan. Whatever a directory answers, a plan ends before. */
const mostRounds = 200

const baseDn = 'ou=people,dc=example,dc=test'
const now = Date.parse('2026-05-05T12:00:00Z')
const site: Site = { baseDn, unlock: true, now: () => now, operatorDn: () => `cn=op,${baseDn}` }
const group = `cn=admins,${baseDn}`
const groups = { privilegedGroups: [group], privilegedAccounts: [`uid=root,${baseDn}`] }

const dialects: readonly (readonly [string, Dialect])[] = [
  ['openLdap', openLdap({ ...groups, defaultPolicy: 'cn=default,dc=example,dc=test' })],
  ['openLdap with nobody privileged', openLdap({ privilegedGroups: noPrivilegedUsers })],
  ['ds389', ds389({ ...groups, otherHashes: 'survive' })],
  ['activeDirectory', activeDirectory({ privilegedGroups: [group], stampAttribute: 'info' })],
]

const ids = {
  uuid: '00112233-4455-6677-8899-aabbccddeeff',
  nsUniqueId: '00112233-44556677-8899aabb-ccddeeff',
} as const

/** Values that a schema would allow, so that plans come far, and values that no schema allows. */
const texts = [
  ...['', ' ', '0', '1', '-1', '512', '514', '66048', '805306368', '4294967296', '1e3', '0x10'],
  ...['99999999999999999999999999', '-9223372036854775808', '9223372036854775807', 'NaN'],
  ...[
    'TRUE',
    'FALSE',
    'true',
    'yes',
    'on',
    'off',
    'person',
    'user',
    'inetOrgPerson',
    'posixAccount',
  ],
  ...[
    '20260505120000Z',
    '20260505120000.123Z',
    '00000101000000Z',
    '99991231235959Z',
    '2026',
    '999',
  ],
  ...['134000000000000000', '20261340996199Z', '20260505120000+2500', ids.uuid, ids.nsUniqueId],
  ...['kim', 'Kim Lee', 'kim@example.test', 'K\u0000im', '\u202eKim', '\ud83d', '$' + '{x}', '%00'],
  ...[baseDn, group, `uid=kim,${baseDn}`, 'cn=,,', '=', 'cn="x', '<GUID=00>', '#04', 'nonsense'],
  ...['S-1-5-21-1-2-3-500', 'S-1-5-32-544', 'cn=Domain Admins,cn=Users,dc=example,dc=test'],
  ...['{SASL}kim@EXAMPLE', '{SSHA}x', 'x'.repeat(9_000)],
] as const
const bytes = [
  Buffer.alloc(0),
  Buffer.alloc(1),
  Buffer.alloc(16, 0xff),
  Buffer.from('00112233445566778899aabbccddeeff', 'hex'),
  // objectSid: S-1-5-21-1-2-3-500, and one with more parts than bytes.
  Buffer.from('010500000000000515000000010000000200000003000000f4010000', 'hex'),
  Buffer.from('01ff000000000005', 'hex'),
  Buffer.from([0xc0, 0xaf, 0xed, 0xa0, 0x80, 0xff]),
  Buffer.alloc(9_000, 0x80),
] as const

/** Attributes that a directory may answer although nobody asked. */
const unasked = [
  'objectclass',
  'member;range=0-1',
  'member;range=0-*',
  'cn;lang-de',
  '',
  '*',
] as const

const dns = [
  `uid=kim,${baseDn}`,
  baseDn,
  group,
  '',
  'nonsense',
  `uid=k\\2cim+cn=x,${baseDn}`,
  'uid=kim,dc=elsewhere',
  `uid=${'x'.repeat(5_000)},${baseDn}`,
] as const

const purposes = ['reset', 'expire'] as const
const codes = [0, 0, 0, 4, 10, 11, 16, 32, 50, 53, 80, 9_999, -1] as const

/** Values of a directory in order, so that plans come far. */
const plausible: Readonly<Record<string, string | Buffer>> = {
  entryuuid: ids.uuid,
  nsuniqueid: ids.nsUniqueId,
  objectguid: bytes[3],
  objectsid: bytes[4],
  uid: 'kim',
  samaccountname: 'kim',
  samaccounttype: '805306368',
  cn: 'Kim Lee',
  mail: 'kim@example.test',
  objectclass: 'person',
  entrycsn: '20260505120000.000000Z#000000#000#000000',
  useraccountcontrol: '512',
  pwdlastset: '134000000000000000',
  pwdreset: 'FALSE',
  pwdmustchange: 'TRUE',
  pwdallowuserchange: 'TRUE',
  passwordmustchange: 'on',
  passwordchange: 'on',
  createtimestamp: '20260101120000Z',
  member: `uid=other,${baseDn}`,
  defaultnamingcontext: 'dc=example,dc=test',
  rootdomainnamingcontext: 'dc=example,dc=test',
  grouptype: '-2147483646',
  lockouttime: '0',
  'msds-user-account-control-computed': '0',
  whencreated: '20260101120000.0Z',
}

/** A directory: how many of its answers, in a hundred, no schema allows. */
interface Directory {
  readonly random: SeededRandom
  readonly hostile: number
}

const isHostile = ({ random, hostile }: Directory): boolean => random.below(100) < hostile

function hostileValue({ random }: Directory): Buffer {
  return random.below(4) === 0 ? random.pick(bytes) : Buffer.from(random.pick(texts))
}

/** The attributes that are asked for. A hostile one has none to many values, or one many times. */
function entryFor(directory: Directory, asked: readonly string[], dn: string): Entry {
  const { random } = directory
  const attributes = new Map<string, readonly Buffer[]>()
  for (const name of asked) {
    const key = name.toLowerCase()
    const known = plausible[key]
    if (!isHostile(directory)) {
      if (known !== undefined) attributes.set(key, [Buffer.from(known)])
      continue
    }
    const one = hostileValue(directory)
    const isDuplicated = random.below(3) === 0
    const length = random.pick([0, 1, 1, 1, 2, 7, 40])
    const values = Array.from({ length }, () => (isDuplicated ? one : hostileValue(directory)))
    attributes.set(key, values)
  }
  if (isHostile(directory)) attributes.set(random.pick(unasked), [hostileValue(directory)])
  return { dn: isHostile(directory) ? random.pick(dns) : dn, attributes }
}

function answerTo(directory: Directory, step: Step): StepAnswer {
  const { random } = directory
  const isOdd = isHostile(directory)
  if (isOdd && random.below(8) === 0) return new TransportError(random.pick(['closed', 'not_sent']))
  const result = {
    code: isOdd ? random.pick(codes) : 0,
    diagnostic: isOdd ? random.pick(['', '\u0000', '0000052D: SvcErr', 'x'.repeat(10_000)]) : '',
    matchedDn: isOdd ? random.pick([undefined, '', baseDn, 'nonsense']) : undefined,
  }
  if (step.kind !== 'search') {
    const readBack = isOdd ? entryFor(directory, ['pwdReset', 'entryCSN'], dns[0]) : undefined
    return { ...result, readBack, policyError: isOdd ? random.pick([0, 8, 99, -1]) : undefined }
  }
  const isPerson = step.scope !== 'base' || /uid=|<GUID/.test(step.base)
  const length = isOdd ? random.pick([0, 2, step.scope === 'base' ? 3 : 60]) : 1
  const entries = Array.from({ length }, () =>
    entryFor(directory, step.attributes, isPerson ? dns[0] : step.base),
  )
  return { ...result, entries, referrals: isOdd ? random.pick([0, 1, 1_000_000]) : 0 }
}

/** Walks through a plan of which a hostile directory answers every step. */
function walked<T>(directory: Directory, plan: Plan<T>): T {
  let next = plan.next()
  for (let rounds = 0; next.done !== true; rounds += 1) {
    if (rounds > mostRounds) throw new RangeError('The plan does not end.')
    next = plan.next(next.value.map((step) => answerTo(directory, step)))
  }
  return next.value
}

const statuses = ['active', 'pending', 'suspended', 'deleted', 'unknown']
const isText = (given: unknown) => given === undefined || typeof given === 'string'

/** What an account shows that no operator may be shown. */
function nonsenseIn({ user }: Account): string | undefined {
  const { id, username, email, displayName, version, status, privileged, createdAt } = user
  if (typeof id !== 'string' || id === '') return 'no id'
  if (typeof version !== 'string' || version === '') return 'no version'
  if (![username, email, displayName].every(isText)) return 'a name that is no text'
  if (!statuses.includes(status)) return `a status ${status}`
  if (typeof privileged !== 'boolean') return 'no privilege'
  if (createdAt !== undefined && !Number.isFinite(createdAt.getTime())) return 'no date'
  return undefined
}

/** `undefined` where the plan ended, or refused for a reason that the store can explain. */
function faultOf(dialect: Dialect, walk: () => string | undefined): string | undefined {
  try {
    return walk()
  } catch (error) {
    if (error instanceof RangeError) return error.message
    const { detail } = storeErrorOf(error, dialect.explain)
    const key = detail?.reason === 'store' ? detail.key : undefined
    return key === 'unexpected_error' ? `a foreign error: ${String(error)}` : undefined
  }
}

describe.each(dialects)('%s, of a directory whose answers no schema allows,', (_, dialect) => {
  it('finds, lists, writes and diagnoses in bounded steps, or says why not', () => {
    const faults: string[] = []
    let found = 0
    let listed = 0
    for (let run = 0; run < directories; run += 1) {
      const random = seededRandom(faultSeed + run)
      const directory = { random, hostile: random.pick([1, 5, 20, 60]) }
      const note = (what: string, walk: () => string | undefined) => {
        const fault = faultOf(dialect, walk)
        if (fault !== undefined && faults.length < 20) faults.push(`${run}, ${what}: ${fault}`)
      }
      let account: Account | undefined
      const id = random.pick([ids.uuid, ids.nsUniqueId, '33221100-5544-7766-8899-aabbccddeeff'])
      note('find', () => {
        account = walked(directory, dialect.find(id, site))
        return account && nonsenseIn(account)
      })
      note('list', () => {
        const { accounts } = walked(directory, dialect.list({ search: 'kim', limit: 50 }, site))
        listed += accounts.length
        return accounts.map(nonsenseIn).find((fault) => fault !== undefined)
      })
      const accounts = account ? [account] : []
      note('diagnose', () => {
        walked(directory, dialect.diagnose({ accounts, site }))
        return undefined
      })
      if (account === undefined) continue
      found += 1
      const order = {
        account,
        site,
        resetId: '3f2b8a52-6d6b-4b0e-9d0e-6a8f7f9f2a11',
        unlock: true,
        purpose: random.pick(purposes),
        eligible: ['active', 'pending'],
        mustChange: true,
        onlyIf: undefined,
        rules: dialect,
      } as const
      note('replace', () => {
        dialect.mustChangeProblem(order.account)
        const mark = dialect.markOf(order)
        dialect.standing(order.account, mark)
        const outcome = walked(directory, dialect.replace(order))
        if (outcome.outcome === 'unknown' && outcome.settle) walked(directory, outcome.settle())
        return undefined
      })
    }
    expect(faults).toEqual([])
    // The answers are hostile, and still the plans come far.
    expect(found).toBeGreaterThan(directories / 20)
    expect(listed).toBeGreaterThan(directories / 20)
  }, 600_000)
})

describe('these tests', () => {
  const [, dialect] = dialects[0] ?? []
  it('find a plan that throws, and one that does not end', () => {
    if (dialect === undefined) throw new Error('There is no dialect.')
    const directory = { random: seededRandom(faultSeed), hostile: 50 }
    expect(faultOf(dialect, () => Object(undefined).missing.field)).toContain('foreign error')
    const endless = function* (): Plan<never> {
      for (;;) yield []
    }
    expect(faultOf(dialect, () => walked(directory, endless()))).toBe('The plan does not end.')
  })
})
