import type { User } from '@force-reset/core'
import { html } from 'hono/html'
import { type Likeness, likenessOf } from '../names/look-alikes.ts'
import { mixedScripts } from '../names/mixed-scripts.ts'
import { inPeoplesOrder } from '../names/peoples-order.ts'
import { commonWords, statusNames } from '../words/everyone.ts'
import type { Html } from '../words/html.ts'
import { operatorWords } from '../words/operator.ts'
import { absent, personText } from './facts.ts'
import { backIcon, nextIcon, searchIcon } from './icons.ts'
import { type AssetPaths, operatorPage } from './layout.ts'
import {
  firstPageOf,
  type ListedStatus,
  type ListView,
  listedStatuses,
  listQueryOf,
  nextPageOf,
  previousPageOf,
} from './list-query.ts'
import { type Marker, markerFor } from './marked.ts'
import { alertNotice, plainNotice } from './notice.ts'
import { statusLabel } from './status.ts'
import { whatTellsApart } from './tell-apart.ts'
import { minute, zoneName } from './time.ts'

const words = operatorWords.list

/** What the page of the list shows. */
export interface UsersPage {
  readonly assets: AssetPaths
  readonly operator: string
  readonly view: ListView
  readonly users: readonly User[]
  readonly nextCursor: string | undefined
  /** Where in a name the store finds a part of a search. */
  readonly reach: 'anywhere' | 'beginnings'
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
  const main = html`<div class="page-head"><h1>${words.title}</h1></div>
    ${searchForm(page)}
    <p class="visually-hidden" role="status" id="announcement"
      data-unreachable="${words.unreachable}"></p>
    <section id="results" aria-label="${words.results}">${results(page)}</section>`
  return operatorPage({
    title: words.title,
    section: 'users',
    assets: page.assets,
    operator: page.operator,
    main,
  })
}

function searchForm({ view, reach }: UsersPage): Html {
  const choices = [undefined, ...listedStatuses]
  return html`<form class="toolbar" role="search" aria-label="${words.title}"
    action="/console/users" data-live-search="results">
    <div class="search">
      ${searchIcon}
      <label class="visually-hidden" for="search">${words.searchBy[reach]}</label>
      <input id="search" name="search" type="search" value="${view.search}"
        placeholder="${words.searchExample[reach]}" maxlength="200"
        autocomplete="off" autocapitalize="none" spellcheck="false">
    </div>
    <fieldset class="segments">
      <legend class="visually-hidden">${commonWords.status}</legend>
      ${choices.map((status) => choice(status, status === view.status))}
    </fieldset>
    <noscript><button class="button" type="submit">${words.search}</button></noscript>
  </form>`
}

function choice(status: ListedStatus | undefined, chosen: boolean): Html {
  const label = status === undefined ? words.anyStatus : statusNames[status]
  return html`<label class="segment"><input type="radio" name="status" value="${status ?? ''}"
    ${chosen ? html`checked` : ''}><span>${label}</span></label>`
}

function results(page: UsersPage): Html {
  if (page.problem !== undefined) return alertNotice(page.problem)
  // A page may be empty and not the last: the accounts looked at were all hidden.
  if (page.users.length === 0 && page.nextCursor === undefined) return emptyList(page)
  const users = inPeoplesOrder(page.users, page.view.search)
  return html`${page.truncated ? plainNotice(words.truncated) : ''}
    ${isOnly(page) || page.view.search === '' ? '' : plainNotice(words.moreOnOtherPages)}
    <p class="zone-note">${operatorWords.timesIn(zoneName)}</p>
    <table class="table users" role="table">
      <caption class="visually-hidden">${words.title}</caption>
      <thead role="rowgroup"><tr role="row">
        <th scope="col" role="columnheader">${commonWords.username}</th>
        <th scope="col" role="columnheader">${words.email}</th>
        <th scope="col" role="columnheader">${commonWords.status}</th>
        <th scope="col" role="columnheader">${words.lastUpdated}
          <span class="unit">${zoneName}</span></th>
      </tr></thead>
      <tbody role="rowgroup">
        ${users.map((user) => row({ user, users, view: page.view }))}
      </tbody>
    </table>
    ${paging(page)}`
}

interface Row {
  readonly user: User
  /** Everybody on the page. */
  readonly users: readonly User[]
  readonly view: ListView
}

