import { html } from 'hono/html'
import type { Html } from './html.ts'
import { type AssetPaths, cardPage } from './layout.ts'

export interface Message {
  readonly assets: AssetPaths
  readonly title: string
  readonly words: string
  readonly action?: { readonly href: string; readonly words: string }
}

/** A page that only says something: not found, refused, out of order. */
export function messagePage(page: Message): Html {
  const main = html`<h1>${page.title}</h1>
    <p>${page.words}</p>
    ${page.action ? html`<a class="button button-primary button-wide" href="${page.action.href}">${page.action.words}</a>` : ''}`
  return cardPage({ title: page.title, name: 'Operator Console', assets: page.assets, main })
}
