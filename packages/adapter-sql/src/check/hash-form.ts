/** How a hash was made, as far as its beginning tells. */
export interface HashForm {
  /** The beginning without salt and key, such as `$2b$`, or a description. Safe to print. */
  readonly label: string
  /** `undefined` where nothing names the algorithm. */
  readonly algorithm: 'bcrypt' | 'argon2' | 'scrypt' | 'pbkdf2' | 'crypt' | 'digest' | undefined
}

/** Beginnings that are known. Of any other beginning nobody can say that it is no salt. */
const beginnings: readonly (readonly [NonNullable<HashForm['algorithm']>, RegExp])[] = [
  ['bcrypt', /^(?:\$wp|bcrypt(?:_sha256)?\$)?\$2[abxy]?\$/],
  ['argon2', /^(?:argon2)?\$argon2(?:id|i|d)\$/],
  ['scrypt', /^(?:\$(?:scrypt|7|s0|e0\d{3})\$|scrypt[$:])/],
  ['pbkdf2', /^(?:\$pbkdf2(?:-sha\d{1,3})?\$|pbkdf2_sha\d{1,3}\$|pbkdf2:sha\d{1,3}:)/],
  ['digest', /^(?:\$(?:1|apr1)\$|(?:md5|sha1|sha256|sha512)\$)/],
  ['crypt', /^\$(?:5|6|y|gy|P|H|S)\$/],
]

/** A scheme in front of a hash, as LDAP, Dovecot and Spring write it. Other braces hold a salt. */
const schemes = 'S?SHA|S?MD[45]|CRYPT|ARGON2|BLF-CRYPT|BCRYPT|SCRYPT|PBKDF2|NOOP|PLAIN|CLEARTEXT'
const scheme = new RegExp(`^\\{(?:${schemes})[\\w.@-]{0,24}\\}`, 'i')

/**
 * The form of a stored hash.
 *
 * @example
 * hashForm('{CRYPT}$2b$12$…').label // '{CRYPT}$2b$'
 */
export function hashForm(hash: string): HashForm {
  const [front = ''] = scheme.exec(hash) ?? []
  const rest = hash.slice(front.length)
  for (const [algorithm, beginning] of beginnings) {
    const [begins] = beginning.exec(rest) ?? []
    if (begins !== undefined) return { label: front + begins, algorithm }
  }
  if (/^\{(?:S?SHA\d{0,3}|S?MD5|CLEARTEXT|PLAIN)\}$/i.test(front))
    return { label: front, algorithm: 'digest' }
  return { label: (front && `${front} and `) + shapeOf(rest), algorithm: undefined }
}

function shapeOf(text: string): string {
  if (/^\*?[0-9a-f]+$/i.test(text)) return `${text.length} hexadecimal digits`
  if (/^[\w+/-]+={0,2}$/.test(text)) return `${text.length} characters of base64`
  return 'another form'
}

/**
 * Why a hash costs an attacker too little, by the OWASP Password Storage Cheat Sheet. `undefined`
 * where the cost suffices, or where the hash does not tell the cost.
 *
 * @example
 * costProblem('$2b$04$…') // 'bcrypt with a cost of 4; at least 10 is advised'
 */
export function costProblem(hash: string): string | undefined {
  const { label, algorithm } = hashForm(hash)
  const rest = hash.slice(label.length)
  switch (algorithm) {
    case 'bcrypt':
      return bcryptProblem(rest)
    case 'argon2':
      return argon2Problem(rest)
    case 'scrypt':
      return scryptProblem(label, rest)
    case 'pbkdf2':
      return pbkdf2Problem(/sha\d+/.exec(label)?.[0] ?? 'sha1', /^(?:i=)?(\d+)/.exec(rest)?.[1])
    case 'digest':
      return 'a digest without a cost, of which an attacker tries billions in a second'
    case 'crypt':
      return undefined
    case undefined:
      return identityProblem(hash)
    default:
      return algorithm satisfies never
  }
}

const leastBcryptCost = 10

