import { existsSync } from 'node:fs'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { describeWithMounts } from '../vitest.ts'
import { temporaryFolder } from './caretaker.ts'
import { readOnlyView, smallDisk } from './small-disk.ts'

describeWithMounts('a small disk', () => {
  it('has room for the pages that are left, and has room again when it is freed', async () => {
    const disk = await smallDisk(1)
    const file = join(disk.folder, 'file')
    await disk.fill(2)
    await writeFile(file, Buffer.alloc(2 * 4_096))
    await expect(writeFile(`${file}2`, 'x')).rejects.toThrow('ENOSPC')
    await disk.free()
    await writeFile(file, Buffer.alloc(8 * 4_096))
    await disk.remove()
    expect(existsSync(disk.folder)).toBe(false)
  })

  it('takes a folder, which stays where it was for all who name it', async () => {
    const disk = await smallDisk(1)
    const folder = join(temporaryFolder('taken'), 'data')
    await mkdir(folder)
    await writeFile(join(folder, 'file'), 'text')
    await disk.take(folder)
    expect(await readFile(join(folder, 'file'), 'utf8')).toBe('text')
    await disk.fill()
    await expect(writeFile(join(folder, 'other'), 'x')).rejects.toThrow('ENOSPC')
    await disk.remove()
  })

  it('is seen read-only, but for the file that may be written', async () => {
    const disk = await smallDisk(1)
    await writeFile(join(disk.folder, 'file'), 'text')
    const view = await readOnlyView(disk.folder, 'file')
    await writeFile(join(view.folder, 'file'), 'other')
    await expect(writeFile(join(view.folder, 'new'), 'x')).rejects.toThrow('EROFS')
    expect(await readFile(join(disk.folder, 'file'), 'utf8')).toBe('other')
    await view.remove()
    await disk.remove()
  })
})
