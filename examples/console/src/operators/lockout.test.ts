import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { readSettings } from '../settings/settings.ts'
import { type RunningConsole, startConsole } from '../start-console.ts'

const operator = { username: 'operator', password: 'only for the tests of this console' }
const minuteMs = 60_000

/** An answer to an attempt: what a stranger can see of it. */
interface Answer {
  readonly status: number
  readonly cookies: string
  readonly seen: string
}

describe('signing in while strangers guess', () => {
  let console: RunningConsole
  let time = Date.now()
  beforeAll(async () => {
    const read = readSettings({
      PORT: '0',
      TRUST_PROXY: '1',
      OPERATOR_USERNAME: operator.username,
      OPERATOR_PASSWORD: operator.password,
    })
    if (!read.ok) throw new Error(read.problems.join(' '))
    console = await startConsole(read.settings, { log: () => undefined, now: () => time })
  })
  afterAll(() => console.close())

  const ask = async (
    path: string,
    options: { readonly from: string; readonly cookies?: string; readonly form?: object },
  ): Promise<Answer> => {
    const { from, cookies = '', form } = options
    const response = await fetch(`${console.origin}${path}`, {
      redirect: 'manual',
      headers: { 'x-forwarded-proto': 'https', 'x-forwarded-for': from, cookie: cookies },
      ...(form ? { method: 'POST', body: new URLSearchParams({ ...form }) } : {}),
    })
    const body = await response.text()
    const headers = [...response.headers].filter(([name]) => name !== 'date')
    return {
      status: response.status,
      cookies: response.headers
        .getSetCookie()
        .map((line) => line.split(';')[0])
        .join('; '),
      seen: JSON.stringify([headers, body]),
    }
  }
  const signIn = (
    from: string,
    given: { readonly cookies?: string; readonly form?: object } = {},
  ) => ask('/console/sign-in', { from, form: operator, ...given })
  const guess = (from: string, form: object = {}) =>
    signIn(from, { form: { ...operator, password: 'a guess', ...form } })
  const guessFromEverywhere = async (form: object = {}) => {
    const answers: Answer[] = []
    for (let address = 0; address < 160; address += 1)
      answers.push(await guess(`10.0.0.${address}`, form))
    return answers
  }

  it('lets the operator at the known browser in, at the very address of the attacker', async () => {
    const desk = '192.0.2.7'
    const { cookies, seen, status } = await signIn(desk)
    expect(status).toBe(303)
    expect(seen).toMatch(/__Host-operator_browser=[\w-]{43}; Path=\/; HttpOnly; SameSite=Strict/)
    expect(seen).toContain('Max-Age=15552000')
    for (let attempt = 0; attempt < 12; attempt += 1) await guess(desk)
    await guessFromEverywhere()
    const refused = await signIn(desk)
    expect(refused.status).toBe(429)
    expect(refused.seen).toContain('A browser in which you have signed in before need not wait.')
    expect((await signIn(desk, { cookies })).status).toBe(303)
  })

  it('lets the operator in with a new browser, after a typing error within minutes', async () => {
    await guessFromEverywhere()
    const newDesk = '198.51.100.8'
    expect((await guess(newDesk)).status).toBe(401)
    expect((await signIn(newDesk)).status).toBe(429)
    time += 5 * minuteMs
    await guessFromEverywhere()
    expect((await signIn(newDesk)).status).toBe(303)
  })

  it('gives nobody more tries for a cookie of another name, or a made-up one', async () => {
    time += 60 * minuteMs
    const mine = await signIn('192.0.2.9')
    for (let attempt = 0; attempt < 10; attempt += 1) await guess('192.0.2.10', { username: 'kim' })
    for (const cookies of [mine.cookies, `__Host-operator_browser=${'x'.repeat(43)}`])
      expect(
        (await signIn('192.0.2.10', { cookies, form: { username: 'kim', password: 'x' } })).status,
      ).toBe(429)
  })

  it('gives a known browser ten wrong tries, and then one more every 90 seconds', async () => {
    const { cookies } = await signIn('192.0.2.11')
    const wrong = { cookies, form: { ...operator, password: 'a guess' } }
    const statuses = []
    for (let attempt = 0; attempt < 12; attempt += 1)
      statuses.push((await signIn('192.0.2.11', wrong)).status)
    expect(statuses).toEqual([...Array(10).fill(401), 429, 429])
    time += 90_000
    expect((await signIn('192.0.2.11', { cookies })).status).toBe(303)
  })

  it('answers attempts with a name that is nobody’s as those with the operator’s', async () => {
    time += 60 * minuteMs
    const real = await guessFromEverywhere()
    time += 60 * minuteMs
    const nobody = await guessFromEverywhere({ username: 'anybody!' })
    const withoutName = ({ seen }: Answer) => seen.replaceAll(/operator(?=\\")|anybody!/g, 'name')
    expect(real.map(withoutName)).toEqual(nobody.map(withoutName))
  })

  it('says at the field that a typed text begins or ends with a space, and tries it', async () => {
    time += 60 * minuteMs
    const at = (form: object) => guess('192.0.2.12', form)
    const spaces = 'The password that you typed begins or ends with a space.'
    for (const password of [` ${operator.password}`, `${operator.password}\u00a0`]) {
      const answer = await at({ password })
      expect(answer.status).toBe(401)
      expect(answer.seen).toContain(spaces)
      expect(answer.seen).not.toContain(operator.password)
    }
    expect((await at({})).seen).not.toContain(spaces)
    expect((await at({ username: 'operator ' })).seen).toContain(
      'The username that you typed begins or ends with a space.',
    )
    const user = { username: 'mina.okafor', password: 'wrong ' }
    expect((await ask('/signin', { from: '192.0.2.12', form: user })).seen).toContain(spaces)
  })

  it('says why somebody has to sign in again, and leads back to the same page', async () => {
    const { cookies } = await signIn('192.0.2.13')
    const page = '/console/users?search=oskar&status=active'
    expect((await ask(page, { from: '192.0.2.13', cookies })).status).toBe(200)
    const why = async () => {
      const next = `/console/sign-in?next=${encodeURIComponent(page)}`
      const sent = await ask(page, { from: '192.0.2.13', cookies })
      expect(sent.seen).toContain(next)
      return (await ask(next, { from: '192.0.2.13', cookies })).seen
    }
    time += 15 * minuteMs
    expect(await why()).toContain('You were signed out after 15 minutes without use.')
    const again = await signIn('192.0.2.13', { cookies, form: { ...operator, next: page } })
    expect(again.seen).toContain(JSON.stringify(page).slice(1, -1))
    expect(await why()).toContain('You are not signed in any more.')
    const fresh = await ask('/console/sign-in', { from: '192.0.2.13' })
    expect(fresh.seen).not.toContain('signed out')
    expect(fresh.seen).not.toContain('not signed in')
  })
})
