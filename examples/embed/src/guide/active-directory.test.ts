import { activeDirectory, type LdapUserStore, ldapUserStore } from '@force-reset/adapter-ldap'
import { type SambaAdServer, startSambaAd } from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Guide, openGuide, resetBy, typed } from './guide.fixture.ts'

const operatorPassword = 'Long-and-random-0815-enough'
const createOperator = 'samba-tool user create reset-operator'

describeWithServer('samba', 'the guide to Active Directory', () => {
  let server: SambaAdServer
  let guide: Guide
  let store: LdapUserStore

  /**
   * Types a block into a shell on the domain controller: Samba's tools find it by its
   * configuration.
   */
  const follow = (title: string) =>
    typed(guide.block(title), { SMB_CONF_PATH: `${server.folder}/smb.conf` })
  const check = (password: string) =>
    typed(`${guide.block('the check').replace(' -W', ` -w '${password}'`).trim()} 2>&1 || true`)

  beforeAll(async () => {
    server = await startSambaAd({
      ldif: [
        'dn: CN=Payroll,OU=Groups,DC=ad,DC=test',
        'objectClass: group',
        'sAMAccountName: Payroll\n\n',
      ].join('\n'),
    })
    guide = await openGuide('active-directory.md', {
      'DC=example,DC=com': 'DC=ad,DC=test',
      [createOperator]: `${createOperator} '${operatorPassword}'`,
      'ldaps://dc1.example.com': server.url,
      'ldaps://dc2.example.com': server.startTlsUrl,
      'kim@example.com': `${server.user('active').username}@ad.test`,
      '/etc/force-reset/ca.pem': server.caFile,
    })
    await follow('Samba: the service account')
  })
  afterAll(async () => {
    store?.close()
    await server?.stop()
  })

  it('lets the account reset nobody before it has the rights', async () => {
    const before = await guide.store(server.ca, operatorPassword)
    expect(await resetBy(before, 'anna.abel')).toMatchObject({
      ok: false,
      code: 'store_denied',
      detail: { key: 'service_account_may_not_reset' },
    })
    before.close()
  })

  it('ends the old password with a reset, over simple bind and NTLM', async () => {
    await follow('Samba: the rights')
    store = await guide.store(server.ca, operatorPassword)
    const { username, password } = server.user('active')
    expect(await check(password)).toContain('dnsHostName: dc1.ad.test')
    const result = await resetBy(store, username)
    expect(result).toMatchObject({ ok: true, receipt: { mustChange: 'enforced', unreadRules: [] } })
    const named = guide.text.split('### What the receipt names')[1]?.split('###')[0] ?? ''
    const survives = [...named.matchAll(/^\| `(?!survives)(\w+)` \|/gm)].map(([, word]) => word)
    expect(result.ok && result.receipt.survives).toEqual(survives)
    const temporary = result.ok ? result.temporaryPassword.reveal() : ''
    expect(await check(password)).toContain('data 52e')
    expect(await check(temporary)).toContain('data 773')
    expect(await server.canSignInByNtlm(username, password)).toBe('refused')
    expect(await server.canSignInByNtlm(username, temporary)).toBe('must_change')
  })

  it('unlocks, refuses the privileged, and gives no other right', async () => {
    expect(await resetBy(store, server.user('locked').username)).toMatchObject({
      ok: true,
      receipt: { unlocked: true },
    })
    for (const name of ['privileged', 'nestedPrivileged'] as const)
      expect(await resetBy(store, server.user(name).username)).toMatchObject({
        ok: false,
        code: 'privileged_user',
      })
    const bindDn = 'CN=reset-operator,OU=Services,DC=ad,DC=test'
    const change = typed(
      `ldapmodify -x -H ${server.url} -D '${bindDn}' -w '${operatorPassword}'`,
      { LDAPTLS_CACERT: server.caFile },
      [
        `dn: ${server.user('second').dn}`,
        'changetype: modify',
        'replace: userAccountControl',
        'userAccountControl: 512\n',
      ].join('\n'),
    )
    await expect(change).rejects.toThrow('Insufficient access (50)')
  })

  it('makes fine-grained policies readable', async () => {
    const samba = { SMB_CONF_PATH: `${server.folder}/smb.conf` }
    const { username } = server.user('second')
    await typed(
      [
        'samba-tool domain passwordsettings pso create strict 1 --min-pwd-length=24',
        `samba-tool domain passwordsettings pso apply strict ${username}`,
      ].join(' && '),
      samba,
    )
    const fresh = async () => {
      const one = await guide.store(server.ca, operatorPassword)
      const result = await resetBy(one, username)
      one.close()
      return result
    }
    expect(await fresh()).toMatchObject({
      ok: false,
      code: 'password_rejected',
      detail: { key: 'policy_rejected' },
    })
    await follow('Samba: fine-grained policies')
    const after = await fresh()
    expect(after).toMatchObject({ ok: true, receipt: { unreadRules: [] } })
    expect(after.ok && after.temporaryPassword.reveal().length).toBeGreaterThanOrEqual(24)
  })

  it('lets the account write the stamp', async () => {
    const dialect = activeDirectory({ stampAttribute: 'info' })
    const stamping = ldapUserStore({
      ...{ url: server.url, baseDn: server.peopleDn, tls: { ca: server.ca }, dialect },
      bind: { dn: 'CN=reset-operator,OU=Services,DC=ad,DC=test', password: operatorPassword },
    })
    const { username } = server.user('nonAscii')
    expect(await resetBy(stamping, username)).toMatchObject({ ok: false, code: 'store_denied' })
    await follow('Samba: the stamp')
    expect(await resetBy(stamping, username)).toMatchObject({
      ok: true,
      receipt: { mustChange: 'enforced' },
    })
    stamping.close()
  })
})

describe('the commands for Windows', () => {
  it('grant what those for Samba grant, attribute by attribute', async () => {
    const guide = await openGuide('active-directory.md')
    // A command goes on in the next line after a backslash, or after a caret on Windows.
    const text = guide.text.replaceAll(/ [\\^]\n +/g, ' ')
    const granted = [
      ...text.matchAll(
        /^dsacls "([^"]+)" \/I:(?:S|T) \/G "EXAMPLE\\reset-operator:(\w+)(?:;([\w ]+);user)?"$/gm,
      ),
    ]
    const sddl: Readonly<Record<string, RegExp>> = {
      'CA Reset Password': /CIIO;CR;\$reset_password;\$user/,
      'RPWP pwdLastSet': /CIIO;RPWP;\$pwd_last_set;\$user/,
      'RPWP lockoutTime': /CIIO;RPWP;\$lockout_time;\$user/,
      'GR ': /CI;RPLCLORC;;;/,
      'RPWP info': /CIIO;RPWP;\$info;\$user/,
    }
    expect(granted.map(([, , right, what = '']) => `${right} ${what}`)).toEqual(Object.keys(sddl))
    for (const [, dn = '', right, what = ''] of granted) {
      const lines = text
        .split('\n')
        .filter((line) => line.startsWith(`samba-tool dsacl set --objectdn='${dn}'`))
      expect(lines.some((line) => sddl[`${right} ${what}`]?.test(line))).toBe(true)
    }
  })
})
