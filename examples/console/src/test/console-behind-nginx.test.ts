import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import type { IncomingMessage } from 'node:http'
import { request } from 'node:https'
import { startNginx } from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { expect, it } from 'vitest'
import { readSettings } from '../settings/settings.ts'
import { startConsole } from '../start-console.ts'

const page = await readFile(new URL('../../../../docs/console.md', import.meta.url), 'utf8')
/** The block of the guide. */
const usual = /^```nginx\n(.*?)^```$/ms.exec(page)?.[1] ?? ''
const operator = { username: 'op', password: 'only for the tests of this console' }

/** A console behind nginx with TLS on port 8443, as a browser and as its log see it. */
async function start(server: string, environment: Readonly<Record<string, string>>) {
  const lines: string[] = []
  const read = readSettings({
    PORT: '0',
    OPERATOR_USERNAME: operator.username,
    OPERATOR_PASSWORD: operator.password,
    ...environment,
  })
  if (!read.ok) throw new Error(read.problems.join(' '))
  const console = await startConsole(read.settings, { log: (line) => void lines.push(line) })
  const nginx = await startNginx({
    server: server.replaceAll('127.0.0.1:3000', new URL(console.origin).host),
  })
  const host = `localhost:${nginx.port}`
  const ask = async (
    path: string,
    given: { readonly cookie?: string; readonly body?: string; readonly type?: string } = {},
  ) => {
    const { cookie, body, type = 'application/x-www-form-urlencoded' } = given
    const sent = request({
      ...{ host: nginx.host, port: nginx.port, ca: nginx.ca, servername: 'localhost', path },
      agent: false,
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        host,
        'sec-fetch-site': 'same-origin',
        ...(body === undefined ? {} : { origin: `https://${host}`, 'content-type': type }),
        ...(cookie === undefined ? {} : { cookie }),
      },
    })
    sent.end(body)
    const [answer]: IncomingMessage[] = await once(sent, 'response')
    if (!answer) throw new Error('There is no answer.')
    const cookies = (answer.headers['set-cookie'] ?? []).map((line) => line.split(';')[0])
    const text = (await answer.toArray()).join('')
    return { status: answer.statusCode ?? 0, cookie: cookies.join('; '), text }
  }
  return {
    lines,
    ask,
    signIn: () =>
      ask('/console/sign-in', { body: new URLSearchParams({ ...operator, next: '' }).toString() }),
    async [Symbol.asyncDispose]() {
      await nginx.stop()
      await console.close()
    },
  }
}

const trusted = { TRUST_PROXY: '1' }
const without = (name: string) => usual.replace(new RegExp(`.* ${name} .*\n`), '')

describeWithServer('nginx', 'the console behind nginx on port 8443', () => {
  it.each<[string, string]>([
    ['as the guide has it', usual],
    ['that loses the port', usual.replace('$http_host', '$host')],
  ])('resets a password %s', async (_, server) => {
    await using site = await start(server, trusted)
    const { status, cookie } = await site.signIn()
    expect([status, cookie]).toEqual([303, expect.stringMatching(/^__Host-/)])
    const list = await site.ask('/console/api/users?search=mina', { cookie })
    const [user] = JSON.parse(list.text).users
    const reset = await site.ask(`/console/api/users/${user.id}/force-reset`, {
      cookie,
      type: 'application/json',
      body: JSON.stringify({ version: user.version }),
    })
    expect(reset.status).toBe(200)
    expect(site.lines).toEqual([])
  })

  it.each<[string, string, Readonly<Record<string, string>>, RegExp]>([
    [
      'TRUST_PROXY is forgotten',
      usual.replace('$http_host', 'console.example'),
      {},
      /Set TRUST_PROXY=1/,
    ],
    ['nginx does not say https', without('X-Forwarded-Proto'), trusted, /send X-Forwarded-Proto/],
    ['nginx says http', usual.replace('$scheme', 'http'), trusted, /its own scheme/],
  ])('takes no password and says in the log what to change where %s', async (...given) => {
    const [, server, environment, words] = given
    await using site = await start(server.replace('$http_host', 'console.example'), environment)
    const answer = await site.signIn()
    await site.signIn()
    expect([answer.status, answer.cookie]).toEqual([403, ''])
    expect(answer.text).toContain('tell an administrator')
    expect(site.lines).toEqual([expect.stringMatching(words)])
  })

  it('says where nginx adds a part to the path that the console cannot work there', async () => {
    await using site = await start(usual.replace('location /', 'location /help/'), trusted)
    const answer = await site.ask('/help/console/sign-in')
    expect(answer.status).toBe(404)
    expect(answer.text).toContain('at the root of a host name only')
    expect(site.lines).toEqual([expect.stringMatching(/must not change the path/)])
  })

  it('says in the log that nginx loses Host, before a password is shown', async () => {
    await using site = await start(without('Host'), trusted)
    const { cookie } = await site.signIn()
    const list = await site.ask('/console/api/users?search=mina', { cookie })
    const [user] = JSON.parse(list.text).users
    const reset = await site.ask(`/console/api/users/${user.id}/force-reset`, {
      cookie,
      type: 'application/json',
      body: JSON.stringify({ version: user.version }),
    })
    expect([reset.status, JSON.parse(reset.text).code]).toEqual([403, 'cross_site'])
    expect(site.lines).toEqual([expect.stringMatching(/proxy_set_header Host \$http_host/)])
  })
})
