import { readFileSync } from 'node:fs'
import { ConfigurationError } from './parse-users-table.ts'

/**
 * Reads the file that a setting names.
 *
 * @throws {ConfigurationError} Names the setting, and what the operating system says.
 */
export function readSetting(name: string, path: string): Buffer {
  try {
    return readFileSync(path)
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? ` (${String(error.code)})` : ''
    throw new ConfigurationError(`${name} names a file that cannot be read${code}.`)
  }
}
