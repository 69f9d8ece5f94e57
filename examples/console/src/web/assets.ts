import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { Hono } from 'hono'
import type { AssetAddresses } from '../pages/layout.ts'

/**
 * The console's own files. The address of a file changes with its content, so that a browser may
 * keep the file for ever.
 */
export interface Assets {
  readonly paths: AssetAddresses
  readonly routes: Hono
}

/** Reads the files once. */
export function assets(): Assets {
  const routes = new Hono()
  const serve = (file: string, name: string, type: string): string => {
    const body = readFileSync(new URL(`../assets/${file}`, import.meta.url), 'utf8')
    const digest = createHash('sha256').update(body).digest('hex').slice(0, 16)
    const path = `/assets/${name.replace('.', `-${digest}.`)}`
    routes.get(path, (c) =>
      c.body(body, 200, {
        'Content-Type': type,
        'Cache-Control': 'public, max-age=31536000, immutable',
      }),
    )
    return path
  }
  const paths = {
    styles: serve('console.css', 'console.css', 'text/css; charset=utf-8'),
    script: serve('console.js', 'console.js', 'text/javascript; charset=utf-8'),
    icon: serve('icon.svg', 'icon.svg', 'image/svg+xml'),
  }
  return { paths, routes }
}
