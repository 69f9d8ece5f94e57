import { createHash, randomBytes, randomInt } from 'node:crypto'

/** State of a made-up account. Failed sign-ins make it `locked`, an administrator `disabled`. */
export type SampleStatus = 'active' | 'pending' | 'locked' | 'disabled'

/** The accounts that throwaway directories have from the start. Some products lack some of them. */
export type SampleName =
  /** Two ordinary accounts. */
  | 'active'
  | 'second'
  /** Never signed in and must change. */
  | 'pending'
  /** Locked by failed sign-ins, with the right password known. */
  | 'locked'
  /** Disabled by an administrator. */
  | 'disabled'
  /** Its validity has ended (Active Directory: `accountExpires`; OpenLDAP: `pwdEndTime`). */
  | 'expired'
  /** Must-change has no effect: DONT_EXPIRE_PASSWD, or a password policy without must-change. */
  | 'neverExpires'
  /** Active Directory only: signs in by smart card. Must-change has no effect. */
  | 'smartcard'
  /** Member of the privileged group. */
  | 'privileged'
  /**
   * Member of a group that is a member of the privileged group. The two groups contain each other.
   */
  | 'nestedPrivileged'
  /** Names in Latin with diacritics, Chinese and Arabic. */
  | 'nonAscii'
  /** `CN=Doe\, John`. */
  | 'comma'
  /** Names with special characters of filters and DNs, and with a right-to-left override. */
  | 'hostile'
  /** A display name of 250 characters, and two mail addresses. */
  | 'long'
  /** No display name and no mail. */
  | 'bare'

/** A made-up account. Its password is thrown away with the server. */
export interface SampleUser {
  readonly dn: string
  /** `uid`, or `sAMAccountName` on Active Directory. */
  readonly username: string
  /** The password at the start: the old password of a reset. */
  readonly password: string
  readonly displayName?: string | undefined
  readonly mail?: string | undefined
}

/** An account to make. */
export interface NewUser {
  /** Default: a new one on each call. */
  readonly username?: string | undefined
  /** Default: a random password that every policy here accepts. */
  readonly password?: string | undefined
  /** Default `active`. */
  readonly status?: SampleStatus | undefined
  readonly displayName?: string | undefined
  readonly mail?: string | undefined
  /** Further attributes. */
  readonly attributes?: Readonly<Record<string, string | readonly string[]>> | undefined
}

/** A sample account before a product has given it a DN. */
export interface Sample {
  readonly name: SampleName
  readonly username: string
  /** Value of the naming attribute `cn`. */
  readonly cn: string
  readonly surname: string
  readonly givenName?: string | undefined
  readonly displayName?: string | undefined
  readonly mail?: readonly string[] | undefined
  readonly password: string
  readonly status: SampleStatus
}

type Draft = Omit<Sample, 'password' | 'status' | 'name'> & { readonly status?: SampleStatus }

const rightToLeftOverride = '\u202e'

/** User names have at most 20 characters, and only characters that Active Directory allows. */
const drafts: Readonly<Record<SampleName, Draft>> = {
  active: person('anna.abel', 'Anna', 'Abel'),
  second: person('boris.brandt', 'Boris', 'Brandt'),
  pending: { ...person('pia.penrose', 'Pia', 'Penrose'), status: 'pending' },
  locked: { ...person('lena.lang', 'Lena', 'Lang'), status: 'locked' },
  disabled: { ...person('dora.dietrich', 'Dora', 'Dietrich'), status: 'disabled' },
  expired: person('emil.ernst', 'Emil', 'Ernst'),
  neverExpires: person('nora.nyberg', 'Nora', 'Nyberg'),
  smartcard: person('sam.stone', 'Sam', 'Stone'),
  privileged: person('paul.prince', 'Paul', 'Prince'),
  nestedPrivileged: person('nils.nested', 'Nils', 'Nested'),
  nonAscii: {
    username: 'zofie.akesson',
    cn: 'Žofie Åkesson 李雷 أحمد',
    surname: 'Åkesson',
    givenName: 'Žofie',
    displayName: 'Žofie Åkesson 李雷 أحمد',
    mail: ['zofie.akesson@example.test'],
  },
  comma: {
    username: 'john.doe',
    cn: 'Doe, John',
    surname: 'Doe',
    givenName: 'John',
    displayName: 'Doe, John',
    mail: ['john.doe@example.test'],
  },
  hostile: {
    username: "o'hara-(x)_&!",
    cn: `Hara (*)(&|!) \\ "x" <y> ; a=b+c # ${rightToLeftOverride}nimda`,
    surname: "O'Hara",
    displayName: `Hara (*)(&|!) \\ "x" <b>y</b> ${rightToLeftOverride}nimda`,
    mail: ["o'hara+tag@example.test"],
  },
  long: {
    username: 'lorenz.longwood',
    cn: 'Lorenz Longwood',
    surname: 'Longwood',
    displayName: `Lorenz ${'Longwood-'.repeat(27)}`.slice(0, 250),
    mail: ['lorenz.longwood@example.test', 'lorenz@example.test'],
  },
  bare: { username: 'bare.account', cn: 'bare.account', surname: 'x' },
}

function person(username: string, givenName: string, surname: string): Draft {
  const displayName = `${givenName} ${surname}`
  return {
    username,
    cn: displayName,
    surname,
    givenName,
    displayName,
    mail: [`${username}@example.test`],
  }
}

/** The sample accounts named, with the password that each has at the start. */
export function samples(names: readonly SampleName[]): Sample[] {
  return names.map((name, index) => ({
    status: 'active',
    ...drafts[name],
    name,
    password: initialPassword(index),
  }))
}

/**
 * The same on each run, because provisioned servers are kept. With characters of three classes and
 * no part of any name, for the policies.
 */
function initialPassword(index: number): string {
  return `Before-the-reset-${String(index).padStart(2, '0')}-q7`
}

const passwordCharacters = 'abcdefghjkmnpqrstvwxyz23456789'

/** A random password that every policy here accepts. */
export function randomPassword(): string {
  const random = Array.from(
    { length: 20 },
    () => passwordCharacters[randomInt(passwordCharacters.length)],
  ).join('')
  return `Zx7-${random}`
}

let made = 0

/**
 * A user name of at most 20 characters that no other call in this process returns.
 *
 * The name has two letters alone. 389-ds refuses passwords that hold any three characters of a
 * name. No password of a test has three of these in a row: neither a random one nor a UUID.
 */
export function freshUsername(): string {
  made += 1
  return `u${inTwoLetters(made)}-${inTwoLetters(randomInt(2 ** 6))}`
}

function inTwoLetters(number: number): string {
  return number.toString(2).replaceAll('0', 'i').replaceAll('1', 'u')
}

/**
 * The hash `{SSHA}` of a password, which every directory here verifies: no seed file and no
 * database then holds a password in clear.
 */
export function saltedSha1(password: string, salt: Uint8Array = randomBytes(8)): string {
  const digest = createHash('sha1').update(password).update(salt).digest()
  return `{SSHA}${Buffer.concat([digest, salt]).toString('base64')}`
}