function bcryptProblem(rest: string): string | undefined {
  const cost = Number(/^(\d\d)\$/.exec(rest)?.[1] ?? leastBcryptCost)
  return cost < leastBcryptCost
    ? `bcrypt with a cost of ${cost}; at least ${leastBcryptCost} is advised`
    : undefined
}

/** Each pair of memory in KiB and passes resists an attacker alike. */
const argon2Costs: readonly (readonly [memoryKib: number, passes: number])[] = [
  [47_104, 1],
  [19_456, 2],
  [12_288, 3],
  [9_216, 4],
  [7_168, 5],
]

function argon2Problem(rest: string): string | undefined {
  const memoryKib = numberAfter('m', rest)
  const passes = numberAfter('t', rest)
  if (memoryKib === undefined || passes === undefined) return undefined
  return argon2Costs.some(([memory, least]) => memoryKib >= memory && passes >= least)
    ? undefined
    : `Argon2 with ${memoryKib} KiB and ${passes} passes; at least 19456 KiB and 2 are advised`
}

/** Each pair of N and lanes, with blocks of 8, resists an attacker alike. */
const scryptCosts: readonly (readonly [N: number, lanes: number])[] = [
  [2 ** 17, 1],
  [2 ** 16, 2],
  [2 ** 15, 3],
  [2 ** 14, 5],
  [2 ** 13, 10],
]
const leastBlock = 8

function scryptProblem(label: string, rest: string): string | undefined {
  const { N, block, lanes } = scryptCost(label, rest)
  if (![N, block, lanes].every((one) => Number.isInteger(one))) return undefined
  return block >= leastBlock && scryptCosts.some(([cost, least]) => N >= cost && lanes >= least)
    ? undefined
    : `scrypt with N=${N}, r=${block}, p=${lanes}; at least N=131072, r=8, p=1 is advised`
}

interface ScryptCost {
  readonly N: number
  readonly block: number
  readonly lanes: number
}

/** By `ln=17,r=8,p=1`, by Werkzeug's `N:r:p$`, by Django's `N$salt$r$p$`, or by `N$r$p$`. */
function scryptCost(label: string, rest: string): ScryptCost {
  const named = {
    ln: numberAfter('ln', rest),
    r: numberAfter('r', rest),
    p: numberAfter('p', rest),
  }
  if (label.startsWith('$'))
    return { N: 2 ** (named.ln ?? Number.NaN), block: Number(named.r), lanes: Number(named.p) }
  const [, N, block, lanes] =
    /^(\d+):(\d+):(\d+)\$/.exec(rest) ??
    /^(\d+)\$(\d+)\$(\d+)\$/.exec(rest) ??
    /^(\d+)\$[^$]*\$(\d+)\$(\d+)\$/.exec(rest) ??
    []
  return { N: Number(N), block: Number(block), lanes: Number(lanes) }
}

const leastIterations: Readonly<Record<string, number>> = {
  sha1: 1_300_000,
  sha256: 600_000,
  sha512: 210_000,
}

function pbkdf2Problem(digest: string, given: string | undefined): string | undefined {
  const least = leastIterations[digest]
  if (least === undefined || given === undefined || Number(given) >= least) return undefined
  const made = `PBKDF2 with ${digest.toUpperCase()} and ${given} iterations`
  return `${made}; at least ${least} are advised`
}

/** ASP.NET Core Identity, version 3: the byte 1, then the digest and the iterations in 4 bytes. */
function identityProblem(hash: string): string | undefined {
  if (!/^AQAAAA[\w+/]{50,}={0,2}$/.test(hash)) return undefined
  const bytes = Buffer.from(hash, 'base64')
  const digest = ['sha1', 'sha256', 'sha512'][bytes.readUInt32BE(1)]
  return digest && pbkdf2Problem(digest, String(bytes.readUInt32BE(5)))
}

function numberAfter(name: string, text: string): number | undefined {
  const found = new RegExp(`(?:^|[$,])${name}=(\\d+)(?=[$,]|$)`).exec(text)?.[1]
  return found === undefined ? undefined : Number(found)
}
