import { type User, visibleText } from '@force-reset/core'
import { html } from 'hono/html'
import type { LastReset } from '../audit/audit-trail.ts'
import { commonWords } from '../words/everyone.ts'
import type { Html } from '../words/html.ts'
import { operatorWords } from '../words/operator.ts'
import { absent, fact, personText } from './facts.ts'
import { backIcon } from './icons.ts'
import { type AssetPaths, operatorPage } from './layout.ts'
import { type ListView, listQueryOf } from './list-query.ts'
import { mixedScripts } from './mixed-scripts.ts'
import { plainNotice } from './notice.ts'
import { statusLabel } from './status.ts'
import { second } from './time.ts'

const words = operatorWords.account

/** What the page of one account shows. */
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
  /** Whether the server refuses a reset without a reason. */
  readonly reasonRequired: boolean
}

/** One account, and at the bottom the area to reset its password. */
export function userDetailsPage(page: UserDetails): Html {
  const { user, apiPath } = page
  const list = `/console/users${listQueryOf(page.view)}`
  const main = html`<div class="page-head">
      <h1>${personText(user.displayName ?? user.username)}</h1>
      <a class="button" href="${list}">${backIcon}${operatorWords.backToList}</a>
    </div>
    ${warnings(user).map(plainNotice)}
    <section class="panel" aria-labelledby="account">
      <h2 id="account" class="panel-head">${words.heading}</h2>
      <dl class="facts">${facts(page)}</dl>
    </section>
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

function facts({ user, lastReset }: UserDetails): readonly Html[] {
  const tagged = tags(user).map((tag) => html` <span class="tag">${tag}</span>`)
  return [
    fact(words.id, html`<code>${visibleText(user.id)}</code>`),
    fact(commonWords.username, personText(user.username)),
    fact(words.email, textOrAbsent(user.email)),
    fact(words.displayName, textOrAbsent(user.displayName)),
    fact(commonWords.status, html`${statusLabel(user.status)}${tagged}`),
    fact(words.created, second(user.createdAt)),
    fact(words.updated, second(user.updatedAt)),
    fact(words.lastReset, resetText(lastReset)),
  ]
}

/** What else decides about a reset, or is changed by one. */
function tags({ privileged, locked }: User): readonly string[] {
  return [...(privileged ? [words.privileged] : []), ...(locked ? [words.locked] : [])]
}

function resetText(reset: LastReset | undefined): Html {
  return reset === undefined
    ? absent(words.neverReset)
    : words.resetBy(second(reset.at), personText(reset.operatorId), reset.certain)
}

function textOrAbsent(text: string | undefined): Html {
  return text === undefined ? absent(operatorWords.notSet) : personText(text)
}
