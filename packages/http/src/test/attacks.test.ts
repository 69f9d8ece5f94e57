import { once } from 'node:events'
import { connect } from 'node:net'
import { describe, expect, it } from 'vitest'
import { wireProblemSchema } from '../wire/wire.ts'
import { json, withBothShells } from './both-shells.fixture.ts'

/** Sends bytes as they are and collects what comes back until the server closes. */
async function raw(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => void chunks.push(chunk))
  socket.on('error', () => undefined)
  socket.write(bytes)
  await once(socket, 'close')
  return Buffer.concat(chunks).toString('latin1')
}

const lines = (...all: readonly string[]): string => all.join('\r\n')

withBothShells('an attacker', (shell) => {
  it.each<[string, string, string]>([
    ['a prototype in place of fields', '{"__proto__":{"version":"x"}}', '__proto__'],
    ['a prototype beside the fields', '{"version":"x","__proto__":{"reason":"y"}}', '__proto__'],
    ['a constructor', '{"version":"x","constructor":{"prototype":{"polluted":1}}}', 'constructor'],
    ['a version that is an object', '{"version":{"toString":"x"}}', 'version'],
    ['a version that is a list', '{"version":["x"]}', 'version'],
    [
      'fields for core that are not for clients',
      '{"version":"x","operator":{"id":"root"}}',
      'operator',
    ],
    ['the absence of a version by name', '{"version":true}', 'version'],
    ['another account', '{"version":"x","userId":"3"}', 'userId'],
    ['lists without end', '['.repeat(8_000) + ']'.repeat(8_000), 'body'],
  ])('gets nowhere with %s', async (_, body, field) => {
    await using subject = await shell.start()
    const reply = await subject.send({
      method: 'POST',
      path: '/users/1/force-reset',
      headers: json,
      body,
    })
    expect(wireProblemSchema.parse(reply.json())).toMatchObject({
      code: 'invalid_request',
      parameters: { field },
    })
    expect(Reflect.get({}, 'polluted')).toBeUndefined()
    expect(subject.store.writes).toBe(0)
  })

  it('gets the last of two equal fields taken, and so needs the right version', async () => {
    await using subject = await shell.start()
    const version = JSON.stringify(await subject.versionOf('1'))
    const reset = (body: string) =>
      subject.send({ method: 'POST', path: '/users/1/force-reset', headers: json, body })
    expect((await reset(`{"version":${version},"version":"stale"}`)).status).toBe(409)
    expect((await reset(`{"version":"stale","version":${version}}`)).status).toBe(200)
  })

  it.each([
    'text/plain; application/json',
    'application/json, text/plain',
    'application/json; charset=utf-16',
    'application/json; charset=utf-7',
    'application/json; boundary=x',
    'application/jsonx',
    'text/json',
    'application/merge-patch+json',
    'application/json;charset=utf-8;charset=utf-16',
  ])('gets nowhere with the type %s', async (type) => {
    await using subject = await shell.start()
    expect((await subject.reset('1', {}, { 'content-type': type })).status).toBe(415)
    expect(subject.store.writes).toBe(0)
  })

  it.each([
    'application/json; charset=utf-8',
    'application/json;charset="UTF-8"',
    'Application/JSON ; charset=UTF-8',
  ])('is not taken for one with the type %s', async (type) => {
    await using subject = await shell.start()
    expect((await subject.reset('1', {}, { 'content-type': type })).status).toBe(200)
  })

  it.each([
    '/users/..%2f1/force-reset',
    '/users/1%2fforce-reset/force-reset',
    '/users/1%00/force-reset',
    '/users/1;admin/force-reset',
    '/users/1%3f/force-reset',
    '/users/%31%2e/force-reset',
    '/users/__proto__/force-reset',
  ])('reaches no other account with the address %s', async (path) => {
    await using subject = await shell.start()
    const version = await subject.versionOf('1')
    const reply = await subject.send({
      method: 'POST',
      path,
      headers: json,
      body: JSON.stringify({ version }),
    })
    expect(reply.status).toBe(404)
    expect(subject.store.writes).toBe(0)
  })

  it.each([
    'localhost@evil.example',
    'evil.example#localhost',
    'evil.example?localhost',
    'evil.example/localhost',
    'localhost.evil.example',
    '127.0.0.1.evil.example',
    '[::1].evil.example',
    'localhost%2eevil.example',
  ])('is not on this machine by the host %s', async (host) => {
    await using subject = await shell.start()
    const reply = await raw(
      subject.served.port,
      lines('GET /users HTTP/1.1', `Host: ${host}`, 'Connection: close', '', ''),
    )
    // The bridge of the tests cannot make a URL of some of them, and hangs up.
    expect(
      reply === '' || reply.startsWith('HTTP/1.1 403 ') || reply.startsWith('HTTP/1.1 404 '),
    ).toBe(true)
    expect(reply).not.toContain('"users"')
  })

  it('resets nothing with a second request hidden in the body of the first', async () => {
    await using subject = await shell.start()
    const version = await subject.versionOf('1')
    const body = JSON.stringify({ version })
    const hidden = lines(
      'POST /users/1/force-reset HTTP/1.1',
      'Host: localhost',
      'Content-Type: application/json',
      `Content-Length: ${body.length}`,
      '',
      body,
    )
    const bothLengths = lines(
      'POST /users/2/force-reset HTTP/1.1',
      'Host: localhost',
      'Content-Type: application/json',
      'Content-Length: 5',
      'Transfer-Encoding: chunked',
      '',
      '0',
      '',
      hidden,
    )
    expect(await raw(subject.served.port, bothLengths)).toMatch(/^HTTP\/1\.1 400 /)
    expect(subject.store.writes).toBe(0)
  })

  it('does not get a body read to its end that is too large', async () => {
    await using subject = await shell.start({ bodyLimitBytes: 100 })
    const head = lines(
      'POST /users/1/force-reset HTTP/1.1',
      'Host: localhost',
      'Content-Type: application/json',
      'Content-Length: 1000000',
      '',
      '',
    )
    const socket = connect(subject.served.port, '127.0.0.1')
    socket.on('error', () => undefined)
    socket.write(head + 'x'.repeat(1_000))
    const [first] = await once(socket, 'data')
    expect(String(first)).toMatch(/^HTTP\/1\.1 413 /)
    socket.destroy()
  })

  it('gets no more told of an unknown parameter than its beginning', async () => {
    await using subject = await shell.start()
    const reply = await subject.send({ path: `/users?${'x'.repeat(8_000)}=1` })
    expect(reply.status).toBe(400)
    expect(reply.text.length).toBeLessThan(500)
  })

  it('cannot put a line of his own into a header', async () => {
    await using subject = await shell.start()
    const reply = await subject.send({ path: '/users/%0d%0aSet-Cookie:%20a=b' })
    expect(reply.status).toBe(404)
    expect(reply.headers['set-cookie']).toBeUndefined()
  })

  it('is refused before anybody is asked who he is', async () => {
    let asked = 0
    const authenticate = () => {
      asked += 1
      return { id: 'op-1' }
    }
    await using subject = await shell.start({ authenticate })
    await subject.reset('1', {}, { origin: 'https://evil.example' })
    await subject.send({ path: '/users', headers: { host: 'evil.example' } })
    await subject.send({ method: 'DELETE', path: '/users/1' })
    await subject.send({ path: '/nothing' })
    expect(asked).toBe(0)
  })
})

describe('an attacker who sends many requests at once on one connection', () => {
  withBothShells('is answered', (shell) => {
    it('in order, without a warning of Node', async () => {
      const warnings: Error[] = []
      const note = (warning: Error): void => void warnings.push(warning)
      process.on('warning', note)
      await using subject = await shell.start()
      const one = lines('GET /users/1 HTTP/1.1', 'Host: localhost', '', '')
      const last = lines('GET /users/1 HTTP/1.1', 'Host: localhost', 'Connection: close', '', '')
      const replies = await raw(subject.served.port, one.repeat(30) + last)
      expect(replies.match(/HTTP\/1\.1 200 /g)).toHaveLength(31)
      await new Promise(setImmediate)
      process.off('warning', note)
      expect(warnings).toEqual([])
    })
  })
})
