import { ForceResetError, forceReset, listUsers, noPrivilegedUsers } from '@force-reset/core'
import { everyWrongOption, plantedInWrongValues } from '@force-reset/testing'
import { leakCheck } from '@force-reset/testing/vitest'
import { describe, expect, it } from 'vitest'
import { activeDirectorySchema } from '../active-directory/options.ts'
import { ds389Schema } from '../ds389/options.ts'
import { activeDirectory, diagnose, ds389, ldapUserStore, openLdap } from '../index.ts'
import { openLdapSchema } from '../openldap/options.ts'
import type { LdapUserStoreOptions } from './options.ts'

leakCheck()

const no = () => false
const ofPeople = {
  userFilter: '(objectClass=person)',
  attributes: { username: 'uid', email: 'mail', displayName: ['cn'] },
  searchAttributes: ['uid'],
  searchMode: 'prefix',
  facts: { Department: 'departmentNumber' },
  moments: true,
  extraAttributes: ['title'],
  status: () => 'active',
  privileged: no,
  privilegedGroups: ['cn=admins,dc=example'],
  privilegedAccounts: ['cn=root,dc=example'],
} as const
const elsewhere = {
  absentMembers: ['cn=nobody,dc=example'],
  signsInElsewhere: no,
  otherHashes: 'refuse',
} as const

const store: Required<LdapUserStoreOptions> = {
  // Nothing listens there.
  url: ['ldaps://127.0.0.1:1'],
  baseDn: 'dc=example',
  bind: { dn: 'cn=service,dc=example', password: 'a password' },
  dialect: openLdap({ privilegedGroups: noPrivilegedUsers }),
  tls: { ca: 'PEM', servername: 'localhost', minVersion: 'TLSv1.2' },
  connectTimeoutMs: 1_000,
  operationTimeoutMs: 1_000,
  idleTimeoutMs: 1_000,
  cacheMs: 0,
  unlock: true,
  singleServer: true,
  now: Date.now,
}

/** What a caller without types may hand over. */
function untyped<T>(value: unknown): T {
  return value as T
}

/** Makes a store, and asks it as core does: no option may fail only then. */
async function useStore(options: object): Promise<void> {
  const made = ldapUserStore(untyped(options))
  const config = { store: made, isSelf: no, authorize: () => true, audit: () => undefined }
  const operator = { id: 'op-1' }
  const asked = [
    await forceReset(config, { operator, userId: '1', version: '1' }),
    await listUsers(config, { operator }),
    await diagnose(untyped(options)),
  ]
  made.close()
  const text = JSON.stringify(asked)
  if (text.includes(plantedInWrongValues)) throw new Error('An answer holds a foreign error.')
}

const doors: readonly (readonly [string, object, readonly string[], (wrong: object) => unknown])[] =
  [
    [
      'openLdap',
      {
        ...ofPeople,
        ...elsewhere,
        defaultPolicy: 'cn=policy',
        throwawayAccount: 'cn=x',
        shadowLastChange: true,
      },
      Object.keys(openLdapSchema.shape),
      (wrong) => openLdap(untyped(wrong)),
    ],
    [
      'ds389',
      { ...ofPeople, ...elsewhere, globalPolicy: 'cn=config', idAttribute: 'entryUUID' },
      Object.keys(ds389Schema.shape),
      (wrong) => ds389(untyped(wrong)),
    ],
    [
      'activeDirectory',
      {
        ...ofPeople,
        resetServiceAccounts: true,
        resetFormerAdministrators: true,
        stampAttribute: 'info',
      },
      Object.keys(activeDirectorySchema.shape),
      (wrong) => activeDirectory(untyped(wrong)),
    ],
    ['ldapUserStore', store, Object.keys(store), useStore],
  ]

async function faultOf(option: string, use: () => unknown): Promise<string | undefined> {
  try {
    await use()
    return undefined
  } catch (error) {
    if (!(error instanceof ForceResetError)) return `throws a foreign error: ${String(error)}`
    const isNamed = error.message.includes(option)
    return isNamed ? undefined : `does not name ${option}: ${error.message}`
  }
}

describe.each(doors)('%s', (_, working, known, use) => {
  it('works with every option that there is', async () => {
    expect(Object.keys(working).sort()).toEqual([...known].sort())
    expect(await faultOf('', () => use(working))).toBeUndefined()
  })

  it('refuses every wrong value by name, or takes the value as documented', async () => {
    // What a dialect does inside is the dialect's own affair.
    const isDialect = (value: object) => value === store.dialect
    const faults: string[] = []
    for (const { name, path, options } of everyWrongOption(working, isDialect)) {
      const fault = await faultOf(String(path[0]), () => use(options))
      if (fault !== undefined) faults.push(`${name} ${fault}`)
    }
    expect(faults).toEqual([])
  })
})

it('is a test that finds faults', async () => {
  const foreign = await faultOf('url', () => Object(undefined).missing.field)
  expect(foreign).toContain('foreign error')
  const unnamed = () => Promise.reject(new ForceResetError('ERR_INVALID_CONFIG', 'x: bind'))
  expect(await faultOf('url', unnamed)).toContain('does not name url')
})
