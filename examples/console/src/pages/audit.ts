import { resettableStatuses } from '@force-reset/core'
import { html } from 'hono/html'
import type { AuditLine, AuditPage } from '../audit/audit-trail.ts'
import { statusNames } from '../words/everyone.ts'
import type { Html } from '../words/html.ts'
import { codeReasons, eventNames, operatorWords } from '../words/operator.ts'
import { absent, breaking } from './facts.ts'
import { nextIcon } from './icons.ts'
import { type AssetPaths, operatorPage } from './layout.ts'
import { second, zoneName } from './time.ts'
import { isFiltered, listedEvents, type TrailView, trailQueryOf } from './trail-query.ts'

const words = operatorWords.trail

/** What the page of the audit trail shows. */
export interface AuditTrailPage {
  readonly assets: AssetPaths
  readonly operator: string
  readonly page: AuditPage
  readonly view: TrailView
}

/** The trail, newest first. */
export function auditTrailPage(options: AuditTrailPage): Html {
  const main = html`<div class="page-head"><h1>${words.title}</h1></div>
    ${filterForm(options.view)}
    ${options.page.lines.length === 0 ? nothing(options.view) : table(options)}`
  return operatorPage({
    title: words.title,
    section: 'audit',
    assets: options.assets,
    operator: options.operator,
    main,
  })
}

function filterForm(view: TrailView): Html {
  const options = listedEvents.map((event) => {
    const chosen = event === view.event ? html`selected` : ''
    return html`<option value="${event}" ${chosen}>${eventNames[event]}</option>`
  })
  return html`<form class="filter" role="search" aria-label="${words.filterBy}"
    action="/console/audit">
    ${filterField({ name: 'account', label: words.accountBy, value: view.account })}
    ${filterField({ name: 'operator', label: words.operator, value: view.operator })}
    <div class="field"><label for="event">${words.event}</label>
      <select id="event" name="event"><option value="">${words.anyEvent}</option>${options}</select>
    </div>
    <div class="field"><label for="day">${words.day(zoneName)}</label>
      <input id="day" name="day" type="date" value="${view.day}">
      <input type="hidden" name="zone" value="${view.zone}" data-zone>
    </div>
    <button class="button" type="submit">${words.filter}</button>
    ${isFiltered(view) ? html`<a class="button" href="/console/audit">${words.showAll}</a>` : ''}
  </form>`
}

function filterField(field: Readonly<Record<'name' | 'label' | 'value', string>>): Html {
  const { name, label, value } = field
  return html`<div class="field"><label for="${name}">${label}</label>
    <input id="${name}" name="${name}" type="text" value="${value}" maxlength="200"
      autocomplete="off" autocapitalize="none" spellcheck="false"></div>`
}

function nothing(view: TrailView): Html {
  if (isFiltered(view)) return html`<div class="empty"><h2>${words.noneFound}</h2></div>`
  const { empty } = words
  return html`<div class="empty"><h2>${empty.title}</h2><p>${empty.words}</p></div>`
}

function table({ page, view }: AuditTrailPage): Html {
  const newest = view.before === undefined
  const only = newest && page.before === undefined
  const older = page.before === undefined ? undefined : { ...view, before: Number(page.before) }
  const addressOf = (shown: TrailView) => `/console/audit${trailQueryOf(shown)}`
  return html`<p class="zone-note">${operatorWords.timesIn(zoneName)}</p>
    <table class="table audit" role="table">
      <caption class="visually-hidden">${words.caption}</caption>
      <thead role="rowgroup"><tr role="row">
        <th scope="col" role="columnheader">${words.time}
          <span class="unit">${zoneName}</span></th>
        <th scope="col" role="columnheader">${words.event}</th>
        <th scope="col" role="columnheader">${words.account}</th>
        <th scope="col" role="columnheader">${words.operator}</th>
      </tr></thead>
      <tbody role="rowgroup">${page.lines.map((line, index) =>
        row(line, isSaid(line, page.lines.slice(0, index))),
      )}</tbody>
    </table>
    <div class="paging">
      <p>${words.count(page.lines.length, !only)}</p>
      <nav aria-label="${operatorWords.pages}">
        ${
          newest
            ? ''
            : html`<a class="button" href="${addressOf({ ...view, before: undefined })}">
              ${words.newest}</a>`
        }
        ${
          older &&
          html`<a class="button" rel="next" href="${addressOf(older)}">
            ${words.older}${nextIcon}</a>`
        }
      </nav>
    </div>`
}