function row({ user, users, view }: Row): Html {
  const address = `/console/users/${encodeURIComponent(user.id)}${listQueryOf(view)}`
  const shown = [user.username, user.displayName, user.email, user.place]
  const texts = shown.filter((text) => text !== undefined)
  const marker = markerFor(view.search, texts)
  const email = user.email === undefined ? absent(operatorWords.notSet) : marker(user.email)
  const others = users.filter((other) => other !== user).flatMap((other) => likeTo(user, other))
  return html`<tr role="row">
    <th scope="row" role="rowheader" class="cell-username">
      <a href="${address}">${marker(user.username)}</a>${tagsOf(user, others)}
      ${below('cell-name', user.displayName, marker)}
      ${below('cell-place', user.place, marker)}
      ${apart(user, others)}
    </th>
    <td role="cell" class="cell-email"><span class="email">${email}</span></td>
    <td role="cell" class="cell-status">${statusLabel(user)}</td>
    <td role="cell" class="cell-updated">${minute(user.updatedAt)}</td>
  </tr>`
}

function below(look: string, text: string | undefined, marker: Marker): Html | '' {
  return text ? html`<span class="${look}">${marker(text)}</span>` : ''
}

/** Another account on the page, which somebody may take for this one. */
interface LikeAccount {
  readonly other: User
  readonly likeness: Likeness
}

function likeTo(user: User, other: User): readonly LikeAccount[] {
  const likeness = likenessOf(user, other)
  return likeness === undefined ? [] : [{ other, likeness }]
}

/** What makes an operator look twice. */
function tagsOf(user: User, others: readonly LikeAccount[]): readonly Html[] {
  const likenesses = others.map(({ likeness }) => likeness)
  const scripts = mixedScripts(user.username)
  const tags = [
    ...(scripts.length > 0 ? [scripts.join(' + ')] : []),
    ...(likenesses.includes('same') ? [words.sameName] : []),
    ...(likenesses.includes('alike') ? [words.looksAlike] : []),
  ]
  return tags.map((tag) => html` <span class="tag">${tag}</span>`)
}

function apart(user: User, others: readonly LikeAccount[]): Html | '' {
  if (others.length === 0) return ''
  return whatTellsApart(
    user,
    others.map(({ other }) => other),
  )
}

function emptyList({ view, reach }: UsersPage): Html {
  const { search, status, cursor } = view
  if (cursor !== undefined) {
    const back = html`<a href="${addressOf(firstPageOf(view))}">
      ${words.backToFirstPage}</a>`
    return html`<div class="empty"><h2>${words.nothingMore}</h2><p>${back}</p></div>`
  }
  if (search === '' && status === undefined) {
    const { title, words: text } = words.empty
    return html`<div class="empty"><h2>${title}</h2><p>${text}</p></div>`
  }
  return html`<div class="empty">
    <h2>${words.noneFound(status && statusNames[status])}</h2>
    ${search === '' ? '' : html`<p>${words.nothingMatches(personText(search))}</p>`}
    ${search === '' || reach === 'anywhere' ? '' : html`<p>${words.beginningsOnly}</p>`}
    <p><a href="/console/users">${words.showAll}</a></p>
  </div>`
}

/** Whether the whole list is on this page. */
function isOnly({ view, nextCursor }: UsersPage): boolean {
  return view.page === 1 && nextCursor === undefined
}

function paging(page: UsersPage): Html {
  const { view, nextCursor, users } = page
  const previous = previousPageOf(view)
  const next = nextCursor === undefined ? undefined : nextPageOf(view, nextCursor)
  const only = isOnly(page)
  const onPage = only ? undefined : view.page
  const sorted =
    only || view.search !== '' ? '' : html`<span class="sorting">${words.sortedByPage}</span>`
  return html`<div class="paging">
    <p><span id="count">${words.count(users.length, onPage)}</span>
      ${sorted}</p>
    <nav aria-label="${operatorWords.pages}">
      ${view.page > 2 ? firstPageLink(view) : ''}
      ${
        previous &&
        html`<a class="button" rel="prev" href="${addressOf(previous)}">
        ${backIcon}${words.previousPage}</a>`
      }
      ${
        next &&
        html`<a class="button" rel="next" href="${addressOf(next)}">
        ${words.nextPage}${nextIcon}</a>`
      }
    </nav>
  </div>`
}

function firstPageLink(view: ListView): Html {
  return html`<a class="button" href="${addressOf(firstPageOf(view))}">${words.firstPage}</a>`
}

function addressOf(view: ListView): string {
  return `/console/users${listQueryOf(view)}`
}
