import { readFileSync } from 'node:fs'
import { administratorWords } from '../words/administrator.ts'

/**
 * A configuration that cannot be used. The message names the place in the file, not its content.
 */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError'
}

/**
 * Reads the file that a setting names.
 *
 * @throws {ConfigurationError} Names the setting and the code of the operating system.
 */
export function readSetting(name: string, path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : undefined
    throw new ConfigurationError(administratorWords.files.unreadable(name, code))
  }
}
