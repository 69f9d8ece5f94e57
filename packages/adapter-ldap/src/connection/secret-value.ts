/** A secret as an attribute's value, which knows every buffer it was copied into. */
export interface SecretValue {
  /** Give this to an encoder. It lives in memory of its own and prints as nothing. */
  readonly value: Buffer
  /**
   * Overwrites the value and every buffer that the value was copied into, however often the
   * encoder's own buffer grew.
   */
  wipe(): void
}

/**
 * A copy of `bytes` for one request.
 *
 * An encoder copies a value into its own buffer, and copies that buffer into a greater one whenever
 * it is full. Each copy would stay in memory. BER writers copy by `Buffer.copy` alone. So the value
 * replaces its own `copy` by a function that remembers the target, and does the same to the target.
 *
 * @example
 * const secret = secretValue(bytes)
 * try {
 *   await connection.bind({ dn, password: secret.value })
 * } finally {
 *   secret.wipe()
 * }
 */
export function secretValue(bytes: Uint8Array): SecretValue {
  const value = Buffer.from(new ArrayBuffer(bytes.length))
  value.set(bytes)
  const copies = new Set<Buffer>()
  follow(value, copies)
  Object.defineProperties(value, {
    toJSON: { value: () => '[secret]' },
    [Symbol.for('nodejs.util.inspect.custom')]: { value: () => '[secret]' },
  })
  return {
    value,
    wipe: () => {
      for (const copy of copies) copy.fill(0)
    },
  }
}

function follow(buffer: Buffer, copies: Set<Buffer>): void {
  copies.add(buffer)
  Object.defineProperties(buffer, {
    copy: {
      value: (target: Uint8Array, ...range: number[]): number => {
        if (Buffer.isBuffer(target) && !copies.has(target)) follow(target, copies)
        return Buffer.prototype.copy.apply(buffer, [target, ...range])
      },
    },
    // One writer's result may be the value that another one copies.
    subarray: {
      value: (...range: number[]): Buffer => {
        const view = Buffer.prototype.subarray.apply(buffer, range)
        follow(view, copies)
        return view
      },
    },
  })
}
