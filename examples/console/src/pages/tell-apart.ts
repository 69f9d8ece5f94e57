import { type User, visibleText } from '@force-reset/core'
import { html } from 'hono/html'
import type { Html } from '../words/html.ts'
import { operatorWords } from '../words/operator.ts'
import { personText } from './facts.ts'
import { minute } from './time.ts'

const words = operatorWords.account

/** What an account is known by beside its names. */
interface Mark {
  readonly name: string
  /** For comparison. */
  readonly value: string | undefined
  readonly shown: Html
}

/**
 * What tells an account apart from others of a like name: the facts in which they differ, and its
 * id in any case.
 */
export function whatTellsApart(user: User, others: readonly User[]): Html {
  const lists = others.map(marksOf)
  const differing = marksOf(user).filter(
    ({ name, value }) =>
      value !== undefined &&
      lists.some((marks) => marks.find((mark) => mark.name === name)?.value !== value),
  )
  const parts = differing.map(({ name, shown }) => html`<span>${name} ${shown}</span>`)
  return html`<span class="apart">${parts}</span>`
}

function marksOf(user: User): readonly Mark[] {
  const { id, place, facts = [], createdAt } = user
  const text = (name: string, value: string | undefined): Mark => ({
    name,
    value,
    shown: personText(value ?? ''),
  })
  return [
    text(words.place, place),
    ...facts.map(({ name, value }) => text(visibleText(name), value)),
    { name: words.created, value: createdAt?.toISOString(), shown: minute(createdAt) },
    { name: words.id, value: id, shown: html`<code>${visibleText(id)}</code>` },
  ]
}
