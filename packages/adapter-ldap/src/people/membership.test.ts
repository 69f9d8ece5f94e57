import {
  type DirectoryServer,
  ldifEntry,
  ldifReplace,
  type OpenLdapOptions,
  type SampleUser,
  start389Ds,
  startOpenLdap,
} from '@force-reset/testing'
import { describeWithServer } from '@force-reset/testing/vitest'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { storeOptions } from '../fixtures/directory-subject.ts'
import { lookUp, refusal, resetUser } from '../fixtures/reset-user.ts'
import {
  type OpenLdapOptions as DialectOptions,
  type Ds389Options,
  ds389,
  openLdap,
} from '../index.ts'
import { type LdapUserStore, ldapUserStore } from '../store/ldap-user-store.ts'

const suffix = 'dc=example,dc=test'
const groups = `ou=groups,${suffix}`
const serviceAccount = `cn=helpdesk,ou=services,${suffix}`

/** What the service account may not see on slapd, and what it may see in addition. */
const access: OpenLdapOptions['access'] = `
attributetype ( 1.3.6.1.4.1.99999.1 NAME ( 'login' 'loginName' ) SUP name )
objectclass ( 1.3.6.1.4.1.99999.2 NAME 'loginPerson' SUP top AUXILIARY MAY login )
attributetype ( 1.3.6.1.4.1.99999.3 NAME 'acmeMember' SUP member )
objectclass ( 1.3.6.1.4.1.99999.4 NAME 'acmeGroup' SUP top AUXILIARY MAY acmeMember )
include /etc/ldap/schema/dyngroup.schema
access to * by dn.exact="login=svc,ou=people,${suffix}" read by * break
access to dn.subtree="ou=hidden,${suffix}" by dn.exact="${serviceAccount}" none by * break
access to dn.base="cn=concealed,${groups}" by dn.exact="${serviceAccount}" none by * break
access to dn.base="cn=disclosed,${groups}" by dn.exact="${serviceAccount}" disclose by * break
access to dn.base="cn=closed,${groups}" attrs=member by dn.exact="${serviceAccount}" none by * break
access to dn.base="cn=searched,${groups}" attrs=member
  by dn.exact="${serviceAccount}" search by * break
access to dn.subtree="${groups}"
  attrs=uniqueMember,roleOccupant,memberURL,gidNumber,aliasedObjectName
  by dn.exact="${serviceAccount}" read by * break
access to dn.subtree="ou=people,${suffix}" attrs=gidNumber
  by dn.exact="${serviceAccount}" read by * break
`

/** The same names of an attribute for 389-ds. */
const ownSchema = `dn: cn=schema
changetype: modify
add: attributeTypes
attributeTypes: ( 1.3.6.1.4.1.99999.1 NAME ( 'login' 'loginName' ) SUP name )
-
add: objectClasses
objectClasses: ( 1.3.6.1.4.1.99999.2 NAME 'loginPerson' SUP top AUXILIARY MAY login )
`

const aciAgainst = (attributes: string): string =>
  `(targetattr="${attributes}")(version 3.0; acl "hidden"; ` +
  `deny (all) userdn="ldap:///${serviceAccount}";)`

const mayRead = (attributes: string, scope = ''): string =>
  `(targetattr${attributes === 'aci' ? '!' : ''}="${attributes}")${scope}` +
  `(version 3.0; acl "read ${attributes.length}"; ` +
  `allow (read,search,compare) userdn="ldap:///${serviceAccount}";)`

/** Rights of the guide: they prove that an entry is absent, and that attributes are. */
const containerAci = mayRead('aci', '(targetfilter="(objectClass=organizationalUnit)")')
const groupsAci = mayRead(
  'uniqueMember || roleOccupant || memberURL || gidNumber || aliasedObjectName',
)

type Shared = Pick<Ds389Options, 'privilegedGroups' | 'privilegedAccounts' | 'absentMembers'>

