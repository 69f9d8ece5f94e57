import { once } from 'node:events'
import { type IncomingMessage, request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readSettings } from './settings/settings.ts'
import { type RunningConsole, startConsole } from './start-console.ts'

const operator = { username: 'mina.okafor', password: 'only for the tests of this console' }

interface Answer {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: string
}

/** A console with sample accounts; its operator has the name of one of them. */
async function start(environment: Readonly<Record<string, string>> = {}): Promise<RunningConsole> {
  const read = readSettings({
    PORT: '0',
    OPERATOR_USERNAME: operator.username,
    OPERATOR_PASSWORD: operator.password,
    ...environment,
  })
  if (!read.ok) throw new Error(read.problems.join(' '))
  return await startConsole(read.settings, { log: () => undefined })
}

/** One request as it is, without what a browser would add. */
async function send(
  origin: string,
  path: string,
  options: { readonly headers?: Readonly<Record<string, string>>; readonly form?: object } = {},
) {
  const { hostname, port } = new URL(origin)
  const outgoing = request({
    ...{ hostname, port, path, method: options.form ? 'POST' : 'GET' },
    headers: {
      ...(options.form ? { 'content-type': 'application/x-www-form-urlencoded' } : {}),
      ...options.headers,
    },
  })
  outgoing.end(options.form && new URLSearchParams({ ...options.form }).toString())
  const [incoming]: IncomingMessage[] = await once(outgoing, 'response')
  if (!incoming) throw new Error('There is no answer.')
  const answer: Answer = {
    status: incoming.statusCode ?? 0,
    headers: incoming.headers,
    body: (await incoming.toArray()).join(''),
  }
  return answer
}

const cookieOf = ({ headers }: Answer): string =>
  (headers['set-cookie'] ?? []).map((line) => line.split(';')[0]).join('; ')

describe('the console', () => {
  let console: RunningConsole
  beforeAll(async () => {
    console = await start()
  })
  afterAll(() => console.close())

  const signIn = (headers: Readonly<Record<string, string>> = {}) =>
    send(console.origin, '/console/sign-in', { form: operator, headers })

  it.each(['/console/sign-in', '/signin'])(
    'reads a form on %s whose length was not announced',
    async (path) => {
      const answer = await send(console.origin, path, {
        form: { username: 'nobody', password: 'nothing' },
        headers: { 'transfer-encoding': 'chunked' },
      })
      expect(answer.status).toBe(401)
      expect((await signIn({ 'transfer-encoding': 'chunked' })).status).toBe(303)
    },
  )

  it.each<Readonly<Record<string, string>>>([{}, { 'transfer-encoding': 'chunked' }])(
    'refuses a form that is too large, with %o',
    async (headers) => {
      const answer = await send(console.origin, '/console/sign-in', {
        form: { username: 'x'.repeat(20_000) },
        headers,
      })
      expect([answer.status, answer.body.includes('What was typed is too long.')]).toEqual([
        413,
        true,
      ])
    },
  )

  it.each([
    ['for another name', { host: 'console.example.com' }],
    ['from elsewhere', { 'x-forwarded-for': '203.0.113.9' }],
    [
      'over an unencrypted way to a proxy',
      { host: 'console.example.com', 'x-forwarded-proto': 'http' },
    ],
  ])('takes no password %s', async (_, headers) => {
    const answer = await signIn(headers)
    expect(answer.status).toBe(403)
    expect(answer.headers['set-cookie']).toBeUndefined()
    expect((await send(console.origin, '/signin', { headers })).status).toBe(403)
  })

  it('says on every page, sign-ins included, that the connection is not encrypted', async () => {
    const open = await start({ HOST: '127.0.0.1', ALLOW_INSECURE_HTTP: '1' })
    try {
      for (const path of ['/console/sign-in', '/signin'])
        expect(
          (await send(open.origin, path, { headers: { host: 'console.example.com' } })).body,
        ).toContain('connection to this console is not encrypted')
      expect((await send(console.origin, '/console/sign-in')).body).not.toContain(
        'connection to this console is not encrypted',
      )
    } finally {
      await open.close()
    }
  })

  it('takes an account with the name of the operator for their own', async () => {
    const cookie = cookieOf(await signIn())
    const list = await send(console.origin, `/console/api/users?search=${operator.username}`, {
      headers: { cookie },
    })
    const [user] = JSON.parse(list.body).users
    expect(
      JSON.parse(
        (await send(console.origin, `/console/api/users/${user.id}`, { headers: { cookie } })).body,
      ).reset,
    ).toMatchObject({
      allowed: false,
      code: 'own_account',
    })
  })

  it('answers the API for an address that is sent whole, as proxies do', async () => {
    const cookie = cookieOf(await signIn())
    const answer = await send(console.origin, `${console.origin}/console/api/users`, {
      headers: { cookie },
    })
    expect(answer.status).toBe(200)
  })

  it('calls an account that is not there by no other name in the audit trail', async () => {
    const cookie = cookieOf(await signIn())
    expect(
      (await send(console.origin, '/console/users/4711000', { headers: { cookie } })).status,
    ).toBe(404)
    const trail = (await send(console.origin, '/console/audit', { headers: { cookie } })).body
    expect(trail).toContain('Account not found')
    expect(trail).not.toContain('href="/console/users/4711000"')
    expect(trail).not.toContain('audit-event">Access denied')
  })
})

