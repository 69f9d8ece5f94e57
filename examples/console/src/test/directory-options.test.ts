import type { DirectoryServer } from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { operator } from '../browser/console-site.fixture.ts'
import { environmentFor, sampleDirectories } from '../demo/sample-directories.ts'
import { readSettings } from '../settings/settings.ts'
import { startConsole } from '../start-console.ts'
import { operatorClient } from './operator-client.fixture.ts'

/** The same for a directory, which compares in one form of Unicode (RFC 4518, section 2.3). */
const fullWidth = (text: string) =>
  text.replace(/[a-z]/g, (letter) => String.fromCharCode(letter.charCodeAt(0) + 0xfee0))

describeWithServer('slapd', 'a console on a directory with variables of its own', () => {
  let server: DirectoryServer
  beforeAll(async () => {
    server = await sampleDirectories.openldap.start()
  })
  afterAll(async () => {
    await server?.stop()
  })

  /** What the API says of one sample user, on a console with these variables. */
  const viewed = async (
    name: 'active' | 'second' | 'pending',
    change: Readonly<Record<string, string>>,
  ) => {
    const read = readSettings({
      ...environmentFor(sampleDirectories.openldap, server),
      AUDIT_DATABASE: ':memory:',
      OPERATOR_USERNAME: operator.username,
      OPERATOR_PASSWORD: operator.password,
      PORT: '0',
      ...change,
    })
    if (!read.ok) throw new Error(read.problems.join(' '))
    const console = await startConsole(read.settings, { log: () => undefined })
    try {
      const client = await operatorClient({ origin: console.origin, operator })
      const { username } = server.user(name)
      const list = await client.api(`/users?search=${username}`)
      const users = Array.isArray(list.body['users']) ? list.body['users'] : []
      const { id } = users.find((user) => user.username === username)
      return (await client.api(`/users/${id}`)).body
    } finally {
      await console.close()
    }
  }

  it('resets an account that no variable is about', async () => {
    const { username } = server.user('second')
    const change = { LDAP_SUSPENDED_WHERE: `uid=${username}`, LDAP_SEARCH_MODE: 'prefix' }
    expect(await viewed('active', change)).toMatchObject({
      user: { status: 'active', privileged: false },
      reset: { allowed: true },
    })
  })

  it.each([
    [
      'LDAP_SUSPENDED_WHERE',
      (name: string) => `employeeType=left; uid=${name.toUpperCase()}`,
      { user: { status: 'suspended' }, reset: { code: 'not_eligible' } },
    ],
    [
      'LDAP_PRIVILEGED_WHERE',
      (name: string) => `uid=${name}`,
      { user: { privileged: true }, reset: { code: 'privileged_user' } },
    ],
    [
      'LDAP_PRIVILEGED_WHERE',
      (name: string) => `uid=${fullWidth(name)}`,
      { user: { privileged: true }, reset: { code: 'privileged_user' } },
    ],
    [
      'LDAP_SIGNS_IN_ELSEWHERE',
      (name: string) => `description=*;uid=${name}`,
      { reset: { code: 'not_eligible' } },
    ],
    [
      'LDAP_PRIVILEGED_ACCOUNTS',
      (_: string, dn: string) => dn,
      { user: { privileged: true }, reset: { code: 'privileged_user' } },
    ],
  ])('%s keeps an account from being reset', async (variable, valueFor, seen) => {
    const { dn, username } = server.user('active')
    expect(await viewed('active', { [variable]: valueFor(username, dn) })).toMatchObject(seen)
  })
})
