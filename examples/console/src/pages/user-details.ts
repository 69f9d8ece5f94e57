import { type User, visibleText } from '@force-reset/core'
import { html } from 'hono/html'
import type { LastReset } from '../audit/audit-trail.ts'
import { mixedScripts } from '../names/mixed-scripts.ts'
import { commonWords } from '../words/everyone.ts'
import type { Html } from '../words/html.ts'
import { operatorWords } from '../words/operator.ts'
import { absent, fact, personText } from './facts.ts'
import { backIcon, noticeIcon } from './icons.ts'
import { type AssetPaths, operatorPage } from './layout.ts'
import { type ListView, listQueryOf } from './list-query.ts'
import { plainNotice } from './notice.ts'
import { statusLabel } from './status.ts'
import { whatTellsApart } from './tell-apart.ts'
import { minute, second, zoneName } from './time.ts'

const words = operatorWords.account

/** Accounts that have the name of another one. */
export interface Namesakes {
  readonly users: readonly User[]
  /** Whether there may be more of them. */
  readonly more: boolean
}

/** What the page of one account shows. */
export interface UserDetails {
  readonly assets: AssetPaths
  readonly operator: string
  readonly user: User
  /** The other accounts of the same name. `undefined`: they could not be found out. */
  readonly others: Namesakes | undefined
  /** From this console, as the audit trail knows. */
  readonly lastReset: LastReset | undefined
  /** The list that the operator came from. */
  readonly view: ListView
  /** Where the handler is mounted. */
  readonly apiPath: string
  /** Whether the server refuses a reset without a reason. */
  readonly reasonRequired: boolean
}

/** One account, and at the bottom the area to reset its password. */
export function userDetailsPage(page: UserDetails): Html {
  const { user, apiPath } = page
  const list = `/console/users${listQueryOf(page.view)}`
  const main = html`<div class="page-head">
      <h1>${personText(user.displayName || user.username)}</h1>
      <a class="button" href="${list}">${backIcon}${operatorWords.backToList}</a>
    </div>
    ${warnings(user).map(plainNotice)}
    ${namesakes(page)}
    ${panels(page)}
    <force-password-reset class="reset" base="${apiPath}" user-id="${user.id}"
      reason="${page.reasonRequired ? 'required' : 'optional'}">
    </force-password-reset>
    <noscript>${plainNotice(words.needsJavaScript)}</noscript>`
  return operatorPage({
    title: visibleText(user.username),
    section: 'users',
    assets: page.assets,
    operator: page.operator,
    main,
    scripts: [`${apiPath}/element.js`],
  })
}

/** What could make an operator take this account for another. */
function warnings(user: User): readonly string[] {
  const scripts = mixedScripts(user.username)
  const hidden = [user.username, user.email ?? '', user.displayName ?? ''].some(
    (text) => visibleText(text) !== text,
  )
  return [
    ...(scripts.length > 0 ? [words.mixedScripts(scripts)] : []),
    ...(hidden ? [words.hiddenCharacters] : []),
  ]
}

/** The others of the same name, each with what tells the account apart. */
function namesakes({ user, others, view }: UserDetails): Html | '' {
  if (others === undefined) return plainNotice(words.othersNotKnown)
  const { users, more } = others
  if (users.length === 0) return ''
  const rows = users.map((other) => {
    const address = `/console/users/${encodeURIComponent(other.id)}${listQueryOf(view)}`
    return html`<li><a href="${address}">${personText(other.username)}</a>
      ${statusLabel(other)}
      ${other.email === undefined ? '' : personText(other.email)}
      ${whatTellsApart(other, [user])}</li>`
  })
  const name = personText(user.displayName || user.username)
  return html`<div class="notice namesakes">${noticeIcon}<div>
    <p>${words.sameName(users.length, more, name)}</p>
    <ul>${rows}</ul>
  </div></div>`
}

/**
 * Everything that is known, in one panel. Where the site chose facts, the person stands in a panel
 * before that of the account.
 */
function panels(page: UserDetails): Html {
  const person = personFacts(page.user)
  const account = accountFacts(page)
  const zone = html`<p class="unit">${operatorWords.timesIn(zoneName)}</p>`
  return page.user.facts === undefined
    ? panel('account', words.heading, zone, [...person, ...account])
    : html`${panel('person', words.person, '', person)}
    ${panel('account', words.heading, zone, account)}`
}

function panel(id: string, heading: string, beside: Html | '', rows: readonly Html[]): Html {
  return html`<section class="panel" aria-labelledby="${id}">
      <div class="panel-head">
        <h2 id="${id}">${heading}</h2>
        ${beside}
      </div>
      <dl class="facts">${rows}</dl>
    </section>`
}

function personFacts(user: User): readonly Html[] {
  return [
    fact(words.id, html`<code>${visibleText(user.id)}</code>`),
    fact(commonWords.username, personText(user.username)),
    fact(words.email, textOrAbsent(user.email)),
    fact(words.displayName, textOrAbsent(user.displayName)),
    ...(user.place === undefined ? [] : [fact(words.place, personText(user.place))]),
    ...(user.facts ?? []).map(({ name, value }) => fact(visibleText(name), personText(value))),
  ]
}

function accountFacts({ user, lastReset }: UserDetails): readonly Html[] {
  const trail = `/console/audit?${new URLSearchParams({ account: user.id })}`
  const moment = (name: string, at: Date | undefined) =>
    at === undefined ? [] : [fact(name, minute(at))]
  return [
    fact(commonWords.status, statusLabel(user)),
    ...moment(words.lockedUntil, user.lockedUntil),
    ...moment(words.endsOn, user.endsOn),
    ...moment(words.passwordSet, user.passwordSetAt),
    ...moment(words.lastSignIn, user.lastSignIn),
    fact(words.created, second(user.createdAt)),
    fact(words.updated, second(user.updatedAt)),
    fact(words.lastReset, html`${resetText(lastReset)} · <a href="${trail}">${words.events}</a>`),
  ]
}

function resetText(reset: LastReset | undefined): Html {
  return reset === undefined
    ? absent(words.neverReset)
    : words.resetBy(second(reset.at), personText(reset.operatorId), reset.certain)
}

function textOrAbsent(text: string | undefined): Html {
  return text === undefined ? absent(operatorWords.notSet) : personText(text)
}