const products = [
  {
    name: 'slapd',
    start: () => startOpenLdap({ access }),
    dialect: (options: Shared) =>
      openLdap({ ...options, defaultPolicy: `cn=default,ou=policies,${suffix}` } as DialectOptions),
    closing: (_: string) => ({}),
    nobody: [`cn=admin,${suffix}`, 'cn=Manager,dc=elsewhere', `cn=gone,cn=absent,${groups}`],
    emptyMember: 'member:',
  },
  {
    name: '389ds',
    start: async () => {
      const server = await start389Ds()
      await server.modify(ownSchema)
      await server.modify(ldifReplace(groups, { aci: [containerAci, groupsAci] }))
      await server.modify(
        `dn: ou=people,${suffix}\nchangetype: modify\nadd: aci\n` +
          `aci: ${mayRead('gidNumber')}\naci: ${containerAci}\n`,
      )
      return server
    },
    dialect: (options: Shared) => ds389(options),
    closing: (attributes: string) => ({ aci: aciAgainst(attributes) }),
    nobody: ['cn=Directory Manager', `cn=gone,cn=absent,${groups}`],
    emptyMember: undefined,
  },
] as const

for (const { name, start, dialect, closing, nobody, emptyMember } of products) {
  describeWithServer(name, `who is privileged on ${name}`, () => {
    let server: DirectoryServer
    const stores: LdapUserStore[] = []
    beforeAll(async () => {
      server = await start()
    })
    afterEach(() => {
      for (const store of stores.splice(0)) store.close()
    })
    afterAll(() => server.stop())

    const storeWith = (options: Shared): LdapUserStore => {
      const store = ldapUserStore({ ...storeOptions(server), dialect: dialect(options) })
      stores.push(store)
      return store
    }
    let made = 0
    const next = (): number => {
      made += 1
      return made
    }
    const group = async (
      members: readonly string[],
      {
        cn = `g${next()}`,
        ...attributes
      }: Record<string, string | string[]> & {
        cn?: string
      } = {},
    ): Promise<string> => {
      const dn = `cn=${cn},${groups}`
      await server.modify(
        ldifEntry(dn, { objectClass: 'groupOfNames', cn, member: members, ...attributes }),
      )
      return dn
    }
    const add = (dn: string, attribute: string, value: string) =>
      server.modify(`dn: ${dn}\nchangetype: modify\nadd: ${attribute}\n${attribute}: ${value}\n`)
    const remove = (dn: string) => server.modify(`dn: ${dn}\nchangetype: delete\n`)
    const outcomeFor = async (store: LdapUserStore, user: SampleUser) => {
      const listed = await lookUp(store, user)
      const found = await store.find(listed.id)
      expect(found?.user).toEqual(listed)
      return refusal(await resetUser(store, { id: listed.id, version: listed.version }))
    }

    it('counts who joins a nested group that was missing at the first look', async () => {
      const boss = await server.createUser()
      const user = await server.createUser()
      const later = `cn=later${next()},${groups}`
      const store = storeWith({ privilegedGroups: [await group([boss.dn, later])] })
      expect(await outcomeFor(store, user)).toBe('applied')
      await group([user.dn], { cn: later.slice(3, later.indexOf(',')) })
      expect(await outcomeFor(store, user)).toBe('privileged_user: privileged_member')
    })

    it('counts who joins a nested posixGroup that was empty at the first look', async () => {
      const user = await server.createUser()
      const cn = `empty${next()}`
      const empty = `cn=${cn},${groups}`
      await server.modify(
        ldifEntry(empty, { objectClass: 'posixGroup', cn, gidNumber: String(5000 + made) }),
      )
      const store = storeWith({ privilegedGroups: [await group([empty])] })
      expect(await outcomeFor(store, user)).toBe('applied')
      await add(empty, 'memberUid', user.username)
      expect(await outcomeFor(store, user)).toBe('privileged_user: privileged_member')
    })

    it('counts who comes back by a group that was left and joined again', async () => {
      const user = await server.createUser()
      const boss = await server.createUser()
      const inner = await group([boss.dn])
      const outer = await group([boss.dn, inner])
      const store = storeWith({ privilegedGroups: [outer] })
      expect(await outcomeFor(store, user)).toBe('applied')
      await server.modify(ldifReplace(outer, { member: [boss.dn] }))
      expect(await outcomeFor(store, user)).toBe('applied')
      await add(inner, 'member', user.dn)
      expect(await outcomeFor(store, user)).toBe('applied')
      await server.modify(ldifReplace(outer, { member: [boss.dn, inner] }))
      expect(await outcomeFor(store, user)).toBe('privileged_user: privileged_member')
    })

    it.each([
      ['the whole entry', 'concealed', '*'],
      ['its members', 'closed', 'member'],
    ])('counts everybody while a nested group hides %s', async (_, cn, hidden) => {
      const user = await server.createUser()
      const concealed = await group([user.dn], { cn, ...closing(hidden) })
      const outer = await group([concealed])
      const store = storeWith({ privilegedGroups: [outer] })
      expect(await outcomeFor(store, user)).toBe('privileged_user: privilege_unreadable')
      expect(await outcomeFor(store, await server.createUser())).toBe(
        'privileged_user: privilege_unreadable',
      )
      await remove(concealed)
      expect(await outcomeFor(store, user)).toBe('applied')
    })

    it('counts everybody while the parent of a nested group is hidden', async () => {
      const hidden = `ou=hidden,${suffix}`
      await server.modify(
        ldifEntry(hidden, { objectClass: 'organizationalUnit', ou: 'hidden', ...closing('*') }),
      )
      const store = storeWith({ privilegedGroups: [await group([`cn=inner,${hidden}`])] })
      expect(await outcomeFor(store, await server.createUser())).toBe(
        'privileged_user: privilege_unreadable',
      )
    })

    it('takes proven absent members, dummies and the administrator for nobody', async () => {
      const dn = await group([server.user('privileged').dn, ...nobody])
      if (emptyMember !== undefined)
        await server.modify(`dn: ${dn}\nchangetype: modify\nadd: member\n${emptyMember}\n`)
      const store = storeWith({ privilegedGroups: [dn] })
      expect(await outcomeFor(store, await server.createUser())).toBe('applied')
      expect(await outcomeFor(store, server.user('privileged'))).toBe(
        'privileged_user: privileged_member',
      )
    })

    it('takes a hidden member for nobody where the site says so', async () => {
      const hidden = `cn=concealed,${groups}`
      await group([server.user('second').dn], { cn: 'concealed', ...closing('*') })
      const privilegedGroups = [await group([server.user('privileged').dn, hidden])]
      const named = storeWith({ privilegedGroups, absentMembers: [hidden.toUpperCase()] })
      expect(await outcomeFor(named, await server.createUser())).toBe('applied')
      const unnamed = storeWith({ privilegedGroups })
      expect(await outcomeFor(unnamed, await server.createUser())).toBe(
        'privileged_user: privilege_unreadable',
      )
    })

    it('spares the site while the service account stands in a privileged group', async () => {
      const store = storeWith({ privilegedGroups: [await group([serviceAccount])] })
      expect(await outcomeFor(store, await server.createUser())).toBe('applied')
    })

    it('counts the occupants of a role (roleOccupant)', async () => {
      const user = await server.createUser()
      const cn = `role${next()}`
      const role = `cn=${cn},${groups}`
      await server.modify(
        ldifEntry(role, { objectClass: 'organizationalRole', cn, roleOccupant: user.dn }),
      )
      for (const privilegedGroups of [[role], [await group([role])]]) {
        const store = storeWith({ privilegedGroups })
        expect(await outcomeFor(store, user)).toBe('privileged_user: privileged_member')
        expect(await outcomeFor(store, await server.createUser())).toBe('applied')
      }
    })

    it('counts whom an alias in a group or in place of a group stands for', async () => {
      const user = await server.createUser()
      const alias = async (target: string): Promise<string> => {
        const cn = `alias${next()}`
        await server.modify(
          ldifEntry(`cn=${cn},${groups}`, {
            objectClass: ['alias', 'extensibleObject'],
            cn,
            aliasedObjectName: target,
          }),
        )
        return `cn=${cn},${groups}`
      }
      for (const privilegedGroups of [
        [await group([await alias(user.dn)])],
        [await group([await alias(await group([user.dn]))])],
        [await alias(await group([user.dn]))],
      ]) {
        const store = storeWith({ privilegedGroups })
        expect(await outcomeFor(store, user)).toBe('privileged_user: privileged_member')
        expect(await outcomeFor(store, await server.createUser())).toBe('applied')
      }
    })

    it('counts everybody for a group whose members a search decides (memberURL)', async () => {
      const cn = `dynamic${next()}`
      const dynamic = `cn=${cn},${groups}`
      await server.modify(
        ldifEntry(dynamic, {
          objectClass: 'groupOfURLs',
          cn,
          memberURL: `ldap:///ou=people,${suffix}??sub?(title=boss)`,
        }),
      )
      for (const privilegedGroups of [[dynamic], [await group([dynamic])]]) {
        const store = storeWith({ privilegedGroups })
        expect(await outcomeFor(store, await server.createUser())).toBe(
          'privileged_user: privilege_unreadable',
        )
      }
      const privilegedGroups = [await group([server.user('privileged').dn, dynamic])]
      const named = storeWith({ privilegedGroups, absentMembers: [dynamic] })
      expect(await outcomeFor(named, await server.createUser())).toBe('applied')
    })

    it.each(['member;lang-de', 'roleOccupant;lang-de', 'memberUid;lang-de'])(
      'counts who is in a group by %s alone',
      async (attribute) => {
        const user = await server.createUser()
        const cn = `options${next()}`
        const dn = `cn=${cn},${groups}`
        const byUid = attribute.startsWith('memberUid')
        const kind = byUid
          ? { objectClass: 'posixGroup', gidNumber: String(7000 + made) }
          : attribute.startsWith('member')
            ? { objectClass: 'groupOfNames', member: server.user('privileged').dn }
            : { objectClass: 'organizationalRole' }
        await server.modify(
          ldifEntry(dn, { ...kind, cn, [attribute]: byUid ? user.username : user.dn }),
        )
        const store = storeWith({ privilegedGroups: [dn] })
        expect(await outcomeFor(store, user)).toBe('privileged_user: privileged_member')
        expect(await outcomeFor(store, await server.createUser())).toBe('applied')
      },
    )

    it('counts everybody for a netgroup, whose members are not followed', async () => {
      const cn = `net${next()}`
      const net = `cn=${cn},${groups}`
      await server.modify(
        ldifEntry(net, { objectClass: 'nisNetgroup', cn, nisNetgroupTriple: '(,kim,)' }),
      )
      for (const privilegedGroups of [[net], [await group([net])]]) {
        const store = storeWith({ privilegedGroups })
        expect(await outcomeFor(store, await server.createUser())).toBe(
          'privileged_user: privilege_unreadable',
        )
      }
    })

    if (name === 'slapd')
      it('counts members by an attribute that the schema derives from member', async () => {
        const [user, boss] = [await server.createUser(), await server.createUser()]
        const cn = `acme${next()}`
        const dn = `cn=${cn},${groups}`
        await server.modify(
          ldifEntry(dn, {
            objectClass: ['groupOfNames', 'acmeGroup'],
            cn,
            member: boss.dn,
            acmeMember: user.dn,
          }),
        )
        const store = storeWith({ privilegedGroups: [dn] })
        expect(await outcomeFor(store, user)).toBe('privileged_user: privileged_member')
        expect(await outcomeFor(store, await server.createUser())).toBe('applied')
      })

    it('counts accounts whose primary group is privileged (gidNumber)', async () => {
      const gid = String(6000 + next())
      const posix = async (gidNumber: string) => {
        const user = await server.createUser()
        await server.modify(
          `dn: ${user.dn}\nchangetype: modify\nadd: objectClass\nobjectClass: posixAccount\n-\n` +
            `add: uidNumber\nuidNumber: 1${gidNumber}\n-\nadd: gidNumber\n` +
            `gidNumber: ${gidNumber}\n-\nadd: homeDirectory\nhomeDirectory: /home/x\n`,
        )
        return user
      }
      const wheel = `cn=wheel${made},${groups}`
      await server.modify(
        ldifEntry(wheel, { objectClass: 'posixGroup', cn: `wheel${made}`, gidNumber: gid }),
      )
      for (const privilegedGroups of [[wheel], [await group([wheel])]]) {
        const store = storeWith({ privilegedGroups })
        expect(await outcomeFor(store, await posix(gid))).toBe('privileged_user: privileged_member')
        expect(await outcomeFor(store, await posix(`${gid}1`))).toBe('applied')
        expect(await outcomeFor(store, await server.createUser())).toBe('applied')
      }
    })

    it('counts accounts that are named, by DN or by id, whatever their groups', async () => {
      const [byDn, byId] = [await server.createUser(), await server.createUser()]
      const privilegedGroups = [server.privilegedGroupDn]
      const { id } = await lookUp(storeWith({ privilegedGroups }), byId)
      const store = storeWith({ privilegedGroups, privilegedAccounts: [byDn.dn, id] })
      expect(await outcomeFor(store, byDn)).toBe('privileged_user: privileged_account')
      expect(await outcomeFor(store, byId)).toBe('privileged_user: privileged_account')
      expect(await outcomeFor(store, await server.createUser())).toBe('applied')
    })

    const withLogin = async (login = `Login${next()}`): Promise<SampleUser> => {
      const user = {
        ...server.user('active'),
        password: 'A password of the test, 42',
        dn: `login=${login},ou=people,${suffix}`,
        username: `user-${login}`,
      }
      await server.modify(
        ldifEntry(user.dn, {
          objectClass: ['inetOrgPerson', 'loginPerson'],
          login,
          uid: user.username,
          cn: login,
          sn: login,
          userPassword: user.password,
        }),
      )
      return user
    }
    const otherNames: readonly (readonly [string, (user: SampleUser) => string])[] = [
      ['another name of the attribute', ({ dn }) => dn.replace('login=', 'loginName=')],
      ['spaces and capitals', ({ dn }) => dn.toUpperCase().replaceAll(',', ' , ')],
      ['another name and capitals', ({ dn }) => dn.replace('login=', 'LoginNAME = ').toUpperCase()],
      ['an escape', ({ dn }) => dn.replace('Login', '\\4cogin')],
      ['quotes', ({ dn }) => dn.replace(/login=(\w+)/, 'login="$1"')],
    ]

    it.each(otherNames)('counts a member whose DN is spelt with %s', async (_, spelt) => {
      const user = await withLogin()
      const store = storeWith({ privilegedGroups: [await group([spelt(user)])] })
      expect(await outcomeFor(store, user)).toBe('privileged_user: privileged_member')
      expect(await outcomeFor(store, await withLogin())).toBe('applied')
    })

    it('counts an account with the values of a member that is nobody', async () => {
      const user = await server.createUser()
      const gone = user.dn.replace(/^[^=]+/, 'description')
      const store = storeWith({ privilegedGroups: [await group([gone])] })
      expect(await outcomeFor(store, user)).toBe('privileged_user: privileged_member')
      expect(await outcomeFor(store, await server.createUser())).toBe('applied')
    })

    it.each([
      ...otherNames,
      [
        'the number of the attribute',
        ({ dn }: SampleUser) => dn.replace('login', '1.3.6.1.4.1.99999.1'),
      ],
    ] as const)('counts a named account whose DN is spelt with %s', async (_, spelt) => {
      const user = await withLogin()
      const store = storeWith({
        privilegedGroups: [server.privilegedGroupDn],
        privilegedAccounts: [spelt(user)],
      })
      expect(await outcomeFor(store, user)).toBe('privileged_user: privileged_account')
      expect(await outcomeFor(store, await withLogin())).toBe('applied')
    })

    if (name === 'slapd')
      it('knows the service account by another name of its DN', async () => {
        const own = await withLogin('svc')
        const store = ldapUserStore({
          ...storeOptions(server),
          bind: { dn: own.dn.replace('login=', 'loginName='), password: own.password },
          dialect: dialect({ privilegedGroups: [server.privilegedGroupDn] }),
        })
        stores.push(store)
        expect(await outcomeFor(store, own)).toBe('privileged_user: own_service_account')
      })

    it('finds who became privileged between the look and the write', async () => {
      const user = await server.createUser()
      const boss = await server.createUser()
      const later = `cn=meanwhile${next()},${groups}`
      let nowMs = Date.now() + 3_600_000
      const store = ldapUserStore({
        ...storeOptions(server),
        dialect: dialect({ privilegedGroups: [await group([boss.dn, later])] }),
        now: () => nowMs,
      })
      stores.push(store)
      const { id, version } = await lookUp(store, user)
      const audit = async ({ type }: { readonly type: string }) => {
        if (type !== 'reset.attempted') return
        await group([user.dn], { cn: later.slice(3, later.indexOf(',')) })
        nowMs += 10
      }
      const result = await resetUser(store, { id, version }, { audit })
      expect(refusal(result)).toBe('conflict: changed_during_write')
      expect(await server.canSignIn(user.dn, user.password)).toBe('ok')
    })
  })
}

