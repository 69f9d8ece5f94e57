import { describe, expect, it } from 'vitest'
import { isLoopback, readSettings, type Settings } from './settings.ts'

function settingsOf(environment: Record<string, string>): Settings {
  const read = readSettings(environment)
  if (!read.ok) throw new Error(read.problems.join('\n'))
  return read.settings
}

const problemsOf = (environment: Record<string, string>) => {
  const read = readSettings(environment)
  return read.ok ? [] : read.problems
}

const operator = { OPERATOR_USERNAME: 'operator', OPERATOR_PASSWORD: 'a long enough password' }

describe('readSettings', () => {
  it('demonstrates on loopback, with a random password, when nothing is set', () => {
    expect(settingsOf({})).toMatchObject({
      operator: 'random',
      databasePath: undefined,
      host: '127.0.0.1',
      port: undefined,
      userPages: true,
    })
  })

  it('takes the operator from the environment', () => {
    expect(settingsOf(operator).operator).toEqual({ username: 'operator', password: 'a long enough password' })
  })

  it.each<[Record<string, string>]>([
    [{ DATABASE_URL: '/var/lib/app.db' }],
    [{ DATABASE_URL: '/var/lib/app.db', OPERATOR_USERNAME: 'operator' }],
    [{ OPERATOR_USERNAME: 'operator' }],
    [{ OPERATOR_PASSWORD: 'a long enough password' }],
    [{ OPERATOR_USERNAME: '', OPERATOR_PASSWORD: '' }],
  ])('switches the console off, and says so, with %j', (environment) => {
    const read = readSettings(environment)
    expect(read).toMatchObject({ ok: true, settings: { operator: undefined }, warnings: [expect.stringContaining('404')] })
  })

  it('warns of a short operator password without printing it', () => {
    const read = readSettings({ OPERATOR_USERNAME: 'operator', OPERATOR_PASSWORD: 'hunter2' })
    expect(read).toMatchObject({ ok: true, warnings: [expect.stringContaining('fewer than 15')] })
    expect(JSON.stringify(read.ok && read.warnings)).not.toContain('hunter2')
  })

  it.each([
    ['data/app.db', 'data/app.db'],
    ['file:data/app.db', 'data/app.db'],
    ['file:///var/lib/my%20app.db', '/var/lib/my app.db'],
    ['sqlite:/var/lib/app.db', '/var/lib/app.db'],
    ['sqlite:///var/lib/app.db', '/var/lib/app.db'],
  ])('reads the path of %s', (url, path) => {
    expect(settingsOf({ ...operator, DATABASE_URL: url }).databasePath).toBe(path)
  })

  it('refuses a database it cannot open, without repeating the address', () => {
    const problems = problemsOf({ ...operator, DATABASE_URL: 'postgres://app:s3cret@db/app' })
    expect(problems).toEqual([expect.stringContaining('postgres')])
    expect(problems.join()).not.toContain('s3cret')
  })

  it('refuses an address that others can reach, unless there is TLS or it is insisted on', () => {
    const open = { ...operator, HOST: '0.0.0.0' }
    expect(problemsOf(open)).toEqual([expect.stringContaining('TLS_CERT')])
    expect(problemsOf({ ...open, TLS_CERT: 'cert.pem', TLS_KEY: 'key.pem' })).toEqual([])
    expect(problemsOf({ ...open, ALLOW_INSECURE_HTTP: '1' })).toEqual([])
  })

  it.each<[Record<string, string>, string]>([
    [{ TLS_CERT: 'cert.pem' }, 'TLS_KEY'],
    [{ PORT: 'http' }, 'PORT'],
    [{ PORT: '65536' }, 'PORT'],
    [{ TRUST_PROXY: 'maybe' }, 'TRUST_PROXY'],
    [{ TEMPORARY_PASSWORD_HOURS: '0' }, 'TEMPORARY_PASSWORD_HOURS'],
  ])('names what is wrong with %j', (environment, name) => {
    expect(problemsOf(environment)).toEqual([expect.stringContaining(name)])
  })
})

describe('isLoopback', () => {
  it.each([
    ['127.0.0.1', true],
    ['127.8.9.10', true],
    ['localhost', true],
    ['::1', true],
    ['0.0.0.0', false],
    ['::', false],
    ['127.example.com', false],
    ['192.168.0.4', false],
  ])('judges %s: %s', (host, expected) => {
    expect(isLoopback(host)).toBe(expected)
  })
})

it.each([
  ['an empty DATABASE_URL', { DATABASE_URL: '' }, /DATABASE_URL is set, but empty/],
  ['a CONSOLE_CONFIG without a database', { CONSOLE_CONFIG: '/etc/console.json' }, /set DATABASE_URL too/],
  ['a DATABASE_URL with a lone percent sign', { DATABASE_URL: 'file:/var/lib/100%.db' }, /%25/],
])('refuses %s, in words', (_, environment, words) => {
  const read = readSettings(environment)
  expect(read.ok ? [] : read.problems).toEqual([expect.stringMatching(words)])
})
