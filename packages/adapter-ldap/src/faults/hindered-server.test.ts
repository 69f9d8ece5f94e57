import { execFile } from 'node:child_process'
import { readdir } from 'node:fs/promises'
import { promisify } from 'node:util'
import { type DirectoryServer, ldifReplace, startOpenLdap } from '@force-reset/testing'
import { boastingStore, runFaultCampaign } from '@force-reset/testing/faults'
import { describeWithServer } from '@force-reset/testing/vitest'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { storeOptions } from '../fixtures/directory-subject.ts'
import {
  type FaultServer,
  faultProducts,
  openLdapForFaults,
  readyLdif,
} from '../fixtures/fault-products.ts'
import {
  type Breakage,
  type FaultyDirectory,
  faultyDirectory,
  passingTime,
} from '../fixtures/faulty-directory.ts'
import { resetUser, temporaryPassword } from '../fixtures/reset-user.ts'
import { ldapUserStore } from '../store/ldap-user-store.ts'

const run = promisify(execFile)

/** What hinders a server, and how the hindrance ends. */
interface Hindrance {
  readonly fault: string
  /** The code of the refusal. */
  readonly said: string
  begin(): Promise<unknown>
  end(): Promise<unknown>
}

/** Settings that an administrator changes between the look-up and the write. */
function settings(server: DirectoryServer): readonly Hindrance[] {
  const set = (dn: string, values: Record<string, string | readonly string[] | undefined>) => () =>
    server.modify(ldifReplace(dn, values))
  const operator = server.operator.dn
  switch (server.product) {
    case 'openldap': {
      const database = 'olcDatabase={1}mdb,cn=config'
      const change = (change: string) => () =>
        server.modify(`dn: ${database}\nchangetype: modify\n${change}\n\n`)
      const rule = `{0}to attrs=userPassword by dn.exact="${operator}" none by * break`
      return [
        {
          fault: 'read-only between look-up and write',
          said: 'store_denied',
          begin: set(database, { olcReadOnly: 'TRUE' }),
          end: set(database, { olcReadOnly: 'FALSE' }),
        },
        {
          fault: 'right taken away between look-up and write',
          said: 'store_denied',
          begin: change(`add: olcAccess\nolcAccess: ${rule}`),
          end: change('delete: olcAccess\nolcAccess: {0}'),
        },
      ]
    }
    case '389ds': {
      const mapping = `cn=dc\\3Dexample\\2Cdc\\3Dtest,cn=mapping tree,cn=config`
      const rule =
        '(targetattr="userPassword")(version 3.0; acl "hindrance"; ' +
        `deny(write) userdn="ldap:///${operator}";)`
      const change = (verb: 'add' | 'delete') => () =>
        server.modify(`dn: ${server.peopleDn}\nchangetype: modify\n${verb}: aci\naci: ${rule}\n\n`)
      return [
        {
          fault: 'read-only between look-up and write',
          said: 'store_denied',
          begin: set('cn=config', { 'nsslapd-readonly': 'on' }),
          end: set('cn=config', { 'nsslapd-readonly': 'off' }),
        },
        {
          fault: 'right taken away between look-up and write',
          said: 'store_denied',
          begin: change('add'),
          end: change('delete'),
        },
        {
          fault: 'referral between look-up and write',
          // 389-ds refers a modify. The operation that sets a password (RFC 3062) it carries out.
          said: 'applied',
          begin: set(mapping, {
            'nsslapd-referral': 'ldap://127.0.0.1:1/dc=example,dc=test',
            'nsslapd-state': 'referral on update',
          }),
          end: set(mapping, { 'nsslapd-state': 'backend', 'nsslapd-referral': undefined }),
        },
      ]
    }
    case 'samba':
      return []
    default:
      return server.product satisfies never
  }
}

function hindered({ fault, begin, end }: Hindrance): Breakage {
  return {
    fault,
    at: fault,
    moment: 'write',
    break: begin,
    afterwards: end,
    mayBeUnknown: false,
  }
}

const limitOf = (server: DirectoryServer, limit: string) =>
  run('prlimit', ['--pid', String(server.pid), limit])

