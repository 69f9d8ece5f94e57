import { deny, ForceResetError, StoreError } from '@force-reset/core'
import { refused } from '@force-reset/core/store'
import { memoryUserStore, withWrite } from '@force-reset/core/testing'
import { expect, it } from 'vitest'
import type { Shell, Subject, TestConfig } from '../test/both-shells.fixture.ts'
import { json, users, withBothShells } from '../test/both-shells.fixture.ts'
import type { Reply, Sent } from '../test/send.fixture.ts'
import type { ProblemCode } from '../wire/problem-code.ts'
import { problemKinds } from '../wire/problem-code.ts'
import { wireListSchema, wireProblemSchema, wireResetSchema, wireViewSchema } from '../wire/wire.ts'

/** Headers of every response. */
const everywhere = {
  'cache-control': 'no-store, no-transform',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
  'cross-origin-resource-policy': 'same-origin',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
}

interface ProblemCase {
  readonly code: ProblemCode
  readonly when: string
  readonly config?: TestConfig
  readonly arrange?: (subject: Subject) => void
  /** Default: a reset of account 1 that names its version. */
  readonly sent?: Sent | ((subject: Subject) => Promise<Reply>)
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly parameters?: unknown
  readonly detail?: RegExp
  /** Whether an account may have been changed. Default `false`. */
  readonly changes?: boolean
}

const post = (
  path: string,
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>> = json,
): Sent => ({
  method: 'POST',
  path,
  headers,
  body,
})
const reset1 = (body: string | Uint8Array, headers?: Readonly<Record<string, string>>): Sent =>
  post('/users/1/force-reset', body, headers)
const down = (error: unknown) => (subject: Subject) => subject.store.faults.failNextRead(error)
const inOrder = async (
  before: () => Promise<Reply>,
  then: () => Promise<Reply>,
): Promise<Reply> => {
  await before()
  return await then()
}
const rules = (rule: object): TestConfig => ({ store: memoryUserStore({ users, rules: rule }) })

