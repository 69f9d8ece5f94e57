import { createHash } from 'node:crypto'
import { escapeDnValue, type LdifAttributes, ldifEntry } from './ldif.ts'
import {
  type Sample,
  type SampleName,
  type SampleUser,
  saltedSha1,
  samples,
} from './sample-users.ts'

/** Suffix and well-known entries of every throwaway 389-ds. */
export const dns389 = {
  suffix: 'dc=example,dc=test',
  people: 'ou=people,dc=example,dc=test',
  operator: 'cn=helpdesk,ou=services,dc=example,dc=test',
  relaxedPolicy: 'cn=no-must-change,ou=policies,dc=example,dc=test',
  privileged: 'cn=admins,ou=groups,dc=example,dc=test',
  nested: 'cn=senior-admins,ou=groups,dc=example,dc=test',
} as const

/** The same on each run, because the imported database is kept. Only loopback ever sees it. */
export const operatorPassword389 = 'Delegated-rights-0815-q7'

/** An account with this attribute has to choose a new password when it signs in. */
export const mustChange389: LdifAttributes = { passwordExpirationTime: '19700101000000Z' }

/** All samples but two: 389-ds ends no validity without a plugin, and knows no smart cards. */
export const knownSamples389: readonly SampleName[] = [
  'active',
  'second',
  'pending',
  'locked',
  'disabled',
  'neverExpires',
  'privileged',
  'nestedPrivileged',
  'nonAscii',
  'comma',
  'hostile',
  'long',
  'bare',
]

/**
 * The attributes of a user that the service account reads. The hashes are not among them:
 * `userPassword` and `passwordHistory`.
 */
const readable = [
  'objectClass',
  'uid',
  'cn',
  'sn',
  'givenName',
  'displayName',
  'mail',
  'employeeType',
  'member',
  'memberUid',
  'ou',
  'dc',
  'nsUniqueId',
  'entryUUID',
  'entryUSN',
  'createTimestamp',
  'modifyTimestamp',
  'pwdUpdateTime',
  'pwdpolicysubentry',
  'nsAccountLock',
  'nsRole',
  'passwordExpirationTime',
  'passwordRetryCount',
  'retryCountResetTime',
  'accountUnlockTime',
  'pwdReset',
  'pwdTPRReset',
  'pwdTPRUseCount',
  'pwdTPRValidFrom',
  'pwdTPRExpireAt',
].join(' || ')

const serviceAccountSubject = `userdn="ldap:///${dns389.operator}"`

/**
 * Lets the service account read the global rules for passwords, which stand among the server's
 * settings.
 */
export const policyReadAci389 = aci(
  'help desk reads rules',
  'objectClass || cn || password* || nsslapd-pwpolicy-*',
  'read,search,compare',
  serviceAccountSubject,
)

function aci(name: string, attributes: string, rights: string, subject: string): string {
  return `(targetattr="${attributes}")(version 3.0; acl "${name}"; allow (${rights}) ${subject};)`
}

/**
 * The LDIF that is imported before the first start. Its passwords are hashes, so that nobody is
 * made to change a password.
 */