/** A server that can open no further connection, until the connecting is given up. */
function outOfConnections(server: DirectoryServer, close: () => Promise<void>): Breakage {
  const time = passingTime()
  return {
    fault: 'out of connections before the look-up',
    at: 'out of connections',
    moment: 'look_up',
    break: async () => {
      await close()
      const open = (await readdir(`/proc/${server.pid}/fd`)).map(Number)
      await limitOf(server, `--nofile=${Math.min(...gapsIn(open))}:4096`)
      time.begin()
    },
    afterwards: async () => {
      time.end()
      await limitOf(server, '--nofile=4096:4096')
    },
    mayBeUnknown: false,
  }
}

/** Numbers that a new descriptor may get. */
function gapsIn(open: readonly number[]): readonly number[] {
  return Array.from({ length: open.length + 1 }, (_, number) => number).filter(
    (number) => !open.includes(number),
  )
}

/**
 * A server that cannot make a file longer, as on a full disk; slapd ends over that. Samba writes
 * through memory into files that are long enough, so that nothing would happen there.
 */
function fullDisk(server: DirectoryServer): Breakage {
  return {
    fault: 'disk full between look-up and write',
    at: 'disk full',
    moment: 'write',
    break: () => limitOf(server, '--fsize=0:unlimited'),
    afterwards: () => server.restart(),
    mayBeUnknown: true,
  }
}

for (const { store, needs, start } of faultProducts) {
  describeWithServer(needs, `resets on ${store} that the server is hindered in`, () => {
    let found: FaultServer
    let directory: FaultyDirectory
    beforeAll(async () => {
      found = await start()
      directory = await faultyDirectory(found)
    })
    afterAll(async () => {
      await directory.close()
      await found.server.stop()
    })

    const campaign = (kind: string, faults: readonly Breakage[]) =>
      runFaultCampaign({
        name: `${needs}-${kind}`,
        store,
        subject: directory.subject,
        faults: faults.map(directory.planned),
        quick: faults.length,
      })

    // A read-only Samba is a controller of another kind (RODC), which takes a domain of two.
    if (needs !== 'samba')
      it('say the truth of a server that may not write any more', async () => {
        const hindrances = settings(found.server)
        const report = await campaign('hindered', hindrances.map(hindered))
        expect(report).toMatchObject({ lies: [], missed: [] })
        expect(report.counts.map(({ said }) => said)).toEqual(hindrances.map(({ said }) => said))
      })

    it('say the truth of a server that opens no connection', async () => {
      const faults = [outOfConnections(found.server, directory.subject.close)]
      const report = await campaign('out-of-connections', faults)
      expect(report).toMatchObject({ lies: [], missed: [] })
    })

    if (needs === 'samba') return
    it('say the truth of a server whose disk is full', async () => {
      const report = await campaign('disk-full', [fullDisk(found.server)])
      expect(report).toMatchObject({ lies: [], missed: [] })
    })
  })
}

describeWithServer('slapd', 'a slapd that is full', () => {
  // A change may find room where a new entry (80) does not.
  it('says the truth of a reset, whether there is room for it or not', async () => {
    await using server = await startOpenLdap({ databaseBytes: 400_000 })
    const fill = async (): Promise<void> => {
      for (;;) await server.createUser()
    }
    await expect(fill()).rejects.toThrow('ended with status 80')
    const user = server.user('active')
    const { dialect } = openLdapForFaults(server)
    const store = ldapUserStore({ ...storeOptions(server), dialect })
    const result = await resetUser(store, user)
    store.close()
    expect(result.ok || result.code === 'store_unavailable').toBe(true)
    const old = await server.canSignIn(user.dn, user.password)
    expect(old).toBe(result.ok ? 'refused' : 'ok')
    if (result.ok)
      expect(await server.canSignIn(user.dn, temporaryPassword(result))).toBe('must_change')
  })

  it('is judged by a campaign that finds the lie of a store that boasts', async () => {
    const found = openLdapForFaults(await startOpenLdap({ ldif: readyLdif() }))
    const directory = await faultyDirectory(found)
    const faults = settings(found.server).map(hindered).map(directory.planned)
    const { lies } = await runFaultCampaign({
      name: 'control',
      store: 'broken',
      subject: directory.subject,
      faults,
      quick: faults.length,
      meddle: boastingStore,
    })
    expect(lies.length).toBeGreaterThan(0)
    await directory.close()
    await found.server.stop()
  })
})
