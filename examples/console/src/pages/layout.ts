import { html } from 'hono/html'
import { commonWords } from '../words/everyone.ts'
import type { Html } from '../words/html.ts'
import { operatorWords } from '../words/operator.ts'
import type { userWords } from '../words/user.ts'
import { mark } from './icons.ts'
import { alertNotice } from './notice.ts'

/**
 * Addresses of the style sheet, the script and the icon; each carries the digest of its content.
 */
export interface AssetAddresses {
  readonly styles: string
  readonly script: string
  readonly icon: string
}

/** The files around every page. */
export interface AssetPaths extends AssetAddresses {
  /** Whether the console is served without TLS, which every page then says. */
  readonly insecure: boolean
}

interface Page {
  readonly title: string
  readonly assets: AssetPaths
  readonly main: Html
}

/** A page of the console for an operator who is signed in. */
export interface OperatorPage extends Page {
  /** The operator's user name. */
  readonly operator: string
  readonly section: 'users' | 'audit'
  /** Scripts beside the console's own, by address. */
  readonly scripts?: readonly string[]
}

/**
 * Frames a page for an operator: the way to the content first, then navigation, and sign-out at the
 * top right.
 */
export function operatorPage(page: OperatorPage): Html {
  const words = operatorWords.navigation
  const signedInAs = html`<span class="visually-hidden">${words.signedInAs}</span>${page.operator}`
  const header = html`<header class="bar">
    <div class="bar-inner">
      <a class="brand" href="/console/users">${mark}<span>${commonWords.consoleName}</span></a>
      <nav class="nav" aria-label="${words.label}">
        ${navigationLink('/console/users', words.users, page.section === 'users')}
        ${navigationLink('/console/audit', words.trail, page.section === 'audit')}
      </nav>
      <form class="signed-in" method="post" action="/console/sign-out">
        <span class="signed-in-as">${signedInAs}</span>
        <button class="button button-small" type="submit">${commonWords.signOut}</button>
      </form>
    </div>
  </header>`
  return documentOf({
    ...page,
    name: commonWords.consoleName,
    header,
    scripts: page.scripts ?? [],
    shape: 'wide',
  })
}

/** A page with one small form in its middle: signing in, choosing a password. */
export interface CardPage extends Page {
  /** The name of the console, or of the application whose users are reset. */
  readonly name: typeof commonWords.consoleName | typeof userWords.applicationName
  /** Scripts beside the console's own, by address. */
  readonly scripts?: readonly string[]
  /** A line below the card. */
  readonly footer?: Html
}

/** Frames a page that is one card. */
export function cardPage(page: CardPage): Html {
  const main = html`<div class="card-page">
    <p class="card-brand">${mark}<span>${page.name}</span></p>
    <div class="card">${page.main}</div>
    ${page.footer ? html`<div class="card-footer">${page.footer}</div>` : ''}
  </div>`
  const scripts = page.scripts ?? []
  return documentOf({ ...page, main, header: undefined, scripts, shape: 'card-shape' })
}

/** The words of a page that is only a message. */
export interface MessagePage {
  readonly assets: AssetPaths
  readonly title: string
  readonly words: string
  readonly action?: { readonly href: string; readonly words: string }
}

/** A page that is only a message: not found, refused, out of order. */
export function messagePage(page: MessagePage): Html {
  const main = html`<h1>${page.title}</h1>
    <p>${page.words}</p>
    ${page.action === undefined ? '' : actionLink(page.action)}`
  return cardPage({ title: page.title, name: commonWords.consoleName, assets: page.assets, main })
}

function actionLink({ href, words }: NonNullable<MessagePage['action']>): Html {
  return html`<a class="button button-primary button-wide" href="${href}">${words}</a>`
}

interface Document extends Page {
  readonly name: string
  readonly header: Html | undefined
  readonly scripts: readonly string[]
  readonly shape: 'wide' | 'card-shape'
}

function documentOf(page: Document): Html {
  return html`<!doctype html>
<html lang="en">
<head>
  <meta charset="utf-8">
  <meta name="viewport" content="width=device-width, initial-scale=1">
  <meta name="color-scheme" content="light dark">
  <title>${page.title} · ${page.name}</title>
  <link rel="icon" type="image/svg+xml" href="${page.assets.icon}">
  <link rel="stylesheet" href="${page.assets.styles}">
  <script type="module" src="${page.assets.script}"></script>
  ${page.scripts.map((address) => html`<script type="module" src="${address}"></script>`)}
</head>
<body class="${page.shape}">
  ${page.header ? html`<a class="skip-link" href="#main">${commonWords.skipToContent}</a>` : ''}
  ${page.header ?? ''}
  <main id="main" tabindex="-1">
    ${page.assets.insecure ? alertNotice(commonWords.withoutTls) : ''}
    ${page.main}
  </main>
</body>
</html>`
}

function navigationLink(address: string, words: string, current: boolean): Html {
  return current
    ? html`<a href="${address}" aria-current="page">${words}</a>`
    : html`<a href="${address}">${words}</a>`
}
