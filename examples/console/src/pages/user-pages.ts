import { visibleText } from '@force-reset/core'
import { html } from 'hono/html'
import type { Account } from '../accounts/accounts.ts'
import { leastLength } from '../accounts/choose-password.ts'
import { commonWords } from '../words/everyone.ts'
import type { Html } from '../words/html.ts'
import { userWords } from '../words/user.ts'
import { fact, personText } from './facts.ts'
import { field, type SignInForm, signInForm } from './fields.ts'
import { type AssetPaths, cardPage } from './layout.ts'
import { alertNotice } from './notice.ts'
import { statusLabel } from './status.ts'

const name = userWords.applicationName

/** What the sign-in of users shows. */
export interface UserSignIn {
  readonly assets: AssetPaths
  readonly attempt?: SignInForm['attempt']
  readonly problem?: string
}

/** Where a user of the application signs in. */
export function userSignInPage(page: UserSignIn): Html {
  const { assets } = page
  const main = signInForm({ ...page, action: '/signin' })
  const toConsole = html`<a href="/console">${commonWords.consoleName}</a>`
  const footer = html`${userWords.usersSide} ${toConsole}`
  return cardPage({ title: commonWords.signIn, name, assets, main, footer })
}

/** What the page shows on which a user chooses a password. */
export interface ChangePassword {
  readonly assets: AssetPaths
  readonly account: Account
  /** Why the password before was refused. */
  readonly problem?: string
}

/** All that somebody with a temporary password may do: choose a password of their own. */
export function changePasswordPage({ assets, account, problem }: ChangePassword): Html {
  const words = userWords.choose
  const username = visibleText(account.username)
  const main = html`<h1>${words.title}</h1>
    ${problem === undefined ? html`<p>${words.why}</p>` : alertNotice(problem)}
    <form method="post" action="/change-password">
      <input type="text" name="username" value="${username}"
        autocomplete="username" readonly hidden>
      ${field({
        name: 'password',
        label: words.password,
        type: 'password',
        autocomplete: 'new-password',
        hint: words.hint(leastLength),
        minLength: leastLength,
        focus: true,
        invalid: problem !== undefined,
      })}
      ${field({
        name: 'repeated',
        label: words.repeated,
        type: 'password',
        autocomplete: 'new-password',
      })}
      <button class="button button-primary button-wide" type="submit">${words.save}</button>
    </form>`
  const footer = signOutForm('link-button')
  return cardPage({ title: words.title, name, assets, main, footer })
}

/** What the page shows to a user who is signed in. */
export interface Welcome {
  readonly assets: AssetPaths
  readonly account: Account
  /** Whether users vouch for callers. */
  readonly vouches: boolean
}

/** Where a user is who is signed in with a password of their own. */
export function welcomePage({ assets, account, vouches }: Welcome): Html {
  const words = userWords.welcome
  const expiry = account.state.expiresAt ? words.expires : words.doesNotExpire
  const main = html`<h1>${words.heading(personText(account.displayName ?? account.username))}</h1>
    <p>${words.text}</p>
    <dl class="facts">
      ${fact(commonWords.username, personText(account.username))}
      ${fact(commonWords.status, statusLabel(account))}
      ${fact(commonWords.password, expiry)}
    </dl>
    ${vouches ? html`<p><a href="/vouch">${words.vouch}</a></p>` : ''}
    ${signOutForm('button button-wide')}`
  return cardPage({ title: words.title, name, assets, main })
}

/** What the page of somebody who vouches needs. */
export interface Vouch {
  readonly assets: AssetPaths
  readonly account: Account
  readonly apiPath: string
}

/** Where somebody vouches for a caller of the help desk. */
export function vouchPage({ assets, account, apiPath }: Vouch): Html {
  const words = userWords.vouch
  const main = html`<h1>${words.title}</h1>
    <p>${words.signedInAs(personText(account.displayName ?? account.username))}</p>
    <force-reset-vouch base="${apiPath}"></force-reset-vouch>
    ${signOutForm('button button-wide')}`
  const scripts = [`${apiPath}/element-vouch.js`]
  return cardPage({ title: words.title, name, assets, main, scripts })
}

function signOutForm(look: string): Html {
  const button = html`<button class="${look}" type="submit">${commonWords.signOut}</button>`
  return html`<form method="post" action="/signout">${button}</form>`
}
