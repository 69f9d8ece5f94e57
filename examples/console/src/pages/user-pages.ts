import { visibleText } from '@force-reset/core'
import { html } from 'hono/html'
import type { Account } from '../accounts/accounts.ts'
import { leastLength } from '../accounts/choose-password.ts'
import { field } from './fields.ts'
import { type Html, personText } from './html.ts'
import { type AssetPaths, cardPage } from './layout.ts'
import { alertNotice, plainNotice } from './notice.ts'
import { statusLabel } from './status.ts'

export interface UserSignIn {
  readonly assets: AssetPaths
  readonly username?: string
  readonly problem?: string
  /** Something to know that is nobody's fault. */
  readonly note?: string
}

/** Where a user of the application signs in. */
export function userSignInPage(page: UserSignIn): Html {
  const retry = page.problem !== undefined && page.username !== undefined
  const main = html`<h1>Sign in</h1>
    ${page.problem === undefined ? '' : alertNotice(page.problem)}
    ${page.note === undefined ? '' : plainNotice(page.note)}
    <form method="post" action="/signin">
      ${field({ name: 'username', label: 'Username', type: 'text', autocomplete: 'username', value: page.username ?? '', focus: !retry })}
      ${field({ name: 'password', label: 'Password', type: 'password', autocomplete: 'current-password', focus: retry })}
      <button class="button button-primary button-wide" type="submit">Sign in</button>
    </form>`
  const footer = html`The user’s side. <a href="/console">Operator Console</a>`
  return cardPage({ title: 'Sign in', name: 'Account', assets: page.assets, main, footer })
}

export interface ChangePassword {
  readonly assets: AssetPaths
  readonly account: Account
  readonly problem?: string
}

/** All that somebody with a temporary password may do: choose one of their own. */
export function changePasswordPage(page: ChangePassword): Html {
  const invalid = page.problem !== undefined
  const main = html`<h1>Choose your password</h1>
    ${invalid ? alertNotice(page.problem ?? '') : html`<p>You signed in with a temporary password. It works until you have chosen one that only you know.</p>`}
    <form method="post" action="/change-password">
      <input type="text" name="username" value="${visibleText(page.account.username)}" autocomplete="username" readonly hidden>
      ${field({
        name: 'password',
        label: 'New password',
        type: 'password',
        autocomplete: 'new-password',
        hint: `At least ${leastLength} characters. Any will do, spaces included.`,
        minLength: leastLength,
        focus: true,
        invalid,
      })}
      ${field({ name: 'repeated', label: 'New password again', type: 'password', autocomplete: 'new-password' })}
      <button class="button button-primary button-wide" type="submit">Save password</button>
    </form>`
  return cardPage({
    title: 'Choose your password',
    name: 'Account',
    assets: page.assets,
    main,
    footer: signOut,
  })
}

export interface Welcome {
  readonly assets: AssetPaths
  readonly account: Account
}

/** Where a user is who is signed in with a password of their own. */
export function welcomePage(page: Welcome): Html {
  const { account } = page
  const main = html`<h1>Welcome, ${personText(account.displayName ?? account.username)}</h1>
    <p>You are signed in with a password that only you know.</p>
    <dl class="facts">
      <div class="fact"><dt>Username</dt><dd>${personText(account.username)}</dd></div>
      <div class="fact"><dt>Status</dt><dd>${statusLabel(account.status)}</dd></div>
      <div class="fact"><dt>Password</dt><dd>${account.state.expiresAt ? 'Expires' : 'Does not expire'}</dd></div>
    </dl>
    <form method="post" action="/signout"><button class="button button-wide" type="submit">Sign out</button></form>`
  return cardPage({ title: 'Welcome', name: 'Account', assets: page.assets, main })
}

const signOut = html`<form method="post" action="/signout"><button class="link-button" type="submit">Sign out</button></form>`
