import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, describe, expect, it } from 'vitest'
import { startPostgres } from '../databases/postgres.ts'
import { randomPassword } from '../directories/sample-users.ts'
import { temporaryFolder } from '../process/caretaker.ts'
import { describeWithServer } from '../vitest.ts'
import { searchFiles } from './search-files.ts'

describe('searchFiles', () => {
  let folder: string
  beforeEach(() => {
    folder = temporaryFolder('search')
  })

  it('finds secrets in files and folders of folders, with file, secret and encoding', async () => {
    const [first, second, third] = [randomPassword(), randomPassword(), randomPassword()]
    await mkdir(join(folder, 'a', 'b'), { recursive: true })
    await writeFile(
      join(folder, 'a', 'b', 'log'),
      `x${first}y${Buffer.from(second).toString('hex')}`,
    )
    await writeFile(join(folder, 'clean'), 'nothing')
    await symlink(join(folder, 'a', 'b', 'log'), join(folder, 'link'))
    const outcome = await searchFiles([folder], [first, second, third])
    expect(outcome.files).toBe(2)
    expect(outcome.bytes).toBe(2 + first.length + 2 * second.length + 'nothing'.length)
    expect(outcome.sightings).toEqual([
      {
        file: join(folder, 'a', 'b', 'log'),
        secret: 0,
        total: 1,
        found: expect.objectContaining({ utf8: 1 }),
      },
      {
        file: join(folder, 'a', 'b', 'log'),
        secret: 1,
        total: 1,
        found: expect.objectContaining({ hex: 1 }),
      },
    ])
  })

  it('finds a secret that lies across two reads', async () => {
    const secret = randomPassword()
    const fourMegabytes = Buffer.alloc(4 * 1024 * 1024 - 7)
    const file = join(folder, 'large')
    await writeFile(file, Buffer.concat([fourMegabytes, Buffer.from(secret), fourMegabytes]))
    expect((await searchFiles([file], [secret])).sightings).toMatchObject([{ file, total: 1 }])
  })

  it('does not call a place clean that is not there', async () => {
    await expect(searchFiles([join(folder, 'nowhere')], [randomPassword()])).rejects.toThrow(
      /ENOENT/,
    )
  })
})

describeWithServer('postgres', 'searchFiles in a database', () => {
  it('finds a careless insert in log, journal and table, and nothing that was unsent', async () => {
    await using postgres = await startPostgres({
      logLevel: 'statements',
      sql: 'CREATE TABLE notes (note text)',
    })
    const [careless, unsent] = [randomPassword(), randomPassword()]
    await postgres.query(`INSERT INTO notes VALUES ('${careless}')`)
    await postgres.flush()
    const { sightings, files } = await searchFiles(
      [postgres.logFile, postgres.dataFolder],
      [careless, unsent],
    )
    const places = sightings.map(({ file }) =>
      file.slice(postgres.folder.length + 1).replace(/^(postgres\.log|data\/\w+).*/, '$1'),
    )
    expect(new Set(places)).toEqual(new Set(['postgres.log', 'data/pg_wal', 'data/base']))
    expect(new Set(sightings.map(({ secret }) => secret))).toEqual(new Set([0]))
    expect(files).toBeGreaterThan(500)
  })
})
