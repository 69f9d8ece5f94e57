import { type User, visibleText } from '@force-reset/core'
import { html } from 'hono/html'
import type { LastReset } from '../audit/audit-trail.ts'
import { type Html, personText } from './html.ts'
import { backIcon } from './icons.ts'
import { type AssetPaths, operatorPage } from './layout.ts'
import { type ListView, listQueryOf } from './list-query.ts'
import { mixedScripts } from './mixed-scripts.ts'
import { plainNotice } from './notice.ts'
import { statusLabel } from './status.ts'
import { second } from './time.ts'

export interface UserDetails {
  readonly assets: AssetPaths
  readonly operator: string
  readonly user: User
  /** From this console, as the audit trail knows. */
  readonly lastReset: LastReset | undefined
  /** The list that the operator came from. */
  readonly view: ListView
  /** Where the handler is mounted. */
  readonly apiPath: string
}

/** One account, and at the bottom the area to reset its password. */
export function userDetailsPage(page: UserDetails): Html {
  const { user } = page
  const main = html`<div class="page-head">
      <h1>${personText(user.displayName ?? user.username)}</h1>
      <a class="button" href="/console/users${listQueryOf(page.view)}">${backIcon}Back to list</a>
    </div>
    ${warnings(user).map(plainNotice)}
    <section class="panel" aria-labelledby="account">
      <h2 id="account" class="panel-head">Account</h2>
      <dl class="facts">${facts(page)}</dl>
    </section>
    <force-password-reset class="reset" base="${page.apiPath}" user-id="${user.id}"></force-password-reset>
    <noscript>${plainNotice('Resetting a password needs JavaScript.')}</noscript>`
  return operatorPage({
    title: visibleText(user.username),
    section: 'users',
    assets: page.assets,
    operator: page.operator,
    main,
    scripts: [`${page.apiPath}/element.js`],
  })
}

/** What could make an operator take this account for another. */
function warnings(user: User): string[] {
  const scripts = mixedScripts(user.username)
  const hidden = [user.username, user.email ?? '', user.displayName ?? ''].some(
    (text) => visibleText(text) !== text,
  )
  return [
    ...(scripts.length > 0
      ? [
          `The username mixes ${scripts.join(' and ')} letters, some of which look alike. Make sure that this is the person you mean.`,
        ]
      : []),
    ...(hidden
      ? [
          'This account has characters that are invisible or turn text around. They are written out here, such as \\u{202e}.',
        ]
      : []),
  ]
}

function facts({ user, lastReset }: UserDetails): Html[] {
  return [
    fact('User ID', html`<code>${visibleText(user.id)}</code>`),
    fact('Username', personText(user.username)),
    fact('Email', user.email === undefined ? absent : personText(user.email)),
    fact('Display name', user.displayName === undefined ? absent : personText(user.displayName)),
    fact(
      'Status',
      html`${statusLabel(user.status)}${tags(user).map((words) => html` <span class="tag">${words}</span>`)}`,
    ),
    fact('Created', second(user.createdAt)),
    fact('Updated', second(user.updatedAt)),
    fact(
      'Last reset',
      lastReset === undefined
        ? html`<span class="absent">Never in this console</span>`
        : resetText(lastReset),
    ),
  ]
}

/** What else decides about a reset, or is changed by one. */
function tags({ privileged, locked }: User): string[] {
  return [...(privileged ? ['Privileged'] : []), ...(locked ? ['Locked'] : [])]
}

function resetText({ at, operatorId, certain }: LastReset): Html {
  return html`${second(at)}${certain ? '' : ' (may have happened)'} by ${personText(operatorId)}`
}

const absent = html`<span class="absent">Not set</span>`

function fact(name: string, value: Html): Html {
  return html`<div class="fact"><dt>${name}</dt><dd>${value}</dd></div>`
}
