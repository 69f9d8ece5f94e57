import { markOf } from '@force-reset/core/store'
import { describe, expect, it } from 'vitest'
import type { Entry } from '../connection/entry.ts'
import type { Account, ResetOrder } from '../dialect/dialect.ts'
import { activeDirectoryMark, activeDirectoryStanding } from './mark.ts'

const stampAttribute = 'comment'
const resetId = '4711'
const lastSet = '134000000000000000'

function entryWith(values: Readonly<Record<string, string | undefined>>): Entry {
  const attributes = Object.entries(values).flatMap(([name, value]): [string, Buffer[]][] =>
    value === undefined ? [] : [[name.toLowerCase(), [Buffer.from(value)]]],
  )
  return { dn: 'CN=Kim,DC=example,DC=test', attributes: new Map(attributes) }
}

const versioned = (version: number | undefined, others: Record<string, string> = {}): Account => ({
  user: { id: '1', username: 'kim', status: 'active', privileged: false, version: 'v' },
  entry: entryWith({
    'msDS-KeyVersionNumber': version?.toString(),
    pwdLastSet: lastSet,
    ...others,
  }),
  policy: { mustChange: true, userMayChange: true, rules: {}, lockAfter: 0 },
  readAt: 0,
})

/** The mark of a write that begins at the key version 7. */
function markAt7({
  stamped = false,
  passwords = 1,
  purpose = 'reset',
  seen = 7,
  after,
}: {
  readonly stamped?: boolean
  readonly passwords?: number
  readonly purpose?: ResetOrder['purpose']
  readonly seen?: number | 'unreadable'
  readonly after?: number | undefined
} = {}) {
  const order: ResetOrder = {
    resetId,
    purpose,
    account: versioned(seen === 'unreadable' ? undefined : seen),
    mustChange: true,
    unlock: true,
    eligible: [],
    site: { baseDn: '', unlock: true, operatorDn: () => '', now: () => 0 },
    rules: {
      canKeepLock: true,
      mustChangeProblem: () => undefined,
      standing: () => ({ now: 'before' }),
    },
  }
  return activeDirectoryMark(
    order,
    { passwords, stampAttribute: stamped ? stampAttribute : undefined },
    after === undefined ? undefined : versioned(after).entry,
  )
}

const noStamp = { now: 'unknown', why: 'no_stamp' }
const unreadable = { now: 'unknown', why: 'unreadable' }
const replaced = { now: 'replaced', by: 'unknown' }
const pending = { pwdLastSet: '0', 'msDS-User-Account-Control-Computed': '8388608' }

describe('the standing of a write in Active Directory', () => {
  it.each([
    [7, { now: 'before' }],
    [6, noStamp],
    // Ours, or somebody else's.
    [8, noStamp],
    [9, replaced],
    [undefined, { now: 'before' }],
  ] as const)('without a stamp, of an attempt, at the key version %s', (version, standing) => {
    expect(activeDirectoryStanding(versioned(version), markAt7(), undefined)).toEqual(standing)
  })

  it.each([
    [7, { now: 'before' }],
    [8, { now: 'temporary' }],
    [9, replaced],
  ] as const)(
    'without a stamp, of a write that was looked at, at the key version %i',
    (version, standing) => {
      const mark = markAt7({ after: 8 })
      expect(activeDirectoryStanding(versioned(version), mark, undefined)).toEqual(standing)
    },
  )

  it('is not certain where the look after the write saw another key version', () => {
    expect(activeDirectoryStanding(versioned(8), markAt7({ after: 9 }), undefined)).toEqual(noStamp)
  })

  it.each([
    [8, resetId, { now: 'temporary' }],
    [9, resetId, noStamp],
    [8, `${resetId}-claim`, noStamp],
    [8, 'another', replaced],
    [7, 'another', { now: 'before' }],
  ] as const)(
    'with a stamp, of an attempt, at the key version %i with the stamp %s',
    (version, comment, standing) => {
      const mark = markAt7({ stamped: true })
      const account = versioned(version, { comment })
      expect(activeDirectoryStanding(account, mark, stampAttribute)).toEqual(standing)
    },
  )

  it('is not certain where the stamp cannot be read, or the store knows no stamp', () => {
    const mark = markAt7({ stamped: true })
    expect(activeDirectoryStanding(versioned(8), mark, stampAttribute)).toEqual(unreadable)
    expect(activeDirectoryStanding(versioned(8), mark, undefined)).toEqual(noStamp)
  })

  it('names an administrator where must-change is in force', () => {
    const account = versioned(9, pending)
    const standing = { now: 'replaced', by: 'administrator' }
    expect(activeDirectoryStanding(account, markAt7({ after: 8 }), undefined)).toEqual(standing)
  })

  it('knows the old password by pwdLastSet where the key version cannot be read', () => {
    const mark = markAt7({ seen: 'unreadable' })
    expect(activeDirectoryStanding(versioned(9), mark, undefined)).toEqual({ now: 'before' })
    const changed = versioned(9, { pwdLastSet: '134000000000000001' })
    expect(activeDirectoryStanding(changed, mark, undefined)).toEqual(unreadable)
  })

  it('stamps the throwaway that ends a temporary password differently', () => {
    const mark = markAt7({ stamped: true, passwords: 2, purpose: 'expire' })
    const ended = versioned(9, { comment: `${resetId}-ended` })
    expect(activeDirectoryStanding(ended, mark, stampAttribute)).toEqual({ now: 'temporary' })
    expect(activeDirectoryStanding(ended, markAt7({ stamped: true }), stampAttribute)).toEqual(
      replaced,
    )
  })

  it.each(['ad1.', 'ad2.a/7/1/8/', 'openldap1.a'])('of the mark %s is not known', (text) => {
    expect(activeDirectoryStanding(versioned(8), markOf(text), undefined).now).toBe('unknown')
  })
})