/** Whether a line above says the reason and the address of the same reset. */
function isSaid({ reset_id: reset }: AuditLine, above: readonly AuditLine[]): boolean {
  return reset !== null && above.some((line) => line.reset_id === reset)
}

function row(line: AuditLine, said: boolean): Html {
  const why = whyOf(line, said).map((part) => html`<span class="why">${part}</span>`)
  return html`<tr role="row">
    <td role="cell" class="audit-at">${second(new Date(line.happened_at))}</td>
    <td role="cell" class="audit-event">${eventOf(line)}${why}</td>
    <td role="cell" class="audit-account">${account(line)}</td>
    <td role="cell" class="audit-operator">${operator(line)}</td>
  </tr>`
}

function account(line: AuditLine): Html {
  if (line.user_id === null || isMissing(line)) return person(line.user_id)
  const address = `/console/users/${encodeURIComponent(line.user_id)}`
  return html`<a href="${address}">${storedText(line.username ?? line.user_id)}</a>`
}

function person(id: string | null): Html {
  return id === null ? absent(words.none) : storedText(id)
}

/** Text that was escaped when it was stored, and that is not escaped once more. */
function storedText(text: string): Html {
  return html`<bdi>${breaking(text)}</bdi>`
}

/** A failed sign-in names nobody but a known operator. */
function operator({ event_type, operator_id }: AuditLine): Html {
  const isSignIn = event_type.startsWith('operator.sign_in_')
  return operator_id === null && isSignIn ? absent(words.unknownName) : person(operator_id)
}

/** Whether somebody asked for an account that is not there: a mistyped address, most often. */
function isMissing({ event_type, code, username }: AuditLine): boolean {
  return event_type === 'access.denied' && code === 'user_not_found' && username === null
}

function eventOf(line: AuditLine): string {
  return isMissing(line)
    ? words.accountNotFound
    : wordFor(eventNames, line.event_type, line.event_type)
}

/**
 * Why the event went as it did, and where its request came from. Each part is an element of its
 * own: a reason in an operator's words must not pass for an address.
 */
function whyOf(line: AuditLine, said: boolean): readonly string[] {
  const { code, account_status, reason, source_address, source_request_id } = line
  return [
    limitOf(line),
    code === null ? undefined : reasonOf(code, account_status),
    said || reason === null ? undefined : words.reason(reason),
    said || source_address === null ? undefined : words.from(source_address),
    said || source_request_id === null ? undefined : words.request(source_request_id),
  ].filter((part) => part !== undefined)
}

/** What the details of an event about a limit say. */
function limitOf({ event_type, details }: AuditLine): string | undefined {
  if (details === null || !event_type.startsWith('access.')) return undefined
  const { per, count }: { readonly per?: unknown; readonly count?: unknown } = JSON.parse(details)
  if (typeof count === 'number') return words.omitted(count)
  return per === 'operator' || per === 'target' ? words.limitOf[per] : undefined
}

/** An active or pending account is refused for another reason than the status that was seen. */
function reasonOf(code: string, status: string | null): string | undefined {
  const isResettable = resettableStatuses.some((one) => one === status)
  return code === 'not_eligible' && status !== null && !isResettable
    ? words.accountWas(wordFor(statusNames, status, status))
    : wordFor(codeReasons, code, words.codeItself(code))
}

/** The word for what is stored. A later version of the library may have stored something else. */
function wordFor<Word extends string | undefined>(
  table: Readonly<Record<string, Word>>,
  stored: string,
  otherwise: Word,
): Word {
  const entry = Object.entries(table).find(([known]) => known === stored)
  return entry ? entry[1] : otherwise
}
