import { expect, it } from 'vitest'
import { operator } from '../browser/console-site.fixture.ts'
import { readSettings, type Settings } from '../settings/settings.ts'
import { startConsole } from '../start-console.ts'
import { operatorClient } from './operator-client.fixture.ts'

function settingsOf(environment: Readonly<Record<string, string>>): Settings {
  const read = readSettings({
    OPERATOR_USERNAME: operator.username,
    OPERATOR_PASSWORD: operator.password,
    PORT: '0',
    ...environment,
  })
  if (!read.ok) throw new Error(read.problems.join(' '))
  return { ...read.settings, users: { in: 'samples' } }
}

/** The cookies of somebody who is signed in on the user's side. */
async function signInAs(
  origin: string,
  user: { readonly username: string; readonly password: string },
): Promise<string> {
  const { username, password } = user
  const signedIn = await fetch(`${origin}/signin`, {
    method: 'POST',
    body: new URLSearchParams({ username, password }),
    redirect: 'manual',
  })
  return signedIn.headers
    .getSetCookie()
    .map((line) => line.split(';')[0])
    .join('; ')
}

it('identifies a caller by somebody who vouches, and who may do nothing else', async () => {
  const settings = settingsOf({ CALLER_VERIFICATION: 'counter,vouch' })
  const console = await startConsole(settings, { log: () => undefined })
  try {
    const { origin, demo } = console
    if (!demo) throw new Error('There are no sample accounts.')
    const client = await operatorClient({ origin, operator })
    const { body } = await client.api('/users?search=oskar.berg')
    const [user] = Array.isArray(body['users']) ? body['users'] : []
    const path = `/users/${user.id}`
    const reset = (proofs: readonly unknown[]) =>
      client.api(`${path}/force-reset`, { version: user.version, proofs })
    expect((await reset([])).body['code']).toBe('verification_required')
    const seen = JSON.stringify((await client.api(path)).body)
    const [, voucherId] = /"vouchers":\[\{"id":"(\d+)","name":"Mina Okafor"/.exec(seen) ?? []
    const asked = { method: 'second_person', voucherId }
    expect((await client.api(`${path}/start-verification`, asked)).status).toBe(200)

    const cookie = await signInAs(origin, demo.user)
    const send = async (address: string, json?: object) =>
      await fetch(`${origin}${address}`, {
        headers: { cookie, ...(json ? { 'content-type': 'application/json' } : {}) },
        redirect: 'manual',
        ...(json ? { method: 'POST', body: JSON.stringify(json) } : {}),
      })
    expect(await (await send('/welcome')).text()).toContain('href="/vouch"')
    expect(await (await send('/vouch')).text()).toContain('<force-reset-vouch base="/vouch/api">')
    expect((await send('/vouch/api/element-vouch.js')).status).toBe(200)
    expect((await send('/vouch/api/users')).status).toBe(403)
    expect((await send(`/vouch/api${path}`)).status).toBe(403)
    expect((await send('/console/api/users')).status).toBe(401)
    const { vouches } = await (await send('/vouch/api/vouches', {})).json()
    expect(vouches).toMatchObject([{ user: { username: 'oskar.berg' } }])
    const [{ verificationId }] = vouches
    const { code } = await (await send('/vouch/api/vouch', { verificationId })).json()
    const answer = { method: 'second_person', answer: code }
    const answered = await client.api(`${path}/answer-verification`, answer)
    expect((await reset([answered.body['proof']])).status).toBe(200)
  } finally {
    await console.close()
  }
})

it('has no page and no API for vouching where nobody vouches', async () => {
  for (const way of ['none', 'counter']) {
    const settings = settingsOf({ CALLER_VERIFICATION: way })
    const console = await startConsole(settings, { log: () => undefined })
    try {
      for (const path of ['/vouch', '/vouch/api/vouches', '/vouch/api/element-vouch.js'])
        expect((await fetch(`${console.origin}${path}`)).status).toBe(404)
    } finally {
      await console.close()
    }
  }
})
