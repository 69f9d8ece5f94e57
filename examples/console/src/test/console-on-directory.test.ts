import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { searchFiles } from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { type DirectorySite, startDirectorySite } from '../browser/directory-site.fixture.ts'
import { type SampleDirectory, sampleDirectories } from '../demo/sample-directories.ts'
import { type OperatorClient, operatorClient } from './operator-client.fixture.ts'

const directories: readonly SampleDirectory[] = Object.values(sampleDirectories)

for (const directory of directories)
  describeWithServer(directory.needs, `the console on ${directory.title}`, () => {
    let site: DirectorySite
    let client: OperatorClient
    beforeAll(async () => {
      site = await startDirectorySite(directory)
      client = await operatorClient(site)
    })
    afterAll(async () => {
      await site?.[Symbol.asyncDispose]()
    })

    /** The account of a sample user, as a search finds it. */
    const find = async (
      username: string,
    ): Promise<{ readonly id: string; readonly version: string; readonly status: string }> => {
      const { body } = await client.api(`/users?search=${encodeURIComponent(username)}`)
      const users = Array.isArray(body['users']) ? body['users'] : []
      return users.find((user) => user.username === username)
    }
    const reset = async (username: string) => {
      const { id, version } = await find(username)
      return await client.api(`/users/${id}/force-reset`, { version, reason: 'INC-4711' })
    }

    it('lists people, and nobody else', async () => {
      const list = await client.page('/console/users')
      for (const name of ['active', 'pending', 'disabled', 'privileged'] as const)
        expect(list).toContain(`>${site.server.user(name).username}<`)
      expect(list).toContain('zofie.akesson')
      expect(list).not.toMatch(/PC1\$|helpdesk|Help Desk/)
    })

    it('finds somebody by the beginning of a name, and shows every detail', async () => {
      const found = await client.page('/console/users?search=anna')
      expect(found).toContain('1 user<')
      const { id } = await find('anna.abel')
      const details = await client.page(`/console/users/${id}`)
      for (const words of [
        id,
        'anna.abel',
        'anna.abel@example.test',
        'Anna Abel',
        'Active',
        'Created',
        'Updated',
      ])
        expect(details).toContain(words)
      expect(details).not.toContain('Not known')
    })

    it.each(['active', 'pending', 'locked'] as const)(
      'resets an account that is %s: the old password dies, the new one has to be changed',
      async (name) => {
        const { server } = site
        const { dn, username, password } = server.user(name)
        const { id } = await find(username)
        const details = async () => await client.page(`/console/users/${id}`)
        expect((await details()).includes('>Locked<')).toBe(name === 'locked')
        const { status, body } = await reset(username)
        expect(status).toBe(200)
        expect(await details()).not.toContain('>Locked<')
        const { temporaryPassword, receipt } = body
        expect(receipt).toMatchObject({
          mustChange: 'enforced',
          unlocked: name === 'locked',
          expiresAt: null,
          auditComplete: true,
        })
        expect(await server.canSignIn(dn, password)).toBe('refused')
        expect(await server.canSignIn(dn, String(temporaryPassword))).toBe('must_change')
        expect(site.audited('event_type').slice(-2)).toEqual(['reset.attempted', 'reset.applied'])
        // Positive control in the same run: the user's name is found where the password is not.
        const { sightings } = await searchFiles(
          [site.folder],
          [String(temporaryPassword), username],
        )
        expect(new Set(sightings.map(({ secret }) => secret))).toEqual(new Set([1]))
      },
    )

    it.each([
      ['disabled', 'not_eligible', /disabled|An administrator has locked/],
      ['privileged', 'privileged_user', /privileged/],
      ['nestedPrivileged', 'privileged_user', /privileged/],
      ['neverExpires', 'must_change_ineffective', /never expires|does not make users choose/],
    ] as const)(
      'refuses an account that is %s, says why, and changes nothing',
      async (name, code, words) => {
        const { server } = site
        const { dn, username, password } = server.user(name)
        const before = await server.canSignIn(dn, password)
        const { status, body } = await reset(username)
        expect([status, body['code']]).toEqual([expect.any(Number), code])
        expect(String(body['detail'])).toMatch(words)
        expect(await server.canSignIn(dn, password)).toBe(before)
      },
    )

    it('says what survives, and has no sign-in for users', async () => {
      const { id } = await find(site.server.user('second').username)
      const { body } = await client.api(`/users/${id}`)
      const survives =
        directory.product === 'active-directory'
          ? [
              ...['kerberos_tickets', 'cached_logons', 'sessions', 'in_flight_sign_ins'],
              ...['caches', 'temporary_password', 'other_credentials'],
            ]
          : ['sessions', 'in_flight_sign_ins', 'caches', 'other_credentials']
      expect(body['reset']).toMatchObject({ allowed: true, survives })
      expect((await fetch(`${site.origin}/signin`)).status).toBe(404)
      expect(readFileSync(join(site.folder, 'output.log'), 'utf8')).not.toContain('/signin')
    })

    it('has nothing to say against the sample directory at the start', () => {
      const output = readFileSync(join(site.folder, 'output.log'), 'utf8')
      expect(output).toContain(`Directory       ${site.server.url}`)
      expect(output).not.toMatch(/^ldaps?:/m)
    })
  })