const cases: readonly ProblemCase[] = [
  {
    code: 'invalid_request',
    when: 'a reason is too long',
    sent: (s) => s.reset('1', { reason: 'x'.repeat(501) }),
    parameters: { reason: 'field', field: 'reason', problem: 'too_long', limit: 500 },
  },
  {
    code: 'invalid_request',
    when: 'a reason is no text',
    sent: (s) => s.reset('1', { reason: 7 }),
    parameters: { reason: 'field', field: 'reason', problem: 'not_a_string' },
  },
  {
    code: 'invalid_request',
    when: 'the version is no text',
    sent: reset1('{"version":1}'),
    parameters: { reason: 'field', field: 'version', problem: 'not_a_string' },
  },
  {
    code: 'invalid_request',
    when: 'a field is unknown',
    sent: (s) => s.reset('1', { raeson: 'x' }),
    parameters: { reason: 'field', field: 'raeson', problem: 'unknown' },
  },
  {
    code: 'invalid_request',
    when: 'the body is no object',
    sent: reset1('[1]'),
    parameters: { reason: 'field', field: 'body', problem: 'malformed' },
  },
  {
    code: 'invalid_request',
    when: 'the body is null',
    sent: reset1('null'),
    parameters: { reason: 'field', field: 'body', problem: 'malformed' },
  },
  {
    code: 'invalid_request',
    when: 'If-Match is *',
    sent: (s) => s.reset('1', {}, { 'if-match': '*' }),
    parameters: { reason: 'field', field: 'If-Match', problem: 'malformed' },
  },
  {
    code: 'invalid_request',
    when: 'If-Match is a list',
    sent: (s) => s.reset('1', {}, { 'if-match': '"a", "b"' }),
    parameters: { reason: 'field', field: 'If-Match', problem: 'malformed' },
  },
  {
    code: 'invalid_request',
    when: 'If-Match and version differ',
    sent: (s) => s.reset('1', {}, { 'if-match': '"a"' }),
    parameters: { reason: 'field', field: 'If-Match', problem: 'malformed' },
  },
  {
    code: 'invalid_request',
    when: 'a parameter of the list is mistyped',
    sent: { path: '/users?stauts=active' },
    parameters: { reason: 'field', field: 'stauts', problem: 'unknown' },
    detail: /^Unknown parameter: stauts\.$/,
  },
  { code: 'malformed', when: 'the body is not JSON', sent: reset1('{"version":') },
  {
    code: 'malformed',
    when: 'the body is not UTF-8',
    sent: reset1(Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])),
  },
  { code: 'malformed', when: 'an id decodes to nothing', sent: { path: '/users/%ff' } },
  { code: 'malformed', when: 'a search decodes to nothing', sent: { path: '/users?search=%ff' } },
  {
    code: 'unauthenticated',
    when: 'nobody is signed in',
    config: { authenticate: () => undefined },
    headers: { 'www-authenticate': 'Operator' },
  },
  {
    code: 'unauthenticated',
    when: 'a sign-in is null',
    config: { authenticate: async () => null },
    headers: { 'www-authenticate': 'Operator' },
  },
  {
    code: 'forbidden',
    when: 'the operator may not reset at all',
    config: { authorize: () => false },
    parameters: undefined,
  },
  {
    code: 'forbidden',
    when: 'a denial has words',
    config: { authorize: () => deny('Only on weekdays.') },
    parameters: { reason: 'denied' },
    detail: /^Only on weekdays\.$/,
  },
  {
    code: 'forbidden',
    when: 'the operator may not list',
    config: { authorize: () => false },
    sent: { path: '/users' },
  },
  { code: 'own_account', when: 'the account is the operator’s own', sent: (s) => s.reset('op-1') },
  { code: 'privileged_user', when: 'the account is privileged', sent: (s) => s.reset('3') },
  {
    code: 'cross_site',
    when: 'another site sends it',
    sent: (s) => s.reset('1', {}, { origin: 'https://evil.example' }),
  },
  {
    code: 'cross_site',
    when: 'the origin is opaque',
    sent: (s) => s.reset('1', {}, { origin: 'null' }),
  },
  {
    code: 'cross_site',
    when: 'a neighbour of the site sends it',
    sent: { path: '/users', headers: { 'sec-fetch-site': 'same-site' } },
  },
  {
    code: 'cross_site',
    when: 'another port of this machine sends it',
    sent: (s) => s.reset('1', {}, { origin: 'http://127.0.0.1:1' }),
  },
  {
    code: 'insecure_transport',
    when: 'it came for a name that is not this machine',
    sent: { path: '/users', headers: { host: 'console.example.com' } },
  },
  {
    code: 'insecure_transport',
    when: 'a proxy says that the client came unencrypted',
    sent: (s) =>
      s.reset('1', {}, { 'x-forwarded-proto': 'http', 'x-forwarded-for': '203.0.113.9' }),
  },
  {
    code: 'insecure_transport',
    when: 'a proxy is not trusted',
    sent: (s) => s.reset('1', {}, { 'x-forwarded-proto': 'https', host: 'console.example.com' }),
  },
  { code: 'user_not_found', when: 'there is no such account', sent: (s) => s.reset('missing') },
  {
    code: 'user_not_found',
    when: 'the account to view does not exist',
    sent: { path: '/users/missing' },
  },
  { code: 'route_not_found', when: 'the address is not ours', sent: { path: '/nothing' } },
  {
    code: 'method_not_allowed',
    when: 'an account is to be deleted',
    sent: { method: 'DELETE', path: '/users/1' },
    headers: { allow: 'GET, HEAD' },
  },
  {
    code: 'method_not_allowed',
    when: 'a reset is asked for with GET',
    sent: { path: '/users/1/force-reset' },
    headers: { allow: 'POST' },
  },
  {
    code: 'method_not_allowed',
    when: 'a page of another site asks whether it may',
    sent: { method: 'OPTIONS', path: '/users/1/force-reset' },
    headers: { allow: 'POST' },
  },
  {
    code: 'not_eligible',
    when: 'the account is deleted',
    sent: (s) => s.reset('2'),
    parameters: { reason: 'status', status: 'deleted' },
  },
  {
    code: 'not_eligible',
    when: 'a rule says no',
    config: { eligible: () => 'Ask the branch.' },
    parameters: { reason: 'rule' },
    detail: /^Ask the branch\.$/,
  },
  {
    code: 'conflict',
    when: 'the version is stale',
    sent: reset1('{"version":"stale"}'),
    parameters: { reason: 'stale_version' },
  },
  {
    code: 'conflict',
    when: 'the account changes during the write',
    arrange: (s) =>
      s.store.faults.beforeNextWrite(() => s.store.add({ ...users[0], displayName: 'Other' })),
    parameters: { reason: 'changed_during_write' },
  },
  {
    code: 'conflict',
    when: 'If-Match is stale',
    sent: reset1('{}', { ...json, 'if-match': 'W/"stale"' }),
    status: 412,
    parameters: { reason: 'stale_version' },
  },
  {
    code: 'body_too_large',
    when: 'the length says so',
    sent: reset1(`{"version":"${'x'.repeat(20_000)}"}`),
    parameters: { limitBytes: 16_384 },
  },
  {
    code: 'body_too_large',
    when: 'no length is given',
    sent: reset1(`{"version":"${'x'.repeat(20_000)}"}`, {
      ...json,
      'transfer-encoding': 'chunked',
    }),
    parameters: { limitBytes: 16_384 },
  },
  {
    code: 'unsupported_media_type',
    when: 'a form is sent',
    sent: reset1('version=1', { 'content-type': 'application/x-www-form-urlencoded' }),
  },
  {
    code: 'unsupported_media_type',
    when: 'text is sent',
    sent: reset1('{"version":"1"}', { 'content-type': 'text/plain' }),
  },
  { code: 'unsupported_media_type', when: 'no type is sent', sent: reset1('{"version":"1"}', {}) },
  {
    code: 'unsupported_media_type',
    when: 'it is JSON in Latin-1',
    sent: reset1('{"version":"1"}', { 'content-type': 'application/json; charset=iso-8859-1' }),
  },
  {
    code: 'rules_unsatisfiable',
    when: 'the rules allow no strong password',
    config: rules({ minLength: 20, maxLength: 10 }),
  },
  { code: 'version_required', when: 'no version is named', sent: reset1('{}') },
  { code: 'version_required', when: 'the version is empty', sent: reset1('{"version":""}') },
  { code: 'version_required', when: 'there is no body', sent: reset1('') },
  {
    code: 'store_denied',
    when: 'the store lacks a right',
    arrange: down(new StoreError('store_denied')),
    sent: reset1('{"version":"x"}'),
  },
  {
    code: 'store_unavailable',
    when: 'the store is down',
    arrange: down(new Error('password=hunter2')),
    sent: reset1('{"version":"x"}'),
    headers: { 'retry-after': '5' },
  },
  {
    code: 'store_unavailable',
    when: 'the store is down while listing',
    arrange: down(new Error('password=hunter2')),
    sent: { path: '/users' },
    headers: { 'retry-after': '5' },
  },
  {
    code: 'busy',
    when: 'the store is busy',
    arrange: down(new StoreError('busy')),
    sent: { path: '/users/1' },
    headers: { 'retry-after': '2' },
  },
  {
    code: 'outcome_unknown',
    when: 'the answer of the store is lost',
    arrange: ({ store: { faults } }) => {
      faults.loseAnswer()
      faults.failSettle()
    },
    changes: true,
  },
  {
    code: 'audit_unavailable',
    when: 'the audit trail is down',
    config: { audit: () => Promise.reject(new Error('disk full: hunter2')) },
    parameters: { reason: 'callback_failed', callback: 'audit' },
    headers: { 'retry-after': '5' },
  },
  {
    code: 'internal_error',
    when: 'authenticate throws',
    config: { authenticate: () => Promise.reject(new Error('hunter2')) },
    detail: /Nothing was changed/,
  },
  {
    code: 'internal_error',
    when: 'authenticate answers somebody without an id',
    config: { authenticate: () => ({ id: '' }) },
    detail: /Nothing was changed/,
  },
  {
    code: 'internal_error',
    when: 'the store does not fit',
    config: { store: () => memoryUserStore({ users, mustChange: 'off' }) },
    detail: /Nothing was changed/,
  },
  {
    code: 'rate_limited',
    when: 'the operator resets too often',
    config: { rateLimits: { resetsPerOperator: { limit: 1, windowSeconds: 60 } } },
    sent: (s) =>
      inOrder(
        () => s.reset('missing'),
        () => s.reset('1'),
      ),
    parameters: { per: 'operator', limit: 1, windowSeconds: 60, retryAfterSeconds: 60 },
    headers: { 'retry-after': '60' },
  },
  {
    code: 'rate_limited',
    when: 'the operator asks too often',
    config: { rateLimits: { readsPerOperator: { limit: 1, windowSeconds: 60 } } },
    sent: (s) =>
      inOrder(
        () => s.send({ path: '/users' }),
        () => s.send({ path: '/users/1' }),
      ),
    parameters: { per: 'operator', limit: 1, windowSeconds: 60, retryAfterSeconds: 60 },
    headers: { 'retry-after': '60' },
  },
  {
    code: 'rate_limited',
    when: 'the account is reset too often',
    config: { rateLimits: { resetsPerTarget: { limit: 1, windowSeconds: 60 } } },
    sent: (s) =>
      inOrder(
        () => s.reset('1'),
        () => s.reset('1'),
      ),
    parameters: { per: 'target', limit: 1, windowSeconds: 60, retryAfterSeconds: 60 },
    headers: { 'retry-after': '60' },
    changes: true,
  },
]

