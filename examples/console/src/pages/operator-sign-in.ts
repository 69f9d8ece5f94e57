import { html } from 'hono/html'
import { field } from './fields.ts'
import type { Html } from './html.ts'
import { type AssetPaths, cardPage } from './layout.ts'
import { alertNotice } from './notice.ts'

export interface OperatorSignIn {
  readonly assets: AssetPaths
  /** Where to go afterwards: a path of the console. */
  readonly next: string
  readonly username?: string
  readonly problem?: string
  /** Whether this is the demonstration, whose password is in the terminal. */
  readonly demo: boolean
  /** Whether users sign in here too. */
  readonly userPages: boolean
}

/** Where an operator signs in. */
export function operatorSignInPage(page: OperatorSignIn): Html {
  const retry = page.problem !== undefined && page.username !== undefined
  const main = html`<h1>Sign in</h1>
    ${page.problem === undefined ? '' : alertNotice(page.problem)}
    <form method="post" action="/console/sign-in">
      <input type="hidden" name="next" value="${page.next}">
      ${field({ name: 'username', label: 'Username', type: 'text', autocomplete: 'username', value: page.username ?? '', focus: !retry })}
      ${field({ name: 'password', label: 'Password', type: 'password', autocomplete: 'current-password', focus: retry })}
      <button class="button button-primary button-wide" type="submit">Sign in</button>
    </form>`
  const instead = page.userPages ? html` <a href="/signin">Sign in as a user instead</a>` : ''
  const footer = page.demo
    ? html`Demonstration: the username and password are in the terminal.${instead}`
    : undefined
  return cardPage({
    title: 'Sign in',
    name: 'Operator Console',
    assets: page.assets,
    main,
    ...(footer ? { footer } : {}),
  })
}