describe('roles of 389-ds', () => {
  describeWithServer('389ds', 'who is privileged on 389ds by a role', () => {
    it('is in nsRole; who hides nsRole counts as well', async () => {
      await using server = await start389Ds()
      const role = `cn=bosses,ou=people,${suffix}`
      const filtered = `cn=chiefs,ou=people,${suffix}`
      const definition = ['top', 'ldapsubentry', 'nsRoleDefinition']
      const [member, chief, hiding, plain] = [
        await server.createUser(),
        await server.createUser(),
        await server.createUser(),
        await server.createUser(),
      ]
      await server.modify(
        ldifEntry(role, {
          objectClass: [...definition, 'nsSimpleRoleDefinition', 'nsManagedRoleDefinition'],
          cn: 'bosses',
        }) +
          ldifEntry(filtered, {
            objectClass: [...definition, 'nsComplexRoleDefinition', 'nsFilteredRoleDefinition'],
            cn: 'chiefs',
            nsRoleFilter: '(employeeType=chief)',
          }) +
          `dn: ${member.dn}\nchangetype: modify\nadd: nsRoleDN\nnsRoleDN: ${role}\n\n` +
          `dn: ${chief.dn}\nchangetype: modify\nadd: employeeType\nemployeeType: chief\n\n` +
          `dn: ${hiding.dn}\nchangetype: modify\nadd: aci\naci: ${aciAgainst('nsRole')}\n\n`,
      )
      const store = ldapUserStore({
        ...storeOptions(server),
        dialect: ds389({ privilegedGroups: [role, filtered] }),
      })
      const outcomes = []
      for (const user of [member, chief, hiding, plain])
        outcomes.push(refusal(await resetUser(store, user)))
      store.close()
      expect(outcomes).toEqual([
        'privileged_user: privileged_member',
        'privileged_user: privileged_member',
        'privileged_user: privilege_unreadable',
        'applied',
      ])
    })
  })
})
