import { randomBytes } from 'node:crypto'
import { availableParallelism } from 'node:os'
import { ForceResetError } from '@force-reset/core'
import { checkNames } from '@force-reset/core/store'
import { argon2id as argon2idType, hash } from 'argon2'
import type { PasswordHasher } from '../options/password-hasher.ts'
import { workQueue } from './work-queue.ts'

/** Cost and limits of {@link argon2id}. */
export interface Argon2idOptions {
  /** KiB of memory for one hash. Default 19,456 (OWASP's least, with two passes). */
  readonly memoryKib?: number | undefined
  /** Passes over the memory. Default 2. */
  readonly passes?: number | undefined
  /** Lanes. Default 1. */
  readonly lanes?: number | undefined
  /** Hashes at a time; each holds `memoryKib`. Default: the number of processors. */
  readonly concurrency?: number | undefined
  /** Hashes that may wait for their turn; one more is answered `busy`. Default 1,000. */
  readonly greatestQueue?: number | undefined
}

const names: Readonly<Record<keyof Argon2idOptions, true>> = {
  memoryKib: true,
  passes: true,
  lanes: true,
  concurrency: true,
  greatestQueue: true,
}

/** Bytes of salt and of tag (RFC 9106, section 4: 128 bits and 256 bits). */
const saltLength = 16
const tagLength = 32
/** Argon2 version 1.3 (RFC 9106, section 3.2). */
const version = 0x13
/** RFC 9106, section 3.1: passes and memory are 32-bit, lanes 24-bit. */
const most32Bits = 2 ** 32 - 1
const most24Bits = 2 ** 24 - 1

/**
 * Argon2id (RFC 9106) through the `argon2` package, as `$argon2id$v=19$m=…,t=…,p=…$salt$tag`. The
 * parameters are in the order of the reference implementation: some verifiers accept no other.
 *
 * Make one hasher and share it: the queue of the hasher bounds the memory of the process.
 *
 * @throws {ForceResetError} `ERR_INVALID_CONFIG` for a cost that is not a whole number in the range
 *   of the specification, and for an option that is none.
 * @example
 * const hasher = argon2id({ memoryKib: 47_104, passes: 1 })
 */
export function argon2id(options: Argon2idOptions = {}): PasswordHasher {
  checkNames(options, Object.keys(names), 'argon2id: ')
  const lanes = whole('lanes', options.lanes ?? 1, 1, most24Bits)
  const memoryKib = whole('memoryKib', options.memoryKib ?? 19_456, 8 * lanes, most32Bits)
  const passes = whole('passes', options.passes ?? 2, 1, most32Bits)
  const queue = workQueue({
    concurrency: whole('concurrency', options.concurrency ?? availableParallelism(), 1, 1_024),
    waiting: whole('greatestQueue', options.greatestQueue ?? 1_000, 0, most32Bits),
  })
  return (password) =>
    queue.run(async () => {
      const salt = randomBytes(saltLength)
      const tag = await tagOf(password, {
        salt,
        memoryCost: memoryKib,
        timeCost: passes,
        parallelism: lanes,
      })
      const cost = `m=${memoryKib},t=${passes},p=${lanes}`
      return `$argon2id$v=${version}$${cost}$${unpadded(salt)}$${unpadded(tag)}`
    })
}

interface Cost {
  readonly salt: Buffer
  readonly memoryCost: number
  readonly timeCost: number
  readonly parallelism: number
}

/**
 * The types of the package ask for a Buffer. The package copies a Buffer into memory that nobody
 * wipes. The package also takes an ArrayBuffer, and reads that in place.
 */
const hashArrayBuffer = hash as (
  password: unknown,
  options: Cost & {
    readonly raw: true
    readonly type: 2
    readonly version: number
    readonly hashLength: number
  },
) => Promise<Buffer>

async function tagOf(password: Uint8Array<ArrayBuffer>, cost: Cost): Promise<Buffer> {
  const own = new Uint8Array(new ArrayBuffer(password.length))
  own.set(password)
  try {
    return await hashArrayBuffer(own.buffer, {
      ...cost,
      raw: true,
      type: argon2idType,
      version,
      hashLength: tagLength,
    })
  } finally {
    own.fill(0)
  }
}

/** Base64 without padding, as the PHC string format has it. */
function unpadded(bytes: Buffer): string {
  return bytes.toString('base64').replaceAll('=', '')
}

function whole(name: string, value: number, least: number, most: number): number {
  if (Number.isInteger(value) && value >= least && value <= most) return value
  throw new ForceResetError(
    'ERR_INVALID_CONFIG',
    `argon2id: ${name} must be a whole number from ${least} to ${most}`,
  )
}
