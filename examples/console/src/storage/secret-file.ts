import { randomBytes } from 'node:crypto'
import { closeSync, fsyncSync, linkSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs'
import { ConfigurationError } from '../settings/configuration-error.ts'
import { administratorWords } from '../words/administrator.ts'

const words = administratorWords.files

/** 32 bytes in hexadecimal. */
const form = /^[0-9a-f]{64}$/

/**
 * The secret in a file, which is made where there is none: for this account alone, and filled with
 * random bytes. Versions, cursors and the marks of resets then outlive a restart.
 *
 * @param path - `undefined`: a secret for this process alone.
 * @throws {ConfigurationError} The file cannot be made or read, or holds something else.
 */
export function secretIn(path: string | undefined): string {
  const made = randomBytes(32).toString('hex')
  if (path === undefined) return made
  try {
    makeFile(path, `${made}\n`)
    return made
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw new ConfigurationError(words.secretNotMade(codeOf(error)))
  }
  return presentSecret(path)
}

/** Makes a file that is whole from its first moment on: a crash leaves no empty one. */
function makeFile(path: string, text: string): void {
  const whole = `${path}.${randomBytes(8).toString('hex')}`
  const file = openSync(whole, 'wx', 0o600)
  try {
    writeSync(file, text)
    fsyncSync(file)
    linkSync(whole, path)
  } finally {
    closeSync(file)
    rmSync(whole)
  }
}

function presentSecret(path: string): string {
  let text: string
  try {
    text = readFileSync(path, 'utf8').trim()
  } catch (error) {
    throw new ConfigurationError(words.unreadable('SECRET_FILE', codeOf(error)))
  }
  if (!form.test(text)) throw new ConfigurationError(words.secretOther)
  return text
}

function codeOf(error: unknown): string | undefined {
  const { code } = Object(error)
  return typeof code === 'string' ? code : undefined
}
