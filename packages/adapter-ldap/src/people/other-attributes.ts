import { type Entry, texts } from '../connection/entry.ts'
import type { JudgedStatus } from '../dialect/person.ts'
import { generalizedTime } from '../dialect/times.ts'
import type { Reason } from '../explain/explanation.ts'
import { disabled, expired } from './reasons.ts'

/** A status, and why it allows no reset. */
export interface ExplainedStatus extends JudgedStatus {
  readonly why?: Reason | undefined
}

type Verdict = 'disabled' | 'ended' | undefined

const dayMs = 86_400_000

/** Says whether one value of an attribute bars the account now. */
type Judge = (value: string, now: number) => Verdict

const isTrueWord: Judge = (value) => (value.toUpperCase() === 'TRUE' ? 'disabled' : undefined)

const isOneOf =
  (...words: readonly string[]): Judge =>
  (value) =>
    words.includes(value.trim().toLowerCase()) ? 'disabled' : undefined

const hasBit =
  (bit: number): Judge =>
  (value) =>
    /^-?\d{1,10}$/.test(value) && (Number(value) & bit) !== 0 ? 'disabled' : undefined

/** The beginning of 1970 is for ever (MIT Kerberos). A time that cannot be read refuses. */
const isPastTime: Judge = (value, now) => {
  const end = generalizedTime(value)?.getTime()
  return end === 0 || (end !== undefined && end > now) ? undefined : 'ended'
}

/**
 * Attributes by which other programs than the directory itself bar an account. A new password lifts
 * none of them. But the account is none that a help desk should hand a password for.
 */
const judges: Readonly<Record<string, Judge>> = Object.freeze({
  // Days since 1970. 0 locks (chage -E 0), and negative numbers are for ever (shadow(5)).
  shadowExpire: (value, now) =>
    /^\d{1,9}$/.test(value) && Number(value) * dayMs <= now ? 'ended' : undefined,
  // Letters in brackets: D is disabled (pdb_get_acct_ctrl of Samba).
  sambaAcctFlags: (value) => (/^\[[^\]]*D/.test(value) ? 'disabled' : undefined),
  // Seconds since 1970; 0 and 2147483647 are for ever.
  sambaKickoffTime: (value, now) =>
    /^[1-9]\d{0,9}$/.test(value) && value !== '2147483647' && Number(value) * 1_000 <= now
      ? 'ended'
      : undefined,
  nsAccountLock: isTrueWord,
  loginDisabled: isTrueWord,
  loginExpirationTime: isPastTime,
  inetUserStatus: isOneOf('inactive', 'deleted'),
  accountStatus: isOneOf('disabled', 'noaccess', 'deleted'),
  krbPrincipalExpiration: isPastTime,
  krb5ValidEnd: isPastTime,
  // DISALLOW_ALL_TIX of MIT Kerberos (kadmin: -allow_tix), and `invalid` of Heimdal.
  krbTicketFlags: hasBit(0x40),
  krb5KDCFlags: hasBit(0x80),
})

/** What is read for {@link statusElsewhere}. None of it is a hash. */
export const attributesElsewhere: readonly string[] = Object.freeze(Object.keys(judges))

/**
 * Whether an attribute of another program bars the account.
 *
 * @example
 * const status = statusElsewhere(entry, site.now())
 */
export function statusElsewhere(entry: Entry, now: number): ExplainedStatus | undefined {
  const verdicts = Object.entries(judges).flatMap(([attribute, judge]) =>
    texts(entry, attribute).map((value) => judge(value, now)),
  )
  if (verdicts.includes('disabled'))
    return { status: 'suspended', statusReason: 'disabled', why: disabled }
  return verdicts.includes('ended')
    ? { status: 'suspended', statusReason: 'ended', why: expired }
    : undefined
}

/** Classes whose entries hold other hashes of the password, or the keys made from it. */
const hashingClasses: ReadonlySet<string> = new Set([
  ...['sambasamaccount', 'sambaaccount', 'ipantuserattrs', 'asterisksipuser'],
  ...['krbprincipal', 'krbprincipalaux', 'krb5principal', 'krb5kdcentry'],
  ...['authpasswordobject', 'cmusasluser', 'univentionpwhistory'],
])

/** Classes whose entries hold other ways in: keys, certificates, devices, answers to questions. */
const credentialClasses: ReadonlySet<string> = new Set([
  ...['ldappublickey', 'ipasshuser', 'pkiuser', 'strongauthenticationuser', 'ipacertmapobject'],
  ...['oathuser', 'oathhotpuser', 'oathtotpuser', 'oathhotptoken', 'oathtotptoken', 'totpuser'],
  ...['ipatokenradiusproxyuser', 'ipapasskeyuser', 'yubikeyuser', 'pwmuser', 'radiusprofile'],
])

/**
 * Whether the account has other hashes of its password, by its classes. An account whose classes
 * cannot be read may have some.
 *
 * @example
 * const hasHashes = hasOtherHashes(entry)
 */
export function hasOtherHashes(entry: Entry): boolean {
  return isOfClass(entry, hashingClasses)
}

/**
 * Whether the account has other ways in, by its classes. An account whose classes cannot be read
 * may have some. Certificates of an account without these classes are not seen.
 *
 * @example
 * const survivors = hasOtherCredentials(entry) ? ['other_credentials'] : []
 */
export function hasOtherCredentials(entry: Entry): boolean {
  return isOfClass(entry, credentialClasses)
}

function isOfClass(entry: Entry, known: ReadonlySet<string>): boolean {
  const classes = texts(entry, 'objectClass')
  return classes.length === 0 || classes.some((name) => known.has(name.toLowerCase()))
}
