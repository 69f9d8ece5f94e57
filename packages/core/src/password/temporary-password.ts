import { ForceResetError } from '../port/errors.ts'

/**
 * A password that is shown once.
 *
 * The bytes are held in a private field of their own memory; printing, cloning, serialising or
 * comparing the object shows nothing of them.
 */
export class TemporaryPassword {
  readonly #bytes: Uint8Array<ArrayBuffer>
  #state: 'sealed' | 'revealed' | 'disposed' = 'sealed'

  /** @internal Takes over `bytes`: nobody else may keep these bytes. */
  constructor(bytes: Uint8Array<ArrayBuffer>) {
    this.#bytes = bytes
  }

  /** `sealed` until the password is revealed or disposed of. */
  get state(): 'sealed' | 'revealed' | 'disposed' {
    return this.#state
  }

  /**
   * The password as text, once. A string cannot be wiped: prefer {@link revealBytes} in a server.
   *
   * @throws {ForceResetError} `ERR_SECRET_REVEALED` the second time, `ERR_SECRET_DISPOSED` after
   *   `dispose()`.
   */
  reveal(): string {
    return this.revealBytes((bytes) => String.fromCharCode(...bytes))
  }

  /**
   * Hands the password's bytes (printable ASCII) to `fn`, once, and wipes the bytes when `fn`
   * returns.
   *
   * @param fn - Synchronous: the bytes are zeros as soon as it has returned.
   * @throws {ForceResetError} `ERR_SECRET_REVEALED` the second time, `ERR_SECRET_DISPOSED` after
   *   `dispose()`.
   */
  revealBytes<T>(fn: (bytes: Uint8Array<ArrayBuffer>) => T): T {
    if (this.#state !== 'sealed')
      throw new ForceResetError(
        this.#state === 'revealed' ? 'ERR_SECRET_REVEALED' : 'ERR_SECRET_DISPOSED',
        `The temporary password was already ${this.#state}. A password is shown once.`,
      )
    this.#state = 'revealed'
    try {
      return fn(this.#bytes)
    } finally {
      this.#bytes.fill(0)
    }
  }

  /** Wipes the password. Harmless when the password is already gone. */
  dispose(): void {
    if (this.#state === 'sealed') this.#state = 'disposed'
    this.#bytes.fill(0)
  }

  [Symbol.dispose](): void {
    this.dispose()
  }

  /** The text that is printed in place of the password. */
  toString(): string {
    return '[TemporaryPassword]'
  }

  toJSON(): string {
    return this.toString()
  }
}