export function seedText389(bulkUsers: number, ldif: string): string {
  const seeds = samples(knownSamples389)
  const unit = (name: string, attributes: LdifAttributes = {}) =>
    ldifEntry(`ou=${name},${dns389.suffix}`, {
      objectClass: 'organizationalUnit',
      ou: name,
      ...attributes,
    })
  const group = (dn: string, cn: string, member: readonly string[]) =>
    ldifEntry(dn, { objectClass: 'groupOfNames', cn, member })
  const dnOf = (name: SampleName) =>
    seeds.filter((sample) => sample.name === name).map((sample) => sampleUser389(sample).dn)
  return [
    ldifEntry(dns389.suffix, {
      objectClass: 'domain',
      dc: 'example',
      aci: [
        aci('help desk reads', readable, 'read,search,compare', serviceAccountSubject),
        aci('everybody reads themselves', readable, 'read,search,compare', 'userdn="ldap:///self"'),
      ],
    }),
    unit('people', {
      // Write alone: the service account neither reads hashes nor compares with them.
      aci: [
        aci('help desk resets', 'userPassword', 'write', serviceAccountSubject),
        aci('own password', 'userPassword', 'write', 'userdn="ldap:///self"'),
      ],
    }),
    ...['groups', 'services'].map((name) => unit(name)),
    unit('policies', {
      aci: [
        aci(
          'help desk reads policies',
          'objectClass || cn || password*',
          'read,search,compare',
          serviceAccountSubject,
        ),
      ],
    }),
    ldifEntry(dns389.relaxedPolicy, {
      objectClass: ['top', 'extensibleObject', 'ldapsubentry', 'passwordPolicy'],
      cn: 'no-must-change',
      passwordMustChange: 'off',
      passwordChange: 'on',
      passwordCheckSyntax: 'on',
      passwordMinLength: '12',
      passwordStorageScheme: 'PBKDF2-SHA512',
    }),
    ldifEntry(dns389.operator, {
      objectClass: ['applicationProcess', 'simpleSecurityObject'],
      cn: 'helpdesk',
      userPassword: hashed(operatorPassword389),
    }),
    ...seeds.map(sampleEntry),
    // Each of the two groups contains the other: code that follows members must still end.
    group(dns389.privileged, 'admins', [...dnOf('privileged'), dns389.nested]),
    group(dns389.nested, 'senior-admins', [...dnOf('nestedPrivileged'), dns389.privileged]),
    bulkEntries(bulkUsers),
    ldif,
  ].join('')
}

/** The salt follows from the password: the text of the seed is the key of the kept database. */
function hashed(password: string): string {
  return saltedSha1(password, createHash('sha256').update(password).digest().subarray(0, 8))
}

/** People are named by `cn`, so that DNs hold commas, quotes and every alphabet. */
export function sampleUser389({ username, cn, password, displayName, mail }: Sample): SampleUser {
  return {
    dn: `cn=${escapeDnValue(cn)},${dns389.people}`,
    username,
    password,
    displayName,
    mail: mail?.[0],
  }
}

function sampleEntry(sample: Sample): string {
  const { username, cn, surname, givenName, displayName, mail, name, status } = sample
  return ldifEntry(sampleUser389(sample).dn, {
    objectClass: 'inetOrgPerson',
    uid: username,
    cn,
    sn: surname,
    givenName,
    displayName,
    mail,
    // The server makes an entryUUID for an added entry, but not for an imported one.
    entryUUID: uuidOf(username),
    userPassword: hashed(sample.password),
    ...(status === 'pending' ? mustChange389 : {}),
    ...(status === 'disabled' ? { nsAccountLock: 'TRUE' } : {}),
    ...(name === 'neverExpires' ? { pwdpolicysubentry: dns389.relaxedPolicy } : {}),
  })
}

function uuidOf(name: string): string {
  return uuid(createHash('sha256').update(name).digest('hex').slice(0, 12))
}

function uuid(node: string): string {
  return `00000000-0000-4000-8000-${node}`
}

/** Plain LDIF instead of {@link ldifEntry}, for a hundred thousand entries. */
function bulkEntries(count: number): string {
  const digits = Array.from({ length: count }, (_, index) => String(index).padStart(7, '0'))
  return digits
    .map(
      (number) =>
        `dn: uid=bulk${number},${dns389.people}\nobjectClass: inetOrgPerson\n` +
        `uid: bulk${number}\ncn: Bulk User ${number}\nsn: User ${number}\n` +
        `displayName: Bulk User ${number}\nmail: bulk${number}@example.test\n` +
        `entryUUID: ${uuid(`0${number}`.padStart(12, '0'))}\n\n`,
    )
    .join('')
}
