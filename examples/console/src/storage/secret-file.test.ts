import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { secretIn } from './secret-file.ts'

const folders: string[] = []
const folder = (): string => {
  const made = mkdtempSync(join(tmpdir(), 'secret-'))
  folders.push(made)
  return made
}
afterEach(() => {
  for (const one of folders.splice(0)) rmSync(one, { recursive: true })
})

describe('secretIn', () => {
  it('makes the file for this account alone, and reads it again after a restart', () => {
    const path = join(folder(), 'trail.db.key')
    const secret = secretIn(path)
    expect(secret).toMatch(/^[0-9a-f]{64}$/)
    expect(statSync(path).mode & 0o777).toBe(0o600)
    expect(readFileSync(path, 'utf8')).toBe(`${secret}\n`)
    expect(secretIn(path)).toBe(secret)
  })

  it('leaves no other file beside the secret, also where another process was first', () => {
    const path = join(folder(), 'key')
    const secrets = [secretIn(path), secretIn(path)]
    expect(new Set(secrets).size).toBe(1)
    expect(readdirSync(dirname(path))).toEqual(['key'])
  })

  it('makes another secret for each process without a file', () => {
    expect(secretIn(undefined)).not.toBe(secretIn(undefined))
  })

  it.each([
    [
      'holds something else',
      () => {
        const path = join(folder(), 'key')
        writeFileSync(path, 'hunter2-hunter2')
        return path
      },
      /SECRET_FILE names a file that holds no secret/,
    ],
    ['is a folder', folder, /SECRET_FILE names a file that cannot be read \(EISDIR\)/],
    [
      'cannot be made',
      () => join(folder(), 'gone', 'key'),
      /SECRET_FILE.* cannot be made \(ENOENT\)/,
    ],
  ])('names the variable where the file %s, and no secret', (_, pathOf, message) => {
    const path = pathOf()
    const read = () => secretIn(path)
    expect(read).toThrow(message)
    expect(read).not.toThrow(/hunter2/)
  })
})
