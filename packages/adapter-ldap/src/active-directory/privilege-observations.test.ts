import { ldifEntry, ldifReplace, type SambaAdServer, startSambaAd } from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { bytes } from '../connection/entry.ts'
import { diagnose } from '../diagnosis/diagnose.ts'
import { storeOptions } from '../fixtures/directory-subject.ts'
import { addAccess } from '../fixtures/samba-domain.ts'
import { activeDirectory } from './dialect.ts'
import type { ActiveDirectoryOptions } from './options.ts'
import { sidText } from './privilege/sid.ts'

/** Reads every password of a domain by replication ([MS-ADTS] 5.1.3.2.1). */
const replicateSecrets = '1131f6ad-9c07-11d1-f79f-00c04fc2dcd2'

describeWithServer('samba', 'what diagnose() says of privilege in Active Directory', () => {
  let server: SambaAdServer
  beforeAll(async () => {
    server = await startSambaAd()
  })
  afterAll(() => server.stop())

  /** Level, words and cure of each finding. */
  async function said(options: ActiveDirectoryOptions = {}): Promise<readonly string[]> {
    const findings = await diagnose({ ...storeOptions(server), dialect: activeDirectory(options) })
    return findings
      .filter(({ check }) => check === 'privileged')
      .map(({ level, message, cure = '' }) => `${level}: ${message} ${cure}`.trim())
  }
  async function sidOf(dn: string): Promise<string> {
    const entry = await server.read(dn, ['objectSid'])
    const sid = entry && bytes(entry, 'objectSid')
    return (sid && sidText(sid)) ?? ''
  }
  const matching = (words: RegExp) => expect.arrayContaining([expect.stringMatching(words)])

  it('names the people of privileged groups, nested and by their primary group', async () => {
    const printer = await server.createUser()
    const print = `CN=Print Operators,CN=Builtin,${server.baseDn}`
    const creator = await server.createUser()
    const creators = `CN=Group Policy Creator Owners,CN=Users,${server.baseDn}`
    for (const [group, { dn }] of [
      [print, printer],
      [creators, creator],
    ] as const)
      await server.modify(`dn: ${group}\nchangetype: modify\nadd: member\nmember: ${dn}\n`)
    await server.modify(ldifReplace(creator.dn, { primaryGroupID: '520' }))
    const all = await said()
    expect(all).toEqual(matching(/^ok: These are privileged by a group, and are not reset\. /))
    expect(all).toEqual(matching(new RegExp(`Print Operators: ${printer.username}`)))
    expect(all).toEqual(
      matching(new RegExp(`Group Policy Creator Owners: [^;]*${creator.username}`)),
    )
    const admins = all.map((one) => /Domain Admins: ([^;]+)/.exec(one)?.[1] ?? '').join('')
    expect(admins).toContain('paul.prince')
    expect(admins).toContain('nils.nested')
  })

  it('names the people of the groups that the site has named', async () => {
    const user = await server.createUser()
    const group = `CN=Treasury,OU=Groups,${server.baseDn}`
    await server.modify(
      ldifEntry(group, { objectClass: 'group', sAMAccountName: 'Treasury', member: user.dn }),
    )
    expect(await said({ privilegedGroups: [group] })).toEqual(
      matching(new RegExp(`Treasury: ${user.username}`)),
    )
  })

  it('warns of a privileged group with more people than administrators are', async () => {
    const group = `CN=Remote Desktop Users,CN=Builtin,${server.baseDn}`
    const users = await Promise.all(Array.from({ length: 101 }, () => server.createUser()))
    await server.modify(
      `dn: ${group}\nchangetype: modify\nadd: member\n` +
        `${users.map(({ dn }) => `member: ${dn}\n`).join('')}`,
    )
    expect(await said()).toEqual(
      matching(/^warning: .* Remote Desktop Users has more than 100 members\. If these are/),
    )
    await server.modify(ldifReplace(group, { member: undefined }))
  })

  it('names accounts with adminCount and no group, and what to do about them', async () => {
    const former = await server.createUser({ attributes: { adminCount: '1' } })
    expect(await said()).toEqual(
      matching(new RegExp(`^warning: Not reset: ${former.username}\\. .*remove adminCount`)),
    )
    expect(await said({ resetFormerAdministrators: true })).not.toEqual(
      matching(new RegExp(former.username)),
    )
  })

  it('names service accounts, and accounts that may act for others', async () => {
    const service = await server.createUser()
    await server.modify(ldifReplace(service.dn, { servicePrincipalName: 'HTTP/wiki.ad.test' }))
    const acting = await server.createUser()
    await server.modify(ldifReplace(acting.dn, { userAccountControl: String(0x200 | 0x8_0000) }))
    const all = await said()
    expect(all).toEqual(matching(new RegExp(`^ok: Not reset: ${service.username}\\. A service`)))
    expect(all).toEqual(matching(new RegExp(`^ok: Not reset: ${acting.username}\\. .*delegation`)))
  })

  it('names the accounts that the site has named, or says that there are none', async () => {
    const user = await server.createUser()
    expect(await said()).toEqual(matching(/^ok: privilegedAccounts names nobody\.$/))
    expect(await said({ privilegedAccounts: [user.dn] })).toEqual(
      matching(new RegExp(`^ok: privilegedAccounts names CN=${user.username},`)),
    )
  })

  it('names who has rights by the access lists of the domain and the service account', async () => {
    expect(await said()).toEqual(matching(/^ok: Outside of privileged groups, nobody can take/))
    const [copier, keeper, reader] = await Promise.all([1, 2, 3].map(() => server.createUser()))
    if (!copier || !keeper || !reader) throw new Error('Accounts are missing.')
    const sids = await Promise.all([copier, keeper, reader].map(({ dn }) => sidOf(dn)))
    await addAccess(server, server.baseDn, `(OA;;CR;${replicateSecrets};;${sids[0]})`)
    await addAccess(server, server.operator.dn, `(A;;GA;;;${sids[1]})`)
    await addAccess(server, server.operator.dn, `(A;;RPLCRC;;;${sids[2]})`)
    const all = await said()
    expect(all).toEqual(
      matching(new RegExp(`^warning: .*${copier.username} can copy every password of the domain`)),
    )
    expect(all).toEqual(
      matching(new RegExp(`^warning: .*${keeper.username} can take over the service account`)),
    )
    expect(all).not.toEqual(matching(new RegExp(reader.username)))
    const named = await said({ privilegedAccounts: [copier.dn, sids[1] ?? ''] })
    expect(named).toEqual(matching(/^ok: Outside of privileged groups, nobody can take/))
  })

  it('says that it cannot know, where it may not read these access lists', async () => {
    const operator = await sidOf(server.operator.dn)
    await addAccess(server, server.baseDn, `(D;;RC;;;${operator})`)
    expect(await said()).toEqual(
      matching(/^unknown: The access lists .* cannot be read\. .*dsacls/),
    )
  })
})
