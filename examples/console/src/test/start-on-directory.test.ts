import { spawn } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { DirectoryServer } from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { operator } from '../browser/console-site.fixture.ts'
import { environmentFor, sampleDirectories } from '../demo/sample-directories.ts'

const main = fileURLToPath(new URL('../main.ts', import.meta.url))

/** Runs `main.ts` until it ends, or has printed that it answers; then it is asked to stop. */
async function runConsole(
  environment: Readonly<Record<string, string>>,
): Promise<{ readonly status: number | null; readonly said: string }> {
  const child = spawn(process.execPath, ['--conditions=@force-reset/source', main], {
    env: { PORT: '0', NODE_ENV: 'production', ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let said = ''
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString()
      if (/Ctrl\+C|everything is 404/.test(said) && !child.killed) child.kill('SIGTERM')
    })
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve))
  return { status, said }
}

describeWithServer('slapd', 'the start of a console on a directory', () => {
  let server: DirectoryServer
  let folder: string
  beforeAll(async () => {
    server = await sampleDirectories.openldap.start()
    folder = mkdtempSync(join(tmpdir(), 'console-start-'))
  })
  afterAll(async () => {
    await server?.stop()
    rmSync(folder, { recursive: true })
  })

  const environment = (change: Readonly<Record<string, string>> = {}) => ({
    ...environmentFor(sampleDirectories.openldap, server),
    AUDIT_DATABASE: join(folder, 'audit.db'),
    OPERATOR_USERNAME: operator.username,
    OPERATOR_PASSWORD: operator.password,
    ...change,
  })
  const fileWith = (name: string, text: string): string => {
    const path = join(folder, name)
    writeFileSync(path, text, { mode: 0o600 })
    return path
  }

  it('reads a password from a file, prints none, and lets nobody else read the trail', async () => {
    const LDAP_BIND_PASSWORD_FILE = fileWith('bind-password', `${server.operator.password}\n`)
    const { status, said } = await runConsole(
      environment({ LDAP_BIND_PASSWORD: '', LDAP_BIND_PASSWORD_FILE }),
    )
    expect(said).toContain('/console')
    for (const line of [
      `Directory       ${server.url}`,
      '  Known as      operator, in the audit trail',
      '  Encryption    none: this machine only',
      '  Product       openldap',
      `  Users below   ${server.peopleDn}`,
      `  Signs in as   ${server.operator.dn}`,
      `  Trusts        ${server.caFile} (LDAP_CA)`,
      `Audit trail     table force_reset_audit, ${join(folder, 'audit.db')}`,
      'Limits          30 resets in ten minutes, 5 of one account',
      '                a reset needs no reason',
      '                the directory decides how long temporary passwords work',
    ])
      expect(said.split('\n')).toContain(line)
    expect(said).toMatch(/^ {2}Not reset {5}members of cn=/m)
    expect(status).toBe(0)
    for (const secret of [operator.password, server.operator.password])
      expect(said).not.toContain(secret)
    expect(statSync(join(folder, 'audit.db')).mode & 0o777).toBe(0o600)
  })

  it('takes StartTLS, and the second of two servers when the first is not there', async () => {
    const { status, said } = await runConsole(
      environment({ LDAP_URL: `ldaps://127.0.0.1:1 ${server.startTlsUrl}` }),
    )
    expect(said).toContain('Ctrl+C')
    expect(status).toBe(0)
  })

  it('says nothing more of a directory that is set up as the guide says', async () => {
    const { said } = await runConsole(environment())
    expect(said.split('\n').filter((line) => line.startsWith('ldap'))).toEqual([])
  })

  it('says what would keep resets from working, and starts all the same', async () => {
    const { status, said } = await runConsole(
      environment({
        LDAP_URL: `${server.url} ldaps://127.0.0.1:1`,
        LDAP_BASE_DN: 'dc=example,dc=test',
      }),
    )
    expect(said).toContain(`${server.url}: The service account is below LDAP_BASE_DN itself.`)
    expect(said).toContain(
      'ldaps://127.0.0.1:1: Nothing listens at 127.0.0.1, port 1. Start the directory',
    )
    expect(said).toContain('Ctrl+C')
    expect(status).toBe(0)
  })

  it.each<[string, () => Readonly<Record<string, string>>, RegExp]>([
    [
      'a wrong password of the service account',
      () => ({ LDAP_BIND_PASSWORD: 'planted-wrong-secret' }),
      /refused the name or the password of the service account/,
    ],
    [
      'an authority that did not sign the certificate',
      () => ({ LDAP_CA: fileWith('other.pem', server.untrustedCa) }),
      /certificate of the directory is not trusted/,
    ],
    [
      'a server that is not there',
      () => ({ LDAP_URL: 'ldaps://127.0.0.1:1' }),
      /No server of the directory could be reached/,
    ],
    [
      'a base that is not there',
      () => ({ LDAP_BASE_DN: 'ou=nobody,dc=example,dc=test' }),
      /LDAP_BASE_DN/,
    ],
    [
      'a group that is not there',
      () => ({ LDAP_PRIVILEGED_GROUPS: 'cn=nothing,dc=example,dc=test' }),
      /A group named in LDAP_PRIVILEGED_GROUPS does not exist, has no members, or cannot be read/,
    ],
    [
      'an account that is no DN, by the name of the variable',
      () => ({ LDAP_PRIVILEGED_ACCOUNTS: 'boss' }),
      /^LDAP_PRIVILEGED_ACCOUNTS is missing or malformed$/m,
    ],
    [
      'a misspelt variable',
      () => ({ LDAP_PRIVILEGED_GROUP: 'cn=admins,dc=example,dc=test' }),
      /^LDAP_PRIVILEGED_GROUP is no variable .* Did you mean LDAP_PRIVILEGED_GROUPS\?/m,
    ],
    [
      'a file of authorities that is not there',
      () => ({ LDAP_CA: '/nonexistent/ca.pem' }),
      /^LDAP_CA names a file that cannot be read\. Correct the path/m,
    ],
    [
      'a file of authorities without any',
      () => ({ LDAP_CA: fileWith('empty.pem', 'nothing') }),
      /^LDAP_CA names a file without a certificate in PEM\. Name a file/m,
    ],
    [
      'an empty password file',
      () => ({ LDAP_BIND_PASSWORD: '', LDAP_BIND_PASSWORD_FILE: fileWith('empty', '\n') }),
      /^LDAP_BIND_PASSWORD_FILE names an empty file\. Write the password/m,
    ],
    [
      'a trail that cannot be created',
      () => ({ AUDIT_DATABASE: '/nonexistent/audit.db' }),
      /^The secret in .* AUDIT_DATABASE .* cannot be made \(ENOENT\)\. Correct that/m,
    ],
  ])('refuses to start with %s, in words', async (_, change, words) => {
    const { status, said } = await runConsole(environment(change()))
    expect(said).toMatch(words)
    expect(said).not.toContain('planted-wrong-secret')
    expect(said).not.toMatch(/\n\s+at /)
    expect(status).toBe(1)
  })

  it('asks nothing of the directory and creates no trail while it is switched off', async () => {
    const AUDIT_DATABASE = join(folder, 'none.db')
    const { said, status } = await runConsole(
      environment({ OPERATOR_PASSWORD: '', LDAP_URL: 'ldaps://127.0.0.1:1', AUDIT_DATABASE }),
    )
    expect(said).toContain('everything is 404')
    expect(status).toBe(0)
    expect(existsSync(AUDIT_DATABASE)).toBe(false)
  })
})
