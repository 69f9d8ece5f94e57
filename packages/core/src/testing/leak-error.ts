import type { LeakEncoding } from './leak-encodings.ts'

/** Where a secret was found. */
export interface Leak {
  /** The surface's name; its number, `#1` for the first, when the name itself holds the secret. */
  readonly surface: string
  readonly encoding: LeakEncoding
  /** Bytes before it, counted in UTF-8 where the surface is a text. */
  readonly offset: number
}

/**
 * Thrown when a secret was found, or a search could not prove itself. It says where, never what.
 */
export class LeakError extends Error {
  readonly code: 'ERR_LEAK_FOUND' | 'ERR_SEARCH_UNPROVEN' | 'ERR_SURFACE_UNREADABLE'
  readonly leaks: readonly Leak[]

  constructor(code: LeakError['code'], message: string, leaks: readonly Leak[] = []) {
    super(message)
    this.name = 'LeakError'
    this.code = code
    this.leaks = leaks
  }
}
