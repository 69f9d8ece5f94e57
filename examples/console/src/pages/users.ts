import type { User } from '@force-reset/core'
import { html } from 'hono/html'
import { type Html, personText } from './html.ts'
import { nextIcon, searchIcon } from './icons.ts'
import { type AssetPaths, operatorPage } from './layout.ts'
import { type ListView, listedStatuses, listQueryOf } from './list-query.ts'
import { mixedScripts } from './mixed-scripts.ts'
import { alertNotice, plainNotice } from './notice.ts'
import { statusLabel, statusNames } from './status.ts'
import { minute } from './time.ts'

export interface UsersPage {
  readonly assets: AssetPaths
  readonly operator: string
  readonly view: ListView
  readonly users: readonly User[]
  readonly nextCursor: string | undefined
  /** Whether more accounts match than can be paged through. */
  readonly truncated: boolean
  /** Why there is no list. */
  readonly problem?: string
}

/**
 * The list of users with its search. The form works by itself; the script only submits it while one
 * types.
 */
export function usersPage(page: UsersPage): Html {
  const main = html`<div class="page-head"><h1>Users</h1></div>
    ${searchForm(page.view)}
    <p class="visually-hidden" role="status" id="announcement"></p>
    <section id="results" aria-label="Search results">${results(page)}</section>`
  return operatorPage({
    title: 'Users',
    section: 'users',
    assets: page.assets,
    operator: page.operator,
    main,
  })
}

function searchForm(view: ListView): Html {
  const choices = [undefined, ...listedStatuses]
  return html`<form class="toolbar" role="search" aria-label="Users" action="/console/users" data-live-search="results">
    <div class="search">
      ${searchIcon}
      <label class="visually-hidden" for="search">Search by username, email or name</label>
      <input id="search" name="search" type="search" value="${view.search}" placeholder="Search by username, email or name"
        maxlength="200" autocomplete="off" autocapitalize="none" spellcheck="false">
    </div>
    <fieldset class="segments">
      <legend class="visually-hidden">Status</legend>
      ${choices.map(
        (
          status,
        ) => html`<label class="segment"><input type="radio" name="status" value="${status ?? ''}"
          ${status === view.status ? html`checked` : ''}><span>${status === undefined ? 'All' : statusNames[status]}</span></label>`,
      )}
    </fieldset>
    <noscript><button class="button" type="submit">Search</button></noscript>
  </form>`
}

function results(page: UsersPage): Html {
  if (page.problem !== undefined) return alertNotice(page.problem)
  if (page.users.length === 0) return emptyList(page.view)
  return html`${page.truncated ? plainNotice('More accounts match than can be listed. Narrow the search to find the one you mean.') : ''}
    <table class="table users" role="table">
      <caption class="visually-hidden">Users</caption>
      <thead role="rowgroup"><tr role="row">
        <th scope="col" role="columnheader">Username</th>
        <th scope="col" role="columnheader">Email</th>
        <th scope="col" role="columnheader">Status</th>
        <th scope="col" role="columnheader">Last updated <span class="unit">UTC</span></th>
      </tr></thead>
      <tbody role="rowgroup">${page.users.map((user) => row(user, page.view))}</tbody>
    </table>
    ${paging(page)}`
}

function row(user: User, view: ListView): Html {
  const address = `/console/users/${encodeURIComponent(user.id)}${listQueryOf(view)}`
  const scripts = mixedScripts(user.username)
  return html`<tr role="row">
    <th scope="row" role="rowheader" class="cell-username"><a href="${address}">${personText(user.username)}</a>${
      scripts.length > 0 ? html` <span class="tag">${scripts.join(' + ')}</span>` : ''
    }</th>
    <td role="cell" class="cell-email">${user.email === undefined ? html`<span class="absent">Not set</span>` : personText(user.email)}</td>
    <td role="cell" class="cell-status">${statusLabel(user.status)}</td>
    <td role="cell" class="cell-updated">${minute(user.updatedAt)}</td>
  </tr>`
}

function emptyList(view: ListView): Html {
  if (view.cursor !== undefined)
    return html`<div class="empty"><h2>Nothing more</h2><p><a href="/console/users${listQueryOf({ ...view, cursor: undefined })}">Back to the first page</a></p></div>`
  if (view.search === '' && view.status === undefined)
    return html`<div class="empty"><h2>No users yet</h2><p>There is nobody to show.</p></div>`
  const status = view.status === undefined ? '' : `${statusNames[view.status].toLowerCase()} `
  return html`<div class="empty">
    <h2>No ${status}users found</h2>
    ${view.search === '' ? '' : html`<p>Nothing matches “${personText(view.search)}”.</p>`}
    <p><a href="/console/users">Show all users</a></p>
  </div>`
}

function paging(page: UsersPage): Html {
  const { view, nextCursor } = page
  const count = `${page.users.length} ${page.users.length === 1 ? 'user' : 'users'}`
  const more = nextCursor !== undefined || view.cursor !== undefined
  return html`<div class="paging">
    <p id="count">${count}${more ? ' on this page' : ''}</p>
    <nav aria-label="Pages">
      ${view.cursor === undefined ? '' : html`<a class="button" href="/console/users${listQueryOf({ ...view, cursor: undefined })}">First page</a>`}
      ${nextCursor === undefined ? '' : html`<a class="button" rel="next" href="/console/users${listQueryOf({ ...view, cursor: nextCursor })}">Next page${nextIcon}</a>`}
    </nav>
  </div>`
}