describe('a user with a temporary password', () => {
  it('cannot choose the same in other letters, and not try without end', async () => {
    const console = await start({ OPERATOR_USERNAME: 'operator' })
    try {
      const cookie = cookieOf(
        await send(console.origin, '/console/sign-in', {
          form: { ...operator, username: 'operator' },
        }),
      )
      const headers = { cookie, 'content-type': 'application/json' }
      const [user] = JSON.parse(
        (await send(console.origin, '/console/api/users?search=mina', { headers: { cookie } }))
          .body,
      ).users
      const response = await fetch(`${console.origin}/console/api/users/${user.id}/force-reset`, {
        ...{ method: 'POST', headers },
        body: JSON.stringify({ version: user.version }),
      })
      const { temporaryPassword } = await response.json()
      const session = cookieOf(
        await send(console.origin, '/signin', {
          form: { username: user.username, password: temporaryPassword },
        }),
      )
      const choose = (password: string) =>
        send(console.origin, '/change-password', {
          form: { password, repeated: password },
          headers: { cookie: session },
        })
      for (const same of [
        temporaryPassword,
        temporaryPassword.toUpperCase(),
        ` ${temporaryPassword} `,
      ]) {
        const answer = await choose(same)
        expect([answer.status, answer.body.includes('That is the temporary password.')]).toEqual([
          422,
          true,
        ])
      }
      const statuses: number[] = []
      for (let attempt = 0; attempt < 8; attempt += 1)
        statuses.push((await choose(temporaryPassword)).status)
      expect(statuses.at(-1)).toBe(429)
    } finally {
      await console.close()
    }
  })
})

describe('the trail of failed sign-ins', () => {
  it('names a known operator and nobody else, and the limit once a window', async () => {
    const console = await start()
    try {
      const signIn = (username: string, password: string) =>
        send(console.origin, '/console/sign-in', {
          form: { username, password, next: '' },
          headers: { 'x-request-id': 'q-4711' },
        })
      const typed = 'a password in the wrong field'
      await signIn('MINA.OKAFOR', 'wrong')
      await signIn(typed, 'wrong')
      const cookie = cookieOf(await signIn(operator.username, operator.password))
      for (let i = 0; i < 14; i += 1) await signIn(typed, 'wrong')
      const page = (await send(console.origin, '/console/audit', { headers: { cookie } })).body
      // The filter above the table names the events too.
      const trail = page.slice(page.indexOf('<table'))
      const times = (words: string) => trail.split(words).length - 1
      expect(trail).not.toContain(typed)
      expect(times('Operator sign-in failed')).toBe(11)
      expect(times('An unknown name')).toBe(11)
      expect(times('Too many operator sign-ins')).toBe(1)
      expect(times('Request q-4711')).toBe(13)
      expect(times('From 127.0.0.1')).toBe(13)
      expect(times('<bdi>mina<wbr>.okafor</bdi>')).toBe(2)
    } finally {
      await console.close()
    }
  })

  it('tells of a denial by a page which request it was', async () => {
    const console = await start()
    try {
      const form = { ...operator, next: '' }
      const cookie = cookieOf(await send(console.origin, '/console/sign-in', { form }))
      const headers = { cookie, 'x-request-id': 'q-4712' }
      for (let i = 0; i < 40; i += 1)
        await send(console.origin, `/console/users/none-${i}`, { headers })
      const trail = (await send(console.origin, '/console/audit', { headers: { cookie } })).body
      expect(trail.split('Request q-4712').length - 1).toBe(30)
    } finally {
      await console.close()
    }
  })
})
