// Copies the guides of a package into the package before npm packs it, with their images. A link to
// a page that stays in the repository becomes its words: in the package it would lead nowhere. The
// package's `prepack` script runs this in the package's folder.
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { guidesOfPackages } from './published-packages.mjs'
import { relativeLinks } from './relative-links.mjs'

const source = fileURLToPath(new URL('../docs', import.meta.url))
const target = join(process.cwd(), 'docs')
const guides = guidesOfPackages[basename(process.cwd())]
if (guides === undefined) throw new Error('Run this in the folder of a published package.')

rmSync(target, { recursive: true, force: true })
mkdirSync(target)
for (const guide of guides) {
  let text = readFileSync(join(source, guide), 'utf8')
  for (const link of relativeLinks(text)) {
    if (link.isImage) {
      mkdirSync(dirname(join(target, link.target)), { recursive: true })
      copyFileSync(join(source, link.target), join(target, link.target))
    } else if (!guides.includes(link.target)) {
      text = text.replace(link.whole, link.words)
    }
  }
  writeFileSync(join(target, guide), text)
}
