import { visibleText } from '@force-reset/core'
import { html } from 'hono/html'
import type { AuditLine, AuditPage } from '../audit/audit-trail.ts'
import { describeEvent, isMissing } from './describe-event.ts'
import { type Html, personText } from './html.ts'
import { nextIcon } from './icons.ts'
import { type AssetPaths, operatorPage } from './layout.ts'
import { exact } from './time.ts'

export interface AuditTrailPage {
  readonly assets: AssetPaths
  readonly operator: string
  readonly page: AuditPage
  /** Whether this is the newest page. */
  readonly newest: boolean
}

/** The trail, newest first. */
export function auditTrailPage(options: AuditTrailPage): Html {
  const main = html`<div class="page-head"><h1>Audit trail</h1></div>
    ${options.page.lines.length === 0 ? html`<div class="empty"><h2>Nothing yet</h2><p>Sign-ins and resets will be listed here.</p></div>` : table(options)}`
  return operatorPage({
    title: 'Audit trail',
    section: 'audit',
    assets: options.assets,
    operator: options.operator,
    main,
  })
}

function table({ page, newest }: AuditTrailPage): Html {
  return html`<table class="table audit" role="table">
      <caption class="visually-hidden">Audit events, newest first</caption>
      <thead role="rowgroup"><tr role="row">
        <th scope="col" role="columnheader">Time <span class="unit">UTC</span></th>
        <th scope="col" role="columnheader">Event</th>
        <th scope="col" role="columnheader">Account</th>
        <th scope="col" role="columnheader">Operator</th>
      </tr></thead>
      <tbody role="rowgroup">${page.lines.map(row)}</tbody>
    </table>
    <div class="paging">
      <p>${page.lines.length} ${page.lines.length === 1 ? 'event' : 'events'}${newest && page.before === undefined ? '' : ' on this page'}</p>
      <nav aria-label="Pages">
        ${newest ? '' : html`<a class="button" href="/console/audit">Newest</a>`}
        ${page.before === undefined ? '' : html`<a class="button" rel="next" href="/console/audit?before=${page.before}">Older${nextIcon}</a>`}
      </nav>
    </div>`
}

function row(line: AuditLine): Html {
  const { event, why } = describeEvent(line)
  return html`<tr role="row">
    <td role="cell" class="audit-at">${exact(new Date(line.happened_at))}</td>
    <td role="cell" class="audit-event">${event}${why === undefined ? '' : html`<span class="why">${visibleText(why)}</span>`}</td>
    <td role="cell" class="audit-account">${account(line)}</td>
    <td role="cell" class="audit-operator">${line.operator_id === null ? html`<span class="absent">None</span>` : personText(line.operator_id)}</td>
  </tr>`
}

function account(line: AuditLine): Html {
  if (line.user_id === null) return html`<span class="absent">None</span>`
  if (isMissing(line)) return personText(line.user_id)
  return html`<a href="/console/users/${encodeURIComponent(line.user_id)}">${personText(line.username ?? line.user_id)}</a>`
}