/**
 * Codes that need a store which refuses, or a client that goes away; they have tests of their own.
 */
const elsewhere: readonly ProblemCode[] = [
  'password_rejected',
  'must_change_ineffective',
  'aborted',
  'verification_required',
]

withBothShells('the handler', (shell: Shell) => {
  it.each(cases.map((one) => [one.code, one.when, one] as const))(
    'answers %s when %s',
    async (code, _, one) => {
      await using subject = await shell.start({ now: () => 1_700_000_000_000, ...one.config })
      one.arrange?.(subject)
      const { sent = (s: Subject) => s.reset('1') } = one
      const reply = await (typeof sent === 'function' ? sent(subject) : subject.send(sent))

      const kind = problemKinds[code]
      const body = wireProblemSchema.parse(reply.json())
      expect(body).toMatchObject({
        type: `urn:force-reset:problem:${code}`,
        code,
        title: kind.title,
        status: one.status ?? kind.status,
      })
      expect(reply.status).toBe(one.status ?? kind.status)
      expect(reply.headers).toMatchObject({
        ...everywhere,
        ...one.headers,
        'content-type': 'application/problem+json',
      })
      expect(reply.headers['content-length']).toBe(String(Buffer.byteLength(reply.text)))
      if (one.headers?.['retry-after'] === undefined)
        expect(reply.headers['retry-after']).toBeUndefined()
      if ('parameters' in one) expect(body.parameters).toEqual(one.parameters)
      if (one.detail) expect(body.detail).toMatch(one.detail)
      if (code !== 'outcome_unknown') expect(body.resetId).toBeUndefined()
      expect(reply.text).not.toContain('hunter2')
      expect(JSON.stringify(subject.errors)).not.toContain('hunter2')
      if (one.changes !== true) expect(subject.store.writes).toBe(0)
    },
  )

  it('has a test for every code', () => {
    expect(new Set([...cases.map(({ code }) => code), ...elsewhere])).toEqual(
      new Set(Object.keys(problemKinds)),
    )
  })

  it.each([
    ['password_rejected', 422],
    ['must_change_ineffective', 422],
  ] as const)('passes on that the store answered %s', async (code, status) => {
    const store = memoryUserStore({ users })
    const refusal = refused(code, {
      key: 'too_young',
      what: 'It was changed today.',
      cure: 'Wait a day.',
      parameters: { hours: 24 },
      cause: { ldapResult: 19 },
    })
    await using subject = await shell.start({ store: withWrite(store, async () => refusal) })
    const reply = await subject.reset('1')
    expect(reply.status).toBe(status)
    expect(wireProblemSchema.parse(reply.json())).toMatchObject({
      code,
      detail: 'It was changed today. Nothing was changed. Wait a day.',
      parameters: {
        reason: 'store',
        key: 'too_young',
        parameters: { hours: 24 },
        cause: { ldapResult: 19 },
      },
    })
  })

  it('lists, searches and pages', async () => {
    await using subject = await shell.start()
    const first = await subject.send({ path: '/users?limit=2&status=active&status=pending' })
    expect(first.status).toBe(200)
    expect(first.headers).toMatchObject({ ...everywhere, 'content-type': 'application/json' })
    const page = wireListSchema.parse(first.json())
    expect(page.users.map(({ username }) => username)).toEqual(['kim', 'odd-id'])
    expect(page.insecureTransport).toBeUndefined()
    const second = await subject.send({
      path: `/users?limit=2&status=active&status=pending&cursor=${page.nextCursor}`,
    })
    expect(wireListSchema.parse(second.json()).users.map(({ username }) => username)).toEqual([
      'operator',
      'root',
    ])
    const found = await subject.send({ path: '/users?search=KIM%40' })
    expect(wireListSchema.parse(found.json()).users.map(({ id }) => id)).toEqual(['1'])
  })

  it('shows an account, what a reset would do, and the tag for If-Match', async () => {
    await using subject = await shell.start()
    const reply = await subject.send({ path: '/users/1' })
    const { user, reset } = wireViewSchema.parse(reply.json())
    expect(user).toMatchObject({
      id: '1',
      username: 'kim',
      email: 'kim@example.com',
      displayName: 'Kim Lee',
      status: 'active',
    })
    expect(reset).toEqual({ allowed: true, survives: [] })
    expect(reply.headers['etag']).toBe(`W/"${encodeURIComponent(user.version)}"`)
    const gone = wireViewSchema.parse((await subject.send({ path: '/users/2' })).json())
    expect(gone.reset).toMatchObject({
      allowed: false,
      code: 'not_eligible',
      parameters: { reason: 'status', status: 'deleted' },
    })
  })

  it('resets once, shows the password once, and audits it without the password', async () => {
    await using subject = await shell.start()
    const reply = await subject.reset('1', { reason: 'INC-1' })
    expect(reply.status).toBe(200)
    expect(reply.headers).toMatchObject({ ...everywhere, 'content-type': 'application/json' })
    expect(reply.headers['content-length']).toBe(String(Buffer.byteLength(reply.text)))
    const { temporaryPassword, resetId } = wireResetSchema.parse(reply.json())
    expect(subject.store.signIn('kim', temporaryPassword)).toBe('change_password')
    expect(subject.store.signIn('kim', 'old-password')).toBe('refused')
    expect(subject.audited.map(({ type, resetId: id, reason }) => [type, id, reason])).toEqual([
      ['reset.attempted', resetId, 'INC-1'],
      ['reset.applied', resetId, 'INC-1'],
    ])
    expect(JSON.stringify([subject.audited, subject.errors, subject.lost])).not.toContain(
      temporaryPassword,
    )
    expect(subject.lost).toEqual([])
  })

  it('resets an account whose id holds slashes, spaces and percent signs', async () => {
    await using subject = await shell.start()
    expect((await subject.reset('a/b c%')).status).toBe(200)
  })

  it.each(['W/', ''])('takes the version from If-Match (%s"…")', async (weakness) => {
    await using subject = await shell.start()
    const { headers } = await subject.send({ path: '/users/1' })
    const tag = `${weakness}${headers['etag']?.replace(/^W\//, '')}`
    const sent = reset1('', { ...json, 'if-match': tag })
    expect((await subject.send(sent)).status).toBe(200)
    expect((await subject.send(sent)).status).toBe(412)
    expect(subject.store.writes).toBe(1)
  })

  it('takes If-Match and the same version in the body', async () => {
    await using subject = await shell.start()
    const { headers } = await subject.send({ path: '/users/1' })
    expect((await subject.reset('1', {}, { 'if-match': headers['etag'] ?? '' })).status).toBe(200)
  })

  it('answers HEAD like GET, without the body', async () => {
    await using subject = await shell.start()
    for (const path of ['/users', '/users/1', '/users/missing', '/openapi.json']) {
      const [get, head] = [
        await subject.send({ path }),
        await subject.send({ method: 'HEAD', path }),
      ]
      expect(head.text).toBe('')
      expect([head.status, head.headers['content-length'], head.headers['etag']]).toEqual([
        get.status,
        get.headers['content-length'],
        get.headers['etag'],
      ])
    }
  })

  it('serves the OpenAPI document to everybody', async () => {
    await using subject = await shell.start({ authenticate: () => undefined })
    const reply = await subject.send({ path: '/openapi.json' })
    expect([reply.status, reply.headers['content-type']]).toEqual([200, 'application/json'])
    expect(reply.json()).toMatchObject({ openapi: '3.1.1' })
  })

  it('serves the dialogs as a script to its own pages, and to no other site', async () => {
    await using subject = await shell.start({ authenticate: () => undefined })
    const reply = await subject.send({
      path: '/element.js',
      headers: { 'sec-fetch-site': 'same-origin', 'sec-fetch-dest': 'script' },
    })
    expect([reply.status, reply.headers['content-type']]).toEqual([
      200,
      'text/javascript; charset=utf-8',
    ])
    expect(reply.headers).toMatchObject(everywhere)
    expect(reply.text).toContain('force-password-reset')
    expect(reply.text).not.toMatch(/^import |from ["']@force-reset/m)
    const elsewhere = await subject.send({
      path: '/element.js',
      headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-dest': 'script' },
    })
    expect(elsewhere.status).toBe(403)
  })

  it('finds its routes below basePath only', async () => {
    await using subject = await shell.start({ basePath: '/admin/api' })
    expect((await subject.send({ path: '/admin/api/users' })).status).toBe(200)
    for (const path of [
      '/users',
      '/admin/apiusers',
      '/admin/api',
      '/admin/api/',
      '/x/admin/api/users',
    ]) {
      expect((await subject.send({ path })).status, path).toBe(404)
    }
  })

  it('takes requests from its own pages over TLS, and from origins that are named', async () => {
    await using subject = await shell.start({ tls: true, origins: ['https://console.example.com'] })
    const own = `https://127.0.0.1:${subject.served.port}`
    expect(
      (await subject.reset('1', {}, { origin: own, 'sec-fetch-site': 'same-origin' })).status,
    ).toBe(200)
    expect((await subject.reset('1', {}, { origin: 'https://console.example.com' })).status).toBe(
      200,
    )
    expect((await subject.reset('1', {}, { origin: own.replace('https', 'http') })).status).toBe(
      403,
    )
  })

  it('refuses a request over TLS that was unencrypted before', async () => {
    await using subject = await shell.start({ tls: true })
    expect(
      (await subject.reset('1', {}, { 'x-forwarded-proto': 'http', host: 'console.example.com' }))
        .status,
    ).toBe(403)
    expect((await subject.reset('1', {}, { forwarded: 'for=203.0.113.9;proto=http' })).status).toBe(
      403,
    )
  })

  it('believes a proxy only when it is told to', async () => {
    await using subject = await shell.start({ trustProxy: true })
    const proxied = {
      host: '10.0.0.5:8080',
      'x-forwarded-proto': 'https',
      'x-forwarded-host': 'console.example.com',
    }
    expect(
      (await subject.reset('1', {}, { ...proxied, origin: 'https://console.example.com' })).status,
    ).toBe(200)
    expect(
      (await subject.reset('1', {}, { ...proxied, origin: 'https://10.0.0.5:8080' })).status,
    ).toBe(403)
  })

  it('tells why a store does not fit, and nothing of what others threw', async () => {
    await using misfit = await shell.start({
      store: () => memoryUserStore({ users, mustChange: 'off' }),
    })
    await misfit.reset('1')
    expect(misfit.errors).toMatchObject([
      {
        during: 'request',
        code: 'ERR_INVALID_CONFIG',
        message: expect.stringContaining('requireMustChange'),
      },
    ])
    await using failing = await shell.start({
      authenticate: () => {
        throw new RangeError('hunter2')
      },
    })
    await failing.reset('1')
    expect(failing.errors).toEqual([{ during: 'authenticate', name: 'RangeError' }])
  })

  it('refuses when the rate counter is down, and goes on when only the log is', async () => {
    const counter = { add: () => Promise.reject(new Error('redis')) }
    const onError = (): never => {
      throw new Error('log down')
    }
    await using subject = await shell.start({ rateLimits: { counter }, onError })
    expect((await subject.reset('1')).status).toBe(500)
    expect(subject.store.writes).toBe(0)
  })

  it('hands the password over although the counter fails after the reset', async () => {
    let calls = 0
    const counter = {
      add: () =>
        ++calls > 2
          ? Promise.reject(new TypeError('redis'))
          : Promise.resolve({ count: 0, secondsLeft: 1 }),
    }
    await using subject = await shell.start({ rateLimits: { counter } })
    expect((await subject.reset('1')).status).toBe(200)
    expect(subject.errors).toEqual([{ during: 'rate_limits', name: 'TypeError' }])
  })

  it('throws at construction for options that cannot work', async () => {
    await expect(shell.start({ basePath: 'admin' })).rejects.toBeInstanceOf(ForceResetError)
  })
})
